//! Fetches documents of clients (`jwks_uri`) without giving clients access to the server's own network: https only, public or
//! listed addresses only, no redirects, no cookies, and limits of size, time and frequency.

mod address;
mod cache;
mod download;

use crate::clock::Clock;
use crate::config::Outbound;
use address::Destination;
use cache::Cache;
use download::{Downloaded, Downloader};
use fapi::{DocumentRequest, FetchedDocument, Timestamp, Unavailable};
use std::sync::Arc;

/// Forced fetches of one URL are at least this far apart, in seconds.
const FORCED_EVERY: u32 = 60;
/// Seconds between a failed request and the next one for the same URL.
const RETRY_AFTER: u32 = 10;

/// Fetches and caches documents.
pub struct Fetcher {
    outbound: Outbound,
    downloader: Downloader,
    cache: Cache,
    clock: Arc<dyn Clock>,
}

impl Fetcher {
    /// A fetcher with an empty cache.
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>) -> Self {
        Self {
            downloader: Downloader::new(outbound.authorities.clone(), outbound.timeout),
            outbound,
            cache: Cache::default(),
            clock,
        }
    }

    /// The document, from the cache if it is fresh enough. Concurrent requests for one URL share one download.
    pub async fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        let destination =
            Destination::parse(&request.url, &self.outbound.allow).map_err(|error| unavailable(&request.url, &error))?;
        let slot = self.cache.slot(&request.url);
        let mut slot = slot.lock().await;
        let now = self.clock.now();
        if let Some(known) = slot.answer(request.not_before, now) {
            return known;
        }
        slot.requested(request.not_before, now);
        match self.downloader.get(&destination).await {
            Ok(Downloaded { body, max_age }) => Ok(slot.keep(FetchedDocument::new(body, now), max_age, now)),
            Err(error) => {
                unavailable(&request.url, &error);
                slot.failed(now)
            }
        }
    }
}

/// Logs the reason; the exchange learns only that the document is unavailable.
fn unavailable(url: &str, error: &dyn std::error::Error) -> Unavailable {
    tracing::warn!(url, %error, "document not fetched");
    Unavailable
}

/// True if `seconds` have passed since `earlier`, or if the clock was set back before it.
fn passed(now: Timestamp, earlier: Timestamp, seconds: u32) -> bool {
    earlier.after(seconds) <= now || now < earlier
}
