//! `GET /q/{token}`: the buyer's page of a quote. Whoever has the link may read it while it holds.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    language::ReplyLanguage,
    quote::{Quote, QuoteStatus},
};

use super::InLanguage;
use crate::{
    AppState,
    access::Access,
    endpoint::{Content, Endpoint, get},
    problem::Problem,
    quote_page::{self, Links, Notice},
};

/// Styles of our own, one form to ourselves, and nothing else: there is no script on the page.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn endpoint() -> Endpoint {
    get("/q/{token}", Access::Public, "The buyer's page of a quote", page)
        .answers(200, "the page", Content::Text("text/html"))
        .answers(410, "the quote is over, with what the buyer can do", Content::Text("text/html"))
}

/// What a link opens now.
pub(super) enum Opened {
    /// Sent and not over, or accepted.
    Quote(Box<Quote>),
    Over(Notice),
}

/// Looks a link up. A link that is not ours and a quote that was never sent look the same.
pub(super) async fn open(state: &AppState, token: &str) -> Result<Opened, Problem> {
    let Some(quote) = state.desk.quote_by_token(token).await? else {
        return Ok(Opened::Over(Notice::Unknown));
    };
    let label = state.desk.quote_label(&quote);
    Ok(match quote.status {
        QuoteStatus::Accepted => Opened::Quote(Box::new(quote)),
        QuoteStatus::Sent if state.desk.now() < quote.expires_at => Opened::Quote(Box::new(quote)),
        QuoteStatus::Sent | QuoteStatus::Expired => Opened::Over(Notice::Expired { label }),
        QuoteStatus::Rejected => Opened::Over(Notice::Withdrawn { label }),
        QuoteStatus::Superseded => {
            let newest = state.desk.newest_version(quote.id).await?;
            let newest = newest.filter(|newest| newest.status.is_public()).map(|newest| newest.token);
            Opened::Over(Notice::Superseded { label, newest })
        }
        QuoteStatus::Draft | QuoteStatus::WaitingApproval => Opened::Over(Notice::Unknown),
    })
}

async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(wanted): Query<std::collections::HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // A buyer's page is shown whatever stands behind its address.
    let wanted = InLanguage { lang: wanted.get("lang").cloned() }.language().unwrap_or_default();
    let language = |own: ReplyLanguage| wanted.unwrap_or(own);
    let (status, html) = match open(&state, &token).await? {
        Opened::Quote(quote) => {
            let language = language(quote.content.language);
            let document = state.desk.quote_document(&quote, Some(language));
            let links = Links {
                stylesheet: "quote.css".into(),
                pdf: format!("{token}/quote.pdf?lang={}", document.language),
                xlsx: format!("{token}/quote.xlsx?lang={}", document.language),
                accept: quote.is_acceptable(state.desk.now()).then(|| format!("{token}/accept")),
                other_language: Some(format!(
                    "{token}?lang={}",
                    if document.language == "zh" { "en" } else { "zh" }
                )),
            };
            let accepted = quote.status == QuoteStatus::Accepted;
            (StatusCode::OK, quote_page::quote(&document, &links, accepted))
        }
        Opened::Over(notice) => {
            let status =
                if matches!(notice, Notice::Unknown) { StatusCode::NOT_FOUND } else { StatusCode::GONE };
            (status, quote_page::notice(&notice, language(speaks(&headers))))
        }
    };
    Ok(answer(status, html))
}

/// The language of the browser, where there is no quote that tells.
pub(super) fn speaks(headers: &HeaderMap) -> ReplyLanguage {
    let languages =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("zh");
    if languages.to_ascii_lowercase().starts_with("zh") { ReplyLanguage::Zh } else { ReplyLanguage::En }
}

pub(super) fn answer(status: StatusCode, html: String) -> Response {
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    response
}
