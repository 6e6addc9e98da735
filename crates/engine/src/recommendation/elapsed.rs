//! Days since an order, as a seller says them.

use domain::language::ReplyLanguage;

/// A time in words: the number that it states, and the whole phrase around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Elapsed {
    /// What a fact has to issue: `一个月`, `24 days`.
    pub stated: String,
    /// `快一个月了`, `about 24 days ago`.
    pub phrase: String,
}

/// A month in days, in hundredths.
const MONTH: i64 = 3_044;
/// From here on nobody counts days.
const LONG: i64 = 100;

impl Elapsed {
    /// `days` is not negative.
    pub(super) fn of(days: i64, language: ReplyLanguage) -> Self {
        let zh = language == ReplyLanguage::Zh;
        let whole = days * 100 / MONTH;
        let rest = days * 100 % MONTH;
        // Within six days before a full month it is nearly that month; within a week after it, it is.
        let nearly = rest >= MONTH - 600;
        let months = whole + i64::from(nearly);
        let in_days = months == 0 || (!nearly && rest > 700 && days < LONG);
        let stated = match (in_days, zh) {
            (true, true) => format!("{days}天"),
            (true, false) if days == 1 => "1 day".to_owned(),
            (true, false) => format!("{days} days"),
            (false, true) => format!("{}个月", han(months)),
            (false, false) if months == 1 => "1 month".to_owned(),
            (false, false) => format!("{months} months"),
        };
        let phrase = match (zh, !in_days && nearly) {
            (true, true) => format!("快{stated}了"),
            (true, false) => format!("有{stated}了"),
            (false, true) => format!("nearly {stated} ago"),
            (false, false) => format!("{stated} ago"),
        };
        Self { stated, phrase }
    }
}

/// A small number as it stands before a measure word; larger ones in digits.
fn han(number: i64) -> String {
    const SMALL: [&str; 11] = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"];
    let small = usize::try_from(number).ok().and_then(|number| SMALL.get(number));
    small.map_or_else(|| number.to_string(), |&word| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(days: i64, zh: &str, en: &str) {
        assert_eq!(Elapsed::of(days, ReplyLanguage::Zh).phrase, zh, "{days}");
        assert_eq!(Elapsed::of(days, ReplyLanguage::En).phrase, en, "{days}");
    }

    #[test]
    fn a_time_is_said_as_a_seller_says_it() {
        check(0, "有0天了", "0 days ago");
        check(1, "有1天了", "1 day ago");
        check(20, "有20天了", "20 days ago");
        check(27, "快一个月了", "nearly 1 month ago");
        check(31, "有一个月了", "1 month ago");
        check(45, "有45天了", "45 days ago");
        check(58, "快两个月了", "nearly 2 months ago");
        check(63, "有两个月了", "2 months ago");
        check(110, "有三个月了", "3 months ago");
        check(400, "有13个月了", "13 months ago");
    }

    #[test]
    fn what_is_stated_is_part_of_the_phrase() {
        for days in 0..1_000 {
            for language in [ReplyLanguage::Zh, ReplyLanguage::En] {
                let Elapsed { stated, phrase } = Elapsed::of(days, language);
                assert!(phrase.contains(&stated), "{days}: {phrase}");
            }
        }
    }
}
