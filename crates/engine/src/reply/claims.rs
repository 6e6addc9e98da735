//! Finds everything in a text that states a number: digits in every script, Chinese and English number words, money, percents,
//! discounts, dates, durations, codes, links, and words that promise something for free.
//!
//! It is used twice: on the texts of facts, to learn what may be said, and on a reply, to see what it says. Both sides go through
//! the same reading, so that 两年 in a reply agrees with 24 months in a fact, and 4万8 with ¥48,000.

use std::ops::Range;

use domain::money::Currency;

mod address;
mod dates;
mod digits;
mod english;
mod han;
mod idioms;
mod promises;
mod text;
mod units;

use text::Text;
pub(crate) use units::of_word;

/// One statement of a number or the like.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Claim {
    /// In millionths.
    Number {
        value: i128,
        unit: Unit,
    },
    /// As far as it was said; never empty.
    Date {
        year: Option<i32>,
        month: Option<u32>,
        day: Option<u32>,
    },
    /// Minutes of the day.
    Clock(u32),
    /// A day in words: `monday`, `tomorrow`.
    Day(String),
    /// Letters with digits, or a long row of digits, without separators and in capitals.
    Code(String),
    /// A link, domain or e-mail address in lower case.
    Address(String),
    Free(Free),
    /// A numeral that is not read.
    Unreadable(String),
}

/// What stands beside a number, with synonyms made one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Unit {
    None,
    /// Without a currency where only the words around tell that it is a price.
    Money(Option<Currency>),
    Percent,
    /// Percent off.
    Discount,
    /// Hours are 60 of them.
    Minutes,
    /// Weeks are seven of them.
    Days,
    WorkingDays,
    /// Years are twelve of them.
    Months,
    /// Single things: 台, 个, pieces.
    Count,
    /// Any other unit by one of its names: `kg`, `mm`, `carton`.
    Named(&'static str),
}

/// What is promised for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Free {
    Shipping,
    Other,
}

/// A claim and where it stands: bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub span: Range<usize>,
    pub claim: Claim,
}

/// One millionth is the unit of [`Claim::Number`].
pub(crate) const ONE: i128 = 1_000_000;

/// All claims of `text` in order.
pub(crate) fn scan(text: &str) -> Vec<Found> {
    let text = Text::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let next = address::read(&text, at)
            .or_else(|| promises::read(&text, at))
            .or_else(|| dates::read(&text, at))
            .or_else(|| digits::read(&text, at))
            .or_else(|| english::read(&text, at))
            .or_else(|| han::read(&text, at))
            .or_else(|| unreadable(&text, at));
        match next {
            Some(Read { end, claim }) => {
                let end = end.max(at + 1);
                if let Some(claim) = claim {
                    found.push(Found { span: text.span(at, end), claim });
                }
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// What stands at a place: a claim, or something known to be none.
struct Read {
    /// Exclusive.
    end: usize,
    claim: Option<Claim>,
}

impl Read {
    const fn claim(end: usize, claim: Claim) -> Self {
        Self { end, claim: Some(claim) }
    }

    const fn nothing(end: usize) -> Self {
        Self { end, claim: None }
    }
}

fn unreadable(text: &Text, at: usize) -> Option<Read> {
    let character = text.at(at)?;
    let numeral = character.is_numeric() || matches!(character, '\u{1f51f}' | '\u{1f4af}');
    numeral.then(|| Read::claim(at + 1, Claim::Unreadable(character.to_string())))
}

#[cfg(test)]
mod tests;
