//! The host's whole loop: one line per step.

mod asynchronous;
mod run_to_end;

pub use asynchronous::{AsyncHost, drive_async};
pub use run_to_end::{Ended, Task, run_to_end};

use crate::exchange::{
    Ask, ClaimsRequest, Commit, Committed, CustomizeRequest, Customized, DocumentRequest, FetchedDocument, KeyUse, Load, Loaded,
    Outcome, OutgoingRequest, OutgoingResponse, PermissionsRequest, Reply, Step, SubjectRequest, SubjectStatus, Unavailable,
    UserClaims, UserPermissions, for_each_question,
};
use crate::exchange::{List, Listed};

macro_rules! host {
    ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
        /// The effects of a host, as plain calls.
        pub trait Host {
            /// Reads records.
            fn load(&self, load: &Load) -> Result<Loaded, Unavailable>;

            /// Reads a page of records.
            fn list(&self, list: &List) -> Result<Listed, Unavailable>;

            /// Writes, all or nothing. `Err` promises that nothing was applied, so that the peer may be told to try again; a
            /// host that does not know (a timeout, a broken connection) answers [`Committed::Unknown`].
            fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable>;

            /// Uses a private or secret key.
            fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable>;

            /// Fetches a document. Without this method, clients can register keys only by value.
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
            Step::List(list, then) => then.resume(host.list(&list)),
            Step::Fetch(request, then) => then.resume(host.fetch(&request)),
            Step::Ask(ask) => answer(host, ask),
            Step::UseKey(key_use, then) => then.resume(host.use_key(&key_use)),
            Step::Commit(commit, then) => then.resume(host.commit(&commit)),
            Step::Done(outcome) => return outcome,
        }
    }
}
