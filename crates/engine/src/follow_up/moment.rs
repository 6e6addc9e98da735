//! When a buyer may be written to.

use domain::{Timestamp, follow_up::SentFollowUp};
use jiff::{
    Zoned,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use super::{HOUR, WEEK, zone};
use crate::{
    clock, facts,
    knowledge::{FollowUpSettings, Knowledge},
    situation::Situation,
};

/// Nothing is looked for further ahead; every move goes to a later hour or day.
const MOST_MOVES: usize = 2_000;

/// The rules of one contact in one inbox.
pub(super) struct Moments<'s> {
    knowledge: &'s Knowledge,
    settings: &'s FollowUpSettings,
    shop: TimeZone,
    buyer: Vec<TimeZone>,
    /// Times of earlier follow-ups, the oldest first.
    sent: Vec<Timestamp>,
    /// The last offer within the talk rests until then.
    offered_until: Option<Timestamp>,
    /// The channel takes nothing after this.
    closes_at: Option<Timestamp>,
}

impl<'s> Moments<'s> {
    pub(super) fn new(situation: &Situation<'s>, sent: &[SentFollowUp], since: Timestamp) -> Self {
        let settings = &situation.knowledge.follow_ups;
        let mut times: Vec<Timestamp> = sent.iter().map(|sent| sent.at).collect();
        times.sort_unstable();
        let window = settings.windows.get(&situation.inbox.name);
        Self {
            knowledge: situation.knowledge,
            settings,
            shop: clock::zone(&situation.knowledge.shop.timezone),
            buyer: zone::of_buyer(situation),
            sent: times,
            offered_until: situation
                .conversation
                .memory
                .last_offer_at
                .map(|offered| offered.plus_hours(situation.knowledge.recommendation.cooldown_hours)),
            closes_at: window.map(|hours| since.plus_hours(*hours)),
        }
    }

    /// The first moment from `from` on, before `until`, at which nothing stands against it.
    pub(super) fn first(&self, from: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let until = self.closes_at.map_or(until, |closes| closes.min(until));
        let mut at = from;
        for _ in 0..MOST_MOVES {
            if at >= until {
                return None;
            }
            match self.later(at) {
                Some(later) if later > at => at = later,
                // A step that does not move on would go round for ever.
                Some(_) => return None,
                None => return Some(at),
            }
        }
        None
    }

    /// The earliest moment at which what stands against `at` may be over; `None` where nothing does.
    fn later(&self, at: Timestamp) -> Option<Timestamp> {
        self.capped(at)
            .or_else(|| self.closed(at))
            .or_else(|| self.buyer.iter().find_map(|zone| self.resting(at, zone)))
    }

    fn capped(&self, at: Timestamp) -> Option<Timestamp> {
        let rest = self.sent.last().map(|last| last.plus_millis(self.settings.rest_hours * HOUR));
        let rest = rest.max(self.offered_until);
        if let Some(rest) = rest.filter(|rest| *rest > at) {
            return Some(rest);
        }
        let week = at.plus_millis(-WEEK);
        let within: Vec<Timestamp> = self.sent.iter().copied().filter(|sent| *sent > week).collect();
        // Once the oldest of the full number is a week old there is room again.
        let oldest =
            within.len().checked_sub(self.settings.max_per_week).and_then(|index| within.get(index))?;
        Some(oldest.plus_millis(WEEK))
    }

    /// On a closed day of the shop nobody could take up the answer.
    fn closed(&self, at: Timestamp) -> Option<Timestamp> {
        let local = at.to_jiff().to_zoned(self.shop.clone());
        facts::is_closed(self.knowledge, local.date()).then(|| next_day(&local)).flatten()
    }

    fn resting(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = at.to_jiff().to_zoned(zone.clone());
        let weekend = matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday);
        if weekend && !self.settings.weekends && !facts::is_extra_workday(self.knowledge, local.date()) {
            return next_day(&local);
        }
        let (from, until) = self.settings.quiet?;
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        let quiet =
            if from < until { (from..until).contains(&minute) } else { minute >= from || minute < until };
        if !quiet {
            return None;
        }
        let day = if minute < until { local.date() } else { local.date().tomorrow().ok()? };
        on(day, until, zone)
    }
}

fn next_day(local: &Zoned) -> Option<Timestamp> {
    on(local.date().tomorrow().ok()?, 0, local.time_zone())
}

fn on(day: Date, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let (hour, minute) = (i8::try_from(minute / 60 % 24).ok()?, i8::try_from(minute % 60).ok()?);
    let zoned = day.to_datetime(Time::new(hour, minute, 0, 0).ok()?).to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}
