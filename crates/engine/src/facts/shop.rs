//! Facts about the shop itself, its FAQs, the buyer's orders, and who will answer.

use domain::{
    decimal,
    fact::FactBody,
    language::LocalizedText,
    order::Order,
    trade::InvoiceType,
    understanding::{EntityKind, intent},
};

use super::{Group, Issuer, calendar};
use crate::pricing;

/// So many orders are told at once.
const MAX_ORDERS: usize = 2;

impl Issuer<'_> {
    pub(super) fn about_shop(&mut self, groups: &[Group]) {
        let shop = &self.knowledge().shop;
        let has = |group| groups.contains(&group);
        let asked = |name: &str| self.intents.contains(&name);
        // In a price answer the terms stand beside a price; without one they would hang in the air.
        let priced = self.facts.iter().any(|fact| matches!(fact.body, FactBody::Price { .. }));
        // The shop's terms are for its own country: beside a price for a port abroad they would mislead.
        let abroad = (priced && self.terms().is_export())
            || [EntityKind::Port, EntityKind::Incoterm]
                .into_iter()
                .any(|kind| self.understanding.entities_of(kind).next().is_some());
        let carried = asked(intent::SHIPPING_INQUIRY) && !(priced && self.terms().is_export());
        let freight = has(Group::Freight) && ((priced && !abroad) || carried);
        let payment = has(Group::Payment) && (priced || asked(intent::PAYMENT_TERMS));
        if freight && let Some(terms) = &shop.shipping {
            let (terms, source) = self.localized(terms, "shop");
            self.push(FactBody::Freight { terms, incoterm: None, place: None, amount: None }, source);
        }
        if payment && let Some(terms) = &shop.payment {
            let (terms, source) = self.localized(terms, "shop");
            self.push(FactBody::Payment { terms }, source);
        }
        if has(Group::Tax) {
            self.tax();
        }
        if has(Group::Bank) {
            self.company("bank_account", shop.bank_account.as_ref());
        }
        if has(Group::Company) {
            self.company("name", Some(&shop.name));
            self.company("address", shop.address.as_ref());
        }
        if has(Group::Contact) {
            self.company("phone", shop.phone.clone().map(LocalizedText::one).as_ref());
            self.company("email", shop.email.clone().map(LocalizedText::one).as_ref());
        }
        if has(Group::Orders) {
            self.orders();
        }
        if has(Group::Faq) {
            self.faq();
        }
    }

    fn company(&mut self, attribute: &str, text: Option<&LocalizedText>) {
        let Some(text) = text else { return };
        let (value, source) = self.localized(text, "shop");
        if !value.is_empty() {
            self.push(FactBody::Company { attribute: attribute.into(), value }, source);
        }
    }

    fn tax(&mut self) {
        let shop = &self.knowledge().shop;
        let ordinary = self.terms().invoice == Some(InvoiceType::Ordinary)
            || self.says_any(&["普票", "普通发票", "ordinary invoice"]);
        let rate = if ordinary { shop.invoice_ordinary } else { shop.invoice_special };
        let Some(rate_percent) = rate.or(shop.tax_rate) else { return };
        let included = shop.prices_include_tax.unwrap_or(false);
        let source = self.source("shop");
        self.push(FactBody::Tax { rate_percent, included }, source);
    }

    /// The order that the buyer named, else his newest ones; never another's.
    fn orders(&mut self) {
        let named: Vec<String> = self
            .understanding
            .entities_of(EntityKind::OrderNumber)
            .map(|entity| entity.text.trim().to_lowercase())
            .collect();
        let orders = self.situation.orders;
        let told: Vec<&Order> = if named.is_empty() {
            orders.iter().take(if self.plan.strategy.name == "reorder" { 1 } else { MAX_ORDERS }).collect()
        } else {
            orders
                .iter()
                .filter(|order| named.contains(&order.number.to_lowercase()))
                .take(MAX_ORDERS)
                .collect()
        };
        for order in told {
            let lines = order.lines.iter().map(|line| self.order_line(line)).collect();
            let body = FactBody::Order {
                number: order.number.clone(),
                date: order.date.clone(),
                status: order.status.clone(),
                lines,
            };
            self.push(body, "orders".into());
        }
        if self.plan.strategy.name == "reorder" {
            self.reorder_prices();
        }
    }

    fn order_line(&self, line: &domain::order::OrderLine) -> String {
        let number = decimal::format_scaled(line.quantity.thousandths, 3);
        let product = self.knowledge().product(&line.product);
        let name = product.map_or("", |product| product.name.get(self.language));
        let unit = line.quantity.unit.as_deref().or(product.map(|product| product.unit.as_str()));
        let unit = unit.map_or("", |unit| pricing::unit_name(self.knowledge(), unit, self.language));
        format!("{} {name} × {number} {unit}", line.product).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Today's price of what the last order had, where the message names no product of its own.
    fn reorder_prices(&mut self) {
        if self.understanding.products().next().is_some() {
            return;
        }
        let Some(order) = self.situation.orders.first() else { return };
        for line in order.lines.iter().take(2) {
            let Some(product) = self.knowledge().product(&line.product) else { continue };
            let said =
                self.remembered.requirement.line(&line.product).and_then(|line| line.quantity.as_ref());
            let quantity = said.map_or(&line.quantity, |slot| &slot.value);
            let quantity = pricing::base_quantity(self.knowledge(), product, quantity);
            self.product_fact(product);
            // In a unit that nobody can count in any more there is no price to tell.
            if let Some(quantity) = quantity {
                self.price_at(product, quantity);
            }
        }
    }

    fn faq(&mut self) {
        let Some(faq) = super::faq(self.situation) else { return };
        let (text, source) = self.localized(&faq.answer, &format!("faq:{}", faq.id));
        self.push(FactBody::Faq { id: faq.id.clone(), text }, source);
    }

    /// When a person will answer, where one is asked for.
    pub(super) fn handoff(&mut self) {
        if self.plan.handoff.is_none() {
            return;
        }
        let when = calendar::answered_when(self.knowledge(), self.situation.now, self.language);
        if let Some(text) = when {
            let source = self.source("shop");
            self.push(FactBody::Calendar { text }, source);
        }
    }
}
