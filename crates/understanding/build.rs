//! Trains the models of the default language pack and embeds them: `model.zh.bin`, `model.en.bin`, and the pack's text, on which a shop
//! with intents of its own trains again.

#![expect(dead_code, reason = "the crate's own files are compiled again here, and each serves only in part")]

#[path = "src/classifier"]
mod classifier {
    #[path = "calibration.rs"]
    pub mod calibration;
    #[path = "collection.rs"]
    pub mod collection;
    #[path = "concepts.rs"]
    pub mod concepts;
    #[path = "corpus.rs"]
    pub mod corpus;
    #[path = "decode.rs"]
    pub mod decode;
    #[path = "division.rs"]
    pub mod division;
    #[path = "encode.rs"]
    pub mod encode;
    #[path = "encoder.rs"]
    pub mod encoder;
    #[path = "features.rs"]
    pub mod features;
    #[path = "held_out.rs"]
    pub mod held_out;
    #[path = "joined.rs"]
    pub mod joined;
    #[path = "joints.rs"]
    pub mod joints;
    #[path = "linear.rs"]
    pub mod linear;
    #[path = "model.rs"]
    pub mod model;
    #[path = "name_lists.rs"]
    pub mod name_lists;
    #[path = "several.rs"]
    pub mod several;
    #[path = "solver.rs"]
    pub mod solver;
    #[path = "trainer.rs"]
    pub mod trainer;
    #[path = "vocabulary.rs"]
    pub mod vocabulary;
}
#[path = "src/entity"]
mod entity {
    #[path = "scan.rs"]
    pub mod scan;
}
#[path = "src/pack/files.rs"]
mod files;
#[path = "src/pack.rs"]
mod pack;
#[path = "src"]
mod tagger {
    #[path = "tagger.rs"]
    mod marks;
    #[path = "tagger/train.rs"]
    pub mod train;

    pub use marks::*;
}
#[path = "src/text.rs"]
mod text;

use std::{
    env, fs,
    io::{self, Write as _},
    path::Path,
};

use classifier::{corpus, encode, features::Family, name_lists, trainer};

const OUT_OF_SCOPE: &str = "out_of_scope";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; run this through cargo")?;
    let out = Path::new(&out);
    let packs = Path::new("../../packs/default");
    let trade = tagger::train::Names::read(&fs::read_to_string("src/entity/goods.txt")?);
    let mut stdout = io::stdout();
    for path in [
        "build.rs",
        "src/classifier",
        "src/pack.rs",
        "src/pack",
        "src/text",
        "src/text.rs",
        "src/tagger",
        "src/tagger.rs",
        "src/entity/scan.rs",
        "src/entity/goods.txt",
    ] {
        writeln!(stdout, "cargo::rerun-if-changed={path}")?;
    }
    for (language, family) in [("zh", Family::Chinese), ("en", Family::English)] {
        let folder = packs.join(language).join("intents");
        let several = packs.join(language).join("several.txt");
        for path in [&folder, &several] {
            writeln!(stdout, "cargo::rerun-if-changed={}", path.display())?;
        }
        let intents = read_pack(&folder)?;
        let lines =
            fs::read_to_string(&several).map_err(|error| format!("{}: {error}", several.display()))?;
        let messages = files::parse_messages(&lines).map_err(|line| {
            format!("{}:{line}: write what is asked, ` | ` and the message", several.display())
        })?;
        let text = files::write(&intents, pack::MESSAGE, &messages);
        let examples: Vec<_> = pack::read(&text)
            .into_iter()
            .map(|(example, intent)| corpus::example(&example, &intent))
            .collect();
        fs::write(out.join(format!("names.{language}.txt")), name_lists::names(&examples))?;
        fs::write(out.join(format!("goods.{language}.txt")), name_lists::goods(family, &examples))?;
        let lessons: Vec<_> =
            pack::read(&text).iter().map(|(line, _)| tagger::train::lesson(line, &trade)).collect();
        fs::write(out.join(format!("tagger.{language}.bin")), tagger::train::train(&lessons))?;
        let model = trainer::train(&trainer::Examples::new(family, true, OUT_OF_SCOPE, None, examples));
        fs::write(out.join(format!("model.{language}.bin")), encode::write(&model))?;
        fs::write(out.join(format!("pack.{language}.txt")), text)?;
    }
    Ok(())
}

/// The intents of a folder, by name.
fn read_pack(folder: &Path) -> Result<Vec<(String, files::PackIntent)>, Box<dyn std::error::Error>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let mut intents = Vec::new();
    for path in paths {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        intents.push((name, files::parse_intent(&text)));
    }
    Ok(intents)
}
