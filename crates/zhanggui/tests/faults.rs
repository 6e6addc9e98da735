//! Kills, power cuts, full disks, redeliveries and broken files against the real binary: small versions of what `bench` does at
//! length. Nothing here depends on speed; limits of time only say that something hangs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise and says what it skips"
)]

#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/knowledge.rs"]
mod knowledge;
#[path = "faults/process.rs"]
mod process;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bench::{
    faults::{self, Report, Setup},
    ledger::Ledger,
    random::Random,
    shim,
    traffic::Shape,
};
use tempfile::TempDir;

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_zhanggui"))
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Where the sources of the preloaded libraries lie, if they are there.
fn tools() -> PathBuf {
    let shared = std::env::var_os("ZHANGGUI_SHARED").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    shared.unwrap_or_else(beside).join("tools")
}

fn setup(folder: &TempDir, rounds: u32) -> Setup {
    let mut setup =
        Setup::new(binary().to_path_buf(), folder.path().to_path_buf(), rounds, Random::fresh_seed());
    setup.shape = Shape { clients: 8, buyers: 24, pause_micros: 4_000 };
    setup.strike_millis = (150, 700);
    println!("seed {}", setup.seed);
    setup
}

#[track_caller]
fn assert_clean(report: &Report, what: &str, seed: u64) {
    let sentence = report.sentence(what, seed);
    println!("{sentence}");
    assert!(report.is_clean(), "{sentence}\n{}", report.verdict.examples.join("\n"));
    assert!(report.sent.acknowledged > 0, "nothing was acknowledged, so nothing was tested");
}

#[tokio::test]
async fn acknowledged_messages_survive_kill_9_and_are_answered_once() {
    let folder = folder();
    let setup = setup(&folder, 3);
    let report = faults::kill::run(&setup, &Arc::new(Ledger::here())).await.unwrap();
    assert_clean(&report, "kills", setup.seed);
}

#[tokio::test]
async fn acknowledged_messages_survive_a_power_cut() {
    let folder = folder();
    let library = match shim::compile(&tools(), shim::POWER_LOSS, folder.path()) {
        Ok(library) => library,
        Err(reason) => {
            println!("not run: {reason}");
            return;
        }
    };
    let setup = setup(&folder, 2);
    let report = faults::power_cut::run(&setup, &library, &Arc::new(Ledger::here())).await.unwrap();
    assert_clean(&report, "power cuts", setup.seed);
}

#[tokio::test]
async fn a_message_that_is_delivered_again_and_again_is_answered_once() {
    let folder = folder();
    let setup = setup(&folder, 1);
    let report = faults::duplicates::run(&setup, 1_000).await.unwrap();
    assert_clean(&report, "run of 1000 deliveries", setup.seed);
}
