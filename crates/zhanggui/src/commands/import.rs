use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use desk::orders::{COLUMNS, ImportReport, Row};

use crate::{Common, control, wiring};

#[derive(Subcommand)]
pub enum Import {
    /// Past orders from CSV: customer, company, contact, invoice, date, sku, qty, price, country
    Orders(Orders),
}

#[derive(Args)]
pub struct Orders {
    #[command(flatten)]
    common: Common,
    /// The CSV file, UTF-8, with a header line
    file: PathBuf,
}

/// The most refused rows that are listed one by one.
const LISTED: usize = 50;

pub async fn run(import: Import) -> anyhow::Result<ExitCode> {
    let Import::Orders(options) = import;
    let config = wiring::configure(&options.common, true)?;
    let text = std::fs::read(&options.file)
        .with_context(|| format!("`{}` could not be read", options.file.display()))?;
    let rows = read_csv(&text)?;
    let report =
        match control::call(&config.database_url, &control::Request::ImportOrders { rows: rows.clone() })
            .await?
        {
            Some(control::Response::Imported(report)) => report.into(),
            Some(other) => bail!("the running server answered {other:?}"),
            None => {
                let desk = wiring::open(&config).await?;
                let report = desk.import_orders(rows).await.context("the orders could not be stored")?;
                desk.stop().await;
                report
            }
        };
    print(&report);
    Ok(if report.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Splits CSV text into rows by column name; the number is the line in the file.
pub fn read_csv(text: &[u8]) -> anyhow::Result<Vec<(u64, Row)>> {
    // Spreadsheets write a byte-order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if let Err(error) = std::str::from_utf8(text) {
        bail!("the file is not UTF-8 (byte {}); save it as CSV UTF-8", error.valid_up_to());
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
    let header: Vec<String> = reader
        .headers()
        .context("the header line could not be read")?
        .iter()
        .map(str::to_ascii_lowercase)
        .collect();
    for needed in ["invoice", "date", "sku", "qty"] {
        if !header.iter().any(|name| name == needed) {
            bail!("the header has no column `{needed}`; the columns are {}", COLUMNS.join(", "));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.context("a line could not be read")?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = header.iter().zip(record.iter());
        let row: BTreeMap<String, String> = cells
            .filter(|(name, _)| COLUMNS.contains(&name.as_str()))
            .map(|(name, cell)| (name.clone(), cell.replace('\0', "")))
            .collect();
        rows.push((line, row));
    }
    Ok(rows)
}

#[expect(clippy::print_stdout, reason = "the report is what the command is asked for")]
fn print(report: &ImportReport) {
    println!(
        "{} orders with {} lines taken, {} new companies, {} orders were known already",
        report.orders, report.lines, report.companies, report.known
    );
    if !report.unknown_products.is_empty() {
        println!("not in the knowledge (kept all the same): {}", report.unknown_products.join(", "));
    }
    if !report.refused.is_empty() {
        println!("{} rows were not taken:", report.refused.len());
        for row in report.refused.iter().take(LISTED) {
            println!("  line {}: {}", row.line, row.reason);
        }
        if report.refused.len() > LISTED {
            println!("  … and {} more", report.refused.len() - LISTED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_know_their_line_and_their_columns() {
        let rows = read_csv("\u{feff}invoice,Date,sku,qty,extra\nA1,2026-01-02,P001,3,x\n".as_bytes())
            .expect("it reads");
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].0, rows[0].1["date"].as_str()), (2, "2026-01-02"));
        assert!(!rows[0].1.contains_key("extra"));
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = read_csv(b"invoice,date,sku\n").expect_err("qty is missing");
        assert!(error.to_string().contains("`qty`"), "{error}");
    }
}
