//! A font with Chinese characters: the one that is named, else the best that the system has.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use desk::ports::RenderError;
use skrifa::{FontRef, MetadataProvider, raw::FileRef, string::StringId};

/// Folders in which systems keep their fonts.
const FOLDERS: [&str; 5] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:\\Windows\\Fonts",
];

/// Parts of the file names of fonts that set Chinese well, the best first; compared in lower case, without hyphens.
const PREFERRED: [&str; 14] = [
    "notosanscjkregular",
    "notosanscjkscregular",
    "notosansscregular",
    "sourcehansansscregular",
    "sourcehansanscnregular",
    "sourcehansansregular",
    "pingfang",
    "msyh",
    "wqymicrohei",
    "wqyzenhei",
    "droidsansfallback",
    "simhei",
    "notoserifcjkregular",
    "simsun",
];

/// What a paper needs at least.
const NEEDED: &str = "报价单税额壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整，。：；（）¥ABCabc0123456789%.,/-";

/// No folder of fonts is deeper than this.
const MAX_DEPTH: usize = 6;
/// A collection holds fewer faces than this.
const MAX_FACES: u32 = 64;

const MEND: &str = "install one, such as the package fonts-noto-cjk or fonts-wqy-zenhei, or name a font file in `documents.font`";

/// A face that has what papers need.
pub(super) struct Found {
    pub data: Arc<Vec<u8>>,
    /// Of the face within its file.
    pub index: u32,
    /// Family and file, for people.
    pub name: String,
}

/// The font that is configured, else the best of the system.
pub(super) fn find(configured: Option<&Path>) -> Result<Found, RenderError> {
    if let Some(path) = configured {
        let bytes = std::fs::read(path).map_err(|error| RenderError::NotReady {
            what: format!("the font {} cannot be read ({error})", path.display()),
            mend: "correct `documents.font`".into(),
        })?;
        return fitting(bytes, path).ok_or_else(|| RenderError::NotReady {
            what: format!("the font {} is damaged or lacks Chinese characters", path.display()),
            mend: "name another one in `documents.font`, or leave it out to have one looked for".into(),
        });
    }
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(Path::new(folder), 0, &mut files);
    }
    search(files).ok_or_else(|| RenderError::NotReady {
        what: "there is no font with Chinese characters on this system".into(),
        mend: MEND.into(),
    })
}

/// The first file that fits, the preferred ones first; of others the name decides, so that the choice is the same each time.
fn search(mut files: Vec<PathBuf>) -> Option<Found> {
    files.sort_by_cached_key(|path| (rank(path), path.clone()));
    files.into_iter().find_map(|path| fitting(std::fs::read(&path).ok()?, &path))
}

fn rank(path: &Path) -> usize {
    let name =
        path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase().replace(['-', '_', ' '], "");
    PREFERRED.iter().position(|preferred| name.starts_with(preferred)).unwrap_or(PREFERRED.len())
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if depth < MAX_DEPTH {
                collect(&path, depth + 1, files);
            }
            continue;
        }
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if ["ttf", "otf", "ttc", "otc"].contains(&ending.as_str()) {
            files.push(path);
        }
    }
}

/// The face of the file that has all that is needed; of a collection the one for simplified Chinese.
fn fitting(bytes: Vec<u8>, path: &Path) -> Option<Found> {
    let faces = match FileRef::new(&bytes).ok()? {
        FileRef::Font(_) => 1,
        FileRef::Collection(collection) => collection.len().min(MAX_FACES),
    };
    let mut best: Option<(usize, u32, String)> = None;
    for index in 0..faces {
        let Ok(face) = FontRef::from_index(&bytes, index) else { continue };
        let characters = face.charmap();
        if !NEEDED.chars().all(|character| characters.map(character).is_some()) {
            continue;
        }
        let family = face.localized_strings(StringId::FAMILY_NAME).english_or_first();
        let family = family.map(|name| name.chars().collect::<String>()).unwrap_or_default();
        let words: Vec<&str> = family.split_whitespace().collect();
        let mono = usize::from(words.contains(&"Mono"));
        let order = mono * 2 + usize::from(!["SC", "CN", "GB"].iter().any(|mark| words.contains(mark)));
        if best.as_ref().is_none_or(|(known, _, _)| order < *known) {
            best = Some((order, index, family));
        }
    }
    let (_, index, family) = best?;
    let name = format!("{family} ({})", path.display());
    Some(Found { data: Arc::new(bytes), index, name })
}
