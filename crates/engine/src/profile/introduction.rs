//! A buyer tells of himself: 我们是做汽车零部件的,每年大概采购200台. No intent of the taxonomy says that, so a classifier can only guess.

use domain::understanding::{EntityKind, Understanding, intent};

use super::wording::{Wording, find, has_any};

/// How such a message begins.
const OPENINGS: &[&str] = &[
    "我们",
    "我司",
    "我公司",
    "我厂",
    "我们厂",
    "本公司",
    "本厂",
    "公司",
    "我这边",
    "我是",
    "咱们",
    "这边是",
    "we ",
    "we're",
    "our ",
    "i'm ",
    "i am ",
    "my company",
    "this is ",
];

/// Whoever says one of these wants something.
const REQUESTS: &[&str] = &[
    "吗",
    "呢",
    "么",
    "多少",
    "几天",
    "几个",
    "几号",
    "几多",
    "哪",
    "怎",
    "能不能",
    "能否",
    "能做",
    "可以",
    "请",
    "想",
    "需要",
    "我要",
    "们要",
    "价",
    "便宜",
    "优惠",
    "要买",
    "要订",
    "要个",
    "要一",
    "有没有",
    "帮",
    "麻烦",
    "?",
    "\u{ff1f}",
    "need",
    "want",
    "looking",
    "interested",
    "can ",
    "could",
    "please",
    "pls",
    "how",
    "what",
    "which",
    "when",
    "where",
    "do you",
    "would",
    "like to",
    "offer",
    "quote",
    "price",
];

/// What tells who somebody is.
const TELLING: &[EntityKind] = &[
    EntityKind::Industry,
    EntityKind::Company,
    EntityKind::Region,
    EntityKind::Quantity,
    EntityKind::Person,
];

/// Intents that such a message is easily taken for. Anything else that was clearly understood stands.
const MISTAKEN: &[&str] = &[
    intent::OUT_OF_SCOPE,
    intent::COMPANY_INQUIRY,
    intent::PARTNERSHIP_INQUIRY,
    intent::GREETING,
    intent::AFFIRM,
    // How much he buys sounds like a question for the price of so many.
    intent::PRICE_INQUIRY,
];

/// Below this the classifier's guess does not count.
const CLEAR: f64 = 0.6;

/// Whether the message only says who the buyer is or how much he buys, and asks for nothing.
pub(crate) fn is_introduction(understanding: &Understanding, text: &str) -> bool {
    let guessed = understanding.confidence() < CLEAR || MISTAKEN.contains(&understanding.primary());
    if !guessed || !TELLING.iter().any(|&kind| understanding.entities_of(kind).next().is_some()) {
        return false;
    }
    let wording = Wording::new(text);
    let letters = wording.all();
    // A salutation may stand before it.
    let opening = OPENINGS.iter().any(|word| find(letters, word).is_some_and(|span| span.start <= 12));
    opening && !has_any(letters, REQUESTS)
}

/// What the message is about. Who tells of himself speaks of no goods, whatever his words resemble.
pub(crate) fn topic<'u>(understanding: &'u Understanding, text: &str) -> Option<&'u str> {
    understanding.topic.as_deref().filter(|_| !is_introduction(understanding, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::scene;

    fn check(intent: &str, confidence: f64, marked: &str, expected: bool) {
        let (text, entities) = scene::read(marked);
        let understanding = Understanding {
            intents: vec![domain::understanding::ScoredIntent { name: intent.into(), confidence }],
            entities,
            ..Understanding::default()
        };
        assert_eq!(is_introduction(&understanding, &text), expected, "{text}");
    }

    #[test]
    fn telling_of_oneself_asks_for_nothing() {
        let told = "我们是做[汽车零部件](industry:automotive_parts)的,每年大概采购[200台](quantity:200台)";
        check("solicitation", 0.3, told, true);
        check("solicitation", 0.9, "我们是做[物流](industry:logistics)的", false);
        check("company_inquiry", 0.8, "We are a [food](industry:food) factory", true);
        check("product_inquiry", 0.5, "你好,我们是[汽配](industry:automotive_parts)厂", true);
        check("company_inquiry", 0.8, "我们主要做[新能源](industry:logistics)", true);
        check("company_inquiry", 0.8, "我们是[汽配](industry:automotive_parts)厂,你们能做吗", false);
        check("solicitation", 0.9, "We are in [logistics](industry:logistics), do you need freight?", false);
        check("price_inquiry", 0.9, told, true);
        check("price_inquiry", 0.9, "我们每年[200台](quantity:200台),什么价", false);
        check("payment_terms", 0.9, "我们是[汽配](industry:automotive_parts)厂", false);
        check("out_of_scope", 0.9, "我们今天去爬山", false);
        check("out_of_scope", 0.9, "[200台](quantity:200台)", false);
    }
}
