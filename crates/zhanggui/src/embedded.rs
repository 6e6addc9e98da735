//! The demo shop, carried in the binary.

use engine::knowledge::SourceFile;
use include_dir::{Dir, include_dir};

static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../knowledge/demo");

/// The demo shop's YAML files.
pub fn demo() -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(&DEMO, &mut files);
    files.sort_by(|left: &SourceFile, right| left.path.cmp(&right.path));
    files
}

fn collect(folder: &Dir<'_>, files: &mut Vec<SourceFile>) {
    for file in folder.files() {
        if file.path().extension().is_some_and(|extension| extension == "yaml") {
            let path = format!("demo/{}", file.path().display());
            files.push(SourceFile { path, text: file.contents().to_vec() });
        }
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}

/// The demo shop's past orders, as CSV.
pub fn demo_orders() -> &'static [u8] {
    DEMO.get_file("orders.csv").map(include_dir::File::contents).unwrap_or_default()
}
