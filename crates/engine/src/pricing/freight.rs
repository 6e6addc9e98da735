//! What an Incoterm adds: the way from where a list's prices hold to where the buyer wants the goods.

use domain::{
    catalog::Product,
    language::LocalizedText,
    quantity::Thousandths,
    trade::{Freight, FreightStep, Incoterm},
};
use jiff::civil::Date;

use super::{PriceProblem, Terms};

/// One part of the way, with the step that counts for the quantity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leg<'k> {
    pub freight: &'k Freight,
    pub step: &'k FreightStep,
}

/// More parts no way has: factory, port of loading, port of arrival, the buyer's door.
const MOST_LEGS: usize = 4;

/// The parts of the way from prices under `from` to the term that was asked for, the nearest to the factory first; none where it is the
/// same.
pub(super) fn legs<'k>(
    terms: &Terms<'k>,
    product: &Product,
    quantity: Thousandths,
    from: Incoterm,
    list_place: Option<&LocalizedText>,
) -> Result<Vec<Leg<'k>>, PriceProblem> {
    let Some(wanted) = terms.incoterm else { return Ok(Vec::new()) };
    if wanted == from {
        return match list_place.filter(|place| is_elsewhere(terms, place)) {
            Some(_) => Err(PriceProblem::NoFreight { incoterm: wanted }),
            None => Ok(Vec::new()),
        };
    }
    if wanted.names_arrival() && !terms.is_destination {
        return Err(PriceProblem::NeedsPlace { incoterm: wanted });
    }
    let mut legs = Vec::new();
    let mut at = wanted;
    while at != from {
        if legs.len() == MOST_LEGS {
            return Err(PriceProblem::NoFreight { incoterm: wanted });
        }
        // Only the last part ends where the buyer said.
        let leg = leg(terms, product, quantity, at, at == wanted)
            .ok_or(PriceProblem::NoFreight { incoterm: wanted })?;
        at = leg.freight.over;
        legs.push(leg);
    }
    legs.reverse();
    Ok(legs)
}

/// The row for a term: one for this product before one for all, of equal ones the first of the file.
fn leg<'k>(
    terms: &Terms<'k>,
    product: &Product,
    quantity: Thousandths,
    incoterm: Incoterm,
    ends_there: bool,
) -> Option<Leg<'k>> {
    let rows = || {
        terms.knowledge.freight_places.iter().zip(&terms.knowledge.shop.trade.freight).filter(
            move |(places, row)| {
                row.incoterm == incoterm
                    && (row.products.is_empty() || row.products.contains(&product.id))
                    && in_force(row, terms.today)
                    && (!ends_there || places.is_empty() || reaches(terms, incoterm, places))
            },
        )
    };
    let (_, freight) = rows().find(|(_, row)| !row.products.is_empty()).or_else(|| rows().next())?;
    let step = freight.steps.iter().find(|step| step.max.is_none_or(|max| quantity <= max))?;
    Some(Leg { freight, step })
}

/// A term that ends at the seller's port holds for any buyer; one that ends at the buyer's place only for that place.
fn reaches(terms: &Terms<'_>, incoterm: Incoterm, places: &[super::Place]) -> bool {
    if !incoterm.names_arrival()
        && let Some(loading) = &terms.loading
    {
        return places.iter().any(|known| loading.lies_in(known));
    }
    match terms.place.as_ref().filter(|_| terms.is_destination) {
        Some(place) => {
            places.iter().any(|known| place.lies_in(known))
                || (!incoterm.names_arrival() && place.country() != places[0].country())
        }
        None => !incoterm.names_arrival(),
    }
}

/// Whether the buyer takes the goods over at another place than the one that a list's prices hold for. A name in another writing than
/// the list's tells nothing.
fn is_elsewhere(terms: &Terms<'_>, list_place: &LocalizedText) -> bool {
    let Some(loading) = &terms.loading else { return false };
    let mut comparable =
        list_place.all().filter(|name| name.is_ascii() == loading.name.is_ascii()).peekable();
    comparable.peek().is_some()
        && !comparable.any(|name| loading.lies_in(&terms.knowledge.places.place(name)))
}

fn in_force(row: &Freight, today: Date) -> bool {
    let date = |date: &Option<String>| date.as_deref().and_then(|date| date.parse::<Date>().ok());
    date(&row.from).is_none_or(|from| from <= today) && date(&row.until).is_none_or(|until| until >= today)
}
