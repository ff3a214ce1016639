//! A store that fails at any one call, and a clock that steps: nothing is issued twice, and everything in a response is stored.

mod common;

use common::{Browser, Client, authorization_url, location, oauth, options};
use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Memory, Pending, Store, Timestamp, Unavailable};
use fapi_server::{Config, ManualClock, Running, start};
use http::Response;
use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use url::Url;

const LOGIN: [(&str, &str); 3] = [("username", "alice"), ("password", "wonderland"), ("decision", "approve")];
const CONSENT: [(&str, &str); 2] = [("scope", "api:read"), ("decision", "approve")];
const NEVER: usize = usize::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The call has no effect.
    Unavailable,
    /// The call reports a conflict.
    Conflict,
    /// A write is not applied, and the outcome is unknown.
    Unknown,
    /// A write is applied, and the outcome is unknown.
    Lost,
}

/// A store that fails at one call.
struct OneFault {
    inner: Mutex<Memory>,
    fault: Fault,
    calls: AtomicUsize,
    at: AtomicUsize,
}

impl OneFault {
    fn new(fault: Fault) -> Arc<Self> {
        Arc::new(Self { inner: Mutex::default(), fault, calls: AtomicUsize::new(0), at: AtomicUsize::new(NEVER) })
    }

    /// Restarts the count, and fails at this call.
    fn fail_at(&self, call: usize) {
        self.calls.store(0, Ordering::SeqCst);
        self.at.store(call, Ordering::SeqCst);
    }

    fn fails(&self) -> bool {
        self.calls.fetch_add(1, Ordering::SeqCst) == self.at.load(Ordering::SeqCst)
    }
}

impl Store for OneFault {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        if self.fails() { Box::pin(ready(Err(Unavailable))) } else { self.inner.load(load) }
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        if !self.fails() {
            return self.inner.commit(commit);
        }
        Box::pin(async move {
            match self.fault {
                Fault::Unavailable => Err(Unavailable),
                Fault::Unknown => Ok(Committed::Unknown),
                Fault::Lost => self.inner.commit(commit).await.map(|_| Committed::Unknown),
                Fault::Conflict => {
                    let keys: Vec<_> = commit.writes.iter().map(|write| write.key().clone()).collect();
                    let found = self.inner.load(&Load::new(keys.clone())).await?;
                    Ok(Committed::Conflict(keys.into_iter().zip(found).collect()))
                }
            }
        })
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        self.inner.list(list)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        self.inner.due(now, limit)
    }

    fn sweep(&self, _: Timestamp) -> Pending<'_, usize> {
        // Not counted, because the server sweeps at any time.
        Box::pin(ready(Ok(0)))
    }
}

fn refreshing() -> Config {
    let mut config = oauth();
    config.clients[0].metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
    config
}

/// The code in a redirect to the client.
fn code(response: &Response<String>) -> Option<String> {
    let url = Url::parse(response.headers().get("location")?.to_str().ok()?).ok()?;
    url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
}

/// Returns true if a response reports a problem of the server, not of the client.
fn blames_itself(response: &Response<String>) -> bool {
    let told = response.headers().get("location").and_then(|location| location.to_str().ok()).unwrap_or_default();
    let error = ["error=server_error", "error=temporarily_unavailable"].iter().any(|error| told.contains(error));
    error || matches!(response.status().as_u16(), 500 | 503)
}

/// One step of a flow, which is repeated if it failed through no fault of the client.
async fn twice_at_most(mut step: impl AsyncFnMut() -> Response<String>) -> Response<String> {
    let first = step().await;
    if blames_itself(&first) { step().await } else { first }
}

async fn redeem(running: &Running, code: &str) -> Response<String> {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "web"),
        ("code", code),
        ("redirect_uri", "https://client.example/cb"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    Client::of(running).post(&format!("{}/token", running.issuer), &form).await
}

async fn refresh(running: &Running, token: &str) -> Response<String> {
    let form = [("grant_type", "refresh_token"), ("client_id", "web"), ("refresh_token", token)];
    Client::of(running).post(&format!("{}/token", running.issuer), &form).await
}

fn member(response: &Response<String>, name: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(response.body()).ok()?;
    json.get(name)?.as_str().map(str::to_owned)
}

/// Logs in, consents, redeems and refreshes, and repeats each step for which the server reported a problem of its own. Returns how
/// far this got, and the number of calls.
async fn flow(running: &Running, store: &OneFault) -> (&'static str, usize) {
    let mut browser = Browser::new(running);
    let url = authorization_url(running, "&scope=api:read");
    let begun = twice_at_most(async || browser.open(&url).await).await;
    let page = location(&begun).to_owned();
    twice_at_most(async || browser.submit(&page, &LOGIN).await).await;
    let concluded = twice_at_most(async || browser.submit(&page, &CONSENT).await).await;
    let Some(code) = code(&concluded) else { return ("no code", 0) };
    let redeemed = twice_at_most(async || redeem(running, &code).await).await;
    let token = member(&redeemed, "refresh_token");
    let refreshed = match &token {
        Some(token) => Some(twice_at_most(async || refresh(running, token).await).await),
        None => None,
    };
    let calls = store.calls.load(Ordering::SeqCst);
    store.fail_at(NEVER);
    assert_eq!(self::code(&browser.submit(&page, &CONSENT).await), None, "one interaction, one code");
    let newest =
        refreshed.filter(|refreshed| refreshed.status() == 200).and_then(|refreshed| member(&refreshed, "refresh_token"));
    if let Some(newest) = &newest {
        assert_eq!(refresh(running, newest).await.status(), 200, "everything in a response is stored");
    }
    let again = redeem(running, &code).await;
    assert_eq!(again.status(), 400, "a code is valid once, and used up if the outcome is unknown: {}", redeemed.body());
    (if newest.is_some() { "whole" } else { "no tokens" }, calls)
}

async fn with_a_fault_at_every_call(fault: Fault) -> Vec<&'static str> {
    let store = OneFault::new(fault);
    let mut options = options();
    options.store = Some(store.clone());
    let running = start(refreshing(), options).await.unwrap();
    store.fail_at(NEVER);
    let (outcome, calls) = flow(&running, &store).await;
    assert_eq!(outcome, "whole");
    assert!(calls > 10, "a flow has many calls: {calls}");
    let mut outcomes = vec![];
    for call in 0..calls {
        store.fail_at(call);
        outcomes.push(flow(&running, &store).await.0);
    }
    outcomes
}

#[tokio::test]
async fn a_call_that_fails_or_conflicts_costs_one_more_try_at_most() {
    for fault in [Fault::Unavailable, Fault::Conflict] {
        let outcomes = with_a_fault_at_every_call(fault).await;
        assert!(outcomes.iter().all(|outcome| *outcome == "whole"), "{fault:?}: {outcomes:?}");
    }
}

#[tokio::test]
async fn a_write_of_which_nobody_knows_gives_nothing_twice() {
    // A write that was not applied can be repeated; after one that was applied, the value is used up and the response is lost.
    let unknown = with_a_fault_at_every_call(Fault::Unknown).await;
    assert!(unknown.iter().all(|outcome| *outcome == "whole"), "{unknown:?}");
    let lost = with_a_fault_at_every_call(Fault::Lost).await;
    assert!(lost.contains(&"whole") && lost.iter().any(|outcome| *outcome != "whole"), "{lost:?}");
}

#[tokio::test]
async fn a_clock_that_steps_makes_no_used_code_good_again() {
    let clock = Arc::new(ManualClock::new());
    let mut options = options();
    options.clock = clock.clone();
    let mut config = refreshing();
    config.auto_approve = true;
    let running = start(config, options).await.unwrap();
    let mut browser = Browser::new(&running);
    let url = authorization_url(&running, "&scope=api:read");
    let used = code(&browser.open(&url).await).unwrap();
    let unused = code(&browser.open(&url).await).unwrap();
    let tokens = redeem(&running, &used).await;
    assert_eq!(tokens.status(), 200);
    let token = member(&tokens, "refresh_token").unwrap();
    for step in [-3_600, 7_200] {
        clock.advance(step);
        let fresh = code(&Browser::new(&running).open(&url).await).unwrap();
        assert_eq!(redeem(&running, &fresh).await.status(), 200, "the server continues");
    }
    assert_eq!(redeem(&running, &unused).await.status(), 400, "its time is over");
    let refreshed = refresh(&running, &token).await;
    assert_eq!(refreshed.status(), 200, "a refresh token lives longer");
    for step in [0, -3_600, -86_400] {
        clock.advance(step);
        assert_eq!(redeem(&running, &used).await.status(), 400);
    }
}
