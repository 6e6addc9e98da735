//! What was offered to whom, and that nothing is said against it.

use domain::{
    catalog::Product,
    fact::{Fact, FactBody},
    id::{ApprovalId, ProductId},
    money::UnitPrice,
    negotiation::Terms,
    promise::{Offer, Promise},
    quantity::Thousandths,
};

use crate::{reply::format, routing, situation::Situation};

/// Offers to this contact that still stand for the product at this quantity; those about no product for any.
pub(crate) fn standing<'s>(
    situation: &Situation<'s>,
    product: Option<&Product>,
    quantity: Option<Thousandths>,
) -> impl Iterator<Item = &'s Offer> {
    let (own, now) = (situation.contact.id, situation.now);
    let product = product.map(|product| product.id.clone());
    situation
        .promises
        .iter()
        .filter(move |promise| promise.contact == own)
        .map(|promise| &promise.offer)
        .filter(move |offer| {
            let is_about = match (&offer.product, &product) {
                (None, _) => true,
                (Some(_), Some(product)) => offer.covers(product, quantity),
                (Some(_), None) => false,
            };
            is_about && offer.condition.is_none() && offer.is_valid(now)
        })
}

/// The price that the contact was promised for the product at this quantity.
pub(crate) fn promised_price<'s>(
    situation: &Situation<'s>,
    product: &Product,
    quantity: Option<Thousandths>,
) -> Option<&'s Offer> {
    // Mostly there is nothing in the ledger.
    if situation.promises.is_empty() {
        return None;
    }
    standing(situation, Some(product), quantity).filter(|offer| offer.terms.unit_price().is_some()).last()
}

/// What the contact was given by this approval, while it stands.
pub(crate) fn of_approval<'s>(situation: &Situation<'s>, id: ApprovalId) -> Option<&'s Offer> {
    let own = situation.promises.iter().filter(|promise| promise.contact == situation.contact.id);
    own.map(|promise| &promise.offer)
        .find(|offer| offer.approval == Some(id) && offer.is_valid(situation.now))
}

/// Whether what was promised is at least as good for the buyer as what he asks for.
pub(crate) fn satisfies(promised: &Terms, asked: &Terms) -> bool {
    match (promised, asked) {
        (
            Terms::Discount { .. } | Terms::PriceList { .. },
            Terms::Discount { unit_price: Some(asked), .. },
        ) => promised.unit_price().is_some_and(|promised| {
            promised.currency == asked.currency && promised.millionths <= asked.millionths
        }),
        (
            Terms::PaymentTerms { deposit_percent, net_days },
            Terms::PaymentTerms { deposit_percent: asked_deposit, net_days: asked_days },
        ) => {
            asked_deposit.is_none_or(|asked| deposit_percent.is_some_and(|promised| promised <= asked))
                && asked_days.is_none_or(|asked| net_days.is_some_and(|promised| promised >= asked))
        }
        (Terms::FreeSample { count }, Terms::FreeSample { count: asked }) => count >= asked,
        (Terms::LeadTime { days }, Terms::LeadTime { days: asked }) => days <= asked,
        (Terms::Moq { quantity }, Terms::Moq { quantity: asked }) => quantity <= asked,
        (Terms::PriceList { list, .. }, Terms::PriceList { list: asked, .. }) => list == asked,
        _ => false,
    }
}

/// A price in the reply that contradicts what a colleague at the same company was promised, in the shop's words; `None` where there is
/// none.
///
/// The same quantity must cost the same, more must not cost more each, less must not cost less.
pub fn contradiction(situation: &Situation<'_>, facts: &[Fact]) -> Option<String> {
    // Mostly there is nothing in the ledger.
    if situation.promises.is_empty() || !situation.contact.is_verified() {
        return None;
    }
    said_prices(facts).find_map(|said| {
        let against = situation.promises.iter().find(|promise| is_against(situation, promise, &said))?;
        Some(note(situation, &said, against))
    })
}

struct Said<'f> {
    product: &'f ProductId,
    quantity: Thousandths,
    unit_price: &'f UnitPrice,
}

/// The prices of a reply; the list price beside a concession is not what is offered.
fn said_prices(facts: &[Fact]) -> impl Iterator<Item = Said<'_>> {
    let conceded = |product: &ProductId| {
        facts
            .iter()
            .any(|fact| matches!(&fact.body, FactBody::Concession { product: of, .. } if of == product))
    };
    facts.iter().filter_map(move |fact| match &fact.body {
        FactBody::Price { product, quantity, unit_price, .. } if !conceded(product) => {
            Some(Said { product, quantity: *quantity, unit_price })
        }
        FactBody::Concession { product, unit_price, .. } => {
            // A concession is for the quantity of the price beside it.
            let quantity = facts.iter().find_map(|fact| match &fact.body {
                FactBody::Price { product: of, quantity, .. } if of == product => Some(*quantity),
                _ => None,
            });
            Some(Said { product, quantity: quantity?, unit_price })
        }
        _ => None,
    })
}

fn is_against(situation: &Situation<'_>, promise: &Promise, said: &Said<'_>) -> bool {
    let offer = &promise.offer;
    let (Some(price), Some(quantity)) = (offer.terms.unit_price(), offer.quantity) else { return false };
    let is_colleague = promise.contact != situation.contact.id
        && promise.company.is_some_and(|id| situation.is_own_company(id));
    if !is_colleague
        || offer.product.as_ref() != Some(said.product)
        || price.currency != said.unit_price.currency
        || offer.condition.is_some()
        || !offer.is_valid(situation.now)
    {
        return false;
    }
    let (promised, now) = (price.millionths, said.unit_price.millionths);
    match said.quantity.cmp(&quantity) {
        std::cmp::Ordering::Equal => now != promised,
        std::cmp::Ordering::Greater => now > promised,
        std::cmp::Ordering::Less => now < promised,
    }
}

fn note(situation: &Situation<'_>, said: &Said<'_>, against: &Promise) -> String {
    let knowledge = situation.knowledge;
    let language = routing::shop_language(knowledge);
    let price = |price: &UnitPrice| format::unit_price(knowledge, price, language);
    let promised = against.offer.terms.unit_price().map(price).unwrap_or_default();
    let (now, product) = (price(said.unit_price), said.product);
    match language {
        domain::language::ReplyLanguage::Zh => {
            format!("同公司的同事此前得到的{product}报价是{promised}，这次是{now}，请核对后再发")
        }
        domain::language::ReplyLanguage::En => {
            format!(
                "a colleague at the company was offered {product} at {promised}, this reply says {now}; please check it"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        Timestamp,
        approval::ApprovalStatus,
        id::{self, AgentId, PromiseId},
        message::Author,
        negotiation::AskedApproval,
    };

    use super::*;
    use crate::turn::scene::Scene;

    const SHOP: &str = r#"
shop: {name: 甬启自动化, payment: "预付50%，发货前付清余款"}
products:
- {id: P001, name: 六轴机器人, price: 50000, unit: 台}
authority: {assistant: {max_discount_percent: 3}}
"#;

    #[test]
    fn what_was_given_in_place_of_a_wish_is_said_again_where_the_wish_comes_again() {
        let wish = r#"[P001](product:P001)[20台](quantity:20台)，[月结60天](payment_term:{"net_days":60,"balance":"monthly"})行吗"#;
        let mut scene = Scene::of_shop(SHOP);
        scene.worded = true;
        let asked = scene.say("payment_terms", wish).approvals.remove(0);
        // A person grants half of it; the buyer comes back in a conversation that knows what became of his wish.
        let mut scene = Scene::of_shop(SHOP);
        scene.worded = true;
        scene.conversation.memory.negotiation.ask(AskedApproval {
            id: asked.id,
            key: asked.key.clone(),
            status: ApprovalStatus::Countered,
        });
        scene.promises.push(Promise {
            id: PromiseId::from_ulid(id::compose(scene.now, 77)),
            contact: scene.contact.id,
            company: None,
            conversation: scene.conversation.id,
            offer: Offer {
                by: Author::Agent(AgentId::from_ulid(id::compose(Timestamp::from_millis(1), 1))),
                product: asked.product.clone(),
                quantity: asked.quantity,
                terms: Terms::PaymentTerms { deposit_percent: None, net_days: Some(30) },
                condition: None,
                turn: None,
                approval: Some(asked.id),
                at: scene.now,
                valid_until: scene.now.plus_hours(48),
            },
        });
        let again = scene.say("payment_terms", wish);
        assert_eq!((again.approvals.len(), again.offers.len()), (0, 0), "nothing is asked or promised anew");
        assert!(again.turn.handoff.is_none());
        assert!(again.turn.reply.text.contains("账期30天"), "{}", again.turn.reply.text);
    }
}
