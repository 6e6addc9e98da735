//! The load: as fast as so many connections can (closed loop), or on schedule whatever the server does (open loop).
//!
//! In the open loop a latency runs from the moment at which the request was *due*. A server that stalls thereby delays all that were
//! due meanwhile, as it delays real buyers; measured from the moment of sending, the stall would hide itself (coordinated omission).

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use hdrhistogram::Histogram;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::http::{Answer, Client, NoAnswer};

/// The longest latency that is told apart, in microseconds.
const LONGEST: u64 = 60_000_000;
/// How long after its end an open loop waits for what is still due.
const GRACE: Duration = Duration::from_secs(30);
/// How often requests fall due; the unevenness counts into the latency.
const TICK: Duration = Duration::from_micros(200);

/// Makes the request with a number, from 0.
pub type Make = Arc<dyn Fn(u64) -> Bytes + Send + Sync>;
/// Whether an answer is right; the reason if not.
pub type Check = fn(&Answer) -> Result<(), String>;

/// What is sent where, and what should come back.
#[derive(Clone)]
pub struct Target {
    pub address: SocketAddr,
    pub make: Make,
    pub check: Check,
    /// The number of the next request; goes on from run to run, so that no message is sent twice.
    pub next: Arc<AtomicU64>,
}

/// What a run gave.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Microseconds of right answers.
    pub latencies: Histogram<u64>,
    pub elapsed: Duration,
    /// Answers that were not right and requests without an answer, by reason.
    pub errors: BTreeMap<String, u64>,
    /// Requests that fell due and were not sent because the server was too far behind.
    pub unsent: u64,
}

impl Measured {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    pub fn error_count(&self) -> u64 {
        self.errors.values().sum::<u64>() + self.unsent
    }

    /// A quantile in milliseconds.
    pub fn millis(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1_000.0
    }
}

struct Record {
    latencies: Histogram<u64>,
    errors: BTreeMap<String, u64>,
}

type Shared = Arc<Mutex<Record>>;

fn record() -> Shared {
    let latencies = Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are sound");
    Arc::new(Mutex::new(Record { latencies, errors: BTreeMap::new() }))
}

fn note(record: &Shared, check: Check, answered: Result<Answer, NoAnswer>, since: Instant) {
    let verdict = answered.map_err(|error| error.to_string()).and_then(|answer| check(&answer));
    let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
    match verdict {
        Ok(()) => record.latencies.saturating_record(since.elapsed().as_micros() as u64),
        Err(reason) => *record.errors.entry(reason).or_default() += 1,
    }
}

fn finish(record: Shared, elapsed: Duration, unsent: u64) -> Measured {
    let record = record.lock().unwrap_or_else(PoisonError::into_inner);
    Measured { latencies: record.latencies.clone(), elapsed, errors: record.errors.clone(), unsent }
}

/// Each connection sends its next request when it has the answer to the one before.
pub async fn closed(target: &Target, connections: usize, time: Duration) -> anyhow::Result<Measured> {
    let record = record();
    let begun = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let (target, record) = (target.clone(), record.clone());
        senders.spawn(async move {
            let mut client = Client::new(target.address);
            while begun.elapsed() < time {
                let body = (target.make)(target.next.fetch_add(1, Ordering::Relaxed));
                let sent = Instant::now();
                note(&record, target.check, client.message(body).await, sent);
            }
        });
    }
    while let Some(ended) = senders.join_next().await {
        ended?;
    }
    Ok(finish(record, begun.elapsed(), 0))
}

/// Requests fall due at `rate` a second; those due within the warm-up are sent but not counted.
pub async fn open(
    target: &Target,
    rate: f64,
    connections: usize,
    warm_up: Duration,
    time: Duration,
) -> anyhow::Result<Measured> {
    let rate = rate.max(1.0);
    let total = (rate * (warm_up + time).as_secs_f64()) as u64;
    let uncounted = (rate * warm_up.as_secs_f64()) as u64;
    let record = record();
    let taken = Arc::new(AtomicU64::new(0));
    let due = Arc::new(Semaphore::new(0));
    let begun = Instant::now();
    let pacer = {
        let due = due.clone();
        // A thread of its own: the runtime's timers are a millisecond apart.
        std::thread::spawn(move || pace(&due, begun, rate, total, connections))
    };
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let (target, record, taken, due) = (target.clone(), record.clone(), taken.clone(), due.clone());
        let last_call = begun + warm_up + time + GRACE;
        senders.spawn(async move {
            let mut client = Client::new(target.address);
            while let Ok(permit) = due.acquire().await {
                permit.forget();
                if Instant::now() > last_call {
                    return;
                }
                let index = taken.fetch_add(1, Ordering::Relaxed);
                if index >= total {
                    return;
                }
                let body = (target.make)(target.next.fetch_add(1, Ordering::Relaxed));
                let answered = client.message(body).await;
                if index >= uncounted {
                    note(
                        &record,
                        target.check,
                        answered,
                        begun + Duration::from_secs_f64(index as f64 / rate),
                    );
                }
            }
        });
    }
    while let Some(ended) = senders.join_next().await {
        ended?;
    }
    if pacer.join().is_err() {
        anyhow::bail!("the pacer ended badly");
    }
    let unsent = total.saturating_sub(taken.load(Ordering::Relaxed));
    Ok(finish(record, begun.elapsed().saturating_sub(warm_up), unsent))
}

fn pace(due: &Semaphore, begun: Instant, rate: f64, total: u64, connections: usize) {
    let mut released = 0;
    while released < total {
        let now_due = ((begun.elapsed().as_secs_f64() * rate) as u64 + 1).min(total);
        due.add_permits((now_due - released) as usize);
        released = now_due;
        std::thread::sleep(TICK);
    }
    // One more for each sender, so that none waits for ever.
    due.add_permits(connections);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// Answers each request at once, but sleeps through one moment.
    async fn stalling_server(stall: Duration) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let awake_at = Instant::now() + Duration::from_millis(300) + stall;
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut buffer = [0; 4_096];
                    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                        let asleep = awake_at.checked_duration_since(Instant::now());
                        if let Some(left) = asleep.filter(|left| *left < stall) {
                            tokio::time::sleep(left).await;
                        }
                        let answered =
                            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
                        if answered.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        address
    }

    fn target(address: SocketAddr) -> Target {
        Target {
            address,
            make: Arc::new(|_| Bytes::from_static(b"{}")),
            check: |_| Ok(()),
            next: Arc::default(),
        }
    }

    #[tokio::test]
    async fn a_stall_delays_everything_that_was_due_meanwhile() {
        let address = stalling_server(Duration::from_millis(400)).await;
        let time = Duration::from_millis(1_200);
        let measured = open(&target(address), 500.0, 4, Duration::ZERO, time).await.unwrap();
        assert_eq!((measured.error_count(), measured.latencies.len()), (0, 600));
        // A third of the time nobody was answered: the slowest tenth waited for a good part of it, although only 4 requests were sent
        // into the stall.
        assert!(measured.millis(0.9) > 100.0, "{} ms", measured.millis(0.9));
    }

    #[tokio::test]
    async fn wrong_answers_are_counted_by_their_reason() {
        let address = stalling_server(Duration::ZERO).await;
        let target = Target { check: |_| Err("wrong".to_owned()), ..target(address) };
        let measured = closed(&target, 2, Duration::from_millis(50)).await.unwrap();
        assert!(measured.errors["wrong"] > 0);
        assert_eq!(measured.latencies.len(), 0);
    }
}
