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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(model: Model, culture: Culture, text: &str) -> String {
        let reference = jiff::civil::date(2026, 11, 22).at(10, 30, 0, 0);
        let shown = |one: &Recognized| {
            let value = &one.resolution["value"];
            let unit = one.resolution["unit"].as_str().map_or(String::new(), |unit| format!(" {unit}"));
            match &one.resolution["values"] {
                Value::Array(values) => {
                    let timex: Vec<&str> =
                        values.iter().filter_map(|value| value["timex"].as_str()).collect();
                    format!("{}={}", one.text, timex.join("|"))
                }
                _ => format!("{}={}{unit}", one.text, value.as_str().unwrap_or("null")),
            }
        };
        recognize(model, culture, text, reference).iter().map(shown).collect::<Vec<_>>().join("; ")
    }

    fn check(model: Model, culture: Culture, text: &str, expected: &str) {
        assert_eq!(read(model, culture, text), expected, "{text}");
    }

    #[test]
    fn numbers_in_words_and_digits() {
        let zh = |text, expected| check(Model::Number, Culture::Chinese, text, expected);
        zh("两万三千零六", "两万三千零六=23006");
        zh("九百七", "九百七=970");
        zh("6万2千", "6万2千=62000");
        zh("八分之三", "八分之三=0.375");
        zh("一切都好", "");
        let en = |text, expected| check(Model::Number, Culture::English, text, expected);
        en("seven hundred and nine", "seven hundred and nine=709");
        en("nine and a half thousand", "nine and a half thousand=9500");
        en("five sixths", "five sixths=0.833333333333333");
        en("2.5 lakh", "2.5 lakh=250000");
    }

    #[test]
    fn shares_ranges_and_places() {
        check(Model::Percent, Culture::Chinese, "八五折", "八五折=85%");
        check(Model::Percent, Culture::Chinese, "百分之十二点五", "百分之十二点五=12.5%");
        check(Model::Percent, Culture::English, "eleven percent", "eleven percent=11%");
        check(Model::NumberRange, Culture::English, "between 5 and 9", "between 5 and 9=[5,9)");
        check(Model::NumberRange, Culture::Chinese, "不少于40", "不少于40=[40,)");
        check(Model::Ordinal, Culture::English, "the forty-third", "forty-third=43");
    }

    #[test]
    fn amounts_with_units_and_money() {
        check(Model::Dimension, Culture::Chinese, "三吨半", "三吨半=3.5 Ton");
        check(Model::Dimension, Culture::English, "6 ft 3 in", "6 ft 3 in=6.25 Foot");
        check(Model::Currency, Culture::Chinese, "八元五角", "八元五角=8.5 Chinese yuan");
        check(Model::Currency, Culture::English, "€ 3.2 million", "€ 3.2 million=3200000 Euro");
    }

    #[test]
    fn addresses() {
        check(
            Model::Email,
            Culture::English,
            "write to a.b@c.example.com.",
            "a.b@c.example.com=a.b@c.example.com",
        );
        check(
            Model::Url,
            Culture::English,
            "see www.example.com/a?b=1, please",
            "www.example.com/a?b=1=www.example.com/a?b=1",
        );
        check(
            Model::PhoneNumber,
            Culture::Chinese,
            "电话+86 10 8888 6666",
            "+86 10 8888 6666=+86 10 8888 6666",
        );
        check(Model::PhoneNumber, Culture::English, "on 12/05/2021", "");
    }

    #[test]
    fn dates_and_times() {
        let zh = |text, expected| check(Model::DateTime, Culture::Chinese, text, expected);
        zh("下周三上午10点", "下周三上午10点=2026-11-25T10");
        zh("2027年5月6日之前", "2027年5月6日之前=2027-05-06");
        zh("从五月到七月", "从五月到七月=(XXXX-05-01,XXXX-07-01,P2M)|(XXXX-05-01,XXXX-07-01,P2M)");
        let en = |text, expected| check(Model::DateTime, Culture::English, text, expected);
        en("next Monday at 3pm", "next Monday at 3pm=2026-11-23T15");
        en("two weeks ago", "two weeks ago=2026-11-08");
        en("before the end of June", "before the end of June=XXXX-06|XXXX-06");
        en("it may rain", "");
    }
}
