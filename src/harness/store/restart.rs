//! Applied writes are durable, and versions continue where they were.

use super::bench::{Bench, LATER, NOW, client, insert, key, owned, record, remove};
use super::{Checking, Found};
use crate::harness::report::expect;
use crate::record::{Versioned, Write};

type Before = for<'s> fn(&'s Bench<'s>) -> Checking<'s, Versioned>;
type After = for<'s> fn(&'s Bench<'s>, &'s Versioned) -> Checking<'s>;

macro_rules! restarts {
    ($($before:ident then $after:ident,)*) => {
        &[$((stringify!($after), |store| Box::pin($before(store)), |store, before| Box::pin($after(store, before))),)*]
    };
}

pub(super) const CHECKS: &[(&str, Before, After)] = restarts![
    with_a_record then applied_writes_survive_a_restart,
    with_a_record then owners_survive_a_restart,
    without_it then a_version_is_not_used_again_after_a_restart,
];

async fn with_a_record(store: &Bench<'_>) -> Found<Versioned> {
    store.applies(vec![Write::Enqueue { key: key("notice"), record: record("notice"), due: NOW }]).await?;
    store.applies(vec![owned(insert(&key("a"), "one"), &[&client("a")])]).await?;
    store.held(&key("a")).await
}

async fn applied_writes_survive_a_restart(store: &Bench<'_>, before: &Versioned) -> Found {
    let after = store.held(&key("a")).await?;
    expect(after == *before, || format!("{before:?} became {after:?}"))?;
    let due = store.due(LATER, 10).await?;
    expect(due == [(key("notice"), record("notice"))], || format!("the due notices are {due:?}"))
}

async fn owners_survive_a_restart(store: &Bench<'_>, before: &Versioned) -> Found {
    store.lists(&client("a"), &["a"]).await?;
    store.applies(vec![remove(&key("a"), before.version)]).await?;
    store.lists(&client("a"), &[]).await
}

async fn without_it(store: &Bench<'_>) -> Found<Versioned> {
    let held = store.insert(&key("a"), "one").await?;
    store.applies(vec![remove(&key("a"), held.version)]).await?;
    Ok(held)
}

async fn a_version_is_not_used_again_after_a_restart(store: &Bench<'_>, before: &Versioned) -> Found {
    store.applies(vec![insert(&key("a"), "another")]).await?;
    let after = store.held(&key("a")).await?;
    expect(after.version != before.version, || format!("{:?} is used again", after.version))
}
