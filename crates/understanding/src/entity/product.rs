//! Products of the shop: by id, name, alias or a unique part of a name.

use domain::understanding::{EntityKind, EntityValue};

use super::{
    Found, Scene, rank,
    scan::{
        begins, cue_after, cue_before, ends, is_clause_end, is_letter, is_one_of, literal, skip_spaces,
        word_after, word_before,
    },
};
use crate::lexicon::{Hit, Meaning};

const NOT: &[&str] = &[
    "不要",
    "不是",
    "别要",
    "不用",
    "不考虑",
    "除了",
    "而不是",
    "不买",
    "别推",
    "without",
    "not",
    "except",
    "no",
    "other than",
    "instead of",
    "don't want",
    "do not want",
    "rather than",
];

pub fn extract(scene: &Scene<'_>, hits: &[Hit<'_>], found: &mut Vec<Found>) {
    for hit in hits {
        let Meaning::Products(positions) = hit.meaning else { continue };
        let mut ids = positions.iter().filter_map(|&position| scene.lexicon.product(position)).cloned();
        let mut one =
            Found::new(EntityKind::Product, hit.start, hit.end, EntityValue::Unknown(()), rank::PRODUCT);
        match (positions.as_slice(), ids.next()) {
            ([_], Some(id)) => one.value = EntityValue::Product(id),
            (_, Some(id)) => {
                one.candidates = std::iter::once(id).chain(ids).map(EntityValue::Product).collect();
            }
            (_, None) => continue,
        }
        one.negated = is_excluded(scene.chars, hit.start) || is_given_up(scene.chars, hit.end);
        found.push(one);
    }
}

/// Whether the buyer says that he does not mean what stands at `start`.
pub fn is_excluded(chars: &[char], start: usize) -> bool {
    cue_before(chars, start, 12, NOT) && near(chars, start)
}

/// "P002不要了": taken back behind the name.
fn is_given_up(chars: &[char], end: usize) -> bool {
    cue_after(chars, end, 4, GIVEN_UP)
}

/// Directly behind a product these take it out of the deal.
const GIVEN_UP: &[&str] = &["不要了", "先不要", "去掉"];

/// The excluding word stands directly before, or one short word between.
fn near(chars: &[char], start: usize) -> bool {
    NOT.iter().any(|word| {
        let length = word.chars().count();
        (0..=4).any(|gap| {
            start.checked_sub(length + gap).is_some_and(|from| {
                literal(chars, from, word).is_some()
                    && chars[from + length..start].iter().all(|&c| !is_clause_end(c))
                    && (!word.is_ascii() || begins(chars, from))
            })
        })
    })
}

/// Directly behind the name of goods, these make a firm, a trade or a place of it: 洗涤厂, 轴承批发, "bottle plant".
const TRADES: &[&str] = &[
    "厂",
    "行业",
    "生意",
    "批发",
    "零售",
    "工程",
    "车间",
    "公司",
    "贸易",
    "门店",
    "专卖店",
    "经销",
    "industry",
    "business",
    "trade",
    "factory",
    "plant",
    "farm",
    "shop",
    "store",
    "wholesaler",
    "importer",
    "distributor",
    "manufacturer",
    "maker",
    "grower",
    "producer",
];

/// Before the name of goods, these say that the buyer makes or sells them himself; the Chinese ones if 的 ends the statement.
const DEALS_IN: &[&str] = &[
    "我做",
    "我们做",
    "我是做",
    "我们是做",
    "我搞",
    "我是搞",
    "我们是搞",
    "我卖",
    "我们卖",
    "我们生产",
    "我厂做",
    "我厂生产",
    "公司是做",
    "公司做",
    "家里做",
    "专门做",
];
const MAKES: &[&str] =
    &["we make", "we produce", "we manufacture", "we grow", "we sell", "we are in", "i sell", "i make"];

/// Whether the buyer speaks of his trade, and not of what he wants: 洗涤厂, or what he deals in.
pub fn is_of_own_trade(chars: &[char], start: usize, end: usize) -> bool {
    let after = skip_spaces(chars, end);
    let trade = |word: &str| {
        let plural = |end: usize| if chars.get(end) == Some(&'s') { end + 1 } else { end };
        literal(chars, after, word).is_some_and(|end| !word.is_ascii() || ends(chars, plural(end)))
    };
    TRADES.iter().any(|word| trade(word)) || is_dealt_in(chars, start, end)
}

/// Whether the buyer says that he makes or sells it himself: 我们做预制菜的, "we make bottle caps".
pub fn is_dealt_in(chars: &[char], start: usize, end: usize) -> bool {
    let told = |cues: &[&str]| {
        cues.iter().any(|cue| {
            let from = start.checked_sub(cue.chars().count());
            let from = if cue.is_ascii() { from.and_then(|from| from.checked_sub(1)) } else { from };
            from.is_some_and(|from| begins(chars, from) && literal(chars, from, cue).is_some())
        })
    };
    let closes =
        chars.get(end) == Some(&'的') && chars.get(end + 1).is_none_or(|&c| is_clause_end(c) || c == ' ');
    (closes && told(DEALS_IN)) || told(MAKES)
}

/// Before the name of a machine, these ask whether the answers come from one.
const ARE_YOU: &[&str] = &[
    "你是",
    "您是",
    "你们是",
    "是不是",
    "你不是",
    "are you a",
    "are you an",
    "you are a",
    "you're a",
    "is this a",
    "talking to a",
    "speaking to a",
    "speaking with a",
    "chatting with a",
];
/// Directly behind it, these say that it answers.
const ANSWERS: &[&str] = &["回复", "回答", "客服", "自动回", "在回", "应答", "answering", "replying"];

/// Whether the assistant itself is spoken of: 你是机器人吗, "am I talking to a robot".
pub fn is_assistant(chars: &[char], start: usize, end: usize) -> bool {
    let before = start.saturating_sub(usize::from(start > 0 && chars[start - 1] == ' '));
    let asked = ARE_YOU.iter().any(|cue| {
        before.checked_sub(cue.chars().count()).is_some_and(|from| literal(chars, from, cue).is_some())
    });
    let after = skip_spaces(chars, end);
    asked || ANSWERS.iter().any(|cue| literal(chars, after, cue).is_some())
}

/// Words before the name of goods that do not tell which: all else, as in "nylon rope", belongs to the name.
const NO_MODIFIERS: &[&str] = &[
    "a",
    "an",
    "the",
    "this",
    "that",
    "these",
    "those",
    "my",
    "our",
    "your",
    "their",
    "his",
    "her",
    "its",
    "some",
    "any",
    "no",
    "not",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "dozen",
    "few",
    "many",
    "much",
    "more",
    "most",
    "all",
    "both",
    "each",
    "every",
    "other",
    "another",
    "same",
    "such",
    "which",
    "what",
    "of",
    "for",
    "in",
    "on",
    "at",
    "to",
    "from",
    "by",
    "with",
    "without",
    "about",
    "per",
    "and",
    "or",
    "but",
    "than",
    "as",
    "if",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "do",
    "does",
    "did",
    "have",
    "has",
    "had",
    "can",
    "could",
    "will",
    "would",
    "may",
    "need",
    "want",
    "buy",
    "order",
    "get",
    "give",
    "make",
    "made",
    "sell",
    "send",
    "ship",
    "use",
    "take",
    "like",
    "see",
    "show",
    "quote",
    "offer",
    "install",
    "calibrate",
    "repair",
    "replace",
    "add",
    "paint",
    "supply",
    "produce",
    "purchase",
    "import",
    "change",
    "fix",
    "good",
    "new",
    "best",
    "cheap",
    "cheaper",
    "better",
    "nice",
    "great",
    "old",
    "only",
    "also",
    "just",
    "pcs",
    "pc",
    "pieces",
    "units",
    "sets",
    "boxes",
    "rolls",
    "pairs",
    "tons",
    "kg",
    "samples",
    "sample",
    "me",
    "us",
    "you",
    "we",
    "i",
    "they",
    "it",
    "how",
    "why",
    "when",
    "where",
    "hello",
    "hi",
    "dear",
    "please",
    "pls",
    "price",
    "cost",
    "moq",
    "regarding",
    "re",
    "via",
    "into",
    "over",
    "under",
    "so",
    "second",
    "first",
    "last",
    "next",
    "or",
    "versus",
    "vs",
    "looking",
    "interested",
    "between",
    "then",
    "there",
    "here",
    "own",
    "through",
];

/// A stretch that was read as the name of goods without the English words at its ends that belong to no name; `None` where nothing is left.
pub fn without_modifiers(chars: &[char], (mut start, mut end): (usize, usize)) -> Option<(usize, usize)> {
    while let Some(word) = word_after(chars, start).filter(|word| word.1 <= end && ends(chars, word.1)) {
        if !is_one_of(chars, word, NO_MODIFIERS) {
            break;
        }
        start = skip_spaces(chars, word.1);
    }
    while let Some(word) = word_before(chars, end).filter(|word| word.0 > start) {
        if !is_one_of(chars, word, NO_MODIFIERS) {
            break;
        }
        end = word.0;
    }
    let name = chars.get(start..end)?;
    let length = name.iter().rposition(|&c| c != ' ')? + 1;
    Some((start, start + length))
}

/// Where the name of goods begins: an English noun takes the word before it, if that tells which goods.
pub fn goods_start(chars: &[char], start: usize) -> usize {
    if !chars.get(start).is_some_and(|&c| is_letter(c))
        || chars[start..].iter().take(40).any(|&c| crate::text::is_han(c))
    {
        return start;
    }
    match word_before(chars, start) {
        Some((from, to))
            if from + 2 < to
                && to + 1 == start
                && chars[from..to].iter().all(|&c| is_letter(c))
                && begins(chars, from)
                && !is_one_of(chars, (from, to), NO_MODIFIERS) =>
        {
            from
        }
        _ => start,
    }
}
