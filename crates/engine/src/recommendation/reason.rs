//! Why a product is proposed, as a seller would say it.
//!
//! A reason holds no number but the time since the buyer's own last order, for which the turn issues a fact. Names of other products
//! are therefore said without their model codes.

use domain::{
    catalog::Product,
    language::{LocalizedText, ReplyLanguage},
};

use super::elapsed::Elapsed;
use crate::{knowledge::Knowledge, search};

/// The evidence for one candidate, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason<'k> {
    /// Bought regularly, the last time so many days ago, and the usual interval is over.
    Due(&'k Product, i64),
    /// Bought more than once.
    BoughtOften,
    /// Bought once.
    BoughtBefore,
    /// Does what the buyer says that he needs.
    FitsWish,
    /// Goes with the product that does so best and stands above it.
    GoesWithWished(&'k Product),
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
            Self::FitsWish if zh => "符合您说的用途".into(),
            Self::FitsWish => "fits what you describe".into(),
            Self::GoesWithWished(product) => match (of(product), zh) {
                (Some(name), true) => format!("和{name}配套"),
                (Some(name), false) => format!("goes with the {name}"),
                (None, true) => "和上面这款配套".into(),
                (None, false) => "goes with the one above".into(),
            },
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

/// A product's name without numbers and their units, else that of its category, else nothing.
fn label(knowledge: &Knowledge, product: &Product, language: ReplyLanguage) -> Option<String> {
    let name = product.name.get(language);
    let mut plain: Vec<&str> = Vec::new();
    let mut after_number = false;
    for word in name.split_whitespace() {
        let unit = after_number && search::is_unit(word);
        after_number = has_number(word);
        if !after_number && !unit {
            plain.push(word);
        }
    }
    // One word alone may be no more than the mark of a variant ("Pro"), unless it is most of the name.
    let says_enough =
        plain.len() > 1 || plain.iter().any(|word| !word.is_ascii() || word.len() * 2 >= name.len());
    if says_enough {
        return Some(plain.join(" "));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::scene::Scene;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let scene = Scene::with_shop(&format!(
            "products:\n- {{id: X1, name: {{zh: 物, en: '{name}'}}, category: gripper, price: 1}}\n"
        ));
        let product = scene.knowledge.product(&"X1".into()).expect("it is there");
        let found = label(&scene.knowledge, product, ReplyLanguage::En);
        assert_eq!(found.as_deref(), expected, "{name}");
    }

    #[test]
    fn a_name_without_numbers_loses_their_units_and_keeps_its_noun() {
        check("QS-04 400 W servo set", Some("servo set"));
        check("QS-15 1.5 kW servo set", Some("servo set"));
        check("QP-S240 24 V DIN-rail supply", Some("DIN-rail supply"));
        check("QV-F16 fixed lens", Some("fixed lens"));
        // A unit that no number stands before is a word.
        check("W servo set 400", Some("W servo set"));
        check("X200 Pro", Some("grippers"));
        check("Gripper 5", Some("Gripper"));
    }
}
