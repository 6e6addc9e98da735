//! Cartons, volume and weight of a quantity.

use domain::{catalog::Product, decimal, quantity::Thousandths};

/// How a quantity travels. Cartons are whole ones; volume and weight are those of full cartons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipment {
    pub cartons: i64,
    /// Cubic centimetres times a million, from sides in thousandths of a centimetre. `None` without the carton's size.
    pub volume: Option<i128>,
    /// Thousandths of a kilogram. `None` without the carton's weight.
    pub gross_grams: Option<i64>,
}

impl Shipment {
    /// Cubic metres with three digits, rounded up: freight is never told too small.
    pub fn cubic_metres(&self) -> Option<String> {
        // 10⁻⁹ cm³ to 10⁻³ m³: sides are in thousandths of a centimetre, a cubic metre holds a million cubic centimetres.
        let litres = self.volume?.checked_add(10_i128.pow(12) - 1)? / 10_i128.pow(12);
        Some(decimal::format_scaled(i64::try_from(litres).ok()?, 3))
    }

    pub fn gross_kg(&self) -> Option<String> {
        self.gross_grams.map(|grams| decimal::format_scaled(grams, 3))
    }
}

/// The cartons that `quantity` (in the product's own unit) fills. `None` where the packing is not known.
pub fn shipment(product: &Product, quantity: Thousandths) -> Option<Shipment> {
    let packing = product.packing.as_ref()?;
    let each = i128::from(packing.per_carton.filter(|&pieces| pieces > 0)?) * 1_000;
    let cartons = i64::try_from((i128::from(quantity.0.max(0)) + each - 1) / each).ok()?;
    let size = |text: &String| decimal::parse_scaled(text, 3).ok().map(i128::from);
    let sides: Option<Vec<i128>> = packing.carton_cm.iter().map(size).collect();
    let volume = match sides.as_deref() {
        Some([length, width, height]) => length
            .checked_mul(*width)
            .and_then(|area| area.checked_mul(*height))
            .and_then(|volume| volume.checked_mul(i128::from(cartons))),
        _ => None,
    };
    let gross = packing.gross_kg.as_ref().and_then(|weight| decimal::parse_scaled(weight, 3).ok());
    Some(Shipment { cartons, volume, gross_grams: gross.and_then(|gross| gross.checked_mul(cartons)) })
}
