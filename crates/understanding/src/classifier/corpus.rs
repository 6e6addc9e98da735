//! From a pack's text to examples to learn from, and names to and from text.

use super::{concepts::NameKind, trainer::Example};
use crate::{pack, text::fold};

/// An example as written, with entity marks or without.
pub fn example(line: &str, label: &str) -> Example {
    let marked = pack::read_marks(line);
    let names = marked
        .marks
        .iter()
        .filter_map(|(text, kind)| Some((NameKind::of_mark(kind)?, fold(text))))
        .filter(|(_, name)| !name.trim().is_empty())
        .collect();
    Example { text: fold(&marked.text), label: label.to_owned(), names }
}

/// Reads names as `encode::names` wrote them.
pub fn read_names(text: &str) -> impl Iterator<Item = (NameKind, &str)> {
    text.lines().filter_map(|line| {
        let (kind, name) = line.split_once(' ')?;
        Some((*NameKind::ALL.get(kind.parse::<usize>().ok()?)?, name))
    })
}
