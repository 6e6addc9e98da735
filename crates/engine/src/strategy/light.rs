//! A message in the light of what the assistant asked last, and whether it was understood.

use domain::{
    message::MessageKind,
    requirement::RequirementLine,
    understanding::{Entity, EntityKind, EntityValue, MoneyRole, ScoredIntent, Understanding, intent},
};

use crate::{facts, profile::introduction, quote, requirement, situation::Situation};

mod bare;
mod identity;
mod paper;
mod waiting;

pub(crate) use identity::asks_who_answers;

/// Below this, nothing is known to be off topic; it is only not understood.
const SURELY_OFF_TOPIC: f64 = 0.6;
/// Above this the first intent is good enough, however many others fit.
const CLEAR: f64 = 0.4;
/// A second intent counts as a rival from this share of the first one's probability.
const RIVAL: f64 = 0.5;

/// Answers that mean nothing by themselves.
const BARE: &[&str] = &[intent::AFFIRM, intent::OUT_OF_SCOPE, intent::GREETING];

/// Questions for what a deal needs, but for the product and its quantity alone.
const DEAL_QUESTIONS: &[&str] = &[
    "quantity_of",
    "quantity_and_destination",
    "destination",
    "incoterm",
    "incoterm_and_destination",
    "payment",
    "requirement",
];

/// How an answer to one of them may look by itself.
const STATED: &[&str] = &[intent::SHIPPING_INQUIRY, intent::PAYMENT_TERMS];

/// An intent below this is a guess, and an answer to our question the likelier reading.
const SURE: f64 = 0.6;

/// Above this nobody doubts.
const BEYOND_DOUBT: f64 = 0.9;

/// Words that make a question of it.
const ASKING: &[&str] =
    &["?", "\u{ff1f}", "吗", "多少", "怎么", "能不能", "呢", "how ", "what ", "can you", "do you", "cost"];

/// Without a product these cannot be answered.
const ABOUT_A_PRODUCT: &[&str] = &[
    intent::PRICE_INQUIRY,
    intent::QUOTE_REQUEST,
    intent::SPEC_INQUIRY,
    intent::MOQ_INQUIRY,
    intent::SAMPLE_REQUEST,
    intent::STOCK_INQUIRY,
    intent::LEAD_TIME_INQUIRY,
    intent::PACKING_INQUIRY,
    intent::PURCHASE,
];

/// What is asked of one product after another by naming it alone: "那P002呢".
const ABOUT_GOODS_NAMED: &[&str] = &[
    intent::PRICE_INQUIRY,
    intent::SPEC_INQUIRY,
    intent::MOQ_INQUIRY,
    intent::SAMPLE_REQUEST,
    intent::STOCK_INQUIRY,
    intent::LEAD_TIME_INQUIRY,
    intent::PACKING_INQUIRY,
    intent::WARRANTY_INQUIRY,
    intent::CERTIFICATION_INQUIRY,
];

/// What facts answer: of two of them that fit a message equally well, both are answered rather than one asked for.
const ANSWERED_TOGETHER: &[&str] = &[
    intent::PRICE_INQUIRY,
    intent::SPEC_INQUIRY,
    intent::MOQ_INQUIRY,
    intent::STOCK_INQUIRY,
    intent::LEAD_TIME_INQUIRY,
    intent::SHIPPING_INQUIRY,
    intent::PACKING_INQUIRY,
    intent::WARRANTY_INQUIRY,
    intent::CERTIFICATION_INQUIRY,
    intent::PAYMENT_TERMS,
    intent::INVOICE_INQUIRY,
];

/// Whoever says one of these orders by the paper that he has.
const ORDERED: &[&str] = &[
    "下单",
    "订购",
    "签合同",
    "付款",
    "打款",
    "成交",
    "place the order",
    "place an order",
    "place order",
    "order now",
    "proceed",
    "go ahead",
    "accept",
];

/// Words of who wants goods.
const WANTING: &[&str] = &[
    "买",
    "要",
    "需",
    "找",
    "采购",
    "多少",
    "价",
    "want",
    "need",
    "looking for",
    "buy",
    "purchase",
    "price",
    "cost",
    "how much",
];
/// Words for somebody to talk to.
const PEOPLE: &[&str] = &[
    "人工",
    "真人",
    "活人",
    "客服",
    "经理",
    "销售",
    "业务员",
    "老板",
    "同事",
    "工程师",
    "转人",
    "找人",
    "有人",
    "来人",
    "人来",
    "人呢",
    "person",
    "human",
    "someone",
    "somebody",
    "agent",
    "representative",
    "manager",
    "engineer",
    "talk",
    "speak",
    "call",
    "real ",
    "sales",
    "负责人",
    "主管",
    "专家",
    "技术",
    "师傅",
    "领导",
    "联系",
    "故障",
    "说不清",
    "supervisor",
    "boss",
    "staff",
    "specialist",
    "contact",
    "chat",
];

/// Words that ask what something costs.
const PRICED: &[&str] =
    &["多少", "价", "怎么卖", "报一下", "报个", "how much", "price", "cost", "quote", "what would"];
/// With one of these it is the carriage that is asked for.
const CARRIAGE: &[&str] =
    &["运费", "邮费", "快递费", "物流费", "freight", "shipping", "carriage", "delivery cost"];

/// The intents with the primary one replaced where the message answers a question: "P001" after "which product?" is the price
/// question that was asked before.
pub(crate) fn intents<'s>(situation: &Situation<'s>, understanding: &'s Understanding) -> Vec<&'s str> {
    let text = situation.text();
    if requirement::is_table(&text) {
        // Whoever sends a list of goods with quantities wants it quoted.
        return vec![intent::QUOTE_REQUEST];
    }
    if introduction::is_introduction(understanding, &text) {
        // It goes along with the talk and asks for nothing.
        return vec![intent::AFFIRM];
    }
    if asks_who_answers(situation) {
        return vec![intent::OUT_OF_SCOPE];
    }
    let mut intents: Vec<&str> = understanding.intents.iter().map(|found| found.name.as_str()).collect();
    if intents.is_empty() {
        intents.push(intent::OUT_OF_SCOPE);
    }
    // Whoever only asks for the difference asks for no price.
    if intents[0] == intent::PRODUCT_COMPARISON && !says(&text, PRICED) {
        intents.retain(|name| *name != intent::PRICE_INQUIRY);
    }
    if asks_price_there(situation, understanding, &intents) {
        intents.retain(|name| {
            ![intent::SHIPPING_INQUIRY, intent::PURCHASE, intent::PRICE_INQUIRY].contains(name)
        });
        intents.insert(0, intent::PRICE_INQUIRY);
        return intents;
    }
    // "专票价格是多少" asks for the price with that invoice.
    if intents[0] == intent::INVOICE_INQUIRY
        && understanding.products().next().is_some()
        && says(&text, &["价", "多少钱", "how much", "price", "cost"])
    {
        intents.retain(|name| *name != intent::PRICE_INQUIRY);
        intents.insert(0, intent::PRICE_INQUIRY);
        return intents;
    }
    if let Some(meant) = meant(situation, understanding, intents[0]) {
        // It takes the place of the primary one; what else was asked stays.
        let others: Vec<&str> = intents.drain(1..).filter(|name| *name != meant).collect();
        return std::iter::once(meant).chain(others).collect();
    }
    both(situation, understanding).map_or(intents, |both| both.to_vec())
}

/// "20 pcs of P001 CIF Hamburg, how much?" asks what the goods cost there, however much term and port sound like carriage.
fn asks_price_there(situation: &Situation<'_>, understanding: &Understanding, intents: &[&str]) -> bool {
    let looks = [intent::SHIPPING_INQUIRY, intent::PURCHASE].iter().any(|name| intents.contains(name));
    let text = situation.text();
    let known = understanding.products().next().is_some() || situation.contact.requirement.focus().is_some();
    looks
        && known
        && understanding.entities_of(EntityKind::Incoterm).any(|entity| !entity.negated)
        && says(&text, PRICED)
        && !says(&text, CARRIAGE)
        && !says(&text, ORDERED)
}

fn meant<'s>(situation: &Situation<'s>, understanding: &Understanding, primary: &str) -> Option<&'s str> {
    if quote::is_accepted_in_words(situation) {
        return Some(intent::PURCHASE);
    }
    if waiting::asks_after_person(situation, understanding) {
        return Some(intent::HUMAN_REQUEST);
    }
    // The customs number and the origin of goods are figures of theirs, however much they sound like freight or like us.
    let known = understanding.products().next().is_some() || situation.contact.requirement.focus().is_some();
    if known
        && ![intent::PRICE_INQUIRY, intent::QUOTE_REQUEST].contains(&primary)
        && facts::asks_customs(situation.knowledge, &situation.text())
    {
        return Some(intent::SPEC_INQUIRY);
    }
    // Who has not ordered anything, and speaks of no order, changes none and repeats none.
    let changes_nothing = [intent::ORDER_CHANGE, intent::REORDER].contains(&primary)
        && situation.orders.is_empty()
        && !says(&situation.text(), ORDER);
    if ([intent::PURCHASE, intent::DOCUMENT_REQUEST].contains(&primary) || changes_nothing)
        && paper::is_asked_for(&situation.text())
    {
        return Some(intent::QUOTE_REQUEST);
    }
    let memory = &situation.conversation.memory;
    let last = memory.recent.last();
    let asked_before = last.and_then(|turn| turn.intents.first()).map(String::as_str);
    // "就这样" after a quote is an order, whatever was asked beside it.
    let closing =
        last.is_some_and(|turn| ["quote", "negotiation", "order_intake"].contains(&turn.strategy.as_str()));
    let unanswered =
        memory.question.as_ref().is_none_or(|question| DEAL_QUESTIONS.contains(&question.about.as_str()));
    if primary == intent::AFFIRM && closing && unanswered {
        return Some(intent::PURCHASE);
    }
    // "not 10, 12 units" corrects what was asked for.
    let corrects = |before: &&str| ABOUT_A_PRODUCT.contains(before) || *before == intent::PRICE_NEGOTIATION;
    let names = |kind: EntityKind| understanding.entities_of(kind).any(|entity| !entity.negated);
    // "P002改成6只" has nothing made to his wishes.
    let recounts = primary == intent::CUSTOMIZATION_REQUEST
        && names(EntityKind::Quantity)
        && understanding.products().all(|product| situation.contact.requirement.line(product).is_some());
    let is_guess =
        understanding.confidence() < SURE || changes_nothing || recounts || primary == intent::DENY;
    let restates = is_guess
        && corrects_itself(&situation.text())
        && (RESTATED.into_iter().any(names) || (names(EntityKind::Product) && !asks(&situation.text())));
    if (primary == intent::DENY && (names(EntityKind::Quantity) || gives_up_a_part(situation, understanding)))
        || restates
    {
        return asked_before.filter(corrects);
    }
    // Who names our goods and how many of them has nothing to sell to us, unless he says so beyond doubt.
    if primary == intent::SOLICITATION
        && understanding.confidence() < BEYOND_DOUBT
        && understanding.products().next().is_some()
        && names(EntityKind::Quantity)
    {
        return Some(intent::PRICE_INQUIRY);
    }
    // In a shop of robots, a robot is asked for and not complained of.
    let ours = |entity: &Entity| {
        entity.kind == EntityKind::Product
            && !entity.negated
            && (!entity.candidates.is_empty() || matches!(entity.value, EntityValue::Product(_)))
    };
    let sure = understanding.confidence() >= SURE && !says(&situation.text(), PRICED);
    if primary == intent::HUMAN_REQUEST
        && !sure
        && understanding.entities.iter().any(ours)
        && says(&situation.text(), WANTING)
        && !says(&situation.text(), PEOPLE)
    {
        let priced = says(&situation.text(), PRICED);
        return Some(if priced { intent::PRICE_INQUIRY } else { intent::PRODUCT_INQUIRY });
    }
    // Who is asked how many and counts several goods in one message does not ask to be told of them.
    let chooses = memory.question.as_ref().is_some_and(|question| question.about == "product");
    if [intent::PRODUCT_INQUIRY, intent::SPEC_INQUIRY].contains(&primary)
        && !chooses
        && bare::counts_only_goods(situation, understanding)
    {
        let quoted = asked_before.filter(|before| *before == intent::QUOTE_REQUEST);
        return quoted.or(Some(intent::PRICE_INQUIRY));
    }
    let looks_like_anything = understanding.confidence() < SURE
        || [intent::OUT_OF_SCOPE, intent::PRODUCT_COMPARISON].contains(&primary);
    if looks_like_anything && bare::names_only_goods(situation, understanding) {
        let before = asked_before.filter(|before| ABOUT_GOODS_NAMED.contains(before));
        let alone = understanding.products().count() == 1
            && memory.question.is_none()
            && primary != intent::OUT_OF_SCOPE;
        if let Some(meant) = before.or(alone.then_some(intent::PRODUCT_INQUIRY)) {
            return Some(meant);
        }
    }
    // Over a price that was told, a number near it is a bid, whatever stands beside it.
    let told = last.is_some_and(|turn| TOLD_PRICE.contains(&turn.strategy.as_str()));
    if told && bids(understanding) && (NO_BID.contains(&primary) || understanding.confidence() < SURE) {
        return Some(intent::PRICE_NEGOTIATION);
    }
    // "一共多少钱" of several lines is answered by the quotation of them all.
    if primary == intent::PRICE_INQUIRY
        && understanding.products().next().is_none()
        && situation.contact.requirement.lines.iter().filter(|line| line.quantity.is_some()).count() > 1
        && says(&situation.text(), IN_ALL)
    {
        return Some(intent::QUOTE_REQUEST);
    }
    // "不要CIF了,含税多少" declines one thing and asks for another.
    let asks_for = |name: &&&str| {
        understanding.intents.iter().any(|found| found.name == **name && found.confidence >= SURE)
    };
    if primary == intent::DENY
        && let Some(asked) = ANSWERED_ANYWAY.iter().find(asks_for)
    {
        return Some(asked);
    }
    let question = memory.question.as_ref()?;
    if ["product", "offer"].contains(&question.about.as_str())
        && requirement::picked_by_figure(situation, understanding).is_some()
    {
        return asked_before
            .filter(|before| ABOUT_A_PRODUCT.contains(before))
            .or(Some(intent::PRODUCT_INQUIRY));
    }
    let bare = BARE.contains(&primary);
    let deals = corrects;
    match question.about.as_str() {
        // Who is asked which product describes it, whatever his words look like by themselves.
        "product" if describes(understanding) => Some(intent::PRODUCT_INQUIRY),
        // A model number alone looks like anything.
        "product" | "unmatched"
            if bare
                || primary == intent::PRODUCT_INQUIRY
                || (understanding.confidence() < SURE && !asks(&situation.text())) =>
        {
            let named = understanding.products().next().is_some();
            // "我要20台,什么价格" sounds like an order, but the price comes first.
            let priced =
                last.is_some_and(|turn| turn.intents.iter().any(|name| name == intent::PRICE_INQUIRY));
            let before = if priced { Some(intent::PRICE_INQUIRY) } else { asked_before };
            before.filter(|before| {
                named && (ABOUT_A_PRODUCT.contains(before) || *before == intent::PRICE_NEGOTIATION)
            })
        }
        // The price that he would pay, as we asked for it.
        "target_price" if names(EntityKind::Money) => Some(intent::PRICE_NEGOTIATION),
        "quantity" if (bare || primary == intent::PRICE_INQUIRY) && names(EntityKind::Quantity) => {
            asked_before.filter(deals).or(Some(intent::PRICE_INQUIRY))
        }
        about if DEAL_QUESTIONS.contains(&about) => {
            let places = [
                EntityKind::Destination,
                EntityKind::Port,
                EntityKind::Region,
                EntityKind::Incoterm,
                EntityKind::PaymentTerm,
            ];
            let counts = (bare || primary == intent::PRICE_INQUIRY) && names(EntityKind::Quantity);
            let answered = counts || places.into_iter().any(names);
            // "到苏州运费多少" asks; "发苏州" answers.
            let states = bare
                || ((STATED.contains(&primary) || understanding.confidence() < SURE)
                    && !asks(&situation.text()))
                || (about != "destination" && primary == intent::PRICE_INQUIRY);
            let fits = |before: &&str| deals(before) || STATED.contains(before);
            (answered && states).then(|| asked_before.filter(fits).unwrap_or(intent::PRICE_INQUIRY))
        }
        "contact" if bare || primary == intent::CONTACT_EXCHANGE => {
            let named = [EntityKind::Phone, EntityKind::Email, EntityKind::WechatId].into_iter().any(names);
            let before = asked_before.filter(|before| {
                [intent::DOCUMENT_REQUEST, intent::PURCHASE, intent::CONTACT_EXCHANGE].contains(before)
            });
            (named || primary == intent::AFFIRM).then(|| before.unwrap_or(intent::CONTACT_EXCHANGE))
        }
        "order_number" if bare && names(EntityKind::OrderNumber) => {
            Some(asked_before.unwrap_or(intent::ORDER_STATUS))
        }
        "intent" if primary == intent::AFFIRM => question.choices.first().map(String::as_str),
        // Yes to several offers does not say to which.
        "offer" if primary == intent::AFFIRM && question.choices.len() == 1 => Some(intent::PRODUCT_INQUIRY),
        "quote" if primary == intent::AFFIRM => Some(intent::QUOTE_REQUEST),
        "order" if primary == intent::AFFIRM => Some(intent::PURCHASE),
        "sample" if primary == intent::AFFIRM => Some(intent::SAMPLE_REQUEST),
        "person" if primary == intent::AFFIRM => Some(intent::HUMAN_REQUEST),
        _ => None,
    }
}

/// Some of what the deal is about is given up, and not all of it.
fn gives_up_a_part(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    let given_up = |line: &RequirementLine| {
        understanding.entities_of(EntityKind::Product).any(|entity| {
            entity.negated && matches!(&entity.value, EntityValue::Product(id) if *id == line.product.value)
        })
    };
    let lines = &situation.contact.requirement.lines;
    lines.iter().any(given_up) && !lines.iter().all(given_up)
}

/// Names a price that he would pay.
fn bids(understanding: &Understanding) -> bool {
    understanding.entities_of(EntityKind::Money).any(|entity| {
        let (EntityValue::Money { role, .. } | EntityValue::Amount { role, .. }) = &entity.value else {
            return false;
        };
        !entity.negated && *role == Some(MoneyRole::TargetPrice)
    })
}

/// Strategies whose answer names a price.
const TOLD_PRICE: &[&str] = &["price_answer", "quote", "negotiation", "order_intake"];
/// What a bid may look like by its other words.
const NO_BID: &[&str] = &[
    intent::PAYMENT_TERMS,
    intent::OUT_OF_SCOPE,
    intent::AFFIRM,
    intent::DENY,
    intent::PRODUCT_INQUIRY,
    intent::PRODUCT_COMPARISON,
];
/// What it costs altogether.
const IN_ALL: &[&str] = &[
    "一共",
    "总共",
    "合计",
    "总价",
    "加起来",
    "in total",
    "the total",
    "altogether",
    "in all",
    "all together",
];

/// Words that are no clear request, with a figure of what the goods must do.
fn describes(understanding: &Understanding) -> bool {
    let figure =
        |entity: &Entity| !entity.negated && matches!(entity.kind, EntityKind::Spec | EntityKind::Quantity);
    understanding.confidence() < SURE
        && understanding.products().next().is_none()
        && understanding.entities.iter().any(figure)
}

/// What a buyer says anew when he corrects himself.
const RESTATED: [EntityKind; 4] =
    [EntityKind::Quantity, EntityKind::Incoterm, EntityKind::Port, EntityKind::Destination];

/// What is answered though the message begins with a no.
const ANSWERED_ANYWAY: &[&str] = &[
    intent::QUOTE_REQUEST,
    intent::PRICE_INQUIRY,
    intent::LEAD_TIME_INQUIRY,
    intent::SAMPLE_REQUEST,
    intent::STOCK_INQUIRY,
    intent::SPEC_INQUIRY,
];

/// Words with which a buyer takes back what he has just said.
const CORRECTING: &[&str] = &[
    "不是",
    "改成",
    "改回",
    "换回",
    "改为",
    "换成",
    "应该是",
    "说错",
    "写错",
    "打错",
    "更正",
    "还是要",
    "还是按",
    "还是订",
    "还是来",
    "not ",
    "sorry",
    "i mean",
    "i meant",
    "rather",
    "instead",
    "correction",
    "change to",
    "make it",
    "make that",
    "after all",
    "back to",
    "actually",
    "same quantity",
];

/// What was ordered, in a buyer's words.
const ORDER: &[&str] = &["订单", "下的单", "合同", "order", "contract"];

fn corrects_itself(text: &str) -> bool {
    says(text, CORRECTING)
}

fn asks(text: &str) -> bool {
    says(text, ASKING)
}

/// Whether it is a question, be it for a time.
fn asks_when(text: &str) -> bool {
    asks(text) || says(text, &["什么时候", "何时", "多久", "几点", "when", "how long", "still", "还没"])
}

fn says(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// Whether it is clear enough what the buyer wants. `intents` are those of [`intents`].
pub(crate) fn is_understood(
    situation: &Situation<'_>,
    understanding: &Understanding,
    intents: &[&str],
) -> bool {
    if is_attachment_only(situation) || intents.first().copied() != Some(understanding.primary()) {
        return true;
    }
    if asks_who_answers(situation) || both(situation, understanding).is_some() {
        return true;
    }
    if understanding.primary() == intent::OUT_OF_SCOPE {
        return understanding.confidence() >= SURELY_OFF_TOPIC;
    }
    !is_torn(understanding) && ambiguous_product(understanding, intents).is_none()
}

/// The two questions that a message about known goods may ask, where the facts answer either.
fn both<'u>(situation: &Situation<'_>, understanding: &'u Understanding) -> Option<[&'u str; 2]> {
    let known = understanding.products().next().is_some() || situation.contact.requirement.focus().is_some();
    let [first, second, rest @ ..] = understanding.undecided.as_slice() else { return None };
    let is_rival = |found: &ScoredIntent| found.confidence >= first.confidence * RIVAL;
    let both = [first.name.as_str(), second.name.as_str()];
    (known
        && is_torn(understanding)
        && !rest.iter().any(is_rival)
        && both.iter().all(|name| ANSWERED_TOGETHER.contains(name)))
    .then_some(both)
}

/// Several intents fit about equally well.
fn is_torn(understanding: &Understanding) -> bool {
    match understanding.undecided.as_slice() {
        [first, second, ..] => first.confidence < CLEAR && second.confidence >= first.confidence * RIVAL,
        _ => false,
    }
}

/// The products that a name fits, where it fits several and the question cannot be answered for all of them.
pub(crate) fn ambiguous_product<'u>(
    understanding: &'u Understanding,
    intents: &[&str],
) -> Option<&'u [EntityValue]> {
    let needed = intents.iter().any(|name| ABOUT_A_PRODUCT.contains(name));
    if !needed || understanding.products().next().is_some() {
        return None;
    }
    understanding
        .entities_of(EntityKind::Product)
        .find(|entity| !entity.negated && entity.candidates.len() > 1)
        .map(|entity| entity.candidates.as_slice())
}

/// Pictures or files, and not a word.
pub(crate) fn is_attachment_only(situation: &Situation<'_>) -> bool {
    situation.messages.iter().all(|message| message.text.trim().is_empty())
        && situation.messages.iter().any(|message| {
            !message.attachments.is_empty() || !matches!(message.kind, MessageKind::Text | MessageKind::Event)
        })
}
