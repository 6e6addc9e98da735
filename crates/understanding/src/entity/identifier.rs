//! Order numbers, tax ids, HS codes, and model codes that the shop does not know.

use domain::understanding::{EntityKind, EntityValue};

use super::{
    Found, Scene, rank,
    scan::{
        begins, cue_after, cue_before, is_code, is_letter, is_one_of, literal, skip_spaces, word_after,
        word_before,
    },
};

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    let mut at = 0;
    while at < chars.len() {
        if !is_code(chars[at]) {
            at += 1;
            continue;
        }
        let end = token_end(chars, at);
        token(scene, at, end, found);
        at = end;
    }
}

/// Letters, digits and single `-`, `/`, `.`, `_` between them.
fn token_end(chars: &[char], start: usize) -> usize {
    let mut end = start;
    while let Some(&c) = chars.get(end) {
        let joins =
            matches!(c, '-' | '/' | '.' | '_') && chars.get(end + 1).is_some_and(|&next| is_code(next));
        if !is_code(c) && !joins {
            break;
        }
        end += 1;
    }
    end
}

const ORDER_CUES: &[&str] = &[
    "订单",
    "单号",
    "合同",
    "采购单",
    "运单",
    "order",
    "orders",
    "inv",
    "po",
    "p.o.",
    "so",
    "pi",
    "tracking",
    "invoice",
    "contract",
    "awb",
    "order no",
    "order number",
    "ref",
    "这单",
    "那单",
    "编号",
    "provisional",
];
const ORDER_PREFIXES: &[&str] = &[
    "po", "so", "pi", "dd", "ht", "cg", "xs", "zc", "inv", "ord", "wo", "rma", "rfq", "bl", "sf", "yt",
    "zto", "sto", "jd",
];
const HS_CUES: &[&str] = &[
    "报关",
    "归类",
    "hs",
    "hs code",
    "hscode",
    "海关编码",
    "税则",
    "税则号",
    "hs编码",
    "商品编码",
    "tariff",
];
const TAX_CUES: &[&str] = &[
    "税号",
    "信用代码",
    "纳税人识别号",
    "tax id",
    "tax no",
    "vat",
    "vat no",
    "vat id",
    "tin",
    "gstin",
    "gst",
    "ein",
    "eori",
];

fn token(scene: &Scene<'_>, start: usize, end: usize, found: &mut Vec<Found>) {
    let chars = scene.chars;
    let text = &chars[start..end];
    let digits = text.iter().filter(|c| c.is_ascii_digit()).count();
    if digits == 0 || text.len() > 40 {
        return;
    }
    let letters = text.iter().filter(|c| is_letter(**c)).count();
    let mut push = |kind, rank| {
        let (from, to) = scene.folded.span(start, end);
        let value = EntityValue::Text(scene.folded.original(from, to));
        found.push(Found::new(kind, start, end, value, rank));
    };
    if is_credit_code(text) || (digits >= 7 && text.len() >= 8 && cue_before(chars, start, 12, TAX_CUES)) {
        push(EntityKind::TaxId, rank::IDENTIFIER);
    } else if (6..=10).contains(&digits)
        && letters == 0
        && text.iter().all(|c| c.is_ascii_digit() || *c == '.')
        && cue_before(chars, start, 10, HS_CUES)
    {
        push(EntityKind::HsCode, rank::IDENTIFIER);
    } else if is_order_number(chars, start, end, letters, digits) {
        push(EntityKind::OrderNumber, rank::IDENTIFIER);
    } else if letters > 0 && is_model(chars, start, end, letters, digits) {
        found.push(Found::new(EntityKind::Product, start, end, EntityValue::Unknown(()), rank::MODEL));
    }
}

/// The 18 characters of a Chinese firm's credit code.
fn is_credit_code(text: &[char]) -> bool {
    text.len() == 18
        && text[0] == '9'
        && text[2..8].iter().all(char::is_ascii_digit)
        && text.iter().all(|&c| is_code(c) && !matches!(c, 'i' | 'o' | 's' | 'v' | 'z'))
        && text.iter().any(|&c| is_letter(c))
}

fn is_order_number(chars: &[char], start: usize, end: usize, letters: usize, digits: usize) -> bool {
    let text = &chars[start..end];
    if text.contains(&'.') && letters == 0 {
        return false;
    }
    let prefixed = letters > 0 && letters <= 4 && digits >= 4 && {
        let head: String = text.iter().take_while(|c| is_letter(**c)).collect();
        ORDER_PREFIXES.contains(&head.as_str())
    };
    // A container: four letters, seven digits.
    let container =
        letters == 4 && digits == 7 && text.len() == 11 && text[..4].iter().all(|c| is_letter(*c));
    if prefixed || container {
        return true;
    }
    // K1180号订单, DZ3300128发货了吗: what follows says that it is an order.
    let named = super::scan::longest(
        chars,
        skip_spaces(chars, end),
        &["号订单", "号单", "订单", "号合同", "这单", "那单", "号运单"],
    );
    let tracked = letters > 0
        && letters <= 4
        && digits >= 6
        && text[0].is_ascii_alphabetic()
        && cue_after(
            chars,
            end,
            10,
            &["出库", "发货", "发了", "到哪", "物流", "进度", "签收", "查一下", "查下", "shipped", "status"],
        );
    if digits >= 3 && (tracked || named.is_some() && (letters > 0 || digits >= 6)) {
        return true;
    }
    // "PO 7781", "订单 4711-A": close behind the cue, nothing but filler between.
    let mut before = start;
    while before > 0 && matches!(chars[before - 1], ' ' | ':' | '#' | '.' | '号' | '是' | '为') {
        before -= 1;
    }
    let filler = ["no", "number", "nr", "num", "is", "code", "id"];
    if let Some(word) = word_before(chars, before)
        && is_one_of(chars, word, &filler)
    {
        before = word.0;
        while before > 0 && matches!(chars[before - 1], ' ' | ':' | '#' | '.') {
            before -= 1;
        }
    }
    let cue = ORDER_CUES.iter().find(|cue| {
        let length = cue.chars().count();
        before.checked_sub(length).is_some_and(|from| {
            literal(chars, from, cue) == Some(before) && (!cue.starts_with(is_letter) || begins(chars, from))
        })
    });
    // "order 500 pcs" is no order number, "PO 500" is.
    let goods = cue.is_some_and(|cue| matches!(*cue, "order" | "orders" | "订单" | "这单" | "那单"))
        && digits == text.len()
        && {
            let marked = chars[before..start].iter().any(|&c| matches!(c, '#' | '号' | ':') || is_letter(c));
            let next = skip_spaces(chars, end);
            let noun = chars.get(next).is_some_and(|&c| super::unit::is_measure(c))
                || word_after(chars, end).is_some_and(|word| !is_one_of(chars, word, FUNCTION_WORDS));
            !marked && (digits < 4 || noun)
        };
    let dated = text.iter().filter(|c| matches!(c, '/' | '.')).count() == 2;
    cue.is_some() && !goods && !dated && (digits >= 2 || letters > 0)
}

/// Words that go on with the sentence, where goods would be named.
const FUNCTION_WORDS: &[&str] = &[
    "to", "and", "is", "for", "signed", "please", "pls", "when", "has", "was", "in", "by", "on", "from",
    "not", "yet", "where", "status", "ready", "shipped", "still", "or", "vs", "which", "that", "with", "at",
    "of",
];

/// Words and standards that carry digits but are no model.
const NOT_MODELS: &[&str] = &[
    "iso", "ip", "din", "en", "gb", "ul", "ansi", "astm", "rs", "usb", "iec", "ral", "dn", "pn", "ss", "q",
    "h", "b", "a", "covid", "mp", "g", "cat", "http", "v", "nema", "jis", "bs", "api", "sa", "ohsas",
    "haccp", "iatf", "fda", "sha", "as", "no", "x", "s", "m", "win", "windows", "python", "f", "u", "t",
    "type", "class", "grade", "pm", "am", "lc", "tt",
];
const MODEL_CUES: &[&str] =
    &["型号", "model", "那款", "这款", "款", "part no", "part number", "item", "sku", "货号", "art", "编号"];

/// Letters with digits behind them such as P999, VT-800, FC-90.
fn is_model(chars: &[char], start: usize, end: usize, letters: usize, digits: usize) -> bool {
    let text = &chars[start..end];
    if !is_letter(text[0])
        || digits > 6
        || letters > 6
        || text.contains(&'.')
        || text.len() > 14
        || text.contains(&'/')
    {
        return false;
    }
    let head: String = text.iter().take_while(|c| is_letter(**c)).collect();
    let rest = &text[head.len()..];
    let rest = rest.strip_prefix(&['-']).unwrap_or(rest);
    if rest.is_empty() || !rest[0].is_ascii_digit() {
        // RT-AX50: letters, hyphen, letters and digits.
        return text.contains(&'-') && digits >= 2 && letters <= 5;
    }
    // E21 behind 报 or before "error" is a code of the machine.
    let fault = ["报", "错误", "报警", "error", "alarm", "code", "fault", "代码", "shows", "says", "显示"];
    if cue_before(chars, start, 8, &fault) || cue_after(chars, end, 6, &fault) {
        return false;
    }
    let cued = cue_before(chars, start, 8, MODEL_CUES);
    if NOT_MODELS.contains(&head.as_str()) {
        return cued;
    }
    head.len() <= 4 && (digits >= 2 || cued || text.contains(&'-') || head.len() == 1)
}
