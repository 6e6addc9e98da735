//! What selling costs: learning from the orders of a large shop, turns that recommend there, and turns under hundreds of rules.

use std::path::Path;

use crate::machine;

pub mod decide;
pub mod recommend;

/// What learning from all orders may take, in milliseconds.
const LEARN_TARGET: u128 = 60_000;
/// What deciding a turn that recommends may take at the 99th percentile, in microseconds.
const RECOMMEND_TARGET: u64 = 2_000;
/// What deciding any turn may take at the 99th percentile, in microseconds.
const DECIDE_TARGET: u64 = 200;

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The shop in which is recommended.
    pub large: recommend::Size,
    /// The shop whose nightly learning is timed.
    pub nightly: recommend::Size,
    pub rules: usize,
    pub turns: u64,
    pub seed: u64,
}

/// All of it, with whether each is as fast as it should be.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub plan: Plan,
    pub large: recommend::Measured,
    pub nightly: recommend::Measured,
    pub decided: decide::Measured,
}

impl Measured {
    pub const fn holds(&self) -> bool {
        self.nightly.learning_millis <= LEARN_TARGET
            && self.large.p99 <= RECOMMEND_TARGET
            && self.decided.decide.p99 <= DECIDE_TARGET
    }

    /// The section of RESULTS.md.
    pub fn markdown(&self, built: &str, command: &str) -> String {
        let mut lines = machine::description(Path::new("."), built);
        lines.push(format!("Command: `{command}`"));
        let mut text = format!("- {}\n", lines.join("\n- "));
        let verdict = |met: bool| if met { "met" } else { "**missed**" };
        let Self { plan, large, nightly, decided } = self;
        text.push_str("\n| learning from all orders | orders | took | target | |\n|---|---|---|---|---|\n");
        for (size, measured) in [(plan.nightly, nightly), (plan.large, large)] {
            let is_nightly = size == plan.nightly;
            text.push_str(&format!(
                "| {} products, {} customers | {} | {}.{} s | {} | {} |\n",
                size.products,
                size.customers,
                measured.orders,
                measured.learning_millis / 1_000,
                measured.learning_millis % 1_000 / 100,
                if is_nightly { format!("≤ {} s", LEARN_TARGET / 1_000) } else { "–".to_owned() },
                if is_nightly { verdict(measured.learning_millis <= LEARN_TARGET) } else { "" },
            ));
        }
        text.push_str(
            "\n| a turn | how many | p50 | p99 | longest | target (p99) | |\n|---|---|---|---|---|---|---|\n",
        );
        text.push_str(&format!(
            "| decided, with a recommendation from {} products | {} | {} µs | {} µs | {} µs | ≤ {RECOMMEND_TARGET} µs | {} |\n",
            plan.large.products,
            plan.large.turns,
            large.p50,
            large.p99,
            large.most,
            verdict(large.p99 <= RECOMMEND_TARGET),
        ));
        let decide::Measured { rules, turns, understand, decide, compose } = decided;
        for (stage, times, target) in [
            (format!("decided, {rules} rules of the shop"), decide, Some(DECIDE_TARGET)),
            ("understood".to_owned(), understand, None),
            ("facts issued, worded and checked".to_owned(), compose, None),
        ] {
            text.push_str(&format!(
                "| {stage} | {turns} | {} µs | {} µs | {} µs | {} | {} |\n",
                times.p50,
                times.p99,
                times.most,
                target.map_or_else(|| "–".to_owned(), |target| format!("≤ {target} µs")),
                target.map_or("", |target| verdict(times.p99 <= target)),
            ));
        }
        text
    }
}
