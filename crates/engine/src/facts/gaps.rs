//! What a message asks for and the shop's knowledge does not say: there a colleague has to answer.

use domain::understanding::{EntityKind, Understanding, intent};

use super::{Target, customs, parts, stock, targets, technical, validity};
use crate::{plan::Remembered, situation::Situation, strategy::light};

/// The first intent of the message whose answer the knowledge lacks, so that the reply can only say that a colleague will answer.
/// Whoever decides can then ask for a person (reason `no_knowledge`), and the promise is kept.
pub fn lacks<'s>(
    situation: &Situation<'s>,
    understanding: &'s Understanding,
    remembered: &Remembered,
) -> Option<&'s str> {
    // Parts are no goods of the catalogue; a FAQ may say how they are had.
    if parts::are_asked_for(situation, understanding) {
        let primary = light::intents(situation, understanding).into_iter().next();
        let priced = [intent::PRICE_INQUIRY, intent::QUOTE_REQUEST, intent::PURCHASE];
        return primary.filter(|name| {
            intent::is_about_goods(name) && (priced.contains(name) || super::faq(situation).is_none())
        });
    }
    let targets = targets(situation, understanding, remembered);
    let open = super::is_open(understanding, remembered);
    let in_faq = || super::faq(situation).is_some();
    light::intents(situation, understanding).into_iter().find(|name| {
        if *name == intent::ORDER_STATUS {
            return names_unknown_order(situation, understanding);
        }
        // Of several to choose from, one that has the answer is enough.
        let lacks = |target: &Target<'_>| lacks_of(situation, understanding, target, name, in_faq);
        if open { !targets.is_empty() && targets.iter().all(lacks) } else { targets.iter().any(lacks) }
    })
}

fn lacks_of(
    situation: &Situation<'_>,
    understanding: &Understanding,
    target: &Target<'_>,
    name: &str,
    in_faq: impl Fn() -> bool,
) -> bool {
    let product = target.product;
    match name {
        intent::STOCK_INQUIRY => !stock::is_fresh(situation.knowledge, product, situation.now),
        intent::LEAD_TIME_INQUIRY => product.lead_time.is_empty(),
        intent::SAMPLE_REQUEST => product.sample.is_none(),
        intent::PACKING_INQUIRY => product.packing.is_none(),
        intent::CERTIFICATION_INQUIRY => {
            validity::certificates(situation, product).next().is_none() && !in_faq()
        }
        intent::WARRANTY_INQUIRY => product.warranty_months.is_none() && !in_faq(),
        intent::SPEC_INQUIRY => {
            let text = situation.text();
            let asked = super::asked_attributes(situation.knowledge, &text);
            let states = |attribute: &&str| {
                product.specs.iter().any(|spec| spec.attribute == **attribute)
                    || customs::states(product, attribute)
            };
            if !asked.is_empty() {
                return !asked.iter().any(states);
            }
            product.specs.is_empty()
                || (technical::names_unstated(product, understanding, &text) && !in_faq())
        }
        _ => false,
    }
}

fn names_unknown_order(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    understanding.entities_of(EntityKind::OrderNumber).any(|entity| {
        !situation.orders.iter().any(|order| order.number.eq_ignore_ascii_case(entity.text.trim()))
    })
}
