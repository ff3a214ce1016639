//! For mutants only, under a `--cfg` that no cargo feature can switch on: an exchange whose context names requirements runs as
//! a server that does not check them.

use crate::requirement::Requirement;
use std::cell::Cell;

thread_local! {
    static NOW: Cell<&'static [&'static str]> = const { Cell::new(&[]) };
}

pub(crate) fn active(requirement: &Requirement) -> bool {
    NOW.get().contains(&requirement.id)
}

pub(crate) fn during<T>(ids: &'static [&'static str], decide: impl FnOnce() -> T) -> T {
    let before = NOW.replace(ids);
    let decided = decide();
    NOW.set(before);
    decided
}
