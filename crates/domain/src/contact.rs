//! The people and firms that buy.
//!
//! A *contact* has *identities*, one per inbox and external id. Joining two contacts is a reversible link
//! ([`Contact::merged_into`]) that moves no rows; conversations belong to an identity. What a contact says of the firm he works for
//! is a *claim*; only a *verified* link opens that firm's prices, orders and shared facts.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{CompanyId, ContactId, IdentityId, InboxId},
    profile::Profile,
    requirement::Requirement,
};

/// How sure it is that a contact belongs to a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompanyLink {
    /// The buyer says so.
    Claimed,
    /// A person, the CRM, a proven phone or e-mail, or a trusted API caller says so.
    Verified,
}

impl CompanyLink {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Verified => "verified",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    pub id: CompanyId,
    pub name: String,
    /// Set when this company was joined to another one; cleared when they are parted again.
    #[serde(default)]
    pub merged_into: Option<CompanyId>,
    /// Those that were joined to it, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Self>,
    pub created_at: Timestamp,
}

impl Company {
    /// Whether `id` is this company or one that was joined to it.
    pub fn is(&self, id: CompanyId) -> bool {
        self.ids().any(|own| own == id)
    }

    /// Its own id and those of the companies that were joined to it.
    pub fn ids(&self) -> impl Iterator<Item = CompanyId> {
        std::iter::once(self.id).chain(self.joined.iter().map(|joined| joined.id))
    }
}

/// Attributes that came with a contact (`region`, `tier` …). Values are short text.
pub type Attributes = std::collections::BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub name: Option<String>,
    pub company: Option<CompanyId>,
    /// The company as the contact or the caller named it.
    pub company_name: Option<String>,
    pub company_link: Option<CompanyLink>,
    pub attributes: Attributes,
    pub profile: Profile,
    /// What this contact's open deal needs. It outlives conversations.
    pub requirement: Requirement,
    /// Set when this contact was joined to another one; cleared when they are parted again.
    pub merged_into: Option<ContactId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Contact {
    pub fn new(id: ContactId, now: Timestamp) -> Self {
        Self {
            id,
            name: None,
            company: None,
            company_name: None,
            company_link: None,
            attributes: Attributes::new(),
            profile: Profile::default(),
            requirement: Requirement::default(),
            merged_into: None,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn is_verified(&self) -> bool {
        self.company.is_some() && self.company_link == Some(CompanyLink::Verified)
    }
}

/// A contact as one inbox knows it; unique per inbox and external id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub id: IdentityId,
    pub inbox: InboxId,
    pub external_id: String,
    pub contact: ContactId,
}
