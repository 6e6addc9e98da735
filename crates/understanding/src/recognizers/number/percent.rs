//! Percentages: 30%, 百分之三十, 三成半, 七折, 两个百分点, "twenty percent".

use super::{Numeral, chinese, english, shown};
use crate::{
    entity::scan::{literal, longest, skip_spaces},
    recognizers::{Culture, Span},
};

/// Where a percentage stands and what it is; null where only the word stands.
pub fn percents(culture: Culture, chars: &[char]) -> Vec<(Span, Option<f64>)> {
    let mut found: Vec<(Span, Option<f64>)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let hit = match culture {
            Culture::Chinese => chinese_percent(chars, at),
            Culture::English => english_percent(chars, at),
        };
        match hit {
            Some((end, value)) => {
                found.push(((at, end), value));
                at = end;
            }
            None if chars[at].is_ascii_alphanumeric() => {
                while chars.get(at).is_some_and(char::is_ascii_alphanumeric) {
                    at += 1;
                }
            }
            None => at += 1,
        }
    }
    found
}

/// As it is written: `12.5%`.
pub fn written(value: Option<f64>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| format!("{}%", shown((value * 1e9).round() / 1e9)))
}

/// `%` that stands for percent, and not in the address of a page.
fn sign(chars: &[char], at: usize) -> Option<usize> {
    let stands = chars.get(at) == Some(&'%') && !chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric);
    stands.then_some(at + 1)
}

fn chinese_percent(chars: &[char], at: usize) -> Option<(usize, Option<f64>)> {
    for (lead, factor) in
        [("百分之", 1.0), ("千分之", 0.1), ("仟分之", 0.1), ("万分之", 0.01), ("百万分之", 0.0001)]
    {
        if let Some(end) = spaced(chars, at, lead) {
            let number = chinese::read(chars, skip_spaces(chars, end))?;
            if neighbours(chars, &number) {
                return None;
            }
            return Some((number.end, Some(number.value * factor)));
        }
    }
    if literal(chars, at, "对折").is_some() {
        return (at > 0 && chars[at - 1] == '打').then_some((at + 2, Some(50.0)));
    }
    if chars[at] == '半' {
        let tenth = match chars.get(skip_spaces(chars, at + 1))? {
            '成' => 5.0,
            '折' => 50.0,
            _ => return None,
        };
        return Some((skip_spaces(chars, at + 1) + 1, Some(tenth)));
    }
    // Neither the end of 二三十 nor what an address escapes.
    let before = at.checked_sub(1).map(|i| chars[i]);
    if before.is_some_and(|c| c == '%' || crate::entity::number::numeral(c).is_some()) {
        return None;
    }
    let number = chinese::read(chars, at)?;
    let next = skip_spaces(chars, number.end);
    if let Some(end) = sign(chars, next).or_else(|| spaced(chars, next, "个百分点")) {
        return (!neighbours(chars, &number)).then_some((end, Some(number.value)));
    }
    match chars.get(next)? {
        '成' if !chars.get(next + 1).is_some_and(|c| "本品立交功为型套分熟新都".contains(*c)) => {
            let half = chars.get(next + 1) == Some(&'半');
            let value = number.value.mul_add(10.0, if half { 5.0 } else { 0.0 });
            (0.0..=100.0).contains(&value).then_some((next + 1 + usize::from(half), Some(value)))
        }
        '折' if !chars.get(next + 1).is_some_and(|c| "叠弯腾旧页".contains(*c)) => {
            let value = if number.value < 10.0 { number.value * 10.0 } else { number.value };
            (value > 0.0 && value < 100.0 && !within_ten(chars, &number)).then_some((next + 1, Some(value)))
        }
        // 7 2 折: the digits stand apart.
        digit if digit.is_ascii_digit() && number.digits && number.end == at + 1 => {
            let second = f64::from(digit.to_digit(10)?);
            let end = skip_spaces(chars, next + 1);
            (chars.get(end) == Some(&'折')).then(|| (end + 1, Some(number.value.mul_add(10.0, second))))
        }
        _ => None,
    }
}

/// 十折 is no discount.
fn within_ten(chars: &[char], number: &Numeral) -> bool {
    chars[number.start] == '十' && number.end == number.start + 1
}

/// 二三十 is no exact number.
fn neighbours(chars: &[char], number: &Numeral) -> bool {
    let text = &chars[number.start..number.end];
    number.vague
        || crate::entity::number::neighbours(chars, number.start, number.end).is_some() && text.len() > 1
}

/// A word with spaces allowed between its characters.
fn spaced(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let mut end = at;
    for (index, c) in word.chars().enumerate() {
        if index > 0 {
            end = skip_spaces(chars, end);
        }
        if chars.get(end) != Some(&c) {
            return None;
        }
        end += 1;
    }
    Some(end)
}

const WORDS: &[&str] = &["percent", "percents", "percentage", "percentages", "per cent", "pct"];

fn english_percent(chars: &[char], at: usize) -> Option<(usize, Option<f64>)> {
    if let Some((_, end)) = longest(chars, at, WORDS).filter(|_| crate::entity::scan::begins(chars, at)) {
        let of = english::latin(chars, skip_spaces(chars, end), "of");
        let number = of.and_then(|of| english::read(chars, skip_spaces(chars, of)));
        return Some(number.map_or((end, None), |number| (number.end, Some(number.value))));
    }
    let number = english::read(chars, at)?;
    let mut next = skip_spaces(chars, number.end);
    if chars.get(next) == Some(&'-') {
        next += 1;
    }
    let end = sign(chars, next).or_else(|| longest(chars, next, WORDS).map(|(_, end)| end))?;
    Some((end, Some(number.value)))
}
