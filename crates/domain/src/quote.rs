//! A quote: what a shop offers to a buyer in writing, in numbered versions, until a day.
//!
//! Its content is a document of its own: nothing that is published later changes what was sent.

pub mod document;

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    fact::Tax,
    id::{CompanyId, ContactId, ConversationId, ProductId, QuoteId, TurnId},
    language::ReplyLanguage,
    money::{Money, UnitPrice},
    quantity::Thousandths,
    trade::InvoiceType,
};

/// Where a quote stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteStatus {
    /// Written; a person sends it.
    Draft,
    /// Needs a person's approval before anybody sends it.
    WaitingApproval,
    /// The buyer has it and may accept it until its last day.
    Sent,
    /// The buyer wants to order by it.
    Accepted,
    /// Its last day went by.
    Expired,
    /// A newer version took its place.
    Superseded,
    /// The shop withdrew it, or the buyer declined.
    Rejected,
}

/// A move that a quote's state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quote that is {from} cannot become {to}; {mend}")]
pub struct InvalidQuoteMove {
    pub from: &'static str,
    pub to: &'static str,
    /// What can be done instead.
    pub mend: &'static str,
}

impl QuoteStatus {
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::WaitingApproval,
        Self::Sent,
        Self::Accepted,
        Self::Expired,
        Self::Superseded,
        Self::Rejected,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::WaitingApproval => "waiting_approval",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Rejected => "rejected",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether something may still come of it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::WaitingApproval | Self::Sent)
    }

    /// Whether the buyer ever got it and may read it by its link.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted)
    }

    const fn refuse(self, to: Self, mend: &'static str) -> InvalidQuoteMove {
        InvalidQuoteMove { from: self.name(), to: to.name(), mend }
    }

    /// A person approved what waited for it: it is a draft that may be sent.
    pub const fn approve(self) -> Result<Self, InvalidQuoteMove> {
        match self {
            Self::WaitingApproval => Ok(Self::Draft),
            // The seal may be given to what is sent already.
            Self::Draft | Self::Sent => Ok(self),
            _ => Err(self.refuse(Self::Draft, "revise it for a new version")),
        }
    }

    /// Given to the buyer. Sending again what was sent changes nothing.
    pub const fn send(self) -> Result<Self, InvalidQuoteMove> {
        match self {
            Self::Draft | Self::Sent => Ok(Self::Sent),
            Self::WaitingApproval => Err(self.refuse(Self::Sent, "a manager has to approve it first")),
            _ => Err(self.refuse(Self::Sent, "revise it for a new version")),
        }
    }

    /// The buyer accepted. Accepting again changes nothing.
    pub const fn accept(self) -> Result<Self, InvalidQuoteMove> {
        match self {
            Self::Sent | Self::Accepted => Ok(Self::Accepted),
            Self::Draft | Self::WaitingApproval => Err(self.refuse(Self::Accepted, "send it first")),
            _ => Err(self.refuse(Self::Accepted, "revise it for a new version")),
        }
    }

    /// Withdrawn by the shop or declined by the buyer.
    pub const fn reject(self) -> Result<Self, InvalidQuoteMove> {
        match self {
            Self::Draft | Self::WaitingApproval | Self::Sent | Self::Rejected => Ok(Self::Rejected),
            _ => Err(self.refuse(Self::Rejected, "it is closed already")),
        }
    }

    /// Its last day went by.
    pub const fn expire(self) -> Result<Self, InvalidQuoteMove> {
        match self {
            Self::Draft | Self::WaitingApproval | Self::Sent | Self::Expired => Ok(Self::Expired),
            _ => Err(self.refuse(Self::Expired, "it is closed already")),
        }
    }

    /// A newer version took its place. What was accepted stands: it is an order's ground.
    pub const fn supersede(self) -> Result<Self, InvalidQuoteMove> {
        match self {
            Self::Accepted => {
                Err(self.refuse(Self::Superseded, "the buyer accepted it; change the order instead"))
            }
            _ => Ok(Self::Superseded),
        }
    }
}

/// One of the two sides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// The firm.
    pub name: String,
    /// The person there.
    pub contact: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// How the goods of one line are packed for export, as far as the shop declares it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LinePacking {
    /// Full and begun cartons.
    pub cartons: i64,
    /// Grams in all; none where the weight of a carton is not declared.
    pub gross_grams: Option<i64>,
    /// Cubic centimetres in all; none where the size of a carton is not declared.
    pub volume_cm3: Option<i64>,
}

/// One product of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    pub product: ProductId,
    pub name: String,
    /// What tells the product from its neighbours: `负载 20 kg, 臂展 1.8 m`.
    pub specification: String,
    /// In the product's own unit.
    pub quantity: Thousandths,
    pub unit: String,
    /// As the price engine gave it: with tax where `tax` of the quote is `included`.
    pub unit_price: UnitPrice,
    /// Exact to six decimals, rounded half up; equal to `unit_price` where the price holds no tax.
    pub unit_price_net: UnitPrice,
    /// With the tax added where it is known; equal to `unit_price` where no tax is known.
    pub unit_price_gross: UnitPrice,
    /// Without tax.
    pub net: Money,
    pub tax: Money,
    /// `net` and `tax`.
    pub total: Money,
    pub lead_time: Option<String>,
    pub hs_code: Option<String>,
    pub origin: Option<String>,
    pub packing: Option<LinePacking>,
    /// The price list and revision, or the authority, that the price comes from.
    pub source: String,
}

/// An amount on top of the goods: the freight of the shipment, a surcharge or an option of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteCharge {
    /// The row of freight, the surcharge or the option that it stands for; empty where a person wrote it.
    pub id: String,
    /// Whose price brings it; none for what is of the whole shipment.
    pub product: Option<ProductId>,
    pub name: String,
    /// For the way of the shipment.
    pub freight: bool,
    /// Without tax.
    pub net: Money,
    pub tax: Money,
    /// `net` and `tax`.
    pub total: Money,
}

/// All that stands on the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteContent {
    /// The language of the buyer, in which the texts below stand.
    pub language: ReplyLanguage,
    /// Goods that leave the country: a proforma invoice in English.
    pub export: bool,
    /// ISO date in the shop's time zone.
    pub date: String,
    /// The last day, an ISO date in the shop's time zone.
    pub valid_until: String,
    pub seller: Party,
    pub buyer: Party,
    pub lines: Vec<QuoteLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<QuoteCharge>,
    /// Of lines and charges.
    pub net: Money,
    pub tax_amount: Money,
    pub total: Money,
    /// How tax stands in the price list.
    pub tax: Tax,
    /// Percent; none where the shop declares no rate.
    pub tax_rate: Option<Thousandths>,
    /// The invoice that was asked for and that the prices hold for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceType>,
    /// Ids of the options that the prices hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// Who brings the goods where, at whose cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<String>,
    /// Three letters: `FOB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incoterm: Option<String>,
    /// The place that belongs to the term: the port of loading behind FOB, that of arrival behind CIF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incoterm_place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_of_loading: Option<String>,
    /// Port or place of delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_marks: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What a person set otherwise than the shop's knowledge has it, beside unit prices: `payment`, `charges`, `delivery`
    /// (Incoterm and places), `transport`, `valid_until`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_by_person: Vec<String>,
    /// The knowledge revision that the prices and texts come from.
    pub revision: i64,
}

/// One version of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub id: QuoteId,
    /// The same for all versions: `QT20261123-4K7M2P`.
    pub number: String,
    /// From 1.
    pub version: u32,
    pub status: QuoteStatus,
    pub conversation: ConversationId,
    pub contact: ContactId,
    /// Set only where the contact's link to it is verified.
    pub company: Option<CompanyId>,
    /// The turn that made it; none where a person did.
    pub turn: Option<TurnId>,
    /// Whoever has it may read and accept the quote: 64 hexadecimal digits.
    pub token: String,
    /// The version before.
    pub supersedes: Option<QuoteId>,
    /// A person approved it, so that the shop's seal may stand on it.
    pub sealed: bool,
    /// From this instant on it cannot be accepted: the end of `valid_until` where the shop is.
    pub expires_at: Timestamp,
    pub content: QuoteContent,
    /// Why it was rejected, in a person's words.
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Quote {
    /// Whether the buyer ever got it.
    pub const fn was_sent(&self) -> bool {
        matches!(self.status, QuoteStatus::Sent | QuoteStatus::Accepted | QuoteStatus::Expired)
    }

    /// Whether the buyer can accept it at `now`.
    pub fn is_acceptable(&self, now: Timestamp) -> bool {
        self.status == QuoteStatus::Sent && now < self.expires_at
    }
}

/// What a turn or a person changes about quotes, to be written with everything else that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuoteChange {
    /// A new quote, or a new version that takes the place of `supersedes`.
    Insert(Box<Quote>),
    /// The buyer accepted.
    Accept(QuoteId),
}

#[cfg(test)]
mod tests {
    use super::{
        QuoteStatus::{Accepted, Draft, Expired, Rejected, Sent, Superseded, WaitingApproval},
        *,
    };

    type Move = fn(QuoteStatus) -> Result<QuoteStatus, InvalidQuoteMove>;

    /// From which states a move leads where; it is refused from all others.
    fn check(name: &str, step: Move, allowed: &[(QuoteStatus, QuoteStatus)]) {
        for from in QuoteStatus::ALL {
            let expected = allowed.iter().find(|(known, _)| *known == from).map(|(_, to)| *to);
            assert_eq!(step(from).ok(), expected, "{name} from {}", from.name());
        }
    }

    #[test]
    fn each_move_is_allowed_from_some_states_and_refused_from_all_others() {
        check("approve", QuoteStatus::approve, &[(WaitingApproval, Draft), (Draft, Draft), (Sent, Sent)]);
        check("send", QuoteStatus::send, &[(Draft, Sent), (Sent, Sent)]);
        check("accept", QuoteStatus::accept, &[(Sent, Accepted), (Accepted, Accepted)]);
        let open = [(Draft, Rejected), (WaitingApproval, Rejected), (Sent, Rejected), (Rejected, Rejected)];
        check("reject", QuoteStatus::reject, &open);
        let open = [(Draft, Expired), (WaitingApproval, Expired), (Sent, Expired), (Expired, Expired)];
        check("expire", QuoteStatus::expire, &open);
        let any =
            [Draft, WaitingApproval, Sent, Expired, Superseded, Rejected].map(|from| (from, Superseded));
        check("supersede", QuoteStatus::supersede, &any);
    }

    #[test]
    fn a_refusal_says_what_can_be_done() {
        let refused = WaitingApproval.send().expect_err("it waits");
        assert_eq!(
            refused.to_string(),
            "a quote that is waiting_approval cannot become sent; a manager has to approve it first"
        );
    }

    #[test]
    fn names_are_read_back() {
        assert!(
            QuoteStatus::ALL.into_iter().all(|status| QuoteStatus::from_name(status.name()) == Some(status))
        );
        assert_eq!(QuoteStatus::from_name("won"), None);
    }
}
