//! Servers that leave out one check.

use fapi::requirement::{self, Duty, Requirement};

use super::{Family, Mutant};
use crate::target::in_process::Alteration;

/// One per refusal.
pub(super) fn all() -> Vec<Mutant> {
    let refusals = requirement::all().filter(|row| row.duty == Duty::Refuse && row.planned.is_none());
    refusals.map(waiving).collect()
}

/// A server that leaves out the check of this requirement, and of those that restate it.
fn waiving(requirement: &'static Requirement) -> Mutant {
    let also = ALSO.iter().filter(|(id, _)| *id == requirement.id).flat_map(|(_, also)| also.iter().copied());
    let mut ids: Vec<&'static str> = requirement.restated_by.iter().copied().chain(also).collect();
    ids.insert(0, requirement.id);
    // Mutants live as long as the program; what a server leaves out has to be known to all its threads.
    let waived: &'static [&'static str] = Box::leak(ids.into_boxed_slice());
    let summary = format!("Does not check: {}", requirement.summary);
    Mutant::new(Family::Lenient, requirement.id, summary, requirement, move |_| Alteration { waived, ..Alteration::default() })
}

/// Checks behind the check, that would refuse the same requests.
const ALSO: &[(&str, &[&str])] = &[];
