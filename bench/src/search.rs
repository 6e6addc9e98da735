//! How long a search through a large catalogue takes: words in both languages, a property, a price, a quantity.

use std::time::Instant;

use anyhow::{Context, bail};
use domain::{
    money::{Currency, Money},
    quantity::{Quantity, Thousandths},
    requirement::{Comparator, Specification},
};
use engine::{
    knowledge::{Knowledge, SourceFile, load},
    search::{PriceRange, Property, Wish},
};
use hdrhistogram::Histogram;

use crate::random::Random;

/// Chinese and English name of a kind of goods, and the attribute that is asked for.
const KINDS: [(&str, &str, &str, &str, &str); 8] = [
    ("cobot", "协作机器人", "collaborative robot", "payload", "kg"),
    ("arm", "六轴机器人", "six-axis robot", "reach", "mm"),
    ("gripper", "电动夹爪", "electric gripper", "stroke", "mm"),
    ("sensor", "接近开关", "proximity sensor", "sensing_distance", "mm"),
    ("servo", "伺服电机", "servo motor", "rated_power", "W"),
    ("belt", "皮带输送机", "belt conveyor", "length", "m"),
    ("camera", "工业相机", "industrial camera", "frame_rate", "fps"),
    ("valve", "电磁阀", "solenoid valve", "pressure", "MPa"),
];

/// What was measured, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub products: usize,
    pub searches: usize,
    pub p50: u64,
    pub p99: u64,
    pub most: u64,
}

/// A catalogue of made-up goods: `products` of eight kinds, with names in two languages, two properties and tiers.
pub fn catalogue(products: usize, random: &mut Random) -> anyhow::Result<Knowledge> {
    let mut text = "shop: {name: bench}\ncategories:\n".to_owned();
    for (id, zh, en, ..) in KINDS {
        text.push_str(&format!("- {{id: {id}, name: {{zh: {zh}, en: {en}s}}}}\n"));
    }
    text.push_str("attributes:\n");
    for (_, _, _, attribute, _) in KINDS {
        text.push_str(&format!("- {{id: {attribute}, name: {{zh: {attribute}, en: {attribute}}}}}\n"));
    }
    text.push_str("products:\n");
    for number in 0..products {
        let (id, zh, en, attribute, unit) = KINDS[number % KINDS.len()];
        let (value, price) = (random.between(1, 400), random.between(20, 200_000));
        text.push_str(&format!(
            "- {{id: S{number:05}, name: {{zh: {zh} {id}-{value}, en: {en} {id}-{value}}}, category: {id}, price: {price}, \
             tiers: [{{min: 10, price: {}}}], moq: {}, specs: {{{attribute}: {value} {unit}, weight: {} kg}}, \
             lead_time_days: {}, certificates: [CE], description: {{zh: 第{number}号样品, en: sample number {number}}}}}\n",
            price - price / 20,
            random.between(1, 20),
            random.between(1, 90),
            random.between(3, 60),
        ));
    }
    let loaded = load(&[SourceFile { path: "bench.yaml".into(), text: text.into() }]);
    match loaded.knowledge {
        Some(knowledge) => Ok(knowledge),
        None => bail!("the catalogue has problems: {:?}", loaded.problems.iter().take(3).collect::<Vec<_>>()),
    }
}

/// Searches by words alone, within a category, and by a property without any word that is known, in turn.
pub fn run(products: usize, searches: usize, seed: u64) -> anyhow::Result<Measured> {
    let mut random = Random::new(seed);
    let knowledge = catalogue(products, &mut random)?;
    let mut times = Histogram::<u64>::new(3).context("a histogram")?;
    for number in 0..searches {
        let wish = wish(number, &mut random);
        let begun = Instant::now();
        let hits = knowledge.product_search.search(&knowledge, &wish, 3);
        let taken = begun.elapsed();
        if hits.is_empty() {
            bail!("nothing was found for {wish:?}");
        }
        times.record(u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX)).context("a time")?;
    }
    let micros = |nanos: u64| nanos.div_ceil(1_000);
    Ok(Measured {
        products,
        searches,
        p50: micros(times.value_at_quantile(0.5)),
        p99: micros(times.value_at_quantile(0.99)),
        most: micros(times.max()),
    })
}

fn wish(number: usize, random: &mut Random) -> Wish {
    let (id, zh, en, attribute, unit) = KINDS[random.below(KINDS.len() as u64) as usize];
    let property = Property {
        specification: Specification {
            product: None,
            attribute: attribute.to_owned(),
            comparator: [Comparator::AtLeast, Comparator::AtMost, Comparator::Equal]
                [random.below(3) as usize],
            number: Thousandths(random.between(1, 400) as i64 * 1_000),
            unit: unit.to_owned(),
        },
        words: String::new(),
    };
    let most = Money { minor: random.between(100, 20_000_000) as i64, currency: Currency::CNY };
    Wish {
        words: match number % 3 {
            0 => format!("有没有合适的{zh}推荐"),
            1 => format!("do you have a {en} for us"),
            _ => String::new(),
        },
        category: (number % 4 == 1).then(|| id.to_owned()),
        properties: vec![property],
        price: Some(PriceRange { at_most: Some(most), ..PriceRange::default() }),
        quantity: Some(Quantity::whole(random.between(1, 500) as i64)),
        ..Wish::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_search_in_a_small_catalogue_finds_something() {
        let measured = run(200, 60, 1).expect("it runs");
        assert_eq!((measured.products, measured.searches), (200, 60));
        assert!(measured.p50 <= measured.p99 && measured.p99 <= measured.most);
    }
}
