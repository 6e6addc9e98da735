//! Messages that ask the same in other words: average linkage over the cosine of their features, the same for the same messages.

use crate::search::{
    features,
    vectors::{Vector, Weights},
};

/// Groups are joined while their members are at least this much alike on average.
const LIKENESS: f32 = 0.3;

/// Texts on other matters that are taken to be there, too.
pub(super) const OTHERS: u16 = 50;

/// Groups of places in `texts`. In each the most typical comes first, the others by falling likeness to it; groups by their first
/// member's place. Time and memory grow with the square of the number of texts.
pub fn clusters(texts: &[&str]) -> Vec<Vec<usize>> {
    let documents: Vec<Vec<features::Features>> = texts.iter().map(|text| vec![features::of(text)]).collect();
    let weights = Weights::among(&documents, OTHERS);
    let vectors: Vec<Vector> =
        documents.iter().flatten().map(|features| weights.vector_of(features)).collect();
    let count = texts.len();
    let mut alike = vec![0.0_f32; count * count];
    for left in 0..count {
        for right in left + 1..count {
            let likeness = vectors[left].cosine(&vectors[right]);
            alike[left * count + right] = likeness;
            alike[right * count + left] = likeness;
        }
    }
    let original = alike.clone();
    let mut groups = join(&mut alike, count);
    for group in &mut groups {
        let to_all =
            |place: usize| -> f32 { group.iter().map(|&other| original[place * count + other]).sum() };
        let mut typical = group.first().copied().unwrap_or_default();
        for &place in group.iter() {
            if to_all(place) > to_all(typical) {
                typical = place;
            }
        }
        group.sort_by(|&left, &right| {
            let to_typical = |place: usize| {
                if place == typical { f32::INFINITY } else { original[place * count + typical] }
            };
            to_typical(right).total_cmp(&to_typical(left)).then(left.cmp(&right))
        });
    }
    groups.sort_by_key(|group| group.first().copied());
    groups
}

/// Joins the nearest groups along chains of nearest neighbours. A group whose nearest is too far is complete: joining others only brings
/// averages of likenesses that are too small already.
fn join(alike: &mut [f32], count: usize) -> Vec<Vec<usize>> {
    let mut members: Vec<Vec<usize>> = (0..count).map(|place| vec![place]).collect();
    let mut open = vec![true; count];
    let mut complete = Vec::new();
    let mut chain: Vec<usize> = Vec::new();
    loop {
        let Some(top) = chain.last().copied().or_else(|| open.iter().position(|&open| open)) else {
            return complete;
        };
        if chain.is_empty() {
            chain.push(top);
        }
        let before = chain.len().checked_sub(2).and_then(|place| chain.get(place)).copied();
        let mut nearest: Option<(f32, usize)> = None;
        for other in (0..count).filter(|&other| other != top && open[other]) {
            let likeness = alike[top * count + other];
            // Of equals the one that the chain came from, so that it ends.
            let nearer = nearest.is_none_or(|(most, _)| likeness > most)
                || nearest.is_some_and(|(most, _)| likeness >= most && before == Some(other));
            if nearer {
                nearest = Some((likeness, other));
            }
        }
        match nearest.filter(|(likeness, _)| *likeness >= LIKENESS) {
            None => {
                open[top] = false;
                complete.push(std::mem::take(&mut members[top]));
                chain.clear();
            }
            Some((_, other)) if before == Some(other) => {
                let (kept, gone) = (top.min(other), top.max(other));
                let (many, more) = (members[kept].len() as f32, members[gone].len() as f32);
                for third in (0..count).filter(|&third| open[third] && third != kept && third != gone) {
                    let (left, right) = (alike[kept * count + third], alike[gone * count + third]);
                    let average = (many * left + more * right) / (many + more);
                    alike[kept * count + third] = average;
                    alike[third * count + kept] = average;
                }
                let moved = std::mem::take(&mut members[gone]);
                members[kept].extend(moved);
                open[gone] = false;
                chain.truncate(chain.len().saturating_sub(2));
            }
            Some((_, other)) => chain.push(other),
        }
    }
}
