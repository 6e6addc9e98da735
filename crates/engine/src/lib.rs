#![doc = include_str!("../README.md")]

pub mod authority;
pub mod clock;
pub mod document;
pub mod expression;
pub mod facts;
pub mod follow_up;
pub mod identity;
pub mod insights;
pub mod knowledge;
pub mod lead;
pub mod learning;
pub mod models;
pub mod negotiation;
pub mod plan;
pub mod pricing;
pub mod profile;
pub mod quote;
pub mod recommendation;
pub mod reply;
pub mod requirement;
pub mod routing;
pub mod search;
pub mod situation;
mod stage;
mod strategy;
pub mod suggestions;
pub mod turn;
