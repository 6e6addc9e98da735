//! Moments at which something could be offered, and what is told from them.

use desk::models::{LEAST_OBSERVED, Report, Value};
use domain::recommendation::{Action, Decider, Offer as Logged, Outcome, Trigger};
use serde::Serialize;
use utoipa::ToSchema;

/// A moment at which something could be offered that nobody asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoggedOffer)]
pub(crate) struct Offer {
    /// `trn_…`
    turn_id: String,
    conversation_id: String,
    contact_id: String,
    at: String,
    #[schema(value_type = String)]
    trigger: Trigger,
    /// `wait`, `ask`, `reorder` or `discover`.
    action: &'static str,
    /// `rules`, `policy` or `hold_out`.
    #[schema(value_type = String)]
    decided_by: Decider,
    /// The chance that the action had.
    propensity: f64,
    /// What was offered; where nothing was, what the rules would have offered.
    products: Vec<String>,
    /// `accept`, `order`, `ignore` or `complaint`; null while it is not known.
    outcome: Option<&'static str>,
}

impl From<Logged> for Offer {
    fn from(offer: Logged) -> Self {
        let moment = offer.moment;
        Self {
            turn_id: offer.turn.to_string(),
            conversation_id: offer.conversation.to_string(),
            contact_id: offer.contact.to_string(),
            at: offer.at.to_string(),
            trigger: moment.trigger,
            action: moment.action.name(),
            decided_by: moment.decided_by,
            propensity: moment.propensity(),
            products: moment.products.iter().map(ToString::to_string).collect(),
            outcome: offer.outcome.map(Outcome::name),
        }
    }
}

/// How offers did, and how another way of deciding would have done on the same moments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferReport {
    /// Moments with a known outcome, the newest ones.
    moments: usize,
    /// Of those, offers and questions.
    observed: usize,
    /// So many are needed before the learned policy may decide.
    needed: usize,
    outcomes: Vec<OfferCount>,
    /// What was done in truth brought so much per moment, in units of an accepted offer.
    logged: f64,
    /// The rules without hold-out.
    rules: OfferValue,
    /// The learned policy, judged on buyers whose moments it has not seen.
    learned: OfferValue,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferCount {
    action: &'static str,
    outcome: &'static str,
    count: usize,
}

/// Per moment, in units of an accepted offer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferValue {
    /// By self-normalised inverse propensity weights.
    snipw: f64,
    doubly_robust: f64,
    /// Of the doubly robust value.
    standard_error: f64,
    /// As many moments as the weights are worth.
    effective_moments: f64,
    /// The mean chance of an offer or question.
    offer_rate: f64,
}

impl From<Value> for OfferValue {
    fn from(value: Value) -> Self {
        let Value { snipw, doubly_robust, standard_error, effective, offer_rate } = value;
        Self { snipw, doubly_robust, standard_error, effective_moments: effective, offer_rate }
    }
}

impl From<Report> for OfferReport {
    fn from(report: Report) -> Self {
        let count = |((action, outcome), count): ((Action, Outcome), usize)| OfferCount {
            action: action.name(),
            outcome: outcome.name(),
            count,
        };
        Self {
            moments: report.moments,
            observed: report.observed,
            needed: LEAST_OBSERVED,
            outcomes: report.outcomes.into_iter().map(count).collect(),
            logged: report.logged,
            rules: report.rules.into(),
            learned: report.learned.into(),
        }
    }
}
