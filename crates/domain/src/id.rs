//! One typed, prefixed, time-ordered id per entity.
//!
//! The text form (`cnv_01jd…`, prefix and 26 lower-case Crockford letters) is the same in URLs, logs, the API and both databases.
//! To add an entity, add a line to the list at the end of this file.

use std::{fmt, str::FromStr};

use ulid::Ulid;

use crate::Timestamp;

/// Text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid id; expected `{prefix}` followed by 26 letters and digits")]
pub struct InvalidId {
    pub prefix: &'static str,
    pub text: String,
}

/// Builds the 128 bits of an id: 48 bits of milliseconds, then 80 bits drawn by the caller.
pub fn compose(now: Timestamp, random: u128) -> Ulid {
    Ulid::from_parts(now.millis().max(0) as u64, random)
}

fn parse(prefix: &'static str, text: &str) -> Result<Ulid, InvalidId> {
    let invalid = || InvalidId { prefix, text: text.chars().take(64).collect() };
    let rest = text.strip_prefix(prefix).ok_or_else(invalid)?;
    if rest.len() != 26 || rest.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(invalid());
    }
    Ulid::from_string(rest).map_err(|_| invalid())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// Wraps 128 bits made by [`compose`].
            pub const fn from_ulid(ulid: Ulid) -> Self {
                Self(ulid)
            }

            pub const fn ulid(self) -> Ulid {
                self.0
            }

            /// The time that [`compose`] was given.
            pub fn made_at(self) -> Timestamp {
                Timestamp::from_millis(i64::try_from(self.0.timestamp_ms()).unwrap_or(i64::MAX))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut buffer = [0; ulid::ULID_LEN];
                let text = self.0.array_to_str(&mut buffer);
                text.make_ascii_lowercase();
                f.write_str($prefix)?;
                f.write_str(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse($prefix, text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A person who works at the shop.
    AgentId = "agt_";
    /// A request that goes further than the assistant may go.
    ApprovalId = "apr_";
    /// A firm that buys.
    CompanyId = "cmp_";
    /// A person at a buying firm, or one who has not said where he works.
    ContactId = "con_";
    ConversationId = "cnv_";
    EventId = "evt_";
    HandoffId = "hnd_";
    /// A contact as one inbox knows it.
    IdentityId = "idn_";
    InboxId = "inb_";
    LeadId = "led_";
    MessageId = "msg_";
    /// One past order of a company or contact.
    OrderId = "ord_";
    OutboxId = "out_";
    /// One line of the ledger of what was offered.
    PromiseId = "prm_";
    /// One version of a quote.
    QuoteId = "quo_";
    /// What the knowledge could learn from talk.
    SuggestionId = "sug_";
    TokenId = "tok_";
    TurnId = "trn_";
}

/// The shop's own product id (`P001`), as written in its knowledge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ProductId(pub String);

impl ProductId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ProductId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_round_trips_and_sorts_by_time() {
        let early = ConversationId::from_ulid(compose(Timestamp::from_millis(1_000), u128::MAX));
        let late = ConversationId::from_ulid(compose(Timestamp::from_millis(2_000), 0));
        assert_eq!(early.to_string().parse(), Ok(early));
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.to_string().len(), 30);
        assert_eq!(early.made_at(), Timestamp::from_millis(1_000));
        assert_eq!(ConversationId::from_ulid(early.ulid()), early);
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let turn = TurnId::from_ulid(compose(Timestamp::from_millis(1), 1)).to_string();
        assert!(turn.parse::<ConversationId>().is_err());
        assert!("cnv_".parse::<ConversationId>().is_err());
        assert!("cnv_01JD0000000000000000000000".parse::<ConversationId>().is_err(), "one text per id");
    }
}
