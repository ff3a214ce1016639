//! All writes or none, and a conflict tells everything that is needed to decide again.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, key, other_than, record, remove, replace, unchanged};
use crate::harness::report::{Found, expect};
use crate::record::{RecordKey, Write};

pub(super) const CHECKS: Checks = &[
    ("a_batch_is_applied_whole", a_batch_is_applied_whole),
    ("a_batch_is_refused_whole", a_batch_is_refused_whole),
    ("a_refused_batch_leaves_notices_alone", a_refused_batch_leaves_notices_alone),
    ("large_batches_are_applied", large_batches_are_applied),
    ("a_conflict_names_every_key_and_what_lies_there", a_conflict_names_every_key_and_what_lies_there),
];

fn a_batch_is_applied_whole(store: &Bench<'_>) -> Found {
    let replaced = store.insert(&key("b"), "before")?;
    let removed = store.insert(&key("c"), "before")?;
    store.applies(vec![
        insert(&key("a"), "inserted"),
        replace(&key("b"), replaced.version, "replaced"),
        remove(&key("c"), removed.version),
        unchanged(&key("d"), None),
    ])?;
    let found = store.load(&["a", "b", "c", "d"].map(key))?;
    let contents: Vec<_> = found.into_iter().map(|found| found.map(|found| found.record)).collect();
    let right = contents == [Some(record("inserted")), Some(record("replaced")), None, None];
    expect(right, || format!("{contents:?}"))
}

/// Wherever in the batch the write that does not hold stands.
fn a_batch_is_refused_whole(store: &Bench<'_>) -> Found {
    let keys = ["a", "b", "c"].map(key);
    for failing in 0..keys.len() {
        let before: Vec<_> = keys.iter().map(|key| store.find(key)).collect::<Result<_, _>>()?;
        let writes = keys.iter().zip(&before).enumerate().map(|(at, (key, before))| match (at == failing, before) {
            (true, found) => {
                replace(key, other_than(found.as_ref().map_or(crate::record::Version(0), |found| found.version)), "x")
            }
            (false, Some(found)) => replace(key, found.version, "must not be"),
            (false, None) => insert(key, "must not be"),
        });
        store.conflicts(writes.collect())?;
        let after = store.load(&keys)?;
        expect(after == before, || format!("with the write to {:?} refused, others are kept", keys[failing].id))?;
        if let Some(key) = keys.get(failing).filter(|_| before[failing].is_none()) {
            store.insert(key, "before")?;
        }
    }
    Ok(())
}

fn a_refused_batch_leaves_notices_alone(store: &Bench<'_>) -> Found {
    let enqueue = |id: &str| Write::Enqueue { key: key(id), record: record(id), due: NOW };
    store.applies(vec![enqueue("old")])?;
    store.conflicts(vec![
        Write::Acknowledge { key: key("old") },
        enqueue("new"),
        replace(&key("nothing"), crate::record::Version(1), "x"),
    ])?;
    let due: Vec<String> = due_ids(store)?;
    expect(due == ["old"], || format!("due are {due:?}"))
}

fn due_ids(store: &Bench<'_>) -> Found<Vec<String>> {
    let due = store.0.due(LATER, 10).map_err(|_| "due: unavailable".to_owned())?;
    Ok(due.into_iter().map(|(key, _)| key.id).collect())
}

fn large_batches_are_applied(store: &Bench<'_>) -> Found {
    let keys: Vec<RecordKey> = (0..100).map(|number| key(format!("{number:03}"))).collect();
    store.applies(keys.iter().map(|key| insert(key, &key.id)).collect())?;
    let found = store.load(&keys)?;
    let missing = found.iter().filter(|found| found.is_none()).count();
    expect(missing == 0, || format!("{missing} of {} are missing", keys.len()))
}

/// The exchange decides again with what the conflict says, without another load.
fn a_conflict_names_every_key_and_what_lies_there(store: &Bench<'_>) -> Found {
    let held = store.insert(&key("b"), "before")?;
    store.insert(&key("c"), "before")?;
    let lies = store.conflicts(vec![
        insert(&key("a"), "x"),
        unchanged(&key("b"), Some(held.version)),
        replace(&key("c"), other_than(held.version), "x"),
        unchanged(&key("d"), None),
    ])?;
    for key in ["a", "b", "c", "d"].map(key) {
        let told = lies.get(&key).ok_or_else(|| format!("{:?} is not named", key.id))?;
        let found = store.find(&key)?;
        expect(*told == found, || format!("{:?} is said to hold {told:?}, and holds {found:?}", key.id))?;
    }
    expect(lies.len() == 4, || format!("{} keys are named", lies.len()))
}
