//! Servers without one case of a decision table, or without one step of the decision about a scope.

use fapi::requirement::{self, Requirement, ocp};
use fapi::tables;

use super::missing_check::with_others;
use super::{Family, Mutant};
use crate::target::in_process::Alteration;
use crate::variant::PLANS;

/// One mutant per case of each table but its last one, which decides what no other case does: without it nothing would be decided.
pub(super) fn cases() -> Vec<Mutant> {
    let tables = tables::all().into_iter().filter(|table| NAMES.contains(&table.name));
    let cases = tables.flat_map(|table| {
        let name = table.name.replace(' ', "-");
        let last = table.rows.len().saturating_sub(1);
        let numbered = table.rows.into_iter().enumerate().filter(move |(place, _)| *place != last);
        numbered.map(move |(place, row)| (format!("{name}/{}-{}", place + 1, row.basis.id), row.basis, row.then))
    });
    let mutant = |(name, basis, then): (String, &'static Requirement, String)| {
        without(Family::Table, &name, format!("No case of its table decides for \"{then}\": {}", basis.summary), basis)
    };
    cases.map(mutant).collect()
}

/// One mutant per step that takes something away from a scope, where a refusal is none.
pub(super) fn steps() -> Vec<Mutant> {
    let step = |(name, basis): &(&str, &'static Requirement)| {
        without(Family::Entitlement, name, format!("The step is left out: {}", basis.summary), basis)
    };
    STEPS.iter().map(step).collect()
}

/// The tables that decide about a request; the table of grant types is a relation, whose rows are checks of a configuration.
const NAMES: [&str; 4] = ["audience", "userinfo as audience", "offline access", "refresh token"];

/// The steps.
const STEPS: &[(&str, &Requirement)] =
    &[("defined", &ocp::scp::MIXED), ("client-grant", &ocp::acc::CEILING), ("roles", &ocp::api::ROLES)];

fn without(family: Family, name: &str, summary: String, basis: &'static Requirement) -> Mutant {
    let ids = with_others(basis);
    let key = format!("without {}", ids.join(" "));
    let waived: &'static [&'static str] = Box::leak(ids.into_boxed_slice());
    debug_assert!(requirement::find(basis.id).is_some(), "{}", basis.id);
    let mutant = Mutant::new(family, name, summary, basis, move |_| Alteration { waived, ..Alteration::default() });
    // Other plans have scenarios about some of these requirements, and one API for which no table decides anything.
    Mutant { of: PLANS.iter().find(|plan| plan.id == "conformant-pipeline"), ..mutant.like(key) }
}
