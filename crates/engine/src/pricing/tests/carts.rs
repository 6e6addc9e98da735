//! Twenty thousand carts against prices that are reckoned by another road.
//!
//! The oracle below knows nothing of the engine's tables: it works on the plain rows that the shop was made from, picks a list by
//! comparing all of them at once, and keeps fractions whole until the rules say to round.

use std::cmp::Reverse;

use domain::{
    fact::Tax,
    id::ProductId,
    language::LocalizedText,
    money::{Currency, UnitPrice},
    order::{Order, OrderLine},
    quantity::{Quantity, Thousandths},
    trade::{
        Adder, ExchangeRate, Freight, FreightStep, Incoterm, InvoicePrice, InvoiceType, ProductOption,
        Surcharge,
    },
};
use proptest::prelude::*;

use super::{super::*, now};
use crate::knowledge::{PriceList, PriceListItem};

const TODAY: &str = "2026-11-22";
const DAYS: [&str; 4] = ["2026-01-01", "2026-11-21", "2026-11-22", "2026-12-31"];
const CURRENCIES: [Currency; 3] = [Currency::CNY, Currency::USD, Currency::EUR];
const CARTS: usize = 20;

/// A small generator, so that a shop can be told from one number.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: i64) -> i64 {
        (self.next() % limit.unsigned_abs()) as i64
    }

    fn once_in(&mut self, times: i64) -> bool {
        self.below(times) == 0
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as i64) as usize]
    }

    fn maybe<T>(&mut self, times: i64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.once_in(times).then(|| make(self))
    }

    /// Small and large prices alike.
    fn price(&mut self) -> i64 {
        let size = self.below(7) as u32;
        1 + self.below(10_i64.pow(5 + size))
    }

    fn tiers(&mut self, first: i64) -> Vec<(i64, i64)> {
        let (mut min, mut price) = (0, first);
        (0..self.below(4))
            .map(|_| {
                min += 1 + self.below(40) * 500;
                price -= price / 100 * self.below(20);
                (min, price)
            })
            .collect()
    }

    fn adder(&mut self) -> Adder {
        match self.below(3) {
            0 => Adder::PerUnit(self.price() / 10),
            1 => Adder::Percent(Thousandths(self.below(30_000))),
            _ => Adder::PerOrder(self.below(100_000)),
        }
    }
}

#[derive(Debug, Clone)]
struct List {
    company: Option<&'static str>,
    grade: Option<&'static str>,
    region: Option<&'static str>,
    from: Option<&'static str>,
    until: Option<&'static str>,
    currency: Currency,
    export: bool,
    incoterm: Option<Incoterm>,
    price: i64,
    tiers: Vec<(i64, i64)>,
}

#[derive(Debug, Clone)]
struct Shop {
    includes: Option<bool>,
    points: Option<i64>,
    price: i64,
    tiers: Vec<(i64, i64)>,
    figures: Vec<(InvoiceType, i64)>,
    options: Vec<(&'static str, Adder)>,
    surcharges: Vec<(Option<i64>, Adder)>,
    moq: Option<i64>,
    pack: Option<i64>,
    lists: Vec<List>,
    rates: Vec<(Currency, Currency, i64, &'static str, &'static str)>,
    /// Term, term below, currency, per unit, per shipment, up to.
    freight: Vec<(Incoterm, Incoterm, Currency, i64, i64, Option<i64>)>,
}

#[derive(Debug, Clone)]
struct Cart {
    company: Option<&'static str>,
    grade: Option<&'static str>,
    place: Option<&'static str>,
    currency: Option<Currency>,
    invoice: Option<InvoiceType>,
    incoterm: Option<Incoterm>,
    options: Vec<&'static str>,
    quantity: i64,
    paid: Option<(i64, i64)>,
}

fn some_shop(dice: &mut Dice) -> Shop {
    let price = dice.price();
    let rate = |dice: &mut Dice| {
        let (from, to) = dice.one(&[
            (Currency::USD, Currency::CNY),
            (Currency::CNY, Currency::USD),
            (Currency::EUR, Currency::CNY),
            (Currency::USD, Currency::EUR),
        ]);
        let billionths = 100_000_000 + dice.below(9_000_000_000);
        (from, to, billionths, dice.one(&DAYS), dice.one(&DAYS))
    };
    let list = |dice: &mut Dice| {
        let price = dice.price();
        List {
            company: dice.maybe(3, |dice| dice.one(&["acme", "beta"])),
            grade: dice.maybe(3, |dice| dice.one(&["gold", "silver"])),
            region: dice.maybe(4, |dice| dice.one(&["浙江", "德国"])),
            from: dice.maybe(3, |dice| dice.one(&DAYS)),
            until: dice.maybe(3, |dice| dice.one(&DAYS)),
            currency: dice.one(&[Currency::CNY, Currency::CNY, Currency::USD]),
            export: dice.once_in(3),
            incoterm: dice.maybe(6, |_| Incoterm::Fob),
            price,
            tiers: dice.tiers(price),
        }
    };
    let freight = |dice: &mut Dice| {
        let (term, over) = dice.one(&[
            (Incoterm::Fob, Incoterm::Exw),
            (Incoterm::Cif, Incoterm::Fob),
            (Incoterm::Cif, Incoterm::Exw),
        ]);
        let currency = dice.one(&[Currency::CNY, Currency::USD]);
        let up_to = dice.maybe(4, |dice| 1 + dice.below(30_000));
        (term, over, currency, dice.price() / 100, dice.below(50_000), up_to)
    };
    Shop {
        includes: dice.one(&[Some(true), Some(true), Some(false), None]),
        points: dice.maybe(2, |dice| dice.below(15_000)),
        price,
        tiers: dice.tiers(price),
        figures: InvoiceType::ALL
            .into_iter()
            .filter_map(|invoice| dice.maybe(3, |dice| (invoice, dice.price())))
            .collect(),
        options: ["seal", "paint"]
            .into_iter()
            .filter_map(|id| dice.maybe(2, |dice| (id, dice.adder())))
            .collect(),
        surcharges: (0..dice.below(3))
            .map(|_| (dice.maybe(2, |dice| 1 + dice.below(20_000)), dice.adder()))
            .collect(),
        moq: dice.maybe(3, |dice| 1 + dice.below(5) * 1_000),
        pack: dice.maybe(3, |dice| dice.one(&[500, 1_000, 4_000])),
        lists: (0..dice.below(6)).map(|_| list(dice)).collect(),
        rates: (0..dice.below(4)).map(|_| rate(dice)).collect(),
        freight: (0..dice.below(4)).map(|_| freight(dice)).collect(),
    }
}

fn some_cart(dice: &mut Dice) -> Cart {
    Cart {
        company: dice.maybe(2, |dice| dice.one(&["acme", "beta"])),
        grade: dice.maybe(2, |dice| dice.one(&["gold", "silver"])),
        place: dice.maybe(2, |dice| dice.one(&["浙江", "汉堡", "Atlantis", "重庆"])),
        currency: dice.maybe(3, |dice| dice.one(&CURRENCIES)),
        invoice: dice.maybe(3, |dice| dice.one(&InvoiceType::ALL)),
        incoterm: dice.maybe(4, |dice| dice.one(&[Incoterm::Exw, Incoterm::Fob, Incoterm::Cif])),
        options: dice.maybe(3, |dice| vec![dice.one(&["seal", "paint"])]).unwrap_or_default(),
        quantity: match dice.below(12) {
            0 => dice.one(&[0, -1, -20_000, 1, 999, i64::MAX]),
            1 => dice.below(100_000),
            _ => (1 + dice.below(80)) * 1_000,
        },
        paid: dice.maybe(4, |dice| (dice.price(), (1 + dice.below(20)) * 1_000)),
    }
}

fn tiers_of(rows: &[(i64, i64)]) -> Vec<Tier> {
    rows.iter().map(|&(min, price)| Tier { min: Thousandths(min), price }).collect()
}

/// The engine's tables of a shop. The product's unit is one that may be divided.
fn knowledge_of(shop: &Shop) -> Knowledge {
    let mut knowledge = Knowledge { revision: 1, ..Knowledge::default() };
    static PLAIN: std::sync::LazyLock<Product> = std::sync::LazyLock::new(|| {
        let shop = crate::reply::talk::shop(&[("a.yaml", "products: [{id: P, name: 缆, unit: 米}]")]);
        shop.products[0].clone()
    });
    let mut product = PLAIN.clone();
    product.price = Some(shop.price);
    product.tiers = tiers_of(&shop.tiers);
    product.moq = shop.moq.map(Thousandths);
    product.pack = shop.pack.map(Thousandths);
    product.pricing.invoice_prices = shop
        .figures
        .iter()
        .map(|&(invoice, price)| InvoicePrice { invoice, price, tiers: Vec::new() })
        .collect();
    let name = || LocalizedText::one("x");
    product.pricing.options = shop
        .options
        .iter()
        .map(|&(id, adder)| ProductOption { id: id.into(), name: name(), aliases: Vec::new(), adder })
        .collect();
    product.pricing.surcharges = shop
        .surcharges
        .iter()
        .enumerate()
        .map(|(index, &(below, adder))| Surcharge {
            id: format!("s{index}"),
            name: name(),
            below: below.map(Thousandths),
            adder,
        })
        .collect();
    knowledge.products = vec![product];
    knowledge.shop.prices_include_tax = shop.includes;
    knowledge.shop.invoice_special = Some(Thousandths(13_000));
    knowledge.shop.blocked_destinations = vec!["Atlantis".into()];
    knowledge.shop.trade.special_points = shop.points.map(Thousandths);
    knowledge.shop.trade.exchange_rates = shop
        .rates
        .iter()
        .map(|&(from, to, billionths, as_of, until)| ExchangeRate {
            from,
            to,
            billionths,
            as_of: as_of.into(),
            valid_until: until.into(),
            round_to: None,
        })
        .collect();
    knowledge.shop.trade.freight = shop
        .freight
        .iter()
        .enumerate()
        .map(|(index, &(incoterm, over, currency, per_unit, per_shipment, up_to))| Freight {
            id: format!("f{index}"),
            incoterm,
            over,
            place: Some(LocalizedText::one(if incoterm == Incoterm::Cif { "汉堡" } else { "宁波" })),
            aliases: Vec::new(),
            currency,
            products: Vec::new(),
            steps: vec![FreightStep { max: up_to.map(Thousandths), per_unit, per_shipment }],
            from: None,
            until: None,
        })
        .collect();
    knowledge.price_lists = shop
        .lists
        .iter()
        .enumerate()
        .map(|(index, list)| PriceList {
            id: format!("l{index}"),
            company: list.company.map(str::to_uppercase),
            grade: list.grade.map(str::to_owned),
            regions: list.region.map(str::to_owned).into_iter().collect(),
            currency: list.currency,
            from: list.from.map(str::to_owned),
            until: list.until.map(str::to_owned),
            export: list.export,
            tax: None,
            incoterm: list.incoterm,
            place: None,
            items: vec![PriceListItem {
                product: ProductId::from("P"),
                price: list.price,
                tiers: tiers_of(&list.tiers),
                invoice_prices: Vec::new(),
            }],
        })
        .collect();
    knowledge.index_prices();
    knowledge
}

fn orders_of(cart: &Cart) -> Vec<Order> {
    let Some((paid, quantity)) = cart.paid else { return Vec::new() };
    let unit_price = UnitPrice { millionths: paid, currency: Currency::CNY, per: "米".into() };
    vec![Order {
        id: domain::id::OrderId::from_ulid(domain::id::compose(now(), 1)),
        number: "SO1".into(),
        company: None,
        contact: None,
        date: "2026-10-01".into(),
        country: None,
        lines: vec![OrderLine {
            product: ProductId::from("P"),
            quantity: Quantity { thousandths: quantity, unit: None },
            unit_price: Some(unit_price),
        }],
        status: None,
    }]
}

/// What the engine says: unit price, total and currency, or the problem's name.
fn computed(
    knowledge: &Knowledge,
    cart: &Cart,
    orders: &[Order],
) -> Result<(i64, i64, Currency), &'static str> {
    let mut terms = Terms::plain(knowledge, now());
    terms.company = cart.company.map(str::to_owned).into_iter().collect();
    terms.grade = cart.grade.map(str::to_owned);
    if let Some(place) = cart.place {
        terms.goes_to(place);
    }
    terms.currency = cart.currency;
    terms.invoice = cart.invoice;
    terms.incoterm = cart.incoterm;
    terms.options = cart.options.iter().map(|&id| id.to_owned()).collect();
    terms.past = if cart.company.is_some() { orders } else { &[] };
    let priced = price(&terms, &knowledge.products[0], Thousandths(cart.quantity));
    priced
        .map(|priced| (priced.unit_price.millionths, priced.total.minor, priced.total.currency))
        .map_err(|problem| problem.name())
}

/// Half up without a remainder in sight; all numbers here are positive.
fn half_up(over: i128, under: i128) -> i128 {
    (2 * over + under) / (2 * under)
}

/// The rate as a fraction.
fn rate_of(shop: &Shop, from: Currency, to: Currency) -> Result<(i128, i128), &'static str> {
    const ONE: i128 = 1_000_000_000;
    if from == to {
        return Ok((1, 1));
    }
    let live = |a: Currency, b: Currency| {
        let mut rows: Vec<_> = shop
            .rates
            .iter()
            .filter(|row| row.0 == a && row.1 == b && row.3 <= TODAY && TODAY <= row.4)
            .collect();
        // Of equal days the last row of the file counts.
        rows.sort_by_key(|row| row.3);
        rows.last().map(|row| i128::from(row.2))
    };
    match (live(from, to), live(to, from)) {
        (Some(rate), _) => Ok((rate, ONE)),
        (None, Some(rate)) => Ok((ONE, rate)),
        (None, None) => Err("currency"),
    }
}

fn expected(shop: &Shop, cart: &Cart) -> Result<(i64, i64, Currency), &'static str> {
    if cart.place == Some("Atlantis") {
        return Err("risk");
    }
    let export = cart.place == Some("汉堡") || cart.incoterm.is_some();
    let applies = |list: &&List| {
        let foreign = list.region == Some("德国");
        let only_export = list.export || list.incoterm.is_some() || foreign;
        let no_tax = only_export || list.currency != Currency::CNY || shop.includes == Some(false);
        let anybody = list.company.is_none() && list.grade.is_none() && list.region.is_none();
        let asked = cart.currency == Some(list.currency);
        (if export { no_tax } else { !only_export })
            && (!anybody || list.currency == Currency::CNY || export || asked)
            && (list.company.is_none() || list.company == cart.company)
            && (list.grade.is_none() || list.grade == cart.grade)
            && match list.region {
                None => true,
                Some("德国") => cart.place == Some("汉堡"),
                Some(region) => cart.place == Some(region),
            }
    };
    let personal = |list: &List| list.company.is_some() || list.grade.is_some();
    let mine: Vec<(usize, &List)> = shop.lists.iter().enumerate().filter(|(_, list)| applies(list)).collect();
    let best = mine
        .iter()
        .filter(|(_, list)| list.until.is_none_or(|until| until >= TODAY))
        .filter(|(_, list)| list.from.is_none_or(|from| from <= TODAY))
        .max_by_key(|(index, list)| {
            (
                (list.company.is_some(), list.grade.is_some(), list.region.is_some()),
                (
                    cart.incoterm.is_some() && list.incoterm == cart.incoterm,
                    cart.currency == Some(list.currency),
                ),
                (list.from.is_some() || list.until.is_some(), list.from),
                Reverse(*index),
            )
        })
        .map(|(_, list)| *list);
    let ended = mine.iter().any(|(_, list)| personal(list) && list.until.is_some_and(|until| until < TODAY));
    if ended && !best.is_some_and(personal) {
        return Err("ended");
    }
    let own_tax = match shop.includes {
        Some(true) => Tax::Included,
        Some(false) => Tax::Excluded,
        None => Tax::None,
    };
    let (mut first, mut tiers, currency, basis, tax) = match best {
        Some(list) => {
            let foreign = list.export
                || list.incoterm.is_some()
                || list.region == Some("德国")
                || list.currency != Currency::CNY;
            let tax = if foreign { Tax::None } else { own_tax };
            (list.price, list.tiers.clone(), list.currency, list.incoterm, tax)
        }
        None if export && own_tax != Tax::Excluded => return Err("export"),
        None => (shop.price, shop.tiers.clone(), Currency::CNY, None, own_tax),
    };
    if cart.quantity <= 0 {
        return Err("not_positive");
    }
    if shop.moq.is_some_and(|moq| cart.quantity < moq) {
        return Err("below_moq");
    }
    if shop.pack.is_some_and(|pack| cart.quantity % pack != 0) {
        return Err(if cart.quantity > i64::MAX - 4_000 { "too_large" } else { "pack" });
    }
    let mut points = 0;
    if let Some(invoice) = cart.invoice.filter(|_| !export) {
        let figure = shop.figures.iter().find(|(kind, _)| *kind == invoice).filter(|_| best.is_none());
        match (figure, tax, invoice) {
            (Some(&(_, price)), ..) => (first, tiers) = (price, Vec::new()),
            (None, Tax::Included, InvoiceType::Special) | (None, Tax::Excluded, InvoiceType::None) => {}
            (None, Tax::Excluded, InvoiceType::Special) => points = shop.points.ok_or("invoice")?,
            _ => return Err("invoice"),
        }
    }
    let at = |quantity: i64| {
        i128::from(tiers.iter().filter(|row| row.0 <= quantity).map(|row| row.1).next_back().unwrap_or(first))
    };
    let figure = at(cart.quantity);
    let mut unit = figure;
    let mut charges: Vec<(i128, Currency)> = Vec::new();
    let chosen = shop.options.iter().filter(|(id, _)| cart.options.contains(id)).map(|(_, adder)| *adder);
    let forced = shop
        .surcharges
        .iter()
        .filter(|(below, _)| below.is_none_or(|below| cart.quantity < below))
        .map(|(_, adder)| *adder);
    for adder in chosen.chain(forced) {
        match adder {
            Adder::PerUnit(more) => {
                let (over, under) = rate_of(shop, Currency::CNY, currency)?;
                unit += half_up(i128::from(more) * over, under);
            }
            Adder::Percent(share) => unit += half_up(figure * i128::from(share.0), 100_000),
            Adder::PerOrder(minor) => charges.push((i128::from(minor), Currency::CNY)),
            Adder::OnRequest => return Err("option"),
        }
    }
    unit += half_up(unit * i128::from(points), 100_000);

    let basis = basis.unwrap_or(Incoterm::Exw);
    for (per_unit, per_shipment, money) in way(shop, cart, basis)? {
        let (over, under) = rate_of(shop, money, currency)?;
        unit += half_up(per_unit * over, under);
        if per_shipment > 0 {
            charges.push((per_shipment, money));
        }
    }
    let told = cart.currency.unwrap_or(currency);
    if told != currency {
        let (over, under) = rate_of(shop, currency, told)?;
        let step = if unit * over >= 1_000_000 * under { 10_000 } else { 1 };
        unit = half_up(unit * over, under * step) * step;
    }
    if let (Some((paid, quantity)), Some(_)) = (cart.paid, cart.company) {
        let paid = i128::from(paid);
        let plain = match best {
            Some(list) => list
                .tiers
                .iter()
                .filter(|row| row.0 <= quantity)
                .map(|row| row.1)
                .next_back()
                .unwrap_or(list.price),
            None => shop
                .tiers
                .iter()
                .filter(|row| row.0 <= quantity)
                .map(|row| row.1)
                .next_back()
                .unwrap_or(shop.price),
        };
        let same = currency == Currency::CNY && i128::from(plain) == paid;
        if !best.is_some_and(personal) && told == Currency::CNY && paid != unit && !same {
            return Err("last_price");
        }
    }
    let mut total = half_up(unit * i128::from(cart.quantity), 10_000_000);
    if i64::try_from(total).is_err() {
        return Err("too_large");
    }
    for (minor, money) in charges {
        let (over, under) = rate_of(shop, money, told)?;
        total += half_up(minor * over, under);
    }
    let total = i64::try_from(total).map_err(|_| "too_large")?;
    Ok((i64::try_from(unit).map_err(|_| "too_large")?, total, told))
}

/// What each part of the way costs; a shop has at most two parts.
fn way(shop: &Shop, cart: &Cart, basis: Incoterm) -> Result<Vec<(i128, i128, Currency)>, &'static str> {
    let Some(wanted) = cart.incoterm.filter(|wanted| *wanted != basis) else { return Ok(Vec::new()) };
    let row = |term: Incoterm| {
        let found = shop.freight.iter().find(|row| row.0 == term).ok_or("freight")?;
        if found.5.is_some_and(|up_to| cart.quantity > up_to) {
            return Err("freight");
        }
        Ok((found.1, (i128::from(found.3), i128::from(found.4), found.2)))
    };
    match wanted {
        Incoterm::Cif if cart.place.is_none() => Err("place"),
        Incoterm::Cif if cart.place != Some("汉堡") => Err("freight"),
        Incoterm::Cif => {
            let (over, last) = row(Incoterm::Cif)?;
            match over {
                over if over == basis => Ok(vec![last]),
                Incoterm::Fob => Ok(vec![row(Incoterm::Fob)?.1, last]),
                _ => Err("freight"),
            }
        }
        // The port is Ningbo: another one of the same country is not served.
        Incoterm::Fob if matches!(cart.place, Some("浙江" | "重庆")) => Err("freight"),
        Incoterm::Fob => Ok(vec![row(Incoterm::Fob)?.1]),
        _ => Err("freight"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn twenty_thousand_carts_cost_what_the_oracle_says(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let shop = some_shop(&mut dice);
        let knowledge = knowledge_of(&shop);
        for _ in 0..CARTS {
            let cart = some_cart(&mut dice);
            let orders = orders_of(&cart);
            prop_assert_eq!(
                computed(&knowledge, &cart, &orders),
                expected(&shop, &cart),
                "{:?}\n{:?}",
                cart,
                shop
            );
        }
    }
}

#[test]
fn the_carts_reach_prices_and_every_problem() {
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let shop = some_shop(&mut dice);
        for _ in 0..CARTS {
            *seen.entry(expected(&shop, &some_cart(&mut dice)).err().unwrap_or("price")).or_default() += 1;
        }
    }
    let problems = [
        "below_moq",
        "currency",
        "ended",
        "export",
        "freight",
        "invoice",
        "last_price",
        "not_positive",
        "pack",
        "place",
        "risk",
    ];
    for name in problems {
        assert!(seen.get(name).is_some_and(|&count| count >= 10), "{name}: {seen:?}");
    }
    assert!(seen["price"] > 1_000, "{seen:?}");
}
