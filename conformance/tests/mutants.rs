//! Properties of the list of mutants. The command `fapi-conformance mutants` shows that they are killed.

use std::collections::BTreeSet;

use fapi::requirement::{self, Duty, Requirement};
use fapi_conformance::mutant::{self, Family, Mutant};
use fapi_conformance::scenario::{self, Kind};

fn of(family: Family) -> Vec<Mutant> {
    mutant::all().into_iter().filter(|mutant| mutant.family == family).collect()
}

#[test]
fn ids_are_distinct_and_each_mutant_breaks_what_some_scenario_cites() {
    let mut ids = BTreeSet::new();
    let twice: Vec<_> = mutant::all().into_iter().map(|mutant| mutant.id).filter(|id| !ids.insert(id.clone())).collect();
    assert_eq!(twice, Vec::<String>::new());
    let cited = |requirement: &Requirement| scenario::all().any(|scenario| mutant::trial::cites(scenario, requirement));
    let lonely: Vec<_> =
        mutant::all().into_iter().filter(|mutant| mutant.unobservable.is_none() && !cited(mutant.requirement)).collect();
    assert!(lonely.is_empty(), "{lonely:?}");
}

#[test]
fn every_refusal_has_a_mutant_without_its_check_or_a_reason() {
    let unchecked: Vec<_> = of(Family::MissingCheck).iter().map(|mutant| mutant.requirement).collect();
    let exempt: BTreeSet<_> = mutant::exempt().map(|(id, _)| id).collect();
    assert_eq!(exempt.len(), mutant::exempt().count());
    let refusals: Vec<_> = requirement::all().filter(|row| row.duty == Duty::Refuse && row.planned.is_none()).collect();
    let covered = |row: &Requirement| {
        let restates = |one: &Requirement, other: &Requirement| other.restated_by.contains(&one.id);
        unchecked.iter().any(|known| *known == row || restates(row, known) || restates(known, row))
    };
    let missing: Vec<_> = refusals.iter().filter(|row| !covered(row) && !exempt.contains(row.id)).map(|row| row.id).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let needless: Vec<_> = refusals.iter().filter(|row| covered(row) && exempt.contains(row.id)).map(|row| row.id).collect();
    assert!(needless.is_empty(), "{needless:?}");
    assert!(mutant::exempt().all(|(_, reason)| reason.len() > 40));
}

#[test]
fn every_refusal_that_a_scenario_cites_has_a_mutant_without_its_check() {
    let refused = scenario::all().filter(|scenario| scenario.kind == Kind::Negative).flat_map(|scenario| scenario.requires);
    let refused: BTreeSet<_> = refused.filter(|row| row.duty == Duty::Refuse).map(|row| row.id).collect();
    let unchecked: BTreeSet<_> = of(Family::MissingCheck).iter().map(|mutant| mutant.requirement.id).collect();
    assert_eq!(unchecked, refused);
}

#[test]
fn every_scenario_has_a_mutant_that_breaks_what_it_cites_or_a_reason() {
    let all = mutant::all();
    let challenged = |id: &str| {
        let scenario = scenario::find(id);
        scenario.is_some_and(|scenario| all.iter().any(|mutant| mutant::trial::cites(scenario, mutant.requirement)))
    };
    let excused: BTreeSet<_> = mutant::unchallenged().map(|(id, _)| id).collect();
    let missing: Vec<_> = scenario::all().map(|it| it.id).filter(|id| !challenged(id) && !excused.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let needless: Vec<_> = excused.iter().filter(|id| challenged(id) || scenario::find(id).is_none()).collect();
    assert!(needless.is_empty(), "{needless:?}");
    assert!(mutant::unchallenged().all(|(_, reason)| reason.len() > 40));
}

#[test]
fn what_cannot_be_observed_is_a_mutant() {
    let ids: BTreeSet<_> = mutant::all().into_iter().map(|mutant| mutant.id).collect();
    let unknown: Vec<_> = mutant::unobservable().filter(|id| !ids.contains(*id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn few_mutants_cannot_be_observed_and_each_says_why() {
    let hidden: Vec<_> = mutant::all().into_iter().filter(|mutant| mutant.unobservable.is_some()).collect();
    assert!(hidden.len() * 20 <= mutant::all().len(), "{} of {}", hidden.len(), mutant::all().len());
    assert!(hidden.iter().all(|mutant| mutant.unobservable.is_some_and(|reason| reason.len() > 40)));
}
