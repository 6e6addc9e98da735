//! Where a turn is not what was expected.

use domain::turn::Turn;
use serde_json::Value;

use super::{Expectation, ExpectedLead, ExpectedRecommendation};

/// Every difference, in words.
pub fn differences(expect: &Expectation, turn: &Turn) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: &str, expected: Option<&str>, actual: &str| {
        if let Some(expected) = expected
            && expected != actual
        {
            found.push(format!("{what} is {actual}, expected {expected}"));
        }
    };
    check("intent", expect.intent.as_deref(), turn.understanding.primary());
    check("strategy", expect.strategy.as_deref(), &turn.strategy.name);
    check("rule", expect.rule.as_deref(), &turn.strategy.rule);
    check("stage", expect.stage.as_deref(), turn.stage.name());
    check("reply.kind", expect.reply_kind.as_deref(), &name_of(&turn.reply.kind));
    let handoff = turn.handoff.as_ref().map_or("none", |handoff| handoff.reason.name());
    check("handoff", expect.handoff.as_deref(), handoff);
    for (rule, words) in &expect.passed_over {
        let because = turn.strategy.passed_over.iter().find(|passed| &passed.rule == rule);
        let because = because.map_or("(not there)", |passed| passed.because.as_str());
        if !because.contains(words.as_str()) {
            found.push(format!("{rule} was passed over because `{because}`, expected `{words}`"));
        }
    }
    for (test, arm) in &expect.tests {
        let actual = turn.strategy.tests.iter().find(|actual| &actual.test == test);
        let actual = actual.map_or("(not there)", |actual| actual.rule.as_deref().unwrap_or("hold_out"));
        if actual != arm {
            found.push(format!("test {test} gives {actual}, expected {arm}"));
        }
    }
    for part in &expect.reply_contains {
        if !turn.reply.text.contains(part.as_str()) {
            found.push(format!("the reply lacks `{part}`: {}", turn.reply.text.replace('\n', " / ")));
        }
    }
    for part in &expect.reply_lacks {
        if turn.reply.text.contains(part.as_str()) {
            found.push(format!("the reply contains `{part}`: {}", turn.reply.text.replace('\n', " / ")));
        }
    }
    let entities = to_values(&turn.understanding.entities);
    found.extend(expect.entities.iter().filter_map(|part| missing("entities", part, &entities)));
    let facts = to_values(&turn.reply.facts);
    found.extend(expect.facts.iter().filter_map(|part| missing("facts", part, &facts)));
    for (of, expected, facts) in [
        ("profile", &expect.profile, &turn.profile.facts),
        ("company_facts", &expect.company_facts, &turn.profile.company_facts),
    ] {
        for (key, value) in expected {
            let known = facts.iter().find(|fact| &fact.key == key).map(|fact| &fact.value);
            if !known.map_or(value.is_null(), |known| contains(known, value)) {
                found.push(format!("{of} {key} is {}, expected {value}", known.unwrap_or(&Value::Null)));
            }
        }
    }
    found.extend(recommendation(expect.recommendation.as_ref(), turn));
    found.extend(lead(expect.lead.as_ref(), turn));
    found
}

fn recommendation(expected: Option<&ExpectedRecommendation>, turn: &Turn) -> Option<String> {
    let actual = turn.recommendation.as_ref();
    match expected? {
        ExpectedRecommendation::None => {
            actual.map(|actual| format!("recommends {} items, expected none", actual.items.len()))
        }
        ExpectedRecommendation::Some { trigger, min, max, has, lacks } => {
            let Some(actual) = actual else { return Some("recommends nothing".to_owned()) };
            let count = actual.items.len();
            if !(*min..=*max).contains(&count) {
                return Some(format!("recommends {count} items, expected {min} to {max}"));
            }
            let offered: Vec<&str> = actual.items.iter().map(|item| item.product.as_str()).collect();
            let wrong = has.iter().any(|product| !offered.contains(&product.as_str()))
                || lacks.iter().any(|product| offered.contains(&product.as_str()));
            if wrong {
                let offered = offered.join(", ");
                return Some(format!("recommends {offered}; expected {has:?} and none of {lacks:?}"));
            }
            let name = name_of(&actual.trigger);
            trigger
                .as_ref()
                .filter(|trigger| **trigger != name)
                .map(|trigger| format!("the recommendation's trigger is {name}, expected {trigger}"))
        }
    }
}

fn lead(expected: Option<&ExpectedLead>, turn: &Turn) -> Option<String> {
    let actual = turn.lead.as_ref().map(|lead| (lead.score * 100.0).round() as u32);
    match (expected?, actual) {
        (ExpectedLead::None, Some(score)) => Some(format!("there is a lead with {score}/100, expected none")),
        (ExpectedLead::Between { .. }, None) => Some("there is no lead".to_owned()),
        (ExpectedLead::Between { min, max }, Some(score)) if !(*min..=*max).contains(&score) => {
            Some(format!("the lead's score is {score}/100, expected {min} to {max}"))
        }
        _ => None,
    }
}

/// The text that an enum is written as.
fn name_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        other => format!("{other:?}"),
    }
}

fn to_values(items: &[impl serde::Serialize]) -> Vec<Value> {
    items.iter().filter_map(|item| serde_json::to_value(item).ok()).collect()
}

fn missing(what: &str, part: &Value, items: &[Value]) -> Option<String> {
    if items.iter().any(|item| contains(item, part)) {
        return None;
    }
    let shown: Vec<String> = items.iter().map(Value::to_string).collect();
    Some(format!("{what} have none like {part}; there are [{}]", shown.join(", ")))
}

/// Whether `part` says nothing that `whole` does not: mappings may leave keys out, numbers compare by value, texts are equal.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|known| contains(known, value)))
        }
        (Value::Number(whole), Value::Number(part)) => whole.as_f64() == part.as_f64(),
        // YAML has one word for the number 20 and the text "20".
        (Value::String(whole), Value::Number(part)) => *whole == part.to_string(),
        _ => whole == part,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_may_leave_keys_out_but_not_differ() {
        let whole = json!({"type": "price", "total": {"minor": 5, "currency": "CNY"}});
        assert!(contains(&whole, &json!({"total": {"minor": 5}})));
        assert!(!contains(&whole, &json!({"total": {"minor": 6}})));
        assert!(!contains(&whole, &json!({"other": 1})));
        assert!(contains(&json!({"number": 20}), &json!({"number": 20.0})));
    }
}
