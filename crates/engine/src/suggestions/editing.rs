//! An accepted proposal put into the shop's own files: a line more in the text that people wrote, nothing else of it moved.

use domain::suggestion::{ProductField, Proposal};

use crate::{
    document::{self, Entry, Node, Place, Problems, Value},
    knowledge::SourceFile,
};

/// Where answers go that were learned.
const LEARNED: &str = "learned.yaml";

/// Why a proposal could not be put into the files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("`{field}` is empty; fill it in")]
    Empty { field: &'static str },
    #[error("`{value}` is not a value of `{field}`; {mend}")]
    Value { field: &'static str, value: String, mend: &'static str },
    #[error("no {what} `{id}` stands in the knowledge")]
    Unknown { what: &'static str, id: String },
    #[error("{path}:{line}: `{key}` stands there already; change it in the file")]
    Taken { path: String, line: u32, key: String },
    #[error("{path}:{line}: this form of `{key}` cannot be added to; change it in the file")]
    Form { path: String, line: u32, key: String },
}

impl EditError {
    /// The field of the proposal that a person has to mend, if it is one.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Empty { field } => Some(field),
            Self::Value { .. } => Some("value"),
            Self::Unknown { .. } | Self::Taken { .. } | Self::Form { .. } => None,
        }
    }
}

/// The files with the proposal in them; the others are as they were.
pub fn apply(files: &[SourceFile], proposal: &Proposal) -> Result<Vec<SourceFile>, EditError> {
    let mut files = files.to_vec();
    match proposal {
        Proposal::Faq { questions, answer } => add_faq(&mut files, questions, answer)?,
        Proposal::Alias { product, alias } => {
            let id = product.as_ref().ok_or(EditError::Empty { field: "product" })?;
            let alias = filled("alias", alias)?;
            let found = find(&files, "products", "id", id.as_str());
            let found = found.ok_or_else(|| unknown("product", id.as_str()))?;
            add_to_list(&mut files, &found, "id", "aliases", &[alias])?;
        }
        Proposal::Example { intent, examples } => {
            let examples =
                examples.iter().map(|text| filled("examples", text)).collect::<Result<Vec<_>, _>>()?;
            if examples.is_empty() {
                return Err(EditError::Empty { field: "examples" });
            }
            let found = find(&files, "intents", "name", intent);
            let found = found.ok_or_else(|| unknown("intent of your own", intent))?;
            add_to_list(&mut files, &found, "name", "examples", &examples)?;
        }
        Proposal::Fact { product, field, value } => {
            let value = filled("value", value)?;
            let found = find(&files, "products", "id", product.as_str());
            let found = found.ok_or_else(|| unknown("product", product.as_str()))?;
            let yaml = fact(*field, value)?;
            add_key(&mut files, &found, "id", field.name(), &yaml)?;
        }
    }
    Ok(files)
}

fn unknown(what: &'static str, id: &str) -> EditError {
    EditError::Unknown { what, id: id.chars().take(64).collect() }
}

fn filled<'t>(field: &'static str, text: &'t str) -> Result<&'t str, EditError> {
    let text = text.trim();
    if text.is_empty() { Err(EditError::Empty { field }) } else { Ok(text) }
}

/// A text in double quotes, as YAML and JSON both write it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    texts.join(", ")
}

/// The value of a product's field as it stands in a file.
fn fact(field: ProductField, value: &str) -> Result<String, EditError> {
    let refused =
        |mend| EditError::Value { field: field.name(), value: value.chars().take(64).collect(), mend };
    match field {
        ProductField::Price
        | ProductField::Moq
        | ProductField::Stock
        | ProductField::LeadTimeDays
        | ProductField::WarrantyMonths => {
            let (whole, rest) = value.split_once('.').unwrap_or((value, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            if digits(whole) && digits(rest) && value.len() <= 18 {
                Ok(value.to_owned())
            } else {
                Err(refused("write a plain number such as 15"))
            }
        }
        ProductField::Certificates => {
            let names: Vec<&str> =
                value.split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty()).collect();
            if names.is_empty() {
                Err(refused("write names such as CE, RoHS"))
            } else {
                Ok(format!("[{}]", list(&names)))
            }
        }
        ProductField::Specs => {
            let parts = value.split_once([':', '：']).map(|(name, value)| (name.trim(), value.trim()));
            match parts {
                Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                    Ok(format!("{{{}: {}}}", quoted(name), quoted(value)))
                }
                _ => Err(refused("write a name and a value such as payload: 20 kg")),
            }
        }
    }
}

/// An item of a section: its file and its own tree.
struct Found {
    file: usize,
    item: Node,
}

fn find(files: &[SourceFile], section: &str, key: &str, id: &str) -> Option<Found> {
    for (file, source) in files.iter().enumerate() {
        let Some(root) = document::parse(&source.path, &source.text, &mut Problems::default()) else {
            continue;
        };
        let Some(Value::Sequence(items)) = root.get(section).map(|node| &node.value) else { continue };
        let is_it =
            |item: &&Node| item.get(key).and_then(Node::as_scalar).is_some_and(|scalar| scalar.text == id);
        if let Some(item) = items.iter().find(is_it) {
            return Some(Found { file, item: item.clone() });
        }
    }
    None
}

fn entry<'n>(item: &'n Node, key: &str) -> Option<&'n Entry> {
    match &item.value {
        Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key),
        Value::Scalar(_) | Value::Sequence(_) => None,
    }
}

/// Puts texts at the head of a list of an item, which is made where there is none.
fn add_to_list(
    files: &mut [SourceFile],
    found: &Found,
    id_key: &str,
    key: &str,
    texts: &[&str],
) -> Result<(), EditError> {
    let Some(there) = entry(&found.item, key) else {
        return add_key(files, found, id_key, key, &format!("[{}]", list(texts)));
    };
    let source = &mut files[found.file];
    let form = form_error(source, there.place, key);
    let Value::Sequence(items) = &there.value.value else { return Err(form) };
    let place = there.value.place;
    if character_at(source, place) == Some('[') {
        let tail = if items.is_empty() { "" } else { ", " };
        return insert(source, place, 1, &format!("{}{tail}", list(texts))).ok_or(form);
    }
    let Some((line, indent)) = first_dash(source, items) else { return Err(form) };
    let lines: Vec<String> = texts.iter().map(|text| format!("{indent}- {}\n", quoted(text))).collect();
    insert_line(source, line, &lines.concat()).ok_or(form)
}

/// The line of the first item of a list that is written with dashes, and what stands before its dash.
fn first_dash(source: &SourceFile, items: &[Node]) -> Option<(u32, String)> {
    let place = items.first()?.place;
    let text = std::str::from_utf8(&source.text).ok()?.trim_start_matches('\u{feff}');
    let line = text.lines().nth(place.line.checked_sub(1)? as usize)?;
    let before: String = line.chars().take(place.column.checked_sub(1)? as usize).collect();
    let indent = before.trim_end().strip_suffix('-')?;
    indent.chars().all(|character| character == ' ').then(|| (place.line, indent.to_owned()))
}

/// Adds a key to an item, after the one that it is known by.
fn add_key(
    files: &mut [SourceFile],
    found: &Found,
    id_key: &str,
    key: &str,
    yaml: &str,
) -> Result<(), EditError> {
    let source = &mut files[found.file];
    if let Some(taken) = entry(&found.item, key) {
        let (path, line) = (source.path.clone(), taken.place.line);
        return Err(EditError::Taken { path, line, key: key.to_owned() });
    }
    let form = form_error(source, found.item.place, key);
    let Some(id) = entry(&found.item, id_key) else { return Err(form) };
    let inserted = if character_at(source, found.item.place) == Some('{') {
        insert(source, id.place, 0, &format!("{key}: {yaml}, "))
    } else {
        let indent = " ".repeat(id.place.column.saturating_sub(1) as usize);
        insert_line(source, id.value.place.line + 1, &format!("{indent}{key}: {yaml}\n"))
    };
    inserted.ok_or(form)
}

fn form_error(source: &SourceFile, place: Place, key: &str) -> EditError {
    EditError::Form { path: source.path.clone(), line: place.line, key: key.to_owned() }
}

/// Adds a FAQ to the file of what was learned, beside the shop's first file.
fn add_faq(files: &mut Vec<SourceFile>, questions: &[String], answer: &str) -> Result<(), EditError> {
    let questions: Vec<&str> =
        questions.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    if questions.is_empty() {
        return Err(EditError::Empty { field: "questions" });
    }
    let item =
        format!("{{questions: [{}], answer: {}}}", list(&questions), quoted(filled("answer", answer)?));
    let known =
        files.iter().position(|file| file.path == LEARNED || file.path.ends_with(&format!("/{LEARNED}")));
    let Some(place) = known else {
        let folder = files.first().and_then(|file| file.path.rsplit_once('/')).map(|(folder, _)| folder);
        let path = folder.map_or_else(|| LEARNED.to_owned(), |folder| format!("{folder}/{LEARNED}"));
        let text = format!("# What was learned from talk.\nfaqs:\n- {item}\n").into_bytes();
        let at = files.partition_point(|file| file.path < path);
        files.insert(at, SourceFile { path, text });
        return Ok(());
    };
    let source = &mut files[place];
    let root = document::parse(&source.path, &source.text, &mut Problems::default());
    let faqs = root.as_ref().and_then(|root| entry(root, "faqs"));
    let Some(faqs) = faqs else {
        if source.text.last().is_some_and(|&byte| byte != b'\n') {
            source.text.push(b'\n');
        }
        source.text.extend(format!("faqs:\n- {item}\n").into_bytes());
        return Ok(());
    };
    let form = form_error(source, faqs.place, "faqs");
    let Value::Sequence(items) = &faqs.value.value else { return Err(form) };
    let Some((line, indent)) = first_dash(source, items) else { return Err(form) };
    insert_line(source, line, &format!("{indent}- {item}\n")).ok_or(form)
}

/// The byte at which a place lies.
fn offset(source: &SourceFile, place: Place) -> Option<usize> {
    let text = std::str::from_utf8(&source.text).ok()?;
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for _ in 1..place.line {
        start += text.get(start..)?.find('\n')? + 1;
    }
    let line = text.get(start..)?;
    let column = place.column.saturating_sub(1) as usize;
    let within = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    Some(start + within)
}

fn character_at(source: &SourceFile, place: Place) -> Option<char> {
    std::str::from_utf8(&source.text).ok()?.get(offset(source, place)?..)?.chars().next()
}

/// Inserts text so many bytes after a place.
fn insert(source: &mut SourceFile, place: Place, after: usize, text: &str) -> Option<()> {
    let at = offset(source, place)? + after;
    source.text.splice(at..at, text.bytes());
    Some(())
}

/// Inserts whole lines before a line, or at the end of a file that has no more.
fn insert_line(source: &mut SourceFile, line: u32, lines: &str) -> Option<()> {
    let mut start = 0;
    for _ in 1..line {
        if let Some(end) = source.text.get(start..)?.iter().position(|&byte| byte == b'\n') {
            start += end + 1;
        } else {
            source.text.push(b'\n');
            start = source.text.len();
        }
    }
    source.text.splice(start..start, lines.bytes());
    Some(())
}
