//! Concepts: what a word is about, from lists written by hand; names: goods, places, firms and people, from the marks of the pack.
//!
//! Real messages share few words with any examples; that 单价, 报价 and `rate` all speak of a price is knowledge that examples alone do not
//! give. The lists are `concepts/zh.txt` and `concepts/en.txt`. Numbers get a concept by what stands behind them, and a name counts as
//! a name of its kind, whichever it is.

use std::collections::HashMap;

use super::{
    features::{Family, Unit},
    vocabulary::Identity,
};

const CHINESE: &str = include_str!("concepts/zh.txt");
const ENGLISH: &str = include_str!("concepts/en.txt");

/// A concept's id; hashed into features.
pub type Concept = u64;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    Product,
    Place,
    Company,
    Person,
    Industry,
}

impl NameKind {
    /// Of a mark in the pack; `None` where the mark is no name.
    pub fn of_mark(kind: &str) -> Option<Self> {
        Some(match kind {
            "product" => Self::Product,
            "region" | "destination" | "port" => Self::Place,
            "company" => Self::Company,
            "person" => Self::Person,
            "industry" => Self::Industry,
            _ => return None,
        })
    }

    pub const ALL: [Self; 5] = [Self::Product, Self::Place, Self::Company, Self::Person, Self::Industry];

    const fn concept(self) -> Concept {
        FIRST_NAME + self as u64
    }
}

/// Phrases with their concepts, by first unit.
#[derive(Debug, Clone, Default)]
pub struct Phrases {
    by_first: HashMap<u64, Vec<Phrase>, std::hash::BuildHasherDefault<Identity>>,
}

#[derive(Debug, Clone)]
struct Phrase {
    units: Vec<u64>,
    concepts: Vec<Concept>,
}

impl Phrases {
    fn new(mut words: Vec<(Vec<u64>, Concept)>) -> Self {
        words.sort_unstable();
        words.dedup();
        let mut phrases = Self::default();
        for (units, concept) in words {
            let Some(&first) = units.first() else { continue };
            let known = phrases.by_first.entry(first).or_default();
            match known.last_mut() {
                Some(last) if last.units == units => last.concepts.push(concept),
                _ => known.push(Phrase { units, concepts: vec![concept] }),
            }
        }
        for known in phrases.by_first.values_mut() {
            known.sort_by_key(|phrase| std::cmp::Reverse(phrase.units.len()));
        }
        phrases
    }

    /// The longest phrase that stands at `at`.
    fn longest(&self, units: &[Unit<'_>], at: usize) -> Option<&Phrase> {
        self.by_first.get(&units[at].id)?.iter().find(|phrase| {
            units.len() - at >= phrase.units.len()
                && (phrase.units.len() > 1 || stands_alone(units, at))
                && phrase.units.iter().zip(&units[at..]).all(|(wanted, unit)| *wanted == unit.id)
        })
    }
}

/// A single Han character is a word of its own only where no other stands beside it: 行, but not in 行业.
fn stands_alone(units: &[Unit<'_>], at: usize) -> bool {
    let han = |unit: &Unit<'_>| unit.text.starts_with(crate::text::is_han);
    let particle = |unit: &Unit<'_>| unit.text.starts_with(is_particle);
    if !han(&units[at]) {
        return true;
    }
    let before = at.checked_sub(1).is_some_and(|i| han(&units[i]));
    let after = units.get(at + 1).is_some_and(|unit| han(unit) && !particle(unit));
    !before && !after
}

const fn is_particle(c: char) -> bool {
    matches!(c, '的' | '了' | '啊' | '吧' | '呀' | '哦' | '呢' | '嘛' | '吗' | '哈' | '啦')
}

/// The lists of one language.
#[derive(Debug, Clone)]
pub struct Lists {
    concepts: Phrases,
    names: Phrases,
}

/// What the lists make of a message.
pub struct Reading {
    /// The concepts in order.
    pub concepts: Vec<Concept>,
    /// The message's units in order, names and numbers replaced by what they are.
    pub masked: Vec<u64>,
}

impl Lists {
    /// `units` divides a phrase as messages are divided.
    pub fn new<'a>(
        family: Family,
        names: impl Iterator<Item = (NameKind, &'a str)>,
        units: impl Fn(&str) -> Vec<u64>,
    ) -> Self {
        let list = match family {
            Family::Chinese => CHINESE,
            Family::English => ENGLISH,
        };
        let mut words: Vec<(Vec<u64>, Concept)> = Vec::new();
        for (concept, line) in list.lines().filter(|line| !line.starts_with('#')).enumerate() {
            let Some((_, line)) = line.split_once(':') else { continue };
            for word in line.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                words.push((units(word), FIRST_LISTED + concept as Concept));
            }
        }
        let names = names.map(|(kind, name)| (units(name), kind.concept())).collect();
        Self { concepts: Phrases::new(words), names: Phrases::new(names) }
    }

    pub fn read(&self, units: &[Unit<'_>]) -> Reading {
        Reading { concepts: self.concepts_of(units), masked: self.mask(units) }
    }

    fn concepts_of(&self, units: &[Unit<'_>]) -> Vec<Concept> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < units.len() && found.len() < MOST {
            if units[at].is_number() {
                found.push(number(units, at));
            }
            let listed = self.concepts.longest(units, at);
            let name = self.names.longest(units, at);
            at += match (listed, name) {
                (Some(listed), name) if name.is_none_or(|name| name.units.len() <= listed.units.len()) => {
                    found.extend(&listed.concepts);
                    listed.units.len()
                }
                (_, Some(name)) => {
                    found.extend(name.concepts.first());
                    name.units.len()
                }
                (_, None) => 1,
            };
        }
        found
    }

    fn mask(&self, units: &[Unit<'_>]) -> Vec<u64> {
        let mut masked = Vec::with_capacity(units.len());
        let mut at = 0;
        while at < units.len() {
            if let Some(name) = self.names.longest(units, at) {
                masked.extend(name.concepts.first());
                at += name.units.len();
            } else {
                masked.push(if units[at].is_number() { number(units, at) } else { units[at].id });
                at += 1;
            }
        }
        masked
    }
}

/// Of longer messages, the first concepts count.
const MOST: usize = 48;

const PLAIN_NUMBER: Concept = 1;
const LONG_NUMBER: Concept = 2;
const GOODS: Concept = 3;
const TIME: Concept = 4;
const MONEY: Concept = 5;
const PERCENT: Concept = 6;
const MEASURE: Concept = 7;
const FIRST_NAME: Concept = 20;
const FIRST_LISTED: Concept = 100;

/// What a number counts, by the unit behind it.
fn number(units: &[Unit<'_>], at: usize) -> Concept {
    if units[at].text.len() >= 7 && units[at].text.is_ascii() {
        return LONG_NUMBER;
    }
    let joins = |unit: &Unit<'_>| {
        unit.is_number() || matches!(unit.text, "." | "," | "十" | "百" | "千" | "万" | "k" | "-")
    };
    let next = (at + 1..units.len()).find(|&i| !joins(&units[i]));
    if at > 0 && matches!(units[at - 1].text, "$" | "¥" | "€" | "£" | "usd" | "rmb" | "eur") {
        return MONEY;
    }
    let Some(next) = next else { return PLAIN_NUMBER };
    match units[next].text {
        "台" | "件" | "只" | "套" | "箱" | "盒" | "包" | "卷" | "吨" | "双" | "把" | "支" | "张" | "片"
        | "条" | "根" | "瓶" | "桶" | "平" | "柜" | "托" | "颗" | "pcs" | "pieces" | "piece" | "units"
        | "sets" | "cartons" | "boxes" | "bags" | "rolls" | "tons" | "pairs" | "containers" | "pallets"
        | "nos" | "ctns" => GOODS,
        "天" | "周" | "月" | "年" | "日" | "号" | "days" | "day" | "weeks" | "week" | "months" | "month"
        | "years" | "year" => TIME,
        "元" | "块" | "毛" | "美" | "刀" | "usd" | "rmb" | "dollars" | "eur" => MONEY,
        "%" | "折" | "点" | "成" | "percent" => PERCENT,
        "mm" | "cm" | "v" | "w" | "kw" | "hz" | "kg" | "度" | "伏" | "瓦" | "寸" | "米" | "公" | "升"
        | "inch" | "bar" | "mpa" | "rpm" | "ml" | "l" | "a" | "mah" => MEASURE,
        _ => PLAIN_NUMBER,
    }
}
