//! Signing in to the console.

pub(crate) mod close;
pub(crate) mod open;
pub(crate) mod read;
pub(crate) mod set_up;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use desk::agents::{Session, SignInError};

use crate::{
    AppState,
    access::{Address, COOKIE, same_origin},
    problem::{Code, Problem},
    resource::operation::Me,
};

/// Seconds that the browser keeps the cookie; the server ends the session after the same time.
const MAX_AGE: u32 = 12 * 3_600;

/// Runs a sign-in. Failures of one address are counted, and beyond so many it is told to wait: secrets of 256 bits need no more, and
/// whoever has one comes in even where others behind the same proxy try their luck.
async fn sign_in(
    state: &AppState,
    Address(address): Address,
    headers: &HeaderMap,
    attempt: impl Future<Output = Result<Session, SignInError>>,
) -> Result<Response, Problem> {
    // A page of another site must not sign anyone in either. Programs send no origin.
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        same_origin(headers)?;
    }
    match attempt.await {
        Ok(session) => Ok(signed_in(state, session)),
        Err(error @ (SignInError::LinkUsed | SignInError::UnknownToken)) => {
            metrics::counter!("sign_ins_failed_total").increment(1);
            // Beyond the limit the log is spared, too.
            state.sign_ins.take(&address, state.desk.now()).map_err(|seconds| {
                Problem::new(Code::TooManyRequests, "too many sign-ins failed from this address")
                    .retry_after(seconds)
            })?;
            tracing::warn!(peer.address = address, "a sign-in failed");
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

fn signed_in(state: &AppState, session: Session) -> Response {
    let cookie = cookie(state, session.secret.reveal(), MAX_AGE);
    ([(header::SET_COOKIE, cookie)], axum::Json(Me::from(session.principal))).into_response()
}

fn cookie(state: &AppState, secret: &str, max_age: u32) -> HeaderValue {
    let secure = if state.options.https { "; Secure" } else { "" };
    let text = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}");
    HeaderValue::from_str(&text).expect("secrets are hexadecimal digits")
}
