//! Notices wait for their time, in its order, until they are acknowledged.

use super::Checks;
use super::bench::{Bench, LATER, NOW, insert, key, record};
use crate::harness::report::{Found, expect};
use crate::record::{Kind, RecordKey, Write};
use crate::time::Timestamp;

pub(super) const CHECKS: Checks = checks![
    a_notice_waits_until_it_is_due,
    notices_come_in_the_order_of_their_times,
    due_gives_the_earliest_up_to_its_limit,
    a_notice_stays_until_it_is_acknowledged,
    a_notice_can_be_put_off,
    an_acknowledgement_always_holds,
    a_sweep_spares_notices,
    notices_of_every_kind_are_delivered,
];

fn enqueue(id: &str, due: Timestamp) -> Write {
    Write::Enqueue { key: key(id), record: record(id), due }
}

async fn expect_due(store: &Bench<'_>, now: Timestamp, limit: usize, ids: &[&str]) -> Found {
    let due = store.due(now, limit).await?;
    let intact = due.iter().all(|(key, record)| key.id.as_bytes() == record.as_bytes());
    expect(intact, || "a notice has the content of another".into())?;
    let due: Vec<_> = due.iter().map(|(key, _)| key.id.as_str()).collect();
    expect(due == ids, || format!("the notices due at {now} are {due:?}, not {ids:?}"))
}

async fn a_notice_waits_until_it_is_due(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", LATER)]).await?;
    expect_due(store, LATER.before(1), 10, &[]).await?;
    expect_due(store, LATER, 10, &["a"]).await
}

async fn notices_come_in_the_order_of_their_times(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW.after(3)), enqueue("b", NOW.after(1)), enqueue("c", NOW.after(20))]).await?;
    store.applies(vec![enqueue("d", NOW.after(2))]).await?;
    expect_due(store, LATER, 10, &["b", "d", "a", "c"]).await
}

async fn due_gives_the_earliest_up_to_its_limit(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW.after(3)), enqueue("b", NOW.after(1)), enqueue("c", NOW.after(2))]).await?;
    expect_due(store, LATER, 2, &["b", "c"]).await
}

async fn a_notice_stays_until_it_is_acknowledged(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW), enqueue("b", NOW.after(1))]).await?;
    expect_due(store, LATER, 10, &["a", "b"]).await?;
    expect_due(store, LATER, 10, &["a", "b"]).await?;
    store.applies(vec![Write::Acknowledge { key: key("a") }]).await?;
    expect_due(store, LATER, 10, &["b"]).await
}

/// A delivery that failed is tried again later, under the same key.
async fn a_notice_can_be_put_off(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW)]).await?;
    store.applies(vec![enqueue("a", LATER)]).await?;
    expect_due(store, NOW, 10, &[]).await?;
    expect_due(store, LATER, 10, &["a"]).await
}

async fn an_acknowledgement_always_holds(store: &Bench<'_>) -> Found {
    store.applies(vec![Write::Acknowledge { key: key("a") }, insert(&key("b"), "beside")]).await?;
    store.held(&key("b")).await.map(drop)
}

async fn a_sweep_spares_notices(store: &Bench<'_>) -> Found {
    store.applies(vec![enqueue("a", NOW)]).await?;
    store.sweep(LATER).await?;
    expect_due(store, LATER, 10, &["a"]).await
}

async fn notices_of_every_kind_are_delivered(store: &Bench<'_>) -> Found {
    for kind in Kind::ALL {
        let key = RecordKey { kind: *kind, ..key("a") };
        store.applies(vec![Write::Enqueue { key: key.clone(), record: record(kind.name()), due: NOW }]).await?;
        let due = store.due(NOW, 10).await?;
        expect(due == [(key.clone(), record(kind.name()))], || format!("for {}, the due notices are {due:?}", kind.name()))?;
        store.applies(vec![Write::Acknowledge { key }]).await?;
    }
    Ok(())
}
