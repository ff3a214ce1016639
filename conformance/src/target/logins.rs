//! The logins of one user, so that no account is locked: a password that was refused is not sent again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The number of refused logins in a row that are tolerated after one has succeeded. Servers lock an account after five or more.
const MOST_REFUSED: u32 = 3;

/// The logins of one user so far. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Logins(Arc<Count>);

#[derive(Debug, Default)]
struct Count {
    has_succeeded: AtomicBool,
    refused_in_a_row: AtomicU32,
}

impl Logins {
    /// Returns true if the password may be sent: none was refused, or the password is known to be right and only a few were refused
    /// in a row.
    pub fn may_try(&self) -> bool {
        let most = if self.0.has_succeeded.load(Ordering::Relaxed) { MOST_REFUSED } else { 1 };
        self.0.refused_in_a_row.load(Ordering::Relaxed) < most
    }

    /// Notes that a login led on.
    pub fn succeeded(&self) {
        self.0.has_succeeded.store(true, Ordering::Relaxed);
        self.0.refused_in_a_row.store(0, Ordering::Relaxed);
    }

    /// Notes that the login page came back.
    pub fn refused(&self) {
        self.0.refused_in_a_row.fetch_add(1, Ordering::Relaxed);
    }
}
