//! Numbers with technical units, made comparable: 1.8 m is 1,800 mm.

use domain::quantity::Thousandths;

/// What a unit measures, its spellings in lower case, and how many of the smallest part one of it has.
const UNITS: &[(&str, &str, i128)] = &[
    ("length", "um", 1),
    ("length", "µm", 1),
    ("length", "mm", 1_000),
    ("length", "毫米", 1_000),
    ("length", "cm", 10_000),
    ("length", "厘米", 10_000),
    ("length", "m", 1_000_000),
    ("length", "米", 1_000_000),
    ("length", "km", 1_000_000_000),
    ("length", "inch", 25_400),
    ("length", "in", 25_400),
    ("length", "英寸", 25_400),
    ("length", "ft", 304_800),
    ("mass", "mg", 1),
    ("mass", "g", 1_000),
    ("mass", "克", 1_000),
    ("mass", "kg", 1_000_000),
    ("mass", "公斤", 1_000_000),
    ("mass", "千克", 1_000_000),
    ("mass", "t", 1_000_000_000),
    ("mass", "吨", 1_000_000_000),
    ("mass", "lb", 453_592),
    ("mass", "lbs", 453_592),
    ("power", "w", 1),
    ("power", "瓦", 1),
    ("power", "kw", 1_000),
    ("power", "千瓦", 1_000),
    ("voltage", "mv", 1),
    ("voltage", "v", 1_000),
    ("voltage", "伏", 1_000),
    ("voltage", "kv", 1_000_000),
    ("current", "ma", 1),
    ("current", "a", 1_000),
    ("current", "安", 1_000),
    ("force", "n", 1),
    ("force", "牛", 1),
    ("force", "kn", 1_000),
    ("torque", "nm", 1),
    ("torque", "n·m", 1),
    ("torque", "n.m", 1),
    ("pressure", "pa", 1),
    ("pressure", "kpa", 1_000),
    ("pressure", "mpa", 1_000_000),
    ("pressure", "兆帕", 1_000_000),
    ("pressure", "bar", 100_000),
    ("pressure", "psi", 6_895),
    ("frequency", "hz", 1),
    ("frequency", "khz", 1_000),
    ("frequency", "mhz", 1_000_000),
    ("time", "ms", 1),
    ("time", "s", 1_000),
    ("time", "秒", 1_000),
    ("time", "min", 60_000),
    ("time", "h", 3_600_000),
    ("speed", "mm/s", 60),
    ("speed", "m/min", 1_000),
    ("speed", "米/分", 1_000),
    ("speed", "m/s", 60_000),
    ("rotation", "rpm", 1),
    ("rotation", "r/min", 1),
    ("rotation", "转", 1),
    ("volume", "ml", 1),
    ("volume", "毫升", 1),
    ("volume", "l", 1_000),
    ("volume", "升", 1_000),
    ("temperature", "c", 1),
    ("temperature", "°c", 1),
    ("temperature", "℃", 1),
    ("temperature", "度", 1),
];

/// A number that can be compared with others of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What is measured; a unit that is not listed stands for itself.
    pub kind: String,
    pub value: i128,
}

impl Measure {
    pub fn new(number: Thousandths, unit: &str) -> Self {
        let unit = unit.trim().to_lowercase();
        match UNITS.iter().find(|(_, spelling, _)| *spelling == unit) {
            Some((kind, _, parts)) => Self { kind: (*kind).to_owned(), value: i128::from(number.0) * parts },
            None => Self { kind: unit, value: i128::from(number.0) },
        }
    }
}

/// Whether `word` is one of the units that are converted.
pub(crate) fn is_unit(word: &str) -> bool {
    let word = word.to_lowercase();
    UNITS.iter().any(|(_, spelling, _)| *spelling == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_length_is_the_same_in_any_unit() {
        let measure = |number: i64, unit: &str| Measure::new(Thousandths(number * 1_000), unit);
        assert_eq!(measure(1_800, "mm"), Measure::new(Thousandths(1_800), "m"));
        assert_eq!(measure(20, "公斤"), measure(20, "KG"));
        assert_eq!(measure(6, "bar"), Measure::new(Thousandths(600), "MPa"));
        assert_ne!(measure(1, "kg").kind, measure(1, "m").kind);
        assert_eq!(measure(8, "口"), measure(8, "口"));
    }
}
