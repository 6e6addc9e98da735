//! Products of the shop: by id, name, alias or a unique part of a name.

use domain::understanding::{EntityKind, EntityValue};

use super::{Found, Scene, rank, scan::cue_before};
use crate::lexicon::{Hit, Meaning};

const NOT: &[&str] = &[
    "不要",
    "不是",
    "别要",
    "不用",
    "不考虑",
    "除了",
    "而不是",
    "不买",
    "别推",
    "without",
    "not",
    "except",
    "no",
    "other than",
    "instead of",
    "don't want",
    "do not want",
    "rather than",
];

pub fn extract(scene: &Scene<'_>, hits: &[Hit<'_>], found: &mut Vec<Found>) {
    for hit in hits {
        let Meaning::Products(positions) = hit.meaning else { continue };
        let mut ids = positions.iter().filter_map(|&position| scene.lexicon.product(position)).cloned();
        let mut one =
            Found::new(EntityKind::Product, hit.start, hit.end, EntityValue::Unknown(()), rank::PRODUCT);
        match (positions.as_slice(), ids.next()) {
            ([_], Some(id)) => one.value = EntityValue::Product(id),
            (_, Some(id)) => {
                one.candidates = std::iter::once(id).chain(ids).map(EntityValue::Product).collect();
            }
            (_, None) => continue,
        }
        one.negated = cue_before(scene.chars, hit.start, 12, NOT) && near(scene.chars, hit.start);
        found.push(one);
    }
}

/// The excluding word stands directly before, or one short word between.
fn near(chars: &[char], start: usize) -> bool {
    NOT.iter().any(|word| {
        let length = word.chars().count();
        (0..=4).any(|gap| {
            start.checked_sub(length + gap).is_some_and(|from| {
                super::scan::literal(chars, from, word).is_some()
                    && chars[from + length..start].iter().all(|&c| !super::scan::is_clause_end(c))
                    && (!word.is_ascii() || super::scan::begins(chars, from))
            })
        })
    })
}
