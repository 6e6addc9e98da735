//! What was granted or conceded, as facts: only they may put its numbers into a reply.

use domain::{
    catalog::Product,
    fact::{FactBody, Tax},
    money::{Money, UnitPrice},
    negotiation::Terms,
    quantity::Thousandths,
};

use super::{Issuer, Target};
use crate::{
    authority::{self, ledger, outcome},
    negotiation::{Give, PlannedOffer},
    pricing::{self, PriceProblem},
};

impl Issuer<'_> {
    /// What this turn offers for a product, and what it was promised for before.
    pub(super) fn granted(&mut self, target: &Target<'_>) {
        let plan = self.plan;
        let mut conceded = false;
        for offer in plan.offers.iter().filter(|offer| offer.product.as_ref() == Some(&target.product.id)) {
            conceded |= offer.terms.unit_price().is_some();
            self.offered(target, offer);
        }
        if conceded {
            return;
        }
        let Some(offer) = ledger::promised_price(self.situation, target.product, target.quantity) else {
            return;
        };
        let (Some(price), Some(quantity)) = (offer.terms.unit_price(), target.quantity.or(offer.quantity))
        else {
            return;
        };
        let source = match &offer.approval {
            Some(id) => format!("approval:{id}"),
            None => self.source("promise"),
        };
        let computed = pricing::price(self.terms(), target.product, quantity);
        if let Err(PriceProblem::DiffersFromLast { .. }) = computed {
            self.decided_price(target.product, quantity, price, source);
        } else {
            self.concession(target.product, quantity, price, source);
        }
    }

    /// The price that a person chose where the computed one differs from the last one paid.
    fn decided_price(&mut self, product: &Product, quantity: Thousandths, price: &UnitPrice, source: String) {
        let Some(total) = total(price, quantity) else { return };
        let body = FactBody::Price {
            product: product.id.clone(),
            quantity,
            unit_price: price.clone(),
            total,
            // What a person decided says nothing of tax.
            tax: Tax::None,
            invoice_type: None,
            derivation: None,
        };
        self.push(body, source);
    }

    /// Payment terms that were granted, in place of the shop's own.
    pub(super) fn granted_payment(&mut self) {
        let plan = self.plan;
        for offer in &plan.offers {
            if let Terms::PaymentTerms { .. } = offer.terms {
                let terms = outcome::payment_words(self.knowledge(), self.language, &offer.terms);
                let source = self.source("authority:assistant");
                self.push(FactBody::Payment { terms }, source);
            }
        }
    }

    /// Whether a concession for the product was issued in this turn.
    pub(super) fn has_conceded(&self, product: &Product) -> bool {
        let raised = |offer: &PlannedOffer| {
            offer.product.as_ref() == Some(&product.id) && matches!(offer.give, Some(Give::Quantity { .. }))
        };
        self.plan.offers.iter().any(raised)
            || self.facts.iter().any(
                |fact| matches!(&fact.body, FactBody::Concession { product: of, .. } if *of == product.id),
            )
    }

    fn offered(&mut self, target: &Target<'_>, offer: &PlannedOffer) {
        let product = target.product;
        let source = self.source("authority:assistant");
        let quantity = offer.quantity.unwrap_or_else(|| pricing::smallest_order(product));
        match &offer.terms {
            Terms::Discount { unit_price, .. } | Terms::PriceList { unit_price, .. } => {
                let Some(price) = unit_price else { return };
                match offer.give {
                    Some(Give::Quantity { .. }) => self.for_more(product, quantity, price, source),
                    Some(Give::LaterDelivery { days }) => {
                        let standard = authority::standard_lead_time(product, Some(quantity)).unwrap_or(0);
                        let body = outcome::lead_time(product, Some(quantity), standard.saturating_add(days));
                        self.push(body, source.clone());
                        self.concession(product, quantity, price, source);
                    }
                    Some(Give::Prepayment) | None => self.concession(product, quantity, price, source),
                }
            }
            // It is about no product; see `granted_payment`.
            Terms::PaymentTerms { .. } => {}
            Terms::FreeSample { count } => {
                self.push(outcome::sample(self.knowledge(), product, *count), source);
            }
            Terms::LeadTime { days } => self.push(outcome::lead_time(product, offer.quantity, *days), source),
            Terms::Moq { quantity } => self.below_minimum(product, *quantity, source),
        }
    }

    fn concession(&mut self, product: &Product, quantity: Thousandths, price: &UnitPrice, source: String) {
        let list = pricing::price(self.terms(), product, quantity).ok().map(|priced| priced.unit_price);
        if let Some(body) = outcome::concession(product, quantity, list.as_ref(), price) {
            self.push(body, source);
        }
    }

    /// A better price for a larger quantity reads like a tier.
    fn for_more(&mut self, product: &Product, quantity: Thousandths, price: &UnitPrice, source: String) {
        let Some(total) = total(price, quantity) else { return };
        let body =
            FactBody::TierHint { product: product.id.clone(), quantity, unit_price: price.clone(), total };
        self.push(body, source);
    }

    /// The minimum order is eased, and the quantity has the price of the smallest tier.
    fn below_minimum(&mut self, product: &Product, quantity: Thousandths, source: String) {
        let body = FactBody::Moq { product: product.id.clone(), quantity, unit: product.unit.clone() };
        self.push(body, source);
        let eased = Product { moq: None, ..product.clone() };
        self.price_at(&eased, quantity);
    }
}

fn total(price: &UnitPrice, quantity: Thousandths) -> Option<Money> {
    pricing::total(price, quantity).ok()
}
