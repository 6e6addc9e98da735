//! So many a minute for each of many keys, in one integer per key.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::Timestamp;

/// Keys beyond which those at rest are forgotten, and then those that are nearest to it.
const MAX_KEYS: usize = 50_000;
/// The part of all keys that goes then, so that it need not be looked for at each new one.
const FORGOTTEN: usize = 16;
const MINUTE_MS: i64 = 60_000;

/// A token bucket for each key: a minute's worth may come at once, then one per interval.
#[derive(Debug)]
pub(crate) struct Throttle {
    interval_ms: i64,
    /// For each key, the instant at which its bucket is full again.
    full_at: Mutex<HashMap<String, i64>>,
}

impl Throttle {
    pub fn per_minute(number: u32) -> Self {
        Self { interval_ms: (MINUTE_MS / i64::from(number.max(1))).max(1), full_at: Mutex::default() }
    }

    /// Takes one, or says how many seconds to wait for one.
    pub fn take(&self, key: &str, now: Timestamp) -> Result<(), u64> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= MAX_KEYS {
            forget(&mut full_at, now);
        }
        let full = full_at.get(key).copied().unwrap_or(0).max(now.millis()) + self.interval_ms;
        wait_of(full, now)?;
        full_at.insert(key.to_owned(), full);
        Ok(())
    }
}

/// Makes room: those who came most are known for longest, so that many new keys lift nobody's limit.
fn forget(full_at: &mut HashMap<String, i64>, now: Timestamp) {
    full_at.retain(|_, full| *full > now.millis());
    if full_at.len() < MAX_KEYS {
        return;
    }
    let mut instants: Vec<i64> = full_at.values().copied().collect();
    let (_, last, _) = instants.select_nth_unstable(MAX_KEYS / FORGOTTEN);
    let last = *last;
    full_at.retain(|_, full| *full > last);
}

fn wait_of(full: i64, now: Timestamp) -> Result<(), u64> {
    let excess_ms = full - now.millis() - MINUTE_MS;
    if excess_ms > 0 { Err((excess_ms as u64).div_ceil(1_000)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_one_per_interval() {
        let throttle = Throttle::per_minute(30);
        let at = Timestamp::from_millis;
        for _ in 0..30 {
            assert_eq!(throttle.take("a", at(1_000)), Ok(()));
        }
        assert_eq!(throttle.take("a", at(1_000)), Err(2));
        assert_eq!(throttle.take("b", at(1_000)), Ok(()), "others are not affected");
        assert_eq!(throttle.take("a", at(3_000)), Ok(()));
        assert_eq!(throttle.take("a", at(3_000)), Err(2));
    }

    #[test]
    fn many_new_keys_lift_nobodys_limit() {
        let throttle = Throttle::per_minute(30);
        let at = Timestamp::from_millis(1_000);
        while throttle.take("a", at).is_ok() {}
        for number in 0..2 * MAX_KEYS {
            assert_eq!(throttle.take(&number.to_string(), at), Ok(()));
        }
        assert!(throttle.take("a", at).is_err());
        assert!(throttle.full_at.lock().expect("no panic").len() <= MAX_KEYS);
    }
}
