//! What recommendations bring: orders of what was offered, against those that came where the lot held the offer back.

use domain::recommendation::{Decider, Offer, Outcome};

/// Moments, and those after which something that was (or would have been) offered was ordered within thirty days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Arm {
    pub moments: u64,
    pub ordered: u64,
}

impl Arm {
    /// Orders of a moment, and the variance of that.
    fn share(self) -> (f64, f64) {
        let count = self.moments as f64;
        let share = self.ordered as f64 / count;
        (share, share * (1.0 - share) / count)
    }
}

/// The two sides of the lot. Whether a moment was held back depends on nothing but the lot, so that the sides differ by the offers alone,
/// also while orders are still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uplift {
    /// The rules or the policy decided.
    pub decided: Arm,
    pub held_out: Arm,
}

impl Uplift {
    /// Counts a logged moment.
    pub fn count(&mut self, offer: &Offer) {
        let arm = match offer.moment.decided_by {
            Decider::HoldOut => &mut self.held_out,
            Decider::Rules | Decider::Policy => &mut self.decided,
        };
        arm.moments += 1;
        arm.ordered += u64::from(offer.outcome == Some(Outcome::Order));
    }

    /// By how much more of the moments led to an order, within -1..1; `None` while one of the sides has no moment.
    pub fn difference(&self) -> Option<f64> {
        let ((decided, _), (held_out, _)) = self.shares()?;
        Some(decided - held_out)
    }

    /// The standard error of [`Self::difference`]: of two independent shares.
    pub fn standard_error(&self) -> Option<f64> {
        let ((_, decided), (_, held_out)) = self.shares()?;
        Some((decided + held_out).sqrt())
    }

    fn shares(&self) -> Option<((f64, f64), (f64, f64))> {
        (self.decided.moments > 0 && self.held_out.moments > 0)
            .then(|| (self.decided.share(), self.held_out.share()))
    }
}

#[cfg(test)]
mod tests {
    use domain::recommendation::Action;

    use super::*;
    use crate::recommendation::moment::tests::{features, offer};

    fn counted(offers: &[Offer]) -> Uplift {
        let mut uplift = Uplift::default();
        for offer in offers {
            uplift.count(offer);
        }
        uplift
    }

    fn moments(decided_by: Decider, outcomes: &[Option<Outcome>]) -> Vec<Offer> {
        let one = |outcome: &Option<Outcome>| {
            let mut offer = offer(1, features(true), Action::Discover, Outcome::Ignore);
            (offer.moment.decided_by, offer.outcome) = (decided_by, *outcome);
            offer
        };
        outcomes.iter().map(one).collect()
    }

    #[test]
    fn the_difference_is_that_of_orders_on_the_two_sides_of_the_lot() {
        use Outcome::{Accept, Complaint, Ignore, Order};
        let mut log = moments(Decider::Rules, &[Some(Order), Some(Accept), Some(Order), None]);
        log.extend(moments(Decider::Policy, &[Some(Order), Some(Complaint), Some(Ignore), Some(Ignore)]));
        log.extend(moments(Decider::HoldOut, &[Some(Ignore), Some(Order), Some(Ignore), None]));
        let uplift = counted(&log);
        assert_eq!(uplift.decided, Arm { moments: 8, ordered: 3 });
        assert_eq!(uplift.held_out, Arm { moments: 4, ordered: 1 });
        assert_eq!(uplift.difference(), Some(0.375 - 0.25));
        let expected = (0.375_f64 * 0.625 / 8.0 + 0.25 * 0.75 / 4.0).sqrt();
        assert!((uplift.standard_error().expect("two sides") - expected).abs() < 1e-12);
    }

    #[test]
    fn without_a_comparison_nothing_is_said() {
        assert_eq!(counted(&[]).difference(), None);
        assert_eq!(counted(&moments(Decider::Rules, &[Some(Outcome::Order)])).difference(), None);
        assert_eq!(counted(&moments(Decider::HoldOut, &[Some(Outcome::Order)])).standard_error(), None);
    }
}
