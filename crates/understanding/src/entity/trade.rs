//! Incoterms, kinds of invoice and terms of payment.

use domain::{
    quantity::Thousandths,
    understanding::{EntityKind, EntityValue},
};
use serde_json::{Map, Value};

use super::{
    Found, Scene,
    number::Number,
    rank,
    scan::{
        Lead, Letters, Words, begins, cue_after, cue_before, ends, is_letter, literal, longest, skip_spaces,
    },
};

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    for at in 0..scene.chars.len() {
        incoterm(scene, at, found);
        invoice(scene, at, found);
    }
    payments(scene, found);
}

static INCOTERMS: Words = Words::new(&[
    "exw", "fca", "fas", "fob", "cfr", "cif", "cpt", "cip", "dap", "dpu", "ddp", "c&f", "cnf", "ddu", "dat",
]);
const CURRENT: &[&str] = &[
    "EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP", "CFR", "CFR", "DAP", "DPU",
];

fn incoterm(scene: &Scene<'_>, at: usize, found: &mut Vec<Found>) {
    if !begins(scene.chars, at) {
        return;
    }
    if let Some((term, end)) = INCOTERMS.longest(scene.chars, at)
        && ends(scene.chars, end)
    {
        let value = EntityValue::Text(CURRENT[term].to_owned());
        found.push(Found::new(EntityKind::Incoterm, at, end, value, rank::TRADE));
    }
}

const INVOICES: &[(&str, &str)] = &[
    ("增值税专用发票", "special"),
    ("增值税专票", "special"),
    ("专用发票", "special"),
    ("专票", "special"),
    ("专漂", "special"),
    ("转票", "special"),
    ("增值税普通发票", "ordinary"),
    ("普通发票", "ordinary"),
    ("普票", "ordinary"),
    ("普漂", "ordinary"),
    ("不含税", "none"),
    ("未税", "none"),
    ("不开票", "none"),
    ("不用开票", "none"),
    ("不要发票", "none"),
    ("不要票", "none"),
    ("special vat invoice", "special"),
    ("vat special invoice", "special"),
    ("vat special fapiao", "special"),
    ("special fapiao", "special"),
    ("special invoice", "special"),
    ("vat invoice", "special"),
    ("tax invoice", "special"),
    ("vat fapiao", "special"),
    ("ordinary invoice", "ordinary"),
    ("ordinary fapiao", "ordinary"),
    ("normal fapiao", "ordinary"),
    ("general invoice", "ordinary"),
    ("without invoice", "none"),
    ("no invoice", "none"),
];

static INVOICES_BEGIN: Letters = Letters::that_begin_keys(INVOICES);

fn invoice(scene: &Scene<'_>, at: usize, found: &mut Vec<Found>) {
    let chars = scene.chars;
    if !INVOICES_BEGIN.may_stand(chars, at) {
        return;
    }
    let Some(lead) = Lead::at(chars, at) else { return };
    let hit = INVOICES
        .iter()
        .filter(|(word, _)| lead.may_begin(word))
        .filter_map(|(word, kind)| literal(chars, at, word).map(|end| (end, *word, *kind)))
        .filter(|(end, word, _)| !word.is_ascii() || (begins(chars, at) && ends(chars, *end)))
        .max_by_key(|(end, ..)| *end);
    if let Some((end, _, kind)) = hit {
        let value = EntityValue::Text(kind.to_owned());
        found.push(Found::new(EntityKind::InvoiceType, at, end, value, rank::TRADE));
    }
}

/// One piece of a term of payment.
struct Piece {
    start: usize,
    end: usize,
    /// Where the last firm part ends; what is loose behind it does not belong.
    firm_end: usize,
    fields: Vec<(&'static str, Value)>,
    /// Whether it is a term of payment by itself, and not only beside another piece.
    firm: bool,
}

impl Piece {
    fn new(start: usize, end: usize, fields: Vec<(&'static str, Value)>, firm: bool) -> Self {
        Self { start, end, firm_end: if firm { end } else { start }, fields, firm }
    }

    fn take(&mut self, other: Self) {
        self.firm |= other.firm;
        self.firm_end = self.firm_end.max(other.firm_end);
        merge(&mut self.fields, other.fields);
    }
}

/// Words that are a term of payment by themselves, with what they say.
const WORDS: &[(&str, &[(&str, &str)])] = &[
    ("全款", &[("balance", "before_shipment")]),
    ("现结", &[("balance", "on_delivery")]),
    ("票到付款", &[("balance", "against_documents")]),
    ("周结", &[("balance", "weekly")]),
    ("t/t in advance", &[("method", "tt"), ("balance", "before_shipment")]),
    ("tt in advance", &[("method", "tt"), ("balance", "before_shipment")]),
    ("pay cash", &[("method", "cash")]),
    ("in cash", &[("method", "cash")]),
    ("d/p at sight", &[("balance", "against_documents")]),
    ("货到付款", &[("balance", "on_delivery")]),
    ("先货后款", &[("balance", "on_delivery")]),
    ("款到发货", &[("balance", "before_shipment")]),
    ("先款后货", &[("balance", "before_shipment")]),
    ("发货前付清", &[("balance", "before_shipment")]),
    ("见提单复印件", &[("balance", "against_documents")]),
    ("见提单副本", &[("balance", "against_documents")]),
    ("见提单", &[("balance", "against_documents")]),
    ("付款交单", &[("balance", "against_documents")]),
    ("cash on delivery", &[("balance", "on_delivery")]),
    ("cod", &[("balance", "on_delivery")]),
    ("pay on delivery", &[("balance", "on_delivery")]),
    ("cash against documents", &[("balance", "against_documents")]),
    ("against documents", &[("balance", "against_documents")]),
    ("d/p", &[("balance", "against_documents")]),
    ("d/a", &[("method", "acceptance")]),
    ("before shipment", &[("balance", "before_shipment")]),
    ("pay monthly", &[("balance", "monthly")]),
    ("monthly payment", &[("balance", "monthly")]),
    ("月结", &[("balance", "monthly")]),
    ("季度结", &[("balance", "quarterly")]),
    ("季结", &[("balance", "quarterly")]),
    ("信用证", &[("method", "lc")]),
    ("l/c", &[("method", "lc")]),
    ("lc", &[("method", "lc")]),
    ("letter of credit", &[("method", "lc")]),
    ("t/t", &[("method", "tt")]),
    ("tt", &[("method", "tt")]),
    ("电汇", &[("method", "tt")]),
    ("wire transfer", &[("method", "tt")]),
    ("bank transfer", &[("method", "tt")]),
    ("telegraphic transfer", &[("method", "tt")]),
    ("银行承兑", &[("method", "acceptance")]),
    ("电子承兑", &[("method", "acceptance")]),
    ("承兑汇票", &[("method", "acceptance")]),
    ("承兑", &[("method", "acceptance")]),
    ("bank acceptance", &[("method", "acceptance")]),
    ("现金", &[("method", "cash")]),
    ("现款", &[("method", "cash")]),
    ("西联", &[("method", "western_union")]),
    ("western union", &[("method", "western_union")]),
    ("paypal", &[("method", "paypal")]),
    ("贝宝", &[("method", "paypal")]),
    ("alipay", &[("method", "alipay")]),
    ("支付宝", &[("method", "alipay")]),
    ("wechat pay", &[("method", "wechat_pay")]),
    ("微信支付", &[("method", "wechat_pay")]),
    ("credit card", &[("method", "credit_card")]),
    ("visa card", &[("method", "credit_card")]),
    ("信用卡", &[("method", "credit_card")]),
    ("moneygram", &[("method", "moneygram")]),
    ("o/a", &[("method", "open_account")]),
    ("open account", &[("method", "open_account")]),
];

static WORDS_BEGIN: Letters = Letters::that_begin_keys(WORDS);

const DEPOSIT: &[&str] = &[
    "定金",
    "订金",
    "预付款",
    "预付",
    "首付",
    "头款",
    "deposit",
    "down payment",
    "advance",
    "in advance",
    "upfront",
    "prepayment",
    "now",
    "down",
];
const CREDIT_BEFORE: &[&str] = &[
    "月结",
    "账期",
    "帐期",
    "net",
    "赊",
    "o/a",
    "oa",
    "信用证",
    "承兑",
    "lc",
    "l/c",
    "d/a",
    "da",
    "压款",
    "usance",
    "credit of",
    "货到",
    "票到",
    "验收后",
    "收货后",
    "收票后",
    "提单日后",
    "开票后",
    "远期",
];
const CREDIT_AFTER: &[&str] = &[
    "账期",
    "帐期",
    "月结",
    "远期",
    "credit",
    "net",
    "after bl",
    "after b/l",
    "from bl",
    "from b/l",
    "terms",
    "承兑",
    "信用证",
    "of credit",
    "after invoice",
    "after delivery",
    "after arrival",
    "from delivery",
    "from invoice",
    "usance",
];

fn payments(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let mut pieces = Vec::new();
    for at in 0..scene.chars.len() {
        word_piece(scene.chars, at, &mut pieces);
    }
    for (i, number) in scene.numbers.iter().enumerate() {
        number_piece(scene, number, scene.numbers.get(i + 1), &mut pieces);
    }
    pieces.sort_by_key(|piece| (piece.start, usize::MAX - piece.end));
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if piece.start < last.end => {
                if piece.end > last.end {
                    last.end = piece.end;
                }
                last.take(piece);
            }
            Some(last) if joinable(scene.chars, last.end, piece.start) => {
                last.end = piece.end;
                last.take(piece);
            }
            _ => joined.push(piece),
        }
    }
    for mut piece in joined.into_iter().filter(|piece| piece.firm) {
        piece.end = piece.firm_end;
        let object: Map<String, Value> =
            piece.fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        let value = if object.is_empty() {
            EntityValue::Unknown(())
        } else {
            EntityValue::Object(Value::Object(object))
        };
        found.push(Found::new(EntityKind::PaymentTerm, piece.start, piece.end, value, rank::PAYMENT));
    }
}

/// What was said first stays; a day count makes "monthly" plain.
fn merge(fields: &mut Vec<(&'static str, Value)>, more: Vec<(&'static str, Value)>) {
    for (field, value) in more {
        if !fields.iter().any(|(known, _)| *known == field) {
            fields.push((field, value));
        }
    }
    if fields.iter().any(|(field, _)| *field == "net_days") {
        fields.retain(|(field, value)| !(*field == "balance" && value == "monthly"));
    }
}

fn joinable(chars: &[char], from: usize, to: usize) -> bool {
    if to < from || to - from > 26 {
        return false;
    }
    let between: String = chars[from..to].iter().collect();
    let between = between.trim();
    matches!(
        between,
        "" | ","
            | "、"
            | "的"
            | "/"
            | "+"
            | "and"
            | "at"
            | "by"
            | "做"
            | "in"
            | ", and"
            | "with"
            | "and the rest"
            | "余款"
            | ",余款"
            | ",尾款"
            | "尾款"
            | "balance"
            | ", balance"
            | "and balance"
            | "by the"
            | "rest"
            | ",剩下"
            | "and the balance"
            | "-"
    )
}

fn word_piece(chars: &[char], at: usize, pieces: &mut Vec<Piece>) {
    let first = chars[at];
    if !WORDS_BEGIN.may_hold(first) || (is_letter(first) && !begins(chars, at)) {
        return;
    }
    let Some(lead) = Lead::at(chars, at) else { return };
    let hit = WORDS
        .iter()
        .filter(|(word, _)| lead.may_begin(word))
        .filter_map(|(word, fields)| literal(chars, at, word).map(|end| (end, *word, *fields)))
        .filter(|(end, word, _)| !word.is_ascii() || ends(chars, *end))
        .max_by_key(|(end, ..)| *end);
    let Some((mut end, word, fields)) = hit else { return };
    if matches!(word, "before shipment" | "against documents" | "现金" | "现款") {
        let said =
            word.starts_with('现') || cue_before(chars, at, 30, &["%", "balance", "rest", "pay", "payment"]);
        if !said {
            return;
        }
    }
    let mut fields: Vec<(&'static str, Value)> =
        fields.iter().map(|(field, value)| (*field, Value::from(*value))).collect();
    if matches!(word, "lc" | "l/c" | "letter of credit" | "信用证")
        && let Some((_, after)) = longest(chars, skip_spaces(chars, end), &["at sight", "即期", "sight"])
    {
        end = after;
        fields.push(("net_days", Value::from(0)));
    }
    pieces.push(Piece::new(at, end, fields, true));
}

fn whole_or_decimal(value: Thousandths) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn number_piece(scene: &Scene<'_>, number: &Number, next: Option<&Number>, pieces: &mut Vec<Piece>) {
    let chars = scene.chars;
    let Some(value) = number.low.thousandths().filter(|_| number.high.is_none() && !number.vague) else {
        return;
    };
    if let Some((end, value)) = super::percent::sign(chars, number) {
        // 30%定金, 定金30%, 30% deposit, deposit 30%
        let gap = skip_spaces(chars, end);
        if let Some((_, after)) = longest(chars, gap, DEPOSIT) {
            let fields = vec![("deposit_percent", whole_or_decimal(value))];
            pieces.push(Piece::new(number.start, after, fields, true));
        } else if let Some(start) = deposit_before(chars, number.start) {
            let fields = vec![("deposit_percent", whole_or_decimal(value))];
            pieces.push(Piece::new(start, end, fields, true));
        } else {
            pieces.push(Piece::new(number.start, end, Vec::new(), false));
        }
        return;
    }
    // 30/70, 30-70 beside T/T.
    if let Some(other) = next
        && other.start == number.end + 1
        && chars[number.end] == '/'
        && number.low.plus(other.low).as_whole() == Some(100)
    {
        let near = cue_before(chars, number.start, 8, &["t/t", "tt", "付款", "payment", "terms"])
            || cue_after(chars, other.end, 8, &["t/t", "tt", "payment", "terms"]);
        let fields = vec![("deposit_percent", whole_or_decimal(value))];
        pieces.push(Piece::new(number.start, other.end, fields, near));
        return;
    }
    if let Some((days, end)) = days(chars, number) {
        let before = cue_before(chars, number.start, 8, CREDIT_BEFORE);
        let after = cue_after(chars, end, 14, CREDIT_AFTER);
        if before || after {
            let end = match longest(chars, skip_spaces(chars, end), CREDIT_AFTER) {
                Some((_, after)) => after,
                None => end,
            };
            let start = credit_start(chars, number.start);
            pieces.push(Piece::new(start, end, vec![("net_days", Value::from(days))], true));
        }
    } else if chars.get(..number.start).is_some()
        && let Some((from, _)) = super::scan::word_before(chars, number.start)
        && literal(chars, from, "net").is_some_and(|end| end <= number.start)
        && let Some(days) = number.low.as_whole().filter(|days| (1..=365).contains(days))
    {
        let fields = vec![("net_days", Value::from(days))];
        pieces.push(Piece::new(from, number.end, fields, true));
    }
}

/// 月结30天 begins at 月结, "net 30 days" at net.
fn credit_start(chars: &[char], at: usize) -> usize {
    for word in ["月结", "账期", "帐期", "net ", "o/a "] {
        let length = word.chars().count();
        if let Some(start) = at.checked_sub(length)
            && literal(chars, start, word) == Some(at)
        {
            return start;
        }
    }
    at
}

fn deposit_before(chars: &[char], at: usize) -> Option<usize> {
    let words = [
        "定金降到",
        "定金付",
        "定金",
        "订金",
        "预付款",
        "预付",
        "首付款",
        "首付",
        "deposit of ",
        "deposit ",
        "advance ",
        "付",
    ];
    words.iter().take(words.len() - 1).find_map(|word| {
        let length = word.chars().count();
        let start = at.checked_sub(length)?;
        (literal(chars, start, word) == Some(at)).then_some(start)
    })
}

fn days(chars: &[char], number: &Number) -> Option<(i64, usize)> {
    let at = skip_spaces(chars, number.end);
    let (unit, end) = longest(chars, at, &["天", "日", "days", "day", "个月", "months", "month", "年"])?;
    // A month is thirty days where credit is meant, half a year six of them.
    let factor = [1, 1, 1, 1, 30, 30, 30, 360][unit];
    let days = number.low.scaled(1)?.checked_mul(factor)? / 10;
    (1..=720).contains(&days).then_some((days, end))
}
