//! Which of several people is asked first: who can talk to the buyer, who is there, who knows the goods, who has the least to do.

use domain::{
    catalog::{Routing, Skills},
    colleague::Colleague,
    language::ReplyLanguage,
    requirement::Requirement,
};

use crate::knowledge::Knowledge;

/// What a conversation asks of the person who takes it over.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    pub language: ReplyLanguage,
    /// Categories and product ids that the buyer is interested in.
    pub goods: &'w [String],
}

impl Wanted<'_> {
    /// Whether somebody writes the language, as far as the shop says.
    fn is_spoken_by(&self, skills: Option<&Skills>) -> bool {
        skills.is_none_or(|skills| skills.languages.is_empty() || skills.languages.contains(&self.language))
    }

    /// 0: he knows these goods well; 1: the shop does not say; 2: he knows others.
    fn distance_of_goods(&self, skills: Option<&Skills>) -> u8 {
        match skills.map(|skills| &skills.goods).filter(|goods| !goods.is_empty()) {
            _ if self.goods.is_empty() => 1,
            None => 1,
            Some(known) if self.goods.iter().any(|goods| known.contains(goods)) => 0,
            Some(_) => 2,
        }
    }
}

/// The categories of what is wanted and the products themselves.
pub fn goods_of(knowledge: &Knowledge, requirement: &Requirement) -> Vec<String> {
    let mut goods: Vec<String> = Vec::new();
    for line in &requirement.lines {
        let id = &line.product.value;
        let category = knowledge.product(id).and_then(|product| product.category.clone());
        for name in category.into_iter().chain([id.to_string()]) {
            if !goods.contains(&name) {
                goods.push(name);
            }
        }
    }
    goods
}

/// The first to ask. A language comes before all else, since nobody helps whom he cannot read; then who is on-line, who knows the goods,
/// who has the fewest conversations; of equals the one who stands first.
pub(super) fn first<'m>(
    routing: &Routing,
    members: impl IntoIterator<Item = &'m String>,
    wanted: &Wanted<'_>,
    colleagues: &[Colleague],
) -> Option<&'m String> {
    members.into_iter().min_by_key(|name| {
        let skills = routing.skills.get(*name);
        let colleague = colleagues.iter().find(|colleague| &colleague.name == *name);
        (
            !wanted.is_spoken_by(skills),
            !colleague.is_some_and(|colleague| colleague.online),
            wanted.distance_of_goods(skills),
            colleague.map_or(0, |colleague| colleague.conversations),
        )
    })
}

/// Those of `members` who write the language and know the goods best: a lead waits for whoever gets it, so that neither presence nor
/// conversations count.
pub(super) fn fittest(routing: &Routing, members: &[String], wanted: &Wanted<'_>) -> Vec<String> {
    let distance = |name: &String| {
        let skills = routing.skills.get(name);
        (!wanted.is_spoken_by(skills), wanted.distance_of_goods(skills))
    };
    let least = members.iter().map(distance).min();
    members.iter().filter(|name| Some(distance(name)) == least).cloned().collect()
}
