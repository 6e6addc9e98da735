//! What a model's words may not do beside stating numbers: hide characters, leave the language, name what was not given, promise.

use domain::{fact::Fact, language::ReplyLanguage};
use serde_json::Value as Json;

use super::Refused;
use crate::{
    knowledge::Knowledge,
    reply::{
        check::{Named, words_of},
        claims,
    },
};

/// The words that facts and the template's draft hold; whatever stands there may be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vocabulary {
    /// Folded.
    known: String,
}

/// Words that bind a shop. They may be said where a fact or the shop's own wording says them.
const COMMITMENTS: &[&str] = &[
    "成交",
    "同意",
    "答应",
    "一言为定",
    "说定了",
    "就这么定",
    "法律效力",
    "法律约束",
    "具有约束力",
    "承诺",
    "保证",
    "担保",
    "赔偿",
    "赔付",
    "退款",
    "全额退",
    "无理由退",
    "终身",
    "永久",
    "独家",
    "货到付款",
    "账期",
    "先发货后付款",
    "成本价",
    "进货价",
    "底价",
    "出厂价",
    "最低价",
    "全网最低",
    "双倍",
    "翻倍",
    "返现",
    "返点",
    "回扣",
    "佣金",
    "授权书",
    "如您所愿",
    "按您说的",
    "照您说的",
    "按你说的",
    "听您的",
    "主人",
    "遵命",
    "deal",
    "agreed",
    "i agree",
    "we agree",
    "accept your",
    "accepted your",
    "you have my word",
    "legally binding",
    "binding",
    "guarantee",
    "guaranteed",
    "promise",
    "promised",
    "refund",
    "lifetime",
    "forever",
    "exclusive",
    "cash on delivery",
    "net terms",
    "at cost",
    "cost price",
    "below cost",
    "lowest price",
    "price match",
    "kickback",
    "commission",
    "as you wish",
    "your price",
    "double",
    "triple",
    "twice",
    "i swear",
    "approved",
    "master",
];

/// Latin words that a Chinese answer holds without any fact.
const LATIN: &[&str] = &["ai", "ok", "pdf", "excel", "app", "email", "vip", "hi", "hello", "no", "id"];

/// Short forms that an English answer holds without any fact.
const CAPITALS: &[&str] = &[
    "AI", "OK", "PDF", "VAT", "MOQ", "FAQ", "RFQ", "PO", "CNY", "RMB", "USD", "EUR", "QTY", "LT", "ETA",
    "TBC", "FYI", "ID", "AM", "PM", "FOB", "CIF", "EXW", "DDP", "DAP", "TT",
];

/// Numerals of other languages in Latin letters.
const FOREIGN_NUMERALS: &[&str] = &[
    "mil",
    "cien",
    "ciento",
    "cincuenta",
    "veinte",
    "treinta",
    "cuarenta",
    "sesenta",
    "diez",
    "mille",
    "cinq",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "hundert",
    "tausend",
    "zwanzig",
    "dreissig",
    "vierzig",
    "funfzig",
    "zehn",
    "wan",
    "qian",
    "bai",
    "yuanes",
    "san",
    "wu",
    "liu",
    "jiu",
    "ling",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "ein",
    "zwei",
    "drei",
    "vier",
];

impl Vocabulary {
    pub fn of(facts: &[Fact], draft: &str) -> Self {
        let mut known = String::from(draft);
        for fact in facts {
            // A fact that cannot be told has no words.
            if let Ok(told) = serde_json::to_value(&fact.body) {
                collect(&told, &mut known);
            }
        }
        Self { known: claims::fold(&known) }
    }

    /// Looks at words that a model chose, values taken out or not.
    pub fn judge(&self, words: &str, language: ReplyLanguage) -> Result<(), Refused> {
        if let Some(hidden) = words.chars().find(|&character| is_hidden(character)) {
            return Err(Refused::Character(hidden.escape_unicode().to_string()));
        }
        let strange = |character: &char| {
            let own = match language {
                ReplyLanguage::Zh => claims::is_han(*character),
                ReplyLanguage::En => false,
            };
            character.is_alphabetic() && !character.is_ascii() && !own && !is_folded_latin(*character)
        };
        if let Some(letter) = words.chars().find(|letter| strange(letter) && !self.known.contains(*letter)) {
            return Err(Refused::Character(letter.to_string()));
        }
        let folded = claims::fold(words);
        // @name leads to somebody outside.
        if folded.contains('@') && !self.known.contains('@') {
            return Err(Refused::Character("@".to_owned()));
        }
        for phrase in COMMITMENTS {
            if has(&folded, phrase) && !self.known.contains(phrase) {
                return Err(Refused::Commitment((*phrase).to_owned()));
            }
        }
        for word in latin(words) {
            let lower = word.to_ascii_lowercase();
            let stands_out = match language {
                ReplyLanguage::Zh => {
                    word.len() > 1 && !LATIN.contains(&lower.as_str()) && !claims::is_unit(&lower)
                }
                ReplyLanguage::En => {
                    let capitals = word.len() > 1 && word.chars().all(|letter| letter.is_ascii_uppercase());
                    FOREIGN_NUMERALS.contains(&lower.as_str())
                        || (capitals && !CAPITALS.contains(&word) && !claims::is_unit(&lower))
                }
            };
            if stands_out && !has(&self.known, &lower) {
                return Err(Refused::Name(word.to_owned()));
            }
        }
        Ok(())
    }

    /// A run of words that repeats what the buyer wrote and stands in no fact: eight characters with Chinese ones among them, else 24.
    pub fn echo(&self, heard: &str, words: &str) -> Option<String> {
        let own: Vec<char> = letters(words).chars().collect();
        let known = letters(&self.known);
        let repeats = |length: usize, fits: fn(&[char]) -> bool| {
            own.windows(length)
                .filter(|window| fits(window))
                .map(|window| window.iter().collect::<String>())
                .find(|run| heard.contains(run.as_str()) && !known.contains(run.as_str()))
        };
        let has_han = |window: &[char]| window.iter().any(|&letter| claims::is_han(letter));
        repeats(8, has_han).or_else(|| repeats(24, |_| true))
    }

    /// A product of the shop that words name though no fact of the turn is about it.
    pub fn foreign_product(&self, knowledge: &Knowledge, said: &[Named], words: &str) -> Option<String> {
        let folded = claims::fold(words);
        knowledge
            .products
            .iter()
            .filter(|product| said.iter().all(|named| named.id != product.id))
            .flat_map(|product| {
                product
                    .name
                    .all()
                    .map(move |name| Named { id: product.id.clone(), name: Some(name.to_owned()) })
            })
            .flat_map(|named| words_of(&named))
            .find(|name| has(&folded, name) && !self.known.contains(name.as_str()))
    }
}

/// Letters and digits alone, folded.
pub(super) fn letters(text: &str) -> String {
    claims::fold(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Texts of a JSON value, each on a line.
fn collect(told: &Json, known: &mut String) {
    match told {
        Json::String(text) => {
            known.push('\n');
            known.push_str(text);
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, known)),
        Json::Object(fields) => fields.values().for_each(|field| collect(field, known)),
        _ => {}
    }
}

/// Whether a phrase stands in a text; Latin letters as whole words.
fn has(text: &str, phrase: &str) -> bool {
    let edge = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.match_indices(phrase).any(|(start, found)| {
        let before = text.get(..start).and_then(|before| before.chars().last());
        let after = text.get(start + found.len()..).and_then(|after| after.chars().next());
        !phrase.is_ascii() || !(edge(before) || edge(after))
    })
}

/// Words of Latin letters alone; those with digits are claims.
fn latin(words: &str) -> impl Iterator<Item = &str> {
    words
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
        .flat_map(|word| word.split('-'))
        .filter(|word| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphabetic()))
}

/// Characters that are not seen, or that turn the order of what is seen.
const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{300}'..='\u{36f}'
        | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{10ffff}')
}

/// Full-width Latin letters, which read as the plain ones.
const fn is_folded_latin(character: char) -> bool {
    matches!(character, '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}
