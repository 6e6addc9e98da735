#![doc = include_str!("../README.md")]

pub mod audit;
pub mod buyer;
pub mod echo;
pub mod faults;
pub mod http;
pub mod ledger;
pub mod load;
pub mod machine;
pub mod postgres;
pub mod random;
pub mod replay;
pub mod results;
pub mod search;
pub mod server;
pub mod shim;
pub mod traffic;
