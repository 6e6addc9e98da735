//! The options of the goods that a buyer chose: IP67, blue, with gripper.

use std::ops::Range;

use domain::requirement::{Requirement, Slot};

use super::cues;
use crate::{profile::wording::Wording, situation::Situation};

/// Directly before an option: it is not wanted, or no longer.
const WITHOUT: &[&str] = &[
    "不要",
    "不用",
    "不需要",
    "不带",
    "不加",
    "不选",
    "去掉",
    "取消",
    "without",
    "without the",
    "no",
    "no need for",
    "not",
    "don't need",
    "don't need the",
    "drop the",
    "skip the",
    "instead of",
];
/// Directly behind it: likewise.
const GIVEN_UP: &[&str] =
    &["不要", "不用", "就不", "算了", "取消", "去掉", "is not needed", "is not necessary"];

/// What is named is chosen, unless the words beside it give it up. Each kind of option is looked for among the products wanted only.
pub(super) fn fill(requirement: &mut Requirement, situation: &Situation<'_>, wording: &Wording) {
    let knowledge = situation.knowledge;
    let products = requirement.lines.iter().filter_map(|line| knowledge.product(&line.product.value));
    let mut named: Vec<(&str, Range<usize>, bool)> = Vec::new();
    for option in products.flat_map(|product| &product.pricing.options) {
        let words = option.name.all().chain(option.aliases.iter().map(String::as_str));
        let spans = words.chain([option.id.as_str()]).flat_map(|word| stands(wording.all(), word));
        if let Some(span) = spans.max_by_key(|span| span.end) {
            let kept = !is_given_up(wording, &span);
            named.push((&option.id, span, kept));
        }
    }
    for (id, span, kept) in named {
        requirement.options.retain(|known| known.value != id);
        if kept {
            let evidence = situation.message_at(span.start).id;
            requirement.options.push(Slot { value: id.to_owned(), evidence });
        }
    }
    requirement.options.sort_by(|left, right| left.value.cmp(&right.value));
}

pub(super) fn is_given_up(wording: &Wording, span: &Range<usize>) -> bool {
    cues::beside(wording, span, WITHOUT, GIVEN_UP)
}

/// Where `word` stands in `letters`, whatever its case; in Latin writing only as a whole word.
fn stands<'w>(letters: &'w [char], word: &'w str) -> impl Iterator<Item = Range<usize>> + 'w {
    let length = word.chars().count();
    let starts = word.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    let ends = word.ends_with(|letter: char| letter.is_ascii_alphanumeric());
    let is_letter =
        |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_alphanumeric);
    let last = if length == 0 { 0 } else { (letters.len() + 1).saturating_sub(length) };
    let first = word.chars().next().map(|letter| letter.to_ascii_lowercase());
    (0..last)
        .filter(move |&at| letters.get(at).copied() == first)
        .map(move |at| at..at + length)
        .filter(move |span| {
            letters[span.clone()].iter().copied().eq(word.chars().map(|letter| letter.to_ascii_lowercase()))
        })
        .filter(move |span| {
            !(starts && is_letter(span.start.checked_sub(1)) || ends && is_letter(Some(span.end)))
        })
}

#[cfg(test)]
mod tests {
    use crate::turn::scene::Scene;

    const OPTIONS: &str = "
products:
- {id: P020, name: {zh: 焊接机器人, en: welding robot}, price: 60000, unit: 台,
   options: [{id: ip67, name: {zh: IP67防护, en: IP67 protection}, aliases: [IP67], per_unit: 1200},
             {id: blue, name: {zh: 蓝色, en: blue}, percent: 2}]}
";

    #[track_caller]
    fn check(messages: &[&str], expected: &[&str]) {
        let mut scene = Scene::with_shop(OPTIONS);
        for message in messages {
            scene.say("price_inquiry", message);
        }
        let options = &scene.contact.requirement.options;
        let ids: Vec<&str> = options.iter().map(|slot| slot.value.as_str()).collect();
        assert_eq!(ids, expected, "{messages:?}");
    }

    const WELDER: &str = "[P020](product:P020) [20台](quantity:20台)多少钱";

    #[test]
    fn an_option_that_was_chosen_stays_until_it_is_given_up() {
        check(&[WELDER], &[]);
        check(&[WELDER, "要IP67的"], &["ip67"]);
        check(&[WELDER, "要IP67的", "蓝色", "交期多久"], &["blue", "ip67"]);
        check(&[WELDER, "要IP67的", "不要IP67了"], &[]);
        check(&[WELDER, "要IP67的蓝色款", "蓝色的就不用了"], &["ip67"]);
        check(&[WELDER, "with IP67 protection please", "without IP67 then"], &[]);
        check(&[WELDER, "不要蓝色，要IP67防护"], &["ip67"]);
    }

    #[test]
    fn an_option_is_a_whole_word_and_one_of_the_products_wanted() {
        check(&[WELDER, "IP678?"], &[]);
        check(&["[P001](product:P001) [20台](quantity:20台) IP67"], &[]);
        check(&[WELDER, "I know IP67 is good"], &["ip67"]);
    }
}
