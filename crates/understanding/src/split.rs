//! Several intents in one message: where it may be divided, and what its parts ask.

use domain::understanding::intent;

use crate::{
    classifier::model::{Model, Scores},
    entity::scan::{begins, ends, literal},
};

/// An intent of a part, by class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    pub class: usize,
    pub confidence: f32,
}

/// A message is divided into no more parts than this; the rest stays whole.
const MOST_PARTS: usize = 8;
/// A part must be this sure to ask something of its own.
const SURE: f32 = 0.65;
/// Where the whole message is clearly one request, a part of a sentence must be surer to add another. A sentence of its own need not: the
/// whole may be clear because one of its sentences is.
const SURER: f32 = 0.8;
const CLEARLY_ONE: f32 = 0.85;

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

/// The intents that a message asks, in order of appearance; `whole` are the scores of the message as one.
pub fn intents(model: &Model, chars: &[char], whole: &Scores) -> Vec<Asked> {
    let best = top(&whole.probabilities);
    let single = vec![best];
    let parts = parts(chars);
    if parts.len() < 2 {
        return single;
    }
    let mut asked: Vec<Asked> = Vec::new();
    let mut background = Vec::new();
    for (at, &(start, end)) in parts.iter().enumerate() {
        let sentence = (at == 0 || ends_sentence(chars, start)) && ends_sentence(chars, end);
        let bar = if best.confidence > CLEARLY_ONE && !sentence { SURER } else { SURE };
        let text: String = chars[start..end].iter().collect();
        let scores = model.classify(&text);
        let one = top(&scores.probabilities);
        let name = model.labels[one.class].as_str();
        if !scores.in_scope || name == intent::OUT_OF_SCOPE || one.confidence < bar {
            continue;
        }
        if is_courtesy(name) {
            background.push(one);
        } else if let Some(known) = asked.iter_mut().find(|known| known.class == one.class) {
            known.confidence = known.confidence.max(one.confidence);
        } else {
            asked.push(one);
        }
    }
    match asked.as_slice() {
        [] => single,
        // A single sure part beside a salutation is the whole request; beside unsure parts the whole message decides.
        [only]
            if only.class == best.class
                || (background.len() + 1 >= parts.len() && only.confidence > best.confidence)
                || is_courtesy(&model.labels[best.class]) =>
        {
            vec![Asked {
                class: only.class,
                confidence: only.confidence.max(if only.class == best.class { best.confidence } else { 0.0 }),
            }]
        }
        [_] => {
            if whole.in_scope {
                single
            } else {
                asked
            }
        }
        _ => {
            // What the whole message says clearly and no part says is the frame of all; it does not add an intent.
            asked.truncate(4);
            asked
        }
    }
}

/// Whether a sentence, not only a part of one, ends before `at`.
fn ends_sentence(chars: &[char], at: usize) -> bool {
    let last = chars[..at].iter().rev().find(|&&c| c != ' ');
    at >= chars.len() || last.is_none_or(|&c| is_sentence_end(c) || c == '.' || c == '吗')
}

const fn is_sentence_end(c: char) -> bool {
    matches!(c, '?' | '!' | '。' | '\n' | ';')
}

fn is_courtesy(name: &str) -> bool {
    matches!(name, intent::GREETING | intent::FAREWELL)
}

pub fn top(probabilities: &[f32]) -> Asked {
    let best = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(Asked { class: 0, confidence: 0.0 }, |(class, &confidence)| Asked { class, confidence })
}

/// The stretches between sentence ends, line breaks, commas and connectives that are long enough to ask something.
pub fn parts(chars: &[char]) -> Vec<(usize, usize)> {
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
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for pair in cuts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        if weight(&chars[start..end]) == 0 {
            continue;
        }
        match parts.last_mut() {
            // Too short to ask anything alone.
            Some(last) if weight(&chars[start..end]) < 2 => last.1 = end,
            Some(last) if weight(&chars[last.0..last.1]) < 2 => last.1 = end,
            _ => parts.push((start, end)),
        }
    }
    parts
}

/// Where the next part begins if one ends at `at`, and where to look for its end.
fn cut_at(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        end if is_sentence_end(end) => Some((at + 1, at + 1)),
        // The particle ends its question, with a mark behind it or without.
        '吗' if next.is_some_and(crate::text::is_han) => Some((at + 1, at + 1)),
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
        ' ' if at > 0 && crate::text::is_han(chars[at - 1]) && next.is_some_and(crate::text::is_han) => {
            Some((at + 1, at + 1))
        }
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

/// How many words, Han characters counting half.
fn weight(chars: &[char]) -> usize {
    let han = chars.iter().filter(|&&c| crate::text::is_han(c)).count();
    let words = (0..chars.len()).filter(|&i| chars[i].is_ascii_alphanumeric() && begins(chars, i)).count();
    han / 2 + words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let chars: Vec<char> = crate::text::fold(text).chars().collect();
        let shown: Vec<String> = parts(&chars)
            .iter()
            .map(|&(start, end)| chars[start..end].iter().collect::<String>().trim().to_owned())
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
}
