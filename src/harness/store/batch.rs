//! A commit is applied completely or not at all, and a conflict shows everything that is needed to decide again.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, key, other_than, record, remove, replace, unchanged};
use crate::harness::report::{Found, expect};
use crate::record::{RecordKey, Version, Write};

pub(super) const CHECKS: Checks = checks![
    a_batch_is_applied_whole,
    a_batch_is_refused_whole,
    a_refused_batch_leaves_notices_alone,
    large_batches_are_applied,
    a_conflict_shows_the_record_under_every_key,
];

async fn a_batch_is_applied_whole(store: &Bench<'_>) -> Found {
    let replaced = store.insert(&key("b"), "before").await?;
    let removed = store.insert(&key("c"), "before").await?;
    let writes = vec![
        insert(&key("a"), "inserted"),
        replace(&key("b"), replaced.version, "replaced"),
        remove(&key("c"), removed.version),
        unchanged(&key("d"), None),
    ];
    store.applies(writes).await?;
    let found = store.load(&["a", "b", "c", "d"].map(key)).await?;
    let contents: Vec<_> = found.into_iter().map(|found| found.map(|found| found.record)).collect();
    let right = contents == [Some(record("inserted")), Some(record("replaced")), None, None];
    expect(right, || format!("{contents:?}"))
}

/// Tries the write that does not hold at every place of the commit.
async fn a_batch_is_refused_whole(store: &Bench<'_>) -> Found {
    let keys = ["a", "b", "c"].map(key);
    for failing in 0..keys.len() {
        let before = store.load(&keys).await?;
        let writes = keys.iter().zip(&before).enumerate().map(|(at, (key, before))| match (at == failing, before) {
            (true, found) => replace(key, other_than(found.as_ref().map_or(Version(0), |found| found.version)), "x"),
            (false, Some(found)) => replace(key, found.version, "must not be"),
            (false, None) => insert(key, "must not be"),
        });
        store.conflicts(writes.collect()).await?;
        let after = store.load(&keys).await?;
        expect(after == before, || format!("although the write to {:?} is refused, others are applied", keys[failing].id))?;
        if before[failing].is_none() {
            store.insert(&keys[failing], "before").await?;
        }
    }
    Ok(())
}

async fn a_refused_batch_leaves_notices_alone(store: &Bench<'_>) -> Found {
    let enqueue = |id: &str| Write::Enqueue { key: key(id), record: record(id), due: NOW };
    store.applies(vec![enqueue("old")]).await?;
    let writes = vec![Write::Acknowledge { key: key("old") }, enqueue("new"), replace(&key("nothing"), Version(1), "x")];
    store.conflicts(writes).await?;
    let due: Vec<String> = store.due(LATER, 10).await?.into_iter().map(|(key, _)| key.id).collect();
    expect(due == ["old"], || format!("the due notices are {due:?}"))
}

async fn large_batches_are_applied(store: &Bench<'_>) -> Found {
    let keys: Vec<RecordKey> = (0..100).map(|number| key(format!("{number:03}"))).collect();
    store.applies(keys.iter().map(|key| insert(key, &key.id)).collect()).await?;
    let found = store.load(&keys).await?;
    let missing = found.iter().filter(|found| found.is_none()).count();
    expect(missing == 0, || format!("{missing} of {} are missing", keys.len()))
}

/// The exchange decides again from what the conflict shows, without another load.
async fn a_conflict_shows_the_record_under_every_key(store: &Bench<'_>) -> Found {
    let held = store.insert(&key("b"), "before").await?;
    store.insert(&key("c"), "before").await?;
    let writes = vec![
        insert(&key("a"), "x"),
        unchanged(&key("b"), Some(held.version)),
        replace(&key("c"), other_than(held.version), "x"),
        unchanged(&key("d"), None),
    ];
    let shown = store.conflicts(writes).await?;
    for key in ["a", "b", "c", "d"].map(key) {
        let shown = shown.get(&key).ok_or_else(|| format!("{:?} is not shown", key.id))?;
        let found = store.find(&key).await?;
        expect(*shown == found, || format!("{:?} is shown as {shown:?}, and is {found:?}", key.id))?;
    }
    expect(shown.len() == 4, || format!("{} keys are shown", shown.len()))
}
