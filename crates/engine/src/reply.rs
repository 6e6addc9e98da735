//! Words from templates, and the check that no number leaves which no fact issued.
//!
//! A reply is put together from *parts*, one line each: who answers (once per conversation), who takes over, the facts asked for,
//! a script, a recommendation, one question. Each part passes [`check`] by itself; one that fails is dropped and recorded. To word
//! a new strategy, add it to `reply/strategies.rs` and its keys to `packs/default/templates.yaml` and `reply/template.rs`.

use domain::{
    fact::{Fact, FactBody},
    inbox::Autonomy,
    language::ReplyLanguage,
    turn::{Reply, ReplyKind, WordedBy},
    understanding::{Understanding, intent},
};

use crate::{
    facts::{self, Target},
    knowledge::Knowledge,
    plan::{Plan, Remembered},
    situation::Situation,
    strategy::light,
};

pub mod check;
mod claims;
mod dealings;
pub mod format;
mod handing_over;
mod lines;
mod price_terms;
mod quoting;
pub(crate) mod script;
mod shop_lines;
mod strategies;
pub mod template;
pub mod wording;

use check::Licence;
use wording::Wording;

/// No reply is longer than this many lines: it is read on a phone.
const MAX_LINES: usize = 6;
/// With a recommendation, its three lines come on top.
const MAX_LINES_WITH_OFFER: usize = 8;

/// Words the plan with the facts. Nothing that no fact issued is in the text; what was left out for that stands in `withheld`.
pub fn compose(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    plan: &Plan,
    facts: Vec<Fact>,
) -> Reply {
    composed(situation, understanding, remembered, plan, facts, |_, _| ()).0
}

/// The same, with what a language model may word of it.
pub fn compose_for_wording(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    plan: &Plan,
    facts: Vec<Fact>,
) -> (Reply, Option<Wording>) {
    let (reply, wording) = composed(situation, understanding, remembered, plan, facts, |composer, facts| {
        let heard = situation.text();
        Wording::new(composer.language, plan, &composer.parts, facts, &composer.licence, &heard)
    });
    (reply, wording.flatten())
}

/// The reply, and what is made of the finished composer where there is something to say.
fn composed<T>(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    plan: &Plan,
    facts: Vec<Fact>,
    then: impl FnOnce(&Composer<'_>, &[Fact]) -> T,
) -> (Reply, Option<T>) {
    let draft = plan.autonomy == Autonomy::Draft;
    let worded_by = WordedBy::Template;
    if plan.kind == ReplyKind::Silent {
        let text = String::new();
        let (facts, withheld) = (Vec::new(), Vec::new());
        return (Reply { kind: plan.kind, text, worded_by, draft: false, facts, withheld }, None);
    }
    let licence = licence(situation, understanding, remembered, &facts);
    let mut composer = Composer::new(situation, understanding, remembered, plan, &facts, licence);
    composer.introduce();
    composer.hand_over();
    composer.answers = true;
    composer.answer();
    composer.answers = false;
    composer.recommend();
    composer.ask();
    let (text, scripts) = composer.finish();
    let made = then(&composer, &facts);
    let withheld = composer.withheld;
    let mut facts = facts;
    facts.extend(scripts);
    (Reply { kind: plan.kind, text, worded_by, draft, facts, withheld }, Some(made))
}

/// What this turn may say: its facts, the buyer's own quantities, and the names by which the shop calls itself and its goods.
pub fn licence(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    facts: &[Fact],
) -> Licence {
    let mut licence = Licence::new(facts, understanding, &remembered.requirement);
    licence.allow_names(&situation.knowledge.name_licence);
    licence
}

/// What the names of a shop, its categories and its attributes state.
pub(crate) fn name_licence(knowledge: &Knowledge) -> Licence {
    let terms = knowledge.categories.iter().chain(&knowledge.attributes).flat_map(|term| term.name.all());
    Licence::of_names(knowledge.shop.name.all().chain(terms))
}

/// How much a part matters when there are too many; the least falls out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Extra,
    Detail,
    Main,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    text: String,
    weight: Weight,
    /// Whether it answers the buyer, and is not who speaks, a recommendation or the one question.
    is_answer: bool,
}

struct Composer<'c> {
    situation: &'c Situation<'c>,
    understanding: &'c Understanding,
    remembered: &'c Remembered,
    plan: &'c Plan,
    facts: &'c [Fact],
    /// Facts that wording added: the scripts that were said.
    added: Vec<Fact>,
    targets: Vec<Target<'c>>,
    intents: Vec<&'c str>,
    language: ReplyLanguage,
    licence: Licence,
    parts: Vec<Part>,
    withheld: Vec<String>,
    /// Whether a part asks something already.
    asked: bool,
    /// Whether the parts that are added answer the buyer.
    answers: bool,
}

impl<'c> Composer<'c> {
    fn new(
        situation: &'c Situation<'c>,
        understanding: &'c Understanding,
        remembered: &'c Remembered,
        plan: &'c Plan,
        facts: &'c [Fact],
        licence: Licence,
    ) -> Self {
        Self {
            situation,
            understanding,
            remembered,
            plan,
            facts,
            added: Vec::new(),
            targets: facts::targets(situation, understanding, remembered),
            intents: light::intents(situation, understanding),
            language: situation.reply_language(understanding.language),
            licence,
            parts: Vec::new(),
            withheld: Vec::new(),
            asked: false,
            answers: false,
        }
    }

    fn knowledge(&self) -> &'c Knowledge {
        self.situation.knowledge
    }

    fn strategy(&self) -> &'c str {
        &self.plan.strategy.name
    }

    fn has_intent(&self, name: &str) -> bool {
        self.intents.contains(&name)
    }

    /// A template's words, if the template is there and everything it asks for is given.
    fn words(&self, key: &str, values: &[(&str, &str)]) -> Option<String> {
        template::render(self.knowledge(), key, self.language, values).ok().filter(|text| !text.is_empty())
    }

    /// Adds a template's words as a part of its own.
    fn say(&mut self, key: &str, values: &[(&str, &str)], weight: Weight) -> bool {
        match template::render(self.knowledge(), key, self.language, values) {
            Ok(text) => self.add(text, weight, key),
            Err(problem) => {
                self.withheld.push(problem.to_string());
                false
            }
        }
    }

    /// Adds a part that passes the check; `what` names it where it does not.
    fn add(&mut self, text: String, weight: Weight, what: &str) -> bool {
        if text.trim().is_empty() {
            return false;
        }
        let text = match self.language {
            ReplyLanguage::Zh => text,
            ReplyLanguage::En => format::with_one_stop(&text),
        };
        if self.licence.check(&text).is_err() {
            self.withheld.push(format!("{what}: {text}"));
            return false;
        }
        self.asked |= asks(&text);
        let text = match self.language {
            ReplyLanguage::Zh => text,
            ReplyLanguage::En => format::capitalised(&text),
        };
        self.parts.push(Part { text, weight, is_answer: self.answers });
        true
    }

    /// Who answers, once per conversation. A greeting says so itself.
    fn introduce(&mut self) {
        if !self.situation.conversation.memory.disclosed && self.strategy() != "greet" {
            let shop = self.knowledge().shop.name.get(self.language);
            let key = if shop.is_empty() { "disclosure.plain" } else { "disclosure" };
            self.say(key, &[("shop", shop)], Weight::Main);
        }
    }

    /// The plan's recommendation after the answer; where it is the answer, the strategy words it.
    fn recommend(&mut self) {
        if self.strategy() == "personalized_recommendation" {
            return;
        }
        let Some(recommendation) = &self.plan.recommendation else { return };
        let mut items = self.recommended_items(recommendation);
        // Without an item that may be said there is nothing to announce.
        items.retain(|item| {
            let licensed = self.licence.check(item).is_ok();
            if !licensed {
                self.withheld.push(format!("recommendation.item: {item}"));
            }
            licensed
        });
        if !items.is_empty() && self.say("recommendation.offer", &[], Weight::Detail) {
            for item in items {
                self.add(item, Weight::Detail, "recommendation.item");
            }
        }
    }

    /// The one question of the turn, unless a part asked something already.
    fn ask(&mut self) {
        let Some(question) = &self.plan.question else { return };
        if self.asked {
            return;
        }
        if question.about == "requirement" {
            self.ask_for(&question.choices);
            return;
        }
        if question.about == "unmatched" {
            self.ask_for_line(&question.choices);
            return;
        }
        // What was just told of each need not be listed again.
        let told = question.choices.len() > 1
            && question.choices.iter().all(|choice| {
                self.targets.iter().any(|target| target.product.id.as_str() == choice)
                    && self.parts.iter().any(|part| part.is_answer && part.text.contains(choice.as_str()))
            });
        let choices = if told { String::new() } else { self.choices(&question.choices) };
        let key = match question.about.as_str() {
            "product" if told => "question.product_told".to_owned(),
            "intent" if choices.is_empty() => "question.again".to_owned(),
            "offer" if question.choices.len() == 1 => "question.offer".to_owned(),
            about @ ("product" | "intent" | "offer") if !choices.is_empty() => {
                format!("question.{about}_choices")
            }
            about => format!("question.{about}"),
        };
        let key = if self.knowledge().templates.contains_key(&key) { key.as_str() } else { "question.other" };
        self.say(key, &[("choices", &choices)], Weight::Main);
    }

    /// What a line of the buyer's table means, in his own words for it where they may be repeated.
    fn ask_for_line(&mut self, choices: &[String]) {
        let Some(open) = self.remembered.requirement.unmatched.first() else { return };
        let line = open.value.text.clone();
        let choices = self.choices(choices);
        let (named, plain) = if choices.is_empty() {
            ("question.unmatched", "question.unmatched_plain")
        } else {
            ("question.unmatched_choices", "question.product_choices")
        };
        let values = [("line", line.as_str()), ("choices", &choices)];
        match self.words(named, &values).filter(|text| self.licence.check(text).is_ok()) {
            Some(text) => _ = self.add(text, Weight::Main, named),
            None => _ = self.say(plain, &values, Weight::Main),
        }
    }

    /// What a letter asks for, as a numbered list.
    fn ask_for(&mut self, needs: &[String]) {
        let several = self.remembered.requirement.lines.len() > 1;
        let key = |need: &String| match need.as_str() {
            "quantity" if several => "need.quantity_of_each".to_owned(),
            need => format!("need.{need}"),
        };
        let items: Vec<String> = needs
            .iter()
            .filter_map(|need| self.words(&key(need), &[]))
            .filter(|item| self.licence.check(item).is_ok())
            .collect();
        let Some(mut text) = self.words("question.requirement", &[]).filter(|_| !items.is_empty()) else {
            return;
        };
        // The ordinals number the list and state nothing, so that the check does not see them.
        for (index, item) in items.iter().enumerate() {
            text.push_str(&format!("\n{}. {item}", index + 1));
        }
        self.asked = true;
        self.parts.push(Part { text, weight: Weight::Main, is_answer: false });
    }

    /// Product ids and intents in words: `A、B` or `A, B or C`.
    fn choices(&self, choices: &[String]) -> String {
        let names: Vec<String> = choices
            .iter()
            .filter_map(|choice| match self.knowledge().product(&choice.as_str().into()) {
                Some(product) => Some(format::product_label(product, self.language)),
                None => self.words(&format!("intent.{choice}"), &[]),
            })
            .collect();
        format::either(&names, self.language)
    }

    /// The text, and the scripts that it uses.
    fn finish(&mut self) -> (String, Vec<Fact>) {
        let most = if self.plan.recommendation.is_some() { MAX_LINES_WITH_OFFER } else { MAX_LINES };
        while self.parts.len() > most {
            let Some(least) = self.parts.iter().map(|part| part.weight).min() else { break };
            let Some(index) = self.parts.iter().rposition(|part| part.weight == least) else { break };
            self.parts.remove(index);
        }
        if !self.says_something() && !self.say("safe", &[], Weight::Main) && self.parts.is_empty() {
            // The shop's own wording of `safe` states a number: the words of the product stand in.
            let text = template::safe(self.language).to_owned();
            self.parts.push(Part { text, weight: Weight::Main, is_answer: false });
        }
        let lines: Vec<&str> = self.parts.iter().map(|part| part.text.trim()).collect();
        let text = lines.join("\n");
        let said = |fact: &Fact| matches!(&fact.body, FactBody::Script { text: script, .. } if text.contains(script.trim()));
        let scripts = std::mem::take(&mut self.added).into_iter().filter(said).collect();
        (text, scripts)
    }

    /// More than who answers.
    fn says_something(&self) -> bool {
        let introduction =
            usize::from(!self.situation.conversation.memory.disclosed && self.strategy() != "greet");
        self.parts.len() > introduction.min(self.parts.len())
    }

    /// Facts of one product.
    fn of_product<'f>(&'f self, target: &'f Target<'_>) -> impl Iterator<Item = &'c FactBody> + 'f {
        self.facts
            .iter()
            .map(|fact| &fact.body)
            .filter(move |body| is_about(body, target.product.id.as_str()))
    }

    fn is_negotiating(&self) -> bool {
        self.has_intent(intent::PRICE_NEGOTIATION)
    }
}

fn asks(text: &str) -> bool {
    text.contains(['?', '\u{ff1f}'])
}

/// The product that a fact is about.
fn is_about(body: &FactBody, id: &str) -> bool {
    match body {
        FactBody::Product { product, .. }
        | FactBody::Price { product, .. }
        | FactBody::TierHint { product, .. }
        | FactBody::WithinBudget { product, .. }
        | FactBody::Moq { product, .. }
        | FactBody::Stock { product, .. }
        | FactBody::LeadTime { product, .. }
        | FactBody::Spec { product, .. }
        | FactBody::Packing { product, .. }
        | FactBody::Sample { product, .. }
        | FactBody::Concession { product, .. }
        | FactBody::Warranty { product, .. }
        | FactBody::Certificate { product, .. } => product.as_str() == id,
        FactBody::Derived { of, .. } => of.get("product").and_then(|product| product.as_str()) == Some(id),
        _ => false,
    }
}

#[cfg(test)]
pub(crate) mod talk;
#[cfg(test)]
mod tests;
