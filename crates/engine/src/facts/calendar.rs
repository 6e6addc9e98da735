//! The shop's days: when goods are ready, and when somebody is there.

use domain::{
    Timestamp,
    catalog::{BusinessHours, LeadTimeBasis},
    language::ReplyLanguage,
};
use jiff::civil::{Date, Weekday};

use crate::{clock, knowledge::Knowledge};

/// Nothing is promised further ahead, in days.
const HORIZON: i32 = 4_000;

/// The ISO date on which an order of today is ready: `days` on which the shop works, closures skipped.
pub(super) fn ready_on(
    knowledge: &Knowledge,
    now: Timestamp,
    days: i64,
    basis: LeadTimeBasis,
) -> Option<String> {
    let mut date = clock::local(knowledge, now).date();
    let mut left = days;
    for _ in 0..HORIZON {
        if left <= 0 {
            return Some(date.to_string());
        }
        date = date.tomorrow().ok()?;
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let rests = basis == LeadTimeBasis::Working && weekend && !is_extra_workday(knowledge, date);
        if !is_closed(knowledge, date) && !rests {
            left -= 1;
        }
    }
    None
}

/// When a person will be there, as said to the buyer: `10分钟内` while the shop is open and says how fast it answers, else the next
/// opening. `None` where neither is known.
pub(crate) fn answered_when(
    knowledge: &Knowledge,
    now: Timestamp,
    language: ReplyLanguage,
) -> Option<String> {
    let local = clock::local(knowledge, now);
    let minutes = knowledge.routing.answer_within_minutes.filter(|&minutes| minutes > 0);
    let Some(hours) = &knowledge.business_hours else {
        return minutes.map(|minutes| within(minutes, language));
    };
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let spans = |date: Date| opening(knowledge, hours, date);
    if spans(local.date()).iter().any(|(from, to)| (*from..*to).contains(&minute)) {
        return minutes.map(|minutes| within(minutes, language));
    }
    let mut date = local.date();
    for ahead in 0..60 {
        let next = spans(date).iter().map(|(from, _)| *from).filter(|&from| ahead > 0 || from > minute).min();
        if let Some(from) = next {
            return Some(opens_at(date, ahead, from, language));
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// The times at which the shop is open, from the day of `from` to the day of `to`; `None` where it names no business hours.
pub(crate) fn openings(
    knowledge: &Knowledge,
    from: Timestamp,
    to: Timestamp,
) -> Option<Vec<(Timestamp, Timestamp)>> {
    let hours = knowledge.business_hours.as_ref()?;
    let zone = clock::zone(&knowledge.shop.timezone);
    let at = |date: Date, minute: u16| {
        // Midnight at the end of a day is the start of the next.
        let (date, minute) = if minute >= 1_440 { (date.tomorrow().ok()?, 0) } else { (date, minute) };
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        let zoned = date.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    };
    let last = clock::date(knowledge, to);
    let mut date = clock::date(knowledge, from);
    let mut openings = Vec::new();
    while date <= last && openings.len() < HORIZON as usize {
        for &(start, end) in opening(knowledge, hours, date) {
            openings.extend(at(date, start).zip(at(date, end)).filter(|(start, end)| start < end));
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    openings.sort_unstable();
    Some(openings)
}

/// The start of an ISO date in the shop's time zone.
pub(crate) fn start_of(knowledge: &Knowledge, date: &str) -> Option<Timestamp> {
    clock::start_of_day(knowledge, date.parse().ok()?)
}

fn within(minutes: i64, language: ReplyLanguage) -> String {
    match language {
        ReplyLanguage::Zh => format!("{minutes}分钟内"),
        ReplyLanguage::En => format!("within {minutes} minutes"),
    }
}

fn opens_at(date: Date, ahead: i32, minute: u16, language: ReplyLanguage) -> String {
    let clock = format!("{}:{:02}", minute / 60, minute % 60);
    let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    match language {
        ReplyLanguage::Zh => {
            let day = match ahead {
                0 => "今天".to_owned(),
                1 => "明天".to_owned(),
                2..=6 => format!("周{}", ["一", "二", "三", "四", "五", "六", "日"][weekday]),
                _ => format!("{}月{}日", date.month(), date.day()),
            };
            format!("{day}{clock}上班后")
        }
        ReplyLanguage::En => {
            const DAYS: [&str; 7] =
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            let day = match ahead {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                2..=6 => format!("on {}", DAYS[weekday]),
                _ => format!("on {date}"),
            };
            format!("{day} from {clock} (our time)")
        }
    }
}

/// The opening times of a day, in minutes: none where the shop is closed.
pub(crate) fn opening<'h>(knowledge: &Knowledge, hours: &'h BusinessHours, date: Date) -> &'h [(u16, u16)] {
    let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    let day = &hours.days[weekday];
    if is_extra_workday(knowledge, date) {
        return if day.is_empty() { &hours.days[0] } else { day };
    }
    if is_closed(knowledge, date) { &[] } else { day }
}

/// Whether the calendar closes the shop on this day.
pub(crate) fn is_closed(knowledge: &Knowledge, date: Date) -> bool {
    let date = date.to_string();
    knowledge.calendar.closed.iter().any(|closure| closure.from <= date && date <= closure.to)
        && !knowledge.calendar.extra_workdays.contains(&date)
}

pub(crate) fn is_extra_workday(knowledge: &Knowledge, date: Date) -> bool {
    knowledge.calendar.extra_workdays.contains(&date.to_string())
}
