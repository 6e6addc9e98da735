//! "你是机器人吗": whoever asks whether a machine answers him, and nothing else, is told the truth.

use crate::situation::Situation;

/// What may stand before the question.
const GREETINGS: &[&str] = &["你好", "您好", "请问", "hello", "hi", "hey", "那", "so", "wait"];
/// How it begins …
const BEGINS: &[&str] = &[
    "你们到底是",
    "你们是不是",
    "你到底是",
    "您到底是",
    "你是不是",
    "您是不是",
    "你们是",
    "你是",
    "您是",
    "am i talking to",
    "am i speaking to",
    "am i speaking with",
    "am i chatting with",
    "are you",
    "is this",
];
/// … what it asks for, the longer before what they begin with …
const WHO: &[&str] = &[
    "机器人客服",
    "人工客服",
    "真人客服",
    "人工智能",
    "机器人",
    "真人",
    "活人",
    "人工",
    "ai",
    "人",
    "artificial intelligence",
    "real person",
    "real human",
    "human being",
    "machine",
    "chatbot",
    "person",
    "robot",
    "human",
    "bot",
    "real",
];
/// … and how it ends.
const ENDS: &[&str] = &["吗", "吧", "呢", "啊", "么", "呀"];
const ARTICLES: &[&str] = &["an ", "a ", "the "];

/// The messages of a turn ask who answers.
pub(crate) fn asks_who_answers(situation: &Situation<'_>) -> bool {
    let text = situation.text().to_lowercase();
    let blank = |letter: char| if letter.is_alphanumeric() { letter } else { ' ' };
    let text: String = text.chars().map(blank).collect();
    let mut rest = text.trim();
    while let Some(after) = GREETINGS.iter().find_map(|word| cut(rest, word)) {
        rest = after;
    }
    let Some(after) = BEGINS.iter().find_map(|word| cut(rest, word)) else { return false };
    let Some(after) = who(after) else { return false };
    let after = ["还是", "or"].iter().find_map(|word| cut(after, word)).map_or(Some(after), who);
    let Some(after) = after else { return false };
    ENDS.iter().find_map(|word| cut(after, word)).unwrap_or(after).is_empty()
}

fn who(text: &str) -> Option<&str> {
    let text = ARTICLES.iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text);
    WHO.iter().find_map(|word| cut(text, word))
}

/// What stands behind a word; in Latin writing it ends there.
fn cut<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(word)?;
    let goes_on = word.is_ascii() && rest.starts_with(|next: char| next.is_ascii_alphanumeric());
    (!goes_on).then(|| rest.trim_start())
}
