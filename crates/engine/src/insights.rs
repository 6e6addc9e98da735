//! The figures by which a shop is judged: how fast and how well buyers are served, what talk leads to, what it costs.
//!
//! [`samples`] reads observations and gives one [`Sample`] for each case that a figure counts, with the conversation that it comes from;
//! [`report()`] adds samples up. Nothing is stored: the same observations give the same figures, whoever counts and whenever. What a
//! figure means exactly stands at its [`Metric`], and for people in `docs/insights.md`.

mod contacts;
mod report;
mod talk;
mod uplift;
mod working;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::HashMap};

use domain::{
    Timestamp,
    id::{ContactId, ConversationId, InboxId},
    insight::{Observation, Observed, OrderOfContact},
};

use crate::knowledge::Knowledge;

pub use report::{Bucket, Figures, MetricReport, Report, date, days, report};
pub use uplift::{Arm, Uplift};
pub use working::WorkingTime;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Observations that lie so long before a range may still belong to a conversation in it.
pub const LOOK_BACK_MILLIS: i64 = 14 * DAY;
/// What happens so long after a range may still be the outcome of something in it.
pub const LOOK_AHEAD_MILLIS: i64 = 30 * DAY;
/// A buyer who comes back this soon was not helped.
pub const RETURN_MILLIS: i64 = 72 * HOUR;
/// A buyer who says nothing for so long after an offer is silent.
pub const SILENCE_MILLIS: i64 = 48 * HOUR;
/// A recommended product that is named within this time was taken up …
pub const ACCEPT_MILLIS: i64 = 7 * DAY;
/// … and one that is ordered within so many days was ordered for it.
pub const ORDER_DAYS: i64 = 30;

/// What a metric's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Milliseconds,
    /// Cases of which some are hits; the values are 1.
    Share,
    /// A number for each conversation.
    Number,
    /// Millionths of the currency, for each conversation.
    Millionths,
}

impl Unit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::Share => "share",
            Self::Number => "number",
            Self::Millionths => "millionths",
        }
    }
}

/// The three results that a shop is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Service,
    Sales,
    Cost,
}

impl Area {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Sales => "sales",
            Self::Cost => "cost",
        }
    }
}

macro_rules! metrics {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $area:ident, $unit:ident;)*) => {
        /// What is counted. A sample stands in the range in which the time named last lies.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $($(#[$meta])* $variant),*
        }

        impl Metric {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            pub const fn area(self) -> Area {
                match self { $(Self::$variant => Area::$area),* }
            }

            pub const fn unit(self) -> Unit {
                match self { $(Self::$variant => Unit::$unit),* }
            }

            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|metric| metric.name() == name)
            }
        }
    };
}

metrics! {
    /// From the first message that a turn answers to the turn, where the buyer got its reply. Drafts and silence are no reply.
    AssistantResponseTime = "assistant_response_time", Service, Milliseconds;
    /// Working time from the instant when a person was wanted (asked for, or a message came while a person had the conversation, or the
    /// assistant only drafted) to what the person wrote. A second message in a row is no answer.
    PersonResponseTime = "person_response_time", Service, Milliseconds;
    /// From the opening to whatever the buyer heard first. Labels: `assistant`, `person`. Time: the opening.
    FirstAnswerTime = "first_answer_time", Service, Milliseconds;
    /// The same to the first reply that answers the matter (`domain::insight::is_substantive`), or to a person's words.
    FirstSubstantiveAnswerTime = "first_substantive_answer_time", Service, Milliseconds;
    /// Conversations that ended. Labels: `verified` (the hit: the assistant answered the matter, nobody else was needed, the last turn
    /// left nothing open, and the buyer did not come back within [`RETURN_MILLIS`]), `returned` (he did), `unanswered`, `person`
    /// (somebody wrote or was asked for), `pending` (he may still come back). Time: the end.
    Resolution = "resolution", Service, Share;
    /// Conversations with a turn; a hit where a person was asked for. Labels: the first reason, or `none`. Time: the opening.
    Handover = "handover", Service, Share;
    /// Working time from asking for a person to a person's taking over. Time: the taking over.
    HandoverPickupTime = "handover_pickup_time", Service, Milliseconds;
    /// Contacts by their first inquiry in the range. Labels: how far they came, `inquiry`, `lead`, `quote` or `order` (the hit), counted
    /// from that inquiry on. Time: the inquiry.
    Funnel = "funnel", Sales, Share;
    /// Recommendations that the buyer got. Labels: `ordered` (one of the products within [`ORDER_DAYS`]), `accepted` (the next turn
    /// agrees, or one of the products is named within [`ACCEPT_MILLIS`]), both hits; `declined`, `ignored` (the talk went on without
    /// it), `silent` (nothing was said for [`SILENCE_MILLIS`]), `pending`. Time: the offer.
    Recommendations = "recommendations", Sales, Share;
    /// From the message that asks for a quote to the sending of one. Labels: who sent it. Time: the sending.
    QuoteTurnaround = "quote_turnaround", Sales, Milliseconds;
    /// Quotes that were sent. Labels: `accepted` (the hit), `rejected`, `expired`, `superseded`, `open`. Time: the first sending.
    Quotes = "quotes", Sales, Share;
    /// Recommendations and quotes that the buyer got; a hit where he said nothing for [`SILENCE_MILLIS`]. Labels: `recommendation`,
    /// `quote`. Time: the offer. Those of which it is not known yet are left out.
    SilenceAfterOffer = "silence_after_offer", Sales, Share;
    /// Conversations with a turn; a hit where the buyer wanted no more messages. Time: the opening.
    OptOuts = "opt_outs", Sales, Share;
    /// Drafts of which something became. Labels: `unchanged` (the hit), `edited`, `rejected` (a person wrote something else),
    /// `superseded` (the buyer wrote on and a new draft took its place), `unused` (the conversation ended). Time: the draft.
    Drafts = "drafts", Cost, Share;
    /// Conversations with a turn; a hit where no person wrote. Time: the opening.
    WithoutPerson = "without_person", Cost, Share;
    /// What people wrote in a conversation with a turn. Time: the opening.
    PersonMessages = "person_messages", Cost, Number;
    /// Tokens of a language model in a conversation with a turn, estimated. Time: the opening.
    ModelTokens = "model_tokens", Cost, Number;
    /// Their cost by the prices of the configuration; nothing is counted without prices. Time: the opening.
    ModelCost = "model_cost", Cost, Millionths;
}

/// Instants from `from` on and before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Range {
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// What a language model costs: millionths of the currency for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelPrices {
    pub prompt: i64,
    pub answer: i64,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Inquiry {
    pub range: Range,
    /// Only conversations of this inbox.
    pub inbox: Option<InboxId>,
    /// Outcomes after this instant are not known yet.
    pub now: Timestamp,
    pub prices: Option<ModelPrices>,
}

/// One case of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub metric: Metric,
    /// By it the case falls into the range.
    pub at: Timestamp,
    pub conversation: Option<ConversationId>,
    pub contact: Option<ContactId>,
    pub value: i64,
    pub hit: bool,
    pub label: Cow<'static, str>,
}

/// What samples are made of.
pub struct Material<'m> {
    /// By rising number: those of the range, and those that lie up to [`LOOK_BACK_MILLIS`] before and [`LOOK_AHEAD_MILLIS`] after it.
    pub observations: &'m [Observation],
    /// From the first day of the range to [`ORDER_DAYS`] after its last.
    pub orders: &'m [OrderOfContact],
    pub knowledge: &'m Knowledge,
}

/// One conversation's observations, by rising number.
struct Talk<'m> {
    id: ConversationId,
    contact: Option<ContactId>,
    steps: Vec<&'m Observation>,
}

impl Talk<'_> {
    /// When and where it was opened, if that is among the observations.
    fn opening(&self) -> Option<(Timestamp, InboxId)> {
        self.steps.iter().find_map(|step| match step.what {
            Observed::Opened { inbox } => Some((step.at, inbox)),
            _ => None,
        })
    }
}

/// All cases in the range, by metric, then time, then conversation.
pub fn samples(material: &Material<'_>, inquiry: &Inquiry) -> Vec<Sample> {
    let talks = talks(material.observations);
    let asked = |talk: &&Talk<'_>| {
        inquiry.inbox.is_none_or(|wanted| talk.opening().is_some_and(|(_, inbox)| inbox == wanted))
    };
    let start = inquiry.range.from.plus_millis(-LOOK_BACK_MILLIS);
    let working = WorkingTime::new(material.knowledge, start, inquiry.range.to);
    let people = contacts::Contacts::new(material, &talks);
    let mut found = Vec::new();
    for talk in talks.iter().filter(asked) {
        talk::count(talk, &people, &working, inquiry, &mut found);
    }
    let inquiries = talks.iter().filter(asked);
    people.funnel(inquiries, inquiry, &mut found);
    found.retain(|sample| inquiry.range.contains(sample.at));
    found.sort_by_key(|sample| (sample.metric, sample.at, sample.conversation, sample.contact));
    found
}

/// Observations by conversation, in the order in which the conversations first appear.
fn talks(observations: &[Observation]) -> Vec<Talk<'_>> {
    let mut talks: Vec<Talk<'_>> = Vec::new();
    let mut places: HashMap<ConversationId, usize> = HashMap::new();
    for observation in observations {
        let Some(id) = observation.conversation else { continue };
        let place = *places.entry(id).or_insert_with(|| {
            talks.push(Talk { id, contact: None, steps: Vec::new() });
            talks.len() - 1
        });
        let talk = &mut talks[place];
        talk.contact = talk.contact.or(observation.contact);
        talk.steps.push(observation);
    }
    talks
}
