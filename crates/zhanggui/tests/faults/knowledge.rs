//! Knowledge that changes under load, in every way in which editors and scripts write files, and files that are broken.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bench::{
    buyer,
    http::Client,
    server::{Launch, Server},
};

use crate::{binary, folder};

const LIMIT: Duration = Duration::from_secs(30);

/// Edition `number` of a shop: both prices tell which it is.
fn shop(number: u32) -> String {
    format!(
        "shop: {{name: 测试店铺, currency: CNY}}\n\
         products:\n\
         - {{id: P901, name: {{zh: 甲型泵, en: pump A}}, price: {}, unit: 台, lead_time_days: 7}}\n\
         - {{id: P902, name: {{zh: 乙型泵, en: pump B}}, price: {}, unit: 台, lead_time_days: 9}}\n",
        1_000 + number,
        2_000 + number,
    )
}

/// What was seen in answers: the edition by the revision that the facts name.
type Seen = Arc<Mutex<BTreeMap<String, u32>>>;

#[tokio::test]
async fn reloads_under_load_are_whole_and_broken_files_change_nothing() {
    let folder = folder();
    let knowledge = folder.path().join("knowledge");
    fs::create_dir(&knowledge).unwrap();
    let file = knowledge.join("shop.yaml");
    fs::write(&file, shop(1)).unwrap();
    let mut launch = Launch::sqlite(binary(), folder.path(), &folder.path().join("zhanggui.db"));
    launch.knowledge = Some(knowledge);
    let server = launch.start().await.unwrap();
    let (seen, done) = (Seen::default(), Arc::new(AtomicBool::new(false)));
    let load: Vec<_> =
        (0..4).map(|client| tokio::spawn(ask(client, server.client(), seen.clone(), done.clone()))).collect();

    wait_for_edition(&seen, 1).await;
    by_rename(folder.path(), &file, &shop(2));
    wait_for_edition(&seen, 2).await;
    in_place(&file, &shop(3)).await;
    wait_for_edition(&seen, 3).await;
    for (what, broken) in broken_files() {
        refuses(&server, &file, what, &broken).await;
    }
    by_rename(folder.path(), &file, &shop(4));
    wait_for_edition(&seen, 4).await;

    done.store(true, Ordering::Relaxed);
    for asked in load {
        assert!(asked.await.unwrap() > 0, "each client was answered");
    }
    let seen = seen.lock().unwrap().clone();
    let mut editions: Vec<u32> = seen.values().copied().collect();
    editions.sort_unstable();
    assert_eq!(
        editions,
        [1, 2, 3, 4],
        "one revision for each sound edition, and none for a broken one: {seen:?}"
    );
    server.stop().await.unwrap();
}

fn broken_files() -> Vec<(&'static str, Vec<u8>)> {
    let whole = shop(9);
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = format!("*a{}, ", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", inner.trim_end_matches(", ")));
    }
    vec![
        ("cut off in the middle", whole.as_bytes()[..whole.len() - 30].to_vec()),
        ("a price that is no number", whole.replace("1009", "十块").into_bytes()),
        ("the same product twice", whole.replace("P902", "P901").into_bytes()),
        ("a bomb of anchors", format!("{whole}{bomb}").into_bytes()),
        ("not UTF-8", [whole.as_bytes(), b"# \xff\xfe\n"].concat()),
    ]
}

async fn refuses(server: &Server, file: &Path, what: &str, broken: &[u8]) {
    let failures = || server.metric("knowledge_reload_failures_total");
    let before = failures().await.unwrap();
    fs::write(file, broken).unwrap();
    let begun = Instant::now();
    while failures().await.unwrap() <= before {
        assert!(begun.elapsed() < LIMIT, "{what}: the failure was not counted; {}", server.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn by_rename(beside: &Path, file: &Path, text: &str) {
    let new = beside.join("new.yaml");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}

/// In two steps, as a slow copy does.
async fn in_place(file: &Path, text: &str) {
    let (start, end) = text.as_bytes().split_at(text.len() / 2);
    let mut file = File::create(file).unwrap();
    file.write_all(start).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    file.write_all(end).unwrap();
}

async fn wait_for_edition(seen: &Seen, edition: u32) {
    let begun = Instant::now();
    while !seen.lock().unwrap().values().any(|&found| found == edition) {
        assert!(begun.elapsed() < LIMIT, "edition {edition} never came: {:?}", seen.lock().unwrap());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks for both prices until told to stop; gives the number of answers with prices. Each answer must be of one edition.
async fn ask(client_number: u32, mut client: Client, seen: Seen, done: Arc<AtomicBool>) -> u32 {
    let mut answered = 0;
    let mut number = 0;
    while !done.load(Ordering::Relaxed) {
        number += 1;
        let contact = format!("k{client_number}-{}", number / 20);
        let id = format!("k{client_number}-m{number}");
        let text = if number % 2 == 0 { "P901多少钱?P902多少钱?" } else { "P902 一台什么价" };
        let answer = client.message(buyer::request(&contact, &id, text, true)).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let envelope = answer.json();
        let mut editions = Vec::new();
        for fact in envelope["turn"]["reply"]["facts"].as_array().unwrap() {
            if fact["type"] == "price" {
                editions.push((source(&fact["source"]), edition(&fact["unit_price"]["amount"])));
            }
        }
        editions.dedup();
        assert!(editions.len() <= 1, "an answer mixes editions: {envelope}");
        if let Some((source, edition)) = editions.pop() {
            answered += 1;
            let known = *seen.lock().unwrap().entry(source.clone()).or_insert(edition);
            assert_eq!(known, edition, "{source} has two editions");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    answered
}

fn source(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// 1003 and 2003 are of edition 3.
fn edition(amount: &serde_json::Value) -> u32 {
    let text = amount.as_str().unwrap();
    text.split('.').next().unwrap().parse::<u32>().unwrap() % 1_000
}
