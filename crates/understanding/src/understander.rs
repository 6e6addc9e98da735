//! From a message to its understanding.

use domain::{
    Timestamp,
    catalog::ShopIntent,
    conversation::PendingQuestion,
    id::ProductId,
    language::Language,
    understanding::{EntityKind, EntityValue, ScoredIntent, Source, Understanding, intent},
};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    Lexicon, OUT_OF_SCOPE,
    classifier::{
        corpus, decode, encode,
        encoder::Encoders,
        features::Family,
        model::{Model, Scores},
        trainer::{self, Example, Examples},
    },
    context::{self, Answer},
    entity::{self, Extracted, Light},
    language, own_intents, pack, split,
    text::{self, Folded},
};

/// What the conversation is about when a message comes in.
#[derive(Debug, Clone, Copy)]
pub struct Focus<'a> {
    pub product: &'a ProductId,
    pub category: Option<&'a str>,
    /// What one of it costs by the list, in whole units of the shop's currency: a bare number near it is a bid.
    pub price: Option<i64>,
}

/// The products that the buyer last saw side by side, in their order: "the first one" is one of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed<'a> {
    pub products: &'a [ProductId],
    /// The one with the lowest price, where one alone has it.
    pub cheapest: Option<&'a ProductId>,
    /// Likewise with the highest.
    pub dearest: Option<&'a ProductId>,
}

impl Listed<'_> {
    pub const NONE: Self = Self { products: &[], cheapest: None, dearest: None };
}

/// In what light a message is read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// When the message came; relative dates count from here.
    pub now: Timestamp,
    /// IANA name of the buyer's or the shop's time zone; UTC where it is not known.
    pub timezone: &'a str,
    /// What we asked last.
    pub question: Option<&'a PendingQuestion>,
    /// The product spoken of.
    pub focus: Option<Focus<'a>>,
    /// The product category that the talk was about last.
    pub topic: Option<&'a str>,
    pub listed: Listed<'a>,
    /// The language of the conversation so far.
    pub language: Option<Language>,
}

/// Why no understander could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainingError {
    #[error("the intent `{0}` has no examples; give it at least five in each language that buyers write")]
    NoExamples(String),
    #[error("an intent has no name; give it one of lower-case letters, digits and _")]
    NoName,
    #[error("the model that is built into this program cannot be read; build the program again")]
    EmbeddedModel,
}

static CHINESE_MODEL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.zh.bin"));
static ENGLISH_MODEL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.en.bin"));
static CHINESE_NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/names.zh.txt"));
static ENGLISH_NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/names.en.txt"));
static CHINESE_PACK: &str = include_str!(concat!(env!("OUT_DIR"), "/pack.zh.txt"));
static ENGLISH_PACK: &str = include_str!(concat!(env!("OUT_DIR"), "/pack.en.txt"));

/// Understands messages. It holds the shop's words and the trained models, never changes, and can be shared by threads.
#[derive(Debug, Clone)]
pub struct Understander {
    lexicon: Lexicon,
    chinese: Model,
    english: Model,
}

/// If this program learnt otherwise, so many bytes of weights at the end of its models would be others.
const TOLD_BY: usize = 64 * 1024;
/// Below this the classifier is unsure enough for the conversation's subject to decide.
const UNSURE: f64 = 0.6;
/// What an answer to our own question is worth.
const ANSWERED: f64 = 0.95;

impl Understander {
    /// With no intents of the shop's own, reads the embedded models, which takes milliseconds. Else trains again from the default pack's
    /// text and the shop's, which takes seconds and keeps two cores busy.
    pub fn new(lexicon: Lexicon, shop_intents: &[ShopIntent]) -> Result<Self, TrainingError> {
        Self::with_encoders(lexicon, shop_intents, &Encoders::default())
    }

    /// The same with sentence vectors as further features. A language that has an encoder is trained again: beside the usual seconds
    /// that takes the encoder as long as the tens of thousands of examples of the pack take it.
    pub fn with_encoders(
        lexicon: Lexicon,
        shop_intents: &[ShopIntent],
        encoders: &Encoders,
    ) -> Result<Self, TrainingError> {
        refuse_empty(shop_intents)?;
        Self::of(lexicon, |family| {
            let own = own_intents::examples(family, shop_intents);
            if is_embedded(family, &own, encoders) {
                embedded(family)
            } else {
                Ok(train(family, embedded_text(family), own, encoders))
            }
        })
    }

    /// What [`Self::trained`] gave, read back in milliseconds; `None` where the bytes are not of this form. The intents and the encoders
    /// must be the same.
    pub fn read(
        lexicon: Lexicon,
        shop_intents: &[ShopIntent],
        encoders: &Encoders,
        trained: &[u8],
    ) -> Option<Self> {
        let (head, rest) = trained.split_first_chunk::<4>()?;
        let (chinese, english) = rest.split_at_checked(u32::from_le_bytes(*head) as usize)?;
        Self::of(lexicon, |family| {
            let own = own_intents::examples(family, shop_intents);
            if is_embedded(family, &own, encoders) {
                return embedded(family).ok().ok_or(());
            }
            let bytes = if family == Family::Chinese { chinese } else { english };
            let own = own
                .iter()
                .flatten()
                .flat_map(|example| &example.names)
                .map(|(kind, name)| (*kind, name.as_str()));
            let names = corpus::read_names(embedded_names(family)).chain(own);
            decode::read_owned(bytes, names, encoders.of(family).cloned()).ok_or(())
        })
        .ok()
    }

    /// The models that were trained for the shop's own intents or with an encoder, to be kept; `None` where there are none. The same
    /// training gives the same bytes.
    pub fn trained(&self, shop_intents: &[ShopIntent], encoders: &Encoders) -> Option<Vec<u8>> {
        let [chinese, english] =
            [(Family::Chinese, &self.chinese), (Family::English, &self.english)].map(|(family, model)| {
                let own = own_intents::examples(family, shop_intents);
                if is_embedded(family, &own, encoders) { Vec::new() } else { encode::write(model) }
            });
        let head = u32::try_from(chinese.len()).ok()?.to_le_bytes();
        let empty = chinese.is_empty() && english.is_empty();
        (!empty).then(|| [head.as_slice(), &chinese, &english].concat())
    }

    /// All that training depends on beside the shop's own intents, so that kept models can be told from outdated ones: the form of a
    /// model, the pack, and how this program learns (which its embedded models show).
    pub fn training_basis() -> [&'static [u8]; 4] {
        let tail = |model: &'static [u8]| &model[model.len().saturating_sub(TOLD_BY)..];
        [CHINESE_PACK.as_bytes(), ENGLISH_PACK.as_bytes(), tail(CHINESE_MODEL), tail(ENGLISH_MODEL)]
    }

    fn of<E: Send>(lexicon: Lexicon, model: impl Fn(Family) -> Result<Model, E> + Sync) -> Result<Self, E> {
        let (other, english) = std::thread::scope(|scope| {
            let other = scope.spawn(|| model(Family::Chinese));
            let english = model(Family::English);
            (other.join(), english)
        });
        // What another thread could not do is done here.
        let chinese = other.unwrap_or_else(|_| model(Family::Chinese))?;
        Ok(Self { lexicon, chinese, english: english? })
    }

    /// Never fails; the same message in the same context gives the same understanding.
    pub fn understand(&self, context: &Context<'_>, text: &str) -> Understanding {
        let folded = Folded::new(text);
        let chars = folded.chars.as_slice();
        let language = language::detect(chars, context.language);
        let asks_quantity = context::asks_quantity(context.question);
        let light = light(context, asks_quantity);
        let Extracted { mut entities, category } = entity::extract(&folded, &self.lexicon, light);
        let mut intents;
        let mut undecided = Vec::new();
        match context.question.and_then(|question| context::answer(question, chars, &entities)) {
            Some(Answer::Intent(name)) => intents = vec![ScoredIntent { name, confidence: ANSWERED }],
            Some(Answer::Choice(name)) => {
                intents = vec![ScoredIntent { name: self.intent_of_choice(&name), confidence: ANSWERED }];
                self.add_choice(&folded, &name, &mut entities);
            }
            None if entity::only_points(&folded, context.listed.products, &entities) => {
                intents =
                    vec![ScoredIntent { name: intent::PRODUCT_INQUIRY.to_owned(), confidence: ANSWERED }];
            }
            None => (intents, undecided) = self.intents(chars, language),
        }
        let unsure =
            intents.first().is_none_or(|first| first.name == OUT_OF_SCOPE || first.confidence < UNSURE);
        if matches!(intents.as_slice(), [only] if only.confidence < UNSURE)
            && context.question.is_some_and(|question| context::tells_requirement(question, chars))
        {
            intents =
                vec![ScoredIntent { name: intent::RECOMMENDATION_REQUEST.to_owned(), confidence: UNSURE }];
            undecided.clear();
        }
        let follows = (unsure && context::is_follow_up(chars, &entities))
            || context::is_only_follow_up(chars, &entities);
        if follows && context.focus.is_some() {
            intents = vec![ScoredIntent { name: intent::PRICE_INQUIRY.to_owned(), confidence: UNSURE }];
            undecided.clear();
        }
        let priced = intents.iter().any(|one| one.name == intent::PRICE_INQUIRY || one.name == OUT_OF_SCOPE);
        if !priced && context.focus.is_some() && context::opens_with_follow_up(chars, &entities) {
            intents.insert(0, ScoredIntent { name: intent::PRICE_INQUIRY.to_owned(), confidence: UNSURE });
        }
        if intents.iter().all(|one| one.name == intent::SOLICITATION) {
            // What somebody offers us is nothing that a buyer looks for.
            entities.retain(|one| {
                one.kind != EntityKind::Product
                    || one.value != EntityValue::Unknown(())
                    || !one.candidates.is_empty()
            });
        }
        let topic = self.topic(&entities, category, &intents, context);
        Understanding { language, source: Source::Local, intents, entities, topic, undecided, assisted: None }
    }

    /// What a text names, by the extractors alone.
    pub fn entities(
        &self,
        context: &Context<'_>,
        text: &str,
        asks_quantity: bool,
    ) -> Vec<domain::understanding::Entity> {
        let light = light(context, asks_quantity);
        entity::extract(&Folded::new(text), &self.lexicon, light).entities
    }

    /// A product that was picked is asked about; anything else that was picked is agreed to.
    fn intent_of_choice(&self, choice: &str) -> String {
        let product = self.lexicon.category(&ProductId::from(choice)).is_some()
            || self.lexicon.hits(&text::fold(choice).chars().collect::<Vec<_>>()).iter().any(|hit| {
                matches!(hit.meaning, crate::lexicon::Meaning::Products(positions) if positions.len() == 1)
            });
        let name = if intent::ALL.contains(&choice) {
            choice
        } else if product {
            intent::PRODUCT_INQUIRY
        } else {
            intent::AFFIRM
        };
        name.to_owned()
    }

    /// A product that was picked by its number stands among the entities, with the buyer's words as its text.
    fn add_choice(&self, folded: &Folded, choice: &str, entities: &mut Vec<domain::understanding::Entity>) {
        let known = entities.iter().any(|entity| matches!(entity.value, EntityValue::Product(_)));
        let chars: Vec<char> = text::fold(choice).chars().collect();
        let picked = self.lexicon.hits(&chars).iter().find_map(|hit| match hit.meaning {
            crate::lexicon::Meaning::Products(positions) if positions.len() == 1 => {
                self.lexicon.product(positions[0]).cloned()
            }
            _ => None,
        });
        let end = folded.original_len();
        if let Some(id) = picked
            && !known
            && end > 0
        {
            entities.clear();
            entities.push(domain::understanding::Entity {
                kind: EntityKind::Product,
                text: folded.original(0, end),
                start: 0,
                end,
                value: EntityValue::Product(id),
                negated: false,
                candidates: Vec::new(),
                generic: false,
            });
        }
    }

    fn intents(&self, chars: &[char], language: Language) -> (Vec<ScoredIntent>, Vec<ScoredIntent>) {
        if !chars.iter().any(|c| c.is_alphanumeric())
            && !chars.iter().any(|&c| !c.is_ascii() && !c.is_whitespace())
        {
            return (vec![scored(OUT_OF_SCOPE, 1.0)], Vec::new());
        }
        let model = self.model(chars, language);
        let folded: String = chars.iter().collect();
        let text = model.read(&folded);
        let whole = model.classify(&text);
        if language == Language::Other {
            // Another language is recognised, never classified with confidence.
            return (vec![scored(OUT_OF_SCOPE, whole.out_of_scope.clamp(0.5, 0.9))], Vec::new());
        }
        let asked = split::intents(model, chars, &text, &whole);
        let single = asked.len() == 1;
        let foreign = single && !whole.in_scope && asked[0] == split::top(&whole.probabilities)
            || asked.first().is_none_or(|first| Some(first.class) == model.out_of_scope);
        if foreign {
            let sure = model.out_of_scope.map_or(whole.out_of_scope, |class| whole.probabilities[class]);
            return (vec![scored(OUT_OF_SCOPE, sure)], Vec::new());
        }
        let undecided = if single { undecided(model, &whole) } else { Vec::new() };
        (asked.iter().map(|one| scored(&model.labels[one.class], one.confidence)).collect(), undecided)
    }

    fn model(&self, chars: &[char], language: Language) -> &Model {
        match language {
            Language::Zh => &self.chinese,
            Language::En | Language::Other => &self.english,
            Language::Mixed if prefers_english(chars) => &self.english,
            Language::Mixed => &self.chinese,
        }
    }

    /// The model for a text that stands alone.
    pub(crate) fn model_of(&self, chars: &[char]) -> &Model {
        self.model(chars, language::detect(chars, None))
    }

    fn topic(
        &self,
        entities: &[domain::understanding::Entity],
        category: Option<String>,
        intents: &[ScoredIntent],
        context: &Context<'_>,
    ) -> Option<String> {
        let product =
            entities.iter().filter(|entity| !entity.negated && !entity.generic).find_map(|entity| {
                match &entity.value {
                    EntityValue::Product(id) => Some(id),
                    _ => match entity.candidates.first() {
                        Some(EntityValue::Product(id)) => Some(id),
                        _ => None,
                    },
                }
            });
        product.and_then(|id| self.lexicon.category(id).map(str::to_owned)).or(category).or_else(|| {
            let about_goods = intents.first().is_some_and(|first| intent::is_about_goods(&first.name));
            let category = match context.focus {
                Some(focus) => focus.category,
                None => context.topic,
            };
            category.filter(|_| about_goods).map(str::to_owned)
        })
    }
}

fn scored(name: &str, confidence: f32) -> ScoredIntent {
    let confidence = (f64::from(confidence).clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0;
    ScoredIntent { name: name.to_owned(), confidence }
}

/// The intents that cannot be told apart; none where the conformal set holds one.
fn undecided(model: &Model, scores: &Scores) -> Vec<ScoredIntent> {
    let set = model.conformal_set(scores);
    let named = |&class: &usize| scored(&model.labels[class], scores.probabilities[class]);
    if set.len() > 1 { set.iter().map(named).collect() } else { Vec::new() }
}

fn prefers_english(chars: &[char]) -> bool {
    let han = chars.iter().filter(|&&c| text::is_han(c)).count();
    let words = chars.split(|c| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).count();
    words > han
}

fn light<'a>(context: &Context<'a>, asks_quantity: bool) -> Light<'a> {
    let price = context.focus.and_then(|focus| focus.price);
    let asked = context.question.map(|question| question.about.as_str());
    Light { today: today(context), asks_quantity, asked, listed: context.listed, price }
}

fn today(context: &Context<'_>) -> Date {
    let zone = TimeZone::get(context.timezone).unwrap_or(TimeZone::UTC);
    context.now.to_jiff().to_zoned(zone).date()
}

fn refuse_empty(shop_intents: &[ShopIntent]) -> Result<(), TrainingError> {
    for own in shop_intents {
        if own.name.trim().is_empty() {
            return Err(TrainingError::NoName);
        }
        if own.examples.iter().all(|example| example.trim().is_empty()) {
            return Err(TrainingError::NoExamples(own.name.clone()));
        }
    }
    Ok(())
}

/// Whether what is built in serves: there is nothing else to learn from.
fn is_embedded(family: Family, own: &[Vec<Example>], encoders: &Encoders) -> bool {
    own.is_empty() && encoders.of(family).is_none()
}

fn embedded(family: Family) -> Result<Model, TrainingError> {
    let bytes = match family {
        Family::Chinese => CHINESE_MODEL,
        Family::English => ENGLISH_MODEL,
    };
    decode::read(bytes, corpus::read_names(embedded_names(family))).ok_or(TrainingError::EmbeddedModel)
}

const fn embedded_names(family: Family) -> &'static str {
    match family {
        Family::Chinese => CHINESE_NAMES,
        Family::English => ENGLISH_NAMES,
    }
}

const fn embedded_text(family: Family) -> &'static str {
    match family {
        Family::Chinese => CHINESE_PACK,
        Family::English => ENGLISH_PACK,
    }
}

fn train(family: Family, pack_text: &str, own: Vec<Vec<Example>>, encoders: &Encoders) -> Model {
    let mut examples: Vec<Example> =
        pack::read(pack_text).into_iter().map(|(line, name)| corpus::example(&line, &name)).collect();
    let own = own_intents::due_weight(family, &examples, own);
    examples.extend(own);
    let encoder = encoders.of(family).cloned();
    trainer::train(&Examples::new(family, true, OUT_OF_SCOPE, encoder, examples))
}
