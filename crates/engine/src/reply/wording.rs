//! A language model's wording of an answer: what it is told, and what of its answer may leave.
//!
//! The model gets the template's words with a named placeholder for every value (`{price_1}`) and never sees a value, nor the buyer's
//! message: it is told facts and nothing else, so that no cost, floor, note or other company's data can be in its prompt, and no
//! message can give it orders. Its answer must fit the schema, use each placeholder and no other, stay short, bind the shop to nothing
//! that the facts do not say, and pass the check once the values are filled in. Lines that are no answer (who speaks, who takes over,
//! recommendations, the one question) stay as the templates word them.

use domain::{
    fact::Fact,
    language::ReplyLanguage,
    turn::{ReplyKind, WordedBy},
};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Part,
    check::{Licence, Unissued, Why},
};
use crate::{knowledge::Knowledge, plan::Plan};

mod values;
mod vocabulary;

use values::Value;
use vocabulary::Vocabulary;

/// A longer answer, in bytes, is none.
const LONGEST_ANSWER: usize = 16 * 1024;
/// So many lines more than the template's may a wording have.
const MORE_LINES: usize = 4;
/// So many characters more than twice the template's.
const MORE_CHARACTERS: usize = 120;

/// An answer that a model may word.
#[derive(Debug, Clone)]
pub struct Wording {
    language: ReplyLanguage,
    /// Lines that stay, before and after the answer.
    head: Vec<String>,
    tail: Vec<String>,
    /// The template's words with placeholders.
    draft: String,
    /// How long those are with the values.
    characters: usize,
    lines: usize,
    /// Questions that the worded part may ask.
    questions: usize,
    values: Vec<Value>,
    licence: Licence,
    vocabulary: Vocabulary,
    /// What the buyer wrote. It is never told to the model; words that repeat it came another way.
    heard: String,
}

/// Why a model's words do not leave. It is said to the model once, for another try.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the answer is longer than {LONGEST_ANSWER} bytes")]
    TooLong,
    #[error("the answer does not fit the schema: {0}")]
    NotInSchema(String),
    #[error("`{{{0}}}` is no placeholder that was given")]
    UnknownPlaceholder(String),
    #[error("these placeholders are missing: {0}")]
    Missing(String),
    #[error("the text is longer than twice the draft")]
    Wordy,
    #[error("the text asks a question that the draft does not ask")]
    Asks,
    #[error("the text holds a character that is not seen or is not of its language: {0}")]
    Character(String),
    #[error("the text repeats what the buyer wrote: `{0}`")]
    Echo(String),
    #[error("the text names `{0}`, which the draft does not")]
    Name(String),
    #[error("`{0}` binds the shop to something that the draft does not say")]
    Commitment(String),
    #[error("{}", unissued(.0))]
    Unissued(Vec<Unissued>),
}

impl Refused {
    /// One word for a metric.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::TooLong | Self::NotInSchema(_) => "schema",
            Self::UnknownPlaceholder(_) | Self::Missing(_) => "placeholder",
            Self::Wordy | Self::Asks => "form",
            Self::Character(_) => "character",
            Self::Name(_) => "name",
            Self::Echo(_) => "echo",
            Self::Commitment(_) => "commitment",
            Self::Unissued(_) => "unissued",
        }
    }
}

fn unissued(found: &[Unissued]) -> String {
    let one = |unissued: &Unissued| {
        let why = match unissued.why {
            Why::NotIssued => "was not given",
            Why::OtherProduct => "is another product's",
            Why::OtherMeaning => "means something else",
        };
        format!("`{}` {why}", unissued.text)
    };
    found.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Whether words that state the facts' values themselves may leave: in the language, naming and promising nothing else, and passing the
/// check.
pub fn inspect(
    text: &str,
    language: ReplyLanguage,
    facts: &[Fact],
    licence: &Licence,
) -> Result<(), Refused> {
    Vocabulary::of(facts, "").judge(text, language)?;
    licence.check_wording(text).map_err(Refused::Unissued)
}

impl Wording {
    /// What may be worded of a reply; nothing where no fact is said in it, or where a person takes over.
    pub(super) fn new(
        language: ReplyLanguage,
        plan: &Plan,
        parts: &[Part],
        facts: &[Fact],
        licence: &Licence,
        heard: &str,
    ) -> Option<Self> {
        if !matches!(plan.kind, ReplyKind::Answer | ReplyKind::Quote) || plan.handoff.is_some() {
            return None;
        }
        let start = parts.iter().position(|part| part.is_answer)?;
        let end = parts.iter().rposition(|part| part.is_answer)? + 1;
        let texts = |parts: &[Part]| -> Vec<String> {
            parts.iter().map(|part| part.text.trim().to_owned()).collect()
        };
        let plain = texts(parts.get(start..end)?).join("\n");
        let (draft, values) = values::placed(&plain, licence);
        if !values.iter().any(Value::is_fact) {
            return None;
        }
        let head = texts(parts.get(..start)?);
        let tail = texts(parts.get(end..)?);
        let asked = |lines: &[String]| lines.iter().any(|line| super::asks(line));
        let questions = usize::from(super::asks(&plain) || !(asked(&head) || asked(&tail)));
        Some(Self {
            language,
            head,
            tail,
            characters: plain.chars().count(),
            lines: plain.lines().count(),
            questions,
            vocabulary: Vocabulary::of(facts, &plain),
            draft,
            values,
            licence: licence.clone(),
            heard: vocabulary::letters(heard),
        })
    }

    /// What the model is told.
    pub fn prompt(&self) -> String {
        let language = match self.language {
            ReplyLanguage::Zh => "Chinese",
            ReplyLanguage::En => "English",
        };
        let mut prompt = format!(
            "You word one answer of a shop's sales assistant to a business buyer, in {language}. Write the draft anew, as a friendly and \
             competent person at the shop would say it in a chat: short, plain, no more lines than needed. Say everything that the draft \
             says and nothing else: no promise, no offer, no name, no question of your own. Names in braces stand for values that the \
             shop puts in afterwards: use each of them, letter for letter, beside what it belongs to, and no other. Write no number, \
             price, percent, date, duration or link of your own, neither in digits nor in words. Answer with one JSON object that fits \
             the schema: {{\"text\": \"…\"}}.\nvalues:\n"
        );
        for value in &self.values {
            prompt.push_str(&format!("{{{}}}: {}\n", value.name, value.about));
        }
        prompt.push_str("draft: ");
        prompt.push_str(&Json::from(self.draft.as_str()).to_string());
        prompt
    }

    /// The same with what was wrong with the first answer.
    pub fn repair(&self, said: &str, refused: &Refused) -> String {
        let mut prompt = self.prompt();
        let said: String = said.chars().take(2_000).collect();
        prompt.push_str("\nyour answer was: ");
        prompt.push_str(&Json::from(said).to_string());
        prompt.push_str(&format!("\nit cannot be sent: {refused}. Answer again without that."));
        prompt
    }

    /// The JSON schema of the answer.
    pub fn schema(&self) -> Json {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["text"],
            "properties": {"text": {"type": "string"}},
        })
    }

    /// The whole reply with a model's words in it, values filled in, and who worded it.
    pub fn read(&self, knowledge: &Knowledge, said: &str) -> Result<(String, WordedBy), Refused> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Said {
            text: String,
        }
        if said.len() > LONGEST_ANSWER {
            return Err(Refused::TooLong);
        }
        let said: Said =
            serde_json::from_str(said.trim()).map_err(|error| Refused::NotInSchema(error.to_string()))?;
        let words = said.text.trim();
        let (filled, own) = self.filled(words)?;
        self.vocabulary.judge(&own, self.language)?;
        if filled.chars().count() > 2 * self.characters + MORE_CHARACTERS
            || filled.lines().count() > self.lines + MORE_LINES
        {
            return Err(Refused::Wordy);
        }
        if own.matches(['?', '\u{ff1f}']).count() > self.questions {
            return Err(Refused::Asks);
        }
        if let Some(echo) = self.vocabulary.echo(&self.heard, &own) {
            return Err(Refused::Echo(echo));
        }
        if let Some(name) = self.vocabulary.foreign_product(knowledge, self.licence.products(), &own) {
            return Err(Refused::Name(name));
        }
        self.licence.check_wording(&filled).map_err(Refused::Unissued)?;
        let lines = self.head.iter().map(String::as_str);
        let lines = lines.chain(std::iter::once(filled.trim())).chain(self.tail.iter().map(String::as_str));
        Ok((lines.collect::<Vec<_>>().join("\n"), WordedBy::Model))
    }

    /// The words with the values in their places, and without them.
    fn filled(&self, words: &str) -> Result<(String, String), Refused> {
        let (mut filled, mut own) =
            (String::with_capacity(words.len() * 2), String::with_capacity(words.len()));
        let mut used = vec![false; self.values.len()];
        let mut rest = words;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, tail) = rest.split_at(open);
            filled.push_str(before);
            own.push_str(before);
            let named = tail.strip_prefix('{').and_then(|tail| tail.split_once('}'));
            let Some((name, after)) = named else {
                return Err(Refused::UnknownPlaceholder(tail.chars().take(20).collect()));
            };
            let place = self.values.iter().position(|value| value.name == name);
            let value = place.and_then(|place| Some((used.get_mut(place)?, self.values.get(place)?)));
            let Some((used, value)) = value else {
                return Err(Refused::UnknownPlaceholder(name.chars().take(40).collect()));
            };
            *used = true;
            filled.push_str(&value.text);
            own.push(' ');
            rest = after;
        }
        filled.push_str(rest);
        own.push_str(rest);
        let missing: Vec<String> = self
            .values
            .iter()
            .zip(&used)
            .filter(|(_, used)| !**used)
            .map(|(value, _)| format!("{{{}}}", value.name))
            .collect();
        if missing.is_empty() { Ok((filled, own)) } else { Err(Refused::Missing(missing.join(", "))) }
    }
}

#[cfg(test)]
mod tests;
