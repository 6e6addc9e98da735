//! The products of a shop, made ready to be searched by words, by name and by numbers.

use std::collections::HashMap;

use domain::{catalog::Product, id::ProductId};
use unicode_normalization::UnicodeNormalization;

use super::{
    features::{self, Features},
    fitting::{self, Fit, Hit},
    measure::Measure,
    vectors::{Postings, Vector, Weights},
    wish::Wish,
};
use crate::knowledge::Knowledge;

/// A product below this score is not worth naming.
const THRESHOLD: f32 = 0.12;
/// A word with this inverse document frequency stands in about a quarter of the products at most.
const TELLING: f32 = 1.3;

/// The value of one attribute for one product.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cell {
    product: u32,
    measure: Measure,
}

/// Vectors of names, aliases, categories and uses; numbers by attribute; products by what they are called. Built once per revision.
#[derive(Debug, Clone, Default)]
pub struct ProductIndex {
    weights: Weights,
    postings: Postings,
    /// By attribute, the products that state it as a number.
    columns: HashMap<String, Vec<Cell>>,
    /// By folded id, name or alias, the places of the products that are called so.
    names: HashMap<String, Vec<u32>>,
    /// The certificates that any product has, with the word by which a buyer asks for one.
    certificates: Vec<(String, String)>,
    /// By what categories are called in short, their ids: 机器人 stands for industrial and collaborative ones.
    heads: Vec<(String, String)>,
}

/// Every trade has categories that end so.
const NO_HEADS: &[&str] =
    &["系统", "产品", "设备", "配件", "材料", "装置", "元件", "用品", "systems", "products", "parts"];

/// How well a product does, compared from the front: points failed, by how much, unknown, nearly met, and then words.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rank {
    failed: u32,
    /// Thousandths that the failed properties are off.
    off: u32,
    unknown: u32,
    nearly: u32,
    /// How far beyond what was asked for at least, in steps that grow: who needs 20 kg is not served best by 210.
    beyond: u32,
    words: f32,
    place: u32,
}

impl Rank {
    fn is_before(&self, other: &Self) -> bool {
        (self.failed, self.off, self.unknown, self.nearly, self.beyond)
            .cmp(&(other.failed, other.off, other.unknown, other.nearly, other.beyond))
            .then(other.words.total_cmp(&self.words))
            .then(self.place.cmp(&other.place))
            .is_lt()
    }

    fn take(&mut self, fit: Fit) {
        match fit {
            Fit::Fits => {}
            Fit::Nearly => self.nearly += 1,
            Fit::Unknown => self.unknown += 1,
            Fit::Fails => self.failed += 1,
        }
    }
}

impl ProductIndex {
    pub fn build(knowledge: &Knowledge) -> Self {
        let documents: Vec<Vec<Features>> = knowledge
            .products
            .iter()
            .map(|product| texts(knowledge, product).iter().map(|text| features::of(text)).collect())
            .collect();
        let weights = Weights::of(&documents);
        let mut postings = Postings::default();
        for texts in &documents {
            postings.add(&Vector::sum(texts.iter().map(|features| (weights.vector_of(features), 1.0))));
        }
        let mut index = Self { weights, postings, ..Self::default() };
        for (place, product) in knowledge.products.iter().enumerate() {
            index.add(place as u32, product);
        }
        for category in &knowledge.categories {
            let heads = category.words().filter(|word| *word != category.id).flat_map(heads);
            index.heads.extend(heads.map(|head| (head, category.id.clone())));
        }
        index.certificates.sort();
        index.certificates.dedup();
        index
    }

    fn add(&mut self, place: u32, product: &Product) {
        for spec in &product.specs {
            let Some(number) = spec.number else { continue };
            let measure = Measure::new(number, spec.unit.as_deref().unwrap_or_default());
            self.columns.entry(spec.attribute.clone()).or_default().push(Cell { product: place, measure });
        }
        let called = std::iter::once(product.id.as_str())
            .chain(product.name.all())
            .chain(product.aliases.iter().map(String::as_str));
        for name in called {
            let places = self.names.entry(folded(name)).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        for name in &product.certificates {
            let word = name.split_whitespace().next().unwrap_or_default().to_lowercase();
            self.certificates.push((word, name.clone()));
        }
    }

    /// The products that are called exactly so, by id, name or alias, whatever the case and width of the letters.
    pub fn called<'k>(&self, knowledge: &'k Knowledge, name: &str) -> Vec<&'k Product> {
        let places = self.names.get(&folded(name)).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&place| knowledge.products.get(place as usize)).collect()
    }

    /// The products with an id or another name that differs from `code` in one letter, in the order of the file: a slip of the pen.
    pub fn like<'k>(&self, knowledge: &'k Knowledge, code: &str) -> Vec<&'k ProductId> {
        let code = folded(code);
        let length = code.chars().count();
        if length < 3 {
            return Vec::new();
        }
        let is_near = |name: &str| {
            name.chars().count().abs_diff(length) <= 1 && strsim::damerau_levenshtein(&code, name) == 1
        };
        let mut places: Vec<u32> = self
            .names
            .iter()
            .filter(|(name, _)| is_near(name))
            .flat_map(|(_, places)| places.iter().copied())
            .collect();
        places.sort_unstable();
        places.dedup();
        places
            .iter()
            .filter_map(|&place| knowledge.products.get(place as usize))
            .map(|product| &product.id)
            .collect()
    }

    /// The certificates that `text` names, as the shop writes them.
    pub(super) fn certificates_in(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let words: Vec<&str> = text
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let named = self.certificates.iter().filter(|(word, name)| {
            words.contains(&word.as_str()) && (!word.contains("iso") || text.contains(&name.to_lowercase()))
        });
        named.map(|(_, name)| name.clone()).collect()
    }

    /// Up to three products that fit the words of `text`, the nearest first. Discontinued ones are left out.
    pub fn find<'k>(&self, knowledge: &'k Knowledge, text: &str) -> Vec<&'k Product> {
        let cosines = self.postings.cosines(&self.weights.vector(text));
        let mut ranked: Vec<(f32, usize)> = cosines
            .into_iter()
            .enumerate()
            .map(|(index, score)| (score, index))
            .filter(|&(score, _)| score >= THRESHOLD)
            .collect();
        ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let best = ranked.first().map_or(0.0, |&(score, _)| score);
        ranked
            .into_iter()
            .filter(|&(score, _)| score >= best / 2.0)
            .filter_map(|(_, index)| knowledge.products.get(index))
            .filter(|product| !product.discontinued)
            .take(3)
            .collect()
    }

    /// Up to three products that have what is particular in a wish, the nearest first; none where it holds nothing particular. A wish is
    /// mostly other words ("we build a palletising line, what do you recommend?"), so that only its telling ones are compared.
    pub fn wished<'k>(&self, knowledge: &'k Knowledge, text: &str) -> Vec<&'k Product> {
        let telling = self.weights.telling(features::of(text), TELLING);
        let cosines = self.postings.cosines(&self.weights.vector_of(&telling));
        let mut ranked: Vec<(f32, &Product)> = knowledge
            .products
            .iter()
            .zip(cosines)
            .filter(|(product, score)| *score > 0.0 && !product.discontinued)
            .map(|(product, score)| (score, product))
            .collect();
        ranked.sort_by(|left, right| right.0.total_cmp(&left.0));
        let best = ranked.first().map_or(0.0, |&(score, _)| score);
        let near = ranked.into_iter().filter(|&(score, _)| score >= best / 2.0);
        near.map(|(_, product)| product).take(3).collect()
    }

    /// Up to three products of a category, those that fit the words of `text` best first. Discontinued ones are left out.
    pub fn find_in<'k>(&self, knowledge: &'k Knowledge, category: &str, text: &str) -> Vec<&'k Product> {
        let cosines = self.postings.cosines(&self.weights.vector(text));
        let mut ranked: Vec<(f32, &Product)> = knowledge
            .products
            .iter()
            .zip(cosines)
            .filter(|(product, _)| is_of(product, category) && !product.discontinued)
            .map(|(product, score)| (score, product))
            .collect();
        ranked.sort_by(|left, right| right.0.total_cmp(&left.0));
        ranked.into_iter().map(|(_, product)| product).take(3).collect()
    }

    /// The `limit` products that come nearest to a wish, with why each fits or fails. Those that meet every point stand first; of equal
    /// ones, those that the words fit best.
    ///
    /// Where the wish names a category, or several by what they share, only those are looked through; else what its words fit, and where they fit nothing, every product
    /// that states a wished property.
    pub fn search<'k>(&self, knowledge: &'k Knowledge, wish: &Wish, limit: usize) -> Vec<Hit<'k>> {
        let words = self.postings.cosines(&self.weights.vector(&wish.words));
        let columns: Vec<Vec<(Fit, u32)>> =
            wish.properties.iter().map(|property| self.column(knowledge.products.len(), property)).collect();
        let in_category = wish
            .category
            .as_deref()
            .filter(|category| knowledge.products.iter().any(|product| is_of(product, category)));
        let headed = self.headed(&wish.words);
        // What the words name counts before what the talk was about.
        let in_category = in_category.filter(|category| headed.is_empty() || headed.contains(category));
        let worded = words.iter().any(|&score| score >= THRESHOLD);
        let mut best: Vec<Rank> = Vec::with_capacity(limit + 1);
        for (place, product) in knowledge.products.iter().enumerate() {
            let score = words.get(place).copied().unwrap_or_default();
            let states = || columns.iter().any(|column| column[place].0 != Fit::Unknown);
            let considered = match in_category {
                Some(category) => is_of(product, category),
                None if !headed.is_empty() => headed.iter().any(|category| is_of(product, category)),
                None if worded => score >= THRESHOLD,
                None => states(),
            };
            if !considered || product.discontinued {
                continue;
            }
            let mut rank = Rank {
                failed: 0,
                off: 0,
                unknown: 0,
                nearly: 0,
                beyond: 0,
                words: score,
                place: place as u32,
            };
            for (fit, off) in columns.iter().map(|column| column[place]) {
                rank.take(fit);
                match fit {
                    Fit::Fails => rank.off = rank.off.saturating_add(off),
                    _ => rank.beyond = rank.beyond.max(beyond(off)),
                }
            }
            fitting::rough_points(product, wish, &mut |fit| rank.take(fit));
            let at = best.partition_point(|known| known.is_before(&rank));
            if at < limit {
                best.insert(at, rank);
                best.truncate(limit);
            }
        }
        best.iter()
            .filter_map(|rank| knowledge.products.get(rank.place as usize))
            .map(|product| fitting::judge(knowledge, product, wish))
            .collect()
    }

    /// The categories that `words` call by the end of their name: by the last such word, since in Chinese and English the goods stand
    /// behind what they are for (机器人夹爪, "robot gripper").
    fn headed(&self, words: &str) -> Vec<&str> {
        let words = words.to_lowercase();
        // Where the head ends, and how long it is.
        let stands = |head: &str| -> Option<(usize, usize)> {
            let whole = |at: usize| {
                let before = words[..at].chars().next_back();
                let after = words[at + head.len()..].trim_start_matches('s').chars().next();
                !head.is_ascii()
                    || ![before, after].into_iter().flatten().any(|next| next.is_ascii_alphanumeric())
            };
            let last = words.rmatch_indices(head).find(|(at, _)| whole(*at))?;
            Some((last.0 + head.len(), head.len()))
        };
        let there: Vec<((usize, usize), &str)> = self
            .heads
            .iter()
            .filter_map(|(head, category)| Some((stands(head)?, category.as_str())))
            .collect();
        let best = there.iter().map(|(place, _)| *place).max();
        let named = there.into_iter().filter(|(place, _)| Some(*place) == best);
        named.map(|(_, category)| category).collect()
    }

    /// How every product stands to one wished property.
    fn column(&self, products: usize, wanted: &super::Property) -> Vec<(Fit, u32)> {
        let mut fits = vec![(Fit::Unknown, 0); products];
        let wants = Measure::new(wanted.specification.number, &wanted.specification.unit);
        let attribute = &wanted.specification.attribute;
        let judge = |cell: &Cell| fitting::measure(&cell.measure, &wants, wanted.specification.comparator);
        let kin = self.columns.iter().filter(|(name, _)| fitting::is_kin(name, attribute));
        for cell in kin.flat_map(|(_, cells)| cells) {
            if let Some(fit) = fits.get_mut(cell.product as usize) {
                *fit = judge(cell).min(*fit);
            }
        }
        // What bears the very name counts before its kin.
        for cell in self.columns.get(attribute).into_iter().flatten() {
            if let Some(fit) = fits.get_mut(cell.product as usize) {
                *fit = judge(cell);
            }
        }
        fits
    }
}

/// What a category may be called in short: in Chinese the ends of its name from two letters on, in English the last word.
fn heads(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    if NO_HEADS.iter().any(|head| name.ends_with(head)) {
        return Vec::new();
    }
    if name.is_ascii() {
        let last = name.split_whitespace().last().unwrap_or_default().trim_end_matches('s').to_owned();
        return if last.len() > 2 { vec![last] } else { Vec::new() };
    }
    let letters: Vec<char> = name.chars().collect();
    (0..letters.len().saturating_sub(1)).map(|from| letters[from..].iter().collect()).collect()
}

/// Up to half as much again, up to three times, up to ten times, more.
const fn beyond(thousandths: u32) -> u32 {
    match thousandths {
        0..=500 => 0,
        501..=2_000 => 1,
        2_001..=9_000 => 2,
        _ => 3,
    }
}

fn is_of(product: &Product, category: &str) -> bool {
    product.category.as_deref() == Some(category)
}

/// One form for what is written in several: full-width, capitals, spaces and hyphens.
fn folded(name: &str) -> String {
    name.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .collect()
}

fn texts(knowledge: &Knowledge, product: &Product) -> Vec<String> {
    let mut texts = vec![product.id.to_string()];
    texts.extend(product.name.all().map(str::to_owned));
    texts.extend(product.aliases.iter().cloned());
    texts.extend(product.description.iter().flat_map(|text| text.all().map(str::to_owned)));
    if let Some(category) = product.category.as_deref().and_then(|id| knowledge.category(id)) {
        texts.extend(category.words().map(str::to_owned));
    }
    let industries = knowledge.industries.iter().filter(|term| product.industries.contains(&term.id));
    texts.extend(industries.flat_map(|term| term.words().map(str::to_owned)));
    texts
}
