//! Messages that ask two things, made of two that ask one: what [`Several`] learns from.

use super::{
    division::{parts, weight},
    held_out::HeldOut,
    joints::Joints,
    model::Calibrated,
    several::{self, COURTESIES, Claim, Reading, Several},
    solver::Random,
    trainer::Examples,
};
use crate::text::is_han;

/// So many messages of each kind are read.
const MESSAGES: usize = 2_500;
/// How often a joined message counts: buyers' requests are plainer than the pack's, and are taken apart more easily.
const WEIGHT: usize = 2;
/// Only requests no longer than this are joined: who asks two things puts both shortly.
const LONGEST: usize = 10;

/// What stands between two requests.
const CHINESE: &[&str] = &[
    ",",
    ",",
    ",",
    "?",
    "?",
    " ",
    " ",
    "。",
    "",
    "",
    "",
    ",另外",
    ",还有",
    ",顺便问下",
    ",然后",
    "\n",
    ",再",
    ",那",
];
const ENGLISH: &[&str] = &[
    " and ", " and ", " and ", ", ", ", ", "? ", "? ", ". ", ". ", ", and ", " also ", ", also ", " plus ",
    "\n", "; ",
];

/// Learns from the messages that `held_out` has not seen, alone and in pairs.
pub fn learn(
    examples: &Examples,
    held_out: &HeldOut,
    calibrated: &Calibrated,
    joints: Option<&Joints>,
) -> Several {
    let classes = examples.labels.len();
    let courtesy: Vec<bool> =
        examples.labels.iter().map(|label| COURTESIES.contains(&label.as_str())).collect();
    let out = examples.out_of_scope;
    let claims_of = |text: &str| -> Vec<Claim> {
        let chars: Vec<char> = text.chars().collect();
        let parts = parts(&chars, joints);
        if parts.len() < 2 {
            return Vec::new();
        }
        let whole = held_out.classify(examples, calibrated, text);
        let readings: Vec<Reading> = parts
            .iter()
            .map(|&part| {
                let words: String = chars[part.start..part.end].iter().collect();
                Reading { part, scores: held_out.classify(examples, calibrated, &words) }
            })
            .collect();
        let mut claims = several::claims(&chars, &readings, &whole, out);
        claims.retain(|claim| !courtesy[claim.class]);
        claims
    };
    let class_of = |i: usize| usize::from(examples.classes[i]);
    let stride = held_out.messages.len().div_ceil(MESSAGES).max(1);
    let mut rows = Vec::new();
    let mut alone = Vec::new();
    for &i in held_out.messages.iter().step_by(stride) {
        let claims = claims_of(&examples.examples[i].text);
        rows.extend(claims.iter().map(|claim| (*claim, claim.class == class_of(i))));
        if Some(class_of(i)) != out {
            alone.push(claims);
        }
    }
    let short: Vec<usize> = held_out
        .messages
        .iter()
        .copied()
        .filter(|&i| Some(class_of(i)) != out && !courtesy[class_of(i)])
        .filter(|&i| {
            let chars: Vec<char> = examples.examples[i].text.chars().collect();
            weight(&chars) <= LONGEST && parts(&chars, None).len() < 2
        })
        .collect();
    let mut random = Random(3);
    for _ in 0..MESSAGES.min(short.len()) {
        let (first, second) = (short[random.below(short.len())], short[random.below(short.len())]);
        if class_of(first) == class_of(second) {
            continue;
        }
        let text = join(examples, first, second, &mut random);
        let asked = [class_of(first), class_of(second)];
        for claim in claims_of(&text) {
            rows.extend([(claim, asked.contains(&claim.class)); WEIGHT]);
        }
    }
    Several::learn(classes, &rows, &alone)
}

/// Two requests in one message. Who has named the goods names them once: half the time the second does without.
fn join(examples: &Examples, first: usize, second: usize, random: &mut Random) -> String {
    let [first, second] = [first, second].map(|i| &examples.examples[i]);
    let mut rest = second.text.clone();
    if random.below(2) == 0 {
        for (_, name) in &second.names {
            rest = rest.replacen(name.as_str(), "", 1);
        }
    }
    let between = if first.text.chars().any(is_han) { CHINESE } else { ENGLISH };
    let between = between[random.below(between.len())];
    let closed = first.text.trim_end().ends_with(|c: char| c.is_ascii_punctuation() || c == '。');
    let between = if closed && between.starts_with(|c: char| c.is_ascii_punctuation() || c == '。') {
        between.trim_start_matches(|c: char| c.is_ascii_punctuation() || c == '。')
    } else {
        between
    };
    format!("{}{between}{}", first.text.trim_end(), rest.trim_start())
}
