use std::{collections::BTreeMap, io::Read as _, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use engine::recommendation::{
    evaluation::{BASELINES, Figures, Learned, Report, evaluate},
    learned::{Day, OrderBook, OrderBookBuilder, PlacedLine, Settings},
};
use jiff::civil::Date;
use serde::Serialize;

#[derive(Args)]
pub struct Options {
    /// CSV of orders, plain or .gz: customer, invoice, date, sku, qty, price, country; further columns are ignored
    #[arg(long, value_name = "FILE")]
    orders: PathBuf,
    /// First day that is judged; each week from it on is judged by what was known before it
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// Last day that is judged
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// Cleaning of a public set
    #[arg(long, value_name = "SET")]
    clean: Option<Cleaning>,
    /// Leave out what others do
    #[arg(long)]
    without_baselines: bool,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cleaning {
    /// Without cancelled invoices, prices that are not above 0, and SKUs that do not begin with five digits
    OnlineRetail,
}

#[derive(Serialize)]
struct Row {
    hr3: f64,
    ndcg3: f64,
    mrr: f64,
    n: usize,
}

#[derive(Serialize)]
struct Rows {
    all: Row,
    new: Row,
    cold: Row,
}

#[derive(Serialize)]
struct Outcome {
    #[serde(flatten)]
    ours: Rows,
    baselines: BTreeMap<&'static str, Rows>,
}

impl From<Figures> for Row {
    fn from(figures: Figures) -> Self {
        let Figures { hr3, ndcg3, mrr, n } = figures;
        Self { hr3, ndcg3, mrr, n }
    }
}

impl From<Report> for Rows {
    fn from(report: Report) -> Self {
        Self { all: report.all.into(), new: report.new.into(), cold: report.cold.into() }
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what the command is asked for")]
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if options.to < options.from {
        bail!("--to {} is before --from {}", options.to, options.from);
    }
    let text = read(&options.orders)?;
    let book = order_book(&text, options.clean).with_context(|| format!("`{}`", options.orders.display()))?;
    let (from, to) = (day(options.from), day(options.to));
    if book.between(from, to + 1).is_empty() {
        bail!("`{}` has no order from {} to {}", options.orders.display(), options.from, options.to);
    }
    let ours = evaluate(&book, from, to, &mut Learned::new(Settings::default())).into();
    let mut baselines = BTreeMap::new();
    if !options.without_baselines {
        for baseline in BASELINES {
            baselines.insert(baseline.name, evaluate(&book, from, to, baseline.ranker().as_mut()).into());
        }
    }
    let outcome = Outcome { ours, baselines };
    if options.json {
        println!("{}", serde_json::to_string(&outcome)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{:<30}{:>16}{:>16}{:>16}", "hit rate@3 / NDCG@3", "all", "new", "cold");
    let ours = std::iter::once(("Zhanggui", &outcome.ours));
    for (name, rows) in ours.chain(outcome.baselines.iter().map(|(name, rows)| (*name, rows))) {
        let cell = |row: &Row| format!("{:.3} / {:.3}", row.hr3, row.ndcg3);
        println!("{name:<30}{:>16}{:>16}{:>16}", cell(&rows.all), cell(&rows.new), cell(&rows.cold));
    }
    let Rows { all, new, cold } = &outcome.ours;
    println!("{:<30}{:>16}{:>16}{:>16}", "queries", all.n, new.n, cold.n);
    Ok(ExitCode::SUCCESS)
}

/// The file's text; a file that begins as gzip does is unpacked.
fn read(path: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("`{}` could not be read", path.display());
    let bytes = std::fs::read(path).with_context(unreadable)?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text).with_context(unreadable)?;
    Ok(text)
}

fn day(date: Date) -> Day {
    let since = date.since(Date::constant(1970, 1, 1)).map(|span| span.get_days());
    since.unwrap_or_default()
}

const COLUMNS: [&str; 7] = ["customer", "invoice", "date", "sku", "qty", "price", "country"];

/// Rows without a customer or a product, and those with a quantity that is not above 0, are no purchases.
fn order_book(text: &[u8], cleaning: Option<Cleaning>) -> anyhow::Result<OrderBook> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
    let header = reader.headers().context("the header line could not be read")?.clone();
    let places = COLUMNS.map(|name| header.iter().position(|column| column.eq_ignore_ascii_case(name)));
    for (name, place) in COLUMNS.iter().zip(places) {
        if place.is_none() && !["price", "country", "invoice"].contains(name) {
            bail!("the header has no column `{name}`; the columns are {}", COLUMNS.join(", "));
        }
    }
    let mut builder = OrderBookBuilder::default();
    for record in reader.byte_records() {
        let record = record.context("a line could not be read")?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |place: Option<usize>| {
            place.and_then(|at| record.get(at)).map_or_else(Default::default, String::from_utf8_lossy)
        };
        let [customer, invoice, date, sku, quantity, price, country] = places.map(cell);
        if customer.is_empty() || sku.is_empty() {
            continue;
        }
        let number = |name: &str, cell: &str| {
            let number = cell.parse::<f64>().ok().filter(|number| number.is_finite());
            number.with_context(|| format!("line {line}: `{name}` is `{cell}`; write a number"))
        };
        let quantity = number("qty", &quantity)?;
        if cleaning == Some(Cleaning::OnlineRetail) {
            let is_product = sku.len() >= 5 && sku.bytes().take(5).all(|digit| digit.is_ascii_digit());
            if invoice.starts_with('C') || !is_product || number("price", &price)? <= 0.0 {
                continue;
            }
        }
        let date: Date = date
            .get(..10)
            .and_then(|date| date.parse().ok())
            .with_context(|| format!("line {line}: `date` is `{date}`; write it as 2026-11-22"))?;
        builder.push(&PlacedLine {
            buyer: &customer,
            group: Some(country.as_ref()).filter(|country| !country.is_empty()),
            product: &sku,
            day: day(date),
            quantity,
        });
    }
    Ok(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &str, expected: Result<usize, &str>) {
        let text = format!("customer,invoice,date,sku,qty,price,country\n{lines}\n");
        let read = order_book(text.as_bytes(), Some(Cleaning::OnlineRetail));
        let read = read.map(|book| book.products().len()).map_err(|error| error.to_string());
        assert_eq!(read, expected.map_err(str::to_owned), "{lines}");
    }

    #[test]
    fn what_is_no_purchase_is_left_out() {
        check("1,536365,2010-12-01 08:26:00,85123A,6,2.55,UK", Ok(1));
        check("1,C536365,2010-12-01,85123A,6,2.55,UK", Ok(0));
        check("1,536365,2010-12-01,85123A,-6,2.55,UK", Ok(0));
        check("1,536365,2010-12-01,85123A,6,0,UK", Ok(0));
        check("1,536365,2010-12-01,POST,6,2.55,UK", Ok(0));
        check(",536365,2010-12-01,85123A,6,2.55,UK", Ok(0));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        check(
            "1,536365,yesterday,85123A,6,2.55,UK",
            Err("line 2: `date` is `yesterday`; write it as 2026-11-22"),
        );
        check("1,536365,2010-12-01,85123A,six,2.55,UK", Err("line 2: `qty` is `six`; write a number"));
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(day(Date::constant(1970, 1, 1)), 0);
        assert_eq!(day(Date::constant(2012, 3, 1)) - day(Date::constant(2012, 2, 28)), 2);
    }

    #[test]
    fn packed_files_are_unpacked() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("orders.csv.gz");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"customer").expect("memory");
        std::fs::write(&path, packer.finish().expect("memory")).expect("a file");
        assert_eq!(read(&path).expect("it reads"), b"customer");
    }
}
