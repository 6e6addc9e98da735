//! The golden conversations run through the real pipeline, and are decided again from what is stored of them.

use std::{num::NonZero, path::Path};

use desk::replay::{ReplayOptions, replay};
use store::Page;
use testkit::{TestDesk, golden};

#[tokio::test(flavor = "multi_thread")]
async fn every_stable_conversation_goes_as_expected_and_is_decided_again_as_it_was() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = desk::knowledge::read_folder(&root.join("knowledge/demo")).expect("the demo shop");
    let files = golden::find(&[root.join("conversations/stable")]).expect("the golden conversations");
    assert!(files.len() >= 60, "only {} golden conversations were found", files.len());
    let mut differences = Vec::new();
    for file in files {
        let (outcome, test) = golden::hold(&file, demo.clone()).await;
        let mut found = outcome.differences;
        if let Some(test) = test {
            found.extend(decided_otherwise(&test, outcome.steps.len() as u64).await);
            found.extend(remembered_otherwise(&test).await);
            test.desk.stop().await;
        }
        differences.extend(found.into_iter().map(|difference| format!("{}: {difference}", file.display())));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What replaying the same knowledge finds; it should be nothing, on any number of threads.
async fn decided_otherwise(test: &TestDesk, turns: u64) -> Option<String> {
    let mut reports = Vec::new();
    for threads in [1, 4] {
        let options = ReplayOptions {
            since: None,
            conversations: 1_000,
            threads: NonZero::new(threads),
            examples: 1,
            public_url: testkit::PUBLIC_URL.to_owned(),
        };
        let same = test.desk.published();
        let report = replay(test.desk.store(), same.clone(), same, options).await;
        reports.push(report.expect("the conversations are replayed"));
    }
    let report = &reports[0];
    let is_exact = (report.turns, report.changed.turns) == (turns, 0)
        && (report.reproduced.exactly, report.reproduced.of) == (turns, turns);
    let is_same = reports[0] == reports[1];
    (!is_exact || !is_same).then(|| format!("decided again otherwise: {report:?}"))
}

/// Whose profile, folded anew from what is stored, is not the one that was learned message by message.
async fn remembered_otherwise(test: &TestDesk) -> Vec<String> {
    let store = test.desk.store();
    let contacts = store.contacts(None, Page::first(100)).await.expect("reads").items;
    let mut found = Vec::new();
    for contact in contacts.into_iter().filter(|contact| contact.profile.message_count > 0) {
        let rebuilt = test.desk.rebuilt_profile(contact.id).await.expect("reads");
        if rebuilt.as_ref() != Some(&contact.profile) {
            found.push(format!("remembered otherwise: {:?} is {rebuilt:?}", contact.profile));
        }
    }
    found
}
