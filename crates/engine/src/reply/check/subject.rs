//! Which product each claim of a text is about, where there are several.
//!
//! A text is walked through once. A product that is named becomes what the text speaks of; several in a row (`P001和P002`, the head of a
//! table) are spoken of together, and values that follow belong to them in order, or to each of them. One that something is compared
//! with (`比P002`, `than P002`) becomes no subject, and a value with its product right behind (`9套P019`, `12 days for P011`) is of that
//! one.

use std::ops::Range;

use domain::id::ProductId;

use crate::reply::claims::{Claim, Found, Reading, Unit, fold, scan};

/// A product by its id and, where a fact says it, its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub id: ProductId,
    pub name: Option<String>,
}

/// What a claim is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// Nothing was named yet.
    Any,
    /// It is part of a product's name itself.
    Name,
    /// It must hold of each of these.
    Of(Vec<usize>),
    /// It must hold of the first, or else of all.
    Either(usize, Vec<usize>),
}

/// A product's name where it stands, in characters as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    pub place: Range<usize>,
    pub product: usize,
}

/// Where products are named, in order; names that stand side by side are one mention.
pub(crate) fn mentions(reading: &Reading, products: &[Named]) -> Vec<Mention> {
    let words: Vec<Vec<String>> = products.iter().map(words_of).collect();
    let mut found: Vec<Mention> = Vec::new();
    for (product, own) in words.iter().enumerate() {
        for word in own {
            // A word that two products share names neither.
            let shared =
                words.iter().enumerate().any(|(other, words)| other != product && words.contains(word));
            if !shared {
                found.extend(reading.places(word).into_iter().map(|place| Mention { place, product }));
            }
        }
    }
    for claim in &reading.found {
        let Claim::Code(code) = &claim.claim else { continue };
        let names = |named: &Named| codes(named).any(|own| own == *code);
        let mut named = products.iter().enumerate().filter(|(_, one)| names(one)).map(|(product, _)| product);
        if let (Some(product), None) = (named.next(), named.next()) {
            found.push(Mention { place: claim.place.clone(), product });
        }
    }
    // The longest of those that begin at one place, then those that are not inside another.
    found.sort_by_key(|mention| (mention.place.start, usize::MAX - mention.place.end));
    let mut mentions: Vec<Mention> = Vec::with_capacity(found.len());
    for mention in found {
        match mentions.last_mut() {
            Some(last) if mention.place.end <= last.place.end => {}
            Some(last) if last.product == mention.product && reading.is_beside(last, &mention) => {
                last.place.end = last.place.end.max(mention.place.end);
            }
            _ => mentions.push(mention),
        }
    }
    mentions
}

/// Words for a product: its id, its name, and its name without model numbers.
pub(crate) fn words_of(named: &Named) -> Vec<String> {
    let id = fold(named.id.as_str());
    let name = named.name.as_deref().map(fold).unwrap_or_default();
    let plain: Vec<&str> = name
        .split_whitespace()
        .filter(|word| !word.contains(|letter: char| letter.is_ascii_digit()))
        .collect();
    let plain = plain.join(" ");
    let mut words = vec![id];
    for word in [name, plain] {
        // `arm` and 阀 are too little to tell one product from another.
        let tells = if word.is_ascii() { word.len() >= 6 } else { word.chars().count() >= 3 };
        if tells && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Model numbers of a product.
fn codes(named: &Named) -> impl Iterator<Item = String> {
    let texts = std::iter::once(named.id.as_str()).chain(named.name.as_deref());
    texts.flat_map(scan).filter_map(|found| match found.claim {
        Claim::Code(code) => Some(code),
        _ => None,
    })
}

impl Reading {
    /// Whether only a bracket or blank parts two mentions.
    fn is_beside(&self, left: &Mention, right: &Mention) -> bool {
        right.place.start <= left.place.end
            || self
                .slice(left.place.end..right.place.start)
                .chars()
                .all(|between| " (\u{ff08}".contains(between))
    }
}

/// What each claim of `reading` is about, in their order.
pub(super) fn of_claims(reading: &Reading, products: &[Named]) -> Vec<Subject> {
    let mentions = mentions(reading, products);
    let mut walk = Walk {
        reading,
        first_pair: pair(reading, &mentions),
        mentions: &mentions,
        next: 0,
        active: Vec::new(),
        group: 0,
        aside: None,
        last: None,
        valued: false,
    };
    let mut placed: Vec<Placed> = Vec::with_capacity(reading.found.len());
    for found in &reading.found {
        placed.push(walk.place(found));
    }
    resolve(reading, &placed)
}

/// The first two products that are named together, for `the former` and `the latter` that stand before them.
fn pair(reading: &Reading, mentions: &[Mention]) -> Option<[usize; 2]> {
    mentions.windows(2).find_map(|pair| match pair {
        [left, right] if left.product != right.product => {
            let between = reading.slice(left.place.end..right.place.start);
            is_joint(between).then_some([left.product, right.product])
        }
        _ => None,
    })
}

/// A claim with the products that are spoken of, and which group of names that is.
enum Placed {
    Name,
    Any,
    One(usize),
    Group { id: usize, products: Vec<usize>, segment: usize },
}

struct Walk<'r> {
    reading: &'r Reading,
    mentions: &'r [Mention],
    first_pair: Option<[usize; 2]>,
    /// The first mention that was not walked past.
    next: usize,
    active: Vec<usize>,
    /// Counts the groups that were active.
    group: usize,
    /// A product that something is compared with, and where its name ends.
    aside: Option<(usize, usize)>,
    /// Where the last mention that is active ends.
    last: Option<usize>,
    /// Whether a value followed the last mention.
    valued: bool,
}

impl Walk<'_> {
    fn place(&mut self, found: &Found) -> Placed {
        while let Some(mention) = self.mentions.get(self.next) {
            if mention.place.start > found.place.start {
                break;
            }
            self.pass(self.next);
            self.next += 1;
        }
        let inside = |mention: &Mention| {
            mention.place.start <= found.place.start && found.place.start < mention.place.end
        };
        if self.next.checked_sub(1).and_then(|last| self.mentions.get(last)).is_some_and(inside) {
            return Placed::Name;
        }
        if let Some(product) = self.referred(found) {
            return Placed::One(product);
        }
        let placed = self.beside(found).or_else(|| self.ahead(found));
        self.valued = true;
        if let Some(product) = placed {
            return Placed::One(product);
        }
        match self.active.as_slice() {
            [] => Placed::Any,
            [one] => Placed::One(*one),
            several => Placed::Group {
                id: self.group,
                products: several.to_vec(),
                segment: segment(self.reading, found.place.start),
            },
        }
    }

    /// Takes a mention in.
    fn pass(&mut self, index: usize) {
        let Some(mention) = self.mentions.get(index) else { return };
        let Range { start, end } = mention.place;
        let before = self.reading.slice(start.saturating_sub(16)..start).trim_end();
        let after = self.reading.slice(end..(end + 12).min(self.reading.len())).trim_start();
        let gap = self.last.map(|last| self.reading.slice(last..start));
        let is_open = !self.valued && !self.active.is_empty();
        let follows_list = || {
            let next = self.mentions.get(index + 1);
            next.is_some_and(|next| is_joint(self.reading.slice(end..next.place.start)))
        };
        let joins = is_open && gap.is_some_and(|gap| is_joint(gap) || (gap.trim() == "," && follows_list()));
        if !joins && is_compared(before, after) {
            self.aside = Some((mention.product, end));
            return;
        }
        if joins || (is_open && is_same_as(before, after)) {
            if !self.active.contains(&mention.product) {
                self.active.push(mention.product);
            }
        } else {
            self.active = vec![mention.product];
            self.group += 1;
        }
        self.aside = None;
        self.last = Some(end);
        self.valued = false;
    }

    /// 前者, `the latter`: one of the two that were named together.
    fn referred(&self, found: &Found) -> Option<usize> {
        let start = found.place.start;
        let clause = clause_start(self.reading, start);
        let words = self.reading.slice(clause..start);
        let at = |names: &[&str]| names.iter().filter_map(|name| words.rfind(name)).max();
        let (former, latter) = (at(&["前者", "former"]), at(&["后者", "latter"]));
        let place = match (former, latter) {
            (None, None) => return None,
            (former, latter) => usize::from(latter > former),
        };
        let named = match self.active.as_slice() {
            [former, latter] => Some([*former, *latter]),
            _ => self.first_pair,
        };
        named.and_then(|pair| pair.get(place).copied())
    }

    /// A value right behind the name of a product that something is compared with.
    fn beside(&self, found: &Found) -> Option<usize> {
        let (product, end) = self.aside?;
        is_linking(self.reading.slice(end..found.place.start)).then_some(product)
    }

    /// A value with its product right behind, where none stands right before it.
    fn ahead(&self, found: &Found) -> Option<usize> {
        if self.last.is_some_and(|end| is_linking(self.reading.slice(end..found.place.start))) {
            return None;
        }
        let mention = self.mentions.get(self.next)?;
        let between = self.reading.slice(found.place.end..mention.place.start);
        if is_leading(between) {
            return Some(mention.product);
        }
        // The first value of a clause that names its product later: 48,000元能买一台P001.
        let clause = clause_start(self.reading, found.place.start);
        let is_first = self.last.is_none_or(|end| end <= clause);
        let claims_between = self
            .reading
            .found
            .iter()
            .any(|other| found.place.end <= other.place.start && other.place.start < mention.place.start);
        let same_clause = !between.contains(is_clause_end) && !between.contains(". ");
        (is_first && same_clause && !claims_between).then_some(mention.product)
    }
}

/// Values of a group of products belong to them in order where there are as many of a kind, else to each of them.
fn resolve(reading: &Reading, placed: &[Placed]) -> Vec<Subject> {
    let kind = |index: usize| kind(reading, index);
    placed
        .iter()
        .enumerate()
        .map(|(index, place)| match place {
            Placed::Name => Subject::Name,
            Placed::Any => Subject::Any,
            Placed::One(product) => Subject::Of(vec![*product]),
            Placed::Group { id, products, segment } => {
                let alike: Vec<usize> = placed
                    .iter()
                    .enumerate()
                    .filter(|(other, place)| {
                        matches!(place, Placed::Group { id: own, segment: there, .. } if own == id && there == segment)
                            && kind(*other) == kind(index)
                    })
                    .map(|(other, _)| other)
                    .collect();
                let order = alike.iter().position(|&other| other == index).unwrap_or(0);
                match products.get(order) {
                    Some(&product) if alike.len() == products.len() => Subject::Either(product, products.clone()),
                    _ => Subject::Of(products.clone()),
                }
            }
        })
        .collect()
}

/// The kind of the claim at `index`; of `12 and 15 days` both are days.
fn kind(reading: &Reading, index: usize) -> Option<Kind> {
    let found = reading.found.get(index)?;
    if let (Claim::Number { unit: Unit::None, .. }, Some(next)) = (&found.claim, reading.found.get(index + 1))
        && is_joint(reading.slice(found.place.end..next.place.start))
    {
        return Some(Kind::of(&next.claim));
    }
    Some(Kind::of(&found.claim))
}

/// What makes two values of a kind.
#[derive(PartialEq, Eq)]
enum Kind {
    Money,
    Percent,
    Time,
    Other(Unit),
    NoNumber,
}

impl Kind {
    fn of(claim: &Claim) -> Self {
        match claim {
            Claim::Number { unit, .. } => match unit {
                Unit::Money(_) => Self::Money,
                Unit::Percent | Unit::Discount => Self::Percent,
                Unit::Minutes | Unit::Days | Unit::WorkingDays | Unit::Months => Self::Time,
                // `12 and 15 days`, 5台和10套: a bare number and single things are counted alike.
                Unit::None | Unit::Count => Self::Other(Unit::Count),
                unit @ Unit::Named(_) => Self::Other(unit.clone()),
            },
            _ => Self::NoNumber,
        }
    }
}

const fn is_sentence_end(character: char) -> bool {
    matches!(character, '。' | ';' | '!' | '?' | '\n')
}

const fn is_clause_end(character: char) -> bool {
    is_sentence_end(character) || matches!(character, ',' | '|')
}

/// Where the sentence of a place begins; it names the sentence.
fn segment(reading: &Reading, at: usize) -> usize {
    let before = reading.slice(0..at);
    before.rfind(is_sentence_end).max(before.rfind(". ")).map_or(0, |end| end + 1)
}

/// Where the clause of a place begins, in characters.
fn clause_start(reading: &Reading, at: usize) -> usize {
    let before = reading.slice(0..at);
    let comma = before.char_indices().rev().find(|&(_, character)| is_clause_end(character));
    let comma = comma.map(|(end, character)| end + character.len_utf8());
    let stop = before.rfind(". ").map(|end| end + 1);
    let tail = before.get(comma.max(stop).unwrap_or(0)..).unwrap_or_default();
    at - tail.chars().count().min(at)
}

/// Whether what stands between two names makes them one group.
fn is_joint(between: &str) -> bool {
    let word = between.trim_matches(|edge: char| edge.is_whitespace() || "()\"'".contains(edge));
    let word = word.strip_prefix(',').unwrap_or(word).trim_start();
    let word = word.strip_suffix("the").unwrap_or(word).trim_end();
    matches!(
        word,
        "、" | "和"
            | "与"
            | "及"
            | "以及"
            | "跟"
            | "或"
            | "或者"
            | "还是"
            | "还有"
            | "/"
            | "&"
            | "+"
            | "|"
            | "and"
            | "or"
            | "vs"
            | "vs."
    )
}

/// Whether the product of a mention is only what another is compared with.
fn is_compared(before: &str, after: &str) -> bool {
    let ends = [
        "比",
        "比起",
        "相比",
        "相较",
        "较",
        "不像",
        "than",
        "than the",
        "unlike",
        "unlike the",
        "compared with",
        "compared with the",
        "compared to",
        "compared to the",
        "versus",
        "against",
    ];
    let follows = ["相比", "比起来", "比较", "不同", "比,", "比 "];
    let paired = ["和", "与", "跟", "同"].iter().any(|word| before.ends_with(word));
    ends.iter().any(|word| before.ends_with(word))
        || (paired && follows.iter().any(|word| after.starts_with(word)))
}

/// Whether a mention says that the same holds of it as of what was named before.
fn is_same_as(before: &str, after: &str) -> bool {
    let ends = [
        "the same as",
        "same as",
        "same as the",
        "equal to",
        "like",
        "like the",
        "按",
        "按照",
        "照",
        "参照",
        "用",
    ];
    let follows = ["一样", "相同", "一致", "同价", "的价", "价"];
    let paired = ["和", "与", "跟", "同"].iter().any(|word| before.ends_with(word));
    ends.iter().any(|word| before.ends_with(word))
        || (paired && follows.iter().any(|word| after.starts_with(word)))
}

/// Words between a product and its value that only link them.
const LINKS: &[&str] = &[
    "的", "是", "为", "要", "有", "只要", "只剩", "还有", "需要", "需", "单价", "价格", "售价", "总价",
    "合计", "共", "价", "现货", "交期", "负载", "臂展", ":", "=", "(", ")", "|", "-", "'s", "’s", "is",
    "are", "at", "costs", "cost", "has", "come to", "comes to", "about", "约", "每台", "单台", "一台", "¥",
    "cny", "rmb", "usd", "$",
];

/// Words between a value and its product that give the value to it.
const LEADS: &[&str] =
    &["的", "of", "for", "on", "the", "in", "是", "属于", "units", "unit", "pcs", "sets", "pieces", "x", "×"];

fn is_linking(between: &str) -> bool {
    consists_of(between, LINKS)
}

fn is_leading(between: &str) -> bool {
    consists_of(between, LEADS)
}

/// Whether a text is made of these words and blanks alone.
fn consists_of(text: &str, words: &[&str]) -> bool {
    let mut rest = text.trim_start();
    'text: while !rest.is_empty() {
        for word in words {
            let Some(after) = rest.strip_prefix(word) else { continue };
            let splits = word.ends_with(|letter: char| letter.is_ascii_alphabetic())
                && after.starts_with(|letter: char| letter.is_ascii_alphabetic());
            if !splits {
                rest = after.trim_start();
                continue 'text;
            }
        }
        return false;
    }
    true
}
