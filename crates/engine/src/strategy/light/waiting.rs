//! Whoever was promised a person asks when he comes: "什么时候有人来" is about the person, not about goods.

use domain::{
    conversation::Owner,
    understanding::{EntityKind, Understanding},
};

use super::says;
use crate::situation::Situation;

/// The person who was promised, or what he is to do.
const PERSON: &[&str] = &[
    "有人",
    "来人",
    "人来",
    "人呢",
    "人工",
    "客服",
    "同事",
    "经理",
    "主管",
    "回复",
    "回我",
    "答复",
    "联系我",
    "somebody",
    "someone",
    "anybody",
    "anyone",
    "a person",
    "a human",
    "colleague",
    "your manager",
    "reply",
    "respond",
    "get back to me",
    "call me",
    "contact me",
    "answer me",
];
/// How long it takes, without a word of what.
const TIME: &[&str] = &[
    "还要等",
    "等多久",
    "等到什么时候",
    "还有多久",
    "还要多久",
    "多久能好",
    "how much longer",
    "how long do i have to wait",
    "how long must i wait",
    "still waiting",
];
/// Here it is the goods that take their time.
const GOODS: &[&str] = &[
    "交期",
    "交货",
    "发货",
    "到货",
    "货期",
    "生产",
    "订单",
    "物流",
    "delivery",
    "deliver",
    "lead time",
    "ship",
    "order",
    "goods",
];

/// Whether a buyer who waits for a person asks after him.
pub(super) fn asks_after_person(situation: &Situation<'_>, understanding: &Understanding) -> bool {
    let text = situation.text();
    situation.conversation.owner == Owner::Waiting
        && understanding.products().next().is_none()
        && understanding.entities_of(EntityKind::OrderNumber).next().is_none()
        && (says(&text, PERSON) || says(&text, TIME))
        && super::asks_when(&text)
        && !says(&text, GOODS)
}
