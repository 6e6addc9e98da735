//! Quotes: from a complete requirement and this turn's facts to a document in writing, and the buyer's yes to it.
//!
//! ```text
//! requirement + price facts ─► lines (tax split once per line) ─► content ─► first version, or the next one of an open quote
//! ```
//!
//! What may be quoted at all is decided before, by the strategy and by pricing; here nothing is made cheaper or longer than they say.
//! [`document`] lays a quote out in words, for whoever draws it.

use domain::{
    Timestamp,
    conversation::Owner,
    fact::{Fact, FactBody, Tax},
    id::QuoteId,
    quote::{Quote, QuoteChange, QuoteContent, QuoteStatus},
    turn::ReplyKind,
    understanding::{EntityKind, EntityValue, Understanding, intent},
};
use jiff::{ToSpan, civil::Date};

use crate::{
    authority::{autonomy, ledger},
    clock,
    knowledge::Knowledge,
    plan::{Plan, Remembered},
    pricing,
    situation::Situation,
    strategy::circumstances::Circumstances,
};

mod charges;
mod content;
mod layout;
mod limits;
mod lines;
mod packing;
mod revision;
pub mod words;

pub use layout::document;
pub use limits::is_within;
pub use revision::{Customer, RevisedCharge, RevisedLine, Revision, RevisionProblem, revise};

/// What a new quote needs from outside: an id, and a secret that nobody can guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteMeans {
    pub id: QuoteId,
    /// 64 hexadecimal digits from 256 random bits.
    pub token: String,
}

/// What a turn does about quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct Quoting {
    /// `None` where the buyer only hears again of the quote that he has.
    pub change: Option<QuoteChange>,
    /// For the reply.
    pub fact: Fact,
}

/// Where the page of a quote is: `http://127.0.0.1:8080/q/` and its token.
pub fn page_url(public_url: &str, token: &str) -> String {
    format!("{}/q/{token}", public_url.trim_end_matches('/'))
}

/// The number as it is shown: from the second version on with the version behind it.
pub fn label(quote: &Quote) -> String {
    match quote.version {
        0 | 1 => quote.number.clone(),
        version => format!("{}-V{version}", quote.number),
    }
}

/// Makes a quote, a new version of one, or records that the buyer accepted; `None` where the turn does none of these.
///
/// `means` are asked for only where a quote is made. `facts` are those of this turn.
pub fn quote(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
    plan: &Plan,
    facts: &[Fact],
    public_url: &str,
    means: impl FnOnce() -> QuoteMeans,
) -> Option<Quoting> {
    if plan.kind == ReplyKind::Silent {
        return None;
    }
    let strategy = plan.strategy.name.as_str();
    if ["order_intake", "human_handoff"].contains(&strategy)
        && let Some(accepted) = accepted(situation, understanding)
    {
        let fact = fact(accepted, QuoteStatus::Accepted, None);
        return Some(Quoting { change: Some(QuoteChange::Accept(accepted.id)), fact });
    }
    if strategy != "quote" {
        return None;
    }
    let content = content::content(situation, understanding, remembered, plan, facts)?;
    let status = status(situation, plan, facts, &content);
    let before = situation.quote.filter(|quote| quote.status.is_open());
    if let Some(same) = before.filter(|quote| {
        quote.is_acceptable(situation.now)
            && status == QuoteStatus::Sent
            && says_the_same(&quote.content, &content)
    }) {
        return Some(Quoting { change: None, fact: fact(same, same.status, Some(public_url)) });
    }
    let knowledge = situation.knowledge;
    let expires_at = end_of_day(knowledge, &content.valid_until)?;
    let means = means();
    let quote = Quote {
        id: means.id,
        number: before
            .map_or_else(|| number(knowledge, &content.date, means.id), |quote| quote.number.clone()),
        version: before.map_or(1, |quote| quote.version.saturating_add(1)),
        status,
        conversation: situation.conversation.id,
        contact: situation.contact.id,
        company: situation.contact.company.filter(|_| situation.contact.is_verified()),
        turn: None,
        token: means.token,
        supersedes: before.map(|quote| quote.id),
        sealed: false,
        expires_at,
        content,
        reason: None,
        created_at: situation.now,
        updated_at: situation.now,
    };
    // A link to what is not sent yet would lead the buyer nowhere.
    let shown = (status == QuoteStatus::Sent).then_some(public_url);
    let fact = fact(&quote, status, shown);
    Some(Quoting { change: Some(QuoteChange::Insert(Box::new(quote))), fact })
}

/// A further version with what a person changed; it waits until it is sent. `means` as for a first version.
pub fn revised(
    quote: &Quote,
    content: QuoteContent,
    expires_at: Timestamp,
    means: QuoteMeans,
    now: Timestamp,
) -> Quote {
    Quote {
        id: means.id,
        version: quote.version.saturating_add(1),
        status: QuoteStatus::Draft,
        turn: None,
        token: means.token,
        supersedes: Some(quote.id),
        sealed: false,
        expires_at,
        content,
        reason: None,
        created_at: now,
        updated_at: now,
        ..quote.clone()
    }
}

/// The quote that the buyer's message accepts: it was sent, holds still, and the message asks for nothing else than it says.
pub(crate) fn accepted<'s>(situation: &Situation<'s>, understanding: &Understanding) -> Option<&'s Quote> {
    let quote = situation.quote.filter(|quote| quote.is_acceptable(situation.now))?;
    // A bare "好的" says that the quote was seen; an order is said in words.
    let text = situation.text().to_lowercase();
    if is_doubtful(&text) || !(understanding.primary() == intent::PURCHASE || says_yes(&text)) {
        return None;
    }
    let lines = &quote.content.lines;
    let others = understanding.entities.iter().any(|entity| match (entity.kind, &entity.value) {
        // "不要P002" changes what was quoted.
        (EntityKind::Product, EntityValue::Product(id)) => {
            entity.negated || !lines.iter().any(|line| line.product == *id)
        }
        // "the grippers" are those of the quote, where it has some.
        (EntityKind::Product, _) if entity.generic => {
            !lines.iter().any(|line| entity.candidates.contains(&EntityValue::Product(line.product.clone())))
        }
        (EntityKind::Product, _) => true,
        (EntityKind::Quantity, EntityValue::Quantity(said)) => !lines.iter().any(|line| {
            let product = situation.knowledge.product(&line.product);
            product.and_then(|product| pricing::base_quantity(situation.knowledge, product, said))
                == Some(line.quantity)
        }),
        (EntityKind::Money, EntityValue::Money { minor, currency, .. }) => {
            (*minor, *currency) != (quote.content.total.minor, quote.content.total.currency)
        }
        (EntityKind::Quantity | EntityKind::Money | EntityKind::Percent | EntityKind::Incoterm, _) => true,
        _ => false,
    });
    (!others).then_some(quote)
}

/// Words of a question, a condition or a delay: who asks how to order has not ordered.
const DOUBTFUL: &[&str] = &[
    "?",
    "\u{ff1f}",
    "吗",
    "怎么",
    "如何",
    "能不能",
    "可不可以",
    "如果",
    "要是",
    "假如",
    "先不",
    "暂不",
    "暂时",
    "再考虑",
    "考虑一下",
    "不下单",
    "别下单",
    "不要下单",
    "没下单",
    "还没",
    "等一下",
    "等等",
    "稍等",
    "再等",
    "how ",
    "can i",
    "could ",
    "if ",
    "not ",
    "n't",
    "yet",
    "later",
    "before ",
    "hold on",
    "wait",
];

/// Words that accept what was quoted, whatever else a message with the word "报价" may be about.
const YES: &[&str] = &[
    "按这个报价下单",
    "按报价下单",
    "按此报价下单",
    "按照报价下单",
    "按照这个报价下单",
    "照这个报价下单",
    "照报价下单",
    "按报价单下单",
    "按这个报价单下单",
    "按这份报价下单",
    "按这份报价单下单",
    "接受报价",
    "接受这个报价",
    "接受这份报价",
    "同意报价",
    "同意这个报价",
    "确认报价",
    "确认这份报价",
    "报价没问题，下单",
    "报价可以，下单",
    "accept the quot",
    "accept your quot",
    "accept this quot",
    "order as quoted",
    "go ahead with the quot",
    "go ahead with your quot",
    "proceed with the quot",
    "proceed with your quot",
];

fn says_yes(text: &str) -> bool {
    YES.iter().any(|words| text.contains(words))
}

/// Whether the message says yes to a quote that the buyer has, so that it is a purchase and no further request.
pub(crate) fn is_accepted_in_words(situation: &Situation<'_>) -> bool {
    situation.quote.is_some_and(|quote| quote.is_acceptable(situation.now)) && {
        let text = situation.text().to_lowercase();
        says_yes(&text) && !is_doubtful(&text)
    }
}

fn is_doubtful(text: &str) -> bool {
    DOUBTFUL.iter().any(|word| text.contains(word))
}

/// Whether a person approves a quote for the requirement before it is sent: from the owner's total on, tax included.
pub(crate) fn needs_approval(circumstances: &Circumstances<'_>) -> bool {
    let knowledge = circumstances.situation.knowledge;
    let (Some(from), Some(amount)) = (knowledge.quotes.approval_from, circumstances.order_amount) else {
        return false;
    };
    let shop = &knowledge.shop;
    let tax = if shop.prices_include_tax == Some(false) { Tax::Excluded } else { Tax::Included };
    let total = lines::split(amount, tax, shop.invoice_special.or(shop.tax_rate));
    total.is_none_or(|(_, _, total)| total.currency != from.currency || total.minor >= from.minor)
}

/// Sent at once where the assistant may quote by itself in this turn and nobody has to look at it first.
fn status(situation: &Situation<'_>, plan: &Plan, facts: &[Fact], content: &QuoteContent) -> QuoteStatus {
    let approval = situation.knowledge.quotes.approval_from;
    let large = approval
        .is_some_and(|from| from.currency != content.total.currency || content.total.minor >= from.minor);
    if large || plan.handoff_is_new || situation.conversation.owner != Owner::Assistant {
        return QuoteStatus::WaitingApproval;
    }
    // A reply that waits for a person takes its quote along.
    let waits = autonomy::goes_beyond(plan.autonomy, plan, facts)
        || ledger::contradiction(situation, facts).is_some();
    if waits { QuoteStatus::Draft } else { QuoteStatus::Sent }
}

pub(crate) fn fact(quote: &Quote, status: QuoteStatus, public_url: Option<&str>) -> Fact {
    let body = FactBody::Quote {
        id: quote.id,
        number: label(quote),
        version: quote.version,
        total: quote.content.total,
        valid_until: quote.content.valid_until.clone(),
        status: status.name().into(),
        url: public_url.map(|base| page_url(base, &quote.token)),
    };
    Fact::new(body, format!("quote:{}@r{}", label(quote), quote.content.revision))
}

/// The same goods at the same terms: what differs is only when it was asked for.
fn says_the_same(before: &QuoteContent, now: &QuoteContent) -> bool {
    let undated = |content: &QuoteContent| QuoteContent {
        date: String::new(),
        valid_until: String::new(),
        revision: 0,
        ..content.clone()
    };
    undated(before) == undated(now)
}

/// `QT20261123-4K7M2P`: the day, and six letters of the id, in which I, L, O and U do not occur.
fn number(knowledge: &Knowledge, date: &str, id: QuoteId) -> String {
    let day: String = date.chars().filter(char::is_ascii_digit).collect();
    let id = id.to_string();
    let tail = id.get(id.len().saturating_sub(6)..).unwrap_or_default().to_ascii_uppercase();
    format!("{}{day}-{tail}", knowledge.quotes.number_prefix)
}

/// The instant at which an ISO date ends where the shop is; `None` for what is no date.
pub fn end_of_day(knowledge: &Knowledge, date: &str) -> Option<Timestamp> {
    clock::start_of_day(knowledge, date.parse::<Date>().ok()?.tomorrow().ok()?)
}

/// Today and the last day of a quote made now, as ISO dates where the shop is.
fn dates(knowledge: &Knowledge, now: Timestamp) -> Option<(String, String)> {
    let today = clock::date(knowledge, now);
    let last = today.checked_add(knowledge.quotes.valid_days.days()).ok()?;
    Some((today.to_string(), last.to_string()))
}

#[cfg(test)]
mod tests;
