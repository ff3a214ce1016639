//! One client of a target on its way through the steps.

use std::fmt::Display;
use std::sync::Arc;

use super::{Checked, Diagnosis, Trouble};
use crate::client::{Client, FormRequest};
use crate::finding::Stop;
use crate::http::{Http, Reply, Unanswered};
use crate::ledger::Ledger;
use crate::target::{Metadata, Ordinary, OrdinaryKind, Target};
use crate::variant::Variant;

/// One client of a target. Paths of its own settings begin with `client.`, those of the other client with `other.`.
pub(super) struct Walk {
    pub(super) client: Client,
    pub(super) other: Client,
    pub(super) target: Arc<Target>,
    pub(super) http: Http,
    number: usize,
    ledger: Ledger,
}

impl Walk {
    pub(super) fn new(target: &Arc<Target>, number: usize, http: &Http, metadata: &Arc<Metadata>) -> Self {
        let client = |number, ledger| Client::new(target.clone(), number, http.clone(), metadata.clone(), ledger);
        let ledger = Ledger::new(&[]);
        let (client, other) = (client(number, ledger.clone()), client(1 - number, Ledger::new(&[])));
        Self { client, other, target: target.clone(), http: http.clone(), number, ledger }
    }

    pub(super) fn variant(&self) -> Variant {
        self.target.variant
    }

    /// Notes that an ordinary request of the client was served.
    pub(super) fn served(&self, kind: OrdinaryKind) {
        self.target.controls.note(Ordinary { kind, client: self.number });
    }

    pub(super) fn metadata(&self) -> &Metadata {
        self.client.metadata()
    }

    /// The number of deviations that the client noted and that the run tells.
    pub(super) fn deviations(&self) -> usize {
        self.ledger.read().in_passing.len()
    }

    /// A mistake at a setting, shown by an exchange.
    pub(super) fn mistake(&self, path: &str, exchange: Option<u64>, text: impl Display) -> Trouble {
        Trouble::Mistake(diagnosis(&self.target, &self.http, &self.path(path), exchange, text))
    }

    /// The place of a setting in words: `` `id` (line 7) ``.
    pub(super) fn names(&self, path: &str) -> String {
        let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
        format!("`{name}` ({})", self.target.places.line(&self.path(path)))
    }

    /// The path of the setting that the client authenticates with.
    pub(super) fn credential(&self, whose: &str) -> String {
        let has = |name: &str| self.target.places.has(&self.path(&format!("{whose}.{name}")));
        let name = match self.variant().private_key_jwt() {
            true if has("jwk") => "jwk",
            true => "key",
            false => "certificate",
        };
        format!("{whose}.{name}")
    }

    /// The first of these settings that the file has, or the last of them.
    pub(super) fn first_of<'p>(&self, paths: &[&'p str]) -> &'p str {
        let there = paths.iter().find(|path| self.target.places.has(&self.path(path)));
        there.or(paths.last()).copied().unwrap_or_default()
    }

    /// Sends a request; one that cannot be made is left to the run.
    pub(super) async fn send(&self, request: &FormRequest) -> Checked<Result<Reply, Unanswered>> {
        request.attempt().await.map_err(left)
    }

    fn path(&self, path: &str) -> String {
        let own = |rest: &str, number: usize| format!("client[{number}]{rest}");
        match (path.strip_prefix("client"), path.strip_prefix("other")) {
            (Some(rest), _) if rest.is_empty() || rest.starts_with('.') => own(rest, self.number),
            (_, Some(rest)) => own(rest, 1 - self.number),
            _ => path.to_owned(),
        }
    }
}

/// Leaves the end of a step of the suite's client to the run, which tells its clause.
pub(super) fn left(stop: Stop) -> Trouble {
    Trouble::Left(match stop {
        Stop::Failed(finding) => format!("left to the run: expected {}; got {}", finding.expected, finding.got),
        Stop::Skipped(skipped) => skipped.reason,
        Stop::Obstacle(obstacle) => obstacle.text,
    })
}

/// A diagnosis at a setting of a target.
pub(super) fn diagnosis(target: &Target, http: &Http, path: &str, exchange: Option<u64>, text: impl Display) -> Box<Diagnosis> {
    let mut exchanges = http.exchanges();
    exchanges.sort_by_key(|exchange| exchange.number);
    Box::new(Diagnosis { mistake: target.places.mistake(path, text), exchange, exchanges })
}
