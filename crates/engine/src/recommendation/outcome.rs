//! What became of a moment: read from what the buyer said next, and from his orders.

use domain::{
    Timestamp,
    order::Order,
    recommendation::{Action, Offer, Outcome},
    turn::Turn,
    understanding::{EntityKind, intent},
};
use jiff::civil::Date;

use crate::{clock, knowledge::Knowledge};

/// So many turns after it, within so many hours, answer an offer.
const TURNS: usize = 3;
const HOURS: i64 = 72;
/// An order within so many days is counted for it.
const ORDER_DAYS: i64 = 30;

/// In the next turn these say yes to an offer.
const YES: &[&str] =
    &[intent::AFFIRM, intent::PURCHASE, intent::QUOTE_REQUEST, intent::SAMPLE_REQUEST, intent::REORDER];
const COMPLAINTS: &[&str] = &[intent::COMPLAINT, intent::UNSUBSCRIBE];
/// What answers a question about the deal.
const ANSWERS: &[EntityKind] = &[
    EntityKind::Quantity,
    EntityKind::Date,
    EntityKind::Destination,
    EntityKind::Region,
    EntityKind::Incoterm,
    EntityKind::PaymentTerm,
    EntityKind::Spec,
    EntityKind::Money,
];

/// The outcome as far as it is known, and whether nothing further can come of it. `later` are the turns of the same conversation after
/// it, the oldest first; `orders` are the buyer's own.
pub fn outcome(
    knowledge: &Knowledge,
    offer: &Offer,
    later: &[Turn],
    orders: &[Order],
    now: Timestamp,
) -> (Option<Outcome>, bool) {
    let offered = clock::date(knowledge, offer.at);
    if orders.iter().any(|order| is_of(offer, offered, order)) {
        return (Some(Outcome::Order), true);
    }
    let over = now >= offer.at.plus_hours(24 * (ORDER_DAYS + 1));
    let answers: Vec<&Turn> =
        later.iter().take(TURNS).filter(|turn| turn.at <= offer.at.plus_hours(HOURS)).collect();
    if offer.moment.action != Action::Wait {
        if answers.iter().any(|turn| said(turn, COMPLAINTS)) {
            return (Some(Outcome::Complaint), true);
        }
        if accepts(offer, &answers) {
            return (Some(Outcome::Accept), over);
        }
    }
    let answered = answers.len() >= TURNS || now >= offer.at.plus_hours(HOURS);
    (answered.then_some(Outcome::Ignore), over)
}

fn said(turn: &Turn, intents: &[&str]) -> bool {
    turn.understanding.intents.iter().any(|intent| intents.contains(&intent.name.as_str()))
}

fn accepts(offer: &Offer, answers: &[&Turn]) -> bool {
    let Some(next) = answers.first().filter(|turn| !said(turn, &[intent::DENY])) else { return false };
    if offer.moment.action == Action::Ask {
        return next.understanding.entities.iter().any(|entity| ANSWERS.contains(&entity.kind));
    }
    let names =
        |turn: &&Turn| turn.understanding.products().any(|product| offer.moment.products.contains(product));
    said(next, YES) || answers.iter().any(names)
}

/// Of something that was offered on that day, within the days that count for it.
fn is_of(offer: &Offer, offered: Date, order: &Order) -> bool {
    let Ok(ordered) = order.date.parse::<Date>() else { return false };
    let days = offered.until(ordered).map_or(-1, |span| i64::from(span.get_days()));
    (0..=ORDER_DAYS).contains(&days)
        && order.lines.iter().any(|line| offer.moment.products.contains(&line.product))
}

#[cfg(test)]
mod tests;
