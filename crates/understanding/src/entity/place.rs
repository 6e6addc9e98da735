//! Places: where the buyer is (`region`), where goods go (`destination`), ports.

use domain::understanding::{EntityKind, EntityValue};

use super::{
    Found, Scene, rank,
    scan::{begins, cue_before, ends, literal, skip_spaces},
};

/// One name on a line; see the file.
const NAMES: &str = include_str!("places.txt");

/// The places that are known, as folded names with whether they are ports.
pub fn known() -> impl Iterator<Item = (&'static str, bool)> {
    let mut ports = false;
    NAMES.lines().filter(|line| !line.starts_with('#')).flat_map(move |line| {
        if let Some(section) = line.strip_prefix("= ") {
            ports = section == "ports";
            return Vec::new();
        }
        let ports = ports;
        line.split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| (name, ports))
            .collect::<Vec<_>>()
    })
}

const TO: &[&str] = &[
    "到",
    "发",
    "寄",
    "运到",
    "送到",
    "至",
    "发往",
    "运往",
    "送",
    "发到",
    "寄到",
    "运",
    "抵",
    "飞",
    "改发",
    "to",
    "into",
    "via",
    "deliver to",
    "delivery to",
    "ship to",
];
const TERMS: &[&str] =
    &["fob", "cif", "cfr", "cnf", "c&f", "fas", "fca", "dap", "ddp", "exw", "cpt", "cip", "dpu"];
/// Where the buyer or a firm is, not where goods go.
const NOT_GOODS: &[&str] = &[
    "来到",
    "去到",
    "come to",
    "coming to",
    "travel to",
    "went to",
    "go to",
    "fly to",
    "来",
    "going to",
    "moved to",
];

/// Words that speak of the sea: a harbour town beside them is a port.
const MARITIME: &[&str] = &[
    "海运",
    "整柜",
    "拼箱",
    "拼柜",
    "高柜",
    "小柜",
    "船期",
    "船公司",
    "起运港",
    "目的港",
    "港口",
    "订舱",
    "拖车",
    "周班船",
    "清关",
    "舱位",
    "ocean",
    "sea freight",
    "vessel",
    "sailing",
    "container",
    "containers",
    "lcl",
    "fcl",
    "40hq",
    "20ft",
    "40ft",
    "telex",
    "port",
    "freight",
    "roro",
    "eta",
];

pub fn extract(scene: &Scene<'_>, hits: &[(usize, usize, bool)], found: &mut Vec<Found>) {
    let chars = scene.chars;
    let maritime = hits.iter().any(|hit| hit.2)
        && (0..chars.len()).any(|at| {
            super::scan::longest(chars, at, MARITIME)
                .is_some_and(|(word, _)| !MARITIME[word].is_ascii() || begins(chars, at))
        });
    for &(start, mut end, port) in hits {
        if is_money(chars, end) {
            continue;
        }
        let before_term = cue_before(chars, start, 5, TERMS);
        let mut kind = EntityKind::Region;
        if let Some(after) = literal(chars, end, "港口").or_else(|| literal(chars, end, "港")) {
            kind = EntityKind::Port;
            end = after;
        } else if literal(chars, skip_spaces(chars, end), "port").is_some_and(|after| ends(chars, after)) {
            // "Durban port": the word names the kind and stays outside.
            kind = EntityKind::Port;
        } else if cue_before(chars, start, 8, &["port of", "port"]) || (port && (before_term || maritime)) {
            kind = EntityKind::Port;
        } else if before_term
            || ((is_goal(chars, start) || is_reached(chars, end)) && !cue_before(chars, start, 9, NOT_GOODS))
        {
            kind = EntityKind::Destination;
        }
        // 省 and 市 belong to the name.
        if kind != EntityKind::Port
            && matches!(chars.get(end), Some('省' | '市'))
            && chars.get(end + 1) != Some(&'场')
            && crate::text::is_han(chars[end - 1])
        {
            end += 1;
        }
        if kind == EntityKind::Destination {
            end = district(chars, end);
        }
        let (from, to) = scene.folded.span(start, end);
        let text = EntityValue::Text(scene.folded.original(from, to));
        found.push(Found::new(kind, start, end, text, rank::PLACE));
    }
}

/// 越南盾, Singapore dollars: the place names a currency.
fn is_money(chars: &[char], end: usize) -> bool {
    const HAN: &[&str] = &[
        "盾",
        "元",
        "币",
        "镑",
        "铢",
        "卢比",
        "卢布",
        "比索",
        "里拉",
        "克朗",
        "法郎",
        "第纳尔",
        "里亚尔",
        "迪拉姆",
        "先令",
        "兰特",
        "林吉特",
        "令吉",
        "塔卡",
        "坚戈",
        "苏姆",
    ];
    /// 元旦, 元件 and 元宵 begin with the word.
    const OTHERS: &[char] = &['旦', '件', '器', '宵', '月'];
    let han = HAN.iter().find_map(|word| literal(chars, end, word));
    if let Some(after) = han {
        return !(chars[after - 1] == '元' && chars.get(after).is_some_and(|next| OTHERS.contains(next)));
    }
    ["dollar", "dollars"]
        .iter()
        .any(|word| literal(chars, skip_spaces(chars, end), word).is_some_and(|after| ends(chars, after)))
}

/// 兰州能送吗: what follows asks whether goods get there.
fn is_reached(chars: &[char], end: usize) -> bool {
    super::scan::cue_after(
        chars,
        end,
        4,
        &["送不", "能送", "送得", "送吗", "能不能送", "发不", "能发", "送货"],
    )
}

/// 苏州吴中: a short name behind a town, up to the end of the clause, is a part of the town.
fn district(chars: &[char], end: usize) -> usize {
    let rest = chars[end..].iter().take_while(|&&c| crate::text::is_han(c)).count();
    let closed = chars.get(end + rest).is_none_or(|&c| super::scan::is_clause_end(c) || c == ' ');
    let name = (2..=3).contains(&rest)
        && crate::text::is_han(chars[end - 1])
        && chars[end..end + rest]
            .iter()
            .all(|c| !"的多要吗呢怎几可能有门运费发到去那这边吧就也都啊哦行不了港走来送寄".contains(*c));
    if closed && name { end + rest } else { end }
}

/// Directly behind a word of sending.
fn is_goal(chars: &[char], start: usize) -> bool {
    let mut at = start;
    while at > 0 && chars[at - 1] == ' ' {
        at -= 1;
    }
    TO.iter().any(|word| {
        at.checked_sub(word.chars().count()).is_some_and(|from| {
            literal(chars, from, word) == Some(at) && (!word.is_ascii() || begins(chars, from))
        })
    })
}
