//! Looking for words in what a buyer wrote, clause by clause, in code points so that entity spans fit.

use std::{ops::Range, str::Chars};

/// Beyond this many code points nothing is looked for.
const MAX_LENGTH: usize = 8_000;
/// A clause reaches this far at most to either side.
const MAX_REACH: usize = 120;

/// The text of a turn in ASCII lower case, one entry per code point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wording {
    letters: Vec<char>,
}

impl Wording {
    pub(crate) fn new(text: &str) -> Self {
        Self { letters: text.chars().take(MAX_LENGTH).map(|letter| letter.to_ascii_lowercase()).collect() }
    }

    pub(crate) fn all(&self) -> &[char] {
        &self.letters
    }

    /// The letters of a range, cut to what there is.
    pub(crate) fn part(&self, range: &Range<usize>) -> &[char] {
        let end = range.end.min(self.letters.len());
        &self.letters[range.start.min(end)..end]
    }

    /// The clause that holds `span`: from punctuation to punctuation. Points and commas within numbers do not end it.
    pub(crate) fn clause(&self, span: Range<usize>) -> Range<usize> {
        let length = self.letters.len();
        let (from, to) = (span.start.min(length), span.end.clamp(span.start.min(length), length));
        let first = from.saturating_sub(MAX_REACH);
        let start = (first..from).rev().find(|&at| self.ends_clause(at)).map_or(first, |at| at + 1);
        let last = to.saturating_add(MAX_REACH).min(length);
        let end = (to..last).find(|&at| self.ends_clause(at)).unwrap_or(last);
        start..end
    }

    fn ends_clause(&self, at: usize) -> bool {
        match self.letters[at] {
            // The full-width comma, semicolon, exclamation and question mark beside the ASCII ones.
            '。' | '\u{ff0c}' | '\u{ff1b}' | '\u{ff01}' | '\u{ff1f}' | '!' | '?' | ';' | '\n' | '\r' => true,
            '.' | ',' => {
                let digit = |index: Option<usize>| {
                    index.and_then(|index| self.letters.get(index)).is_some_and(char::is_ascii_digit)
                };
                !(digit(at.checked_sub(1)) && digit(Some(at + 1)))
            }
            _ => false,
        }
    }
}

/// Where `word` first stands in `letters`. A Latin word begins where no letter or digit stands before it; it may go on.
pub(crate) fn find(letters: &[char], word: &str) -> Option<Range<usize>> {
    let mut rest = word.chars();
    let first = rest.next()?;
    let latin = first.is_ascii_alphanumeric();
    // Hundreds of words are looked for in each message, and few of their first letters are in it.
    let mut from = 0;
    while let Some(ahead) = letters.get(from..)?.iter().position(|&letter| letter == first) {
        let at = from + ahead;
        from = at + 1;
        let begins = !(latin && at > 0 && letters[at - 1].is_ascii_alphanumeric());
        if let Some(length) = begins.then(|| length_of(&letters[from..], rest.clone())).flatten() {
            return Some(at..from + length);
        }
    }
    None
}

/// The same of a Latin word that ends there: ABB is not in "abbreviation".
pub(crate) fn find_whole(letters: &[char], word: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(found) = find(letters.get(from..)?, word) {
        let (start, end) = (from + found.start, from + found.end);
        let joined = |left: usize, right: usize| {
            let is_latin = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphanumeric);
            is_latin(left) && is_latin(right)
        };
        if !joined(end - 1, end) && (start == 0 || !joined(start - 1, start)) {
            return Some(start..end);
        }
        from = start + 1;
    }
    None
}

/// How many letters `word` takes up at the beginning of `letters`; none if it does not stand there.
fn length_of(letters: &[char], word: Chars<'_>) -> Option<usize> {
    let mut length = 0;
    for letter in word {
        if letters.get(length) != Some(&letter) {
            return None;
        }
        length += 1;
    }
    Some(length)
}

pub(crate) fn has_any(letters: &[char], words: &[&str]) -> bool {
    words.iter().any(|word| find(letters, word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, word: &str, expected: &str) {
        let wording = Wording::new(text);
        let span = find(wording.all(), word).expect("the word is there");
        let clause: String = wording.part(&wording.clause(span)).iter().collect();
        assert_eq!(clause, expected, "{text}");
    }

    #[test]
    fn a_clause_ends_at_punctuation_but_not_within_a_number() {
        check("你好,每年采购200台。交期多久", "采购", "每年采购200台");
        check("We buy 1,200 units a year. And you?", "units", "we buy 1,200 units a year");
        check("1.5吨", "吨", "1.5吨");
    }

    #[test]
    fn a_latin_word_does_not_begin_within_another() {
        assert_eq!(find(&['r', 'e', 'u', 's', 'e'], "use"), None);
        assert_eq!(find(&['u', 's', 'e', 'r'], "use"), Some(0..3));
        assert_eq!(find(&[], "use"), None);
    }

    #[test]
    fn spans_beyond_the_text_are_cut() {
        let wording = Wording::new("短");
        assert_eq!(wording.clause(5..9), 0..1);
        assert_eq!(wording.part(&(5..9)), &[] as &[char]);
    }
}
