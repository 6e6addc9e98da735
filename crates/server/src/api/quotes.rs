//! Quotes: for people at the shop below `/api/v1/quotes`, for the buyer by the secret of his link below `/q`.

pub(crate) mod accept;
pub(crate) mod approve;
pub(crate) mod file;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod page_accept;
pub(crate) mod page_file;
pub(crate) mod read;
pub(crate) mod reject;
pub(crate) mod revise;
pub(crate) mod send;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use desk::quotes::{Form, PaperError, ReviseError};
use domain::{language::ReplyLanguage, quote::Quote};
use serde::Deserialize;

use crate::{
    AppState,
    problem::{Code, Problem},
};

/// In which language a paper is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InLanguage {
    lang: Option<String>,
}

impl InLanguage {
    fn language(&self) -> Result<Option<ReplyLanguage>, Problem> {
        match self.lang.as_deref() {
            None => Ok(None),
            Some("zh") => Ok(Some(ReplyLanguage::Zh)),
            Some("en") => Ok(Some(ReplyLanguage::En)),
            Some(_) => Err(Problem::invalid_parameter("lang", "`lang` is one of zh, en")),
        }
    }
}

impl From<PaperError> for Problem {
    fn from(error: PaperError) -> Self {
        match &error {
            PaperError::Render(desk::ports::RenderError::NotReady { .. }) => {
                Self::new(Code::CannotDraw, error.to_string())
            }
            _ => Self::internal(&error),
        }
    }
}

impl From<ReviseError> for Problem {
    fn from(error: ReviseError) -> Self {
        match error {
            ReviseError::Problem(problem) => Self::invalid_field(problem.field(), problem.to_string()),
            ReviseError::Change(error) => error.into(),
        }
    }
}

/// A file to keep, under the quote's number.
async fn file(
    state: &AppState,
    quote: &Quote,
    form: Form,
    language: Option<ReplyLanguage>,
) -> Result<Response, Problem> {
    let bytes = state.desk.quote_file(quote, form, language).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    let name = format!("attachment; filename=\"{}.{}\"", state.desk.quote_label(quote), form.ending());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
