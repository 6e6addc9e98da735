//! Firms and people, where a form of address or a legal form gives them away.

use domain::understanding::{EntityKind, EntityValue};

use super::{
    Found, Scene, rank,
    scan::{Letters, Words, begins, ends, is_letter, literal, longest, skip_spaces},
};
use crate::text::is_han;

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    chinese_companies(scene, found);
    english_companies(scene, found);
    chinese_people(scene, found);
    english_people(scene, found);
}

fn push(scene: &Scene<'_>, kind: EntityKind, start: usize, end: usize, rank: u8, found: &mut Vec<Found>) {
    let (from, to) = scene.folded.span(start, end);
    let text = EntityValue::Text(scene.folded.original(from, to));
    found.push(Found::new(kind, start, end, text, rank));
}

static LEGAL: Words =
    Words::new(&["股份有限公司", "有限责任公司", "有限公司", "集团公司", "集团", "科技公司", "贸易公司"]);
/// A firm's name begins behind one of these.
const INTRODUCED: &[&str] = &[
    "我们是",
    "我是",
    "我司是",
    "我这边是",
    "这里是",
    "这边是",
    "公司是",
    "公司叫",
    "来自",
    "抬头是",
    "抬头",
    "抬头写",
    "名称",
    "单位",
    "我司",
    "我们",
    "开给",
    "的",
];
static WE_ARE: Words = Words::new(&["我们是", "我是", "我司是", "这里是", "我这边是", "这边是"]);
const INDUSTRY_ENDINGS: &[&str] = &[
    "机电",
    "机械",
    "包装",
    "五金",
    "家纺",
    "照明",
    "食品",
    "医疗",
    "化工",
    "电子",
    "塑业",
    "塑胶",
    "实业",
    "贸易",
    "商贸",
    "科技",
    "制造",
    "电器",
    "建材",
    "纺织",
    "服饰",
    "汽配",
    "轴承",
    "物流",
    "自动化",
    "模具",
    "材料",
    "工具",
    "电气",
    "重工",
    "精密",
];

/// A firm's name follows on an invoice or a contract.
static BILLED: Words = Words::new(&[
    "抬头是",
    "抬头写",
    "抬头",
    "专票开给",
    "专票开",
    "普票开",
    "发票开给",
    "票开给",
    "户名是",
    "户名",
]);
const NOT_BILLED: &str = "的了吗呢多少怎要给吧啊你我他几个可能有没不就一这那什先成";

/// 抬头是某地某某机械, 专票开给某地某某实业: the name itself, up to a space or mark.
fn billed(scene: &Scene<'_>, at: usize, found: &mut Vec<Found>) -> bool {
    let chars = scene.chars;
    let Some((_, after)) = BILLED.longest(chars, at) else { return false };
    let start = if chars.get(after) == Some(&':') {
        skip_spaces(chars, after + 1)
    } else {
        skip_spaces(chars, after)
    };
    let length = chars[start..].iter().take(22).take_while(|&&c| is_han(c)).count();
    let named =
        (4..=20).contains(&length) && chars[start..start + length].iter().all(|c| !NOT_BILLED.contains(*c));
    if named {
        push(scene, EntityKind::Company, start, start + length, rank::NAME, found);
    }
    named
}

fn chinese_companies(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    for at in 0..chars.len() {
        if billed(scene, at, found) {
            continue;
        }
        if let Some((_, end)) = LEGAL.longest(chars, at)
            && let Some(start) = firm_start(chars, at)
        {
            push(scene, EntityKind::Company, start, end, rank::NAME, found);
        } else if let Some((_, start)) = WE_ARE.longest(chars, at)
            && let Some((_, after)) = (start + 2..(start + 9).min(chars.len()))
                .take_while(|&i| is_han(chars[i - 1]))
                .find_map(|i| longest(chars, i, INDUSTRY_ENDINGS))
        {
            let closed = chars.get(after).is_none_or(|&c| !is_han(c) || "的采业老小".contains(c));
            let place =
                chars[start..after].iter().all(|&c| is_han(c) && !"做一家专门的想个卖搞买要你".contains(c));
            if closed && place {
                push(scene, EntityKind::Company, start, after, rank::NAME, found);
            }
        }
    }
}

/// Up to twelve Han characters before the legal form, from behind a word of introduction.
fn firm_start(chars: &[char], at: usize) -> Option<usize> {
    let mut start = at;
    while start > 0 && at - start < 14 && (is_han(chars[start - 1]) || matches!(chars[start - 1], '(' | ')'))
    {
        start -= 1;
    }
    let mut best = start;
    for from in start..at {
        if let Some((_, end)) = longest(chars, from, INTRODUCED)
            && end <= at
        {
            best = end;
        }
    }
    (at - best >= 2 && !"这那哪你贵".contains(chars[best])).then_some(best)
}

static LEGAL_ENGLISH: Words = Words::new(&[
    "ltd",
    "ltd.",
    "llc",
    "gmbh",
    "inc",
    "inc.",
    "co.",
    "corp",
    "corporation",
    "limited",
    "s.a.",
    "pvt",
    "plc",
    "bv",
    "b.v.",
    "srl",
    "s.r.l.",
    "trading",
    "enterprises",
    "industries",
    "uab",
    "oy",
    "ab",
    "pte",
    "sdn bhd",
    "company",
    "traders",
    "group",
    "supplies",
    "imports",
]);

/// Capitalised words that end in a legal form.
fn english_companies(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    let mut at = 0;
    while at < chars.len() {
        if !is_letter(chars[at]) || !begins(chars, at) || !scene.is_capital(at) {
            at += 1;
            continue;
        }
        let mut end = at;
        let mut legal = None;
        for count in 0..6 {
            let start = if count == 0 { at } else { skip_spaces(chars, end) };
            if count > 0
                && (start == end
                    || !chars.get(start).is_some_and(|&c| is_letter(c) || c == '&')
                    || !(scene.is_capital(start) || chars[start] == '&'))
            {
                break;
            }
            if count > 0
                && let Some((_, after)) = LEGAL_ENGLISH.longest(chars, start)
                && ends(chars, after)
            {
                legal = Some(after);
            }
            end = start;
            while chars
                .get(end)
                .is_some_and(|&c| is_letter(c) || c.is_alphabetic() || matches!(c, '&' | '-' | '\''))
                && !chars.get(end).is_some_and(|&c| is_han(c))
            {
                end += 1;
            }
            if end == start {
                break;
            }
        }
        if let Some(end) = legal {
            push(scene, EntityKind::Company, at, end, rank::NAME, found);
            at = end;
        } else {
            while chars.get(at).is_some_and(|&c| is_letter(c)) {
                at += 1;
            }
        }
    }
}

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
static SURNAME_LETTERS: Letters = Letters::of(SURNAMES);

fn is_surname(c: char) -> bool {
    SURNAME_LETTERS.may_hold(c) && SURNAMES.contains(c)
}

/// Surnames that stand behind 小 and 老 as a form of address, and hardly in other words.
const NICKNAMES: &str = "王李张刘陈杨赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许邓冯韩曹彭曾肖田董潘袁蔡蒋余于杜魏苏吕丁卢姚沈钟姜崔谭陆范汪廖贾韦付邹孟熊秦邱侯尹薛闫段雷黎史龚贺顾郝邵";
static TITLES: Words = Words::new(&[
    "总监", "总", "工", "经理", "小姐", "先生", "女士", "姐", "哥", "老师", "主任", "厂长", "师傅", "老板",
    "会计", "主管", "科长",
]);

static CALLED: Words = Words::new(&["我叫", "我姓", "联系人", "收件人"]);

fn chinese_people(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    for at in 0..chars.len() {
        if is_surname(chars[at])
            && let Some((title, end)) = TITLES.longest(chars, at + 1)
        {
            let next = chars.get(end).copied();
            let other_word = match TITLES.list[title] {
                "工" => {
                    next.is_some_and(|c| "业厂作程具人序艺".contains(c))
                        || matches!(chars[at], '石' | '金' | '方' | '龙')
                }
                "总" => {
                    next.is_some_and(|c| "价共是体部数".contains(c))
                        || matches!(chars[at], '高' | '万' | '方')
                }
                "老板" | "老师" | "师傅" => false,
                _ => false,
            };
            if !other_word {
                push(scene, EntityKind::Person, at, end, rank::NAME, found);
            }
        } else if matches!(chars[at], '小' | '老' | '阿')
            && chars.get(at + 1).is_some_and(|&c| NICKNAMES.contains(c))
            && !chars.get(at + 2).is_some_and(|&c| "序金额费时伙家师板乡了".contains(c))
        {
            push(scene, EntityKind::Person, at, at + 2, rank::NAME, found);
        } else if let Some((_, start)) = CALLED.longest(chars, at) {
            let start = skip_spaces(chars, start);
            let start = if matches!(chars.get(start), Some(':' | '是')) {
                skip_spaces(chars, start + 1)
            } else {
                start
            };
            let end = (start..chars.len().min(start + 3))
                .take_while(|&i| is_han(chars[i]) && !"是的在想要".contains(chars[i]))
                .count()
                + start;
            if end - start >= 1 && chars.get(start).is_some_and(|&c| is_surname(c)) {
                push(scene, EntityKind::Person, start, end, rank::NAME, found);
            }
        }
    }
}

static ADDRESSED: Words = Words::new(&[
    "my name is",
    "this is",
    "i am",
    "i'm",
    "mr",
    "mr.",
    "ms",
    "ms.",
    "mrs",
    "mrs.",
    "dear",
    "regards",
    "regards,",
    "best,",
    "thanks,",
    "hi",
    "hello",
    "rgds",
    "sincerely",
    "sincerely,",
    "speak to",
    "talk to",
    "ask for",
    "contact",
    "thanks",
    "thank you",
    "good night",
    "greetings,",
    "bye",
    "cheers",
    "rgds,",
    "br,",
    "kind regards,",
    "shukran",
]);
const NO_NAMES: &[&str] = &[
    "sir",
    "sirs",
    "madam",
    "team",
    "all",
    "there",
    "friend",
    "sales",
    "supplier",
    "customer",
    "a",
    "the",
    "from",
    "dear",
    "hope",
    "i",
    "we",
    "do",
    "can",
    "what",
    "how",
    "please",
    "interested",
    "looking",
    "good",
    "is",
    "manager",
    "mr",
    "ms",
    "miss",
    "mrs",
    "dr",
    "friends",
    "partner",
    "my",
    "your",
    "our",
    "price",
    "for",
    "and",
    "you",
    "in",
    "so",
    "god",
    "kindly",
    "best",
    "regards",
    "thanks",
    "have",
    "no",
    "yes",
    "ok",
    "this",
    "that",
    "to",
    "any",
    "pls",
    "today",
    "tomorrow",
];

fn english_people(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    for at in 0..chars.len() {
        if !is_letter(chars[at]) || !begins(chars, at) {
            continue;
        }
        let Some((word, end)) = ADDRESSED.longest(chars, at) else { continue };
        let titled = ADDRESSED.list[word].starts_with("mr") || ADDRESSED.list[word].starts_with("ms");
        let mut start = end;
        while chars.get(start).is_some_and(|&c| matches!(c, ' ' | ',' | '\n' | '.')) && start - end < 4 {
            start += 1;
        }
        if start == end || !scene.is_capital(start) {
            continue;
        }
        let mut stop = start;
        for _ in 0..2 {
            let from = if stop == start { start } else { skip_spaces(chars, stop) };
            let mut to = from;
            while chars.get(to).is_some_and(|&c| c.is_alphabetic() && !is_han(c)) {
                to += 1;
            }
            let name = to - from >= 2
                && to - from <= 14
                && scene.is_capital(from)
                && !NO_NAMES.iter().any(|word| literal(chars, from, word) == Some(to));
            if !name || (stop > start && from == stop) {
                break;
            }
            stop = to;
        }
        if stop > start && !chars.get(stop).is_some_and(char::is_ascii_digit) {
            push(scene, EntityKind::Person, if titled { at } else { start }, stop, rank::NAME + 1, found);
        }
    }
}
