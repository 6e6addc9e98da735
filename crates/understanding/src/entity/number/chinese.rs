//! Chinese numerals.

use super::Decimal;

pub const fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

pub const fn power_of(c: char) -> Option<u32> {
    Some(match c {
        '十' | '拾' => 1,
        '百' | '佰' => 2,
        '千' | '仟' => 3,
        '万' | '萬' => 4,
        '亿' => 8,
        _ => return None,
    })
}

/// 一百二十, 两万, 九千二, 十二, 半, 几十 (vague).
pub fn chinese(chars: &[char], at: usize) -> Option<(Decimal, usize, bool)> {
    if chars[at] == '半' {
        return Some((Decimal { mantissa: 5, scale: 1 }, at + 1, false));
    }
    let mut end = at;
    let (mut total, mut section, mut digit): (i128, i128, Option<i128>) = (0, 0, None);
    let mut last_power = 0;
    let mut plain = 0;
    let mut vague = false;
    let mut plain_value: i128 = 0;
    while let Some(&c) = chars.get(end) {
        if end - at > 20 {
            return None;
        }
        if let Some(value) = numeral(c) {
            plain += 1;
            plain_value = plain_value.saturating_mul(10).saturating_add(i128::from(value));
            digit = Some(i128::from(value));
            if value == 0 {
                last_power = 0;
            }
        } else if let Some(power) = power_of(c) {
            if end == at && power != 1 {
                return None;
            }
            plain = 0;
            plain_value = 0;
            if power >= 4 {
                let group = section.saturating_add(digit.unwrap_or(0)).max(1);
                total = total.saturating_add(group).saturating_mul(10_i128.pow(power));
                section = 0;
            } else {
                section = section.saturating_add(digit.unwrap_or(1).saturating_mul(10_i128.pow(power)));
            }
            digit = None;
            last_power = power;
        } else if c == '几' {
            vague = true;
        } else {
            break;
        }
        end += 1;
        if matches!(c, '俩' | '仨') {
            break;
        }
    }
    if end == at || (vague && end - at == 1) {
        return None;
    }
    // 九千二 is 9,200; 一百零二 is 102.
    let tail = match digit {
        Some(value) if last_power >= 2 && plain == 1 => value.saturating_mul(10_i128.pow(last_power - 1)),
        Some(value) if plain <= 1 => value,
        Some(_) => plain_value,
        None => 0,
    };
    let value = total.saturating_add(section).saturating_add(tail);
    (value < 1_000_000_000_000_000).then_some((Decimal::whole(value), end, vague))
}

/// 两三台 is 2 to 3, 三五个 3 to 5, 二三十 20 to 30.
pub fn neighbours(chars: &[char], start: usize, end: usize) -> Option<(Decimal, Decimal)> {
    let text = &chars[start..end];
    let (first, second) = (numeral(*text.first()?)?, numeral(*text.get(1)?)?);
    let close = first > 0 && second > first && second - first <= 2;
    let power = match text.get(2) {
        None => 0,
        Some(&c) if text.len() == 3 => power_of(c)?,
        Some(_) => return None,
    };
    let of = |digit: u32| Decimal::whole(i128::from(digit)).times_power(power);
    close.then(|| (of(first), of(second)))
}
