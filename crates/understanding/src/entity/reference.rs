//! Products that are pointed at rather than named: 第一个, 前两款, 这三款, "the second one", "both of them".
//!
//! What they point at is what the buyer last saw side by side; without such a list these words name nothing.

use domain::{
    id::ProductId,
    understanding::{Entity, EntityKind, EntityValue},
};

use crate::text::Folded;

use super::{
    Found, Scene, product, rank,
    scan::{begins, ends, is_clause_end, literal, longest, skip_spaces, word_after},
};

/// Who points counts no further than this.
const MOST: usize = 9;

const COUNTERS: &[&str] = &["个", "款", "种", "项", "样", "号"];
/// What else is counted by the same words.
const NO_GOODS: &[&str] = &[
    "月",
    "季",
    "星期",
    "礼拜",
    "小时",
    "工作日",
    "问题",
    "订单",
    "阶段",
    "批",
    "合同",
    "疑问",
    "要求",
    "原因",
];
/// Behind a bare 第二 these show that it points at goods; a comma would show a list of arguments.
const POINTING: &[&str] = &["呢", "吧", "多少", "怎么", "和", "跟", "?"];
const THESE: &[&str] = &["这", "那", "以上", "上面", "上述", "刚才", "刚刚"];
const ALL_OF_IT: &[&str] = &["都要", "都来", "都报", "都发", "全要", "全都要", "全部要", "都看看"];

const PRICED_IN_CHINESE: &[(&str, Place)] = &[
    ("最便宜的那", Place::Cheapest),
    ("最便宜的一", Place::Cheapest),
    ("最便宜那", Place::Cheapest),
    ("便宜点的那", Place::Cheapest),
    ("便宜的那", Place::Cheapest),
    ("便宜的这", Place::Cheapest),
    ("便宜那", Place::Cheapest),
    ("最贵的那", Place::Dearest),
    ("贵的那", Place::Dearest),
    ("贵那", Place::Dearest),
];
const PRICED_IN_ENGLISH: &[(&str, Place)] = &[
    ("the cheapest", Place::Cheapest),
    ("the cheaper", Place::Cheapest),
    ("the most expensive", Place::Dearest),
    ("the more expensive", Place::Dearest),
];

const ORDINALS: &[(&str, Place)] = &[
    ("first", Place::FromStart(1)),
    ("second", Place::FromStart(2)),
    ("third", Place::FromStart(3)),
    ("fourth", Place::FromStart(4)),
    ("fifth", Place::FromStart(5)),
    ("1st", Place::FromStart(1)),
    ("2nd", Place::FromStart(2)),
    ("3rd", Place::FromStart(3)),
    ("4th", Place::FromStart(4)),
    ("last", Place::Last),
    ("former", Place::FromStart(1)),
    ("latter", Place::Last),
];
const NOUNS: &[&str] = &["one", "option", "item", "model", "product", "choice", "type", "version"];
const PLURALS: &[&str] = &["ones", "options", "items", "models", "products", "choices", "types", "versions"];
const NUMBERED: &[&str] = &["option ", "number ", "no. ", "no.", "#", "item ", "choice "];
const OF_THEM: &[&str] = &["of them", "of these", "of those"];

/// Where in the list a word points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    FromStart(usize),
    Last,
    /// So many from the start.
    Leading(usize),
    Trailing(usize),
    All,
    Cheapest,
    Dearest,
}

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let listed = scene.listed.products;
    if listed.is_empty() {
        return;
    }
    let chars = scene.chars;
    // "both P001 and P002" says itself what it means.
    let names = found.iter().any(|one| one.kind == EntityKind::Product);
    let mut at = 0;
    while at < chars.len() {
        let pointed = chinese(chars, at, listed.len()).or_else(|| english(chars, at, listed.len()));
        let Some((place, end)) = pointed else {
            at += 1;
            continue;
        };
        let mut meant = match place {
            Place::FromStart(number) => listed.get(number - 1..number).unwrap_or_default(),
            Place::Last => &listed[listed.len() - 1..],
            Place::Leading(number) => listed.get(..number).unwrap_or_default(),
            Place::Trailing(number) => {
                listed.len().checked_sub(number).map_or(&[][..], |from| &listed[from..])
            }
            Place::Cheapest => scene.listed.cheapest.map_or(&[][..], std::slice::from_ref),
            Place::Dearest => scene.listed.dearest.map_or(&[][..], std::slice::from_ref),
            Place::All if names => &[],
            Place::All => listed,
        }
        .iter()
        .cloned()
        .map(EntityValue::Product);
        if let Some(first) = meant.next() {
            let mut one = Found::new(EntityKind::Product, at, end, first, rank::PRODUCT);
            one.also = meant.collect();
            one.negated = product::is_excluded(chars, at);
            found.push(one);
        }
        at = end.max(at + 1);
    }
}

/// Besides pointing, such words ask for nothing.
const FILLING: &[&str] = &[
    "就", "要", "选", "我", "那", "吧", "的", "看", "说", "是", "这", "i", "we", "prefer", "take", "choose",
    "pick", "let's", "go", "with", "for", "please", "pls", "ok", "then", "like", "want", "will", "i'll",
    "it's", "is", "and",
];

/// Whether the message points at listed products and says nothing else, but perhaps how many.
pub fn only_points(folded: &Folded, listed: &[ProductId], entities: &[Entity]) -> bool {
    let points = |entity: &Entity| match &entity.value {
        EntityValue::Product(id) => !entity.negated && listed.contains(id),
        _ => false,
    };
    let fits = |entity: &Entity| points(entity) || entity.kind == EntityKind::Quantity;
    if listed.is_empty() || !entities.iter().any(points) || !entities.iter().all(fits) {
        return false;
    }
    let mut rest: Vec<char> = folded.chars.clone();
    for (at, letter) in rest.iter_mut().enumerate() {
        let (start, _) = folded.span(at, at + 1);
        if entities.iter().any(|entity| (entity.start..entity.end).contains(&start)) {
            *letter = ' ';
        }
    }
    let rest: String = rest.iter().map(|&c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' }).collect();
    rest.split_whitespace().all(|word| {
        FILLING.contains(&word)
            || (!word.is_ascii() && word.chars().all(|c| FILLING.contains(&c.to_string().as_str())))
    })
}

/// 一二两三, or a digit, up to [`MOST`]: its value and end.
fn small_number(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let value = match chars.get(at)? {
        '两' => 2,
        digit @ '1'..='9' => digit.to_digit(10)? as usize,
        han => ['一', '二', '三', '四', '五', '六', '七', '八', '九'].iter().position(|one| one == han)? + 1,
    };
    let alone =
        !chars.get(at + 1).is_some_and(|next| next.is_ascii_digit() || *next == '十' || *next == '百');
    (alone && value <= MOST).then_some((value, at + 1))
}

fn counter(chars: &[char], at: usize) -> Option<usize> {
    let (_, end) = longest(chars, at, COUNTERS)?;
    longest(chars, end, NO_GOODS).is_none().then_some(end)
}

fn chinese(chars: &[char], at: usize, listed: usize) -> Option<(Place, usize)> {
    match chars[at] {
        '第' => {
            let (number, end) = small_number(chars, at + 1)?;
            let counted = counter(chars, end);
            let bare = || {
                let points = end == chars.len() || longest(chars, end, POINTING).is_some();
                points.then_some(end)
            };
            Some((Place::FromStart(number), counted.or_else(bare)?))
        }
        '前' | '后' if listed == 2 && chars.get(at + 1) == Some(&'者') => {
            Some((if chars[at] == '前' { Place::FromStart(1) } else { Place::Last }, at + 2))
        }
        '前' | '后' => {
            let (number, end) = small_number(chars, at + 1)?;
            let end = counter(chars, end)?;
            Some((if chars[at] == '前' { Place::Leading(number) } else { Place::Trailing(number) }, end))
        }
        '最' => {
            let end = literal(chars, at, "最后")?;
            let end = longest(chars, end, &["一", "那", "的那"]).map_or(end, |(_, end)| end);
            Some((Place::Last, counter(chars, end)?))
        }
        _ => priced(chars, at, PRICED_IN_CHINESE, COUNTERS).or_else(|| all_in_chinese(chars, at, listed)),
    }
}

/// 便宜的那款, "the cheaper one": by price, and with a word that shows that one of them is meant.
fn priced(chars: &[char], at: usize, words: &[(&str, Place)], ends: &[&str]) -> Option<(Place, usize)> {
    let (place, end) = words.iter().find_map(|&(word, place)| Some((place, literal(chars, at, word)?)))?;
    longest(chars, skip_spaces(chars, end), ends).map(|(_, end)| (place, end))
}

/// 这三款, 以上几个, 两个都要; 都要 at the beginning of a clause.
fn all_in_chinese(chars: &[char], at: usize, listed: usize) -> Option<(Place, usize)> {
    if let Some((_, end)) = longest(chars, at, THESE) {
        let end = literal(chars, end, "的").unwrap_or(end);
        let after = match literal(chars, end, "几") {
            Some(after) => after,
            None => small_number(chars, end).filter(|&(number, _)| number == listed && listed > 1)?.1,
        };
        return Some((Place::All, counter(chars, after)?));
    }
    if let Some((number, end)) = small_number(chars, at)
        && number == listed
        && listed > 1
        && let Some(end) = counter(chars, end)
    {
        return literal(chars, end, "都").map(|_| (Place::All, end));
    }
    let opens = at == 0 || is_clause_end(chars[at - 1]);
    (opens && listed > 1 && longest(chars, at, ALL_OF_IT).is_some()).then_some((Place::All, at + 1))
}

fn english(chars: &[char], at: usize, listed: usize) -> Option<(Place, usize)> {
    if let Some((_, end)) = longest(chars, at, NUMBERED)
        && begins(chars, at)
    {
        let digit = chars.get(end)?.to_digit(10).filter(|digit| (1..=MOST as u32).contains(digit))?;
        return ends(chars, end + 1).then_some((Place::FromStart(digit as usize), end + 1));
    }
    if !begins(chars, at) || !chars[at].is_ascii_alphanumeric() {
        return None;
    }
    if let Some(found) = all_in_english(chars, at, listed) {
        return Some(found);
    }
    if let Some(found) = priced(chars, at, PRICED_IN_ENGLISH, NOUNS) {
        return Some(found);
    }
    let definite = literal(chars, at, "the ");
    let start = definite.unwrap_or(at);
    let (which, place, end) = ORDINALS.iter().find_map(|&(word, place)| {
        literal(chars, start, word).filter(|&end| ends(chars, end)).map(|end| (word, place, end))
    })?;
    if matches!(which, "former" | "latter") {
        return (definite.is_some() && listed == 2).then_some((place, end));
    }
    // "the first two"
    let next = skip_spaces(chars, end);
    if let Some((number, after)) = small_in_english(chars, next) {
        let after = plural(chars, after).unwrap_or(after);
        let closes = definite.is_some() && closes(chars, after);
        return match place {
            Place::FromStart(1) if closes => Some((Place::Leading(number), after)),
            Place::Last if closes => Some((Place::Trailing(number), after)),
            _ => None,
        };
    }
    if let Some((_, after)) = longest(chars, next, NOUNS) {
        return Some((place, after));
    }
    // "how much is the second?"; "the last" alone may be a price or an order.
    (definite.is_some() && place != Place::Last && closes(chars, end)).then_some((place, end))
}

fn all_in_english(chars: &[char], at: usize, listed: usize) -> Option<(Place, usize)> {
    let of_them = |end: usize| longest(chars, skip_spaces(chars, end), OF_THEM).map(|(_, end)| end);
    let (_, end) = longest(chars, at, &["both", "all", "each", "these", "those"])?;
    match chars[at] {
        'b' if listed == 2 => {
            let end = of_them(end).or_else(|| plural(chars, end)).unwrap_or(end);
            closes(chars, end).then_some((Place::All, end))
        }
        'b' => None,
        'e' => of_them(end).map(|end| (Place::All, end)),
        first => {
            if first == 'a'
                && let Some(end) = of_them(end)
            {
                return Some((Place::All, end));
            }
            let (number, end) = small_in_english(chars, skip_spaces(chars, end))?;
            (number == listed && listed > 1).then(|| (Place::All, plural(chars, end).unwrap_or(end)))
        }
    }
}

fn small_in_english(chars: &[char], at: usize) -> Option<(usize, usize)> {
    if let Some((position, end)) = longest(chars, at, &["two", "three", "four", "five"]) {
        return Some((position + 2, end));
    }
    let digit = chars.get(at)?.to_digit(10).filter(|digit| (2..=MOST as u32).contains(digit))?;
    ends(chars, at + 1).then_some((digit as usize, at + 1))
}

fn plural(chars: &[char], end: usize) -> Option<usize> {
    longest(chars, skip_spaces(chars, end), PLURALS).map(|(_, end)| end)
}

/// Nothing follows that these words could belong to.
fn closes(chars: &[char], end: usize) -> bool {
    let next = skip_spaces(chars, end);
    next >= chars.len()
        || is_clause_end(chars[next])
        || chars[next] == '.'
        || word_after(chars, end).is_some_and(|(start, after)| {
            ["and", "or", "please", "pls", "for", "with", "in", "have", "has", "is", "are", "cost", "to"]
                .iter()
                .any(|word| literal(chars, start, word) == Some(after))
        })
}

#[cfg(test)]
mod tests {
    use domain::{id::ProductId, understanding::EntityValue};

    use super::{
        super::{Light, extract, tests},
        only_points,
    };
    use crate::{Listed, text::Folded};

    /// `words=ids`, with `!` where they are excluded; products are A, B, C as far as `listed` goes.
    fn check(listed: usize, text: &str, expected: &[&str]) {
        let products: Vec<ProductId> = ["A", "B", "C"][..listed].iter().map(|id| (*id).into()).collect();
        let lexicon = tests::lexicon();
        let (cheapest, dearest) = (products.get(1), products.first());
        let listed = Listed { products: &products, cheapest, dearest };
        let light = Light { today: tests::TODAY, asks_quantity: false, asked: None, listed, price: None };
        let mut shown: Vec<String> = Vec::new();
        for entity in extract(&Folded::new(text), &lexicon, light).entities {
            let EntityValue::Product(id) = &entity.value else { continue };
            let words = format!("{}{}=", if entity.negated { "!" } else { "" }, entity.text);
            match shown.last_mut().filter(|last| last.starts_with(&words)) {
                Some(last) => last.push_str(id.as_str()),
                None => shown.push(format!("{words}{id}")),
            }
        }
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn an_ordinal_points_into_the_list() {
        check(3, "第一个多少钱", &["第一个=A"]);
        check(3, "第2款有现货吗", &["第2款=B"]);
        check(3, "第三个呢", &["第三个=C"]);
        check(3, "第二呢", &["第二=B"]);
        check(3, "最后一款要5台", &["最后一款=C"]);
        check(2, "后者交期多久", &["后者=B"]);
        check(3, "第一个和第三个的价格", &["第一个=A", "第三个=C"]);
        check(3, "how much is the first one?", &["the first one=A"]);
        check(3, "price for the second, please", &["the second=B"]);
        check(3, "2nd one has CE?", &["2nd one=B"]);
        check(3, "option 3 looks good, 20 pcs", &["option 3=C"]);
        check(3, "the last model, what's its reach", &["the last model=C"]);
        check(2, "I prefer the latter", &["the latter=B"]);
        check(3, "便宜的那个多少钱", &["便宜的那个=B"]);
        check(3, "贵的那款有什么好", &["贵的那款=A"]);
        check(3, "and the cheapest one in stock?", &["the cheapest one=B"]);
    }

    #[test]
    fn several_may_be_meant_at_once() {
        check(3, "前两款报个价", &["前两款=AB"]);
        check(3, "后两个呢", &["后两个=BC"]);
        check(3, "这三款有什么区别", &["这三款=ABC"]);
        check(3, "以上几款都报一下", &["以上几款=ABC"]);
        check(2, "两个都要", &["两个=AB"]);
        check(2, "都要,各10台", &["都=AB"]);
        check(2, "quote both of them", &["both of them=AB"]);
        check(3, "price of all three please", &["all three=ABC"]);
        check(3, "the first two for 30 pcs", &["the first two=AB"]);
        check(3, "all of them", &["all of them=ABC"]);
    }

    #[test]
    fn a_message_may_do_nothing_but_point() {
        let listed: Vec<ProductId> = ["A", "B", "P001"].map(ProductId::from).to_vec();
        let lexicon = tests::lexicon();
        let pointed = Listed { products: &listed, ..Listed::default() };
        let light =
            Light { today: tests::TODAY, asks_quantity: false, asked: None, listed: pointed, price: None };
        let check = |text: &str, expected: bool| {
            let folded = Folded::new(text);
            let entities = extract(&folded, &lexicon, light).entities;
            assert_eq!(only_points(&folded, &listed, &entities), expected, "{text}");
        };
        let pointing = [
            "第一个",
            "就第二款吧",
            "第二款要5台",
            "the last one",
            "the first one, 20 pcs",
            "I'll take the second one, please",
            "P001",
        ];
        for text in pointing {
            check(text, true);
        }
        for text in ["第一个多少钱", "5台", "不要第一个", "the last one in stock?", "P002", "你好", ""]
        {
            check(text, false);
        }
    }

    #[test]
    fn what_is_excluded_is_marked() {
        check(3, "不要第一个,第二个吧", &["!第一个=A", "第二个=B"]);
        check(3, "not the first one, the third one", &["!the first one=A", "the third one=C"]);
    }

    #[test]
    fn other_things_are_counted_too() {
        for text in [
            "第一次采购",
            "第一个问题,交期多久",
            "第一个月能交吗",
            "第一,价格;第二,交期",
            "第二天发货吗",
            "前两个月买过",
            "第一批500台",
            "第三方检测",
            "两个多少钱",
            "the first order was fine",
            "first of all, who are you",
            "the second shipment is late",
            "the last price was lower",
            "both sides printed?",
            "both are fine with us, P001 and P002 ok",
            "no 2 year warranty?",
            "能便宜那就定了",
            "what is the cheapest price",
        ] {
            let named = if text.contains("P001") { &["P001=P001", "P002=P002"][..] } else { &[] };
            check(2, text, named);
        }
    }

    #[test]
    fn without_a_list_and_beyond_it_they_name_nothing() {
        check(0, "第一个多少钱", &[]);
        check(2, "第三个多少钱", &[]);
        check(2, "这三款有什么区别", &[]);
        check(3, "all two", &[]);
    }
}
