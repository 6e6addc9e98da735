//! Which price list counts. The most specific one wins:
//!
//! 1. a list for the verified company, 2. one for the customer's grade, 3. one for the region; a list that names several of them
//!    stands over one that names fewer of the same rank; 4. of equal ones, one with the Incoterm and the currency that were asked
//!    for; 5. one with dates over one without, the later beginning first; 6. the order of the files; last of all the product's own
//!    price.
//!
//! A list that names what the buyer is not, or that is not in force today, is as if it were not there. But where a list of the
//! buyer's own (by company or grade) has ended and none has followed, nothing is quoted: a person decides what holds now.

use std::{cmp::Reverse, collections::HashMap};

use domain::{
    catalog::{Product, Tier},
    fact::Tax,
    id::ProductId,
    money::Currency,
    trade::{ExportPrices, Incoterm, InvoicePrice, InvoiceType},
};
use jiff::civil::Date;

use super::{Place, PriceProblem, Terms, places::Places, terms::folded};
use crate::knowledge::{Knowledge, PriceList};

/// What a list is for, ready to be compared.
#[derive(Debug, Clone)]
struct Scope {
    company: Option<String>,
    grade: Option<String>,
    regions: Vec<Place>,
    from: Option<Date>,
    until: Option<Date>,
    /// Only for goods that leave the country.
    export: bool,
    /// Also for such goods: its figures hold no tax.
    abroad: bool,
    tax: Tax,
}

impl Scope {
    /// Company before grade before region.
    fn rank(&self) -> u8 {
        u8::from(self.company.is_some()) * 4
            + u8::from(self.grade.is_some()) * 2
            + u8::from(!self.regions.is_empty())
    }

    fn is_personal(&self) -> bool {
        self.company.is_some() || self.grade.is_some()
    }
}

/// The lists by product, the most specific first.
#[derive(Debug, Clone, Default)]
pub(crate) struct PriceIndex {
    scopes: Vec<Scope>,
    /// List and item.
    listed: HashMap<ProductId, Vec<(usize, usize)>>,
}

/// The figures that count for a product on some terms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures<'k> {
    /// None: the product's own price.
    pub list: Option<&'k PriceList>,
    pub price: i64,
    pub tiers: &'k [Tier],
    pub invoice_prices: &'k [InvoicePrice],
    pub currency: Currency,
    pub tax: Tax,
    /// The list is the buyer's own, by company or grade.
    pub personal: bool,
    pub incoterm: Option<Incoterm>,
}

impl PriceIndex {
    pub fn build(knowledge: &Knowledge, places: &Places) -> Self {
        let lists = &knowledge.price_lists;
        let scopes: Vec<Scope> = lists.iter().map(|list| scope(knowledge, list, places)).collect();
        let mut listed: HashMap<ProductId, Vec<(usize, usize)>> = HashMap::new();
        for (at, list) in lists.iter().enumerate() {
            for (item, row) in list.items.iter().enumerate() {
                listed.entry(row.product.clone()).or_default().push((at, item));
            }
        }
        for rows in listed.values_mut() {
            // The sort is stable: equal ones stay in the order of the files.
            rows.sort_by_key(|(at, _)| {
                let scope = &scopes[*at];
                let dated = scope.from.is_some() || scope.until.is_some();
                (Reverse(scope.rank()), Reverse(dated), Reverse(scope.from))
            });
        }
        Self { scopes, listed }
    }
}

fn scope(knowledge: &Knowledge, list: &PriceList, places: &Places) -> Scope {
    let shop = &knowledge.shop;
    let regions: Vec<Place> = list.regions.iter().map(|region| places.place(region)).collect();
    let is_abroad = |region: &Place| region.country().is_some_and(|code| code != shop.trade.country);
    let foreign = !regions.is_empty() && regions.iter().all(is_abroad);
    let export = list.export || list.incoterm.is_some() || foreign;
    let tax = list.tax.unwrap_or_else(|| {
        if export || list.currency != shop.currency { Tax::None } else { shop_tax(knowledge) }
    });
    let date = |date: &Option<String>| date.as_deref().and_then(|date| date.parse().ok());
    Scope {
        company: list.company.as_deref().map(folded),
        grade: list.grade.as_deref().map(folded),
        regions,
        from: date(&list.from),
        until: date(&list.until),
        export,
        abroad: export
            || tax == Tax::Excluded
            || list.tax == Some(Tax::None)
            || list.currency != shop.currency,
        tax,
    }
}

/// How tax stands in prices of which nothing else is said.
pub(super) fn shop_tax(knowledge: &Knowledge) -> Tax {
    match knowledge.shop.prices_include_tax {
        Some(true) => Tax::Included,
        Some(false) => Tax::Excluded,
        None => Tax::None,
    }
}

/// The figures for `product` on `terms`.
pub(super) fn choose<'a>(terms: &Terms<'a>, product: &'a Product) -> Result<Figures<'a>, PriceProblem> {
    let knowledge = terms.knowledge;
    let index = &knowledge.price_index;
    let mut best: Option<(usize, usize, u8)> = None;
    let mut ended: Option<Date> = None;
    let rows = index.listed.get(&product.id).map_or(&[] as &[(usize, usize)], Vec::as_slice);
    for &(at, item) in rows {
        let scope = &index.scopes[at];
        if best.is_some_and(|(best, ..)| index.scopes[best].rank() > scope.rank()) {
            break;
        }
        if !fits(terms, scope, &knowledge.price_lists[at]) {
            continue;
        }
        if let Some(until) = scope.until.filter(|until| *until < terms.today) {
            ended = ended.or(scope.is_personal().then_some(until));
            continue;
        }
        if scope.from.is_some_and(|from| from > terms.today) {
            continue;
        }
        let matches = asked_for(terms, &knowledge.price_lists[at]);
        if best.is_none_or(|(.., before)| matches > before) {
            best = Some((at, item, matches));
        }
    }
    match (best, ended) {
        // What follows an own list is another own one; a list for everybody does not.
        (best, Some(until)) if !best.is_some_and(|(at, ..)| index.scopes[at].is_personal()) => {
            Err(PriceProblem::ListEnded { until })
        }
        (Some((at, item, _)), _) => {
            let (list, scope) = (&knowledge.price_lists[at], &index.scopes[at]);
            let row = &list.items[item];
            Ok(Figures {
                list: Some(list),
                price: row.price,
                tiers: &row.tiers,
                invoice_prices: &row.invoice_prices,
                currency: list.currency,
                tax: scope.tax,
                personal: scope.is_personal(),
                incoterm: list.incoterm,
            })
        }
        (None, _) => own_price(terms, product),
    }
}

/// Whether a list is for this buyer and this way of the goods, whatever the day.
fn fits(terms: &Terms<'_>, scope: &Scope, list: &PriceList) -> bool {
    let way = if terms.is_export() { scope.abroad } else { !scope.export };
    // A list in foreign money that names nobody is for those who ask in that money.
    let general = scope.rank() == 0 && list.currency != terms.knowledge.shop.currency;
    way && (!general || terms.is_export() || terms.currency == Some(list.currency))
        && scope.company.as_ref().is_none_or(|company| terms.company.contains(company))
        && scope.grade.as_ref().is_none_or(|grade| terms.grade.as_ref() == Some(grade))
        && (scope.regions.is_empty()
            || terms
                .place
                .as_ref()
                .is_some_and(|place| scope.regions.iter().any(|region| place.lies_in(region))))
}

fn asked_for(terms: &Terms<'_>, list: &PriceList) -> u8 {
    let incoterm = terms.incoterm.is_some() && list.incoterm == terms.incoterm;
    let currency = terms.currency.is_some_and(|currency| currency == list.currency);
    u8::from(incoterm) * 2 + u8::from(currency)
}

/// The product's own price. Abroad it counts only where it holds no tax, or where the owner lets the untaxed figure count.
fn own_price<'a>(terms: &Terms<'a>, product: &'a Product) -> Result<Figures<'a>, PriceProblem> {
    let shop = &terms.knowledge.shop;
    let price = product.price.ok_or(PriceProblem::OnRequest)?;
    if let Some(until) = product.pricing.valid_until.as_deref().and_then(|date| date.parse::<Date>().ok())
        && until < terms.today
    {
        return Err(PriceProblem::ListEnded { until });
    }
    let figures = Figures {
        list: None,
        price,
        tiers: &product.tiers,
        invoice_prices: &product.pricing.invoice_prices,
        currency: shop.currency,
        tax: shop_tax(terms.knowledge),
        personal: false,
        incoterm: None,
    };
    if !terms.is_export() || figures.tax == Tax::Excluded {
        return Ok(figures);
    }
    let untaxed = figures.invoice_prices.iter().find(|figure| figure.invoice == InvoiceType::None);
    match (shop.trade.export_prices, untaxed) {
        (ExportPrices::Untaxed, Some(untaxed)) => {
            Ok(Figures { price: untaxed.price, tiers: &untaxed.tiers, tax: Tax::Excluded, ..figures })
        }
        _ => Err(PriceProblem::NoExportPrice),
    }
}
