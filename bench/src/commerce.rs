//! How long a price takes with a hundred price lists beside the shop's own, and a search through a large catalogue.

use std::{path::Path, time::Instant};

use anyhow::{Context, bail};
use domain::{
    Timestamp,
    language::ReplyLanguage,
    money::Currency,
    quantity::Thousandths,
    trade::{Incoterm, InvoiceType},
};
use engine::{
    knowledge::{Knowledge, SourceFile, load},
    pricing::{self, Terms},
};
use hdrhistogram::Histogram;

use crate::{machine, random::Random, search};

/// What a price with its derivation may take at the 99th percentile, in nanoseconds.
const PRICE_TARGET: u64 = 20_000;
/// What a search may take at the 99th percentile, in microseconds.
const SEARCH_TARGET: u64 = 1_000;

/// Noon in Shanghai on 22 November 2026: what the lists' dates are measured against.
const NOW: i64 = 1_795_320_000_000;

const REGIONS: [&str; 6] = ["浙江", "江苏", "广东", "山东", "北京", "四川"];
const PORTS: [(&str, &str); 5] = [
    ("汉堡", "Hamburg"),
    ("鹿特丹", "Rotterdam"),
    ("洛杉矶", "Los Angeles"),
    ("迪拜", "Dubai"),
    ("大阪", "Osaka"),
];

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub lists: usize,
    pub prices: usize,
    pub products: usize,
    pub searches: usize,
    pub seed: u64,
}

/// Prices in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    pub lists: usize,
    /// Asked for; and of them those that the tables answered with a price, not with the reason why there is none.
    pub asked: usize,
    pub found: usize,
    pub p50: u64,
    pub p99: u64,
    pub most: u64,
}

/// Both, with whether each is as fast as it should be.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub prices: Prices,
    pub search: search::Measured,
}

impl Measured {
    pub const fn holds(&self) -> bool {
        self.prices.p99 <= PRICE_TARGET && self.search.p99 <= SEARCH_TARGET
    }

    /// The section of RESULTS.md.
    pub fn markdown(&self, command: &str) -> String {
        let mut lines = machine::description(Path::new("."), "with this program");
        lines.push(format!("Command: `{command}`"));
        let mut text = format!("- {}\n", lines.join("\n- "));
        let verdict = |met: bool| if met { "met" } else { "**missed**" };
        let micros = |nanos: u64| format!("{}.{}", nanos / 1_000, nanos % 1_000 / 100);
        let Self { prices, search } = self;
        text.push_str(
            "\n| what | how many | p50 | p99 | longest | target (p99) | |\n|---|---|---|---|---|---|---|\n",
        );
        text.push_str(&format!(
            "| a price, {} price lists | {} ({} with a price) | {} µs | {} µs | {} µs | ≤ {} µs | {} |\n",
            prices.lists,
            prices.asked,
            prices.found,
            micros(prices.p50),
            micros(prices.p99),
            micros(prices.most),
            PRICE_TARGET / 1_000,
            verdict(prices.p99 <= PRICE_TARGET),
        ));
        text.push_str(&format!(
            "| a search, {} products | {} | {} µs | {} µs | {} µs | ≤ {SEARCH_TARGET} µs | {} |\n",
            search.products,
            search.searches,
            search.p50,
            search.p99,
            search.most,
            verdict(search.p99 <= SEARCH_TARGET),
        ));
        text
    }
}

/// Measures both.
pub fn run(plan: Plan) -> anyhow::Result<Measured> {
    Ok(Measured {
        prices: prices(plan.lists, plan.prices, plan.seed)?,
        search: search::run(plan.products, plan.searches, plan.seed)?,
    })
}

/// Prices for made-up buyers: of companies with lists of their own, of grades, from regions, at home and abroad, under Incoterms, with
/// options and invoices, in three currencies.
fn prices(lists: usize, asked: usize, seed: u64) -> anyhow::Result<Prices> {
    let mut random = Random::new(seed);
    let knowledge = shop(lists, &mut random)?;
    let mut times = Histogram::<u64>::new(3).context("a histogram")?;
    let mut found = 0;
    for _ in 0..asked {
        let terms = terms(&knowledge, lists, &mut random);
        let product = &knowledge.products[random.below(knowledge.products.len() as u64) as usize];
        let quantity = Thousandths(random.between(1, 400) as i64 * 1_000);
        let language = [ReplyLanguage::Zh, ReplyLanguage::En][random.below(2) as usize];
        let begun = Instant::now();
        let priced = pricing::derive(&terms, product, quantity, language);
        let taken = begun.elapsed();
        found += usize::from(priced.is_ok());
        times.record(u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX)).context("a time")?;
    }
    if found * 2 < asked {
        bail!("only {found} of {asked} carts have a price; that is no fair measure");
    }
    Ok(Prices {
        lists,
        asked,
        found,
        p50: times.value_at_quantile(0.5),
        p99: times.value_at_quantile(0.99),
        most: times.max(),
    })
}

const PRODUCTS: usize = 200;

/// A shop with so many price lists: a third each for companies, for grades and regions, and for abroad; each names every product.
fn shop(lists: usize, random: &mut Random) -> anyhow::Result<Knowledge> {
    let mut text =
        "shop:\n  name: bench\n  prices_include_tax: true\n  invoice: {special: 13, ordinary: 13}\n  \
        blocked_destinations: [伊朗, 朝鲜, 古巴]\n  exchange_rates:\n  \
        - {from: USD, to: CNY, rate: 7.1, as_of: 2026-11-01, valid_until: 2026-11-30}\n  \
        - {from: EUR, to: CNY, rate: 8.2, as_of: 2026-11-01, valid_until: 2026-11-30}\n  \
        - {from: USD, to: EUR, rate: 0.866, as_of: 2026-11-01, valid_until: 2026-11-30}\n  freight:\n  \
        - {incoterm: FOB, place: {zh: 宁波, en: Ningbo}, currency: USD, per_shipment: 180}\n"
            .to_owned();
    for (zh, en) in PORTS {
        text.push_str(&format!(
            "  - {{incoterm: CIF, over: FOB, place: {{zh: {zh}, en: {en}}}, currency: USD, \
             steps: [{{max: 10, per_unit: 40, per_shipment: 100}}, {{per_unit: 25}}]}}\n"
        ));
    }
    text.push_str("products:\n");
    for number in 0..PRODUCTS {
        let price = random.between(100, 90_000);
        text.push_str(&format!(
            "- {{id: P{number:03}, name: 产品{number}, price: {price}, unit: 台, \
             tiers: [{{min: 10, price: {}}}, {{min: 50, price: {}}}], invoice_prices: {{none: {}}}, \
             options: [{{id: ip67, name: IP67防护, per_unit: 12}}, {{id: blue, name: 蓝色, percent: 2}}], \
             surcharges: [{{id: small_order, name: 小单处理费, below: 3, per_order: 300}}]}}\n",
            price * 96 / 100,
            price * 92 / 100,
            price * 88 / 100,
        ));
    }
    text.push_str("price_lists:\n");
    for number in 0..lists {
        let scope = match number % 6 {
            0 | 1 => format!("company: 客户{number}"),
            2 => format!("grade: g{}", number % 9),
            3 => format!("region: [{}]", REGIONS[number % REGIONS.len()]),
            _ => format!(
                "export: true\n  currency: {}\n  incoterm: {}\n  place: {{zh: 宁波, en: Ningbo}}",
                ["USD", "EUR"][number % 2],
                ["FOB", "EXW"][number / 6 % 2]
            ),
        };
        let dates = if number % 4 == 0 { "  from: 2026-01-01\n  until: 2026-12-31\n" } else { "" };
        text.push_str(&format!("- id: l{number}\n  {scope}\n{dates}  items:\n"));
        for product in 0..PRODUCTS {
            let price = random.between(100, 90_000);
            text.push_str(&format!(
                "  - {{product: P{product:03}, price: {price}, tiers: [{{min: 20, price: {}}}]}}\n",
                price * 95 / 100
            ));
        }
    }
    let loaded = load(&[SourceFile { path: "bench.yaml".into(), text: text.into() }]);
    match loaded.knowledge {
        Some(knowledge) => Ok(knowledge),
        None => bail!("the shop has problems: {:?}", loaded.problems.iter().take(3).collect::<Vec<_>>()),
    }
}

fn terms<'k>(knowledge: &'k Knowledge, lists: usize, random: &mut Random) -> Terms<'k> {
    let mut terms = Terms::plain(knowledge, Timestamp::from_millis(NOW));
    if random.chance(30) {
        terms.company = vec![format!("客户{}", random.below(lists as u64))];
    }
    if random.chance(40) {
        terms.grade = Some(format!("g{}", random.below(9)));
    }
    if random.chance(30) {
        terms.options.push(["ip67", "blue"][random.below(2) as usize].to_owned());
    }
    if random.chance(40) {
        let (zh, en) = PORTS[random.below(PORTS.len() as u64) as usize];
        terms.goes_to(if random.chance(50) { zh } else { en });
        let incoterms = [None, Some(Incoterm::Exw), Some(Incoterm::Fob), Some(Incoterm::Cif)];
        terms.incoterm = incoterms[random.below(4) as usize];
        let currencies = [None, Currency::parse("USD").ok(), Currency::parse("CNY").ok()];
        terms.currency = currencies[random.below(3) as usize];
    } else {
        if random.chance(50) {
            terms.goes_to(REGIONS[random.below(REGIONS.len() as u64) as usize]);
        }
        let invoices = [None, Some(InvoiceType::Special), Some(InvoiceType::None)];
        terms.invoice = invoices[random.below(3) as usize];
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_carts_of_a_small_run_have_a_price() {
        let measured = prices(12, 300, 1).expect("it runs");
        assert_eq!((measured.lists, measured.asked), (12, 300));
        assert!(measured.found * 2 >= measured.asked);
        assert!(measured.p50 <= measured.p99 && measured.p99 <= measured.most);
    }
}
