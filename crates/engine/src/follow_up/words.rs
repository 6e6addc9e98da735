//! What a follow-up says: the owner's templates over facts of this moment, through the same check as any reply.

use domain::{
    fact::{Fact, FactBody},
    follow_up::Reason,
    id::ProductId,
    language::{Language, ReplyLanguage},
    requirement::Requirement,
    understanding::Understanding,
};

use super::{FollowUp, cause::Cause};
use crate::{
    quote,
    reply::{check::Licence, format, template},
    routing,
    situation::Situation,
};

/// What the buyer reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub text: String,
    pub facts: Vec<Fact>,
}

/// Why there are no words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotSay {
    /// With what no fact issued.
    #[error("the words of the step `{0}` were withheld: no fact says `{1}`; take it out of the step's text")]
    Withheld(String, String),
    #[error("the step `{0}` has no words: {1}")]
    NoWords(String, template::TemplateProblem),
    #[error("what the step `{0}` speaks of is not there any more")]
    Gone(String),
}

/// The placeholders that the text of a step may use.
pub(crate) const fn placeholders(reason: Reason) -> &'static [&'static str] {
    match reason {
        Reason::QuoteExpires | Reason::QuoteOpen => &["number", "date"],
        Reason::PriceGiven | Reason::SamplePromised | Reason::Interest => &["product"],
        Reason::QuestionOpen => &["product", "needs"],
        Reason::ReorderDue => &["products"],
    }
}

/// Words for a step, in the buyer's language.
pub fn compose(situation: &Situation<'_>, follow_up: &FollowUp) -> Result<Said, CannotSay> {
    let knowledge = situation.knowledge;
    let step = follow_up.step.clone();
    let known = situation.conversation.memory.language;
    let language = known.map_or_else(|| routing::shop_language(knowledge), Language::reply);
    let speaker = Speaker { situation, language };
    let (facts, values, plain) =
        speaker.state(&follow_up.cause).ok_or_else(|| CannotSay::Gone(step.clone()))?;
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let own =
        knowledge.follow_ups.steps.iter().find(|known| known.id == step).and_then(|step| step.text.as_ref());
    let filled = if let Some(text) = own.filter(|_| !plain) {
        template::fill(text.get(language), &values)
    } else {
        let tail = if plain { "_plain" } else { "" };
        let key = format!("follow_up.{}{tail}", follow_up.reason.name());
        template::render(knowledge, &key, language, &values)
    };
    let text = filled.map_err(|problem| CannotSay::NoWords(step.clone(), problem))?;
    let text = match language {
        ReplyLanguage::Zh => text,
        ReplyLanguage::En => format::capitalised(&text),
    };
    let mut licence = Licence::new(&facts, &Understanding::default(), &Requirement::default());
    licence.allow_names(&knowledge.name_licence);
    if let Err(unissued) = licence.check(&text) {
        let said: Vec<&str> = unissued.iter().map(|unissued| unissued.text.as_str()).collect();
        return Err(CannotSay::Withheld(step, said.join("`, `")));
    }
    Ok(Said { text, facts })
}

/// The reason for people at the shop.
pub(super) fn why(situation: &Situation<'_>, cause: &Cause) -> String {
    let language = routing::shop_language(situation.knowledge);
    let speaker = Speaker { situation, language };
    let zh = language == ReplyLanguage::Zh;
    // `P001 六轴机器人的`, nothing where it is not known which.
    let of = |id: &Option<ProductId>| match (id.as_ref().and_then(|id| speaker.product(id)), zh) {
        (Some(name), true) => format!("{name}的"),
        (Some(name), false) => format!(" of {name}"),
        (None, _) => String::new(),
    };
    match cause {
        Cause::QuoteExpires => match (situation.quote, zh) {
            (Some(quote), true) => {
                format!("报价单{}有效期到{}", quote::label(quote), quote.content.valid_until)
            }
            (Some(quote), false) => {
                format!("quote {} is valid until {}", quote::label(quote), quote.content.valid_until)
            }
            (None, _) => String::new(),
        },
        Cause::QuoteOpen => match (situation.quote, zh) {
            (Some(quote), true) => format!("报价单{}发出后客户没有回复", quote::label(quote)),
            (Some(quote), false) => format!("quote {} is not answered", quote::label(quote)),
            (None, _) => String::new(),
        },
        Cause::PriceGiven(product) if zh => format!("报了{}价格，客户没有回复", of(product)),
        Cause::PriceGiven(product) => format!("the price{} is not answered", of(product)),
        Cause::QuestionOpen(_, needs) if zh => format!("还没有告诉我们{}", speaker.needs(needs)),
        Cause::QuestionOpen(_, needs) => format!("the buyer has not told {} yet", speaker.needs(needs)),
        Cause::SamplePromised(product) if zh => format!("客户要过{}样品", of(product)),
        Cause::SamplePromised(product) => format!("the buyer wanted a sample{}", of(product)),
        Cause::Interest(product) if zh => format!("客户看过{}", speaker.product(product).unwrap_or_default()),
        Cause::Interest(product) => {
            format!("the buyer looked at {}", speaker.product(product).unwrap_or_default())
        }
        Cause::ReorderDue(products) if zh => format!("按订货周期该补货：{}", speaker.products(products)),
        Cause::ReorderDue(products) => {
            format!("due again by the purchase cycle: {}", speaker.products(products))
        }
    }
}

struct Speaker<'s> {
    situation: &'s Situation<'s>,
    language: ReplyLanguage,
}

/// Facts, values, and whether the words name no product.
type Stated = (Vec<Fact>, Vec<(&'static str, String)>, bool);

impl Speaker<'_> {
    fn state(&self, cause: &Cause) -> Option<Stated> {
        Some(match cause {
            Cause::QuoteExpires | Cause::QuoteOpen => {
                let quote = self.situation.quote?;
                let date = format::date(&quote.content.valid_until, self.language);
                let values = vec![("number", quote::label(quote)), ("date", date)];
                (vec![quote::fact(quote, quote.status, None)], values, false)
            }
            Cause::PriceGiven(product) | Cause::SamplePromised(product) => self.about(product.as_ref()),
            Cause::QuestionOpen(product, needs) => {
                let (facts, mut values, plain) = self.about(product.as_ref());
                values.push(("needs", self.needs(needs)));
                (facts, values, plain)
            }
            Cause::Interest(product) => {
                let (facts, values, plain) = self.about(Some(product));
                if plain {
                    return None;
                }
                (facts, values, plain)
            }
            Cause::ReorderDue(products) => {
                let facts: Vec<Fact> = products.iter().filter_map(|id| self.product_fact(id)).collect();
                if facts.is_empty() {
                    return None;
                }
                (facts, vec![("products", self.products(products))], false)
            }
        })
    }

    fn about(&self, product: Option<&ProductId>) -> Stated {
        let found = product.and_then(|id| Some((self.product_fact(id)?, self.product(id)?)));
        match found {
            Some((fact, name)) => (vec![fact], vec![("product", name)], false),
            None => (Vec::new(), Vec::new(), true),
        }
    }

    fn product_fact(&self, id: &ProductId) -> Option<Fact> {
        let knowledge = self.situation.knowledge;
        let product = knowledge.product(id)?;
        let name = product.name.get(self.language).to_owned();
        let body = FactBody::Product { product: product.id.clone(), name };
        Some(Fact::new(body, format!("products@r{}", knowledge.revision)))
    }

    fn product(&self, id: &ProductId) -> Option<String> {
        Some(format::product_label(self.situation.knowledge.product(id)?, self.language))
    }

    fn products(&self, ids: &[ProductId]) -> String {
        let names: Vec<String> = ids.iter().filter_map(|id| self.product(id)).collect();
        format::list(&names, self.language)
    }

    fn needs(&self, keys: &[&str]) -> String {
        let words = keys
            .iter()
            .filter_map(|key| template::render(self.situation.knowledge, key, self.language, &[]).ok());
        format::list(&words.collect::<Vec<_>>(), self.language)
    }
}
