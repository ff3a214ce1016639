//! Servers that leave out one check.
//!
//! Most checks are [waived](Alteration::waived) in place. Some checks produce a value that the server needs; their mutants have a
//! [middle layer](middleware) that changes messages on the wire.

pub(super) mod exempt;
mod middleware;
mod misread;
mod overlooked;

use std::sync::Arc;

use fapi::requirement::{self, Duty, Requirement};

use fapi::Store;

use super::{Family, Mutant, bad_store};
use crate::scenario::{self, Kind};
use crate::target::in_process::Alteration;
pub(super) use middleware::with_scope;
use middleware::{MissingCheck, Overlooks};
use overlooked::OVERLOOKED;

/// One mutant per refusal that a scenario cites. A row that restates another refusal is waived together with it.
pub(super) fn all() -> Vec<Mutant> {
    let refusals = requirement::all().filter(|row| row.duty == Duty::Refuse && row.planned.is_none());
    refusals
        .filter(|row| scenario::all().any(|scenario| scenario.kind == Kind::Negative && scenario.requires.contains(row)))
        .map(mutant)
        .collect()
}

fn mutant(requirement: &'static Requirement) -> Mutant {
    match OVERLOOKED.iter().find(|(row, _)| *row == requirement) {
        Some((_, overlooks)) => overlooking(requirement, *overlooks),
        None => waiving(requirement),
    }
}

/// Servers that read a request otherwise than it is written: no check is missing, but it looks at another value.
pub(super) fn deaf() -> Vec<Mutant> {
    let deaf = misread::MISREAD.iter().map(|(name, summary, requirement, how)| {
        Mutant::new(Family::BadReply, name, *summary, requirement, move |fixture| {
            let middleware = MissingCheck::new(Overlooks::Request(*how), fixture);
            Alteration { middleware: Some(Arc::new(middleware)), ..Alteration::default() }
        })
        .like((*name).to_owned())
    });
    deaf.collect()
}

/// The ids of a requirement, of those that restate it, and of other checks that would refuse the same requests.
pub(super) fn with_others(requirement: &'static Requirement) -> Vec<&'static str> {
    let also = ALSO.iter().filter(|(id, _)| *id == requirement.id).flat_map(|(_, also)| also.iter().copied());
    let restating = |id| requirement::find(id).into_iter().flat_map(|row| row.restated_by.iter().copied());
    let mut ids: Vec<&'static str> = also.chain([requirement.id]).flat_map(|id| restating(id).chain([id])).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A server that leaves out the check of this requirement, and of those that restate it.
fn waiving(requirement: &'static Requirement) -> Mutant {
    let ids = with_others(requirement);
    let key = format!("without {}", ids.join(" "));
    // Mutants live as long as the program, and all threads of a server need the list of waived checks.
    let waived: &'static [&'static str] = Box::leak(ids.into_boxed_slice());
    // The store must not refuse the second use either.
    let replays = GOOD_ONCE.contains(&requirement.id);
    let store = replays.then(|| -> Arc<dyn Fn() -> Arc<dyn Store> + Send + Sync> { Arc::new(bad_store::overwriting) });
    let summary = format!("Does not check: {}", requirement.summary);
    Mutant::new(Family::MissingCheck, requirement.id, summary, requirement, move |_| Alteration {
        waived,
        store: store.clone(),
        ..Alteration::default()
    })
    .like(key)
}

fn overlooking(requirement: &'static Requirement, overlooks: Overlooks) -> Mutant {
    let summary = format!("Does not check: {}", requirement.summary);
    Mutant::new(Family::MissingCheck, requirement.id, summary, requirement, move |fixture| Alteration {
        middleware: Some(Arc::new(MissingCheck::new(overlooks, fixture))),
        ..Alteration::default()
    })
    .like(overlooks.place())
}

/// Requirements for a single use, which the store enforces as well.
pub(super) const GOOD_ONCE: &[&str] = &["RFC7523-3-7", "RFC9449-11.1-2"];

/// Other checks that would refuse the same requests.
const ALSO: &[(&str, &[&str])] = &[
    ("FAPI2-SP-5.3.2.2-6", &["OIDCC-3.1.2.1-3"]),
    ("OIDCC-3.1.2.1-3", &["FAPI2-SP-5.3.2.2-6"]),
    ("FAPI2-SP-5.3.2.1-11", &["RFC6749-4.1.2-1"]),
    ("FAPI2-SP-5.3.2.1-13", &["RFC7523-3-5", "RFC7523-3-6", "RFC9449-4.3-11", "RFC7519-4.1.5-1"]),
    ("FAPI2-SP-5.3.4-4", &["RFC6750-3.1-3"]),
    ("FAPI2-SP-5.3.4-5", &["RFC9449-6-1", "RFC8705-3-3"]),
    ("OIDCC-6.2-1", &["RFC9126-2.1-2"]),
    ("OCP-GRT-26", &["OCP-CLI-30"]),
    ("RFC7519-4.1.1-1", &["RFC7523-3-1"]),
    ("RFC7521-5.2-2", &["RFC7523-3-4"]),
    ("RFC8725-3.1-1", &["FAPI2-SP-5.4.1-1.2"]),
    ("RFC7523-3-5", &["FAPI2-SP-5.3.2.1-13", "RFC7523-3-6", "RFC7519-4.1.5-1"]),
    ("RFC7519-4.1.5-1", &["FAPI2-SP-5.3.2.1-13", "RFC7523-3-5", "RFC7523-3-6"]),
    ("RFC8725-3.12-1", &["RFC9449-4.3-4"]),
    ("FAPI2-SP-5.4.1-1.1", &["RFC9449-4.3-4"]),
    ("RFC6749-4.1.2-1", &["FAPI2-SP-5.3.2.1-11"]),
    ("RFC9700-2.1.1-2", &["RFC7636-4.6-2"]),
    ("RFC8705-3.4-1", &["FAPI2-SP-5.3.2.1-4"]),
    ("RFC7523BIS-4-2", &["FAPI2-SP-5.3.2.1-8"]),
    ("RFC7636-4.4.1-1", &["FAPI2-SP-5.3.2.2-5", "RFC9700-2.1.1-1"]),
    ("RFC7636-4.1-2", &["RFC7636-4.6-1"]),
    ("RFC9126-2.1-2", &["OIDCC-6.2-1"]),
];
