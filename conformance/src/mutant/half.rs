//! Servers that make a check by half.
//!
//! A [comparison](Comparison) names a value that servers compare with the right one; each careless [way](crate::nearly::Way) to do
//! so makes a mutant. A [lapse](Lapse) is any other condition under which a check is forgotten: at one endpoint, for one
//! algorithm, or for a value of a certain form. Requests that meet the condition are answered as if the check did not exist;
//! all others get the whole check.

mod assertion;
mod callers;
mod certificate;
mod forgiving;
mod front;
mod grant;
mod outside;
mod pkce;
mod proof;
mod proof_places;
mod sides;
mod token;

use std::sync::Arc;

use fapi::Store;
use fapi::requirement::{Requirement, rfc9449};

use super::missing_check::{GOOD_ONCE, with_others};
use super::opened::Opened;
use super::{Family, Mutant, bad_store};
use crate::nearly::Way;
use crate::target::in_process::Alteration;
use forgiving::{Condition, Forgiving};

/// A value that servers compare with the right one.
struct Comparison {
    /// The value, in the ids of mutants.
    value: &'static str,
    /// The requirement that demands the comparison.
    requirement: &'static Requirement,
    /// The value in a request, and the right ones; `None` for a request without one.
    sides: fn(&Opened<'_>) -> Option<Sides>,
    /// The ways to compare it.
    ways: &'static [&'static Way],
    /// The way in which a wrong value is accepted.
    excuse: Excuse,
}

/// A value that was sent, and the right ones.
struct Sides {
    sent: String,
    right: Vec<String>,
}

/// A condition under which a check is forgotten.
struct Lapse {
    /// The condition, in the id of the mutant.
    name: &'static str,
    /// The server's habit: a verb with its object.
    habit: &'static str,
    /// The requirement that is not checked then.
    requirement: &'static Requirement,
    /// The requests for which it is not checked.
    when: fn(&Opened<'_>) -> bool,
    /// The way in which they are accepted.
    excuse: Excuse,
}

/// A part of the requests.
struct Scope {
    /// The part, in the ids of mutants.
    name: &'static str,
    /// The part, in words.
    habit: &'static str,
    /// The requests that belong to it.
    holds: fn(&Opened<'_>) -> bool,
}

/// A check that can be forgotten for a part of the requests.
struct Check {
    /// The requirement.
    requirement: &'static Requirement,
    /// The requests that fail the check, and perhaps others.
    fails: fn(&Opened<'_>) -> bool,
    /// The way in which they are accepted.
    excuse: Excuse,
}

/// The way in which a server accepts a request that it should refuse.
#[derive(Clone, Copy)]
enum Excuse {
    /// The server does not check the requirement for this request.
    Waive,
    /// The same, for these requirements.
    WaiveAll(&'static [&'static Requirement]),
    /// The client is authenticated, whatever it sent.
    Authenticate,
    /// The request is corrected on the way to the server.
    Mend(fn(&mut Opened<'_>)),
    /// The right value takes the place of the wrong one.
    Put(fn(&mut Opened<'_>, &str)),
    /// The request is corrected, and the tokens are called tokens for the scope that was requested.
    Grant(fn(&mut Opened<'_>)),
    /// The answer is the last successful one to a request with the same value for one use; the function returns that value.
    Again(fn(&Opened<'_>) -> Option<String>),
    /// The resource server answers with success.
    Serve,
    /// The proof is replaced by a good one of another key; a resource server answers with success.
    Prove,
}

/// Every mutant of this family.
pub(super) fn all() -> Vec<Mutant> {
    let compared = comparisons().flat_map(|comparison| comparison.ways.iter().map(move |way| careless(comparison, way)));
    let scoped = SCOPED.iter().flat_map(|(scopes, checks)| {
        scopes.iter().flat_map(move |scope| checks.iter().map(move |check| forgotten(scope, check)))
    });
    compared.chain(all_lapses().map(lapsed)).chain(scoped).chain(outside::all()).collect()
}

/// The checks that can be forgotten, with the parts of the requests for which they can.
const SCOPED: &[(&[Scope], &[Check])] = &[
    (assertion::ENDPOINTS, assertion::CHECKS),
    (assertion::ENDPOINTS, callers::CHECKS),
    (front::SECOND_CLIENT, front::CHECKS),
    (front::SECOND_CLIENT, grant::CHECKS),
    (proof_places::PLACES, proof_places::CHECKS),
    (proof_places::PLACES, proof_places::REMEMBERED),
    (proof_places::AT_TOKENS, proof_places::CHECKS_WITH_TOKEN),
    (proof_places::NONCE_PLACES, proof_places::NONCE_CHECKS),
    (token::PLACES, token::CHECKS),
    (certificate::PLACES, certificate::CHECKS),
    (certificate::TOKEN_PLACES, certificate::TOKEN_CHECKS),
];

fn comparisons() -> impl Iterator<Item = &'static Comparison> {
    let of_requests = [assertion::COMPARISONS, callers::COMPARISONS, front::COMPARISONS, grant::COMPARISONS, pkce::COMPARISONS];
    let of_proofs = [proof::COMPARISONS, token::COMPARISONS, certificate::COMPARISONS];
    of_requests.into_iter().chain(of_proofs).flatten()
}

fn all_lapses() -> impl Iterator<Item = &'static Lapse> {
    let of_requests = [assertion::LAPSES, callers::LAPSES, front::LAPSES, front::OVERLOOKED, grant::LAPSES, pkce::LAPSES];
    let of_proofs = [proof::LAPSES, proof_places::LAPSES, token::LAPSES, certificate::LAPSES];
    of_requests.into_iter().chain(of_proofs).flatten()
}

fn careless(comparison: &'static Comparison, way: &'static Way) -> Mutant {
    let Comparison { value, requirement, sides, excuse, .. } = *comparison;
    let condition = move |request: &Opened<'_>| {
        let Sides { sent, right } = sides(request)?;
        right.iter().all(|right| *right != sent).then_some(())?;
        right.into_iter().find(|right| (way.accepts)(&sent, right))
    };
    let summary = format!("For {value}, the server {}.", way.habit);
    mutant(&format!("{value}/{}", way.name), summary, requirement, excuse, Arc::new(condition))
}

fn lapsed(lapse: &'static Lapse) -> Mutant {
    let summary = format!("The server {}.", lapse.habit);
    mutant(lapse.name, summary, lapse.requirement, lapse.excuse, Arc::new(|request| (lapse.when)(request).then(String::new)))
}

fn forgotten(scope: &'static Scope, check: &'static Check) -> Mutant {
    let summary = format!("Not checked {}: {}", scope.habit, check.requirement.summary);
    let condition = |request: &Opened<'_>| ((scope.holds)(request) && (check.fails)(request)).then(String::new);
    mutant(scope.name, summary, check.requirement, check.excuse, Arc::new(condition))
}

fn mutant(name: &str, summary: String, requirement: &'static Requirement, excuse: Excuse, condition: Condition) -> Mutant {
    let name = format!("{}/{name}", requirement.id);
    let waived = match excuse {
        Excuse::Waive => with_others(requirement),
        Excuse::WaiveAll(rows) => rows.iter().flat_map(|row| with_others(row)).collect(),
        // The new key is another than that of the pushed request.
        Excuse::Prove => with_others(&rfc9449::CODE_BOUND_TO_KEY),
        Excuse::Authenticate | Excuse::Mend(_) | Excuse::Put(_) | Excuse::Grant(_) | Excuse::Again(_) | Excuse::Serve => vec![],
    };
    // The store must not refuse the second use either.
    let replays = waived.iter().any(|id| GOOD_ONCE.contains(id));
    let store = replays.then(|| -> Arc<dyn Fn() -> Arc<dyn Store> + Send + Sync> { Arc::new(bad_store::overwriting) });
    let waived: Arc<str> = waived.join(" ").into();
    Mutant::new(Family::Half, &name, summary, requirement, move |fixture| {
        let clients = fixture.clients().cloned().collect();
        let forgiving = Forgiving::new(condition.clone(), excuse, waived.clone(), clients);
        Alteration { middleware: Some(Arc::new(forgiving)), store: store.clone(), ..Alteration::default() }
    })
}
