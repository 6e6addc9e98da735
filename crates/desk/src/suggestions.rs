//! What the knowledge could learn from talk: messages that were not answered well, gathered into proposals that a person accepts, edits
//! or dismisses. What he accepts is a new revision, through the same check as a folder.

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use domain::{
    Timestamp,
    id::{AgentId, ContactId, ConversationId, MessageId, SuggestionId, TurnId},
    insight::{DraftOutcome, Observation, Observed, ObservedTurn},
    message::Author,
    suggestion::{Proposal, Suggestion, SuggestionStatus},
    turn::ReplyKind,
    understanding::{EntityKind, intent},
};
use engine::{
    insights::Range,
    knowledge::Knowledge,
    suggestions::{Draft, EditError, MOST_MESSAGES, Unanswered, apply, masked, needs, propose},
};
use store::{Page, StoreError, SuggestionFilter};

use crate::{
    Desk,
    knowledge::{
        KnowledgeError, files_of,
        publishing::{CONSOLE, Offered},
    },
};

/// Talk that is looked through, in days.
const DAYS: i64 = 30;
/// The hour of the shop's day from which on the talk of the day before is looked through.
const NIGHT_HOUR: i64 = 2;
/// Messages after a question among which a person's answer is looked for.
const ANSWER_WITHIN: u32 = 20;
/// Entities that lead to a person.
const PERSONAL: [EntityKind; 7] = [
    EntityKind::Company,
    EntityKind::Person,
    EntityKind::Phone,
    EntityKind::Email,
    EntityKind::WechatId,
    EntityKind::TaxId,
    EntityKind::OrderNumber,
];

/// Why a suggestion was not found, decided or taken in.
#[derive(Debug, thiserror::Error)]
pub enum SuggestError {
    #[error("there is no such suggestion")]
    NotFound,
    #[error("the suggestion was {} already", .0.name())]
    Decided(SuggestionStatus),
    #[error("a suggestion of the kind `{expected}` cannot be accepted as `{given}`")]
    OtherKind { expected: &'static str, given: &'static str },
    #[error(transparent)]
    Edit(#[from] EditError),
    #[error(transparent)]
    Knowledge(KnowledgeError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The task that compared messages was lost.
    #[error("the messages could not be compared")]
    Lost,
}

/// The night that an instant belongs to, as an ISO date: a new one begins some hours after midnight.
pub(crate) fn night(knowledge: &Knowledge, now: Timestamp) -> String {
    engine::insights::date(knowledge, now.plus_hours(-NIGHT_HOUR), 0)
}

/// A turn that did not answer well.
struct Candidate {
    turn: TurnId,
    conversation: ConversationId,
    contact: ContactId,
    at: Timestamp,
    /// A person wrote later.
    written: bool,
    /// The primary intent of the next turn, where the assistant asked back.
    meant: Option<String>,
}

impl Desk {
    /// Looks through the talk of the last thirty days and puts what it proposes in the place of the open suggestions. Gives their number.
    pub async fn find_suggestions(&self) -> Result<usize, SuggestError> {
        // One look at a time, and none beside a report: each holds the observations of its range.
        let _turn = self.inner.counting.acquire().await.ok();
        let now = self.now();
        let range = Range { from: now.plus_hours(-24 * DAYS), to: now.plus_millis(1) };
        let known = self.known_suggestions().await?;
        let decided: BTreeSet<MessageId> = known
            .iter()
            .filter(|suggestion| suggestion.status != SuggestionStatus::Open)
            .flat_map(|suggestion| suggestion.basis.iter().copied())
            .collect();
        let observations = self.observations(range).await?;
        let knowledge = self.published().knowledge.clone();
        let candidates = candidates(&observations, &knowledge);
        let unanswered = self.unanswered(&knowledge, candidates, &decided).await?;
        let proposing = tokio::task::spawn_blocking(move || propose(&knowledge, unanswered));
        let drafts = proposing.await.map_err(|_| SuggestError::Lost)?;
        let open = self.named(drafts, &known, now);
        let count = open.len();
        self.inner.store.replace_suggestions(open).await?;
        tracing::info!(suggestions.open = count, "looked through talk for what could be learned");
        Ok(count)
    }

    async fn known_suggestions(&self) -> Result<Vec<Suggestion>, StoreError> {
        let (mut known, mut after) = (Vec::new(), None);
        loop {
            let page = Page { after, limit: Page::MAX };
            let found = self.inner.store.suggestions(SuggestionFilter::default(), page).await?;
            known.extend(found.items);
            match found.next {
                Some(next) => after = Some(next),
                None => return Ok(known),
            }
        }
    }

    /// Drafts as suggestions: one that rests on messages of an open one keeps its id.
    fn named(&self, drafts: Vec<Draft>, known: &[Suggestion], now: Timestamp) -> Vec<Suggestion> {
        let open = known.iter().filter(|suggestion| suggestion.status == SuggestionStatus::Open);
        let mut by_message: BTreeMap<MessageId, (SuggestionId, Timestamp)> = BTreeMap::new();
        for suggestion in open {
            for message in &suggestion.basis {
                by_message.insert(*message, (suggestion.id, suggestion.created_at));
            }
        }
        let mut used = BTreeSet::new();
        let named = drafts.into_iter().map(|draft| {
            let before = draft.basis.iter().filter_map(|message| by_message.get(message).copied());
            let before = before.into_iter().find(|(id, _)| used.insert(*id));
            let (id, created_at) = before.unwrap_or_else(|| (SuggestionId::from_ulid(self.ulid(now)), now));
            Suggestion {
                id,
                status: SuggestionStatus::Open,
                proposal: draft.proposal,
                evidence: draft.evidence,
                basis: draft.basis,
                buyers: draft.buyers,
                messages: draft.messages,
                created_at,
                updated_at: now,
                decided_by: None,
                revision: None,
            }
        });
        named.collect()
    }

    /// Reads what the candidates were asked, without what leads to a person.
    async fn unanswered(
        &self,
        knowledge: &Knowledge,
        candidates: Vec<Candidate>,
        decided: &BTreeSet<MessageId>,
    ) -> Result<Vec<Unanswered>, SuggestError> {
        let store = &self.inner.store;
        let agents = store.agents().await?;
        // Each contact's name and firm.
        let mut people: HashMap<ContactId, (Option<String>, Option<String>)> = HashMap::new();
        let mut found = Vec::new();
        for candidate in candidates {
            let Some(turn) = store.turn(candidate.turn).await? else { continue };
            let Some(&message) = turn.message_ids.last() else { continue };
            if turn.message_ids.iter().any(|id| decided.contains(id)) {
                continue;
            }
            let needs = needs(knowledge, &turn);
            if needs.is_empty() {
                continue;
            }
            let (mut text, mut seq) = (String::new(), 0);
            for id in &turn.message_ids {
                let Some(said) = store.message(*id).await? else { continue };
                seq = said.seq;
                text.push_str(if text.is_empty() { "" } else { " " });
                text.push_str(said.text.trim());
            }
            if text.is_empty() {
                continue;
            }
            let known = match people.entry(candidate.contact) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let contact = store.contact(candidate.contact).await?;
                    let (name, firm) = contact.map(|contact| (contact.name, contact.company_name)).unzip();
                    new.insert((name.flatten(), firm.flatten()))
                }
            };
            let mut named: Vec<&str> = known.0.as_deref().into_iter().collect();
            let mut others: Vec<&str> = known.1.as_deref().into_iter().collect();
            for entity in turn.understanding.entities.iter().filter(|one| PERSONAL.contains(&one.kind)) {
                let list = if entity.kind == EntityKind::Person { &mut named } else { &mut others };
                list.push(entity.text.as_str());
            }
            // The names of programs are words like any other.
            named.extend(agents.iter().filter(|agent| !agent.machine).map(|agent| agent.name.as_str()));
            let answer = if candidate.written {
                let page = Page { after: Some(seq.to_string()), limit: ANSWER_WITHIN };
                let later = store.messages(candidate.conversation, page).await?.items;
                let written = later.into_iter().find(|message| matches!(message.author, Author::Agent(_)));
                written.map(|message| masked(message.text.trim(), &named, &others))
            } else {
                None
            };
            let text = masked(&text, &named, &others);
            for need in needs {
                found.push(Unanswered {
                    message,
                    conversation: candidate.conversation,
                    contact: candidate.contact,
                    at: candidate.at,
                    text: text.clone(),
                    need,
                    answer: answer.clone(),
                    meant: candidate.meant.clone(),
                });
            }
        }
        Ok(found)
    }

    /// Takes a suggestion into the knowledge, as it stands or as a person edited it: a new revision, published after the check of all.
    pub async fn accept_suggestion(
        &self,
        id: SuggestionId,
        edited: Option<Proposal>,
        agent: Option<AgentId>,
    ) -> Result<Suggestion, SuggestError> {
        // Two at once would each publish without the other's.
        let _turn = self.inner.counting.acquire().await.ok();
        let mut suggestion = self.open_suggestion(id).await?;
        if let Some(edited) = edited {
            let (expected, given) = (suggestion.proposal.kind(), edited.kind());
            if expected != given {
                return Err(SuggestError::OtherKind { expected, given });
            }
            suggestion.proposal = edited;
        }
        let revision = self.inner.store.current_revision().await?;
        let files = revision.as_ref().and_then(files_of).unwrap_or_default();
        let files = apply(&files, &suggestion.proposal)?;
        // Of the very revision that was read: another one that came between is not undone.
        let based_on = revision.map(|revision| revision.number);
        let offered = Offered { files, origin: CONSOLE.to_owned(), based_on, insists: false };
        let applied = self.apply_knowledge(&offered).await.map_err(SuggestError::Knowledge)?;
        suggestion.revision = Some(applied.revision);
        self.decided(suggestion, SuggestionStatus::Accepted, agent).await
    }

    /// Puts a suggestion aside; its messages are not proposed again.
    pub async fn dismiss_suggestion(
        &self,
        id: SuggestionId,
        agent: Option<AgentId>,
    ) -> Result<Suggestion, SuggestError> {
        let suggestion = self.open_suggestion(id).await?;
        self.decided(suggestion, SuggestionStatus::Dismissed, agent).await
    }

    async fn open_suggestion(&self, id: SuggestionId) -> Result<Suggestion, SuggestError> {
        let suggestion = self.inner.store.suggestion(id).await?.ok_or(SuggestError::NotFound)?;
        match suggestion.status {
            SuggestionStatus::Open => Ok(suggestion),
            decided @ (SuggestionStatus::Accepted | SuggestionStatus::Dismissed) => {
                Err(SuggestError::Decided(decided))
            }
        }
    }

    async fn decided(
        &self,
        mut suggestion: Suggestion,
        status: SuggestionStatus,
        agent: Option<AgentId>,
    ) -> Result<Suggestion, SuggestError> {
        suggestion.status = status;
        suggestion.decided_by = agent;
        suggestion.updated_at = self.now();
        if self.inner.store.decide_suggestion(suggestion.clone()).await? {
            Ok(suggestion)
        } else {
            // Somebody was faster, or a new look found it no more.
            Err(SuggestError::NotFound)
        }
    }
}

/// The turns that did not answer well, the newest first.
fn candidates(observations: &[Observation], knowledge: &Knowledge) -> Vec<Candidate> {
    let mut talks: BTreeMap<ConversationId, Vec<&Observation>> = BTreeMap::new();
    for observation in observations {
        if let Some(conversation) = observation.conversation {
            talks.entry(conversation).or_default().push(observation);
        }
    }
    let mut found = Vec::new();
    for (conversation, steps) in talks {
        for (place, step) in steps.iter().enumerate() {
            let (Observed::Turn(turn), Some(contact)) = (&step.what, step.contact) else { continue };
            let later = &steps[place + 1..];
            if !(is_open(turn) || is_handed_over(later) || is_rewritten(turn, later)) {
                continue;
            }
            let next = later.iter().find_map(|step| match &step.what {
                Observed::Turn(turn) => Some(turn),
                _ => None,
            });
            let meant = next.filter(|_| turn.strategy == "clarify").and_then(|next| next.intents.first());
            found.push(Candidate {
                turn: turn.turn,
                conversation,
                contact,
                at: step.at,
                written: later.iter().any(|step| matches!(step.what, Observed::Written { .. })),
                meant: meant.filter(|name| knowledge.intents.iter().any(|own| own.name == **name)).cloned(),
            });
        }
    }
    found.sort_by_key(|candidate| (std::cmp::Reverse(candidate.at), candidate.turn));
    found.truncate(MOST_MESSAGES);
    found
}

/// The assistant did not know, asked back, or said nothing of the matter.
fn is_open(turn: &ObservedTurn) -> bool {
    matches!(turn.strategy.as_str(), "dont_know" | "clarify")
        || turn.has_intent(intent::OUT_OF_SCOPE)
        || (turn.kind == ReplyKind::Answer && turn.counts.is_some() && !turn.is_substantive())
}

/// A person was asked for, for want of an answer, before the next turn.
fn is_handed_over(later: &[&Observation]) -> bool {
    let before_next = later.iter().take_while(|step| !matches!(step.what, Observed::Turn(_)));
    let mut reasons = before_next.filter_map(|step| match &step.what {
        Observed::Handoff { reason } => Some(reason.as_str()),
        _ => None,
    });
    reasons.any(|reason| matches!(reason, "no_knowledge" | "low_confidence"))
}

/// A person wrote something else than was drafted.
fn is_rewritten(turn: &ObservedTurn, later: &[&Observation]) -> bool {
    let outcome = later.iter().find_map(|step| match &step.what {
        Observed::Turn(next) if next.draft => Some(None),
        Observed::Written { draft } => Some(*draft),
        _ => None,
    });
    turn.draft && matches!(outcome, Some(Some(DraftOutcome::Edited | DraftOutcome::Rejected)))
}
