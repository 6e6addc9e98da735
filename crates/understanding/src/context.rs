//! Reading a message in the light of what we asked, and of what the conversation is about.

use domain::{
    conversation::PendingQuestion,
    understanding::{Entity, EntityKind, intent},
};

use crate::{
    classifier::division,
    entity::{number, scan},
    text::fold,
};

/// How a message answers our question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It names this intent.
    Intent(String),
    /// It picks this one of the choices offered.
    Choice(String),
}

/// Questions of which a bare number is the answer, at least in part.
const ASKING_QUANTITY: &[&str] = &["quantity", "quantity_of", "quantity_and_destination", "requirement"];

/// Whether we asked how many.
pub fn asks_quantity(question: Option<&PendingQuestion>) -> bool {
    question.is_some_and(|question| ASKING_QUANTITY.contains(&question.about.as_str()))
}

/// What the message answers, if it answers our question.
pub fn answer(question: &PendingQuestion, chars: &[char], entities: &[Entity]) -> Option<Answer> {
    // To "how many?" a number is the answer, not the number of a choice.
    let picked = if asks_quantity(Some(question)) { None } else { choice(&question.choices, chars) };
    match (question.about.as_str(), picked) {
        ("intent", Some(name)) => return Some(Answer::Intent(name)),
        (_, Some(name)) => return Some(Answer::Choice(name)),
        ("quantity" | "quantity_of" | "quantity_and_destination", None)
            if is_essentially(chars, entities, EntityKind::Quantity) =>
        {
            return Some(Answer::Intent(intent::PRICE_INQUIRY.to_owned()));
        }
        _ => {}
    }
    if says(chars, NO) {
        return Some(Answer::Intent(intent::DENY.to_owned()));
    }
    says(chars, YES).then(|| Answer::Intent(intent::AFFIRM.to_owned()))
}

const YES: &[&str] = &[
    "是",
    "是的",
    "对",
    "对的",
    "好",
    "好的",
    "好呀",
    "好啊",
    "行",
    "行的",
    "可以",
    "可以的",
    "嗯",
    "嗯嗯",
    "要",
    "要的",
    "需要",
    "没错",
    "没问题",
    "成",
    "中",
    "ok",
    "okay",
    "okk",
    "yes",
    "yep",
    "yeah",
    "yup",
    "ya",
    "sure",
    "y",
    "of course",
    "correct",
    "right",
    "exactly",
    "fine",
    "please",
    "yes please",
    "go ahead",
    "👍",
    "👌",
    "✅",
    "1",
    "嗯可以",
    "恩",
    "sounds good",
    "发吧",
    "来吧",
    "当然",
];
const NO: &[&str] = &[
    "不",
    "不是",
    "不要",
    "不用",
    "不用了",
    "不需要",
    "不行",
    "不对",
    "不了",
    "算了",
    "没有",
    "no",
    "nope",
    "nah",
    "n",
    "no thanks",
    "no thank you",
    "not really",
    "not now",
    "👎",
    "❌",
    "暂时不用",
    "先不要",
    "先不用",
    "暂不",
    "never mind",
    "not yet",
];

fn says(chars: &[char], words: &[&str]) -> bool {
    let bare: String =
        chars.iter().filter(|c| !matches!(c, '.' | '!' | ',' | '。' | '~' | '?' | '，' | '\n')).collect();
    let bare = bare.trim().trim_end_matches(['啊', '呀', '哦', '哈', '吧', '的', '呢', '啦']);
    words.iter().any(|word| bare == *word || bare == word.trim_end_matches('的'))
}

/// Whether a message may be what we asked for when we asked what it is needed for (码垛, 我要大的): a few words that ask nothing.
pub fn tells_requirement(question: &PendingQuestion, chars: &[char]) -> bool {
    question.about == "requirement" && chars.len() <= LONGEST_ANSWER && !division::asks(chars)
}

/// A longer message says more than what we asked, in code points.
const LONGEST_ANSWER: usize = 24;

/// Nothing but an entity of this kind, and words that carry no request.
fn is_essentially(chars: &[char], entities: &[Entity], kind: EntityKind) -> bool {
    let covered: usize =
        entities.iter().filter(|entity| entity.kind == kind).map(|entity| entity.end - entity.start).sum();
    if covered == 0 {
        return false;
    }
    let letters = chars.iter().filter(|c| c.is_alphanumeric()).count();
    let filler = [
        "大概",
        "大约",
        "左右",
        "先",
        "要",
        "吧",
        "就",
        "差不多",
        "需要",
        "我",
        "来",
        "about",
        "around",
        "maybe",
        "we need",
        "i need",
        "let's say",
        "say",
        "pls",
        "please",
        "只要",
        "一共",
        "total",
        "in total",
        "首批",
        "for now",
        "买",
        "那",
        "呢",
        "what about",
        "how about",
        "and for",
    ];
    let text: String = chars.iter().collect();
    let fillers: usize = filler
        .iter()
        .filter(|word| text.contains(**word))
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).count())
        .sum();
    letters <= covered + fillers + 2
}

/// The choice that is named, numbered (1, 第一个, the second), or the only one that holds the message's words.
fn choice(choices: &[String], chars: &[char]) -> Option<String> {
    if choices.is_empty() {
        return None;
    }
    if let Some(position) = ordinal(chars)
        && let Some(choice) = choices.get(position)
    {
        return Some(choice.clone());
    }
    let text: String = chars.iter().collect();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let folded: Vec<String> = choices.iter().map(|choice| fold(choice).replace('_', " ")).collect();
    let mut named = folded.iter().enumerate().filter(|(_, choice)| {
        !choice.is_empty() && contains_word(&text, choice) && says_little_else(&text, choice)
    });
    let hit = match (named.next(), named.next()) {
        (Some((at, _)), None) => Some(at),
        (None, _) if bare.chars().count() >= 2 => {
            let mut within = folded.iter().enumerate().filter(|(_, choice)| contains_word(choice, bare));
            match (within.next(), within.next()) {
                (Some((at, _)), None) => Some(at),
                _ => None,
            }
        }
        _ => None,
    };
    hit.and_then(|at| choices.get(at)).cloned()
}

/// "就P012吧" picks; "P012来5台多少钱" names a choice and asks something of its own.
fn says_little_else(text: &str, choice: &str) -> bool {
    let rest = text.replacen(choice, " ", 1);
    let han = rest.chars().filter(|&c| crate::text::is_han(c)).count();
    let latin = rest.chars().filter(char::is_ascii_alphabetic).count();
    han <= 4 && latin <= 14 && !rest.contains(|c: char| c.is_ascii_digit())
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let open = |c: Option<char>, own: Option<char>| {
            c.is_some_and(|c| c.is_ascii_alphanumeric()) && own.is_some_and(|c| c.is_ascii_alphanumeric())
        };
        !open(before, word.chars().next()) && !open(after, word.chars().next_back())
    })
}

/// 1, 选2, 第一个, the second one, option 3: the position, from 0.
fn ordinal(chars: &[char]) -> Option<usize> {
    let bare: Vec<char> = chars.iter().copied().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    let text: String = bare.iter().collect::<String>().trim().to_owned();
    if text.chars().count() > 14 {
        return None;
    }
    let words = [
        ("first", 0),
        ("second", 1),
        ("third", 2),
        ("fourth", 3),
        ("1st", 0),
        ("2nd", 1),
        ("3rd", 2),
        ("前者", 0),
        ("后者", 1),
        ("最后", usize::MAX),
    ];
    if let Some((_, position)) = words.iter().find(|(word, _)| contains_word(&text, word)) {
        return Some(*position);
    }
    let chars: Vec<char> = text.chars().collect();
    let numbers = number::numbers(&chars);
    let [only] = numbers.as_slice() else { return None };
    let said = only
        .low
        .as_whole()
        .and_then(|value| usize::try_from(value).ok())
        .filter(|value| (1..=9).contains(value))?;
    let before: String = chars[..only.start].iter().collect();
    let after: String = chars[only.end..].iter().collect();
    let lead = [
        "",
        "第",
        "选",
        "选第",
        "要第",
        "我要第",
        "option",
        "number",
        "no",
        "选项",
        "我选",
        "我选第",
        "choose",
        "the",
    ];
    let tail = ["", "个", "款", "种", "项", "号", "one", "吧", "个吧", "那个", "please", "个产品"];
    let fits = lead.contains(&before.trim()) && tail.contains(&after.trim());
    // "2个" with no 第 before it may be a quantity; only a bare number or an ordinal picks.
    let ordinal = !before.trim().is_empty() || after.trim().is_empty();
    (fits && ordinal).then(|| said - 1)
}

/// "20台呢?交期多久": another quantity of the product spoken of comes first, and then something else is asked.
pub fn opens_with_follow_up(chars: &[char], entities: &[Entity]) -> bool {
    let parts = division::parts(chars, None);
    let [first, _, ..] = parts.as_slice() else { return false };
    let first: String = chars[first.start..first.end].iter().collect();
    let first = first.trim_end_matches(['?', ',', '\u{ff0c}', '。', '!', ' ']);
    let asks = first.ends_with('呢')
        || ["what about", "how about", "and for", "and if"].iter().any(|cue| first.starts_with(cue));
    let quantity = entities
        .iter()
        .any(|entity| entity.kind == EntityKind::Quantity && first.contains(fold(&entity.text).as_str()));
    asks && quantity && first.chars().count() <= 24
}

/// Nothing but "20台呢", "what about 50 pcs": whatever the words alone suggest, the price of so many is asked.
pub fn is_only_follow_up(chars: &[char], entities: &[Entity]) -> bool {
    let cues = ["呢", "what about", "how about", "and for"];
    let cued = cues.iter().any(|word| (0..chars.len()).any(|at| scan::literal(chars, at, word).is_some()));
    cued && is_essentially(chars, entities, EntityKind::Quantity)
}

/// A short "20台呢", "what about 50 pcs" about the product spoken of.
pub fn is_follow_up(chars: &[char], entities: &[Entity]) -> bool {
    let quantity = entities.iter().any(|entity| entity.kind == EntityKind::Quantity);
    let asks = ["呢", "what about", "how about", "and for", "if", "那", "要是", "如果", "换成"];
    let cued = asks.iter().any(|word| (0..chars.len()).any(|at| scan::literal(chars, at, word).is_some()));
    quantity && (cued || is_essentially(chars, entities, EntityKind::Quantity)) && chars.len() <= 30
}
