//! Facts about one product.

use domain::{
    catalog::{LeadTimeBasis, Product, Spec},
    decimal,
    fact::FactBody,
    language::ReplyLanguage,
    understanding::{EntityKind, EntityValue, intent},
};
use serde_json::json;

use super::{Group, Issuer, Target, calendar, customs, technical, validity};
use crate::{
    pricing,
    reply::script,
    search::{Aspect, Hit},
};

/// So many specifications introduce a product.
const INTRODUCED_SPECS: usize = 4;
/// And so many answer a question that names none.
const LISTED_SPECS: usize = 6;

/// Words with which a buyer asks for a day rather than a number of days.
const ASKS_DATE: &[&str] = &[
    "几号",
    "哪天",
    "哪一天",
    "什么时候",
    "何时",
    "日期",
    "when",
    "what date",
    "which day",
    "which date",
    "by what",
];

impl Issuer<'_> {
    pub(super) fn about_product(&mut self, target: &Target<'_>, groups: &[Group]) {
        let product = target.product;
        if !groups.iter().any(|group| group.is_about_product()) {
            return;
        }
        self.product_fact(product);
        // Before the shop's own terms: what was granted is said in their place.
        self.granted(target);
        let has = |group| groups.contains(&group);
        if has(Group::Description) {
            self.description(product);
            self.specs(product.specs.iter().take(INTRODUCED_SPECS), product);
        }
        if has(Group::Price) {
            self.price(target);
        }
        if has(Group::Bargain) {
            self.bargain(target);
        }
        if has(Group::Moq) {
            self.moq(product);
        }
        if has(Group::Stock) {
            self.stock(target);
        }
        // The lead time of an unknown quantity is no part of a price answer.
        let asked = self.intents.contains(&intent::LEAD_TIME_INQUIRY);
        if has(Group::LeadTime) && (asked || target.quantity.is_some()) {
            self.lead_time(target, asked);
        }
        if has(Group::Spec) {
            self.asked_specs(product);
        }
        if has(Group::Comparison) {
            self.specs(product.specs.iter(), product);
            self.price_at(product, pricing::smallest_order(product));
        }
        if has(Group::Packing) {
            self.packing(target);
        }
        if has(Group::Sample) {
            self.sample(product);
        }
        if has(Group::Warranty) {
            self.warranty(product);
        }
        if has(Group::Certificate) {
            let source = self.source("products");
            for name in validity::certificates(self.situation, product) {
                let body = FactBody::Certificate { product: product.id.clone(), name: name.clone() };
                self.push(body, source.clone());
            }
        }
        self.placeholders(target);
    }

    /// A product that a search found, with what the buyer asked of it.
    pub(super) fn found(&mut self, hit: &Hit<'_>) {
        let product = hit.product;
        self.product_fact(product);
        for reason in &hit.reasons {
            match &reason.aspect {
                Aspect::Property(attribute) => {
                    self.specs(product.specs.iter().filter(|spec| &spec.attribute == attribute), product);
                }
                Aspect::Price => {
                    let smallest = pricing::smallest_order(product);
                    self.price_at(product, hit.quantity.map_or(smallest, |quantity| quantity.max(smallest)));
                }
                Aspect::LeadTime => {
                    let target = Target::found(product, hit.quantity);
                    self.lead_time(&target, false);
                }
                Aspect::Certificate(name) if product.certificates.contains(name) => {
                    let body = FactBody::Certificate { product: product.id.clone(), name: name.clone() };
                    let source = self.source("products");
                    self.push(body, source);
                }
                Aspect::Certificate(_) | Aspect::Quantity | Aspect::Stock => {}
            }
        }
    }

    fn description(&mut self, product: &Product) {
        let Some(text) = &product.description else { return };
        let (value, source) = self.localized(text, "products");
        let of = json!({"product": product.id});
        self.push(FactBody::Derived { name: "description".into(), value, of }, source);
    }

    pub(super) fn moq(&mut self, product: &Product) {
        let quantity = product.moq.unwrap_or_else(|| pricing::smallest_order(product));
        let body = FactBody::Moq { product: product.id.clone(), quantity, unit: product.unit.clone() };
        let source = self.source("products");
        self.push(body, source);
    }

    fn lead_time(&mut self, target: &Target<'_>, asked: bool) {
        let product = target.product;
        let quantity = target.quantity.unwrap_or_else(|| pricing::smallest_order(product));
        let step = product.lead_time.iter().find(|step| step.max.is_none_or(|max| quantity <= max));
        let Some(step) = step else { return };
        let wants_date = asked
            && (self.says_any(ASKS_DATE)
                || self.understanding.entities_of(EntityKind::Date).next().is_some());
        let date = wants_date
            .then(|| {
                calendar::ready_on(self.knowledge(), self.situation.now, step.days, product.lead_time_basis)
            })
            .flatten();
        let basis = match product.lead_time_basis {
            LeadTimeBasis::Calendar => "calendar",
            LeadTimeBasis::Working => "working",
        };
        let body = FactBody::LeadTime {
            product: product.id.clone(),
            quantity: target.quantity,
            days: step.days,
            basis: basis.into(),
            from: product.lead_time_from.name().into(),
            date,
        };
        let source = self.source("products");
        self.push(body, source);
    }

    /// The attributes that the message names; all of them where it names none, and nothing technical either.
    fn asked_specs(&mut self, product: &Product) {
        let asked = self.asked_attributes();
        if asked.is_empty() {
            if !technical::names_unstated(product, self.understanding, &self.situation.text()) {
                self.specs(product.specs.iter().take(LISTED_SPECS), product);
            }
        } else {
            self.specs(product.specs.iter().filter(|spec| asked.contains(&spec.attribute)), product);
            let customs = customs::customs(product, self.language);
            self.specs(customs.iter().filter(|spec| asked.contains(&spec.attribute)), product);
        }
    }

    fn asked_attributes(&self) -> Vec<String> {
        let named =
            self.understanding.entities_of(EntityKind::Spec).filter_map(|entity| match &entity.value {
                EntityValue::Object(value) => value.get("attribute")?.as_str().map(str::to_owned),
                _ => None,
            });
        asked_attributes(self.knowledge(), &self.text).into_iter().map(str::to_owned).chain(named).collect()
    }

    fn specs<'p>(&mut self, specs: impl Iterator<Item = &'p Spec>, product: &Product) {
        let source = self.source("products");
        for spec in specs {
            let body = FactBody::Spec {
                product: product.id.clone(),
                attribute: spec.attribute.clone(),
                value: spec.value.clone(),
                unit: spec.unit.clone(),
            };
            self.push(body, source.clone());
        }
    }

    fn packing(&mut self, target: &Target<'_>) {
        let product = target.product;
        let Some(packing) = &product.packing else { return };
        let body = FactBody::Packing {
            product: product.id.clone(),
            per_carton: packing.per_carton,
            carton_cm: (!packing.carton_cm.is_empty()).then(|| packing.carton_cm.clone()),
            gross_kg: packing.gross_kg.clone(),
        };
        let source = self.source("products");
        self.push(body, source);
        self.shipment(target);
    }

    /// Cartons, volume and weight of the quantity wanted.
    fn shipment(&mut self, target: &Target<'_>) {
        let Some((quantity, shipment)) = target
            .quantity
            .and_then(|quantity| Some((quantity, pricing::shipment(target.product, quantity)?)))
        else {
            return;
        };
        let (volume, weight) = (shipment.cubic_metres(), shipment.gross_kg());
        let zh = self.language == ReplyLanguage::Zh;
        let cartons = match shipment.cartons {
            count if zh => format!("{count}箱"),
            1 => "1 carton".to_owned(),
            count => format!("{count} cartons"),
        };
        let parts = [
            Some(cartons),
            volume.as_ref().map(|volume| format!("{volume} m³")),
            weight.as_ref().map(|weight| format!("{}{weight} kg", if zh { "毛重" } else { "gross weight " })),
        ];
        let value = parts.into_iter().flatten().collect::<Vec<_>>().join(if zh { "\u{ff0c}" } else { ", " });
        let of = json!({
            "product": target.product.id, "quantity": quantity, "cartons": shipment.cartons,
            "cubic_metres": volume, "gross_kg": weight,
        });
        let source = self.source("products");
        self.push(FactBody::Derived { name: "shipment".into(), value, of }, source);
    }

    fn sample(&mut self, product: &Product) {
        let Some(sample) = &product.sample else { return };
        let body = FactBody::Sample {
            product: product.id.clone(),
            fee: sample.fee,
            days: sample.days,
            max: sample.max,
            deduct_from_order: sample.deduct_from_order,
        };
        let source = self.source("products");
        self.push(body, source);
    }

    fn warranty(&mut self, product: &Product) {
        let Some(months) = product.warranty_months else { return };
        let source = self.source("products");
        self.push(FactBody::Warranty { product: product.id.clone(), months }, source);
    }

    /// What the scripts for the primary intent fill in.
    fn placeholders(&mut self, target: &Target<'_>) {
        let Some(intent) = self.intents.first().copied() else { return };
        let needs = |placeholder: &str| script::any_uses(self.situation.knowledge, intent, placeholder);
        let (warranty, moq) = (needs("warranty_months") || needs("warranty"), needs("moq"));
        let (lead_time, cost) = (needs("lead_time_days"), needs("unit_cost_per_day"));
        if warranty || cost {
            self.warranty(target.product);
        }
        if moq {
            self.moq(target.product);
        }
        if lead_time {
            self.lead_time(target, self.intents.contains(&intent::LEAD_TIME_INQUIRY));
        }
        if cost {
            self.unit_cost_per_day(target);
        }
    }

    /// The unit price spread over the days of the warranty, to a tenth.
    fn unit_cost_per_day(&mut self, target: &Target<'_>) {
        let product = target.product;
        let quantity = target.quantity.unwrap_or_else(|| pricing::smallest_order(product));
        let Some(months) = product.warranty_months.filter(|&months| months > 0) else { return };
        let Ok(priced) = pricing::price(self.terms(), product, quantity) else { return };
        // A year has 365 days, so that two of them are 730.
        let tenths = decimal::divide_half_up(
            i128::from(priced.unit_price.millionths) * 12 * 10,
            i128::from(months) * 365 * 1_000_000,
        );
        let Ok(tenths) = i64::try_from(tenths) else { return };
        let of = json!({
            "product": product.id, "unit_price": priced.unit_price, "warranty_months": months,
            "currency": priced.unit_price.currency,
        });
        let body = FactBody::Derived {
            name: "unit_cost_per_day".into(),
            value: decimal::format_scaled(tenths, 1),
            of,
        };
        self.push(body, priced.source);
    }
}

/// The attributes that a text names, by any of their words.
pub(crate) fn asked_attributes<'k>(knowledge: &'k crate::knowledge::Knowledge, text: &str) -> Vec<&'k str> {
    knowledge
        .attribute_words
        .named_in(text)
        .into_iter()
        .map(|index| knowledge.attributes[index].id.as_str())
        .collect()
}
