//! Golden files: YAML to what must hold, with the place of every slip.

use domain::Timestamp;
use engine::document::{self, Fields, Node, Problems, Style, Value};
use serde_json::Value as Json;

use super::{Expectation, ExpectedLead, ExpectedRecommendation, Golden, GoldenContact, GoldenTurn};
use crate::PastOrder;

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
    let contact = fields.optional("contact", contact).unwrap_or_default();
    let turns = fields.required("turns", |node, problems| node.list(turn, problems)).unwrap_or_default();
    fields.finish();
    Some(Golden { knowledge, contact, turns })
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

fn turn(node: &Node, problems: &mut Problems) -> Option<GoldenTurn> {
    let mut fields = Fields::new(node, problems)?;
    let line = fields.place().line;
    let buyer = fields.required("buyer", Node::text);
    let at = fields.optional("at", |node, problems| {
        let text = node.text(problems)?;
        let at = Timestamp::parse(&text).ok();
        if at.is_none() {
            node.unexpected("a time such as 2026-11-23T10:00:00+08:00", problems);
        }
        at
    });
    let expect = fields.optional("expect", expectation).unwrap_or_default();
    fields.finish();
    Some(GoldenTurn { line, buyer: buyer?, at, expect })
}

fn expectation(node: &Node, problems: &mut Problems) -> Option<Expectation> {
    let mut fields = Fields::new(node, problems)?;
    let mut expect = Expectation {
        intent: fields.optional("intent", Node::text),
        strategy: fields.optional("strategy", Node::text),
        stage: fields.optional("stage", Node::text),
        handoff: fields.optional("handoff", Node::text),
        entities: fields.list("entities", |node, _| Some(json(node))),
        facts: fields.list("facts", |node, _| Some(json(node))),
        profile: fields
            .optional("profile", |node, problems| {
                node.entries(|entry, _| Some((entry.key.clone(), json(&entry.value))), problems)
            })
            .unwrap_or_default(),
        recommendation: fields.optional("recommendation", recommendation),
        lead: fields.optional("lead", lead),
        reply_contains: fields.texts("reply.contains"),
        reply_lacks: fields.texts("reply.lacks"),
        reply_kind: fields.optional("reply.kind", Node::text),
        ..Expectation::default()
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
    fields.finish();
    Some(ExpectedRecommendation::Some { trigger, min, max })
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
