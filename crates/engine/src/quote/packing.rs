//! Cartons, weight and volume of one line, from what the shop declares of a carton.

use domain::{catalog::Packing, decimal, quantity::Thousandths, quote::LinePacking};

/// `None` where the shop does not say how many go into a carton, or the figures are too large to be computed.
pub(super) fn of(packing: &Packing, quantity: Thousandths) -> Option<LinePacking> {
    let per_carton = packing.per_carton.filter(|&pieces| pieces > 0)?.checked_mul(1_000)?;
    if quantity.0 <= 0 {
        return None;
    }
    let cartons = quantity.0.checked_add(per_carton - 1)? / per_carton;
    let grams = packing.gross_kg.as_deref().and_then(|kilograms| decimal::parse_scaled(kilograms, 3).ok());
    Some(LinePacking {
        cartons,
        gross_grams: grams.and_then(|grams| grams.checked_mul(cartons)),
        volume_cm3: volume(&packing.carton_cm).and_then(|volume| volume.checked_mul(cartons)),
    })
}

/// Of one carton in cubic centimetres, half up; its sides are decimals in centimetres.
fn volume(sides: &[String]) -> Option<i64> {
    let [length, width, height] = sides else { return None };
    let mut thousandths: i128 = 1;
    for side in [length, width, height] {
        let side = decimal::parse_scaled(side, 1).ok().filter(|side| (1..=1_000_000).contains(side))?;
        thousandths = thousandths.checked_mul(i128::from(side))?;
    }
    i64::try_from(decimal::divide_half_up(thousandths, 1_000)).ok()
}
