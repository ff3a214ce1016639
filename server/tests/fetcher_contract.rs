//! The fetcher fulfils the contract that the library states for hosts.

mod common;

use common::host::{End, Reply, serve};
use fapi::harness::{Fetching, Page};
use fapi::{DocumentRequest, FetchedDocument, Timestamp, Unavailable, harness};
use fapi_server::config::Outbound;
use fapi_server::{Authority, Clock, Fetcher, ManualClock};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Runtime;

struct World {
    runtime: Runtime,
    authority: Authority,
    clock: Arc<ManualClock>,
    fetcher: Fetcher,
    served: RefCell<BTreeMap<String, Arc<AtomicUsize>>>,
}

impl World {
    fn new() -> Self {
        let authority = Authority::generate().unwrap();
        let mut outbound = Outbound::default();
        outbound.allow = vec!["localhost".into()];
        outbound.authorities = vec![authority.certificate().clone()];
        let clock = Arc::new(ManualClock::stopped());
        let fetcher = Fetcher::new(outbound, clock.clone());
        Self { runtime: Runtime::new().unwrap(), authority, clock, fetcher, served: RefCell::default() }
    }
}

fn reply(page: &Page) -> Reply {
    let (head, body): (_, &[u8]) = match page {
        Page::FetchedDocument(body) => ("200 OK".to_owned(), body),
        Page::Redirect(to) => (format!("302 Found\r\nLocation: {to}"), b"{}"),
        // These have no body.
        Page::Status(status @ (204 | 304)) => (status.to_string(), b""),
        Page::Status(status) => (status.to_string(), b"{}"),
        _ => panic!("a page of unknown kind"),
    };
    let head = format!("HTTP/1.1 {head} \r\nContent-Length: {}\r\n\r\n", body.len());
    Reply { octets: [head.as_bytes(), body].concat(), end: End::Close }
}

impl Fetching for World {
    fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        self.runtime.block_on(self.fetcher.fetch(request))
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, seconds: u32) {
        self.clock.advance(seconds.into());
    }

    fn serve(&self, pages: Vec<Page>) -> String {
        let (port, requests) = self.runtime.block_on(serve(&self.authority, pages.iter().map(reply).collect()));
        let url = format!("https://localhost:{port}/jwks");
        self.served.borrow_mut().insert(url.clone(), requests);
        url
    }

    fn requests(&self, url: &str) -> usize {
        self.served.borrow().get(url).map_or(0, |requests| requests.load(Ordering::SeqCst))
    }

    fn limit(&self) -> usize {
        256 * 1024
    }

    fn forbidden(&self) -> Vec<String> {
        let url = self.serve(vec![Page::FetchedDocument(b"{\"keys\":[]}".to_vec())]);
        let requests = self.served.borrow()[&url].clone();
        let forbidden =
            [url.replace("https:", "http:"), url.replace("localhost", "127.0.0.1"), url.replace("localhost", "[::1]")];
        for url in &forbidden {
            self.served.borrow_mut().insert(url.clone(), requests.clone());
        }
        forbidden.to_vec()
    }
}

#[test]
fn the_fetcher_fulfils_its_contract() {
    let report = harness::fetcher(World::new);
    assert!(report.passed(), "{report}");
}
