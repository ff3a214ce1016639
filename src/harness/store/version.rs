//! Compare-and-set: what was read must still be so when it is written.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, insert_until, key, other_than, record, remove, replace, unchanged};
use crate::harness::report::{Found, expect};
use std::collections::BTreeSet;

pub(super) const CHECKS: Checks = &[
    ("an_insert_over_a_live_record_conflicts", an_insert_over_a_live_record_conflicts),
    ("a_replace_on_the_version_that_was_read_holds", a_replace_on_the_version_that_was_read_holds),
    ("a_replace_on_an_old_version_conflicts", a_replace_on_an_old_version_conflicts),
    ("a_replace_of_nothing_conflicts", a_replace_of_nothing_conflicts),
    ("a_remove_on_an_old_version_conflicts", a_remove_on_an_old_version_conflicts),
    ("a_remove_of_nothing_conflicts", a_remove_of_nothing_conflicts),
    ("unchanged_holds_on_the_version_that_was_read", unchanged_holds_on_the_version_that_was_read),
    ("unchanged_on_an_old_version_conflicts", unchanged_on_an_old_version_conflicts),
    ("unchanged_holds_where_nothing_lies", unchanged_holds_where_nothing_lies),
    ("unchanged_conflicts_where_something_has_appeared", unchanged_conflicts_where_something_has_appeared),
    ("a_version_is_never_used_twice", a_version_is_never_used_twice),
];

fn an_insert_over_a_live_record_conflicts(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "first")?;
    store.conflicts(vec![insert(&key("a"), "second")])?;
    let held = store.held(&key("a"))?;
    expect(held.record == record("first"), || "the second insert is kept".into())
}

fn a_replace_on_the_version_that_was_read_holds(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first")?;
    store.applies(vec![replace(&key("a"), first.version, "second")])?;
    let second = store.held(&key("a"))?;
    expect(second.record == record("second"), || "the replacement is lost".into())?;
    expect(second.version != first.version, || "the version did not change".into())?;
    expect(second.expires == LATER, || format!("expires at {}", second.expires))
}

fn a_replace_on_an_old_version_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first")?;
    store.applies(vec![replace(&key("a"), first.version, "second")])?;
    store.conflicts(vec![replace(&key("a"), first.version, "third")])?;
    let held = store.held(&key("a"))?;
    expect(held.record == record("second"), || "the third is kept".into())
}

fn a_replace_of_nothing_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first")?;
    store.conflicts(vec![replace(&key("b"), first.version, "second")])?;
    store.applies(vec![remove(&key("a"), first.version)])?;
    store.conflicts(vec![replace(&key("a"), first.version, "second")])?;
    expect(store.find(&key("a"))?.is_none(), || "the record is back".into())
}

fn a_remove_on_an_old_version_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first")?;
    store.conflicts(vec![remove(&key("a"), other_than(first.version))])?;
    store.held(&key("a")).map(drop)
}

fn a_remove_of_nothing_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first")?;
    store.applies(vec![remove(&key("a"), first.version)])?;
    store.conflicts(vec![remove(&key("a"), first.version)]).map(drop)
}

fn unchanged_holds_on_the_version_that_was_read(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first")?;
    store.applies(vec![unchanged(&key("a"), Some(first.version)), insert(&key("b"), "beside")])?;
    store.held(&key("b"))?;
    let after = store.held(&key("a"))?;
    expect(after == first, || format!("{first:?} became {after:?}"))
}

fn unchanged_on_an_old_version_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first")?;
    store.applies(vec![replace(&key("a"), first.version, "second")])?;
    store.conflicts(vec![unchanged(&key("a"), Some(first.version)), insert(&key("b"), "beside")])?;
    let second = store.held(&key("a"))?;
    store.applies(vec![remove(&key("a"), second.version)])?;
    store.conflicts(vec![unchanged(&key("a"), Some(second.version)), insert(&key("b"), "beside")])?;
    expect(store.find(&key("b"))?.is_none(), || "what rests on it is kept".into())
}

fn unchanged_holds_where_nothing_lies(store: &Bench<'_>) -> Found {
    store.applies(vec![unchanged(&key("a"), None), insert(&key("b"), "beside")])?;
    store.held(&key("b"))?;
    expect(store.find(&key("a"))?.is_none(), || "it wrote something".into())
}

fn unchanged_conflicts_where_something_has_appeared(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "first")?;
    store.conflicts(vec![unchanged(&key("a"), None), insert(&key("b"), "beside")])?;
    expect(store.find(&key("b"))?.is_none(), || "what rests on it is kept".into())
}

/// Or a decision that read the old record would be applied to the new one.
fn a_version_is_never_used_twice(store: &Bench<'_>) -> Found {
    let mut used = BTreeSet::new();
    let mut fresh = |version| expect(used.insert(version), || format!("{version:?} is used again"));
    for round in 0..3 {
        let inserted = store.insert(&key("a"), "one")?;
        fresh(inserted.version)?;
        store.applies(vec![replace(&key("a"), inserted.version, "one")])?;
        let replaced = store.held(&key("a"))?;
        fresh(replaced.version)?;
        if round == 0 {
            store.applies(vec![remove(&key("a"), replaced.version)])?;
            continue;
        }
        let over = crate::record::Write::Replace { key: key("a"), on: replaced.version, record: record("one"), expires: NOW };
        store.applies(vec![over])?;
        store.applies(vec![insert_until(&key("a"), "over an expired one", LATER)])?;
        let over = store.held(&key("a"))?;
        fresh(over.version)?;
        store.applies(vec![remove(&key("a"), over.version)])?;
    }
    Ok(())
}
