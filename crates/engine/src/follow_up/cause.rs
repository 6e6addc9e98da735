//! What in the thread gives cause to write again, and from when on.

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    catalog::Product,
    conversation::Memory,
    follow_up::{Reason, SentFollowUp},
    id::ProductId,
    profile::Profile,
    quote::QuoteStatus,
    recommendation::MAX_ITEMS,
    understanding::intent,
};
use jiff::{ToSpan, civil::Date};

use crate::{
    clock::{self, start_of_day},
    knowledge::{FollowUpStep, Knowledge},
    profile::OBJECTION,
    situation::Situation,
};

/// A buyer in such a turn waits for help, not for an offer.
const TROUBLE: &[&str] = &[
    intent::COMPLAINT,
    intent::RETURN_REFUND,
    intent::TECHNICAL_SUPPORT,
    intent::ORDER_CHANGE,
    intent::UNSUBSCRIBE,
    intent::HUMAN_REQUEST,
    intent::SOLICITATION,
    intent::DENY,
];
/// A rhythm that was broken for so many cycles is none any more.
const BROKEN_CYCLES: i64 = 3;
/// A product that the buyer refused is not brought up for so long.
const REFUSED_DAYS: i64 = 90;

/// What the words are made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cause {
    QuoteExpires,
    QuoteOpen,
    PriceGiven(Option<ProductId>),
    /// Keys of the needs that the question was about.
    QuestionOpen(Option<ProductId>, &'static [&'static str]),
    SamplePromised(Option<ProductId>),
    Interest(ProductId),
    ReorderDue(Vec<ProductId>),
}

impl Cause {
    /// The products that are brought up.
    pub(super) fn products(&self) -> &[ProductId] {
        match self {
            Self::QuoteExpires | Self::QuoteOpen => &[],
            Self::PriceGiven(product) | Self::QuestionOpen(product, _) | Self::SamplePromised(product) => {
                product.as_slice()
            }
            Self::Interest(product) => std::slice::from_ref(product),
            Self::ReorderDue(products) => products,
        }
    }
}

/// Whether the last turn was about something that no offer may follow.
pub(super) fn is_troubled(memory: &Memory) -> bool {
    memory
        .recent
        .last()
        .is_some_and(|turn| turn.intents.iter().any(|intent| TROUBLE.contains(&intent.as_str())))
}

/// From when on the step has a reason, until when where it ends by itself, and the reason.
pub(super) fn find(
    situation: &Situation<'_>,
    sent: &[SentFollowUp],
    step: &FollowUpStep,
    since: Timestamp,
) -> Option<(Timestamp, Option<Timestamp>, Cause)> {
    let memory = &situation.conversation.memory;
    let requirement = &situation.contact.requirement;
    let after = since.plus_millis(step.after_millis);
    let quote = situation.quote.filter(|quote| quote.status == QuoteStatus::Sent);
    let focus = || requirement.focus().map(|line| line.product.value.clone());
    let known = || focus().filter(|id| situation.knowledge.product(id).is_some());
    let strategy = memory.recent.last().map(|turn| turn.strategy.as_str());
    match step.reason {
        Reason::QuoteExpires => {
            let quote = quote?;
            let anchor = quote.expires_at.plus_millis(-step.after_millis).max(since);
            Some((anchor, Some(quote.expires_at), Cause::QuoteExpires))
        }
        Reason::QuoteOpen => {
            let quote = quote?;
            Some((after, Some(quote.expires_at), Cause::QuoteOpen))
        }
        Reason::PriceGiven => {
            let priced = memory.recent.last().map(|turn| turn.priced.as_slice()).unwrap_or_default();
            let product = match (known(), priced) {
                (Some(focus), priced) if priced.contains(&focus) => Some(focus),
                (_, [only]) => Some(only.clone()),
                _ => None,
            };
            (quote.is_none() && !priced.is_empty()).then_some((after, None, Cause::PriceGiven(product)))
        }
        Reason::QuestionOpen => {
            let question = memory.question.as_ref()?;
            let needs = needs_of(&question.about)?;
            let product = match question.choices.as_slice() {
                [asked] if question.about == "quantity_of" => Some(ProductId::from(asked.as_str())),
                _ => known(),
            };
            Some((after, None, Cause::QuestionOpen(product, needs)))
        }
        Reason::SamplePromised => {
            let asked = memory
                .recent
                .last()
                .is_some_and(|turn| turn.intents.iter().any(|name| name == intent::SAMPLE_REQUEST));
            let wanted = requirement.sample_first.as_ref().is_some_and(|slot| slot.value);
            (asked || wanted).then(|| (after, None, Cause::SamplePromised(known())))
        }
        Reason::Interest => {
            let product = situation.knowledge.product(&focus()?)?;
            let offers = !product.discontinued && !is_refused(&situation.contact.profile, &product.id, after);
            (offers && strategy.is_some()).then(|| (after, None, Cause::Interest(product.id.clone())))
        }
        Reason::ReorderDue => reorder(situation, sent, step),
    }
}

/// What a question that the deal needs is about, as keys of templates.
fn needs_of(about: &str) -> Option<&'static [&'static str]> {
    Some(match about {
        "product" => &["need.product"],
        "quantity" | "quantity_of" => &["need.quantity"],
        "quantity_and_destination" => &["need.quantity", "need.destination"],
        "destination" => &["need.destination"],
        "incoterm" => &["need.incoterm"],
        "incoterm_and_destination" => &["need.destination", "need.incoterm"],
        "payment" => &["need.payment"],
        _ => return None,
    })
}

/// A product that comes round again: the day it is due, and the length of its cycle in days.
struct Cycle<'k> {
    product: &'k Product,
    due: Date,
    days: i64,
    last: Date,
}

/// The products that are due by the time of the first one, three at most, the longest overdue first.
fn reorder(
    situation: &Situation<'_>,
    sent: &[SentFollowUp],
    step: &FollowUpStep,
) -> Option<(Timestamp, Option<Timestamp>, Cause)> {
    let knowledge = situation.knowledge;
    if !knowledge.recommendation.proactive {
        return None;
    }
    let today = clock::date(knowledge, situation.now);
    let mut cycles: Vec<Cycle<'_>> = cycles(situation, step.cycle_percent)
        .into_iter()
        .filter(|cycle| {
            let end = cycle.due.checked_add((cycle.days * BROKEN_CYCLES).days());
            let told = sent.iter().any(|sent| {
                sent.reason == Reason::ReorderDue
                    && sent.products.contains(&cycle.product.id)
                    && start_of_day(knowledge, cycle.last).is_some_and(|last| sent.at > last)
            });
            end.is_ok_and(|end| today < end) && !told
        })
        .filter(|cycle| is_sold(cycle.product))
        .collect();
    cycles.sort_by(|left, right| (left.due, &left.product.id).cmp(&(right.due, &right.product.id)));
    let offers = |cycle: &Cycle<'_>, at: Timestamp| {
        !is_refused(&situation.contact.profile, &cycle.product.id, at.max(situation.now))
    };
    let starts = |day: Date| start_of_day(knowledge, day).unwrap_or(situation.now);
    let first = cycles.iter().find(|cycle| offers(cycle, starts(cycle.due)))?;
    // What falls due within days of the first one is asked for in the same message.
    let horizon = first.due.max(today).checked_add(7.days()).ok()?;
    let until = start_of_day(knowledge, first.due.max(today).checked_add(first.days.max(1).days()).ok()?)?;
    let due = start_of_day(knowledge, first.due)?;
    // What counts is whether it is refused when the message leaves, which is before its own day.
    let together = cycles.iter().filter(|cycle| cycle.due <= horizon && offers(cycle, due)).take(MAX_ITEMS);
    let products = together.map(|cycle| cycle.product.id.clone()).collect();
    Some((due, Some(until), Cause::ReorderDue(products)))
}

fn is_sold(product: &Product) -> bool {
    !product.discontinued && product.stock.as_ref().is_none_or(|stock| stock.quantity.0 > 0)
}

/// Refused within the last ninety days before `at`. That he asked about it since lets him be answered; it does not ask to be reminded.
fn is_refused(profile: &Profile, product: &ProductId, at: Timestamp) -> bool {
    let key = format!("{OBJECTION}{product}");
    profile.facts.iter().chain(&profile.superseded).any(|fact| {
        fact.key == key
            && fact.value == serde_json::Value::Bool(true)
            && at < fact.at.plus_hours(24 * REFUSED_DAYS)
    })
}

/// Every product bought on two days or more, with the day on which `percent` of its usual interval will have passed.
fn cycles<'k>(situation: &Situation<'k>, percent: i64) -> Vec<Cycle<'k>> {
    let knowledge: &'k Knowledge = situation.knowledge;
    let mut bought: BTreeMap<&ProductId, Vec<Date>> = BTreeMap::new();
    for order in situation.orders {
        let Ok(date) = order.date.parse::<Date>() else { continue };
        for line in &order.lines {
            bought.entry(&line.product).or_default().push(date);
        }
    }
    let found = bought.into_iter().filter_map(|(id, mut days)| {
        days.sort_unstable();
        days.dedup();
        let last = *days.last()?;
        let mut intervals: Vec<i64> = days
            .windows(2)
            .filter_map(|pair| Some(i64::from(pair[0].until(pair[1]).ok()?.get_days())))
            .collect();
        intervals.sort_unstable();
        let usual = *intervals.get(intervals.len() / 2)?;
        let wait = (usual * percent / 100).max(1);
        Some(Cycle {
            product: knowledge.product(id)?,
            due: last.checked_add(wait.days()).ok()?,
            days: usual,
            last,
        })
    });
    found.collect()
}
