//! Languages of messages, and text in the shop's two languages.

use serde::{Deserialize, Serialize};

/// The language of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    Zh,
    En,
    /// Chinese and English in one message.
    Mixed,
    /// Some other language: recognised, never classified with confidence.
    Other,
}

impl Language {
    /// The language to answer in: Chinese for mixed text, English for languages that are not spoken here.
    pub const fn reply(self) -> ReplyLanguage {
        match self {
            Self::Zh | Self::Mixed => ReplyLanguage::Zh,
            Self::En | Self::Other => ReplyLanguage::En,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
            Self::Mixed => "mixed",
            Self::Other => "other",
        }
    }
}

/// A language that the assistant writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyLanguage {
    #[default]
    Zh,
    En,
}

/// Text that the shop wrote in one or both languages. At least one is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LocalizedText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl LocalizedText {
    /// The same text for both languages: how one plain string in knowledge is read.
    pub fn one(text: impl Into<String>) -> Self {
        Self { zh: Some(text.into()), en: None }
    }

    /// The text in `language`, else in the other one.
    pub fn get(&self, language: ReplyLanguage) -> &str {
        let (first, second) = match language {
            ReplyLanguage::Zh => (&self.zh, &self.en),
            ReplyLanguage::En => (&self.en, &self.zh),
        };
        first.as_deref().or(second.as_deref()).unwrap_or_default()
    }

    /// Whether `get` has to fall back to the other language; the trace says so.
    pub const fn falls_back(&self, language: ReplyLanguage) -> bool {
        match language {
            ReplyLanguage::Zh => self.zh.is_none(),
            ReplyLanguage::En => self.en.is_none(),
        }
    }

    /// Every wording there is.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.zh.as_deref().into_iter().chain(self.en.as_deref())
    }
}
