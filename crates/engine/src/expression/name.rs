//! The names that an expression may use, with their types.

use domain::understanding::EntityKind;

use super::ExpressionError;
use crate::document;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Number,
    Text,
    List,
}

impl Kind {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Bool => "a truth value",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
        }
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident;)*) => {
        /// What a rule may ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Name {
            $($(#[$doc])* $name,)*
            /// `entities.quantity` and so on: whether the message names such a thing. A truth value.
            Entity(EntityKind),
        }

        const PLAIN: &[(&str, Name)] = &[$(($text, Name::$name)),*];

        impl Name {
            /// As it stands in expressions.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Entity(kind) => entity_text(kind),
                }
            }

            pub(super) const fn kind(self) -> Kind {
                match self {
                    $(Self::$name => Kind::$kind,)*
                    Self::Entity(_) => Kind::Bool,
                }
            }
        }
    };
}

names! {
    /// The primary intent.
    Intent = "intent", Text;
    /// All intents of the message.
    Intents = "intents", List;
    /// `zh`, `en`, `mixed` or `other`.
    Language = "language", Text;
    /// A journey stage.
    Stage = "stage", Text;
    /// The requirement at the shop's prices, in major units of the shop's currency.
    OrderAmount = "order_amount", Number;
    /// 0 to 23 in the shop's time zone.
    TimeHour = "time.hour", Number;
    /// Monday is 1, Sunday 7.
    TimeWeekday = "time.weekday", Number;
    /// Whether the shop works now.
    TimeOpen = "time.open", Bool;
    /// `new` or `existing`; also written `profile.type`.
    ContactType = "contact.type", Text;
    /// `vip` and the like; also written `profile.tier`.
    ContactTier = "contact.tier", Text;
    ContactMessageCount = "contact.message_count", Number;
    /// The id of an industry.
    ProfileIndustry = "profile.industry", Text;
    /// The number of the purchase scale, whatever its unit.
    ProfilePurchaseScale = "profile.purchase_scale", Number;
    CompanyVerified = "company.verified", Bool;
    ConversationRounds = "conversation.rounds", Number;
    /// Turns in a row that were not understood, this one included.
    ConversationMisunderstood = "conversation.misunderstood", Number;
    /// `assistant`, `waiting` or `person`.
    ConversationOwner = "conversation.owner", Text;
    /// The id of the product spoken of last.
    RequirementProduct = "requirement.product", Text;
    /// The quantity wanted of it.
    RequirementQuantity = "requirement.quantity", Number;
    RequirementDestination = "requirement.destination", Text;
    /// Whether a FAQ answers the message.
    Faq = "faq", Bool;
    /// Whether the message was understood well enough to act on.
    Understood = "understood", Bool;
    /// Of the primary intent, within 0 to 1.
    Confidence = "confidence", Number;
    /// Whether the buyer sent attachments and not a word.
    MessageAttachment = "message.attachment", Bool;
    /// Whether the buyer only tells who he is or how much he buys.
    MessageIntroduction = "message.introduction", Bool;
    /// Whether the buyer's words are those of somebody who is upset, whatever he asks for.
    MessageUpset = "message.upset", Bool;
}

/// Other ways to write a name.
const ALIASES: &[(&str, Name)] = &[("profile.type", Name::ContactType), ("profile.tier", Name::ContactTier)];

const ENTITY_PREFIX: &str = "entities.";

const fn entity_text(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Product => "entities.product",
        EntityKind::Quantity => "entities.quantity",
        EntityKind::Money => "entities.money",
        EntityKind::Percent => "entities.percent",
        EntityKind::Date => "entities.date",
        EntityKind::Duration => "entities.duration",
        EntityKind::PaymentTerm => "entities.payment_term",
        EntityKind::Industry => "entities.industry",
        EntityKind::Company => "entities.company",
        EntityKind::Person => "entities.person",
        EntityKind::Phone => "entities.phone",
        EntityKind::Email => "entities.email",
        EntityKind::WechatId => "entities.wechat_id",
        EntityKind::Region => "entities.region",
        EntityKind::Port => "entities.port",
        EntityKind::Destination => "entities.destination",
        EntityKind::Incoterm => "entities.incoterm",
        EntityKind::InvoiceType => "entities.invoice_type",
        EntityKind::TaxId => "entities.tax_id",
        EntityKind::HsCode => "entities.hs_code",
        EntityKind::OrderNumber => "entities.order_number",
        EntityKind::Spec => "entities.spec",
    }
}

impl Name {
    /// The name written `text`; `column` is where it stands.
    pub(super) fn find(text: &str, column: usize) -> Result<Self, ExpressionError> {
        let plain = PLAIN.iter().chain(ALIASES).find(|(name, _)| *name == text).map(|(_, name)| *name);
        if let Some(name) = plain {
            return Ok(name);
        }
        if let Some(kind) = text.strip_prefix(ENTITY_PREFIX)
            && let Some(kind) = EntityKind::ALL.into_iter().find(|known| known.name() == kind)
        {
            return Ok(Self::Entity(kind));
        }
        let message = format!("unknown name `{}`", document::shown(text));
        let near = document::nearest(text, all_texts())
            .or_else(|| all_texts().find(|name| name.rsplit('.').next() == Some(text)));
        let help = if let Some(name) = near {
            format!("did you mean `{name}`?")
        } else if text.contains('.') {
            let names: Vec<&str> = PLAIN.iter().map(|(name, _)| *name).collect();
            format!("known are {} and entities.…", names.join(", "))
        } else {
            format!("texts stand in quotes: \"{}\"", document::shown(text))
        };
        Err(ExpressionError { column, message, help: Some(help) })
    }

    /// The texts that are possible, where they are a closed set.
    pub(super) fn choices(self) -> Option<&'static [&'static str]> {
        Some(match self {
            Self::Language => &["zh", "en", "mixed", "other"],
            Self::Stage => {
                &["awareness", "consideration", "decision", "fulfilment", "after_sales", "repurchase"]
            }
            Self::ContactType => &["new", "existing"],
            Self::ConversationOwner => &["assistant", "waiting", "person"],
            _ => return None,
        })
    }

    /// How a trace calls it: `requirement.quantity` is the quantity.
    pub(super) fn label(self) -> String {
        let text = self.text();
        text.strip_prefix("requirement.").unwrap_or(text).replace('_', " ")
    }
}

pub(super) fn all_texts() -> impl Iterator<Item = &'static str> {
    let plain = PLAIN.iter().chain(ALIASES).map(|(name, _)| *name);
    plain.chain(EntityKind::ALL.into_iter().map(entity_text))
}
