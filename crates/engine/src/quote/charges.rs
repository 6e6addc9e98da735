//! What an order costs on top of the goods: freight of the shipment, surcharges, options. Each has tax split off like a line.

use domain::{
    catalog::Product, fact::Tax, language::ReplyLanguage, quantity::Thousandths, quote::QuoteCharge,
    trade::Charge,
};

use super::lines::split;
use crate::knowledge::Knowledge;

/// The charges of an order whose products come with these. What is of the shipment is charged once, however many products travel in
/// it: at the largest amount that one of them asks for. `None` where an amount does not fit.
pub(super) fn of_order<'p>(
    knowledge: &Knowledge,
    products: impl Iterator<Item = (&'p Product, &'p [Charge])>,
    tax: Tax,
    rate: Option<Thousandths>,
    language: ReplyLanguage,
) -> Option<Vec<QuoteCharge>> {
    let mut charged: Vec<QuoteCharge> = Vec::new();
    for (product, charges) in products {
        for charge in charges {
            let made = one(knowledge, product, charge, tax, rate, language)?;
            add(&mut charged, made);
        }
    }
    Some(charged)
}

/// Adds a charge to those of the order; the same way of the same shipment counts once.
pub(super) fn add(charged: &mut Vec<QuoteCharge>, charge: QuoteCharge) {
    let same = charged.iter_mut().find(|known| {
        known.id == charge.id && known.freight == charge.freight && known.product == charge.product
    });
    match same {
        Some(known) if known.total.minor >= charge.total.minor => {}
        Some(known) => *known = charge,
        None => charged.push(charge),
    }
}

fn one(
    knowledge: &Knowledge,
    product: &Product,
    charge: &Charge,
    tax: Tax,
    rate: Option<Thousandths>,
    language: ReplyLanguage,
) -> Option<QuoteCharge> {
    let (net, of_tax, total) = split(charge.amount, tax, rate)?;
    Some(QuoteCharge {
        id: charge.id.clone(),
        product: (!charge.freight).then(|| product.id.clone()),
        name: name(knowledge, product, charge, language),
        freight: charge.freight,
        net,
        tax: of_tax,
        total,
    })
}

/// `运费（CIF 汉堡）`; the name that the shop gave an option or a surcharge.
fn name(knowledge: &Knowledge, product: &Product, charge: &Charge, language: ReplyLanguage) -> String {
    let zh = language == ReplyLanguage::Zh;
    if !charge.freight {
        let named = product.pricing.name_of(&charge.id).map(|name| name.get(language));
        let unnamed = if zh { "附加费" } else { "Surcharge" };
        return named.filter(|name| !name.is_empty()).unwrap_or(unnamed).to_owned();
    }
    let row = knowledge.shop.trade.freight.iter().find(|row| row.id == charge.id);
    let Some(row) = row else { return if zh { "运费" } else { "Freight" }.to_owned() };
    let place = row.place.as_ref().map_or("", |place| place.get(language));
    let way = format!("{} {place}", row.incoterm.code());
    let way = way.trim_end();
    if zh { format!("运费（{way}）") } else { format!("Freight ({way})") }
}
