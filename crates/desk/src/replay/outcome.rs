//! What a buyer and the shop see of a turn, and where two turns differ in it.

use domain::{
    fact::FactBody,
    handoff::HandoffReason,
    id::ProductId,
    money::Money,
    negotiation::Parameter,
    stage::Stage,
    turn::{ReplyKind, Turn},
};
use serde::Serialize;

/// What one knowledge made of a turn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub strategy: String,
    pub rule: String,
    pub stage: Stage,
    pub kind: ReplyKind,
    /// Held for a person to send.
    pub draft: bool,
    /// As the templates word it.
    pub reply: String,
    /// In the order of the reply's facts: `P001 × 20: 48000 CNY per 台, 960000.00 CNY in all`.
    pub prices: Vec<String>,
    /// Why a person is asked for or has the conversation.
    pub handoff: Option<HandoffReason>,
    pub recommendation: Vec<ProductId>,
    /// Within 0 to 1, in hundredths; none where there is no lead.
    pub score: Option<f64>,
    /// What is asked of people beyond the assistant's authority.
    pub approvals: Vec<Parameter>,
}

/// Where two outcomes differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// Text, kind, or whether a person sends it.
    Reply,
    Price,
    Handoff,
    Recommendation,
    Score,
    Approval,
    /// Strategy, rule or stage.
    Strategy,
}

impl Aspect {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Price => "price",
            Self::Handoff => "handoff",
            Self::Recommendation => "recommendation",
            Self::Score => "score",
            Self::Approval => "approval",
            Self::Strategy => "strategy",
        }
    }
}

impl Outcome {
    pub(super) fn of(turn: &Turn) -> Self {
        let prices = turn.reply.facts.iter().filter_map(|fact| price(&fact.body)).collect();
        let recommended = turn.recommendation.iter().flat_map(|recommendation| &recommendation.items);
        let mut approvals: Vec<Parameter> = turn.approvals.iter().map(|asked| asked.parameter).collect();
        approvals.sort_by_key(|parameter| parameter.name());
        Self {
            strategy: turn.strategy.name.clone(),
            rule: turn.strategy.rule.clone(),
            stage: turn.stage,
            kind: turn.reply.kind,
            draft: turn.reply.draft,
            reply: turn.reply.text.clone(),
            prices,
            handoff: turn.handoff.as_ref().map(|handoff| handoff.reason),
            recommendation: recommended.map(|item| item.product.clone()).collect(),
            score: turn.lead.as_ref().map(|lead| lead.score),
            approvals,
        }
    }

    /// In what the other differs; empty where nothing does.
    pub(super) fn changes(&self, other: &Self) -> Vec<Aspect> {
        let mut found = Vec::new();
        let mut compare = |aspect, differs: bool| found.extend(differs.then_some(aspect));
        compare(
            Aspect::Reply,
            (self.kind, self.draft, &self.reply) != (other.kind, other.draft, &other.reply),
        );
        compare(Aspect::Price, self.prices != other.prices);
        compare(Aspect::Handoff, self.handoff != other.handoff);
        compare(Aspect::Recommendation, self.recommendation != other.recommendation);
        compare(Aspect::Score, self.score != other.score);
        compare(Aspect::Approval, self.approvals != other.approvals);
        compare(
            Aspect::Strategy,
            (&self.strategy, &self.rule, self.stage) != (&other.strategy, &other.rule, other.stage),
        );
        found
    }
}

fn price(fact: &FactBody) -> Option<String> {
    match fact {
        FactBody::Price { product, quantity, unit_price, total, .. } => Some(format!(
            "{product} × {}: {} {} per {}, {} in all",
            domain::decimal::format_scaled(quantity.0, 3),
            unit_price.amount(),
            unit_price.currency,
            unit_price.per,
            amount(*total)
        )),
        FactBody::Concession { product, percent_off, total, .. } => Some(format!(
            "{product}: {} % off, {} in all",
            domain::decimal::format_scaled(percent_off.0, 3),
            amount(*total)
        )),
        FactBody::Freight { amount: Some(freight), terms, .. } => {
            Some(format!("{terms}: {}", amount(*freight)))
        }
        FactBody::Sample { product, fee, .. } => Some(format!("{product} sample: {}", amount(*fee))),
        _ => None,
    }
}

fn amount(money: Money) -> String {
    format!("{} {}", money.amount(), money.currency)
}
