//! Telephone numbers of any country as people write them: groups with spaces, hyphens, points or brackets between, and extensions.

use crate::{
    entity::scan::{cue_before, literal},
    recognizers::Span,
};

/// What stands between two groups, or encloses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    None,
    Space,
    Hyphen,
    Point,
    Slash,
}

/// A group of digits, where it ends, and what stands before it.
#[derive(Debug, Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    digits: usize,
    /// Where the number would end with this group, closing brackets included.
    close: usize,
    joint: Joint,
    bracket: bool,
}

pub fn phones(chars: &[char]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match phone(chars, at) {
            Found::Phone(end) => {
                found.push((at, end));
                at = end;
            }
            Found::Reject(end) => at = end.max(at + 1),
            Found::Nothing => at += 1,
        }
    }
    found
}

enum Found {
    Phone(usize),
    /// No number begins here, and none before the position.
    Reject(usize),
    Nothing,
}

fn phone(chars: &[char], at: usize) -> Found {
    let first = chars[at];
    if !(first.is_ascii_digit() || matches!(first, '+' | '(')) {
        return Found::Nothing;
    }
    let run = |from: usize| chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    if !may_begin(chars, at) {
        return Found::Reject(at + run(at).max(1));
    }
    let Some(groups) = groups(chars, at) else { return Found::Reject(nested_end(chars, at)) };
    let mut taken = groups.as_slice();
    // Too many digits: what stands behind the last space is something else.
    loop {
        let Some(last) = taken.last() else { return Found::Reject(at + run(at).max(1)) };
        let (mut end, extended) = extension(chars, last.close);
        if !extended {
            end = last.close;
        }
        if !goes_on(chars, end) && is_number(chars, at, taken) {
            return Found::Phone(end);
        }
        // A card's number is none in part either.
        if taken.len() >= 4 && taken.iter().take(4).all(|group| group.digits == 4) && chars[at] != '+' {
            return Found::Reject(last.close);
        }
        let cut = taken.iter().rposition(|group| group.joint == Joint::Space && group.start > at);
        match cut {
            Some(cut) if cut > 0 && !goes_on(chars, end) => taken = &taken[..cut],
            _ => return Found::Reject(groups.first().map_or(at + 1, |group| group.end.max(at + 1))),
        }
    }
}

/// The end of a bracket that holds another.
fn nested_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0;
    for (offset, &c) in chars[at..].iter().enumerate() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            // What follows the bracket belonged to it.
            let rest =
                chars[at + offset..].iter().skip(1).take_while(|c| c.is_ascii_digit() || **c == ' ').count();
            return at + offset + 1 + rest;
        }
    }
    chars.len()
}

/// Nothing before that makes it part of a code, a sum, a decimal or a path.
fn may_begin(chars: &[char], at: usize) -> bool {
    let Some(previous) = at.checked_sub(1).map(|i| chars[i]) else { return true };
    let earlier = at.checked_sub(2).map(|i| chars[i]);
    match previous {
        c if c.is_ascii_digit() => false,
        c if c.is_ascii_lowercase() => matches!(chars[at], '+' | '('),
        '.' | '/' | '*' | '=' | '_' | '\\' | '%' | '$' | '€' | '£' | '¥' => false,
        '+' => false,
        '#' => false,
        '-' => matches!(earlier, Some('#' | ' ')) && chars[..at - 1].iter().any(|c| !c.is_whitespace()),
        ',' => {
            !earlier.is_some_and(|c| c.is_ascii_digit())
                || chars[at..].iter().take_while(|c| c.is_ascii_digit()).count() > 3
                || chars[at] == '0'
        }
        '@' => !earlier.is_some_and(|c| c.is_ascii_alphanumeric()),
        _ => true,
    }
}

/// The groups from `at` on; none where brackets stand in brackets.
fn groups(chars: &[char], at: usize) -> Option<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut next = at;
    let mut joint = Joint::None;
    while groups.len() < 9 {
        let start = next;
        let bracket = chars.get(next) == Some(&'(');
        let mut from = next + usize::from(bracket);
        while bracket && chars.get(from) == Some(&' ') {
            from += 1;
        }
        if chars.get(from) == Some(&'+') {
            if !groups.is_empty() {
                break;
            }
            from += 1;
        }
        let digits =
            chars.get(from..).map_or(0, |rest| rest.iter().take_while(|c| c.is_ascii_digit()).count());
        if digits == 0 {
            if bracket && chars.get(from) == Some(&'(') {
                return None;
            }
            break;
        }
        let mut close = from + digits;
        if bracket {
            let mut end = close;
            while chars.get(end) == Some(&' ') {
                end += 1;
            }
            if chars.get(end) == Some(&'(') {
                return None;
            }
            if chars.get(end) != Some(&')') {
                break;
            }
            close = end + 1;
        }
        groups.push(Group { start, end: from + digits, digits, close, joint, bracket });
        let Some((after, between)) = joint_at(chars, close) else { break };
        (next, joint) = (after, between);
    }
    Some(groups)
}

/// What joins two groups: its end and kind.
fn joint_at(chars: &[char], at: usize) -> Option<(usize, Joint)> {
    let opens = |i: usize| chars.get(i).is_some_and(|c| c.is_ascii_digit() || *c == '(');
    let (kind, mut end) = match chars.get(at)? {
        ' ' => match chars.get(at + 1)? {
            '-' if chars.get(at + 2) == Some(&' ') => (Joint::Hyphen, at + 3),
            _ => (Joint::Space, at + 1),
        },
        '-' => (Joint::Hyphen, at + 1),
        '.' => (Joint::Point, at + 1),
        '/' => (Joint::Slash, at + 1),
        '(' => (Joint::None, at),
        c if c.is_ascii_digit() => (Joint::None, at),
        _ => return None,
    };
    if matches!(kind, Joint::Hyphen | Joint::Slash) && chars.get(end) == Some(&' ') {
        end += 1;
    }
    opens(end).then_some((end, kind))
}

/// x123, ext. 123
fn extension(chars: &[char], at: usize) -> (usize, bool) {
    let start = if chars.get(at) == Some(&' ') { at + 1 } else { at };
    for word in ["ext.", "ext", "x", "转"] {
        if let Some(mut end) = literal(chars, start, word) {
            if chars.get(end) == Some(&' ') {
                end += 1;
            }
            let digits =
                chars.get(end..).map_or(0, |rest| rest.iter().take_while(|c| c.is_ascii_digit()).count());
            if (1..=6).contains(&digits) {
                return (end + digits, true);
            }
        }
    }
    (at, false)
}

/// Letters, a sum or a further bracket follow.
fn goes_on(chars: &[char], end: usize) -> bool {
    chars.get(end).is_some_and(|&c| {
        c.is_ascii_alphanumeric()
            || matches!(c, '=' | '*' | '+' | '%' | '_' | '@' | '\\')
            || c == ','
                && chars.get(end + 1..end + 4).is_some_and(|group| group.iter().all(char::is_ascii_digit))
                && chars.get(end + 4).is_none_or(|c| !c.is_ascii_digit() && *c != '-')
    })
}

fn is_number(chars: &[char], at: usize, groups: &[Group]) -> bool {
    let digits: usize = groups.iter().map(|group| group.digits).sum();
    let plus = chars[at] == '+' || groups[0].bracket && chars[at..groups[0].end].contains(&'+');
    let zero = chars[groups[0].end - groups[0].digits] == '0';
    let sizes: Vec<usize> = groups.iter().map(|group| group.digits).collect();
    let joints = |kind: Joint| groups.iter().skip(1).filter(|group| group.joint == kind).count();
    let least = match groups.len() {
        1 if plus || zero => 6,
        1 => 8,
        _ => 7,
    };
    let most = if plus { 16 } else { 15 };
    if digits < least || digits > most || groups.iter().any(|group| group.bracket && group.digits > 5) {
        return false;
    }
    let unbracketed = groups.iter().all(|group| !group.bracket);
    // A decimal, a date, a span of years, the number of a card, a list of small numbers.
    let decimal = groups.len() == 2 && joints(Joint::Point) == 1 && !plus;
    let date = matches!(sizes.get(..3), Some([1 | 2, 1 | 2, 4] | [4, 1 | 2, 1 | 2]))
        && unbracketed
        && !plus
        && groups[1..3]
            .iter()
            .all(|group| matches!(group.joint, Joint::Slash | Joint::Hyphen | Joint::Point));
    let years = matches!(sizes.as_slice(), [4, 4]) && joints(Joint::Slash) == 1;
    // +86 20 61302222-8866 has an extension.
    let card = matches!(sizes.as_slice(), [4, 4, 4, 4]) && !plus;
    let small = sizes.iter().all(|&size| size == 1);
    // No exchange begins with 0 or 1.
    let exchange = matches!(sizes.as_slice(), [3, 4])
        && unbracketed
        && !plus
        && matches!(chars[at], '0' | '1')
        && joints(Joint::Hyphen) == 1
        && digits == 7
        && !zero;
    if decimal || date || years || card || small || exchange {
        return false;
    }
    plus || !named_otherwise(chars, at)
}

/// The words before say that it is the number of something else.
fn named_otherwise(chars: &[char], at: usize) -> bool {
    let other = ["card", "account", "卡号", "账号", "帐号", "邮编", "邮政编码", "order", "订单", "单号"];
    let phone = ["phone", "tel", "call", "fax", "mobile", "电话", "传真", "手机"];
    cue_before(chars, at, 18, &other) && !cue_before(chars, at, 18, &phone)
}
