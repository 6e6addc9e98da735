//! Which country a place is in, as far as the list of places knows.

use std::collections::HashMap;

use domain::language::ReplyLanguage;

/// A code and names on a line; see the file.
const NAMES: &str = include_str!("places.txt");

/// Longer names there are none in Chinese writing, in characters.
const LONGEST_HAN: usize = 9;
/// And none in words.
const MOST_WORDS: usize = 4;
/// So much of a place is looked at, in characters.
const READ: usize = 40;

/// What a Chinese address ends its parts with, where the place itself is not in the list.
const PARTS_OF_ADDRESS: &[char] = &['省', '市', '区', '县', '镇', '乡', '村', '路', '街', '号', '园', '厂'];

/// Where goods go, seen from the shop's country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Nobody said.
    #[default]
    Unknown,
    Home,
    Abroad,
}

/// The list, ready to be asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    known: HashMap<&'static str, Known>,
}

/// A place as somebody named it, looked up once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As it was named.
    pub name: String,
    folded: String,
    known: Option<Known>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    code: &'static str,
    /// The country itself, and not a place in it.
    country: bool,
}

impl Places {
    pub fn build() -> Self {
        let mut known = HashMap::new();
        for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
            let Some((code, names)) = line.split_once(": ") else { continue };
            let (countries, places) = names.split_once('|').unwrap_or((names, ""));
            for (names, country) in [(countries, true), (places, false)] {
                for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                    known.entry(name).or_insert(Known { code, country });
                }
            }
        }
        Self { known }
    }

    pub fn place(&self, name: &str) -> Place {
        let folded: String = name.trim().to_lowercase().chars().take(READ).collect();
        let known = self.find(&folded);
        Place { name: name.trim().to_owned(), folded, known }
    }

    /// A country's name for a reader: of `CN` 中国 and China. `None` for what is no code of the list.
    pub fn country_name(code: &str, language: ReplyLanguage) -> Option<String> {
        let line =
            NAMES.lines().find(|line| line.split_once(": ").is_some_and(|(known, _)| known == code))?;
        let (_, names) = line.split_once(": ")?;
        let names = names.split('|').next()?.split(',').map(str::trim).filter(|name| !name.is_empty());
        // Abbreviations are no names.
        let is_name = |name: &&str| !name.is_ascii() || (name.len() > 3 && !name.contains('.'));
        let is_for_reader = |name: &&str| name.is_ascii() == (language == ReplyLanguage::En);
        let name = names.filter(is_name).find(is_for_reader)?;
        let capitalised = name.split(' ').map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        });
        Some(capitalised.collect::<Vec<String>>().join(" "))
    }

    fn find(&self, folded: &str) -> Option<Known> {
        if let Some(known) = self.known.get(folded) {
            return Some(*known);
        }
        if folded.len() == 2 && folded.is_ascii() {
            let code = folded.to_uppercase();
            let found = self.known.values().find(|known| known.code == code)?;
            return Some(Known { code: found.code, country: true });
        }
        self.in_words(folded).or_else(|| self.in_han(folded))
    }

    /// Names of several words within a longer text, the longest and last first.
    fn in_words(&self, folded: &str) -> Option<Known> {
        let words: Vec<&str> = folded
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '.')))
            .filter(|word| !word.is_empty())
            .collect();
        for length in (1..=MOST_WORDS.min(words.len())).rev() {
            for window in words.windows(length).rev() {
                if let Some(known) = self.known.get(window.join(" ").as_str()) {
                    return Some(*known);
                }
            }
        }
        None
    }

    /// Names in Chinese writing within a longer text, the longest first.
    fn in_han(&self, folded: &str) -> Option<Known> {
        let starts: Vec<usize> = folded.char_indices().map(|(at, _)| at).chain([folded.len()]).collect();
        for length in (2..=LONGEST_HAN.min(starts.len().saturating_sub(1))).rev() {
            for window in starts.windows(length + 1) {
                let part = folded.get(window[0]..window[length]).unwrap_or_default();
                if part.is_ascii() {
                    continue;
                }
                if let Some(known) = self.known.get(part) {
                    return Some(*known);
                }
            }
        }
        None
    }
}

impl Place {
    /// The code of the country that the place is or is in: `DE` for `Hamburg, Germany` and for `德国汉堡`. `ZZ` is a part of the world
    /// with several.
    pub fn country(&self) -> Option<&'static str> {
        self.known.map(|known| known.code)
    }

    /// Whether goods for this place leave the country `home`.
    pub fn delivery(&self, home: &str) -> Delivery {
        match self.country() {
            Some(code) if code == home => Delivery::Home,
            Some(_) => Delivery::Abroad,
            // An address in the shop's own writing; anything else that is not known is not taken for the shop's country.
            None if home == "CN" && self.folded.contains(PARTS_OF_ADDRESS) => Delivery::Home,
            None => Delivery::Abroad,
        }
    }

    /// Whether it is `wide` or lies in it: `Hamburg` in `德国`, `宁波北仑` in `宁波`.
    pub fn lies_in(&self, wide: &Self) -> bool {
        if self.folded.is_empty() || wide.folded.is_empty() {
            return false;
        }
        match (self.known, wide.known) {
            (Some(inner), Some(outer)) if inner.code != outer.code => false,
            // Only a whole country holds its places; a town is not in another town of the same country.
            (Some(_), Some(outer)) if outer.country => true,
            _ => self.folded == wide.folded || contains_name(&self.folded, &wide.folded),
        }
    }
}

/// `name` within `text`, in Latin writing as whole words.
fn contains_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        let parts = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !name.is_ascii() || !(parts(before) || parts(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(place: &str, expected: Option<&str>) {
        assert_eq!(Places::build().place(place).country(), expected, "{place}");
    }

    #[test]
    fn a_place_is_found_by_any_of_its_names_and_within_an_address() {
        check("汉堡", Some("DE"));
        check("Hamburg", Some("DE"));
        check("Hamburg, Germany", Some("DE"));
        check("德国汉堡港", Some("DE"));
        check("浙江省宁波市北仑区", Some("CN"));
        check("Los Angeles", Some("US"));
        check("port of New York", Some("US"));
        check("de", Some("DE"));
        check("东南亚", Some("ZZ"));
        check("Atlantis", None);
        check("", None);
        check("😀", None);
    }

    #[test]
    fn what_is_not_known_to_be_home_is_abroad() {
        let delivery = |place: &str| Places::build().place(place).delivery("CN");
        assert_eq!(delivery("苏州吴中"), Delivery::Home);
        assert_eq!(delivery("某某工业园"), Delivery::Home);
        assert_eq!(delivery("香港"), Delivery::Abroad, "another customs territory");
        assert_eq!(delivery("Atlantis"), Delivery::Abroad);
        assert_eq!(delivery("布拉柴维尔"), Delivery::Abroad);
    }

    #[test]
    fn a_country_has_a_name_for_each_reader() {
        let name = |code, language| Places::country_name(code, language);
        assert_eq!(name("CN", ReplyLanguage::Zh).as_deref(), Some("中国"));
        assert_eq!(name("CN", ReplyLanguage::En).as_deref(), Some("China"));
        assert_eq!(name("US", ReplyLanguage::En).as_deref(), Some("United States"));
        assert_eq!(name("Ningbo", ReplyLanguage::En), None);
    }

    #[test]
    fn a_country_holds_its_places_and_a_town_holds_no_other() {
        let places = Places::build();
        let lies_in = |place: &str, wide: &str| places.place(place).lies_in(&places.place(wide));
        assert!(lies_in("Bandar Abbas", "伊朗"));
        assert!(lies_in("德黑兰", "IR"));
        assert!(lies_in("宁波北仑", "宁波"));
        assert!(!lies_in("汉堡", "柏林"));
        assert!(!lies_in("south korea", "North Korea"));
        assert!(!lies_in("Oman", "Romania"));
        assert!(!lies_in("", "IR"));
    }
}
