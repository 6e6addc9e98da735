//! English number words.

use super::Decimal;
use crate::entity::scan::{Words, begins, literal, longest, skip_spaces};

/// From zero on.
pub static ONES: Words = Words::new(&[
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
]);
/// From twenty on.
pub static TENS: Words =
    Words::new(&["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]);

static PHRASES: Words = Words::new(&["half a dozen", "a couple of", "couple of", "a pair of"]);
static POWERS: Words =
    Words::new(&["hundred", "thousand", "million", "dozen", "dozens", "hundreds", "thousands"]);

/// "two hundred and fifty", "a dozen", "half a dozen", "a couple of".
pub fn english(chars: &[char], at: usize) -> Option<(Decimal, usize)> {
    if let Some((word, end)) = PHRASES.longest(chars, at) {
        return Some((Decimal::whole(if word == 0 { 6 } else { 2 }), end));
    }
    let (mut total, mut section): (i128, i128) = (0, 0);
    let mut end = at;
    let mut seen = false;
    for _ in 0..12 {
        let start = if seen { after_joint(chars, end) } else { at };
        if let Some((value, after)) = small(chars, start) {
            if seen && section % 100 != 0 {
                break;
            }
            section += value;
            end = after;
        } else if let Some((word, after)) = POWERS.longest(chars, start) {
            let article = !seen && literal(chars, start, "hundreds").is_some();
            if article || (!seen && !preceded_by_article(chars, start)) {
                return None;
            }
            let factor = [100, 1_000, 1_000_000, 12, 12, 100, 1_000][word];
            if factor == 1_000 || factor == 1_000_000 {
                total += section.max(1) * factor;
                section = 0;
            } else {
                section = section.max(1) * factor;
            }
            end = after;
        } else {
            break;
        }
        seen = true;
    }
    seen.then(|| (Decimal::whole(total + section), end))
}

fn preceded_by_article(chars: &[char], at: usize) -> bool {
    at >= 2 && chars[at - 1] == ' ' && chars[at - 2] == 'a' && begins(chars, at - 2)
}

/// After a space, a hyphen or "and".
fn after_joint(chars: &[char], end: usize) -> usize {
    let mut at = end;
    if chars.get(at) == Some(&'-') {
        return at + 1;
    }
    at = skip_spaces(chars, at);
    match longest(chars, at, &["and"]) {
        Some((_, after)) if small(chars, skip_spaces(chars, after)).is_some() => skip_spaces(chars, after),
        _ => at,
    }
}

/// Up to 99.
fn small(chars: &[char], at: usize) -> Option<(i128, usize)> {
    if let Some((tens, end)) = TENS.longest(chars, at) {
        let value = (tens as i128 + 2) * 10;
        let next = match chars.get(end) {
            Some('-' | ' ') => end + 1,
            _ => return Some((value, end)),
        };
        return match ONES.longest(chars, next) {
            Some((ones, after)) if (1..10).contains(&ones) => Some((value + ones as i128, after)),
            _ => Some((value, end)),
        };
    }
    ONES.longest(chars, at).map(|(value, end)| (value as i128, end))
}
