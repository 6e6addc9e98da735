//! Papers: a quote as PDF and as a spreadsheet.
//!
//! Everything that stands on a paper comes ready in words from the desk; here it is only set. Chinese needs a font, which is looked for
//! on the system ([`font`]) or named in the configuration; the pictures are the shop's own.

mod font;
mod layout;
mod pdf;
mod sheet;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use desk::ports::{RenderError, Renderer};
use domain::quote::document::Document;

/// Largest picture that is put on a paper, in bytes.
const MAX_PICTURE: u64 = 4 * 1024 * 1024;

/// Where the font and the pictures lie.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A font file (`.ttf`, `.otf`, `.ttc`) with Chinese characters; without it one is looked for on the system.
    pub font: Option<PathBuf>,
    /// PNG or JPEG, for the head of the paper.
    pub logo: Option<PathBuf>,
    /// PNG or JPEG, drawn only on what a person approved.
    pub seal: Option<PathBuf>,
}

/// Draws papers. Fonts and pictures are read anew each time: papers are few, and a font holds many megabytes.
#[derive(Debug, Clone, Default)]
pub struct Papers {
    options: Options,
}

impl Papers {
    pub const fn new(options: Options) -> Self {
        Self { options }
    }

    fn pictures(&self, document: &Document) -> Result<Pictures, RenderError> {
        let seal = self.options.seal.as_deref().filter(|_| document.sealed);
        Ok(Pictures {
            logo: self.options.logo.as_deref().map(picture).transpose()?,
            seal: seal.map(picture).transpose()?,
        })
    }
}

impl Renderer for Papers {
    fn pdf(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        let found = font::find(self.options.font.as_deref())?;
        pdf::draw(document, &found, &self.pictures(document)?)
    }

    fn xlsx(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        sheet::write(document, &self.pictures(document)?)
    }

    fn ready(&self) -> Result<String, RenderError> {
        for path in [&self.options.logo, &self.options.seal].into_iter().flatten() {
            picture(path)?;
        }
        font::find(self.options.font.as_deref()).map(|found| found.name)
    }
}

/// The shop's own pictures, as files in memory.
#[derive(Debug, Default)]
struct Pictures {
    logo: Option<Picture>,
    seal: Option<Picture>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Jpeg,
}

#[derive(Debug)]
struct Picture {
    path: PathBuf,
    format: Format,
    bytes: Vec<u8>,
}

fn picture(path: &Path) -> Result<Picture, RenderError> {
    let not_ready = |what: String, mend: &str| RenderError::NotReady { what, mend: mend.to_owned() };
    let shown = path.display();
    let size = std::fs::metadata(path).map_err(|error| {
        not_ready(
            format!("the picture {shown} cannot be read ({error})"),
            "correct its path under `documents`",
        )
    })?;
    if size.len() > MAX_PICTURE {
        return Err(not_ready(format!("the picture {shown} is larger than 4 MB"), "make it smaller"));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        not_ready(format!("the picture {shown} cannot be read ({error})"), "check its rights")
    })?;
    let format = match bytes.get(..3) {
        Some(b"\x89PN") => Format::Png,
        Some([0xff, 0xd8, 0xff]) => Format::Jpeg,
        _ => return Err(not_ready(format!("{shown} is neither PNG nor JPEG"), "save the picture as PNG")),
    };
    Ok(Picture { path: path.to_owned(), format, bytes })
}
