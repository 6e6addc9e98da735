//! Quantities: integer thousandths of a unit.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::{self, DecimalError};

/// An amount of goods: 1.5 t is 1,500 thousandths. Text form: `{"number": 20, "unit": "台"}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Quantity {
    pub thousandths: i64,
    /// As the buyer or the shop wrote it; `None` where nobody said.
    pub unit: Option<String>,
}

impl Quantity {
    pub const DIGITS: u32 = 3;

    pub const fn whole(number: i64) -> Self {
        Self { thousandths: number.saturating_mul(1_000), unit: None }
    }

    pub fn parse(number: &str, unit: Option<&str>) -> Result<Self, DecimalError> {
        let thousandths = decimal::parse_scaled(number, Self::DIGITS)?;
        Ok(Self { thousandths, unit: unit.map(str::to_owned) })
    }

    #[must_use]
    pub fn with_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.to_owned());
        self
    }

    /// The shortest exact decimal: `20` or `1.5`.
    pub fn number(&self) -> String {
        decimal::format_scaled(self.thousandths, Self::DIGITS)
    }
}

/// A number in thousandths that is written as a JSON number (`20`, `1.5`) and read back exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thousandths(pub i64);

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000 == 0 {
            serializer.serialize_i64(self.0 / 1_000)
        } else {
            serializer.serialize_f64(self.0 as f64 / 1_000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Thousandths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Ok(Self((number * 1_000.0).round() as i64))
    }
}

#[derive(Serialize, Deserialize)]
struct QuantityRecord {
    number: Thousandths,
    unit: Option<String>,
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        QuantityRecord { number: Thousandths(self.thousandths), unit: self.unit.clone() }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record = QuantityRecord::deserialize(deserializer)?;
        Ok(Self { thousandths: record.number.0, unit: record.unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stay_whole_in_json() {
        let json = |number| serde_json::to_string(&Quantity::parse(number, Some("吨")).expect("a number"));
        assert_eq!(json("20").expect("serialises"), r#"{"number":20,"unit":"吨"}"#);
        assert_eq!(json("1.5").expect("serialises"), r#"{"number":1.5,"unit":"吨"}"#);
        let back: Quantity = serde_json::from_str(r#"{"number":1.5,"unit":"吨"}"#).expect("parses");
        assert_eq!(back.thousandths, 1_500);
    }
}
