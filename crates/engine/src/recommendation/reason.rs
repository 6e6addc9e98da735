//! Why a product is proposed, as a seller would say it.
//!
//! A reason holds no number but the time since the buyer's own last order, for which the turn issues a fact. Names of other products
//! are therefore said without their model codes.

use domain::{
    catalog::Product,
    language::{LocalizedText, ReplyLanguage},
};

use super::elapsed::Elapsed;
use crate::knowledge::Knowledge;

/// The evidence for one candidate, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason<'k> {
    /// Bought regularly, the last time so many days ago, and the usual interval is over.
    Due(&'k Product, i64),
    /// Bought more than once.
    BoughtOften,
    /// Bought once.
    BoughtBefore,
    /// Goes with a product under discussion.
    GoesWith(&'k Product),
    /// Goes with a product that was bought.
    GoesWithBought(&'k Product),
    /// Buyers take it along with a product under discussion.
    OftenWith(&'k Product),
    /// Buyers take it along with a product that was bought.
    OftenWithBought(&'k Product),
    /// Buyers of his industry order it now.
    OrderedInIndustry(&'k LocalizedText),
    /// Many order it now.
    OrderedLately,
    NewForIndustry(&'k LocalizedText),
    NewForBought(&'k Product),
    New,
    ForIndustry(&'k LocalizedText),
    SameCategory,
    /// Goes with many products of the shop.
    Popular,
    /// Nothing speaks for it but that the shop sells it.
    InRange,
}

impl Reason<'_> {
    /// The time that the words state, if they state one.
    pub(super) fn since(self, language: ReplyLanguage) -> Option<String> {
        match self {
            Self::Due(_, days) => Some(Elapsed::of(days, language).stated),
            _ => None,
        }
    }

    pub(super) fn words(self, knowledge: &Knowledge, language: ReplyLanguage) -> String {
        let zh = language == ReplyLanguage::Zh;
        let of = |product: &Product| label(knowledge, product, language);
        match self {
            Self::Due(product, days) => {
                let Elapsed { phrase, .. } = Elapsed::of(days, language);
                match (of(product), zh) {
                    (Some(name), true) => format!("您上次订的{name}{phrase}，要不要备一批"),
                    (None, true) => format!("您上次订这款{phrase}，要不要备一批"),
                    (Some(name), false) => format!("your last {name} order was {phrase}; time for more?"),
                    (None, false) => format!("your last order of it was {phrase}; time for more?"),
                }
            }
            Self::BoughtBefore if zh => "您之前订过，需要的话可以再备一些".into(),
            Self::BoughtBefore => "you have bought it before".into(),
            Self::OftenWith(product) => match (of(product), zh) {
                (Some(name), true) => format!("订{name}的客户常一起带上"),
                (Some(name), false) => format!("often ordered along with the {name} you are looking at"),
                (None, true) => "和您在看的这款常一起订".into(),
                (None, false) => "often ordered along with what you are looking at".into(),
            },
            Self::OftenWithBought(product) => match (of(product), zh) {
                (Some(name), true) => format!("订过{name}的客户常一起订"),
                (Some(name), false) => format!("often ordered along with the {name} you bought"),
                (None, true) => "和您订过的产品常一起订".into(),
                (None, false) => "often ordered along with what you bought".into(),
            },
            Self::OrderedInIndustry(industry) if zh => {
                format!("{}行业的客户近期常订", industry.get(language))
            }
            Self::OrderedInIndustry(industry) => {
                format!("customers in {} have been ordering it lately", industry.get(language))
            }
            Self::OrderedLately if zh => "近期订的客户多".into(),
            Self::OrderedLately => "many customers have ordered it lately".into(),
            Self::BoughtOften if zh => "您多次采购过".into(),
            Self::BoughtOften => "you have bought it before, more than once".into(),
            Self::GoesWith(product) => match (of(product), zh) {
                (Some(name), true) => format!("和您在看的{name}配套"),
                (Some(name), false) => format!("goes with the {name} you are looking at"),
                (None, true) => "和您在看的这款配套".into(),
                (None, false) => "goes with what you are looking at".into(),
            },
            Self::GoesWithBought(product) => match (of(product), zh) {
                (Some(name), true) => format!("和您买过的{name}配套"),
                (Some(name), false) => format!("goes with the {name} you bought"),
                (None, true) => "和您买过的产品配套".into(),
                (None, false) => "goes with what you bought".into(),
            },
            Self::NewForIndustry(industry) if zh => format!("新品，适合{}行业", industry.get(language)),
            Self::NewForIndustry(industry) => format!("new, and made for {}", industry.get(language)),
            Self::NewForBought(product) => match (of(product), zh) {
                (Some(name), true) => format!("新品，和您买过的{name}用得到一处"),
                (Some(name), false) => format!("new, and fits the {name} you bought"),
                (None, true) => "新品，和您买过的产品用得到一处".into(),
                (None, false) => "new, and fits what you bought".into(),
            },
            Self::New if zh => "新品，刚上架".into(),
            Self::New => "new in our range".into(),
            Self::ForIndustry(industry) if zh => format!("适合{}行业", industry.get(language)),
            Self::ForIndustry(industry) => format!("suits {}", industry.get(language)),
            Self::SameCategory if zh => "同类产品，可以比较着看".into(),
            Self::SameCategory => "of the same kind, worth comparing".into(),
            Self::Popular if zh => "和我们多款产品都能配套".into(),
            Self::Popular => "works with many of our products".into(),
            Self::InRange if zh => "我们的在售产品".into(),
            Self::InRange => "from our range".into(),
        }
    }
}

/// A product's name without numbers, else that of its category, else nothing.
fn label(knowledge: &Knowledge, product: &Product, language: ReplyLanguage) -> Option<String> {
    let name = product.name.get(language);
    let plain: Vec<&str> = name.split_whitespace().filter(|word| !has_number(word)).collect();
    let plain = plain.join(" ");
    if !plain.is_empty() && plain.len() * 2 >= name.len() {
        return Some(plain);
    }
    let category = knowledge.category(product.category.as_deref()?)?.name.get(language);
    (!category.is_empty() && !has_number(category)).then(|| category.to_owned())
}

/// Digits of any script, and the Chinese and English words for small numbers.
fn has_number(word: &str) -> bool {
    const NUMERALS: &str = "〇零一二两三四五六七八九十百千万亿半双";
    const WORDS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dual", "single",
        "double",
    ];
    word.chars().any(|letter| letter.is_numeric() || NUMERALS.contains(letter))
        || word.split('-').any(|part| WORDS.contains(&part.to_lowercase().as_str()))
}
