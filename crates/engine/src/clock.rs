//! The day and the hour where the shop is. Publishing refuses a zone that nobody knows, so that UTC stands in for none but a test's.

use domain::Timestamp;
use jiff::{Zoned, civil::Date, tz::TimeZone};

use crate::knowledge::Knowledge;

/// A zone by its IANA name.
pub(crate) fn zone(timezone: &str) -> TimeZone {
    TimeZone::get(timezone).unwrap_or(TimeZone::UTC)
}

pub fn local(knowledge: &Knowledge, at: Timestamp) -> Zoned {
    at.to_jiff().to_zoned(zone(&knowledge.shop.timezone))
}

/// The day of an instant.
pub fn date(knowledge: &Knowledge, at: Timestamp) -> Date {
    local(knowledge, at).date()
}

/// The instant at which a day begins; `None` beyond the range of instants.
pub fn start_of_day(knowledge: &Knowledge, date: Date) -> Option<Timestamp> {
    let start = date.to_zoned(zone(&knowledge.shop.timezone)).ok()?;
    Some(Timestamp::from_millis(start.timestamp().as_millisecond()))
}
