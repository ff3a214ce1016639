//! Wrong clocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fapi::Timestamp;
use fapi_server::Clock;

/// A clock that is wrong by a function of the right time.
pub(super) struct Wrong {
    right: Arc<dyn Clock>,
    began: i64,
    reads: AtomicI64,
    tells: fn(&Reading) -> i64,
}

/// The input of that function.
pub(super) struct Reading {
    /// The right time.
    pub(super) now: i64,
    /// The right time at the start.
    pub(super) began: i64,
    /// The number of readings so far.
    pub(super) reads: i64,
}

impl Wrong {
    pub(super) fn of(right: Arc<dyn Clock>, tells: fn(&Reading) -> i64) -> Arc<dyn Clock> {
        let began = right.now().seconds();
        Arc::new(Self { right, began, reads: AtomicI64::new(0), tells })
    }
}

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        let reads = self.reads.fetch_add(1, Ordering::Relaxed);
        let reading = Reading { now: self.right.now().seconds(), began: self.began, reads };
        Timestamp::from_seconds((self.tells)(&reading))
    }
}
