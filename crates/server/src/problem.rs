//! What went wrong, as `application/problem+json` (RFC 9457) with a stable code and a sentence that says how to mend it.
//!
//! To add a code, add a line to the list below and write `docs/errors.md` anew (a test says how).

use std::{borrow::Cow, error::Error};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::{
    agents::SignInError, approvals::DecideError, conversations::EditError, quotes::ReleaseError,
    receive::ReceiveError,
};
use serde::Serialize;
use store::{ChangeError, Rejection, StoreError};
use utoipa::ToSchema;

macro_rules! codes {
    ($($variant:ident = $name:literal, $status:ident, $title:literal, $help:literal;)*) => {
        /// The stable codes of the API's errors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $title] $variant),* }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),* }
            }

            /// The kind of problem, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }

            /// How to mend it.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),* }
            }
        }
    };
}

codes! {
    MalformedJson = "malformed_json", BAD_REQUEST, "The body is not JSON",
        "Send one JSON object in UTF-8; the detail names the line and column.";
    MissingField = "missing_field", BAD_REQUEST, "A field is missing", "Add the field that `field` names.";
    UnknownField = "unknown_field", BAD_REQUEST, "A field is not known",
        "Remove the field or correct its name; nothing is ignored silently.";
    InvalidField = "invalid_field", BAD_REQUEST, "A field has a wrong value",
        "Correct the field that `field` names; the detail says what is expected.";
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "A parameter has a wrong value",
        "Correct the query parameter or header that `field` names.";
    InvalidCursor = "invalid_cursor", BAD_REQUEST, "The cursor is not valid",
        "Give `after` exactly as it came in `next`, or leave it out to start again.";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Nobody is signed in",
        "Send `Authorization: Bearer` with a token that is valid, or sign in to the console.";
    SignInFailed = "sign_in_failed", UNAUTHORIZED, "The sign-in failed",
        "Use a token that has not been revoked, or a set-up link that has not been used.";
    Forbidden = "forbidden", FORBIDDEN, "The role does not allow this",
        "Ask an admin for a token with a higher role.";
    CrossSite = "cross_site", FORBIDDEN, "The request came from another site",
        "Changes by a console session are taken from the console's own pages only; programs use a token.";
    NotFound = "not_found", NOT_FOUND, "There is no such thing", "Check the id; the lists give those that exist.";
    UnknownRoute = "unknown_route", NOT_FOUND, "There is no such route",
        "See `/api/openapi.json` for every route.";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The route does not know this method",
        "See the `Allow` header or `/api/openapi.json`.";
    BodyTimeout = "body_timeout", REQUEST_TIMEOUT, "The body did not arrive in time",
        "Send the whole body without pausing.";
    InvalidMove = "invalid_move", CONFLICT, "The state does not allow this",
        "Read the resource again; the detail says what stands in the way.";
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "The body is too large",
        "Send less at once; files go as links in `attachments`.";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body must be JSON",
        "Send `Content-Type: application/json`.";
    KnowledgeFaulty = "knowledge_faulty", UNPROCESSABLE_ENTITY, "The knowledge has errors",
        "Mend what the detail lists; the published revision goes on answering.";
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too many requests",
        "Wait for the seconds of `Retry-After`.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something failed inside",
        "Try again; if it stays, the server's log has the cause.";
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "The server is busy",
        "Nothing was stored; send the same again after the seconds of `Retry-After`.";
    DiskFull = "disk_full", SERVICE_UNAVAILABLE, "The disk is full",
        "Nothing was stored; free some space, then send the same again.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "The database is not available",
        "Send the same again after the seconds of `Retry-After`; repeated messages are answered once.";
    CannotDraw = "cannot_draw", SERVICE_UNAVAILABLE, "The document cannot be drawn here",
        "Do what the detail says, for most servers: install a Chinese font, or name one in `documents.font`.";
    Stopping = "stopping", SERVICE_UNAVAILABLE, "The server is stopping",
        "Send the same again in a few seconds.";
}

/// One occurrence of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    pub detail: Cow<'static, str>,
    /// The path of the field, the name of the parameter or of the header.
    pub field: Option<String>,
    /// Instead of the code's own help.
    pub help: Option<String>,
    pub retry_after_seconds: Option<u64>,
}

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// `urn:zhanggui:error:` and the code.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    /// What is wrong this time.
    detail: &'a str,
    /// Stable; see `docs/errors.md`.
    code: &'static str,
    /// Where it is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// How to mend it.
    help: &'a str,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let retry_after_seconds = (code.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        Self { code, detail: detail.into(), field: None, help: None, retry_after_seconds }
    }

    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    pub fn invalid_field(field: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidField, detail).at(field)
    }

    pub fn invalid_parameter(name: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidParameter, detail).at(name)
    }

    /// `what` with its article: `a conversation`.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// Logs what nobody outside may see and answers that something failed.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error, "a request failed");
        Self::new(Code::Internal, "the request could not be completed")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let body = ProblemBody {
            kind: format!("urn:zhanggui:error:{}", self.code.name()),
            title: self.code.title(),
            status: status.as_u16(),
            detail: &self.detail,
            code: self.code.name(),
            field: self.field.as_deref(),
            help: self.help.as_deref().unwrap_or(self.code.help()),
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded => Self::new(Code::Overloaded, error.to_string()),
            StoreError::DiskFull => Self::new(Code::DiskFull, error.to_string()).retry_after(30),
            StoreError::Unavailable(_) | StoreError::Conflict(_) => {
                let cause: &dyn Error = &error;
                tracing::warn!(error = cause, "the database did not take a request");
                Self::new(Code::Unavailable, error.to_string())
            }
            StoreError::Corrupt { .. } | StoreError::Driver(_) => Self::internal(&error),
            StoreError::Rejected(rejection) => rejection.into(),
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let code = match &rejection {
            Rejection::NotFound(_) => Code::NotFound,
            Rejection::NulCharacter => Code::InvalidField,
            Rejection::InvalidCursor => {
                return Self::new(Code::InvalidCursor, rejection.to_string()).at("after");
            }
            Rejection::SentElsewhere => {
                return Self::new(Code::InvalidMove, rejection.to_string()).at("client_id");
            }
            _ => Code::InvalidMove,
        };
        Self::new(code, rejection.to_string())
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound => Self::new(Code::NotFound, error.to_string()),
            ChangeError::InvalidMove(reason) => Self::new(Code::InvalidMove, reason.to_string()),
            ChangeError::InvalidLeadMove(reason) => Self::new(Code::InvalidMove, reason.to_string()),
            ChangeError::InvalidDecision(reason) => Self::new(Code::InvalidMove, reason.to_string()),
            ChangeError::InvalidQuoteMove(reason) => Self::new(Code::InvalidMove, reason.to_string()),
            ChangeError::Store(error) => error.into(),
        }
    }
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Invalid(invalid) if invalid.key.is_empty() => {
                Self::invalid_field("profile", invalid.problem)
            }
            EditError::Invalid(invalid) => {
                Self::invalid_field(format!("profile.{}", invalid.key), invalid.to_string())
            }
            EditError::Change(error) => error.into(),
        }
    }
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Self::not_found("approval"),
            DecideError::BeyondAuthority(_) => Self::new(Code::Forbidden, error.to_string())
                .with_help("Ask a manager to decide, or counter with less; `authority` in the knowledge sets the limits."),
            DecideError::WrongTerms(_) => Self::invalid_field("terms", error.to_string()),
            DecideError::Invalid(reason) => Self::new(Code::InvalidMove, reason.to_string()),
            DecideError::CannotTell(reason) => Self::new(Code::InvalidMove, reason.to_string()),
            DecideError::Change(error) => error.into(),
        }
    }
}

impl From<ReleaseError> for Problem {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::BeyondAuthority(_) => Self::new(Code::Forbidden, error.to_string()).with_help(
                "Ask a manager or an admin to approve it; `authority` in the knowledge sets the limits.",
            ),
            ReleaseError::Change(error) => error.into(),
        }
    }
}

impl From<ReceiveError> for Problem {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::UnknownInbox(_) => Self::invalid_field("inbox", error.to_string())
                .with_help("`GET /api/v1/inboxes` lists those that exist."),
            ReceiveError::Invalid { field, .. } => Self::invalid_field(field, error.to_string()),
            ReceiveError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::LinkUsed => Self::new(Code::SignInFailed, error.to_string()).at("code"),
            SignInError::UnknownToken => Self::new(Code::SignInFailed, error.to_string()).at("token"),
            SignInError::BadName => Self::invalid_field("name", error.to_string()),
            SignInError::Store(error) => error.into(),
        }
    }
}

/// The reference of all codes, as `docs/errors.md` holds it.
pub fn reference() -> String {
    let mut text = String::from(
        "# Errors of the API\n\nEvery error is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `code`, \
         where it helps `field`, and `help`.\nThe codes are stable; the sentences are not.\n\n\
         | code | status | meaning | how to mend it |\n|---|---|---|---|\n",
    );
    for code in Code::ALL {
        let (name, status, title, help) = (code.name(), code.status().as_u16(), code.title(), code.help());
        text.push_str(&format!("| `{name}` | {status} | {title} | {help} |\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_of_errors_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
        let held = std::fs::read_to_string(path).unwrap_or_default();
        if held != reference() {
            std::fs::write(path, reference()).expect("writes the reference");
            panic!("docs/errors.md was stale; it has been written anew, commit it");
        }
    }

    #[test]
    fn what_the_database_cannot_take_now_may_come_again() {
        let unavailable = StoreError::Unavailable(std::sync::Arc::new(std::fmt::Error));
        for (error, code) in [
            (StoreError::Overloaded, "overloaded"),
            (StoreError::DiskFull, "disk_full"),
            (unavailable, "unavailable"),
        ] {
            let problem = Problem::from(error);
            assert_eq!(problem.code.name(), code);
            let response = problem.into_response();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(response.headers().contains_key(header::RETRY_AFTER), "{code}");
        }
        let faulty = Problem::from(StoreError::Corrupt { what: "the secret".into() });
        assert_eq!(faulty.code, Code::Internal);
        assert!(!faulty.detail.contains("secret"));
    }

    #[test]
    fn codes_are_unique() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
