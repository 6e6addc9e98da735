//! Exact decimals: text to scaled integers and back, never through floating point.

/// Why a decimal could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    #[error("not a decimal number; write digits with at most one point, such as 48000 or 0.0135")]
    NotANumber,
    #[error("too many digits after the point; at most {0} are kept exactly")]
    TooPrecise(u32),
    #[error("the number is too large")]
    TooLarge,
}

/// Reads `text` (`-12.50`, `48_000`) as an integer scaled by ten to the power of `digits`.
///
/// Trailing zeros beyond `digits` are fine; other further digits are an error, so that nothing is rounded silently.
pub fn parse_scaled(text: &str, digits: u32) -> Result<i64, DecimalError> {
    let (negative, unsigned) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut value: i64 = 0;
    let mut seen = false;
    let mut push = |byte: u8| -> Result<(), DecimalError> {
        let digit = match byte {
            b'0'..=b'9' => i64::from(byte - b'0'),
            _ => return Err(DecimalError::NotANumber),
        };
        value = value.checked_mul(10).and_then(|v| v.checked_add(digit)).ok_or(DecimalError::TooLarge)?;
        seen = true;
        Ok(())
    };
    let mut previous = b'_';
    for byte in whole.bytes() {
        match (byte, previous) {
            (b'_', b'_') => return Err(DecimalError::NotANumber),
            (b'_', _) => {}
            _ => push(byte)?,
        }
        previous = byte;
    }
    if previous == b'_' && !whole.is_empty() {
        return Err(DecimalError::NotANumber);
    }
    let mut fraction = fraction.bytes();
    for _ in 0..digits {
        push(fraction.next().unwrap_or(b'0'))?;
    }
    for byte in fraction {
        match byte {
            b'0' => {}
            b'1'..=b'9' => return Err(DecimalError::TooPrecise(digits)),
            _ => return Err(DecimalError::NotANumber),
        }
    }
    if !seen || unsigned == "." || unsigned.is_empty() {
        return Err(DecimalError::NotANumber);
    }
    Ok(if negative { -value } else { value })
}

/// Writes an integer scaled by ten to the power of `digits` as its shortest exact decimal (`135`, 4 → `0.0135`).
pub fn format_scaled(value: i64, digits: u32) -> String {
    let power = 10_u64.pow(digits);
    let magnitude = value.unsigned_abs();
    let (whole, fraction) = (magnitude / power, magnitude % power);
    let sign = if value < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!("{fraction:0width$}", width = digits as usize);
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

/// Divides, rounding half away from zero. `divisor` must be positive.
pub const fn divide_half_up(value: i128, divisor: i128) -> i128 {
    let half = divisor / 2;
    if value < 0 { (value - half) / divisor } else { (value + half) / divisor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, digits: u32, expected: Result<i64, DecimalError>) {
        assert_eq!(parse_scaled(text, digits), expected, "{text}");
    }

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        check("0.0135", 6, Ok(13_500));
        check("50000", 6, Ok(50_000_000_000));
        check("-12.5", 2, Ok(-1_250));
        check("48_000", 0, Ok(48_000));
        check("1.500", 1, Ok(15));
        check(".5", 1, Ok(5));
        check("1.23", 1, Err(DecimalError::TooPrecise(1)));
        check("99999999999999999999", 0, Err(DecimalError::TooLarge));
        for bad in ["", ".", "1.2.3", "1e3", "__1", "1_", "abc", "٣", "-"] {
            check(bad, 2, Err(DecimalError::NotANumber));
        }
    }

    #[test]
    fn formatting_is_the_shortest_exact_form() {
        assert_eq!(format_scaled(13_500, 6), "0.0135");
        assert_eq!(format_scaled(-1_250, 2), "-12.5");
        assert_eq!(format_scaled(48_000_000_000, 6), "48000");
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!([divide_half_up(5, 10), divide_half_up(-5, 10), divide_half_up(4, 10)], [1, -1, 0]);
    }
}
