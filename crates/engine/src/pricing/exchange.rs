//! Money in another currency, at the rate that the owner gave for the day. No rate is ever invented: without one there is no price.

use domain::{
    decimal,
    money::{Currency, Money, UnitPrice},
    trade::ExchangeRate,
};
use jiff::civil::Date;

use super::{PriceProblem, Terms};

/// A rate in the direction that is needed: times `over`, divided by `under`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate<'k> {
    pub rate: &'k ExchangeRate,
    over: i128,
    under: i128,
}

const BILLION: i128 = 10_i128.pow(ExchangeRate::DIGITS);
/// A whole unit of money in millionths.
const MAJOR: i128 = 10_i128.pow(UnitPrice::DIGITS);

/// The newest rate in force from one currency to another, given in either direction; the one in this direction before its inverse.
pub(super) fn rate<'k>(terms: &Terms<'k>, from: Currency, to: Currency) -> Result<Rate<'k>, PriceProblem> {
    let in_force = |rate: &&ExchangeRate| {
        let date = |text: &str| text.parse::<Date>().ok();
        date(&rate.as_of).is_some_and(|date| date <= terms.today)
            && date(&rate.valid_until).is_some_and(|date| date >= terms.today)
    };
    let rates = &terms.knowledge.shop.trade.exchange_rates;
    let newest = |from: Currency, to: Currency| {
        rates
            .iter()
            .filter(|rate| rate.from == from && rate.to == to && rate.billionths > 0)
            .filter(in_force)
            .max_by(|left, right| left.as_of.cmp(&right.as_of))
    };
    if let Some(rate) = newest(from, to) {
        return Ok(Rate { rate, over: i128::from(rate.billionths), under: BILLION });
    }
    match newest(to, from) {
        Some(rate) => Ok(Rate { rate, over: BILLION, under: i128::from(rate.billionths) }),
        None => Err(PriceProblem::NoRate { from, to }),
    }
}

impl Rate<'_> {
    /// A unit price of the other currency. It is rounded to what the rate says; else to the minor unit from one major unit on, and to
    /// a millionth below, so that a washer keeps its price.
    pub fn unit_price(&self, millionths: i64, to: Currency) -> Option<i64> {
        let exact = i128::from(millionths).checked_mul(self.over)?;
        let minor = 10_i128.pow(UnitPrice::DIGITS - to.minor_digits());
        let step = match self.rate.round_to {
            Some(step) if step > 0 => i128::from(step),
            _ if exact >= MAJOR.checked_mul(self.under)? => minor,
            _ => 1,
        };
        let rounded = decimal::divide_half_up(exact, self.under.checked_mul(step)?).checked_mul(step)?;
        i64::try_from(rounded).ok()
    }

    /// A part of a unit price, to the millionth: only the whole is rounded further.
    pub fn part(&self, millionths: i64) -> Option<i64> {
        let exact = i128::from(millionths).checked_mul(self.over)?;
        i64::try_from(decimal::divide_half_up(exact, self.under)).ok()
    }

    /// An amount of the other currency, rounded to its minor unit.
    pub fn money(&self, money: Money, to: Currency) -> Option<Money> {
        let over = self.over.checked_mul(10_i128.pow(to.minor_digits()))?;
        let under = self.under.checked_mul(10_i128.pow(money.currency.minor_digits()))?;
        let minor = decimal::divide_half_up(i128::from(money.minor).checked_mul(over)?, under);
        Some(Money { minor: i64::try_from(minor).ok()?, currency: to })
    }
}

/// An amount in `to`, whatever it is in.
pub(crate) fn convert(terms: &Terms<'_>, money: Money, to: Currency) -> Result<Money, PriceProblem> {
    if money.currency == to {
        return Ok(money);
    }
    rate(terms, money.currency, to)?.money(money, to).ok_or(PriceProblem::Overflow)
}
