//! Ordinary requests: those that a correct client sends, and of which negative scenarios send a defective form.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::http::HttpExchange;

/// An ordinary request of a client of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ordinary {
    /// The kind of request.
    pub kind: OrdinaryKind,
    /// The client that sends it: 0 or 1.
    pub client: usize,
}

/// The kind of an ordinary request. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrdinaryKind {
    /// A pushed authorization request.
    Push,
    /// A visit to the authorization endpoint, up to the code.
    Code,
    /// A token request with the grant of the variant.
    Token,
    /// A refresh request.
    Refresh,
    /// An introspection request for a live token.
    Introspection,
    /// A revocation request for a live token.
    Revocation,
    /// A call of the resource.
    Resource,
    /// A userinfo request.
    Userinfo,
}

impl OrdinaryKind {
    /// Its name in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Push => "pushed authorization request",
            Self::Code => "authorization request",
            Self::Token => "token request",
            Self::Refresh => "refresh request",
            Self::Introspection => "introspection request",
            Self::Revocation => "revocation request",
            Self::Resource => "call of the resource",
            Self::Userinfo => "userinfo request",
        }
    }
}

/// The results of ordinary requests, each tried once per target. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Controls {
    tried: Arc<Mutex<BTreeMap<Ordinary, Arc<OnceCell<Control>>>>>,
    before: Arc<Mutex<BTreeSet<Ordinary>>>,
}

/// The result of an ordinary request: served, or not, with the reason.
pub type Control = Result<(), NotServed>;

/// The reason why an ordinary request is not served, and the exchanges up to the one that shows it.
#[derive(Debug, Clone)]
pub struct NotServed {
    /// The reason.
    pub reason: String,
    /// The exchanges of the attempt.
    pub exchanges: Vec<Arc<HttpExchange>>,
    /// The number of the exchange that shows the reason.
    pub exchange: Option<u64>,
    /// True if the server did not answer, or did not look at the request, so that another time it may be served.
    pub is_disturbed: bool,
}

impl Controls {
    /// The result of an ordinary request, which is tried if it is not known yet. A disturbed attempt tells nothing, and the next one
    /// is made.
    pub async fn get(&self, ordinary: Ordinary, attempt: impl Future<Output = Control>) -> Control {
        let cell = self.tried.lock().unwrap_or_else(PoisonError::into_inner).entry(ordinary).or_default().clone();
        let known = || async {
            match attempt.await {
                Err(not_served) if not_served.is_disturbed => Err(not_served),
                known => Ok(known),
            }
        };
        cell.get_or_try_init(known).await.cloned()?
    }

    /// Notes that an ordinary request was served before the run.
    pub fn note(&self, ordinary: Ordinary) {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).insert(ordinary);
    }

    /// Returns true if an ordinary request was served before the run.
    pub fn was_served(&self, ordinary: Ordinary) -> bool {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).contains(&ordinary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn not_served(reason: &str, is_disturbed: bool) -> NotServed {
        NotServed { reason: reason.into(), exchanges: vec![], exchange: None, is_disturbed }
    }

    #[tokio::test]
    async fn an_attempt_that_tells_nothing_is_made_again() {
        let controls = Controls::default();
        let ordinary = Ordinary { kind: OrdinaryKind::Push, client: 0 };
        let late = controls.get(ordinary, async { Err(not_served("no end within 60 s", true)) }).await;
        assert_eq!(late.map_err(|late| late.reason), Err("no end within 60 s".to_owned()));
        assert!(controls.get(ordinary, async { Ok(()) }).await.is_ok());
        // What is known is not tried again.
        assert!(controls.get(ordinary, async { Err(not_served("refused", false)) }).await.is_ok());
    }
}
