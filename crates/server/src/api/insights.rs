//! `/api/v1/insights`: figures, and the cases behind them.

pub(crate) mod cases;
pub(crate) mod figures;

use desk::{
    Desk,
    insights::{InsightsError, InsightsQuery},
};
use domain::id::InboxId;
use serde_json::json;

use crate::{
    endpoint::Endpoint,
    extract::one_of,
    problem::{Code, Problem},
};

/// The parameters that name a range.
fn ranged(endpoint: Endpoint) -> Endpoint {
    let date = json!({"type": "string", "format": "date"});
    endpoint
        .parameter("from", "the first day, in the shop's time zone; without it, thirty days", date.clone())
        .parameter("to", "the last day; without it, today", date)
        .parameter("inbox", "only conversations of this inbox, by name", json!({"type": "string"}))
}

/// What is asked by the parameters of [`ranged`].
fn query(
    desk: &Desk,
    from: Option<String>,
    to: Option<String>,
    inbox: Option<&str>,
) -> Result<InsightsQuery, Problem> {
    let inboxes = desk.inboxes();
    let id_of = |name: &str| -> Option<InboxId> {
        inboxes.iter().find(|inbox| inbox.name == name).map(|inbox| inbox.id)
    };
    let names: Vec<&str> = inboxes.iter().map(|inbox| inbox.name.as_str()).collect();
    let inbox = inbox.map(|name| {
        one_of(&names, name, id_of).map_err(|detail| Problem::invalid_parameter("inbox", detail))
    });
    Ok(InsightsQuery { first: from, last: to, inbox: inbox.transpose()? })
}

fn problem(error: InsightsError) -> Problem {
    match error {
        InsightsError::Range => Problem::invalid_parameter("from", error.to_string()),
        InsightsError::Lost => Problem::new(Code::Internal, error.to_string()),
        InsightsError::Store(error) => error.into(),
    }
}
