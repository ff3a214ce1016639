//! Records expire, and the time of the commit decides when; the store's own clock has no part in it.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, insert_until, key, record, replace_until, unchanged};
use crate::exchange::Committed;
use crate::harness::report::{Found, expect};
use crate::time::Timestamp;

pub(super) const CHECKS: Checks = checks![
    an_insert_over_an_expired_record_holds,
    unchanged_counts_an_expired_record_as_none,
    a_record_lives_until_its_very_last_second,
    a_replacement_brings_its_own_expiry,
    a_sweep_removes_expired_records,
    a_sweep_spares_live_records,
];

/// From the second of its expiry on, as seen by the commit that inserts.
async fn an_insert_over_an_expired_record_holds(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "old").await?;
    store.applies_at(LATER, vec![insert_until(&key("a"), "new", LATER.after(1))]).await?;
    let held = store.held(&key("a")).await?;
    expect(held.record == record("new") && held.expires == LATER.after(1), || format!("{held:?}"))
}

/// A store may hide an expired record when it loads, so it must not then conflict because of it.
async fn unchanged_counts_an_expired_record_as_none(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "old").await?;
    let beside = |id: &str| vec![unchanged(&key("a"), None), insert_until(&key(id), "beside", Timestamp::NEVER)];
    let early = store.commit(LATER.before(1), beside("early")).await?;
    expect(matches!(early, Committed::Conflict(_)), || "a second before its expiry it counts as absent".into())?;
    store.applies_at(LATER, beside("late")).await
}

async fn a_record_lives_until_its_very_last_second(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "old").await?;
    let again = store.commit(LATER.before(1), vec![insert(&key("a"), "new")]).await?;
    expect(matches!(again, Committed::Conflict(_)), || "an insert a second before its expiry is applied".into())
}

async fn a_replacement_brings_its_own_expiry(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "short").await?;
    let until = LATER.after(3_600);
    store.applies(vec![replace_until(&key("a"), first.version, "long", until)]).await?;
    let held = store.held(&key("a")).await?;
    expect(held.expires == until, || format!("{until} became {}", held.expires))?;
    store.sweep(LATER).await?;
    store.held(&key("a")).await.map(drop)
}

async fn a_sweep_removes_expired_records(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "old").await?;
    let swept = store.sweep(LATER).await?;
    let found = store.find(&key("a")).await?;
    expect(found.is_none(), || "it is still there".into())?;
    expect(swept == 1, || format!("{swept} records are counted, not one"))
}

async fn a_sweep_spares_live_records(store: &Bench<'_>) -> Found {
    let far = Timestamp::from_seconds(1 << 40);
    let writes = vec![insert_until(&key("later"), "x", LATER.after(1)), insert_until(&key("never"), "x", Timestamp::NEVER)];
    store.applies(writes).await?;
    store.sweep(NOW).await?;
    store.sweep(LATER).await?;
    store.held(&key("later")).await?;
    store.sweep(far).await?;
    store.held(&key("never")).await.map(drop)
}
