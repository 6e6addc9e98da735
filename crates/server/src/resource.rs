//! What is sent: the API's own shapes, converted by hand from what the desk holds.

pub(crate) mod approval;
pub(crate) mod buyer;
pub(crate) mod catalog;
pub(crate) mod conversation;
pub(crate) mod follow_up;
pub(crate) mod insight;
pub(crate) mod lead;
pub(crate) mod offer;
pub(crate) mod operation;
pub(crate) mod quote;
pub(crate) mod replay;
pub(crate) mod suggestion;

use serde::Serialize;
use store::{Page, Paged};
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageOf<T> {
    pub items: Vec<T>,
    /// Give it as `after` for the next page; null on the last one.
    pub next: Option<String>,
}

impl<T> PageOf<T> {
    pub fn of<U: Into<T>>(page: Paged<U>) -> Self {
        Self { items: page.items.into_iter().map(Into::into).collect(), next: page.next }
    }

    /// Cuts a page out of a short list that is sorted by `key`.
    pub fn cut<U: Into<T>>(all: Vec<U>, page: &Page, key: impl Fn(&U) -> String) -> Self {
        let rest = all.into_iter().filter(|item| page.after.as_ref().is_none_or(|after| &key(item) > after));
        let mut items: Vec<U> = rest.take(page.limit as usize + 1).collect();
        let more = items.len() > page.limit as usize;
        items.truncate(page.limit as usize);
        let next = if more { items.last().map(key) } else { None };
        Self { items: items.into_iter().map(Into::into).collect(), next }
    }
}
