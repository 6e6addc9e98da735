//! Pages by key: a page starts after the last item of the one before, so that nothing is lost while rows come and go.

use crate::error::{Rejection, StoreError};

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The `next` of the page before; none for the first page. Opaque to callers.
    pub after: Option<String>,
    /// The most items wanted; at least one and at most [`Page::MAX`] are given.
    pub limit: u32,
}

impl Page {
    pub const MAX: u32 = 1_000;

    pub const fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    pub(crate) fn size(&self) -> usize {
        self.limit.clamp(1, Self::MAX) as usize
    }

    /// One more than the page holds, to know whether there is a next one.
    pub(crate) fn fetch(&self) -> i64 {
        self.size() as i64 + 1
    }

    /// The key to start after: a text.
    pub(crate) fn after_text(&self, start: &str) -> String {
        self.after.clone().unwrap_or_else(|| start.to_owned())
    }

    /// The key to start after: a number.
    pub(crate) fn after_number(&self, start: i64) -> Result<i64, StoreError> {
        match &self.after {
            None => Ok(start),
            Some(after) => after.parse().map_err(|_| Rejection::InvalidCursor.into()),
        }
    }

    /// The key to start after: a number and a text that tells equal numbers apart.
    pub(crate) fn after_pair(&self, start: (i64, &str)) -> Result<(i64, String), StoreError> {
        let Some(after) = &self.after else {
            return Ok((start.0, start.1.to_owned()));
        };
        let (number, text) = after.split_once('~').ok_or(Rejection::InvalidCursor)?;
        let number = number.parse().map_err(|_| Rejection::InvalidCursor)?;
        Ok((number, text.to_owned()))
    }
}

/// Sorts after every id and every number.
pub(crate) const LAST: (i64, &str) = (i64::MAX, "~");

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    pub items: Vec<T>,
    /// Where the next page starts; none on the last page.
    pub next: Option<String>,
}

impl<T> Paged<T> {
    /// Cuts what [`Page::fetch`] brought to the page's size.
    pub(crate) fn cut(mut items: Vec<T>, page: &Page, key: impl Fn(&T) -> String) -> Self {
        let more = items.len() > page.size();
        items.truncate(page.size());
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }

    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(convert).collect(), next: self.next }
    }
}
