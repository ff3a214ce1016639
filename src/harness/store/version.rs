//! Compare-and-set: a record that was read must be unchanged when it is written.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, insert_until, key, other_than, record, remove, replace, replace_until, unchanged};
use crate::harness::report::{Found, expect};
use std::collections::BTreeSet;

pub(super) const CHECKS: Checks = checks![
    an_insert_over_a_live_record_conflicts,
    a_replace_on_the_version_that_was_read_holds,
    a_replace_on_an_old_version_conflicts,
    a_replace_of_nothing_conflicts,
    a_remove_on_an_old_version_conflicts,
    a_remove_of_nothing_conflicts,
    unchanged_holds_on_the_version_that_was_read,
    unchanged_on_an_old_version_conflicts,
    unchanged_holds_where_there_is_still_no_record,
    unchanged_conflicts_where_a_record_has_appeared,
    a_version_is_never_used_twice,
];

async fn an_insert_over_a_live_record_conflicts(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "first").await?;
    store.conflicts(vec![insert(&key("a"), "second")]).await?;
    let held = store.held(&key("a")).await?;
    expect(held.record == record("first"), || "the second insert is kept".into())
}

async fn a_replace_on_the_version_that_was_read_holds(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first").await?;
    store.applies(vec![replace(&key("a"), first.version, "second")]).await?;
    let second = store.held(&key("a")).await?;
    expect(second.record == record("second"), || "the replacement is lost".into())?;
    expect(second.version != first.version, || "the version did not change".into())?;
    expect(second.expires == LATER, || format!("expires at {}", second.expires))
}

async fn a_replace_on_an_old_version_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first").await?;
    store.applies(vec![replace(&key("a"), first.version, "second")]).await?;
    store.conflicts(vec![replace(&key("a"), first.version, "third")]).await?;
    let held = store.held(&key("a")).await?;
    expect(held.record == record("second"), || "the third is kept".into())
}

async fn a_replace_of_nothing_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first").await?;
    store.conflicts(vec![replace(&key("b"), first.version, "second")]).await?;
    store.applies(vec![remove(&key("a"), first.version)]).await?;
    store.conflicts(vec![replace(&key("a"), first.version, "second")]).await?;
    expect(store.find(&key("a")).await?.is_none(), || "the record is back".into())
}

async fn a_remove_on_an_old_version_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first").await?;
    store.conflicts(vec![remove(&key("a"), other_than(first.version))]).await?;
    store.held(&key("a")).await.map(drop)
}

async fn a_remove_of_nothing_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first").await?;
    store.applies(vec![remove(&key("a"), first.version)]).await?;
    store.conflicts(vec![remove(&key("a"), first.version)]).await.map(drop)
}

async fn unchanged_holds_on_the_version_that_was_read(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first").await?;
    store.applies(vec![unchanged(&key("a"), Some(first.version)), insert(&key("b"), "beside")]).await?;
    store.held(&key("b")).await?;
    let after = store.held(&key("a")).await?;
    expect(after == first, || format!("{first:?} became {after:?}"))
}

async fn unchanged_on_an_old_version_conflicts(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "first").await?;
    store.applies(vec![replace(&key("a"), first.version, "second")]).await?;
    store.conflicts(vec![unchanged(&key("a"), Some(first.version)), insert(&key("b"), "beside")]).await?;
    let second = store.held(&key("a")).await?;
    store.applies(vec![remove(&key("a"), second.version)]).await?;
    store.conflicts(vec![unchanged(&key("a"), Some(second.version)), insert(&key("b"), "beside")]).await?;
    expect(store.find(&key("b")).await?.is_none(), || "the other insert of the commit is applied".into())
}

async fn unchanged_holds_where_there_is_still_no_record(store: &Bench<'_>) -> Found {
    store.applies(vec![unchanged(&key("a"), None), insert(&key("b"), "beside")]).await?;
    store.held(&key("b")).await?;
    expect(store.find(&key("a")).await?.is_none(), || "it wrote a record".into())
}

async fn unchanged_conflicts_where_a_record_has_appeared(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "first").await?;
    store.conflicts(vec![unchanged(&key("a"), None), insert(&key("b"), "beside")]).await?;
    expect(store.find(&key("b")).await?.is_none(), || "the other insert of the commit is applied".into())
}

/// Otherwise a decision that read the old record would be applied to the new one.
async fn a_version_is_never_used_twice(store: &Bench<'_>) -> Found {
    let mut used = BTreeSet::new();
    let mut fresh = |version| expect(used.insert(version), || format!("{version:?} is used again"));
    for round in 0..3 {
        let inserted = store.insert(&key("a"), "one").await?;
        fresh(inserted.version)?;
        store.applies(vec![replace(&key("a"), inserted.version, "one")]).await?;
        let replaced = store.held(&key("a")).await?;
        fresh(replaced.version)?;
        if round == 0 {
            store.applies(vec![remove(&key("a"), replaced.version)]).await?;
            continue;
        }
        store.applies(vec![replace_until(&key("a"), replaced.version, "one", NOW)]).await?;
        store.applies(vec![insert_until(&key("a"), "over an expired one", LATER)]).await?;
        let over = store.held(&key("a")).await?;
        fresh(over.version)?;
        store.applies(vec![remove(&key("a"), over.version)]).await?;
    }
    Ok(())
}
