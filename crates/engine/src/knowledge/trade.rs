//! What moves a price: in `shop` the exchange rates and freight, in products the figures by invoice, options and surcharges.

use domain::{
    money::{Currency, UnitPrice},
    quantity::Thousandths,
    trade::{
        Adder, ExchangeRate, ExportPrices, Freight, FreightStep, Incoterm, InvoicePrice, InvoiceType,
        ProductOption, Surcharge, Trade,
    },
};

use super::{
    product::{product_id, quantity, tiers, unit_price},
    shop::{currency, percent},
    table::Table,
};
use crate::document::{Fields, Node, Problems, shown};

const EXPORT_PRICES: &[(&str, ExportPrices)] =
    &[("lists", ExportPrices::Lists), ("untaxed", ExportPrices::Untaxed)];

/// Adds the keys of `shop` that are about trade.
pub(super) fn of_shop(fields: &mut Fields<'_, '_>, own: Currency) -> Trade {
    let default = Trade::default();
    let mut ids = Table::new("freight");
    let rates: Vec<ExchangeRate> = fields.list("exchange_rates", exchange_rate);
    let freight = fields.list("freight", |node, problems| freight(node, own, &mut ids, problems));
    let currencies = fields.list("currencies", |node, problems| {
        let wanted = currency(node, problems)?;
        if wanted != own && !rates.iter().any(|rate| joins(rate, wanted, own)) {
            let message = format!("there is no rate between {wanted} and {own}");
            problems.error_with_help(
                node.place,
                message,
                "give one under `exchange_rates`, or leave the currency out",
            );
        }
        Some(wanted)
    });
    Trade {
        country: fields.optional("country", country).unwrap_or(default.country),
        currencies,
        exchange_rates: rates,
        freight,
        export_prices: fields
            .optional("export_prices", |node, problems| node.one_of(EXPORT_PRICES, problems))
            .unwrap_or_default(),
        price_memory_days: fields
            .optional("price_memory_days", |node, problems| node.integer(0..=3_650, problems))
            .unwrap_or(default.price_memory_days),
        special_points: None,
        ordinary_points: None,
    }
}

/// Whether a rate leads from one currency to the other, in either direction.
pub(super) fn joins(rate: &ExchangeRate, one: Currency, other: Currency) -> bool {
    (rate.from == one && rate.to == other) || (rate.from == other && rate.to == one)
}

fn country(node: &Node, problems: &mut Problems) -> Option<String> {
    let code = node.text(problems)?;
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(code);
    }
    let message = format!("`{}` is not a country", shown(&code));
    problems.error_with_help(node.place, message, "write its two capital letters such as CN, DE or US");
    None
}

fn exchange_rate(node: &Node, problems: &mut Problems) -> Option<ExchangeRate> {
    let mut fields = Fields::new(node, problems)?;
    let from = fields.required("from", currency);
    let to = fields.required("to", currency);
    let rate = fields.required("rate", |node, problems| node.positive(ExchangeRate::DIGITS, problems));
    let as_of = fields.required("as_of", Node::date);
    let valid_until = fields.required("valid_until", Node::date);
    let round_to = fields.optional("round_to", |node, problems| node.positive(UnitPrice::DIGITS, problems));
    let (to_place, until_place) = (fields.place_of("to"), fields.place_of("valid_until"));
    if from.is_some() && from == to {
        let help = "give the currency that prices stand in and the one that they are told in";
        fields.problems().error_with_help(to_place, "a rate between a currency and itself", help);
    }
    if let (Some(as_of), Some(until)) = (&as_of, &valid_until)
        && as_of > until
    {
        let message = "this rate ends before its own day";
        fields.problems().error_with_help(until_place, message, "exchange `as_of` and `valid_until`");
    }
    fields.finish();
    Some(ExchangeRate {
        from: from?,
        to: to?,
        billionths: rate?,
        as_of: as_of?,
        valid_until: valid_until?,
        round_to,
    })
}

pub(super) fn incoterm(node: &Node, problems: &mut Problems) -> Option<Incoterm> {
    let code = node.text(problems)?;
    if let Some(term) = Incoterm::parse(&code) {
        return Some(term);
    }
    let message = format!("`{}` is not an Incoterm", shown(&code));
    let names = Incoterm::ALL.map(Incoterm::code);
    let help = crate::document::suggestion(&code.to_uppercase(), names)
        .unwrap_or_else(|| crate::document::one_of_words(names));
    problems.error_with_help(node.place, message, help);
    None
}

fn freight(node: &Node, own: Currency, ids: &mut Table<()>, problems: &mut Problems) -> Option<Freight> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.optional("id", Node::text);
    let id_place = fields.place_of("id");
    let term = fields.required("incoterm", incoterm);
    let over = fields.optional("over", incoterm).unwrap_or(Incoterm::Exw);
    let over_place = fields.place_of("over");
    let place = fields.optional("place", Node::localized);
    let aliases = fields.texts("aliases");
    let currency = fields.optional("currency", currency).unwrap_or(own);
    let products = fields.list("products", product_id);
    let steps = match fields.optional("steps", |node, problems| steps(node, currency, problems)) {
        Some(steps) => steps,
        None => amounts(&mut fields, currency).into_iter().collect(),
    };
    let from = fields.optional("from", Node::date);
    let until = fields.optional("until", Node::date);
    let until_place = fields.place_of("until");
    let start = fields.place();
    if from.is_some() && until.is_some() && from > until {
        fields.problems().error_with_help(
            until_place,
            "this freight ends before it begins",
            "exchange `from` and `until`",
        );
    }
    if steps.is_empty() {
        fields.problems().error_with_help(
            start,
            "freight without an amount",
            "give `per_unit`, `per_shipment` or `steps` of them",
        );
    }
    if let Some(term) = term {
        if over >= term {
            fields.problems().error_with_help(
                over_place,
                format!("{} does not come before {}", over.code(), term.code()),
                "`over` is the term nearer to the factory that this one adds to",
            );
        }
        if place.is_none() && term.names_arrival() {
            fields.problems().error_with_help(
                start,
                format!("{} needs a place", term.code()),
                "give the port or town that the freight is for as `place`",
            );
        }
    }
    fields.finish();
    let term = term?;
    let id = id.unwrap_or_else(|| {
        let named = place.as_ref().and_then(|place| place.all().next()).unwrap_or_default();
        format!("{}_{named}", term.code().to_lowercase()).trim_end_matches('_').to_owned()
    });
    ids.claim(&id, id_place, problems);
    Some(Freight { id, incoterm: term, over, place, aliases, currency, products, steps, from, until })
}

/// `per_unit` and `per_shipment`; `None` where neither stands.
fn amounts(fields: &mut Fields<'_, '_>, currency: Currency) -> Option<FreightStep> {
    let per_unit = fields.optional("per_unit", unit_price);
    let per_shipment =
        fields.optional("per_shipment", |node, problems| node.amount(currency.minor_digits(), problems));
    (per_unit.is_some() || per_shipment.is_some()).then_some(FreightStep {
        max: None,
        per_unit: per_unit.unwrap_or(0),
        per_shipment: per_shipment.unwrap_or(0),
    })
}

/// Steps by rising `max`, the open one last.
fn steps(node: &Node, currency: Currency, problems: &mut Problems) -> Option<Vec<FreightStep>> {
    let mut last: Option<Option<Thousandths>> = None;
    node.list(
        |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let max = fields.optional("max", quantity);
            let step = amounts(&mut fields, currency);
            let (place, start) = (fields.place_of("max"), fields.place());
            if step.is_none() {
                fields.problems().error_with_help(
                    start,
                    "a step without an amount",
                    "give `per_unit` or `per_shipment`",
                );
            }
            fields.finish();
            if last.is_some_and(|before| before.is_none() || (max.is_some() && max <= before)) {
                problems.error_with_help(
                    place,
                    "the steps overlap",
                    "write steps in the order of rising `max`, the one without it last",
                );
            }
            last = Some(max);
            Some(FreightStep { max, ..step? })
        },
        problems,
    )
}

/// `{special: 50000, ordinary: 49500, none: {price: 46000, tiers: […]}}`: declared figures, each with tiers of its own.
pub(super) fn invoice_prices(node: &Node, problems: &mut Problems) -> Option<Vec<InvoicePrice>> {
    let mut fields = Fields::new(node, problems)?;
    let mut prices = Vec::new();
    for invoice in InvoiceType::ALL {
        prices.extend(fields.optional(invoice.name(), |node, problems| figure(node, invoice, problems)));
    }
    fields.finish();
    Some(prices)
}

fn figure(node: &Node, invoice: InvoiceType, problems: &mut Problems) -> Option<InvoicePrice> {
    if node.as_scalar().is_some() {
        return Some(InvoicePrice { invoice, price: unit_price(node, problems)?, tiers: Vec::new() });
    }
    let mut fields = Fields::new(node, problems)?;
    let price = fields.required("price", unit_price);
    let tiers = fields.optional("tiers", |node, problems| tiers(node, price, problems)).unwrap_or_default();
    fields.finish();
    Some(InvoicePrice { invoice, price: price?, tiers })
}

pub(super) fn options(node: &Node, own: Currency, problems: &mut Problems) -> Option<Vec<ProductOption>> {
    let mut ids = Table::<()>::new("option");
    node.list(
        |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let id = fields.required("id", Node::text);
            let place = fields.place_of("id");
            let name = fields.required("name", Node::localized);
            let aliases = fields.texts("aliases");
            let adder = adder(&mut fields, own);
            fields.finish();
            let id = id?;
            ids.claim(&id, place, problems);
            Some(ProductOption { id, name: name?, aliases, adder: adder.unwrap_or(Adder::OnRequest) })
        },
        problems,
    )
}

pub(super) fn surcharges(node: &Node, own: Currency, problems: &mut Problems) -> Option<Vec<Surcharge>> {
    let mut ids = Table::<()>::new("surcharge");
    node.list(
        |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let id = fields.required("id", Node::text);
            let place = fields.place_of("id");
            let name = fields.required("name", Node::localized);
            let below = fields.optional("below", quantity);
            let adder = adder(&mut fields, own);
            let start = fields.place();
            if adder.is_none() {
                fields.problems().error_with_help(
                    start,
                    "a surcharge without an amount",
                    "give `per_unit`, `percent` or `per_order`",
                );
            }
            fields.finish();
            let id = id?;
            ids.claim(&id, place, problems);
            Some(Surcharge { id, name: name?, below, adder: adder? })
        },
        problems,
    )
}

/// The one of `per_unit`, `percent` and `per_order` that stands there.
fn adder(fields: &mut Fields<'_, '_>, own: Currency) -> Option<Adder> {
    let per_unit = fields.optional("per_unit", unit_price).map(Adder::PerUnit);
    let share = fields.optional("percent", percent).map(Adder::Percent);
    let per_order = fields
        .optional("per_order", |node, problems| node.amount(own.minor_digits(), problems))
        .map(Adder::PerOrder);
    let given: Vec<Adder> = [per_unit, share, per_order].into_iter().flatten().collect();
    if given.len() > 1 {
        let start = fields.place();
        fields.problems().error_with_help(
            start,
            "one thing that costs in several ways",
            "give one of `per_unit`, `percent` and `per_order`, and a second entry for another",
        );
    }
    given.first().copied()
}
