//! Whether a deal stays in the shop's own country: the two need different things.

use domain::{money::Currency, requirement::Requirement};

use crate::knowledge::Knowledge;

/// Names in lower case; see the file.
const HOME_PLACES: &str = include_str!("home_places.txt");

/// Under these the buyer takes the goods over at a place in the seller's country, and the port named is that of loading.
const TAKEN_OVER_HERE: &[&str] = &["EXW", "FCA", "FAS", "FOB"];

/// Where a deal leads, as far as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    Domestic,
    Export,
    /// Nothing was said that tells.
    Open,
}

/// An Incoterm or a place abroad make it an export. A shop that does not sell in yuan is not at home in the places that are listed, so
/// that only an Incoterm tells there.
pub fn trade(knowledge: &Knowledge, requirement: &Requirement) -> Trade {
    if requirement.incoterm.is_some() {
        return Trade::Export;
    }
    match &requirement.destination {
        Some(place) if knowledge.shop.currency == Currency::CNY => {
            if is_home(&place.value) {
                Trade::Domestic
            } else {
                Trade::Export
            }
        }
        _ => Trade::Open,
    }
}

/// Whether a port named beside this Incoterm is where the goods are loaded.
pub(super) fn is_loaded_at_port(incoterm: &str) -> bool {
    TAKEN_OVER_HERE.contains(&incoterm)
}

/// Whether a place lies in mainland China.
fn is_home(place: &str) -> bool {
    let place = place.to_lowercase();
    let mut names =
        HOME_PLACES.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split(','));
    names.any(|name| if name.is_ascii() { holds_word(&place, name) } else { place.contains(name) })
}

/// Whether `word` stands in `text` with no Latin letter on either side.
fn holds_word(text: &str, word: &str) -> bool {
    let letter = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphabetic());
    text.match_indices(word).any(|(at, _)| {
        !letter(text[..at].chars().next_back()) && !letter(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::is_home;

    #[test]
    fn places_in_the_mainland_are_told_from_places_abroad() {
        let check = |place: &str, home: bool| assert_eq!(is_home(place), home, "{place}");
        for place in ["苏州", "江苏省苏州市", "苏州吴中", "Ningbo", "Shenzhen, China", "国内"] {
            check(place, true);
        }
        for place in ["汉堡", "Hamburg", "Vietnam", "香港", "Indochina", "", "Mumbai"] {
            check(place, false);
        }
    }
}
