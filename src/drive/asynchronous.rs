//! The same loop for effects that are futures. It needs no particular runtime: the futures run wherever they are polled.

use crate::exchange::{
    Ask, ClaimsRequest, CustomizeRequest, Customized, DocumentRequest, FetchedDocument, KeyUse, Outcome, OutgoingRequest,
    OutgoingResponse, PermissionsRequest, Reply, Step, SubjectRequest, SubjectStatus, Unavailable, UserClaims, UserPermissions,
    for_each_question,
};
use crate::store::Store;
use std::future::{Future, ready};

macro_rules! host {
    ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
        /// The effects of a host, as futures; implement them with `async fn`.
        pub trait AsyncHost: Sync {
            /// The store, which reads and writes records.
            fn store(&self) -> &dyn Store;

            /// Uses a private or secret key.
            fn use_key(&self, key_use: &KeyUse) -> impl Future<Output = Result<Vec<u8>, Unavailable>> + Send;

            /// Fetches a document. Without this method, clients can register keys only by value.
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
///
/// The future may be dropped, as a server does when its peer hangs up. Nothing is written in part, but if the store was
/// committing, its writes may be applied or not, and the event that says what happened is lost. Then a code may be redeemed
/// although no tokens were sent, and if the client sends the code again, that is a replay, which revokes the grant. To avoid this,
/// run exchanges with [`run_to_end`](super::run_to_end).
pub async fn drive_async<R: Reply>(host: &impl AsyncHost, mut step: Step<R>) -> Outcome<R> {
    loop {
        step = match step {
            Step::Load(load, then) => then.resume(host.store().load(&load).await),
            Step::List(list, then) => then.resume(host.store().list(&list).await),
            Step::Fetch(request, then) => then.resume(host.fetch(&request).await),
            Step::Ask(ask) => answer(host, ask).await,
            Step::UseKey(key_use, then) => then.resume(host.use_key(&key_use).await),
            Step::Commit(commit, then) => then.resume(host.store().commit(&commit).await),
            Step::Done(outcome) => return outcome,
        }
    }
}
