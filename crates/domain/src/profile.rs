//! What is known of a contact, each fact with the message that it came from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Timestamp, id::MessageId, recommendation::ShownOffer};

/// New buyers have no order yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerType {
    #[default]
    New,
    Existing,
}

impl CustomerType {
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
        }
    }
}

/// One remembered fact. Keys: `industry` (an id), `purchase_scale` (`{number, unit, period}`), `budget`, `target_price`, `role`,
/// `region`, `urgency`, `preference:*`, `objection:*`, `opt_out`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileFact {
    pub key: String,
    pub value: Value,
    /// Within 0..1.
    pub confidence: f64,
    pub evidence: MessageId,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The newest fact of each key; older, contradicting ones stand in `superseded`.
    pub facts: Vec<ProfileFact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub superseded: Vec<ProfileFact>,
    #[serde(rename = "type", default)]
    pub customer_type: CustomerType,
    /// `vip` and the like: from the owner's rules or a trusted caller, never from the buyer's words.
    pub tier: Option<String>,
    /// The buyer's messages.
    #[serde(default)]
    pub message_count: u32,
    #[serde(default)]
    pub conversation_count: u32,
    #[serde(default)]
    pub last_active: Option<Timestamp>,
    /// What was recommended to him lately, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<ShownOffer>,
}

impl Eq for Profile {}

/// How many superseded facts are kept.
const SUPERSEDED_KEPT: usize = 20;
/// How many offers are remembered.
const OFFERS_KEPT: usize = 20;

impl Profile {
    pub fn fact(&self, key: &str) -> Option<&ProfileFact> {
        self.facts.iter().find(|fact| fact.key == key)
    }

    /// Takes in a fact: the same value again refreshes it, another value supersedes the older one, which is kept.
    pub fn learn(&mut self, fact: ProfileFact) {
        let Some(known) = self.facts.iter_mut().find(|known| known.key == fact.key) else {
            self.facts.push(fact);
            return;
        };
        if known.value == fact.value {
            known.confidence = known.confidence.max(fact.confidence);
            known.at = fact.at;
            return;
        }
        let older = std::mem::replace(known, fact);
        self.superseded.push(older);
        if self.superseded.len() > SUPERSEDED_KEPT {
            self.superseded.remove(0);
        }
    }

    /// Remembers what was recommended.
    pub fn remember_offer(&mut self, offer: ShownOffer) {
        self.offers.push(offer);
        let forgotten = self.offers.len().saturating_sub(OFFERS_KEPT);
        self.offers.drain(..forgotten);
    }

    pub fn is_vip(&self) -> bool {
        self.tier.as_deref().is_some_and(|tier| tier.eq_ignore_ascii_case("vip"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id;

    fn fact(value: &str, at: i64) -> ProfileFact {
        let at = Timestamp::from_millis(at);
        let evidence = MessageId::from_ulid(id::compose(at, 1));
        ProfileFact { key: "industry".into(), value: Value::from(value), confidence: 0.8, evidence, at }
    }

    #[test]
    fn a_contradiction_keeps_both_and_prefers_the_newer() {
        let mut profile = Profile::default();
        profile.learn(fact("textiles", 1));
        profile.learn(fact("automotive_parts", 2));
        assert_eq!(profile.fact("industry").map(|f| &f.value), Some(&Value::from("automotive_parts")));
        assert_eq!(profile.superseded.len(), 1);
    }

    #[test]
    fn the_same_value_again_keeps_its_first_evidence() {
        let mut profile = Profile::default();
        profile.learn(fact("textiles", 1));
        let first = profile.facts[0].evidence;
        profile.learn(fact("textiles", 2));
        assert_eq!((profile.facts.len(), profile.facts[0].evidence), (1, first));
        assert_eq!(profile.facts[0].at, Timestamp::from_millis(2));
    }
}
