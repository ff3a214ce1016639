//! Fetches documents of clients (`jwks_uri`) without giving clients access to the server's own network: https only, public or
//! listed addresses only, no redirects, no cookies, and limits of size, time and frequency.
//!
//! A sound document is used for as long as its host says, from one minute to one day, and for five minutes if the host says
//! nothing. While the host is down or sends something broken, the last sound document is used for
//! [`stale_if_error`](crate::config::Outbound::stale_if_error) more. Failures are remembered for ten seconds.

mod address;
mod cache;
mod download;
mod encoding;
mod freshness;

use crate::clock::Clock;
use crate::config::Outbound;
use address::Destination;
use cache::{Cache, Slot};
use download::{Downloaded, Downloader};
use fapi::primitives::aws_lc;
use fapi::{DocumentRequest, FetchedDocument, Timestamp, Unavailable};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;
use tracing::Instrument;

/// Forced fetches of one URL are at least this far apart, in seconds.
const FORCED_EVERY: u32 = 60;
/// Seconds between a failed request and the next one for the same URL.
const RETRY_AFTER: u32 = 10;

/// Fetches and caches documents.
pub struct Fetcher {
    outbound: Outbound,
    downloader: Arc<Downloader>,
    cache: Cache,
    clock: Arc<dyn Clock>,
}

impl Fetcher {
    /// A fetcher with an empty cache.
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>) -> Self {
        Self {
            downloader: Arc::new(Downloader::new(outbound.authorities.clone(), outbound.timeout)),
            outbound,
            cache: Cache::default(),
            clock,
        }
    }

    /// The document, from the cache if it is fresh enough. Concurrent requests for one URL share one download.
    ///
    /// A broken document is returned only if there is no sound one: the exchange that reads it says what is wrong.
    pub async fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        let destination = Destination::parse(&request.url, &self.outbound.allow).map_err(|error| {
            tracing::warn!(url = request.url, %error, "document not fetched");
            Unavailable
        })?;
        let mut slot = self.cache.slot(&request.url).lock_owned().await;
        let now = self.clock.now();
        if let Some(known) = slot.answer(request.not_before, now) {
            return known;
        }
        slot.requested(request.not_before, now);
        let stale = u32::try_from(self.outbound.stale_if_error.as_secs()).unwrap_or(u32::MAX);
        let download = Download { request: request.clone(), destination, slot, now, stale };
        // The download ends even if nobody waits for it: callers that leave at once must not make us call a host again and again.
        // Its lines belong to the request that began it.
        tokio::spawn(download.run(self.downloader.clone()).in_current_span()).await.unwrap_or(Err(Unavailable))
    }
}

/// A download, with the slot for its result.
struct Download {
    request: DocumentRequest,
    destination: Destination,
    slot: OwnedMutexGuard<Slot>,
    now: Timestamp,
    stale: u32,
}

impl Download {
    async fn run(mut self, downloader: Arc<Downloader>) -> Result<FetchedDocument, Unavailable> {
        let (url, not_before) = (&self.request.url, self.request.not_before);
        let Downloaded { body, freshness } = match downloader.get(&self.destination).await {
            Ok(downloaded) => downloaded,
            Err(error) => {
                let answer = self.slot.failed(None, not_before, self.now);
                tracing::warn!(url, %error, earlier_copy_used = answer.is_ok(), "document not fetched");
                return answer;
            }
        };
        let document = FetchedDocument::new(body, self.now);
        match self.request.check(&document.body, aws_lc()) {
            Ok(skipped) => {
                for key in skipped {
                    tracing::info!(url, %key, "key skipped");
                }
                Ok(self.slot.keep(document, freshness, self.stale))
            }
            Err(error) => {
                let requirement = error.basis().id;
                let answer = self.slot.failed(Some(document.clone()), not_before, self.now);
                let earlier_copy_used = answer.as_ref().is_ok_and(|answer| *answer != document);
                tracing::warn!(url, %error, requirement, earlier_copy_used, "key set broken");
                answer
            }
        }
    }
}

/// True if `seconds` have passed since `earlier`, or if the clock was set back before it.
fn passed(now: Timestamp, earlier: Timestamp, seconds: u32) -> bool {
    earlier.after(seconds) <= now || now < earlier
}
