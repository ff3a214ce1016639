//! The checks of a fetcher, with an endpoint to fetch from and a clock that is a number.

use super::report::{Found, Report, expect};
use crate::exchange::{DocumentRequest, FetchedDocument, Unavailable};
use crate::time::Timestamp;

/// A fetcher with an empty cache, and a test endpoint that counts requests. Behaviour that needs a real clock (giving up on a
/// silent peer) is not checked here.
pub trait Fetching {
    /// Performs the step, as the host does.
    fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable>;

    /// The fetcher's clock.
    fn now(&self) -> Timestamp;

    /// Moves the fetcher's clock.
    fn pass(&self, seconds: u32);

    /// A new URL that may be fetched, whose first request gets the first page and so on; the last one is repeated.
    fn serve(&self, pages: Vec<Page>) -> String;

    /// The number of requests that have reached this URL.
    fn requests(&self, url: &str) -> usize;

    /// The maximum size of a document that the fetcher accepts, in octets.
    fn limit(&self) -> usize;

    /// URLs of the endpoint that the fetcher must not request: plain http, a loopback or private address that is not listed.
    fn forbidden(&self) -> Vec<String>;
}

/// The answer of the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Page {
    /// 200 with this body, without any caching header.
    FetchedDocument(Vec<u8>),
    /// 302 to this URL.
    Redirect(String),
    /// This status, with an empty JSON object.
    Status(u16),
}

/// Checks caching, limits and addresses, each with its own fetcher.
pub fn fetcher<F: Fetching>(fresh: impl Fn() -> F) -> Report {
    let mut report = Report::default();
    for (name, check) in CHECKS {
        report.record(name, check(&fresh()));
    }
    report
}

type Check = fn(&dyn Fetching) -> Found;

const CHECKS: &[(&str, Check)] = &[
    ("a_document_is_fetched_now", a_document_is_fetched_now),
    ("a_second_request_is_answered_from_the_cache", a_second_request_is_answered_from_the_cache),
    ("a_copy_that_is_new_enough_will_do", a_copy_that_is_new_enough_will_do),
    ("a_copy_that_is_too_old_is_fetched_again", a_copy_that_is_too_old_is_fetched_again),
    ("a_refetch_is_forced_at_most_once_a_minute", a_refetch_is_forced_at_most_once_a_minute),
    ("a_failed_refetch_counts", a_failed_refetch_counts),
    ("one_url_does_not_hold_back_another", one_url_does_not_hold_back_another),
    ("a_failure_is_not_kept", a_failure_is_not_kept),
    ("a_broken_document_is_not_kept", a_broken_document_is_not_kept),
    ("a_broken_document_replaces_nothing", a_broken_document_replaces_nothing),
    ("a_document_of_the_limit_is_fetched", a_document_of_the_limit_is_fetched),
    ("a_document_above_the_limit_is_refused", a_document_above_the_limit_is_refused),
    ("a_redirect_is_not_followed", a_redirect_is_not_followed),
    ("an_error_is_not_a_document", an_error_is_not_a_document),
    ("forbidden_addresses_are_not_called", forbidden_addresses_are_not_called),
];

const MINUTE: u32 = 60;

fn documents(count: usize) -> Vec<Page> {
    (1..=count).map(|number| Page::FetchedDocument(format!("{{\"keys\":[{number}]}}").into_bytes())).collect()
}

fn get(fetcher: &dyn Fetching, url: &str, not_before: Option<Timestamp>) -> Result<FetchedDocument, Unavailable> {
    fetcher.fetch(&DocumentRequest { not_before, ..DocumentRequest::new(url) })
}

fn got(fetcher: &dyn Fetching, url: &str, not_before: Option<Timestamp>) -> Found<FetchedDocument> {
    get(fetcher, url, not_before).map_err(|Unavailable| format!("{url} is unavailable"))
}

fn forced(fetcher: &dyn Fetching, url: &str) -> Result<FetchedDocument, Unavailable> {
    get(fetcher, url, Some(fetcher.now()))
}

fn requests(fetcher: &dyn Fetching, url: &str, expected: usize) -> Found {
    let requests = fetcher.requests(url);
    expect(requests == expected, || format!("{requests} requests instead of {expected}"))
}

fn a_document_is_fetched_now(fetcher: &dyn Fetching) -> Found {
    let url = fetcher.serve(documents(1));
    let before = fetcher.now();
    let document = got(fetcher, &url, None)?;
    let (at, after) = (document.fetched_at, fetcher.now());
    expect(&*document.body == b"{\"keys\":[1]}", || "another body".into())?;
    // The fetcher's clock may run.
    expect((before..=after).contains(&at), || format!("fetched at {at}, not from {before} to {after}"))
}

fn a_second_request_is_answered_from_the_cache(fetcher: &dyn Fetching) -> Found {
    let url = fetcher.serve(documents(2));
    let first = got(fetcher, &url, None)?;
    fetcher.pass(1);
    let second = got(fetcher, &url, None)?;
    requests(fetcher, &url, 1)?;
    expect(first == second, || "the copy has another time or body".into())
}

fn a_copy_that_is_new_enough_will_do(fetcher: &dyn Fetching) -> Found {
    let url = fetcher.serve(documents(2));
    let first = got(fetcher, &url, None)?;
    fetcher.pass(1);
    got(fetcher, &url, Some(first.fetched_at))?;
    requests(fetcher, &url, 1)
}

fn a_copy_that_is_too_old_is_fetched_again(fetcher: &dyn Fetching) -> Found {
    let url = fetcher.serve(documents(2));
    let first = got(fetcher, &url, None)?;
    fetcher.pass(MINUTE);
    let second = got(fetcher, &url, Some(fetcher.now()))?;
    requests(fetcher, &url, 2)?;
    let newer = second.body != first.body && second.fetched_at == fetcher.now();
    expect(newer, || format!("the copy of {} is returned at {}", second.fetched_at, fetcher.now()))?;
    let kept = got(fetcher, &url, None)?;
    expect(kept == second, || "the new copy is not kept".into())
}

/// A peer that sends signatures with unknown keys must not cause a request to a client's server each time.
fn a_refetch_is_forced_at_most_once_a_minute(fetcher: &dyn Fetching) -> Found {
    let url = fetcher.serve(documents(9));
    got(fetcher, &url, None)?;
    fetcher.pass(MINUTE);
    forced(fetcher, &url).map_err(|Unavailable| "the first refetch is refused".to_owned())?;
    for _ in 0..5 {
        fetcher.pass(MINUTE / 6);
        let early = forced(fetcher, &url);
        expect(early.is_err(), || "a copy that is too old is returned".into())?;
    }
    requests(fetcher, &url, 2)?;
    got(fetcher, &url, None).map_err(|_| "the copy from the previous fetch is lost".to_owned())?;
    fetcher.pass(MINUTE);
    forced(fetcher, &url).map_err(|Unavailable| "the refetch after a minute is refused".to_owned())?;
    requests(fetcher, &url, 3)
}

fn a_failed_refetch_counts(fetcher: &dyn Fetching) -> Found {
    let mut pages = documents(1);
    pages.push(Page::Status(503));
    let url = fetcher.serve(pages);
    got(fetcher, &url, None)?;
    fetcher.pass(MINUTE);
    for _ in 0..5 {
        expect(forced(fetcher, &url).is_err(), || "an old copy is returned".into())?;
        fetcher.pass(MINUTE / 6);
    }
    requests(fetcher, &url, 2)
}

fn one_url_does_not_hold_back_another(fetcher: &dyn Fetching) -> Found {
    let urls = [fetcher.serve(documents(2)), fetcher.serve(documents(2))];
    for url in &urls {
        got(fetcher, url, None)?;
    }
    fetcher.pass(MINUTE);
    for url in &urls {
        forced(fetcher, url).map_err(|Unavailable| format!("{url} is refused"))?;
        requests(fetcher, url, 2)?;
    }
    Ok(())
}

fn a_failure_is_not_kept(fetcher: &dyn Fetching) -> Found {
    let mut pages = vec![Page::Status(503)];
    pages.extend(documents(1));
    let url = fetcher.serve(pages);
    expect(get(fetcher, &url, None).is_err(), || "a 503 is returned as a document".into())?;
    fetcher.pass(MINUTE);
    got(fetcher, &url, None).map(drop)
}

/// A maintenance page that is sent with status 200 must not lock a client out once its key set is back.
fn a_broken_document_is_not_kept(fetcher: &dyn Fetching) -> Found {
    let mut pages = vec![Page::FetchedDocument(b"<html>".to_vec())];
    pages.extend(documents(1));
    let url = fetcher.serve(pages);
    // The exchange may see the broken document once, since it says what is wrong.
    let _ = get(fetcher, &url, None);
    fetcher.pass(MINUTE);
    let document = got(fetcher, &url, None)?;
    expect(&*document.body == b"{\"keys\":[1]}", || "the broken document is kept".into())
}

fn a_broken_document_replaces_nothing(fetcher: &dyn Fetching) -> Found {
    let mut pages = documents(1);
    pages.push(Page::FetchedDocument(b"<html>".to_vec()));
    let url = fetcher.serve(pages);
    let first = got(fetcher, &url, None)?;
    fetcher.pass(MINUTE);
    let _ = forced(fetcher, &url);
    let second = got(fetcher, &url, None)?;
    expect(second == first, || "the good copy is lost".into())
}

fn a_document_of_the_limit_is_fetched(fetcher: &dyn Fetching) -> Found {
    let url = fetcher.serve(vec![Page::FetchedDocument(vec![b' '; fetcher.limit()])]);
    let document = got(fetcher, &url, None)?;
    expect(document.body.len() == fetcher.limit(), || format!("{} octets of {}", document.body.len(), fetcher.limit()))
}

fn a_document_above_the_limit_is_refused(fetcher: &dyn Fetching) -> Found {
    let url = fetcher.serve(vec![Page::FetchedDocument(vec![b' '; fetcher.limit() + 1])]);
    let fetched = get(fetcher, &url, None);
    expect(fetched.is_err(), || "it is returned, perhaps in part".into())
}

fn a_redirect_is_not_followed(fetcher: &dyn Fetching) -> Found {
    let elsewhere = fetcher.serve(documents(1));
    let url = fetcher.serve(vec![Page::Redirect(elsewhere.clone())]);
    expect(get(fetcher, &url, None).is_err(), || "it is returned".into())?;
    requests(fetcher, &elsewhere, 0)
}

fn an_error_is_not_a_document(fetcher: &dyn Fetching) -> Found {
    for status in [204, 206, 400, 404, 500] {
        let url = fetcher.serve(vec![Page::Status(status)]);
        expect(get(fetcher, &url, None).is_err(), || format!("the body of a {status} is returned"))?;
    }
    Ok(())
}

fn forbidden_addresses_are_not_called(fetcher: &dyn Fetching) -> Found {
    for url in fetcher.forbidden() {
        expect(get(fetcher, &url, None).is_err(), || format!("{url} is returned"))?;
        expect(fetcher.requests(&url) == 0, || format!("{url} is requested"))?;
    }
    for url in ["file:///etc/hosts", "ftp://as.example/jwks", "data:application/json,{}", "https://", "jwks"] {
        expect(get(fetcher, url, None).is_err(), || format!("{url} is returned"))?;
    }
    Ok(())
}
