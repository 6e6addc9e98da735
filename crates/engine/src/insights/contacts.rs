//! What is counted by contact: who came back, and how far inquiries went.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Timestamp,
    id::{ContactId, ConversationId, ProductId},
    insight::{Observed, ObservedTurn, OrderOfContact},
    lead::LeadStatus,
    quote::QuoteStatus,
};
use jiff::{ToSpan as _, civil::Date};

use super::{Inquiry, Material, Metric, ORDER_DAYS, RETURN_MILLIS, Sample, Talk};
use crate::{clock, knowledge::Knowledge, lead};

/// How far an inquiry came; later ones are further.
const STAGES: [&str; 4] = ["inquiry", "lead", "quote", "order"];

/// What happened to contacts beyond one conversation.
pub(super) struct Contacts<'m> {
    knowledge: &'m Knowledge,
    openings: HashMap<ContactId, Vec<Timestamp>>,
    /// The stage that an event reached, by its place in [`STAGES`].
    reached: HashMap<ContactId, Vec<(Timestamp, usize)>>,
    orders: HashMap<ContactId, Vec<&'m OrderOfContact>>,
}

impl<'m> Contacts<'m> {
    pub(super) fn new(material: &Material<'m>, talks: &[Talk<'_>]) -> Self {
        let mut openings: HashMap<ContactId, Vec<Timestamp>> = HashMap::new();
        for talk in talks {
            if let (Some(contact), Some((at, _))) = (talk.contact, talk.opening()) {
                openings.entry(contact).or_default().push(at);
            }
        }
        let mut reached: HashMap<ContactId, Vec<(Timestamp, usize)>> = HashMap::new();
        for observation in material.observations {
            let stage = match &observation.what {
                Observed::Lead { status: LeadStatus::Won, .. }
                | Observed::Quote { status: QuoteStatus::Accepted, .. } => 3,
                Observed::Quote { status: QuoteStatus::Sent, .. } => 2,
                Observed::Lead { .. } => 1,
                _ => continue,
            };
            if let Some(contact) = observation.contact {
                reached.entry(contact).or_default().push((observation.at, stage));
            }
        }
        let mut orders: HashMap<ContactId, Vec<&OrderOfContact>> = HashMap::new();
        for order in material.orders {
            orders.entry(order.contact).or_default().push(order);
        }
        Self { knowledge: material.knowledge, openings, reached, orders }
    }

    /// Whether the contact opened another conversation soon after one ended.
    pub(super) fn came_back(&self, contact: ContactId, ended: Timestamp) -> bool {
        let openings = self.openings.get(&contact).map_or(&[][..], Vec::as_slice);
        openings.iter().any(|&at| at >= ended && at.since(ended) <= RETURN_MILLIS)
    }

    /// Whether the contact ordered on the day of `since` or in the days after it: one of `products`, or anything.
    pub(super) fn ordered(
        &self,
        contact: ContactId,
        since: Timestamp,
        products: Option<&[ProductId]>,
    ) -> bool {
        let Some(orders) = self.orders.get(&contact) else { return false };
        let day = clock::date(self.knowledge, since);
        let last = day.checked_add(ORDER_DAYS.days()).unwrap_or(Date::MAX);
        let (day, last) = (day.to_string(), last.to_string());
        orders.iter().any(|order| {
            let wanted = products.is_none_or(|wanted| order.products.iter().any(|one| wanted.contains(one)));
            wanted && day <= order.date && order.date <= last
        })
    }

    /// One case for each contact who asked in the range, at his first inquiry.
    pub(super) fn funnel<'t>(
        &self,
        talks: impl Iterator<Item = &'t Talk<'t>>,
        inquiry: &Inquiry,
        samples: &mut Vec<Sample>,
    ) {
        let mut first: BTreeMap<ContactId, (Timestamp, ConversationId)> = BTreeMap::new();
        for talk in talks {
            let Some(contact) = talk.contact else { continue };
            for step in &talk.steps {
                let Observed::Turn(turn) = &step.what else { continue };
                if inquiry.range.contains(step.at) && is_inquiry(turn) {
                    let asked = first.entry(contact).or_insert((step.at, talk.id));
                    *asked = (*asked).min((step.at, talk.id));
                }
            }
        }
        for (contact, (at, conversation)) in first {
            let events = self.reached.get(&contact).map_or(&[][..], Vec::as_slice);
            let furthest = events.iter().filter(|(when, _)| *when >= at).map(|(_, stage)| *stage).max();
            let stage = if self.ordered(contact, at, None) { 3 } else { furthest.unwrap_or(0) };
            samples.push(Sample {
                metric: Metric::Funnel,
                at,
                conversation: Some(conversation),
                contact: Some(contact),
                value: 1,
                hit: stage == 3,
                label: STAGES[stage].into(),
            });
        }
    }
}

fn is_inquiry(turn: &ObservedTurn) -> bool {
    turn.intents.iter().any(|name| lead::OPENING.contains(&name.as_str()))
}
