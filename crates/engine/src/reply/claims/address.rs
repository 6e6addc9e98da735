//! Links, domains and e-mail addresses.

use super::{
    Claim, Read,
    text::{Text, is_latin},
};

/// Endings that make `name.ending` a domain. A slash after any other ending makes one, too.
const ENDINGS: &[&str] = &[
    "ai", "app", "biz", "br", "cc", "cloud", "cn", "co", "com", "de", "dev", "edu", "eu", "fr", "gov", "hk",
    "icu", "info", "ink", "io", "it", "jp", "kr", "link", "live", "ltd", "ly", "me", "mobi", "net", "nl",
    "online", "org", "pro", "ru", "shop", "site", "store", "tech", "tk", "top", "tv", "tw", "uk", "us",
    "vip", "wang", "work", "xin", "xyz", "公司", "中国", "网络", "在线",
];

pub(super) fn read(text: &Text, at: usize) -> Option<Read> {
    let first = text.at(at)?;
    if first == '.' {
        // 例子.公司
        let ending = ENDINGS.iter().find(|ending| !ending.is_ascii() && text.starts(at + 1, ending))?;
        return Some(Read::claim(at + 1 + ending.chars().count(), Claim::Address((*ending).to_owned())));
    }
    // A row of Han characters is no address.
    if !is_part(first) {
        return None;
    }
    let starts = !at.checked_sub(1).and_then(|before| text.at(before)).is_some_and(is_part);
    if !starts || !(first.is_alphanumeric() || first == '/') {
        return None;
    }
    let end = at + text.from(at).iter().take_while(|&&character| is_part(character)).count();
    let token = text.slice(at, end).trim_end_matches(['.', ':', '-', '/', '?', '&', '=']);
    if !is_address(token) {
        return None;
    }
    Some(Read::claim(at + token.chars().count(), Claim::Address(token.to_owned())))
}

fn is_part(character: char) -> bool {
    is_latin(character)
        || matches!(character, '.' | ':' | '/' | '-' | '_' | '?' | '&' | '=' | '%' | '#' | '@' | '~' | '+')
}

fn is_address(token: &str) -> bool {
    if token.contains("://")
        || token.starts_with("www.")
        || token.starts_with("mailto:")
        || token.starts_with("//")
    {
        return true;
    }
    if let Some((name, host)) = token.split_once('@') {
        return !name.is_empty() && host.contains(|character: char| character.is_ascii_alphanumeric());
    }
    let (host, path) =
        token.split_once(['/', '?', '#']).map_or((token, None), |(host, path)| (host, Some(path)));
    let host = host.split(':').next().unwrap_or(host);
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    let is_name = name.contains(|character: char| character.is_ascii_alphabetic())
        || (name.contains(|character: char| character.is_ascii_digit()) && ENDINGS.contains(&ending));
    let letters = ending.len() >= 2 && ending.chars().all(|character| character.is_ascii_alphabetic());
    is_name && letters && (ENDINGS.contains(&ending) || path.is_some())
}
