//! Proposals that two contacts are one person, or two companies one firm. They are for people to decide: nothing is ever joined by itself.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{AgentId, CompanyId, ContactId},
};

/// What two of them have in common. A name is none: there are many Wangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HintKind {
    Phone,
    Email,
    /// WeChat's id of a person for all accounts of one shop.
    Unionid,
    /// Contacts of both companies write from one domain, which is no provider of free mail.
    EmailDomain,
    /// The names of the companies, but for case, signs and the legal form.
    CompanyName,
}

/// One thing in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hint {
    pub kind: HintKind,
    pub value: String,
}

/// The two, the older one second: it is the one to join to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pair {
    Contacts { from: ContactId, into: ContactId },
    Companies { from: CompanyId, into: CompanyId },
}

impl Pair {
    /// The ids as text, `from` first.
    pub fn ids(&self) -> [String; 2] {
        match self {
            Self::Contacts { from, into } => [from.to_string(), into.to_string()],
            Self::Companies { from, into } => [from.to_string(), into.to_string()],
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeProposal {
    pub pair: Pair,
    /// In order of their kinds, never empty.
    pub hints: Vec<Hint>,
}

/// Somebody at the shop said that the two are not one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DismissedMerge {
    /// As in [`Pair::ids`].
    pub ids: [String; 2],
    pub by: AgentId,
    pub at: Timestamp,
}
