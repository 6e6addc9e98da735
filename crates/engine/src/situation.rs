//! All that a turn may look at: one contact, one company, their orders, one knowledge revision.
//!
//! Architecture invariant: there is no way from here to another customer's data.

use domain::{
    Timestamp,
    colleague::Colleague,
    contact::{Company, Contact},
    conversation::Conversation,
    id::CompanyId,
    inbox::Inbox,
    language::{Language, ReplyLanguage},
    lead::Lead,
    message::Message,
    order::Order,
    profile::ProfileFact,
    promise::Promise,
    quote::Quote,
};

use crate::{knowledge::Knowledge, models::Learned};

mod words;

/// The contact's attribute by which a caller says how the buyer writes; `email` means letters.
const CHANNEL: &str = "channel";

#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    pub now: Timestamp,
    /// Stands for randomness; recorded with the turn.
    pub seed: u64,
    pub knowledge: &'a Knowledge,
    pub inbox: &'a Inbox,
    pub conversation: &'a Conversation,
    pub contact: &'a Contact,
    /// The company that the contact claims or is verified to belong to.
    pub company: Option<&'a Company>,
    /// What verified colleagues told of the company; nothing unless the contact's own link is verified.
    pub company_facts: &'a [ProfileFact],
    /// Of the contact, and of the company only where the link is verified. Newest first.
    pub orders: &'a [Order],
    /// What the contact was offered, and where the link is verified the company: what still stands, oldest first.
    pub promises: &'a [Promise],
    /// The newest open lead of the contact.
    pub lead: Option<&'a Lead>,
    /// The newest quote for the contact's requirement, where there is one.
    pub quote: Option<&'a Quote>,
    /// The people at the shop of whom something is known; who is not among them is off-line and free.
    pub colleagues: &'a [Colleague],
    /// What was learned from all orders and outcomes; it answers for this buyer alone.
    pub learned: Learned<'a>,
    /// The buyer's messages that this turn answers, in order. Never empty.
    pub messages: &'a [Message],
}

impl Situation<'_> {
    /// The messages as one text, joined by line breaks; spans of the understanding count its code points.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (index, message) in self.messages.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            text.push_str(&message.text);
        }
        text
    }

    /// The message that holds code point `offset` of [`Self::text`].
    pub fn message_at(&self, offset: usize) -> &Message {
        let mut end = 0;
        for message in self.messages {
            end += message.text.chars().count() + 1;
            if offset < end {
                return message;
            }
        }
        self.messages.last().expect("a turn has at least one message")
    }

    /// Whether it is the company that the contact names, or one that is the same firm.
    pub(crate) fn is_own_company(&self, id: CompanyId) -> bool {
        self.contact.company == Some(id) || self.company.is_some_and(|company| company.is(id))
    }

    /// Whether the buyer reads letters rather than a live chat: then everything that is missing is asked for at once.
    pub fn is_by_letter(&self) -> bool {
        self.contact.attributes.get(CHANNEL).is_some_and(|channel| channel.eq_ignore_ascii_case("email"))
    }

    /// The language of the turn. What holds no words (an emoji, markup, a link) is in the language of the conversation so far, whatever
    /// it looks like.
    pub fn language(&self, understood: Language) -> Language {
        let known = self.conversation.memory.language.filter(|known| *known != understood);
        match known {
            Some(known) if !self.messages.iter().any(|message| words::any(&message.text)) => known,
            _ => understood,
        }
    }

    /// The language to answer in; `understood` is that of the messages.
    pub fn reply_language(&self, understood: Language) -> ReplyLanguage {
        self.language(understood).reply()
    }
}
