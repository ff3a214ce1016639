//! A store that is slow, fails, conflicts, loses its answers, or loses writes, with given probabilities.

use std::future::{Future, pending};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Pending, Store, Timestamp, Unavailable};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// The probabilities of faults, per call.
#[derive(Clone, Copy, Default)]
pub struct Plan {
    /// The longest delay of a call, in milliseconds.
    pub slow: u64,
    /// A call takes a second.
    pub stuck: f64,
    /// A read or write is refused, and nothing is written.
    pub unavailable: f64,
    /// A write is reported as a conflict although there is none.
    pub conflict: f64,
    /// A write is not made, and the outcome is unknown.
    pub unknown: f64,
    /// A write is made, and the outcome is unknown.
    pub lost: f64,
    /// A write is made but reported as not made, which the contract of stores does not allow.
    pub denied: f64,
    /// A write is not made but reported as made (self test).
    pub forgets: f64,
    /// A read finds nothing (self test).
    pub blind: f64,
    /// A call never returns (self test).
    pub hangs: f64,
}

const STUCK: Duration = Duration::from_secs(1);

/// A store in front of another one, with faults.
pub struct Faulty {
    inner: Arc<dyn Store>,
    state: Mutex<(Plan, StdRng, u64)>,
}

enum Fate {
    Good,
    Unavailable,
    Conflict,
    Unknown,
    Lost,
    Denied,
    Forgotten,
    Blind,
    Hung,
}

impl Faulty {
    /// Makes a store that has no faults yet.
    pub fn new(inner: Arc<dyn Store>, seed: u64) -> Self {
        Self { inner, state: Mutex::new((Plan::default(), StdRng::seed_from_u64(seed), 0)) }
    }

    pub fn plan(&self, plan: Plan) {
        self.with(|(current, ..)| *current = plan);
    }

    /// The number of faults so far.
    pub fn faults(&self) -> u64 {
        self.with(|(.., faults)| *faults)
    }

    fn with<T>(&self, work: impl FnOnce(&mut (Plan, StdRng, u64)) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn fate(&self, writes: bool) -> (Duration, Fate) {
        self.with(|(plan, dice, faults)| {
            let mut delay = Duration::from_millis(if plan.slow == 0 { 0 } else { dice.random_range(0..=plan.slow) });
            if dice.random_bool(plan.stuck) {
                delay = STUCK;
            }
            let mut rest: f64 = dice.random();
            let kinds = [
                (plan.unavailable, Fate::Unavailable),
                (if writes { plan.conflict } else { 0.0 }, Fate::Conflict),
                (if writes { plan.unknown } else { 0.0 }, Fate::Unknown),
                (if writes { plan.lost } else { 0.0 }, Fate::Lost),
                (if writes { plan.denied } else { 0.0 }, Fate::Denied),
                (if writes { plan.forgets } else { 0.0 }, Fate::Forgotten),
                (if writes { 0.0 } else { plan.blind }, Fate::Blind),
                (plan.hangs, Fate::Hung),
            ];
            for (often, fate) in kinds {
                rest -= often;
                if rest < 0.0 {
                    *faults += 1;
                    return (delay, fate);
                }
            }
            *faults += u64::from(delay >= STUCK);
            (delay, Fate::Good)
        })
    }
}

async fn after<T>(delay: Duration, work: impl Future<Output = T>) -> T {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    work.await
}

impl Store for Faulty {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        let (delay, fate) = self.fate(false);
        Box::pin(after(delay, async move {
            match fate {
                Fate::Good => self.inner.load(load).await,
                Fate::Blind => Ok(load.keys.iter().map(|_| None).collect()),
                Fate::Hung => pending().await,
                _ => Err(Unavailable),
            }
        }))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        let (delay, fate) = self.fate(true);
        Box::pin(after(delay, async move {
            match fate {
                Fate::Good | Fate::Blind => self.inner.commit(commit).await,
                Fate::Hung => pending().await,
                Fate::Unavailable => Err(Unavailable),
                Fate::Unknown => Ok(Committed::Unknown),
                Fate::Forgotten => Ok(Committed::Applied),
                Fate::Lost => self.inner.commit(commit).await.map(|_| Committed::Unknown),
                Fate::Denied => self.inner.commit(commit).await.and(Err(Unavailable)),
                Fate::Conflict => {
                    let keys: Vec<RecordKey> = commit.writes.iter().map(|write| write.key().clone()).collect();
                    let found = self.inner.load(&Load::new(keys.clone())).await?;
                    Ok(Committed::Conflict(keys.into_iter().zip(found).collect()))
                }
            }
        }))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        self.inner.list(list)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        self.inner.due(now, limit)
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        self.inner.sweep(now)
    }
}
