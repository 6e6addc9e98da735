//! Finds goods that no list names, by how they stand among other words: a perceptron over the units of a message, trained by the build
//! script (`tagger::train`) on the marks of the pack, and the likeliest row of tags under it.

#[cfg(test)]
#[path = "tagger/tests.rs"]
mod tests;
#[cfg(test)]
#[path = "tagger/train.rs"]
pub mod train;

use crate::text::is_han;

/// Outside goods, at their first unit, at a further one.
pub const TAGS: usize = 3;
/// What a unit is tagged with.
pub const OUTSIDE: usize = 0;
pub const BEGIN: usize = 1;
pub const INSIDE: usize = 2;

/// How many rows of weights there are; features share them by hash.
pub const ROWS: usize = 1 << 17;

/// Of longer messages, only this many units are read.
const MOST_UNITS: usize = 400;

/// A unit of a message: a Han character, a Latin word, a number, a sign. Positions are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    pub start: usize,
    pub end: usize,
    hash: u32,
    shape: u8,
    /// The last three letters of a Latin word.
    ending: u32,
    /// A Latin word without its plural ending, else the same as `hash`.
    stem: u32,
    /// Its place in a name that a list of goods has: 0 outside, 1 at the beginning, 2 within, and 2 more at the end.
    listed: u8,
}

/// A trained tagger of one language. The weights are whole numbers.
#[derive(Debug, Clone, Copy)]
pub struct Tagger<'a> {
    /// `ROWS` rows of `TAGS`, as signed bytes.
    weights: &'a [u8],
    /// From tag to tag, in the same measure.
    steps: [[i32; TAGS]; TAGS],
}

impl<'a> Tagger<'a> {
    /// Reads what `train::write` wrote; `None` where the bytes are not of this form.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (steps_bytes, weights) = bytes.split_at_checked(TAGS * TAGS * 4)?;
        let mut steps = [[0; TAGS]; TAGS];
        for (step, bytes) in steps.as_flattened_mut().iter_mut().zip(steps_bytes.chunks_exact(4)) {
            *step = i32::from_le_bytes(bytes.try_into().ok()?);
        }
        (weights.len() == ROWS * TAGS).then_some(Self { weights, steps })
    }

    /// Where goods are named: characters from and to. `listed` are the names of goods in it that a list has; whether the message is about
    /// these goods is for the words around them to say (毛巾 in 我们洗涤厂一天叠八千条毛巾).
    pub fn spans(&self, chars: &[char], listed: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let units = units(chars, listed);
        let scores: Vec<[i32; TAGS]> = (0..units.len())
            .map(|at| {
                let mut scores = [0; TAGS];
                features(&units, at, |row| {
                    let weights = &self.weights[row * TAGS..][..TAGS];
                    for (score, weight) in scores.iter_mut().zip(weights) {
                        *score += i32::from(weight.cast_signed());
                    }
                });
                scores
            })
            .collect();
        spans(&units, &best(&scores, &self.steps))
    }
}

/// The row of tags with the highest sum; goods cannot go on where none began.
pub fn best(scores: &[[i32; TAGS]], steps: &[[i32; TAGS]; TAGS]) -> Vec<usize> {
    const NEVER: i32 = i32::MIN / 2;
    let mut sums = [0, NEVER, NEVER];
    let mut from: Vec<[usize; TAGS]> = Vec::with_capacity(scores.len());
    for own in scores {
        let mut next = [NEVER; TAGS];
        let mut came = [OUTSIDE; TAGS];
        for tag in 0..TAGS {
            for previous in 0..TAGS {
                if tag == INSIDE && previous == OUTSIDE {
                    continue;
                }
                let sum = sums[previous].saturating_add(steps[previous][tag]).saturating_add(own[tag]);
                if sum > next[tag] {
                    (next[tag], came[tag]) = (sum, previous);
                }
            }
        }
        sums = next;
        from.push(came);
    }
    let mut tag = (0..TAGS).rev().max_by_key(|&tag| sums[tag]).unwrap_or(OUTSIDE);
    let mut tags = vec![OUTSIDE; scores.len()];
    for (at, came) in from.iter().enumerate().rev() {
        tags[at] = tag;
        tag = came[tag];
    }
    tags
}

fn spans(units: &[Unit], tags: &[usize]) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (unit, &tag) in units.iter().zip(tags) {
        match (tag, spans.last_mut()) {
            (BEGIN, _) => spans.push((unit.start, unit.end)),
            (INSIDE, Some(last)) => last.1 = unit.end,
            _ => {}
        }
    }
    spans
}

/// `listed` as in [`Tagger::spans`].
pub fn units(chars: &[char], listed: &[(usize, usize)]) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut at = 0;
    while at < chars.len() && units.len() < MOST_UNITS {
        let start = at;
        let c = chars[at];
        at += 1;
        if c == ' ' {
            continue;
        }
        if c.is_ascii_alphabetic() {
            while chars.get(at).is_some_and(char::is_ascii_alphabetic) {
                at += 1;
            }
        } else if c.is_ascii_digit() {
            while chars.get(at).is_some_and(char::is_ascii_digit) {
                at += 1;
            }
        }
        let text = &chars[start..at];
        let word = c.is_ascii_alphabetic();
        // All numbers of one length are alike.
        let own = if c.is_ascii_digit() { hash(&['0'; 6][..text.len().min(6)]) } else { hash(text) };
        let ending = if word && text.len() > 4 { hash(&text[text.len() - 3..]) } else { 0 };
        let name = listed.iter().find(|&&(from, to)| from <= start && start < to);
        let listed = name.map_or(0, |&(from, to)| u8::from(start > from) + 1 + 2 * u8::from(at >= to));
        let plural = word && text.len() > 3 && text.ends_with(&['s']);
        let stem = if plural { hash(&text[..text.len() - 1]) } else { own };
        units.push(Unit { start, end: at, hash: own, shape: shape(c), ending, stem, listed });
    }
    units
}

const fn shape(c: char) -> u8 {
    match c {
        'a'..='z' => 1,
        '0'..='9' => 2,
        '两' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万'
        | '几' => 3,
        c if is_han(c) => 4,
        _ => 5,
    }
}

fn hash(text: &[char]) -> u32 {
    text.iter().fold(0x811c_9dc5, |state, &c| (state ^ u32::from(c)).wrapping_mul(0x0100_0193))
}

/// The rows of weights that speak for the tag of a unit.
pub fn features(units: &[Unit], at: usize, mut row: impl FnMut(usize)) {
    let unit = |offset: isize| {
        let position = at.checked_add_signed(offset);
        position.and_then(|position| units.get(position)).map_or(1, |unit| unit.hash)
    };
    let shape = |offset: isize| {
        let position = at.checked_add_signed(offset);
        position.and_then(|position| units.get(position)).map_or(0, |unit| u32::from(unit.shape))
    };
    let [b2, b1, own, a1, a2] = [unit(-2), unit(-1), unit(0), unit(1), unit(2)];
    let shapes = shape(-1) | shape(0) << 4 | shape(1) << 8;
    let stem = |offset: isize| {
        let position = at.checked_add_signed(offset);
        position.and_then(|position| units.get(position)).map_or(1, |unit| unit.stem)
    };
    let listed = |offset: isize| {
        let position = at.checked_add_signed(offset);
        position.and_then(|position| units.get(position)).map_or(0, |unit| u32::from(unit.listed))
    };
    let lists = listed(-1) | listed(0) << 4 | listed(1) << 8;
    let told = [
        (0, own, 0),
        (1, b1, 0),
        (2, a1, 0),
        (3, b2, 0),
        (4, a2, 0),
        (5, b1, own),
        (6, own, a1),
        (7, b2, b1),
        (8, a1, a2),
        (9, b1, a1),
        (10, shapes, 0),
        (11, b1, own ^ a1.rotate_left(7)),
        (12, own, shapes),
        (13, b1, shapes),
        (14, own, a1 ^ a2.rotate_left(7)),
        (15, own, b1 ^ b2.rotate_left(7)),
        (16, units[at].ending, 0),
        (17, lists, 0),
        (18, lists, b1),
        (19, lists, a1),
        (20, listed(0), own),
        (21, listed(0), shapes),
        (22, stem(0), 0),
        (23, stem(1), 0),
        (24, stem(-1), stem(0)),
    ];
    for (kind, first, second) in told {
        row(mix(kind, first, second) as usize % ROWS);
    }
}

const fn mix(kind: u32, first: u32, second: u32) -> u32 {
    let mut state = first.wrapping_mul(0x9e37_79b1) ^ second.rotate_left(15).wrapping_mul(0x85eb_ca77);
    state = (state ^ kind.wrapping_mul(0xc2b2_ae3d)).wrapping_mul(0x27d4_eb2f);
    state ^= state >> 15;
    state = state.wrapping_mul(0x2c1b_3c6d);
    state ^ state >> 13
}
