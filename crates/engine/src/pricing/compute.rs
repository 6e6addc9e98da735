//! One price, step by step: figure, tier, options and surcharges, invoice, Incoterm, currency, total.

use domain::{
    catalog::{Product, Tier},
    decimal,
    fact::Tax,
    language::LocalizedText,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
    trade::{Adder, Charge, Incoterm, InvoiceType, PriceStep},
};

use super::{
    Delivery, PriceProblem, Priced, Terms, exchange, freight,
    lists::{self, Figures},
    memory, round_up, source, units,
};

/// Notes what was done, where somebody wants to know.
pub(super) struct Steps {
    pub noted: Option<Vec<PriceStep>>,
    per: String,
}

impl Steps {
    pub fn none() -> Self {
        Self { noted: None, per: String::new() }
    }

    pub fn kept(product: &Product) -> Self {
        Self { noted: Some(Vec::with_capacity(6)), per: product.unit.clone() }
    }

    fn unit(&mut self, step: &str, by: impl FnOnce() -> Option<String>, millionths: i64, currency: Currency) {
        if let Some(noted) = &mut self.noted {
            let unit_price = Some(UnitPrice { millionths, currency, per: self.per.clone() });
            noted.push(PriceStep { step: step.to_owned(), by: by(), unit_price, amount: None });
        }
    }

    fn amount(&mut self, step: &str, by: Option<&str>, amount: Money) {
        if let Some(noted) = &mut self.noted {
            noted.push(PriceStep {
                step: step.to_owned(),
                by: by.map(str::to_owned),
                unit_price: None,
                amount: Some(amount),
            });
        }
    }
}

/// The figures of one kind of invoice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'k> {
    pub price: i64,
    pub tiers: &'k [Tier],
    tax: Tax,
    invoice: Option<InvoiceType>,
    /// Percent on top for the invoice.
    points: Option<Thousandths>,
}

impl Table<'_> {
    fn tier(&self, quantity: Thousandths) -> Option<Tier> {
        self.tiers.iter().rev().find(|tier| quantity >= tier.min).copied()
    }
}

/// The price of `quantity`, with everything that the terms ask for.
pub(super) fn run(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
    steps: &mut Steps,
) -> Result<Priced, PriceProblem> {
    gate(terms, product)?;
    let figures = lists::choose(terms, product)?;
    orderable(product, quantity)?;
    let table = table(terms, &figures)?;
    let list = figures.list.map_or("default", |list| list.id.as_str());
    let currency = figures.currency;
    steps.unit("list", || Some(list.to_owned()), table.price, currency);
    let tier = table.tier(quantity);
    let figure = tier.map_or(table.price, |tier| tier.price);
    if let Some(tier) = tier {
        steps.unit("tier", || Some(decimal::format_scaled(tier.min.0, 3)), figure, currency);
    }

    let mut run = Running { unit: figure, charges: Vec::new(), valid_until: validity(product, &figures) };
    adders(terms, product, quantity, figure, currency, &mut run, steps)?;
    if let Some(points) = table.points {
        run.add(percent(run.unit, points)?)?;
        steps.unit("invoice_points", || Some(decimal::format_scaled(points.0, 3)), run.unit, currency);
    }
    let (incoterm, place) = way(terms, product, quantity, &figures, &mut run, steps)?;

    let told = terms.currency.unwrap_or(currency);
    if told != currency {
        let rate = exchange::rate(terms, currency, told)?;
        run.unit = rate.unit_price(run.unit, told).ok_or(PriceProblem::Overflow)?;
        run.until(Some(&rate.rate.valid_until));
        let by = || {
            let number = decimal::format_scaled(rate.rate.billionths, domain::trade::ExchangeRate::DIGITS);
            Some(format!("{} {}={number} {}", rate.rate.as_of, rate.rate.from, rate.rate.to))
        };
        steps.unit("exchange", by, run.unit, told);
    }
    let unit_price = UnitPrice { millionths: run.unit, currency: told, per: product.unit.clone() };
    memory::check(terms, product, &figures, (table.tax, incoterm), &unit_price)?;

    let goods = super::total(&unit_price, quantity)?;
    steps.amount("goods", None, goods);
    let mut total = goods.minor;
    for charge in &mut run.charges {
        charge.amount = exchange::convert(terms, charge.amount, told)?;
        total = total.checked_add(charge.amount.minor).ok_or(PriceProblem::Overflow)?;
        steps.amount("charge", Some(&charge.id), charge.amount);
    }
    let total = Money { minor: total, currency: told };
    if !run.charges.is_empty() {
        steps.amount("total", None, total);
    }
    Ok(Priced {
        quantity,
        unit_price,
        goods,
        charges: run.charges,
        total,
        tier,
        source: source(terms.knowledge, list),
        tax: table.tax,
        invoice: table.invoice,
        incoterm,
        place,
        valid_until: run.valid_until,
    })
}

/// What stands after the steps so far.
struct Running {
    unit: i64,
    charges: Vec<Charge>,
    valid_until: Option<String>,
}

impl Running {
    fn add(&mut self, millionths: i64) -> Result<(), PriceProblem> {
        self.unit = self.unit.checked_add(millionths).ok_or(PriceProblem::Overflow)?;
        Ok(())
    }

    /// ISO dates compare as text.
    fn until(&mut self, date: Option<&String>) {
        if let Some(date) = date
            && self.valid_until.as_ref().is_none_or(|before| date < before)
        {
            self.valid_until = Some(date.clone());
        }
    }
}

/// Whom nothing may be priced for.
fn gate(terms: &Terms<'_>, product: &Product) -> Result<(), PriceProblem> {
    if terms.is_blocked() {
        return Err(PriceProblem::Blocked);
    }
    let Some(export) = product.export.as_ref().filter(|export| export.dual_use) else { return Ok(()) };
    // At home no licence is needed; where nobody said where the goods go, only one for everywhere helps.
    if terms.delivery == Delivery::Home && !terms.is_export() {
        return Ok(());
    }
    let cleared = |destination: &String| {
        destination == "*"
            || (terms.delivery == Delivery::Abroad
                && terms
                    .place
                    .as_ref()
                    .is_some_and(|place| place.lies_in(&terms.knowledge.places.place(destination))))
    };
    if export.cleared.iter().any(cleared) { Ok(()) } else { Err(PriceProblem::NeedsClearance) }
}

/// Whether so much can be ordered at all.
fn orderable(product: &Product, quantity: Thousandths) -> Result<(), PriceProblem> {
    if quantity.0 <= 0 {
        return Err(PriceProblem::NotPositive);
    }
    if let Some(moq) = product.moq
        && quantity < moq
    {
        return Err(PriceProblem::BelowMoq { moq });
    }
    let whole = || quantity.0 % 1_000 != 0 && units::is_counter(&product.unit);
    let pack = product.pack.filter(|pack| pack.0 > 0).or_else(|| whole().then_some(Thousandths(1_000)));
    if let Some(pack) = pack
        && quantity.0 % pack.0 != 0
    {
        let rounded = round_up(quantity, pack).ok_or(PriceProblem::Overflow)?;
        return Err(PriceProblem::NotAPack { pack, rounded });
    }
    Ok(())
}

/// The figures for the invoice that was asked for. Each is a declared one: tax is never computed in or out of a price. Goods that
/// leave the country have no Chinese invoice.
pub(super) fn table<'k>(terms: &Terms<'_>, figures: &Figures<'k>) -> Result<Table<'k>, PriceProblem> {
    let base =
        Table { price: figures.price, tiers: figures.tiers, tax: figures.tax, invoice: None, points: None };
    let Some(invoice) = terms.invoice.filter(|_| !terms.is_export()) else { return Ok(base) };
    let with_tax = if invoice == InvoiceType::None { Tax::Excluded } else { Tax::Included };
    if let Some(figure) = figures.invoice_prices.iter().find(|figure| figure.invoice == invoice) {
        return Ok(Table {
            price: figure.price,
            tiers: &figure.tiers,
            tax: with_tax,
            invoice: Some(invoice),
            points: None,
        });
    }
    let shop = &terms.knowledge.shop;
    let (declared, points) = match invoice {
        InvoiceType::Special => (shop.invoice_special.or(shop.tax_rate), shop.trade.special_points),
        InvoiceType::Ordinary => (shop.invoice_ordinary.or(shop.tax_rate), shop.trade.ordinary_points),
        InvoiceType::None => (None, None),
    };
    match (figures.tax, invoice) {
        (Tax::Included, InvoiceType::Special | InvoiceType::Ordinary) if declared.is_some() => {
            Ok(Table { invoice: Some(invoice), ..base })
        }
        (Tax::Excluded, InvoiceType::None) => Ok(Table { invoice: Some(invoice), ..base }),
        (Tax::Excluded, _) if points.is_some() => {
            Ok(Table { invoice: Some(invoice), tax: with_tax, points, ..base })
        }
        _ => Err(PriceProblem::NoFigure { invoice }),
    }
}

/// The options that were chosen and the surcharges that apply. Percents are of the figure of the tier, so that their order is all one.
fn adders(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
    figure: i64,
    currency: Currency,
    run: &mut Running,
    steps: &mut Steps,
) -> Result<(), PriceProblem> {
    let options = product.pricing.options.iter().filter(|option| terms.options.contains(&option.id));
    let surcharges = product
        .pricing
        .surcharges
        .iter()
        .filter(|surcharge| surcharge.below.is_none_or(|below| quantity < below));
    let chosen = options.map(|option| ("option", &option.id, option.adder));
    let applied = surcharges.map(|surcharge| ("surcharge", &surcharge.id, surcharge.adder));
    let shop = terms.knowledge.shop.currency;
    for (step, id, adder) in chosen.chain(applied) {
        match adder {
            Adder::OnRequest => return Err(PriceProblem::OptionOnRequest),
            Adder::Percent(share) => run.add(percent(figure, share)?)?,
            Adder::PerUnit(millionths) if shop == currency => run.add(millionths)?,
            Adder::PerUnit(millionths) => {
                let rate = exchange::rate(terms, shop, currency)?;
                run.add(rate.part(millionths).ok_or(PriceProblem::Overflow)?)?;
                run.until(Some(&rate.rate.valid_until));
            }
            Adder::PerOrder(minor) => {
                run.charges.push(Charge {
                    id: id.clone(),
                    freight: false,
                    amount: Money { minor, currency: shop },
                });
                continue;
            }
        }
        steps.unit(step, || Some(id.clone()), run.unit, currency);
    }
    Ok(())
}

/// Adds the way to the Incoterm that was asked for; the term that the price then holds for.
fn way(
    terms: &Terms<'_>,
    product: &Product,
    quantity: Thousandths,
    figures: &Figures<'_>,
    run: &mut Running,
    steps: &mut Steps,
) -> Result<(Option<Incoterm>, Option<LocalizedText>), PriceProblem> {
    let from = figures.incoterm.unwrap_or(Incoterm::Exw);
    let mut place = figures.list.and_then(|list| list.place.clone());
    for leg in freight::legs(terms, product, quantity, from, place.as_ref())? {
        let row = leg.freight;
        let per_unit = if row.currency == figures.currency {
            leg.step.per_unit
        } else {
            let rate = exchange::rate(terms, row.currency, figures.currency)?;
            run.until(Some(&rate.rate.valid_until));
            rate.part(leg.step.per_unit).ok_or(PriceProblem::Overflow)?
        };
        if per_unit > 0 {
            run.add(per_unit)?;
            steps.unit("freight", || Some(row.id.clone()), run.unit, figures.currency);
        }
        if leg.step.per_shipment > 0 {
            let amount = Money { minor: leg.step.per_shipment, currency: row.currency };
            run.charges.push(Charge { id: row.id.clone(), freight: true, amount });
        }
        run.until(row.until.as_ref());
        place = row.place.clone().or(place);
    }
    let incoterm = terms.incoterm.or(figures.incoterm).or_else(|| terms.is_export().then_some(from));
    if incoterm.is_some_and(Incoterm::names_arrival) {
        // Where a row holds for a whole country, the buyer's own port is the one that counts.
        place = terms.place.as_ref().map(|place| LocalizedText::one(place.name.clone())).or(place);
    }
    Ok((incoterm, place.filter(|_| incoterm.is_some())))
}

fn validity(product: &Product, figures: &Figures<'_>) -> Option<String> {
    match figures.list {
        Some(list) => list.until.clone(),
        None => product.pricing.valid_until.clone(),
    }
}

/// So many thousandths of a percent of a price, half up to the millionth.
fn percent(millionths: i64, share: Thousandths) -> Result<i64, PriceProblem> {
    let exact = decimal::divide_half_up(i128::from(millionths) * i128::from(share.0), 100_000);
    i64::try_from(exact).map_err(|_| PriceProblem::Overflow)
}
