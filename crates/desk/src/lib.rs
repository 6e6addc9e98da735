#![doc = include_str!("../README.md")]

pub mod agents;
pub mod approvals;
pub mod assist;
mod colleagues;
pub mod conversations;
mod deliver;
mod desk;
pub mod follow_ups;
pub mod inquiry;
pub mod insights;
pub mod knowledge;
pub mod leads;
pub mod live;
mod merges;
pub mod models;
pub mod orders;
pub mod ports;
mod profiles;
pub mod quotes;
pub mod receive;
pub mod replay;
pub mod suggestions;
pub mod system;
mod turn;
mod wording;
mod work;

pub use desk::{Desk, DeskOptions, Overrides, Ports, StartError};
