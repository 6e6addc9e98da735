//! Where a message may be divided into requests: at the ends of sentences and clauses, before words that begin another request, and in
//! Chinese where nothing marks the place but the words on both sides.

use super::joints::Joints;
use crate::{
    entity::scan::{Words, begins, ends, literal, longest},
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
static CONNECTIVES: Words = Words::new(&[
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
]);
/// Behind a comma, these open a condition or go on with the same request; the Chinese ones unless their clause asks something itself
/// (要是还没发能不能改地址).
const GOES_ON: &[&str] = &[
    "如果", "要是", "的话", "因为", "所以", "但是", "不过", "if", "because", "so", "but", "since", "which",
    "who", "as", "when",
];

/// Behind 还有, these ask what is left.
const REST: &[&str] = &["多少", "没", "货", "现货", "库存", "剩", "吗"];

/// Words of questions and requests.
static ASKING: Words = Words::new(&[
    "多少", "几", "吗", "什么", "啥", "怎", "哪", "能", "可以", "可否", "是否", "有没", "呢", "多久", "多长",
    "咋", "麻烦", "请", "给我", "发我", "发一", "帮我", "何", "行不", "how", "what", "which", "when",
    "where", "who", "why", "can", "could", "do", "does", "did", "is", "are", "will", "would", "please",
    "pls", "kindly", "send", "give", "need", "want", "any", "let", "share", "tell", "quote", "may", "?",
]);
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
            Some(last) if !stands_alone(chars, start, end) || !stands_alone(chars, last.start, last.end) => {
                last.end = end;
            }
            _ => parts.push(Part { start, end, opens: border(chars, start), closes: Border::Sentence }),
        }
    }
    for part in &mut parts {
        part.closes = border(chars, part.end);
    }
    let Some(joints) = joints else { return parts };
    let mut divided = Vec::with_capacity(parts.len());
    for part in parts {
        divide(chars, part, joints, DEEPEST, &mut divided);
    }
    divided
}

/// A part between marks falls into two at most so often: into four.
const DEEPEST: usize = 2;

/// A part, or those that joints make of it.
fn divide(chars: &[char], part: Part, joints: &Joints, deeper: usize, out: &mut Vec<Part>) {
    let joint = if deeper > 0 { joints.strongest(chars, part.start, part.end) } else { None };
    match joint {
        None => out.push(part),
        Some(at) => {
            divide(chars, Part { end: at, closes: Border::Joint, ..part }, joints, deeper - 1, out);
            divide(chars, Part { start: at, opens: Border::Joint, ..part }, joints, deeper - 1, out);
        }
    }
}

/// Whether a stretch is long enough to ask something: of two words, or in Chinese a sentence of one (退货!).
fn stands_alone(chars: &[char], start: usize, end: usize) -> bool {
    let ends_sentences = |at: usize| border(chars, at) == Border::Sentence;
    let words = &chars[start..end];
    let han = words.iter().filter(|&&c| is_han(c)).count();
    weight(words) >= 2 || (han == 2 && ends_sentences(start) && ends_sentences(end))
}

/// Where a joint leaves words that ask on both sides: from the end of the first such word to the start of the last.
pub fn between_questions(chars: &[char]) -> Option<(usize, usize)> {
    let asking =
        |at: usize| ASKING.longest(chars, at).filter(|_| begins(chars, at)).map(|(_, end)| (at, end));
    let (_, first) = (0..chars.len()).find_map(asking)?;
    let (last, _) = (0..chars.len()).rev().find_map(asking)?;
    (first <= last).then_some((first, last))
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
                literal(chars, start, word).is_some_and(|end| {
                    if word.is_ascii() { ends(chars, end) } else { !asks(clause(chars, end)) }
                })
            });
            (!digits && !goes_on).then_some((at + 1, at + 1))
        }
        ' ' if at > 0 && is_han(chars[at - 1]) && next.is_some_and(is_han) => Some((at + 1, at + 1)),
        c if at > 0 && CONNECTIVES.may_stand(chars, at) && (is_han(c) || begins(chars, at)) => {
            let whole =
                |word: &&str, end: &usize| !word.is_ascii() || (begins(chars, at) && ends(chars, *end));
            let asks_for_rest =
                |end: usize| literal(chars, at, "还有").is_some() && longest(chars, end, REST).is_some();
            CONNECTIVES
                .list
                .iter()
                .filter_map(|word| literal(chars, at, word).filter(|end| whole(word, end)))
                .max()
                .filter(|&end| !asks_for_rest(end))
                .map(|end| (at, end))
        }
        _ => None,
    }
}

/// From `start` to the next pause.
fn clause(chars: &[char], start: usize) -> &[char] {
    let end = (start..chars.len()).find(|&at| is_pause(chars[at])).unwrap_or(chars.len());
    &chars[start..end]
}

/// Whether words of a question or request stand there.
pub fn asks(text: &[char]) -> bool {
    (0..text.len()).any(|at| begins(text, at) && ASKING.longest(text, at).is_some())
}

/// How many words, Han characters counting half: 有货没 and 什么价 are two, and long enough to ask something.
pub fn weight(chars: &[char]) -> usize {
    let han = chars.iter().filter(|&&c| is_han(c)).count();
    let words = (0..chars.len()).filter(|&i| chars[i].is_ascii_alphanumeric() && begins(chars, i)).count();
    han.div_ceil(2) + words
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
        check("那批货咋样了,要是还没发能不能改地址", &["那批货咋样了,", "要是还没发能不能改地址"]);
        check("能便宜吗,要是今天就付款", &["能便宜吗,要是今天就付款"]);
        check("帮我看看还有多少,还有交期", &["帮我看看还有多少,", "还有交期"]);
        check("第六天了,人呢?退货!!!", &["第六天了,人呢?", "退货!"]);
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
