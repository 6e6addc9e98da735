//! How long recommending takes at the size of a large shop: learning from all orders, and deciding one turn that recommends.

use std::time::Instant;

use anyhow::{Context, bail};
use domain::{
    Timestamp,
    contact::Contact,
    conversation::{Conversation, Memory, Owner, Status},
    id::{
        self, ApprovalId, ContactId, ConversationId, IdentityId, InboxId, LeadId, MessageId, OrderId, TurnId,
    },
    inbox::{Autonomy, Inbox, InboxKind},
    message::{Author, Message, MessageKind},
    order::{Order, OrderLine},
    quantity::Quantity,
    understanding::{ScoredIntent, Understanding, intent},
};
use engine::{
    knowledge::Knowledge,
    models::{Learned, Models},
    recommendation::{
        learned::{OrderBookBuilder, PlacedLine},
        served::{Ranking, day},
    },
    situation::Situation,
    turn::{TurnIds, decide, remember},
};
use hdrhistogram::Histogram;
use jiff::{Span, civil::Date};

use crate::{random::Random, search::catalogue};

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub orders: usize,
    pub learning_millis: u128,
    /// Of deciding one turn that recommends, in microseconds.
    pub p50: u64,
    pub p99: u64,
    pub most: u64,
}

/// The size of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub products: usize,
    pub customers: usize,
    /// Of each customer, spread over a year.
    pub orders: usize,
    /// Turns that recommend.
    pub turns: usize,
}

const TODAY: Date = Date::constant(2026, 11, 22);
const LINES: usize = 3;

/// Orders of one customer: mostly from a small range of his own, some from what everybody buys. The newest first.
fn orders_of(customer: usize, size: Size, knowledge: &Knowledge, seed: u64) -> Vec<Order> {
    let mut random = Random::new(seed ^ (customer as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let own = random.below(knowledge.products.len() as u64) as usize;
    let mut days: Vec<u64> = (0..size.orders).map(|_| 1 + random.below(365)).collect();
    days.sort_unstable();
    let at = Timestamp::from_millis(1);
    days.into_iter()
        .map(|ago| {
            let lines = (0..LINES).map(|_| {
                let place = if random.chance(70) {
                    own + random.below(12) as usize
                } else {
                    // The lower, the more often: some products sell to everybody.
                    let all = knowledge.products.len() as u64;
                    let most = 1 + random.below(all);
                    random.below(most) as usize
                };
                let product = knowledge.products[place % knowledge.products.len()].id.clone();
                OrderLine { product, quantity: Quantity::whole(5), unit_price: None }
            });
            Order {
                id: OrderId::from_ulid(id::compose(at, 1)),
                number: String::new(),
                company: None,
                contact: None,
                date: TODAY.saturating_sub(Span::new().days(ago as i64)).to_string(),
                country: None,
                lines: lines.collect(),
                status: None,
            }
        })
        .collect()
}

/// Learns from everybody's orders, then decides turns of customers who ask for a recommendation.
pub fn run(size: Size, seed: u64) -> anyhow::Result<Measured> {
    let mut random = Random::new(seed);
    let knowledge = catalogue(size.products, &mut random)?;
    let mut builder = OrderBookBuilder::default();
    let mut count = 0;
    for customer in 0..size.customers {
        let buyer = format!("cmp_{customer}");
        for order in orders_of(customer, size, &knowledge, seed) {
            let day = day(order.date.parse().context("a date")?);
            count += 1;
            for line in &order.lines {
                let product = line.product.as_str();
                builder.push(&PlacedLine { buyer: &buyer, group: None, product, day, quantity: 5.0 });
            }
        }
    }
    let begun = Instant::now();
    let ranking = Ranking::learn(builder, TODAY, &knowledge);
    let learning_millis = begun.elapsed().as_millis();
    if ranking.is_none() {
        bail!("these orders are too few to learn from; give more customers or orders");
    }
    let models = Models { ranking, ..Models::default() };
    let mut times = Histogram::<u64>::new(3).context("a histogram")?;
    for _ in 0..size.turns {
        let customer = random.below(size.customers as u64) as usize;
        let orders = orders_of(customer, size, &knowledge, seed);
        let nanos = serve(&knowledge, &models, &orders)?;
        times.record(nanos).context("a time")?;
    }
    let micros = |nanos: u64| nanos.div_ceil(1_000);
    Ok(Measured {
        orders: count,
        learning_millis,
        p50: micros(times.value_at_quantile(0.5)),
        p99: micros(times.value_at_quantile(0.99)),
        most: micros(times.max()),
    })
}

/// Nanoseconds that deciding one turn takes.
fn serve(knowledge: &Knowledge, models: &Models, orders: &[Order]) -> anyhow::Result<u64> {
    let now = Timestamp::parse("2026-11-22T02:00:00Z").context("a time")?;
    let raw = id::compose(now, 1);
    let inbox = Inbox {
        id: InboxId::from_ulid(raw),
        name: "api".into(),
        kind: InboxKind::Api,
        autonomy: Autonomy::Sell,
    };
    let contact = Contact::new(ContactId::from_ulid(raw), now);
    let conversation = Conversation {
        id: ConversationId::from_ulid(raw),
        inbox: inbox.id,
        identity: IdentityId::from_ulid(raw),
        contact: contact.id,
        status: Status::Open,
        owner: Owner::Assistant,
        owner_epoch: 0,
        assigned_to: None,
        memory: Memory::default(),
        opened_at: now,
        last_message_at: now,
        ended_at: None,
    };
    let messages = [Message {
        id: MessageId::from_ulid(raw),
        conversation: conversation.id,
        seq: 1,
        author: Author::Buyer,
        external_id: None,
        kind: MessageKind::Text,
        text: "推荐几款".into(),
        attachments: Vec::new(),
        turn: None,
        draft: false,
        at: now,
    }];
    let understanding = Understanding {
        intents: vec![ScoredIntent { name: intent::RECOMMENDATION_REQUEST.to_owned(), confidence: 0.95 }],
        ..Understanding::default()
    };
    let situation = Situation {
        now,
        seed: 1,
        knowledge,
        inbox: &inbox,
        conversation: &conversation,
        contact: &contact,
        company: None,
        company_facts: &[],
        orders,
        promises: &[],
        lead: None,
        quote: None,
        colleagues: &[],
        learned: Learned::of(models),
        messages: &messages,
    };
    let ids = TurnIds {
        turn: TurnId::from_ulid(raw),
        lead: LeadId::from_ulid(raw),
        approvals: [ApprovalId::from_ulid(raw); 6],
    };
    let remembered = remember(&situation, &understanding);
    let begun = Instant::now();
    let plan = decide(&situation, &understanding, &remembered, &ids);
    let nanos = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
    if plan.recommendation.is_none_or(|found| found.items.is_empty()) {
        bail!("nothing was recommended");
    }
    Ok(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_customer_of_a_small_shop_is_recommended_something() {
        let size = Size { products: 60, customers: 80, orders: 12, turns: 20 };
        let measured = run(size, 1).expect("it runs");
        assert_eq!(measured.orders, 960);
        assert!(measured.p50 <= measured.p99 && measured.p99 <= measured.most);
    }
}
