//! An endpoint: method, path, who may call it, what it takes and gives. The router and the OpenAPI document are made of the same list.

use axum::{
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{AppState, access::Access, problem::Code};

/// A named schema and how to bring it and those beneath it into the document.
#[derive(Clone)]
pub(crate) struct Shape {
    pub name: String,
    pub collect: fn(&mut Vec<(String, RefOr<Schema>)>),
}

/// What a response holds.
#[derive(Clone)]
pub(crate) enum Content {
    Json(Shape),
    /// `{"items": […], "next": …}`.
    PageOf(Shape),
    EventStream,
    Text(&'static str),
    Nothing,
}

pub(crate) struct Answer {
    pub status: u16,
    pub description: &'static str,
    pub content: Content,
}

/// A parameter of the query or a header.
pub(crate) struct Parameter {
    pub name: &'static str,
    pub place: &'static str,
    pub description: &'static str,
    pub schema: serde_json::Value,
}

pub(crate) struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub summary: &'static str,
    pub parameters: Vec<Parameter>,
    pub body: Option<Shape>,
    /// Whether the body may be left out.
    pub body_is_optional: bool,
    /// Bytes of the largest body, where it may be larger than others.
    pub body_limit: Option<usize>,
    pub answers: Vec<Answer>,
    /// Beyond those that access, body and paging bring with them.
    pub problems: Vec<Code>,
    pub handler: MethodRouter<AppState>,
}

impl Endpoint {
    fn new<H, T>(
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self {
            method,
            path,
            access,
            summary,
            parameters: Vec::new(),
            body: None,
            body_is_optional: false,
            body_limit: None,
            answers: Vec::new(),
            problems: Vec::new(),
            handler: on(filter, handler),
        }
    }

    /// The body that it takes, as JSON.
    pub fn takes<T: ToSchema>(mut self) -> Self {
        self.body = Some(shape::<T>());
        self
    }

    /// The body that it takes, as JSON, or none.
    pub fn may_take<T: ToSchema>(mut self) -> Self {
        self.body_is_optional = true;
        self.takes::<T>()
    }

    /// Bodies up to so many bytes, where the limit for all is too narrow.
    pub fn up_to(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    pub fn gives<T: ToSchema>(self, description: &'static str) -> Self {
        self.answers(200, description, Content::Json(shape::<T>()))
    }

    /// A page of a list, with its parameters.
    pub fn gives_pages_of<T: ToSchema>(self, description: &'static str) -> Self {
        let limit = serde_json::json!({"type": "integer", "minimum": 1, "maximum": crate::extract::PAGE_MAX, "default": 50});
        self.answers(200, description, Content::PageOf(shape::<T>()))
            .parameter("after", "the `next` of the page before", serde_json::json!({"type": "string"}))
            .parameter("limit", "how many items at most", limit)
            .fails(&[Code::InvalidCursor])
    }

    pub fn answers(mut self, status: u16, description: &'static str, content: Content) -> Self {
        self.answers.push(Answer { status, description, content });
        self
    }

    pub fn parameter(
        mut self,
        name: &'static str,
        description: &'static str,
        schema: serde_json::Value,
    ) -> Self {
        self.parameters.push(Parameter { name, place: "query", description, schema });
        self
    }

    pub fn header(mut self, name: &'static str, description: &'static str) -> Self {
        let schema = serde_json::json!({"type": "string"});
        self.parameters.push(Parameter { name, place: "header", description, schema });
        self
    }

    pub fn fails(mut self, codes: &[Code]) -> Self {
        self.problems.extend_from_slice(codes);
        self
    }
}

pub(crate) fn get<H, T>(path: &'static str, access: Access, summary: &'static str, handler: H) -> Endpoint
where
    H: Handler<T, AppState>,
    T: 'static,
{
    Endpoint::new(Method::GET, MethodFilter::GET, path, access, summary, handler)
}

pub(crate) fn post<H, T>(path: &'static str, access: Access, summary: &'static str, handler: H) -> Endpoint
where
    H: Handler<T, AppState>,
    T: 'static,
{
    Endpoint::new(Method::POST, MethodFilter::POST, path, access, summary, handler)
}

pub(crate) fn patch<H, T>(path: &'static str, access: Access, summary: &'static str, handler: H) -> Endpoint
where
    H: Handler<T, AppState>,
    T: 'static,
{
    Endpoint::new(Method::PATCH, MethodFilter::PATCH, path, access, summary, handler)
}

pub(crate) fn delete<H, T>(path: &'static str, access: Access, summary: &'static str, handler: H) -> Endpoint
where
    H: Handler<T, AppState>,
    T: 'static,
{
    Endpoint::new(Method::DELETE, MethodFilter::DELETE, path, access, summary, handler)
}

pub(crate) fn shape<T: ToSchema>() -> Shape {
    Shape {
        name: T::name().into_owned(),
        collect: |schemas| {
            schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
            T::schemas(schemas);
        },
    }
}
