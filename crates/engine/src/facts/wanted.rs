//! Which facts a message asks for.

use domain::{conversation::Owner, understanding::intent};

use super::Issuer;

/// One kind of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Description,
    /// Products that fit, where none is named.
    Overview,
    Price,
    /// A tier that is near, or a concession within the authority.
    Bargain,
    Moq,
    Stock,
    LeadTime,
    Freight,
    Packing,
    Payment,
    Tax,
    Spec,
    Comparison,
    Sample,
    Warranty,
    Certificate,
    Company,
    Contact,
    Bank,
    Orders,
    Faq,
}

use Group::{
    Bank, Bargain, Certificate, Company, Comparison, Contact, Description, Faq, Freight, LeadTime, Moq,
    Orders, Overview, Packing, Payment, Price, Sample, Spec, Stock, Tax, Warranty,
};

impl Group {
    /// Whether its facts are about one product.
    pub(super) const fn is_about_product(self) -> bool {
        !matches!(self, Overview | Freight | Payment | Tax | Company | Contact | Bank | Orders | Faq)
    }
}

pub(super) fn groups(issuer: &Issuer<'_>) -> Vec<Group> {
    let strategy = issuer.plan.strategy.name.as_str();
    let mut groups: Vec<Group> = Vec::new();
    match strategy {
        "opt_out" | "closing" | "greet" | "clarify" | "attachment_received" => return groups,
        "apology_escalation" => {
            groups.extend(issuer.intents.contains(&intent::ORDER_STATUS).then_some(Orders));
            return groups;
        }
        _ => {}
    }
    // A buyer who is asked back about his wish for a better price is told no price in that turn.
    if strategy == "negotiation" && issuer.plan.question.is_some() {
        return groups;
    }
    groups.extend_from_slice(of_strategy(strategy));
    for name in &issuer.intents {
        groups.extend_from_slice(of_intent(name));
    }
    // What it costs under an Incoterm is a question of price as much as of freight.
    if issuer.intents.contains(&intent::SHIPPING_INQUIRY) && super::names_incoterm(issuer.understanding) {
        groups.push(Price);
    }
    if groups.contains(&Payment)
        && issuer.says_any(&["账号", "账户", "开户", "bank account", "bank detail", "swift", "iban"])
    {
        groups.push(Bank);
    }
    // The five facts that a buyer needs first.
    let asks_price =
        [intent::PRICE_INQUIRY, intent::QUOTE_REQUEST].iter().any(|name| issuer.intents.contains(name));
    let complete = ["price_answer", "quote", "order_intake"].contains(&strategy)
        || (strategy == "terms_answer" && asks_price);
    if complete && groups.contains(&Price) {
        groups.extend([Bargain, LeadTime, Freight, Payment]);
    }
    let bargains = issuer.situation.conversation.owner == Owner::Assistant
        && (complete || strategy == "negotiation")
        && !issuer.plan.handoff_is_new;
    if !bargains {
        groups.retain(|group| *group != Bargain);
    }
    // What is said of the machine is no answer to who asks for its parts.
    if super::parts::are_asked_for(issuer.situation, issuer.understanding) {
        groups.retain(|group| *group == Faq);
        groups.push(Faq);
    }
    if strategy == "human_handoff" {
        groups.retain(|group| !matches!(group, Description | Overview | Comparison));
    }
    if strategy == "human_handoff" && issuer.intents.contains(&intent::PRICE_NEGOTIATION) {
        groups.retain(|group| *group != Price || issuer.intents.contains(&intent::PRICE_INQUIRY));
    }
    groups
}

fn of_strategy(strategy: &str) -> &'static [Group] {
    match strategy {
        "detailed_introduction" => &[Description, Overview],
        "spec_answer" => &[Spec],
        "comparison" => &[Comparison],
        "price_answer" | "quote" => &[Price],
        "order_intake" => &[Price],
        "negotiation" => &[Price, Bargain],
        "company_answer" => &[Company, Faq],
        "contact_exchange" => &[Contact],
        "order_status" => &[Orders],
        "reorder" => &[Orders, Price],
        "faq_answer" | "support_steps" | "return_support" | "partnership" | "document" => &[Faq],
        _ => &[],
    }
}

fn of_intent(name: &str) -> &'static [Group] {
    match name {
        intent::PRODUCT_INQUIRY | intent::NEW_PRODUCTS => &[Description, Overview],
        intent::PRODUCT_COMPARISON => &[Comparison],
        intent::SPEC_INQUIRY => &[Spec],
        intent::PRICE_INQUIRY | intent::QUOTE_REQUEST => &[Price],
        intent::MOQ_INQUIRY => &[Moq],
        intent::SAMPLE_REQUEST => &[Sample],
        intent::STOCK_INQUIRY => &[Stock],
        intent::LEAD_TIME_INQUIRY => &[LeadTime],
        intent::SHIPPING_INQUIRY => &[Freight, Faq],
        intent::PACKING_INQUIRY => &[Packing],
        intent::PAYMENT_TERMS => &[Payment, Faq],
        intent::INVOICE_INQUIRY => &[Tax, Faq],
        intent::WARRANTY_INQUIRY => &[Warranty, Faq],
        intent::CERTIFICATION_INQUIRY => &[Certificate, Faq],
        intent::CUSTOMIZATION_REQUEST => &[Faq],
        intent::COMPANY_INQUIRY => &[Company, Faq],
        intent::CONTACT_EXCHANGE => &[Contact],
        intent::ORDER_STATUS => &[Orders],
        intent::RETURN_REFUND
        | intent::TECHNICAL_SUPPORT
        | intent::PARTNERSHIP_INQUIRY
        | intent::DOCUMENT_REQUEST => &[Faq],
        _ => &[],
    }
}
