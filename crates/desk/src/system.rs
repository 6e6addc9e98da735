//! The machine's own clock and randomness: the one place where they enter.

use std::{
    sync::Mutex,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use domain::Timestamp;
use ulid::Ulid;

use crate::ports::{Clock, IdSource};

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port's adapter")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(since.as_millis() as i64)
    }

    fn monotonic_micros(&self) -> u64 {
        self.started.elapsed().as_micros() as u64
    }
}

/// Random bytes from the operating system.
///
/// # Panics
/// Where the operating system has no randomness to give, nothing can be done safely.
#[expect(clippy::disallowed_methods, reason = "this is the one place where randomness enters")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// Time-ordered ids: fresh random bits at each new millisecond, counted up within one, so that ids made by one process sort in the
/// order in which they were made.
#[derive(Debug, Default)]
pub struct RandomIds {
    last: Mutex<(i64, u128)>,
}

impl IdSource for RandomIds {
    fn ulid(&self, now: Timestamp) -> Ulid {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A clock that went back must not make ids that sort before older ones.
        let millis = now.millis().max(last.0);
        if millis > last.0 {
            // The top bit stays free, so that counting up cannot spill into the time.
            *last = (millis, u128::from_be_bytes(random_bytes()) & ((1 << 79) - 1));
        } else {
            last.1 += 1;
        }
        domain::id::compose(Timestamp::from_millis(millis), last.1)
    }

    fn seed(&self) -> u64 {
        u64::from_be_bytes(random_bytes())
    }

    fn secret(&self) -> [u8; 32] {
        random_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_process_sort_in_the_order_they_were_made() {
        let ids = RandomIds::default();
        let at = |millis| ids.ulid(Timestamp::from_millis(millis));
        let made = [at(5), at(5), at(6), at(4), at(7)];
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]), "{made:?}");
    }
}
