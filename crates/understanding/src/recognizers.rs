//! The entities of a text in the types and resolutions of Microsoft Recognizers-Text, so that the readers can be held against that
//! library's test cases (`zhanggui eval recognizers`).
//!
//! The readers here are those of any text: numerals, units, currencies, calendars. What a buyer's message means is decided in `entity`,
//! which reads less and weighs the words around.

mod date_time;
mod judge;
mod measure;
mod number;
mod sequence;

pub use judge::{Case, Verdict, judge};

use serde_json::{Value, json};

use crate::text::Folded;

/// Folded characters `start..end`.
type Span = (usize, usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Culture {
    Chinese,
    English,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    Number,
    Ordinal,
    NumberRange,
    Percent,
    Currency,
    Dimension,
    DateTime,
    PhoneNumber,
    Email,
    Url,
}

impl Model {
    /// By its name in the library, as in the names of its files: `NumberModel`.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "NumberModel" => Self::Number,
            "OrdinalModel" => Self::Ordinal,
            "NumberRangeModel" => Self::NumberRange,
            "PercentModel" => Self::Percent,
            "CurrencyModel" => Self::Currency,
            "DimensionModel" => Self::Dimension,
            "DateTimeModel" => Self::DateTime,
            "PhoneNumberModel" => Self::PhoneNumber,
            "EmailModel" => Self::Email,
            "URLModel" => Self::Url,
            _ => return None,
        })
    }
}

/// An entity as the library tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognized {
    /// The writer's own characters.
    pub text: String,
    pub type_name: String,
    /// Null where the library gives none.
    pub resolution: Value,
}

/// Everything of one kind in a text, in order. Relative dates count from `reference`.
pub fn recognize(
    model: Model,
    culture: Culture,
    text: &str,
    reference: jiff::civil::DateTime,
) -> Vec<Recognized> {
    let folded = Folded::new(text);
    let chars = folded.chars.as_slice();
    let found: Vec<(Span, String, Value)> = match model {
        Model::Number => number::numbers(culture, chars)
            .into_iter()
            .map(|one| {
                ((one.start, one.end), "number".to_owned(), json!({"value": number::shown(one.value)}))
            })
            .collect(),
        Model::Ordinal => number::ordinal::ordinals(culture, chars)
            .into_iter()
            .map(|(span, relative, value)| {
                let name = if relative { "ordinal.relative" } else { "ordinal" };
                (span, name.to_owned(), json!({"value": value}))
            })
            .collect(),
        Model::NumberRange => number::range::ranges(culture, chars)
            .into_iter()
            .map(|(span, interval)| (span, "numberrange".to_owned(), json!({"value": interval.written()})))
            .collect(),
        Model::Percent => number::percent::percents(culture, chars)
            .into_iter()
            .map(|(span, value)| {
                (span, "percentage".to_owned(), json!({"value": number::percent::written(value)}))
            })
            .collect(),
        Model::Currency => measures("currency", measure::currencies(culture, chars)),
        Model::Dimension => measures("dimension", measure::dimensions(culture, chars)),
        Model::PhoneNumber => as_written("phonenumber", &folded, sequence::phones(chars)),
        Model::Email => as_written("email", &folded, sequence::emails(chars)),
        Model::Url => as_written("url", &folded, sequence::urls(chars)),
        Model::DateTime => date_time::date_times(culture, chars, reference),
    };
    found
        .into_iter()
        .map(|((start, end), type_name, resolution)| {
            let (start, end) = folded.span(start, end);
            Recognized { text: folded.original(start, end), type_name, resolution }
        })
        .collect()
}

fn measures(name: &str, found: Vec<measure::Measure>) -> Vec<(Span, String, Value)> {
    let resolution =
        |one: &measure::Measure| json!({"value": one.value.map(number::shown), "unit": one.unit});
    found.iter().map(|one| (one.span, name.to_owned(), resolution(one))).collect()
}

fn as_written(name: &str, folded: &Folded, found: Vec<Span>) -> Vec<(Span, String, Value)> {
    let value = |(start, end): Span| json!({"value": folded.slice(start, end)});
    found.into_iter().map(|span| (span, name.to_owned(), value(span))).collect()
}
