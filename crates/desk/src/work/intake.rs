//! How taking in messages fares: whether what else is done holds it up.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Taking in is held up when it lasts this many times as long as it can …
const TIMES: u64 = 3;
/// … and this much longer. How fast a disk or a database far away can be is for neither of them to say.
const LONGER_MICROS: u64 = 3_000;
/// The mean forgets one part in so many at each message.
const MEMORY: u64 = 8;
/// The best time known is believed a little less at each message, one part in so many: a disk may become slower for good.
const DOUBT: u64 = 2_048;

/// Watches the messages on their way in. The numbers are read and written by many at once; one that is lost does no harm.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    arriving: AtomicUsize,
    /// In microseconds; zero before the first message.
    mean: AtomicU64,
    best: AtomicU64,
}

/// A message on its way in; dropping it says that it is stored or refused.
pub(crate) struct Arrival<'a> {
    intake: &'a Intake,
    since_micros: u64,
}

impl Intake {
    pub(crate) fn arrive(&self, now_micros: u64) -> Arrival<'_> {
        self.arriving.fetch_add(1, Ordering::Relaxed);
        Arrival { intake: self, since_micros: now_micros }
    }

    /// Whether messages are on their way in and it takes longer than it should.
    pub(crate) fn is_held_up(&self) -> bool {
        let best = self.best.load(Ordering::Relaxed);
        self.arriving.load(Ordering::Relaxed) > 0
            && self.mean.load(Ordering::Relaxed) > (best * TIMES).max(best + LONGER_MICROS)
    }

    fn observe(&self, micros: u64) {
        let micros = micros.max(1);
        let (mean, best) = (self.mean.load(Ordering::Relaxed), self.best.load(Ordering::Relaxed));
        if best == 0 {
            self.mean.store(micros, Ordering::Relaxed);
            self.best.store(micros, Ordering::Relaxed);
            return;
        }
        self.mean.store(mean - mean / MEMORY + micros / MEMORY, Ordering::Relaxed);
        self.best.store((best + best / DOUBT + 1).min(micros), Ordering::Relaxed);
    }
}

impl Arrival<'_> {
    /// The message is stored.
    pub(crate) fn stored(self, now_micros: u64) {
        self.intake.observe(now_micros.saturating_sub(self.since_micros));
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        self.intake.arriving.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_in(intake: &Intake, times: usize, micros: u64) {
        for _ in 0..times {
            intake.arrive(0).stored(micros);
        }
    }

    #[test]
    fn it_is_held_up_while_messages_take_much_longer_than_they_did() {
        let intake = Intake::default();
        take_in(&intake, 20, 2_000);
        let arriving = intake.arrive(0);
        assert!(!intake.is_held_up(), "as fast as ever");
        take_in(&intake, 20, 40_000);
        assert!(intake.is_held_up());
        take_in(&intake, 40, 2_500);
        assert!(!intake.is_held_up(), "fast again");
        take_in(&intake, 20, 40_000);
        drop(arriving);
        assert!(!intake.is_held_up(), "nothing is on its way in");
    }

    #[test]
    fn a_disk_that_stays_slow_is_the_new_measure() {
        let intake = Intake::default();
        take_in(&intake, 20, 2_000);
        let _arriving = intake.arrive(0);
        take_in(&intake, 10_000, 12_000);
        assert!(!intake.is_held_up());
    }
}
