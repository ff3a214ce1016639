//! Records end, and the commit's own time says when; the store's clock has no part in it.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, insert_until, key, record};
use crate::exchange::Unavailable;
use crate::harness::report::{Found, expect};
use crate::record::Write;
use crate::time::Timestamp;

pub(super) const CHECKS: Checks = &[
    ("an_insert_over_an_expired_record_holds", an_insert_over_an_expired_record_holds),
    ("a_record_lives_until_its_very_last_second", a_record_lives_until_its_very_last_second),
    ("a_replacement_brings_its_own_expiry", a_replacement_brings_its_own_expiry),
    ("a_sweep_forgets_what_has_expired", a_sweep_forgets_what_has_expired),
    ("a_sweep_spares_what_has_not", a_sweep_spares_what_has_not),
];

/// From the second of its expiry on, as seen by the commit that inserts.
fn an_insert_over_an_expired_record_holds(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "old")?;
    store.applies_at(LATER, vec![insert_until(&key("a"), "new", LATER.after(1))])?;
    let held = store.held(&key("a"))?;
    expect(held.record == record("new") && held.expires == LATER.after(1), || format!("{held:?}"))
}

fn a_record_lives_until_its_very_last_second(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "old")?;
    let again = store.commit(LATER.before(1), vec![insert(&key("a"), "new")])?;
    expect(matches!(again, crate::exchange::Committed::Conflict(_)), || "an insert a second before its expiry is applied".into())
}

fn a_replacement_brings_its_own_expiry(store: &Bench<'_>) -> Found {
    let first = store.insert(&key("a"), "short")?;
    let until = LATER.after(3_600);
    let longer = Write::Replace { key: key("a"), on: first.version, record: record("long"), expires: until };
    store.applies(vec![longer])?;
    let held = store.held(&key("a"))?;
    expect(held.expires == until, || format!("{until} became {}", held.expires))?;
    sweep(store, LATER)?;
    store.held(&key("a")).map(drop)
}

fn a_sweep_forgets_what_has_expired(store: &Bench<'_>) -> Found {
    store.insert(&key("a"), "old")?;
    sweep(store, LATER)?;
    let found = store.find(&key("a"))?;
    expect(found.is_none(), || "it is still there".into())
}

fn a_sweep_spares_what_has_not(store: &Bench<'_>) -> Found {
    let far = Timestamp::from_seconds(1 << 40);
    store.applies(vec![insert_until(&key("later"), "x", LATER.after(1)), insert_until(&key("never"), "x", Timestamp::NEVER)])?;
    sweep(store, NOW)?;
    sweep(store, LATER)?;
    store.held(&key("later"))?;
    sweep(store, far)?;
    store.held(&key("never")).map(drop)
}

fn sweep(store: &Bench<'_>, now: Timestamp) -> Found {
    store.0.sweep(now).map_err(|Unavailable| "sweep: unavailable".to_owned())
}
