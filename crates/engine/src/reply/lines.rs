//! Facts about one product in words, a line each.

use domain::{
    decimal,
    fact::{FactBody, Tax},
    money::{Money, UnitPrice},
    quantity::Thousandths,
    trade::Derivation,
    understanding::intent,
};

use super::{Composer, Weight, format};
use crate::facts::{self, Target};

/// A price fact's numbers.
struct Price<'f> {
    quantity: Thousandths,
    unit_price: &'f UnitPrice,
    total: &'f Money,
    tax: Tax,
    invoice: Option<&'f str>,
    derivation: Option<&'f Derivation>,
}

impl<'c> Composer<'c> {
    /// Says what the facts say of each product that the message is about. The first line of each names the product.
    pub(super) fn product_lines(&mut self) {
        if self.of_parts() {
            if !self.faq_line() {
                self.say("parts", &[], Weight::Main);
            }
            return;
        }
        for index in 0..self.targets.len() {
            let target = self.targets[index];
            let mut lines = self.price_lines(&target);
            lines.extend(self.term_lines(&target));
            if self.targets.len() > 1 {
                lines = self.in_one_line(lines);
            }
            let product = format::product_label(target.product, self.language);
            for (index, (line, weight)) in lines.into_iter().enumerate() {
                let line = match index {
                    0 => {
                        self.words("about_product", &[("product", &product), ("line", &line)]).unwrap_or(line)
                    }
                    _ => line,
                };
                self.add(line, weight, "facts");
            }
        }
    }

    /// Whether parts of a product are asked for rather than the product.
    fn of_parts(&self) -> bool {
        facts::parts_are_asked_for(self.situation, self.understanding)
    }

    /// Of several products each has one line, so that the reply still fits a phone.
    pub(super) fn in_one_line(&self, lines: Vec<(String, Weight)>) -> Vec<(String, Weight)> {
        let joined =
            lines.into_iter().map(|(line, _)| line).reduce(|before, next| self.joined(&before, &next));
        joined.into_iter().map(|line| (line, Weight::Main)).collect()
    }

    pub(super) fn price_lines(&self, target: &Target<'c>) -> Vec<(String, Weight)> {
        let mut lines = Vec::new();
        let mut push = |line: Option<String>, weight| lines.extend(line.map(|line| (line, weight)));
        let prices: Vec<Price<'_>> = self.of_product(target).filter_map(price).collect();
        let asks_price = self.asks_price();
        if target.product.discontinued && asks_price {
            push(self.words("price.discontinued", &[]), Weight::Main);
        }
        push(self.last_price(target), Weight::Main);
        let pending = self.price_pending(target).filter(|_| asks_price);
        let is_pending = pending.is_some();
        push(pending, Weight::Main);
        let Some(first) = prices.first() else {
            if is_pending {
                return lines;
            }
            if asks_price && target.product.price.is_none() {
                push(self.words("price.on_request", &[]), Weight::Main);
            }
            return lines;
        };
        if target.unit_is_foreign {
            let unit = crate::pricing::unit_name(self.knowledge(), &target.product.unit, self.language);
            push(self.words("price.unit_unclear", &[("unit", unit)]), Weight::Main);
        }
        let unit_price = self.unit_price(first.unit_price);
        let tax = self.conditions(first.tax, first.invoice, first.derivation);
        if let Some(wanted) = target.quantity {
            push(self.adjustment(target, wanted, first.quantity), Weight::Main);
            let quantity = self.quantity(first.quantity, &first.unit_price.per);
            let total = format::money(first.total, self.language);
            let values = [
                ("quantity", quantity.as_str()),
                ("unit_price", &unit_price),
                ("total", &total),
                ("tax", &tax),
            ];
            push(self.words("price.with_total", &values), Weight::Main);
            push(first.derivation.and_then(|found| self.charges(found)), Weight::Detail);
            push(first.derivation.and_then(|found| self.price_validity(found)), Weight::Extra);
        } else {
            push(self.words("price.unit", &[("unit_price", &unit_price), ("tax", &tax)]), Weight::Main);
            let tiers: Vec<String> = prices[1..].iter().filter_map(|tier| self.tier(tier)).collect();
            if !tiers.is_empty() {
                let tiers = format::series(&tiers, self.language);
                let tiers = format::without_stop(&tiers);
                push(self.words("price.tiers", &[("tiers", tiers)]), Weight::Detail);
            }
        }
        // Without a quantity all tiers stand there already.
        let tiers_said = target.quantity.is_none() && prices.len() > 1;
        let alone = self.targets.len() == 1;
        let bargain = || self.bargain(target, first).filter(|_| !tiers_said);
        push(self.budget(target).or_else(bargain).filter(|_| alone), Weight::Detail);
        lines
    }

    /// Why the price is for another quantity than the one wanted.
    fn adjustment(&self, target: &Target<'c>, wanted: Thousandths, priced: Thousandths) -> Option<String> {
        if wanted == priced {
            return None;
        }
        let unit = &target.product.unit;
        let below = self.of_product(target).find_map(|body| match body {
            FactBody::Moq { quantity, unit, .. } if wanted < *quantity => {
                Some(self.quantity(*quantity, unit))
            }
            _ => None,
        });
        if let Some(moq) = below {
            return self.words("price.below_moq", &[("moq", &moq)]);
        }
        let pack = self.of_product(target).find_map(|body| match body {
            FactBody::Derived { name, value, .. } if name == "pack" => decimal::parse_scaled(value, 3).ok(),
            _ => None,
        })?;
        let whole = pack == 1_000;
        let pack = self.quantity(Thousandths(pack), unit);
        let quantity = self.quantity(priced, unit);
        if whole {
            return self.words("price.whole", &[("quantity", &quantity)]);
        }
        self.words("price.pack", &[("pack", &pack), ("quantity", &quantity)])
    }

    fn tier(&self, price: &Price<'_>) -> Option<String> {
        let quantity = self.quantity(price.quantity, &price.unit_price.per);
        let unit_price = self.unit_price(price.unit_price);
        self.words("price.tier", &[("quantity", &quantity), ("unit_price", &unit_price)])
    }

    fn bargain(&self, target: &Target<'c>, now: &Price<'_>) -> Option<String> {
        self.of_product(target).find_map(|body| match body {
            FactBody::Concession { percent_off, unit_price, total, .. } => {
                let percent = decimal::format_scaled(percent_off.0, 3);
                let (unit_price, total) = (self.unit_price(unit_price), format::money(total, self.language));
                let values = [("percent", percent.as_str()), ("unit_price", &unit_price), ("total", &total)];
                self.conceded(target, &values)
            }
            FactBody::TierHint { quantity, unit_price, total, .. } => {
                let key = if self.is_negotiating() {
                    "negotiation.next_tier"
                } else if total.minor <= now.total.minor {
                    "price.tier_saves"
                } else {
                    "price.tier_hint"
                };
                let quantity = self.quantity(*quantity, &unit_price.per);
                let (unit_price, total) = (self.unit_price(unit_price), format::money(total, self.language));
                let values =
                    [("quantity", quantity.as_str()), ("unit_price", &unit_price), ("total", &total)];
                self.words(key, &values)
            }
            _ => None,
        })
    }

    /// Minimum order, stock, lead time, specifications, packing, sample, warranty, certificates: what was asked for.
    fn term_lines(&self, target: &Target<'c>) -> Vec<(String, Weight)> {
        let mut lines: Vec<(String, Weight)> = Vec::new();
        let priced = self.of_product(target).any(|body| matches!(body, FactBody::Price { .. }));
        let asked = |name: &str| self.has_intent(name);
        for (wanted, line) in [
            (asked(intent::MOQ_INQUIRY), self.moq(target)),
            (asked(intent::STOCK_INQUIRY), self.stock(target)),
            (asked(intent::SPEC_INQUIRY) || self.strategy() == "spec_answer", self.specs(target)),
            (asked(intent::PACKING_INQUIRY), self.packing(target)),
            (asked(intent::SAMPLE_REQUEST), self.sample(target)),
            (asked(intent::WARRANTY_INQUIRY), self.warranty(target)),
            (asked(intent::CERTIFICATION_INQUIRY), self.certificates(target)),
        ] {
            if wanted {
                lines.extend(line.map(|line| (line, Weight::Main)));
            }
        }
        let asks_lead_time = asked(intent::LEAD_TIME_INQUIRY);
        let with_price = priced && target.quantity.is_some() && self.asks_price();
        if asks_lead_time || with_price {
            let lead_time = self.lead_time(target);
            let unknown = || asks_lead_time.then(|| self.words("lead_time.unknown", &[])).flatten();
            let weight = if asks_lead_time { Weight::Main } else { Weight::Detail };
            lines.extend(lead_time.or_else(unknown).map(|line| (line, weight)));
        }
        lines
    }

    pub(super) fn lead_time(&self, target: &Target<'c>) -> Option<String> {
        self.of_product(target).find_map(|body| match body {
            FactBody::LeadTime { days, basis, from, date, .. } => {
                let days = days.to_string();
                let from = self.words(&format!("lead_time.from.{from}"), &[]).unwrap_or_default();
                let key = if basis == "working" { "lead_time.working" } else { "lead_time.calendar" };
                let mut line = self.words(key, &[("from", &from), ("days", &days)])?;
                if let Some(date) = date {
                    let date = format::date(date, self.language);
                    let on_date = self.words("lead_time.date", &[("date", &date)]).unwrap_or_default();
                    line = self.joined(&line, &on_date);
                }
                Some(line)
            }
            _ => None,
        })
    }

    fn moq(&self, target: &Target<'c>) -> Option<String> {
        self.of_product(target).find_map(|body| match body {
            FactBody::Moq { quantity, unit, .. } => {
                self.words("moq", &[("quantity", &self.quantity(*quantity, unit))])
            }
            _ => None,
        })
    }

    fn stock(&self, target: &Target<'c>) -> Option<String> {
        let unit = &target.product.unit;
        let at_least = self.of_product(target).find_map(|body| match body {
            FactBody::Derived { name, value, .. } if name == "stock_at_least" => {
                decimal::parse_scaled(value, 3).ok()
            }
            _ => None,
        });
        self.of_product(target).find_map(|body| {
            let FactBody::Stock { quantity, availability, as_of, .. } = body else { return None };
            match (availability.as_str(), quantity) {
                ("unconfirmed", _) => return self.words("stock.unconfirmed", &[]),
                ("out_of_stock", _) => return self.words("stock.none", &[]),
                _ => {}
            }
            if let Some(quantity) = quantity {
                let quantity = self.quantity(*quantity, unit);
                return match as_of {
                    Some(date) => {
                        let date = format::date(date, self.language);
                        self.words("stock.exact", &[("quantity", &quantity), ("date", &date)])
                    }
                    None => self.words("stock.exact_undated", &[("quantity", &quantity)]),
                };
            }
            if let Some(wanted) = target.quantity {
                let quantity = self.quantity(wanted, unit);
                let key = if facts::stock_covers(target.product, wanted) {
                    "stock.enough"
                } else {
                    "stock.not_enough"
                };
                return self.words(key, &[("quantity", &quantity)]);
            }
            match at_least {
                Some(at_least) => {
                    let quantity = self.quantity(Thousandths(at_least), unit);
                    self.words("stock.at_least", &[("quantity", &quantity)])
                }
                None => self.words("stock.some", &[]),
            }
        })
    }

    fn specs(&self, target: &Target<'c>) -> Option<String> {
        let items = self.spec_items(target);
        if !items.is_empty() {
            return self.words("spec.list", &[("specs", &format::list(&items, self.language))]);
        }
        let asked = facts::asked_attributes(self.knowledge(), &self.situation.text());
        match asked.first() {
            Some(attribute) => self.words("spec.unknown", &[("attribute", &self.attribute(attribute))]),
            None => self.words("spec.unknown_all", &[]),
        }
    }

    /// `负载 20 kg` for each specification that was issued.
    pub(super) fn spec_items(&self, target: &Target<'c>) -> Vec<String> {
        self.of_product(target)
            .filter_map(|body| match body {
                FactBody::Spec { attribute, value, .. } => {
                    self.words("spec.item", &[("attribute", &self.attribute(attribute)), ("value", value)])
                }
                _ => None,
            })
            .collect()
    }

    /// What an attribute is called in the reply's language. What units tell of a wish is a kind, such as `temperature`, and may be but
    /// another word for the attribute.
    pub(super) fn attribute(&self, id: &str) -> String {
        let attributes = &self.knowledge().attributes;
        let named = || attributes.iter().find(|term| term.words().any(|word| word == id));
        let term = attributes.iter().find(|term| term.id == id).or_else(named);
        let name = term.map(|term| term.name.get(self.language)).filter(|name| !name.is_empty());
        name.map_or_else(|| id.replace('_', " "), str::to_owned)
    }

    fn packing(&self, target: &Target<'c>) -> Option<String> {
        let facts = self.of_product(target).find_map(|body| match body {
            FactBody::Packing { per_carton, carton_cm, gross_kg, .. } => {
                Some((per_carton, carton_cm, gross_kg))
            }
            _ => None,
        });
        let Some((per_carton, carton_cm, gross_kg)) = facts else {
            return self.words("packing.unknown", &[]);
        };
        let count = per_carton.map(|count| Thousandths(count.saturating_mul(1_000)));
        let count = count.map(|count| self.quantity(count, &target.product.unit));
        let size = carton_cm.as_ref().map(|sides| sides.join("×"));
        let items: Vec<String> = [
            count.and_then(|count| self.words("packing.carton", &[("count", &count)])),
            size.and_then(|size| self.words("packing.size", &[("size", &size)])),
            gross_kg.as_ref().and_then(|weight| self.words("packing.weight", &[("weight", weight)])),
            self.shipment(target),
        ]
        .into_iter()
        .flatten()
        .collect();
        Some(self.sentence(&items))
    }

    fn sample(&self, target: &Target<'c>) -> Option<String> {
        let facts = self.of_product(target).find_map(|body| match body {
            FactBody::Sample { fee, days, max, deduct_from_order, .. } => {
                Some((fee, days, max, *deduct_from_order))
            }
            _ => None,
        });
        let Some((fee, days, max, deduct)) = facts else { return self.words("sample.unknown", &[]) };
        let price = match fee.minor {
            0 => self.words("sample.free", &[]),
            _ => self.words("sample.fee", &[("fee", &format::money(fee, self.language))]),
        };
        let deduct = (deduct && fee.minor > 0).then(|| self.words("sample.deduct", &[])).flatten();
        let days = days.and_then(|days| self.words("sample.days", &[("days", &days.to_string())]));
        let max = max.map(|max| self.quantity(Thousandths(max.saturating_mul(1_000)), &target.product.unit));
        let max = max.and_then(|quantity| self.words("sample.max", &[("quantity", &quantity)]));
        let items: Vec<String> = [price, deduct, days, max].into_iter().flatten().collect();
        Some(self.sentence(&items))
    }

    fn warranty(&self, target: &Target<'c>) -> Option<String> {
        let months = self.of_product(target).find_map(|body| match body {
            FactBody::Warranty { months, .. } => Some(months.to_string()),
            _ => None,
        });
        match months {
            Some(months) => self.words("warranty", &[("months", &months)]),
            None if self.has_faq() => None,
            None => self.words("warranty.unknown", &[]),
        }
    }

    fn certificates(&self, target: &Target<'c>) -> Option<String> {
        let names: Vec<String> = self
            .of_product(target)
            .filter_map(|body| match body {
                FactBody::Certificate { name, .. } => Some(name.clone()),
                _ => None,
            })
            .collect();
        if names.is_empty() {
            return if self.has_faq() { None } else { self.words("certificates.unknown", &[]) };
        }
        self.words("certificates", &[("names", &format::list(&names, self.language))])
    }

    pub(super) fn asks_price(&self) -> bool {
        ["price_answer", "negotiation", "quote", "order_intake"].contains(&self.strategy())
            || self.has_intent(intent::PRICE_INQUIRY)
            || self.has_intent(intent::QUOTE_REQUEST)
    }

    pub(super) fn quantity(&self, quantity: Thousandths, unit: &str) -> String {
        format::quantity(self.knowledge(), quantity, unit, self.language)
    }

    pub(super) fn unit_price(&self, price: &UnitPrice) -> String {
        format::unit_price(self.knowledge(), price, self.language)
    }

    /// Two sentences in one line.
    pub(super) fn joined(&self, first: &str, second: &str) -> String {
        match self.language {
            domain::language::ReplyLanguage::Zh => format!("{first}{second}"),
            domain::language::ReplyLanguage::En => format!("{first} {second}").trim_end().to_owned(),
        }
    }

    /// Clauses to one sentence with its full stop.
    fn sentence(&self, items: &[String]) -> String {
        match self.language {
            domain::language::ReplyLanguage::Zh => format!("{}。", items.join("\u{ff0c}")),
            domain::language::ReplyLanguage::En => format!("{}.", items.join(", ")),
        }
    }
}

fn price(body: &FactBody) -> Option<Price<'_>> {
    match body {
        FactBody::Price { quantity, unit_price, total, tax, invoice_type, derivation, .. } => Some(Price {
            quantity: *quantity,
            unit_price,
            total,
            tax: *tax,
            invoice: invoice_type.as_deref(),
            derivation: derivation.as_deref(),
        }),
        _ => None,
    }
}
