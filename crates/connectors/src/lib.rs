#![doc = include_str!("../README.md")]

pub mod channel;
pub mod document;
pub mod notify;
