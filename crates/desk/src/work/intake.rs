//! How taking in messages fares: whether what else is done holds it up.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Taking in is held up when it lasts this many times as long as it can …
const TIMES: u64 = 3;
/// … and this much longer. How fast a disk or a database far away can be is for neither of them to say.
const LONGER_MICROS: u64 = 3_000;
/// The mean forgets one part in so many at each message.
const MEMORY: u64 = 8;
/// The best time known is believed a little less each second, one part in so many: a disk may become slower for good, but a rush
/// of some seconds must not look like that.
const DOUBT: u64 = 64;
const SECOND_MICROS: u64 = 1_000_000;

/// Watches the messages on their way in. The numbers are read and written by many at once; one that is lost does no harm.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    arriving: AtomicUsize,
    /// In microseconds; zero before the first message.
    mean: AtomicU64,
    best: AtomicU64,
    /// When the best time was last doubted.
    doubted_at: AtomicU64,
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

    fn observe(&self, micros: u64, now_micros: u64) {
        let micros = micros.max(1);
        let (mean, best) = (self.mean.load(Ordering::Relaxed), self.best.load(Ordering::Relaxed));
        if best == 0 {
            self.mean.store(micros, Ordering::Relaxed);
            self.best.store(micros, Ordering::Relaxed);
            return;
        }
        self.mean.store(mean - mean / MEMORY + micros / MEMORY, Ordering::Relaxed);
        let doubted_at = self.doubted_at.load(Ordering::Relaxed);
        if now_micros.saturating_sub(doubted_at) >= SECOND_MICROS {
            self.doubted_at.store(now_micros, Ordering::Relaxed);
            self.best.store((best + best / DOUBT + 1).min(micros), Ordering::Relaxed);
        } else if micros < best {
            self.best.store(micros, Ordering::Relaxed);
        }
    }
}

impl Arrival<'_> {
    /// The message is stored.
    pub(crate) fn stored(self, now_micros: u64) {
        self.intake.observe(now_micros.saturating_sub(self.since_micros), now_micros);
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

    /// Messages from `second` on, `a_second` of them each second.
    fn take_in(intake: &Intake, second: u64, seconds: u64, a_second: u64, micros: u64) {
        for number in 0..seconds * a_second {
            let now = second * SECOND_MICROS + number * SECOND_MICROS / a_second;
            intake.arrive(now.saturating_sub(micros)).stored(now.max(micros));
        }
    }

    #[test]
    fn it_is_held_up_while_messages_take_much_longer_than_they_did() {
        let intake = Intake::default();
        take_in(&intake, 1, 1, 20, 2_000);
        let arriving = intake.arrive(0);
        assert!(!intake.is_held_up(), "as fast as ever");
        take_in(&intake, 2, 10, 10_000, 40_000);
        assert!(intake.is_held_up(), "ten seconds of many messages are no slower disk");
        take_in(&intake, 12, 1, 40, 2_500);
        assert!(!intake.is_held_up(), "fast again");
        take_in(&intake, 13, 1, 20, 40_000);
        drop(arriving);
        assert!(!intake.is_held_up(), "nothing is on its way in");
    }

    #[test]
    fn a_disk_that_stays_slow_is_the_new_measure() {
        let intake = Intake::default();
        take_in(&intake, 1, 1, 20, 2_000);
        let _arriving = intake.arrive(0);
        take_in(&intake, 2, 180, 2, 12_000);
        assert!(!intake.is_held_up());
    }
}
