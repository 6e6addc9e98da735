//! What goes beyond the assistant's authority: people approve, counter or reject it, or it runs out; the buyer hears of it by the
//! assistant's own words.

use domain::{
    Timestamp,
    approval::{Approval, Decision, InvalidDecision},
    conversation::{Conversation, Owner, Status},
    id::{AgentId, ApprovalId, ConversationId, MessageId, OutboxId, PromiseId},
    inbox::{Autonomy, Inbox},
    message::{Author, Message, MessageKind},
    money::UnitPrice,
    negotiation::Terms,
    outbox::{Delivery, OutboxEntry, OutboxStatus},
    promise::{Offer, Promise},
    quantity::Thousandths,
};
use engine::{
    authority::{self, Subject, autonomy, outcome},
    knowledge::Knowledge,
};
use store::{ChangeError, ConversationFilter, Page, Settled, Settlement, StoreError, Told};

use crate::{Desk, agents::Role};

/// Minutes after which the news of a decision, unsent, is of no use to the buyer any more.
const NEWS_EXPIRE_MINUTES: i64 = 60;
/// So many are closed in one go.
const BATCH: usize = 100;
/// A buyer has fewer conversations open at once.
const ELSEWHERE: u32 = 50;

/// What a person says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    Approve,
    Counter(CounterOffer),
    Reject,
}

/// Other terms: those that belong to the request's parameter are given, the others are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CounterOffer {
    /// Millionths of the shop's currency.
    pub unit_price: Option<i64>,
    pub percent_off: Option<Thousandths>,
    pub deposit_percent: Option<Thousandths>,
    pub net_days: Option<i64>,
    /// Free samples.
    pub count: Option<i64>,
    /// Of lead time.
    pub days: Option<i64>,
    /// The minimum order, in the product's unit.
    pub quantity: Option<Thousandths>,
}

/// Why an approval was not settled.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error("there is no such approval")]
    NotFound,
    #[error("this lies beyond what a {0} may grant; somebody with more authority decides")]
    BeyondAuthority(&'static str),
    #[error("a counter-offer to this request needs {0}, and nothing else")]
    WrongTerms(&'static str),
    #[error(transparent)]
    Invalid(#[from] InvalidDecision),
    #[error(transparent)]
    CannotTell(#[from] outcome::CannotTell),
    #[error(transparent)]
    Change(ChangeError),
}

impl From<ChangeError> for DecideError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound => Self::NotFound,
            ChangeError::InvalidDecision(reason) => Self::Invalid(reason),
            other => Self::Change(other),
        }
    }
}

impl Desk {
    /// Settles a pending approval within the authority of the one who decides. The buyer is told by the assistant, unless a person has
    /// the conversation.
    pub async fn decide_approval(
        &self,
        id: ApprovalId,
        agent: AgentId,
        role: Role,
        ruling: Ruling,
        note: Option<String>,
    ) -> Result<Settled, DecideError> {
        let published = self.published();
        let knowledge = &published.knowledge;
        let mut approval =
            self.inner.store.approval(id).await.map_err(ChangeError::Store)?.ok_or(DecideError::NotFound)?;
        let decision = match ruling {
            Ruling::Approve => Decision::Approve,
            Ruling::Counter(offer) => Decision::Counter(terms(knowledge, &approval, &offer)?),
            Ruling::Reject => Decision::Reject,
        };
        let now = self.now();
        approval.decide(decision, agent, note, now)?;
        if let Some(granted) = approval.granted() {
            let product = approval.product.as_ref().and_then(|id| knowledge.product(id));
            let decider = authority::Role::from(role);
            let grade = approval.grade.as_deref();
            let list_price = approval.economics.list_price.as_ref();
            let subject = Subject { product, quantity: approval.quantity, list_price };
            if !authority::allows(knowledge, decider, grade, subject, granted) {
                return Err(DecideError::BeyondAuthority(decider.name()));
            }
        }
        let told = outcome::tell(knowledge, &approval)?;
        let promise = told.terms.map(|terms| Promise {
            id: PromiseId::from_ulid(self.ulid(now)),
            contact: approval.contact,
            company: approval.company,
            conversation: approval.conversation,
            offer: Offer {
                by: Author::Agent(agent),
                product: approval.product.clone(),
                quantity: approval.quantity,
                terms,
                condition: None,
                turn: None,
                approval: Some(approval.id),
                at: now,
                valid_until: now.plus_hours(24 * knowledge.authority.offer_days),
            },
        });
        self.settle(knowledge, approval, Some(told.text), promise, now).await
    }

    /// Closes pending approvals whose time is over; gives how many. A person stays asked for.
    pub async fn expire_approvals(&self) -> Result<usize, DecideError> {
        let now = self.now();
        let due = self.inner.store.due_approvals(now, BATCH).await.map_err(ChangeError::Store)?;
        let published = self.published();
        let mut closed = 0;
        for approval in due {
            let id = approval.id;
            match self.expire_approval(&published.knowledge, approval, now).await {
                Ok(()) => closed += 1,
                // Somebody decided at the last moment.
                Err(DecideError::Invalid(_)) => {}
                Err(DecideError::Change(ChangeError::Store(error))) if error.is_transient() => {
                    return Err(DecideError::Change(ChangeError::Store(error)));
                }
                // The same one comes first at every look: those behind it are closed all the same.
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::error!(error, approval.id = %id, "an approval whose time is over could not be closed");
                }
            }
        }
        Ok(closed)
    }

    async fn expire_approval(
        &self,
        knowledge: &Knowledge,
        mut approval: Approval,
        now: Timestamp,
    ) -> Result<(), DecideError> {
        approval.expire(now)?;
        let text = match outcome::tell(knowledge, &approval) {
            Ok(told) => Some(told.text),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, approval.id = %approval.id, "an approval ran out and the buyer was not told");
                None
            }
        };
        self.settle(knowledge, approval, text, None, now).await.map(drop)
    }

    async fn settle(
        &self,
        knowledge: &Knowledge,
        approval: Approval,
        text: Option<String>,
        promise: Option<Promise>,
        now: Timestamp,
    ) -> Result<Settled, DecideError> {
        let store = &self.inner.store;
        let conversation = store.conversation(approval.conversation).await.map_err(ChangeError::Store)?;
        let conversation = conversation.ok_or(DecideError::NotFound)?;
        let tell =
            |conversation: &Conversation| self.tell(knowledge, conversation, &approval, text.as_deref(), now);
        let told = tell(&conversation);
        let elsewhere = self.waiting_elsewhere(&approval).await.map_err(ChangeError::Store)?;
        let elsewhere = elsewhere.iter().map(tell).collect();
        let [event] = self.event_ids(now);
        let settlement = Settlement { told, elsewhere, promise, now, event, approval };
        let settled = self.inner.store.settle_approval(settlement).await?;
        metrics::counter!("approvals_total", "status" => settled.approval.status.name()).increment(1);
        self.inner.live.wake_deliveries();
        // A turn that ran meanwhile starts again.
        self.inner.work.wake_sweeper();
        Ok(settled)
    }

    /// Further open conversations of the buyer's that wait for the approval: he asked for the same there.
    async fn waiting_elsewhere(&self, approval: &Approval) -> Result<Vec<Conversation>, StoreError> {
        let filter = ConversationFilter {
            owner: Some(Owner::Waiting),
            status: Some(Status::Open),
            contact: Some(approval.contact),
            ..ConversationFilter::default()
        };
        let found = self.inner.store.conversations(filter, Page::first(ELSEWHERE)).await?;
        let waits = |conversation: &Conversation| {
            conversation.id != approval.conversation
                && conversation.memory.negotiation.approvals.iter().any(|asked| asked.id == approval.id)
        };
        Ok(found.items.into_iter().filter(waits).collect())
    }

    fn tell(
        &self,
        knowledge: &Knowledge,
        conversation: &Conversation,
        approval: &Approval,
        text: Option<&str>,
        now: Timestamp,
    ) -> Told {
        let inbox = self.inboxes().into_iter().find(|inbox| inbox.id == conversation.inbox);
        let (message, delivery) = match (inbox, text) {
            (Some(inbox), Some(text)) => self.news(knowledge, &inbox, conversation.id, approval, text, now),
            _ => (None, None),
        };
        Told { conversation: conversation.id, message, delivery, events: self.event_ids(now) }
    }

    /// The assistant's message and how it is delivered.
    fn news(
        &self,
        knowledge: &Knowledge,
        inbox: &Inbox,
        conversation: ConversationId,
        approval: &Approval,
        text: &str,
        now: Timestamp,
    ) -> (Option<Message>, Option<OutboxEntry>) {
        let grade = approval.grade.as_deref().unwrap_or_default();
        let level = autonomy::level_of_outcome(knowledge, inbox, approval.asked.parameter(), grade);
        if level == Autonomy::Off {
            return (None, None);
        }
        // What a person decided goes out; only where a person sends everything does he send this too.
        let draft = level == Autonomy::Draft;
        let message = Message {
            id: MessageId::from_ulid(self.ulid(now)),
            conversation,
            seq: 0,
            author: Author::Assistant,
            external_id: None,
            kind: MessageKind::Text,
            text: text.to_owned(),
            attachments: Vec::new(),
            turn: None,
            draft,
            at: now,
        };
        let by_commit = inbox.kind.delivers_by_commit();
        let entry = OutboxEntry {
            id: OutboxId::from_ulid(self.ulid(now)),
            delivery: Delivery::Message { conversation, message: message.id },
            // The store knows under whom it is sent.
            owner_epoch: None,
            status: if by_commit { OutboxStatus::Sent } else { OutboxStatus::Pending },
            attempts: 0,
            due_at: now,
            expires_at: Some(now.plus_millis(NEWS_EXPIRE_MINUTES * 60_000)),
            created_at: now,
        };
        (Some(message), (!draft).then_some(entry))
    }
}

/// The terms of a counter-offer, of the parameter that was asked for.
fn terms(knowledge: &Knowledge, approval: &Approval, offer: &CounterOffer) -> Result<Terms, DecideError> {
    let only = |given: CounterOffer| &given == offer;
    let unit_price = || {
        let product = approval.product.as_ref().and_then(|id| knowledge.product(id))?;
        let millionths = offer.unit_price.filter(|&price| price > 0)?;
        Some(UnitPrice { millionths, currency: knowledge.shop.currency, per: product.unit.clone() })
    };
    let empty = CounterOffer::default;
    let (terms, needs) = match &approval.asked {
        Terms::Discount { .. } => {
            let by_price = only(CounterOffer { unit_price: offer.unit_price, ..empty() });
            let by_percent = only(CounterOffer { percent_off: offer.percent_off, ..empty() });
            let percent = offer.percent_off.filter(|percent| (1..100_000).contains(&percent.0));
            let terms = match (unit_price(), percent) {
                (Some(price), None) if by_price => {
                    Some(Terms::Discount { percent_off: None, unit_price: Some(price) })
                }
                (None, Some(percent)) if by_percent => {
                    Some(Terms::Discount { percent_off: Some(percent), unit_price: None })
                }
                _ => None,
            };
            (terms, "`unit_price` or `percent_off` (above 0, below 100)")
        }
        Terms::PriceList { list, .. } => {
            let is_alone = only(CounterOffer { unit_price: offer.unit_price, ..empty() });
            let terms = unit_price().filter(|_| is_alone);
            let terms = terms.map(|price| Terms::PriceList { list: list.clone(), unit_price: Some(price) });
            (terms, "`unit_price`")
        }
        Terms::PaymentTerms { .. } => {
            let CounterOffer { deposit_percent, net_days, .. } = *offer;
            let is_alone = only(CounterOffer { deposit_percent, net_days, ..empty() });
            let is_said = deposit_percent.is_some() || net_days.is_some();
            let fits = deposit_percent.is_none_or(|percent| (0..=100_000).contains(&percent.0))
                && net_days.is_none_or(|days| (0..=3_650).contains(&days));
            let terms = Terms::PaymentTerms { deposit_percent, net_days };
            ((is_alone && is_said && fits).then_some(terms), "`deposit_percent`, `net_days` or both")
        }
        Terms::FreeSample { .. } => {
            let is_alone = only(CounterOffer { count: offer.count, ..empty() });
            let count = offer.count.filter(|&count| is_alone && (1..=1_000_000).contains(&count));
            (count.map(|count| Terms::FreeSample { count }), "`count`, at least 1")
        }
        Terms::LeadTime { .. } => {
            let is_alone = only(CounterOffer { days: offer.days, ..empty() });
            let days = offer.days.filter(|&days| is_alone && (0..=3_650).contains(&days));
            (days.map(|days| Terms::LeadTime { days }), "`days`")
        }
        Terms::Moq { .. } => {
            let is_alone = only(CounterOffer { quantity: offer.quantity, ..empty() });
            let quantity = offer.quantity.filter(|quantity| is_alone && quantity.0 > 0);
            (quantity.map(|quantity| Terms::Moq { quantity }), "`quantity`, above 0")
        }
    };
    terms.ok_or(DecideError::WrongTerms(needs))
}
