//! Ordinary requests: those that a correct client sends, and of which negative scenarios send a defective form.

use std::collections::BTreeMap;
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
pub struct Controls(Arc<Mutex<BTreeMap<Ordinary, Arc<OnceCell<Control>>>>>);

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
}

impl Controls {
    /// The result of an ordinary request, which is tried if it was not tried yet.
    pub async fn get(&self, ordinary: Ordinary, attempt: impl Future<Output = Control>) -> Control {
        let cell = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(ordinary).or_default().clone();
        cell.get_or_init(|| attempt).await.clone()
    }
}
