//! Which products the lines of a table mean.

use domain::{
    catalog::Product,
    id::ProductId,
    requirement::{Requirement, Slot, UnmatchedLine},
};

use super::{
    lines::focus_on,
    table::{Row, Table},
};
use crate::{knowledge::Knowledge, situation::Situation};

/// So many products are offered for a line that fits none.
const MAX_CANDIDATES: usize = 3;
/// A name may have so many words.
const MAX_WORDS: usize = 4;
/// So many words of a cell are looked at.
const MAX_READ: usize = 24;

/// What a line of a table means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    One(ProductId),
    /// None for certain; those that it may mean, the likeliest first.
    Open(Vec<ProductId>),
}

/// A product that a cell names by id, name or alias, alone or among other words; the more specific column first.
pub fn match_row(knowledge: &Knowledge, row: &Row) -> Match {
    let mut several: Vec<ProductId> = Vec::new();
    let mut slips: Vec<ProductId> = Vec::new();
    for cell in &row.goods {
        let found = named_in(knowledge, cell);
        // A model that is one letter off is asked about, whatever its name is; a number of the buyer's own says nothing.
        if !slips.is_empty() {
            several.extend(found.iter().map(|product| product.id.clone()));
            continue;
        }
        let offered: Vec<&&Product> = found.iter().filter(|product| !product.discontinued).collect();
        match (offered.as_slice(), found.as_slice()) {
            ([only], _) => return Match::One(only.id.clone()),
            ([], [only]) => return Match::One(only.id.clone()),
            ([], []) => slips.extend(misspelt(knowledge, cell)),
            _ => several.extend(found.iter().map(|product| product.id.clone())),
        }
    }
    let near =
        knowledge.product_search.find(knowledge, &row.text()).into_iter().map(|product| product.id.clone());
    let mut candidates: Vec<ProductId> = Vec::new();
    for id in several.into_iter().chain(slips).chain(near) {
        if !candidates.contains(&id) && candidates.len() < MAX_CANDIDATES {
            candidates.push(id);
        }
    }
    Match::Open(candidates)
}

/// Products whose model is one letter off a code in the cell.
fn misspelt(knowledge: &Knowledge, cell: &str) -> Vec<ProductId> {
    let is_code = |word: &&str| word.is_ascii() && word.contains(|letter: char| letter.is_ascii_digit());
    let like = words(cell).filter(is_code).flat_map(|code| knowledge.product_search.like(knowledge, code));
    like.take(MAX_CANDIDATES).cloned().collect()
}

/// The products that a cell names, by the longest of its words in a row that is a name.
fn named_in<'k>(knowledge: &'k Knowledge, cell: &str) -> Vec<&'k Product> {
    let whole = knowledge.product_search.called(knowledge, cell);
    if !whole.is_empty() {
        return whole;
    }
    let words: Vec<&str> = words(cell).take(MAX_READ).collect();
    for length in (1..=MAX_WORDS.min(words.len())).rev() {
        for window in words.windows(length) {
            // One letter alone names nothing.
            if window.concat().chars().count() < 2 {
                continue;
            }
            let found = knowledge.product_search.called(knowledge, &window.concat());
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}

/// Runs of Chinese and runs of letters, digits and hyphens.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    let mut rest = cell;
    std::iter::from_fn(move || {
        let kind = |letter: char| match letter {
            letter if letter.is_ascii_alphanumeric() || letter == '-' => 1,
            letter if letter.is_alphanumeric() => 2,
            _ => 0,
        };
        let start = rest.find(|letter| kind(letter) > 0)?;
        rest = &rest[start..];
        let first = rest.chars().next().map_or(0, kind);
        let end = rest.find(|letter| kind(letter) != first).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Takes the lines of a table into the requirement. A product that stands in several lines is wanted as often.
pub(super) fn take(requirement: &mut Requirement, situation: &Situation<'_>, table: &Table) {
    requirement.unmatched.clear();
    let mut taken: Vec<ProductId> = Vec::new();
    for row in &table.rows {
        let evidence = situation.message_at(row.start).id;
        let quantity = row.quantity.clone().map(|value| Slot { value, evidence });
        match match_row(situation.knowledge, row) {
            Match::One(product) => {
                focus_on(requirement, situation.knowledge, &product, evidence);
                let again = taken.contains(&product);
                if let Some(line) = requirement.lines.last_mut() {
                    match (&mut line.quantity, quantity) {
                        (Some(known), Some(new)) if again && known.value.unit == new.value.unit => {
                            known.value.thousandths =
                                known.value.thousandths.saturating_add(new.value.thousandths);
                        }
                        (_, None) if again => {}
                        (slot, quantity) => *slot = quantity,
                    }
                }
                taken.push(product);
            }
            Match::Open(candidates) => requirement.unmatched.push(Slot {
                value: UnmatchedLine {
                    row: row.number,
                    text: row.text(),
                    quantity: row.quantity.clone(),
                    candidates,
                },
                evidence,
            }),
        }
    }
}
