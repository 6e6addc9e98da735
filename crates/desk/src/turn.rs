//! One turn: load, understand, remember, decide, compose, check, commit.
//!
//! Everything between load and commit is a pure function; here it is timed and tried again when an owner changed meanwhile.

use std::sync::Arc;

use domain::{
    Timestamp,
    approval::Approval,
    conversation::Owner,
    event::{EventKind, NewEvent},
    id::{ApprovalId, ConversationId, EventId, LeadId, MessageId, OutboxId, ProductId, PromiseId, TurnId},
    insight::{self, ModelUse, TurnCounts},
    message::{Author, Message, MessageKind},
    outbox::{Delivery, OutboxEntry, OutboxStatus},
    promise::Promise,
    quote::Quote,
    turn::{ReplyKind, Timings, Turn},
};
use engine::{
    knowledge::Knowledge,
    models::Learned,
    situation::Situation,
    turn::{Issued, TakenTurn, TurnIds},
};
use serde_json::json;
use store::{Claim, CommitOutcome, StoreError, StoredSituation, TurnCommit};
use tracing::Instrument;
use understanding::{Context, Focus, Listed};

use crate::{Desk, knowledge::Published, receive::LEASE_MILLIS};

/// Minutes after which an unsent reply is of no use to the buyer any more.
const REPLY_EXPIRES_MINUTES: i64 = 10;
/// Unit prices are counted in these.
const MILLIONTHS: i64 = 1_000_000;

impl Desk {
    /// Answers all pending messages of a claimed conversation, turn by turn.
    pub(crate) async fn run_turns(&self, claim: Claim) -> Result<(), StoreError> {
        let Claim { conversation, lease_token, mut situation } = claim;
        let mut more = true;
        while more {
            let span =
                tracing::info_span!("turn", conversation.id = %conversation, turn.id = tracing::field::Empty);
            let turn = self.run_turn(conversation, lease_token, situation.take());
            more = Box::pin(turn).instrument(span).await?;
        }
        Ok(())
    }

    /// Runs one turn, on `situation` where it is known already; says whether more messages wait under the same lease.
    async fn run_turn(
        &self,
        conversation: ConversationId,
        lease_token: i64,
        mut situation: Option<Box<StoredSituation>>,
    ) -> Result<bool, StoreError> {
        let store = &self.inner.store;
        loop {
            let started = self.inner.clock.monotonic_micros();
            let mut stored = match situation.take() {
                Some(stored) => *stored,
                None => match store.situation(conversation).await? {
                    Some(stored) => stored,
                    None => return Ok(false),
                },
            };
            if stored.messages.is_empty() {
                store.release_lease(conversation, lease_token).await?;
                return Ok(false);
            }
            self.rebuild_when_due(&mut stored).await;
            let loaded = self.inner.clock.monotonic_micros();
            // Few contacts have a quote; only theirs is looked up.
            let quote = match stored.contact.requirement.quote {
                Some(id) => self.newest_version(id).await?,
                None => None,
            };
            let published = self.published();
            let (mut taken, mut timings, mut used) =
                self.take_turn(&published, &stored, quote.as_ref()).await;
            // Few turns ask for an approval; only they look whether the buyer asked for the same in another conversation. A decision stands
            // for as long as an offer does.
            if !taken.approvals.is_empty() {
                let keys = taken.approvals.iter().map(|approval| approval.key.clone()).collect();
                let held = 24 * published.knowledge.authority.offer_days;
                let asked = store.asked_already(keys, self.now().plus_hours(-held)).await?;
                if !asked.is_empty() {
                    let memory = &mut stored.conversation.memory.negotiation;
                    for asked in asked {
                        memory.ask(asked);
                    }
                    // What a model was asked for the first one counts as well.
                    let before = used;
                    (taken, timings, used) = self.take_turn(&published, &stored, quote.as_ref()).await;
                    taken.conversation.memory.model_questions += before.questions;
                    used.plus(before);
                }
            }
            timings.store = loaded - started;
            taken.turn.timings = timings;
            self.assign_lead(&mut taken);
            tracing::Span::current().record("turn.id", tracing::field::display(taken.turn.id));
            let committing = self.inner.clock.monotonic_micros();
            let commit = self.commit_of(&stored, taken, lease_token, used);
            let turn = Arc::clone(&commit.turn);
            let has_deliveries = !commit.outbox.is_empty();
            match store.commit_turn(commit).await? {
                CommitOutcome::Committed { more } => {
                    // Only a turn that asked for a person wrote down who was there, and who is not there may be asked, too.
                    if let Some(handoff) = &turn.handoff
                        && handoff.requested_at == turn.at
                    {
                        self.inner.colleagues.take_one_more(handoff);
                    }
                    let mut turn = Arc::unwrap_or_clone(turn);
                    turn.timings.store += self.inner.clock.monotonic_micros() - committing;
                    self.observe(&turn);
                    self.inner.work.announce(turn);
                    if has_deliveries {
                        self.inner.live.wake_deliveries();
                    }
                    return Ok(more);
                }
                // Another worker has it; what was computed here is void.
                CommitOutcome::Fenced => {
                    metrics::counter!("turns_fenced_total").increment(1);
                    return Ok(false);
                }
                CommitOutcome::OwnerChanged => metrics::counter!("turns_owner_changed_total").increment(1),
            }
        }
    }

    async fn take_turn(
        &self,
        published: &Published,
        stored: &StoredSituation,
        quote: Option<&Quote>,
    ) -> (TakenTurn, Timings, ModelUse) {
        let now = self.now();
        let clock = &self.inner.clock;
        let knowledge = &published.knowledge;
        let models = self.models();
        let colleagues = self.inner.colleagues.known();
        let situation = Situation {
            colleagues: &colleagues,
            seed: self.inner.ids.seed(),
            learned: Learned::of(&models),
            ..situation_of(published, stored, quote, now)
        };
        let ids = TurnIds {
            turn: TurnId::from_ulid(self.ulid(now)),
            lead: LeadId::from_ulid(self.ulid(now)),
            approvals: std::array::from_fn(|_| ApprovalId::from_ulid(self.ulid(now))),
        };

        let begun = clock.monotonic_micros();
        let memory = &stored.conversation.memory;
        let context = context(&situation);
        let text = situation.text();
        let (understanding, mut used) = self
            .understand(&published.understander, &context, memory, &text)
            .instrument(tracing::info_span!("understand"))
            .await;
        let understood = clock.monotonic_micros();
        let (remembered, plan) = {
            let _stage = tracing::info_span!("decide").entered();
            let remembered = engine::turn::remember(&situation, &understanding);
            let plan = engine::turn::decide(&situation, &understanding, &remembered, &ids);
            (remembered, plan)
        };
        let decided = clock.monotonic_micros();
        let words = self.wording_model();
        let (mut reply, wording, quote_change) = {
            let _stage = tracing::info_span!("compose").entered();
            let public_url = &self.inner.options.public_url;
            let means = || self.quote_means(now);
            let Issued { facts, quote } =
                engine::turn::issue(&situation, &understanding, &remembered, &plan, public_url, means);
            let (reply, wording) = if words.is_some() {
                engine::reply::compose_for_wording(&situation, &understanding, &remembered, &plan, facts)
            } else {
                (engine::reply::compose(&situation, &understanding, &remembered, &plan, facts), None)
            };
            (reply, wording, quote)
        };
        if let (Some(model), Some(wording)) = (words, &wording) {
            let span = tracing::info_span!("word");
            let word = self.word(model, knowledge, memory, used.questions, wording, &mut reply);
            used.plus(word.instrument(span).await);
        }
        let composed = clock.monotonic_micros();
        let mut taken = engine::turn::assemble(&situation, &understanding, remembered, plan, reply, &ids)
            .with_quote(quote_change);
        taken.conversation.memory.model_questions += used.questions;
        let timings = Timings {
            understand: understood - begun,
            decide: decided - understood,
            compose: composed - decided,
            store: 0,
        };
        (taken, timings, used)
    }

    /// Everything that the turn decided, to be committed in one transaction.
    fn commit_of(
        &self,
        stored: &StoredSituation,
        taken: TakenTurn,
        lease_token: i64,
        used: ModelUse,
    ) -> TurnCommit {
        let TakenTurn { turn, conversation, contact, lead, lead_reached_threshold, .. } = taken;
        let TakenTurn { approvals, offers, quote, wake_at, .. } = taken;
        let now = turn.at;
        let epoch = conversation.owner_epoch;
        let mut outbox = Vec::new();
        let mut events = Vec::new();
        let mut event = |kind, data| {
            events.push(NewEvent {
                id: EventId::from_ulid(self.ulid(now)),
                kind,
                conversation: Some(conversation.id),
                contact: Some(conversation.contact),
                data,
                at: now,
            });
        };
        let entry = |delivery, owner_epoch, expires_at| OutboxEntry {
            id: OutboxId::from_ulid(self.ulid(now)),
            delivery,
            owner_epoch,
            status: OutboxStatus::Pending,
            attempts: 0,
            due_at: now,
            expires_at,
            created_at: now,
        };

        let reply = (turn.reply.kind != ReplyKind::Silent).then(|| Message {
            id: MessageId::from_ulid(self.ulid(now)),
            conversation: conversation.id,
            seq: 0,
            author: Author::Assistant,
            external_id: None,
            kind: MessageKind::Text,
            text: turn.reply.text.clone(),
            attachments: Vec::new(),
            turn: Some(turn.id),
            draft: turn.reply.draft,
            at: now,
        });
        event(
            EventKind::TurnCompleted,
            json!({
                "turn_id": turn.id,
                "intents": turn.understanding.intents,
                "strategy": turn.strategy.name,
                "stage": turn.stage,
                "lead_score": turn.lead.as_ref().map(|lead| lead.score),
                "reply_kind": turn.reply.kind,
                "draft": turn.reply.draft,
                "counts": counts_of(stored, &turn, used),
            }),
        );
        if let Some(reply) = reply.as_ref().filter(|reply| !reply.draft) {
            event(
                EventKind::MessageSent,
                json!({"message_id": reply.id, "author": reply.author.name(), "text": reply.text}),
            );
            // Where buyers read from this server the commit is the delivery.
            if !stored.inbox.kind.delivers_by_commit() {
                let delivery = Delivery::Message { conversation: conversation.id, message: reply.id };
                let expires_at = now.plus_millis(REPLY_EXPIRES_MINUTES * 60_000);
                outbox.push(entry(delivery, Some(epoch), Some(expires_at)));
            }
        }
        if epoch != stored.conversation.owner_epoch && conversation.owner == Owner::Waiting {
            event(
                EventKind::HandoffRequested,
                json!({"handoff": conversation.memory.handoff, "owner": conversation.owner}),
            );
            let delivery = Delivery::HandoffNotification { conversation: conversation.id };
            outbox.push(entry(delivery, None, None));
        }
        for approval in &approvals {
            event(EventKind::ApprovalChanged, told_of(approval));
        }
        let promised = offers.into_iter().map(|offer| Promise {
            id: PromiseId::from_ulid(self.ulid(now)),
            contact: contact.id,
            company: contact.company.filter(|_| contact.is_verified()),
            conversation: conversation.id,
            offer,
        });
        let promises = promised.collect();
        if let Some(lead) = &lead {
            if stored.lead.as_ref().is_none_or(|before| before.score != lead.score) {
                events.push(lead.changed_event(
                    EventId::from_ulid(self.ulid(now)),
                    Some(conversation.id),
                    now,
                ));
            }
            if lead_reached_threshold {
                let delivery = Delivery::LeadNotification { lead: lead.id };
                outbox.push(entry(delivery, None, None));
            }
        }
        let quote = quote.map(|change| (change, self.event_ids(now)));
        TurnCommit {
            turn: Arc::new(turn),
            lease_token,
            expected_epoch: stored.conversation.owner_epoch,
            answered_seq: stored.messages.last().map_or(0, |message| message.seq),
            conversation,
            contact,
            lead: lead.filter(|lead| stored.lead.as_ref().is_none_or(|before| !lead.stands_as(before))),
            approvals,
            promises,
            reply,
            outbox,
            events,
            quote,
            wake_at,
            keep_lease_until: now.plus_millis(LEASE_MILLIS),
        }
    }

    #[expect(clippy::unused_self, reason = "what is observed belongs to this desk once there are several")]
    fn observe(&self, turn: &Turn) {
        let Timings { understand, decide, compose, store } = turn.timings;
        for (stage, micros) in
            [("understand", understand), ("decide", decide), ("compose", compose), ("store", store)]
        {
            metrics::histogram!("turn_stage_seconds", "stage" => stage).record(micros as f64 / 1e6);
        }
        metrics::counter!("turns_total", "strategy" => turn.strategy.name.clone()).increment(1);
        if !turn.reply.withheld.is_empty() {
            metrics::counter!("reply_parts_withheld_total").increment(turn.reply.withheld.len() as u64);
            tracing::warn!(
                turn.withheld = turn.reply.withheld.len(),
                "a part of the reply held something that no fact issued; it was dropped"
            );
        }
        tracing::debug!(
            turn.strategy = %turn.strategy.name,
            turn.rule = %turn.strategy.rule,
            turn.intent = turn.understanding.primary(),
            turn.total_us = understand + decide + compose + store,
            "turn completed"
        );
    }
}

/// How a conversation stands at `now`, with nothing left to chance or learned from others.
pub(crate) fn situation_of<'a>(
    published: &'a Published,
    stored: &'a StoredSituation,
    quote: Option<&'a Quote>,
    now: Timestamp,
) -> Situation<'a> {
    Situation {
        now,
        seed: 0,
        knowledge: &published.knowledge,
        inbox: &stored.inbox,
        conversation: &stored.conversation,
        contact: &stored.contact,
        company: stored.company.as_ref(),
        company_facts: &stored.company_facts,
        orders: &stored.orders,
        promises: &stored.promises,
        lead: stored.lead.as_ref(),
        quote,
        colleagues: &[],
        learned: Learned::default(),
        messages: &stored.messages,
    }
}

/// In what light the messages of a situation are read.
pub(crate) fn context<'s>(situation: &Situation<'s>) -> Context<'s> {
    let knowledge = situation.knowledge;
    let memory = &situation.conversation.memory;
    let focus = situation.contact.requirement.focus().map(|line| {
        let product = knowledge.product(&line.product.value);
        Focus {
            product: &line.product.value,
            category: product.and_then(|product| product.category.as_deref()),
            price: product.and_then(|product| product.price).map(|price| price / MILLIONTHS),
        }
    });
    Context {
        now: situation.now,
        timezone: &knowledge.shop.timezone,
        question: memory.question.as_ref(),
        focus,
        topic: memory.recent.iter().rev().find_map(|turn| turn.topic.as_deref()),
        listed: listed(knowledge, &memory.listed),
        language: memory.language,
    }
}

/// What the buyer may point at, with the cheapest and the dearest where every list price is known and one alone is lowest or highest.
fn listed<'l>(knowledge: &Knowledge, products: &'l [ProductId]) -> Listed<'l> {
    let price = |id: &ProductId| knowledge.product(id)?.price;
    let prices: Vec<i64> = products.iter().filter_map(price).collect();
    let only = |wanted: Option<&i64>| {
        let wanted = wanted.filter(|_| products.len() > 1 && prices.len() == products.len())?;
        let mut at = (0..prices.len()).filter(|&at| prices[at] == *wanted);
        at.next().filter(|_| at.next().is_none()).map(|at| &products[at])
    };
    Listed { products, cheapest: only(prices.iter().min()), dearest: only(prices.iter().max()) }
}

/// What is counted of a turn, beside what its event tells anyway.
fn counts_of(stored: &StoredSituation, turn: &Turn, model: ModelUse) -> TurnCounts {
    let offered = turn.recommendation.iter().flat_map(|offer| &offer.items);
    TurnCounts {
        waited_ms: stored.messages.first().map_or(0, |message| turn.at.since(message.at).max(0)),
        substantive: insight::is_substantive(&turn.reply),
        products: turn.understanding.products().cloned().collect(),
        offered: offered.map(|item| item.product.clone()).collect(),
        model,
    }
}

/// What the live feed hears of an approval: no cost, floor or margin is in it.
fn told_of(approval: &Approval) -> serde_json::Value {
    json!({"approval_id": approval.id, "parameter": approval.asked.parameter(), "status": approval.status})
}
