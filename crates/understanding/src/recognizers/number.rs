//! Numbers of every form: digits, Chinese numerals, English words, fractions, powers.

pub mod chinese;
pub mod digits;
pub mod english;
pub mod ordinal;
pub mod percent;
pub mod range;

use super::Culture;

/// A number where it stands; `start..end` are folded characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Numeral {
    pub start: usize,
    pub end: usize,
    pub value: f64,
    /// Written in digits, not in words.
    pub digits: bool,
    /// 十几, 500多亿: more than the value.
    pub vague: bool,
}

impl Numeral {
    pub const fn digits(start: usize, end: usize, value: f64) -> Self {
        Self { start, end, value, digits: true, vague: false }
    }

    pub const fn words(start: usize, end: usize, value: f64) -> Self {
        Self { start, end, value, digits: false, vague: false }
    }
}

/// All numbers of a text, in order, none overlapping another.
pub fn numbers(culture: Culture, chars: &[char]) -> Vec<Numeral> {
    match culture {
        Culture::Chinese => chinese::numbers(chars),
        Culture::English => english::numbers(chars),
    }
}

/// Fifteen significant digits, as far as they are needed.
pub fn shown(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e18 {
        return format!("{value:.0}");
    }
    if value.abs() >= 1e15 || value.abs() < 1e-5 {
        let text = format!("{value:.14E}");
        let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        let (sign, size) = exponent.strip_prefix('-').map_or(('+', exponent), |size| ('-', size));
        return format!("{mantissa}E{sign}{size:0>2}");
    }
    let whole = value.abs().log10().floor() as i32 + 1;
    let places = usize::try_from(15 - whole.max(0)).unwrap_or(0);
    let text = format!("{value:.places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
