//! The sections `faqs`, `sales_scripts`, `intents` and `templates`: what is said, and how buyers say it.

use std::collections::{BTreeMap, HashMap};

use domain::{
    catalog::{Faq, Script, ShopIntent},
    language::LocalizedText,
    understanding::EntityKind,
};

use super::{CompiledScript, table::Table};
use crate::{
    document::{Entry, Fields, Node, Place, Problems, Value, nearest, shown},
    expression::Expression,
};

/// What scripts may have filled in.
const PLACEHOLDERS: [&str; 7] =
    ["shop", "product", "warranty", "warranty_months", "unit_cost_per_day", "lead_time_days", "moq"];

pub(super) fn faq(node: &Node, faqs: &mut Table<Faq>, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.optional("id", Node::text);
    let place = if id.is_some() { fields.place_of("id") } else { fields.place() };
    let questions = fields.required("questions", Node::texts);
    if questions.as_ref().is_some_and(Vec::is_empty) {
        let place = fields.place_of("questions");
        fields.problems().error_with_help(
            place,
            "a FAQ without questions",
            "write at least one question as buyers ask it",
        );
    }
    let answer = fields.required("answer", Node::localized);
    let valid_until = fields.optional("valid_until", Node::date);
    fields.finish();
    let questions = questions?;
    let id = id.unwrap_or_else(|| format!("faq_{}", fingerprint(questions.iter().map(String::as_str))));
    faqs.claim(&id, place, problems);
    faqs.push(Faq { id, questions, answer: answer?, valid_until }, place);
    Some(())
}

pub(super) fn script(
    node: &Node,
    scripts: &mut Table<CompiledScript>,
    problems: &mut Problems,
) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.optional("id", Node::text);
    let place = if id.is_some() { fields.place_of("id") } else { fields.place() };
    let intent = fields.required("intent", Node::text);
    let text = fields.required("script", |node, problems| {
        let text = node.localized(problems)?;
        check_placeholders(node, &text, problems);
        Some(text)
    });
    let conditions: Option<Vec<(String, String, Expression)>> =
        fields.optional("conditions", |node, problems| node.entries(condition, problems));
    let valid_until = fields.optional("valid_until", Node::date);
    fields.finish();
    let (intent, text) = (intent?, text?);
    let id = id.unwrap_or_else(|| format!("{intent}_{}", fingerprint(text.all())));
    scripts.claim(&id, place, problems);
    let mut written = BTreeMap::new();
    let mut expressions = Vec::new();
    for (name, test, expression) in conditions.unwrap_or_default() {
        written.insert(name, test);
        expressions.push(expression);
    }
    let script = Script { id, intent, text, conditions: written, valid_until };
    scripts.push(CompiledScript { script, condition: Expression::all(expressions) }, place);
    Some(())
}

/// `order_amount: "> 100000"`, `stage: repurchase`, or a list of the values that are possible.
fn condition(entry: &Entry, problems: &mut Problems) -> Option<(String, String, Expression)> {
    let test = match &entry.value.value {
        Value::Sequence(_) => {
            let choices = entry.value.texts(problems)?;
            let quoted: Vec<String> =
                choices.iter().map(|text| format!("\"{}\"", text.replace('"', ""))).collect();
            format!("in [{}]", quoted.join(", "))
        }
        _ => entry.value.text(problems)?,
    };
    match Expression::condition(&entry.key, &test) {
        Ok(expression) => Some((entry.key.clone(), test, expression)),
        Err(error) => {
            let is_name = error.message.starts_with("unknown name");
            let place = if is_name {
                entry.place
            } else {
                entry.value.place_of_character(error.column.saturating_sub(1))
            };
            problems.add(crate::document::Severity::Error, place, error.message, error.help);
            None
        }
    }
}

fn check_placeholders(node: &Node, text: &LocalizedText, problems: &mut Problems) {
    for wording in text.all() {
        for part in wording.split('{').skip(1) {
            let Some((name, _)) = part.split_once('}') else { continue };
            if !PLACEHOLDERS.contains(&name) {
                let help = nearest(name, PLACEHOLDERS).map_or_else(
                    || format!("known are {}", PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(" ")),
                    |near| format!("did you mean {{{near}}}?"),
                );
                let message = format!("nothing fills in {{{}}}: the script will not be said", shown(name));
                problems.warning(node.place, message, Some(help));
            }
        }
    }
}

/// Fewer examples than this are hard to learn from.
const FEW_EXAMPLES: usize = 5;

pub(super) fn intent(
    node: &Node,
    intents: &mut Table<ShopIntent>,
    known_examples: &mut HashMap<String, String>,
    problems: &mut Problems,
) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let name = fields.required("name", |node, problems| {
        let name = node.text(problems)?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.chars().all(fits) {
            let message = format!("`{}` cannot be the name of an intent", shown(&name));
            problems.error_with_help(node.place, message, "use small letters, digits and _");
            return None;
        }
        Some(name)
    });
    let place = fields.place_of("name");
    let description = fields.optional("description", Node::localized);
    let examples = fields.required("examples", |node, problems| {
        node.list(|node, problems| Some((node.text(problems)?, node.place)), problems)
    });
    let examples_place = fields.place_of("examples");
    fields.finish();
    let (name, examples) = (name?, examples?);
    if examples.is_empty() {
        problems.error_with_help(
            examples_place,
            "an intent without examples",
            "write some messages of buyers",
        );
    } else if examples.len() < FEW_EXAMPLES {
        let message = format!("the intent `{name}` has only {} examples", examples.len());
        problems.warning(
            examples_place,
            message,
            Some("ten to twenty different ones are understood well".into()),
        );
    }
    for (example, place) in &examples {
        example_marks(example, *place, problems);
        let folded = example.trim().to_lowercase();
        match known_examples.get(&folded).filter(|known| **known != name) {
            Some(known) => {
                let message = format!("the example `{}` stands under `{known}` too", shown(example));
                problems.error_with_help(*place, message, "keep it where it belongs");
            }
            None => drop(known_examples.insert(folded, name.clone())),
        }
    }
    intents.claim(&name, place, problems);
    let examples = examples.into_iter().map(|(example, _)| example).collect();
    intents.push(ShopIntent { name, description, examples }, place);
    Some(())
}

/// Warns of entities that nobody knows in `[20台](quantity)多少钱`.
fn example_marks(example: &str, place: Place, problems: &mut Problems) {
    let known = || EntityKind::ALL.iter().map(|kind| kind.name());
    for kind in example.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(kind, _)| kind) {
        let is_name = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_name && !known().any(|name| name == kind) {
            let help = nearest(kind, known()).map(|near| format!("did you mean `{near}`?"));
            problems.warning(place, format!("there is no entity `{}`", shown(kind)), help);
        }
    }
}

pub(super) fn template(
    entry: &Entry,
    templates: &mut Table<(String, LocalizedText)>,
    problems: &mut Problems,
) -> Option<()> {
    templates.claim(&entry.key, entry.place, problems);
    let text = entry.value.localized(problems)?;
    templates.push((entry.key.clone(), text), entry.place);
    Some(())
}

/// A short stable name for texts that were given none: FNV-1a, folded to eight digits.
fn fingerprint<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff))
}
