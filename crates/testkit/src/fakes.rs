//! Ports that tests set and read.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use desk::ports::{
    ChannelSender, Clock, Delivered, IdSource, LanguageModel, ModelError, Notice, Notifier, Prompt,
    RenderError, Renderer,
};
use domain::{
    Timestamp, conversation::Conversation, inbox::Inbox, message::Message, quote::document::Document,
};
use futures_util::future::{BoxFuture, FutureExt, ready};

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    pub const fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }

    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn monotonic_micros(&self) -> u64 {
        0
    }
}

/// Ids counted from 1, so that runs can be compared.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn ulid(&self, now: Timestamp) -> ulid::Ulid {
        domain::id::compose(now, u128::from(self.0.fetch_add(1, Ordering::SeqCst) + 1))
    }

    fn seed(&self) -> u64 {
        1
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        secret[24..].copy_from_slice(&number.to_be_bytes());
        secret
    }
}

/// Draws nothing: the words of the paper stand in for its files.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainRenderer;

impl Renderer for PlainRenderer {
    fn pdf(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        Ok(format!("pdf {document:?}").into_bytes())
    }

    fn xlsx(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        Ok(format!("xlsx {document:?}").into_bytes())
    }

    fn ready(&self) -> Result<String, RenderError> {
        Ok("no font is needed".to_owned())
    }
}

/// Takes what would be sent, and remembers it.
#[derive(Debug, Default)]
pub struct Recorder {
    sent: Mutex<Vec<Message>>,
    notices: Mutex<Vec<Notice>>,
}

impl Recorder {
    pub fn sent(&self) -> Vec<Message> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn notices(&self) -> Vec<Notice> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ChannelSender for Recorder {
    fn send<'a>(
        &'a self,
        _inbox: &'a Inbox,
        _conversation: &'a Conversation,
        message: &'a Message,
    ) -> BoxFuture<'a, Delivered> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        ready(Delivered::Sent).boxed()
    }
}

impl Notifier for Recorder {
    fn notify<'a>(&'a self, notice: &'a Notice) -> BoxFuture<'a, Delivered> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push(notice.clone());
        ready(Delivered::Sent).boxed()
    }
}

/// A language model that says what it was given to say, line by line, and remembers what it was asked. Out of lines, it fails.
#[derive(Debug, Default)]
pub struct ScriptedModel {
    lines: Mutex<VecDeque<String>>,
    asked: Mutex<Vec<Prompt>>,
}

impl ScriptedModel {
    pub fn new(lines: &[&str]) -> Self {
        let lines = lines.iter().map(|&line| line.to_owned()).collect();
        Self { lines: Mutex::new(lines), asked: Mutex::default() }
    }

    pub fn asked(&self) -> Vec<Prompt> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LanguageModel for ScriptedModel {
    fn complete<'a>(&'a self, prompt: &'a Prompt) -> BoxFuture<'a, Result<String, ModelError>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(prompt.clone());
        let line = self.lines.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        ready(line.ok_or_else(|| ModelError { reason: "the script has ended".into() })).boxed()
    }
}
