//! "你是机器人吗": whoever asks whether a machine answers him is told the truth.

use crate::situation::Situation;

/// Words that ask it.
const ASKED: &[&str] = &[
    "你是机器人",
    "你是真人",
    "你是人工",
    "你是ai",
    "你是不是机器人",
    "你是不是真人",
    "你是不是ai",
    "是机器人吗",
    "是真人吗",
    "是人工吗",
    "是ai吗",
    "真人还是",
    "机器人还是",
    "人工还是",
    "are you a robot",
    "are you a bot",
    "are you a human",
    "are you human",
    "are you a real",
    "are you real",
    "are you an ai",
    "are you ai",
    "is this a bot",
    "is this a robot",
    "is this a human",
    "talking to a bot",
    "talking to a robot",
    "talking to a human",
    "talking to a real person",
    "talking to an ai",
    "speaking to a bot",
    "speaking to a robot",
    "speaking to a human",
    "speaking to a real person",
];
/// With one of these it is a person that he wants, and a price or a time that he asks for beside it.
const WANTS_MORE: &[&str] = &[
    "转人工",
    "要真人",
    "要人工",
    "找真人",
    "换人",
    "换个人",
    "多少钱",
    "价",
    "i want",
    "i need",
    "let me",
    "get me",
    "price",
];

/// The messages of a turn ask who answers, and nothing else.
pub(crate) fn asks_who_answers(situation: &Situation<'_>) -> bool {
    let text = situation.text().to_lowercase();
    let says_any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    says_any(ASKED) && !says_any(WANTS_MORE)
}
