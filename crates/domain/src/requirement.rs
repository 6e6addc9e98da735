//! What a deal needs, as far as the buyer has said it, each slot with its message.
//!
//! A slot is filled by what the buyer said last of it; what was said before is replaced.

use serde::{Deserialize, Serialize};

use crate::{
    id::{MessageId, ProductId, QuoteId},
    money::{Currency, Money},
    quantity::{Quantity, Thousandths},
};

/// A value and the message that it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot<T> {
    pub value: T,
    pub evidence: MessageId,
}

/// One product of a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementLine {
    pub product: Slot<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Slot<Quantity>>,
}

/// How a wished number is compared with what the goods have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Comparator {
    #[default]
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "<=")]
    AtMost,
}

impl Comparator {
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
        }
    }

    pub fn from_sign(sign: &str) -> Option<Self> {
        [Self::Equal, Self::AtLeast, Self::AtMost].into_iter().find(|known| known.sign() == sign)
    }
}

/// A property that the goods must have: 负载 ≥ 20 kg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specification {
    /// Whose; none where it was said of no product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The shop's id of the attribute.
    pub attribute: String,
    pub comparator: Comparator,
    pub number: Thousandths,
    pub unit: String,
}

/// A line of an inquiry's table that could not be told apart or is not in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmatchedLine {
    /// From 1, as the table counts its lines without the header.
    pub row: u32,
    /// What the line says of the goods, as written.
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Products that it may mean, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<ProductId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Requirement {
    /// The product spoken of last stands last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<RequirementLine>,
    /// The buyer looks for something else at the moment: no line is spoken of.
    #[serde(default, skip_serializing_if = "is_false")]
    pub aside: bool,
    /// A quantity that was said before any product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Slot<Quantity>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specifications: Vec<Slot<Specification>>,
    /// Where the goods go, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Slot<String>>,
    /// In its current form: EXW, FOB, CIF …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incoterm: Option<Slot<String>>,
    /// Of loading under EXW, FCA, FAS and FOB; of discharge under the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<Slot<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_price: Option<Slot<Money>>,
    /// An ISO date or range, as understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Slot<String>>,
    /// The terms that the buyer wishes, as written: 30%定金, L/C at sight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Slot<String>>,
    /// `special`, `ordinary` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_type: Option<Slot<String>>,
    /// Whether a sample comes before the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_first: Option<Slot<bool>>,
    /// Ids of the options that were chosen for the goods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Slot<String>>,
    /// The currency that prices are wanted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Slot<Currency>>,
    /// As written: 木箱, neutral packing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packing: Option<Slot<String>>,
    /// Lines of the last table that no product was found for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched: Vec<Slot<UnmatchedLine>>,
    /// The newest quote for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Requirement {
    /// The line spoken of last, unless the buyer looks for something else meanwhile.
    pub fn focus(&self) -> Option<&RequirementLine> {
        self.lines.last().filter(|_| !self.aside)
    }

    pub fn line(&self, product: &ProductId) -> Option<&RequirementLine> {
        self.lines.iter().find(|line| &line.product.value == product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_of_an_earlier_release_still_loads() {
        let stored = r#"{"lines":[{"product":{"value":"P001","evidence":"msg_01hzzzzzzzzzzzzzzzzzzzzzzz"}}],
            "deadline":{"value":"2026-12-01","evidence":"msg_01hzzzzzzzzzzzzzzzzzzzzzzz"}}"#;
        let requirement: Requirement = serde_json::from_str(stored).expect("loads");
        assert_eq!(requirement.focus().map(|line| line.product.value.as_str()), Some("P001"));
        assert_eq!((requirement.incoterm, requirement.unmatched.len()), (None, 0));
        assert_eq!(serde_json::to_string(&Requirement::default()).expect("serialises"), "{}");
    }
}
