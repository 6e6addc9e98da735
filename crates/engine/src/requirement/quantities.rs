//! Which quantity belongs to which product: the nearest one, else the focus.

use std::{iter, ops::Range};

use domain::{
    id::ProductId,
    quantity::Quantity,
    requirement::{Requirement, Slot},
    understanding::{Entity, EntityKind, EntityValue, Understanding},
};

use super::{
    cues,
    matching::{Match, match_row},
    table::{self, Row},
};
use crate::{
    profile::{
        scale,
        wording::{Wording, has_any},
    },
    situation::Situation,
};

/// A quantity beside one of these is not the deal's.
const SAMPLE: &[&str] = &["样品", "样机", "打样", "寄样", "拿样", "sample"];
/// One quantity for each of several products.
const EACH: &[&str] = &["各", "每款", "每种", "each", "of both"];
/// As many quantities as products, in their order.
const IN_ORDER: &[&str] = &["分别", "respectively"];
/// Directly before a quantity: it is taken back.
const NOT: &[&str] = &["不是", "不要", "不用", "而不是", "not", "no longer", "instead of", "rather than"];
/// Directly before a quantity that another one follows: it was meant before.
const WAS: &[&str] = &["从", "原来", "原定", "之前", "本来", "from", "was"];
/// Directly behind a quantity that another one follows: likewise.
const BECOMES: &[&str] =
    &["改", "换成", "变", "不要了", "太多", "多了", "不够", "少了", "->", "→", "is too many", "too many"];
/// Directly before a lone quantity: it comes on top.
const MORE: &[&str] = &["再加", "多加", "追加", "另加", "add", "add another", "another", "plus"];
/// A number beside one of these counts what is there or what is bad, and is wanted by nobody.
const COUNTED: &[&str] =
    &["库存", "现货", "剩", "不良", "次品", "坏", "stock", "defect", "faulty", "left", "reject"];

struct Named<'u> {
    product: &'u ProductId,
    span: Range<usize>,
    quantity: Option<&'u Entity>,
}

/// Gives each quantity of the message to its product.
pub(super) fn assign(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    let quantities: Vec<&Entity> = understanding
        .entities_of(EntityKind::Quantity)
        .filter(|entity| !entity.negated && !is_no_number(wording, entity))
        .filter(|entity| value(entity).is_some() || refused(wording, entity).is_some())
        .filter(|entity| scale::period(wording, understanding, entity).is_none())
        // "The 10 kg one" counts nothing.
        .filter(|_| super::picked_by_figure(situation, understanding).is_none())
        .filter(|entity| {
            let clause = wording.clause(entity.start..entity.end);
            !has_any(wording.part(&clause), SAMPLE)
        })
        .collect();
    let quantities: Vec<&Entity> = quantities
        .iter()
        .enumerate()
        .filter(|(at, entity)| !is_taken_back(wording, entity, *at + 1 < quantities.len()))
        .map(|(_, entity)| *entity)
        .collect();
    let mut named: Vec<Named<'_>> = understanding
        .entities_of(EntityKind::Product)
        .filter(|entity| !entity.negated)
        .filter_map(|entity| match &entity.value {
            EntityValue::Product(product) => {
                Some(Named { product, span: entity.start..entity.end, quantity: None })
            }
            _ => None,
        })
        .collect();
    if let [only] = quantities.as_slice()
        && named.len() > 1
        && has_any(wording.part(&wording.clause(only.start..only.end)), EACH)
    {
        for one in &mut named {
            one.quantity = Some(only);
        }
    } else if named.len() > 1 && named.len() == quantities.len() && has_any(wording.all(), IN_ORDER) {
        for (one, quantity) in named.iter_mut().zip(&quantities) {
            one.quantity = Some(quantity);
        }
    } else {
        pair(&mut named, &quantities);
    }
    // What nobody can order still takes the place of what was said before.
    let slot = |entity: &Entity| {
        let value = value(entity).filter(|_| refused(wording, entity).is_none())?;
        Some(Slot { value, evidence: situation.message_at(entity.start).id })
    };
    for found in &named {
        if let Some(entity) = found.quantity
            && let Some(line) = requirement.lines.iter_mut().find(|line| &line.product.value == found.product)
        {
            line.quantity = slot(entity);
        }
    }
    // Alone it is of the product that was asked about, else it replaces the quantity of what was spoken of last.
    if named.is_empty()
        && let Some(last) = quantities.last()
    {
        let asked = asked_of(situation);
        if let Some(at) =
            asked.and_then(|id| requirement.lines.iter().position(|line| line.product.value == id))
        {
            let line = requirement.lines.remove(at);
            requirement.lines.push(line);
        }
        match requirement.lines.last_mut() {
            Some(line) if !super::names_unknown_product(understanding) => {
                line.quantity = slot(last).map(|new| on_top(line.quantity.as_ref(), new, wording, last));
            }
            Some(_) => {}
            None => requirement.quantity = slot(last),
        }
    }
}

/// The product of which we asked how many are needed.
fn asked_of(situation: &Situation<'_>) -> Option<ProductId> {
    let question = situation.conversation.memory.question.as_ref()?;
    let [only] = question.choices.as_slice() else { return None };
    (question.about == "quantity_of").then(|| ProductId::from(only.as_str()))
}

/// Why nobody can order a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unorderable {
    NotPositive,
    /// It has more digits than any quantity.
    TooLarge,
}

/// Whether the messages name a quantity of a product that nobody can order.
pub(crate) fn unorderable(
    situation: &Situation<'_>,
    understanding: &Understanding,
    product: &ProductId,
) -> Option<Unorderable> {
    let text = situation.text();
    if let Some(table) = table::read(&text) {
        let is_meant = |row: &Row| match_row(situation.knowledge, row) == Match::One(product.clone());
        let mut refused = table.rows.iter().filter(|row| row.unorderable.is_some());
        return refused.find(|row| is_meant(row)).and_then(|row| row.unorderable);
    }
    let mut quantities = understanding.entities_of(EntityKind::Quantity).filter(|entity| !entity.negated);
    let first = quantities.next()?;
    let wording = Wording::new(&text);
    let goods: Vec<(usize, Option<&ProductId>)> = understanding
        .entities_of(EntityKind::Product)
        .map(|entity| match &entity.value {
            EntityValue::Product(id) => (entity.start, Some(id)),
            _ => (entity.start, None),
        })
        .collect();
    // Of several goods in one message it is said of the nearest.
    let is_of = |entity: &&Entity| {
        let nearest = goods.iter().min_by_key(|(start, _)| start.abs_diff(entity.start));
        nearest.is_none_or(|(_, id)| *id == Some(product))
    };
    iter::once(first).chain(quantities).filter(is_of).find_map(|entity| refused(&wording, entity))
}

fn refused(wording: &Wording, entity: &Entity) -> Option<Unorderable> {
    let clause = wording.clause(entity.start..entity.end);
    if has_any(wording.part(&clause), COUNTED) {
        return None;
    }
    match &entity.value {
        EntityValue::Quantity(quantity) if quantity.thousandths <= 0 => Some(Unorderable::NotPositive),
        EntityValue::Unknown(()) if entity.candidates.is_empty() => Some(Unorderable::TooLarge),
        _ => is_negative(wording, entity).then_some(Unorderable::NotPositive),
    }
}

/// "-5台" is no order of five; between digits the stroke is a range, and behind a name it joins or parts.
fn is_negative(wording: &Wording, entity: &Entity) -> bool {
    /// Words that end so are followed by what is wanted.
    const WANTED: &[char] = &['要', '买', '订', '定', '成', '为', '到', '来', '是', '按', '下', '购'];
    let before = wording.part(&(entity.start.saturating_sub(2)..entity.start));
    match before {
        [] => false,
        [.., '负'] => true,
        // A list has its strokes at the beginning of lines.
        ['\n', '-' | '−' | '－'] => false,
        [joined, '-' | '−' | '－'] => !joined.is_alphanumeric() || WANTED.contains(joined),
        [.., last] => entity.start == 1 && matches!(last, '-' | '−' | '－') && !wording.all().contains(&'\n'),
    }
}

/// The 一 of 一下, 一些 and 一样 counts nothing.
fn is_no_number(wording: &Wording, entity: &Entity) -> bool {
    let next = wording.part(&(entity.end..entity.end + 1)).first().copied();
    entity.text == "一" && next.is_some_and(|next| "下些点样般起定直共会".contains(next))
}

/// "not 20, 30 pcs", "从20台改成30台": the quantity that the buyer takes back.
fn is_taken_back(wording: &Wording, entity: &Entity, another_follows: bool) -> bool {
    cues::before(wording, entity.start, NOT).is_some()
        || (another_follows && cues::beside(wording, &(entity.start..entity.end), WAS, BECOMES))
}

/// "再加10台" counts on from what was wanted, where both are counted in one unit.
fn on_top(
    known: Option<&Slot<Quantity>>,
    new: Slot<Quantity>,
    wording: &Wording,
    entity: &Entity,
) -> Slot<Quantity> {
    let is_more = cues::before(wording, entity.start, MORE).is_some();
    match known {
        Some(known) if is_more && known.value.unit == new.value.unit => {
            let thousandths = known.value.thousandths.saturating_add(new.value.thousandths);
            Slot { value: Quantity { thousandths, ..new.value }, ..new }
        }
        _ => new,
    }
}

/// Pairs by rising distance; where two products are equally near, the quantity follows its product.
fn pair<'u>(named: &mut [Named<'u>], quantities: &[&'u Entity]) {
    let mut pairs: Vec<(usize, bool, usize, usize)> = Vec::new();
    for (which, quantity) in quantities.iter().enumerate() {
        for (whose, named) in named.iter().enumerate() {
            let follows = quantity.start >= named.span.end;
            let gap = if follows {
                quantity.start - named.span.end
            } else {
                named.span.start.saturating_sub(quantity.end)
            };
            pairs.push((gap, !follows, which, whose));
        }
    }
    pairs.sort_unstable();
    let mut used = vec![false; quantities.len()];
    for (_, _, which, whose) in pairs {
        if !used[which] && named[whose].quantity.is_none() {
            used[which] = true;
            named[whose].quantity = Some(quantities[which]);
        }
    }
}

/// A range counts from its lower end, so that no tier is promised that the buyer may not reach.
fn value(entity: &Entity) -> Option<Quantity> {
    match &entity.value {
        EntityValue::Quantity(quantity) if quantity.thousandths > 0 => Some(quantity.clone()),
        EntityValue::QuantityRange { min, unit, .. } if min.0 > 0 => {
            Some(Quantity { thousandths: min.0, unit: unit.clone() })
        }
        _ => None,
    }
}
