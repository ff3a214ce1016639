//! The session of a scenario: two clients, the target, and the assertions.

mod expect;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fapi::requirement::Requirement;
use tokio::task::JoinSet;

pub use expect::{Front, Wire, wire};

use crate::client::{Client, FormRequest, Notes, Pushed};
use crate::finding::Tried;
use crate::http::{Http, HttpExchange, Reply};
use crate::target::Target;
use crate::variant::Variant;

/// One run of one scenario against one target.
pub struct Session {
    /// The first client.
    pub one: Client,
    /// A second client that differs in every setting.
    pub two: Client,
    /// The target.
    pub target: Arc<Target>,
    requires: &'static [&'static Requirement],
    http: Http,
    notes: Notes,
    observed: Mutex<Vec<String>>,
}

/// The record of a session, when its scenario is over.
#[derive(Debug, Default)]
pub struct Trace {
    /// Everything sent, by number.
    pub exchanges: Vec<Arc<HttpExchange>>,
    /// Observations that are allowed, but not recommended.
    pub warnings: Vec<String>,
    /// The requirements that the server itself named.
    pub observed: Vec<String>,
}

impl Session {
    /// Reads the target's metadata and makes two clients, for a scenario that proves these requirements.
    pub async fn open(requires: &'static [&'static Requirement], target: Arc<Target>, http: Http) -> Tried<Self> {
        let metadata = target.metadata(&http).await?;
        let notes = Notes::default();
        let client = |number| Client::new(target.clone(), number, http.clone(), metadata.clone(), notes.clone());
        let (one, two) = (client(0), client(1));
        Ok(Self { one, two, target, requires, http, notes, observed: Mutex::default() })
    }

    /// The variant under test.
    pub fn variant(&self) -> Variant {
        self.target.variant
    }

    /// The requirements that the scenario proves.
    pub fn requires(&self) -> &'static [&'static Requirement] {
        self.requires
    }

    /// The HTTP client of the session.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Records an observation that is allowed, but not recommended.
    pub fn warn(&self, text: impl Into<String>) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(text.into());
    }

    /// Lets time pass at the target: its clock is moved, or the suite waits.
    pub async fn pass(&self, seconds: u64) {
        if !self.target.instance.pass(seconds) {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
    }

    /// Pushes a request of client one.
    pub async fn pushed(&self) -> Tried<Pushed> {
        self.one.push().pushed().await
    }

    /// Gets the nonces that the server requires, so that later requests are not sent twice.
    pub async fn prime(&self) -> Tried<()> {
        if self.variant().dpop() {
            self.one.token_request().await?.tokens().await?;
        }
        Ok(())
    }

    /// Sends requests as simultaneously as one process can, and demands a reply to each.
    pub async fn at_once(&self, requests: Vec<FormRequest>) -> Tried<Vec<Reply>> {
        let mut running = JoinSet::new();
        if let Some(first) = requests.first() {
            let ready = first.request()?;
            let _ = self.http.connector().warm(&ready.url, ready.identity.as_ref(), requests.len()).await;
        }
        for request in requests {
            let (request, http) = (request.request()?, self.http.clone());
            running.spawn(async move { http.send(request).await });
        }
        let mut replies = Vec::new();
        while let Some(done) = running.join_next().await {
            match done {
                Ok(answer) => replies.push(answer?),
                Err(error) => {
                    let finding = crate::finding::Finding::new("the suite itself to work", error.to_string());
                    return Err(finding.of_the_suite().into());
                }
            }
        }
        Ok(replies)
    }

    /// The record of the session, when the scenario is over.
    pub fn trace(&self) -> Trace {
        let mut exchanges = self.http.exchanges();
        exchanges.sort_by_key(|exchange| exchange.number);
        Trace {
            exchanges,
            warnings: self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            observed: self.observed.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}
