//! What is learned from all orders and outcomes: computed outside of turns, swapped in whole.
//!
//! At the start, when knowledge is published, after an import of orders and every night the orders are read, what became of offers is
//! written down, and models are made anew on a blocking thread. Turns go on with the models that are there.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::{
    contact::Contact,
    id::{CompanyId, ContactId},
    lead::Lead,
    recommendation::{Action, Offer},
};
use engine::{
    clock,
    lead::learned::Score,
    recommendation::{
        learned::{OrderBookBuilder, PlacedLine},
        moment::LearnedTiming,
        outcome::outcome,
        report::report,
        served::{self, Ranking},
    },
    routing::shop_time,
};
pub use engine::{
    models::Models,
    recommendation::{
        moment::LEAST_OBSERVED,
        report::{Report, Value},
    },
};
use jiff::civil::Date;
use store::{LeadFilter, OfferOutcome, Page, Paged, StoreError};

use crate::Desk;

/// The hour of the shop's night from which everything is learned anew.
const NIGHT_HOUR: i64 = 3;
/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// Offers that timing learns from: the newest.
const MOST_OFFERS: usize = 20_000;
/// Won and lost leads that the score learns from: those changed last.
const MOST_LEADS: usize = 20_000;
/// Weeks whose leads tell how many reach a chance.
const RECENT_WEEKS: usize = 8;
/// Turns after an offer that may answer it.
const ANSWERS: u32 = 3;

/// What a refit brought, for the log and for those who ask for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learnt {
    pub orders: usize,
    /// Baskets that the ranking learned from; none where they are too few to tell.
    pub baskets: Option<usize>,
    /// Offers with a known outcome.
    pub offers: usize,
    /// Leads with an outcome that the score learned from; none where they are too few to tell.
    pub leads: Option<usize>,
}

/// Why models could not be made anew. Those that are there stay.
#[derive(Debug, thiserror::Error)]
pub enum RefitError {
    #[error("orders and outcomes could not be read")]
    Store(#[from] StoreError),
    #[error("learning ended badly")]
    Panicked,
}

/// Keeps the models fresh until the desk stops.
pub(crate) async fn keep(desk: Desk) {
    let inner = &desk.inner;
    let mut learnt_on: Option<Date> = None;
    loop {
        let today = desk.today();
        match tokio::select! {
            () = inner.stop.cancelled() => return,
            learnt = desk.refit() => learnt,
        } {
            Ok(learnt) => tracing::info!(
                models.orders = learnt.orders,
                models.baskets = learnt.baskets,
                models.offers = learnt.offers,
                models.leads = learnt.leads,
                "learned from orders and outcomes"
            ),
            Err(error) => {
                metrics::counter!("model_refit_failures_total").increment(1);
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "models could not be made anew; those that are there stay");
            }
        }
        learnt_on = Some(learnt_on.map_or(today, |day| day.max(today)));
        loop {
            tokio::select! {
                () = inner.stop.cancelled() => return,
                () = inner.refit.notified() => break,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let hour = shop_time(&desk.published().knowledge, desk.now()).hour;
            if hour >= NIGHT_HOUR && learnt_on.is_none_or(|day| day < desk.today()) {
                break;
            }
        }
    }
}

impl Desk {
    /// What turns are decided with besides the knowledge.
    pub fn models(&self) -> Arc<Models> {
        self.inner.learned.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Has everything learned anew soon.
    pub(crate) fn learn_soon(&self) {
        self.inner.refit.notify_one();
    }

    /// The day in the shop.
    fn today(&self) -> Date {
        clock::date(&self.published().knowledge, self.now())
    }

    /// Writes down what became of offers, learns from all orders and outcomes, and swaps the models in.
    pub async fn refit(&self) -> Result<Learnt, RefitError> {
        self.settle_offers().await?;
        let offers = self.newest_offers().await?;
        let observed = offers.iter().filter(|offer| is_observed(offer)).count();
        let (orders, builder) = self.order_book().await?;
        let (closed, recent) = self.leads_with_outcomes().await?;
        let published = self.published();
        let today = self.today();
        let learning = tokio::task::spawn_blocking(move || {
            let ranking = builder.and_then(|orders| Ranking::learn(orders, today, &published.knowledge));
            let timing = (observed > 0).then(|| LearnedTiming::learn(&offers));
            let score = Score::learn(&closed, &recent, RECENT_WEEKS, &published.knowledge.leads);
            Models { ranking, timing, score }
        });
        let models = learning.await.map_err(|_| RefitError::Panicked)?;
        let learnt = Learnt {
            orders,
            baskets: models.ranking.as_ref().map(Ranking::learned_from),
            offers: observed,
            leads: models.score.as_ref().map(Score::outcomes),
        };
        *self.inner.learned.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(models);
        Ok(learnt)
    }

    /// How the rules and the learned policy would have done on the newest moments that were logged.
    pub async fn offer_report(&self) -> Result<Report, RefitError> {
        self.settle_offers().await?;
        let offers = self.newest_offers().await?;
        tokio::task::spawn_blocking(move || report(&offers)).await.map_err(|_| RefitError::Panicked)
    }

    /// Leads that were won or lost, the oldest first, and all that the last weeks brought.
    async fn leads_with_outcomes(&self) -> Result<(Vec<Lead>, Vec<Lead>), StoreError> {
        let since = self.now().plus_hours(-(RECENT_WEEKS as i64) * 7 * 24);
        let (mut closed, mut recent) = (Vec::new(), Vec::new());
        let mut page = Page::first(Page::MAX);
        loop {
            let Paged { items, next } = self.inner.store.leads(LeadFilter::default(), page).await?;
            for lead in items {
                if lead.created_at >= since {
                    recent.push(lead.clone());
                }
                if !lead.status.is_open() && closed.len() < MOST_LEADS {
                    closed.push(lead);
                }
            }
            match next {
                Some(after) if closed.len() < MOST_LEADS => {
                    page = Page { after: Some(after), limit: Page::MAX };
                }
                _ => break,
            }
        }
        closed.sort_by_key(|lead| (lead.created_at, lead.id));
        Ok((closed, recent))
    }

    /// The newest moments, the oldest of them first.
    async fn newest_offers(&self) -> Result<Vec<Offer>, StoreError> {
        let mut offers = Vec::new();
        let mut page = Page::first(Page::MAX);
        loop {
            let Paged { items, next } = self.inner.store.offers(page).await?;
            offers.extend(items);
            match next {
                Some(after) if offers.len() < MOST_OFFERS => {
                    page = Page { after: Some(after), limit: Page::MAX };
                }
                _ => break,
            }
        }
        offers.truncate(MOST_OFFERS);
        offers.reverse();
        Ok(offers)
    }

    /// Derives what became of each moment of which something could still become.
    async fn settle_offers(&self) -> Result<(), StoreError> {
        let store = &self.inner.store;
        let (now, knowledge) = (self.now(), self.published().knowledge.clone());
        let mut page = Page::first(Page::MAX);
        loop {
            let Paged { items, next } = store.open_offers(page).await?;
            let mut changed = Vec::new();
            for offer in &items {
                let later = Page { after: Some(offer.turn.to_string()), limit: ANSWERS };
                let later = store.turns(offer.conversation, later).await?.items;
                let orders = store.situation(offer.conversation).await?.map(|stored| stored.orders);
                let (found, settled) = outcome(&knowledge, offer, &later, &orders.unwrap_or_default(), now);
                if (found, settled) != (offer.outcome, offer.settled) {
                    changed.push(OfferOutcome { turn: offer.turn, outcome: found, settled });
                }
            }
            if !changed.is_empty() {
                store.settle_offers(changed).await?;
            }
            match next {
                Some(after) => page = Page { after: Some(after), limit: Page::MAX },
                None => return Ok(()),
            }
        }
    }

    /// All orders, by buyer: the company, else the contact with all that are merged into him. None where there are none.
    async fn order_book(&self) -> Result<(usize, Option<OrderBookBuilder>), StoreError> {
        let store = &self.inner.store;
        let mut page = Page::first(Page::MAX);
        let mut buyers: Option<Buyers> = None;
        let mut builder = OrderBookBuilder::default();
        let mut count = 0;
        loop {
            let Paged { items, next } = store.orders(page).await?;
            if items.is_empty() {
                break;
            }
            let buyers = match &mut buyers {
                Some(buyers) => buyers,
                None => buyers.insert(self.buyers().await?),
            };
            for order in &items {
                let Ok(date) = order.date.parse::<Date>() else { continue };
                let Some((buyer, industry)) = buyers.of(order.company, order.contact) else { continue };
                count += 1;
                for line in &order.lines {
                    builder.push(&PlacedLine {
                        buyer: &buyer,
                        group: industry,
                        product: line.product.as_str(),
                        day: served::day(date),
                        quantity: line.quantity.thousandths as f64 / 1_000.0,
                    });
                }
            }
            match next {
                Some(after) => page = Page { after: Some(after), limit: Page::MAX },
                None => break,
            }
        }
        Ok((count, (count > 0).then_some(builder)))
    }

    async fn buyers(&self) -> Result<Buyers, StoreError> {
        let mut buyers = Buyers::default();
        let mut page = Page::first(Page::MAX);
        loop {
            let Paged { items, next } = self.inner.store.companies(page).await?;
            let merged = items.iter().filter_map(|company| Some((company.id, company.merged_into?)));
            buyers.merged_companies.extend(merged);
            match next {
                Some(after) => page = Page { after: Some(after), limit: Page::MAX },
                None => break,
            }
        }
        let mut page = Page::first(Page::MAX);
        loop {
            let Paged { items, next } = self.inner.store.contacts(None, page).await?;
            for contact in &items {
                buyers.learn(contact);
            }
            match next {
                Some(after) => page = Page { after: Some(after), limit: Page::MAX },
                None => return Ok(buyers),
            }
        }
    }
}

fn is_observed(offer: &Offer) -> bool {
    offer.outcome.is_some() && offer.moment.action != Action::Wait
}

/// Who is the same buyer, and in which industry.
#[derive(Debug, Default)]
struct Buyers {
    merged_into: HashMap<ContactId, ContactId>,
    merged_companies: HashMap<CompanyId, CompanyId>,
    of_contacts: HashMap<ContactId, String>,
    of_companies: HashMap<CompanyId, String>,
}

impl Buyers {
    fn learn(&mut self, contact: &Contact) {
        if let Some(target) = contact.merged_into {
            self.merged_into.insert(contact.id, target);
        }
        let Some(industry) = contact.profile.fact("industry").and_then(|fact| fact.value.as_str()) else {
            return;
        };
        self.of_contacts.insert(contact.id, industry.to_owned());
        if let Some(company) = contact.company.filter(|_| contact.is_verified()) {
            self.of_companies.insert(root(&self.merged_companies, company), industry.to_owned());
        }
    }

    /// A name for the buyer that is his alone, and his industry.
    fn of(&self, company: Option<CompanyId>, contact: Option<ContactId>) -> Option<(String, Option<&str>)> {
        if let Some(company) = company {
            let company = root(&self.merged_companies, company);
            return Some((company.to_string(), self.of_companies.get(&company).map(String::as_str)));
        }
        let contact = root(&self.merged_into, contact?);
        Some((contact.to_string(), self.of_contacts.get(&contact).map(String::as_str)))
    }
}

/// The end of a chain of merges. A loop, which the store refuses, ends here all the same.
fn root<Id: Copy + Eq + std::hash::Hash>(merged: &HashMap<Id, Id>, mut id: Id) -> Id {
    for _ in 0..merged.len() {
        match merged.get(&id) {
            Some(target) => id = *target,
            None => break,
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use domain::{
        Timestamp,
        contact::CompanyLink,
        id::{self, MessageId},
        profile::{Evidence, ProfileFact},
    };

    use super::*;

    fn contact(number: u128, industry: Option<&str>) -> Contact {
        let at = Timestamp::from_millis(1);
        let mut contact = Contact::new(ContactId::from_ulid(id::compose(at, number)), at);
        contact.profile.facts.extend(industry.map(|industry| ProfileFact {
            key: "industry".into(),
            value: industry.into(),
            confidence: 0.9,
            evidence: Evidence::Message(MessageId::from_ulid(id::compose(at, number))),
            at,
        }));
        contact
    }

    fn company(number: u128) -> CompanyId {
        CompanyId::from_ulid(id::compose(Timestamp::from_millis(1), number))
    }

    #[test]
    fn merged_contacts_are_one_buyer_and_a_company_is_one() {
        let mut buyers = Buyers::default();
        let root = contact(1, Some("food"));
        let merged = Contact { merged_into: Some(root.id), ..contact(2, None) };
        let claims = Contact {
            company: Some(company(7)),
            company_link: Some(CompanyLink::Claimed),
            ..contact(3, Some("textiles"))
        };
        let proven = Contact { company_link: Some(CompanyLink::Verified), ..claims.clone() };
        for contact in [&root, &merged, &claims] {
            buyers.learn(contact);
        }
        let check = |buyers: &Buyers, company, contact, expected: Option<(String, Option<&str>)>| {
            assert_eq!(buyers.of(company, contact), expected);
        };
        check(&buyers, None, Some(merged.id), Some((root.id.to_string(), Some("food"))));
        check(&buyers, Some(company(7)), Some(root.id), Some((company(7).to_string(), None)));
        check(&buyers, None, None, None);
        buyers.learn(&proven);
        check(&buyers, Some(company(7)), None, Some((company(7).to_string(), Some("textiles"))));
        // Companies that are one firm are one buyer: they do not make up the three that a sum needs.
        buyers.merged_companies.insert(company(8), company(7));
        check(&buyers, Some(company(8)), None, Some((company(7).to_string(), Some("textiles"))));
    }

    #[test]
    fn merges_in_a_circle_end() {
        let mut buyers = Buyers::default();
        let (one, two) = (contact(1, None), contact(2, None));
        buyers.learn(&Contact { merged_into: Some(two.id), ..one.clone() });
        buyers.learn(&Contact { merged_into: Some(one.id), ..two });
        assert!(buyers.of(None, Some(one.id)).is_some());
    }
}
