//! What was understood of a buyer's message: intents, entities, language, topic.
//!
//! The names of intents are open: a shop may add its own. Those of the default taxonomy stand in [`intent`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::ProductId,
    language::Language,
    money::Currency,
    quantity::{Quantity, Thousandths},
};

/// The intents of the default language pack.
pub mod intent {
    macro_rules! intents {
        ($($name:ident = $text:literal,)*) => {
            $(pub const $name: &str = $text;)*
            /// All of them; `out_of_scope` is the last.
            pub const ALL: &[&str] = &[$($text),*];
        };
    }

    intents! {
        GREETING = "greeting",
        FAREWELL = "farewell",
        AFFIRM = "affirm",
        DENY = "deny",
        PRODUCT_INQUIRY = "product_inquiry",
        PRODUCT_COMPARISON = "product_comparison",
        SPEC_INQUIRY = "spec_inquiry",
        NEW_PRODUCTS = "new_products",
        RECOMMENDATION_REQUEST = "recommendation_request",
        PRICE_INQUIRY = "price_inquiry",
        PRICE_NEGOTIATION = "price_negotiation",
        QUOTE_REQUEST = "quote_request",
        MOQ_INQUIRY = "moq_inquiry",
        SAMPLE_REQUEST = "sample_request",
        STOCK_INQUIRY = "stock_inquiry",
        LEAD_TIME_INQUIRY = "lead_time_inquiry",
        SHIPPING_INQUIRY = "shipping_inquiry",
        PACKING_INQUIRY = "packing_inquiry",
        PAYMENT_TERMS = "payment_terms",
        INVOICE_INQUIRY = "invoice_inquiry",
        DOCUMENT_REQUEST = "document_request",
        CUSTOMIZATION_REQUEST = "customization_request",
        CERTIFICATION_INQUIRY = "certification_inquiry",
        COMPANY_INQUIRY = "company_inquiry",
        PARTNERSHIP_INQUIRY = "partnership_inquiry",
        PURCHASE = "purchase",
        REORDER = "reorder",
        PAYMENT_NOTICE = "payment_notice",
        CONTACT_EXCHANGE = "contact_exchange",
        ORDER_STATUS = "order_status",
        ORDER_CHANGE = "order_change",
        RETURN_REFUND = "return_refund",
        WARRANTY_INQUIRY = "warranty_inquiry",
        TECHNICAL_SUPPORT = "technical_support",
        COMPLAINT = "complaint",
        HUMAN_REQUEST = "human_request",
        UNSUBSCRIBE = "unsubscribe",
        SOLICITATION = "solicitation",
        OUT_OF_SCOPE = "out_of_scope",
    }

    /// Whether it is about the goods spoken of, and not about the shop, an order or the talk itself.
    pub fn is_about_goods(name: &str) -> bool {
        matches!(
            name,
            CERTIFICATION_INQUIRY
                | CUSTOMIZATION_REQUEST
                | DOCUMENT_REQUEST
                | LEAD_TIME_INQUIRY
                | MOQ_INQUIRY
                | PACKING_INQUIRY
                | PRICE_INQUIRY
                | PRICE_NEGOTIATION
                | PRODUCT_COMPARISON
                | PRODUCT_INQUIRY
                | PURCHASE
                | QUOTE_REQUEST
                | SAMPLE_REQUEST
                | SHIPPING_INQUIRY
                | SPEC_INQUIRY
                | STOCK_INQUIRY
                | TECHNICAL_SUPPORT
                | WARRANTY_INQUIRY
        )
    }
}

/// What the understanding came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The local classifier and extractors.
    #[default]
    Local,
    /// A language model, checked.
    Model,
    /// Both.
    Merged,
}

/// An intent with its calibrated probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoredIntent {
    pub name: String,
    /// Within 0..1, rounded to four digits.
    pub confidence: f64,
}

/// The kinds of entities. See the taxonomy for their normal forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Product,
    Quantity,
    Money,
    Percent,
    Date,
    Duration,
    PaymentTerm,
    Industry,
    Company,
    Person,
    Phone,
    Email,
    WechatId,
    Region,
    Port,
    Destination,
    Incoterm,
    InvoiceType,
    TaxId,
    HsCode,
    OrderNumber,
    Spec,
}

impl EntityKind {
    pub const ALL: [Self; 22] = [
        Self::Product,
        Self::Quantity,
        Self::Money,
        Self::Percent,
        Self::Date,
        Self::Duration,
        Self::PaymentTerm,
        Self::Industry,
        Self::Company,
        Self::Person,
        Self::Phone,
        Self::Email,
        Self::WechatId,
        Self::Region,
        Self::Port,
        Self::Destination,
        Self::Incoterm,
        Self::InvoiceType,
        Self::TaxId,
        Self::HsCode,
        Self::OrderNumber,
        Self::Spec,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Quantity => "quantity",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Date => "date",
            Self::Duration => "duration",
            Self::PaymentTerm => "payment_term",
            Self::Industry => "industry",
            Self::Company => "company",
            Self::Person => "person",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::WechatId => "wechat_id",
            Self::Region => "region",
            Self::Port => "port",
            Self::Destination => "destination",
            Self::Incoterm => "incoterm",
            Self::InvoiceType => "invoice_type",
            Self::TaxId => "tax_id",
            Self::HsCode => "hs_code",
            Self::OrderNumber => "order_number",
            Self::Spec => "spec",
        }
    }
}

/// What role an amount of money plays, where the words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyRole {
    Price,
    TargetPrice,
    Budget,
}

/// The normal form of an entity. The JSON forms are those of the taxonomy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EntityValue {
    /// An id of the shop's knowledge.
    Product(ProductId),
    Quantity(Quantity),
    /// "2-3万只"
    QuantityRange {
        min: Thousandths,
        max: Thousandths,
        unit: Option<String>,
    },
    Money {
        minor: i64,
        currency: Currency,
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<MoneyRole>,
    },
    /// An amount whose currency was not said: the decimal as text.
    Amount {
        amount: String,
        currency: Option<Currency>,
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<MoneyRole>,
    },
    /// 八五折 is 15 off.
    PercentOff {
        percent_off: Thousandths,
    },
    Percent {
        percent: Thousandths,
    },
    /// An ISO date.
    Date(String),
    DateRange {
        from: String,
        to: String,
    },
    /// Phone in E.164 where the country is known, e-mail in lower case, ids as written, names of the shop's lists.
    Text(String),
    /// Any other object of the taxonomy: `duration`, `payment_term`, `spec`.
    Object(Value),
    /// Named, but not resolved.
    Unknown(()),
}

/// A thing named in a message. `start..end` are Unicode code points of the message's text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "EntityRecord")]
pub struct Entity {
    #[serde(rename = "type")]
    pub kind: EntityKind,
    pub text: String,
    pub start: usize,
    pub end: usize,
    pub value: EntityValue,
    /// Excluded by the buyer: 不要P002.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// Where several fit, each of them; `value` is then [`EntityValue::Unknown`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<EntityValue>,
    /// Of a product: the words are those of a kind of goods (夹爪, sensors) and name none of it; the candidates are goods of that kind.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub generic: bool,
}

#[derive(Deserialize)]
struct EntityRecord {
    #[serde(rename = "type")]
    kind: EntityKind,
    text: String,
    start: usize,
    end: usize,
    value: Value,
    #[serde(default)]
    negated: bool,
    #[serde(default)]
    candidates: Vec<Value>,
    #[serde(default)]
    generic: bool,
}

impl TryFrom<EntityRecord> for Entity {
    type Error = serde_json::Error;

    fn try_from(record: EntityRecord) -> Result<Self, serde_json::Error> {
        let kind = record.kind;
        Ok(Self {
            kind,
            text: record.text,
            start: record.start,
            end: record.end,
            value: EntityValue::from_json(kind, record.value)?,
            negated: record.negated,
            candidates: record
                .candidates
                .into_iter()
                .map(|value| EntityValue::from_json(kind, value))
                .collect::<Result<_, _>>()?,
            generic: record.generic,
        })
    }
}

impl EntityValue {
    /// Reads the recorded form; the kind tells apart what looks alike in JSON.
    pub fn from_json(kind: EntityKind, value: Value) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Range {
            min: Thousandths,
            max: Thousandths,
            unit: Option<String>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum MoneyForm {
            Known { minor: i64, currency: Currency, role: Option<MoneyRole> },
            Open { amount: String, currency: Option<Currency>, role: Option<MoneyRole> },
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum PercentForm {
            Off { percent_off: Thousandths },
            Of { percent: Thousandths },
        }
        #[derive(Deserialize)]
        struct Dates {
            from: String,
            to: String,
        }
        if value.is_null() {
            return Ok(Self::Unknown(()));
        }
        Ok(match kind {
            EntityKind::Product => Self::Product(serde_json::from_value(value)?),
            EntityKind::Quantity if value.get("min").is_some() => {
                let Range { min, max, unit } = serde_json::from_value(value)?;
                Self::QuantityRange { min, max, unit }
            }
            EntityKind::Quantity => Self::Quantity(serde_json::from_value(value)?),
            EntityKind::Money => match serde_json::from_value(value)? {
                MoneyForm::Known { minor, currency, role } => Self::Money { minor, currency, role },
                MoneyForm::Open { amount, currency, role } => Self::Amount { amount, currency, role },
            },
            EntityKind::Percent => match serde_json::from_value(value)? {
                PercentForm::Off { percent_off } => Self::PercentOff { percent_off },
                PercentForm::Of { percent } => Self::Percent { percent },
            },
            EntityKind::Date if value.is_object() => {
                let Dates { from, to } = serde_json::from_value(value)?;
                Self::DateRange { from, to }
            }
            EntityKind::Date => Self::Date(serde_json::from_value(value)?),
            _ if value.is_string() => Self::Text(serde_json::from_value(value)?),
            _ => Self::Object(value),
        })
    }
}

/// What of an understanding a language model said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Assisted {
    /// It picked the intents among those that could not be told apart.
    pub intents: bool,
    /// Where the entities begin that it pointed at.
    pub entities: Vec<usize>,
}

/// What one turn's messages were understood to say.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Understanding {
    pub language: Language,
    pub source: Source,
    /// In order of appearance; the first is the primary one. Never empty.
    pub intents: Vec<ScoredIntent>,
    pub entities: Vec<Entity>,
    /// The product category that the message is about, if any.
    pub topic: Option<String>,
    /// The few intents that cannot be told apart, the likeliest first. More than one drives asking back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<ScoredIntent>,
    /// Set where `source` is not `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assisted: Option<Assisted>,
}

impl Understanding {
    /// The first intent of the message.
    pub fn primary(&self) -> &str {
        self.intents.first().map_or(intent::OUT_OF_SCOPE, |intent| &intent.name)
    }

    pub fn confidence(&self) -> f64 {
        self.intents.first().map_or(0.0, |intent| intent.confidence)
    }

    pub fn has_intent(&self, name: &str) -> bool {
        self.intents.iter().any(|intent| intent.name == name)
    }

    /// What names something of a kind; words for a whole kind of goods name no product and are left out.
    pub fn entities_of(&self, kind: EntityKind) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(move |entity| entity.kind == kind && !entity.generic)
    }

    /// The products of the shop that the buyer named and did not exclude.
    pub fn products(&self) -> impl Iterator<Item = &ProductId> {
        self.entities_of(EntityKind::Product).filter(|entity| !entity.negated).filter_map(|entity| {
            match &entity.value {
                EntityValue::Product(id) => Some(id),
                _ => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(json: &str) {
        let entity: Entity = serde_json::from_str(json).expect("parses");
        assert_eq!(serde_json::to_string(&entity).expect("serialises"), json);
    }

    #[test]
    fn entities_keep_the_taxonomys_json_form() {
        round_trip(r#"{"type":"product","text":"P001","start":0,"end":4,"value":"P001"}"#);
        round_trip(
            r#"{"type":"quantity","text":"20台","start":5,"end":8,"value":{"number":20,"unit":"台"}}"#,
        );
        round_trip(
            r#"{"type":"quantity","text":"2-3万","start":0,"end":4,"value":{"min":20000,"max":30000,"unit":null}}"#,
        );
        round_trip(
            r#"{"type":"money","text":"5万元","start":0,"end":3,"value":{"minor":5000000,"currency":"CNY"}}"#,
        );
        round_trip(
            r#"{"type":"money","text":"12k","start":0,"end":3,"value":{"amount":"12000","currency":null}}"#,
        );
        round_trip(r#"{"type":"percent","text":"八五折","start":0,"end":3,"value":{"percent_off":15}}"#);
        round_trip(r#"{"type":"phone","text":"138","start":0,"end":3,"value":"+86138"}"#);
        round_trip(
            r#"{"type":"product","text":"六轴","start":0,"end":2,"value":null,"candidates":["P001","P002"]}"#,
        );
        round_trip(
            r#"{"type":"product","text":"夹爪","start":0,"end":2,"value":null,"candidates":["P002","P015"],"generic":true}"#,
        );
    }

    #[test]
    fn words_for_a_kind_of_goods_name_no_product() {
        let entity = |json: &str| serde_json::from_str::<Entity>(json).expect("parses");
        let kind = entity(
            r#"{"type":"product","text":"夹爪","start":0,"end":2,"value":null,"candidates":["P002"],"generic":true}"#,
        );
        let name = entity(r#"{"type":"product","text":"P001","start":3,"end":7,"value":"P001"}"#);
        let understanding = Understanding { entities: vec![kind, name.clone()], ..Understanding::default() };
        assert_eq!(understanding.entities_of(EntityKind::Product).collect::<Vec<_>>(), [&name]);
    }

    #[test]
    fn the_taxonomy_has_thirty_nine_intents() {
        assert_eq!(intent::ALL.len(), 39);
        assert_eq!(intent::ALL.last(), Some(&intent::OUT_OF_SCOPE));
    }
}
