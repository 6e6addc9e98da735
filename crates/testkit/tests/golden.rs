//! The golden conversations run through the real pipeline.

use std::path::Path;

use testkit::golden;

#[tokio::test(flavor = "multi_thread")]
async fn every_stable_conversation_goes_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = desk::knowledge::read_folder(&root.join("knowledge/demo")).expect("the demo shop");
    let files = golden::find(&[root.join("conversations/stable")]).expect("the golden conversations");
    assert!(files.len() >= 5, "only {} golden conversations were found", files.len());
    let mut differences = Vec::new();
    for file in files {
        for difference in golden::run(&file, demo.clone()).await.differences {
            differences.push(format!("{}: {difference}", file.display()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
