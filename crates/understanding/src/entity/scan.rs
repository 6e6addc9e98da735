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

/// Characters, told by their lowest bits: one that was not put in is known not to be there, unless it shares these bits.
///
/// Most characters of a message begin no word of any list, and one look at a single line of memory tells so.
#[derive(Debug, Clone, Copy)]
pub struct Letters([u64; 8]);

impl Letters {
    /// Those of a text.
    pub const fn of(text: &str) -> Self {
        let mut letters = Self([0; 8]);
        let mut at = 0;
        while at < text.len() {
            let (letter, length) = code_point(text.as_bytes(), at);
            letters = letters.with(letter);
            at += length;
        }
        letters
    }

    /// The first ones of words. An empty word has none and is never found.
    pub const fn that_begin(words: &[&str]) -> Self {
        let mut letters = Self([0; 8]);
        let mut at = 0;
        while at < words.len() {
            letters = letters.with_first(words[at]);
            at += 1;
        }
        letters
    }

    /// The same for words that stand beside what they mean.
    pub const fn that_begin_keys<T>(words: &[(&str, T)]) -> Self {
        let mut letters = Self([0; 8]);
        let mut at = 0;
        while at < words.len() {
            letters = letters.with_first(words[at].0);
            at += 1;
        }
        letters
    }

    const fn with_first(self, word: &str) -> Self {
        if word.is_empty() { self } else { self.with(code_point(word.as_bytes(), 0).0) }
    }

    const fn with(mut self, letter: u32) -> Self {
        self.0[(letter >> 6) as usize % 8] |= 1 << (letter % 64);
        self
    }

    /// Whether the character may be among them; surely not where this is false.
    pub const fn may_hold(&self, c: char) -> bool {
        let letter = c as u32;
        self.0[(letter >> 6) as usize % 8] & (1 << (letter % 64)) != 0
    }

    /// The same of the character at `at`; behind the end there is none.
    pub fn may_stand(&self, chars: &[char], at: usize) -> bool {
        chars.get(at).is_some_and(|&c| self.may_hold(c))
    }
}

/// The code point that begins at `at` and how many bytes it takes.
const fn code_point(bytes: &[u8], at: usize) -> (u32, usize) {
    let first = bytes[at] as u32;
    let (head, length) = match first {
        0..0x80 => (first, 1),
        0x80..0xe0 => (first & 0x1f, 2),
        0xe0..0xf0 => (first & 0xf, 3),
        _ => (first & 0x7, 4),
    };
    let mut letter = head;
    let mut more = 1;
    while more < length {
        letter = letter << 6 | (bytes[at + more] & 0x3f) as u32;
        more += 1;
    }
    (letter, length)
}

/// A list that is tried at every place of a message, with what its words begin with.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    pub list: &'static [&'static str],
    first: Letters,
}

impl Words {
    pub const fn new(list: &'static [&'static str]) -> Self {
        Self { list, first: Letters::that_begin(list) }
    }

    /// Whether one of them may stand at `at`; surely not where this is false.
    pub fn may_stand(&self, chars: &[char], at: usize) -> bool {
        self.first.may_stand(chars, at)
    }

    /// As [`longest`].
    #[inline]
    pub fn longest(&self, chars: &[char], at: usize) -> Option<(usize, usize)> {
        if self.may_stand(chars, at) { longest(chars, at, self.list) } else { None }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_told_whatever_their_length_in_bytes() {
        const LETTERS: Letters = Letters::of("aé价😀");
        assert!("aé价😀".chars().all(|c| LETTERS.may_hold(c)));
        assert!(!"bè钱😁".chars().any(|c| LETTERS.may_hold(c)));
        const FIRST: Letters = Letters::that_begin_keys(&[("价格", 1), ("price", 2), ("", 3)]);
        assert!(FIRST.may_stand(&['价', 'p'], 0) && FIRST.may_stand(&['价', 'p'], 1));
        assert!(!FIRST.may_stand(&['价', 'p'], 2) && !FIRST.may_hold('格'));
    }

    #[test]
    fn a_list_with_first_letters_finds_what_the_list_finds() {
        static WORDS: Words = Words::new(&["价", "价格", "price", "prices", "é", "no."]);
        for text in ["价格表", "价", "prices", "priced", "price ", "épée", "no.5", "格", "x", ""] {
            let chars: Vec<char> = text.chars().collect();
            for at in 0..=chars.len() {
                assert_eq!(WORDS.longest(&chars, at), longest(&chars, at, WORDS.list), "{text} {at}");
            }
        }
    }
}
