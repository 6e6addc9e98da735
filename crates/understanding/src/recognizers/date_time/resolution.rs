//! What an item means, in the library's notation.

use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value, json};

use super::{Clock, Day, Item, Period, range};

pub fn value(timex: &str, kind: &str, fields: &[(&str, String)]) -> Value {
    let mut object = Map::new();
    object.insert("timex".to_owned(), json!(timex));
    object.insert("type".to_owned(), json!(kind));
    for (name, text) in fields {
        object.insert((*name).to_owned(), json!(text));
    }
    Value::Object(object)
}

pub fn at(date: Date, clock: Clock) -> String {
    format!("{date} {}", clock.text())
}

pub fn moment_text(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

pub fn moment_timex(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

const UNRESOLVED: &str = "not resolved";

pub fn resolve(item: &Item, reference: DateTime) -> Option<(&'static str, Vec<Value>)> {
    Some(match item {
        Item::Day(day) => ("date", days(day)),
        Item::Period(period) => ("daterange", periods(period)),
        Item::Clock(clock) => {
            let one = |clock: Clock| value(&clock.timex(), "time", &[("value", clock.text())]);
            ("time", clock.choices().into_iter().map(one).collect())
        }
        Item::Moment(day, clock) => ("datetime", moments(day, *clock)),
        Item::Now => {
            ("datetime", vec![value("PRESENT_REF", "datetime", &[("value", moment_text(reference))])])
        }
        Item::Instant(moment, full) => {
            let timex = if *full { moment_timex(*moment) } else { moment.date().to_string() };
            ("datetime", vec![value(&timex, "datetime", &[("value", moment_text(*moment))])])
        }
        Item::DayPart(part) => {
            let mut fields = vec![("start", clock_text(part.start)), ("end", clock_text(part.end))];
            fields.extend(part.modifier.map(|modifier| ("Mod", modifier.to_owned())));
            ("timerange", vec![value(part.code, "timerange", &fields)])
        }
        Item::PartOf(day, part) => {
            let timex = format!("{}{}", day.timex, part.code);
            let one = |date: &Date| {
                let mut fields = vec![
                    ("start", format!("{date} {}", clock_text(part.start))),
                    ("end", format!("{date} {}", clock_text(part.end))),
                ];
                fields.extend(part.modifier.map(|modifier| ("Mod", modifier.to_owned())));
                value(&timex, "datetimerange", &fields)
            };
            ("datetimerange", day.days.iter().map(one).collect())
        }
        Item::Length(length) => {
            let seconds = crate::recognizers::number::shown(length.seconds());
            ("duration", vec![value(&length.timex(), "duration", &[("value", seconds)])])
        }
        Item::Span(from, to, length) if length.of_day() => {
            let timex = format!("({},{},{})", moment_timex(*from), moment_timex(*to), length.timex());
            let fields = [("start", moment_text(*from)), ("end", moment_text(*to))];
            ("datetimerange", vec![value(&timex, "datetimerange", &fields)])
        }
        Item::Span(from, to, length) => {
            let (from, to) = (from.date(), to.date());
            let timex = format!("({from},{to},{})", length.timex());
            let fields = [("start", from.to_string()), ("end", to.to_string())];
            ("daterange", vec![value(&timex, "daterange", &fields)])
        }
        Item::Set(timex) => ("set", vec![value(timex, "set", &[("value", UNRESOLVED.to_owned())])]),
        Item::Bounded(modifier, inner) => return bounded(modifier, inner),
        Item::Marked(modifier, inner) => {
            let (name, mut values) = resolve(inner, reference)?;
            for object in values.iter_mut().filter_map(Value::as_object_mut) {
                object.insert("Mod".to_owned(), json!(modifier));
            }
            (name, values)
        }
        Item::ClockFor(clock, length) => ("timerange", range::clock_for(*clock, length)),
        Item::MomentFor(day, clock, length) => ("datetimerange", range::moment_for(day, *clock, length)),
        Item::BoundedMoment(modifier, day, clock) => {
            let side = side(modifier)?;
            let mut values = Vec::new();
            for clock in clock.choices() {
                let timex = format!("{}{}", day.timex, clock.timex());
                values.extend(day.days.iter().map(|date| {
                    value(
                        &timex,
                        "datetimerange",
                        &[("Mod", (*modifier).to_owned()), (side, at(*date, clock))],
                    )
                }));
            }
            ("datetimerange", values)
        }
        Item::ClockRange(from, to) => ("timerange", range::clocks(*from, *to)),
        Item::MomentRange(from_day, from, to_day, to) => {
            ("datetimerange", range::moments(from_day, *from, to_day, *to))
        }
    })
}

fn clock_text(seconds: i32) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn days(day: &Day) -> Vec<Value> {
    let one = |text: String| value(&day.timex, "date", &[("value", text)]);
    if day.days.is_empty() {
        return vec![one(UNRESOLVED.to_owned())];
    }
    day.days.iter().map(|date| one(date.to_string())).collect()
}

fn moments(day: &Day, clock: Clock) -> Vec<Value> {
    let mut values = Vec::new();
    for clock in clock.choices() {
        let timex = format!("{}{}", day.timex, clock.timex());
        let one = |text: String| value(&timex, "datetime", &[("value", text)]);
        if day.days.is_empty() {
            return vec![one(UNRESOLVED.to_owned())];
        }
        values.extend(day.days.iter().map(|date| one(at(*date, clock))));
    }
    values
}

fn periods(period: &Period) -> Vec<Value> {
    let one = |(start, end): &(Date, Date)| {
        let mut fields = vec![("start", start.to_string()), ("end", end.to_string())];
        if let Some(modifier) = period.modifier {
            fields.push(("Mod", modifier.to_owned()));
        }
        value(&period.timex, "daterange", &fields)
    };
    if period.ranges.is_empty() {
        return vec![value(&period.timex, "daterange", &[("value", UNRESOLVED.to_owned())])];
    }
    period.ranges.iter().map(one).collect()
}

/// Which end a modifier fixes.
fn side(modifier: &str) -> Option<&'static str> {
    match modifier {
        "before" | "until" => Some("end"),
        "after" | "since" => Some("start"),
        _ => None,
    }
}

fn bounded(modifier: &'static str, inner: &Item) -> Option<(&'static str, Vec<Value>)> {
    let side = side(modifier)?;
    let fields = |source: &str, text: String| {
        vec![("Mod", modifier.to_owned()), ("sourceEntity", source.to_owned()), (side, text)]
    };
    Some(match inner {
        Item::Day(day) => {
            let one =
                |date: &Date| value(&day.timex, "daterange", &fields("datetimepoint", date.to_string()));
            ("daterange", day.days.iter().map(one).collect())
        }
        Item::Period(period) => {
            let one = |(start, end): &(Date, Date)| {
                // "before the end of June" is bounded by that end.
                let edge = match period.modifier {
                    Some("start") => start,
                    Some("end") => end,
                    _ if matches!(modifier, "before" | "since") => start,
                    _ => end,
                };
                let mut fields = fields("datetimerange", edge.to_string());
                if let Some(part) = period.modifier {
                    fields[0].1 = format!("{modifier}-{part}");
                }
                value(&period.timex, "daterange", &fields)
            };
            ("daterange", period.ranges.iter().map(one).collect())
        }
        Item::Clock(clock) => {
            let one =
                |clock: Clock| value(&clock.timex(), "timerange", &fields("datetimepoint", clock.text()));
            ("timerange", clock.choices().into_iter().map(one).collect())
        }
        Item::Moment(day, clock) => {
            let mut values = Vec::new();
            for clock in clock.choices() {
                let timex = format!("{}{}", day.timex, clock.timex());
                values.extend(
                    day.days.iter().map(|date| {
                        value(&timex, "datetimerange", &fields("datetimepoint", at(*date, clock)))
                    }),
                );
            }
            ("datetimerange", values)
        }
        _ => return None,
    })
}
