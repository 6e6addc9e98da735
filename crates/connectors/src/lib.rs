#![doc = include_str!("../README.md")]

pub mod channel;
pub mod document;
#[cfg(feature = "encoder")]
pub mod encoder;
pub mod notify;
