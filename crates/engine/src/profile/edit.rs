//! What a person may set in a profile: the same keys and forms as those that are learned.

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    id::{AgentId, ProductId},
    money::Money,
    profile::ProfileEdit,
    quantity::{Quantity, Thousandths},
    understanding::EntityValue,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    OBJECTION, PREFERENCE, RIVAL, ROLES,
    scale::{self, Period},
};
use crate::{document::nearest, knowledge::Knowledge};

/// Keys whose value is a line of text.
const TEXTS: [&str; 6] = ["region", "person", "company", "phone", "email", "wechat_id"];
/// The others without a prefix.
const FORMED: [&str; 7] =
    ["industry", "purchase_scale", "budget", "target_price", "role", "urgency", "language"];
/// How much of a hurry the buyer is in.
const URGENCIES: [&str; 2] = ["high", "low"];
/// What he may write in.
const LANGUAGES: [&str; 2] = ["zh", "en"];
/// What an objection is to, where it is to no product.
const OBJECTIONS: [&str; 2] = ["price", "lead_time"];
/// Longest text, in code points.
const MAX_CHARS: usize = 100;
/// Thousandths: a trillion, more than anybody buys.
const MAX_SCALE: i64 = 1_000_000_000_000_000;
/// So many facts change at once.
const MAX_FACTS: usize = 50;

/// A fact that cannot be set like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {problem}")]
pub struct InvalidFact {
    /// Empty where it is about all of them.
    pub key: String,
    /// What is wrong and how to mend it.
    pub problem: String,
}

/// The edit by `by`, with its values in the form in which facts are kept; null takes a fact away.
pub fn read(
    knowledge: &Knowledge,
    facts: BTreeMap<String, Value>,
    by: AgentId,
    at: Timestamp,
) -> Result<ProfileEdit, InvalidFact> {
    let invalid = |key: String, problem| InvalidFact { key, problem };
    if facts.is_empty() {
        return Err(invalid(String::new(), "give the facts that change, such as `industry`".to_owned()));
    }
    if facts.len() > MAX_FACTS {
        return Err(invalid(String::new(), format!("give at most {MAX_FACTS} facts at once")));
    }
    let read = |(key, value): (String, Value)| match fact(knowledge, &key, value) {
        Ok(value) => Ok((key, value)),
        Err(problem) => Err(invalid(key, problem)),
    };
    Ok(ProfileEdit { by, at, facts: facts.into_iter().map(read).collect::<Result<_, _>>()? })
}

fn fact(knowledge: &Knowledge, key: &str, value: Value) -> Result<Option<Value>, String> {
    let read = reader(knowledge, key)?;
    if value.is_null() { Ok(None) } else { read(knowledge, value).map(Some) }
}

type Reader = fn(&Knowledge, Value) -> Result<Value, String>;

/// How the value of a key is read.
fn reader(knowledge: &Knowledge, key: &str) -> Result<Reader, String> {
    if let Some(of) = key.strip_prefix(OBJECTION) {
        let is_known = OBJECTIONS.contains(&of) || knowledge.product(&ProductId::from(of)).is_some();
        let unknown = || format!("there is no product `{of}`; give a product's id, `price` or `lead_time`");
        return if is_known { Ok(truth) } else { Err(unknown()) };
    }
    if let Some(of) = key.strip_prefix(PREFERENCE) {
        return if of.trim().is_empty() || of.chars().count() > MAX_CHARS {
            Err(format!("name what is preferred in 1 to {MAX_CHARS} characters: `preference:payload`"))
        } else {
            Ok(text)
        };
    }
    if let Some(of) = key.strip_prefix(RIVAL) {
        let known = || knowledge.rivals.iter().map(|rival| rival.id.as_str());
        if known().any(|id| id == of) {
            return Ok(truth);
        }
        let meant =
            nearest(of, known()).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        return Err(format!(
            "the section `rivals` has no `{of}`{meant} Give the id of one that stands there"
        ));
    }
    match key {
        "industry" => Ok(industry),
        "purchase_scale" => Ok(purchase_scale),
        "budget" | "target_price" => Ok(money),
        "role" => Ok(|_, value| name(&ROLES.map(|(role, _)| role), value)),
        "urgency" => Ok(|_, value| name(&URGENCIES, value)),
        "language" => Ok(|_, value| name(&LANGUAGES, value)),
        "opt_out" => Ok(truth),
        _ if TEXTS.contains(&key) => Ok(text),
        _ => {
            let keys = || FORMED.iter().chain(&TEXTS).chain(&["opt_out"]).copied();
            let meant = nearest(key, keys()).map(|meant| format!("; did you mean `{meant}`?"));
            let known = keys().collect::<Vec<_>>().join(", ");
            let meant = meant.unwrap_or_default();
            Err(format!(
                "a profile has no such fact{meant} There are {known}, objection:…, preference:… and rival:…"
            ))
        }
    }
}

fn industry(knowledge: &Knowledge, value: Value) -> Result<Value, String> {
    let ids: Vec<&str> = knowledge.industries.iter().map(|term| term.id.as_str()).collect();
    name(&ids, value)
}

/// One of a few names.
fn name(names: &[&str], value: Value) -> Result<Value, String> {
    match value.as_str() {
        Some(given) if names.contains(&given) => Ok(value),
        given => {
            let meant = given.and_then(|given| nearest(given, names.iter().copied()));
            let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
            Err(format!("{meant}Give one of {}, or null", names.join(", ")))
        }
    }
}

fn truth(_: &Knowledge, value: Value) -> Result<Value, String> {
    if value.is_boolean() { Ok(value) } else { Err("give true, false or null".to_owned()) }
}

fn text(_: &Knowledge, value: Value) -> Result<Value, String> {
    let given = value.as_str().map(str::trim).unwrap_or_default();
    if given.is_empty() || given.chars().count() > MAX_CHARS || given.chars().any(char::is_control) {
        return Err(format!("give one line of 1 to {MAX_CHARS} characters, or null"));
    }
    Ok(Value::from(given))
}

fn money(_: &Knowledge, value: Value) -> Result<Value, String> {
    let amount = serde_json::from_value::<Money>(value).ok().filter(|money| money.minor > 0);
    amount.and_then(|money| serde_json::to_value(money).ok()).ok_or_else(|| {
        r#"give an amount in minor units such as {"minor": 50000000, "currency": "CNY"}, or null"#.to_owned()
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    number: Thousandths,
    #[serde(default)]
    max: Option<Thousandths>,
    #[serde(default)]
    unit: Option<String>,
    period: String,
}

fn purchase_scale(_: &Knowledge, value: Value) -> Result<Value, String> {
    let read = |value| {
        let Scale { number, max, unit, period } = serde_json::from_value(value).ok()?;
        let period = Period::from_name(&period)?;
        let fits = unit.as_ref().is_none_or(|unit| !unit.is_empty() && unit.chars().count() <= MAX_CHARS);
        let rises = max.is_none_or(|max| max > number);
        if !(1..=MAX_SCALE).contains(&max.unwrap_or(number).0) || number.0 <= 0 || !rises || !fits {
            return None;
        }
        let quantity = match max {
            Some(max) => EntityValue::QuantityRange { min: number, max, unit },
            None => EntityValue::Quantity(Quantity { thousandths: number.0, unit }),
        };
        scale::value(&quantity, period)
    };
    read(value).ok_or_else(|| {
        let form = r#"{"number": 200, "unit": "台", "period": "year"}"#;
        format!("give {form}, or null; a period is year, quarter, month or week, and `max` is above `number`")
    })
}

#[cfg(test)]
mod tests {
    use domain::id;
    use serde_json::json;

    use super::*;
    use crate::turn::scene::Scene;

    fn read_one(key: &str, value: Value) -> Result<Option<Value>, String> {
        let at = Timestamp::from_millis(1);
        let by = AgentId::from_ulid(id::compose(at, 1));
        let edit = read(&Scene::new().knowledge, BTreeMap::from([(key.to_owned(), value)]), by, at);
        edit.map(|edit| edit.facts[key].clone()).map_err(|error| error.to_string())
    }

    /// The value is kept as it is given, and null takes it away.
    fn takes(key: &str, value: Value) {
        assert_eq!(read_one(key, value.clone()), Ok(Some(value)), "{key}");
        assert_eq!(read_one(key, Value::Null), Ok(None), "{key}");
    }

    fn refuses(key: &str, value: Value, expected: &str) {
        let problem = read_one(key, value.clone()).expect_err(&format!("{key}: {value}"));
        assert!(problem.contains(expected), "{problem} lacks {expected}");
    }

    #[test]
    fn facts_are_taken_in_the_form_in_which_they_are_learned() {
        takes("industry", json!("automotive_parts"));
        takes("purchase_scale", json!({"number": 200, "unit": "台", "period": "year"}));
        takes("purchase_scale", json!({"number": 1.5, "max": 2, "unit": "t", "period": "month"}));
        takes("budget", json!({"minor": 50_000_000, "currency": "CNY"}));
        takes("role", json!("owner"));
        takes("urgency", json!("low"));
        takes("region", json!("浙江"));
        takes("opt_out", json!(true));
        takes("objection:price", json!(false));
        takes("objection:P001", json!(true));
        takes("preference:payload", json!("20 kg"));
        takes("rival:fanuc", json!(true));
        takes("language", json!("en"));
    }

    #[test]
    fn what_is_not_a_fact_says_how_to_mend_it() {
        refuses("industri", json!("textiles"), "did you mean `industry`?");
        refuses("industry", json!("automotive_part"), "did you mean `automotive_parts`?");
        refuses("industry", json!(1), "Give one of ");
        refuses("budget", json!(500_000), r#"{"minor": 50000000, "currency": "CNY"}"#);
        refuses("budget", json!({"minor": -1, "currency": "CNY"}), "minor units");
        refuses("purchase_scale", json!({"number": 200, "period": "day"}), "year, quarter, month or week");
        refuses("purchase_scale", json!({"number": 2, "max": 1, "period": "year"}), "above `number`");
        refuses("purchase_scale", json!({"number": 1e30, "period": "year"}), "null");
        refuses("region", json!(" "), "1 to 100 characters");
        refuses("region", json!("a\nb"), "one line");
        refuses("opt_out", json!("yes"), "true, false or null");
        refuses("objection:P00X", Value::Null, "there is no product `P00X`");
        refuses("preference:", json!("x"), "preference:payload");
        refuses("rival:fanux", json!(true), "did you mean `fanuc`?");
        refuses("rival:fanuc", json!("yes"), "true, false or null");
        refuses("language", json!("fr"), "Give one of zh, en");
    }
}
