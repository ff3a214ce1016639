//! The harness passes a correct fetcher and names the duty that a flawed one neglects.

use bytes::Bytes;
use fapi::harness::{Fetching, Page};
use fapi::primitives::aws_lc;
use fapi::{DocumentRequest, FetchedDocument, Timestamp, Unavailable, harness};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    NoCache,
    IgnoresNotBefore,
    AnswersLate,
    NoRefetchLimit,
    FailuresAreFree,
    FailuresAreCheap,
    OneLimitForAll,
    KeepsFailures,
    KeepsBroken,
    DropsGood,
    NoSizeLimit,
    CutsDocuments,
    FollowsRedirects,
    IgnoresStatus,
    GoesAnywhere,
}

const LIMIT: usize = 1_000;
const ELSEWHERE: &str = "http://192.0.2.1/jwks";

/// A fetcher, its endpoint and its clock, all in memory.
struct World {
    flaw: Flaw,
    now: Cell<i64>,
    pages: RefCell<BTreeMap<String, Vec<Page>>>,
    asked: RefCell<BTreeMap<String, usize>>,
    kept: RefCell<BTreeMap<String, Result<FetchedDocument, Unavailable>>>,
    forced: RefCell<BTreeMap<String, i64>>,
}

impl World {
    fn new(flaw: Flaw) -> Self {
        let pages = RefCell::new(BTreeMap::from([(ELSEWHERE.to_owned(), vec![Page::FetchedDocument(b"{}".to_vec())])]));
        let now = Cell::new(1_800_000_000);
        Self { flaw, now, pages, asked: RefCell::default(), kept: RefCell::default(), forced: RefCell::default() }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    /// The network.
    fn answer(&self, url: &str) -> Option<Page> {
        let mut asked = self.asked.borrow_mut();
        let count = asked.entry(url.to_owned()).or_default();
        *count += 1;
        let pages = self.pages.borrow();
        let pages = pages.get(url)?;
        pages.get(*count - 1).or(pages.last()).cloned()
    }

    fn download(&self, url: &str) -> Result<Bytes, Unavailable> {
        match self.answer(url).ok_or(Unavailable)? {
            Page::FetchedDocument(body) if body.len() <= LIMIT || self.has(Flaw::NoSizeLimit) => Ok(body.into()),
            Page::FetchedDocument(body) if self.has(Flaw::CutsDocuments) => Ok(Bytes::from(body).slice(..LIMIT)),
            Page::Redirect(to) if self.has(Flaw::FollowsRedirects) => self.download(&to),
            Page::Status(_) if self.has(Flaw::IgnoresStatus) => Ok("{}".into()),
            _ => Err(Unavailable),
        }
    }
}

impl Fetching for World {
    fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        let (url, now) = (&request.url, self.now());
        if !url.starts_with("https://as.example/") && !self.has(Flaw::GoesAnywhere) {
            return Err(Unavailable);
        }
        let kept = self.kept.borrow().get(url).cloned().filter(|_| !self.has(Flaw::NoCache));
        let not_before = request.not_before.filter(|_| !self.has(Flaw::IgnoresNotBefore));
        if let Some(known) = kept.filter(|known| {
            known.as_ref().is_ok_and(|known| not_before.is_none_or(|at| at <= known.fetched_at)) || known.is_err()
        }) {
            return known;
        }
        let limit = if self.has(Flaw::OneLimitForAll) { String::new() } else { url.clone() };
        if not_before.is_some() && !self.has(Flaw::NoRefetchLimit) {
            if self.forced.borrow().get(&limit).is_some_and(|last| now.seconds() < last + 60) {
                return Err(Unavailable);
            }
            self.forced.borrow_mut().insert(limit.clone(), now.seconds());
        }
        let fetched_at = if self.has(Flaw::AnswersLate) { now.after(1) } else { now };
        let fetched = self.download(url).map(|body| FetchedDocument::new(body, fetched_at));
        let sound = fetched.as_ref().is_ok_and(|document| request.check(&document.body, aws_lc()).is_ok());
        if sound || self.has(Flaw::KeepsFailures) || (fetched.is_ok() && self.has(Flaw::KeepsBroken)) {
            self.kept.borrow_mut().insert(url.clone(), fetched.clone());
        } else if self.has(Flaw::DropsGood) {
            self.kept.borrow_mut().remove(url);
        } else if self.has(Flaw::FailuresAreFree) {
            self.forced.borrow_mut().remove(&limit);
        } else if self.has(Flaw::FailuresAreCheap) {
            self.forced.borrow_mut().entry(limit).and_modify(|last| *last -= 50);
        }
        fetched
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.now.get())
    }

    fn pass(&self, seconds: u32) {
        self.now.set(self.now.get() + i64::from(seconds));
    }

    fn serve(&self, pages: Vec<Page>) -> String {
        let url = format!("https://as.example/{}", self.pages.borrow().len());
        self.pages.borrow_mut().insert(url.clone(), pages);
        url
    }

    fn requests(&self, url: &str) -> usize {
        self.asked.borrow().get(url).copied().unwrap_or_default()
    }

    fn limit(&self) -> usize {
        LIMIT
    }

    fn forbidden(&self) -> Vec<String> {
        vec![ELSEWHERE.into()]
    }
}

#[test]
fn a_fetcher_without_flaw_passes() {
    let report = harness::fetcher(|| World::new(Flaw::None));
    assert!(report.passed(), "{report}");
    insta::assert_snapshot!(report.checks().join("\n"));
}

#[test]
fn every_flaw_is_found_by_the_duty_it_neglects() {
    let flaws = [
        Flaw::NoCache,
        Flaw::IgnoresNotBefore,
        Flaw::AnswersLate,
        Flaw::NoRefetchLimit,
        Flaw::FailuresAreFree,
        Flaw::FailuresAreCheap,
        Flaw::OneLimitForAll,
        Flaw::KeepsFailures,
        Flaw::KeepsBroken,
        Flaw::DropsGood,
        Flaw::NoSizeLimit,
        Flaw::CutsDocuments,
        Flaw::FollowsRedirects,
        Flaw::IgnoresStatus,
        Flaw::GoesAnywhere,
    ];
    let found = flaws.map(|flaw| {
        let report = harness::fetcher(|| World::new(flaw));
        assert!(!report.passed(), "{flaw:?} was not found");
        let broken: Vec<_> = report.failures().iter().map(|failure| failure.check).collect();
        format!("{flaw:?}\n  {}", broken.join("\n  "))
    });
    insta::assert_snapshot!(found.join("\n"));
}
