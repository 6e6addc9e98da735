//! Wordings by key with `{placeholders}`; the shop's own stand over the default pack's.

use domain::language::ReplyLanguage;

use crate::knowledge::Knowledge;

/// Why a wording could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblem {
    #[error("no template is called `{0}`; add it under `templates`")]
    Missing(String),
    #[error("the template has no value for `{{{0}}}` here; leave the placeholder out")]
    Placeholder(String),
}

/// The words of the template `key` with its placeholders filled.
pub fn render(
    knowledge: &Knowledge,
    key: &str,
    language: ReplyLanguage,
    values: &[(&str, &str)],
) -> Result<String, TemplateProblem> {
    let template = knowledge.templates.get(key).ok_or_else(|| TemplateProblem::Missing(key.to_owned()))?;
    fill(template.get(language), values)
}

/// Replaces each `{name}` by its value. A brace that opens no name stays as it is.
pub fn fill(text: &str, values: &[(&str, &str)]) -> Result<String, TemplateProblem> {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let name_length = after.find(|character: char| !(character.is_ascii_lowercase() || character == '_'));
        match name_length {
            Some(length) if length > 0 && after[length..].starts_with('}') => {
                let name = &after[..length];
                let value = values.iter().find(|(known, _)| *known == name);
                let (_, value) = value.ok_or_else(|| TemplateProblem::Placeholder(name.to_owned()))?;
                filled.push_str(value);
                rest = &after[length + 1..];
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The placeholders that the default template `key` may use; `None` for a key that the product does not know.
pub fn placeholders(key: &str) -> Option<&'static [&'static str]> {
    if key.starts_with("intent.") {
        return Some(&[]);
    }
    KEYS.iter().find(|(known, _)| *known == key).map(|(_, placeholders)| *placeholders)
}

/// What is said where nothing else may be and the shop's own `safe` cannot stand.
pub(super) const fn safe(language: ReplyLanguage) -> &'static str {
    match language {
        ReplyLanguage::Zh => "您的问题我请同事确认后答复您。",
        ReplyLanguage::En => "I will have a colleague confirm this and get back to you.",
    }
}

/// Every wording that replies are made of, with its placeholders. `intent.*` are the names of intents.
pub const KEYS: &[(&str, &[&str])] = &[
    ("approval.expired", &[]),
    ("approval.lead_time", &["product", "days"]),
    ("approval.lead_time_counter", &["product", "days"]),
    ("approval.moq", &["product", "quantity"]),
    ("approval.moq_counter", &["product", "quantity"]),
    ("approval.payment", &["terms"]),
    ("approval.payment_counter", &["terms"]),
    ("approval.price", &["product", "quantity", "unit_price", "total"]),
    ("approval.price_counter", &["product", "quantity", "unit_price", "total"]),
    ("approval.rejected", &[]),
    ("approval.sample", &["product", "quantity"]),
    ("approval.sample_counter", &["product", "quantity"]),
    ("approval.stands", &[]),
    ("apology.soon", &["who", "when"]),
    ("apology.when", &["who", "when"]),
    ("about_product", &["product", "line"]),
    ("apology", &[]),
    ("attachment_received", &[]),
    ("bank_account", &["account"]),
    ("certificates", &["names"]),
    ("certificates.unknown", &[]),
    ("clarify", &[]),
    ("closing", &[]),
    ("company.address", &["address"]),
    ("company.name", &["name"]),
    ("comparison.line", &["attribute", "values"]),
    ("comparison.price", &["values"]),
    ("comparison.value", &["product", "value"]),
    ("contact.call_back", &[]),
    ("contact.email", &["email"]),
    ("contact.phone", &["phone"]),
    ("customization", &[]),
    ("disclosure", &["shop"]),
    ("disclosure.plain", &["shop"]),
    ("document", &[]),
    ("dont_know", &[]),
    ("dont_know.product", &[]),
    ("dont_know.topics", &["topics"]),
    ("follow_up.interest", &["product"]),
    ("follow_up.price_given", &["product"]),
    ("follow_up.price_given_plain", &[]),
    ("follow_up.question_open", &["product", "needs"]),
    ("follow_up.question_open_plain", &["needs"]),
    ("follow_up.quote_expires", &["number", "date"]),
    ("follow_up.quote_open", &["number", "date"]),
    ("follow_up.reorder_due", &["products"]),
    ("follow_up.sample_promised", &["product"]),
    ("follow_up.sample_promised_plain", &[]),
    ("found.below_minimum", &[]),
    ("found.certificate", &["name"]),
    ("found.fails", &["point", "wanted"]),
    ("found.fitting", &[]),
    ("found.intro", &[]),
    ("found.item", &["product"]),
    ("found.item_with", &["product", "points"]),
    ("found.late", &["days"]),
    ("found.lead_time", &["days"]),
    ("found.nearest", &[]),
    ("found.new", &[]),
    ("found.nothing", &[]),
    ("found.price", &["unit_price"]),
    ("found.price_off", &["unit_price"]),
    ("found.price_unknown", &[]),
    ("found.similar", &[]),
    ("found.sold_out", &[]),
    ("found.stock", &[]),
    ("found.uncertified", &[]),
    ("found.unknown", &["attribute"]),
    ("freight", &["terms"]),
    ("freight.abroad", &[]),
    ("freight.unknown", &[]),
    ("greet.again", &["shop"]),
    ("greet.first", &["shop"]),
    ("greet.plain", &["shop"]),
    ("handoff.next.soon", &["before", "who", "when"]),
    ("handoff.next.when", &["before", "who", "when"]),
    ("handoff.over_authority.soon", &["who", "when"]),
    ("handoff.over_authority.when", &["who", "when"]),
    ("handoff.somebody", &[]),
    ("handoff.soon", &["who", "when"]),
    ("handoff.vip.soon", &["who", "when"]),
    ("handoff.vip.when", &["who", "when"]),
    ("handoff.when", &["who", "when"]),
    ("inquiry.all", &["lines"]),
    ("inquiry.beyond", &["most"]),
    ("inquiry.some", &["lines", "matched"]),
    ("introduction.description", &["product", "description"]),
    ("introduction.next", &["choices"]),
    ("introduction.noted", &[]),
    ("introduction.specs", &["specs"]),
    ("lead_time.calendar", &["from", "days"]),
    ("lead_time.date", &["date"]),
    ("lead_time.from.deposit", &[]),
    ("lead_time.from.drawing_approved", &[]),
    ("lead_time.from.order", &[]),
    ("lead_time.unknown", &[]),
    ("lead_time.working", &["from", "days"]),
    ("moq", &["quantity"]),
    ("need.destination", &[]),
    ("need.incoterm", &[]),
    ("need.payment", &[]),
    ("need.product", &[]),
    ("need.quantity", &[]),
    ("need.quantity_of_each", &[]),
    ("negotiation.granted", &["percent", "unit_price", "total"]),
    ("negotiation.hold", &[]),
    ("negotiation.if_later", &["percent", "unit_price", "total", "days"]),
    ("negotiation.if_prepaid", &["percent", "unit_price", "total"]),
    ("negotiation.next_tier", &["quantity", "unit_price", "total"]),
    ("negotiation.noted", &[]),
    ("negotiation.person", &[]),
    ("opt_out", &[]),
    ("order", &["number", "date", "lines"]),
    ("order.change", &[]),
    ("order.last", &["number", "date", "lines"]),
    ("order.next", &[]),
    ("order.none", &[]),
    ("order.not_found", &[]),
    ("order.progress", &[]),
    ("order.repeat", &[]),
    ("order.with_status", &["number", "date", "status", "lines"]),
    ("packing.carton", &["count"]),
    ("packing.shipment", &["quantity", "shipment"]),
    ("packing.size", &["size"]),
    ("packing.unknown", &[]),
    ("packing.weight", &["weight"]),
    ("partnership", &[]),
    ("parts", &[]),
    ("payment", &["terms"]),
    ("payment.unknown", &[]),
    ("payment_check", &[]),
    ("price.below_moq", &["moq"]),
    ("price.budget_enough_for", &["quantity", "unit_price", "total"]),
    ("price.charges", &["charges"]),
    ("price.discontinued", &[]),
    ("price.incoterm", &["incoterm", "place"]),
    ("price.last", &["last"]),
    ("price.last_unknown", &[]),
    ("price.on_request", &[]),
    ("price.pack", &["pack", "quantity"]),
    ("price.over_budget", &[]),
    ("price.over_budget_enough_for", &["quantity", "unit_price", "total"]),
    ("price.pending.currency", &[]),
    ("price.pending.ended", &[]),
    ("price.pending.export", &[]),
    ("price.pending.freight", &[]),
    ("price.pending.invoice", &[]),
    ("price.pending.last_price", &[]),
    ("price.pending.not_positive", &[]),
    ("price.pending.option", &[]),
    ("price.pending.place", &[]),
    ("price.pending.risk", &[]),
    ("price.pending.too_large", &[]),
    ("price.tier", &["quantity", "unit_price"]),
    ("price.tier_hint", &["quantity", "unit_price", "total"]),
    ("price.tier_saves", &["quantity", "unit_price", "total"]),
    ("price.tiers", &["tiers"]),
    ("price.unit", &["unit_price", "tax"]),
    ("price.unit_unclear", &["unit"]),
    ("price.valid_until", &["date"]),
    ("price.whole", &["quantity"]),
    ("price.with_total", &["quantity", "unit_price", "total", "tax"]),
    ("price.within_budget", &[]),
    ("question.again", &["choices"]),
    ("question.contact", &["choices"]),
    ("question.destination", &["choices"]),
    ("question.incoterm", &["choices"]),
    ("question.incoterm_and_destination", &["choices"]),
    ("question.intent_choices", &["choices"]),
    ("question.offer_choices", &["choices"]),
    ("question.offer", &["choices"]),
    ("question.order_number", &["choices"]),
    ("question.other", &["choices"]),
    ("question.payment", &["choices"]),
    ("question.person", &["choices"]),
    ("question.product", &["choices"]),
    ("question.product_choices", &["choices"]),
    ("question.product_told", &["choices"]),
    ("question.quantity", &["choices"]),
    ("question.quantity_and_destination", &["choices"]),
    ("question.quantity_of", &["choices"]),
    ("question.quote", &["choices"]),
    ("question.requirement", &[]),
    ("question.target_price", &["choices"]),
    ("question.unmatched", &["line", "choices"]),
    ("question.unmatched_choices", &["line", "choices"]),
    ("question.unmatched_plain", &["line", "choices"]),
    ("question.use", &["choices"]),
    ("quote.accepted", &["number", "total"]),
    ("quote.link", &["url"]),
    ("quote.next", &[]),
    ("quote.sent", &["number", "total", "date"]),
    ("quote.waiting", &["number"]),
    ("recommendation.intro", &[]),
    ("recommendation.item", &["product", "reason"]),
    ("recommendation.item_priced", &["product", "unit_price", "reason"]),
    ("recommendation.offer", &[]),
    ("return_support", &[]),
    ("safe", &[]),
    ("sample.days", &["days"]),
    ("sample.deduct", &[]),
    ("sample.fee", &["fee"]),
    ("sample.free", &[]),
    ("sample.max", &["quantity"]),
    ("sample.unknown", &[]),
    ("small_talk.affirm", &[]),
    ("small_talk.assistant", &["shop"]),
    ("small_talk.deny", &[]),
    ("small_talk.other", &[]),
    ("small_talk.solicitation", &[]),
    ("spec.item", &["attribute", "value"]),
    ("spec.list", &["specs"]),
    ("spec.unknown", &["attribute"]),
    ("spec.unknown_all", &[]),
    ("stock.at_least", &["quantity"]),
    ("stock.enough", &["quantity"]),
    ("stock.exact", &["quantity", "date"]),
    ("stock.exact_undated", &["quantity"]),
    ("stock.none", &[]),
    ("stock.not_enough", &["quantity"]),
    ("stock.some", &[]),
    ("stock.unconfirmed", &[]),
    ("support_steps", &[]),
    ("tax.excluded", &[]),
    ("tax.included", &[]),
    ("tax.ordinary", &[]),
    ("tax.rate_excluded", &["rate"]),
    ("tax.rate_included", &["rate"]),
    ("tax.special", &[]),
    ("waiting.soon", &["who", "when"]),
    ("waiting.when", &["who", "when"]),
    ("terms.deposit", &["percent"]),
    ("terms.net", &["days"]),
    ("terms.no_deposit", &["percent"]),
    ("warranty.months", &["months"]),
    ("warranty", &["months"]),
    ("warranty.unknown", &[]),
];

#[cfg(test)]
mod tests;
