//! The host's whole loop: one line per step.

use crate::exchange::{
    Ask, ClaimsRequest, Commit, Committed, DocumentRequest, FetchedDocument, KeyUse, Load, Loaded, Outcome, Reply, Step,
    Unavailable, UserClaims,
};

/// The effects of a host, where they are plain calls.
pub trait Host {
    /// Reads records.
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable>;

    /// Writes, all or nothing. `Err` promises that nothing was applied, so that the peer may be told to try again; a host that
    /// does not know (a timeout, a broken connection) answers [`Committed::Unknown`].
    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable>;

    /// Uses a private or secret key.
    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable>;

    /// Gets a document. Without it, clients register keys by value.
    fn fetch(&self, _: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        Err(Unavailable)
    }

    /// The claims of a subject. Without it, ID tokens and userinfo hold `sub` only where no claim is asked for.
    fn claims(&self, _: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        Err(Unavailable)
    }
}

/// Answers every step until the exchange is done.
pub fn drive<R: Reply>(host: &impl Host, mut step: Step<R>) -> Outcome<R> {
    loop {
        step = match step {
            Step::Load(load, then) => then.resume(host.load(&load)),
            Step::Fetch(request, then) => then.resume(host.fetch(&request)),
            Step::Ask(Ask::Claims(request, then)) => then.resume(host.claims(&request)),
            Step::UseKey(key_use, then) => then.resume(host.use_key(&key_use)),
            Step::Commit(commit, then) => then.resume(host.commit(&commit)),
            Step::Done(outcome) => return outcome,
        }
    }
}

#[cfg(feature = "async-drive")]
pub use asynchronous::{AsyncHost, drive_async};

/// The same loop for effects that are futures. No runtime: whoever polls decides.
#[cfg(feature = "async-drive")]
mod asynchronous {
    use super::*;
    use std::future::{Future, ready};

    /// The effects of a host, where they are futures; implement them with `async fn`.
    pub trait AsyncHost: Sync {
        /// Reads records.
        fn load(&self, load: &Load) -> impl Future<Output = Result<Loaded, Unavailable>> + Send;

        /// Writes, all or nothing. `Err` promises that nothing was applied; a host that does not know answers
        /// [`Committed::Unknown`].
        fn commit(&self, commit: &Commit) -> impl Future<Output = Result<Committed, Unavailable>> + Send;

        /// Uses a private or secret key.
        fn use_key(&self, key_use: &KeyUse) -> impl Future<Output = Result<Vec<u8>, Unavailable>> + Send;

        /// Gets a document. Without it, clients register keys by value.
        fn fetch(&self, _: &DocumentRequest) -> impl Future<Output = Result<FetchedDocument, Unavailable>> + Send {
            ready(Err(Unavailable))
        }

        /// The claims of a subject.
        fn claims(&self, _: &ClaimsRequest) -> impl Future<Output = Result<UserClaims, Unavailable>> + Send {
            ready(Err(Unavailable))
        }
    }

    /// Answers every step until the exchange is done.
    pub async fn drive_async<R: Reply>(host: &impl AsyncHost, mut step: Step<R>) -> Outcome<R> {
        loop {
            step = match step {
                Step::Load(load, then) => then.resume(host.load(&load).await),
                Step::Fetch(request, then) => then.resume(host.fetch(&request).await),
                Step::Ask(Ask::Claims(request, then)) => then.resume(host.claims(&request).await),
                Step::UseKey(key_use, then) => then.resume(host.use_key(&key_use).await),
                Step::Commit(commit, then) => then.resume(host.commit(&commit).await),
                Step::Done(outcome) => return outcome,
            }
        }
    }
}
