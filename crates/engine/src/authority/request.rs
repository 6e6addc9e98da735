//! What a message asks for beyond the list.
//!
//! A wish is read only where the message is about it: the price in a negotiation, credit where payment is spoken of. A plain question
//! ("付款方式怎么样") asks for nothing.

use domain::{
    catalog::Product,
    id::{MessageId, ProductId},
    money::{Currency, UnitPrice},
    negotiation::Terms,
    quantity::Thousandths,
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, intent},
};
use jiff::civil::Date;

use super::{ledger, list_price, percent_below, standard_lead_time};
use crate::{
    clock,
    knowledge::Knowledge,
    negotiation::Asked,
    pricing::{self, PriceProblem},
    profile::wording::Wording,
    requirement,
    strategy::circumstances::Circumstances,
};

/// One wish of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub product: Option<ProductId>,
    /// In the product's unit.
    pub quantity: Option<Thousandths>,
    /// What the buyer would pay for one without it.
    pub list_price: Option<UnitPrice>,
    pub asked: Terms,
    /// The buyer named nothing: his last price differs from the computed one, and a person has to choose.
    pub is_last_price: bool,
    pub evidence: MessageId,
}

impl Request {
    /// The same for the same request of the same contact, in whichever conversation.
    pub(crate) fn key(&self, contact: &str) -> String {
        let product = self.product.as_ref().map_or("", ProductId::as_str);
        let quantity = self.quantity.map_or_else(String::new, |quantity| quantity.0.to_string());
        // Terms have no part that could fail to be written.
        let asked = serde_json::to_string(&self.asked).unwrap_or_default();
        format!("{contact}|{product}|{quantity}|{asked}")
    }
}

/// Every wish of the turn's messages, at most one of each parameter.
pub(crate) fn requests(circumstances: &Circumstances<'_>) -> Vec<Request> {
    let mut found = Vec::new();
    let reader =
        Reader { circumstances, product: circumstances.product(), quantity: circumstances.quantity() };
    reader.discount(&mut found);
    reader.last_price(&mut found);
    reader.price_list(&mut found);
    reader.moq(&mut found);
    reader.payment(&mut found);
    reader.free_sample(&mut found);
    reader.lead_time(&mut found);
    found
}

/// What a term of payment (in the taxonomy's form) grants beyond what the shop says of itself; none where it is the shop's own.
pub(crate) fn payment_terms(knowledge: &Knowledge, value: &serde_json::Value) -> Option<Terms> {
    let number = |key: &str| thousandths(value, key);
    let balance = value.get("balance").and_then(|balance| balance.as_str());
    let deposit = number("deposit_percent");
    let net_days = number("net_days").map(|days| days.0 / 1_000).filter(|&days| days > 0);
    let (deposit, net_days) = match (deposit, net_days, balance) {
        // 月结 without days is the usual month; goods paid on arrival need no deposit.
        (None, None, Some("monthly")) => (None, Some(30)),
        (None, None, Some("on_delivery")) => (Some(Thousandths(0)), None),
        (deposit, net_days, _) => (deposit, net_days),
    };
    // What the shop says of itself is no exception.
    let usual = |deposit: &Thousandths| {
        let percent = format!("{}%", domain::decimal::format_scaled(deposit.0, 3));
        let standard = knowledge.shop.payment.as_ref();
        standard.is_some_and(|text| text.all().any(|text| text.contains(&percent)))
    };
    let deposit = deposit.filter(|deposit| !usual(deposit) && deposit.0 < 100_000);
    (deposit.is_some() || net_days.is_some())
        .then_some(Terms::PaymentTerms { deposit_percent: deposit, net_days })
}

struct Reader<'r, 'c> {
    circumstances: &'r Circumstances<'c>,
    product: Option<&'c Product>,
    quantity: Option<Thousandths>,
}

impl Reader<'_, '_> {
    fn has(&self, names: &[&str]) -> bool {
        self.circumstances.intents.iter().any(|intent| names.contains(intent))
    }

    fn entities(&self, kind: EntityKind) -> impl Iterator<Item = &Entity> {
        self.circumstances.understanding.entities_of(kind).filter(|entity| !entity.negated)
    }

    fn push(&self, found: &mut Vec<Request>, start: usize, asked: Terms) {
        found.push(Request {
            product: self.product.map(|product| product.id.clone()),
            quantity: self.quantity,
            list_price: self
                .product
                .and_then(|product| list_price(self.circumstances, product, self.quantity)),
            asked,
            is_last_price: false,
            evidence: self.circumstances.situation.message_at(start).id,
        });
    }

    fn discount(&self, found: &mut Vec<Request>) {
        let understanding = self.circumstances.understanding;
        let knowledge = self.circumstances.situation.knowledge;
        let negotiates = self.has(&[intent::PRICE_NEGOTIATION]);
        let named = || {
            self.entities(EntityKind::Money).any(|entity| {
                let (EntityValue::Money { role, .. } | EntityValue::Amount { role, .. }) = &entity.value
                else {
                    return false;
                };
                *role == Some(MoneyRole::TargetPrice)
            }) || self
                .entities(EntityKind::Percent)
                .any(|entity| matches!(entity.value, EntityValue::PercentOff { .. }))
        };
        let buys = || self.has(&[intent::PURCHASE, intent::QUOTE_REQUEST, intent::PRICE_INQUIRY]);
        if !(negotiates || buys() && named()) {
            return;
        }
        let Some(product) = self.product else { return };
        let Some(asked) = Asked::of(understanding, knowledge.shop.currency, negotiates) else { return };
        let list = list_price(self.circumstances, product, self.quantity);
        let terms = match (asked, list) {
            (Asked::PercentOff(percent), _) if percent.0 <= 0 => return,
            (Asked::PercentOff(percent), list) => {
                let unit_price = list.and_then(|list| pricing::reduced(&list, percent));
                Terms::Discount { percent_off: Some(percent), unit_price }
            }
            (Asked::Amount { millionths }, Some(list)) => {
                let quantity = self.quantity.unwrap_or_else(|| pricing::smallest_order(product));
                let Some(wished) = per_unit(millionths, &list, quantity) else {
                    self.push(found, 0, Terms::Discount { percent_off: None, unit_price: None });
                    return;
                };
                if wished.millionths >= list.millionths {
                    return;
                }
                Terms::Discount { percent_off: Some(percent_below(&list, &wished)), unit_price: Some(wished) }
            }
            (Asked::Amount { millionths }, None) => {
                let wished = i64::try_from(millionths).ok();
                let price = |millionths| self.unit_price(product, millionths, knowledge.shop.currency);
                Terms::Discount { percent_off: None, unit_price: wished.map(price) }
            }
            // In the currency of the price that he would get it can be compared: he asks for no more than he has.
            (Asked::Foreign { amount: Some((wished, currency)) }, Some(list))
                if currency == list.currency && wished >= list.millionths =>
            {
                return;
            }
            (Asked::Foreign { amount }, _) => {
                let price =
                    amount.map(|(millionths, currency)| self.unit_price(product, millionths, currency));
                Terms::Discount { percent_off: None, unit_price: price }
            }
        };
        let start = self
            .entities(EntityKind::Percent)
            .chain(self.entities(EntityKind::Money))
            .map(|entity| entity.start)
            .next();
        self.push(found, start.unwrap_or_default(), terms);
    }

    /// A price is asked for that differs from what this customer paid last.
    fn last_price(&self, found: &mut Vec<Request>) {
        let asks = [
            intent::PRICE_INQUIRY,
            intent::PRICE_NEGOTIATION,
            intent::QUOTE_REQUEST,
            intent::PURCHASE,
            intent::REORDER,
        ];
        // Only a verified customer's orders are remembered.
        if !found.is_empty() || !self.circumstances.situation.contact.is_verified() || !self.has(&asks) {
            return;
        }
        let Some(product) = self.product else { return };
        let quantity = self.quantity.unwrap_or_else(|| pricing::smallest_order(product));
        let situation = self.circumstances.situation;
        if ledger::promised_price(situation, product, Some(quantity)).is_some() {
            return;
        }
        if let Err(PriceProblem::DiffersFromLast { last, .. }) =
            pricing::price(self.circumstances.terms(), product, quantity)
        {
            self.push(found, 0, Terms::Discount { percent_off: None, unit_price: Some(last.unit_price) });
            if let Some(request) = found.last_mut() {
                request.is_last_price = true;
            }
        }
    }

    #[expect(clippy::unused_self, reason = "one shape for all readers of a wish")]
    fn unit_price(&self, product: &Product, millionths: i64, currency: Currency) -> UnitPrice {
        UnitPrice { millionths, currency, per: product.unit.clone() }
    }

    /// A list that the buyer names and that is not his own.
    fn price_list(&self, found: &mut Vec<Request>) {
        let knowledge = self.circumstances.situation.knowledge;
        if knowledge.price_lists.is_empty()
            || !self.has(&[intent::PRICE_INQUIRY, intent::PRICE_NEGOTIATION, intent::QUOTE_REQUEST])
        {
            return;
        }
        let Some(product) = self.product else { return };
        let text = self.circumstances.situation.text().to_lowercase();
        let grade = self.circumstances.remembered.profile.tier.as_deref();
        let quantity = self.quantity.unwrap_or_else(|| pricing::smallest_order(product));
        let named = knowledge.price_lists.iter().find(|list| {
            let own =
                list.grade.as_deref().zip(grade).is_some_and(|(of, grade)| of.eq_ignore_ascii_case(grade));
            !own && names_word(&text, &list.id.to_lowercase())
        });
        let Some(list) = named else { return };
        let item = list.items.iter().find(|item| item.product == product.id);
        let unit_price = item.filter(|_| list.currency == knowledge.shop.currency).map(|item| {
            let tier = item.tiers.iter().rev().find(|tier| quantity >= tier.min);
            self.unit_price(product, tier.map_or(item.price, |tier| tier.price), list.currency)
        });
        self.push(found, 0, Terms::PriceList { list: list.id.clone(), unit_price });
    }

    fn moq(&self, found: &mut Vec<Request>) {
        if !self.has(&[intent::MOQ_INQUIRY, intent::PRICE_NEGOTIATION]) {
            return;
        }
        let Some(entity) = self.entities(EntityKind::Quantity).last() else { return };
        let (Some(product), Some(quantity)) = (self.product, self.quantity) else { return };
        let below = product.moq.is_some_and(|moq| quantity < moq) && quantity.0 > 0;
        if below {
            self.push(found, entity.start, Terms::Moq { quantity });
        }
    }

    fn payment(&self, found: &mut Vec<Request>) {
        if !self.has(&[
            intent::PAYMENT_TERMS,
            intent::PRICE_NEGOTIATION,
            intent::PURCHASE,
            intent::QUOTE_REQUEST,
        ]) {
            return;
        }
        let Some(entity) = self.entities(EntityKind::PaymentTerm).last() else { return };
        let EntityValue::Object(value) = &entity.value else { return };
        let knowledge = self.circumstances.situation.knowledge;
        let is_known = knowledge.shop.payment.is_some() || !knowledge.authority.roles.is_empty();
        if let Some(terms) = payment_terms(knowledge, value).filter(|_| is_known) {
            self.push(found, entity.start, terms);
        }
    }

    fn free_sample(&self, found: &mut Vec<Request>) {
        const FREE: &[&str] = &[
            "免费",
            "不收费",
            "不要钱",
            "白送",
            "免样品费",
            "免掉",
            "free",
            "no charge",
            "without charge",
            "waive",
        ];
        if !self.has(&[intent::SAMPLE_REQUEST]) {
            return;
        }
        let text = self.circumstances.situation.text().to_lowercase();
        let Some(product) = self.product.filter(|_| FREE.iter().any(|word| text.contains(word))) else {
            return;
        };
        if product.sample.as_ref().is_some_and(|sample| sample.fee.minor == 0) {
            return;
        }
        let said = self.entities(EntityKind::Quantity).find_map(|entity| match &entity.value {
            EntityValue::Quantity(quantity) if quantity.thousandths >= 1_000 => {
                Some(quantity.thousandths / 1_000)
            }
            _ => None,
        });
        self.push(found, 0, Terms::FreeSample { count: said.unwrap_or(1) });
    }

    fn lead_time(&self, found: &mut Vec<Request>) {
        if !self.has(&[intent::LEAD_TIME_INQUIRY]) {
            return;
        }
        let Some(product) = self.product else { return };
        let Some(standard) = standard_lead_time(product, self.quantity) else { return };
        let durations =
            self.entities(EntityKind::Duration).filter_map(|entity| Some((entity.start, days(entity)?)));
        let wording = Wording::new(&self.circumstances.situation.text());
        let dates = self
            .entities(EntityKind::Date)
            .filter(|entity| !requirement::is_day_of_order(&wording, entity))
            .filter_map(|entity| Some((entity.start, self.until(entity)?)));
        let Some((start, days)) = durations.chain(dates).min_by_key(|(_, days)| *days) else { return };
        if days < standard {
            self.push(found, start, Terms::LeadTime { days });
        }
    }

    /// Days from today to the end of a date.
    fn until(&self, entity: &Entity) -> Option<i64> {
        let last = match &entity.value {
            EntityValue::Date(date) => date,
            EntityValue::DateRange { to, .. } => to,
            _ => return None,
        };
        let situation = self.circumstances.situation;
        let today = clock::date(situation.knowledge, situation.now);
        let date: Date = last.parse().ok()?;
        let days = i64::from(date.since(today).ok()?.get_days());
        (days >= 0).then_some(days)
    }
}

/// The wished price of one: the amount is for one unit or for all of it, whichever it lies nearer to by ratio (45,000 against 48,000
/// each and 960,000 in all is a price each). `None` for what is no price.
fn per_unit(asked: i128, list: &UnitPrice, quantity: Thousandths) -> Option<UnitPrice> {
    if asked <= 0 {
        return None;
    }
    let unit = i128::from(list.millionths);
    let all = unit.saturating_mul(i128::from(quantity.0)) / 1_000;
    let of_all =
        quantity.0 > 0 && quantity.0 != 1_000 && asked.saturating_mul(asked) > unit.saturating_mul(all);
    let wished = if of_all { asked.saturating_mul(1_000) / i128::from(quantity.0) } else { asked };
    // What is larger than any price is not below the list.
    let millionths = i64::try_from(wished).unwrap_or(i64::MAX);
    (millionths > 0).then(|| UnitPrice { millionths, ..list.clone() })
}

/// Calendar days of a duration.
fn days(entity: &Entity) -> Option<i64> {
    let EntityValue::Object(value) = &entity.value else { return None };
    let of_unit = match value.get("unit")?.as_str()? {
        "day" => 1,
        "week" => 7,
        "month" => 30,
        "year" => 365,
        _ => return None,
    };
    let days = thousandths(value, "number")?.0.checked_mul(of_unit)?.checked_add(999)? / 1_000;
    // Anything beyond some decades is no lead time.
    (0..20_000).contains(&days).then_some(days)
}

fn thousandths(value: &serde_json::Value, key: &str) -> Option<Thousandths> {
    serde_json::from_value(value.get(key)?.clone()).ok()
}

/// Whether a text holds a word: within Chinese anywhere, else with no letter or digit beside it.
fn names_word(text: &str, word: &str) -> bool {
    if word.chars().count() < 2 {
        return false;
    }
    if !word.is_ascii() {
        return text.contains(word);
    }
    text.match_indices(word).any(|(at, _)| {
        let edge = |character: Option<char>| character.is_none_or(|found| !found.is_ascii_alphanumeric());
        edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_named_by_its_word_alone() {
        let check = |text: &str, word: &str, expected: bool| {
            assert_eq!(names_word(text, word), expected, "{text}");
        };
        check("do i get the dealer price", "dealer", true);
        check("dealership terms", "dealer", false);
        check("按代理价给我吧", "代理价", true);
        check("a", "a", false);
        check("dealer", "dealer", true);
    }

    #[test]
    fn an_amount_is_for_one_or_for_all_whichever_is_nearer() {
        let list = UnitPrice::parse("48000", Currency::CNY, "台").expect("a price");
        let check = |asked: i128, quantity: i64, expected: Option<i64>| {
            let wished = per_unit(asked * 1_000_000, &list, Thousandths(quantity * 1_000));
            assert_eq!(wished.map(|price| price.millionths / 1_000_000), expected, "{asked}");
        };
        check(45_000, 20, Some(45_000));
        check(900_000, 20, Some(45_000));
        check(45_000, 1, Some(45_000));
        check(1, 20, Some(1));
        check(0, 20, None);
        check(-5, 20, None);
        check(i128::from(i64::MAX), 20, Some(i64::MAX / 1_000_000));
    }
}
