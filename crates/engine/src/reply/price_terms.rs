//! What stands beside a price: tax, invoice, Incoterm, what the total holds, until when; and what was paid before.

use domain::{
    fact::{FactBody, Tax},
    trade::Derivation,
};

use super::{Composer, Weight, format};
use crate::facts::{self, Target};

impl<'c> Composer<'c> {
    /// The bracket behind a price: under an Incoterm its place, else how tax stands in it.
    pub(super) fn conditions(
        &self,
        tax: Tax,
        invoice: Option<&str>,
        derivation: Option<&Derivation>,
    ) -> String {
        if let Some(derivation) = derivation
            && let Some(incoterm) = derivation.incoterm
        {
            let place = derivation.place.as_deref().unwrap_or_default();
            let words = self.words("price.incoterm", &[("incoterm", incoterm.code()), ("place", place)]);
            return words.unwrap_or_default().replace(" \u{ff09}", "\u{ff09}").replace(" )", ")");
        }
        let key = match (tax, invoice) {
            (Tax::Included, Some("special")) => "tax.special",
            (Tax::Included, Some("ordinary")) => "tax.ordinary",
            (Tax::Included, _) => "tax.included",
            (Tax::Excluded, _) => "tax.excluded",
            (Tax::None, _) => return String::new(),
        };
        self.words(key, &[]).unwrap_or_default()
    }

    /// What the total holds beside goods and freight, which has a line of its own.
    pub(super) fn charges(&self, derivation: &Derivation) -> Option<String> {
        let items: Vec<String> = derivation
            .charges
            .iter()
            .filter(|charge| !charge.freight)
            .map(|charge| {
                let amount = format::money(&charge.amount, self.language);
                format!("{} {amount}", self.charge_name(&charge.id)).trim().to_owned()
            })
            .collect();
        let words = || self.words("price.charges", &[("charges", &format::list(&items, self.language))]);
        if items.is_empty() { None } else { words() }
    }

    /// The name of a surcharge or an option.
    fn charge_name(&self, id: &str) -> &'c str {
        let named = self.targets.iter().find_map(|target| target.product.pricing.name_of(id));
        named.map_or("", |name| name.get(self.language))
    }

    /// Whether the freight of a price abroad is told already.
    pub(super) fn tells_freight(&self) -> bool {
        self.facts.iter().any(|fact| matches!(fact.body, FactBody::Freight { incoterm: Some(_), .. }))
    }

    pub(super) fn price_validity(&self, derivation: &Derivation) -> Option<String> {
        let date = format::date(derivation.valid_until.as_deref()?, self.language);
        self.words("price.valid_until", &[("date", &date)])
    }

    /// Why there is no price for what was asked, as the buyer is told.
    pub(super) fn price_pending(&self, target: &Target<'c>) -> Option<String> {
        let name = self.derived(target, "price_pending")?;
        self.words(&format!("price.pending.{name}"), &[])
    }

    /// What the buyer paid last; where he asks for it and no order tells, that.
    pub(super) fn last_price(&self, target: &Target<'c>) -> Option<String> {
        match self.derived(target, "last_price") {
            Some(last) => self.words("price.last", &[("last", last)]),
            None if facts::asks_last_price(&self.situation.text()) => self.words("price.last_unknown", &[]),
            None => None,
        }
    }

    /// Whether the buyer's budget is enough, else what it is enough for.
    pub(super) fn budget(&self, target: &Target<'c>) -> Option<String> {
        let fit = self.derived(target, "budget")?;
        if fit == "enough" {
            return self.words("price.within_budget", &[]);
        }
        let within = self.of_product(target).find_map(|body| match body {
            FactBody::WithinBudget { quantity, unit_price, total, .. } => Some((quantity, unit_price, total)),
            _ => None,
        });
        let Some((quantity, unit_price, total)) = within else {
            return self.words("price.over_budget", &[]);
        };
        let quantity = self.quantity(*quantity, &unit_price.per);
        let (unit_price, total) = (self.unit_price(unit_price), format::money(total, self.language));
        let values = [("quantity", quantity.as_str()), ("unit_price", &unit_price), ("total", &total)];
        let key = if fit == "open" { "price.budget_enough_for" } else { "price.over_budget_enough_for" };
        self.words(key, &values)
    }

    /// Cartons, volume and weight of the quantity wanted.
    pub(super) fn shipment(&self, target: &Target<'c>) -> Option<String> {
        let quantity = self.quantity(target.quantity?, &target.product.unit);
        let shipment = self.derived(target, "shipment")?;
        self.words("packing.shipment", &[("quantity", &quantity), ("shipment", shipment)])
    }

    fn derived(&self, target: &Target<'c>, wanted: &str) -> Option<&'c str> {
        self.of_product(target).find_map(|body| match body {
            FactBody::Derived { name, value, .. } if name == wanted => Some(value.as_str()),
            _ => None,
        })
    }

    /// What was paid for the goods of the last order, where the message names none.
    pub(super) fn last_price_lines(&mut self) {
        if !self.targets.is_empty() {
            return;
        }
        let found: Vec<(String, String)> = self
            .facts
            .iter()
            .filter_map(|fact| match &fact.body {
                FactBody::Derived { name, value, of } if name == "last_price" => {
                    Some((of.get("product")?.as_str()?.to_owned(), value.clone()))
                }
                _ => None,
            })
            .collect();
        for (product, last) in found {
            let Some(product) = self.knowledge().product(&product.as_str().into()) else { continue };
            let label = format::product_label(product, self.language);
            let line = self.words("price.last", &[("last", &last)]).unwrap_or_default();
            let line = self.words("about_product", &[("product", &label), ("line", &line)]).unwrap_or(line);
            self.add(line, Weight::Main, "last price");
        }
    }
}
