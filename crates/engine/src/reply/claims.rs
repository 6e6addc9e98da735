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

pub(crate) use han::is_han;
use text::Text;
pub(crate) use units::{is_unit, of_word};

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

/// A claim and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Characters of the text as it was read.
    pub place: Range<usize>,
    pub claim: Claim,
}

/// A text as it was read, with its claims in order.
pub(crate) struct Reading {
    text: Text,
    pub found: Vec<Found>,
}

/// One millionth is the unit of [`Claim::Number`].
pub(crate) const ONE: i128 = 1_000_000;

/// All claims of `text` in order.
pub(crate) fn scan(text: &str) -> Vec<Found> {
    read(text).found
}

/// `text` as it is compared: compatibility forms folded, in lower case.
pub(crate) fn fold(text: &str) -> String {
    Text::new(text).into_folded()
}

/// Reads `text`.
pub(crate) fn read(text: &str) -> Reading {
    let text = Text::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    let mut listed = 0;
    while at < text.len() {
        if let Some(end) = list_mark(&text, at, listed + 1) {
            listed += 1;
            at = end;
            continue;
        }
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
                    found.push(Found { span: text.span(at, end), place: at..end, claim });
                }
                at = end;
            }
            None => at += 1,
        }
    }
    Reading { text, found }
}

impl Reading {
    /// The characters `place` as they were read; nothing where they do not all exist.
    pub(crate) fn slice(&self, place: Range<usize>) -> &str {
        self.text.slice(place.start, place.end)
    }

    /// How many characters there are.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Bytes of the text that the characters `place` came from.
    pub(crate) fn span(&self, place: Range<usize>) -> Range<usize> {
        self.text.span(place.start, place.end)
    }

    /// Where a folded `needle` stands; words of Latin letters are whole there.
    pub(crate) fn places(&self, needle: &str) -> Vec<Range<usize>> {
        self.text.places(needle)
    }
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

/// The end of a mark such as `2.` that begins the line of a list, where `number` is the next one of it.
fn list_mark(text: &Text, at: usize, number: u32) -> Option<usize> {
    let first = text.at(at)?;
    if !first.is_ascii_digit() || !(at == 0 || text.at(at - 1) == Some('\n')) {
        return None;
    }
    let end = text.digits_end(at);
    let marked = text.slice(at, end).parse() == Ok(number) && matches!(text.at(end), Some('.' | '、' | ')'));
    let next = text.at(end + 1);
    (marked && !next.is_some_and(|next| next.is_ascii_digit() || next == ',')).then_some(end + 1)
}

fn unreadable(text: &Text, at: usize) -> Option<Read> {
    let character = text.at(at)?;
    // 10^4
    let power = character == '^' && text.at(at + 1).is_some_and(|next| next.is_ascii_digit());
    let numeral = power || character.is_numeric() || matches!(character, '\u{1f51f}' | '\u{1f4af}');
    numeral.then(|| Read::claim(at + 1, Claim::Unreadable(character.to_string())))
}

#[cfg(test)]
mod tests;
