//! `/api/v1/knowledge/suggestions`: what the knowledge could learn from talk.

pub(crate) mod accept;
pub(crate) mod dismiss;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod refresh;

use desk::{knowledge::KnowledgeError, suggestions::SuggestError};

use super::diff::faulty;
use crate::problem::{Code, Problem};

fn problem(error: SuggestError) -> Problem {
    let detail = error.to_string();
    match error {
        SuggestError::NotFound => Problem::new(Code::NotFound, detail),
        SuggestError::Decided(_) | SuggestError::OtherKind { .. } => Problem::new(Code::InvalidMove, detail),
        SuggestError::Edit(edit) => match edit.field() {
            Some(field) => Problem::invalid_field(field, detail),
            None => Problem::new(Code::KnowledgeFaulty, detail),
        },
        SuggestError::Store(error) => error.into(),
        // The base is this server's to know, not the caller's.
        SuggestError::Knowledge(KnowledgeError::Outdated { .. }) => Problem::new(Code::InvalidMove, detail),
        SuggestError::Knowledge(error) => faulty(error),
        SuggestError::Lost => Problem::new(Code::Internal, detail),
    }
}
