//! Rows with ids that are unique over all files, and sections that stand once.

use std::collections::HashMap;

use crate::document::{Place, Problems, shown};

/// A row with the place where it stands.
#[derive(Debug, Clone)]
pub(super) struct Row<T> {
    pub value: T,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub(super) struct Table<T> {
    /// What a row is, for messages.
    what: &'static str,
    pub rows: Vec<Row<T>>,
    /// Also of rows that could not be read, so that references to them are not reported as well.
    ids: HashMap<String, Place>,
}

impl<T> Table<T> {
    pub fn new(what: &'static str) -> Self {
        Self { what, rows: Vec::new(), ids: HashMap::new() }
    }

    /// Takes an id for the row at `place`; one that is taken already is an error that names both.
    pub fn claim(&mut self, id: &str, place: Place, problems: &mut Problems) {
        if let Some(&first) = self.ids.get(id) {
            let message = format!(
                "the {} `{}` stands here a second time; first at {}",
                self.what,
                shown(id),
                problems.describe(first)
            );
            problems.error_with_help(place, message, "remove one of them or give it another id");
            return;
        }
        self.ids.insert(id.to_owned(), place);
    }

    pub fn push(&mut self, value: T, place: Place) {
        self.rows.push(Row { value, place });
    }

    pub fn has(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    pub fn len_of_ids(&self) -> usize {
        self.ids.len()
    }

    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|row| &row.value)
    }

    pub fn into_values(self) -> Vec<T> {
        self.rows.into_iter().map(|row| row.value).collect()
    }
}

/// A section that may stand in one file only.
#[derive(Debug, Clone)]
pub(super) struct Once<T> {
    found: Option<Place>,
    pub value: T,
}

impl<T: Default> Default for Once<T> {
    fn default() -> Self {
        Self { found: None, value: T::default() }
    }
}

impl<T> Once<T> {
    /// Where the section stands, if it stands anywhere.
    pub const fn place(&self) -> Option<Place> {
        self.found
    }

    pub fn set(&mut self, section: &str, value: Option<T>, place: Place, problems: &mut Problems) {
        if let Some(first) = self.found {
            let message = format!(
                "the section `{section}` stands here a second time; first at {}",
                problems.describe(first)
            );
            problems.error_with_help(place, message, "put both into one file");
            return;
        }
        self.found = Some(place);
        if let Some(value) = value {
            self.value = value;
        }
    }
}
