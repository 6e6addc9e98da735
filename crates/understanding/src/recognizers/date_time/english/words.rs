//! Names of months, days and units.

use crate::recognizers::date_time::Unit;

pub const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb",
    "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "jan.", "feb.", "mar.", "apr.", "may", "jun.", "jul.", "aug.", "sep.",
    "oct.", "nov.", "dec.", "sept", "sept.",
];

/// The month of a position in the list.
pub const fn month_of(position: usize) -> i32 {
    if position >= 36 { 9 } else { (position % 12) as i32 + 1 }
}

pub const WEEKDAYS: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "tues",
    "weds", "thur", "thurs",
];

/// The weekday of a position in the list, 0 for Monday.
pub const fn weekday_of(position: usize) -> i64 {
    match position {
        14 => 1,
        15 => 2,
        16 | 17 => 3,
        _ => (position % 7) as i64,
    }
}

pub fn unit_of(text: &str) -> Option<Unit> {
    Some(match text {
        "second" | "seconds" | "sec" | "secs" => Unit::Second,
        "minute" | "minutes" | "min" | "mins" => Unit::Minute,
        "hour" | "hours" | "hr" | "hrs" | "h" => Unit::Hour,
        "day" | "days" | "night" | "nights" | "d" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" | "yr" | "yrs" | "y" => Unit::Year,
        _ => return None,
    })
}

/// What an expression begins with; all other words are passed quickly.
pub const FIRST_WORDS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "one",
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "half", "quarter", "a ", "an ", "another", "the ", "this", "next",
    "last", "previous", "past", "coming", "upcoming", "following", "current", "today", "tomorrow", "tonight", "yesterday", "day", "now", "right now",
    "in ", "at ", "on ", "from", "between", "before", "prior", "earlier", "by ", "after", "later", "since", "starting", "beginning", "as early",
    "as late", "until", "till", "no later", "every", "each", "daily", "weekly", "biweekly", "fortnight", "monthly", "quarterly", "semi", "annual",
    "yearly", "weekend", "weekday", "once", "twice", "morning", "afternoon", "evening", "night", "noon", "midnight", "midday", "lunch", "end of",
    "start of", "begin", "middle of", "mid", "early", "late", "first", "second", "third", "fourth", "within", "q1", "q2", "q3", "q4", "week",
    "christmas", "easter", "new year", "independence", "labor", "labour", "thanksgiving", "halloween", "valentine", "black friday", "saint patrick", "eoy", "eod", "year", "about", "around", "approx", "circa", "calendar", "for ", "more than", "less than", "night-time",
    "noonish", "rest of", "remaining", "same", "that", "more than", "less than", "ninth", "eighth", "tenth", "fifth", "sixth", "seventh",
];
