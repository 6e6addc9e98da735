//! The shop's orders as numbers: products, buyers and days by index.

use std::collections::BTreeMap;

/// Days since 1970-01-01.
pub type Day = i32;

/// One line of an order on its way into the book.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedLine<'a> {
    /// Who bought: a company, or a contact without one.
    pub buyer: &'a str,
    /// Industry, or whatever groups buyers that buy alike.
    pub group: Option<&'a str>,
    pub product: &'a str,
    pub day: Day,
    /// In units of the product; what is not above 0 is no purchase.
    pub quantity: f64,
}

/// All that one buyer bought on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Basket {
    pub buyer: u32,
    pub day: Day,
    /// Products, each once, rising.
    pub products: Vec<u32>,
}

/// A past basket of the buyer who is served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HistoryBasket<'a> {
    pub day: Day,
    pub products: &'a [u32],
}

/// Orders in the order of days.
#[derive(Debug, Clone, Default)]
pub struct OrderBook {
    products: Vec<String>,
    product_numbers: BTreeMap<String, u32>,
    buyers: Vec<String>,
    groups: Vec<String>,
    /// Of each buyer, the number of its group; the last one said.
    group_of: Vec<Option<u32>>,
    baskets: Vec<Basket>,
    /// Of each buyer, its baskets by number, the oldest first.
    of_buyer: Vec<Vec<u32>>,
}

/// Takes lines in any order.
#[derive(Debug, Clone, Default)]
pub struct OrderBookBuilder {
    products: Names,
    buyers: Names,
    groups: Names,
    group_of: Vec<Option<u32>>,
    lines: Vec<(Day, u32, u32)>,
}

#[derive(Debug, Clone, Default)]
struct Names {
    numbers: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

impl OrderBookBuilder {
    pub fn push(&mut self, line: &PlacedLine<'_>) {
        if line.quantity.is_nan() || line.quantity <= 0.0 {
            return;
        }
        let product = self.products.number(line.product);
        let buyer = self.buyers.number(line.buyer);
        self.group_of.resize(self.buyers.names.len(), None);
        if let Some(group) = line.group {
            self.group_of[buyer as usize] = Some(self.groups.number(group));
        }
        self.lines.push((line.day, buyer, product));
    }

    /// A product that the shop sells, whether or not anybody has bought it.
    pub fn know(&mut self, product: &str) {
        self.products.number(product);
    }

    pub fn finish(mut self) -> OrderBook {
        self.lines.sort_unstable();
        self.lines.dedup();
        let mut baskets: Vec<Basket> = Vec::new();
        for (day, buyer, product) in self.lines {
            match baskets.last_mut() {
                Some(basket) if basket.day == day && basket.buyer == buyer => basket.products.push(product),
                _ => baskets.push(Basket { buyer, day, products: vec![product] }),
            }
        }
        let mut of_buyer = vec![Vec::new(); self.buyers.names.len()];
        for (number, basket) in baskets.iter().enumerate() {
            of_buyer[basket.buyer as usize].push(number as u32);
        }
        OrderBook {
            products: self.products.names,
            product_numbers: self.products.numbers,
            buyers: self.buyers.names,
            groups: self.groups.names,
            group_of: self.group_of,
            baskets,
            of_buyer,
        }
    }
}

impl OrderBook {
    /// Ids of the products, by number.
    pub fn products(&self) -> &[String] {
        &self.products
    }

    pub fn product(&self, id: &str) -> Option<u32> {
        self.product_numbers.get(id).copied()
    }

    pub const fn buyers(&self) -> usize {
        self.buyers.len()
    }

    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The number of a group by its name.
    pub fn group(&self, name: &str) -> Option<u32> {
        let found = self.groups.iter().position(|group| group == name)?;
        u32::try_from(found).ok()
    }

    pub fn group_of(&self, buyer: u32) -> Option<u32> {
        self.group_of.get(buyer as usize).copied().flatten()
    }

    /// The baskets from day `from` on and before day `until`.
    pub fn between(&self, from: Day, until: Day) -> &[Basket] {
        let begin = self.baskets.partition_point(|basket| basket.day < from);
        let end = self.baskets.partition_point(|basket| basket.day < until);
        &self.baskets[begin.min(end)..end]
    }

    /// What one buyer bought before a day, the oldest first.
    pub fn history(&self, buyer: u32, before: Day) -> Vec<HistoryBasket<'_>> {
        let numbers = self.of_buyer.get(buyer as usize).map_or(&[][..], Vec::as_slice);
        numbers
            .iter()
            .map(|number| &self.baskets[*number as usize])
            .take_while(|basket| basket.day < before)
            .map(|basket| HistoryBasket { day: basket.day, products: &basket.products })
            .collect()
    }

    /// The day of the first order.
    pub fn first_day(&self) -> Option<Day> {
        self.baskets.first().map(|basket| basket.day)
    }

    pub fn last_day(&self) -> Option<Day> {
        self.baskets.last().map(|basket| basket.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(lines: &[(&str, &str, Day, f64)]) -> OrderBook {
        let mut builder = OrderBookBuilder::default();
        for &(buyer, product, day, quantity) in lines {
            builder.push(&PlacedLine { buyer, group: Some("x"), product, day, quantity });
        }
        builder.finish()
    }

    #[test]
    fn lines_of_one_buyer_and_day_are_one_basket() {
        let book =
            book(&[("a", "P1", 3, 1.0), ("b", "P1", 3, 1.0), ("a", "P2", 3, 5.0), ("a", "P1", 3, 2.0)]);
        let baskets: Vec<(u32, Vec<u32>)> =
            book.between(0, 9).iter().map(|basket| (basket.buyer, basket.products.clone())).collect();
        assert_eq!(baskets, [(0, vec![0, 1]), (1, vec![0])]);
    }

    #[test]
    fn a_history_ends_before_its_day() {
        let book = book(&[("a", "P1", 7, 1.0), ("a", "P2", 3, 1.0), ("b", "P1", 1, 1.0)]);
        let days = |before| book.history(0, before).iter().map(|basket| basket.day).collect::<Vec<_>>();
        assert_eq!((days(3), days(4), days(9)), (vec![], vec![3], vec![3, 7]));
        assert!(book.history(99, 9).is_empty());
    }

    #[test]
    fn what_was_returned_is_no_purchase() {
        let book = book(&[("a", "P1", 1, -2.0), ("a", "P2", 1, 0.0), ("a", "P3", 1, f64::NAN)]);
        assert!(book.between(0, 9).is_empty());
    }
}
