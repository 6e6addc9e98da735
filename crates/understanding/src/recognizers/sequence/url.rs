//! Pages: with a scheme any host that can be one, without it hosts under a known top-level domain.

use crate::{
    entity::scan::{begins, literal},
    recognizers::Span,
};

/// Generic domains that people write without a scheme, and `country codes` apart.
const GENERIC: &[&str] = &[
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "pro",
    "mobi",
    "asia",
    "jobs",
    "travel",
    "academy",
    "agency",
    "app",
    "art",
    "aws",
    "bank",
    "bid",
    "blog",
    "buzz",
    "cafe",
    "cloud",
    "club",
    "company",
    "cool",
    "design",
    "dev",
    "digital",
    "email",
    "energy",
    "events",
    "expert",
    "finance",
    "fit",
    "fun",
    "games",
    "global",
    "group",
    "guru",
    "help",
    "host",
    "ink",
    "io",
    "land",
    "law",
    "life",
    "link",
    "live",
    "ltd",
    "market",
    "media",
    "money",
    "network",
    "news",
    "ninja",
    "one",
    "online",
    "page",
    "party",
    "photo",
    "plus",
    "press",
    "run",
    "sale",
    "school",
    "services",
    "shop",
    "show",
    "site",
    "social",
    "software",
    "solutions",
    "space",
    "store",
    "studio",
    "systems",
    "team",
    "tech",
    "technology",
    "tips",
    "today",
    "tools",
    "top",
    "town",
    "trade",
    "video",
    "vip",
    "wang",
    "website",
    "wiki",
    "work",
    "works",
    "world",
    "wtf",
    "xyz",
    "zone",
];
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc \
    cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi \
    gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la \
    lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu \
    nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc \
    td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";

pub fn urls(chars: &[char]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_alphanumeric() || !begins(chars, at) {
            at += 1;
            continue;
        }
        if let Some(end) = url(chars, at) {
            found.push((at, end));
            at = end;
        } else {
            // The rest of an address of mail or of a host is none either.
            let run = chars[at..]
                .iter()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@' | '_'))
                .count();
            at += run.max(1);
        }
    }
    found
}

fn url(chars: &[char], at: usize) -> Option<usize> {
    let scheme =
        ["https://", "http://", "ftp://", "ftps://"].iter().find_map(|scheme| literal(chars, at, scheme));
    let start = scheme.unwrap_or(at);
    let previous = at.checked_sub(1).map(|i| chars[i]);
    if scheme.is_none() && previous.is_some_and(|c| matches!(c, '@' | '.' | '-' | '_' | '/')) {
        return None;
    }
    let (end, last) = labels(chars, start)?;
    if chars.get(end) == Some(&'@') {
        return None;
    }
    let top: String = chars[last..end].iter().collect();
    let known = COUNTRIES.split_whitespace().any(|code| code == top) || GENERIC.contains(&top.as_str());
    let named = last > start
        && (known || scheme.is_some() && top.len() >= 2 && top.chars().all(|c| c.is_ascii_lowercase()));
    let local = chars[start..end].iter().collect::<String>() == "localhost";
    let machine = scheme.is_some() && (local || is_address(chars, start, end));
    // 7.am is a time.
    let clock = scheme.is_none() && matches!(top.as_str(), "am" | "pm") && {
        let label = chars.get(start..last.saturating_sub(1)).unwrap_or_default();
        let hour: String = label.iter().collect();
        hour.parse::<u32>().is_ok_and(|hour| hour <= 24)
    };
    if !(named || machine) || clock {
        return None;
    }
    Some(tail(chars, end))
}

/// Labels of letters, digits and hyphens, points between: the end, and where the last label begins.
pub fn labels(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let mut last = at;
    let mut end = at;
    loop {
        let length = chars[end.min(chars.len())..]
            .iter()
            .take(64)
            .take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || **c == '-')
            .count();
        if length == 0 || length > 63 || chars[end] == '-' {
            break;
        }
        last = end;
        end += length;
        if chars.get(end) != Some(&'.') || !chars.get(end + 1).is_some_and(char::is_ascii_alphanumeric) {
            break;
        }
        end += 1;
    }
    let end = if end > at && chars[end - 1] == '.' { end - 1 } else { end };
    let dots = chars.get(end) == Some(&'.')
        && chars.get(end + 1) == Some(&'.')
        && chars.get(end + 2).is_some_and(char::is_ascii_alphanumeric);
    (end > at && !dots && chars.get(end) != Some(&'_')).then_some((end, last))
}

/// Four numbers with points between.
pub fn is_address(chars: &[char], start: usize, end: usize) -> bool {
    let text: String = chars.get(start..end).map(|part| part.iter().collect()).unwrap_or_default();
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

/// Port, path, query and fragment; a point or comma at the very end belongs to the sentence.
fn tail(chars: &[char], at: usize) -> usize {
    let mut end = at;
    if chars.get(end) == Some(&':') && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        end += 1 + chars[end + 1..].iter().take(5).take_while(|c| c.is_ascii_digit()).count();
    }
    if !matches!(chars.get(end), Some('/' | '?' | '#')) {
        return end;
    }
    while chars.get(end).is_some_and(|&c| c.is_ascii_alphanumeric() || "/?#:@!$&'()*+,;=-._~%[]|".contains(c))
    {
        end += 1;
    }
    while end > at && matches!(chars[end - 1], '.' | ',' | ';' | ':' | '!' | '?' | '\'' | ')' | ']') {
        end -= 1;
    }
    end
}
