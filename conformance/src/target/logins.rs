//! The logins of one user, so that no account is locked: a password that was refused is not sent again and again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The number of refused logins in a row that are tolerated after one has succeeded. Servers lock an account after five or more.
const MOST_REFUSED: usize = 3;
/// The number of logins at the same time while none is refused.
const MOST_AT_ONCE: usize = 4;

/// The logins of one user so far. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Logins(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    count: Mutex<Count>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Count {
    has_succeeded: bool,
    refused_in_a_row: usize,
    under_way: usize,
}

/// A login that is under way. Its end is noted, or unknown when it is dropped.
#[derive(Debug)]
pub struct Login(Arc<Shared>);

impl Logins {
    /// Waits until the password may be sent, and counts this login from now on. Returns nothing if it may not be sent any more: it was
    /// refused and has never been right, or it was refused a few times in a row. Only one login at a time is under way until one has
    /// succeeded, and as long as the last one was refused.
    pub async fn begin(&self) -> Option<Login> {
        loop {
            let changed = self.0.changed.notified();
            let mut changed = std::pin::pin!(changed);
            changed.as_mut().enable();
            {
                let mut count = self.0.open();
                let (most_refused, most) = match (count.has_succeeded, count.refused_in_a_row) {
                    (false, _) => (1, 1),
                    (true, 0) => (MOST_REFUSED, MOST_AT_ONCE),
                    (true, _) => (MOST_REFUSED, 1),
                };
                if count.refused_in_a_row >= most_refused {
                    return None;
                }
                if count.under_way < most {
                    count.under_way += 1;
                    return Some(Login(self.0.clone()));
                }
            }
            changed.await;
        }
    }
}

impl Login {
    /// Notes that the login led on.
    pub fn succeeded(self) {
        let mut count = self.0.open();
        (count.has_succeeded, count.refused_in_a_row) = (true, 0);
    }

    /// Notes that the login page came back.
    pub fn refused(self) {
        self.0.open().refused_in_a_row += 1;
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        self.0.open().under_way -= 1;
        self.0.changed.notify_waiters();
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// The login that may begin now; `None` if it has to wait, and `Some(None)` if it may not begin at all.
    fn begun(logins: &Logins) -> Option<Option<Login>> {
        match pin!(logins.begin()).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(login) => Some(login),
            Poll::Pending => None,
        }
    }

    fn now(logins: &Logins) -> Login {
        begun(logins).flatten().expect("a login may begin")
    }

    #[test]
    fn a_password_that_was_never_right_is_sent_once() {
        let logins = Logins::default();
        let first = now(&logins);
        assert!(begun(&logins).is_none(), "the second waits for the first");
        first.refused();
        assert!(matches!(begun(&logins), Some(None)));
    }

    #[test]
    fn no_more_than_four_are_refused_at_once_and_then_one_at_a_time() {
        let logins = Logins::default();
        now(&logins).succeeded();
        let mut under_way: Vec<_> = std::iter::repeat_with(|| now(&logins)).take(MOST_AT_ONCE).collect();
        assert!(begun(&logins).is_none());
        under_way.pop().unwrap().refused();
        assert!(begun(&logins).is_none(), "after a refusal the others are waited for");
        under_way.clear();
        let second = now(&logins);
        assert!(begun(&logins).is_none());
        second.refused();
        now(&logins).refused();
        assert!(matches!(begun(&logins), Some(None)));
    }

    #[test]
    fn a_success_counts_from_the_start() {
        let logins = Logins::default();
        now(&logins).succeeded();
        for _ in 0..10 {
            now(&logins).refused();
            now(&logins).succeeded();
        }
        assert!(begun(&logins).flatten().is_some());
    }
}
