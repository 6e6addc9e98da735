//! The API, described: made of the same list as the router, with the schemas of the types that are really read and written.

pub(crate) mod turn;

use axum::http::Method;
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::{
    access::{Access, COOKIE},
    api::endpoints,
    endpoint::{Content, Endpoint, Shape, shape},
    live::LiveEvent,
    problem::{Code, ProblemBody},
};

/// The OpenAPI 3.1 document of every route.
pub fn document() -> Value {
    let endpoints = endpoints();
    let mut paths = Map::new();
    let mut schemas = Schemas::default();
    schemas.add(&shape::<ProblemBody<'static>>());
    schemas.add(&shape::<LiveEvent>());
    for endpoint in &endpoints {
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let operation = operation(endpoint, &mut schemas);
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(method, operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Zhanggui",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
            "description": "Customer service and sales for B2B commerce. Errors are problem+json with a stable `code`; lists are \
                paged by cursor; times are RFC 3339 in UTC; money is in integer minor units.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.named,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
                "session": {
                    "type": "apiKey", "in": "cookie", "name": COOKIE,
                    "description": "The console's session; changes are taken from the console's own pages only.",
                },
                "visitor": {"type": "http", "scheme": "bearer", "description": "A visitor's secret of the chat widget."},
            },
        },
    })
}

#[derive(Default)]
struct Schemas {
    named: Map<String, Value>,
}

impl Schemas {
    /// Adds a schema with those beneath it and gives the reference to it.
    fn add(&mut self, shape: &Shape) -> Value {
        let mut found: Vec<(String, RefOr<Schema>)> = Vec::new();
        (shape.collect)(&mut found);
        for (name, schema) in found {
            let schema = serde_json::to_value(schema).unwrap_or_default();
            self.named.entry(name).or_insert(schema);
        }
        reference(&shape.name)
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn operation(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    for answer in &endpoint.answers {
        let content = content(&answer.content, schemas);
        let mut response = json!({"description": answer.description});
        if let (Some(response), Some(content)) = (response.as_object_mut(), content) {
            response.insert("content".to_owned(), content);
        }
        responses.insert(answer.status.to_string(), response);
    }
    for (status, codes) in problems(endpoint) {
        let names: Vec<_> = codes.iter().map(|code| format!("`{}`", code.name())).collect();
        responses.insert(
            status.to_string(),
            json!({
                "description": names.join(", "),
                "content": {"application/problem+json": {"schema": reference("Problem")}},
            }),
        );
    }
    let mut operation = json!({
        "summary": endpoint.summary,
        "operationId": operation_id(endpoint),
        "tags": [tag(endpoint.path)],
        "security": security(endpoint.access),
        "parameters": parameters(endpoint),
        "responses": responses,
    });
    if let (Some(operation), Access::Role(role) | Access::LoopbackOr(role)) =
        (operation.as_object_mut(), endpoint.access)
    {
        operation.insert("x-role".to_owned(), role.name().into());
    }
    if let (Some(operation), Some(body)) = (operation.as_object_mut(), &endpoint.body) {
        let required = !endpoint.body_is_optional;
        let body =
            json!({"required": required, "content": {"application/json": {"schema": schemas.add(body)}}});
        operation.insert("requestBody".to_owned(), body);
    }
    operation
}

fn content(content: &Content, schemas: &mut Schemas) -> Option<Value> {
    Some(match content {
        Content::Nothing => return None,
        Content::Json(shape) => json!({"application/json": {"schema": schemas.add(shape)}}),
        Content::PageOf(shape) => json!({"application/json": {"schema": {
            "type": "object",
            "required": ["items"],
            "properties": {
                "items": {"type": "array", "items": schemas.add(shape)},
                "next": {
                    "type": ["string", "null"],
                    "description": "Give it as `after` for the next page; null on the last one.",
                },
            },
        }}}),
        Content::EventStream => json!({"text/event-stream": {"schema": {"type": "string"}}}),
        Content::Text(media) => json!({ *media: {"schema": {}} }),
    })
}

/// Every code that the endpoint may answer with, by status.
fn problems(endpoint: &Endpoint) -> Vec<(u16, Vec<Code>)> {
    let mut codes = endpoint.problems.clone();
    match endpoint.access {
        Access::Public => {}
        Access::Visitor => codes.push(Code::Unauthenticated),
        Access::Role(_) | Access::LoopbackOr(_) => {
            codes.extend([Code::Unauthenticated, Code::Forbidden]);
            if endpoint.method != Method::GET {
                codes.push(Code::CrossSite);
            }
        }
    }
    if endpoint.body.is_some() {
        codes.extend([
            Code::MalformedJson,
            Code::MissingField,
            Code::UnknownField,
            Code::InvalidField,
            Code::BodyTimeout,
            Code::TooLarge,
            Code::UnsupportedMediaType,
        ]);
    }
    if !endpoint.parameters.is_empty() {
        codes.push(Code::InvalidParameter);
    }
    if endpoint.path.contains('{') {
        codes.push(Code::NotFound);
    }
    codes.extend([Code::Internal, Code::Overloaded, Code::Unavailable]);
    let mut by_status: Vec<(u16, Vec<Code>)> = Vec::new();
    for code in codes {
        let status = code.status().as_u16();
        match by_status.iter_mut().find(|(known, _)| *known == status) {
            Some((_, known)) if known.contains(&code) => {}
            Some((_, known)) => known.push(code),
            None => by_status.push((status, vec![code])),
        }
    }
    by_status.sort_by_key(|(status, _)| *status);
    by_status
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    let in_path = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let others = endpoint.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "in": parameter.place,
            "required": false,
            "description": parameter.description,
            "schema": parameter.schema,
        })
    });
    in_path.chain(others).collect()
}

fn security(access: Access) -> Value {
    match access {
        Access::Public => json!([]),
        Access::Visitor => json!([{"visitor": []}]),
        Access::Role(_) => json!([{"token": []}, {"session": []}]),
        Access::LoopbackOr(_) => json!([{}, {"token": []}, {"session": []}]),
    }
}

/// `GET /api/v1/conversations/{id}/turns` is `get_conversations_id_turns`.
fn operation_id(endpoint: &Endpoint) -> String {
    let words = endpoint.path.trim_start_matches("/api").trim_start_matches("/v1");
    let words: Vec<_> =
        words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!("{}_{}", endpoint.method.as_str().to_ascii_lowercase(), words.join("_"))
}

fn tag(path: &str) -> &str {
    if path.starts_with("/q/") {
        return "quotes";
    }
    path.strip_prefix("/api/v1/").and_then(|rest| rest.split('/').next()).unwrap_or("system")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_every_reference_resolves() {
        let document = document();
        for endpoint in endpoints() {
            let method = endpoint.method.as_str().to_ascii_lowercase();
            let operation = &document["paths"][endpoint.path][&method];
            assert!(operation.is_object(), "{method} {}", endpoint.path);
            assert!(!endpoint.answers.is_empty(), "{method} {} answers nothing", endpoint.path);
            let open = operation["security"].as_array().is_some_and(Vec::is_empty);
            assert_eq!(open, endpoint.access == Access::Public, "{method} {}", endpoint.path);
        }
        let mut references = Vec::new();
        collect(&document, &mut references);
        for reference in references {
            let name = reference.trim_start_matches("#/components/schemas/");
            assert!(document["components"]["schemas"][name].is_object(), "{reference} is not there");
        }
    }

    fn collect(value: &Value, references: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|value| collect(value, references));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
            _ => {}
        }
    }

    #[test]
    fn operation_ids_are_unique() {
        let ids: Vec<_> = endpoints().iter().map(operation_id).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
    }

    /// Whatever else is open to everyone needs a reason and a line here.
    #[test]
    fn only_a_short_list_of_routes_is_open() {
        let open: Vec<_> = endpoints()
            .iter()
            .filter(|endpoint| endpoint.access == Access::Public)
            .map(|endpoint| format!("{} {}", endpoint.method, endpoint.path))
            .collect();
        assert_eq!(
            open,
            [
                // Whoever has the secret of the link is the buyer.
                "GET /q/{token}",
                "POST /q/{token}/accept",
                "GET /q/{token}/quote.pdf",
                "GET /q/{token}/quote.xlsx",
                "POST /api/v1/session",
                "POST /api/v1/session/setup",
                "POST /api/v1/widget/session",
                "GET /healthz",
                "GET /readyz",
                "GET /api/openapi.json",
            ]
        );
    }
}
