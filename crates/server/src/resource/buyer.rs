//! Contacts, their profiles, and companies.

use std::collections::BTreeMap;

use domain::{
    Timestamp, contact as stored,
    merge::{self, HintKind, Pair},
    profile::{self, ProfileFact},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A person who may buy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Contact {
    /// `con_…`
    id: String,
    name: Option<String>,
    company_id: Option<String>,
    company_name: Option<String>,
    /// `claimed` (the buyer says so) or `verified`.
    company_link: Option<&'static str>,
    attributes: BTreeMap<String, String>,
    /// The contact that this one was joined to.
    merged_into: Option<String>,
    profile: Profile,
    /// What this contact's open deal needs, as far as it was said; each value with the message it came from.
    #[schema(value_type = Object)]
    requirement: Value,
    created_at: String,
    updated_at: String,
}

/// What is known of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Profile {
    facts: Vec<Fact>,
    /// Older facts that newer ones contradict.
    superseded: Vec<Fact>,
    /// What people took away and nothing new was said of since.
    removed: Vec<RemovedFact>,
    /// `new` or `existing`.
    #[serde(rename = "type")]
    customer_type: &'static str,
    tier: Option<String>,
    message_count: u32,
    last_active: Option<String>,
}

/// A remembered fact.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RememberedFact)]
pub struct Fact {
    key: String,
    value: Value,
    /// Within 0 to 1: what is left of it by now. Half of it goes in a half-life, which is days for a hurry and years for an industry.
    confidence: f64,
    /// Days since it was said last, or set.
    age_days: i64,
    /// The message that it came from (`msg_…`), or the person who set it (`agt_…`).
    evidence: String,
    at: String,
}

/// A fact that a person took away.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedFact {
    key: String,
    /// `agt_…`
    by: String,
    at: String,
}

/// A contact with the ways to reach him.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactDetail {
    #[serde(flatten)]
    pub contact: Contact,
    pub identities: Vec<Identity>,
}

/// A contact as one inbox knows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Identity {
    id: String,
    inbox_id: String,
    external_id: String,
    contact_id: String,
}

/// A firm that buys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Company {
    /// `cmp_…`
    id: String,
    name: String,
    /// The company that this one was joined to.
    merged_into: Option<String>,
    created_at: String,
}

/// Two that may be one, for a person to join (`POST …/{from}/merge`) or to dismiss.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MergeProposal {
    /// `contact` or `company`.
    kind: &'static str,
    /// The younger one: `con_…` or `cmp_…`
    from: String,
    /// The older one, to join it to.
    into: String,
    /// What they have in common.
    hints: Vec<Hint>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MergeHint)]
pub(crate) struct Hint {
    /// `phone`, `email`, `unionid`, `email_domain` or `company_name`. What a buyer says of himself is his word alone.
    #[schema(value_type = String)]
    kind: HintKind,
    value: String,
}

impl From<merge::MergeProposal> for MergeProposal {
    fn from(proposal: merge::MergeProposal) -> Self {
        let [from, into] = proposal.pair.ids();
        let kind = match proposal.pair {
            Pair::Contacts { .. } => "contact",
            Pair::Companies { .. } => "company",
        };
        let hints = proposal.hints.into_iter().map(|hint| Hint { kind: hint.kind, value: hint.value });
        Self { kind, from, into, hints: hints.collect() }
    }
}

impl Fact {
    /// As it is seen at `now`.
    pub(crate) fn seen(fact: ProfileFact, now: Timestamp) -> Self {
        Self {
            confidence: fact.confidence_at(now),
            age_days: fact.age_days(now),
            key: fact.key,
            value: fact.value,
            evidence: fact.evidence.to_string(),
            at: fact.at.to_string(),
        }
    }
}

impl From<profile::RemovedFact> for RemovedFact {
    fn from(removed: profile::RemovedFact) -> Self {
        Self { key: removed.key, by: removed.by.to_string(), at: removed.at.to_string() }
    }
}

impl Profile {
    fn seen(profile: profile::Profile, now: Timestamp) -> Self {
        let seen = |facts: Vec<ProfileFact>| facts.into_iter().map(|fact| Fact::seen(fact, now)).collect();
        Self {
            facts: seen(profile.facts),
            superseded: seen(profile.superseded),
            removed: profile.removed.into_iter().map(Into::into).collect(),
            customer_type: profile.customer_type.name(),
            tier: profile.tier,
            message_count: profile.message_count,
            last_active: profile.last_active.map(|at| at.to_string()),
        }
    }
}

impl Contact {
    /// As he is known at `now`.
    pub fn seen(contact: stored::Contact, now: Timestamp) -> Self {
        Self {
            id: contact.id.to_string(),
            name: contact.name,
            company_id: contact.company.map(|company| company.to_string()),
            company_name: contact.company_name,
            company_link: contact.company_link.map(stored::CompanyLink::name),
            attributes: contact.attributes,
            merged_into: contact.merged_into.map(|into| into.to_string()),
            profile: Profile::seen(contact.profile, now),
            requirement: serde_json::to_value(contact.requirement).unwrap_or_default(),
            created_at: contact.created_at.to_string(),
            updated_at: contact.updated_at.to_string(),
        }
    }
}

impl From<stored::Identity> for Identity {
    fn from(identity: stored::Identity) -> Self {
        Self {
            id: identity.id.to_string(),
            inbox_id: identity.inbox.to_string(),
            external_id: identity.external_id,
            contact_id: identity.contact.to_string(),
        }
    }
}

impl From<stored::Company> for Company {
    fn from(company: stored::Company) -> Self {
        Self {
            id: company.id.to_string(),
            name: company.name,
            merged_into: company.merged_into.map(|into| into.to_string()),
            created_at: company.created_at.to_string(),
        }
    }
}
