//! The cases that one conversation gives.

use std::borrow::Cow;

use domain::{
    Timestamp,
    conversation::{Owner, Status},
    id::{InboxId, QuoteId},
    insight::{Observation, Observed, ObservedTurn},
    quote::QuoteStatus,
    understanding::intent,
};

use super::{
    ACCEPT_MILLIS, Inquiry, Metric, RETURN_MILLIS, SILENCE_MILLIS, Sample, Talk, WorkingTime,
    contacts::Contacts,
};

/// Turns that leave the buyer's matter open.
const OPEN_ENDS: [&str; 4] = ["dont_know", "clarify", "apology_escalation", "human_handoff"];

/// Where the samples of one conversation go.
struct Counting<'c, 'm> {
    talk: &'c Talk<'m>,
    inquiry: &'c Inquiry,
    samples: &'c mut Vec<Sample>,
}

impl Counting<'_, '_> {
    fn add(
        &mut self,
        metric: Metric,
        at: Timestamp,
        value: i64,
        hit: bool,
        label: impl Into<Cow<'static, str>>,
    ) {
        let (conversation, contact) = (Some(self.talk.id), self.talk.contact);
        self.samples.push(Sample { metric, at, conversation, contact, value, hit, label: label.into() });
    }

    fn time(&mut self, metric: Metric, at: Timestamp, millis: i64, label: &'static str) {
        self.add(metric, at, millis.max(0), false, label);
    }

    fn share(&mut self, metric: Metric, at: Timestamp, hit: bool, label: impl Into<Cow<'static, str>>) {
        self.add(metric, at, 1, hit, label);
    }
}

/// A turn with its time, and where it stands among the steps.
struct Said<'m> {
    at: Timestamp,
    /// When the buyer had written what it answers.
    asked_at: Timestamp,
    turn: &'m ObservedTurn,
}

fn turns<'m>(steps: &[&'m Observation]) -> Vec<Said<'m>> {
    let turn = |step: &&'m Observation| match &step.what {
        Observed::Turn(turn) => {
            Some(Said { at: step.at, asked_at: step.at.plus_millis(-turn.waited_ms()), turn })
        }
        _ => None,
    };
    steps.iter().filter_map(turn).collect()
}

pub(super) fn count(
    talk: &Talk<'_>,
    people: &Contacts<'_>,
    working: &WorkingTime,
    inquiry: &Inquiry,
    samples: &mut Vec<Sample>,
) {
    let turns = turns(&talk.steps);
    let mut counting = Counting { talk, inquiry, samples };
    answers(&mut counting, working);
    drafts(&mut counting);
    quotes(&mut counting);
    offers(&mut counting, &turns, people);
    if let Some(opening) = talk.opening() {
        first_answers(&mut counting, opening.0);
        if !turns.is_empty() {
            whole(&mut counting, opening, &turns);
        }
    }
    end(&mut counting, &turns, people);
}

/// Response times of the assistant and of people.
fn answers(counting: &mut Counting<'_, '_>, working: &WorkingTime) {
    let mut owner = Owner::Assistant;
    let mut wanted: Option<Timestamp> = None;
    let mut asked_for: Option<Timestamp> = None;
    for step in &counting.talk.steps {
        match &step.what {
            Observed::Turn(turn) => {
                if turn.was_said() {
                    if turn.counts.is_some() {
                        counting.time(Metric::AssistantResponseTime, step.at, turn.waited_ms(), "");
                    }
                    if owner == Owner::Assistant {
                        // What was only drafted before is answered or overtaken by this.
                        wanted = None;
                    }
                } else {
                    wanted.get_or_insert(step.at.plus_millis(-turn.waited_ms()));
                }
            }
            Observed::Handoff { .. } => {
                owner = Owner::Waiting;
                wanted.get_or_insert(step.at);
                asked_for.get_or_insert(step.at);
            }
            Observed::Owner { owner: now } => {
                owner = *now;
                match now {
                    Owner::Person => {
                        if let Some(since) = asked_for.take() {
                            let millis = working.between(since, step.at);
                            counting.time(Metric::HandoverPickupTime, step.at, millis, "");
                        }
                    }
                    Owner::Assistant => (wanted, asked_for) = (None, None),
                    Owner::Waiting => {}
                }
            }
            Observed::Written { .. } => {
                if let Some(since) = wanted.take() {
                    let millis = working.between(since, step.at);
                    counting.time(Metric::PersonResponseTime, step.at, millis, "");
                }
            }
            Observed::Ended { .. } => (wanted, asked_for) = (None, None),
            Observed::Opened { .. } | Observed::Lead { .. } | Observed::Quote { .. } => {}
        }
    }
}

fn first_answers(counting: &mut Counting<'_, '_>, opened: Timestamp) {
    let heard = |substantive: bool| {
        counting.talk.steps.iter().find_map(|step| match &step.what {
            Observed::Turn(turn) if turn.was_said() && (!substantive || turn.is_substantive()) => {
                Some((step.at, "assistant"))
            }
            Observed::Written { .. } => Some((step.at, "person")),
            _ => None,
        })
    };
    let (any, substantive) = (heard(false), heard(true));
    for (metric, found) in [(Metric::FirstAnswerTime, any), (Metric::FirstSubstantiveAnswerTime, substantive)]
    {
        if let Some((at, by)) = found {
            counting.time(metric, opened, at.since(opened), by);
        }
    }
}

/// What is counted once for each conversation.
fn whole(counting: &mut Counting<'_, '_>, (opened, _): (Timestamp, InboxId), turns: &[Said<'_>]) {
    let steps = &counting.talk.steps;
    let reason = steps.iter().find_map(|step| match &step.what {
        Observed::Handoff { reason } => Some(reason.clone()),
        _ => None,
    });
    let written = steps.iter().filter(|step| matches!(step.what, Observed::Written { .. })).count();
    counting.share(Metric::Handover, opened, reason.is_some(), reason.unwrap_or_else(|| "none".to_owned()));
    let opted_out =
        turns.iter().any(|said| said.turn.strategy == "opt_out" || said.turn.has_intent(intent::UNSUBSCRIBE));
    counting.share(Metric::OptOuts, opened, opted_out, "");
    counting.share(Metric::WithoutPerson, opened, written == 0, "");
    counting.add(Metric::PersonMessages, opened, written as i64, false, "");
    let mut used = domain::insight::ModelUse::default();
    for said in turns {
        used.plus(said.turn.counts.as_ref().map_or_else(Default::default, |counts| counts.model));
    }
    let (prompt, answer) = (i64::from(used.prompt_tokens), i64::from(used.answer_tokens));
    counting.add(Metric::ModelTokens, opened, prompt + answer, false, "");
    if let Some(prices) = counting.inquiry.prices {
        let total =
            i128::from(prompt) * i128::from(prices.prompt) + i128::from(answer) * i128::from(prices.answer);
        let millionths = (total + 500_000).div_euclid(1_000_000);
        let millionths = i64::try_from(millionths).unwrap_or(i64::MAX);
        counting.add(Metric::ModelCost, opened, millionths, false, "");
    }
}

/// What became of drafts.
fn drafts(counting: &mut Counting<'_, '_>) {
    let mut waiting: Option<Timestamp> = None;
    for step in &counting.talk.steps {
        let (before, became) = match &step.what {
            Observed::Turn(turn) if turn.draft => (waiting.replace(step.at), "superseded"),
            Observed::Written { draft } => {
                (waiting.take(), draft.map_or("rejected", domain::insight::DraftOutcome::name))
            }
            Observed::Ended { .. } => (waiting.take(), "unused"),
            _ => continue,
        };
        if let Some(at) = before {
            counting.share(Metric::Drafts, at, became == "unchanged", became);
        }
    }
}

/// How fast quotes were sent, and what became of them.
fn quotes(counting: &mut Counting<'_, '_>) {
    let steps = &counting.talk.steps;
    let mut asked: Option<Timestamp> = None;
    let mut sent: Vec<(QuoteId, Timestamp)> = Vec::new();
    for step in steps {
        match &step.what {
            Observed::Turn(turn) if turn.has_intent(intent::QUOTE_REQUEST) || turn.strategy == "quote" => {
                asked.get_or_insert(step.at.plus_millis(-turn.waited_ms()));
            }
            Observed::Quote { quote, status: QuoteStatus::Sent, by } => {
                if sent.iter().any(|(known, _)| known == quote) {
                    continue;
                }
                sent.push((*quote, step.at));
                if let Some(since) = asked.take() {
                    let by = if by == "assistant" { "assistant" } else { "person" };
                    counting.time(Metric::QuoteTurnaround, step.at, step.at.since(since), by);
                }
            }
            _ => {}
        }
    }
    let last = sent.len();
    for (place, (id, at)) in sent.into_iter().enumerate() {
        let end = steps.iter().rev().find_map(|step| match &step.what {
            Observed::Quote { quote, status, .. } if *quote == id => Some(*status),
            _ => None,
        });
        let became = match end {
            Some(QuoteStatus::Accepted) => "accepted",
            Some(QuoteStatus::Rejected) => "rejected",
            Some(QuoteStatus::Expired) => "expired",
            Some(QuoteStatus::Superseded) => "superseded",
            _ if place + 1 < last => "superseded",
            _ => "open",
        };
        counting.share(Metric::Quotes, at, became == "accepted", became);
    }
}

/// What became of recommendations, and silence after offers.
fn offers(counting: &mut Counting<'_, '_>, turns: &[Said<'_>], people: &Contacts<'_>) {
    let now = counting.inquiry.now;
    for (place, said) in turns.iter().enumerate() {
        if said.turn.offered().is_empty() || !said.turn.was_said() {
            continue;
        }
        let became = outcome(counting, said, &turns[place + 1..], people);
        let hit = matches!(became, "ordered" | "accepted");
        counting.share(Metric::Recommendations, said.at, hit, became);
    }
    let recommended = turns
        .iter()
        .filter(|said| !said.turn.offered().is_empty() && said.turn.was_said())
        .map(|said| (said.at, "recommendation"));
    let quoted = counting.talk.steps.iter().filter_map(|step| match &step.what {
        Observed::Quote { status: QuoteStatus::Sent, .. } => Some((step.at, "quote")),
        _ => None,
    });
    let offered: Vec<(Timestamp, &'static str)> = recommended.chain(quoted).collect();
    for (at, kind) in offered {
        let spoke = turns.iter().map(|said| said.asked_at).filter(|asked| *asked > at).min();
        let decided = counting.talk.steps.iter().find_map(|step| match &step.what {
            Observed::Quote { status: QuoteStatus::Accepted, by, .. } if by == "buyer" && step.at > at => {
                Some(step.at)
            }
            _ => None,
        });
        let answered = spoke.into_iter().chain(decided).min();
        let silent = answered.is_none_or(|answered| answered.since(at) > SILENCE_MILLIS);
        if !silent || now.since(at) > SILENCE_MILLIS {
            counting.share(Metric::SilenceAfterOffer, at, silent, kind);
        }
    }
}

fn outcome(
    counting: &Counting<'_, '_>,
    offer: &Said<'_>,
    later: &[Said<'_>],
    people: &Contacts<'_>,
) -> &'static str {
    let offered = offer.turn.offered();
    if counting.talk.contact.is_some_and(|contact| people.ordered(contact, offer.at, Some(offered))) {
        return "ordered";
    }
    let names = |said: &&Said<'_>| {
        let named = said.turn.counts.as_ref().map_or(&[][..], |counts| &counts.products);
        said.at.since(offer.at) <= ACCEPT_MILLIS
            && !said.turn.has_intent(intent::DENY)
            && named.iter().any(|product| offered.contains(product))
    };
    let Some(next) = later.first() else {
        let silent = counting.inquiry.now.since(offer.at) > SILENCE_MILLIS;
        return if silent { "silent" } else { "pending" };
    };
    if next.turn.has_intent(intent::DENY) {
        return "declined";
    }
    let agrees = next.turn.has_intent(intent::AFFIRM) || next.turn.has_intent(intent::PURCHASE);
    if agrees || later.iter().any(|said| names(&said)) {
        return "accepted";
    }
    if next.asked_at.since(offer.at) > SILENCE_MILLIS { "silent" } else { "ignored" }
}

/// What the conversation came to.
fn end(counting: &mut Counting<'_, '_>, turns: &[Said<'_>], people: &Contacts<'_>) {
    let steps = &counting.talk.steps;
    let ended = steps.iter().find_map(|step| match step.what {
        Observed::Ended { status: Status::Resolved | Status::Lapsed } => Some(step.at),
        _ => None,
    });
    let Some(ended) = ended else { return };
    let person =
        steps.iter().any(|step| matches!(step.what, Observed::Written { .. } | Observed::Handoff { .. }));
    let answered = turns.iter().any(|said| said.turn.was_said() && said.turn.is_substantive());
    let left_open = turns
        .last()
        .is_none_or(|last| !last.turn.was_said() || OPEN_ENDS.contains(&last.turn.strategy.as_str()));
    let came_back = counting.talk.contact.is_some_and(|contact| people.came_back(contact, ended));
    let label = if person {
        "person"
    } else if !answered || left_open {
        "unanswered"
    } else if came_back {
        "returned"
    } else if counting.inquiry.now.since(ended) <= RETURN_MILLIS {
        "pending"
    } else {
        "verified"
    };
    counting.share(Metric::Resolution, ended, label == "verified", label);
}
