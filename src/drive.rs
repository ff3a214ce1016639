//! The host's whole loop: one line per step.

use crate::exchange::{
    Ask, ClaimsRequest, Commit, Committed, DocumentRequest, FetchedDocument, KeyUse, Load, Loaded, Outcome, OutgoingRequest,
    OutgoingResponse, Reply, Step, SubjectRequest, SubjectStatus, Unavailable, UserClaims, for_each_question,
};

macro_rules! host {
    ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
        /// The effects of a host, where they are plain calls.
        pub trait Host {
            /// Reads records.
            fn load(&self, load: &Load) -> Result<Loaded, Unavailable>;

            /// Writes, all or nothing. `Err` promises that nothing was applied, so that the peer may be told to try again; a
            /// host that does not know (a timeout, a broken connection) answers [`Committed::Unknown`].
            fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable>;

            /// Uses a private or secret key.
            fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable>;

            /// Gets a document. Without it, clients register keys by value.
            fn fetch(&self, _: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
                Err(Unavailable)
            }

            $(
                $(#[$doc])*
                fn $method(&self, _: &$request) -> Result<$answer, Unavailable> {
                    $default
                }
            )*
        }

        fn answer<R: Reply>(host: &impl Host, ask: Ask<R>) -> Step<R> {
            match ask {
                $(Ask::$name(request, then) => then.resume(host.$method(&request)),)*
            }
        }
    };
}
for_each_question!(host);

/// Answers every step until the exchange is done.
pub fn drive<R: Reply>(host: &impl Host, mut step: Step<R>) -> Outcome<R> {
    loop {
        step = match step {
            Step::Load(load, then) => then.resume(host.load(&load)),
            Step::Fetch(request, then) => then.resume(host.fetch(&request)),
            Step::Ask(ask) => answer(host, ask),
            Step::UseKey(key_use, then) => then.resume(host.use_key(&key_use)),
            Step::Commit(commit, then) => then.resume(host.commit(&commit)),
            Step::Done(outcome) => return outcome,
        }
    }
}

#[cfg(feature = "async-drive")]
pub use asynchronous::{AsyncHost, drive_async};

/// The same loop for effects that are futures. It needs no runtime: the caller polls.
#[cfg(feature = "async-drive")]
mod asynchronous {
    use super::*;
    use std::future::{Future, ready};

    macro_rules! host {
        ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
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

                $(
                    $(#[$doc])*
                    fn $method(&self, _: &$request) -> impl Future<Output = Result<$answer, Unavailable>> + Send {
                        ready($default)
                    }
                )*
            }

            async fn answer<R: Reply>(host: &impl AsyncHost, ask: Ask<R>) -> Step<R> {
                match ask {
                    $(Ask::$name(request, then) => then.resume(host.$method(&request).await),)*
                }
            }
        };
    }
    for_each_question!(host);

    /// Answers every step until the exchange is done.
    pub async fn drive_async<R: Reply>(host: &impl AsyncHost, mut step: Step<R>) -> Outcome<R> {
        loop {
            step = match step {
                Step::Load(load, then) => then.resume(host.load(&load).await),
                Step::Fetch(request, then) => then.resume(host.fetch(&request).await),
                Step::Ask(ask) => answer(host, ask).await,
                Step::UseKey(key_use, then) => then.resume(host.use_key(&key_use).await),
                Step::Commit(commit, then) => then.resume(host.commit(&commit).await),
                Step::Done(outcome) => return outcome,
            }
        }
    }
}
