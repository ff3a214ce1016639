//! A record is read as it was written, octet by octet, under its own key and no other.

use super::Checks;
use super::bench::{Bench, LATER, insert, insert_until, key, record, remove};
use crate::harness::report::{Found, expect};
use crate::record::{Kind, RecordKey};
use crate::time::Timestamp;

pub(super) const CHECKS: Checks = checks![
    an_empty_store_has_no_records,
    a_written_record_is_read_back,
    a_removed_record_is_gone,
    a_load_answers_in_the_order_of_its_keys,
    any_octets_are_kept,
    large_records_are_kept,
    any_expiry_is_kept,
    keys_are_distinguished,
];

async fn an_empty_store_has_no_records(store: &Bench<'_>) -> Found {
    let found = store.find(&key("a")).await?;
    expect(found.is_none(), || format!("{found:?}"))
}

async fn a_written_record_is_read_back(store: &Bench<'_>) -> Found {
    let held = store.insert(&key("a"), "one").await?;
    expect(held.record == record("one") && held.expires == LATER, || format!("{held:?}"))
}

async fn a_removed_record_is_gone(store: &Bench<'_>) -> Found {
    let held = store.insert(&key("a"), "one").await?;
    store.applies(vec![remove(&key("a"), held.version)]).await?;
    let found = store.find(&key("a")).await?;
    expect(found.is_none(), || format!("{found:?}"))
}

async fn a_load_answers_in_the_order_of_its_keys(store: &Bench<'_>) -> Found {
    let ids = ["d", "a", "missing", "c", "b"];
    for id in ids.into_iter().filter(|id| *id != "missing") {
        store.applies(vec![insert(&key(id), id)]).await?;
    }
    let mut sorted = ids;
    sorted.sort_unstable();
    for order in [ids, sorted] {
        let found = store.load(&order.map(key)).await?;
        for (id, found) in order.into_iter().zip(found) {
            let fits = found.as_ref().map(|found| found.record.as_bytes()) == Some(id.as_bytes()).filter(|_| id != "missing");
            expect(fits, || format!("{id:?} is answered with {found:?}"))?;
        }
    }
    Ok(())
}

async fn any_octets_are_kept(store: &Bench<'_>) -> Found {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    for (id, octets) in [("all", &*all), ("none", &[]), ("nul", &[0]), ("not text", &[0xff, 0xfe])] {
        store.applies(vec![insert(&key(id), octets)]).await?;
        let held = store.held(&key(id)).await?;
        expect(held.record.as_bytes() == octets, || {
            format!("{id}: {} octets of {}", held.record.as_bytes().len(), octets.len())
        })?;
    }
    Ok(())
}

async fn large_records_are_kept(store: &Bench<'_>) -> Found {
    let large: Vec<u8> = (0..1 << 20).map(|index: u32| (index % 251) as u8).collect();
    store.applies(vec![insert(&key("large"), &large)]).await?;
    let held = store.held(&key("large")).await?;
    expect(held.record.as_bytes() == large, || format!("{} octets of {}", held.record.as_bytes().len(), large.len()))
}

async fn any_expiry_is_kept(store: &Bench<'_>) -> Found {
    for expires in [LATER, Timestamp::from_seconds(1 << 40), Timestamp::NEVER] {
        let key = key(expires.to_string());
        store.applies(vec![insert_until(&key, "one", expires)]).await?;
        let held = store.held(&key).await?;
        expect(held.expires == expires, || format!("{expires} became {}", held.expires))?;
    }
    Ok(())
}

/// Case, trailing spaces, separators, wildcards, quotes, long common prefixes; and the same id of another kind or issuer.
async fn keys_are_distinguished(store: &Bench<'_>) -> Found {
    let long = "x".repeat(250);
    let ids =
        ["a", "A", "a ", " a", "a b", "a:b", "a/b", "a|b", "a\\b", "a'b", "a\"b", "a%b", "a_b", "a*b", "a;--", "a,b", "{a}"];
    let mut keys: Vec<RecordKey> = ids.into_iter().map(key).chain([key(format!("{long}1")), key(format!("{long}2"))]).collect();
    keys.push(RecordKey { kind: Kind::Code, ..key("a") });
    keys.push(RecordKey { issuer: "https://as.example/b".into(), ..key("a") });
    keys.push(RecordKey { issuer: "https://AS.example".into(), ..key("a") });
    for key in &keys {
        let inserted = store.applies(vec![insert(key, key.to_string())]).await;
        inserted.map_err(|found| format!("under {key}: {found}"))?;
    }
    for key in &keys {
        let held = store.held(key).await?;
        expect(held.record == record(key.to_string()), || format!("under {key} is the record of another key"))?;
    }
    let held = store.held(&keys[0]).await?;
    store.applies(vec![remove(&keys[0], held.version)]).await?;
    for key in &keys[1..] {
        store.held(key).await?;
    }
    Ok(())
}
