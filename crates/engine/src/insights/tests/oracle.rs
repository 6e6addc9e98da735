//! The same figures by another road: from the events as they were written, each figure by its definition, with no state carried from
//! one event to the next and nothing shared with what is tested but the clock of the shop.

use domain::event::{Event, EventKind};
use serde_json::Value;

use super::{history::History, *};

/// Milliseconds, conversation, value, hit, label.
pub type Case = (i64, String, i64, bool, String);

const H72: i64 = 72 * 60 * MINUTE;
const H48: i64 = 48 * 60 * MINUTE;

/// One conversation's events in order.
struct Thread<'h>(Vec<&'h Event>);

impl<'h> Thread<'h> {
    fn id(&self) -> String {
        self.0[0].event.conversation.expect("it has one").to_string()
    }

    fn contact(&self) -> ContactId {
        self.0[0].event.contact.expect("it has one")
    }

    fn time(&self, place: usize) -> i64 {
        self.0[place].event.at.millis()
    }

    fn data(&self, place: usize) -> &'h Value {
        &self.0[place].event.data
    }

    fn is(&self, place: usize, kind: EventKind) -> bool {
        self.0[place].event.kind == kind
    }

    fn places(&self, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.0.len()).filter(|&place| wanted(place)).collect()
    }

    fn opened(&self) -> Option<i64> {
        self.places(|place| self.is(place, EventKind::ConversationOpened))
            .first()
            .map(|&place| self.time(place))
    }

    fn turns(&self) -> Vec<usize> {
        self.places(|place| self.is(place, EventKind::TurnCompleted))
    }

    fn is_turn(&self, place: usize) -> bool {
        self.is(place, EventKind::TurnCompleted)
    }

    fn said(&self, place: usize) -> bool {
        self.is_turn(place) && self.data(place)["reply_kind"] != "silent" && self.data(place)["draft"] != true
    }

    fn wrote(&self, place: usize) -> bool {
        self.is(place, EventKind::MessageSent) && self.data(place)["author"] == "agent"
    }

    fn waited(&self, place: usize) -> i64 {
        self.data(place)["counts"]["waited_ms"].as_i64().unwrap_or(0)
    }

    fn asked(&self, place: usize) -> i64 {
        self.time(place) - self.waited(place)
    }

    fn has(&self, place: usize, intent: &str) -> bool {
        self.data(place)["intents"].as_array().expect("a list").iter().any(|one| one["name"] == intent)
    }

    fn list(&self, place: usize, name: &str) -> Vec<String> {
        let list = self.data(place)["counts"][name].as_array().cloned().unwrap_or_default();
        list.iter().map(|one| one.as_str().expect("text").to_owned()).collect()
    }

    fn owner(&self, place: usize, owner: &str) -> bool {
        self.is(place, EventKind::OwnerChanged) && self.data(place)["owner"] == owner
    }

    fn handoff(&self, place: usize) -> bool {
        self.is(place, EventKind::HandoffRequested)
    }

    fn ended(&self, place: usize) -> bool {
        self.is(place, EventKind::ConversationEnded)
    }

    fn quote(&self, place: usize, status: &str) -> bool {
        self.is(place, EventKind::QuoteChanged) && self.data(place)["status"] == status
    }

    /// Whether the assistant had the conversation just before an event.
    fn assistant_has(&self, before: usize) -> bool {
        let moved = self.places(|place| {
            place < before && (self.handoff(place) || self.is(place, EventKind::OwnerChanged))
        });
        moved.last().is_none_or(|&last| self.owner(last, "assistant"))
    }
}

fn threads(history: &History) -> Vec<Thread<'_>> {
    let mut ids: Vec<_> = history.events.iter().filter_map(|event| event.event.conversation).collect();
    ids.sort();
    ids.dedup();
    let of =
        |id| Thread(history.events.iter().filter(|event| event.event.conversation == Some(id)).collect());
    ids.into_iter().map(of).collect()
}

fn date(millis: i64) -> String {
    // China has no summer time.
    let local = Timestamp::from_millis(millis + 8 * 60 * MINUTE).to_string();
    local[..10].to_owned()
}

fn ordered(history: &History, contact: ContactId, from: i64, wanted: Option<&[String]>) -> bool {
    let (first, last) = (date(from), date(from + 30 * 1_440 * MINUTE));
    history.orders.iter().any(|order| {
        order.contact == contact
            && first <= order.date
            && order.date <= last
            && wanted.is_none_or(|wanted| order.products.iter().any(|one| wanted.contains(&one.0)))
    })
}

/// Minutes are counted one by one, so that nothing of the tested arithmetic is used; the rest of a minute is added at both ends.
fn working(knowledge: &Knowledge, from: i64, to: i64) -> i64 {
    let Some(hours) = &knowledge.business_hours else { return (to - from).max(0) };
    let open = |millis: i64| {
        let local = millis + 8 * 60 * MINUTE;
        let day = local.div_euclid(1_440 * MINUTE);
        // The first day of the count of days was a Thursday.
        let weekday = (day + 3).rem_euclid(7) as usize;
        let minute = (local.rem_euclid(1_440 * MINUTE) / MINUTE) as u16;
        hours.days[weekday].iter().any(|&(start, end)| start <= minute && minute < end)
    };
    let mut total = 0;
    let mut at = from;
    while at < to {
        let next = ((at.div_euclid(MINUTE) + 1) * MINUTE).min(to);
        total += if open(at) { next - at } else { 0 };
        at = next;
    }
    total
}

pub fn cases(metric: Metric, history: &History, knowledge: &Knowledge, inquiry: &Inquiry) -> Vec<Case> {
    let all = threads(history);
    let in_inbox = |thread: &&Thread<'_>| {
        let opening = thread.0.iter().find(|event| event.event.kind == EventKind::ConversationOpened);
        inquiry
            .inbox
            .is_none_or(|inbox| opening.is_some_and(|event| event.event.data["inbox"] == inbox.to_string()))
    };
    let (from, to) = (inquiry.range.from.millis(), inquiry.range.to.millis());
    let inside = |at: i64| from <= at && at < to;
    let mut found: Vec<Case> = if metric == Metric::Funnel {
        let asked = all.iter().filter(in_inbox).flat_map(|thread| {
            let inquiries = thread.turns().into_iter().filter(|&place| is_inquiry(thread, place));
            inquiries.map(|place| (thread.contact(), thread.time(place), thread.id())).collect::<Vec<_>>()
        });
        let mut first: Vec<_> = asked.filter(|(_, at, _)| inside(*at)).collect();
        first.sort();
        first.dedup_by_key(|(contact, ..)| *contact);
        first.into_iter().map(|(contact, at, id)| funnel(history, contact, at, id)).collect()
    } else {
        let wanted = all.iter().filter(in_inbox);
        wanted.flat_map(|thread| of_thread(metric, thread, &all, history, knowledge, inquiry)).collect()
    };
    found.retain(|case| inside(case.0));
    found
}

fn is_inquiry(thread: &Thread<'_>, place: usize) -> bool {
    // Of the intents of the histories.
    ["price_inquiry", "quote_request", "spec_inquiry", "purchase"]
        .iter()
        .any(|intent| thread.has(place, intent))
}

fn funnel(history: &History, contact: ContactId, at: i64, id: String) -> Case {
    let happened = |kind: EventKind, statuses: &[&str]| {
        history.events.iter().any(|event| {
            event.event.contact == Some(contact)
                && event.event.at.millis() >= at
                && event.event.kind == kind
                && statuses.iter().any(|status| event.event.data["status"] == *status)
        })
    };
    let order = ordered(history, contact, at, None)
        || happened(EventKind::LeadChanged, &["won"])
        || happened(EventKind::QuoteChanged, &["accepted"]);
    let stage = if order {
        "order"
    } else if happened(EventKind::QuoteChanged, &["sent"]) {
        "quote"
    } else if happened(EventKind::LeadChanged, &["new", "contacted"]) {
        "lead"
    } else {
        "inquiry"
    };
    (at, id, 1, order, stage.to_owned())
}

fn of_thread(
    metric: Metric,
    thread: &Thread<'_>,
    all: &[Thread<'_>],
    history: &History,
    knowledge: &Knowledge,
    inquiry: &Inquiry,
) -> Vec<Case> {
    let id = thread.id();
    let turns = thread.turns();
    let opened = thread.opened();
    let now = inquiry.now.millis();
    let case = |at: i64, value: i64, hit: bool, label: &str| (at, id.clone(), value, hit, label.to_owned());
    let once = |value: i64, hit: bool, label: &str| -> Vec<Case> {
        opened.filter(|_| !turns.is_empty()).map(|at| case(at, value, hit, label)).into_iter().collect()
    };
    let every = 0..thread.0.len();
    match metric {
        Metric::AssistantResponseTime => {
            let answers =
                turns.iter().filter(|&&turn| thread.said(turn) && !thread.data(turn)["counts"].is_null());
            answers.map(|&turn| case(thread.time(turn), thread.waited(turn), false, "")).collect()
        }
        Metric::PersonResponseTime => {
            let wrote = thread.places(|place| thread.wrote(place));
            let answered = wrote.into_iter().filter_map(|place| {
                // What ends a wait: an answer, the end, giving back, an assistant that answers while it has the conversation.
                let ends = |one: usize| {
                    thread.wrote(one)
                        || thread.ended(one)
                        || thread.owner(one, "assistant")
                        || (thread.said(one) && thread.assistant_has(one))
                };
                let start = (0..place).rev().find(|&one| ends(one)).map_or(0, |one| one + 1);
                let wants =
                    |one: &usize| thread.handoff(*one) || (thread.is_turn(*one) && !thread.said(*one));
                let since = (start..place).find(wants)?;
                let from = if thread.handoff(since) { thread.time(since) } else { thread.asked(since) };
                let value = working(knowledge, from, thread.time(place));
                Some(case(thread.time(place), value, false, ""))
            });
            answered.collect()
        }
        Metric::FirstAnswerTime | Metric::FirstSubstantiveAnswerTime => {
            let counts = |place: usize| {
                metric == Metric::FirstAnswerTime || thread.data(place)["counts"]["substantive"] == true
            };
            let mut heard =
                every.filter(|&place| thread.wrote(place) || (thread.said(place) && counts(place)));
            let first = opened.zip(heard.next()).map(|(opened, place)| {
                let by = if thread.wrote(place) { "person" } else { "assistant" };
                case(opened, thread.time(place) - opened, false, by)
            });
            first.into_iter().collect()
        }
        Metric::Resolution => {
            let Some(end) = every.clone().find(|&place| thread.ended(place)) else { return Vec::new() };
            let at = thread.time(end);
            let back = all
                .iter()
                .filter(|other| other.contact() == thread.contact())
                .any(|other| other.opened().is_some_and(|opened| at <= opened && opened <= at + H72));
            let closed = |turn: usize| {
                let open = ["dont_know", "clarify", "apology_escalation", "human_handoff"];
                thread.said(turn) && !open.iter().any(|name| thread.data(turn)["strategy"] == *name)
            };
            let answered = turns
                .iter()
                .any(|&turn| thread.said(turn) && thread.data(turn)["counts"]["substantive"] == true);
            let label = if every.clone().any(|place| thread.wrote(place) || thread.handoff(place)) {
                "person"
            } else if !answered || !turns.last().is_some_and(|&last| closed(last)) {
                "unanswered"
            } else if back {
                "returned"
            } else if now > at + H72 {
                "verified"
            } else {
                "pending"
            };
            vec![case(at, 1, label == "verified", label)]
        }
        Metric::Handover => {
            let first = every.clone().find(|&place| thread.handoff(place));
            let reason = first
                .map_or("none", |place| thread.data(place)["handoff"]["reason"].as_str().expect("a reason"));
            once(1, first.is_some(), reason)
        }
        Metric::HandoverPickupTime => {
            let taken = thread.places(|place| thread.owner(place, "person"));
            let picked = taken.into_iter().filter_map(|place| {
                let resets = |one: usize| {
                    thread.ended(one) || thread.owner(one, "person") || thread.owner(one, "assistant")
                };
                let start = (0..place).rev().find(|&one| resets(one)).map_or(0, |one| one + 1);
                let since = (start..place).find(|&one| thread.handoff(one))?;
                let value = working(knowledge, thread.time(since), thread.time(place));
                Some(case(thread.time(place), value, false, ""))
            });
            picked.collect()
        }
        Metric::Funnel => Vec::new(),
        Metric::Recommendations => {
            let offers =
                turns.iter().filter(|&&turn| thread.said(turn) && !thread.list(turn, "offered").is_empty());
            offers
                .map(|&offer| {
                    let label = outcome(thread, offer, history, now);
                    case(thread.time(offer), 1, label == "ordered" || label == "accepted", label)
                })
                .collect()
        }
        Metric::QuoteTurnaround => {
            let first_sent = |place: usize| {
                thread.quote(place, "sent")
                    && !(0..place).any(|one| {
                        thread.quote(one, "sent")
                            && thread.data(one)["quote_id"] == thread.data(place)["quote_id"]
                    })
            };
            let sent = thread.places(first_sent);
            let timed = sent.iter().filter_map(|&place| {
                let start = sent.iter().rev().find(|&&one| one < place).map_or(0, |&one| one + 1);
                let asks = |&one: &usize| {
                    thread.is_turn(one)
                        && (thread.has(one, "quote_request") || thread.data(one)["strategy"] == "quote")
                };
                let asked = (start..place).find(asks)?;
                let by = if thread.data(place)["by"] == "assistant" { "assistant" } else { "person" };
                Some(case(thread.time(place), thread.time(place) - thread.asked(asked), false, by))
            });
            timed.collect()
        }
        Metric::Quotes => {
            let sent = thread.places(|place| thread.quote(place, "sent"));
            let name = |place: usize| thread.data(place)["quote_id"].as_str().expect("an id");
            let firsts: Vec<usize> = sent
                .iter()
                .copied()
                .filter(|&place| !sent.iter().any(|&one| one < place && name(one) == name(place)))
                .collect();
            let became = firsts.iter().map(|&place| {
                let of_quote =
                    thread.places(|one| thread.is(one, EventKind::QuoteChanged) && name(one) == name(place));
                let last =
                    thread.data(*of_quote.last().expect("it was sent"))["status"].as_str().expect("a status");
                let label = match last {
                    "accepted" | "rejected" | "expired" => last,
                    _ if firsts.last() != Some(&place) => "superseded",
                    _ => "open",
                };
                case(thread.time(place), 1, label == "accepted", label)
            });
            became.collect()
        }
        Metric::SilenceAfterOffer => {
            let is_offer = |place: usize| {
                (thread.said(place) && !thread.list(place, "offered").is_empty())
                    || thread.quote(place, "sent")
            };
            let decided = thread.places(is_offer).into_iter().filter_map(|offer| {
                let at = thread.time(offer);
                let in_time = |when: i64| at < when && when <= at + H48;
                let spoke = turns.iter().any(|&turn| in_time(thread.asked(turn)));
                let accepted = every.clone().any(|place| {
                    thread.quote(place, "accepted")
                        && thread.data(place)["by"] == "buyer"
                        && in_time(thread.time(place))
                });
                let silent = !spoke && !accepted;
                let label = if thread.is_turn(offer) { "recommendation" } else { "quote" };
                (!silent || now > at + H48).then(|| case(at, 1, silent, label))
            });
            decided.collect()
        }
        Metric::OptOuts => {
            let wanted =
                |&turn: &usize| thread.has(turn, "unsubscribe") || thread.data(turn)["strategy"] == "opt_out";
            once(1, turns.iter().any(wanted), "")
        }
        Metric::Drafts => {
            let drafts = thread.places(|place| thread.is_turn(place) && thread.data(place)["draft"] == true);
            let became = drafts.into_iter().filter_map(|draft| {
                let next = (draft + 1..thread.0.len()).find(|&one| {
                    thread.wrote(one)
                        || thread.ended(one)
                        || (thread.is_turn(one) && thread.data(one)["draft"] == true)
                })?;
                let label = if thread.wrote(next) {
                    thread.data(next)["draft"]["outcome"].as_str().unwrap_or("rejected")
                } else if thread.ended(next) {
                    "unused"
                } else {
                    "superseded"
                };
                Some(case(thread.time(draft), 1, label == "unchanged", label))
            });
            became.collect()
        }
        Metric::WithoutPerson => once(1, !every.clone().any(|place| thread.wrote(place)), ""),
        Metric::PersonMessages => once(thread.places(|place| thread.wrote(place)).len() as i64, false, ""),
        Metric::ModelTokens => {
            let (prompt, answer) = used(thread, &turns);
            once(prompt + answer, false, "")
        }
        Metric::ModelCost => {
            let (prompt, answer) = used(thread, &turns);
            let Some(prices) = inquiry.prices else { return Vec::new() };
            // Millionths of a millionth, rounded half up.
            let total = prompt * prices.prompt + answer * prices.answer;
            let (whole, rest) = (total / 1_000_000, total % 1_000_000);
            once(whole + i64::from(rest >= 500_000), false, "")
        }
    }
}

fn used(thread: &Thread<'_>, turns: &[usize]) -> (i64, i64) {
    let sum = |name: &str| {
        let of = |&turn: &usize| thread.data(turn)["counts"]["model"][name].as_i64().unwrap_or(0);
        turns.iter().map(of).sum()
    };
    (sum("prompt_tokens"), sum("answer_tokens"))
}

fn outcome(thread: &Thread<'_>, offer: usize, history: &History, now: i64) -> &'static str {
    let at = thread.time(offer);
    let offered = thread.list(offer, "offered");
    let later: Vec<usize> = thread.turns().into_iter().filter(|&turn| turn > offer).collect();
    if ordered(history, thread.contact(), at, Some(&offered)) {
        return "ordered";
    }
    match later.first() {
        None if now > at + H48 => "silent",
        None => "pending",
        Some(&next) if thread.has(next, "deny") => "declined",
        Some(&next) => {
            let agrees = thread.has(next, "affirm") || thread.has(next, "purchase");
            let week = at + 7 * 1_440 * MINUTE;
            let names = later.iter().any(|&turn| {
                let named = thread.list(turn, "products");
                thread.time(turn) <= week
                    && !thread.has(turn, "deny")
                    && named.iter().any(|one| offered.contains(one))
            });
            if agrees || names {
                "accepted"
            } else if thread.asked(next) > at + H48 {
                "silent"
            } else {
                "ignored"
            }
        }
    }
}
