#![doc = include_str!("../README.md")]

mod access;
mod api;
mod endpoint;
pub mod envelope;
mod extract;
mod live;
mod observe;
mod openapi;
mod pages;
pub mod problem;
pub mod quote_page;
mod resource;
mod router;
mod serve;
mod state;
mod throttle;

pub use openapi::document as openapi_document;
pub use router::router;
pub use serve::serve;
pub use state::{AppState, ServerOptions};
