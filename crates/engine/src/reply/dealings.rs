//! What is said of wishes: what a concession is given for, and what was decided before.

use domain::{approval::ApprovalStatus, fact::FactBody};

use super::{Composer, Weight};
use crate::{authority::judge::Verdict, facts::Target, negotiation::Give};

impl Composer<'_> {
    /// The line of a concession; `values` are its percent, unit price and total.
    pub(super) fn conceded(&self, target: &Target<'_>, values: &[(&str, &str)]) -> Option<String> {
        let offers = &self.plan.offers;
        let given = offers
            .iter()
            .find(|offer| offer.product.as_ref() == Some(&target.product.id) && offer.give.is_some());
        match given.and_then(|offer| offer.give) {
            Some(Give::Prepayment) => self.words("negotiation.if_prepaid", values),
            Some(Give::LaterDelivery { .. }) => {
                let days = self.of_product(target).find_map(|body| match body {
                    FactBody::LeadTime { days, .. } => Some(days.to_string()),
                    _ => None,
                })?;
                let values: Vec<(&str, &str)> =
                    values.iter().copied().chain([("days", days.as_str())]).collect();
                self.words("negotiation.if_later", &values)
            }
            Some(Give::Quantity { .. }) | None => self.words("negotiation.granted", values),
        }
    }

    /// Says so where a person decided about the same wish before.
    pub(super) fn settled_before(&mut self) -> bool {
        let status = self.plan.requests.iter().find_map(|judged| match judged.verdict {
            Verdict::Settled(_, status) => Some(status),
            _ => None,
        });
        match status {
            Some(ApprovalStatus::Rejected) => self.say("approval.rejected", &[], Weight::Main),
            Some(_) => self.say("approval.stands", &[], Weight::Main),
            None => false,
        }
    }
}
