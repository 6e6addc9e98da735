//! Percentages and discounts: 15%, 八五折, 让3个点, 两成.

use domain::{
    quantity::Thousandths,
    understanding::{EntityKind, EntityValue},
};

use super::{
    Found, Scene,
    number::{Decimal, Form, Number},
    rank,
    scan::{cue_after, cue_before, literal, longest, skip_spaces},
};

const OFF_BEFORE: &[&str] = &[
    "让",
    "少",
    "降",
    "优惠",
    "便宜",
    "减",
    "抹",
    "返",
    "下浮",
    "discount of",
    "discount",
    "less",
    "minus",
    "reduce",
    "knock",
    "off",
    "cut",
    "lower",
    "rebate",
];
const OFF_AFTER: &[&str] = &[
    "off",
    "discount",
    "less",
    "cheaper",
    "lower",
    "rebate",
    "down",
    "reduction",
    "disc",
    "折扣",
    "优惠",
    "的优惠",
    "返点",
];
const NOT_OFF: &[&str] =
    &["定金", "订金", "预付", "deposit", "advance", "税", "票", "tax", "vat", "down payment", "首付"];

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let chars = scene.chars;
    for number in scene.numbers.iter().filter(|number| !number.vague) {
        if let Some((end, value)) = folds(chars, number) {
            let value = EntityValue::PercentOff { percent_off: value };
            found.push(Found::new(EntityKind::Percent, number.start, end, value, rank::PERCENT));
        } else if let Some((end, value)) = sign(chars, number) {
            let start = percent_start(chars, number.start);
            let tax = cue_after(chars, end, 4, NOT_OFF) || cue_before(chars, start, 4, NOT_OFF);
            let off =
                !tax && (cue_before(chars, start, 12, OFF_BEFORE) || cue_after(chars, end, 10, OFF_AFTER));
            let value = if off {
                EntityValue::PercentOff { percent_off: value }
            } else {
                EntityValue::Percent { percent: value }
            };
            found.push(Found::new(EntityKind::Percent, start, end, value, rank::PERCENT));
        }
    }
}

/// 百分之三十 begins before its number.
fn percent_start(chars: &[char], at: usize) -> usize {
    at.checked_sub(3).filter(|&start| literal(chars, start, "百分之") == Some(at)).unwrap_or(at)
}

/// The end and the value of a number that is a percentage: 30%, 30 percent, 百分之三十, 3个点, 两成.
pub fn sign(chars: &[char], number: &Number) -> Option<(usize, Thousandths)> {
    let value = number.low.thousandths().filter(|value| value.0 <= 1_000_000 && number.high.is_none())?;
    if percent_start(chars, number.start) < number.start {
        return Some((number.end, value));
    }
    let at = skip_spaces(chars, number.end);
    if let Some((_, end)) = longest(chars, at, &["%", "percent", "per cent", "pct", "‰"]) {
        return Some((end, value));
    }
    if number.multiplied || number.end != at {
        return None;
    }
    if let Some((_, end)) = longest(chars, at, &["个点", "个百分点", "点"])
        && value.0 <= 50_000
        && (chars.get(at) != Some(&'点')
            || longest(chars, end, &["钟", "半", "前", "整", "多钟", "开"]).is_none())
        && (chars.get(at) == Some(&'个')
            || cue_before(chars, number.start, 4, &["让", "降", "优惠", "减", "返", "税"]))
    {
        return Some((end, value));
    }
    if chars.get(at) == Some(&'成')
        && !matches!(
            chars.get(at + 1),
            Some('本' | '品' | '立' | '交' | '功' | '为' | '型' | '套' | '分' | '熟' | '新')
        )
        && number.low.as_whole().is_some_and(|tenths| (1..=10).contains(&tenths))
    {
        return Some((at + 1, Thousandths(value.0.checked_mul(10)?)));
    }
    None
}

/// 八五折 and 8.5折 are 15 off, 九折 is 10 off, 95折 is 5 off.
fn folds(chars: &[char], number: &Number) -> Option<(usize, Thousandths)> {
    if chars.get(number.end) != Some(&'折')
        || matches!(chars.get(number.end + 1), Some('叠' | '弯' | '腾' | '旧' | '页'))
    {
        return None;
    }
    let text = &chars[number.start..number.end];
    let paid = match number.form {
        // 八五 is read digit by digit.
        Form::Chinese if text.len() == 2 && number.low.as_whole().is_some() => spoken(text)?,
        _ => number.low,
    };
    let tenths = paid.thousandths()?.0;
    let percent = if tenths <= 10_000 { tenths.checked_mul(10)? } else { tenths };
    (percent > 0 && percent < 100_000).then_some((number.end + 1, Thousandths(100_000 - percent)))
}

fn spoken(text: &[char]) -> Option<Decimal> {
    let digit = |c: char| "零一二三四五六七八九".chars().position(|known| known == c);
    let value = digit(*text.first()?)? * 10 + digit(*text.get(1)?)?;
    Some(Decimal::whole(value as i128))
}
