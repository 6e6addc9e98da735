//! What `zhanggui check` tells of a folder, as its owner reads it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, process::Command};

#[track_caller]
fn check(yaml: &str, ends: &[&str], succeeds: bool) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), yaml).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhanggui"));
    let output = command.arg("check").arg("--knowledge").arg(folder.path()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    for (line, end) in told.lines().zip(ends) {
        assert!(line.ends_with(end), "{told}");
    }
    assert_eq!(told.lines().count(), ends.len(), "{told}");
    assert_eq!(output.status.success(), succeeds, "{told}");
}

#[test]
fn what_has_ended_is_a_warning_and_one_is_no_plural() {
    let shop = "
products:
- {id: P001, name: robot, price: 50000}
price_lists:
- {id: old, until: 2025-01-01, items: [{product: P001, price: 41000}]}
";
    let ended = [
        "shop.yaml:5:8: warning: the price list `old` ended on 2025-01-01: it is not used",
        "  help: move `until`, give a list that follows it, or remove it",
        " rules; 1 warning",
    ];
    check(shop, &ended, true);
}

#[test]
fn an_error_names_its_place_and_fails() {
    let shop =
        "products: [{id: P001, name: robot, price: 5, tiers: [{min: 2, price: 4}, {min: 3, price: 6}]}]";
    let rises = [
        "shop.yaml:1:90: error: the price rises from 4 to 6 with the quantity",
        "  help: more units must not cost more each",
        "1 error, 0 warnings",
    ];
    check(shop, &rises, false);
}
