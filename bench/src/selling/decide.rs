//! How long the stages of a turn take in a shop with hundreds of rules of its own, as the server itself counts them.

use std::path::Path;

use anyhow::{Context, ensure};
use hdrhistogram::Histogram;
use tokio::process::Command;

use crate::{buyer::Phrases, http::Client, server::Launch};

/// So many turns each buyer takes: rules ask for what was said before.
const TURNS_PER_BUYER: u64 = 8;

/// Of one stage, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub p50: u64,
    pub p99: u64,
    pub most: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub rules: usize,
    pub turns: u64,
    pub understand: Times,
    /// Remembering, the rules, routing, recommendation, authority and the lead.
    pub decide: Times,
    pub compose: Times,
}

/// Has buyers write to the demo shop with so many rules more, one message at a time.
pub async fn run(binary: &Path, folder: &Path, rules: usize, turns: u64) -> anyhow::Result<Measured> {
    let (database, shop) = (folder.join("rules.db"), folder.join("rules-shop"));
    let mut launch = Launch::sqlite(binary, folder, &database);
    // The demo shop is in the database once a server has run on it.
    launch.start().await?.stop().await?;
    let exported = Command::new(binary)
        .current_dir(folder)
        .args(["knowledge", "export", "--database", &launch.database])
        .arg(&shop)
        .kill_on_drop(true)
        .output()
        .await
        .context("the command could not be started")?;
    if !exported.status.success() || !shop.is_dir() {
        anyhow::bail!("the demo shop was not exported: {}", String::from_utf8_lossy(&exported.stderr));
    }
    std::fs::write(shop.join("more_rules.yaml"), more_rules(rules)).context("the rules cannot be written")?;
    launch.knowledge = Some(shop);
    let server = launch.start().await?;
    let mut client = Client::new(server.address);
    let phrases = Phrases::new();
    let stages = ["understand", "decide", "compose"];
    let mut times: Vec<Histogram<u64>> =
        stages.iter().map(|_| Histogram::new(3)).collect::<Result<_, _>>().context("a histogram")?;
    for number in 0..turns {
        let body = phrases.request("rules", number / TURNS_PER_BUYER, number, true);
        let answer = client.message(body).await?;
        ensure!(answer.status == 200, "a message got {}: {}", answer.status, answer.text());
        let taken = &answer.json()["turn"]["timings_us"];
        for (stage, times) in stages.iter().zip(&mut times) {
            let micros = taken[stage].as_u64().with_context(|| format!("no time of `{stage}`"))?;
            times.record(micros).context("a time")?;
        }
    }
    server.stop().await?;
    let mut of_stages = times.iter().map(|times| Times {
        p50: times.value_at_quantile(0.5),
        p99: times.value_at_quantile(0.99),
        most: times.max(),
    });
    let mut next = || of_stages.next().context("a stage");
    Ok(Measured { rules, turns, understand: next()?, decide: next()?, compose: next()? })
}

/// Rules of four terms, looked at in each turn down to the last term, which never holds: nobody buys that much.
fn more_rules(count: usize) -> String {
    const INTENTS: [&str; 4] = ["complaint", "opt_out", "solicitation", "order_status"];
    const STAGES: [&str; 3] = ["fulfilment", "after_sales", "repurchase"];
    let mut text = "rules:\n".to_owned();
    for number in 0..count {
        text.push_str(&format!(
            "- name: more_{number}\n  when: intent != \"{}\" and stage != \"{}\" and conversation.rounds >= {} \
             and profile.purchase_scale >= {}\n  then: faq_answer\n  priority: {}\n",
            INTENTS[number % INTENTS.len()],
            STAGES[number % STAGES.len()],
            number % 2,
            1_000_000 + number,
            1_100 + number,
        ));
    }
    text
}
