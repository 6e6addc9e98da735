//! What people at the shop read of a buyer, in the shop's language.

use domain::{
    catalog::Product,
    handoff::HandoffReason,
    language::ReplyLanguage,
    profile::{CustomerType, Profile},
    quantity::{Quantity, Thousandths},
    requirement::Requirement,
    understanding::intent,
};
use serde_json::Value;

use crate::{
    facts, knowledge::Knowledge, plan::Remembered, pricing, profile, reply::format, situation::Situation,
    strategy::circumstances::Circumstances,
};

/// Of the buyer's words, no more than this many code points.
const QUOTED: usize = 160;

/// So many products are named; of the others their number is told.
const TOLD_LINES: usize = 3;

/// Chinese unless the shop's name is in English only.
pub(crate) fn shop_language(knowledge: &Knowledge) -> ReplyLanguage {
    let name = &knowledge.shop.name;
    if name.zh.is_none() && name.en.is_some() { ReplyLanguage::En } else { ReplyLanguage::Zh }
}

/// Who, what for, what he said, and the next step.
pub(super) fn handoff_summary(circumstances: &Circumstances<'_>, reason: HandoffReason) -> String {
    let situation = circumstances.situation;
    let language = shop_language(situation.knowledge);
    let mut words: String = situation.text().replace('\n', " / ").chars().take(QUOTED + 1).collect();
    if words.chars().count() > QUOTED {
        words.pop();
        words.push('…');
    }
    let deal = deal(situation, &circumstances.remembered.requirement, language);
    let who = who(situation, &circumstances.remembered.profile, language);
    let is_fraud =
        reason == HandoffReason::Risk && facts::names_other_account(situation, circumstances.understanding);
    let (why, next) = if is_fraud {
        other_account(language)
    } else {
        (reason_words(reason, language), next_step(reason, circumstances.intent(), language))
    };
    match language {
        ReplyLanguage::Zh => {
            let deal = deal.map_or_else(String::new, |deal| format!("需求：{deal}。"));
            format!("{who}。转人工原因：{why}。客户说：“{words}”。{deal}下一步：{next}。")
        }
        ReplyLanguage::En => {
            let deal = deal.map_or_else(String::new, |deal| format!(" Needs: {deal}."));
            format!("{who}. Reason: {why}. Buyer: “{words}”.{deal} Next: {next}.")
        }
    }
}

/// Who, industry, purchase scale, requirement: one line for the board and the CRM.
pub(crate) fn lead_summary(situation: &Situation<'_>, remembered: &Remembered) -> String {
    let language = shop_language(situation.knowledge);
    let mut parts = vec![who(situation, &remembered.profile, language)];
    if let Some(industry) = industry(situation, &remembered.profile, language) {
        parts.push(match language {
            ReplyLanguage::Zh => format!("行业：{industry}"),
            ReplyLanguage::En => format!("industry: {industry}"),
        });
    }
    if let Some(scale) = scale(situation, &remembered.profile, language) {
        parts.push(match language {
            ReplyLanguage::Zh => format!("采购规模：{scale}"),
            ReplyLanguage::En => format!("purchase scale: {scale}"),
        });
    }
    if let Some(deal) = deal(situation, &remembered.requirement, language) {
        parts.push(match language {
            ReplyLanguage::Zh => format!("需求：{deal}"),
            ReplyLanguage::En => format!("needs: {deal}"),
        });
    }
    parts.join(match language {
        ReplyLanguage::Zh => "\u{ff1b}",
        ReplyLanguage::En => "; ",
    })
}

fn who(situation: &Situation<'_>, profile: &Profile, language: ReplyLanguage) -> String {
    let contact = situation.contact;
    let existing = profile.customer_type == CustomerType::Existing;
    let kind = match (language, profile.is_vip(), existing) {
        (ReplyLanguage::Zh, true, _) => "VIP客户",
        (ReplyLanguage::Zh, false, true) => "老客户",
        (ReplyLanguage::Zh, false, false) => "新客户",
        (ReplyLanguage::En, true, _) => "VIP customer",
        (ReplyLanguage::En, false, true) => "customer",
        (ReplyLanguage::En, false, false) => "new buyer",
    };
    let fact = |key: &str| profile.fact(key).and_then(|fact| fact.value.as_str());
    let name = contact.name.as_deref().or_else(|| fact("person"));
    let company = contact
        .company_name
        .as_deref()
        .or_else(|| situation.company.map(|company| company.name.as_str()))
        .or_else(|| fact("company"));
    let named = match (company, name) {
        (Some(company), Some(name)) => format!("{company} {name}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => return kind.to_owned(),
    };
    match language {
        ReplyLanguage::Zh => format!("{named}（{kind}）"),
        ReplyLanguage::En => format!("{named} ({kind})"),
    }
}

fn industry(situation: &Situation<'_>, profile: &Profile, language: ReplyLanguage) -> Option<String> {
    let id = profile::industry(situation, profile)?;
    let term = situation.knowledge.industries.iter().find(|term| term.id == id);
    Some(term.map_or(id, |term| term.name.get(language)).to_owned())
}

fn scale(situation: &Situation<'_>, profile: &Profile, language: ReplyLanguage) -> Option<String> {
    let value = &profile::known(situation, profile, "purchase_scale")?.value;
    let number = value.get("number")?;
    let unit = value.get("unit").and_then(Value::as_str).unwrap_or_default();
    let unit = pricing::unit_name(situation.knowledge, unit, language);
    // A word of the other language that the shop's list does not know is left out rather than mixed in; kg is no word.
    let foreign = language == ReplyLanguage::Zh && unit.is_ascii() && unit.len() > 3;
    let unit = if foreign { "" } else { unit };
    let period = value.get("period").and_then(Value::as_str).unwrap_or("year");
    Some(match language {
        ReplyLanguage::Zh => {
            let period = match period {
                "quarter" => "每季度",
                "month" => "每月",
                "week" => "每周",
                _ => "每年",
            };
            format!("{period}{number}{unit}")
        }
        ReplyLanguage::En => {
            let space = if unit.is_empty() { "" } else { " " };
            format!("{number}{space}{unit} per {period}")
        }
    })
}

/// `P001 六轴工业机器人 ×20台`, with destination and wished price.
fn deal(situation: &Situation<'_>, requirement: &Requirement, language: ReplyLanguage) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    // The latest first: the oldest lines matter least.
    for line in requirement.lines.iter().rev().take(TOLD_LINES) {
        let product = &line.product.value;
        let known = situation.knowledge.product(product);
        let mut text = product.to_string();
        if let Some(known) = known {
            text = format!("{text} {}", known.name.get(language));
        }
        if let Some(quantity) = &line.quantity {
            text = format!("{text} ×{}", counted(situation.knowledge, known, &quantity.value, language));
        }
        parts.push(text);
    }
    let zh = language == ReplyLanguage::Zh;
    let untold = requirement.lines.len().saturating_sub(TOLD_LINES);
    if untold > 0 {
        parts.push(if zh { format!("另有{untold}款") } else { format!("{untold} more") });
    }
    if !requirement.unmatched.is_empty() {
        let open = requirement.unmatched.len();
        parts.push(if zh {
            format!("{open}行未对上型号")
        } else {
            format!("{open} lines not matched")
        });
    }
    if let Some(incoterm) = &requirement.incoterm {
        let port = requirement.port.as_ref().map(|port| format!(" {}", port.value)).unwrap_or_default();
        parts.push(format!("{}{port}", incoterm.value));
    }
    if let Some(destination) = &requirement.destination {
        parts.push(format!("{}{}", if zh { "发往" } else { "to " }, destination.value));
    }
    if let Some(target) = &requirement.target_price {
        let label = if zh { "目标价" } else { "target price" };
        parts.push(format!("{label} {}", format::money(&target.value, language)));
    }
    if let Some(deadline) = &requirement.deadline {
        parts.push(format!("{} {}", if zh { "要货时间" } else { "needed by" }, deadline.value));
    }
    if let Some(payment) = &requirement.payment {
        parts.push(format!("{} {}", if zh { "付款" } else { "payment" }, payment.value));
    }
    if requirement.sample_first.as_ref().is_some_and(|sample| sample.value) {
        parts.push(if zh { "先要样品".to_owned() } else { "sample first".to_owned() });
    }
    (!parts.is_empty()).then(|| parts.join(if zh { "、" } else { ", " }))
}

/// A quantity with its unit in `language`, in the product's own unit where it can be counted in it.
fn counted(
    knowledge: &Knowledge,
    product: Option<&Product>,
    quantity: &Quantity,
    language: ReplyLanguage,
) -> String {
    let own = product.and_then(|product| {
        let base = pricing::base_quantity(knowledge, product, quantity)?;
        Some((base, product.unit.as_str()))
    });
    match (own, quantity.unit.as_deref()) {
        (Some((base, unit)), _) => format::quantity(knowledge, base, unit, language),
        (None, Some(unit)) => format::quantity(knowledge, Thousandths(quantity.thousandths), unit, language),
        (None, None) => quantity.number(),
    }
}

/// The one risk that must not wait: money may be on its way to somebody else.
const fn other_account(language: ReplyLanguage) -> (&'static str, &'static str) {
    match language {
        ReplyLanguage::Zh => {
            ("客户提到的收款账号不是本店的，可能有人冒充本店", "马上打电话给客户核实，确认之前请他不要汇款")
        }
        ReplyLanguage::En => (
            "the buyer names a bank account that is not ours; somebody may be writing in our name",
            "call the buyer at once and ask him not to pay before the account is confirmed",
        ),
    }
}

const fn reason_words(reason: HandoffReason, language: ReplyLanguage) -> &'static str {
    match (language, reason) {
        (ReplyLanguage::Zh, HandoffReason::Vip) => "VIP客户",
        (ReplyLanguage::Zh, HandoffReason::AskedForHuman) => "客户要求人工",
        (ReplyLanguage::Zh, HandoffReason::Complaint) => "客户投诉",
        (ReplyLanguage::Zh, HandoffReason::LowConfidence) => "没能听明白",
        (ReplyLanguage::Zh, HandoffReason::OverAuthority) => "条件超出助手权限",
        (ReplyLanguage::Zh, HandoffReason::HighValue) => "大额商机",
        (ReplyLanguage::Zh, HandoffReason::Risk) => "目的地受限",
        (ReplyLanguage::Zh, HandoffReason::NoKnowledge) => "资料库里没有答案",
        (ReplyLanguage::Zh, HandoffReason::OrderIntent) => "客户接受报价，要下单",
        (ReplyLanguage::Zh, HandoffReason::Routing) => "需要人工办理",
        (ReplyLanguage::En, HandoffReason::Vip) => "VIP customer",
        (ReplyLanguage::En, HandoffReason::AskedForHuman) => "asked for a person",
        (ReplyLanguage::En, HandoffReason::Complaint) => "complaint",
        (ReplyLanguage::En, HandoffReason::LowConfidence) => "not understood",
        (ReplyLanguage::En, HandoffReason::OverAuthority) => "terms beyond the assistant's authority",
        (ReplyLanguage::En, HandoffReason::HighValue) => "large deal",
        (ReplyLanguage::En, HandoffReason::Risk) => "restricted destination",
        (ReplyLanguage::En, HandoffReason::NoKnowledge) => "not in the knowledge base",
        (ReplyLanguage::En, HandoffReason::OrderIntent) => "accepted the quote and wants to order",
        (ReplyLanguage::En, HandoffReason::Routing) => "needs a person",
    }
}

fn next_step(reason: HandoffReason, primary: &str, language: ReplyLanguage) -> &'static str {
    let zh = language == ReplyLanguage::Zh;
    match (reason, primary) {
        (HandoffReason::Complaint, _) | (_, intent::COMPLAINT) => {
            if zh {
                "先致歉，弄清问题，给出处理时间"
            } else {
                "apologise, find out what is wrong, say when it is settled"
            }
        }
        (HandoffReason::OverAuthority, _) | (_, intent::PRICE_NEGOTIATION) => {
            if zh {
                "核对毛利后答复价格"
            } else {
                "check the margin and answer on the price"
            }
        }
        (HandoffReason::Risk, _) => {
            if zh {
                "核实能否出口"
            } else {
                "check whether it may be exported there"
            }
        }
        (HandoffReason::OrderIntent, _) => {
            if zh {
                "核对报价单，准备合同"
            } else {
                "check the quote and prepare the contract"
            }
        }
        (_, intent::PRICE_INQUIRY | intent::QUOTE_REQUEST | intent::PURCHASE | intent::REORDER) => {
            if zh {
                "确认需求并报价"
            } else {
                "confirm the requirement and quote"
            }
        }
        (_, intent::PAYMENT_NOTICE) => {
            if zh {
                "核对到账"
            } else {
                "check the receipt of the payment"
            }
        }
        (_, intent::ORDER_CHANGE) => {
            if zh {
                "确认能否改单"
            } else {
                "confirm whether the order can be changed"
            }
        }
        (_, intent::RETURN_REFUND) => {
            if zh {
                "核实情况，办理退换"
            } else {
                "check the case and settle the return"
            }
        }
        (_, intent::TECHNICAL_SUPPORT) => {
            if zh {
                "工程师排查故障"
            } else {
                "an engineer looks into the fault"
            }
        }
        (_, intent::DOCUMENT_REQUEST) => {
            if zh {
                "发送资料"
            } else {
                "send the document"
            }
        }
        _ => {
            if zh {
                "尽快回复客户"
            } else {
                "answer the buyer"
            }
        }
    }
}
