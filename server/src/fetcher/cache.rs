//! The cache of fetched documents.

use super::freshness::Freshness;
use super::{FORCED_EVERY, RETRY_AFTER, passed};
use fapi::{FetchedDocument, Timestamp, Unavailable};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as AsyncMutex;

/// The maximum number of URLs in the cache; an entry that is not in use is evicted for a further one.
const URLS: usize = 1_024;

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

/// The state of one URL. Only a sound document is kept; a failure is remembered for [`RETRY_AFTER`] seconds, so that requests do
/// not reach the host more often.
#[derive(Default)]
pub(super) struct Slot {
    kept: Option<Kept>,
    forced: Option<Timestamp>,
    failed: Option<Failed>,
}

struct Kept {
    document: FetchedDocument,
    /// The document is used without a request until this time.
    fresh_until: Timestamp,
    /// The document is used until this time while its host is down.
    usable_until: Timestamp,
}

struct Failed {
    at: Timestamp,
    /// The document that the host sent in place of a sound one. The exchange reads it if there is no other, since it then says
    /// what is wrong.
    broken: Option<FetchedDocument>,
}

/// True if the document may answer a request with this `not_before`.
fn new_enough(document: &FetchedDocument, not_before: Option<Timestamp>) -> bool {
    not_before.is_none_or(|not_before| not_before <= document.fetched_at)
}

impl Slot {
    /// The answer that needs no request: the cached document if it is fresh and new enough, or the latest result if the next
    /// request would be too early.
    pub(super) fn answer(&self, not_before: Option<Timestamp>, now: Timestamp) -> Option<Result<FetchedDocument, Unavailable>> {
        // A document of the future is one from before the clock was set back.
        let kept = self.kept.as_ref().filter(|kept| kept.document.fetched_at <= now);
        let fresh = kept.filter(|kept| now < kept.fresh_until && new_enough(&kept.document, not_before));
        if let Some(fresh) = fresh {
            return Some(Ok(fresh.document.clone()));
        }
        let failed = self.failed.as_ref().is_some_and(|failed| !passed(now, failed.at, RETRY_AFTER));
        let forced_before = self.forced.is_some_and(|forced| !passed(now, forced, FORCED_EVERY));
        let too_early = failed || (not_before.is_some() && forced_before && kept.is_some());
        too_early.then(|| self.substitute(not_before, now))
    }

    pub(super) fn requested(&mut self, not_before: Option<Timestamp>, now: Timestamp) {
        if not_before.is_some() {
            self.forced = Some(now);
        }
    }

    /// Keeps a sound document. While its host is down it is used for `stale` seconds more, or fewer if the host says so.
    pub(super) fn keep(&mut self, document: FetchedDocument, freshness: Freshness, stale: u32) -> FetchedDocument {
        let fresh_until = document.fetched_at.after(freshness.lifetime);
        let stale = freshness.stale_if_error.map_or(stale, |stated| stated.min(stale));
        self.kept = Some(Kept { document: document.clone(), fresh_until, usable_until: fresh_until.after(stale) });
        self.failed = None;
        document
    }

    /// Records a failure: no document, or a broken one. The document that was kept is used in its place.
    pub(super) fn failed(
        &mut self,
        broken: Option<FetchedDocument>,
        not_before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<FetchedDocument, Unavailable> {
        self.failed = Some(Failed { at: now, broken });
        self.substitute(not_before, now)
    }

    fn substitute(&self, not_before: Option<Timestamp>, now: Timestamp) -> Result<FetchedDocument, Unavailable> {
        let kept = self.kept.as_ref().filter(|kept| now < kept.usable_until).map(|kept| &kept.document);
        let broken = self.failed.as_ref().and_then(|failed| failed.broken.as_ref());
        kept.into_iter().chain(broken).find(|document| new_enough(document, not_before)).cloned().ok_or(Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const STALE: u32 = 1_000;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_000_000 + seconds)
    }

    fn document(body: &'static [u8], seconds: i64) -> FetchedDocument {
        FetchedDocument::new(Bytes::from_static(body), at(seconds))
    }

    fn slot(stale_if_error: Option<u32>) -> Slot {
        let mut slot = Slot::default();
        slot.keep(document(b"good", 0), Freshness { lifetime: 300, stale_if_error }, STALE);
        slot
    }

    #[test]
    fn a_document_is_used_for_its_lifetime() {
        assert_eq!(slot(None).answer(None, at(299)), Some(Ok(document(b"good", 0))));
        assert_eq!(slot(None).answer(None, at(300)), None);
    }

    #[test]
    fn a_forced_fetch_happens_once_a_minute() {
        let mut slot = slot(None);
        assert_eq!(slot.answer(Some(at(5)), at(5)), None, "the first is fetched");
        slot.requested(Some(at(5)), at(5));
        assert_eq!(slot.answer(Some(at(30)), at(30)), Some(Err(Unavailable)), "the copy is too old, and the next one too early");
        assert_eq!(slot.answer(None, at(30)), Some(Ok(document(b"good", 0))));
        assert_eq!(slot.answer(Some(at(65)), at(65)), None, "a minute later it is fetched again");
    }

    #[test]
    fn a_failure_is_not_tried_again_at_once() {
        let mut slot = Slot::default();
        assert_eq!(slot.failed(None, None, at(0)), Err(Unavailable));
        assert_eq!(slot.answer(None, at(9)), Some(Err(Unavailable)));
        assert_eq!(slot.answer(None, at(10)), None);
        slot.keep(document(b"good", 10), Freshness { lifetime: 60, stale_if_error: None }, STALE);
        assert_eq!(slot.answer(Some(at(11)), at(11)), None, "a success ends the pause");
    }

    #[test]
    fn a_good_copy_is_used_while_its_host_is_down_up_to_the_limit() {
        for (stated, usable) in [(None, 1_300), (Some(100), 400), (Some(0), 300), (Some(5_000), 1_300)] {
            let mut slot = slot(stated);
            assert_eq!(slot.failed(None, None, at(usable - 1)), Ok(document(b"good", 0)), "{stated:?}");
            assert_eq!(slot.answer(None, at(usable - 1)).unwrap_or(Ok(document(b"good", 0))), Ok(document(b"good", 0)));
            assert_eq!(slot.failed(None, None, at(usable)), Err(Unavailable), "{stated:?}");
            assert_eq!(slot.answer(None, at(usable)), Some(Err(Unavailable)));
        }
    }

    #[test]
    fn an_old_copy_does_not_answer_a_forced_fetch_that_fails() {
        let mut slot = slot(None);
        slot.requested(Some(at(10)), at(10));
        assert_eq!(slot.failed(None, Some(at(10)), at(10)), Err(Unavailable));
        assert_eq!(slot.answer(None, at(11)), Some(Ok(document(b"good", 0))));
    }

    #[test]
    fn a_broken_document_is_read_once_there_is_no_good_one_and_is_not_kept() {
        let broken = || Some(document(b"broken", 0));
        let mut empty = Slot::default();
        assert_eq!(empty.failed(broken(), None, at(0)), Ok(document(b"broken", 0)));
        assert_eq!(empty.answer(None, at(9)), Some(Ok(document(b"broken", 0))));
        assert_eq!(empty.answer(None, at(10)), None);
        let mut slot = slot(None);
        assert_eq!(slot.failed(Some(document(b"broken", 400)), None, at(400)), Ok(document(b"good", 0)));
        assert_eq!(slot.answer(None, at(401)), Some(Ok(document(b"good", 0))));
        assert_eq!(slot.answer(Some(at(400)), at(401)), Some(Ok(document(b"broken", 400))));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_a_url() {
        assert_eq!(slot(None).answer(None, at(-1)), None);
        let mut slot = slot(None);
        slot.failed(None, None, at(0)).unwrap();
        assert_eq!(slot.answer(Some(at(-5)), at(-20)), None);
    }
}
