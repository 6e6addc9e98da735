//! Which attributes a text names (负载, reach), by any of their words, in one pass over the text.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use domain::catalog::Term;

/// The words of all attributes of a shop.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttributeWords {
    /// None where there are no words.
    words: Option<AhoCorasick>,
    /// By word, the place of its attribute.
    attributes: Vec<usize>,
}

impl AttributeWords {
    pub(crate) fn build(terms: &[Term]) -> Self {
        let (mut words, mut attributes) = (Vec::new(), Vec::new());
        for (index, term) in terms.iter().enumerate() {
            for word in term.words().map(str::to_lowercase).filter(|word| word.chars().count() > 1) {
                words.push(word);
                attributes.push(index);
            }
        }
        Self { words: AhoCorasick::new(words).ok(), attributes }
    }

    /// The places of the attributes that `text` names, rising. In Latin letters only whole words count.
    pub(crate) fn named_in(&self, text: &str) -> BTreeSet<usize> {
        let Some(words) = &self.words else { return BTreeSet::new() };
        let text = text.to_lowercase();
        words
            .find_overlapping_iter(&text)
            .filter(|found| stands_alone(&text, found.start(), found.end()))
            .map(|found| self.attributes[found.pattern()])
            .collect()
    }
}

/// Whether the word at `start..end` is no part of a longer word in Latin letters.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_latin =
        |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
    let word = &text[start..end];
    let joined_before = is_latin(word.chars().next()) && is_latin(text[..start].chars().last());
    let joined_after = is_latin(word.chars().last()) && is_latin(text[end..].chars().next());
    !joined_before && !joined_after
}

#[cfg(test)]
mod tests {
    use domain::language::LocalizedText;

    use super::*;

    #[test]
    fn han_words_count_anywhere_and_latin_ones_whole() {
        let term = |id: &str, zh: &str, en: &str| Term {
            id: id.into(),
            name: LocalizedText { zh: Some(zh.into()), en: Some(en.into()) },
            aliases: Vec::new(),
        };
        let words =
            AttributeWords::build(&[term("reach", "臂展", "Reach"), term("ip", "IP等级", "IP rating")]);
        let named = |text: &str| words.named_in(text).into_iter().collect::<Vec<_>>();
        assert_eq!(named("What is the REACH?"), [0]);
        assert!(named("preaching").is_empty());
        assert_eq!(named("臂展多少,ip等级呢"), [0, 1]);
        assert_eq!(AttributeWords::build(&[]).named_in("臂展"), BTreeSet::new());
    }
}
