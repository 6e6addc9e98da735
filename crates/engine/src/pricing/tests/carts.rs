//! Twenty thousand carts against prices that are reckoned by another road.
//!
//! The oracle knows nothing of the engine's tables: it works on the plain rows that the shop was made from, picks a list by
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
use oracle::expected;

mod oracle;

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
