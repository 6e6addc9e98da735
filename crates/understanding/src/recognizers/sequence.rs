//! E-mail addresses, pages and telephone numbers.

mod phone;
mod url;

pub use phone::phones;
pub use url::urls;

use super::Span;

const fn is_local(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

pub fn emails(chars: &[char]) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for at in (0..chars.len()).filter(|&at| chars[at] == '@') {
        let floor = found.last().map_or(0, |last| last.1);
        let mut start = at;
        while start > floor && is_local(chars[start - 1]) {
            start -= 1;
        }
        while start < at && matches!(chars[start], '.' | '-' | '+' | '%') {
            start += 1;
        }
        let Some(end) = host(chars, at + 1) else { continue };
        if start < at && chars[at - 1] != '.' {
            found.push((start, end));
        }
    }
    found
}

/// Labels with points between, the last of letters; or an address in brackets.
fn host(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at) == Some(&'[') {
        let end = (at + 1..chars.len().min(at + 20)).find(|&i| chars[i] == ']')?;
        return url::is_address(chars, at + 1, end).then_some(end + 1);
    }
    let (end, last) = url::labels(chars, at)?;
    let letters = chars[last..end].iter().all(char::is_ascii_lowercase) && end - last >= 2;
    let goes_on = chars.get(end).is_some_and(|&c| matches!(c, '_' | '@'));
    (letters && last > at && !goes_on).then_some(end)
}
