//! `/api/v1/knowledge/suggestions`: what the knowledge could learn from talk.

pub(crate) mod accept;
pub(crate) mod dismiss;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod refresh;

use desk::{knowledge::KnowledgeError, suggestions::SuggestError};

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
        SuggestError::Knowledge(KnowledgeError::Store(error)) | SuggestError::Store(error) => error.into(),
        SuggestError::Knowledge(_) => Problem::new(Code::KnowledgeFaulty, detail),
        SuggestError::Lost => Problem::new(Code::Internal, detail),
    }
}
