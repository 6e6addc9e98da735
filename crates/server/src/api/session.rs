//! Signing in to the console.

pub(crate) mod close;
pub(crate) mod open;
pub(crate) mod read;
pub(crate) mod set_up;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use desk::agents::{Session, SignInError};

use crate::{
    AppState,
    access::{COOKIE, Peer, same_origin},
    problem::{Code, Problem},
    resource::operation::Me,
};

/// Seconds that the browser keeps the cookie; the server ends the session after the same time.
const MAX_AGE: u32 = 12 * 3_600;

/// The address that signs in, for the throttle.
struct Address(String);

impl FromRequestParts<AppState> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>();
        Ok(Self(peer.map_or_else(|| "unknown".to_owned(), |peer| peer.0.ip().to_string())))
    }
}

/// Runs a sign-in unless this address has failed too often; a failure counts.
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
    let now = state.desk.now();
    let throttled = |seconds| {
        Problem::new(Code::TooManyRequests, "too many sign-ins failed from this address").retry_after(seconds)
    };
    state.sign_ins.check(&address, now).map_err(throttled)?;
    match attempt.await {
        Ok(session) => Ok(signed_in(state, session)),
        Err(error @ (SignInError::LinkUsed | SignInError::UnknownToken)) => {
            tracing::warn!(peer.address = address, "a sign-in failed");
            metrics::counter!("sign_ins_failed_total").increment(1);
            // Whether this was the last one allowed shows at the next.
            let _ = state.sign_ins.take(&address, now);
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
    let secure = if state.options.secure_cookies { "; Secure" } else { "" };
    let text = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}");
    HeaderValue::from_str(&text).expect("secrets are hexadecimal digits")
}
