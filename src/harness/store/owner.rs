//! A record has the owners of its last write, and the index changes together with the record.

use super::Checks;
use super::bench::{Bench, LATER, client, insert, insert_until, key, other_than, owned, remove, replace, subject};
use crate::harness::report::Found;

pub(super) const CHECKS: Checks = checks![
    a_replacement_brings_its_own_owners,
    an_insert_over_an_expired_record_brings_its_own_owners,
    a_removed_record_leaves_its_owners,
    a_swept_record_leaves_its_owners,
    a_refused_batch_changes_no_owners,
];

async fn a_replacement_brings_its_own_owners(store: &Bench<'_>) -> Found {
    let (stays, goes, comes) = (client("stays"), client("goes"), subject("comes"));
    store.applies(vec![owned(insert(&key("a"), "x"), &[&stays, &goes])]).await?;
    let held = store.held(&key("a")).await?;
    store.applies(vec![owned(replace(&key("a"), held.version, "x"), &[&comes, &stays])]).await?;
    store.lists(&stays, &["a"]).await?;
    store.lists(&comes, &["a"]).await?;
    store.lists(&goes, &[]).await?;
    let held = store.held(&key("a")).await?;
    store.applies(vec![replace(&key("a"), held.version, "x")]).await?;
    store.lists(&stays, &[]).await
}

async fn an_insert_over_an_expired_record_brings_its_own_owners(store: &Bench<'_>) -> Found {
    let (old, new) = (client("old"), client("new"));
    store.applies(vec![owned(insert(&key("a"), "x"), &[&old])]).await?;
    store.applies_at(LATER, vec![owned(insert_until(&key("a"), "x", LATER.after(1)), &[&new])]).await?;
    store.lists(&new, &["a"]).await?;
    store.lists(&old, &[]).await
}

/// Another record may come under the same key, and does not belong to the owners of the first.
async fn a_removed_record_leaves_its_owners(store: &Bench<'_>) -> Found {
    let (old, new) = (client("old"), client("new"));
    store.applies(vec![owned(insert(&key("a"), "x"), &[&old]), owned(insert(&key("b"), "x"), &[&old])]).await?;
    let held = store.held(&key("a")).await?;
    store.applies(vec![remove(&key("a"), held.version)]).await?;
    store.lists(&old, &["b"]).await?;
    store.applies(vec![owned(insert(&key("a"), "x"), &[&new])]).await?;
    store.lists(&old, &["b"]).await?;
    store.lists(&new, &["a"]).await
}

async fn a_swept_record_leaves_its_owners(store: &Bench<'_>) -> Found {
    let (old, new) = (client("old"), client("new"));
    let stays = insert_until(&key("b"), "x", LATER.after(1));
    store.applies(vec![owned(insert(&key("a"), "x"), &[&old]), owned(stays, &[&old])]).await?;
    store.sweep(LATER).await?;
    store.lists(&old, &["b"]).await?;
    store.applies(vec![owned(insert(&key("a"), "x"), &[&new])]).await?;
    store.lists(&old, &["b"]).await?;
    store.lists(&new, &["a"]).await
}

async fn a_refused_batch_changes_no_owners(store: &Bench<'_>) -> Found {
    let (old, new) = (client("old"), client("new"));
    store.applies(vec![owned(insert(&key("a"), "x"), &[&old])]).await?;
    let held = store.held(&key("a")).await?;
    let writes = vec![
        owned(replace(&key("a"), held.version, "y"), &[&new]),
        owned(insert(&key("b"), "y"), &[&new]),
        remove(&key("c"), other_than(held.version)),
    ];
    store.conflicts(writes).await?;
    store.lists(&old, &["a"]).await?;
    store.lists(&new, &[]).await
}
