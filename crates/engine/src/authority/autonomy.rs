//! How far the assistant goes without a person.

use domain::{
    fact::{Fact, FactBody},
    inbox::{Autonomy, Inbox},
    negotiation::Parameter,
    turn::{Reply, ReplyKind},
    understanding::intent,
};

use super::{Authority, AutonomyRule};
use crate::{knowledge::Knowledge, plan::Plan};

/// The level for this inbox, these intents and this grade. With several intents the most careful level holds. An inbox that is
/// switched off stays off.
pub(crate) fn level(authority: &Authority, inbox: &Inbox, intents: &[&str], grade: &str) -> Autonomy {
    if authority.autonomy.is_empty() || inbox.autonomy == Autonomy::Off {
        return inbox.autonomy;
    }
    let of_intent = |intent: &str| {
        let fits = |rule: &&AutonomyRule| fits(rule, &inbox.name, intent, grade);
        authority.autonomy.iter().find(fits).map_or(inbox.autonomy, |rule| rule.level)
    };
    intents.iter().map(|intent| of_intent(intent)).min().unwrap_or(inbox.autonomy)
}

fn fits(rule: &AutonomyRule, inbox: &str, intent: &str, grade: &str) -> bool {
    let names = |list: &[String], name: &str| {
        list.is_empty() || list.iter().any(|named| named.eq_ignore_ascii_case(name))
    };
    names(&rule.inboxes, inbox) && names(&rule.intents, intent) && names(&rule.grades, grade)
}

/// The level at which the outcome of a request is told.
pub fn level_of_outcome(knowledge: &Knowledge, inbox: &Inbox, parameter: Parameter, grade: &str) -> Autonomy {
    let intent = match parameter {
        Parameter::Discount | Parameter::PriceList => intent::PRICE_NEGOTIATION,
        Parameter::PaymentTerms => intent::PAYMENT_TERMS,
        Parameter::FreeSample => intent::SAMPLE_REQUEST,
        Parameter::LeadTime => intent::LEAD_TIME_INQUIRY,
        Parameter::Moq => intent::MOQ_INQUIRY,
    };
    level(&knowledge.authority, inbox, &[intent], grade)
}

/// Whether the reply goes further than the assistant may go by itself; a person then sends it.
pub(crate) fn is_beyond(autonomy: Autonomy, plan: &Plan, reply: &Reply) -> bool {
    if reply.kind == ReplyKind::Silent {
        return false;
    }
    goes_beyond(autonomy, plan, &reply.facts)
}

/// The same by what a reply is made of, before it is worded.
pub(crate) fn goes_beyond(autonomy: Autonomy, plan: &Plan, facts: &[Fact]) -> bool {
    let states = |test: fn(&FactBody) -> bool| facts.iter().map(|Fact { body, .. }| body).any(test);
    let prices = || {
        plan.strategy.name == "quote"
            || states(|body| {
                matches!(
                    body,
                    FactBody::Price { .. } | FactBody::TierHint { .. } | FactBody::WithinBudget { .. }
                )
            })
    };
    let sells = || {
        ["negotiation", "order_intake", "reorder"].contains(&plan.strategy.name.as_str())
            || plan.recommendation.is_some()
            || !plan.offers.is_empty()
            || states(|body| matches!(body, FactBody::Concession { .. }))
    };
    match autonomy {
        Autonomy::Off | Autonomy::Draft => true,
        Autonomy::Answer => prices() || sells(),
        Autonomy::Quote => sells(),
        Autonomy::Sell => false,
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        Timestamp,
        id::{self, InboxId},
        inbox::InboxKind,
    };

    use super::*;

    fn rule(inboxes: &[&str], intents: &[&str], grades: &[&str], level: Autonomy) -> AutonomyRule {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        AutonomyRule { inboxes: list(inboxes), intents: list(intents), grades: list(grades), level }
    }

    #[test]
    fn inbox_intent_and_grade_decide_how_far_the_assistant_goes() {
        use Autonomy::{Answer, Draft, Off, Quote, Sell};
        let authority = Authority {
            autonomy: vec![
                rule(&[], &["price_negotiation"], &["vip"], Draft),
                rule(&["web"], &["price_inquiry", "quote_request"], &[], Quote),
                rule(&["web"], &["spec_inquiry"], &[], Answer),
                rule(&["web"], &[], &["gold"], Sell),
            ],
            ..Authority::default()
        };
        let check = |inbox: (&str, Autonomy), intents: &[&str], grade: &str, expected: Autonomy| {
            let raw = id::compose(Timestamp::from_millis(1), 1);
            let inbox = Inbox {
                id: InboxId::from_ulid(raw),
                name: inbox.0.into(),
                kind: InboxKind::Web,
                autonomy: inbox.1,
            };
            assert_eq!(level(&authority, &inbox, intents, grade), expected, "{inbox:?} {intents:?} {grade}");
        };
        check(("web", Draft), &["price_inquiry"], "new", Quote);
        check(("web", Draft), &["greeting"], "new", Draft);
        check(("web", Draft), &["greeting"], "Gold", Sell);
        check(("web", Sell), &["price_inquiry", "spec_inquiry"], "new", Answer);
        check(("api", Sell), &["price_negotiation"], "VIP", Draft);
        check(("api", Sell), &["price_negotiation"], "new", Sell);
        check(("web", Off), &["price_inquiry"], "gold", Off);
        check(("web", Draft), &[], "gold", Draft);
    }
}
