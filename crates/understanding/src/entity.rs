//! Entities: what a message names, in normal form.
//!
//! Each file extracts some kinds into [`Found`]; where they overlap the rank decides, then the length. To add an extractor, write a
//! file with `extract`, call it in [`extract`] and give it a place in [`rank`].

mod contact;
pub(crate) mod date;
mod duration;
mod identifier;
mod money;
mod name;
pub(crate) mod number;
mod percent;
pub(crate) mod place;
mod product;
mod quantity;
mod reference;
pub(crate) mod scan;
mod spec;
#[cfg(test)]
pub(crate) mod tests;
mod trade;
mod unit;

use domain::understanding::{Entity, EntityKind, EntityValue};
use jiff::civil::Date;
use number::Number;
pub(crate) use reference::only_points;

use crate::{
    Listed,
    lexicon::{Hit, Lexicon, Meaning},
    text::Folded,
};

/// Who wins where two overlap: the lower rank.
mod rank {
    pub const EMAIL: u8 = 0;
    pub const LINK: u8 = 1;
    pub const PHONE: u8 = 2;
    pub const PRODUCT: u8 = 3;
    pub const IDENTIFIER: u8 = 4;
    pub const PAYMENT: u8 = 5;
    pub const TRADE: u8 = 6;
    pub const NAME: u8 = 7;
    pub const PERCENT: u8 = 9;
    pub const DATE: u8 = 10;
    pub const MONEY: u8 = 11;
    pub const DURATION: u8 = 12;
    pub const SPEC: u8 = 13;
    pub const QUANTITY: u8 = 14;
    pub const INDUSTRY: u8 = 15;
    pub const PLACE: u8 = 16;
    pub const MODEL: u8 = 17;
    pub const GOODS: u8 = 18;
}

/// A candidate for an entity; `start..end` are folded characters.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    kind: EntityKind,
    start: usize,
    end: usize,
    value: EntityValue,
    negated: bool,
    candidates: Vec<EntityValue>,
    /// The words are those of a kind of goods.
    generic: bool,
    /// What the same words name besides: "both" names two products.
    also: Vec<EntityValue>,
    rank: u8,
    /// Keeps others away, and is no entity itself.
    hidden: bool,
}

impl Found {
    const fn new(kind: EntityKind, start: usize, end: usize, value: EntityValue, rank: u8) -> Self {
        Self {
            kind,
            start,
            end,
            value,
            negated: false,
            candidates: Vec::new(),
            generic: false,
            also: Vec::new(),
            rank,
            hidden: false,
        }
    }

    const fn hidden(start: usize, end: usize, rank: u8) -> Self {
        let mut found = Self::new(EntityKind::Spec, start, end, EntityValue::Unknown(()), rank);
        found.hidden = true;
        found
    }
}

/// A message as the extractors see it.
pub(crate) struct Scene<'a> {
    pub folded: &'a Folded,
    pub chars: &'a [char],
    pub numbers: &'a [Number],
    pub lexicon: &'a Lexicon,
    pub today: Date,
    /// Whether we asked for a quantity, so that a bare number is one.
    pub asks_quantity: bool,
    /// What we asked about, as questions are named.
    pub asked: Option<&'a str>,
    pub listed: Listed<'a>,
    /// What one of the product spoken of costs, in whole units of the shop's currency.
    pub price: Option<i64>,
}

/// What the conversation adds to a message's words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Light<'a> {
    pub today: Date,
    pub asks_quantity: bool,
    /// What we asked about, as questions are named.
    pub asked: Option<&'a str>,
    pub listed: Listed<'a>,
    /// What one of the product spoken of costs, in whole units of the shop's currency.
    pub price: Option<i64>,
}

impl Scene<'_> {
    /// Whether the buyer wrote the folded character with a capital.
    fn is_capital(&self, at: usize) -> bool {
        let (start, end) = self.folded.span(at, at + 1);
        self.folded.original(start, end).chars().next().is_some_and(char::is_uppercase)
    }
}

/// What was found in a message.
pub(crate) struct Extracted {
    /// By start; none overlaps another, but words that name several products stand there once for each.
    pub entities: Vec<Entity>,
    /// The category that the message names first, if any.
    pub category: Option<String>,
}

pub(crate) fn extract(folded: &Folded, lexicon: &Lexicon, light: Light<'_>) -> Extracted {
    let Light { today, asks_quantity, asked, listed, price } = light;
    let chars = folded.chars.as_slice();
    let numbers = number::numbers(chars);
    let scene =
        Scene { folded, chars, numbers: &numbers, lexicon, today, asks_quantity, asked, listed, price };
    let hits = lexicon.hits(chars);
    let mut found = Vec::new();
    product::extract(&scene, &hits, &mut found);
    reference::extract(&scene, &mut found);
    contact::extract(&scene, &mut found);
    identifier::extract(&scene, &mut found);
    trade::extract(&scene, &mut found);
    percent::extract(&scene, &mut found);
    date::extract(&scene, &mut found);
    money::extract(&scene, &mut found);
    duration::extract(&scene, &mut found);
    spec::extract(&scene, &mut found);
    quantity::extract(&scene, &mut found);
    name::extract(&scene, &mut found);
    industries(&hits, &mut found);
    goods(&scene, &hits, &mut found);
    let places: Vec<(usize, usize, bool)> = hits
        .iter()
        .filter_map(|hit| match hit.meaning {
            Meaning::Place(port) => Some((hit.start, hit.end, *port)),
            _ => None,
        })
        .collect();
    place::extract(&scene, &places, &mut found);
    let category = hits.iter().find_map(|hit| match hit.meaning {
        Meaning::Category(id) if !product::is_dealt_in(chars, hit.start, hit.end) => Some(id.to_string()),
        _ => None,
    });
    Extracted { entities: resolve(folded, found), category }
}

fn industries(hits: &[Hit<'_>], found: &mut Vec<Found>) {
    for hit in hits {
        if let Meaning::Industry(id) = hit.meaning {
            let value = EntityValue::Text(id.to_string());
            found.push(Found::new(EntityKind::Industry, hit.start, hit.end, value, rank::INDUSTRY));
        }
    }
}

/// Goods by the name of their kind: those of the shop have products of theirs as candidates, none of which is meant until the buyer says
/// so. What the shop does not have is known from lists and by how it stands in the message, but for what the buyer
/// himself deals in.
fn goods(scene: &Scene<'_>, hits: &[Hit<'_>], found: &mut Vec<Found>) {
    let chars = scene.chars;
    let tagged = scene.lexicon.tagged_goods(chars, hits).into_iter();
    let tagged: Vec<_> = tagged.filter_map(|span| product::without_modifiers(chars, span)).collect();
    let overlap = |one: (usize, usize), other: (usize, usize)| one.0 < other.1 && other.0 < one.1;
    let named = |span: (usize, usize)| {
        let mut names = hits.iter().filter(|hit| matches!(hit.meaning, Meaning::Products(_)));
        names.any(|hit| overlap(span, (hit.start, hit.end)))
    };
    let mut kinds: Vec<(usize, usize)> = Vec::new();
    for hit in hits {
        let positions = match hit.meaning {
            Meaning::Category(id) => scene.lexicon.of_category(id),
            Meaning::Kind(positions) => positions,
            _ => continue,
        };
        if product::is_dealt_in(chars, hit.start, hit.end) || product::is_assistant(chars, hit.start, hit.end)
        {
            continue;
        }
        // What tells which of the kind it is to be ("torque sensor") belongs to the words.
        let wider = tagged.iter().find(|&&span| overlap(span, (hit.start, hit.end)) && !named(span));
        let (start, end) =
            wider.map_or((hit.start, hit.end), |&(start, end)| (start.min(hit.start), end.max(hit.end)));
        let start = product::goods_start(chars, start);
        kinds.push((start, end));
        let mut one = Found::new(EntityKind::Product, start, end, EntityValue::Unknown(()), rank::GOODS);
        let products = positions.iter().filter_map(|&position| scene.lexicon.product(position));
        one.candidates = products.cloned().map(EntityValue::Product).collect();
        one.generic = true;
        one.negated = product::is_excluded(chars, start);
        found.push(one);
    }
    let listed = hits.iter().filter(|hit| matches!(hit.meaning, Meaning::Goods));
    let listed = listed.map(|hit| (product::goods_start(chars, hit.start), hit.end));
    let own = |&span: &(usize, usize)| named(span) || kinds.iter().any(|&kind| overlap(span, kind));
    let tagged = tagged.iter().copied().filter(|span| !own(span));
    let is_meant = |&(start, end): &(usize, usize)| {
        !product::is_of_own_trade(chars, start, end) && !product::is_assistant(chars, start, end)
    };
    for (start, end) in listed.chain(tagged).filter(is_meant) {
        found.push(Found::new(EntityKind::Product, start, end, EntityValue::Unknown(()), rank::GOODS));
    }
}

/// Those that win, in the buyer's own code points.
fn resolve(folded: &Folded, mut found: Vec<Found>) -> Vec<Entity> {
    found.retain(|one| one.start < one.end && one.end <= folded.len());
    found.sort_by_key(|one| (one.rank, usize::MAX - (one.end - one.start), one.start));
    let mut taken = vec![false; folded.original_len()];
    let mut entities = Vec::new();
    for one in found {
        let (start, end) = folded.span(one.start, one.end);
        if start >= end || taken[start..end].iter().any(|&taken| taken) {
            continue;
        }
        taken[start..end].fill(true);
        if one.hidden {
            continue;
        }
        let named = Entity {
            kind: one.kind,
            text: folded.original(start, end),
            start,
            end,
            value: one.value,
            negated: one.negated,
            candidates: one.candidates,
            generic: one.generic,
        };
        let also = one.also.into_iter().map(|value| Entity { value, ..named.clone() }).collect::<Vec<_>>();
        entities.push(named);
        entities.extend(also);
    }
    entities.sort_by_key(|entity| entity.start);
    entities
}
