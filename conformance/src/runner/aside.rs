//! Findings that are set aside, because their scenario is not about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fapi::requirement::rfc6749;

use super::Job;
use crate::finding::{About, Finding};
use crate::http::{HttpExchange, Reply};
use crate::ledger::{Ledger, Unjudged};
use crate::scenario::Kind;
use crate::session;
use crate::target::{NotServed, Ordinary};

/// The place where a finding is told.
pub(super) enum Placed {
    /// In the judgement of its scenario.
    Here(Finding),
    /// Not there: the scenario could not be judged.
    Aside {
        /// The finding as it is told once for the server, if it says anything about the server.
        told: Option<Finding>,
        /// The kind of the reason.
        kind: Unjudged,
        /// The reason why the scenario could not be judged.
        reason: String,
    },
    /// Nowhere: it is about the refusal of a request that is not served in its ordinary form either.
    Nowhere(NotServed),
}

/// The ordinary requests on which the findings of a scenario rest.
pub(super) struct Footing<'a> {
    /// The ordinary request of which each exchange that shows a finding is a form.
    pub(super) ordinary: &'a BTreeMap<u64, Ordinary>,
    /// The ordinary requests of which the scenario saw a defective form refused.
    pub(super) refused: &'a BTreeSet<Ordinary>,
}

/// Decides where a finding is told.
///
/// Of a refusal only a server can be judged that serves the ordinary request: of the form of a refusal that was demanded, and of the
/// refusal of an unusual request that must be served.
///
/// A refused step is the scenario's own finding if it is about the step's clause, or if the server serves the step in its ordinary form, so
/// that it is refused for what is special to the scenario. A scenario about a refusal is never about its steps. Without an answer, and with
/// one that says that the request was not looked at, or comes from what stands before the server, there is nothing to judge.
pub(super) async fn placed(job: &Job, finding: Finding, shown: Option<&Arc<HttpExchange>>, footing: &Footing<'_>) -> Placed {
    let is_negative = job.scenario.kind == Kind::Negative;
    let is_strict = job.target.instance.strict();
    let reason = |finding: &Finding| format!("expected {}; got {}", finding.expected, finding.got);
    match finding.about {
        About::Suite => Placed::Here(finding),
        _ if !is_strict && shown.is_some_and(|exchange| exchange.is_turned_away()) => {
            let reason = format!("not judged: {}", reason(&finding));
            Placed::Aside { told: None, kind: Unjudged::Disturbed, reason }
        }
        _ if !is_strict && shown.is_some_and(|exchange| exchange.is_intercepted()) => {
            let reason = format!("not judged: {}", reason(&finding));
            let told = shown.and_then(Reply::of).map(|reply| session::neither(&reply));
            Placed::Aside { told, kind: Unjudged::Disturbed, reason }
        }
        About::Assertion | About::Refusal => {
            let rests_on: Vec<_> = match shown {
                Some(shown) if is_negative && shown.is_unsuccessful() => footing.refused.iter().copied().collect(),
                Some(shown) if !is_negative && !is_strict && shown.method == "POST" && shown.is_refused() => {
                    footing.ordinary.get(&shown.number).copied().into_iter().collect()
                }
                _ => vec![],
            };
            session::lacking(&job.target, rests_on).await.map_or(Placed::Here(finding), Placed::Nowhere)
        }
        About::Silence if is_negative || !is_strict => {
            // To hang up is not to accept. A client should get an error, but no clause says that a connection is never lost.
            let reason = format!("not judged: {}", reason(&finding));
            let finding = if finding.requirement.is_some() { finding } else { finding.against(&rfc6749::TOKEN_ERROR_SHAPE) };
            Placed::Aside { told: Some(finding.as_advice()), kind: Unjudged::Disturbed, reason }
        }
        About::Step if is_negative || !is_strict => {
            let form_of = shown.and_then(|exchange| footing.ordinary.get(&exchange.number)).copied();
            let lacking = match form_of {
                Some(ordinary) if !is_strict => session::lacking(&job.target, [ordinary]).await,
                _ => None,
            };
            let is_served = form_of.is_some() && lacking.is_none();
            let is_about = finding.requirement.is_some_and(|broken| Ledger::new(job.scenario.requires).is_about(broken));
            if !is_negative && (is_served || is_about) {
                return Placed::Here(finding);
            }
            let disturbed = lacking.is_some_and(|lacking| lacking.is_disturbed);
            let kind = if disturbed { Unjudged::Disturbed } else { Unjudged::Refused };
            let reason = format!("not judged: a step before was refused: {}", reason(&finding));
            Placed::Aside { told: Some(if is_served { finding.as_advice() } else { finding }), kind, reason }
        }
        About::Silence | About::Step => Placed::Here(finding),
    }
}
