//! What a deal still needs before it can be quoted in full, by what kind of deal it is.

use domain::requirement::Requirement;

use super::delivery;
use crate::{knowledge::Knowledge, pricing::Delivery};

/// One thing that a requirement may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Product,
    /// Of a line, or of what is looked for.
    Quantity,
    Destination,
    Incoterm,
    Payment,
    Deadline,
    InvoiceType,
}

impl Need {
    pub const ALL: [Self; 7] = [
        Self::Product,
        Self::Quantity,
        Self::Destination,
        Self::Incoterm,
        Self::Payment,
        Self::Deadline,
        Self::InvoiceType,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Quantity => "quantity",
            Self::Destination => "destination",
            Self::Incoterm => "incoterm",
            Self::Payment => "payment",
            Self::Deadline => "deadline",
            Self::InvoiceType => "invoice_type",
        }
    }
}

/// What is missing, the most important first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    pub delivery: Delivery,
    /// Without these a quotation cannot be made out.
    pub required: Vec<Need>,
    /// These make it better; nobody waits for them.
    pub useful: Vec<Need>,
}

impl Needs {
    pub fn is_complete(&self) -> bool {
        self.required.is_empty()
    }

    pub fn lacks(&self, need: Need) -> bool {
        self.required.contains(&need)
    }
}

/// At home a deal needs products, quantities and the place; abroad the Incoterm as well. The buyer is asked for terms of payment only
/// where the shop states none of its own.
pub fn needs(knowledge: &Knowledge, requirement: &Requirement) -> Needs {
    let delivery = delivery(knowledge, requirement);
    let counted = match requirement.lines.as_slice() {
        [] => requirement.quantity.is_some(),
        lines => lines.iter().all(|line| line.quantity.is_some()),
    };
    let states_payment = knowledge.shop.payment.is_some();
    let required = [
        (Need::Product, requirement.lines.is_empty() || !requirement.unmatched.is_empty()),
        (Need::Quantity, !counted),
        (Need::Destination, requirement.destination.is_none()),
        (Need::Incoterm, delivery == Delivery::Abroad && requirement.incoterm.is_none()),
        (Need::Payment, !states_payment && requirement.payment.is_none()),
    ];
    let several_invoices =
        knowledge.shop.invoice_special.is_some() && knowledge.shop.invoice_ordinary.is_some();
    let useful = [
        (Need::Deadline, requirement.deadline.is_none()),
        (
            Need::InvoiceType,
            delivery == Delivery::Home && several_invoices && requirement.invoice_type.is_none(),
        ),
    ];
    let missing = |needs: &[(Need, bool)]| {
        needs.iter().filter(|(_, missing)| *missing).map(|(need, _)| *need).collect::<Vec<_>>()
    };
    Needs { delivery, required: missing(&required), useful: missing(&useful) }
}
