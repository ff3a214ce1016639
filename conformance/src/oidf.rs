//! The modules of the official conformance suite, each with its assertions in our words.

use std::collections::BTreeSet;

use crate::scenario::{self, Scenario};
use crate::variant::{Features, Plan};

/// A module of the official suite. The same one may be in several of its plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module {
    /// Its name in the official suite.
    pub name: &'static str,
    /// `positive`, `negative` or `config`.
    pub kind: &'static str,
    /// Its steps and assertions.
    pub expectation: &'static str,
}

/// Every module of a plan, in the official suite's order, except those of a single ecosystem.
pub fn modules(plan: &Plan) -> Vec<Module> {
    let rows = plan.official.iter().flat_map(|official| official.modules.lines().skip(1));
    rows.filter_map(Module::read).collect()
}

/// A plan's module of this name, with or without the common prefix.
pub fn find(plan: &Plan, name: &str) -> Option<Module> {
    let prefix = plan.official.as_ref()?.prefix;
    modules(plan).into_iter().find(|module| module.name == name || module.name.strip_prefix(prefix) == Some(name))
}

/// The scenarios of a plan with the same assertions as a module.
pub fn scenarios(plan: &Plan, module: &Module) -> impl Iterator<Item = &'static Scenario> {
    scenario::of(plan).filter(|scenario| scenario.oidf.contains(&module.name))
}

/// The modules of a plan whose assertions a scenario makes.
pub fn asserted(plan: &Plan, scenario: &Scenario) -> Vec<&'static str> {
    let names: BTreeSet<_> = modules(plan).into_iter().map(|module| module.name).collect();
    scenario.oidf.iter().copied().filter(|name| names.contains(name)).collect()
}

/// The modules of a plan whose assertions some scenario makes in one of its variants.
pub fn running(plan: &Plan, features: &Features) -> BTreeSet<&'static str> {
    let running = scenario::all().filter(|scenario| scenario.applies(features));
    running.flat_map(|scenario| asserted(plan, scenario)).collect()
}

impl Module {
    fn read(row: &'static str) -> Option<Self> {
        let mut columns = row.split('\t');
        Some(Self { name: columns.next()?, kind: columns.next()?, expectation: columns.next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::PLANS;

    #[test]
    fn every_row_is_read() {
        for plan in PLANS {
            let Some(official) = &plan.official else { continue };
            assert_eq!(modules(plan).len() + 1, official.modules.lines().count(), "{}", plan.id);
            for module in modules(plan) {
                assert!(["positive", "negative", "config"].contains(&module.kind), "{}", module.name);
                assert!(!module.expectation.is_empty(), "{}", module.name);
                assert_eq!(find(plan, module.name), Some(module));
            }
        }
    }

    #[test]
    fn the_prefix_of_a_plan_may_be_left_out() {
        let plan = &PLANS[0];
        assert_eq!(modules(plan).len(), 56);
        assert!(find(plan, "happy-flow").is_some());
        assert_eq!(find(plan, "happy-flow"), find(plan, "fapi2-security-profile-final-happy-flow"));
        assert_eq!(find(plan, "happy"), None);
    }

    #[test]
    fn scenarios_name_modules_that_exist_and_at_most_three_of_a_plan() {
        let known: BTreeSet<_> = PLANS.iter().flat_map(modules).map(|module| module.name).collect();
        for scenario in scenario::all() {
            let unknown: Vec<_> = scenario.oidf.iter().filter(|name| !known.contains(*name)).collect();
            assert!(unknown.is_empty(), "{}: {unknown:?}", scenario.id);
            for plan in PLANS {
                assert!(asserted(plan, scenario).len() <= 3, "{} in {}", scenario.id, plan.id);
            }
        }
    }
}
