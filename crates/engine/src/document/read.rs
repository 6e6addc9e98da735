//! Readers of single values. Each gives `None` after noting what is wrong.

use std::{fmt::Write as _, ops::RangeInclusive};

use domain::{
    decimal::{self, DecimalError},
    language::LocalizedText,
};

use super::{Entry, Fields, Node, Place, Problems, Value};

impl Node {
    /// A text that is not empty, as written.
    pub fn text(&self, problems: &mut Problems) -> Option<String> {
        let text = self.scalar_text("a text", problems)?;
        if text.trim().is_empty() {
            problems.error_with_help(self.place, "this text is empty", "write something or remove the key");
            return None;
        }
        Some(text.to_owned())
    }

    /// One text, or `{zh: …, en: …}` with at least one of the two.
    pub fn localized(&self, problems: &mut Problems) -> Option<LocalizedText> {
        if self.as_scalar().is_some() {
            return self.text(problems).map(LocalizedText::one);
        }
        if !matches!(self.value, Value::Mapping(_)) {
            self.unexpected("a text or {zh: …, en: …}", problems);
            return None;
        }
        let mut fields = Fields::new(self, problems)?;
        let text =
            LocalizedText { zh: fields.optional("zh", Self::text), en: fields.optional("en", Self::text) };
        let was_told = fields.finish();
        if text.all().next().is_none() {
            if !was_told {
                problems.error_with_help(self.place, "this text has no language", "give `zh`, `en` or both");
            }
            return None;
        }
        Some(text)
    }

    /// A decimal number as an integer scaled by ten to the power of `digits`, read exactly.
    pub fn decimal(&self, digits: u32, problems: &mut Problems) -> Option<i64> {
        let text = self.scalar_text("a number", problems)?;
        let error = match decimal::parse_scaled(text, digits) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let text = shown(text);
        match error {
            DecimalError::NotANumber => problems.error_with_help(
                self.place,
                format!("`{text}` is not a number"),
                "write digits with at most one point, such as 48000 or 0.0135",
            ),
            DecimalError::TooPrecise(0) => {
                problems.error(self.place, format!("`{text}` is not a whole number"));
            }
            DecimalError::TooPrecise(digits) => {
                let message = format!("`{text}` has more than {digits} digits after the point");
                problems.error_with_help(self.place, message, "round it; nothing is rounded silently");
            }
            DecimalError::TooLarge => problems.error(self.place, format!("`{text}` is too large")),
        }
        None
    }

    /// A decimal number that is not negative, scaled likewise.
    pub fn amount(&self, digits: u32, problems: &mut Problems) -> Option<i64> {
        let value = self.decimal(digits, problems)?;
        if value < 0 {
            problems.error(self.place, format!("`{}` is negative", decimal::format_scaled(value, digits)));
            return None;
        }
        Some(value)
    }

    /// A decimal number above zero, scaled likewise.
    pub fn positive(&self, digits: u32, problems: &mut Problems) -> Option<i64> {
        let value = self.amount(digits, problems)?;
        if value == 0 {
            problems.error(self.place, "this must be more than 0");
            return None;
        }
        Some(value)
    }

    /// A whole number within `range`.
    pub fn integer(&self, range: RangeInclusive<i64>, problems: &mut Problems) -> Option<i64> {
        let value = self.decimal(0, problems)?;
        if !range.contains(&value) {
            let message = match (*range.start(), *range.end()) {
                (0, i64::MAX) => format!("`{value}` is negative"),
                (least, i64::MAX) => format!("`{value}` is less than {least}"),
                (least, most) => format!("`{value}` is not within {least} to {most}"),
            };
            problems.error(self.place, message);
            return None;
        }
        Some(value)
    }

    /// `true` or `false`.
    pub fn boolean(&self, problems: &mut Problems) -> Option<bool> {
        match self.scalar_text("true or false", problems)? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            text => {
                let message = format!("`{}` is neither true nor false", shown(text));
                let help = match text.to_ascii_lowercase().as_str() {
                    "yes" | "on" | "y" | "是" => "write `true`",
                    "no" | "off" | "n" | "否" => "write `false`",
                    _ => "write `true` or `false`",
                };
                problems.error_with_help(self.place, message, help);
                None
            }
        }
    }

    /// A date of the calendar, `2026-09-01`.
    pub fn date(&self, problems: &mut Problems) -> Option<String> {
        let text = self.scalar_text("a date", problems)?;
        if is_date(text) {
            return Some(text.to_owned());
        }
        let message = format!("`{}` is not a date of the calendar", shown(text));
        problems.error_with_help(self.place, message, "write year, month and day as in 2026-09-01");
        None
    }

    /// One of a fixed set of names.
    pub fn one_of<T: Copy>(&self, choices: &[(&str, T)], problems: &mut Problems) -> Option<T> {
        let text = self.scalar_text("a name", problems)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*value);
        }
        let names = || choices.iter().map(|(name, _)| *name);
        let message = format!("`{}` is not known here", shown(text));
        problems.error_with_help(
            self.place,
            message,
            suggestion(text, names()).unwrap_or_else(|| one_of_words(names())),
        );
        None
    }

    /// A list whose items `read` reads; items that could not be read are left out.
    pub fn list<T>(
        &self,
        mut read: impl FnMut(&Self, &mut Problems) -> Option<T>,
        problems: &mut Problems,
    ) -> Option<Vec<T>> {
        let Value::Sequence(items) = &self.value else {
            self.unexpected("a list", problems);
            return None;
        };
        Some(items.iter().filter_map(|item| read(item, problems)).collect())
    }

    /// A list of texts.
    pub fn texts(&self, problems: &mut Problems) -> Option<Vec<String>> {
        self.list(Self::text, problems)
    }

    /// A mapping with keys of the writer's own; values that could not be read are left out.
    pub fn entries<T>(
        &self,
        mut read: impl FnMut(&Entry, &mut Problems) -> Option<T>,
        problems: &mut Problems,
    ) -> Option<Vec<T>> {
        let Value::Mapping(entries) = &self.value else {
            self.unexpected("a mapping", problems);
            return None;
        };
        Some(entries.iter().filter_map(|entry| read(entry, problems)).collect())
    }

    /// The place of the text's character `index`, where that can be told; else the place of the value.
    pub fn place_of_character(&self, index: usize) -> Place {
        match self.as_scalar().and_then(|scalar| scalar.inset) {
            Some(inset) => self.place.shifted(index + usize::from(inset)),
            None => self.place,
        }
    }

    fn scalar_text(&self, expected: &str, problems: &mut Problems) -> Option<&str> {
        match self.as_scalar() {
            Some(scalar) if !self.is_null() => Some(&scalar.text),
            _ => {
                self.unexpected(expected, problems);
                None
            }
        }
    }

    /// Notes that something else is expected here.
    pub fn unexpected(&self, expected: &str, problems: &mut Problems) {
        problems.error(self.place, format!("{expected} is expected here, but this is {}", self.kind()));
    }
}

/// Whether `text` is `YYYY-MM-DD` and such a day exists.
pub fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' && text.parse::<jiff::civil::Date>().is_ok()
}

/// Text as it may stand in a message: cut, and without control characters.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 48;
    let mut result = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == LONGEST {
            result.push('…');
            break;
        }
        if character.is_control() {
            let _ = write!(result, "{}", character.escape_default());
        } else {
            result.push(character);
        }
    }
    result
}

/// The candidate that `word` was probably meant to be.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    const LONGEST: usize = 64;
    let word = word.to_lowercase();
    let length = word.chars().take(LONGEST + 1).count();
    if length > LONGEST {
        return None;
    }
    let allowed = (length / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean …?", where a candidate is near.
pub(crate) fn suggestion<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// "use one of `a`, `b` and `c`".
pub(crate) fn one_of_words<'c>(names: impl IntoIterator<Item = &'c str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => "remove it".into(),
        Some((only, [])) => format!("use {only}"),
        Some((last, others)) => format!("use one of {} and {last}", others.join(", ")),
    }
}
