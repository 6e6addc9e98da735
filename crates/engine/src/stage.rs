//! Where a buyer stands on his journey. It follows from the conversation, the orders and the open lead, and may move back.

use domain::{
    lead::LeadStatus,
    profile::CustomerType,
    stage::Stage,
    understanding::intent::{
        CERTIFICATION_INQUIRY, COMPLAINT, CUSTOMIZATION_REQUEST, DOCUMENT_REQUEST, INVOICE_INQUIRY,
        LEAD_TIME_INQUIRY, MOQ_INQUIRY, NEW_PRODUCTS, ORDER_CHANGE, ORDER_STATUS, PACKING_INQUIRY,
        PAYMENT_NOTICE, PAYMENT_TERMS, PRICE_INQUIRY, PRICE_NEGOTIATION, PRODUCT_COMPARISON, PRODUCT_INQUIRY,
        PURCHASE, QUOTE_REQUEST, RECOMMENDATION_REQUEST, REORDER, RETURN_REFUND, SAMPLE_REQUEST,
        SHIPPING_INQUIRY, SPEC_INQUIRY, STOCK_INQUIRY, TECHNICAL_SUPPORT, WARRANTY_INQUIRY,
    },
};

use crate::{plan::Remembered, situation::Situation};

/// The stage after a message with these intents, the primary one first.
pub(crate) fn stage(situation: &Situation<'_>, remembered: &Remembered, intents: &[&str]) -> Stage {
    let mut stage = start(situation, remembered);
    for turn in &remembered.memory.recent {
        stage = step(situation, remembered, stage, turn.intents.iter().map(String::as_str));
    }
    step(situation, remembered, stage, intents.iter().copied())
}

/// Before anything was said in this conversation.
fn start(situation: &Situation<'_>, remembered: &Remembered) -> Stage {
    let quoted = situation.lead.is_some_and(|lead| lead.status == LeadStatus::Quoted);
    match remembered.profile.customer_type {
        _ if quoted => Stage::Decision,
        CustomerType::Existing => Stage::Repurchase,
        CustomerType::New => Stage::Awareness,
    }
}

/// The furthest-reaching intent of a message decides; one that says nothing of the journey leaves the stage as it is.
fn step<'i>(
    situation: &Situation<'_>,
    remembered: &Remembered,
    before: Stage,
    intents: impl Iterator<Item = &'i str>,
) -> Stage {
    intents
        .filter_map(|intent| stage_of(situation, remembered, before, intent))
        .max_by_key(|stage| weight(*stage))
        .unwrap_or(before)
}

fn stage_of(
    situation: &Situation<'_>,
    remembered: &Remembered,
    before: Stage,
    intent: &str,
) -> Option<Stage> {
    let existing = remembered.profile.customer_type == CustomerType::Existing;
    Some(match intent {
        COMPLAINT | RETURN_REFUND | TECHNICAL_SUPPORT => Stage::AfterSales,
        WARRANTY_INQUIRY if existing => Stage::AfterSales,
        ORDER_STATUS | ORDER_CHANGE | PAYMENT_NOTICE => Stage::Fulfilment,
        REORDER => Stage::Repurchase,
        PRICE_INQUIRY | PRICE_NEGOTIATION | QUOTE_REQUEST | PURCHASE | MOQ_INQUIRY | SAMPLE_REQUEST
        | STOCK_INQUIRY | LEAD_TIME_INQUIRY | SHIPPING_INQUIRY | PACKING_INQUIRY | PAYMENT_TERMS
        | INVOICE_INQUIRY => {
            if bought_before(situation, remembered) {
                Stage::Repurchase
            } else {
                Stage::Decision
            }
        }
        SPEC_INQUIRY
        | PRODUCT_COMPARISON
        | CERTIFICATION_INQUIRY
        | WARRANTY_INQUIRY
        | DOCUMENT_REQUEST
        | CUSTOMIZATION_REQUEST => Stage::Consideration,
        PRODUCT_INQUIRY | NEW_PRODUCTS | RECOMMENDATION_REQUEST => match before {
            _ if existing => Stage::Repurchase,
            Stage::Awareness => Stage::Awareness,
            _ => Stage::Consideration,
        },
        _ => return None,
    })
}

/// Whether the product spoken of was ordered before.
fn bought_before(situation: &Situation<'_>, remembered: &Remembered) -> bool {
    remembered.requirement.focus().is_some_and(|focus| {
        situation.orders.iter().flat_map(|order| &order.lines).any(|line| line.product == focus.product.value)
    })
}

const fn weight(stage: Stage) -> u8 {
    match stage {
        Stage::Awareness => 0,
        Stage::Consideration => 1,
        Stage::Decision => 2,
        Stage::Repurchase => 3,
        Stage::Fulfilment => 4,
        Stage::AfterSales => 5,
    }
}

#[cfg(test)]
mod tests;
