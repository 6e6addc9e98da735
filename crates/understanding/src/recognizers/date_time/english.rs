//! English dates and times; to come.
use jiff::civil::DateTime;

use super::Item;
use crate::recognizers::Span;

pub fn items(_chars: &[char], _reference: DateTime) -> Vec<(Span, Item)> {
    Vec::new()
}
