//! Prices as facts: what is asked for, what a little more would save, what was paid before, and why there is none.

use domain::{
    catalog::Product,
    decimal,
    fact::FactBody,
    language::ReplyLanguage,
    money::Money,
    quantity::Thousandths,
    trade::{Charge, Derivation},
};
use serde_json::json;

use super::{Issuer, Target};
use crate::{
    pricing::{self, Delivery, PriceProblem, Terms},
    reply::format,
};

/// So many products of an order are told with their price.
const MAX_LAST_PRICES: usize = 2;

/// Words with which a buyer looks back …
const BEFORE: &[&str] = &[
    "上次",
    "上回",
    "上一次",
    "之前",
    "以前",
    "last time",
    "last price",
    "previous",
    "paid last",
    "paid before",
    "last order",
];
/// … on a price.
const PRICE_WORDS: &[&str] = &["价", "多少钱", "price", "pay", "paid", "cost"];

/// Whether a text asks what was paid before.
pub(crate) fn asks_last_price(text: &str) -> bool {
    let text = text.to_lowercase();
    let says_any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    says_any(BEFORE) && says_any(PRICE_WORDS)
}

impl Issuer<'_> {
    /// The price at the quantity wanted; without one, at the smallest order and at each tier.
    pub(super) fn price(&mut self, target: &Target<'_>) {
        let product = target.product;
        if asks_last_price(&self.text) {
            self.last_price(product);
        }
        if let Some(problem) = target.problem() {
            self.unpriced(product, &problem);
            return;
        }
        let Some(quantity) = target.quantity else {
            let smallest = pricing::smallest_order(product);
            if let Err(problem) = pricing::price(self.terms(), product, smallest) {
                self.pending(product, smallest, &problem);
                return;
            }
            self.price_at(product, smallest);
            let more: Vec<Thousandths> =
                pricing::tiers(self.terms(), product).iter().map(|tier| tier.min).collect();
            for min in more {
                self.price_at(product, min);
            }
            if product.moq.is_some_and(|moq| moq.0 > 1_000) {
                self.moq(product);
            }
            return;
        };
        match pricing::price(self.terms(), product, quantity) {
            Err(PriceProblem::BelowMoq { moq }) => {
                self.moq(product);
                self.price_at(product, pricing::smallest_order(product).max(moq));
            }
            Err(PriceProblem::NotAPack { pack, rounded }) => {
                let of = json!({"product": product.id});
                let value = decimal::format_scaled(pack.0, 3);
                let source = self.source("products");
                self.push(FactBody::Derived { name: "pack".into(), value, of }, source);
                self.price_at(product, rounded);
            }
            Ok(_) => self.price_at(product, quantity),
            Err(problem) => self.pending(product, quantity, &problem),
        }
    }

    /// That there is no price for what was asked, and why; where only the way there cannot be priced, the price without it.
    fn pending(&mut self, product: &Product, quantity: Thousandths, problem: &PriceProblem) {
        if *problem == PriceProblem::OnRequest {
            // The reply has words of its own for it.
            return;
        }
        self.unpriced(product, problem);
        if matches!(problem, PriceProblem::NeedsPlace { .. } | PriceProblem::NoFreight { .. }) {
            // Still abroad, so that no price of home comes in its place.
            let terms = Terms { incoterm: None, delivery: Delivery::Abroad, ..self.terms().clone() };
            let told = told(&terms, product, quantity, self.language);
            self.price_told(told);
        }
    }

    fn unpriced(&mut self, product: &Product, problem: &PriceProblem) {
        let of = json!({"product": product.id});
        let source = self.source("pricing");
        let body = FactBody::Derived { name: "price_pending".into(), value: problem.name().into(), of };
        self.push(body, source);
    }

    pub(super) fn price_at(&mut self, product: &Product, quantity: Thousandths) {
        let told = told(self.terms(), product, quantity, self.language);
        self.price_told(told);
    }

    fn price_told(&mut self, told: Option<Told>) {
        let Some(Told { price, source, freight }) = told else { return };
        self.push(price, source);
        if let Some(freight) = freight {
            let source = self.source("shop");
            self.push(freight, source);
        }
    }

    /// What this buyer paid last for a product: from his own orders, with the day.
    pub(super) fn last_price(&mut self, product: &Product) -> bool {
        let Some(last) = pricing::last_price(self.terms(), self.situation.orders, product) else {
            return false;
        };
        let price = format::unit_price(self.knowledge(), &last.unit_price, self.language);
        let date = format::date(&last.date, self.language);
        let value = match self.language {
            ReplyLanguage::Zh => format!("{price}\u{ff08}{date}\u{ff0c}订单{}\u{ff09}", last.order),
            ReplyLanguage::En => format!("{price} ({date}, order {})", last.order),
        };
        let of = json!({
            "product": product.id, "unit_price": last.unit_price, "quantity": last.quantity,
            "date": last.date, "order": last.order, "currency": last.unit_price.currency,
        });
        self.push(FactBody::Derived { name: "last_price".into(), value, of }, "orders".into());
        true
    }

    /// The same for the products of the newest order, where the buyer names none.
    pub(super) fn last_prices(&mut self) {
        if !asks_last_price(&self.text) {
            return;
        }
        let Some(order) = self.situation.orders.first() else { return };
        for line in order.lines.iter().take(MAX_LAST_PRICES) {
            let Some(product) = self.knowledge().product(&line.product) else { continue };
            if self.last_price(product) {
                self.product_fact(product);
            }
        }
    }

    /// A concession that was asked for and may be given, else how it fits the buyer's budget, else the next tier: any one in a negotiation, a near one otherwise.
    pub(super) fn bargain(&mut self, target: &Target<'_>) {
        let product = target.product;
        let negotiates = self.plan.strategy.name == "negotiation";
        // Who has not the money for what he wants is not asked to take more.
        if self.has_conceded(product) || self.budget(target) {
            return;
        }
        let quantity = target.quantity.unwrap_or_else(|| pricing::smallest_order(product));
        let next = if negotiates {
            pricing::next_tier(self.terms(), product, quantity)
                .map(|(at, priced)| (at, priced.unit_price, priced.total, priced.source))
        } else if target.quantity.is_some() {
            pricing::tier_hint(self.terms(), product, quantity)
                .map(|hint| (hint.quantity, hint.unit_price, hint.total, hint.source))
        } else {
            None
        };
        if let Some((quantity, unit_price, total, source)) = next {
            let body = FactBody::TierHint { product: product.id.clone(), quantity, unit_price, total };
            self.push(body, source);
        }
    }
}

/// A price as facts.
struct Told {
    price: FactBody,
    source: String,
    freight: Option<FactBody>,
}

fn told(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
    language: ReplyLanguage,
) -> Option<Told> {
    let (priced, derivation) = pricing::derive(terms, product, quantity, language).ok()?;
    let freight = freight_fact(&derivation, language);
    let price = FactBody::Price {
        product: product.id.clone(),
        quantity,
        unit_price: priced.unit_price,
        total: priced.total,
        tax: priced.tax,
        invoice_type: priced.invoice.map(|invoice| invoice.name().to_owned()),
        derivation: Some(Box::new(derivation)),
    };
    Some(Told { price, source: priced.source, freight })
}

/// The freight that a price holds, where it is one that an Incoterm added.
fn freight_fact(derivation: &Derivation, language: ReplyLanguage) -> Option<FactBody> {
    let incoterm = derivation.incoterm?;
    let zh = language == ReplyLanguage::Zh;
    let per_shipment: Vec<&Charge> = derivation.charges.iter().filter(|charge| charge.freight).collect();
    let amount = per_shipment.iter().try_fold(None::<Money>, |sum, charge| {
        let minor = sum.map_or(Some(0), |sum: Money| Some(sum.minor))?.checked_add(charge.amount.minor)?;
        Some(Some(Money { minor, ..charge.amount }))
    })?;
    if amount.is_none() && !derivation.steps.iter().any(|step| step.step == "freight") {
        return None;
    }
    let place = derivation.place.as_deref().unwrap_or_default();
    let term = format!("{} {place}", incoterm.code()).trim().to_owned();
    let terms = match amount {
        Some(amount) => {
            let amount = format::money(&amount, language);
            if zh {
                format!("{term}\u{ff0c}每票{amount}\u{ff0c}已含在合计里")
            } else {
                format!("{term}, {amount} per shipment, included in the total")
            }
        }
        None if zh => format!("{term}\u{ff0c}已含在单价里"),
        None => format!("{term}, included in the unit price"),
    };
    Some(FactBody::Freight { terms, incoterm: Some(incoterm), place: derivation.place.clone(), amount })
}
