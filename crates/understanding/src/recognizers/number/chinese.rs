//! Chinese numerals with digits, spaces and fractions between: 一百五十二, 5万4千6百, 三百五又三分之一, 十几万.

use super::{Numeral, digits};
use crate::entity::{
    number::{numeral, power_of},
    scan::{literal, skip_spaces},
};

pub fn numbers(chars: &[char]) -> Vec<Numeral> {
    let mut found = all(chars);
    found.retain(|number| number.digits || !is_word(chars, number));
    found
}

/// Also those that words hold: with a unit behind them they are amounts.
pub fn all(chars: &[char]) -> Vec<Numeral> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match read(chars, at) {
            Some(number) => {
                at = number.end.max(at + 1);
                found.push(number);
            }
            None if chars[at].is_ascii_alphanumeric() => {
                // A code is passed as a whole.
                while chars.get(at).is_some_and(char::is_ascii_alphanumeric) {
                    at += 1;
                }
            }
            None => at += 1,
        }
    }
    found
}

/// The number that begins at `at`, with its sign, point and fraction.
pub fn read(chars: &[char], at: usize) -> Option<Numeral> {
    let (negative, start) = sign(chars, at);
    if literal(chars, start, "半百").is_some() {
        return Some(Numeral::words(at, start + 2, 50.0));
    }
    let mut number = unsigned(chars, start)?;
    number.start = at;
    if let Some((under, after)) = fraction(chars, &number) {
        number.value = under;
        number.end = after;
    } else if let Some(after) = word(chars, number.end, &['又'])
        && let Some(part) = unsigned(chars, skip_spaces(chars, after))
        && let Some((part, after)) = fraction(chars, &part)
    {
        number.value += part;
        number.end = after;
    }
    if negative {
        number.value = -number.value;
    }
    Some(number)
}

fn sign(chars: &[char], at: usize) -> (bool, usize) {
    match chars.get(at) {
        Some('负') => (true, skip_spaces(chars, at + 1)),
        Some('-') if at == 0 || matches!(chars[at - 1], ' ' | '(' | ',' | ':') => (true, at + 1),
        _ => (false, at),
    }
}

/// The end of the characters, spaces allowed before each.
fn word(chars: &[char], mut at: usize, characters: &[char]) -> Option<usize> {
    for wanted in characters {
        at = skip_spaces(chars, at);
        if chars.get(at) != Some(wanted) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// 三分之一 behind its first number: the value and the end.
fn fraction(chars: &[char], under: &Numeral) -> Option<(f64, usize)> {
    let after = word(chars, under.end, &['分', '之'])?;
    let (negative, start) = sign(chars, skip_spaces(chars, after));
    let over = unsigned(chars, start)?;
    let value = if negative { -over.value } else { over.value };
    (under.value != 0.0).then(|| (value / under.value, over.end))
}

/// A number without sign and fraction.
pub fn unsigned(chars: &[char], at: usize) -> Option<Numeral> {
    let (mut value, mut end, mut words, mut vague) = integer(chars, at)?;
    if !vague
        && let Some(point) = word(chars, end, &['点'])
        && let Some((part, after)) = decimals(chars, skip_spaces(chars, point))
    {
        value += part;
        end = after;
        words = true;
    }
    // 4.78万亿, 四百亿点零五 are done; 一打 is a dozen.
    if chars.get(end) == Some(&'打')
        && words
        && !chars.get(end + 1).is_some_and(|c| "折印包电开算".contains(*c))
    {
        value *= 12.0;
        end += 1;
        vague = false;
    }
    Some(Numeral { start: at, end, value, digits: !words, vague })
}

fn decimals(chars: &[char], at: usize) -> Option<(f64, usize)> {
    let mut end = at;
    let (mut value, mut weight) = (0.0, 0.1);
    while let Some(digit) = chars.get(end).and_then(|&c| numeral(c).or_else(|| c.to_digit(10))) {
        value += f64::from(digit) * weight;
        weight /= 10.0;
        end += 1;
    }
    (end > at).then(|| ((value * 1e12).round() / 1e12, end))
}

/// What a power is worth, and whether it gathers all before it.
fn power(c: char) -> Option<f64> {
    match c {
        '兆' => Some(1e12),
        'k' => Some(1e3),
        _ => power_of(c).map(|power| 10_f64.powi(power as i32)),
    }
}

/// The whole part: its value, end, whether it has numerals, and whether it is only a lower bound.
fn integer(chars: &[char], at: usize) -> Option<(f64, usize, bool, bool)> {
    let mut parts: Vec<(f64, f64)> = Vec::new();
    let (mut section, mut digit): (f64, Option<f64>) = (0.0, None);
    // How the pending digits are written: so many numerals, or in Arabic digits.
    let (mut written, mut arabic) = (0_u32, false);
    let mut last_power = 1.0;
    let (mut words, mut vague, mut zero) = (false, false, false);
    let mut end = at;
    let mut next = at;
    while let Some(&c) = chars.get(next) {
        if next - at > 60 {
            break;
        }
        if let Some(value) = numeral(c).filter(|_| !matches!(c, '俩' | '仨')) {
            if arabic || (digit.is_some() && next > end) {
                break;
            }
            digit = Some(digit.unwrap_or(0.0).mul_add(10.0, f64::from(value)));
            written += 1;
            zero |= value == 0;
            words = true;
            next += 1;
        } else if c.is_ascii_digit() || (c == '.' && next == at) {
            if digit.is_some() && !(written == 1 && zero && digit == Some(0.0)) {
                break;
            }
            if next > end && digit.is_some() {
                break;
            }
            let read = digits::read(chars, next)?;
            digit = Some(read.value);
            (written, arabic) = (0, true);
            next = read.end;
        } else if let Some(worth) = power(c) {
            if c == 'k' && (!arabic || chars.get(next + 1).is_some_and(char::is_ascii_alphanumeric)) {
                break;
            }
            let bare = digit.is_none() && section == 0.0 && parts.is_empty();
            // 千三 is 1,300; 百 and 万 alone are none.
            if bare
                && worth > 10.0
                && !(c == '千' && chars.get(next + 1).is_some_and(|&d| numeral(d).is_some()))
            {
                return None;
            }
            if worth < 1e4 {
                // 七十百分位: a hundred needs its own digit.
                if worth > 10.0 && digit.is_none() && !bare && !vague {
                    break;
                }
                if c == '千' && arabic && chars.get(next + 1).is_some_and(|d| "克米瓦伏牛".contains(*d))
                {
                    break;
                }
                // 零十二 is twelve behind a gap.
                section += digit.filter(|&digit| digit != 0.0 || worth > 10.0).unwrap_or(1.0) * worth;
            } else {
                let mut low = section + digit.unwrap_or(0.0);
                while let Some(&(value, unit)) = parts.last().filter(|(_, unit)| *unit < worth) {
                    let _ = unit;
                    low += value;
                    parts.pop();
                }
                if low == 0.0 {
                    low = parts.pop().map_or(1.0, |(value, _)| value);
                }
                parts.push((low * worth, worth));
                section = 0.0;
            }
            (digit, written, arabic, zero) = (None, 0, false, false);
            last_power = worth;
            words |= c != 'k';
            next += 1;
        } else if matches!(c, '几' | '多' | '余') && next > at && power_ahead(chars, next + 1) {
            // 一百零几万, 一千多万: the next power still counts.
            if digit == Some(0.0) {
                digit = None;
            }
            vague = true;
            next += 1;
        } else if c == ' ' && power_or_digit_ahead(chars, next) {
            next = skip_spaces(chars, next);
            continue;
        } else {
            break;
        }
        end = next;
    }
    if end == at {
        return None;
    }
    if let Some(&c) = chars.get(end)
        && matches!(c, '几' | '多' | '余')
    {
        vague = false;
    }
    let tail = match digit {
        Some(value)
            if !zero
                && value < 10.0
                && last_power >= 100.0
                && (written == 1 || arabic)
                && value.fract() == 0.0 =>
        {
            value * last_power / 10.0
        }
        Some(value) => value,
        None => 0.0,
    };
    let value = parts.iter().map(|(value, _)| value).sum::<f64>() + section + tail;
    Some((value, end, words, vague))
}

fn power_ahead(chars: &[char], at: usize) -> bool {
    chars.get(skip_spaces(chars, at)).is_some_and(|&c| c != 'k' && power(c).is_some())
}

/// Behind spaces the number goes on with a numeral or power: 一百 五 十 二, 7万 5千.
fn power_or_digit_ahead(chars: &[char], at: usize) -> bool {
    let next = skip_spaces(chars, at);
    let Some(&c) = chars.get(next) else { return false };
    let before = at.checked_sub(1).map(|i| chars[i]);
    let after_power = before.is_some_and(|c| c != 'k' && power(c).is_some());
    match c {
        'k' => {
            at > 0
                && chars[at - 1].is_ascii_digit()
                && !chars.get(next + 1).is_some_and(char::is_ascii_alphanumeric)
        }
        _ if power(c).is_some() => true,
        '余' | '多' | '几' => power_ahead(chars, next + 1),
        _ if numeral(c).is_some() => after_power,
        _ if c.is_ascii_digit() => {
            after_power && {
                let digits = chars[next..].iter().take_while(|c| c.is_ascii_digit()).count();
                power_ahead(chars, next + digits)
            }
        }
        _ => false,
    }
}

/// Words that hold a numeral and say no number: 一切, 四川, 收拾, 放肆.
fn is_word(chars: &[char], number: &Numeral) -> bool {
    let text = &chars[number.start..number.end];
    let next = chars.get(number.end).copied();
    let before = number.start.checked_sub(1).map(|i| chars[i]);
    let within = |c: Option<char>, set: &str| c.is_some_and(|c| set.contains(c));
    match text {
        ['一' | '壹'] => {
            within(next, "切看些样直起定般旦向共致律同边点下会再经心美") || within(before, "统唯之万")
        }
        ['四'] => within(next, "川处周季肢面方海"),
        ['五'] => within(next, "角金官粮谷"),
        ['十'] => within(next, "足分"),
        ['千' | '万' | '百'] => true,
        ['伍'] => within(before, "入退队落") || within(next, "仁时分"),
        ['陆'] => within(before, "登着大内") || within(next, "地军路续"),
        ['拾'] => before.is_some_and(crate::text::is_han) || within(next, "取起捡到"),
        ['肆'] => within(before, "放酒") || within(next, "意无"),
        ['九', '九'] => before.is_some_and(crate::text::is_han),
        ['半'] => true,
        _ => false,
    }
}
