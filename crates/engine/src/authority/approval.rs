//! What a person is asked for, with all that he needs to decide.

use domain::{
    approval::{Approval, ApprovalStatus, Economics},
    id::ApprovalId,
    money::UnitPrice,
    negotiation::Terms,
};

use super::{
    Cost,
    judge::{Judged, Verdict, grade},
    margin,
    request::Request,
};
use crate::strategy::circumstances::Circumstances;

/// Of the buyer's words, no more than this many code points.
const QUOTED: usize = 500;

/// One approval for each wish that nobody was asked for yet; `ids` has one for each parameter.
pub(crate) fn open(
    circumstances: &Circumstances<'_>,
    judged: &[Judged],
    ids: &[ApprovalId],
) -> Vec<Approval> {
    let beyond = judged.iter().filter(|judged| judged.verdict == Verdict::Beyond);
    beyond.zip(ids).map(|(judged, &id)| approval(circumstances, &judged.request, id)).collect()
}

fn approval(circumstances: &Circumstances<'_>, request: &Request, id: ApprovalId) -> Approval {
    let situation = circumstances.situation;
    let knowledge = situation.knowledge;
    let contact = situation.contact;
    Approval {
        id,
        conversation: situation.conversation.id,
        contact: contact.id,
        company: contact.company.filter(|_| contact.is_verified()),
        grade: Some(grade(&circumstances.remembered.profile).to_owned()),
        key: request.key(&contact.id.to_string()),
        product: request.product.clone(),
        quantity: request.quantity,
        asked: request.asked.clone(),
        message: request.evidence,
        words: situation.text().chars().take(QUOTED).collect(),
        language: circumstances.remembered.memory.language.unwrap_or(circumstances.understanding.language),
        history: situation.conversation.memory.negotiation.moves.clone(),
        economics: economics(circumstances, request),
        status: ApprovalStatus::Pending,
        outcome: None,
        created_at: situation.now,
        expires_at: situation.now.plus_hours(knowledge.authority.approval_hours),
    }
}

/// The one place where costs and floors leave the engine.
fn economics(circumstances: &Circumstances<'_>, request: &Request) -> Economics {
    let knowledge = circumstances.situation.knowledge;
    let Some(product) = request.product.as_ref().and_then(|id| knowledge.product(id)) else {
        return Economics::default();
    };
    let Cost { cost, floor_price } = knowledge.costs.of(&product.id);
    let price = |millionths: i64| UnitPrice {
        millionths,
        currency: knowledge.shop.currency,
        per: product.unit.clone(),
    };
    let list_price = request.list_price.clone();
    let margin_of = |price: &UnitPrice| {
        let known = cost.filter(|_| price.currency == knowledge.shop.currency);
        known.and_then(|cost| margin(price.millionths, cost))
    };
    let asked = match &request.asked {
        Terms::Discount { unit_price, .. } | Terms::PriceList { unit_price, .. } => unit_price.as_ref(),
        _ => None,
    };
    Economics {
        cost: cost.map(price),
        floor_price: floor_price.map(price),
        list_margin_percent: list_price.as_ref().and_then(margin_of),
        asked_margin_percent: asked.and_then(margin_of),
        list_price,
    }
}
