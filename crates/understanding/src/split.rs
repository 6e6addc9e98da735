//! Several intents in one message: what its parts ask.

use crate::classifier::{
    division,
    features::Text,
    model::{Model, Scores, likeliest},
    several::{self, COURTESIES, Reading},
};

/// An intent of a part, by class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    pub class: usize,
    pub confidence: f32,
}

/// No message is taken to ask more than this.
const MOST_ASKED: usize = 4;

/// What a buyer does rather than tells: it never merely leads up to a question (第二款要5台,交期多久).
const ACTS: &[&str] = &["complaint", "human_request", "purchase", "unsubscribe"];

/// The intents that a message asks, in order of appearance, but that what may only lead up to the main one comes behind it; `text` is
/// what the characters make, `whole` are the scores of the message as one.
pub fn intents(model: &Model, chars: &[char], text: &Text<'_>, whole: &Scores) -> Vec<Asked> {
    let best = top(&whole.probabilities);
    let parts = division::parts(chars, model.joints.as_ref());
    if parts.len() < 2 {
        return vec![best];
    }
    let is_courtesy = |class: usize| COURTESIES.contains(&model.labels[class].as_str());
    let bytes = |chars: &[char]| chars.iter().map(|c| c.len_utf8()).sum::<usize>();
    let readings: Vec<Reading> = parts
        .into_iter()
        .map(|part| {
            let start = bytes(&chars[..part.start]);
            let end = start + bytes(&chars[part.start..part.end]);
            let words = model.vocabulary.featurizer.part(text, start, end);
            Reading { part, scores: model.classify(&words) }
        })
        .collect();
    let mut asked: Vec<Asked> = Vec::new();
    let mut courtesies = 0;
    for claim in several::claims(chars, &readings, whole, model.out_of_scope) {
        if is_courtesy(claim.class) {
            courtesies += 1;
            continue;
        }
        let confidence = model.several.likelihood(&claim);
        if let Some(known) = asked.iter_mut().find(|known| known.class == claim.class) {
            known.confidence = known.confidence.max(confidence);
        } else {
            asked.push(Asked { class: claim.class, confidence });
        }
    }
    asked.retain(|one| one.confidence >= model.several.bar);
    match asked.as_slice() {
        [] => vec![best],
        [only] if only.class == best.class => {
            vec![Asked { class: only.class, confidence: only.confidence.max(best.confidence) }]
        }
        // A single sure part beside a salutation is the whole request; beside unsure parts the whole message decides.
        [only] => {
            let rest_is_courtesy = courtesies + 1 >= readings.len() && only.confidence > best.confidence;
            if rest_is_courtesy || is_courtesy(best.class) || !whole.in_scope { asked } else { vec![best] }
        }
        _ => {
            if let Some(leader) = asked.iter().position(|one| one.class == best.class) {
                let acts = |one: &Asked| ACTS.contains(&model.labels[one.class].as_str());
                let (sure, unsure): (Vec<Asked>, Vec<Asked>) = asked[..leader]
                    .iter()
                    .partition(|one| one.confidence >= model.several.ahead || acts(one));
                asked.splice(..=leader, [sure, vec![asked[leader]], unsure].concat());
            }
            asked.truncate(MOST_ASKED);
            asked
        }
    }
}

pub fn top(probabilities: &[f32]) -> Asked {
    let class = likeliest(probabilities);
    class.map_or(Asked { class: 0, confidence: 0.0 }, |class| Asked {
        class,
        confidence: probabilities[class],
    })
}
