//! Numbers in digits, with separators, powers and units; phone numbers; codes of letters and digits.

use super::{
    Claim, ONE, Read, han,
    text::{Text, is_latin},
    units,
};

pub(super) fn read(text: &Text, at: usize) -> Option<Read> {
    let first = text.at(at)?;
    if let Some(read) = phone(text, at) {
        return Some(read);
    }
    let after_latin = at.checked_sub(1).and_then(|before| text.at(before)).is_some_and(is_latin);
    if first == '.' && !after_latin && text.at(at + 1).is_some_and(|character| character.is_ascii_digit()) {
        let (value, end) = decimal(text, at)?;
        return Some(amount(text, at, end, value));
    }
    if !is_latin(first) {
        return None;
    }
    let end = chain_end(text, at);
    let chain = text.slice(at, end);
    if !chain.contains(|character: char| character.is_ascii_digit()) {
        return None;
    }
    if let Some((value, end)) = spaced(text, at) {
        return Some(amount(text, at, end, value));
    }
    if !chain.contains(|character: char| character.is_ascii_alphabetic()) {
        let Some((value, end)) = decimal(text, at) else {
            return Some(Read::claim(end, code(chain)));
        };
        return Some(amount(text, at, end, value));
    }
    let read = if first.is_ascii_digit() { attached(text, at) } else { prefixed(text, at) };
    Some(read.unwrap_or_else(|| Read::claim(end, code(chain))))
}

/// A number such as `48,000.50` in millionths and its end. `None` where it is longer than any price.
pub(super) fn decimal(text: &Text, at: usize) -> Option<(i128, usize)> {
    let mut end = text.digits_end(at);
    if (1..=3).contains(&(end - at)) {
        while matches!(text.at(end), Some(',' | '\'' | '’')) && text.digits_end(end + 1) == end + 4 {
            end += 4;
        }
    }
    let mut value: i128 = 0;
    for digit in text.slice(at, end).chars().filter_map(|character| character.to_digit(10)) {
        value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
    }
    let mut value = value.checked_mul(ONE)?;
    if text.at(end) == Some('.') {
        let fraction_end = text.digits_end(end + 1);
        let mut scale = ONE;
        for digit in text.slice(end + 1, fraction_end).chars().filter_map(|character| character.to_digit(10))
        {
            scale /= 10;
            value = value.checked_add(i128::from(digit) * scale)?;
        }
        if fraction_end > end + 1 {
            end = fraction_end;
        }
    }
    (end > at && end - at <= 24 && value < ONE.checked_mul(1_000_000_000_000)?).then_some((value, end))
}

/// Powers after digits (万, k, thousand), then the unit.
pub(super) fn amount(text: &Text, at: usize, end: usize, value: i128) -> Read {
    let next = text.skip_blanks(end, 1);
    let power_follows = text.at(next).is_some_and(|character| {
        matches!(character, '十' | '百' | '千' | '万' | '亿' | '佰' | '仟' | '萬' | '億')
    });
    if power_follows
        && !text.starts(next, "百分")
        && let Some((value, value_end)) = han::value(text, next, Some(value))
        && value_end > next
    {
        let (claim, end) = units::number(text, at, value_end, value);
        return Read::claim(end, claim);
    }
    let word_end = text.letters_end(next);
    let power: Option<i128> = match text.slice(next, word_end) {
        "k" | "thousand" => Some(1_000),
        "hundred" => Some(100),
        "w" if next == end => Some(10_000),
        "million" | "mn" | "mil" => Some(1_000_000),
        "billion" | "bn" => Some(1_000_000_000),
        "dozen" => Some(12),
        _ => None,
    };
    let (value, end) = match power {
        Some(power) if !text.at(word_end).is_some_and(is_latin) => (value.saturating_mul(power), word_end),
        _ => (value, end),
    };
    let (claim, end) = units::number(text, at, end, value);
    Read::claim(end, claim)
}

/// `20kg`, `48k`, `24-month`, `6-axis`.
fn attached(text: &Text, at: usize) -> Option<Read> {
    let (value, end) = decimal(text, at)?;
    let hyphen = text.at(end) == Some('-');
    let letters = if hyphen { end + 1 } else { end };
    let letters_end = text.letters_end(letters);
    if letters_end == letters || text.at(letters_end).is_some_and(|character| character.is_ascii_digit()) {
        return None;
    }
    if is_ordinal(text.slice(letters, letters_end)) && (ONE..=31 * ONE).contains(&value) && value % ONE == 0 {
        // the 23rd
        let day = u32::try_from(value / ONE).ok();
        return Some(Read::claim(letters_end, Claim::Date { year: None, month: None, day }));
    }
    let read = amount(text, at, end, value);
    (read.end > end || hyphen || is_ordinal(text.slice(letters, letters_end))).then_some(read)
}

/// `CNY48000`
fn prefixed(text: &Text, at: usize) -> Option<Read> {
    let letters_end = text.letters_end(at);
    units::currency_before(text, letters_end)?;
    let whole = text.digits_end(letters_end);
    if text.at(whole).is_some_and(|character| character.is_ascii_alphabetic())
        && text.letters_end(whole) > whole + 1
    {
        return None;
    }
    let (value, end) = decimal(text, letters_end)?;
    Some(amount(text, letters_end, end, value))
}

/// Single digits that blanks or hyphens part: `3 0 0 0`.
fn spaced(text: &Text, at: usize) -> Option<(i128, usize)> {
    let single = |at: usize| text.digits_end(at) == at + 1 && !text.at(at + 1).is_some_and(is_latin);
    let (mut value, mut end, mut count): (i128, usize, u32) = (0, at, 0);
    while single(end) && count < 12 {
        value = value * 10 + text.at(end).and_then(|digit| digit.to_digit(10)).map(i128::from)?;
        count += 1;
        end += 1;
        if !matches!(text.at(end), Some(' ' | '-' | '_' | '·')) || !single(end + 1) {
            break;
        }
        end += 1;
    }
    (count >= 3).then_some((value * ONE, end))
}

fn is_ordinal(letters: &str) -> bool {
    matches!(letters, "st" | "nd" | "rd" | "th")
}

/// The end of letters and digits joined by hyphens: `iso-9409-1`, `qm-r6`.
fn chain_end(text: &Text, at: usize) -> usize {
    let mut end = at;
    loop {
        end += text.from(end).iter().take_while(|&&character| is_latin(character)).count();
        let joined = matches!(text.at(end), Some('-' | '_')) && text.at(end + 1).is_some_and(is_latin);
        // IP67-rated
        let told = ["rated", "certified", "based", "compatible", "approved"]
            .iter()
            .any(|word| text.starts(end + 1, word) && !text.at(end + 1 + word.len()).is_some_and(is_latin));
        if !joined || told {
            return end;
        }
        end += 1;
    }
}

fn code(chain: &str) -> Claim {
    Claim::Code(chain.chars().filter(|character| is_latin(*character)).collect::<String>().to_uppercase())
}

/// Phone, account and card numbers: `+86 574 0000 0000`, `0574-12345678`, `13800000000`, `0000 0000 0000`.
fn phone(text: &Text, at: usize) -> Option<Read> {
    let first = text.at(at)?;
    let before = at.checked_sub(1).and_then(|before| text.at(before));
    if !(first == '+' || first.is_ascii_digit()) || before.is_some_and(is_latin) {
        return None;
    }
    let start = at + usize::from(first == '+');
    let mut end = text.digits_end(start);
    if end == start {
        return None;
    }
    let mut groups = vec![end - start];
    let mut hyphens = 0;
    loop {
        let separators = text
            .from(end)
            .iter()
            .take(2)
            .take_while(|character| matches!(character, ' ' | '-' | '(' | ')'))
            .count();
        let digits_end = text.digits_end(end + separators);
        if separators == 0 || digits_end == end + separators {
            break;
        }
        hyphens += usize::from(text.at(end) == Some('-'));
        groups.push(digits_end - end - separators);
        end = digits_end;
    }
    if text.at(end).is_some_and(is_latin) {
        return None;
    }
    let digits: String = text.slice(start, end).chars().filter(char::is_ascii_digit).collect();
    let count = digits.len();
    let fours = groups.len() >= 3 && groups.iter().rev().skip(1).all(|&length| length == 4);
    let is_phone = (first == '+' && count >= 7)
        || (first == '0' && hyphens >= 1 && (9..=13).contains(&count))
        || (digits.starts_with('1') && count == 11)
        || (groups.len() >= 3 && hyphens + 1 == groups.len() && count >= 9)
        || fours
        || groups.first().is_some_and(|&length| length >= 13);
    is_phone.then(|| Read::claim(end, Claim::Code(digits)))
}
