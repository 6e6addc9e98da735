//! The quotation as a paper: "P001 20台，给我出一份正式报价单" asks for it, however much it sounds like an order.

use super::{ORDERED, says};

/// The paper that a buyer files before he orders.
const QUOTATION: &[&str] = &[
    "报价单",
    "报价表",
    "正式报价",
    "形式发票",
    "quotation",
    "formal quote",
    "written quote",
    "proforma",
    "pro forma",
    "pro-forma",
];
/// Words that ask for it.
const WANTED: &[&str] = &[
    "出",
    "开",
    "做",
    "发",
    "给",
    "要",
    "麻烦",
    "提供",
    "来一份",
    "send",
    "issue",
    "make",
    "prepare",
    "provide",
    "need",
    "want",
    "get ",
    "give",
    "could",
    "please",
];
/// Whether the message asks for the paper, whatever an order it sounds like: "P001 20台，给我出一份正式报价单".
pub(super) fn is_asked_for(text: &str) -> bool {
    says(text, QUOTATION) && says(text, WANTED) && !says(text, ORDERED)
}
