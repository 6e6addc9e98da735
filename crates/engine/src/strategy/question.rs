//! What the assistant asks back, so that the next message is read in its light.

use domain::{
    conversation::PendingQuestion,
    language::ReplyLanguage,
    recommendation::Recommendation,
    requirement::RequirementLine,
    understanding::{EntityKind, EntityValue, intent},
};

use super::{Choice, circumstances::Circumstances, light};
use crate::{
    facts, negotiation,
    pricing::{self, Delivery},
    requirement::{self, Need},
    search,
};

/// Choices beyond this are no help on a phone.
const MAX_CHOICES: usize = 3;

/// A letter asks for no more than this at once.
const MAX_ASKED: usize = 5;

/// The one question of the turn, if its strategy has one.
pub(crate) fn question(
    circumstances: &Circumstances<'_>,
    choice: &Choice,
    recommendation: Option<&Recommendation>,
) -> Option<PendingQuestion> {
    if choice.silent || choice.reason.is_some() {
        return None;
    }
    let reachable = [EntityKind::Phone, EntityKind::Email, EntityKind::WechatId]
        .into_iter()
        .any(|kind| circumstances.understanding.entities_of(kind).next().is_some())
        || ["phone", "email", "wechat_id"]
            .into_iter()
            .any(|key| circumstances.remembered.profile.fact(key).is_some());
    let contact = || (!reachable).then(|| about("contact", Vec::new()));
    let asked = match choice.strategy.name.as_str() {
        "ask_requirement" => essential(circumstances),
        "price_answer" | "terms_answer" if asks_price(circumstances, choice) => {
            missing(circumstances).or_else(|| next_step(circumstances))
        }
        "negotiation" => of_negotiation(circumstances),
        "quote" => missing(circumstances),
        "order_intake" => missing(circumstances).or_else(contact),
        "terms_answer" if circumstances.intents.contains(&intent::SHIPPING_INQUIRY) => place(circumstances),
        "detailed_introduction" if circumstances.product().is_none() => found(circumstances),
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

/// The next question about a deal whose product is known; `None` where nothing is missing.
pub(crate) fn of_deal(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    circumstances.product()?;
    missing(circumstances)
}

/// Which product, where that is open; who asks again is asked what he would pay, and then whether a person shall talk to him.
fn of_negotiation(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    if negotiation::is_open(circumstances) {
        let lines = requirement::named_together(&circumstances.remembered.requirement);
        return Some(about("product", lines.iter().map(|line| line.product.value.to_string()).collect()));
    }
    if circumstances.product().is_none() {
        return Some(about("product", products(circumstances)));
    }
    if negotiation::insists(circumstances) == 0 || negotiation::concede(circumstances).is_some() {
        return None;
    }
    let wished = circumstances.remembered.requirement.target_price.is_some();
    let asked = about("target_price", Vec::new());
    Some(if wished || was_passed_over(circumstances, &asked) { about("person", Vec::new()) } else { asked })
}

/// A price is told, be it beside other things that were asked.
fn asks_price(circumstances: &Circumstances<'_>, choice: &Choice) -> bool {
    let asked = || {
        [intent::PRICE_INQUIRY, intent::QUOTE_REQUEST].iter().any(|name| circumstances.intents.contains(name))
    };
    circumstances.product().is_some() && (choice.strategy.name == "price_answer" || asked())
}

/// What nothing can be answered without: the product, and how many of it where a price was asked for.
fn essential(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    if !circumstances.remembered.requirement.unmatched.is_empty() {
        return missing(circumstances);
    }
    let deals = [intent::PRICE_INQUIRY, intent::QUOTE_REQUEST, intent::PURCHASE];
    if circumstances.product().is_none() {
        // What was answered for each of those shown needs no choice yet, but a deal does.
        let answered = !requirement::names_unknown_product(circumstances.understanding)
            && !facts::open_choice(circumstances.situation).is_empty();
        let chooses = deals.iter().any(|name| circumstances.intents.contains(name));
        return (chooses || !answered).then(|| about("product", products(circumstances)));
    }
    if circumstances.quantity().is_some() {
        return None;
    }
    if deals.iter().any(|name| circumstances.intents.contains(name)) {
        return missing(circumstances);
    }
    Some(about("quantity", Vec::new()))
}

/// What the deal still needs. In a letter all of it at once; in live chat one thing, or a pair that is said in one breath. What was
/// asked in the turn before and passed over is not asked again at once, unless there is no price without it.
fn missing(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    let open = circumstances.remembered.requirement.unmatched.is_empty();
    if circumstances.product().is_none() && open {
        return Some(about("product", products(circumstances)));
    }
    let requirement = &circumstances.remembered.requirement;
    let needs = requirement::needs(circumstances.situation.knowledge, requirement);
    if let Some(open) = requirement.unmatched.first() {
        return Some(about("unmatched", open.value.candidates.iter().map(ToString::to_string).collect()));
    }
    if circumstances.situation.is_by_letter() {
        let names = needs.required.iter().take(MAX_ASKED).map(|need| need.name().to_owned()).collect();
        return (!needs.is_complete()).then(|| about("requirement", names));
    }
    if circumstances.quantity().is_none() {
        let pair = needs.lacks(Need::Destination) && requirement.incoterm.is_none();
        return Some(about(if pair { "quantity_and_destination" } else { "quantity" }, Vec::new()));
    }
    if let Some(line) = requirement.lines.iter().rev().find(|line| is_spoken_of(circumstances, line)) {
        return Some(about("quantity_of", vec![line.product.value.to_string()]));
    }
    let asked = match (needs.lacks(Need::Destination), needs.lacks(Need::Incoterm)) {
        (true, _) | (_, true) => place(circumstances),
        _ => needs.lacks(Need::Payment).then(|| about("payment", Vec::new())),
    };
    asked.filter(|asked| !was_passed_over(circumstances, asked))
}

/// A line without a quantity that was named along with the product spoken of. From what was named before it the buyer has moved on.
fn is_spoken_of(circumstances: &Circumstances<'_>, line: &RequirementLine) -> bool {
    let together = || {
        let focus = circumstances.remembered.requirement.focus();
        focus.is_some_and(|focus| focus.product.evidence == line.product.evidence)
    };
    line.quantity.is_none()
        && (together() || circumstances.understanding.products().any(|named| *named == line.product.value))
}

/// Where the goods go, and abroad on which Incoterm: what decides the freight.
fn place(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    let situation = circumstances.situation;
    let requirement = &circumstances.remembered.requirement;
    let needs = requirement::needs(situation.knowledge, requirement);
    // Who writes English and has not said where is most likely abroad.
    let abroad = needs.delivery == Delivery::Abroad
        || (needs.delivery == Delivery::Unknown
            && situation.reply_language(circumstances.understanding.language) == ReplyLanguage::En);
    let subject = match (needs.lacks(Need::Destination), abroad && requirement.incoterm.is_none()) {
        (true, true) => "incoterm_and_destination",
        (true, false) => "destination",
        (false, true) => "incoterm",
        (false, false) => return None,
    };
    Some(about(subject, Vec::new()))
}

/// With everything said, the next step is the quotation.
fn next_step(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    let offer = about("quote", Vec::new());
    let (product, quantity) = circumstances.product().zip(circumstances.quantity())?;
    let is_priced = pricing::price(circumstances.terms(), product, quantity).is_ok();
    (is_priced && !was_passed_over(circumstances, &offer)).then_some(offer)
}

fn was_passed_over(circumstances: &Circumstances<'_>, asked: &PendingQuestion) -> bool {
    let before = &circumstances.situation.conversation.memory.question;
    before.as_ref().is_some_and(|before| before.about == asked.about)
}

/// Of what a search in numbers found, which one is it?
fn found(circumstances: &Circumstances<'_>) -> Option<PendingQuestion> {
    let hits = search::for_message(circumstances.situation, circumstances.understanding)?;
    let choices: Vec<String> = hits.iter().map(|hit| hit.product.id.to_string()).collect();
    (!choices.is_empty()).then(|| about("offer", choices))
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

/// Those that the buyer's word fits, else those that he was shown, else a few of the category that he speaks of, else those spoken of before.
fn products(circumstances: &Circumstances<'_>) -> Vec<String> {
    let knowledge = circumstances.situation.knowledge;
    let fitting = |generic: bool| {
        let named = circumstances.understanding.entities.iter().filter(move |entity| {
            entity.kind == EntityKind::Product && !entity.negated && entity.generic == generic
        });
        let products = named.flat_map(|entity| &entity.candidates).filter_map(|candidate| match candidate {
            EntityValue::Product(id) => knowledge.product(id),
            _ => None,
        });
        let sold = products.filter(|product| !product.discontinued);
        sold.map(|product| product.id.to_string()).take(MAX_CHOICES).collect::<Vec<String>>()
    };
    let found = fitting(false);
    if !found.is_empty() {
        return found;
    }
    let open = facts::open_choice(circumstances.situation);
    if !open.is_empty() {
        return open.into_iter().map(ToString::to_string).collect();
    }
    let of_a_kind = fitting(true);
    if !of_a_kind.is_empty() {
        return of_a_kind;
    }
    let Some(topic) = &circumstances.understanding.topic else {
        let lines = circumstances.remembered.requirement.lines.iter().rev();
        return lines.map(|line| line.product.value.to_string()).take(MAX_CHOICES).collect();
    };
    knowledge
        .products
        .iter()
        .filter(|product| product.category.as_ref() == Some(topic) && !product.discontinued)
        .map(|product| product.id.to_string())
        .take(MAX_CHOICES)
        .collect()
}
