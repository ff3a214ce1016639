//! Notices wait for their time, in its order, until they are acknowledged.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, key, record};
use crate::exchange::Unavailable;
use crate::harness::report::{Found, expect};
use crate::record::Write;
use crate::time::Timestamp;

pub(super) const CHECKS: Checks = &[
    ("a_notice_waits_until_it_is_due", a_notice_waits_until_it_is_due),
    ("notices_come_in_the_order_of_their_times", notices_come_in_the_order_of_their_times),
    ("due_gives_the_earliest_up_to_its_limit", due_gives_the_earliest_up_to_its_limit),
    ("a_notice_stays_until_it_is_acknowledged", a_notice_stays_until_it_is_acknowledged),
    ("a_notice_can_be_put_off", a_notice_can_be_put_off),
    ("an_acknowledgement_always_holds", an_acknowledgement_always_holds),
    ("a_sweep_spares_notices", a_sweep_spares_notices),
];

fn enqueue(id: &str, due: Timestamp) -> Write {
    Write::Enqueue { key: key(id), record: record(id), due }
}

fn due(store: &Bench<'_>, now: Timestamp, limit: usize) -> Found<Vec<String>> {
    let due = store.0.due(now, limit).map_err(|Unavailable| "due: unavailable".to_owned())?;
    let intact = due.iter().all(|(key, record)| key.id.as_bytes() == record.as_bytes());
    expect(intact, || "a notice holds another one's content".into())?;
    Ok(due.into_iter().map(|(key, _)| key.id).collect())
}

fn expect_due(store: &Bench<'_>, now: Timestamp, limit: usize, ids: &[&str]) -> Found {
    let due = due(store, now, limit)?;
    expect(due == ids, || format!("due at {now} are {due:?}, not {ids:?}"))
}

fn a_notice_waits_until_it_is_due(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", LATER)])?;
    expect_due(store, LATER.before(1), 10, &[])?;
    expect_due(store, LATER, 10, &["a"])
}

fn notices_come_in_the_order_of_their_times(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW.after(3)), enqueue("b", NOW.after(1)), enqueue("c", NOW.after(20))])?;
    store.applies(vec![enqueue("d", NOW.after(2))])?;
    expect_due(store, LATER, 10, &["b", "d", "a", "c"])
}

fn due_gives_the_earliest_up_to_its_limit(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW.after(3)), enqueue("b", NOW.after(1)), enqueue("c", NOW.after(2))])?;
    expect_due(store, LATER, 2, &["b", "c"])
}

fn a_notice_stays_until_it_is_acknowledged(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW), enqueue("b", NOW.after(1))])?;
    expect_due(store, LATER, 10, &["a", "b"])?;
    expect_due(store, LATER, 10, &["a", "b"])?;
    store.applies(vec![Write::Acknowledge { key: key("a") }])?;
    expect_due(store, LATER, 10, &["b"])
}

/// A delivery that failed is tried again later, under the same key.
fn a_notice_can_be_put_off(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW)])?;
    store.applies(vec![enqueue("a", LATER)])?;
    expect_due(store, NOW, 10, &[])?;
    expect_due(store, LATER, 10, &["a"])
}

fn an_acknowledgement_always_holds(store: &Bench<'_>) -> Found {
    store.applies(vec![Write::Acknowledge { key: key("a") }, insert(&key("b"), "beside")])?;
    store.held(&key("b")).map(drop)
}

fn a_sweep_spares_notices(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW)])?;
    store.0.sweep(LATER).map_err(|Unavailable| "sweep: unavailable".to_owned())?;
    expect_due(store, LATER, 10, &["a"])
}
