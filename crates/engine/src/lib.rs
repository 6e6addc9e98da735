#![doc = include_str!("../README.md")]

pub mod document;
pub mod expression;
pub mod facts;
pub mod knowledge;
mod lead;
pub mod plan;
pub mod pricing;
mod profile;
pub mod quote;
mod recommendation;
pub mod reply;
pub mod requirement;
pub mod routing;
pub mod search;
pub mod situation;
mod stage;
mod strategy;
pub mod turn;
