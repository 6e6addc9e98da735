//! What the desk needs from outside. Adapters stand in the crate `connectors` (delivery, notification) and in [`crate::system`]
//! (clock, ids); tests bring their own.

use domain::{
    Timestamp, conversation::Conversation, inbox::Inbox, lead::Lead, message::Message,
    quote::document::Document,
};
use futures_util::future::BoxFuture;
pub use understanding::{Encoder, Encoders};

/// The only source of the time of day.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    /// Microseconds on a clock that never goes back, for durations only.
    fn monotonic_micros(&self) -> u64;
}

/// The only source of ids and seeds.
pub trait IdSource: Send + Sync + 'static {
    /// 128 bits: time first, so that later ids sort later.
    fn ulid(&self, now: Timestamp) -> ulid::Ulid;

    /// A seed that stands for randomness in one turn; it is recorded.
    fn seed(&self) -> u64;

    /// Bits that nobody can guess, for a link that opens something.
    fn secret(&self) -> [u8; 32];
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    Sent,
    /// Not accepted; trying again may help.
    Retry {
        reason: String,
    },
    /// Not accepted; trying again will not help.
    Refused {
        reason: String,
    },
    /// Whether it arrived is not known: it is shown to a person and never resent by itself.
    Unknown {
        reason: String,
    },
}

/// Sends one message to the buyer through the channel of an inbox.
pub trait ChannelSender: Send + Sync + 'static {
    fn send<'a>(
        &'a self,
        inbox: &'a Inbox,
        conversation: &'a Conversation,
        message: &'a Message,
    ) -> BoxFuture<'a, Delivered>;
}

/// What a language model is told, and the JSON schema that its answer must fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    pub text: String,
    pub schema: serde_json::Value,
}

/// Why a language model gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ModelError {
    pub reason: String,
}

/// A language model. It holds no tool, sees no secret, and addresses nobody: text goes in, text comes out, and code decides what counts.
pub trait LanguageModel: Send + Sync + 'static {
    fn complete<'a>(&'a self, prompt: &'a Prompt) -> BoxFuture<'a, Result<String, ModelError>>;
}

/// Something that people at the shop should hear of at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A lead reached the threshold.
    HotLead { lead: Box<Lead> },
    /// A person is asked for.
    Handoff { conversation: Box<Conversation> },
}

/// Why a document could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// What is missing, and how to mend it.
    #[error("{what}; {mend}")]
    NotReady { what: String, mend: String },
    #[error("the document could not be drawn: {0}")]
    Failed(String),
}

/// Draws papers as files. It takes milliseconds of a processor and reads fonts and pictures, so it runs off the async threads.
pub trait Renderer: Send + Sync + 'static {
    fn pdf(&self, document: &Document) -> Result<Vec<u8>, RenderError>;

    /// A spreadsheet in Office Open XML.
    fn xlsx(&self, document: &Document) -> Result<Vec<u8>, RenderError>;

    /// Whether it could draw Chinese now: the font that it would take, or what is missing.
    fn ready(&self) -> Result<String, RenderError>;
}

/// Tells people at the shop.
pub trait Notifier: Send + Sync + 'static {
    fn notify<'a>(&'a self, notice: &'a Notice) -> BoxFuture<'a, Delivered>;
}

/// Keeps what was trained for a shop's own intents, so that a start does not train again. What cannot be kept is trained again.
pub trait ModelStore: Send + Sync + 'static {
    /// What was kept under this key.
    fn load(&self, key: &str) -> Option<Vec<u8>>;

    fn keep(&self, key: &str, bytes: &[u8]);
}
