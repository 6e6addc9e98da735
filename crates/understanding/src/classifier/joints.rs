//! Where one request ends and the next begins with nothing between: the last two characters before end requests more often than not, and
//! the first two behind begin them. Learnt from where the clauses of a pack end and begin.

use std::collections::{BTreeMap, HashMap};

use super::division::{between_questions, is_pause};
use crate::text::is_han;

/// Two characters.
type Pair = (char, char);

/// By how much more often two characters end (begin) a clause than go on, as log odds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joints {
    pub ends: HashMap<Pair, f32>,
    pub begins: HashMap<Pair, f32>,
    /// Both together must be worth this much.
    pub bar: f32,
}

/// Weaker pairs are not kept: no partner makes a joint of them.
const KEPT: f32 = -3.0;
/// Fewer are noise.
const SEEN: u32 = 2;
/// A joint worth less is none: below this, in the pack, most that ask on both sides were read amiss.
const WEAKEST: f32 = -1.5;
/// What stands on a side of a joint is no shorter.
const SHORTEST_SIDE: usize = 3;
/// A clause shorter than this has no joint within.
const SHORTEST: usize = 2 * SHORTEST_SIDE;

impl Joints {
    /// From the lines of a pack, folded. `share`: of the clauses that are long enough and stand alone, so many may have a joint.
    pub fn learn<'a>(lines: impl Iterator<Item = &'a str>, share: f64) -> Self {
        let clauses: Vec<Vec<char>> = lines
            .flat_map(|line| line.split(is_pause))
            .map(|clause| clause.chars().collect::<Vec<char>>())
            .filter(|clause| clause.iter().all(|&c| is_han(c) || c.is_ascii_alphanumeric()))
            .collect();
        let mut ending: BTreeMap<Pair, (u32, u32)> = BTreeMap::new();
        let mut beginning: BTreeMap<Pair, (u32, u32)> = BTreeMap::new();
        for clause in &clauses {
            let last = clause.len().saturating_sub(2);
            for (at, pair) in clause.windows(2).enumerate() {
                let pair = (pair[0], pair[1]);
                let end = ending.entry(pair).or_default();
                *(if at == last { &mut end.0 } else { &mut end.1 }) += 1;
                let begin = beginning.entry(pair).or_default();
                *(if at == 0 { &mut begin.0 } else { &mut begin.1 }) += 1;
            }
        }
        let odds = |counts: BTreeMap<Pair, (u32, u32)>| -> HashMap<Pair, f32> {
            let log_odds =
                |(there, elsewhere): (u32, u32)| ((there as f32 + 0.5) / (elsewhere as f32 + 0.5)).ln();
            counts
                .into_iter()
                .filter(|(_, counts)| counts.0 >= SEEN)
                .map(|(pair, counts)| (pair, log_odds(counts)))
                .filter(|&(_, odds)| odds >= KEPT)
                .collect()
        };
        let mut joints = Self { ends: odds(ending), begins: odds(beginning), bar: f32::NEG_INFINITY };
        let long = clauses.iter().filter(|clause| clause.len() >= SHORTEST);
        let mut strengths: Vec<f32> = long
            .map(|clause| joints.best(clause, 0, clause.len()).map_or(f32::NEG_INFINITY, |(odds, _)| odds))
            .collect();
        strengths.sort_by(|a, b| b.total_cmp(a));
        let allowed = (strengths.len() as f64 * share) as usize;
        joints.bar = strengths.get(allowed).map_or(WEAKEST, |first| first.next_up()).max(WEAKEST);
        joints
    }

    /// Where, if anywhere, the characters `start..end` fall into two requests.
    pub fn strongest(&self, chars: &[char], start: usize, end: usize) -> Option<usize> {
        self.best(chars, start, end).filter(|&(odds, _)| odds >= self.bar).map(|(_, at)| at)
    }

    fn best(&self, chars: &[char], start: usize, end: usize) -> Option<(f32, usize)> {
        let mut best: Option<(f32, usize)> = None;
        // What no mark divides is two only if both sides ask.
        let (first, last) = between_questions(&chars[start..end])?;
        let from = (start + first).max(start + SHORTEST_SIDE);
        for at in from..(start + last + 1).min((end + 1).saturating_sub(SHORTEST_SIDE)) {
            if chars[at - 1].is_ascii_alphanumeric() && chars[at].is_ascii_alphanumeric() {
                continue;
            }
            let Some(begins) = self.begins.get(&(chars[at], chars[at + 1])) else { continue };
            let Some(ends) = self.ends.get(&(chars[at - 2], chars[at - 1])) else { continue };
            let odds = begins + ends;
            if best.is_none_or(|(most, _)| odds > most) {
                best = Some((odds, at));
            }
        }
        best
    }
}
