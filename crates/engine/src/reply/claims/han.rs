//! Chinese numerals, alone or mixed with digits: 四万八, 4.8万, 两年半, 百分之十五, 八五折.

use super::{Claim, ONE, Read, idioms, text::Text, units};

pub(crate) const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{3007}')
}

fn numeral(character: char) -> Option<i128> {
    Some(match character {
        '零' | '〇' => 0,
        '一' | '壹' | '弌' => 1,
        '二' | '两' | '贰' | '貳' | '兩' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn multiplier(character: char) -> Option<i128> {
    Some(match character {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        '廿' => 20,
        '卅' => 30,
        _ => return None,
    })
}

pub(super) fn is_numeral(character: char) -> bool {
    numeral(character).is_some() || multiplier(character).is_some() || character == '半'
}

/// Reads a row of Chinese numerals.
pub(super) fn read(text: &Text, at: usize) -> Option<Read> {
    let first = text.at(at)?;
    // 分之 is read with what stands before it.
    if !is_numeral(first) {
        return None;
    }
    let end = at + text.from(at).iter().take_while(|&&character| is_numeral(character)).count();
    if text.starts(at, "百分之") || text.starts(at, "千分之") {
        return Some(percent(text, at));
    }
    if let Some(idiom_end) = idioms::covers(text, at, end) {
        return Some(Read::nothing(idiom_end));
    }
    if at > 0 && text.at(at - 1) == Some('第') {
        return Some(Read::nothing(end));
    }
    if first == '半' {
        return half(text, at);
    }
    let Some((value, value_end)) = value(text, at, None) else {
        return Some(Read::claim(end, Claim::Unreadable(text.slice(at, end).to_owned())));
    };
    if first == '一' && value_end == at + 1 {
        return Some(single(text, at));
    }
    Some(claim(text, at, value_end, value))
}

/// The value in millionths of a numeral from `at` on, after a number in digits if there was one, and its end.
///
/// `None` where nothing is read or the value is beyond all bounds.
pub(super) fn value(text: &Text, at: usize, digits: Option<i128>) -> Option<(i128, usize)> {
    let mut end = at;
    let (mut total, mut section): (i128, i128) = (0, 0);
    let mut number = digits;
    let mut last = ONE;
    let mut row = 0;
    let mut zero = false;
    while let Some(character) = text.at(end) {
        if end > at && last >= 1_000 * ONE && is_each(text, end) {
            // 四万八一台, 4.8万一台: so much for one.
            break;
        }
        if let Some(digit) = numeral(character) {
            // A row of plain digits is read by place: 四八零零零, 二〇二六.
            let place = row > 0;
            row += 1;
            zero |= digit == 0;
            number = Some(match number {
                Some(number) if place => number.checked_mul(10)?.checked_add(digit * ONE)?,
                _ => digit * ONE,
            });
        } else if let Some(power) = multiplier(character) {
            if is_unit_prefix(text, end) {
                break;
            }
            row = 0;
            zero = false;
            last = power * ONE;
            if power >= 10_000 {
                section = section.checked_add(number.take().unwrap_or(0))?;
                if section == 0 {
                    section = total.max(ONE);
                    total = 0;
                }
                total = total.checked_add(section.checked_mul(power)?)?;
                section = 0;
            } else {
                section = section.checked_add(number.take().unwrap_or(ONE).checked_mul(power)?)?;
            }
        } else if character == '半' && number.is_none() && end > at {
            // 一百半 is no number, but 两个半 is read by its unit.
            break;
        } else if character == '点' && row > 0 && text.at(end + 1).and_then(numeral).is_some() {
            let (fraction, fraction_end) = fraction(text, end + 1);
            return Some((
                total.checked_add(section)?.checked_add(number?)?.checked_add(fraction)?,
                fraction_end,
            ));
        } else if character.is_ascii_digit() && row == 0 && end > at && number.is_none() {
            // 4万8 and 4万8千.
            let digits_end = text.digits_end(end);
            let digits: i128 = text.slice(end, digits_end).parse().ok().filter(|&digits| digits < 10_000)?;
            number = Some(digits.checked_mul(ONE)?);
            row = digits_end - end;
            end = digits_end;
            continue;
        } else {
            break;
        }
        end += 1;
    }
    if end == at {
        return None;
    }
    if let Some(number) = number {
        // 四万八 is 48,000, 一百二 is 120: one digit right after a power stands for the power below it.
        let short = row == 1 && !zero && last >= 100 * ONE && number < 10 * ONE;
        let number = if short { number.checked_mul(last / ONE / 10)? } else { number };
        section = section.checked_add(number)?;
    }
    Some((total.checked_add(section)?, end))
}

/// A claim for `value` at `start..end`; 分之 and discounts included.
fn claim(text: &Text, start: usize, end: usize, value: i128) -> Read {
    if text.starts(end, "分之")
        && let Some((above, above_end)) = self::value(text, end + 2, None)
        && value > 0
    {
        // 三分之一
        let claim = Claim::Number { value: above.saturating_mul(ONE) / value, unit: super::Unit::None };
        return Read::claim(above_end, claim);
    }
    let (claim, end) = units::number(text, start, end, value);
    Read::claim(end, claim)
}

/// 百分之十五
fn percent(text: &Text, at: usize) -> Read {
    let start = at + 3;
    let digits_end = text.digits_end(start);
    let read =
        if digits_end > start { super::digits::decimal(text, start) } else { value(text, start, None) };
    let Some((value, end)) = read else {
        return Read::claim(start, Claim::Unreadable(text.slice(at, start).to_owned()));
    };
    let value = if text.at(at) == Some('千') { value / 10 } else { value };
    let unit = if units::is_discount(text, at, end) { super::Unit::Discount } else { super::Unit::Percent };
    Read::claim(end, Claim::Number { value, unit })
}

/// 半年, 一半, 半价 (the price is read with the promises).
fn half(text: &Text, at: usize) -> Option<Read> {
    match units::after(text, at + 1) {
        Some((unit, scale, end)) if !matches!(unit, super::Unit::Named(_)) => {
            Some(Read::claim(end, Claim::Number { value: scale / 2, unit }))
        }
        _ if text.starts(at, "半价") || text.starts(at, "半折") => {
            Some(Read::claim(at + 2, Claim::Number { value: 50 * ONE, unit: super::Unit::Discount }))
        }
        _ => None,
    }
}

/// A lone 一 states a number only beside money, percents and times; elsewhere it is an article.
fn single(text: &Text, at: usize) -> Read {
    if text.at(at + 1) == Some('半') {
        return Read::claim(at + 2, Claim::Number { value: ONE / 2, unit: super::Unit::None });
    }
    match units::after(text, at + 1) {
        Some((super::Unit::Count | super::Unit::Named(_), _, _)) | None => Read::nothing(at + 1),
        Some((super::Unit::Days | super::Unit::Months, _, end)) if is_rate(text, end) => Read::nothing(end),
        Some(_) => claim(text, at, at + 1, ONE),
    }
}

/// 一天只要65.8元: so much for each day.
fn is_rate(text: &Text, at: usize) -> bool {
    let fillers = ["的成本约", "的成本", "只要", "也就", "大约", "大概", "不到", "约", ""];
    fillers.iter().find(|filler| text.starts(at, filler)).is_some_and(|filler| {
        let after = text.skip_blanks(at + filler.chars().count(), 1);
        let amount = if text.at(after) == Some('¥') { after + 1 } else { after };
        text.at(amount).is_some_and(|character| character.is_ascii_digit())
            && super::digits::decimal(text, amount)
                .is_some_and(|(_, end)| amount > after || matches!(text.at(end), Some('元' | '块')))
    })
}

/// 点三五 after its point, in millionths.
fn fraction(text: &Text, at: usize) -> (i128, usize) {
    let (mut value, mut scale, mut end) = (0, ONE, at);
    while let Some(digit) = text.at(end).and_then(numeral) {
        scale /= 10;
        value += digit * scale;
        end += 1;
    }
    (value, end)
}

/// One digit behind 块, in millionths: 34块5 is 34.5.
pub(super) fn tenths(text: &Text, at: usize) -> Option<i128> {
    let character = text.at(at)?;
    let digit = character.to_digit(10).map(i128::from).or_else(|| numeral(character))?;
    let next = text.at(at + 1);
    let goes_on = next.is_some_and(|next| next.is_ascii_digit() || next == '.' || is_numeral(next));
    let counted = units::after(text, at + 1).is_some();
    (!counted && (!goes_on || is_each(text, at + 1))).then_some(digit * ONE / 10)
}

/// 一台, 一只 behind a price.
pub(super) fn is_each(text: &Text, at: usize) -> bool {
    text.at(at) == Some('一')
        && text.at(at + 1).is_some_and(|counter| {
            matches!(
                counter,
                '台' | '只'
                    | '套'
                    | '件'
                    | '个'
                    | '支'
                    | '条'
                    | '根'
                    | '片'
                    | '部'
                    | '张'
                    | '箱'
                    | '盒'
                    | '卷'
            )
        })
}

/// 千 and 百 that belong to a unit: 千瓦, 千克, 千米.
fn is_unit_prefix(text: &Text, at: usize) -> bool {
    text.at(at) == Some('千')
        && matches!(text.at(at + 1), Some('瓦' | '克' | '米' | '兆' | '伏' | '牛' | '卡' | '帕'))
}
