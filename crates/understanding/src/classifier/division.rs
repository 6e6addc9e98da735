//! Where a message may be divided into requests: at the ends of sentences and clauses, before words that begin another request, and in
//! Chinese where nothing marks the place but the words on both sides.

use super::joints::Joints;
use crate::{
    entity::scan::{begins, ends, literal, longest},
    text::is_han,
};

/// A stretch of a message that may ask something of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub start: usize,
    pub end: usize,
    /// What stands where it begins, and where it ends.
    pub opens: Border,
    pub closes: Border,
}

/// What divides two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Border {
    /// The end of the message, of a sentence or of a line.
    Sentence,
    /// A comma, a space between Han characters, a word that begins another request.
    Clause,
    /// Nothing but the words.
    Joint,
}

/// A message is divided into no more parts than this; the rest stays whole.
const MOST_PARTS: usize = 8;

/// Words that begin another request.
const CONNECTIVES: &[&str] = &[
    "另外",
    "还有",
    "顺便",
    "然后",
    "同时",
    "以及",
    "并且",
    "再问",
    "再就是",
    "还想问",
    "对了",
    "其次",
    "and",
    "and also",
    "and how",
    "and what",
    "and can",
    "and do",
    "and is",
    "and when",
    "and please",
    "and where",
    "plus",
    "also",
    "besides",
    "by the way",
    "btw",
    "as well as",
    "another question",
    "additionally",
    "furthermore",
];
/// Behind a comma, these open a condition or go on with the same request.
const GOES_ON: &[&str] = &[
    "如果", "要是", "的话", "因为", "所以", "但是", "不过", "if", "because", "so", "but", "since", "which",
    "who", "as", "when",
];

/// Words of questions and requests.
const ASKING: &[&str] = &[
    "多少", "几", "吗", "什么", "啥", "怎", "哪", "能", "可以", "可否", "是否", "有没", "呢", "多久", "多长",
    "咋", "麻烦", "请", "给我", "发我", "发一", "帮我", "何", "行不", "how", "what", "which", "when",
    "where", "who", "why", "can", "could", "do", "does", "did", "is", "are", "will", "would", "please",
    "pls", "kindly", "send", "give", "need", "want", "any", "let", "share", "tell", "quote", "may", "?",
];
/// The stretches between sentence ends, line breaks, commas, connectives and joints that are long enough to ask something.
pub fn parts(chars: &[char], joints: Option<&Joints>) -> Vec<Part> {
    let mut cuts = vec![0];
    let mut at = 0;
    while at < chars.len() && cuts.len() < MOST_PARTS {
        if let Some((next, resume)) = cut_at(chars, at) {
            cuts.push(next);
            at = resume;
        } else {
            at += 1;
        }
    }
    cuts.push(chars.len());
    let mut parts: Vec<Part> = Vec::new();
    for pair in cuts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        if weight(&chars[start..end]) == 0 {
            continue;
        }
        match parts.last_mut() {
            // Too short to ask anything alone.
            Some(last) if weight(&chars[start..end]) < 2 || weight(&chars[last.start..last.end]) < 2 => {
                last.end = end;
            }
            _ => parts.push(Part { start, end, opens: border(chars, start), closes: Border::Sentence }),
        }
    }
    for part in &mut parts {
        part.closes = border(chars, part.end);
    }
    match joints {
        Some(joints) => parts.iter().flat_map(|&part| divided(chars, part, joints)).collect(),
        None => parts,
    }
}

/// A part, or the two that a joint makes of it. What no mark divides is two only if both sides ask.
fn divided(chars: &[char], part: Part, joints: &Joints) -> impl Iterator<Item = Part> {
    let whole = |words: &[char]| weight(words) >= 2 && asks(words);
    let joint = joints
        .strongest(chars, part.start, part.end)
        .filter(|&at| whole(&chars[part.start..at]) && whole(&chars[at..part.end]));
    let first = Part { end: joint.unwrap_or(part.end), ..part };
    let (first, second) = match joint {
        None => (first, None),
        Some(at) => {
            (Part { closes: Border::Joint, ..first }, Some(Part { start: at, opens: Border::Joint, ..part }))
        }
    };
    std::iter::once(first).chain(second)
}

/// What stands before `at`.
fn border(chars: &[char], at: usize) -> Border {
    let last = chars[..at].iter().rev().find(|&&c| c != ' ');
    let sentence = at >= chars.len() || last.is_none_or(|&c| is_sentence_end(c) || c == '.' || c == '吗');
    if sentence { Border::Sentence } else { Border::Clause }
}

const fn is_sentence_end(c: char) -> bool {
    matches!(c, '?' | '!' | '。' | '\n' | ';')
}

/// Whether nothing is read across this character.
pub const fn is_pause(c: char) -> bool {
    is_sentence_end(c) || matches!(c, ',' | '，' | '、' | ' ' | '.' | ':' | '…')
}

/// Where the next part begins if one ends at `at`, and where to look for its end.
fn cut_at(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        end if is_sentence_end(end) => Some((at + 1, at + 1)),
        // The particle ends its question, with a mark behind it or without.
        '吗' if next.is_some_and(is_han) => Some((at + 1, at + 1)),
        '.' if next.is_none_or(|c| c == ' ' || c == '\n') && at > 0 && !chars[at - 1].is_ascii_digit() => {
            Some((at + 1, at + 1))
        }
        ',' | '，' | '、' => {
            let digits = at > 0 && chars[at - 1].is_ascii_digit() && next.is_some_and(|c| c.is_ascii_digit());
            let start = (at + 1..chars.len()).find(|&i| chars[i] != ' ')?;
            let goes_on = GOES_ON.iter().any(|word| {
                literal(chars, start, word).is_some_and(|end| !word.is_ascii() || ends(chars, end))
            });
            (!digits && !goes_on).then_some((at + 1, at + 1))
        }
        ' ' if at > 0 && is_han(chars[at - 1]) && next.is_some_and(is_han) => Some((at + 1, at + 1)),
        _ if at > 0 => {
            let whole =
                |word: &&str, end: &usize| !word.is_ascii() || (begins(chars, at) && ends(chars, *end));
            CONNECTIVES
                .iter()
                .filter_map(|word| literal(chars, at, word).filter(|end| whole(word, end)))
                .max()
                .map(|end| (at, end))
        }
        _ => None,
    }
}

/// Whether words of a question or request stand there.
pub fn asks(text: &[char]) -> bool {
    (0..text.len()).any(|at| begins(text, at) && longest(text, at, ASKING).is_some())
}

/// How many words, Han characters counting half.
pub fn weight(chars: &[char]) -> usize {
    let han = chars.iter().filter(|&&c| is_han(c)).count();
    let words = (0..chars.len()).filter(|&i| chars[i].is_ascii_alphanumeric() && begins(chars, i)).count();
    han / 2 + words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        check_with(text, None, expected);
    }

    fn check_with(text: &str, joints: Option<&Joints>, expected: &[&str]) {
        let chars: Vec<char> = crate::text::fold(text).chars().collect();
        let shown: Vec<String> = parts(&chars, joints)
            .iter()
            .map(|part| chars[part.start..part.end].iter().collect::<String>().trim().to_owned())
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn messages_are_divided_where_requests_end() {
        check("P001多少钱,多久能发货?", &["p001多少钱,", "多久能发货?"]);
        check("how much is it? and also what is the moq", &["how much is it?", "and also what is the moq"]);
        check("你好", &["你好"]);
        check("这款有CE吗证书发我一份", &["这款有ce吗", "证书发我一份"]);
        check("麻烦发份报价单 顺便带上产品目录", &["麻烦发份报价单", "顺便带上产品目录"]);
        check("1,200 pcs, if possible", &["1,200 pcs, if possible"]);
        check("", &[]);
    }

    #[test]
    fn words_that_end_and_begin_requests_divide_them_without_a_mark() {
        let lines = [
            "单价多少",
            "这个单价多少",
            "起订量多少",
            "起订多少台",
            "起订量是几台",
            "你们单价多少",
            "多少台起订",
        ];
        let joints = Joints::learn(lines.iter().copied(), 1.0);
        check_with("单价多少起订量几台", Some(&joints), &["单价多少", "起订量几台"]);
        check_with("单价多少", Some(&joints), &["单价多少"]);
        let lines = ["介绍一下", "说一下", "你们的水泵", "你们的机器人"];
        let joints = Joints::learn(lines.iter().copied(), 1.0);
        check_with("介绍一下你们的机器人", Some(&joints), &["介绍一下你们的机器人"]);
    }

    #[test]
    fn parts_know_what_stands_at_their_borders() {
        let chars: Vec<char> = "多少钱一台,多久能发? 谢谢你们".chars().collect();
        let borders: Vec<(Border, Border)> =
            parts(&chars, None).iter().map(|part| (part.opens, part.closes)).collect();
        use Border::{Clause, Sentence};
        assert_eq!(borders, [(Sentence, Clause), (Clause, Sentence), (Sentence, Sentence)]);
    }
}
