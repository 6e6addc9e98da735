//! Concepts: what a word is about, from lists written by hand.
//!
//! Real messages share few words with any examples; that 单价, 报价 and `rate` all speak of a price is knowledge that examples alone do not
//! give. The lists are `concepts/zh.txt` and `concepts/en.txt`. Numbers get a concept by what stands behind them.

use std::collections::HashMap;

use super::{
    features::{Family, Unit},
    vocabulary::Identity,
};

const CHINESE: &str = include_str!("concepts/zh.txt");
const ENGLISH: &str = include_str!("concepts/en.txt");

/// A concept's id; hashed into features.
pub type Concept = u64;

/// The words of a list, by their first unit.
#[derive(Debug, Clone)]
pub struct Concepts {
    by_first: HashMap<u64, Vec<Word>, std::hash::BuildHasherDefault<Identity>>,
}

#[derive(Debug, Clone)]
struct Word {
    units: Vec<u64>,
    concepts: Vec<Concept>,
}

impl Concepts {
    /// `units` divides a word as messages are divided.
    pub fn new(family: Family, units: impl Fn(&str) -> Vec<u64>) -> Self {
        let list = match family {
            Family::Chinese => CHINESE,
            Family::English => ENGLISH,
        };
        let mut words: Vec<(Vec<u64>, Concept)> = Vec::new();
        for (concept, line) in list.lines().filter(|line| !line.starts_with('#')).enumerate() {
            let Some((_, line)) = line.split_once(':') else { continue };
            for word in line.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                words.push((units(word), FIRST_LISTED + concept as u64));
            }
        }
        words.sort_unstable();
        words.dedup();
        let mut by_first: HashMap<u64, Vec<Word>, _> = HashMap::default();
        for (units, concept) in words {
            let Some(&first) = units.first() else { continue };
            let known = by_first.entry(first).or_insert_with(Vec::new);
            match known.iter_mut().find(|word| word.units == units) {
                Some(word) => word.concepts.push(concept),
                None => known.push(Word { units, concepts: vec![concept] }),
            }
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|word| std::cmp::Reverse(word.units.len()));
        }
        Self { by_first }
    }

    pub fn named(words: Vec<(Vec<u64>, u64)>) -> Self {
        let mut words = words; words.sort_unstable(); words.dedup();
        let mut by_first: HashMap<u64, Vec<Word>, _> = HashMap::default();
        for (units, concept) in words {
            let Some(&first) = units.first() else { continue };
            let known = by_first.entry(first).or_insert_with(Vec::new);
            match known.iter_mut().find(|word: &&mut Word| word.units == units) { Some(word) => word.concepts.push(concept), None => known.push(Word { units, concepts: vec![concept] }) }
        }
        for words in by_first.values_mut() { words.sort_by_key(|word: &Word| std::cmp::Reverse(word.units.len())); }
        Self { by_first }
    }
    pub fn mask(&self, units: &[Unit<'_>]) -> Vec<u64> {
        let mut out = Vec::new(); let mut at = 0;
        while at < units.len() {
            let words = self.by_first.get(&units[at].id).map_or(&[][..], Vec::as_slice);
            let hit = words.iter().find(|word| units.len() - at >= word.units.len() && word.units.iter().zip(&units[at..]).all(|(w, u)| *w == u.id));
            match hit { Some(w) => { out.push(7_000 + w.concepts[0]); at += w.units.len(); }
              None => { if units[at].is_number() { out.push(9_000 + number(units, at)); } else { out.push(units[at].id); } at += 1; } }
        }
        out
    }

    /// The concepts of a message in order.
    pub fn of(&self, units: &[Unit<'_>], names: Option<&Self>) -> Vec<Concept> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < units.len() && found.len() < MOST {
            if units[at].is_number() {
                found.push(number(units, at));
            }
            let words = self.by_first.get(&units[at].id).map_or(&[][..], Vec::as_slice);
            let stands = |word: &&Word| {
                units.len() - at >= word.units.len()
                    && (word.units.len() > 1 || stands_alone(units, at))
                    && word.units.iter().zip(&units[at..]).all(|(wanted, unit)| *wanted == unit.id)
            };
            let names = names.filter(|_| std::env::var_os("NIC").is_some()).and_then(|n| n.by_first.get(&units[at].id)).map_or(&[][..], Vec::as_slice);
            let name = names.iter().find(stands);
            let listed = words.iter().find(stands);
            if let Some(name) = name && listed.is_none_or(|l| l.units.len() < name.units.len()) { found.push(7_000 + name.concepts[0]); at += name.units.len(); continue; }
            match listed {
                Some(word) => {
                    found.extend(&word.concepts);
                    at += word.units.len();
                }
                None => at += 1,
            }
        }
        found
    }
}

/// A single Han character is a word of its own only where no other stands beside it: 行, but not in 行业.
fn stands_alone(units: &[Unit<'_>], at: usize) -> bool {
    let han = |unit: &Unit<'_>| unit.text.starts_with(crate::text::is_han);
    let particle = |unit: &Unit<'_>| "的了啊吧呀哦呢嘛吗哈啦".contains(unit.text);
    if !han(&units[at]) {
        return true;
    }
    let before = at.checked_sub(1).is_some_and(|i| han(&units[i]));
    let after = units.get(at + 1).is_some_and(|unit| han(unit) && !particle(unit));
    !before && !after
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
const FIRST_LISTED: Concept = 100;

/// What a number counts, by the unit behind it.
fn number(units: &[Unit<'_>], at: usize) -> Concept {
    if units[at].text.len() >= 7 && units[at].text.is_ascii() {
        return LONG_NUMBER;
    }
    let mut next = at + 1;
    while units.get(next).is_some_and(|unit| unit.is_number() || matches!(unit.text, "." | "," | "十" | "百" | "千" | "万" | "k" | "-")) {
        next += 1;
    }
    if at > 0 && matches!(units[at - 1].text, "$" | "¥" | "€" | "£" | "usd" | "rmb" | "eur") {
        return MONEY;
    }
    let Some(unit) = units.get(next) else { return PLAIN_NUMBER };
    match unit.text {
        "台" | "件" | "只" | "套" | "箱" | "盒" | "包" | "卷" | "吨" | "双" | "把" | "支" | "张" | "片" | "条" | "根" | "瓶" | "桶" | "平" | "柜" | "托" | "颗" | "pcs" | "pieces" | "piece"
        | "units" | "sets" | "cartons" | "boxes" | "bags" | "rolls" | "tons" | "pairs" | "containers" | "pallets" | "nos" | "ctns" => GOODS,
        "天" | "周" | "月" | "年" | "日" | "号" | "days" | "day" | "weeks" | "week" | "months" | "month" | "years" | "year" => TIME,
        "元" | "块" | "毛" | "美" | "刀" | "usd" | "rmb" | "dollars" | "eur" => MONEY,
        "%" | "折" | "点" | "成" | "percent" => PERCENT,
        "mm" | "cm" | "v" | "w" | "kw" | "hz" | "kg" | "度" | "伏" | "瓦" | "寸" | "米" | "公" | "升" | "inch" | "bar" | "mpa" | "rpm" | "ml" | "l" | "a" | "mah" => MEASURE,
        _ => PLAIN_NUMBER,
    }
}
