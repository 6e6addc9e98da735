//! A mapping read key by key.

use super::{Entry, Node, Place, Problems, Value, read, shown};

/// Takes the values of a mapping out by key, and tells at the end which keys nobody asked for.
pub struct Fields<'n, 'p> {
    entries: &'n [Entry],
    place: Place,
    known: Vec<&'static str>,
    failed: bool,
    problems: &'p mut Problems,
}

impl<'n, 'p> Fields<'n, 'p> {
    /// `None` where `node` is not a mapping.
    pub fn new(node: &'n Node, problems: &'p mut Problems) -> Option<Self> {
        let entries: &[Entry] = match &node.value {
            Value::Mapping(entries) => entries,
            Value::Scalar(_) | Value::Sequence(_) => {
                node.unexpected("a mapping", problems);
                return None;
            }
        };
        Some(Self { entries, place: node.place, known: Vec::new(), failed: false, problems })
    }

    /// The value at `key`; `null` is the same as nothing.
    pub fn node(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        (!entry.value.is_null()).then_some(&entry.value)
    }

    /// Reads the value at `key`; `None` where there is none or it could not be read.
    pub fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&'n Node, &mut Problems) -> Option<T>,
    ) -> Option<T> {
        let node = self.node(key)?;
        let value = read(node, self.problems);
        self.failed |= value.is_none();
        value
    }

    /// The same, but a missing key is an error.
    pub fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&'n Node, &mut Problems) -> Option<T>,
    ) -> Option<T> {
        let Some(node) = self.node(key) else {
            self.failed = true;
            self.problems.error(self.place, format!("the key `{key}` is missing here"));
            return None;
        };
        let value = read(node, self.problems);
        self.failed |= value.is_none();
        value
    }

    /// A truth value, `default` where there is none.
    pub fn flag(&mut self, key: &'static str, default: bool) -> bool {
        self.optional(key, Node::boolean).unwrap_or(default)
    }

    /// A list, empty where there is none.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        read: impl FnMut(&Node, &mut Problems) -> Option<T>,
    ) -> Vec<T> {
        self.optional(key, |node, problems| node.list(read, problems)).unwrap_or_default()
    }

    /// A list of texts, empty where there is none.
    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.list(key, Node::text)
    }

    /// Where the mapping begins.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Where the value of `key` stands, else where the mapping begins.
    pub fn place_of(&self, key: &str) -> Place {
        self.entries.iter().find(|entry| entry.key == key).map_or(self.place, |entry| entry.value.place)
    }

    pub fn problems(&mut self) -> &mut Problems {
        self.problems
    }

    /// Reports every key that was not asked for. Gives whether anything in the mapping was wrong.
    #[expect(clippy::must_use_candidate, reason = "most callers only want the report")]
    pub fn finish(self) -> bool {
        let mut failed = self.failed;
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            failed = true;
            let message = format!("unknown key `{}`", shown(&entry.key));
            if !self.problems.wants_suggestions() {
                self.problems.error(entry.place, message);
                continue;
            }
            let help = if entry.value.is_null() {
                "if it belongs to the text before it, put that text in quotes: within { } a comma ends a text"
                    .to_owned()
            } else {
                read::suggestion(&entry.key, self.known.iter().copied())
                    .unwrap_or_else(|| format!("known here: {}", self.known.join(", ")))
            };
            self.problems.error_with_help(entry.place, message, help);
        }
        failed
    }
}
