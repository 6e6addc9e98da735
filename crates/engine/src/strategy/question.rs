//! What the assistant asks back, so that the next message is read in its light.

use domain::{
    conversation::PendingQuestion,
    recommendation::Recommendation,
    understanding::{EntityKind, EntityValue, intent},
};

use super::{Choice, circumstances::Circumstances, light};

/// Choices beyond this are no help on a phone.
const MAX_CHOICES: usize = 3;

/// The one question of the turn, if its strategy has one.
pub(crate) fn question(
    circumstances: &Circumstances<'_>,
    choice: &Choice,
    recommendation: Option<&Recommendation>,
) -> Option<PendingQuestion> {
    if choice.silent || choice.reason.is_some() {
        return None;
    }
    let requirement = || {
        if circumstances.product().is_none() {
            Some(about("product", products(circumstances)))
        } else if circumstances.quantity().is_none() {
            Some(about("quantity", Vec::new()))
        } else {
            None
        }
    };
    let reachable = [EntityKind::Phone, EntityKind::Email, EntityKind::WechatId]
        .into_iter()
        .any(|kind| circumstances.understanding.entities_of(kind).next().is_some())
        || ["phone", "email", "wechat_id"]
            .into_iter()
            .any(|key| circumstances.remembered.profile.fact(key).is_some());
    let contact = || (!reachable).then(|| about("contact", Vec::new()));
    let asked = match choice.strategy.name.as_str() {
        "ask_requirement" => requirement(),
        "price_answer" if circumstances.product().is_some() => requirement(),
        "order_intake" => requirement().or_else(contact),
        "clarify" => Some(clarification(circumstances)),
        "contact_exchange" | "document" => contact(),
        "order_status" if circumstances.situation.orders.is_empty() => {
            Some(about("order_number", Vec::new()))
        }
        "small_talk" if circumstances.intent() == intent::AFFIRM => again(circumstances),
        "personalized_recommendation" if recommendation.is_none() => Some(about("use", Vec::new())),
        _ => None,
    };
    let offer = || {
        let items = &recommendation?.items;
        Some(about("offer", items.iter().map(|item| item.product.to_string()).collect()))
    };
    asked.or_else(offer)
}

fn about(subject: &str, choices: Vec<String>) -> PendingQuestion {
    PendingQuestion { about: subject.to_owned(), choices }
}

/// "可以" that does not answer what was asked: the same once more, but no third time. Of several offers, which one?
fn again(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    let memory = &circumstances.situation.conversation.memory;
    let asked = memory.question.as_ref()?;
    if memory.recent.last().is_some_and(|turn| turn.strategy == "small_talk") {
        return None;
    }
    Some(if asked.about == "offer" { about("product", asked.choices.clone()) } else { asked.clone() })
}

fn clarification(circumstances: &Circumstances<'_>) -> PendingQuestion {
    let understanding = circumstances.understanding;
    if light::ambiguous_product(understanding, &circumstances.intents).is_some() {
        return about("product", products(circumstances));
    }
    let names = understanding.undecided.iter().map(|found| found.name.clone()).take(MAX_CHOICES).collect();
    about("intent", names)
}

/// Those that the buyer's word fits, else a few of the category that he speaks of.
fn products(circumstances: &Circumstances<'_>) -> Vec<String> {
    let knowledge = circumstances.situation.knowledge;
    let candidates = circumstances
        .understanding
        .entities_of(EntityKind::Product)
        .flat_map(|entity| &entity.candidates)
        .filter_map(|candidate| match candidate {
            EntityValue::Product(id) => knowledge.product(id),
            _ => None,
        });
    let found: Vec<String> = candidates
        .filter(|product| !product.discontinued)
        .map(|product| product.id.to_string())
        .take(MAX_CHOICES)
        .collect();
    if !found.is_empty() {
        return found;
    }
    let Some(topic) = &circumstances.understanding.topic else { return Vec::new() };
    knowledge
        .products
        .iter()
        .filter(|product| product.category.as_ref() == Some(topic) && !product.discontinued)
        .map(|product| product.id.to_string())
        .take(MAX_CHOICES)
        .collect()
}
