//! Mutants: servers with one fault, to prove that the suite detects it.
//!
//! Each breaks one requirement and must be killed by a scenario that cites it. There are eight families: a [policy](Family::Policy)
//! without one rule, a server with a [missing check](Family::MissingCheck), one that makes a check [by half](Family::Half), one that
//! takes a [choice](Family::Careless) of its operator for another one, one
//! without a case of a [table](Family::Table) or a step of an [entitlement](Family::Entitlement), one with a [bad reply](Family::BadReply), and one with a [bad store](Family::BadStore) or clock. They are tested only over the wire, like any other server, but as strictly as the
//! reference server: a warning is a failure.
//!
//! A scenario kills a mutant if it cites the mutant's requirement and its finding is against that requirement. A scenario that
//! fails for another reason is one of the `other_kills`.

mod bad_reply;
mod bad_store;
mod careless;
mod compact;
mod half;
mod memory;
mod missing_check;
mod opened;
mod policy;
pub mod report;
mod table;
pub mod trial;
mod unchallenged;
mod unobservable;

use std::fmt;
use std::sync::Arc;

use fapi::requirement::Requirement;

use crate::scenario;
use crate::target::in_process::{Alteration, Fixture};
use crate::variant::{PLANS, Plan};
use unobservable::UNOBSERVABLE;

/// A server with one fault.
#[derive(Clone)]
pub struct Mutant {
    /// Stable and unique: the family and the fault.
    pub id: String,
    /// The kind of fault.
    pub family: Family,
    /// The fault, in one sentence.
    pub summary: String,
    /// The requirement that it breaks.
    pub requirement: &'static Requirement,
    /// The identity of the server: mutants that break several requirements with the same server share it.
    pub server: String,
    /// The reason why no HTTP peer can detect the fault, if that is so.
    pub unobservable: Option<&'static str>,
    /// The plan whose policy or tables it changes, if it changes those.
    of: Option<&'static Plan>,
    alteration: Arc<dyn Fn(&Fixture) -> Alteration + Send + Sync>,
}

/// The kind of fault of a mutant. Exhaustive: a server can decide, check, send or store something wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// A rule of the policy is missing.
    Policy,
    /// A check is missing.
    MissingCheck,
    /// A check is made only for some values, places or kinds of request.
    Half,
    /// A configured choice is taken for another one.
    Careless,
    /// A case of a decision table does not decide.
    Table,
    /// A step of the decision about a scope is left out.
    Entitlement,
    /// A reply is bad.
    BadReply,
    /// The store or the clock is bad.
    BadStore,
}

/// Every mutant, by family and id.
pub fn all() -> Vec<Mutant> {
    let mut all = policy::all();
    all.extend(missing_check::all());
    all.extend(half::all());
    all.extend(careless::all());
    all.extend(table::cases());
    all.extend(table::steps());
    all.extend(bad_reply::all());
    all.extend(missing_check::deaf());
    all.extend(bad_store::all());
    all
}

/// The ids of the mutants whose fault no HTTP peer can detect.
pub fn unobservable() -> impl Iterator<Item = &'static str> {
    UNOBSERVABLE.iter().map(|(id, _)| *id)
}

/// The refusals without a mutant of a missing check: ids of rows, each with the reason.
pub fn exempt() -> impl Iterator<Item = (&'static str, &'static str)> {
    missing_check::exempt::EXEMPT.iter().flat_map(|(reason, ids)| ids.iter().map(move |id| (*id, *reason)))
}

/// The scenarios without a mutant: their ids, each with the reason.
pub fn unchallenged() -> impl Iterator<Item = (&'static str, &'static str)> {
    unchallenged::UNCHALLENGED.iter().flat_map(|(reason, ids)| ids.iter().map(move |id| (*id, *reason)))
}

/// The current time, in Unix seconds.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

impl Mutant {
    fn new(
        family: Family,
        name: &str,
        summary: impl Into<String>,
        requirement: &'static Requirement,
        alteration: impl Fn(&Fixture) -> Alteration + Send + Sync + 'static,
    ) -> Self {
        let id = format!("{}/{name}", family.name());
        let unobservable = UNOBSERVABLE.iter().find(|(known, _)| *known == id).map(|(_, reason)| *reason);
        let server = id.clone();
        Self {
            id,
            server,
            family,
            summary: summary.into(),
            requirement,
            unobservable,
            of: None,
            alteration: Arc::new(alteration),
        }
    }

    /// The same mutant, with this identity of its server.
    fn like(self, key: String) -> Self {
        Self { server: key, ..self }
    }

    /// The plan whose scenarios look for it: that of its policy or tables, or the first one with a scenario that cites the requirement,
    /// or one that restates it.
    pub fn plan(&self) -> &'static Plan {
        let names = |plan: &&Plan| scenario::of(plan).any(|scenario| scenario.requires.contains(&self.requirement));
        let cites = |plan: &&Plan| scenario::of(plan).any(|scenario| trial::cites(scenario, self.requirement));
        let cited = || PLANS.iter().find(names).or_else(|| PLANS.iter().find(cites));
        self.of.or_else(cited).unwrap_or(&PLANS[0])
    }

    /// The change to the reference server that makes this mutant.
    pub fn alteration(&self, fixture: &Fixture) -> Alteration {
        Alteration { mute: true, ..(self.alteration)(fixture) }
    }
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 8] = [
        Self::Policy,
        Self::MissingCheck,
        Self::Half,
        Self::Careless,
        Self::Table,
        Self::Entitlement,
        Self::BadReply,
        Self::BadStore,
    ];

    /// True if a server with the fault serves every valid request as it should.
    pub const fn serves_valid_requests(self) -> bool {
        matches!(self, Self::MissingCheck | Self::Half)
    }

    /// The name in ids and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::MissingCheck => "missing_check",
            Self::Half => "half",
            Self::Careless => "careless",
            Self::Table => "table",
            Self::Entitlement => "entitlement",
            Self::BadReply => "bad_reply",
            Self::BadStore => "bad_store",
        }
    }
}

impl fmt::Debug for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mutant({})", self.id)
    }
}
