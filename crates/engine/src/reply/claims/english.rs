//! English number words: forty-eight thousand, two and a half, a dozen, half off.

use super::{
    Claim, ONE, Read, Unit,
    text::{Text, is_latin},
    units,
};

const SMALL: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const POWERS: &[(&str, i128)] = &[
    ("hundred", 100),
    ("hundreds", 100),
    ("thousand", 1_000),
    ("thousands", 1_000),
    ("grand", 1_000),
    ("lakh", 100_000),
    ("million", 1_000_000),
    ("millions", 1_000_000),
    ("billion", 1_000_000_000),
    ("dozen", 12),
];

enum Word {
    Digit(i128),
    Power(i128),
    Half,
}

fn word(word: &str) -> Option<Word> {
    if let Some(value) = SMALL.iter().position(|name| *name == word) {
        return Some(Word::Digit(value as i128));
    }
    if word == "fourty" {
        return Some(Word::Digit(40));
    }
    if let Some(tens) = TENS.iter().position(|name| *name == word) {
        return Some(Word::Digit((tens as i128 + 2) * 10));
    }
    if word == "half" {
        return Some(Word::Half);
    }
    POWERS.iter().find(|(name, _)| *name == word).map(|&(_, power)| Word::Power(power))
}

/// Reads a row of number words.
pub(super) fn read(text: &Text, at: usize) -> Option<Read> {
    if !text.word_starts(at) {
        return None;
    }
    let first_end = text.letters_end(at);
    let first = text.slice(at, first_end);
    // A word inside a longer chain, such as `one2one`, is no number word.
    if text.at(first_end).is_some_and(is_latin) {
        return Some(Read::nothing(first_end));
    }
    if first.chars().all(|letter| "mdclxvi".contains(letter))
        && matches!(text.at(text.skip_blanks(first_end, 1)), Some('元' | '块' | '¥'))
    {
        // MMM元
        return Some(Read::claim(first_end, Claim::Unreadable(first.to_owned())));
    }
    let part = matches!(first, "third" | "thirds" | "quarter" | "quarters" | "fifth" | "tenth" | "tenths");
    if part && [" of", " off", " less", " cheaper"].iter().any(|after| text.starts(first_end, after)) {
        // a third off
        return Some(Read::claim(first_end, Claim::Unreadable(first.to_owned())));
    }
    let Some(first_word) = word(first) else {
        return Some(Read::nothing(first_end));
    };
    if matches!(first_word, Word::Half) {
        return Some(half(text, first_end));
    }
    let (mut total, mut section): (i128, i128) = (0, 0);
    let (mut end, mut next, mut count) = (at, at, 0);
    let mut and_half = false;
    let mut last: i128 = 0;
    loop {
        let word_end = text.letters_end(next);
        let name = text.slice(next, word_end);
        let link = match word(name) {
            Some(Word::Digit(digit)) => {
                // `four eight zero` is read by place.
                let place = count > 0 && last < 10 && digit < 10;
                section = if place { section.saturating_mul(10) } else { section }.saturating_add(digit);
                last = digit;
                false
            }
            Some(Word::Power(power)) => {
                let scaled = section.max(1).saturating_mul(power);
                section = if power <= 100 { scaled } else { 0 };
                total = if power <= 100 { total } else { total.saturating_add(scaled) };
                last = power;
                false
            }
            Some(Word::Half) => {
                and_half = true;
                end = word_end;
                break;
            }
            None => {
                let before_half = text.starts(word_end, " half") || text.starts(word_end, " a half");
                if !(count > 0
                    && (name == "and" && (last >= 100 || before_half) || name == "a" && before_half))
                {
                    break;
                }
                true
            }
        };
        if !link {
            count += 1;
            end = word_end;
        }
        if !matches!(text.at(word_end), Some(' ' | '-')) || !text.word_starts(word_end + 1) || count > 24 {
            break;
        }
        next = word_end + 1;
    }
    let value = total.saturating_add(section).saturating_mul(ONE);
    let value = if and_half { value.saturating_add(ONE / 2) } else { value };
    if first == "one" && count == 1 && !and_half {
        return Some(single(text, at, end));
    }
    let (claim, end) = units::number(text, at, end, value);
    Some(Read::claim(end, claim))
}

/// A lone `one` states a number only beside money, percents and times.
fn single(text: &Text, at: usize, end: usize) -> Read {
    match units::after(text, end) {
        Some((Unit::Count | Unit::Named(_), _, _)) | None => Read::nothing(end),
        Some(_) => {
            let (claim, end) = units::number(text, at, end, ONE);
            Read::claim(end, claim)
        }
    }
}

/// `half a year`, `half price`, `half off`.
fn half(text: &Text, end: usize) -> Read {
    let next = text.skip_blanks(end, 1);
    for phrase in ["price", "off", "the price", "the cost"] {
        if text.starts(next, phrase) {
            let claim = Claim::Number { value: 50 * ONE, unit: Unit::Discount };
            return Read::claim(next + phrase.chars().count(), claim);
        }
    }
    let article =
        ["a ", "an "].iter().find(|article| text.starts(next, article)).map_or(0, |article| article.len());
    let unit_at = if article > 0 { next + article } else { end };
    match units::after(text, unit_at) {
        Some((unit, scale, end)) => Read::claim(end, Claim::Number { value: scale / 2, unit }),
        None => Read::claim(end, Claim::Number { value: ONE / 2, unit: Unit::None }),
    }
}
