//! One command, one file.

pub mod chat;
pub mod check;
pub mod doctor;
pub mod eval;
pub mod import;
pub mod knowledge;
pub mod replay;
pub mod serve;
pub mod test;
pub mod token;
