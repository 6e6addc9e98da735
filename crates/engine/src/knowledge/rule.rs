//! The section `rules`.

use std::collections::BTreeMap;

use domain::{catalog::Rule, handoff::HandoffReason};

use super::{
    CompiledRule,
    settings::{HANDOFF_REASONS, known_name},
    share,
    table::Table,
};
use crate::{
    document::{Fields, Node, Place, Problems, Severity},
    expression::{Expression, Name},
};

/// The strategies that the product knows by itself.
#[rustfmt::skip]
pub const STRATEGIES: &[&str] = &[
    "greet", "detailed_introduction", "spec_answer", "comparison", "price_answer", "negotiation", "quote", "terms_answer",
    "company_answer", "partnership", "order_intake", "reorder", "payment_check", "contact_exchange", "document",
    "attachment_received", "order_status", "order_change", "return_support", "support_steps", "faq_answer",
    "personalized_recommendation", "ask_requirement", "clarify", "apology_escalation", "human_handoff", "opt_out", "small_talk",
    "dont_know", "closing",
];

/// The priority of a rule that names none: over all default rules but those that protect the buyer.
const DEFAULT_PRIORITY: i64 = 1_000;

/// A rule with the places that later checks report at. Disabled rules have no expression.
pub(super) struct ReadRule {
    pub compiled: Option<CompiledRule>,
    pub name: String,
    pub strategy_place: Place,
    pub when_place: Place,
    pub share_place: Place,
}

pub(super) fn read(node: &Node, rules: &mut Table<ReadRule>, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let name = fields.required("name", Node::text);
    let place = fields.place_of("name");
    let enabled = fields.flag("enabled", true);
    let note = fields.optional("note", Node::localized);
    let priority = fields
        .optional("priority", |node, problems| node.integer(-1_000_000..=1_000_000, problems))
        .unwrap_or(DEFAULT_PRIORITY);
    let (from, until) = (fields.optional("from", Node::date), fields.optional("until", Node::date));
    if let (Some(first), Some(last)) = (&from, &until)
        && first > last
    {
        let place = fields.place_of("until");
        fields.problems().error_with_help(
            place,
            "this rule ends before it begins",
            "exchange `from` and `until`",
        );
    }
    let share_place = fields.place_of("share");
    let share = fields.optional("share", |node, problems| share::read(node, name.as_deref(), problems));
    let when_place = fields.place_of("when");
    let (when, then) = if enabled {
        (fields.required("when", expression), fields.required("then", strategy))
    } else {
        (fields.optional("when", expression), fields.optional("then", strategy))
    };
    fields.finish();
    let name = name?;
    rules.claim(&name, place, problems);
    if !enabled {
        let unread = ReadRule { compiled: None, name, strategy_place: place, when_place, share_place };
        rules.push(unread, place);
        return Some(());
    }
    let (expression, then) = (when?, then?);
    let rule = Rule {
        name: name.clone(),
        when: expression.text().to_owned(),
        strategy: then.strategy,
        parameters: then.parameters,
        priority,
        enabled,
        from,
        until,
        share,
    };
    let intents = intents_compared(&expression);
    let compiled = Some(CompiledRule { rule, note, intents, expression, slice: None });
    rules.push(ReadRule { compiled, name, strategy_place: then.place, when_place, share_place }, place);
    Some(())
}

fn intents_compared(expression: &Expression) -> Vec<String> {
    let compared = expression.texts_compared().into_iter();
    let intents = compared.filter(|(name, _)| matches!(name, Name::Intent | Name::Intents));
    intents.map(|(_, intent)| intent.to_owned()).collect()
}

fn expression(node: &Node, problems: &mut Problems) -> Option<Expression> {
    let text = node.text(problems)?;
    match Expression::compile(&text) {
        Ok(expression) => Some(expression),
        Err(error) => {
            let place = node.place_of_character(error.column.saturating_sub(1));
            problems.add(Severity::Error, place, error.message, error.help);
            None
        }
    }
}

struct Then {
    strategy: String,
    parameters: BTreeMap<String, String>,
    place: Place,
}

/// A strategy's name, or `{strategy: …, reason: …}` with further parameters.
fn strategy(node: &Node, problems: &mut Problems) -> Option<Then> {
    if node.as_scalar().is_some() {
        let strategy = node.text(problems)?;
        return Some(Then { strategy, parameters: BTreeMap::new(), place: node.place });
    }
    let all = node.entries(
        |entry, problems| {
            let text = entry.value.text(problems)?;
            if entry.key == "reason" {
                let reasons = HANDOFF_REASONS.map(HandoffReason::name);
                known_name(&text, entry.value.place, reasons, "hand-off reason", problems)?;
            }
            Some((entry.key.clone(), text))
        },
        problems,
    )?;
    let mut parameters: BTreeMap<String, String> = all.into_iter().collect();
    let Some(strategy) = parameters.remove("strategy") else {
        problems.error(node.place, "the key `strategy` is missing here");
        return None;
    };
    let place = node.get("strategy").map_or(node.place, |node| node.place);
    Some(Then { strategy, parameters, place })
}
