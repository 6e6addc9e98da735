//! A text as it is read: compatibility forms folded, lower case, invisible characters gone, each character with its place.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

pub(super) struct Text {
    characters: Vec<char>,
    /// The same characters as one text, and where each begins in it, with the end of the last.
    folded: String,
    starts: Vec<u32>,
    /// Bytes of the original for each character.
    spans: Vec<(u32, u32)>,
}

impl Text {
    pub fn new(original: &str) -> Self {
        let most = original.len();
        let mut text = Self {
            characters: Vec::with_capacity(most),
            folded: String::with_capacity(most),
            starts: Vec::with_capacity(most + 1),
            spans: Vec::with_capacity(most),
        };
        for (start, character) in original.char_indices() {
            if is_invisible(character) {
                continue;
            }
            let span = (start as u32, (start + character.len_utf8()) as u32);
            if character.is_ascii() {
                text.push(character.to_ascii_lowercase(), span);
            } else if matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3001}' | '\u{3002}') {
                // Most of a Chinese text stands for itself.
                text.push(character, span);
            } else if let Some(digit) = digit(character) {
                text.push(digit, span);
            } else if is_other_numeral(character) {
                // Fractions, Roman and circled numerals: what they fold to would hide that they are numbers.
                text.push(character, span);
            } else {
                for folded in std::iter::once(character).nfkc().flat_map(char::to_lowercase) {
                    text.push(alike(folded), span);
                }
            }
        }
        text.starts.push(text.folded.len() as u32);
        text
    }

    fn push(&mut self, character: char, span: (u32, u32)) {
        self.starts.push(self.folded.len() as u32);
        self.folded.push(character);
        self.characters.push(character);
        self.spans.push(span);
    }

    pub fn len(&self) -> usize {
        self.characters.len()
    }

    pub fn at(&self, index: usize) -> Option<char> {
        self.characters.get(index).copied()
    }

    /// From `index` to the end.
    pub fn from(&self, index: usize) -> &[char] {
        self.characters.get(index..).unwrap_or_default()
    }

    /// The characters `start..end`; nothing where they do not all exist.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        let place = |index: usize| self.starts.get(index).map(|&start| start as usize);
        place(start).zip(place(end)).and_then(|(start, end)| self.folded.get(start..end)).unwrap_or_default()
    }

    pub fn into_folded(self) -> String {
        self.folded
    }

    /// Where `needle` stands, in characters; one that begins or ends with a Latin letter stands there as a whole word.
    pub fn places(&self, needle: &str) -> Vec<Range<usize>> {
        let letters = needle.chars().count();
        let whole =
            |at: Option<char>, edge: Option<char>| !(edge.is_some_and(is_latin) && at.is_some_and(is_latin));
        self.folded
            .match_indices(needle)
            .filter_map(|(byte, _)| {
                let start = self.starts.binary_search(&(byte as u32)).ok()?;
                let before = start.checked_sub(1).and_then(|before| self.at(before));
                let end = start + letters;
                let fits = whole(before, needle.chars().next()) && whole(self.at(end), needle.chars().last());
                (letters > 0 && fits).then_some(start..end)
            })
            .collect()
    }

    pub fn starts(&self, index: usize, phrase: &str) -> bool {
        let start = self.starts.get(index).map(|&start| start as usize);
        let Some(rest) = start.and_then(|start| self.folded.as_bytes().get(start..)) else { return false };
        // Whole tables are tried at each place, and nearly all of them differ in their first byte.
        rest.first() == phrase.as_bytes().first() && rest.starts_with(phrase.as_bytes())
    }

    /// Whether a word of Latin letters starts here.
    pub fn word_starts(&self, index: usize) -> bool {
        self.at(index).is_some_and(|character| character.is_ascii_alphabetic())
            && !index.checked_sub(1).and_then(|before| self.at(before)).is_some_and(is_latin)
    }

    /// The end of the row of ASCII letters from `index`.
    pub fn letters_end(&self, index: usize) -> usize {
        index + self.from(index).iter().take_while(|character| character.is_ascii_alphabetic()).count()
    }

    pub fn digits_end(&self, index: usize) -> usize {
        index + self.from(index).iter().take_while(|character| character.is_ascii_digit()).count()
    }

    /// Past blanks, `most` at most.
    pub fn skip_blanks(&self, index: usize, most: usize) -> usize {
        index + self.from(index).iter().take(most).take_while(|character| character.is_whitespace()).count()
    }

    /// Bytes of the original that the characters `start..end` came from.
    pub fn span(&self, start: usize, end: usize) -> Range<usize> {
        let first = self.spans.get(start).map_or(0, |&(start, _)| start);
        let last = self.spans.get(end.saturating_sub(1)).map_or(first, |&(_, end)| end);
        first as usize..last as usize
    }
}

pub(super) const fn is_latin(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

/// Characters that are not seen and would part digits: zero width, soft hyphen, direction marks, variation selectors, keycaps.
const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{300}'..='\u{36f}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Letters that cannot be told from Latin ones by the eye: `48О00`, `frее`.
const fn alike(character: char) -> char {
    match character {
        'а' | 'α' => 'a',
        'в' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' => 'y',
        other => other,
    }
}

fn is_other_numeral(character: char) -> bool {
    character.is_numeric()
}

/// The zeros of Unicode's decimal digits (general category Nd); nine more follow each.
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0,
    0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950, 0x1fbf0,
];

/// A decimal digit of any script, superscript or subscript as an ASCII digit.
fn digit(character: char) -> Option<char> {
    let code = character as u32;
    let value = match character {
        '0'..='9' => return Some(character),
        '⁰' => 0,
        '¹' => 1,
        '²' | '³' => code - 0xb0,
        '\u{2074}'..='\u{2079}' => code - 0x2070,
        '\u{2080}'..='\u{2089}' => code - 0x2080,
        _ if code < 0x660 => return None,
        _ => {
            let zero = *ZEROS.get(ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?)?;
            code.checked_sub(zero).filter(|&value| value <= 9)?
        }
    };
    char::from_digit(value, 10)
}
