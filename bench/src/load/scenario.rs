//! The scenarios on one database.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{
    Plan,
    generator::{self, Make, Measured, Target},
    world::{Kind, World},
};
use crate::{
    buyer::Phrases,
    http::Answer,
    server::{Launch, Memory, Server, processor_time},
};

/// The share of the maximum at which latencies are measured.
pub(super) const HOLD_AT: f64 = 0.7;
/// Connections in the open loop: enough that the generator never waits for one before the server does.
const OPEN_CONNECTIONS: usize = 256;
const WARM_UP: Duration = Duration::from_secs(2);
/// How long an idle server rests before its memory is read.
const IDLE: Duration = Duration::from_secs(5);
/// Conversations, and messages in each, before the memory with conversations is read.
const CONVERSATIONS: u64 = 1_000;
const MESSAGES_EACH: u64 = 5;
/// The longest that is waited for the backlog after a run of accepted messages.
const BACKLOG_LIMIT: Duration = Duration::from_mins(2);

/// Begins the ids of the load's messages.
const RUN: &str = "l";

/// Whether the turn is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    Accept,
    Turn,
}

/// The most that closed loops got through.
#[derive(Debug, Clone, Default)]
pub struct Saturation {
    /// By number of connections: right answers a second.
    pub tries: Vec<(usize, f64)>,
    /// The best number of connections again, several times; sorted.
    pub best: Vec<f64>,
    pub connections: usize,
    pub errors: u64,
    /// Processor time of the server and of the generator for one request at the best.
    pub server_micros: f64,
    pub generator_micros: f64,
}

impl Saturation {
    pub fn median(&self) -> f64 {
        self.best.get(self.best.len() / 2).copied().unwrap_or_default()
    }
}

/// One path on one database.
#[derive(Debug)]
pub struct PathResult {
    pub path: Path,
    pub saturation: Saturation,
    pub rate: f64,
    pub held: Vec<Measured>,
    /// After all runs, until the last message had its turn.
    pub backlog: Duration,
    pub memory: Memory,
}

/// Everything on one database.
#[derive(Debug)]
pub struct DatabaseResult {
    pub kind: Kind,
    /// To the first ready, on an empty database and on the one that the turns were measured on; sorted.
    pub cold: Vec<Duration>,
    pub warm: Vec<Duration>,
    pub idle: Memory,
    pub single: Measured,
    /// With 1,000 conversations of five messages each.
    pub conversing: Memory,
    pub paths: Vec<PathResult>,
}

pub(super) async fn measure(
    world: &mut World,
    plan: &Plan,
    progress: &mut impl FnMut(String),
) -> anyhow::Result<DatabaseResult> {
    let title = world.kind.title();
    progress(format!("{title}: starts, memory, single messages"));
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 1..plan.starts {
        let launch = world.fresh().await?;
        let server = launch.start().await?;
        cold.push(server.ready_after);
        server.stop().await?;
        World::discard(&launch)?;
    }
    let launch = world.fresh().await?;
    let server = launch.start().await?;
    cold.push(server.ready_after);
    tokio::time::sleep(IDLE).await;
    let idle = server.memory()?;
    let single = generator::closed(&target(&server, plan, Path::Turn, "s"), 1, plan.saturate).await?;
    let conversing = converse(&server).await?;
    server.stop().await?;
    World::discard(&launch)?;
    let mut paths = Vec::new();
    for path in [Path::Accept, Path::Turn] {
        progress(format!(
            "{title}: {}",
            if path == Path::Accept { "accepted messages" } else { "full turns" }
        ));
        let launch = world.fresh().await?;
        paths.push(measure_path(&launch, plan, path).await?);
        if path == Path::Turn {
            for _ in 0..plan.starts {
                let server = launch.start().await?;
                warm.push(server.ready_after);
                server.stop().await?;
            }
        }
        World::discard(&launch)?;
    }
    cold.sort();
    warm.sort();
    Ok(DatabaseResult { kind: world.kind, cold, warm, idle, single, conversing, paths })
}

async fn converse(server: &Server) -> anyhow::Result<Memory> {
    let make = requests("m", CONVERSATIONS, true);
    let target = Target { address: server.address, make, check: check_turn, next: Arc::default() };
    while target.next.load(Ordering::Relaxed) < CONVERSATIONS * MESSAGES_EACH {
        generator::closed(&target, 16, Duration::from_millis(100)).await?;
    }
    server.memory()
}

async fn measure_path(launch: &Launch, plan: &Plan, path: Path) -> anyhow::Result<PathResult> {
    let server = launch.start().await?;
    let target = target(&server, plan, path, RUN);
    let saturation = saturate(&target, plan, &|| server.processor_time()).await?;
    let rate = saturation.median() * HOLD_AT;
    let mut held = Vec::new();
    for _ in 0..plan.repeat {
        held.push(generator::open(&target, rate, OPEN_CONNECTIONS, WARM_UP, plan.hold).await?);
    }
    let memory = server.memory()?;
    let backlog = work_off(&server, plan, target.next.load(Ordering::Relaxed)).await?;
    server.stop().await?;
    Ok(PathResult { path, saturation, rate, held, backlog, memory })
}

/// The maximum over the plan's numbers of connections. `server_time` tells the server's processor time so far.
pub(super) async fn saturate(
    target: &Target,
    plan: &Plan,
    server_time: &dyn Fn() -> Duration,
) -> anyhow::Result<Saturation> {
    let mut saturation = Saturation::default();
    let first = plan.connections.first().copied().unwrap_or(64);
    generator::closed(target, first, WARM_UP.min(plan.saturate)).await?;
    for &connections in &plan.connections {
        let measured = generator::closed(target, connections, plan.saturate).await?;
        saturation.errors += measured.error_count();
        saturation.tries.push((connections, measured.per_second()));
    }
    let best = saturation.tries.iter().max_by(|left, right| left.1.total_cmp(&right.1));
    saturation.connections = best.map_or(first, |best| best.0);
    let (server_before, own_before) = (server_time(), processor_time("self"));
    let mut answered = 0;
    for _ in 0..plan.repeat {
        let measured = generator::closed(target, saturation.connections, plan.saturate).await?;
        saturation.errors += measured.error_count();
        saturation.best.push(measured.per_second());
        answered += measured.latencies.len();
    }
    let each = |time: Duration| time.as_micros() as f64 / (answered.max(1) as f64);
    saturation.server_micros = each(server_time().saturating_sub(server_before));
    saturation.generator_micros = each(processor_time("self").saturating_sub(own_before));
    saturation.best.sort_by(f64::total_cmp);
    Ok(saturation)
}

/// Waits until a tenth of the buyers have the turn of their last message, by delivering it once more.
async fn work_off(server: &Server, plan: &Plan, next: u64) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let mut client = server.client();
    let make = requests(RUN, plan.conversations, true);
    for number in (next.saturating_sub(plan.conversations)..next).step_by(10) {
        while begun.elapsed() < BACKLOG_LIMIT && client.message(make(number)).await?.status != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok(begun.elapsed())
}

fn target(server: &Server, plan: &Plan, path: Path, run: &str) -> Target {
    let wait = path == Path::Turn;
    Target {
        address: server.address,
        make: requests(run, plan.conversations, wait),
        check: if wait { check_turn } else { check_accepted },
        next: Arc::default(),
    }
}

/// Messages spread evenly over so many buyers.
pub(super) fn requests(run: &str, buyers: u64, wait: bool) -> Make {
    let (run, phrases) = (run.to_owned(), Phrases::new());
    Arc::new(move |number| phrases.request(&run, number % buyers.max(1), number, wait))
}

fn check_accepted(answer: &Answer) -> Result<(), String> {
    match answer.status {
        202 if answer.text().contains("\"message_id\":\"msg_") => Ok(()),
        202 => Err("202 without an id".to_owned()),
        status => Err(format!("status {status}")),
    }
}

fn check_turn(answer: &Answer) -> Result<(), String> {
    if answer.status != 200 {
        return Err(format!("status {}", answer.status));
    }
    let has_reply = std::str::from_utf8(&answer.body).ok().and_then(|text| {
        let (_, reply) = text.split_once("\"reply\":{")?;
        let (_, words) = reply.split_once("\"text\":\"")?;
        Some(!words.starts_with('"'))
    });
    if has_reply == Some(true) { Ok(()) } else { Err("200 without a reply's text".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(check: fn(&Answer) -> Result<(), String>, status: u16, body: &'static str, right: bool) {
        let answer = Answer { status, body: body.into(), ..Answer::default() };
        assert_eq!(check(&answer).is_ok(), right, "{body}");
    }

    #[test]
    fn only_right_answers_count() {
        check(check_accepted, 202, r#"{"message_id":"msg_01"}"#, true);
        check(check_accepted, 202, "{}", false);
        check(check_accepted, 503, r#"{"message_id":"msg_01"}"#, false);
        check(check_turn, 200, r#"{"turn":{"reply":{"kind":"answer","text":"好"}}}"#, true);
        check(check_turn, 200, r#"{"turn":{"reply":{"kind":"answer","text":""}}}"#, false);
        check(check_turn, 200, r#"{"turn":null}"#, false);
        check(check_turn, 202, r#"{"turn":{"reply":{"kind":"answer","text":"好"}}}"#, false);
    }
}
