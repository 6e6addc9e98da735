//! Words that bound a number.

use crate::entity::scan;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Above,
    From,
    Below,
    UpTo,
    Equal,
}

use Side::{Above, Below, Equal, From, UpTo};

/// Before the number.
pub const BEFORE: &[(&str, Side)] = &[
    ("大于", Above),
    ("多于", Above),
    ("高于", Above),
    ("超过", Above),
    ("超过了", Above),
    ("高过", Above),
    ("大于等于", From),
    ("大于或等于", From),
    ("大于或者等于", From),
    ("大于 或 等于", From),
    ("不小于", From),
    ("不少于", From),
    ("不低于", From),
    ("至少", From),
    ("最少", From),
    ("小于", Below),
    ("少于", Below),
    ("低于", Below),
    ("不到", Below),
    ("不足", Below),
    ("小于等于", UpTo),
    ("小于或等于", UpTo),
    ("小于或者等于", UpTo),
    ("小于 或 等于", UpTo),
    ("不大于", UpTo),
    ("不多于", UpTo),
    ("不高于", UpTo),
    ("不超过", UpTo),
    ("至多", UpTo),
    ("最多", UpTo),
    ("等于", Equal),
    ("比", Above),
    ("more than", Above),
    ("larger than", Above),
    ("greater than", Above),
    ("bigger than", Above),
    ("higher than", Above),
    ("above", Above),
    ("over", Above),
    ("exceed", Above),
    ("exceeds", Above),
    ("exceeded", Above),
    ("exceeding", Above),
    ("surpass", Above),
    ("surpasses", Above),
    (">", Above),
    (">=", From),
    ("≥", From),
    ("no less than", From),
    ("not less than", From),
    ("no fewer than", From),
    ("no smaller than", From),
    ("at least", From),
    ("at least or equal to", From),
    ("more than or equal to", From),
    ("greater than or equal to", From),
    ("larger than or equal to", From),
    ("more or equal than", From),
    ("greater or equal than", From),
    ("greater or equal to", From),
    ("less than", Below),
    ("smaller than", Below),
    ("lower than", Below),
    ("fewer than", Below),
    ("below", Below),
    ("under", Below),
    ("<", Below),
    ("<=", UpTo),
    ("≤", UpTo),
    ("no more than", UpTo),
    ("not more than", UpTo),
    ("no larger than", UpTo),
    ("no greater than", UpTo),
    ("at most", UpTo),
    ("up to", UpTo),
    ("less than or equal to", UpTo),
    ("smaller than or equal to", UpTo),
    ("less or equal than", UpTo),
    ("less or equal to", UpTo),
    ("equal to", Equal),
    ("equals", Equal),
    ("equals to", Equal),
    ("equaling", Equal),
    ("equaling to", Equal),
    ("=", Equal),
];

/// Behind the number.
pub const AFTER: &[(&str, Side)] = &[
    ("以上", Above),
    ("之上", Above),
    ("以下", Below),
    ("之下", Below),
    ("or more", From),
    ("or above", From),
    ("or greater", From),
    ("or greater than", From),
    ("or more than", From),
    ("or larger", From),
    ("or higher", From),
    ("or less", UpTo),
    ("or below", UpTo),
    ("or fewer", UpTo),
    ("or lower", UpTo),
    ("or less than", UpTo),
];

/// The longest that stands whole at `at`.
pub fn longest(words: &[(&str, Side)], chars: &[char], at: usize) -> Option<(usize, Side)> {
    let first = *chars.get(at)?;
    let mut best: Option<(usize, Side)> = None;
    for (word, side) in words.iter().filter(|(word, _)| word.starts_with(first)) {
        let Some(end) = scan::literal(chars, at, word) else { continue };
        let whole = !word.ends_with(scan::is_letter) || (scan::begins(chars, at) && scan::ends(chars, end));
        // "=>30" is no comparison, and neither is an arrow.
        let sign = !word.starts_with(['<', '>', '='])
            || !(at > 0 && "<>=".contains(chars[at - 1])
                || chars.get(end).is_some_and(|c| "<>=".contains(*c)));
        if whole && sign && best.is_none_or(|(longest, _)| end > longest) {
            best = Some((end, *side));
        }
    }
    best
}
