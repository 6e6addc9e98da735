//! What may still be said: an answer or certificate past its last day is not, and somebody is told.

use domain::{
    catalog::{Faq, Product},
    understanding::{Understanding, intent},
};

use super::targets;
use crate::{clock, knowledge::Knowledge, plan::Remembered, situation::Situation, strategy::light};

/// Whether something with this last day holds today. ISO dates compare as text.
pub(crate) fn in_force(situation: &Situation<'_>, valid_until: Option<&String>) -> bool {
    valid_until.is_none_or(|until| {
        clock::date(situation.knowledge, situation.now).to_string().as_str() <= until.as_str()
    })
}

/// The FAQ that answers the message, if its answer holds still.
pub(crate) fn faq<'k>(situation: &Situation<'k>) -> Option<&'k Faq> {
    best_faq(situation).filter(|faq| in_force(situation, faq.valid_until.as_ref()))
}

fn best_faq<'k>(situation: &Situation<'k>) -> Option<&'k Faq> {
    let knowledge: &'k Knowledge = situation.knowledge;
    let (index, _) = knowledge.faq_index.best(&situation.text())?;
    knowledge.faqs.get(index)
}

/// The certificates of a product that hold still.
pub(super) fn certificates<'p>(
    situation: &Situation<'_>,
    product: &'p Product,
) -> impl Iterator<Item = &'p String> {
    product.certificates.iter().filter(move |name| in_force(situation, product.certificates_until.get(*name)))
}

/// What the message asks for and would be answered by something that is out of date, in words for the desk.
pub(crate) fn stale(
    situation: &Situation<'_>,
    understanding: &Understanding,
    remembered: &Remembered,
) -> Option<String> {
    let knowledge = situation.knowledge;
    if !knowledge.expires {
        return None;
    }
    if light::intents(situation, understanding).contains(&intent::CERTIFICATION_INQUIRY) {
        for target in targets(situation, understanding, remembered) {
            for (name, until) in &target.product.certificates_until {
                if !in_force(situation, Some(until)) {
                    return Some(format!("{}: the certificate {name} ended on {until}", target.product.id));
                }
            }
        }
    }
    let faq = best_faq(situation)?;
    let until = faq.valid_until.as_ref()?;
    (!in_force(situation, Some(until)))
        .then(|| format!("the answer `{}` ended on {until}; confirm it and move `valid_until`", faq.id))
}
