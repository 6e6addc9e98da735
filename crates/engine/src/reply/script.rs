//! A shop's own selling words: which script fits, and its placeholders filled from facts.

use domain::{
    fact::{Fact, FactBody},
    language::ReplyLanguage,
    stage::Stage,
};

use super::{Composer, Weight, asks, format, is_about, template};
use crate::{
    facts,
    knowledge::{CompiledScript, Knowledge},
    strategy::circumstances::Circumstances,
};

/// Whether a script for `intent` uses a placeholder, so that facts are issued for it.
pub(crate) fn any_uses(knowledge: &Knowledge, intent: &str, placeholder: &str) -> bool {
    let marked = format!("{{{placeholder}}}");
    knowledge
        .scripts
        .iter()
        .filter(|compiled| compiled.script.intent == intent)
        .any(|compiled| compiled.script.text.all().any(|text| text.contains(&marked)))
}

impl<'c> Composer<'c> {
    /// Says the first script for the primary intent that holds, can be filled, and states nothing that no fact issued. Scripts with a
    /// condition that holds go before those without one: what is meant for this case fits better than what is meant for all.
    ///
    /// `repeats` are placeholders whose numbers the reply states already: scripts with them are passed over.
    pub(super) fn say_script(&mut self, may_ask: bool, repeats: &[&str]) -> bool {
        let Some(intent) = self.intents.first().copied() else { return false };
        let stage: Stage = self.plan.stage;
        let circumstances = Circumstances::new(
            self.situation,
            self.understanding,
            self.remembered,
            self.intents.clone(),
            stage,
        );
        let knowledge = self.knowledge();
        let fitting = || {
            knowledge.scripts.iter().filter(|compiled| {
                compiled.script.intent == intent
                    && facts::in_force(self.situation, compiled.script.valid_until.as_ref())
            })
        };
        let conditional: Vec<&'c CompiledScript> = fitting()
            .filter(|compiled| {
                compiled.condition.as_ref().is_some_and(|condition| condition.holds(&circumstances))
            })
            .collect();
        let general: Vec<&'c CompiledScript> =
            fitting().filter(|compiled| compiled.condition.is_none()).collect();
        for compiled in conditional.into_iter().chain(general) {
            let wording = compiled.script.text.get(self.language);
            if asks(wording) && (!may_ask || self.asked) {
                continue;
            }
            if repeats.iter().any(|placeholder| wording.contains(placeholder)) {
                continue;
            }
            // What cannot be filled is no fault of the script: the message names no product, say.
            let Some(text) = self.filled(wording) else { continue };
            if self.add_script(&compiled.script.id, text) {
                return true;
            }
        }
        false
    }

    /// The owner's words may promise what the owner gives (a free test); their numbers count only where a fact issued them.
    fn add_script(&mut self, id: &str, text: String) -> bool {
        let text = match self.language {
            ReplyLanguage::Zh => text,
            ReplyLanguage::En => format::capitalised(&text),
        };
        let licence = self.licence.clone();
        self.licence.allow_promises(&text);
        let body = FactBody::Script { id: id.to_owned(), text: text.clone() };
        if self.add(text, Weight::Extra, &format!("script {id}")) {
            let source = format!("script:{id}@r{}", self.knowledge().revision);
            self.added.push(Fact::new(body, source));
            return true;
        }
        self.licence = licence;
        false
    }

    fn filled(&self, wording: &str) -> Option<String> {
        let values = self.script_values();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        template::fill(wording, &values).ok()
    }

    /// What a script may fill in, as far as the facts of this turn say it about the first product.
    fn script_values(&self) -> Vec<(&'static str, String)> {
        let shop = self.knowledge().shop.name.get(self.language).to_owned();
        let mut values = vec![("shop", shop)];
        let Some(target) = self.targets.first() else { return values };
        values.push(("product", format::product_label(target.product, self.language)));
        let about = |fact: &&Fact| is_about(&fact.body, target.product.id.as_str());
        for fact in self.facts.iter().filter(about) {
            match &fact.body {
                FactBody::Warranty { months, .. } => {
                    values.push(("warranty_months", months.to_string()));
                    let key = "warranty.months";
                    values.extend(
                        self.words(key, &[("months", &months.to_string())]).map(|text| ("warranty", text)),
                    );
                }
                FactBody::LeadTime { days, basis, .. } if basis == "calendar" => {
                    values.push(("lead_time_days", days.to_string()));
                }
                FactBody::Moq { quantity, unit, .. } => {
                    let moq = format::quantity(self.knowledge(), *quantity, unit, self.language);
                    values.push(("moq", moq));
                }
                FactBody::Derived { name, value, .. } if name == "unit_cost_per_day" => {
                    values.push(("unit_cost_per_day", value.clone()));
                }
                _ => {}
            }
        }
        values
    }
}
