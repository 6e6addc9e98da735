//! `kill -9` at random moments under load, again and again, on the same database.

use std::{sync::Arc, time::Duration};

use super::{Report, Setup};
use crate::{
    audit,
    ledger::{Acknowledgement, Ledger},
    random::Random,
    server::{Launch, Server},
    traffic::Traffic,
};

/// Rounds on one database before a fresh one takes its place, so that each round reads back in little time.
const ROUNDS_PER_DATABASE: u32 = 10;
/// How often, in percent, the restarted server is killed once more while it catches up.
const SECOND_KILL_PERCENT: u64 = 25;
/// Redelivered messages after each round.
const REDELIVERED: usize = 50;

pub async fn run(setup: &Setup, ledger: &Arc<Ledger>) -> anyhow::Result<Report> {
    let mut random = Random::new(setup.seed);
    let mut report = Report { rounds: setup.rounds, ..Report::default() };
    let mut running: Option<(Launch, Server)> = None;
    for round in 0..setup.rounds {
        let (launch, server) = match running.take() {
            Some(pair) if round % ROUNDS_PER_DATABASE != 0 => pair,
            _ => fresh(setup, round).await?,
        };
        let server = strike(setup, round, &launch, server, &mut random, ledger, &mut report).await?;
        running = Some((launch, server));
    }
    Ok(report)
}

async fn fresh(setup: &Setup, round: u32) -> anyhow::Result<(Launch, Server)> {
    let folder = setup.folder.join(format!("from-{round}"));
    std::fs::create_dir_all(&folder)?;
    let launch = Launch::sqlite(&setup.binary, &folder, &folder.join("zhanggui.db"));
    let server = launch.start().await?;
    Ok((launch, server))
}

async fn strike(
    setup: &Setup,
    round: u32,
    launch: &Launch,
    server: Server,
    random: &mut Random,
    ledger: &Arc<Ledger>,
    report: &mut Report,
) -> anyhow::Result<Server> {
    ledger.clear().await?;
    let traffic = Traffic::new(&format!("k{round}"), &setup.shape, random);
    let (writing, _stop) = traffic.start(server.address, ledger);
    let (earliest, latest) = setup.strike_millis;
    tokio::time::sleep(Duration::from_millis(random.between(earliest, latest))).await;
    server.kill().await?;
    let (traffic, sent) = writing.end().await?;
    report.sent += sent;

    let mut server = launch.start().await?;
    report.recoveries.push(server.ready_after);
    if random.chance(SECOND_KILL_PERCENT) {
        tokio::time::sleep(Duration::from_millis(random.below(300))).await;
        server.kill().await?;
        server = launch.start().await?;
        report.recoveries.push(server.ready_after);
    }
    // What was in doubt is sent again; then all goes on as if nothing had been.
    let (traffic, sent) = traffic.run_for(Duration::from_millis(200), server.address, ledger).await?;
    report.sent += sent;
    let acknowledged = ledger.entries().await?;
    let mut client = server.client();
    let verdict = audit::audit(&mut client, &acknowledged).await?;
    if verdict.stored > traffic.sent() {
        report.verdict.doubled += verdict.stored - traffic.sent();
    }
    report.verdict.add(verdict);
    report.wrong_answers += audit::redeliver(&mut client, &sample(&acknowledged, random)).await?;
    Ok(server)
}

fn sample(acknowledged: &[Acknowledgement], random: &mut Random) -> Vec<Acknowledgement> {
    let choose = |_| acknowledged.get(random.below(acknowledged.len() as u64) as usize).cloned();
    (0..REDELIVERED).filter_map(choose).collect()
}
