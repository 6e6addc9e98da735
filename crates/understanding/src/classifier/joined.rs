//! Messages that ask two things, made of two that ask one: what [`Several`] learns from.

use super::{
    division::{parts, weight},
    held_out::HeldOut,
    joints::Joints,
    model::Calibrated,
    several::{self, COURTESIES, Claim, Reading, Several},
    solver::Random,
    trainer::{Example, Examples},
};
use crate::text::is_han;

/// So many messages of each kind are read.
const MESSAGES: usize = 4_000;
/// How often a joined message counts: buyers' requests are plainer than the pack's, and are taken apart more easily.
const JOINED: usize = 2;
/// And one that was written as a whole.
const WRITTEN: usize = 20;
/// Only messages no longer than this are joined: who asks two things puts both shortly.
const LONGEST: usize = 12;
/// One in so many asks three things.
const THREE: usize = 6;

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

/// A message whose requests are known.
struct Message {
    text: String,
    asked: Vec<usize>,
    source: Source,
}

/// Where a message comes from.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    /// An example of one intent.
    Alone,
    /// Several of these.
    Joined,
    /// A message of the pack as buyers write them.
    Written,
}

/// Learns from the messages that `held_out` has not seen, alone and joined.
pub fn learn(
    examples: &Examples,
    held_out: &HeldOut,
    calibrated: &Calibrated,
    joints: Option<&Joints>,
) -> Several {
    let courtesy: Vec<bool> =
        examples.labels.iter().map(|label| COURTESIES.contains(&label.as_str())).collect();
    let out = examples.out_of_scope;
    let claims_of = |message: &Message| -> Vec<Claim> {
        let chars: Vec<char> = message.text.chars().collect();
        let parts = parts(&chars, joints);
        if parts.len() < 2 {
            return Vec::new();
        }
        let whole = held_out.classify(examples, calibrated, &message.text);
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
    let messages = messages(examples, held_out);
    let mut rows = Vec::new();
    let mut alone = Vec::new();
    for (message, claims) in messages.iter().zip(on_two_threads(&messages, claims_of)) {
        let weight = match message.source {
            Source::Alone => 1,
            Source::Joined => JOINED,
            Source::Written => WRITTEN,
        };
        for claim in &claims {
            rows.extend(std::iter::repeat_n((*claim, message.asked.contains(&claim.class)), weight));
        }
        if message.source == Source::Alone && out.is_none_or(|out| !message.asked.contains(&out)) {
            alone.push(claims);
        }
    }
    Several::learn(examples.labels.len(), &rows, &alone)
}

/// As many that ask one thing as there are at most, and as many pairs.
fn messages(examples: &Examples, held_out: &HeldOut) -> Vec<Message> {
    let class_of = |i: usize| usize::from(examples.classes[i]);
    let courtesy = |i: usize| COURTESIES.contains(&examples.labels[class_of(i)].as_str());
    let stride = held_out.messages.len().div_ceil(MESSAGES).max(1);
    let mut messages: Vec<Message> = held_out
        .messages
        .iter()
        .step_by(stride)
        .map(|&i| Message {
            text: examples.examples[i].text.clone(),
            asked: vec![class_of(i)],
            source: Source::Alone,
        })
        .collect();
    let short: Vec<usize> = held_out
        .messages
        .iter()
        .copied()
        .filter(|&i| Some(class_of(i)) != examples.out_of_scope && !courtesy(i))
        .filter(|&i| weight(&examples.examples[i].text.chars().collect::<Vec<char>>()) <= LONGEST)
        .collect();
    let mut random = Random(3);
    for _ in 0..MESSAGES.min(short.len()) {
        let count = if random.below(THREE) == 0 { 3 } else { 2 };
        let mut text = String::new();
        let mut asked = Vec::with_capacity(count);
        for _ in 0..count {
            let next = short[random.below(short.len())];
            if !asked.contains(&class_of(next)) {
                asked.push(class_of(next));
                join(&mut text, &examples.examples[next], &mut random);
            }
        }
        if asked.len() > 1 {
            messages.push(Message { text, asked, source: Source::Joined });
        }
    }
    let written = examples.messages.iter();
    messages.extend(written.map(|(text, asked)| Message {
        text: text.clone(),
        asked: asked.clone(),
        source: Source::Written,
    }));
    messages
}

/// In order; what another thread could not do is done here.
fn on_two_threads<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (front, back) = items.split_at(items.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| back.iter().map(&work).collect::<Vec<R>>());
        let mut results: Vec<R> = front.iter().map(&work).collect();
        results.extend(other.join().unwrap_or_else(|_| back.iter().map(&work).collect()));
        results
    })
}

/// Adds a request to a message. Who has named the goods names them once: half the time what follows does without.
fn join(text: &mut String, example: &Example, random: &mut Random) {
    if text.is_empty() {
        text.push_str(&example.text);
        return;
    }
    let mut rest = example.text.clone();
    if random.below(2) == 0 {
        for (_, name) in &example.names {
            rest = rest.replacen(name.as_str(), "", 1);
        }
    }
    let is_mark = |c: char| c.is_ascii_punctuation() || c == '。';
    let between = if text.chars().any(is_han) { CHINESE } else { ENGLISH };
    let between = between[random.below(between.len())];
    text.truncate(text.trim_end().len());
    text.push_str(if text.ends_with(is_mark) { between.trim_start_matches(is_mark) } else { between });
    text.push_str(rest.trim_start());
}
