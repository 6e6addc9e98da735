//! Whether a part of a message asks something of its own: a logistic regression on what the part says alone, what the whole message
//! says, and how the part is set off. It learns from messages of a pack that the judging fit had not seen, alone and joined in pairs.

use super::{
    division::{Border, Part, asks, weight},
    linear,
    model::{Scores, likeliest},
};
use crate::entity::scan::longest;

/// What is said of a part in one number each.
const SINGLE: usize = 22;
/// Of these, which tell more together: how sure the part is and by how much, how sure of the same the whole message is, what that asks
/// most, how many parts there are, and what the others say of the class.
const CROSSED: [usize; 6] = [1, 2, 3, 9, 10, 12];
/// How many numbers a part is judged by: the single ones, and the products of every two that are crossed.
pub const SIGNS: usize = SINGLE + CROSSED.len() * (CROSSED.len() + 1) / 2;

/// What a part seems to ask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    pub class: usize,
    /// The probability of the class in the part alone.
    pub confidence: f32,
    pub signs: [f32; SIGNS],
}

/// How claims are judged. Without training every claim is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Several {
    pub weights: [f32; SIGNS],
    /// What each class adds: some are often mentioned and seldom asked.
    pub by_class: Vec<f32>,
    /// A claim that is at least this likely counts.
    pub bar: f32,
    /// And at least this likely it comes first though the whole message asks something else most: buyers tell what led up to a request
    /// before they make it.
    pub ahead: f32,
}

/// Which of the signs says that the whole message asks nothing more than this.
const LEADS: usize = 8;

impl Claim {
    /// Whether the whole message asks nothing more than this.
    pub fn leads(&self) -> bool {
        self.signs[LEADS] > 0.0
    }
}

/// What stands beside a request without being one.
pub const COURTESIES: [&str; 2] = ["greeting", "farewell"];

/// A class has at least this probability when logarithms are taken.
const LEAST: f32 = 1e-4;

/// What a part says alone.
#[derive(Debug, Clone)]
pub struct Reading {
    pub part: Part,
    pub scores: Scores,
}

/// The likeliest class of a part and the one behind it, `out` left aside.
struct Likeliest {
    class: usize,
    confidence: f32,
    second: usize,
    second_confidence: f32,
}

fn two_likeliest(probabilities: &[f32], out: Option<usize>) -> Option<Likeliest> {
    let mut likeliest: Option<Likeliest> = None;
    for (class, &p) in probabilities.iter().enumerate().filter(|&(class, _)| Some(class) != out) {
        match &mut likeliest {
            None => {
                likeliest = Some(Likeliest { class, confidence: p, second: class, second_confidence: 0.0 });
            }
            Some(known) if p > known.confidence => {
                (known.second, known.second_confidence) = (known.class, known.confidence);
                (known.class, known.confidence) = (class, p);
            }
            Some(known) if p > known.second_confidence || known.second == known.class => {
                (known.second, known.second_confidence) = (class, p);
            }
            Some(_) => {}
        }
    }
    likeliest
}

/// What each part seems to ask: its likeliest class but `out`. Hardly anybody asks the same thing twice in one message, so parts that seem
/// to also claim what they ask most beside that ("cheaper please, and a smaller deposit"). `whole` are the scores of the message as one.
pub fn claims(chars: &[char], readings: &[Reading], whole: &Scores, out: Option<usize>) -> Vec<Claim> {
    let asking: Vec<bool> = readings.iter().map(|reading| asks(words(chars, reading.part))).collect();
    let all: usize = readings.iter().map(|reading| weight(words(chars, reading.part))).sum();
    let surest = likeliest(&whole.probabilities).map_or(0.0, |class| whole.probabilities[class]);
    let two: Vec<Option<Likeliest>> =
        readings.iter().map(|reading| two_likeliest(&reading.scores.probabilities, out)).collect();
    let mut claims = Vec::with_capacity(readings.len());
    for (at, Reading { part, scores }) in readings.iter().enumerate() {
        let Some(own) = &two[at] else { continue };
        let others = || readings.iter().enumerate().filter(|&(other, _)| other != at);
        let others_ask = others().any(|(other, _)| asking[other]);
        let text = words(chars, *part);
        let ends = text.iter().rev().find(|c| **c != ' ').is_some_and(|c| matches!(c, '?' | '吗' | '呢'));
        let mut claim = |class: usize, confidence: f32, next: f32, beside: bool| {
            let leads = whole.probabilities[class] >= surest;
            let elsewhere = others().map(|(_, other)| other.scores.probabilities[class]).fold(0.0, f32::max);
            let signs = [
                1.0,
                odds(confidence) / 4.0,
                odds(whole.probabilities[class]) / 4.0,
                (log(confidence) - log(next)).min(8.0) / 4.0,
                edge(part.opens),
                edge(part.closes),
                (weight(text).max(1) as f32).ln() / 2.0,
                odds(scores.out_of_scope) / 4.0,
                flag(leads),
                if leads { 0.0 } else { odds(surest) / 4.0 },
                (readings.len() as f32).ln(),
                flag(ends),
                odds(elsewhere) / 4.0,
                flag(part.opens == Border::Joint || part.closes == Border::Joint),
                (all.max(1) as f32).ln() / 2.0,
                flag(at == 0),
                flag(at + 1 == readings.len()),
                flag(asking[at]),
                flag(is_condition(text)),
                flag(others_ask),
                flag(beside),
                if beside { odds(scores.probabilities[class]) / 4.0 } else { 0.0 },
            ];
            claims.push(Claim { class, confidence, signs: crossed(signs) });
        };
        claim(own.class, own.confidence, own.second_confidence, false);
        let again = || {
            two.iter()
                .enumerate()
                .any(|(i, other)| i != at && other.as_ref().is_some_and(|other| other.class == own.class))
        };
        let rest = 1.0 - own.confidence;
        if rest > 0.0 && own.second != own.class && again() {
            let confidence = (own.second_confidence / rest).min(own.confidence);
            claim(own.second, confidence, rest - own.second_confidence, true);
        }
    }
    claims
}

fn crossed(single: [f32; SINGLE]) -> [f32; SIGNS] {
    let mut signs = [0.0; SIGNS];
    signs[..SINGLE].copy_from_slice(&single);
    let pairs = CROSSED.iter().enumerate().flat_map(|(at, &a)| CROSSED[at..].iter().map(move |&b| (a, b)));
    for (sign, (a, b)) in signs[SINGLE..].iter_mut().zip(pairs) {
        *sign = single[a] * single[b];
    }
    signs
}

fn words(chars: &[char], part: Part) -> &[char] {
    &chars[part.start..part.end]
}

fn log(p: f32) -> f32 {
    p.max(LEAST).ln()
}

fn odds(p: f32) -> f32 {
    log(p) - log(1.0 - p)
}

const fn flag(yes: bool) -> f32 {
    if yes { 1.0 } else { 0.0 }
}

const fn edge(border: Border) -> f32 {
    match border {
        Border::Sentence => 1.0,
        Border::Clause => 0.5,
        Border::Joint => 0.0,
    }
}

/// What only says under which condition something else is asked.
const CONDITIONS: &[&str] = &["如果", "要是", "if", "because", "since", "when", "as", "after", "before"];

fn is_condition(text: &[char]) -> bool {
    let start = text.iter().take_while(|c| !c.is_alphanumeric()).count();
    let told = text.iter().rev().skip_while(|c| !c.is_alphanumeric());
    longest(text, start, CONDITIONS).is_some() || told.take(2).eq(&['话', '的'])
}

impl Several {
    /// For so many classes, before anything is learnt.
    pub fn none(classes: usize) -> Self {
        Self { weights: [0.0; SIGNS], by_class: vec![0.0; classes], bar: 2.0, ahead: 2.0 }
    }

    /// How likely it is that the message asks what the part seems to ask.
    pub fn likelihood(&self, claim: &Claim) -> f32 {
        let sum: f32 = self.weights.iter().zip(&claim.signs).map(|(weight, sign)| weight * sign).sum();
        let own = self.by_class.get(claim.class).copied().unwrap_or(0.0);
        1.0 / (1.0 + (-sum - own).exp())
    }

    /// From claims and whether the message asks that; `alone` are the claims of each message that asks one thing. The bar lets
    /// [`TAKEN_FOR_SEVERAL`] of these through.
    pub fn learn(classes: usize, claims: &[(Claim, bool)], alone: &[Vec<Claim>]) -> Self {
        let mut several = Self::none(classes);
        if claims.is_empty() {
            return several;
        }
        let rows: Vec<linear::Row<SIGNS>> = claims
            .iter()
            .map(|(claim, asked)| linear::Row { signs: claim.signs, class: claim.class, hit: *asked })
            .collect();
        (several.weights, several.by_class) = linear::logistic(&rows, classes);
        // The likelihood of the second thing that a message asking one thing seems to ask.
        let mut excess: Vec<f32> = alone
            .iter()
            .map(|claims| {
                let mut by_class: Vec<(usize, f32)> = Vec::new();
                for claim in claims {
                    let likelihood = several.likelihood(claim);
                    match by_class.iter_mut().find(|(class, _)| *class == claim.class) {
                        Some((_, most)) => *most = most.max(likelihood),
                        None => by_class.push((claim.class, likelihood)),
                    }
                }
                by_class.sort_by(|a, b| b.1.total_cmp(&a.1));
                by_class.get(1).map_or(0.0, |second| second.1)
            })
            .collect();
        several.bar = bar(&mut excess, TAKEN_FOR_SEVERAL).max(LOWEST_BAR);
        let mut before: Vec<f32> = alone
            .iter()
            .map(|claims| {
                let leader = claims.iter().position(Claim::leads).unwrap_or(0);
                claims[..leader].iter().map(|claim| several.likelihood(claim)).fold(0.0, f32::max)
            })
            .collect();
        several.ahead = bar(&mut before, TAKEN_FOR_FIRST).max(several.bar);
        several
    }
}

/// What no more than this share of the likelihoods reaches.
fn bar(likelihoods: &mut [f32], share: f64) -> f32 {
    likelihoods.sort_by(|a, b| b.total_cmp(a));
    let allowed = (likelihoods.len() as f64 * share) as usize;
    likelihoods.get(allowed).map_or(0.5, |first| first.next_up())
}

/// Of held-out messages that ask one thing, in so many something told before it may be taken for the first request.
const TAKEN_FOR_FIRST: f64 = 0.02;
/// So many held-out messages that ask one thing may be taken for several.
const TAKEN_FOR_SEVERAL: f64 = 0.08;
/// What is less likely than this is not claimed, however few the mistakes.
const LOWEST_BAR: f32 = 0.3;

#[cfg(test)]
mod tests {
    use super::*;

    /// A part that seems to ask something, so sure; the whole message asks it most or not.
    fn claim(class: usize, confidence: f32, leads: bool) -> Claim {
        let mut single = [0.0; SINGLE];
        single[0] = 1.0;
        single[1] = odds(confidence) / 4.0;
        single[LEADS] = flag(leads);
        Claim { class, confidence, signs: crossed(single) }
    }

    #[test]
    fn what_leads_up_to_a_request_needs_more_to_come_first_than_to_count() {
        // In one message of ten something is told first that seems to ask something else, of growing certainty.
        let alone: Vec<Vec<Claim>> = (0..200)
            .map(|i| {
                let before = (i % 10 == 0).then(|| claim(1, 0.3 + i as f32 / 400.0, false));
                before.into_iter().chain([claim(0, 0.9, true)]).collect()
            })
            .collect();
        let told = alone.iter().flatten().map(|one| (*one, one.class == 0));
        let asked = (0..200).map(|i| (claim(1, 0.5 + i as f32 / 500.0, false), true));
        let rows: Vec<(Claim, bool)> = told.chain(asked).collect();
        let several = Several::learn(2, &rows, &alone);
        assert!(several.ahead > several.bar, "{} {}", several.ahead, several.bar);
        let displaced = alone.iter().filter(|claims| !claims[0].leads());
        let first = displaced.filter(|claims| several.likelihood(&claims[0]) >= several.ahead).count();
        assert!(first <= 4, "{first} of 200");
    }

    fn scores(probabilities: &[f32]) -> Scores {
        Scores { probabilities: probabilities.to_vec(), out_of_scope: 0.1, in_scope: true }
    }

    /// What the halves of a message claim, by class and confidence in hundredths; the last class is out of scope.
    fn check_claims(halves: [&[f32]; 2], expected: &[(usize, u32)]) {
        let chars: Vec<char> = "便宜点行吗,定金少交点".chars().collect();
        let parts = super::super::division::parts(&chars, None);
        let readings: Vec<Reading> = parts
            .into_iter()
            .zip(halves)
            .map(|(part, probabilities)| Reading { part, scores: scores(probabilities) })
            .collect();
        let claims = claims(&chars, &readings, &scores(&[0.4, 0.3, 0.2, 0.1]), Some(3));
        let told: Vec<(usize, u32)> =
            claims.iter().map(|one| (one.class, (one.confidence * 100.0).round() as u32)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn parts_that_seem_to_ask_the_same_also_claim_what_they_ask_beside_it() {
        check_claims([&[0.8, 0.05, 0.05, 0.1], &[0.05, 0.8, 0.05, 0.1]], &[(0, 80), (1, 80)]);
        // Of what is left, 2 of 10 and 30 of 40 are for the next class, which is never surer than the first; out of scope is not claimed.
        check_claims(
            [&[0.9, 0.02, 0.01, 0.07], &[0.6, 0.3, 0.0, 0.1]],
            &[(0, 90), (1, 20), (0, 60), (1, 60)],
        );
        check_claims([&[1.0, 0.0, 0.0, 0.0], &[1.0, 0.0, 0.0, 0.0]], &[(0, 100), (0, 100)]);
    }

    #[test]
    fn without_claims_nothing_is_learnt() {
        assert_eq!(Several::learn(3, &[], &[]), Several::none(3));
    }
}
