//! Sentence vectors from a model in a folder that the operator supplies: `model.safetensors`, `tokenizer.json`, `config.json` as
//! sentence-transformers and model2vec write them. Nothing is fetched.
//!
//! Two kinds are read. *Static vectors* have one vector for each token, and a text is their mean: microseconds a message. *BERT* reads
//! the tokens in each other's light: tens of milliseconds. Another kind is added as a file beside these, and to [`load`].

mod bert;
mod static_vectors;
mod tensors;
mod tokens;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use desk::ports::Encoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use bert::Bert;
use static_vectors::StaticVectors;
use tensors::Tensors;
use tokens::Tokenizer;

/// Why a model could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    #[error(
        "`{path}` could not be read; the folder of an encoder holds model.safetensors, tokenizer.json and config.json"
    )]
    Read { path: PathBuf, source: io::Error },
    #[error("`{path}` is larger than {} MB; choose a smaller model", MOST_BYTES >> 20)]
    TooLarge { path: PathBuf },
    /// What is wrong with the file, and how to mend it.
    #[error("`{path}`: {what}")]
    Unusable { path: PathBuf, what: String },
}

/// A file larger than this is no model for a server of this kind.
const MOST_BYTES: u64 = 2 << 30;

/// What stands in a model's `config.json`.
#[derive(Debug)]
struct Settings {
    path: PathBuf,
    value: Value,
}

/// Reads the model in a folder. It is held in memory as a whole.
pub fn load(folder: &Path) -> Result<Arc<dyn Encoder>, EncoderError> {
    let mut digest = Sha256::new();
    let mut read = |name: &str| -> Result<(PathBuf, Vec<u8>), EncoderError> {
        let path = folder.join(name);
        let failed = |source| EncoderError::Read { path: path.clone(), source };
        if fs::metadata(&path).map_err(failed)?.len() > MOST_BYTES {
            return Err(EncoderError::TooLarge { path });
        }
        let bytes = fs::read(&path).map_err(failed)?;
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(&bytes);
        Ok((path, bytes))
    };
    let (path, text) = read("config.json")?;
    let settings = Settings { value: json(&path, &text)?, path };
    let (tokenizer_path, text) = read("tokenizer.json")?;
    let tokenizer = Tokenizer::read(&json(&tokenizer_path, &text)?)
        .map_err(|what| EncoderError::Unusable { path: tokenizer_path, what })?;
    let (path, bytes) = read("model.safetensors")?;
    // Only models with layers say how they are pooled.
    let pooling = folder.join("1_Pooling/config.json");
    let pooling = if pooling.is_file() {
        let (path, text) = read("1_Pooling/config.json")?;
        Some(Settings { value: json(&path, &text)?, path })
    } else {
        None
    };
    let digest = digest.finalize().to_vec();
    let unusable = |what| EncoderError::Unusable { path: path.clone(), what };
    let tensors = Tensors::read(bytes).map_err(unusable)?;
    if let Some(name) = StaticVectors::tensor_of(&tensors) {
        return Ok(Arc::new(StaticVectors::new(&tensors, name, tokenizer, digest).map_err(unusable)?));
    }
    Ok(Arc::new(Bert::new(&tensors, &settings, pooling.as_ref(), tokenizer, digest)?))
}

fn json(path: &Path, text: &[u8]) -> Result<Value, EncoderError> {
    serde_json::from_slice(text).map_err(|error| EncoderError::Unusable {
        path: path.to_path_buf(),
        what: format!("this is not JSON ({error}); copy the file again"),
    })
}

impl Settings {
    fn wrong(&self, what: String) -> EncoderError {
        EncoderError::Unusable { path: self.path.clone(), what }
    }

    /// A whole number from 1 on that must stand there.
    fn count(&self, key: &str) -> Result<usize, EncoderError> {
        let number =
            self.value.get(key).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        number.filter(|&number| (1..=MOST_COUNT).contains(&number)).ok_or_else(|| {
            self.wrong(format!(
                "`{key}` must be a whole number from 1 to {MOST_COUNT}; copy the model's own file"
            ))
        })
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.value.get(key)?.as_str()
    }

    fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// No size in a configuration is larger.
const MOST_COUNT: usize = 10_000_000;

#[cfg(test)]
mod tests;
