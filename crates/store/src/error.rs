//! What can go wrong, by what a caller can do about it.

use std::{error::Error, sync::Arc};

use domain::{
    approval::InvalidDecision, conversation::InvalidMove, lead::InvalidLeadMove, quote::InvalidQuoteMove,
};

/// Why a use case could not be done. Nothing of it is half done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The queue is full. Nothing was written; try again in a moment (`503` with `Retry-After`).
    #[error("the database is busy; try again in a moment")]
    Overloaded,
    /// Nothing was written. Writing resumes by itself once there is space.
    #[error("the disk of the database is full; free some space, writing resumes by itself")]
    DiskFull,
    /// The database cannot be reached, or the transaction was lost with others. Trying the same again is safe.
    #[error("the database is not available at the moment")]
    Unavailable(#[source] Source),
    /// Somebody else wrote the same at the same time.
    #[error("the same was written by somebody else at the same time")]
    Conflict(#[source] Source),
    /// What is stored cannot be read as what it should be.
    #[error("stored data is not readable: {what}")]
    Corrupt { what: String },
    /// A failure of the driver that is not expected in service: a mistake in a statement, a wrong schema.
    #[error("the database refused a statement")]
    Driver(#[source] Source),
    /// The use case's own rules say no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

/// Any error beneath, shared so that all units of one group can carry it.
pub type Source = Arc<dyn Error + Send + Sync>;

/// The ways in which the rules of a use case say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error(transparent)]
    InvalidMove(#[from] InvalidMove),
    #[error(transparent)]
    InvalidLeadMove(#[from] InvalidLeadMove),
    #[error(transparent)]
    InvalidDecision(#[from] InvalidDecision),
    #[error(transparent)]
    InvalidQuoteMove(#[from] InvalidQuoteMove),
    /// The character U+0000, which PostgreSQL cannot store; it is refused on both databases alike.
    #[error("the text holds the character U+0000; remove it")]
    NulCharacter,
    #[error("the page cursor is not one that this server gave out; start again without one")]
    InvalidCursor,
    #[error("a contact cannot be merged into itself or into one that is merged into it")]
    CircularMerge,
    #[error("it is merged already; part it first")]
    AlreadyMerged,
    #[error("you sent another conversation a message under this id; give each message an id of its own")]
    SentElsewhere,
    /// Ends a unit of work whose turn came too late; callers see it as `CommitOutcome::Fenced`.
    #[error("another turn has answered these messages")]
    Fenced,
    /// Ends a unit of work whose turn asks for what another conversation asked for meanwhile; callers see it as
    /// `CommitOutcome::OwnerChanged`.
    #[error("this was asked for already")]
    AskedAlready,
    /// Ends a unit of work whose turn started from a profile that a person edited meanwhile; callers see it as
    /// `CommitOutcome::OwnerChanged`.
    #[error("a person edited the profile meanwhile")]
    ProfileEdited,
}

/// Why the owner or status of a conversation, a lead or an approval was not changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ChangeError {
    #[error("there is no such conversation, lead, contact, approval or quote")]
    NotFound,
    #[error(transparent)]
    InvalidMove(InvalidMove),
    #[error(transparent)]
    InvalidLeadMove(InvalidLeadMove),
    #[error(transparent)]
    InvalidDecision(InvalidDecision),
    #[error(transparent)]
    InvalidQuoteMove(InvalidQuoteMove),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Rejected(Rejection::NotFound(_)) => Self::NotFound,
            StoreError::Rejected(Rejection::InvalidMove(reason)) => Self::InvalidMove(reason),
            StoreError::Rejected(Rejection::InvalidLeadMove(reason)) => Self::InvalidLeadMove(reason),
            StoreError::Rejected(Rejection::InvalidDecision(reason)) => Self::InvalidDecision(reason),
            StoreError::Rejected(Rejection::InvalidQuoteMove(reason)) => Self::InvalidQuoteMove(reason),
            other => Self::Store(other),
        }
    }
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "`{0}` is not a database URL; write sqlite:///absolute/path, sqlite://relative/path or postgres://user@host/name"
    )]
    Url(String),
    #[error("{0} is in use by another process; stop that one first, or give this one its own database")]
    InUse(String),
    #[error(
        "the database was written by a newer version (migration `{0}` is not known here); use that version, or restore an older backup"
    )]
    NewerSchema(String),
    #[error(
        "the database is of an older version (it lacks `{0}`); start the server of this version once, then read it"
    )]
    OlderSchema(String),
    #[error(
        "{0} holds nothing to be read; name the database of a server with --database or in the configuration"
    )]
    NothingToRead(String),
    #[error("the database is damaged: {0}; restore a backup")]
    Damaged(String),
    #[error(
        "PostgreSQL runs with fsync=off and would lose acknowledged messages; set fsync = on in postgresql.conf"
    )]
    UnsafeServer,
    #[error("cannot {action} {path}; check that the folder exists and may be written")]
    File { action: &'static str, path: String, source: std::io::Error },
    #[error("the database could not be opened")]
    Store(#[from] StoreError),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    pub(crate) fn unavailable(what: impl Into<String>) -> Self {
        Self::Unavailable(Arc::new(Reason(what.into())))
    }

    pub(crate) fn driver(what: impl Into<String>) -> Self {
        Self::Driver(Arc::new(Reason(what.into())))
    }

    /// Whether the very same call may succeed when it is made again.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Overloaded | Self::DiskFull | Self::Unavailable(_) | Self::Conflict(_))
    }
}

/// A cause that has no error value of its own.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Reason(String);

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull,
            Some(Code::ConstraintViolation) => Self::Conflict(Arc::new(error)),
            Some(Code::DatabaseBusy | Code::DatabaseLocked | Code::SystemIoFailure | Code::OutOfMemory) => {
                Self::Unavailable(Arc::new(error))
            }
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::corrupt(error.to_string()),
            _ => Self::Driver(Arc::new(error)),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(state) = error.code() else {
            // Without an SQL state it is the connection that failed, or a value that does not fit its column.
            return if error.is_closed() || error.source().is_some_and(<dyn Error>::is::<std::io::Error>) {
                Self::Unavailable(Arc::new(error))
            } else {
                Self::Driver(Arc::new(error))
            };
        };
        match state.code() {
            "53100" => Self::DiskFull,
            // Unique violation, serialisation failure, deadlock.
            "23505" | "40001" | "40P01" => Self::Conflict(Arc::new(error)),
            // Lock or statement time-out; connection failures, too many connections, shutting down.
            "55P03" | "57014" => Self::Unavailable(Arc::new(error)),
            code if ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => {
                Self::Unavailable(Arc::new(error))
            }
            code if code.starts_with("XX") => Self::corrupt(error.to_string()),
            _ => Self::Driver(Arc::new(error)),
        }
    }
}
