//! What was measured, as text beside what had to be reached.

use std::{fmt::Write, time::Duration};

use super::{
    Results,
    scenario::{DatabaseResult, HOLD_AT, Path, PathResult, Saturation},
    world::Kind,
};

/// What a path must reach: requests a second, and p99 in milliseconds at 70 % of the maximum.
struct Goal {
    per_second: f64,
    p99_millis: Option<f64>,
}

const fn goal(kind: Kind, path: Path) -> Goal {
    match (kind.is_postgres(), path) {
        (false, Path::Accept) => Goal { per_second: 15_000.0, p99_millis: Some(15.0) },
        (false, Path::Turn) => Goal { per_second: 6_000.0, p99_millis: Some(30.0) },
        (true, Path::Accept) => Goal { per_second: 4_000.0, p99_millis: Some(60.0) },
        (true, Path::Turn) => Goal { per_second: 2_000.0, p99_millis: None },
    }
}

const SINGLE_P50_MILLIS: f64 = 3.0;
const IDLE_MIB: f64 = 120.0;
const CONVERSING_MIB: f64 = 300.0;
/// After a fault a server on SQLite must be ready again within this time; the same is asked of every start.
const READY_MILLIS: f64 = 2_000.0;

/// The whole section.
pub fn markdown(results: &Results) -> String {
    let mut text = String::new();
    for line in &results.machine {
        text.push_str(&format!("- {line}\n"));
    }
    let plan = &results.plan;
    text.push_str(&format!(
        "- Command: `{}`\n- {} buyers' messages in Chinese and English over {} conversations; the generator shares the cores with the \
         server. \"At {} %\" is an open loop of {} s at that share of the maximum, latencies counted from the moment at which a request \
         was due; figures in parentheses are the least and the most of {} runs\n",
        results.command,
        crate::buyer::TEXTS.len(),
        plan.conversations,
        (HOLD_AT * 100.0).round(),
        plan.hold.as_secs(),
        plan.repeat,
    ));
    for note in &results.notes {
        text.push_str(&format!("- {note}\n"));
    }
    for reason in &results.missing {
        text.push_str(&format!("- **Not measured**: {reason}\n"));
    }
    text.push_str(&throughput(results));
    text.push_str(&latency(results));
    text.push_str(&single(results));
    text.push_str(&memory(results));
    text.push_str(&details(results));
    text
}

fn throughput(results: &Results) -> String {
    let mut text = "\n### Throughput\n\n| database | path | maximum a second | target | | errors | backlog afterwards |\n|---|---|---|---|---|---|---|\n".to_owned();
    let echo = &results.echo;
    let afterwards = thousands(results.echo_afterwards);
    text.push_str(&format!(
        "| none | JSON echo (axum) | {}; {afterwards} at the end of all runs | – | | {} | – |\n",
        spread(echo),
        echo.errors
    ));
    for (database, path) in paths(results) {
        let target = goal(database.kind, path.path).per_second;
        let errors = path.saturation.errors
            + path.held.iter().map(super::generator::Measured::error_count).sum::<u64>();
        text.push_str(&format!(
            "| {} | {} | {} | ≥ {} | {} | {errors} | {:.1} s |\n",
            database.kind.title(),
            name(path.path),
            spread(&path.saturation),
            thousands(target),
            verdict(path.saturation.median() >= target),
            path.backlog.as_secs_f64(),
        ));
    }
    text
}

fn latency(results: &Results) -> String {
    let mut text = format!(
        "\n### Latency at {} % of the maximum, in milliseconds\n\n| database | path | a second | p50 | p99 | p99.9 | longest | target (p99) | |\n|---|---|---|---|---|---|---|---|---|\n",
        (HOLD_AT * 100.0).round()
    );
    for (database, path) in paths(results) {
        let of = |quantile: f64| {
            let mut values: Vec<f64> = path.held.iter().map(|held| held.millis(quantile)).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let p99 = of(0.99);
        let target = goal(database.kind, path.path).p99_millis;
        let met = target.map(|target| p99.get(p99.len() / 2).is_some_and(|median| *median <= target));
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            database.kind.title(),
            name(path.path),
            thousands(path.rate),
            millis(&of(0.5)),
            millis(&p99),
            millis(&of(0.999)),
            millis(&of(1.0)),
            target.map_or_else(|| "–".to_owned(), |target| format!("≤ {target}")),
            met.map_or("", verdict),
        ));
    }
    text
}

fn single(results: &Results) -> String {
    let mut text = "\n### One message at a time, with its turn (one connection), and starts\n\n| database | p50 | p99 | target (p50) | | ready from nothing | ready again (after the load, clean stop) | |\n|---|---|---|---|---|---|---|---|\n".to_owned();
    for database in &results.databases {
        let (p50, p99) = (database.single.millis(0.5), database.single.millis(0.99));
        let slowest = database.cold.iter().chain(&database.warm).max().copied().unwrap_or_default();
        text.push_str(&format!(
            "| {} | {p50:.2} ms | {p99:.2} ms | ≤ {SINGLE_P50_MILLIS} ms | {} | {} | {} | {} |\n",
            database.kind.title(),
            verdict(p50 <= SINGLE_P50_MILLIS),
            durations(&database.cold),
            durations(&database.warm),
            verdict(slowest.as_secs_f64() * 1_000.0 <= READY_MILLIS),
        ));
    }
    text
}

fn memory(results: &Results) -> String {
    let mut text = concat!(
        "\n### Resident memory of the server, in MiB\n\n| database | idle with the demo shop | target | | 1,000 conversations | target | | after accepted messages | after full turns (peak) |\n",
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    .to_owned();
    for database in &results.databases {
        let (idle, conversing) = (mebibytes(database.idle.resident), mebibytes(database.conversing.resident));
        let after = |wanted: Path| {
            let found = database.paths.iter().find(|path| path.path == wanted);
            found.map_or_else(
                || "–".to_owned(),
                |path| format!("{:.0} ({:.0})", mebibytes(path.memory.resident), mebibytes(path.memory.peak)),
            )
        };
        text.push_str(&format!(
            "| {} | {idle:.0} | ≤ {IDLE_MIB} | {} | {conversing:.0} | ≤ {CONVERSING_MIB} | {} | {} | {} |\n",
            database.kind.title(),
            verdict(idle <= IDLE_MIB),
            verdict(conversing <= CONVERSING_MIB),
            after(Path::Accept),
            after(Path::Turn),
        ));
    }
    text
}

fn details(results: &Results) -> String {
    let mut text = "\n### Where the time goes\n\nProcessor time for one request at the maximum, and what each number of connections reached.\n\n| database | path | server | generator | requests a second by connections |\n|---|---|---|---|---|\n".to_owned();
    let echo = ("none".to_owned(), "JSON echo", &results.echo);
    let rows = paths(results)
        .map(|(database, path)| (database.kind.title().to_owned(), name(path.path), &path.saturation));
    for (database, path, saturation) in std::iter::once(echo).chain(rows) {
        let tries =
            saturation.tries.iter().map(|(connections, rate)| format!("{connections}: {}", thousands(*rate)));
        let server = match saturation.server_micros {
            0.0 => "–".to_owned(),
            micros => format!("{micros:.0} µs"),
        };
        text.push_str(&format!(
            "| {database} | {path} | {server} | {:.0} µs | {} |\n",
            saturation.generator_micros,
            tries.collect::<Vec<_>>().join(" · "),
        ));
    }
    for (database, path) in paths(results) {
        for measured in &path.held {
            for (reason, count) in &measured.errors {
                let _ =
                    write!(text, "\n- {}, {}: {count} × {reason}", database.kind.title(), name(path.path));
            }
            if measured.unsent > 0 {
                let _ = write!(
                    text,
                    "\n- {}, {}: {} requests fell due and were never sent",
                    database.kind.title(),
                    name(path.path),
                    measured.unsent
                );
            }
        }
    }
    text
}

fn paths(results: &Results) -> impl Iterator<Item = (&DatabaseResult, &PathResult)> {
    results.databases.iter().flat_map(|database| database.paths.iter().map(move |path| (database, path)))
}

const fn name(path: Path) -> &'static str {
    match path {
        Path::Accept => "message accepted",
        Path::Turn => "full turn",
    }
}

const fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

fn spread(saturation: &Saturation) -> String {
    let (least, most) = (saturation.best.first(), saturation.best.last());
    let range = match (least, most) {
        (Some(least), Some(most)) if saturation.best.len() > 1 => {
            format!(" ({}–{})", thousands(*least), thousands(*most))
        }
        _ => String::new(),
    };
    format!("{}{range}, {} connections", thousands(saturation.median()), saturation.connections)
}

/// The median of sorted values, with the least and the most.
fn millis(values: &[f64]) -> String {
    match values {
        [] => "–".to_owned(),
        [only] => format!("{only:.1}"),
        [least, .., most] => format!("{:.1} ({least:.1}–{most:.1})", values[values.len() / 2]),
    }
}

fn durations(values: &[Duration]) -> String {
    let values: Vec<f64> = values.iter().map(|value| value.as_secs_f64() * 1_000.0).collect();
    match values.as_slice() {
        [] => "–".to_owned(),
        [only] => format!("{only:.0} ms"),
        [least, .., most] => format!("{:.0} ms ({least:.0}–{most:.0})", values[values.len() / 2]),
    }
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1_024.0
}

/// 15000.4 as `15,000`.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let check = |number, expected: &str| assert_eq!(thousands(number), expected);
        check(0.0, "0");
        check(999.6, "1,000");
        check(15_000.4, "15,000");
        check(1_234_567.0, "1,234,567");
    }

    #[test]
    fn repeated_values_show_their_median_and_range() {
        assert_eq!(millis(&[1.0]), "1.0");
        assert_eq!(millis(&[1.0, 2.04, 9.0]), "2.0 (1.0–9.0)");
        assert_eq!(durations(&[]), "–");
    }
}
