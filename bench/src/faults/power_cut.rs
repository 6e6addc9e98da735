//! Power cuts: only what was synced to the disk is there afterwards. A kill alone proves nothing about power, since the system keeps
//! what was written.

use std::{path::Path, process::Command, sync::Arc, time::Duration};

use anyhow::Context;

use super::{Report, Setup};
use crate::{audit, ledger::Ledger, random::Random, server::Launch, shim, traffic::Traffic};

/// Each round begins on a fresh database, which is copied whenever it is synced. `library` is the compiled `powerloss.c`.
pub async fn run(setup: &Setup, library: &Path, ledger: &Arc<Ledger>) -> anyhow::Result<Report> {
    let mut random = Random::new(setup.seed);
    let mut report = Report { rounds: setup.rounds, ..Report::default() };
    for round in 0..setup.rounds {
        let folder = setup.folder.join(format!("cut-{round}"));
        cut(setup, &folder, library, &mut random, ledger, &mut report)
            .await
            .with_context(|| format!("round {round} of seed {}", setup.seed))?;
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(report)
}

async fn cut(
    setup: &Setup,
    folder: &Path,
    library: &Path,
    random: &mut Random,
    ledger: &Arc<Ledger>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let shadow = folder.join("shadow");
    std::fs::create_dir_all(&shadow)?;
    ledger.clear().await?;
    let before = Launch::sqlite(&setup.binary, folder, &folder.join("zhanggui.db"))
        .with(shim::power_loss(library, &shadow));
    let server = before.start().await?;
    let traffic = Traffic::new("c", &setup.shape, random);
    let (writing, _stop) = traffic.start(server.address, ledger);
    let (earliest, latest) = setup.strike_millis;
    tokio::time::sleep(Duration::from_millis(random.between(earliest, latest))).await;
    server.kill().await?;
    let (traffic, sent) = writing.end().await?;
    report.sent += sent;

    // The shadow is the disk as it is when the power comes back.
    let database = shadow.join("zhanggui.db");
    let server = Launch::sqlite(&setup.binary, folder, &database).start().await?;
    report.recoveries.push(server.ready_after);
    let (_, sent) = traffic.run_for(Duration::from_millis(200), server.address, ledger).await?;
    report.sent += sent;
    let acknowledged = ledger.entries().await?;
    report.verdict.add(audit::audit(&mut server.client(), &acknowledged).await?);
    server.stop().await?;
    if let Some(sound) = integrity(&database) {
        *report.sound_files.get_or_insert(0) += u32::from(sound);
    }
    Ok(())
}

/// The full check of the file by SQLite itself, with whichever tool is installed. None where none is.
fn integrity(database: &Path) -> Option<bool> {
    let python = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])";
    let by_shell = Command::new("sqlite3").arg(database).arg("PRAGMA integrity_check").output();
    let checked =
        by_shell.or_else(|_| Command::new("python3").args(["-c", python]).arg(database).output()).ok()?;
    Some(checked.status.success() && checked.stdout.trim_ascii() == b"ok")
}
