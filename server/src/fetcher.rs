//! Documents from elsewhere (`jwks_uri`), fetched in a way that cannot be turned against our own network: https only, checked
//! addresses only, no redirects, no cookies, so many octets and so many seconds, and not more often than needed.

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
/// A URL that failed is left alone for so many seconds.
const LEFT_ALONE: u32 = 10;

/// Fetches documents and remembers them.
pub struct Fetcher {
    outbound: Outbound,
    downloader: Downloader,
    cache: Cache,
    clock: Arc<dyn Clock>,
}

impl Fetcher {
    /// A fetcher with an empty memory.
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>) -> Self {
        Self {
            downloader: Downloader::new(outbound.authorities.clone(), outbound.timeout),
            outbound,
            cache: Cache::default(),
            clock,
        }
    }

    /// The document, from memory if that will do. Those who ask for one URL at a time wait for one download.
    pub async fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        let destination =
            Destination::parse(&request.url, &self.outbound.allow).map_err(|error| refused(&request.url, &error))?;
        let slot = self.cache.slot(&request.url);
        let mut slot = slot.lock().await;
        let now = self.clock.now();
        if let Some(known) = slot.answer(request.not_before, now) {
            return known;
        }
        slot.tried(request.not_before, now);
        match self.downloader.get(&destination).await {
            Ok(Downloaded { body, max_age }) => Ok(slot.keep(FetchedDocument::new(body, now), max_age, now)),
            Err(error) => {
                refused(&request.url, &error);
                slot.failed(now)
            }
        }
    }
}

/// Logs why; the exchange is told no more than that it is not to be had.
fn refused(url: &str, error: &dyn std::error::Error) -> Unavailable {
    tracing::warn!(url, %error, "fetch");
    Unavailable
}

/// `seconds` have passed since `earlier`.
fn passed(now: Timestamp, earlier: Timestamp, seconds: u32) -> bool {
    earlier.after(seconds) <= now || now < earlier
}
