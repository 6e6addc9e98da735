//! What belongs together among prices, and what time has passed over.

use domain::{Timestamp, money::Currency, trade::ExchangeRate};

use super::{PriceList, load::Tables, trade};
use crate::{
    clock,
    document::{Place, Problems, shown},
};

/// Reports rates that are missing, and with a day also what has ended before it.
pub(super) fn check(tables: &Tables, now: Option<Timestamp>, problems: &mut Problems) {
    for row in &tables.price_lists.rows {
        rates(tables, &row.value, row.place, problems);
    }
    let Some(now) = now else { return };
    let zone = clock::zone(&tables.shop.value.timezone);
    let today = now.to_jiff().to_zoned(zone).date().to_string();
    // ISO dates compare as text.
    let over = |until: &Option<String>| until.clone().filter(|until| *until < today);
    for row in &tables.price_lists.rows {
        if let Some(until) = over(&row.value.until) {
            let message =
                format!("the price list `{}` ended on {until}: it is not used", shown(&row.value.id));
            let help = "move `until`, give a list that follows it, or remove it";
            problems.warning(row.place, message, Some(help.into()));
        }
    }
    for row in &tables.products.rows {
        if let Some(until) = over(&row.value.pricing.valid_until) {
            let message =
                format!("the price of {} ended on {until}: a person quotes it", shown(row.value.id.as_str()));
            problems.warning(
                row.place,
                message,
                Some("confirm the price and move `price_valid_until`".into()),
            );
        }
    }
    for row in &tables.faqs.rows {
        if let Some(until) = over(&row.value.valid_until) {
            let message = format!("the answer `{}` ended on {until}: it is not said", shown(&row.value.id));
            problems.warning(row.place, message, Some("confirm the answer and move `valid_until`".into()));
        }
    }
    for row in &tables.rules.rows {
        let until = row.value.compiled.as_ref().and_then(|compiled| over(&compiled.rule.until));
        if let Some(until) = until {
            let message = format!("the rule `{}` ended on {until}: it never fires", shown(&row.value.name));
            problems.warning(row.place, message, Some("move `until`, or remove the rule".into()));
        }
    }
    let Some(place) = tables.shop.place() else { return };
    let rates = &tables.shop.value.trade.exchange_rates;
    let follows = |ended: &ExchangeRate| {
        rates.iter().any(|rate| trade::joins(rate, ended.from, ended.to) && rate.valid_until >= today)
    };
    for rate in rates.iter().filter(|rate| rate.valid_until < today && !follows(rate)) {
        let message = format!(
            "the rate from {} to {} ended on {}: nothing is converted with it",
            rate.from, rate.to, rate.valid_until
        );
        problems.warning(place, message, Some("give a newer rate under `exchange_rates`".into()));
    }
}

/// Freight, options and surcharges that cannot be added to a list's prices, because nothing leads from their money to its.
fn rates(tables: &Tables, list: &PriceList, place: Place, problems: &mut Problems) {
    let shop = &tables.shop.value;
    let own = shop.currency;
    let joined = |one: Currency, other: Currency| {
        one == other || shop.trade.exchange_rates.iter().any(|rate| trade::joins(rate, one, other))
    };
    let mut missing = |from: Currency, what: String| {
        let message = format!("{what} is in {from}, this list in {}, and there is no rate", list.currency);
        let help = "give one under `exchange_rates` of `shop`, or write both in one currency";
        problems.error_with_help(place, message, help);
    };
    let lists = |product: &domain::id::ProductId| list.items.iter().any(|item| &item.product == product);
    if list.export || list.incoterm.is_some() {
        for row in &shop.trade.freight {
            let concerns = row.products.is_empty() || row.products.iter().any(&lists);
            if concerns && !joined(row.currency, list.currency) {
                missing(row.currency, format!("the freight `{}`", shown(&row.id)));
            }
        }
    }
    if joined(own, list.currency) {
        return;
    }
    for product in tables.products.values().filter(|product| lists(&product.id)) {
        if !product.pricing.options.is_empty() || !product.pricing.surcharges.is_empty() {
            missing(own, format!("what options and surcharges of {} add", shown(product.id.as_str())));
        }
    }
}
