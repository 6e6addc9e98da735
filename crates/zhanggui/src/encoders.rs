//! The models for sentence vectors that the configuration names, where this program was built to read them.

use desk::ports::Encoders;

use crate::config::EncoderFolders;

/// Loads what is named; nothing where nothing is.
#[cfg(feature = "encoder")]
pub fn load(folders: &EncoderFolders) -> anyhow::Result<Encoders> {
    use std::{path::Path, sync::Arc};

    use anyhow::Context as _;
    use desk::ports::Encoder;

    let load = |folder: &Option<String>, language: &str| -> anyhow::Result<Option<Arc<dyn Encoder>>> {
        let Some(folder) = folder else { return Ok(None) };
        let encoder = connectors::encoder::load(Path::new(folder))
            .with_context(|| format!("the encoder for {language} in `{folder}` could not be loaded"))?;
        tracing::info!(?encoder, %folder, language, "encoder loaded");
        Ok(Some(encoder))
    };
    Ok(Encoders { chinese: load(&folders.zh, "zh")?, english: load(&folders.en, "en")? })
}

/// Without the feature `encoder` a folder that is named is an error: leaving it out in silence would surprise.
#[cfg(not(feature = "encoder"))]
pub fn load(folders: &EncoderFolders) -> anyhow::Result<Encoders> {
    if *folders != EncoderFolders::default() {
        anyhow::bail!(
            "an encoder is named, but this program was built without the feature `encoder`; build it with \
             `cargo build --release --features encoder`, or take `understanding.encoder` out of the configuration"
        );
    }
    Ok(Encoders::default())
}
