//! Requests that are repeated: replays until one of them decides, and calls with a token until it is dead.

use super::Session;
use crate::finding::Tried;
use crate::http::Reply;
use crate::target::BoxFuture;

/// The number of replays. A server may have several nodes of which only one knows of the first use.
const REPLAYS: usize = 8;

/// The times after which a revoked token is tried again, in seconds.
const DELAYS: [u64; 3] = [1, 4, 10];

/// The sum of the waits for the effect of a revocation, in seconds.
pub const REVOCATION_DELAY: u64 = DELAYS[0] + DELAYS[1] + DELAYS[2];

impl Session {
    /// The turns of a replay that is repeated until one is accepted. Each uses new connections, which may lead to other nodes.
    pub fn replays(&self) -> impl Iterator<Item = usize> + '_ {
        (0..REPLAYS).inspect(|_| self.http.connector().renew())
    }

    /// Calls with a revoked token until it is refused, and returns the last reply.
    pub async fn revoked<'f>(
        &self,
        serves: impl Fn(&Reply) -> bool + Send + Sync,
        call: impl Fn() -> BoxFuture<'f, Tried<Reply>> + Send + Sync,
    ) -> Tried<Reply> {
        self.delayed(|reply: &Tried<Reply>| reply.as_ref().is_ok_and(&serves), call).await
    }

    /// Does something with a revoked token until the token does not work, and returns the last result. RFC 7009, section 2, allows for
    /// a delay until every server knows of the revocation: a late effect is a warning.
    pub async fn delayed<'f, T>(
        &self,
        works: impl Fn(&T) -> bool + Send + Sync,
        act: impl Fn() -> BoxFuture<'f, T> + Send + Sync,
    ) -> T
    where
        T: Send,
    {
        let mut result = act().await;
        let mut waited = 0;
        for seconds in DELAYS {
            if !works(&result) {
                break;
            }
            self.pass(seconds).await;
            waited += seconds;
            self.http.connector().renew();
            result = act().await;
        }
        if waited > 0 && !works(&result) {
            self.warn(format!(
                "a revoked token worked at first, and no more after {waited} s (RFC 7009, section 2, allows a delay)"
            ));
        }
        result
    }
}
