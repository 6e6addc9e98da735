//! Words directly beside what was read: "不要P002", "CIF就不用了", "从20台改成30台". One way for all of a requirement.
//!
//! Between the word and what it is about stand spaces at most, and behind it a 的; whatever else stands there ends its reach. A Latin
//! word counts whole: "know" ends with no "no".

use std::ops::Range;

use crate::profile::wording::Wording;

/// The cue that stands directly before `at`; of several that fit the first in the list.
pub(super) fn before<'c>(wording: &Wording, at: usize, cues: &[&'c str]) -> Option<&'c str> {
    let letters = wording.part(&(0..at));
    let end = letters.iter().rposition(|letter| *letter != ' ').map_or(0, |last| last + 1);
    cues.iter().copied().find(|cue| {
        let Some(start) = end.checked_sub(cue.chars().count()) else { return false };
        letters[start..end].iter().copied().eq(cue.chars())
            && is_whole(cue.chars().next(), start.checked_sub(1).and_then(|before| letters.get(before)))
    })
}

/// Whether one of the cues begins directly behind `at`.
pub(super) fn behind(wording: &Wording, at: usize, cues: &[&str]) -> bool {
    let letters = wording.part(&(at..usize::MAX));
    let start = letters.iter().position(|letter| !matches!(letter, ' ' | '的')).unwrap_or(letters.len());
    let letters = &letters[start..];
    cues.iter().any(|cue| {
        let length = cue.chars().count();
        letters.iter().copied().take(length).eq(cue.chars())
            && is_whole(cue.chars().last(), letters.get(length))
    })
}

/// Whether one of the first cues stands directly before the span, or one of the second directly behind it.
pub(super) fn beside(wording: &Wording, span: &Range<usize>, first: &[&str], second: &[&str]) -> bool {
    before(wording, span.start, first).is_some() || behind(wording, span.end, second)
}

/// Whether a cue ends where it stands, seen from its `edge` and the letter beyond it.
fn is_whole(edge: Option<char>, beyond: Option<&char>) -> bool {
    !(edge.is_some_and(|edge| edge.is_ascii_alphanumeric())
        && beyond.is_some_and(char::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, about: &str, cues: &[&str], expected: (Option<&str>, bool)) {
        let wording = Wording::new(text);
        let start = text[..text.find(about).expect("it is there")].chars().count();
        let span = start..start + about.chars().count();
        let found = (before(&wording, span.start, cues), behind(&wording, span.end, cues));
        assert_eq!(found, expected, "{text}");
        assert_eq!(beside(&wording, &span, cues, cues), expected.0.is_some() || expected.1, "{text}");
    }

    #[test]
    fn a_cue_stands_directly_beside_what_it_is_about() {
        check("不要CIF了", "CIF", &["不用", "不要"], (Some("不要"), false));
        check("不要  CIF", "CIF", &["不要"], (Some("不要"), false));
        check("不要，CIF吧", "CIF", &["不要"], (None, false));
        check("蓝色的就不用了", "蓝色", &["就不"], (None, true));
        check("蓝色 instead", "蓝色", &["instead"], (None, true));
        check("蓝色，不用", "蓝色", &["不用"], (None, false));
        check("20台", "20台", &["不要"], (None, false));
    }

    #[test]
    fn a_latin_cue_is_a_whole_word() {
        check("i know ip67", "ip67", &["no"], (None, false));
        check("No ip67", "ip67", &["no"], (Some("no"), false));
        check("20 pcs insteadily", "20 pcs", &["instead"], (None, false));
    }
}
