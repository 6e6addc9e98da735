//! Money: integer minor units with a currency; unit prices in integer millionths.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    decimal::{self, DecimalError},
    quantity::Quantity,
};

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Text that is not a currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency code; use three capital letters of ISO 4217 such as CNY, USD or EUR")]
pub struct InvalidCurrency(String);

impl Currency {
    pub const CNY: Self = Self(*b"CNY");
    pub const EUR: Self = Self(*b"EUR");
    pub const USD: Self = Self(*b"USD");

    pub fn parse(code: &str) -> Result<Self, InvalidCurrency> {
        match *code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(InvalidCurrency(code.chars().take(16).collect())),
        }
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the point in the currency's minor unit (ISO 4217): 2, but 0 for JPY, 3 for KWD and so on.
    pub const fn minor_digits(self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" | b"UGX" | b"XAF" | b"XOF" | b"XPF" | b"PYG"
            | b"RWF" | b"BIF" | b"DJF" | b"GNF" | b"KMF" | b"VUV" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&code).map_err(serde::de::Error::custom)
    }
}

/// An amount in minor units: `{"minor": 5000000, "currency": "CNY"}` is ¥50,000.00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// Reads a decimal amount of major units.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, DecimalError> {
        Ok(Self { minor: decimal::parse_scaled(amount, currency.minor_digits())?, currency })
    }

    /// The shortest exact decimal in major units: `50000` or `49999.5`.
    pub fn amount(&self) -> String {
        decimal::format_scaled(self.minor, self.currency.minor_digits())
    }
}

/// The sum does not fit the integers that money is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is too large to be computed exactly")]
pub struct AmountOverflow;

/// The price of one unit in millionths of the currency's major unit: a washer at 0.0135 is 13,500.
///
/// Text form: `{"amount": "0.0135", "currency": "CNY", "per": "件"}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnitPrice {
    pub millionths: i64,
    pub currency: Currency,
    /// The unit that the price is for, as the shop calls it.
    pub per: String,
}

impl UnitPrice {
    pub const DIGITS: u32 = 6;

    pub fn parse(amount: &str, currency: Currency, per: &str) -> Result<Self, DecimalError> {
        let millionths = decimal::parse_scaled(amount, Self::DIGITS)?;
        Ok(Self { millionths, currency, per: per.to_owned() })
    }

    /// The shortest exact decimal in major units.
    pub fn amount(&self) -> String {
        decimal::format_scaled(self.millionths, Self::DIGITS)
    }

    /// Price times quantity, rounded once, half away from zero, to the currency's minor unit.
    pub fn times(&self, quantity: &Quantity) -> Result<Money, AmountOverflow> {
        let digits = self.currency.minor_digits();
        // millionths × thousandths = 10⁻⁹ major units.
        let exact = i128::from(self.millionths) * i128::from(quantity.thousandths);
        let minor = decimal::divide_half_up(exact, 10_i128.pow(9 - digits));
        let minor = i64::try_from(minor).map_err(|_| AmountOverflow)?;
        Ok(Money { minor, currency: self.currency })
    }
}

#[derive(Serialize, Deserialize)]
struct UnitPriceRecord {
    amount: String,
    currency: Currency,
    per: String,
}

impl Serialize for UnitPrice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        UnitPriceRecord { amount: self.amount(), currency: self.currency, per: self.per.clone() }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for UnitPrice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record = UnitPriceRecord::deserialize(deserializer)?;
        Self::parse(&record.amount, record.currency, &record.per).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(price: &str, quantity: &str, code: &str) -> String {
        let currency = Currency::parse(code).expect("a code");
        let price = UnitPrice::parse(price, currency, "件").expect("a price");
        price.times(&Quantity::parse(quantity, None).expect("a quantity")).expect("it fits").amount()
    }

    #[test]
    fn totals_round_once_half_up_to_the_minor_unit() {
        assert_eq!(times("48000", "20", "CNY"), "960000");
        assert_eq!(times("0.0135", "1", "CNY"), "0.01");
        assert_eq!(times("0.015", "1", "CNY"), "0.02");
        assert_eq!(times("0.0135", "10000", "CNY"), "135");
        assert_eq!(times("10.5", "1", "JPY"), "11");
        assert_eq!(times("1.0005", "1", "KWD"), "1.001");
    }

    #[test]
    fn an_absurd_total_is_an_error_not_a_wrap() {
        let price = UnitPrice { millionths: i64::MAX, currency: Currency::CNY, per: "件".into() };
        let quantity = Quantity { thousandths: i64::MAX, unit: None };
        assert_eq!(price.times(&quantity), Err(AmountOverflow));
    }

    #[test]
    fn unit_prices_keep_six_decimals_in_their_text_form() {
        let price = UnitPrice::parse("0.0135", Currency::CNY, "件").expect("a price");
        let json = serde_json::to_string(&price).expect("serialises");
        assert_eq!(json, r#"{"amount":"0.0135","currency":"CNY","per":"件"}"#);
        assert_eq!(serde_json::from_str::<UnitPrice>(&json).expect("parses"), price);
    }
}
