//! One contact's past, folded from its beginning by two revisions side by side.

pub(crate) mod profile;
mod state;

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use domain::{
    Timestamp,
    approval::{Approval, ApprovalStatus},
    conversation::{Conversation, Owner, Status},
    id::{AgentId, ApprovalId, ContactId, ConversationId, LeadId, MessageId, PromiseId, QuoteId, TurnId},
    inbox::Inbox,
    message::{Author, Message},
    negotiation::AskedApproval,
    order::Order,
    promise::Promise,
    quote::{Quote, QuoteStatus},
    turn::{Turn, WordedBy},
    understanding::Understanding,
};
use engine::{
    models::Learned,
    quote::QuoteMeans,
    situation::Situation,
    turn::{TakenTurn, TurnIds, take_turn},
};
use store::{History, StoredSituation};
use ulid::Ulid;

use super::{
    outcome::Outcome,
    report::{Example, Tally},
};
use crate::{knowledge::Published, turn};
use state::State;

/// What is the same for all contacts.
pub(super) struct Scope<'s> {
    pub before: &'s Published,
    pub after: &'s Published,
    /// Messages may mean something else by the other knowledge, so that both sides read them anew; else what was understood then stands.
    pub understood_anew: bool,
    pub since: Option<Timestamp>,
    pub public_url: &'s str,
    pub examples: usize,
}

/// A rule's name that stands in the turns that a person owned.
const PERSON_OWNS: &str = "person_owns";

/// Stands for whoever had the conversation; nothing that the assistant says names him.
const SOMEBODY: AgentId = AgentId::from_ulid(Ulid(0));

/// The turns that answered messages, in their order.
fn in_order(past: &History) -> Vec<&Turn> {
    let mut turns: Vec<&Turn> = past.turns.iter().filter(|turn| !turn.message_ids.is_empty()).collect();
    turns.sort_by_key(|turn| (turn.at, turn.id));
    turns
}

/// Decides every turn of a contact both ways and reports those of `conversations`.
pub(super) fn fold(past: &History, conversations: &BTreeSet<ConversationId>, scope: &Scope<'_>) -> Tally {
    let mut tally = Tally::default();
    let records = Records::new(past);
    let (mut before, mut after) = (State::new(past), State::new(past));
    let mut earlier: HashMap<ConversationId, &Turn> = HashMap::new();
    let mut last_at = None;
    for turn in in_order(past) {
        let is_reported =
            conversations.contains(&turn.conversation) && scope.since.is_none_or(|since| since <= turn.at);
        let Some(moment) = Moment::of(&records, turn, earlier.insert(turn.conversation, turn), last_at)
        else {
            tally.skipped += u64::from(is_reported);
            continue;
        };
        last_at = Some(turn.at);
        before.meet(&moment);
        after.meet(&moment);
        let left = moment.decide(scope, scope.before, &before, None);
        let right = moment.decide(scope, scope.after, &after, Some(&before));
        if is_reported {
            let (was, would_be) = (Outcome::of(&left.turn), Outcome::of(&right.turn));
            if is_comparable(turn, scope) {
                tally.reproduced.of += 1;
                tally.reproduced.exactly += u64::from(was == Outcome::of(turn));
            }
            tally.take(turn.conversation, turn.id, &was, &would_be);
            let aspects = was.changes(&would_be);
            if let (false, Some(message)) = (aspects.is_empty(), moment.messages.first()) {
                // What changes even on the ground on which it was decided, changes by itself.
                let following = before != after && {
                    let alone = moment.decide(scope, scope.after, &before, Some(&before));
                    was.changes(&Outcome::of(&alone.turn)).is_empty()
                };
                let example = Example {
                    conversation: turn.conversation,
                    turn: turn.id,
                    message: message.id,
                    at: turn.at,
                    text: moment.text(),
                    aspects,
                    following,
                    before: was,
                    after: would_be,
                };
                tally.change(example, scope.examples);
            }
        }
        before.apply(left);
        after.apply(right);
    }
    tally
}

/// Whether deciding again can be held against the record: decided by the revision in force, in the templates' words, from what the
/// local way understood.
fn is_comparable(turn: &Turn, scope: &Scope<'_>) -> bool {
    turn.revision == scope.before.knowledge.revision
        && turn.reply.worded_by == WordedBy::Template
        && turn.understanding.assisted.is_none()
        && !scope.understood_anew
}

/// The past, to be looked up.
struct Records<'p> {
    past: &'p History,
    messages: HashMap<MessageId, &'p Message>,
    /// Quotes by the turn that made them.
    quotes: HashMap<TurnId, &'p Quote>,
    turns: BTreeSet<TurnId>,
}

impl<'p> Records<'p> {
    fn new(past: &'p History) -> Self {
        let made = past.quotes.iter().filter_map(|quote| Some((quote.turn?, quote)));
        Self {
            messages: past.messages.iter().map(|message| (message.id, message)).collect(),
            quotes: made.collect(),
            turns: past.turns.iter().map(|turn| turn.id).collect(),
            past,
        }
    }
}

/// What happened by the time of one turn, apart from what the assistant decided.
struct Moment<'p> {
    records: &'p Records<'p>,
    turn: &'p Turn,
    conversation: &'p Conversation,
    inbox: &'p Inbox,
    messages: Vec<Message>,
    orders: Cow<'p, [Order]>,
    person_owns: bool,
    /// It was opened by a follow-up, after this one of the same buyer had ended.
    resumes: Option<ConversationId>,
    /// A person gave the conversation back, or what it waited for was decided.
    returned: bool,
    /// The time of the contact's turn before.
    last_at: Option<Timestamp>,
}

impl<'p> Moment<'p> {
    /// `None` where messages of the turn are not stored any more.
    fn of(
        records: &'p Records<'p>,
        turn: &'p Turn,
        earlier: Option<&Turn>,
        last_at: Option<Timestamp>,
    ) -> Option<Self> {
        let past = records.past;
        let conversation = past.conversations.iter().find(|known| known.id == turn.conversation)?;
        let inbox = past.inboxes.iter().find(|inbox| inbox.id == conversation.inbox)?;
        let messages = turn
            .message_ids
            .iter()
            .map(|id| records.messages.get(id).map(|&message| Message { turn: None, ..message.clone() }))
            .collect::<Option<Vec<_>>>()?;
        let owned = |turn: &Turn| turn.strategy.rule == PERSON_OWNS;
        let was_with_people = earlier.is_some_and(|earlier| owned(earlier) || earlier.handoff.is_some());
        let still_is = turn.handoff.as_ref().is_some_and(|handoff| handoff.requested_at < turn.at);
        Some(Self {
            records,
            turn,
            conversation,
            inbox,
            messages,
            orders: orders(past, conversation.contact, turn.at),
            person_owns: owned(turn),
            resumes: resumed(past, conversation),
            returned: was_with_people && !still_is,
            last_at,
        })
    }

    fn text(&self) -> String {
        let texts: Vec<&str> = self.messages.iter().map(|message| message.text.as_str()).collect();
        texts.join("\n")
    }

    /// Takes the turn by one revision from one state. What was understood then stands while the state is like `recorded`, the state that
    /// the revision in force came to (`None`: this is it).
    fn decide(
        &self,
        scope: &Scope<'_>,
        published: &Published,
        state: &State,
        recorded: Option<&State>,
    ) -> TakenTurn {
        let knowledge = &*published.knowledge;
        let now = self.turn.at;
        let opened = self.opening(state);
        let conversation = state.conversations.get(&self.conversation.id).unwrap_or(&opened);
        let promises = self.promises(state);
        let quote = self.quote(state);
        let situation = Situation {
            now,
            seed: self.turn.seed,
            knowledge,
            inbox: self.inbox,
            conversation,
            contact: &state.contact,
            company: self.records.past.company.as_ref(),
            company_facts: &self.turn.profile.company_facts,
            orders: &self.orders,
            promises: &promises,
            lead: state.lead.as_ref(),
            quote: quote.as_ref(),
            colleagues: &self.turn.colleagues,
            // Both sides go by the rules: what was learned since is knowledge of neither.
            learned: Learned::default(),
            messages: &self.messages,
        };
        let id = self.conversation.id;
        let is_known =
            !scope.understood_anew && recorded.is_none_or(|recorded| recorded.is_heard_like(state, id));
        let understanding = if is_known {
            Cow::Borrowed(&self.turn.understanding)
        } else {
            Cow::Owned(understand(published, &situation))
        };
        let take = |situation: &Situation<'_>| {
            take_turn(situation, &understanding, &self.ids(), scope.public_url, || self.means())
        };
        let taken = take(&situation);
        let known =
            self.asked_already(&taken.approvals, now.plus_hours(-24 * knowledge.authority.offer_days));
        if known.is_empty() {
            return taken;
        }
        let mut conversation = conversation.clone();
        for asked in known {
            conversation.memory.negotiation.ask(asked);
        }
        take(&Situation { conversation: &conversation, ..situation })
    }

    /// Of these requests those that were asked before the turn, in any conversation, and were pending then or decided at `since` or later.
    fn asked_already(&self, requests: &[Approval], since: Timestamp) -> Vec<AskedApproval> {
        let newest = |key: &str| {
            let asked = self.records.past.approvals.iter();
            asked
                .filter(|approval| approval.key == key && approval.created_at < self.turn.at)
                .max_by_key(|approval| (approval.created_at, approval.id))
        };
        let known = requests.iter().filter_map(|request| {
            let approval = newest(&request.key)?;
            let decided = approval.outcome.as_ref().filter(|outcome| outcome.at <= self.turn.at);
            let status = decided.map_or(ApprovalStatus::Pending, |_| approval.status);
            let holds =
                status != ApprovalStatus::Expired && decided.is_none_or(|outcome| outcome.at >= since);
            holds.then(|| AskedApproval { id: approval.id, key: request.key.clone(), status })
        });
        known.collect()
    }

    /// The conversation as it was when it began.
    fn opening(&self, state: &State) -> Conversation {
        let before = self.resumes.and_then(|id| state.conversations.get(&id));
        Conversation {
            status: Status::Open,
            owner: Owner::Assistant,
            owner_epoch: 0,
            assigned_to: None,
            memory: before.map(|before| before.memory.resumed()).unwrap_or_default(),
            last_message_at: self.conversation.opened_at,
            ended_at: None,
            ..self.conversation.clone()
        }
    }

    /// Those that the record has; what it has not follows from the turn's own id.
    fn ids(&self) -> TurnIds {
        let turn = self.turn.id.ulid();
        TurnIds {
            turn: self.turn.id,
            lead: self.turn.lead.as_ref().map_or(LeadId::from_ulid(turn), |lead| lead.id),
            approvals: std::array::from_fn(|index| ApprovalId::from_ulid(following(turn, index))),
        }
    }

    fn means(&self) -> QuoteMeans {
        match self.records.quotes.get(&self.turn.id) {
            Some(made) => QuoteMeans { id: made.id, token: made.token.clone() },
            // It opens nothing: no quote has it.
            None => QuoteMeans { id: QuoteId::from_ulid(self.turn.id.ulid()), token: "0".repeat(64) },
        }
    }

    /// What stood promised: by people and to colleagues as it is in the ledger, by the assistant to this contact as it was decided here.
    fn promises(&self, state: &State) -> Vec<Promise> {
        let past = self.records.past;
        let folded = |promise: &Promise| {
            promise.offer.by == Author::Assistant
                && promise.contact == state.contact.id
                && promise.offer.turn.is_some_and(|turn| self.records.turns.contains(&turn))
        };
        let others =
            past.promises.iter().filter(|promise| promise.offer.at <= self.turn.at && !folded(promise));
        let mut known: Vec<&Promise> = others.chain(&state.promises).collect();
        known.sort_by_key(|promise| (promise.offer.at, promise.id));
        let firm = past.company.as_ref().filter(|_| state.contact.is_verified());
        let newest = |is_his: &dyn Fn(&Promise) -> bool| {
            let his = known.iter().rev().filter(|promise| is_his(promise));
            his.take(StoredSituation::PROMISES).map(|promise| promise.id).collect::<BTreeSet<_>>()
        };
        let of_contact = newest(&|promise| promise.contact == state.contact.id);
        let of_each = firm.iter().flat_map(|firm| firm.ids());
        let of_company: BTreeSet<PromiseId> =
            of_each.flat_map(|id| newest(&|promise| promise.company == Some(id))).collect();
        let is_seen =
            |promise: &&&Promise| of_contact.contains(&promise.id) || of_company.contains(&promise.id);
        known.iter().filter(is_seen).map(|&promise| promise.clone()).collect()
    }

    /// The newest version of the requirement's quote, with what people did to it by then.
    fn quote(&self, state: &State) -> Option<Quote> {
        let now = self.turn.at;
        let stored = &self.records.past.quotes;
        let mut id = state.contact.requirement.quote?;
        // Made by people; the assistant's own are those of the state.
        let by_people = || stored.iter().filter(|quote| quote.turn.is_none() && quote.created_at <= now);
        for _ in 0..=stored.len() + state.quotes.len() {
            let next = state.quotes.iter().chain(by_people()).find(|quote| quote.supersedes == Some(id));
            match next {
                Some(next) => id = next.id,
                None => break,
            }
        }
        let mut quote = state.quotes.iter().chain(by_people()).find(|quote| quote.id == id)?.clone();
        // What this very turn did is not done yet.
        let moved = stored.iter().find(|moved| moved.id == id && moved.updated_at < now);
        if let Some(moved) = moved.filter(|moved| moved.status != QuoteStatus::Superseded) {
            quote.status = moved.status;
            quote.sealed = moved.sealed;
        }
        if quote.status.is_open() && quote.expires_at <= now {
            quote.status = QuoteStatus::Expired;
        }
        Some(quote)
    }
}

/// The contact's and his company's orders that were known at `now`: an order's id says when it came in.
fn orders(past: &History, own: ContactId, now: Timestamp) -> Cow<'_, [Order]> {
    let root = &past.contact;
    let firm = past.company.as_ref().filter(|_| root.is_verified());
    let is_seen = |order: &&Order| {
        order.id.made_at() <= now
            && (order.contact.is_some_and(|contact| contact == root.id || contact == own)
                || order.company.is_some_and(|id| firm.is_some_and(|firm| firm.is(id))))
    };
    if past.orders.len() <= StoredSituation::ORDERS && past.orders.iter().all(|order| is_seen(&order)) {
        return Cow::Borrowed(&past.orders);
    }
    Cow::Owned(past.orders.iter().filter(is_seen).take(StoredSituation::ORDERS).cloned().collect())
}

fn understand(published: &Published, situation: &Situation<'_>) -> Understanding {
    published.understander.understand(&turn::context(situation), &situation.text())
}

/// The ids that follow one another after a turn's own.
fn following(turn: Ulid, index: usize) -> Ulid {
    Ulid(turn.0.wrapping_add(1 + index as u128))
}

/// The conversation that this one takes up: the shop wrote first in it, by itself, since the one before had ended.
fn resumed(past: &History, conversation: &Conversation) -> Option<ConversationId> {
    let first = past.messages.iter().find(|message| message.conversation == conversation.id)?;
    if matches!(first.author, Author::Buyer) {
        return None;
    }
    let before = past.conversations.iter().filter(|before| {
        before.identity == conversation.identity && before.opened_at < conversation.opened_at
    });
    before.max_by_key(|before| before.id).map(|before| before.id)
}
