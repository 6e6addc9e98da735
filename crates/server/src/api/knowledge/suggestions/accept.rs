//! `POST /api/v1/knowledge/suggestions/{id}/accept`: takes it into the knowledge, as it stands or edited.

use axum::extract::State;
use desk::agents::Role;
use domain::{
    id::{ProductId, SuggestionId},
    suggestion::Proposal,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem;
use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::{Given, Id, written},
    problem::{Code, Problem},
    resource::suggestion::Suggestion,
};

/// What is edited; what is left out stays as it was proposed. Fields that the kind does not have are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SuggestionEdit)]
struct Request {
    /// Of a `faq`.
    #[schema(max_items = 20)]
    questions: Option<Vec<String>>,
    /// Of a `faq`.
    #[schema(min_length = 1, max_length = 4000)]
    answer: Option<String>,
    /// Of an `alias`: the product's id.
    product: Option<String>,
    /// Of an `alias`.
    alias: Option<String>,
    /// Of an `example`.
    #[schema(max_items = 20)]
    examples: Option<Vec<String>>,
    /// Of a `fact`: a number for most fields, names for `certificates`, `payload: 20 kg` for `specs`.
    value: Option<String>,
}

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/knowledge/suggestions/{id}/accept",
        Access::Role(Role::Manager),
        "Takes a suggestion into the knowledge and publishes it",
        accept,
    )
    .may_take::<Request>()
    .gives::<Suggestion>("the suggestion as it is now, with its revision")
    .fails(&[Code::InvalidMove, Code::KnowledgeFaulty])
}

async fn accept(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<SuggestionId>,
    Given(request): Given<Request>,
) -> Result<axum::Json<Suggestion>, Problem> {
    let found = state.desk.store().suggestion(id).await?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound, "there is no such suggestion"))?;
    let edited = edit(found.proposal, request)?;
    let agent = caller.principal.agent;
    let accepted = state.desk.accept_suggestion(id, Some(edited), agent).await.map_err(problem)?;
    Ok(axum::Json(accepted.into()))
}

/// The longest text and the most texts of one suggestion.
const LONGEST: usize = 4_000;
const MOST: usize = 20;

fn edit(mut proposal: Proposal, request: Request) -> Result<Proposal, Problem> {
    let Request { questions, answer, product, alias, examples, value } = request;
    let kind = proposal.kind();
    for (field, text) in [("answer", &answer), ("product", &product), ("alias", &alias), ("value", &value)] {
        if let Some(text) = text {
            written(field, text, LONGEST)?;
        }
    }
    for (field, texts) in [("questions", &questions), ("examples", &examples)] {
        for text in texts.iter().flatten() {
            written(field, text, LONGEST)?;
        }
        if texts.as_ref().is_some_and(|texts| texts.len() > MOST) {
            return Err(Problem::invalid_field(field, format!("`{field}` has more than {MOST} texts")));
        }
    }
    let given = [
        ("questions", questions.is_some(), "faq"),
        ("answer", answer.is_some(), "faq"),
        ("product", product.is_some(), "alias"),
        ("alias", alias.is_some(), "alias"),
        ("examples", examples.is_some(), "example"),
        ("value", value.is_some(), "fact"),
    ];
    if let Some((field, ..)) = given.into_iter().find(|(_, given, of)| *given && *of != kind) {
        return Err(Problem::invalid_field(
            field,
            format!("a suggestion of the kind `{kind}` has no `{field}`"),
        ));
    }
    match &mut proposal {
        Proposal::Faq { questions: old_questions, answer: old_answer } => {
            put(old_questions, questions);
            put(old_answer, answer);
        }
        Proposal::Alias { product: old_product, alias: old_alias } => {
            put(old_product, product.map(|id| Some(ProductId(id))));
            put(old_alias, alias);
        }
        Proposal::Example { examples: old_examples, .. } => put(old_examples, examples),
        Proposal::Fact { value: old_value, .. } => put(old_value, value),
    }
    Ok(proposal)
}

fn put<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}
