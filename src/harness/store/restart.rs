//! What was applied is durable, and versions go on where they were.

use super::bench::{Bench, LATER, NOW, insert, key, record, remove};
use crate::exchange::Unavailable;
use crate::harness::report::{Found, expect};
use crate::record::{Versioned, Write};

type Before = fn(&Bench<'_>) -> Found<Versioned>;
type After = fn(&Bench<'_>, &Versioned) -> Found;

pub(super) const CHECKS: &[(&str, Before, After)] = &[
    ("what_was_applied_outlives_a_restart", with_a_record, what_was_applied_outlives_a_restart),
    ("a_version_is_not_used_again_after_a_restart", without_it, a_version_is_not_used_again_after_a_restart),
];

fn with_a_record(store: &Bench<'_>) -> Found<Versioned> {
    store.applies(vec![Write::Enqueue { key: key("notice"), record: record("notice"), due: NOW }])?;
    store.insert(&key("a"), "one")
}

fn what_was_applied_outlives_a_restart(store: &Bench<'_>, before: &Versioned) -> Found {
    let after = store.held(&key("a"))?;
    expect(after == *before, || format!("{before:?} became {after:?}"))?;
    let due = store.0.due(LATER, 10).map_err(|Unavailable| "due: unavailable".to_owned())?;
    expect(due == [(key("notice"), record("notice"))], || format!("due are {due:?}"))
}

fn without_it(store: &Bench<'_>) -> Found<Versioned> {
    let held = store.insert(&key("a"), "one")?;
    store.applies(vec![remove(&key("a"), held.version)])?;
    Ok(held)
}

fn a_version_is_not_used_again_after_a_restart(store: &Bench<'_>, before: &Versioned) -> Found {
    store.applies(vec![insert(&key("a"), "another")])?;
    let after = store.held(&key("a"))?;
    expect(after.version != before.version, || format!("{:?} is used again", after.version))
}
