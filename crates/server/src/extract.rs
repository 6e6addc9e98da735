//! Bodies, queries and ids from requests; whatever does not fit becomes a problem that names where.

use std::{
    fmt::{self, Display},
    marker::PhantomData,
    str::FromStr,
};

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};
use store::Page;
use utoipa::ToSchema;

use crate::{
    AppState,
    problem::{Code, Problem},
};

/// Bytes of the largest body that the endpoint takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit(pub usize);

/// A JSON body within the endpoint's limit that arrives within `body_timeout`.
pub(crate) struct Json<T>(pub T);

/// The same, but the body may be left out: then it is as if an empty object had come.
pub(crate) struct Given<T>(pub T);

/// The query of a list or a page.
pub(crate) struct Params<T>(pub T);

/// The id in the path.
pub(crate) struct Id<T>(pub T);

/// Which part of a list is wanted.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// How many items a page has where nobody says.
const PAGE_DEFAULT: u32 = 50;
pub(crate) const PAGE_MAX: u32 = 500;

/// A page by its `after` and `limit`.
pub(crate) fn page(after: Option<String>, limit: Option<u32>) -> Result<Page, Problem> {
    let limit = limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid_parameter("limit", format!("`limit` must be from 1 to {PAGE_MAX}")));
    }
    Ok(Page { after, limit })
}

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Code::UnsupportedMediaType, "the content type is not application/json"));
        }
        let limit = request.extensions().get::<BodyLimit>().map_or(state.options.body_limit, |limit| limit.0);
        let too_large = || Problem::new(Code::TooLarge, format!("the body is larger than {limit} bytes"));
        // Said beforehand, nothing need be read.
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length =
            length.and_then(|length| length.to_str().ok()).and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let body = tokio::time::timeout(state.options.body_timeout, read(request.into_body(), limit)).await;
        let body = body
            .map_err(|_| Problem::new(Code::BodyTimeout, "the body did not arrive in time"))?
            .map_err(|error| {
                if error.is::<LengthLimitError>() {
                    too_large()
                } else {
                    Problem::new(Code::MalformedJson, "the body ended before it was complete")
                }
            })?;
        parse(&body).map(Self)
    }
}

async fn read(body: Body, limit: usize) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Limited::new(body, limit).collect().await?.to_bytes())
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// A value that must come as a JSON object. Left alone, serde also takes the array of a struct's values.
#[derive(Debug, Default)]
pub(crate) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// Reads a JSON object; an error names the path of the field and, for a name that is not known, the nearest that is.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let Object(value) = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            // The position adds nothing to the path.
            let text = inner.to_string();
            let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
            misfit(&path, text, Code::InvalidField)
        } else {
            malformed(&inner)
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(Code::MalformedJson, format!("the body is not JSON: {error}"))
}

/// Makes a problem of what serde says of a value at `path`.
fn misfit(path: &str, text: &str, otherwise: Code) -> Problem {
    let path = if path == "." { "" } else { path };
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let field = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        return Problem::new(Code::MissingField, format!("`{field}` is missing")).at(field);
    }
    if let Some(rest) = text.strip_prefix("unknown field `") {
        let (name, known) = rest.split_once("`, ").unwrap_or((rest.trim_end_matches('`'), ""));
        let parent = path.strip_suffix(name).map_or(path, |parent| parent.trim_end_matches('.'));
        let field = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let field: String = field.chars().take(200).collect();
        let problem = Problem::new(Code::UnknownField, format!("`{field}` is not known")).at(field);
        return match nearest(name, known) {
            Some(right) => problem.with_help(format!("Did you mean `{right}`?")),
            None => problem,
        };
    }
    let text: String = text.chars().take(300).collect();
    let detail = if path.is_empty() { text } else { format!("`{path}`: {text}") };
    let problem = Problem::new(otherwise, detail);
    if path.is_empty() { problem } else { problem.at(path) }
}

/// The name among "expected one of `a`, `b`" that is most like `name`.
fn nearest<'a>(name: &str, known: &'a str) -> Option<&'a str> {
    let name: String = name.chars().take(64).collect();
    known
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|candidate| (strsim::damerau_levenshtein(&name, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= 2.max(candidate.len() / 3))
        .min()
        .map(|(_, candidate)| candidate)
}

impl<T: DeserializeOwned + Default> FromRequest<AppState> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let headers = request.headers();
        let says_nothing = !headers.contains_key(header::TRANSFER_ENCODING)
            && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length.as_bytes() == b"0");
        if !headers.contains_key(header::CONTENT_TYPE) && says_nothing {
            return Ok(Self(T::default()));
        }
        Json::from_request(request, state).await.map(|Json(given)| Self(given))
    }
}

impl<T: DeserializeOwned> FromRequestParts<AppState> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let Query(value) = Query::<T>::try_from_uri(&parts.uri).map_err(|rejection| {
            let text = rejection.body_text();
            let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            let (path, text) = match text.split_once(": ") {
                Some((path, rest)) if !path.contains([' ', '`']) => (path, rest),
                _ => ("", text),
            };
            let mut problem = misfit(path, text, Code::InvalidParameter);
            problem.code = Code::InvalidParameter;
            problem
        })?;
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Problem::new(Code::InvalidParameter, "the query contains U+0000; leave it out"));
        }
        Ok(Self(value))
    }
}

impl<T: FromStr<Err: Display> + Send> FromRequestParts<AppState> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::new(Code::NotFound, "the id in the path is not readable"))?;
        text.parse().map(Self).map_err(|error: T::Err| Problem::new(Code::NotFound, error.to_string()))
    }
}

/// An id in a body, whose field is `field`.
pub(crate) fn id_at<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| Problem::invalid_field(field, error.to_string()))
}

/// An id in the query, whose parameter is `name`.
pub(crate) fn id_in<T: FromStr<Err: Display>>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    let parse = |text: &str| {
        text.parse().map_err(|error: T::Err| Problem::invalid_parameter(name, error.to_string()))
    };
    text.map(parse).transpose()
}

/// One of a few names, in a body or a query.
pub(crate) fn one_of<T>(
    names: &[&str],
    given: &str,
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<T, String> {
    from_name(given).ok_or_else(|| {
        let given: String = given.chars().take(64).collect();
        format!("`{given}` is not one of {}", names.join(", "))
    })
}

/// Text that a person or visitor wrote: not empty, not too long, without U+0000.
pub(crate) fn written(field: &'static str, text: &str, max_chars: usize) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::invalid_field(field, format!("`{field}` is empty")));
    }
    if text.chars().count() > max_chars {
        return Err(Problem::invalid_field(
            field,
            format!("`{field}` is longer than {max_chars} characters"),
        ));
    }
    if text.contains('\0') {
        return Err(Problem::invalid_field(field, format!("`{field}` contains U+0000; leave it out")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Outer {
        contact: Object<Inner>,
        wait: Option<bool>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Inner {
        external_id: String,
        attributes: Option<std::collections::BTreeMap<String, String>>,
    }

    fn check(body: &[u8], code: Code, field: Option<&str>) -> Problem {
        let problem = parse::<Outer>(body).expect_err("is refused");
        assert_eq!((problem.code, problem.field.as_deref()), (code, field), "{problem:?}");
        problem
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_path() {
        check(b"{}", Code::MissingField, Some("contact"));
        check(br#"{"contact":{}}"#, Code::MissingField, Some("contact.external_id"));
        check(br#"{"contact":{"external_id":5}}"#, Code::InvalidField, Some("contact.external_id"));
        check(
            br#"{"contact":{"external_id":"a","attributes":{"k":1}}}"#,
            Code::InvalidField,
            Some("contact.attributes.k"),
        );
        check(br#"{"contact":{"external_id":"a"},"wait":"yes"}"#, Code::InvalidField, Some("wait"));
        check(br#"{"contact":{"external_id":"a","external_id":"b"}}"#, Code::InvalidField, Some("contact"));
        check(b"[]", Code::InvalidField, None);
        check(b"5", Code::InvalidField, None);
        check(br#"[{"external_id":"a"},true]"#, Code::InvalidField, None);
        check(br#"{"contact":["a"]}"#, Code::InvalidField, Some("contact"));
    }

    #[test]
    fn an_unknown_name_brings_the_nearest_right_one() {
        let problem =
            check(br#"{"contact":{"externl_id":"a"}}"#, Code::UnknownField, Some("contact.externl_id"));
        assert_eq!(problem.help.as_deref(), Some("Did you mean `external_id`?"));
        let problem = check(br#"{"weight":1}"#, Code::UnknownField, Some("weight"));
        assert_eq!(problem.help, None);
    }

    #[test]
    fn what_is_not_json_is_said_to_be_so() {
        for body in [
            &b""[..],
            b"{",
            br#"{"contact":{"external_id":"a"}} {}"#,
            b"\xff",
            br#"{"contact":{"external_id":"\ud800"}}"#,
            br#"{"contact":{"external_id":"\udc00\ud800"}}"#,
            b"{\"contact\":{\"external_id\":\"\xc3\"}}",
        ] {
            check(body, Code::MalformedJson, None);
        }
    }
}
