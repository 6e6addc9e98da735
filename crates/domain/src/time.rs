//! Instants in whole milliseconds. The clock itself is a port of the desk.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00Z. Text form: RFC 3339 in UTC with milliseconds (`2026-11-22T08:14:00.000Z`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// Text that is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time; write it as in 2026-11-22T08:14:00Z")]
pub struct InvalidTime(String);

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_millis(hours.saturating_mul(3_600_000))
    }

    /// Milliseconds from `earlier` to `self`, negative where `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    pub fn parse(text: &str) -> Result<Self, InvalidTime> {
        let parsed: jiff::Timestamp =
            text.parse().map_err(|_| InvalidTime(text.chars().take(64).collect()))?;
        Ok(Self(parsed.as_millisecond()))
    }

    /// The same instant as the calendar library sees it; out-of-range values are clamped.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.to_jiff())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_has_milliseconds_and_round_trips() {
        let instant = Timestamp::from_millis(1_795_335_240_000);
        assert_eq!(instant.to_string(), "2026-11-22T08:14:00.000Z");
        assert_eq!(Timestamp::parse("2026-11-22T16:14:00+08:00"), Ok(instant));
        assert!(Timestamp::parse("yesterday").is_err());
    }

    #[test]
    fn times_beyond_the_calendar_are_clamped_not_a_panic() {
        assert!(Timestamp::from_millis(i64::MAX).to_string().starts_with("9999"));
    }
}
