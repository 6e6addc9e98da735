//! Units, industries, rivals, categories and attributes: things with an id, names and other words.

use std::collections::HashSet;

use domain::{catalog::Term, language::LocalizedText};

use super::table::Table;
use crate::document::{Fields, Node, Problems};

pub(super) fn read(node: &Node, terms: &mut Table<Term>, problems: &mut Problems) -> Option<()> {
    let mut fields = Fields::new(node, problems)?;
    let id = fields.required("id", Node::text);
    let place = fields.place_of("id");
    let name = fields.required("name", Node::localized);
    let aliases = fields.texts("aliases");
    fields.finish();
    let id = id?;
    terms.claim(&id, place, problems);
    terms.push(Term { id, name: name?, aliases }, place);
    Some(())
}

/// The shop's terms over the default ones. A default term with the id or a name of one of the shop's lends it its words; a word
/// that the shop uses already stays where the shop put it.
pub(super) fn merge(mut shop: Vec<Term>, defaults: Vec<Term>) -> Vec<Term> {
    let mut taken: HashSet<String> = shop.iter().flat_map(Term::words).map(str::to_lowercase).collect();
    for default in defaults {
        let same = shop.iter().position(|term| {
            term.id == default.id || term.name.all().any(|name| default.name.all().any(|other| other == name))
        });
        match same {
            Some(index) => {
                let lent = default.name.all().chain(default.aliases.iter().map(String::as_str));
                let new: Vec<String> =
                    lent.filter(|word| taken.insert(word.to_lowercase())).map(str::to_owned).collect();
                shop[index].aliases.extend(new);
            }
            None if default.name.all().any(|name| taken.contains(&name.to_lowercase())) => {}
            None => {
                taken.extend(default.name.all().map(str::to_lowercase));
                let aliases =
                    default.aliases.into_iter().filter(|word| taken.insert(word.to_lowercase())).collect();
                shop.push(Term { aliases, ..default });
            }
        }
    }
    shop
}

/// Adds a term for each id that products use and nobody declared.
pub(super) fn add_implied<'u>(terms: &mut Vec<Term>, used: impl Iterator<Item = &'u str>) {
    let mut known: HashSet<String> = terms.iter().map(|term| term.id.clone()).collect();
    for id in used {
        if known.insert(id.to_owned()) {
            let name = LocalizedText::one(id.replace('_', " "));
            terms.push(Term { id: id.to_owned(), name, aliases: Vec::new() });
        }
    }
}
