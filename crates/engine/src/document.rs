//! YAML text as a tree in which every value knows its place, and the one way to read such trees.
//!
//! Scalars keep the text that stands in the file: numbers are read from it exactly, never through floating point. [`parse`] makes the
//! tree, [`Fields`] and the readers of [`Node`] take values out of it. All of them note what is wrong in [`Problems`] and go on, so
//! that an owner sees everything at once.
//!
//! ```
//! use engine::document::{self, Fields, Node, Problems};
//!
//! let mut problems = Problems::default();
//! let root = document::parse("shop.yaml", b"name: Ningbo\nprise: 5", &mut problems).expect("valid YAML");
//! let mut fields = Fields::new(&root, &mut problems).expect("a mapping");
//! let name = fields.required("name", Node::text);
//! let price = fields.optional("price", |node, problems| node.decimal(6, problems));
//! fields.finish();
//! assert_eq!((name.as_deref(), price), (Some("Ningbo"), None));
//! assert_eq!(
//!     problems.into_list()[0].to_string(),
//!     "shop.yaml:2:1: error: unknown key `prise`\n  help: did you mean `price`?"
//! );
//! ```

mod fields;
mod parse;
mod problem;
mod read;

pub use fields::Fields;
pub use parse::{MAX_BYTES, MAX_DEPTH, MAX_NODES, parse};
pub use problem::{FileId, Place, Problem, Problems, Severity};
pub use read::{is_date, nearest, shown};
pub(crate) use read::{one_of_words, suggestion};

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// In single or double quotes, or tagged `!!str`.
    Quoted,
    /// A block after `|` or `>`.
    Block,
}

/// A text, number, truth value, date or nothing: which one it is depends on who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    pub text: String,
    pub style: Style,
    /// How many columns right of the node's place the text begins, where it stands in the file exactly as it is here: then
    /// places within the text can be named.
    pub inset: Option<u8>,
}

/// One `key: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    pub place: Place,
    pub value: Node,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    /// In file order; no key stands twice.
    Mapping(Vec<Entry>),
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub value: Value,
    pub place: Place,
}

impl Node {
    /// A plain scalar that stands in no file, such as the value of an environment variable.
    pub fn scalar(text: impl Into<String>, place: Place) -> Self {
        Self { value: Value::Scalar(Scalar { text: text.into(), style: Style::Plain, inset: None }), place }
    }

    pub fn mapping(entries: Vec<Entry>, place: Place) -> Self {
        Self { value: Value::Mapping(entries), place }
    }

    /// Whether it is empty, `~` or `null`: the same as not being there.
    pub fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => {
                scalar.style == Style::Plain
                    && matches!(scalar.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            Value::Sequence(_) | Value::Mapping(_) => false,
        }
    }

    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The value at `key`, where this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Mapping(entries) => {
                entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
            }
            Value::Scalar(_) | Value::Sequence(_) => None,
        }
    }

    /// Puts `value` at the end of `path`, making the mappings on the way; what stood there before is replaced. This is how one
    /// source overrides another.
    pub fn set(&mut self, path: &[&str], value: Self) {
        let Some((&key, rest)) = path.split_first() else {
            *self = value;
            return;
        };
        if !matches!(self.value, Value::Mapping(_)) {
            self.value = Value::Mapping(Vec::new());
        }
        let Value::Mapping(entries) = &mut self.value else { return };
        let index = entries.iter().position(|entry| entry.key == key).unwrap_or_else(|| {
            let place = value.place;
            entries.push(Entry { key: key.to_owned(), place, value: Self::scalar("", place) });
            entries.len() - 1
        });
        entries[index].value.set(rest, value);
    }

    /// What it is, in words for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar(_) if self.is_null() => "nothing",
            Value::Scalar(_) => "a single value",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}

#[cfg(test)]
mod tests;
