//! Reading folded characters: literals, words, and cues in the neighbourhood.

/// The end of `word` where it stands at `at`.
pub fn literal(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let mut end = at;
    for c in word.chars() {
        if chars.get(end) != Some(&c) {
            return None;
        }
        end += 1;
    }
    Some(end)
}

/// The longest of `words` that stands at `at`: its position in the list and its end. A Latin word must end where a word ends.
pub fn longest(chars: &[char], at: usize, words: &[&str]) -> Option<(usize, usize)> {
    let mut best = None;
    let lead = Lead::at(chars, at)?;
    for (i, word) in words.iter().enumerate().filter(|(_, word)| lead.may_begin(word)) {
        if let Some(end) = literal(chars, at, word) {
            let open = word.ends_with(is_letter) && chars.get(end).is_some_and(|&c| is_letter(c));
            if !open && best.is_none_or(|(_, longest)| end > longest) {
                best = Some((i, end));
            }
        }
    }
    best
}

/// The character at one place as it stands in a word: long lists are tried at every place of a message, and nearly none of their words
/// begins so.
#[derive(Clone, Copy)]
pub struct Lead {
    first: u8,
    last: u8,
    length: usize,
}

impl Lead {
    /// `None` behind the end.
    pub fn at(chars: &[char], at: usize) -> Option<Self> {
        let mut bytes = [0; 4];
        let length = chars.get(at)?.encode_utf8(&mut bytes).len();
        Some(Self { first: bytes[0], last: bytes[length - 1], length })
    }

    /// Whether `word` may stand here; surely not where this is false.
    pub fn may_begin(self, word: &str) -> bool {
        let bytes = word.as_bytes();
        bytes.len() >= self.length && bytes[self.length - 1] == self.last && bytes[0] == self.first
    }
}

pub const fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase()
}

pub const fn is_code(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

/// Whether a Latin word or number may begin at `at`.
pub fn begins(chars: &[char], at: usize) -> bool {
    at == 0 || !is_code(chars[at - 1])
}

/// Whether a Latin word or number ends before `at`.
pub fn ends(chars: &[char], at: usize) -> bool {
    chars.get(at).is_none_or(|&c| !is_code(c))
}

pub fn skip_spaces(chars: &[char], mut at: usize) -> usize {
    while chars.get(at).is_some_and(|&c| c == ' ') {
        at += 1;
    }
    at
}

/// A clause ends here, so that cues do not reach beyond.
pub const fn is_clause_end(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | '\n' | '，' | ',' | '、')
}

/// Whether one of the cues stands within `reach` characters before `at`, in the same clause.
pub fn cue_before(chars: &[char], at: usize, reach: usize, cues: &[&str]) -> bool {
    let from = at.saturating_sub(reach);
    let from = (from..at).rev().find(|&i| is_clause_end(chars[i])).map_or(from, |i| i + 1);
    (from..at).any(|i| cues.iter().any(|cue| cue_at(chars, i, cue).is_some_and(|end| end <= at)))
}

/// Whether one of the cues begins within `reach` characters from `at` on, in the same clause.
pub fn cue_after(chars: &[char], at: usize, reach: usize, cues: &[&str]) -> bool {
    let to = (at + reach).min(chars.len());
    let to = (at..to).find(|&i| is_clause_end(chars[i])).unwrap_or(to);
    (at..to).any(|i| cues.iter().any(|cue| cue_at(chars, i, cue).is_some()))
}

fn cue_at(chars: &[char], at: usize, cue: &str) -> Option<usize> {
    let end = literal(chars, at, cue)?;
    let latin = cue.starts_with(is_letter);
    let whole = !latin || (begins(chars, at) && (!cue.ends_with(is_letter) || ends(chars, end)));
    whole.then_some(end)
}

/// The Latin word or code that ends before `at` (spaces skipped): its start.
pub fn word_before(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let mut end = at;
    while end > 0 && chars[end - 1] == ' ' {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && is_code(chars[start - 1]) {
        start -= 1;
    }
    (start < end).then_some((start, end))
}

/// The Latin word that begins at `at` (spaces skipped).
pub fn word_after(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let start = skip_spaces(chars, at);
    let mut end = start;
    while chars.get(end).is_some_and(|&c| is_letter(c)) {
        end += 1;
    }
    (start < end).then_some((start, end))
}

/// Whether the characters `start..end` are one of the words.
pub fn is_one_of(chars: &[char], (start, end): (usize, usize), words: &[&str]) -> bool {
    words.iter().any(|word| literal(chars, start, word) == Some(end))
}
