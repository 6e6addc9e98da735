//! Golden files: YAML to what must hold, with the place of every slip.

use std::collections::BTreeMap;

use domain::Timestamp;
use engine::document::{self, Fields, Node, Problems, Style, Value};
use serde_json::Value as Json;

use super::{
    Action, AgentAction, Deed, Expectation, ExpectedLead, ExpectedLeadPlace, ExpectedRecommendation,
    ExpectedSilence, ExpectedWritten, Golden, GoldenContact, GoldenStep,
};
use crate::PastOrder;

const HUNDREDTH_OF_AN_HOUR: i64 = 36_000;

/// Reads a file; the error names every place that must be mended.
pub fn read(name: &str, text: &[u8]) -> Result<Golden, String> {
    let mut problems = Problems::default();
    let golden = document::parse(name, text, &mut problems).and_then(|root| file(&root, &mut problems));
    let failed = problems.has_errors();
    let list = problems.into_list();
    match golden {
        Some(golden) if !failed => Ok(golden),
        _ => Err(list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn file(root: &Node, problems: &mut Problems) -> Option<Golden> {
    let mut fields = Fields::new(root, problems)?;
    let knowledge = fields.optional("knowledge", Node::text).map(Into::into);
    fields.optional("name", Node::text);
    let first = fields.optional("contact", contact).unwrap_or_default();
    let others = fields.optional("contacts", |node, problems| {
        node.entries(|entry, problems| Some((entry.key.clone(), contact(&entry.value, problems)?)), problems)
    });
    let mut contacts: BTreeMap<String, GoldenContact> = others.unwrap_or_default().into_iter().collect();
    contacts.insert(String::new(), first);
    let steps = fields.required("turns", |node, problems| {
        node.list(|node, problems| step(node, &contacts, problems), problems)
    });
    fields.finish();
    Some(Golden { knowledge, contacts, steps: steps.unwrap_or_default() })
}

fn contact(node: &Node, problems: &mut Problems) -> Option<GoldenContact> {
    let mut fields = Fields::new(node, problems)?;
    let contact = GoldenContact {
        name: fields.optional("name", Node::text),
        company: fields.optional("company", Node::text),
        company_verified: fields.flag("company_verified", false),
        attributes: fields
            .optional("attributes", |node, problems| {
                node.entries(
                    |entry, problems| Some((entry.key.clone(), entry.value.text(problems)?)),
                    problems,
                )
            })
            .unwrap_or_default()
            .into_iter()
            .collect(),
        orders: fields.list("orders", order),
    };
    fields.finish();
    Some(contact)
}

fn order(node: &Node, problems: &mut Problems) -> Option<PastOrder> {
    let mut fields = Fields::new(node, problems)?;
    let date = fields.required("date", Node::date);
    let product = fields.required("product", Node::text);
    let quantity = fields.required("quantity", |node, problems| node.integer(1..=1_000_000_000, problems));
    fields.finish();
    Some(PastOrder { date: date?, product: product?, quantity: quantity? })
}

const DEEDS: &[(&str, Deed)] = &[
    ("take_over", Deed::TakeOver),
    ("return_to_assistant", Deed::ReturnToAssistant),
    ("resolve", Deed::Resolve),
    ("approve", Deed::Approve),
    ("reject", Deed::Reject),
];

fn agent(node: &Node, problems: &mut Problems) -> Option<AgentAction> {
    if node.as_scalar().is_some() {
        return node.one_of(DEEDS, problems).map(AgentAction::Does);
    }
    let mut fields = Fields::new(node, problems)?;
    let edits = fields.optional("edits", |node, problems| {
        node.entries(|entry, _| Some((entry.key.clone(), json(&entry.value))), problems)
    });
    if let Some(edits) = edits {
        fields.finish();
        return Some(AgentAction::Edits(edits.into_iter().collect()));
    }
    let says = fields.required("says", Node::text);
    fields.finish();
    says.map(AgentAction::Says)
}

fn step(
    node: &Node,
    contacts: &BTreeMap<String, GoldenContact>,
    problems: &mut Problems,
) -> Option<GoldenStep> {
    let mut fields = Fields::new(node, problems)?;
    let (line, place) = (fields.place().line, fields.place());
    let buyer = fields.optional("buyer", Node::text);
    let agent = fields.optional("agent", agent);
    let by = fields.optional("by", |node, problems| {
        let name = node.text(problems)?;
        if !contacts.contains_key(&name) {
            node.unexpected("one of `contacts`", problems);
        }
        Some(name)
    });
    let inbox = fields.optional("inbox", Node::text).unwrap_or_else(|| "chat".to_owned());
    let at = fields.optional("at", time);
    let silence = fields.optional("silence_hours", |node, problems| node.positive(2, problems));
    let (mut expect, mut expect_silence) = (None, None);
    if silence.is_some() {
        expect_silence = fields.optional("expect", expected_silence);
    } else {
        expect = fields.optional("expect", expectation);
    }
    fields.finish();
    let action = match (buyer, agent, silence) {
        (Some(text), None, None) => Action::Writes { text, expect: Box::new(expect.unwrap_or_default()) },
        (None, Some(action), None) if expect.is_none() => Action::Agent(action),
        (None, None, Some(hundredths)) => Action::Silence {
            millis: hundredths * HUNDREDTH_OF_AN_HOUR,
            expect: Box::new(expect_silence.unwrap_or_default()),
        },
        _ => {
            let help = "give `buyer` with what he writes, `agent` with what a person does and no `expect`, or `silence_hours`";
            problems.error_with_help(place, "a step is one thing that one side does", help);
            return None;
        }
    };
    Some(GoldenStep { line, by: by.unwrap_or_default(), inbox, at, action })
}

fn time(node: &Node, problems: &mut Problems) -> Option<Timestamp> {
    let text = node.text(problems)?;
    let at = Timestamp::parse(&text).ok();
    if at.is_none() {
        node.unexpected("a time such as 2026-11-23T10:00:00+08:00", problems);
    }
    at
}

fn expected_silence(node: &Node, problems: &mut Problems) -> Option<ExpectedSilence> {
    let mut fields = Fields::new(node, problems)?;
    let expect = ExpectedSilence {
        written: fields.optional("written", |node, problems| node.list(expected_written, problems)),
        asked: fields.optional("asked", Node::text),
        lead: fields.optional("lead", |node, problems| {
            let mut fields = Fields::new(node, problems)?;
            let place = ExpectedLeadPlace {
                assigned_to: fields.optional("assigned_to", Node::text),
                status: fields.optional("status", Node::text),
                proposed: fields.optional("proposed", Node::text),
            };
            fields.finish();
            Some(place)
        }),
    };
    fields.finish();
    Some(expect)
}

fn expected_written(node: &Node, problems: &mut Problems) -> Option<ExpectedWritten> {
    let mut fields = Fields::new(node, problems)?;
    let written = ExpectedWritten {
        step: fields.optional("step", Node::text),
        reason: fields.optional("reason", Node::text),
        at: fields.optional("at", time),
        draft: fields.optional("draft", Node::boolean),
        contains: fields.texts("contains"),
        lacks: fields.texts("lacks"),
    };
    fields.finish();
    Some(written)
}

fn texts_by_key(node: &Node, problems: &mut Problems) -> Option<Vec<(String, String)>> {
    node.entries(|entry, problems| Some((entry.key.clone(), entry.value.text(problems)?)), problems)
}

fn known(node: &Node, problems: &mut Problems) -> Option<Vec<(String, Json)>> {
    node.entries(|entry, _| Some((entry.key.clone(), json(&entry.value))), problems)
}

fn expectation(node: &Node, problems: &mut Problems) -> Option<Expectation> {
    let mut fields = Fields::new(node, problems)?;
    let mut expect = Expectation {
        intent: fields.optional("intent", Node::text),
        strategy: fields.optional("strategy", Node::text),
        rule: fields.optional("rule", Node::text),
        passed_over: fields.optional("passed_over", texts_by_key).unwrap_or_default(),
        tests: fields.optional("tests", texts_by_key).unwrap_or_default(),
        conversation: fields.optional("conversation", Node::text),
        stage: fields.optional("stage", Node::text),
        handoff: fields.optional("handoff", Node::text),
        entities: fields.list("entities", |node, _| Some(json(node))),
        facts: fields.list("facts", |node, _| Some(json(node))),
        profile: fields.optional("profile", known).unwrap_or_default(),
        company_facts: fields.optional("company_facts", known).unwrap_or_default(),
        recommendation: fields.optional("recommendation", recommendation),
        lead: fields.optional("lead", lead),
        reply_contains: fields.texts("reply.contains"),
        reply_lacks: fields.texts("reply.lacks"),
        reply_kind: fields.optional("reply.kind", Node::text),
    };
    fields.optional("reply", |node, problems| {
        let mut fields = Fields::new(node, problems)?;
        expect.reply_contains.extend(fields.texts("contains"));
        expect.reply_lacks.extend(fields.texts("lacks"));
        expect.reply_kind = fields.optional("kind", Node::text).or(expect.reply_kind.take());
        fields.finish();
        Some(())
    });
    fields.finish();
    Some(expect)
}

fn is_none(node: &Node) -> bool {
    node.as_scalar().is_some_and(|scalar| scalar.text == "none")
}

fn recommendation(node: &Node, problems: &mut Problems) -> Option<ExpectedRecommendation> {
    if is_none(node) {
        return Some(ExpectedRecommendation::None);
    }
    let mut fields = Fields::new(node, problems)?;
    let trigger = fields.optional("trigger", Node::text);
    let mut bound = |key, default| {
        let read = fields.optional(key, |node, problems| node.integer(0..=3, problems));
        read.map_or(default, |bound| bound as usize)
    };
    let (min, max) = (bound("min", 1), bound("max", 3));
    let (has, lacks) = (fields.texts("has"), fields.texts("lacks"));
    fields.finish();
    Some(ExpectedRecommendation::Some { trigger, min, max, has, lacks })
}

fn lead(node: &Node, problems: &mut Problems) -> Option<ExpectedLead> {
    if is_none(node) {
        return Some(ExpectedLead::None);
    }
    let mut fields = Fields::new(node, problems)?;
    let mut bound = |key, default| {
        let read = fields.optional(key, |node, problems| node.amount(2, problems));
        read.map_or(default, |bound| bound as u32)
    };
    let (min, max) = (bound("min", 0), bound("max", 100));
    fields.finish();
    Some(ExpectedLead::Between { min, max })
}

/// The value as JSON; plain scalars become numbers and truth values where they look like them.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Scalar(scalar) => {
            if node.is_null() {
                return Json::Null;
            }
            let plain = scalar.style == Style::Plain;
            match serde_json::from_str::<Json>(&scalar.text) {
                Ok(value @ (Json::Number(_) | Json::Bool(_))) if plain => value,
                _ => Json::String(scalar.text.clone()),
            }
        }
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.clone(), json(&entry.value))).collect())
        }
    }
}
