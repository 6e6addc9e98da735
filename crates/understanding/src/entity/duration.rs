//! Spans of time from days up: 两周, 60 days, 质保一年, 3-5天.

use domain::understanding::{EntityKind, EntityValue};
use serde_json::json;

use super::{
    Found, Scene,
    number::{Decimal, Form, Number},
    rank,
    scan::{cue_after, cue_before, ends, is_letter, literal, skip_spaces},
};

const UNITS: &[(&str, &str)] = &[
    ("个工作日", "day"),
    ("工作日", "day"),
    ("个自然日", "day"),
    ("working days", "day"),
    ("business days", "day"),
    ("calendar days", "day"),
    ("workdays", "day"),
    ("天", "day"),
    ("days", "day"),
    ("day", "day"),
    ("个星期", "week"),
    ("星期", "week"),
    ("个礼拜", "week"),
    ("礼拜", "week"),
    ("周", "week"),
    ("weeks", "week"),
    ("week", "week"),
    ("wks", "week"),
    ("wk", "week"),
    ("个月", "month"),
    ("月", "month"),
    ("months", "month"),
    ("month", "month"),
    ("mths", "month"),
    ("年", "year"),
    ("载", "year"),
    ("years", "year"),
    ("year", "year"),
    ("yrs", "year"),
    ("yr", "year"),
    ("nights", "day"),
];

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    for number in scene.numbers {
        if let Some(one) = duration(scene.chars, number) {
            found.push(one);
        }
    }
}

/// The unit of time that stands at `at`: its end and name.
pub fn unit(chars: &[char], at: usize) -> Option<(usize, &'static str)> {
    UNITS
        .iter()
        .filter_map(|(word, unit)| literal(chars, at, word).map(|end| (end, *word, *unit)))
        .filter(|(end, word, _)| !word.ends_with(is_letter) || ends(chars, *end))
        .max_by_key(|(end, ..)| *end)
        .map(|(end, _, unit)| (end, unit))
}

fn duration(chars: &[char], number: &Number) -> Option<Found> {
    let mut at = skip_spaces(chars, number.end);
    if chars.get(at) == Some(&'-') {
        at += 1;
    }
    let mut low = number.low;
    let half = Decimal { mantissa: 5, scale: 1 };
    // 一个半月
    if literal(chars, at, "个半月").is_some() {
        return build(number, number.start, at + 3, low.plus(half), "month");
    }
    let (mut end, unit) = unit(chars, at)?;
    let word: String = chars[at..end].iter().collect();
    if matches!(word.as_str(), "月") && !(chars[number.start] == '仨' || chars[number.start] == '俩') {
        return None;
    }
    if word == "仨" || rate(chars, number.start, end) {
        return None;
    }
    // 一天两百箱 is a rate, 一天到晚 means always.
    let daily = word == "天"
        && chars[number.start..number.end] == ['一']
        && chars
            .get(end)
            .is_some_and(|c| c.is_ascii_digit() || "一二两三四五六七八九十百几多到".contains(*c));
    if daily {
        return None;
    }
    if number.start > 0 && matches!(chars[number.start - 1], '第' | '每') {
        return None;
    }
    match word.as_str() {
        // 2026年 is a year; 周一 after 一 is a weekday.
        "年" if number.form == Form::Digits && number.low.as_whole().is_some_and(|year| year >= 1_900) => {
            return None;
        }
        "年" if number.form == Form::Chinese
            && number.end - number.start == 4
            && number.low.as_whole().is_none_or(|y| y >= 1_900) =>
        {
            return None;
        }
        "周" | "星期" | "礼拜" if chars.get(end).is_some_and(|c| "一二三四五六日天末".contains(*c)) =>
        {
            return None;
        }
        "年" | "天" if chars.get(end) == Some(&'半') => {
            low = low.plus(half);
            end += 1;
        }
        "天" if chars.get(end).is_some_and(|c| "猫窗津".contains(*c)) => return None,
        _ => {}
    }
    // 十天后, "in 3 weeks" are dates.
    build(number, number.start, end, low, unit)
}

/// 一年采购200台, "200 units a year": a rate, not a span.
fn rate(chars: &[char], start: usize, end: usize) -> bool {
    cue_after(
        chars,
        end,
        6,
        &["采购", "用量", "要用", "用", "需要", "需求", "出货", "销", "走货", "差不多要", "大概要", "大概用"],
    ) && cue_before(chars, start + 1, 1, &["一"])
        || cue_before(chars, start, 2, &["每", "/"])
        || cue_before(chars, start, 4, &["per", "each", "every"])
}

fn build(number: &Number, start: usize, end: usize, low: Decimal, unit: &str) -> Option<Found> {
    let value = if number.vague {
        EntityValue::Unknown(())
    } else if let Some(high) = number.high {
        EntityValue::Object(json!({"min": low.thousandths()?, "max": high.thousandths()?, "unit": unit}))
    } else {
        EntityValue::Object(json!({"number": low.thousandths()?, "unit": unit}))
    };
    Some(Found::new(EntityKind::Duration, start, end, value, rank::DURATION))
}
