//! Leads.

use desk::models::Models;
use domain::lead as stored;
use serde::Serialize;
use utoipa::ToSchema;

/// A buyer who may buy, with a score whose every point names its message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Lead {
    /// `led_…`
    id: String,
    contact_id: String,
    /// Within 0 to 1, in hundredths.
    score: f64,
    /// What won and lost leads tell beside the points; null until there are enough.
    learned: Option<Learned>,
    signals: Vec<Signal>,
    /// `new`, `contacted`, `qualified`, `quoted`, `won` or `lost`.
    status: &'static str,
    assigned_to: Option<String>,
    /// The company that it is for, where that is verified: colleagues with the same need share it.
    company_id: Option<String>,
    /// Categories, or products without one, that are wanted.
    needs: Vec<String>,
    /// Until when it has to be taken up; the next one gets it then.
    due_at: Option<String>,
    /// Who had it before and did not take it up in time.
    asked: Vec<String>,
    /// What the desk thinks should become of it; a person decides.
    proposal: Option<Proposal>,
    summary: String,
    /// When somebody was told that it reached the threshold.
    notified_at: Option<String>,
    /// Why it was won or lost.
    reason: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadProposal)]
pub(crate) struct Proposal {
    /// `lost`
    status: &'static str,
    reason: String,
    at: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadPoint)]
pub(crate) struct Signal {
    name: String,
    points: f64,
    /// The message that earned them.
    evidence: String,
}

/// The chance that the lead is won, with what it is made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadChance)]
pub(crate) struct Learned {
    /// Within 0 to 1, calibrated.
    chance: f64,
    /// The weightiest first.
    reasons: Vec<Reason>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadReason)]
pub(crate) struct Reason {
    /// A signal, how many messages showed signals (`messages`), or two of these together.
    name: String,
    /// By how much it raises or lowers the logarithm of the odds.
    log_odds: f64,
}

fn hundredths(points: u32) -> f64 {
    f64::from(points) / 100.0
}

impl Lead {
    /// With what was learned.
    pub fn of(lead: stored::Lead, models: &Models) -> Self {
        let explained = models.score.as_ref().map(|score| score.explain(&lead));
        let learned = explained.map(|learned| Learned {
            chance: learned.chance,
            reasons: learned
                .reasons
                .into_iter()
                .map(|reason| Reason { name: reason.name, log_odds: reason.log_odds })
                .collect(),
        });
        Self { learned, ..Self::from(lead) }
    }
}

impl From<stored::Lead> for Lead {
    fn from(lead: stored::Lead) -> Self {
        let signals = lead.signals.into_iter().map(|signal| Signal {
            name: signal.name,
            points: hundredths(signal.points),
            evidence: signal.evidence.to_string(),
        });
        Self {
            id: lead.id.to_string(),
            contact_id: lead.contact.to_string(),
            score: hundredths(lead.score),
            learned: None,
            signals: signals.collect(),
            status: lead.status.name(),
            assigned_to: lead.assigned_to,
            company_id: lead.company.map(|company| company.to_string()),
            needs: lead.needs,
            due_at: lead.due_at.map(|at| at.to_string()),
            asked: lead.asked,
            proposal: lead.proposal.map(|proposal| Proposal {
                status: proposal.status.name(),
                reason: proposal.reason,
                at: proposal.at.to_string(),
            }),
            summary: lead.summary,
            notified_at: lead.notified_at.map(|at| at.to_string()),
            reason: lead.outcome_reason,
            created_at: lead.created_at.to_string(),
            updated_at: lead.updated_at.to_string(),
        }
    }
}
