//! One case of the library's tests held against what the readers say.

use jiff::civil::DateTime;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::{Culture, Model, Recognized, recognize};

/// A case: a text and the entities that stand in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub input: String,
    /// From where relative dates count.
    pub reference: DateTime,
    pub expected: Vec<Recognized>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// All types and texts are right, and nothing else was read.
    pub span: bool,
    /// And all resolutions are.
    pub value: bool,
    pub read: Vec<Recognized>,
}

impl Case {
    /// From a line of the benchmark's files; `Err` says what is wrong with it.
    pub fn parse(line: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let input = value["input"].as_str().ok_or("`input` is missing or no text")?.to_owned();
        let reference = match value["ctx"]["ReferenceDateTime"].as_str() {
            Some(text) => {
                text.parse().map_err(|error| format!("`ReferenceDateTime` is no date and time: {error}"))?
            }
            None => DateTime::default(),
        };
        let results = value["results"].as_array().ok_or("`results` is missing or no list")?;
        let expected = results.iter().map(expected).collect::<Result<_, _>>()?;
        Ok(Self { input, reference, expected })
    }
}

fn expected(result: &Value) -> Result<Recognized, String> {
    let field = |name: &str| {
        result[name].as_str().map(str::to_owned).ok_or(format!("`{name}` of a result is missing or no text"))
    };
    Ok(Recognized {
        text: field("Text")?,
        type_name: field("TypeName")?,
        resolution: result["Resolution"].clone(),
    })
}

pub fn judge(model: Model, culture: Culture, case: &Case) -> Verdict {
    let read = recognize(model, culture, &case.input, case.reference);
    let span = read.len() == case.expected.len()
        && read.iter().zip(&case.expected).all(|(said, truth)| {
            said.type_name == truth.type_name && normal(&said.text) == normal(&truth.text)
        });
    let value = span
        && read
            .iter()
            .zip(&case.expected)
            .all(|(said, truth)| same_resolution(model, &said.resolution, &truth.resolution));
    Verdict { span, value, read }
}

/// Width and case do not matter, and neither do spaces at the ends.
fn normal(text: &str) -> String {
    text.trim().nfkc().flat_map(char::to_lowercase).collect()
}

fn same_resolution(model: Model, said: &Value, truth: &Value) -> bool {
    match model {
        Model::DateTime => said["values"] == truth["values"],
        Model::Currency | Model::Dimension => {
            same(&said["value"], &truth["value"]) && said["unit"] == truth["unit"]
        }
        _ => same(&said["value"], &truth["value"]),
    }
}

/// The same text, or the same number to the digits that the library prints.
fn same(said: &Value, truth: &Value) -> bool {
    let (Some(left), Some(right)) = (said.as_str(), truth.as_str()) else { return said == truth };
    if left.eq_ignore_ascii_case(right) || normal(left) == normal(right) {
        return true;
    }
    match (number(left), number(right)) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-13 * b.abs(),
        _ => false,
    }
}

fn number(text: &str) -> Option<f64> {
    text.strip_suffix('%').unwrap_or(text).parse().ok()
}
