//! A contact's profile, folded anew from all that he wrote and all that people set.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Timestamp,
    id::{ContactId, ConversationId},
    profile::Profile,
    requirement::Requirement,
    turn::Turn,
};
use store::History;

use super::{Moment, Records, Scope, in_order, state::State};
use crate::knowledge::Published;

/// The profile that the turns and edits of a contact come to by the knowledge that is published now. What the same revision understood then
/// stands, and what a language model helped to understand; all else is read anew. A turn counts for the contact whose profile it changed,
/// so that a merge adds nothing. What no message tells is left as it stands: the tier, and what was recommended. `None` where messages or
/// edits are not stored any more.
pub(crate) fn rebuild(mut past: History, published: &Published, public_url: &str) -> Option<Profile> {
    let root = past.contact.id;
    let edits = std::mem::take(&mut past.edits).into_iter().filter(|(contact, _)| *contact == root);
    let mut edits = edits.map(|(_, edit)| edit).peekable();
    let records = Records::new(&past);
    let mut state = State::new(&past);
    let mut earlier: HashMap<ConversationId, &Turn> = HashMap::new();
    let mut last_at: Option<Timestamp> = None;
    // What the others of the family know, while another one's turn is taken.
    let mut others: BTreeMap<ContactId, (Profile, Requirement)> = BTreeMap::new();
    let mut current = root;
    for turn in in_order(&past) {
        let moment = Moment::of(&records, turn, earlier.insert(turn.conversation, turn), last_at)?;
        last_at = Some(turn.at);
        let taught = turn.contact.unwrap_or(moment.conversation.contact);
        if taught != current {
            let contact = &mut state.contact;
            let next = others.remove(&taught).unwrap_or_default();
            let (profile, requirement) = (
                std::mem::replace(&mut contact.profile, next.0),
                std::mem::replace(&mut contact.requirement, next.1),
            );
            others.insert(current, (profile, requirement));
            current = taught;
        }
        if current == root {
            while let Some(edit) = edits.next_if(|edit| edit.at <= turn.at) {
                state.contact.profile.edit(&edit);
            }
        }
        state.meet(&moment);
        let reads_alike = turn.revision == published.knowledge.revision;
        let scope = Scope {
            before: published,
            after: published,
            understood_anew: !reads_alike && turn.understanding.assisted.is_none(),
            since: None,
            public_url,
            examples: 0,
        };
        let taken = moment.decide(&scope, published, &state, None);
        state.apply(taken);
    }
    let mut profile =
        if current == root { state.contact.profile } else { others.remove(&root).unwrap_or_default().0 };
    for edit in edits {
        profile.edit(&edit);
    }
    let stored = &past.contact.profile;
    profile.offers.clone_from(&stored.offers);
    profile.tier = profile.tier.or_else(|| stored.tier.clone());
    (profile.edits == stored.edits).then_some(profile)
}
