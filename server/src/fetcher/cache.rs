//! What was fetched before.

use super::{FORCED_EVERY, LEFT_ALONE, passed};
use fapi::{FetchedDocument, Timestamp, Unavailable};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as AsyncMutex;

/// URLs that are remembered; beyond that, somebody's is forgotten.
const URLS: usize = 1_024;
/// A document is good for at least and at most so many seconds, and for so many if its server says nothing.
const SHORTEST: u32 = 60;
const LONGEST: u32 = 24 * 3_600;
const USUAL: u32 = 300;

/// One slot per URL, locked while its document is fetched.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, Arc<AsyncMutex<Slot>>>>);

impl Cache {
    pub(super) fn slot(&self, url: &str) -> Arc<AsyncMutex<Slot>> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= URLS && !slots.contains_key(url) {
            let victim = slots.iter().find(|(_, slot)| Arc::strong_count(slot) == 1).map(|(url, _)| url.clone());
            victim.and_then(|victim| slots.remove(&victim));
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
    /// What can be said without asking anybody: what is remembered and new enough, or what was last seen if it is too early to
    /// ask again.
    pub(super) fn answer(&self, not_before: Option<Timestamp>, now: Timestamp) -> Option<Result<FetchedDocument, Unavailable>> {
        let known = self
            .document
            .as_ref()
            .filter(|(document, until)| now < *until && document.fetched_at <= now)
            .map(|(document, _)| document);
        if let Some(known) = known.filter(|known| not_before.is_none_or(|not_before| not_before <= known.fetched_at)) {
            return Some(Ok(known.clone()));
        }
        let too_early = self.failed.is_some_and(|failed| !passed(now, failed, LEFT_ALONE));
        let forced_before = not_before.is_some() && self.forced.is_some_and(|forced| !passed(now, forced, FORCED_EVERY));
        (too_early || (forced_before && known.is_some())).then(|| known.cloned().ok_or(Unavailable))
    }

    pub(super) fn tried(&mut self, not_before: Option<Timestamp>, now: Timestamp) {
        if not_before.is_some() {
            self.forced = Some(now);
        }
    }

    pub(super) fn keep(&mut self, document: FetchedDocument, max_age: Option<u32>, now: Timestamp) -> FetchedDocument {
        let until = now.after(max_age.unwrap_or(USUAL).clamp(SHORTEST, LONGEST));
        self.document = Some((document.clone(), until));
        self.failed = None;
        document
    }

    /// A failure leaves what was known, for as long as that was good for.
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
    fn a_document_is_good_for_what_its_server_says_within_bounds() {
        for (said, good_for) in [(None, 300), (Some(0), 60), (Some(120), 120), (Some(u32::MAX), 86_400)] {
            assert!(slot(said).answer(None, at(good_for - 1)).is_some());
            assert!(slot(said).answer(None, at(good_for)).is_none());
        }
    }

    #[test]
    fn a_forced_fetch_happens_once_a_minute() {
        let mut slot = slot(None);
        assert!(slot.answer(Some(at(5)), at(5)).is_none(), "the first is fetched");
        slot.tried(Some(at(5)), at(5));
        assert_eq!(slot.answer(Some(at(30)), at(30)).unwrap().unwrap().fetched_at, at(0), "the next is answered from memory");
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
    fn a_failure_leaves_what_was_known() {
        let mut slot = slot(None);
        assert!(slot.failed(at(10)).is_ok());
        assert_eq!(slot.answer(Some(at(11)), at(11)).unwrap().unwrap().fetched_at, at(0));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_a_url() {
        assert_eq!(slot(None).answer(None, at(-1)), None);
    }
}
