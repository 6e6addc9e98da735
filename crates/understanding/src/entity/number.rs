//! Numbers as buyers write them: digits, 万 and k, Chinese numerals, English words, ranges. All exact.

mod chinese;
pub mod english;

use domain::quantity::Thousandths;

pub use self::chinese::{neighbours, numeral, power_of};
use self::{chinese::chinese, english::english};
use super::scan::{begins, cue_before, is_code, is_letter, literal, longest, skip_spaces};

/// An exact decimal: `mantissa` over ten to the power of `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub mantissa: i128,
    pub scale: u32,
}

/// Numbers with more digits are no amounts of anything.
pub const MAX_DIGITS: usize = 15;

impl Decimal {
    pub const fn whole(value: i128) -> Self {
        Self { mantissa: value, scale: 0 }
    }

    /// The value scaled by ten to the power of `digits`, if it is exact there and fits.
    pub fn scaled(self, digits: u32) -> Option<i64> {
        let value = if digits >= self.scale {
            self.mantissa.checked_mul(10_i128.checked_pow(digits - self.scale)?)?
        } else {
            let divisor = 10_i128.checked_pow(self.scale - digits)?;
            (self.mantissa % divisor == 0).then_some(self.mantissa / divisor)?
        };
        i64::try_from(value).ok()
    }

    pub fn thousandths(self) -> Option<Thousandths> {
        self.scaled(3).map(Thousandths)
    }

    /// Times ten to the power of `power`.
    #[must_use]
    pub const fn times_power(self, power: u32) -> Self {
        if self.scale >= power {
            Self { mantissa: self.mantissa, scale: self.scale - power }
        } else {
            Self { mantissa: self.mantissa.saturating_mul(10_i128.pow(power - self.scale)), scale: 0 }
        }
    }

    /// Whole numbers as they are.
    pub fn as_whole(self) -> Option<i64> {
        self.scaled(0)
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        let raise = |d: Self| d.mantissa.saturating_mul(10_i128.pow(scale - d.scale));
        Self { mantissa: raise(self).saturating_add(raise(other)), scale }
    }

    /// The shortest decimal text.
    pub fn text(self) -> String {
        let (mut mantissa, mut scale) = (self.mantissa, self.scale);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if scale == 0 {
            return mantissa.to_string();
        }
        let power = 10_i128.pow(scale);
        format!("{}.{:0width$}", mantissa / power, mantissa % power, width = scale as usize)
    }
}

/// A number or range in a message; `start..end` are folded characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    pub start: usize,
    pub end: usize,
    pub low: Decimal,
    /// The upper end of a range.
    pub high: Option<Decimal>,
    /// The other reading of `1.200`.
    pub other: Option<Decimal>,
    pub form: Form,
    /// 万, k and the like belong to it.
    pub multiplied: bool,
    /// 十几, 几十: no number can be told.
    pub vague: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Digits,
    Chinese,
    English,
}

/// All numbers of a message, in order.
pub fn numbers(chars: &[char]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match number_at(chars, at) {
            Some(number) => {
                at = number.end.max(at + 1);
                found.push(number);
            }
            // A run of letters and digits that is no number is passed as a whole.
            None if is_code(chars[at]) => at = code_end(chars, at),
            None => at += 1,
        }
    }
    found
}

fn code_end(chars: &[char], mut at: usize) -> usize {
    let digits = chars[at].is_ascii_digit();
    while chars.get(at).is_some_and(|&c| is_code(c) && c.is_ascii_digit() == digits) {
        at += 1;
    }
    at
}

fn number_at(chars: &[char], at: usize) -> Option<Number> {
    let first = chars[at];
    let (low, mut end, form, mut vague) = if first.is_ascii_digit() {
        if !may_begin(chars, at) {
            return None;
        }
        let (value, end) = digits(chars, at)?;
        (value, end, Form::Digits, false)
    } else if is_letter(first) {
        if !begins(chars, at) {
            return None;
        }
        let (value, end) = english(chars, at)?;
        (value, end, Form::English, false)
    } else {
        let (value, end, vague) = chinese(chars, at)?;
        (value, end, Form::Chinese, vague)
    };
    let other = (form == Form::Digits).then(|| other_reading(chars, at, end)).flatten();
    let (mut low, mut multiplied) = (low, false);
    let mut power = None;
    if form == Form::Digits
        && let Some((raised, after, by)) = multiplier(chars, low, end)
    {
        (low, end, multiplied, power) = (raised, after, true, Some(by));
    }
    let mut high = None;
    if !vague
        && form != Form::English
        && let Some(second) = range_end(chars, end)
        && let Some((value, after, shared)) = upper(chars, second)
    {
        // 2-3万 is 2万 to 3万; in "50到100台" each stands for itself.
        let lowered =
            if shared > 0 && power.is_none() && low.scaled(9) < value.scaled(9) && form == Form::Digits {
                low.times_power(shared)
            } else {
                low
            };
        if lowered.scaled(6) < value.scaled(6) {
            (low, high, end) = (lowered, Some(value), after);
            multiplied |= shared > 0;
        }
    }
    if form == Form::Chinese
        && high.is_none()
        && !vague
        && let Some((least, most)) = neighbours(chars, at, end)
    {
        (low, high) = (least, Some(most));
    }
    if form != Form::English && high.is_none() && chars.get(end).is_some_and(|c| matches!(c, '几' | '来')) {
        end += 1;
        vague = true;
    }
    Some(Number { start: at, end, low, high, other, form, multiplied, vague })
}

/// No digits in the midst of a code, an id, a decimal or a time.
fn may_begin(chars: &[char], at: usize) -> bool {
    let Some(&previous) = at.checked_sub(1).and_then(|i| chars.get(i)) else { return true };
    let before = at.checked_sub(2).and_then(|i| chars.get(i));
    if previous.is_ascii_digit() || previous == '_' {
        return false;
    }
    if is_letter(previous) {
        // rmb5000, usd12, x20
        return ["rmb", "usd", "cny", "eur", "gbp", "hkd", "inr", "aed", "jpy", "rs"].iter().any(|code| {
            at.checked_sub(code.len())
                .is_some_and(|start| literal(chars, start, code) == Some(at) && begins(chars, start))
        });
    }
    if matches!(previous, '.' | ':' | '#') && before.is_some_and(|&c| is_code(c)) {
        return previous == '#';
    }
    if matches!(previous, '-' | '/') && before.is_some_and(|&c| is_letter(c)) {
        return false;
    }
    !(matches!(previous, '-') && before.is_some_and(char::is_ascii_digit))
}

/// `1200`, `1,200`, `12.5`, `.5` is not read.
fn digits(chars: &[char], at: usize) -> Option<(Decimal, usize)> {
    if let Some(indian) = indian(chars, at) {
        return Some(indian);
    }
    let mut mantissa: i128 = 0;
    let mut count = 0;
    let mut end = at;
    let mut push = |c: char| {
        mantissa = mantissa.saturating_mul(10).saturating_add(i128::from(c.to_digit(10).unwrap_or(0)));
        count += 1;
    };
    while let Some(&c) = chars.get(end) {
        if c.is_ascii_digit() {
            push(c);
            end += 1;
        } else if c == ','
            && end - at <= 15
            && group_follows(chars, end)
            && end > at
            && (end - at <= 3 || chars.get(end - 4) == Some(&','))
        {
            end += 1;
        } else {
            break;
        }
    }
    let mut scale = 0;
    if chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        let fraction = (end + 1..chars.len()).take_while(|&i| chars[i].is_ascii_digit()).count();
        // 1.2.3 is no number.
        let version = chars.get(end + 1 + fraction) == Some(&'.')
            && chars.get(end + 2 + fraction).is_some_and(char::is_ascii_digit);
        if !version && fraction <= 9 {
            for &c in &chars[end + 1..=end + fraction] {
                push(c);
            }
            scale = fraction as u32;
            end += 1 + fraction;
        }
    }
    (count <= MAX_DIGITS).then_some((Decimal { mantissa, scale }, end))
}

/// 4,50,000: in India groups of two stand before the last three.
fn indian(chars: &[char], at: usize) -> Option<(Decimal, usize)> {
    let run = |from: usize| chars[from..].iter().take(4).take_while(|c| c.is_ascii_digit()).count();
    let mut end = at + run(at);
    let mut pairs = 0;
    while chars.get(end) == Some(&',') && pairs < 5 {
        match run(end + 1) {
            2 => pairs += 1,
            3 if pairs > 0 && end - at <= 14 => {
                let digits = chars[at..end + 4].iter().filter_map(|c| c.to_digit(10));
                let mantissa = digits.fold(0_i128, |sum, digit| sum * 10 + i128::from(digit));
                return Some((Decimal::whole(mantissa), end + 4));
            }
            _ => return None,
        }
        end += 3;
    }
    None
}

/// Exactly three digits after the comma.
fn group_follows(chars: &[char], comma: usize) -> bool {
    (1..=3).all(|i| chars.get(comma + i).is_some_and(char::is_ascii_digit))
        && chars.get(comma + 4).is_none_or(|c| !c.is_ascii_digit())
}

/// `1.200` is 1.2 or, as much of the world writes, 1200.
fn other_reading(chars: &[char], start: usize, end: usize) -> Option<Decimal> {
    let text = &chars[start..end];
    let point = text.iter().position(|&c| c == '.')?;
    if text.len() - point != 4 || point > 3 || text[0] == '0' || text.contains(&',') {
        return None;
    }
    let mantissa = text.iter().filter_map(|c| c.to_digit(10)).fold(0_i128, |sum, d| sum * 10 + i128::from(d));
    Some(Decimal::whole(mantissa))
}

/// 万, 千, 百, 亿, w, k, million after digits: the product, its end and the power.
fn multiplier(chars: &[char], value: Decimal, end: usize) -> Option<(Decimal, usize, u32)> {
    let next = skip_spaces(chars, end);
    let (power, after) = match *chars.get(next)? {
        '万' | '萬' => (4, next + 1),
        '亿' => (8, next + 1),
        '千' if !matches!(chars.get(next + 1), Some('克' | '瓦' | '米' | '伏' | '牛')) => (3, next + 1),
        '百' if !matches!(chars.get(next + 1), Some('度' | '分')) => (2, next + 1),
        // 4000K is a colour temperature.
        'k' if next == end
            && value.scaled(3).is_some_and(|v| v < 1_000_000)
            && chars.get(end + 1).is_none_or(|&c| !is_code(c)) =>
        {
            (3, end + 1)
        }
        'w' if next == end && is_ten_thousand(chars, value, end) => (4, end + 1),
        _ => {
            let words = ["thousand", "million", "mio", "lakh", "lakhs", "hundred"];
            let (word, after) = longest(chars, next, &words)?;
            ([3, 6, 6, 5, 5, 2][word], after)
        }
    };
    let mut raised = value.times_power(power);
    let mut after = after;
    if matches!(chars[after - 1], '千' | '百') && chars.get(after) == Some(&'万') {
        raised = raised.times_power(4);
        return Some((raised, after + 1, power + 4));
    }
    // 2万5 is 25,000, 3万2千 is 32,000.
    if power <= 4
        && !is_letter(chars[after - 1])
        && value.scale == 0
        && let Some(digit) =
            chars.get(after).and_then(|c| c.to_digit(10).or_else(|| numeral(*c).filter(|&d| d > 0)))
        && chars.get(after + 1).is_none_or(|c| !c.is_ascii_digit() && *c != '.' && numeral(*c).is_none())
    {
        raised = raised.plus(Decimal::whole(i128::from(digit)).times_power(power - 1));
        after += 1;
        if chars.get(after) == Some(&['百', '千'][usize::from(power == 4)]) && power > 2 {
            after += 1;
        }
    }
    Some((raised, after, power))
}

/// Words that an amount follows.
const AMOUNT_CUES: &[&str] = &[
    "预算",
    "要",
    "订",
    "买",
    "采购",
    "量",
    "大概",
    "大约",
    "差不多",
    "首批",
    "月",
    "年",
    "能",
    "共",
    "总",
    "约",
    "报",
    "价",
];

/// 5w is 50,000 in Chinese chat, but 400w is watts: it counts as 万 before a unit or currency, or where it is small behind
/// a word that an amount follows.
fn is_ten_thousand(chars: &[char], value: Decimal, end: usize) -> bool {
    let small = value.scaled(3).is_some_and(|v| v <= 100_000);
    match chars.get(end + 1) {
        Some(c) if is_code(*c) => false,
        Some(c) if "元块个只件台套箱张片米吨条支把颗粒双瓶包袋卷人刀美欧以左预".contains(*c) => {
            true
        }
        _ => small && cue_before(chars, end, 8, AMOUNT_CUES),
    }
}

/// Where the second number of a range begins.
fn range_end(chars: &[char], end: usize) -> Option<usize> {
    let at = skip_spaces(chars, end);
    let after = match *chars.get(at)? {
        '-' | '~' | '–' | '—' | '到' | '至' | '～' => at + 1,
        't' => longest(chars, at, &["to"])?.1,
        _ => return None,
    };
    let next = skip_spaces(chars, after);
    // 2024-11-30 and 138-0013-8000 are none.
    (chars.get(next).is_some_and(|c| c.is_ascii_digit() || numeral(*c).is_some())).then_some(next)
}

fn upper(chars: &[char], at: usize) -> Option<(Decimal, usize, u32)> {
    if chars[at].is_ascii_digit() {
        let (value, end) = digits(chars, at)?;
        if matches!(chars.get(end), Some('-' | '/')) && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
            return None;
        }
        return Some(multiplier(chars, value, end).unwrap_or((value, end, 0)));
    }
    let (value, end, vague) = chinese(chars, at)?;
    (!vague).then_some((value, end, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let chars: Vec<char> = crate::text::fold(text).chars().collect();
        let shown: Vec<String> = numbers(&chars)
            .iter()
            .map(|n| match (n.vague, n.high) {
                (true, _) => "?".to_owned(),
                (false, Some(high)) => format!("{}..{}", n.low.text(), high.text()),
                (false, None) => n.low.text(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }

    #[test]
    fn digits_with_groups_points_and_multipliers() {
        check("20台", "20");
        check("1,200 pcs", "1200");
        check("1,200,000", "1200000");
        check("12.50", "12.5");
        check("3k", "3000");
        check("1.2k usd", "1200");
        check("5万", "50000");
        check("2万5", "25000");
        check("3万2千", "32000");
        check("1.5万只", "15000");
        check("5w只", "50000");
        check("预算5w", "50000");
        check("100w的灯", "100");
        check("4000k", "4000");
        check("4,50,000", "450000");
        check("400w伺服", "400");
        check("2 million pcs", "2000000");
        check("3千米", "3");
        check("20kg", "20");
        check("2,3,4", "2 3 4");
    }

    #[test]
    fn chinese_numerals() {
        check("一百二十台", "120");
        check("两万只", "20000");
        check("九千二", "9200");
        check("一百零二", "102");
        check("十二", "12");
        check("二十", "20");
        check("一万五", "15000");
        check("三百五十万", "3500000");
        check("半年", "0.5");
        check("俩", "2");
        check("十几台", "?");
        check("几十个", "?");
        check("十来年", "?");
        check("二〇二六", "2026");
    }

    #[test]
    fn english_words() {
        check("two dozen", "24");
        check("a dozen boxes", "12");
        check("five hundred", "500");
        check("two thousand five hundred", "2500");
        check("twenty-five", "25");
        check("half a dozen", "6");
        check("one hundred and twenty", "120");
        check("someone often", "");
    }

    #[test]
    fn ranges() {
        check("2-3万只", "20000..30000");
        check("50到100台", "50..100");
        check("100 - 200 pcs", "100..200");
        check("两三台", "2..3");
        check("三五个", "3..5");
        check("二三十台", "20..30");
        check("十到二十", "10..20");
        check("10 to 20", "10..20");
    }

    #[test]
    fn codes_and_ids_are_no_numbers() {
        check("p001", "");
        check("po-7781", "");
        check("m12x30", "");
        check("v1.2.3", "");
        check("rmb5000", "5000");
    }

    #[test]
    fn a_point_before_three_digits_has_two_readings() {
        let chars: Vec<char> = "1.200 pcs".chars().collect();
        let number = &numbers(&chars)[0];
        assert_eq!(
            (number.low.text().as_str(), number.other.map(Decimal::text)),
            ("1.2", Some("1200".into()))
        );
    }
}
