//! The cache of fetched documents.

use super::{FORCED_EVERY, RETRY_AFTER, passed};
use fapi::{FetchedDocument, Timestamp, Unavailable};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as AsyncMutex;

/// The maximum number of URLs in the cache; an entry that is not in use is evicted for a further one.
const URLS: usize = 1_024;
/// The shortest and the longest lifetime of a document in seconds, and the lifetime without `Cache-Control`.
const SHORTEST: u32 = 60;
const LONGEST: u32 = 24 * 3_600;
const DEFAULT: u32 = 300;

/// One slot per URL; it is locked while its document is fetched.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, Arc<AsyncMutex<Slot>>>>);

impl Cache {
    pub(super) fn slot(&self, url: &str) -> Arc<AsyncMutex<Slot>> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= URLS && !slots.contains_key(url) {
            let evicted = slots.iter().find(|(_, slot)| Arc::strong_count(slot) == 1).map(|(url, _)| url.clone());
            evicted.and_then(|url| slots.remove(&url));
        }
        slots.entry(url.to_owned()).or_default().clone()
    }
}

#[derive(Default)]
pub(super) struct Slot {
    document: Option<(FetchedDocument, Timestamp)>,
    forced: Option<Timestamp>,
    failed: Option<Timestamp>,
}

impl Slot {
    /// The answer that needs no request: the cached document if it is fresh enough, or the latest result if the next request
    /// would be too early.
    pub(super) fn answer(&self, not_before: Option<Timestamp>, now: Timestamp) -> Option<Result<FetchedDocument, Unavailable>> {
        let known = self
            .document
            .as_ref()
            .filter(|(document, until)| now < *until && document.fetched_at <= now)
            .map(|(document, _)| document);
        if let Some(known) = known.filter(|known| not_before.is_none_or(|not_before| not_before <= known.fetched_at)) {
            return Some(Ok(known.clone()));
        }
        let too_early = self.failed.is_some_and(|failed| !passed(now, failed, RETRY_AFTER));
        let forced_before = not_before.is_some() && self.forced.is_some_and(|forced| !passed(now, forced, FORCED_EVERY));
        (too_early || (forced_before && known.is_some())).then(|| known.cloned().ok_or(Unavailable))
    }

    pub(super) fn requested(&mut self, not_before: Option<Timestamp>, now: Timestamp) {
        if not_before.is_some() {
            self.forced = Some(now);
        }
    }

    pub(super) fn keep(&mut self, document: FetchedDocument, max_age: Option<u32>, now: Timestamp) -> FetchedDocument {
        let until = now.after(max_age.unwrap_or(DEFAULT).clamp(SHORTEST, LONGEST));
        self.document = Some((document.clone(), until));
        self.failed = None;
        document
    }

    /// Records a failure. The cached document is returned until its lifetime ends.
    pub(super) fn failed(&mut self, now: Timestamp) -> Result<FetchedDocument, Unavailable> {
        self.failed = Some(now);
        self.document.as_ref().filter(|(_, until)| now < *until).map(|(document, _)| document.clone()).ok_or(Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_000_000 + seconds)
    }

    fn slot(max_age: Option<u32>) -> Slot {
        let mut slot = Slot::default();
        slot.keep(FetchedDocument::new(Bytes::from_static(b"{}"), at(0)), max_age, at(0));
        slot
    }

    #[test]
    fn the_server_sets_the_lifetime_of_a_document_within_bounds() {
        for (max_age, lifetime) in [(None, 300), (Some(0), 60), (Some(120), 120), (Some(u32::MAX), 86_400)] {
            assert!(slot(max_age).answer(None, at(lifetime - 1)).is_some());
            assert!(slot(max_age).answer(None, at(lifetime)).is_none());
        }
    }

    #[test]
    fn a_forced_fetch_happens_once_a_minute() {
        let mut slot = slot(None);
        assert!(slot.answer(Some(at(5)), at(5)).is_none(), "the first is fetched");
        slot.requested(Some(at(5)), at(5));
        assert_eq!(slot.answer(Some(at(30)), at(30)).unwrap().unwrap().fetched_at, at(0), "the next is answered from the cache");
        assert!(slot.answer(Some(at(65)), at(65)).is_none(), "a minute later it is fetched again");
    }

    #[test]
    fn a_failure_is_not_tried_again_at_once() {
        let mut slot = Slot::default();
        assert_eq!(slot.failed(at(0)), Err(Unavailable));
        assert_eq!(slot.answer(None, at(9)), Some(Err(Unavailable)));
        assert_eq!(slot.answer(None, at(10)), None);
    }

    #[test]
    fn a_failure_leaves_the_cached_document() {
        let mut slot = slot(None);
        assert!(slot.failed(at(10)).is_ok());
        assert_eq!(slot.answer(Some(at(11)), at(11)).unwrap().unwrap().fetched_at, at(0));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_a_url() {
        assert_eq!(slot(None).answer(None, at(-1)), None);
    }
}
