//! The official conformance suite's modules, as rows: what each asserts, in our words.

use std::sync::LazyLock;

use crate::scenario::{self, Scenario};
use crate::variant::Variant;

/// What every name of the plan begins with.
pub const PREFIX: &str = "fapi2-security-profile-final-";

const ROWS: &str = include_str!("../oidf/fapi2-security-profile-final.tsv");

static MODULES: LazyLock<Vec<Module>> = LazyLock::new(|| ROWS.lines().skip(1).filter_map(Module::read).collect());

/// A module of the official suite.
#[derive(Debug, PartialEq, Eq)]
pub struct Module {
    /// Its name there.
    pub name: &'static str,
    /// `positive`, `negative` or `config`.
    pub kind: &'static str,
    /// What it does and demands.
    pub expectation: &'static str,
}

/// Every module of the plan that is not an ecosystem's own.
pub fn modules() -> &'static [Module] {
    &MODULES
}

/// The module of this name, with or without what all names begin with.
pub fn find(name: &str) -> Option<&'static Module> {
    MODULES.iter().find(|module| module.name == name || module.name.strip_prefix(PREFIX) == Some(name))
}

/// The scenarios that assert what a module asserts.
pub fn scenarios(module: &Module) -> impl Iterator<Item = &'static Scenario> {
    scenario::all().filter(|scenario| scenario.oidf.contains(&module.name))
}

/// The modules that some scenario asserts in a variant.
pub fn running(variant: &Variant) -> impl Iterator<Item = &'static Module> {
    MODULES.iter().filter(|module| scenarios(module).any(|scenario| (scenario.applies)(variant)))
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

    #[test]
    fn every_row_is_read() {
        assert_eq!((modules().len(), ROWS.lines().count()), (56, 57));
        for module in modules() {
            assert!(module.name.starts_with(PREFIX), "{}", module.name);
            assert!(["positive", "negative", "config"].contains(&module.kind), "{}", module.name);
            assert!(!module.expectation.is_empty(), "{}", module.name);
        }
        assert_eq!(find("happy-flow"), find("fapi2-security-profile-final-happy-flow"));
        assert_eq!(find("happy"), None);
    }

    #[test]
    fn scenarios_name_modules_that_exist_and_at_most_three() {
        for scenario in scenario::all() {
            assert!(scenario.oidf.len() <= 3, "{}", scenario.id);
            for name in scenario.oidf {
                assert!(modules().iter().any(|module| module.name == *name), "{}: {name}", scenario.id);
            }
        }
    }
}
