//! The words of the shop: products, industries, units, categories, attributes.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use aho_corasick::AhoCorasick;
use domain::{
    catalog::{Product, Term},
    id::ProductId,
};

use crate::{
    entity::place,
    tagger::Tagger,
    text::{fold, is_han},
};

/// What a word of the shop's lists stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Positions of the products that the word fits.
    Products(Vec<u32>),
    /// Id of an industry.
    Industry(Arc<str>),
    /// Id of a category.
    Category(Arc<str>),
    /// A place, and whether it is a port.
    Place(bool),
    /// Positions of the products whose own words hold this name of a kind of goods: 机器人 for a shop of 六轴机器人 and 码垛机器人.
    Kind(Vec<u32>),
    /// Goods that trade knows and this shop does not name.
    Goods,
}

/// A word of the lists in a message; folded characters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<'a> {
    pub start: usize,
    pub end: usize,
    pub meaning: &'a Meaning,
}

/// What the extractors know of the shop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Lexicon {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    products: Vec<(ProductId, Option<Arc<str>>)>,
    /// Positions of the products of each category, see [`MOST_OF_A_KIND`].
    by_category: HashMap<Arc<str>, Vec<u32>>,
    automaton: Option<AhoCorasick>,
    meanings: Vec<Vec<Meaning>>,
    /// By first character, longest first.
    units: HashMap<char, Vec<Vec<char>>>,
    attributes: HashMap<char, Vec<(Vec<char>, String)>>,
    /// Of Chinese and of English messages: goods that no list names.
    taggers: [Option<Tagger<'static>>; 2],
}

static CHINESE_TAGGER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tagger.zh.bin"));
static ENGLISH_TAGGER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tagger.en.bin"));

/// Shops with more products get no words from parts of names: too many words would be shared, and memory would grow.
const PARTS_UP_TO: usize = 2_000;
/// A part of a name that fits more products than this says nothing.
const MOST_CANDIDATES: usize = 4;
/// Of a kind of goods so many products are named as candidates, the first of the catalogue: a buyer chooses among no more at once.
const MOST_OF_A_KIND: usize = 10;

impl Default for Lexicon {
    fn default() -> Self {
        Self::new(&[], &[], &[], &[], &[])
    }
}

impl Lexicon {
    pub fn new(
        products: &[Product],
        industries: &[Term],
        units: &[Term],
        categories: &[Term],
        attributes: &[Term],
    ) -> Self {
        let mut words = Words::default();
        for (name, port) in place::known() {
            words.add(name.to_owned(), Meaning::Place(port));
        }
        for term in industries {
            let id: Arc<str> = Arc::from(term.id.as_str());
            for word in term.words().filter(|word| *word != term.id || !word.contains('_')) {
                words.add(fold(word), Meaning::Industry(Arc::clone(&id)));
            }
        }
        let mut category_words: Vec<String> = Vec::new();
        for term in categories {
            let id: Arc<str> = Arc::from(term.id.as_str());
            for word in term.words().filter(|word| *word != term.id || !word.contains('_')) {
                for form in numbers(fold(word)) {
                    words.add(form.clone(), Meaning::Category(Arc::clone(&id)));
                    category_words.push(form);
                }
            }
        }
        add_products(&mut words, products, &category_words);
        let by_category = by_category(products);
        add_goods(&mut words, products, &by_category);
        let mut unit_words =
            by_first(units.iter().flat_map(|term| term.words().map(|word| (fold(word), ()))));
        for product in products {
            let own =
                std::iter::once(&product.unit).chain(product.packages.iter().map(|package| &package.unit));
            for (first, entries) in by_first(own.map(|unit| (fold(unit), ()))) {
                unit_words.entry(first).or_default().extend(entries);
            }
        }
        let mut units: HashMap<char, Vec<Vec<char>>> = HashMap::new();
        for (first, mut entries) in unit_words {
            entries.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
            entries.dedup();
            units.insert(first, entries.into_iter().map(|(word, ())| word).collect());
        }
        let attributes = by_first(
            attributes.iter().flat_map(|term| term.words().map(|word| (fold(word), term.id.clone()))),
        );
        let (patterns, meanings): (Vec<String>, Vec<Vec<Meaning>>) = words.sorted().into_iter().unzip();
        // The patterns are the shop's words; only an absurd number of them cannot be compiled, and then none is known.
        let automaton = AhoCorasick::new(&patterns).ok();
        let products = products
            .iter()
            .map(|product| (product.id.clone(), product.category.as_deref().map(Arc::from)))
            .collect();
        let taggers = [CHINESE_TAGGER, ENGLISH_TAGGER].map(Tagger::read);
        Self {
            inner: Arc::new(Inner { products, by_category, automaton, meanings, units, attributes, taggers }),
        }
    }

    pub(crate) fn product(&self, position: u32) -> Option<&ProductId> {
        self.inner.products.get(position as usize).map(|(id, _)| id)
    }

    /// The category of a product.
    pub(crate) fn category(&self, id: &ProductId) -> Option<&str> {
        self.inner.products.iter().find(|(known, _)| known == id)?.1.as_deref()
    }

    /// Positions of products of a category that are sold, at most [`MOST_OF_A_KIND`].
    pub(crate) fn of_category(&self, id: &str) -> &[u32] {
        self.inner.by_category.get(id).map_or(&[], Vec::as_slice)
    }

    /// The end of the longest unit of the shop that stands at `at`.
    pub(crate) fn unit_at(&self, chars: &[char], at: usize) -> Option<usize> {
        let words = self.inner.units.get(chars.get(at)?)?;
        words.iter().find(|word| stands(chars, at, word)).map(|word| at + word.len())
    }

    /// Whether the shop has an attribute of this id.
    pub(crate) fn is_attribute(&self, id: &str) -> bool {
        self.inner.attributes.values().flatten().any(|(_, known)| known == id)
    }

    /// The end and id of the longest attribute name that stands at `at`.
    pub(crate) fn attribute_at(&self, chars: &[char], at: usize) -> Option<(usize, String)> {
        let words = self.inner.attributes.get(chars.get(at)?)?;
        let found =
            words.iter().filter(|(word, _)| stands(chars, at, word)).max_by_key(|(word, _)| word.len());
        found.map(|(word, id)| (at + word.len(), id.clone()))
    }

    /// Where goods seem to be named, whether a list has them or not: characters from and to. `hits` are those of the message.
    pub(crate) fn tagged_goods(&self, chars: &[char], hits: &[Hit<'_>]) -> Vec<(usize, usize)> {
        let [chinese, english] = &self.inner.taggers;
        let tagger = if chars.iter().any(|&c| is_han(c)) { chinese } else { english };
        let goods =
            hits.iter().filter(|hit| !matches!(hit.meaning, Meaning::Industry(_) | Meaning::Place(_)));
        let listed: Vec<(usize, usize)> = goods.map(|hit| (hit.start, hit.end)).collect();
        let mut spans = tagger.as_ref().map_or(Vec::new(), |tagger| tagger.spans(chars, &listed));
        spans.retain(|&(start, end)| {
            let name: String = chars[start..end].iter().collect();
            let long = if name.is_ascii() { name.len() >= 3 } else { end - start >= 2 };
            long && !GENERAL_GOODS.contains(&name.as_str())
        });
        spans
    }

    /// All words of the lists in a message, longest first where they overlap; overlapping ones of the same stretch are left out.
    pub(crate) fn hits(&self, chars: &[char]) -> Vec<Hit<'_>> {
        let Some(automaton) = &self.inner.automaton else { return Vec::new() };
        let text: String = chars.iter().collect();
        let mut positions = vec![u32::MAX; text.len() + 1];
        for (position, (byte, _)) in text.char_indices().enumerate() {
            positions[byte] = position as u32;
        }
        positions[text.len()] = chars.len() as u32;
        let mut spans: Vec<(usize, usize, usize)> = automaton
            .find_overlapping_iter(&text)
            .map(|found| {
                let (start, end) = (positions[found.start()] as usize, positions[found.end()] as usize);
                (start, end, found.pattern().as_usize())
            })
            .filter_map(|(start, end, pattern)| Some((start, whole_word(chars, start, end)?, pattern)))
            .collect();
        spans.sort_by_key(|&(start, end, _)| (usize::MAX - (end - start), start));
        let mut taken = vec![false; chars.len()];
        let mut hits = Vec::new();
        for (start, end, pattern) in spans {
            if taken[start..end].iter().any(|&taken| taken) {
                continue;
            }
            taken[start..end].fill(true);
            hits.extend(self.inner.meanings[pattern].iter().map(|meaning| Hit { start, end, meaning }));
        }
        hits.sort_by_key(|hit| hit.start);
        hits
    }
}

fn stands(chars: &[char], at: usize, word: &[char]) -> bool {
    let end = at + word.len();
    if chars.get(at..end) != Some(word) {
        return false;
    }
    let latin = |c: char| c.is_ascii_lowercase();
    let open_before = latin(word[0]) && at > 0 && latin(chars[at - 1]);
    let open_after = word.last().copied().is_some_and(latin)
        && chars.get(end).is_some_and(|&c| latin(c) || c.is_ascii_digit());
    !open_before && !open_after
}

/// The end of a match that is a whole word: Latin words must not go on, but for a plural ending.
fn whole_word(chars: &[char], start: usize, end: usize) -> Option<usize> {
    let code = |c: char| c.is_alphanumeric() && !is_han(c);
    if start > 0 && code(chars[start]) && code(chars[start - 1]) {
        return None;
    }
    if !code(chars[end - 1]) || chars.get(end).is_none_or(|&c| !code(c)) {
        return Some(end);
    }
    let plural = chars[end - 1].is_ascii_lowercase()
        && chars[end] == 's'
        && chars.get(end + 1).is_none_or(|&c| !code(c));
    plural.then_some(end + 1)
}

fn by_first<T: Clone>(words: impl Iterator<Item = (String, T)>) -> HashMap<char, Vec<(Vec<char>, T)>> {
    let mut map: HashMap<char, Vec<(Vec<char>, T)>> = HashMap::new();
    for (word, value) in words {
        let word: Vec<char> = word.trim().chars().collect();
        if let Some(&first) = word.first() {
            map.entry(first).or_default().push((word, value));
        }
    }
    map
}

/// Words with their meanings.
#[derive(Default)]
struct Words {
    by_word: HashMap<String, Vec<Meaning>>,
}

impl Words {
    fn add(&mut self, word: String, meaning: Meaning) {
        let word = word.trim().to_owned();
        if word.is_empty() || word.chars().all(|c| c.is_ascii_digit()) && word.len() < 3 {
            return;
        }
        let meanings = self.by_word.entry(word).or_default();
        if let Meaning::Products(more) = &meaning
            && let Some(Meaning::Products(known)) =
                meanings.iter_mut().find(|m| matches!(m, Meaning::Products(_)))
        {
            known.extend(
                more.iter().filter(|position| !known.contains(position)).copied().collect::<Vec<_>>(),
            );
        } else if !meanings.contains(&meaning) {
            meanings.push(meaning);
        }
    }

    /// In a fixed order, so that the automaton is always the same.
    fn sorted(self) -> Vec<(String, Vec<Meaning>)> {
        let mut words: Vec<_> = self.by_word.into_iter().collect();
        words.sort_by(|a, b| a.0.cmp(&b.0));
        words
    }
}

/// Names of goods from the default pack, so that what the shop does not have is recognised as goods.
const GOODS: [&str; 2] = [
    include_str!(concat!(env!("OUT_DIR"), "/goods.zh.txt")),
    include_str!(concat!(env!("OUT_DIR"), "/goods.en.txt")),
];

/// Goods of every trade.
const TRADE_GOODS: &str = include_str!("entity/goods.txt");

/// Named in the pack, but said of any goods.
const GENERAL_GOODS: &[&str] = &[
    "样品",
    "包装",
    "工具",
    "设备",
    "机器",
    "配件",
    "材料",
    "产品",
    "货",
    "箱子",
    "延保",
    "图书",
    "模具",
    "彩盒",
    "纸箱",
    "木箱",
    "machine",
    "machines",
    "box",
    "boxes",
    "cartons",
    "label",
    "labels",
    "packaging",
    "tooling",
    "mould",
    "tools",
    "table",
    "plates",
    "sample",
    "samples",
    "parts",
    "spare parts",
    "chip",
    "film",
    "press",
    "goods",
];

/// Those that are sold, in the order of the catalogue.
fn by_category(products: &[Product]) -> HashMap<Arc<str>, Vec<u32>> {
    let mut by_category: HashMap<Arc<str>, Vec<u32>> = HashMap::new();
    for (position, product) in products.iter().enumerate().filter(|(_, product)| !product.discontinued) {
        if let Some(category) = &product.category {
            let own = by_category.entry(Arc::from(category.as_str())).or_default();
            if own.len() < MOST_OF_A_KIND {
                own.push(position as u32);
            }
        }
    }
    by_category
}

/// Adds them; what stands within words of the shop is a kind of its goods: a shop of 六轴机器人 has 机器人. Within other words of the shop
/// (an industry's) they say nothing.
fn add_goods(words: &mut Words, products: &[Product], by_category: &HashMap<Arc<str>, Vec<u32>>) {
    let names = GOODS.iter().flat_map(|list| list.lines()).filter(|name| {
        let latin = name.is_ascii();
        let long = if latin { name.len() >= 4 } else { name.chars().count() >= 2 };
        let coded = latin && name.chars().any(|c| c.is_ascii_digit());
        long && !coded && !GENERAL_GOODS.contains(name)
    });
    let trade = TRADE_GOODS.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split(','));
    let mut names: Vec<&str> = names.chain(trade).collect();
    names.sort_unstable();
    names.dedup();
    let mut within: Vec<Option<Vec<u32>>> = vec![None; names.len()];
    if let Ok(automaton) = AhoCorasick::new(&names) {
        let own =
            words.by_word.iter().filter(|(_, meanings)| !matches!(meanings.as_slice(), [Meaning::Place(_)]));
        for (word, meanings) in own {
            for hit in automaton.find_overlapping_iter(word.as_str()) {
                let kind = within[hit.pattern().as_usize()].get_or_insert_default();
                if !is_whole(word, hit.start(), hit.end()) {
                    continue;
                }
                for meaning in meanings {
                    match meaning {
                        Meaning::Products(positions) => kind.extend(positions),
                        Meaning::Category(id) => kind.extend(by_category.get(id).into_iter().flatten()),
                        _ => {}
                    }
                }
            }
        }
    }
    for (name, within) in names.iter().zip(within) {
        let Some(mut kind) = within else {
            words.add((*name).to_owned(), Meaning::Goods);
            continue;
        };
        kind.sort_unstable();
        kind.dedup();
        kind.retain(|&position| products.get(position as usize).is_some_and(|product| !product.discontinued));
        kind.truncate(MOST_OF_A_KIND);
        let known = words.by_word.get(*name).is_some_and(|meanings| {
            meanings.iter().any(|meaning| matches!(meaning, Meaning::Products(_) | Meaning::Category(_)))
        });
        if !kind.is_empty() && !known {
            words.add((*name).to_owned(), Meaning::Kind(kind));
        }
    }
}

/// Whether the bytes of a word are words of their own: Latin letters do not go on beside them, but for a plural ending.
fn is_whole(word: &str, start: usize, end: usize) -> bool {
    let goes_on = |before: &str, behind: &str| {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        latin(before.chars().next_back()) && latin(behind.chars().next())
    };
    let behind = word[end..].strip_prefix('s').unwrap_or(&word[end..]);
    !goes_on(&word[..start], &word[start..]) && !goes_on(&word[..end], behind)
}

fn add_products(words: &mut Words, products: &[Product], category_words: &[String]) {
    let mut named: HashMap<String, Vec<u32>> = HashMap::new();
    for (position, product) in products.iter().enumerate() {
        let own = std::iter::once(product.id.as_str()).chain(product.name.all());
        for word in own.chain(product.aliases.iter().map(String::as_str)) {
            for form in forms(&fold(word)) {
                let known = named.entry(form).or_default();
                if !known.contains(&(position as u32)) {
                    known.push(position as u32);
                }
            }
        }
    }
    if products.len() <= PARTS_UP_TO {
        let mut parts: HashMap<String, Vec<u32>> = HashMap::new();
        for (position, product) in products.iter().enumerate() {
            let mut own: Vec<String> = product.name.all().flat_map(|name| parts_of(&fold(name))).collect();
            own.sort_unstable();
            own.dedup();
            for part in own {
                parts.entry(part).or_default().push(position as u32);
            }
        }
        let heads: HashSet<String> = products
            .iter()
            .flat_map(|product| product.name.all().flat_map(|name| heads_of(&fold(name))))
            .collect();
        for (part, positions) in parts {
            let general = category_words.contains(&part) || named.contains_key(&part);
            if !general && positions.len() <= MOST_CANDIDATES {
                named.insert(part, positions);
            } else if !general && heads.contains(&part) {
                // 机器人, of which the shop has many, is a kind of its goods.
                let sold =
                    |position: &u32| products.get(*position as usize).is_some_and(|one| !one.discontinued);
                let kind = positions.into_iter().filter(sold).take(MOST_OF_A_KIND).collect();
                words.add(part, Meaning::Kind(kind));
            }
        }
    }
    for (word, positions) in named {
        words.add(word, Meaning::Products(positions));
    }
}

/// The name of a kind is usually given in the plural, and one of it is said in the singular; a match may have a plural ending anyway.
fn numbers(word: String) -> Vec<String> {
    let plural = word.len() > 4 && word.is_ascii() && word.ends_with('s') && !word.ends_with("ss");
    let singular = plural.then(|| word[..word.len() - 1].to_owned());
    std::iter::once(word).chain(singular).collect()
}

/// A code is also written without its hyphens, or with spaces for them.
fn forms(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    let coded = word.contains('-') && word.chars().any(|c| c.is_ascii_digit()) && word.len() <= 24;
    if coded {
        forms.push(word.replace('-', ""));
        forms.push(word.replace('-', " "));
    }
    forms
}

/// The ends of a name in Chinese, of three characters and more: they tell what the goods are, as 机器人 does.
fn heads_of(name: &str) -> Vec<String> {
    let runs = name.split(|c: char| !is_han(c)).map(|run| run.chars().collect::<Vec<char>>());
    let heads = runs
        .filter(|run| (3..=16).contains(&run.len()))
        .flat_map(|run| (3..=run.len()).map(move |length| run[run.len() - length..].iter().collect()));
    heads.collect()
}

/// Parts of a name that may stand for it: codes, runs of two and more Latin words, stretches of three and more Han characters at its
/// beginning or end, and within it where they are long.
fn parts_of(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut run: Vec<char> = Vec::new();
    for c in name.chars().chain(std::iter::once(' ')) {
        if is_han(c) {
            run.push(c);
            continue;
        }
        if run.len() >= 3 && run.len() <= 16 {
            for length in 3..=run.len() {
                parts.push(run[..length].iter().collect());
                parts.push(run[run.len() - length..].iter().collect());
            }
        }
        run.clear();
    }
    let words: Vec<&str> =
        name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|w| !w.is_empty()).collect();
    for (i, word) in words.iter().enumerate() {
        let coded = word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(|c| c.is_ascii_lowercase());
        if coded && word.len() >= 4 && word.contains('-') {
            parts.extend(forms(word));
        }
        for length in 2..=4 {
            if let Some(some) = words.get(i..i + length) {
                parts.push(some.join(" "));
            }
        }
    }
    parts
}
