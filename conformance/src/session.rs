//! The session of a scenario: two clients, the target, and the assertions.

mod again;
mod control;
mod expect;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use fapi::requirement::Requirement;
use tokio::task::JoinSet;

pub use again::REVOCATION_DELAY;
pub use control::{lacking, names};
pub use expect::{Front, Wire, neither, wire};

use crate::client::{Client, FormRequest, Pushed};
use crate::finding::{About, Finding, Skipped, Stop, Tried};
use crate::http::{Http, HttpExchange, Reply};
use crate::ledger::{Ledger, Pages, Unjudged};
use crate::target::{ApiSettings, Ordinary, OrdinaryKind, Target};
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
    ledger: Ledger,
    gentle: bool,
}

/// The record of a session, when its scenario is over.
#[derive(Debug, Default)]
pub struct Trace {
    /// Everything sent, by number.
    pub exchanges: Vec<Arc<HttpExchange>>,
    /// Everything that the scenario noted.
    pub noted: Pages,
    /// The ordinary request of which each exchange that shows a finding is a form, by number.
    pub ordinary: BTreeMap<u64, Ordinary>,
}

impl Session {
    /// Reads the target's metadata and makes two clients, for a scenario that proves these requirements.
    pub async fn open(requires: &'static [&'static Requirement], target: Arc<Target>, http: Http) -> Tried<Self> {
        let metadata = target.metadata(&http).await?;
        let ledger = Ledger::new(requires);
        let client = |number| Client::new(target.clone(), number, http.clone(), metadata.clone(), ledger.clone());
        let (one, two) = (client(0), client(1));
        Ok(Self { one, two, target, requires, http, ledger, gentle: false })
    }

    /// The same session, for a server that should get fewer requests if `gentle`.
    #[must_use]
    pub fn gently(self, gentle: bool) -> Self {
        Self { gentle, ..self }
    }

    /// Returns true if the server should get few requests (`--gentle`).
    pub fn is_gentle(&self) -> bool {
        self.gentle
    }

    /// The API with this role in the plan of registered APIs.
    pub fn api(&self, role: &str) -> Tried<&ApiSettings> {
        let found = self.target.registered.as_ref().and_then(|registered| registered.apis.get(role));
        found.ok_or_else(|| Finding::new(format!("an API with the role {role}"), "none").of_the_suite().into())
    }

    /// The client with this role in the plan of registered APIs.
    pub fn role(&self, role: &str) -> Tried<Client> {
        let found = self.target.registered.as_ref().and_then(|registered| registered.clients.get(role));
        let found = found.ok_or_else(|| Finding::new(format!("a client with the role {role}"), "none").of_the_suite())?;
        Ok(self.one.beside(found.clone()))
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
        self.ledger.warn(text);
    }

    /// Records a finding and goes on, for scenarios of independent facts.
    pub fn also(&self, finding: Finding) {
        self.ledger.also(finding);
    }

    /// Records that the scenario looks at something other than the replies to its requests, such as a TLS handshake, or that a
    /// scenario about a refusal asserts none, because it judges other things.
    pub fn looks(&self) {
        self.ledger.looked();
    }

    /// Records that the scenario shows something only if the first client's ordinary request of this kind is served.
    pub fn rests_on(&self, kind: OrdinaryKind) {
        self.ledger.refused(Ordinary { kind, client: 0 });
    }

    /// The same, with the second client's request.
    pub fn rests_on_two(&self, kind: OrdinaryKind) {
        self.ledger.refused(Ordinary { kind, client: 1 });
    }

    /// Notes as a warning that a request is accepted which only the client is forbidden to send. Returns false if the request is not
    /// accepted, and for a target that must be strict.
    pub fn tolerates(&self, reply: &Reply, request: &str) -> bool {
        let tolerated = reply.grants() && !self.target.instance.strict();
        if tolerated {
            self.warn(format!("{request} is accepted with status {}; only the client is bound", reply.status()));
        }
        tolerated
    }

    /// Takes a result whose finding against `from` is one against the narrower clause `to`, unless an ordinary flow breaks `from` as well.
    pub async fn narrowed<T>(&self, tried: Tried<T>, from: &'static Requirement, to: &'static Requirement) -> Tried<T> {
        let is_against = |stop: &Stop| matches!(stop, Stop::Failed(finding) if finding.requirement == Some(from));
        match tried {
            Err(stop) if is_against(&stop) => {
                let ordinary = self.one.tokens().await;
                Err(if ordinary.is_err_and(|other| is_against(&other)) { stop } else { stop.narrowed(from, to) })
            }
            other => other,
        }
    }

    /// Takes the result of a request that is unusual but for its defect: if it is refused, nothing can be judged.
    pub fn control<T>(&self, tried: Tried<T>) -> Tried<T> {
        match tried {
            Err(Stop::Failed(finding)) if matches!(finding.about, About::Step | About::Silence) => {
                let reason = format!(
                    "no control: the same request without its defect: expected {}; got {}",
                    finding.expected, finding.got
                );
                let shown = self.http.exchanges().into_iter().find(|exchange| Some(exchange.number) == finding.exchange);
                let is_disturbed = shown.is_some_and(|exchange| exchange.is_lost() || exchange.is_turned_away());
                self.ledger.unjudged(if is_disturbed { Unjudged::Disturbed } else { Unjudged::Refused }, reason.clone());
                Err(Skipped::new(reason).shown_by(finding.exchange).into())
            }
            other => other,
        }
    }

    /// Skips a scenario because of the last reply, which shows that the target does not offer the feature under test, or that nothing
    /// can be judged.
    pub fn skip<T>(&self, reason: impl Into<String>) -> Tried<T> {
        let last = self.http.exchanges().iter().map(|exchange| exchange.number).max();
        Err(Skipped::new(reason).shown_by(last).into())
    }

    /// Records a finding if this part of a scenario ends with one, and goes on. Anything else ends the scenario.
    pub fn part(&self, ended: Tried<()>) -> Tried<()> {
        match ended {
            Err(Stop::Failed(finding)) if !matches!(finding.about, About::Suite) => {
                self.also(*finding);
                Ok(())
            }
            other => other,
        }
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
                    let finding = Finding::new("the suite itself to work", error.to_string());
                    return Err(finding.of_the_suite().into());
                }
            }
        }
        Ok(replies)
    }

    /// The record of the session, when its scenario has ended like this.
    pub fn trace(&self, ended: &Tried<()>) -> Trace {
        let mut exchanges = self.http.exchanges();
        exchanges.sort_by_key(|exchange| exchange.number);
        let mut noted = self.ledger.read();
        if noted.refused.is_empty() {
            noted.refused = exchanges.iter().filter(|exchange| exchange.is_refused()).map(|it| self.ordinary(it)).collect();
        }
        let last = match ended {
            Err(Stop::Failed(finding)) => finding.exchange,
            Err(Stop::Obstacle(obstacle)) => obstacle.exchange,
            Err(Stop::Skipped(_)) | Ok(()) => None,
        };
        let shown: BTreeSet<_> = noted.findings.iter().map(|finding| finding.exchange).chain([last]).flatten().collect();
        let of_findings = exchanges.iter().filter(|exchange| shown.contains(&exchange.number));
        let ordinary = of_findings.map(|exchange| (exchange.number, self.ordinary(exchange))).collect();
        Trace { exchanges, noted, ordinary }
    }
}
