//! Amounts of goods: 20台, 1,200 pcs, 2-3万只, "two dozen", and bare numbers where the words around tell.

use domain::{
    quantity::{Quantity, Thousandths},
    understanding::{EntityKind, EntityValue},
};

use super::{
    Found, Scene,
    number::{Decimal, Form, MAX_DIGITS, Number},
    rank,
    scan::{cue_after, cue_before, is_letter, is_one_of, longest, skip_spaces, word_after, word_before},
    unit::{self, Unit},
};

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    found.extend(scene.numbers.iter().filter_map(|number| quantity(scene, number)));
    endless(scene, found);
}

/// More digits than any number has, before a unit: a quantity of which no more is known.
fn endless(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let mut at = 0;
    for run in scene.chars.chunk_by(|left, right| left.is_ascii_digit() == right.is_ascii_digit()) {
        let (start, end) = (at, at + run.len());
        at = end;
        let begins = !start.checked_sub(1).is_some_and(|before| is_letter(scene.chars[before]));
        if run.len() > MAX_DIGITS
            && run[0].is_ascii_digit()
            && begins
            && let Some(unit) = unit::at(scene, skip_spaces(scene.chars, end))
        {
            let value = EntityValue::Unknown(());
            found.push(Found::new(EntityKind::Quantity, start, unit.end, value, rank::QUANTITY));
        }
    }
}

/// 一个, 一下, 一份 … say "a", not one; with these units only two and more are amounts.
const ARTICLE_UNITS: &[&str] = &[
    "枚", "袋", "平方", "平米", "个", "份", "款", "种", "家", "位", "次", "点", "张", "条", "本", "块", "样",
    "面", "方", "头", "身", "批", "部", "门", "排", "把", "对", "打", "车", "间", "节", "组", "平", "板",
    "套", "piece", "pcs", "sets", "units", "samples", "cases", "lots", "items", "models",
];

const PRICE_QUESTION: &[&str] = &[
    "多少钱",
    "什么价",
    "啥价",
    "几块",
    "几毛",
    "有多",
    "有好",
    "有几",
    "几多",
    "价格",
    "怎么卖",
    "咋卖",
    "单价",
    "好多钱",
    "多少米",
    "几钱",
    "价位",
    "有多少",
    "多少个",
    "多少只",
    "装多少",
    "多重",
    "how much",
    "price",
];

fn quantity(scene: &Scene<'_>, number: &Number) -> Option<Found> {
    let chars = scene.chars;
    if number.vague {
        return None;
    }
    let gap = skip_spaces(chars, number.end);
    // 十到二十来台 and 200多台 are vague; the number still tells the scale.
    let at = if matches!(chars.get(gap), Some('多' | '余' | '+')) && unit::at(scene, gap + 1).is_some() {
        gap + 1
    } else {
        gap
    };
    match unit::at(scene, at) {
        Some(unit) if is_part_of_a_word(number, &unit) => None,
        Some(unit) => with_unit(scene, number, unit),
        None => bare(scene, number),
    }
}

/// 零 begins 零件, 零头 and 零部件; a zero that is meant as one stands before a counter of whole pieces, or is written in digits.
fn is_part_of_a_word(number: &Number, unit: &Unit) -> bool {
    let zero = number.low.mantissa == 0 && number.high.is_none();
    zero && number.form == Form::Chinese && !matches!(unit.name.as_str(), "台" | "个" | "只" | "套")
}

fn with_unit(scene: &Scene<'_>, number: &Number, unit: Unit) -> Option<Found> {
    let chars = scene.chars;
    let one = number.low.as_whole() == Some(1) && number.high.is_none();
    if number.form == Form::Chinese {
        let half = chars[number.start] == '半';
        if half && !matches!(unit.name.as_str(), "吨" | "斤" | "公斤" | "箱" | "柜" | "打" | "车") {
            return None;
        }
        let lone = chars[number.start] == '一' && number.end - number.start == 1;
        let article = lone && ARTICLE_UNITS.contains(&unit.name.as_str());
        // 每台, 第一台, 这一台; 一台多少钱 asks the price of one.
        let bound = number
            .start
            .checked_sub(1)
            .and_then(|i| chars.get(i))
            .is_some_and(|&c| "第每这那哪某同任头没".contains(c));
        let rated = lone && number.start > 0 && is_rate(chars, number.start, unit.end);
        if bound || rated || (lone && (article || asks_price(chars, number.start, unit.end))) {
            return None;
        }
        if follows_compound(chars, &unit) {
            return None;
        }
    } else if one && asks_price(chars, number.start, unit.end) && !unit.latin {
        return None;
    }
    if number.form == Form::English
        && one
        && cue_before(chars, number.start, 6, &["this", "that", "which", "any", "no", "the"])
    {
        return None;
    }
    if unit.name == "m"
        && unit.latin
        && chars.get(number.end) == Some(&'m')
        && !plural_cue(chars, number.start)
    {
        return None;
    }
    if follows_compound(chars, &unit) {
        return None;
    }
    Some(build(number, number.start, unit.end, Some(unit.name)))
}

/// 80块一箱, 几个一箱, 一米多少: a rate, not an amount.
fn is_rate(chars: &[char], start: usize, end: usize) -> bool {
    let before = chars[start - 1];
    "元块钱价个斤克片只颗".contains(before)
        || cue_after(chars, end, 4, &["几", "多少", "多重", "多大", "多长"])
}

fn plural_cue(chars: &[char], at: usize) -> bool {
    cue_before(
        chars,
        at,
        12,
        &["need", "order", "buy", "要", "订", "买", "take", "want", "for", "qty", "quantity"],
    )
}

/// 3个月, 3个点, 2张图: the unit belongs to a longer word.
fn follows_compound(chars: &[char], unit: &Unit) -> bool {
    let next = chars.get(unit.end).copied();
    match unit.name.as_str() {
        // "100个多少钱" asks for the price of a hundred.
        "个" if next == Some('多') => chars.get(unit.end + 1) != Some(&'少'),
        "个" => {
            matches!(
                next,
                Some(
                    '月' | '点'
                        | '人'
                        | '百'
                        | '工'
                        | '小'
                        | '钟'
                        | '字'
                        | '问'
                        | '礼'
                        | '星'
                        | '意'
                        | '电'
                        | '微'
                        | '地'
                        | '国'
                        | '客'
                )
            ) && !(next == Some('工') && chars.get(unit.end + 1) != Some(&'作'))
        }
        "方" => matches!(next, Some('面' | '案' | '式' | '便' | '向' | '法')),
        "面" => true,
        "顶" => matches!(next, Some('天' | '多' | '到' | '格')),
        "托" => matches!(next, Some('运' | '管' | '付')),
        "头" => matches!(next, Some('部' | '发' | '疼')),
        "本" => matches!(next, Some('地' | '来' | '月' | '周')),
        "块" => !matches!(next, Some(c) if "板瓷砖地电屏肥毛".contains(c)),
        "平" => matches!(next, Some('时' | '台' | '均')),
        "门" | "身" | "间" | "节" | "排" | "样" | "种" | "款" | "份" => {
            matches!(next, Some(c) if "课口诊高份时日期品式类额".contains(c))
                && unit.name != "款"
                && unit.name != "份"
                && unit.name != "种"
        }
        "把" | "对" => matches!(next, Some('握' | '一' | '方' | '于')),
        "车" => matches!(next, Some('间' | '床' | '型')),
        "打" => matches!(next, Some('折' | '样' | '印' | '包' | '款' | '电' | '开' | '算')),
        "米" => matches!(next, Some('兰' | '色' | '其')),
        "张" => matches!(next, Some('单' | '图' | '证' | '票')),
        "条" => matches!(next, Some('件' | '款' | '码' | '形')),
        "件" => next == Some('套'),
        "台" => matches!(next, Some('州' | '湾' | '币' | '风')),
        "部" => matches!(next, Some('分' | '门' | '件')),
        "批" => matches!(next, Some('发' | '量' | '次')),
        "组" => matches!(next, Some('装' | '合' | '成')),
        "成" => true,
        _ => false,
    }
}

fn asks_price(chars: &[char], start: usize, end: usize) -> bool {
    cue_after(chars, end, 8, PRICE_QUESTION) || cue_before(chars, start, 6, PRICE_QUESTION)
}

const BEFORE_CHINESE: &[&str] = &[
    "要", "订", "买", "来", "拿", "下", "做", "定", "采购", "加", "改成", "改为", "各", "数量", "共", "先",
    "就", "按", "起订", "再", "年用", "用",
];
const BEFORE_ENGLISH: &[&str] = &[
    "need", "order", "buy", "take", "want", "for", "of", "qty", "quantity", "about", "around", "approx",
    "least", "over", "under", "than", "total", "only", "just", "another", "more", "purchase", "send", "make",
    "give", "book", "ordering", "buying", "ordered", "moq", "to", "at", "if", "say", "get", "take", "have",
    "with", "we", "i", "x", "initial", "first", "trial", "roughly", "minimum", "between", "like", "ship",
    "quote", "and", "from", "use", "place", "your", "my", "price", "pls", "cost", "some", "rate", "start",
    "up", "add", "meant", "typed",
];
/// A number before one of these is no amount of goods.
const NOT_GOODS: &[&str] = &[
    "days",
    "day",
    "weeks",
    "week",
    "months",
    "month",
    "years",
    "year",
    "hours",
    "hour",
    "hrs",
    "minutes",
    "min",
    "mins",
    "am",
    "pm",
    "st",
    "nd",
    "rd",
    "th",
    "and",
    "or",
    "to",
    "is",
    "are",
    "was",
    "v",
    "hz",
    "w",
    "kw",
    "mm",
    "cm",
    "in",
    "inch",
    "inches",
    "a",
    "bar",
    "psi",
    "rpm",
    "l",
    "ml",
    "mah",
    "ah",
    "degrees",
    "deg",
    "c",
    "f",
    "percent",
    "people",
    "workers",
    "employees",
    "times",
    "time",
    "of",
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "o",
    "clock",
    "net",
    "bit",
    "phase",
    "axis",
    "axes",
    "layer",
    "layers",
    "ply",
    "colors",
    "colours",
    "countries",
    "branches",
    "shops",
    "stores",
    "points",
    "star",
    "g",
    "mic",
    "micron",
    "gsm",
    "persons",
    "staff",
    "cycles",
    "color",
    "colour",
    "emails",
    "calls",
    "questions",
    "customers",
    "seconds",
    "sec",
    "business",
    "working",
    "calendar",
    "steel",
    "stainless",
    "grade",
    "series",
    "error",
    "please",
    "pls",
    "by",
    "on",
    "at",
    "with",
    "for",
    "if",
    "meter",
    "working",
];
const ID_WORDS: &[&str] = &[
    "iso", "ip", "din", "en", "rs", "model", "type", "grade", "no", "number", "room", "page", "error",
    "code", "version", "v", "ral", "dn", "pn", "ss", "aisi", "order", "po", "so", "pi", "tel", "line",
    "street", "building", "q", "level", "class", "windows", "sae", "usb", "hs", "item", "part", "row",
    "gate", "door", "floor", "since", "year", "step", "phase", "serial", "series", "ref", "astm", "size",
    "by", "until", "before", "after", "pantone", "last",
];

fn bare(scene: &Scene<'_>, number: &Number) -> Option<Found> {
    let chars = scene.chars;
    let whole = number.low.as_whole().is_some_and(|value| value > 0);
    if !whole && number.other.is_none() {
        return None;
    }
    if scene.asks_quantity && (number.form != Form::English || number.low.as_whole() != Some(1)) {
        return Some(build(number, number.start, number.end, None));
    }
    if chars[number.start..number.end].iter().any(|&c| matches!(c, '俩' | '仨')) {
        return Some(build(number, number.start, number.end, None));
    }
    let after = chars.get(number.end).copied();
    if after.is_some_and(|c| {
        matches!(
            c,
            '/' | ':'
                | '%'
                | '°'
                | '×'
                | '*'
                | '年'
                | '月'
                | '日'
                | '号'
                | '天'
                | '折'
                | '点'
                | '度'
                | '^'
                | '#'
                | '_'
                | '轴'
                | '寸'
                | '层'
                | '楼'
                | '路'
                | '人'
                | '岁'
                | '次'
                | '倍'
                | '期'
                | '代'
                | '级'
                | '孔'
                | '线'
                | '芯'
                | '码'
                | '伏'
                | '瓦'
                | '安'
                | '后'
                | '周'
                | '小'
                | '分'
                | '秒'
                | '季'
                | '元'
        ) || is_letter(c)
    }) {
        return None;
    }
    if number.start > 0 && matches!(chars[number.start - 1], '/' | ':' | '#' | '-' | '°' | '×' | '*' | '第')
    {
        return None;
    }
    let digits = number.end - number.start;
    let everything = chars
        .iter()
        .enumerate()
        .all(|(i, c)| (number.start..number.end).contains(&i) || !c.is_alphanumeric());
    if everything {
        return (digits <= 7 || number.form != Form::Digits)
            .then(|| build(number, number.start, number.end, None));
    }
    if let Some(word) = word_before(chars, number.start)
        && is_one_of(chars, word, ID_WORDS)
    {
        return None;
    }
    let latin = !chars.iter().any(|&c| crate::text::is_han(c));
    if !latin {
        let cued = cue_before(chars, number.start, 2, BEFORE_CHINESE)
            || cue_before(chars, number.start, 4, &["采购", "改成", "改为", "数量", "起订"]);
        let dated = number.form == Form::Chinese && !number.multiplied && digits < 2;
        let clear = after.is_none_or(|c| {
            !crate::text::is_han(c) || "的吧呢啊吗行可能以左够就给先也都要呗嘛了发".contains(c)
        });
        return (cued && !dated && clear && number.form == Form::Digits)
            .then(|| build(number, number.start, number.end, None));
    }
    if number.form == Form::English {
        // "a dozen", "two dozen": the words name an amount; "two" alone does not.
        let dozen = longest(chars, number.end.saturating_sub(5), &["dozen"])
            .is_some_and(|(_, end)| end == number.end);
        return (dozen || number.low.as_whole().is_some_and(|v| v >= 20))
            .then(|| build(number, number.start, number.end, None));
    }
    let year = number.low.as_whole().is_some_and(|value| (1990..=2100).contains(&value)) && digits == 4;
    if year {
        return None;
    }
    let follower = word_after(chars, number.end);
    if follower.is_some_and(|word| is_one_of(chars, word, NOT_GOODS))
        && !follower.is_some_and(|word| {
            is_one_of(
                chars,
                word,
                &[
                    "please", "pls", "for", "if", "of", "and", "or", "to", "is", "by", "on", "at", "with",
                    "in",
                ],
            )
        })
    {
        return None;
    }
    let cued = word_before(chars, number.start).is_some_and(|word| is_one_of(chars, word, BEFORE_ENGLISH))
        || cue_before(chars, number.start, 10, &["make it", "make that"]);
    let noun = follower.is_some_and(|word| word.1 - word.0 >= 3 && !is_one_of(chars, word, NOT_GOODS));
    let at_start = chars[..number.start].iter().all(|c| !c.is_alphanumeric());
    (cued || (noun && (at_start || digits >= 2)) || number.multiplied)
        .then(|| build(number, number.start, number.end, None))
}

fn build(number: &Number, start: usize, end: usize, unit: Option<String>) -> Found {
    let quantity =
        |value: Thousandths| EntityValue::Quantity(Quantity { thousandths: value.0, unit: unit.clone() });
    let low = number.low.thousandths();
    let high = number.high.and_then(Decimal::thousandths);
    let other = number.other.and_then(Decimal::thousandths);
    let mut found = Found::new(EntityKind::Quantity, start, end, EntityValue::Unknown(()), rank::QUANTITY);
    match (low, high, other) {
        (Some(min), Some(max), _) => {
            found.value = EntityValue::QuantityRange { min, max, unit: unit.clone() }
        }
        (Some(first), None, Some(second)) => found.candidates = vec![quantity(second), quantity(first)],
        (Some(value), None, None) => found.value = quantity(value),
        (None, ..) => {}
    }
    found
}
