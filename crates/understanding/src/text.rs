//! Folded text: what the classifier and the extractors read, with the way back to the buyer's own characters.

#[path = "text/traditional.rs"]
mod traditional;

use unicode_normalization::UnicodeNormalization;

/// Longer messages are cut: nobody asks for more than this in one go, and an attacker shall not buy time with length.
pub const MAX_CODE_POINTS: usize = 8_000;

/// A message in compatibility form, lower case and simplified characters, without invisible ones.
///
/// Every folded character knows the code point of the message that it came from, so spans can be told in the buyer's own text.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    pub chars: Vec<char>,
    origins: Vec<u32>,
    original: Vec<char>,
}

impl Folded {
    pub fn new(text: &str) -> Self {
        let original: Vec<char> = text.chars().take(MAX_CODE_POINTS).collect();
        let mut folded = Self {
            chars: Vec::with_capacity(original.len()),
            origins: Vec::with_capacity(original.len()),
            original: Vec::new(),
        };
        for (origin, &c) in original.iter().enumerate() {
            folded.push(c, origin as u32);
        }
        folded.original = original;
        folded
    }

    fn push(&mut self, c: char, origin: u32) {
        if c.is_ascii() {
            self.put(if c.is_ascii_control() && c != '\n' { ' ' } else { c.to_ascii_lowercase() }, origin);
        } else if is_common_han(c) {
            self.put(traditional::simplified(c), origin);
        } else if is_invisible(c) {
        } else if is_apostrophe(c) {
            self.put('\'', origin);
        } else if is_superscript(c) && self.chars.last().is_some_and(char::is_ascii_digit) {
            // 5² is not 52.
            self.put('^', origin);
            self.put_compatible(c, origin);
        } else if is_fraction(c) && self.chars.last().is_some_and(char::is_ascii_digit) {
            // 1½ is not 11/2.
            self.put(' ', origin);
            self.put_compatible(c, origin);
        } else {
            self.put_compatible(c, origin);
        }
    }

    fn put_compatible(&mut self, c: char, origin: u32) {
        for part in std::iter::once(c).nfkc() {
            for lower in part.to_lowercase() {
                let lower = match lower {
                    '\u{2044}' => '/',
                    '\u{2212}' => '-',
                    _ if lower.is_control() => ' ',
                    _ => lower,
                };
                self.put(lower, origin);
            }
        }
    }

    fn put(&mut self, c: char, origin: u32) {
        self.chars.push(c);
        self.origins.push(origin);
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// How many code points of the message are read.
    pub fn original_len(&self) -> usize {
        self.original.len()
    }

    /// The code points of the message that the folded characters `start..end` came from.
    pub fn span(&self, start: usize, end: usize) -> (usize, usize) {
        let end = end.min(self.origins.len());
        if start >= end {
            return (0, 0);
        }
        (self.origins[start] as usize, self.origins[end - 1] as usize + 1)
    }

    /// The buyer's own characters of a span of code points.
    pub fn original(&self, start: usize, end: usize) -> String {
        self.original.get(start..end).map(|chars| chars.iter().collect()).unwrap_or_default()
    }

    /// The folded characters `start..end` as text.
    pub fn slice(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end).map(|chars| chars.iter().collect()).unwrap_or_default()
    }
}

/// The folded form of a word of the shop's own lists.
pub fn fold(text: &str) -> String {
    Folded::new(text).chars.into_iter().collect()
}

const fn is_common_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Han characters of every block.
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}' | '\u{f900}'..='\u{faff}' | '〇')
}

/// Characters without width: joiners, directions, variation selectors, tags, the byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}'
        | '\u{180e}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' | '\u{61c}' | '\u{34f}' | '\u{115f}' | '\u{1160}')
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '’' | '‘' | 'ʼ' | '＇')
}

const fn is_superscript(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '\u{2080}'..='\u{2089}')
}

const fn is_fraction(c: char) -> bool {
    matches!(c, '¼'..='¾' | '⅐'..='⅞')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(fold(text), expected, "{text:?}");
    }

    #[test]
    fn width_case_and_invisible_characters_do_not_matter() {
        check("Ｐ００１　多少钱？", "p001 多少钱?");
        check("p\u{200b}rice\u{feff}", "price");
        check("it’s ＄５", "it's $5");
        check("5㎡", "5m2");
        check("5²", "5^2");
        check("1½", "1 1/2");
        check("a\tb\u{0}c", "a b c");
    }

    #[test]
    fn spans_lead_back_to_the_code_points_of_the_message() {
        let folded = Folded::new("要\u{200b}５㎡");
        assert_eq!(folded.slice(0, folded.len()), "要5m2");
        assert_eq!(folded.span(1, 4), (2, 4));
        assert_eq!(folded.original(2, 4), "５㎡");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(Folded::new(&"长".repeat(100_000)).len(), MAX_CODE_POINTS);
    }
}
