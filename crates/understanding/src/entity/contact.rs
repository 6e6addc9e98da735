//! Phone numbers, e-mail addresses, WeChat ids, and links (which hide what stands in them from the other extractors).

use domain::understanding::{EntityKind, EntityValue};

use super::{
    Found, Scene, rank,
    scan::{Words, begins, cue_after, cue_before, ends, is_code, literal, longest, skip_spaces},
};

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    emails(scene, found);
    links(scene, found);
    phones(scene, found);
    wechat_ids(scene, found);
}

const LOCAL_PART: usize = 64;
const DOMAIN: usize = 120;

fn emails(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    for at in (0..chars.len()).filter(|&i| chars[i] == '@') {
        let local = |c: char| is_code(c) || matches!(c, '.' | '_' | '%' | '+' | '-');
        let mut start = at;
        while start > 0 && at - start < LOCAL_PART && local(chars[start - 1]) {
            start -= 1;
        }
        let mut end = at + 1;
        while end < chars.len()
            && end - at < DOMAIN
            && (is_code(chars[end]) || matches!(chars[end], '.' | '-'))
        {
            end += 1;
        }
        while end > at && matches!(chars[end - 1], '.' | '-') {
            end -= 1;
        }
        while start < at && matches!(chars[start], '.' | '-' | '%') {
            start += 1;
        }
        let dotted = chars.get(at + 1..end).is_some_and(|domain| domain.contains(&'.'));
        if start < at && dotted {
            let text = scene.folded.slice(start, end);
            found.push(Found::new(EntityKind::Email, start, end, EntityValue::Text(text), rank::EMAIL));
        }
    }
}

fn links(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    let mut at = 0;
    while at < chars.len() {
        let link = matches!(chars[at], 'h' | 'w')
            && begins(chars, at)
            && ["http://", "https://", "www."].iter().any(|head| literal(chars, at, head).is_some());
        if !link {
            at += 1;
            continue;
        }
        let mut end = at;
        while chars.get(end).is_some_and(|&c| c.is_ascii_graphic()) {
            end += 1;
        }
        found.push(Found::hidden(at, end, rank::LINK));
        at = end;
    }
}

const PHONE_CUES: &[&str] = &[
    "电话",
    "手机",
    "号码",
    "联系方式",
    "热线",
    "致电",
    "拨打",
    "座机",
    "打给",
    "phone",
    "call",
    "tel",
    "mobile",
    "whatsapp",
    "ring",
    "cell",
    "number",
    "contact",
    "wa",
    "viber",
    "telegram",
    "hotline",
];

fn phones(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    let mut at = 0;
    while at < chars.len() {
        let plus = chars[at] == '+' && chars.get(at + 1).is_some_and(|&c| c.is_ascii_digit() || c == '(');
        let open = chars[at] == '(' && chars.get(at + 1).is_some_and(|&c| c.is_ascii_digit() || c == '+');
        let digit = chars[at].is_ascii_digit() && begins(chars, at);
        if !(plus || open || digit) {
            at += 1;
            continue;
        }
        let end = phone_end(chars, at);
        let digits: String = chars[at..end].iter().filter(|c| c.is_ascii_digit()).collect();
        let cued = cue_before(chars, at, 14, PHONE_CUES) || cue_after(chars, end, 8, &["电话", "whatsapp"]);
        let written_plus = plus || (open && chars.get(at + 1) == Some(&'+'));
        if ends(chars, end)
            && let Some(number) = normal_form(&digits, written_plus, cued, &chars[at..end])
        {
            found.push(Found::new(EntityKind::Phone, at, end, EntityValue::Text(number), rank::PHONE));
        }
        at = end.max(at + 1);
    }
}

/// Digits with single separators between them.
fn phone_end(chars: &[char], start: usize) -> usize {
    let mut end = start;
    let mut at = start;
    let mut separators = 0;
    while at < chars.len() && at - start < 28 {
        match chars[at] {
            '0'..='9' => {
                separators = 0;
                end = at + 1;
            }
            '+' if at == start || (at == start + 1 && chars[start] == '(') => {}
            ' ' | '-' | '(' | ')' | '.' if separators < 2 => separators += 1,
            _ => break,
        }
        at += 1;
    }
    end
}

fn normal_form(digits: &str, plus: bool, cued: bool, written: &[char]) -> Option<String> {
    let mobile = |d: &str| d.len() == 11 && d.starts_with('1') && matches!(d.as_bytes()[1], b'3'..=b'9');
    let grouped = written.iter().any(|c| matches!(c, ' ' | '-' | '(' | '.'));
    if plus {
        return (8..=15).contains(&digits.len()).then(|| format!("+{digits}"));
    }
    let bare = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).unwrap_or(digits);
    if mobile(bare) {
        return Some(format!("+86{bare}"));
    }
    if let Some(rest) = digits.strip_prefix("00")
        && cued
        && (9..=15).contains(&rest.len())
    {
        return Some(format!("+{rest}"));
    }
    let toll_free = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    if toll_free && (cued || written.contains(&'-')) && !written.contains(&'.') {
        return Some(format!("+86{digits}"));
    }
    let landline = digits.starts_with('0') && matches!(digits.len(), 11 | 12);
    let area = written.iter().position(|&c| c == '-').is_some_and(|dash| dash == 3 || dash == 4);
    if landline && area && !written.contains(&' ') {
        return Some(format!("+86{}", &digits[1..]));
    }
    (cued && (7..=15).contains(&digits.len()) && (grouped || digits.len() >= 8)).then(|| digits.to_owned())
}

static WECHAT: Words = Words::new(&[
    "微信", "威信", "薇信", "v信", "vx", "wx", "wechat", "weixin", "we chat", "微 信", "➕v", "加v", "qq",
    "skype", "line id",
]);

fn wechat_ids(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    for at in 0..chars.len() {
        let Some((word, mut end)) = WECHAT.longest(chars, at) else { continue };
        if WECHAT.list[word].is_ascii() && !begins(chars, at) {
            continue;
        }
        for _ in 0..4 {
            end = skip_spaces(chars, end);
            match longest(
                chars,
                end,
                &["号码", "号", "账号", "id", ":", "是", "is", "no.", "也是", "我的", "就是", "-", "="],
            ) {
                Some((_, after)) => end = after,
                None => break,
            }
        }
        let start = skip_spaces(chars, end);
        let mut stop = start;
        while chars.get(stop).is_some_and(|&c| is_code(c) || matches!(c, '_' | '-')) {
            stop += 1;
        }
        let id = &chars[start..stop];
        let named =
            id.iter().any(|c| c.is_ascii_digit() || *c == '_') && id.iter().any(char::is_ascii_lowercase);
        if (6..=20).contains(&id.len())
            && named
            && id[0].is_ascii_lowercase()
            && chars.get(stop) != Some(&'@')
        {
            let (from, to) = scene.folded.span(start, stop);
            let text = EntityValue::Text(scene.folded.original(from, to));
            found.push(Found::new(EntityKind::WechatId, start, stop, text, rank::IDENTIFIER));
        }
    }
}
