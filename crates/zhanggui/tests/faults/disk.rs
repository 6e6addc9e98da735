//! A disk that fills up and is freed again.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use bench::{
    audit, buyer,
    http::Answer,
    ledger::Acknowledgement,
    server::{Launch, Server},
};

use crate::{binary, folder};

/// What fills the disk, and how it is freed.
enum Disk {
    /// A small file system in memory, filled by another file.
    Small { mounted: Mounted, ballast: PathBuf },
    /// A limit on the size of files, lifted later.
    Limit,
}

/// Unmounts at the end of the test.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ended = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

const DISK: &str = "24m";
/// KiB: room for the start and for some messages.
const FILE_LIMIT: u64 = 8 << 10;
/// No disk here holds so many long messages.
const ENOUGH: u64 = 5_000;
const RESUME_LIMIT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_full_disk_refuses_messages_and_resumes_when_there_is_space() {
    let folder = folder();
    let place = folder.path().join("disk");
    std::fs::create_dir(&place).unwrap();
    let Some(disk) = small_disk(&place) else {
        println!("not run: neither can a small file system be mounted nor is there `prlimit`");
        return;
    };
    let mut launch = Launch::sqlite(binary(), folder.path(), &place.join("zhanggui.db"));
    if matches!(disk, Disk::Limit) {
        launch.file_size_limit = Some(FILE_LIMIT);
    }
    let server = launch.start().await.unwrap();
    let mut acknowledged = Vec::new();
    assert_eq!(send(&server, &mut acknowledged, 0).await.status, 200, "there is space at first");
    if let Disk::Small { ballast, .. } = &disk {
        fill(ballast);
    }
    let mut number = 1;
    let refused = loop {
        let answer = send(&server, &mut acknowledged, number).await;
        if !matches!(answer.status, 200 | 202) {
            break answer;
        }
        number += 1;
        assert!(number < ENOUGH, "the disk does not fill up");
    };
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(server.client().get("/healthz").await.unwrap().status, 200, "it lives");
    let reads = server.client().get("/api/v1/conversations").await.unwrap();
    assert_eq!(reads.status, 200, "what is there can be read: {}", reads.text());

    free(&disk, &server);
    let begun = Instant::now();
    while !matches!(send(&server, &mut acknowledged, number).await.status, 200 | 202) {
        assert!(begun.elapsed() < RESUME_LIMIT, "writing did not resume: {}", server.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let verdict = audit::audit(&mut server.client(), &acknowledged).await.unwrap();
    assert!(verdict.is_clean(), "{verdict:?}");
    server.stop().await.unwrap();
}

/// One long message; whether it is waited for alternates.
async fn send(server: &Server, acknowledged: &mut Vec<Acknowledgement>, number: u64) -> Answer {
    let external_id = format!("full-m{number}");
    let text = format!("P001多少钱 [{number}] {}", "这是一条很长的留言。".repeat(300));
    let body = buyer::request("full", &external_id, &text, number.is_multiple_of(2));
    let answer = server.client().message(body).await.unwrap();
    if matches!(answer.status, 200 | 202) {
        let envelope = answer.json();
        let id = |name: &str| envelope[name].as_str().unwrap().to_owned();
        acknowledged.push(Acknowledgement {
            contact: "full".to_owned(),
            sequence: number,
            external_id,
            conversation_id: id("conversation_id"),
            message_id: id("message_id"),
            turn_id: envelope["turn"]["id"].as_str().map(str::to_owned),
        });
    }
    answer
}

fn small_disk(place: &Path) -> Option<Disk> {
    let options = format!("size={DISK}");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(place).output();
    if mounted.is_ok_and(|mounted| mounted.status.success()) {
        return Some(Disk::Small { mounted: Mounted(place.to_path_buf()), ballast: place.join("ballast") });
    }
    let lifts = Command::new("prlimit").arg("--version").output().is_ok_and(|found| found.status.success());
    lifts.then_some(Disk::Limit)
}

fn fill(ballast: &Path) {
    let mut file = File::create(ballast).unwrap();
    let block = vec![0; 65_536];
    while file.write_all(&block).is_ok() {}
}

fn free(disk: &Disk, server: &Server) {
    match disk {
        Disk::Small { mounted, ballast } => {
            assert!(ballast.starts_with(&mounted.0));
            std::fs::remove_file(ballast).unwrap();
        }
        Disk::Limit => {
            let id = server.process_id().unwrap().to_string();
            let lifted = Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited:"]).status().unwrap();
            assert!(lifted.success());
        }
    }
}
