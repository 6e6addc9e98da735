//! What is known of a contact, each fact with the message that it came from or the person who set it.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Timestamp,
    id::{AgentId, MessageId},
    recommendation::ShownOffer,
};

/// The confidence of what the buyer said in so many words.
pub const STATED: f64 = 0.9;
/// The confidence of what follows from his words.
pub const INFERRED: f64 = 0.7;
/// The confidence of what a person set.
pub const EDITED: f64 = 1.0;

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

/// Where a fact comes from; the text form is the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Evidence {
    /// The buyer's words.
    Message(MessageId),
    /// A person at the shop set it.
    Agent(AgentId),
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(id) => id.fmt(f),
            Self::Agent(id) => id.fmt(f),
        }
    }
}

/// One remembered fact. Keys: `industry` (an id), `purchase_scale` (`{number, unit, period}`), `budget`, `target_price`, `role`,
/// `region`, `urgency`, `person`, `company`, `phone`, `email`, `wechat_id`, `language` (`zh`, `en`), `preference:*` (by attribute),
/// `objection:*`, `rival:*` (by id), `opt_out`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileFact {
    pub key: String,
    pub value: Value,
    /// Within 0..1, when it was said; [`ProfileFact::confidence_at`] tells what is left of it.
    pub confidence: f64,
    pub evidence: Evidence,
    /// When it was said last, or set.
    pub at: Timestamp,
}

impl ProfileFact {
    pub fn is_edited(&self) -> bool {
        matches!(self.evidence, Evidence::Agent(_))
    }

    /// Whole days since it was said last, or set.
    pub fn age_days(&self, now: Timestamp) -> i64 {
        now.since(self.at).max(0) / DAY_MILLIS
    }

    /// What is left of the confidence at `now`, within 0..1: half of it after each half-life of its kind, in between along a straight line;
    /// in thousandths, so that it is the same on every machine. It is never stored.
    pub fn confidence_at(&self, now: Timestamp) -> f64 {
        let Some(days) = half_life_days(&self.key) else { return self.confidence };
        let (age, half) = (now.since(self.at).max(0), days * DAY_MILLIS);
        let fresh = (self.confidence * 1_000.0).round() as i64;
        let halved = fresh >> (age / half).min(62);
        let left = halved - halved * (age % half) / (2 * half);
        left as f64 / 1_000.0
    }

    /// Whether it is too old to be counted on.
    pub fn has_faded(&self, now: Timestamp) -> bool {
        self.confidence_at(now) < FADED
    }
}

/// Milliseconds of a day.
const DAY_MILLIS: i64 = 24 * 3_600_000;
/// A fact counts for nothing once less than this is left of its confidence.
pub const FADED: f64 = 0.3;

/// After how many days half of a fact's confidence is left: a hurry passes in days, a budget in weeks, a trade in years. `None` where time
/// changes nothing: who wants to be left alone is, until he says otherwise.
pub fn half_life_days(key: &str) -> Option<i64> {
    let kind = key.split_once(':').map_or(key, |(kind, _)| kind);
    match kind {
        "opt_out" => None,
        "urgency" => Some(7),
        "budget" | "target_price" => Some(30),
        "objection" => Some(60),
        "preference" | "rival" => Some(180),
        "purchase_scale" => Some(365),
        "region" | "role" => Some(2 * 365),
        _ => Some(3 * 365),
    }
}

/// What a person changed in a profile at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileEdit {
    pub by: AgentId,
    pub at: Timestamp,
    /// The value of each key; `None` takes the fact away.
    pub facts: BTreeMap<String, Option<Value>>,
}

/// A fact that a person took away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedFact {
    pub key: String,
    pub by: AgentId,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The newest fact of each key; older, contradicting ones stand in `superseded`.
    pub facts: Vec<ProfileFact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub superseded: Vec<ProfileFact>,
    /// What people took away and nothing new was said of since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedFact>,
    /// How often people edited it. A turn that started from another number is taken again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub edits: u32,
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

/// Keys of what holds for a whole company, whoever of its people says it. All else is personal.
const OF_COMPANY: [&str; 2] = ["industry", "purchase_scale"];

/// What verified contacts of one company told of it: of each key the fact that was said last.
pub fn of_company<'p>(profiles: impl IntoIterator<Item = &'p Profile>) -> Vec<ProfileFact> {
    let told = profiles.into_iter().flat_map(|profile| &profile.facts);
    let mut newest: BTreeMap<&str, &ProfileFact> = BTreeMap::new();
    for fact in told.filter(|fact| OF_COMPANY.contains(&fact.key.as_str())) {
        let order = |fact: &ProfileFact| (fact.at, fact.evidence.to_string());
        newest
            .entry(&fact.key)
            .and_modify(|known| {
                if order(fact) > order(known) {
                    *known = fact;
                }
            })
            .or_insert(fact);
    }
    newest.into_values().cloned().collect()
}

/// How many superseded facts are kept.
const SUPERSEDED_KEPT: usize = 20;
/// How many offers are remembered.
const OFFERS_KEPT: usize = 20;

impl Profile {
    pub fn fact(&self, key: &str) -> Option<&ProfileFact> {
        self.facts.iter().find(|fact| fact.key == key)
    }

    /// Takes in what a message says: the same value again refreshes it, another value supersedes the older one, which is kept. What a
    /// person set or took away stands until the buyer states something new.
    pub fn learn(&mut self, fact: ProfileFact) {
        if self.is_overruled(&fact) {
            return;
        }
        self.removed.retain(|removed| removed.key != fact.key);
        let Some(known) = self.facts.iter_mut().find(|known| known.key == fact.key) else {
            self.facts.push(fact);
            return;
        };
        if known.value != fact.value {
            let older = std::mem::replace(known, fact);
            self.supersede(older);
        } else if !known.is_edited() {
            // What was half forgotten is as sure as what brings it back.
            known.confidence = known.confidence_at(fact.at).max(fact.confidence);
            known.at = fact.at;
        }
    }

    /// Takes in what a person changed; what it replaces is kept.
    pub fn edit(&mut self, edit: &ProfileEdit) {
        self.edits = self.edits.saturating_add(1);
        for (key, value) in &edit.facts {
            if let Some(place) = self.facts.iter().position(|known| &known.key == key) {
                let older = self.facts.remove(place);
                self.supersede(older);
            }
            self.removed.retain(|removed| &removed.key != key);
            match value {
                Some(value) => self.facts.push(ProfileFact {
                    key: key.clone(),
                    value: value.clone(),
                    confidence: EDITED,
                    evidence: Evidence::Agent(edit.by),
                    at: edit.at,
                }),
                None => self.removed.push(RemovedFact { key: key.clone(), by: edit.by, at: edit.at }),
            }
        }
    }

    /// Whether a person took the fact away and it was not stated since.
    pub fn is_removed(&self, key: &str) -> bool {
        self.removed.iter().any(|removed| removed.key == key)
    }

    /// Whether a person's edit stands against what a message says. It yields to a statement, but not to the very one that it corrected: the
    /// same words would be misread the same way again. What the buyer does not want is his to say, as often as he likes.
    fn is_overruled(&self, fact: &ProfileFact) -> bool {
        let set = self.fact(&fact.key).filter(|known| known.is_edited()).map(|known| known.at);
        let removed = self.removed.iter().find(|removed| removed.key == fact.key).map(|removed| removed.at);
        let Some(edited_at) = set.or(removed) else { return false };
        let is_wish = fact.key == "opt_out" || fact.key.starts_with("objection:");
        let was_corrected = |older: &ProfileFact| {
            older.key == fact.key && older.value == fact.value && !older.is_edited() && older.at <= edited_at
        };
        fact.confidence < STATED || (!is_wish && self.superseded.iter().any(was_corrected))
    }

    fn supersede(&mut self, older: ProfileFact) {
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id;

    fn fact(value: &str, at: i64) -> ProfileFact {
        let at = Timestamp::from_millis(at);
        let evidence = Evidence::Message(MessageId::from_ulid(id::compose(at, 1)));
        ProfileFact { key: "industry".into(), value: Value::from(value), confidence: STATED, evidence, at }
    }

    fn edit(key: &str, value: Option<Value>, at: i64) -> ProfileEdit {
        let at = Timestamp::from_millis(at);
        let by = AgentId::from_ulid(id::compose(at, 7));
        ProfileEdit { by, at, facts: BTreeMap::from([(key.to_owned(), value)]) }
    }

    fn industry(profile: &Profile) -> Option<&str> {
        profile.fact("industry").and_then(|fact| fact.value.as_str())
    }

    #[test]
    fn an_edit_stands_against_what_it_corrected_and_against_guesses() {
        let mut profile = Profile::default();
        profile.learn(fact("textiles", 1));
        profile.edit(&edit("industry", Some("logistics".into()), 2));
        profile.learn(fact("textiles", 3));
        profile.learn(ProfileFact { confidence: INFERRED, ..fact("electronics", 4) });
        profile.learn(fact("logistics", 5));
        let known = profile.fact("industry").expect("a fact");
        assert_eq!((known.value.as_str(), known.is_edited()), (Some("logistics"), true));
        assert_eq!((known.at, known.confidence, profile.edits), (Timestamp::from_millis(2), EDITED, 1));
        assert_eq!(profile.superseded.len(), 1);
    }

    #[test]
    fn a_new_statement_is_preferred_to_an_edit_which_is_kept() {
        let mut profile = Profile::default();
        profile.edit(&edit("industry", Some("logistics".into()), 2));
        profile.learn(fact("electronics", 3));
        assert_eq!(industry(&profile), Some("electronics"));
        assert!(profile.superseded[0].is_edited());
    }

    #[test]
    fn what_a_person_took_away_comes_back_by_a_new_statement_alone() {
        let mut profile = Profile::default();
        profile.learn(fact("textiles", 1));
        profile.edit(&edit("industry", None, 2));
        profile.learn(fact("textiles", 3));
        profile.learn(ProfileFact { confidence: INFERRED, ..fact("logistics", 4) });
        assert_eq!((industry(&profile), profile.is_removed("industry")), (None, true));
        profile.learn(fact("logistics", 5));
        assert_eq!((industry(&profile), profile.is_removed("industry")), (Some("logistics"), false));
    }

    #[test]
    fn what_the_buyer_does_not_want_is_his_to_say_again() {
        for key in ["opt_out", "objection:P001"] {
            let refused =
                |at| ProfileFact { key: key.into(), value: Value::Bool(true), ..fact("textiles", at) };
            let mut profile = Profile::default();
            profile.learn(refused(1));
            profile.edit(&edit(key, None, 2));
            profile.learn(refused(3));
            assert!(profile.fact(key).is_some_and(|fact| !fact.is_edited()), "{key}");
        }
    }

    #[test]
    fn evidence_is_written_as_its_id() {
        let agent = Evidence::Agent(AgentId::from_ulid(id::compose(Timestamp::from_millis(1), 7)));
        for evidence in [agent, fact("textiles", 1).evidence] {
            let written = serde_json::to_value(evidence).expect("writes");
            assert_eq!(written, Value::from(evidence.to_string()));
            assert_eq!(serde_json::from_value::<Evidence>(written).expect("reads"), evidence);
        }
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

    #[test]
    fn confidence_halves_with_age_by_kind() {
        let check = |key: &str, days: i64, expected: f64| {
            let said = ProfileFact { key: key.into(), ..fact("x", 5) };
            let now = Timestamp::from_millis(5 + days * DAY_MILLIS);
            assert_eq!(
                (said.confidence_at(now), said.age_days(now)),
                (expected, days),
                "{key} after {days} days"
            );
            assert_eq!(said.has_faded(now), expected < FADED);
        };
        check("urgency", 0, 0.9);
        check("urgency", 7, 0.45);
        check("urgency", 14, 0.225);
        check("budget", 15, 0.675);
        check("budget", 60, 0.225);
        check("industry", 365, 0.75);
        check("industry", 3 * 365, 0.45);
        check("objection:P001", 60, 0.45);
        check("opt_out", 4_000, 0.9);
        check("urgency", 100_000, 0.0);
        // By a clock that is behind, it is as new as can be.
        let said = fact("x", DAY_MILLIS);
        assert_eq!(
            (said.confidence_at(Timestamp::from_millis(0)), said.age_days(Timestamp::from_millis(0))),
            (0.9, 0)
        );
        // It only ever falls.
        let at = |hour: i64| said.confidence_at(Timestamp::from_millis(DAY_MILLIS + hour * 3_600_000));
        assert!((0..60_000).all(|hour| at(hour + 1) <= at(hour)));
    }

    #[test]
    fn what_comes_back_after_long_is_as_sure_as_what_brings_it() {
        let year = 365 * DAY_MILLIS;
        let mut profile = Profile::default();
        profile.learn(fact("textiles", 0));
        profile.learn(ProfileFact { confidence: INFERRED, ..fact("textiles", 3 * year) });
        assert_eq!((profile.facts[0].confidence, profile.superseded.len()), (INFERRED, 0));
        profile.learn(ProfileFact { confidence: 0.1, ..fact("textiles", 3 * year + 1) });
        assert!(profile.facts[0].confidence > 0.69, "{:?}", profile.facts[0]);
    }

    #[test]
    fn a_company_shares_its_trade_and_nothing_personal() {
        let mut one = Profile::default();
        one.learn(fact("textiles", 1));
        for key in ["urgency", "budget", "region", "role", "opt_out", "objection:price", "phone", "language"]
        {
            one.learn(ProfileFact { key: key.into(), ..fact("x", 9) });
        }
        let mut other = Profile::default();
        other.learn(fact("ceramics", 2));
        other.learn(ProfileFact { key: "purchase_scale".into(), ..fact("200", 1) });
        let told = |profiles: [&Profile; 2]| {
            let facts = of_company(profiles).into_iter();
            facts.map(|fact| format!("{}={}", fact.key, fact.value)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told([&one, &other]), r#"industry="ceramics" purchase_scale="200""#);
        assert_eq!(told([&other, &one]), told([&one, &other]));
        assert_eq!(of_company([]), []);
    }
}
