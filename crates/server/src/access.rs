//! Who may call what. Every endpoint says it; nothing is open by omission.

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::Response,
};
use desk::agents::{Principal, Role, hash_secret};
use domain::id::AgentId;

use crate::{
    AppState,
    problem::{Code, Problem},
};

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone. The test of access holds the list of these.
    Public,
    /// A visitor of the widget, by the secret that stands for him.
    Visitor,
    /// A principal with this role or one above it, by API token or console session.
    Role(Role),
    /// A program on this machine, or a principal with this role.
    LoopbackOr(Role),
}

/// How a principal showed who he is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    Token(String),
    Session(String),
}

/// The principal who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub principal: Principal,
    pub proof: Proof,
}

/// The visitor who calls: what stands for him in the inbox `web`.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub external_id: String,
}

/// The address at the other end of the connection; never what a header says. [`Address`] is for the throttles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub std::net::SocketAddr);

/// Where a request comes from, for the throttles: the connection's other end, or who a trusted proxy says that it passes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address(pub String);

impl FromRequestParts<AppState> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
        Ok(address(peer, &parts.headers, &state.options.trusted_proxies))
    }
}

fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Address {
    let Some(peer) = peer.map(|peer| peer.to_canonical()) else { return Address("unknown".to_owned()) };
    let is_trusted = |address: &IpAddr| address.is_loopback() || trusted.contains(address);
    let mut address = peer;
    if is_trusted(&peer) {
        // Each proxy adds whom it heard at the end: what stands before the last one that is not trusted, anybody may have written.
        let values = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
        let entries = values.flat_map(|value| value.rsplit(','));
        for entry in entries {
            let Ok(entry) = entry.trim().parse::<IpAddr>() else { break };
            address = entry.to_canonical();
            if !is_trusted(&address) {
                break;
            }
        }
    }
    Address(address.to_string())
}

pub(crate) const COOKIE: &str = "zhanggui_session";
pub(crate) const VISITOR_PREFIX: &str = "vis_";

impl Caller {
    /// The person or program as one who can own conversations.
    pub fn agent(&self) -> Result<AgentId, Problem> {
        self.principal
            .agent
            .ok_or_else(|| Problem::new(Code::Forbidden, "this token cannot own conversations"))
    }

    /// What only programs of the shop may say of a buyer.
    pub const fn is_trusted_program(&self) -> bool {
        matches!(self.proof, Proof::Token(_))
    }

    /// Whether the proof still holds: tokens are revoked, sessions end.
    pub async fn still_allowed(&self, state: &AppState) -> bool {
        let principal = match &self.proof {
            Proof::Token(secret) => state.desk.principal_of_token(secret).await,
            Proof::Session(secret) => state.desk.principal_of_session(secret).await,
        };
        // A database that does not answer is no reason to send everyone away.
        principal.map_or(true, |principal| principal.is_some_and(|now| now.role >= self.principal.role))
    }
}

/// The middleware in front of each endpoint.
pub(crate) async fn authorize(
    State((state, access)): State<(AppState, Access)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    match access {
        Access::Public => {}
        Access::Visitor => {
            let visitor = visitor(request.headers())?;
            request.extensions_mut().insert(visitor);
        }
        Access::LoopbackOr(_) if is_local(&request) => {}
        Access::Role(least) | Access::LoopbackOr(least) => {
            let caller = identify(&state, request.method(), request.headers()).await?;
            if caller.principal.role < least {
                return Err(Problem::new(
                    Code::Forbidden,
                    format!(
                        "this needs the role {}; yours is {}",
                        least.name(),
                        caller.principal.role.name()
                    ),
                ));
            }
            request.extensions_mut().insert(caller);
        }
    }
    Ok(next.run(request).await)
}

/// Who calls, by token or else by session.
async fn identify(state: &AppState, method: &Method, headers: &HeaderMap) -> Result<Caller, Problem> {
    if let Some(secret) = bearer(headers)? {
        let principal = state.desk.principal_of_token(secret).await?;
        let principal = principal.ok_or_else(|| {
            Problem::new(Code::Unauthenticated, "the token is not known, has expired or has been revoked")
        })?;
        return Ok(Caller { principal, proof: Proof::Token(secret.to_owned()) });
    }
    let secret = session_cookie(headers)
        .ok_or_else(|| Problem::new(Code::Unauthenticated, "there is no token and no session"))?;
    if !matches!(*method, Method::GET | Method::HEAD) {
        same_origin(headers)?;
    }
    let principal = state.desk.principal_of_session(secret).await?;
    let principal = principal
        .ok_or_else(|| Problem::new(Code::Unauthenticated, "the session has ended; sign in again"))?;
    Ok(Caller { principal, proof: Proof::Session(secret.to_owned()) })
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let secret = value.to_str().ok().and_then(|value| {
        let (scheme, secret) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim())
    });
    match secret {
        Some(secret) if !secret.is_empty() && secret.len() <= 512 => Ok(Some(secret)),
        _ => Err(Problem::new(Code::Unauthenticated, "the Authorization header is not `Bearer` and a token")),
    }
}

/// The secret of the console's session, if the request brings one.
pub(crate) fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .filter(|secret| !secret.is_empty())
}

/// Refuses what another site made the browser send. Browsers say where a request comes from; what does not say it is refused too.
pub(crate) fn same_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let origin = text(header::ORIGIN);
    let origin_matches = origin.is_some_and(|origin| {
        origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
    });
    match (site, origin) {
        (Some("same-origin"), None) => Ok(()),
        (None | Some("same-origin"), Some(_)) if origin_matches => Ok(()),
        _ => Err(Problem::new(Code::CrossSite, "the request does not come from the console's own pages")),
    }
}

/// The visitor's secret is its own proof: what stands for him in the inbox is its hash, so nobody can make a secret that fits him.
pub(crate) fn visitor(headers: &HeaderMap) -> Result<Visitor, Problem> {
    let secret = bearer(headers)?
        .filter(|secret| {
            secret
                .strip_prefix(VISITOR_PREFIX)
                .is_some_and(|digits| digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
        })
        .ok_or_else(|| {
            Problem::new(Code::Unauthenticated, "there is no visitor token")
                .with_help("`POST /api/v1/widget/session` gives one.")
        })?;
    Ok(Visitor { external_id: hash_secret(secret) })
}

/// Whether the request comes from this machine and was not passed on by a proxy, which would make everyone look local.
fn is_local(request: &Request) -> bool {
    let passed_on = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    let local =
        request.extensions().get::<Peer>().is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
    local && !passed_on.iter().any(|&name| request.headers().contains_key(name))
}

macro_rules! from_extensions {
    ($type:ident) => {
        impl FromRequestParts<AppState> for $type {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
                // Not there only where an endpoint asks for what its access does not give: closed rather than open.
                let found = parts.extensions.get::<Self>().cloned();
                found.ok_or_else(|| Problem::new(Code::Unauthenticated, "nobody is signed in"))
            }
        }
    };
}

from_extensions!(Caller);
from_extensions!(Visitor);

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|&(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
            .collect()
    }

    #[test]
    fn only_the_consoles_own_pages_change_anything_by_session() {
        let check = |pairs: &[(&'static str, &str)], expected: bool| {
            let mut all = vec![("host", "desk.example:8080")];
            all.extend_from_slice(pairs);
            assert_eq!(same_origin(&headers(&all)).is_ok(), expected, "{pairs:?}");
        };
        check(&[("origin", "https://desk.example:8080"), ("sec-fetch-site", "same-origin")], true);
        check(&[("origin", "http://desk.example:8080")], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "https://evil.example")], false);
        check(&[("origin", "https://desk.example:8080.evil.example")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "https://desk.example:8080")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "none")], false);
    }

    #[test]
    fn the_session_cookie_is_found_among_others() {
        let check = |cookie: &str, expected: Option<&str>| {
            assert_eq!(session_cookie(&headers(&[("cookie", cookie)])), expected, "{cookie}");
        };
        check("a=b; zhanggui_session=abc; c=d", Some("abc"));
        check("zhanggui_session=", None);
        check("zhanggui_sessionx=abc", None);
        check("xzhanggui_session=abc", None);
    }

    #[test]
    fn whom_a_proxy_passes_on_is_believed_of_those_that_are_trusted() {
        let check = |peer: &str, forwarded: &[&str], expected: &str| {
            let trusted = ["10.0.0.7".parse().expect("an address")];
            let pairs: Vec<_> = forwarded.iter().map(|value| ("x-forwarded-for", *value)).collect();
            let mut all = HeaderMap::new();
            for (name, value) in pairs {
                all.append(name, value.parse().expect("a value"));
            }
            let Address(found) = address(peer.parse().ok(), &all, &trusted);
            assert_eq!(found, expected, "{peer} {forwarded:?}");
        };
        check("203.0.113.9", &[], "203.0.113.9");
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.7", &["6.6.6.6, 198.51.100.1"], "198.51.100.1");
        check("127.0.0.1", &["6.6.6.6", "198.51.100.1, 10.0.0.7"], "198.51.100.1");
        check("10.0.0.8", &["198.51.100.1"], "10.0.0.8");
        check("127.0.0.1", &["unknown"], "127.0.0.1");
        check("127.0.0.1", &[], "127.0.0.1");
        check("nobody", &["198.51.100.1"], "unknown");
    }

    #[test]
    fn a_visitor_is_the_hash_of_his_secret() {
        let secret = format!("vis_{}", "0a".repeat(32));
        let bearer = format!("Bearer {secret}");
        let visitor_of = |value: &str| visitor(&headers(&[("authorization", value)]));
        assert_eq!(visitor_of(&bearer).map(|visitor| visitor.external_id), Ok(hash_secret(&secret)));
        for bad in ["Bearer zg_1234", "Bearer vis_12", "Basic abc", "Bearer ", ""] {
            assert!(visitor_of(bad).is_err(), "{bad}");
        }
    }
}
