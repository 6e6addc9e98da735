//! A folder that keeps trained models by content. Whatever goes wrong in it costs no more than training again.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use desk::ports::ModelStore;

/// So many are kept; the oldest go. One is some tens of megabytes.
const MOST: usize = 3;
const ENDING: &str = "model";

pub struct ModelFolder {
    folder: PathBuf,
}

impl ModelFolder {
    /// The folder `models` where the SQLite file lies; none for another database, or one in memory.
    pub fn beside(database_url: &str) -> Option<Self> {
        let path = database_url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split('?').next().unwrap_or(path);
        if path.is_empty() || path.starts_with(':') {
            return None;
        }
        Some(Self { folder: Path::new(path).parent()?.join("models") })
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key).with_extension(ENDING)
    }

    /// Written aside and then renamed, so that no half of a model is ever read.
    fn write(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let aside = self.folder.join(key).with_extension(format!("{}.new", std::process::id()));
        let written = private_file(&aside).and_then(|mut file| {
            file.write_all(&checksum(bytes).to_le_bytes())?;
            file.write_all(bytes)?;
            file.sync_all()
        });
        let written = written.and_then(|()| fs::rename(&aside, self.path(key)));
        if written.is_err() {
            // What is left of it is of no use; that it could not be removed changes nothing.
            let _ = fs::remove_file(&aside);
        }
        written?;
        self.thin_out()
    }

    fn thin_out(&self) -> io::Result<()> {
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.path().extension().is_some_and(|ending| ending == ENDING) {
                kept.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        kept.sort();
        let surplus = kept.len().saturating_sub(MOST);
        kept.iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
    }
}

impl ModelStore for ModelFolder {
    fn load(&self, key: &str) -> Option<Vec<u8>> {
        let bytes = fs::read(self.path(key)).ok()?;
        let (sum, model) = bytes.split_first_chunk::<8>()?;
        (u64::from_le_bytes(*sum) == checksum(model)).then(|| model.to_vec())
    }

    fn keep(&self, key: &str, bytes: &[u8]) {
        if let Err(error) = self.write(key, bytes) {
            let folder = self.folder.display();
            tracing::warn!(%error, %folder, "what was learnt could not be kept; the next start learns it again");
        }
    }
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<fs::File> {
    fs::File::create(path)
}

/// Tells a file that a disk or a person has changed: FNV-1a over words of eight bytes.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    let step = |state: u64, word: u64| (state ^ word).wrapping_mul(0x100_0000_01b3).rotate_left(29);
    let state = words.iter().fold(start, |state, word| step(state, u64::from_le_bytes(*word)));
    rest.iter().fold(state, |state, &byte| step(state, u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lies_beside_the_sqlite_file_and_nowhere_else() {
        let check = |url: &str, expected: Option<&str>| {
            let folder = ModelFolder::beside(url).map(|folder| folder.folder.display().to_string());
            assert_eq!(folder.as_deref(), expected, "{url}");
        };
        check("sqlite://data/zhanggui.db", Some("data/models"));
        check("sqlite:///var/lib/shop.db?mode=rwc", Some("/var/lib/models"));
        check("sqlite:shop.db", Some("models"));
        check("sqlite::memory:", None);
        check("postgres://localhost/shop", None);
    }

    #[test]
    fn what_is_kept_comes_back_and_what_was_changed_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let models = ModelFolder { folder: folder.path().join("models") };
        assert_eq!(models.load("a"), None);
        models.keep("a", b"0123456789");
        assert_eq!(models.load("a").as_deref(), Some(b"0123456789".as_slice()));
        let mut bytes = fs::read(models.path("a")).expect("a file");
        bytes[12] ^= 1;
        fs::write(models.path("a"), bytes).expect("written");
        assert_eq!(models.load("a"), None);
        for key in ["b", "c", "d", "e"] {
            models.keep(key, key.as_bytes());
        }
        let count = fs::read_dir(&models.folder).expect("a folder").count();
        assert_eq!((count, models.load("e").as_deref()), (MOST, Some(b"e".as_slice())));
    }
}
