//! A list contains exactly the requested records, unchanged, in the order of their ids.

use super::Checks;
use super::bench::{Bench, LATER, NOW, client, ids_of, insert, key, listing, owned, record, replace, subject};
use crate::exchange::List;
use crate::harness::report::{Found, expect};
use crate::record::{Kind, RecordKey, Write};

pub(super) const CHECKS: Checks = checks![
    a_list_has_the_records_of_its_kind_and_issuer,
    a_list_of_an_owner_has_the_records_of_that_owner,
    a_list_is_in_the_order_of_ids,
    a_list_shows_records_as_they_are_loaded,
    a_list_has_no_notices,
    an_expired_record_is_listed_until_it_is_swept,
];

async fn a_list_has_the_records_of_its_kind_and_issuer(store: &Bench<'_>) -> Found {
    let empty = store.list(None).await?;
    expect(empty.is_empty(), || format!("an empty store lists {empty:?}"))?;
    let other_kinds = [Kind::Code, Kind::SubjectCutoff].map(|kind| RecordKey { kind, ..key("a") });
    let other_issuers = ["https://as.example/b", "https://as.exampl", "https://AS.example"]
        .map(|issuer| RecordKey { issuer: issuer.into(), ..key("a") });
    for key in [key("a"), key("b")].iter().chain(&other_kinds).chain(&other_issuers) {
        store.applies(vec![insert(key, key.to_string())]).await?;
    }
    let listed = store.list(None).await?;
    expect(ids_of(&listed) == ["a", "b"], || format!("two records exist, but {:?} are listed", ids_of(&listed)))?;
    for RecordKey { issuer, kind, id } in other_kinds.into_iter().chain(other_issuers) {
        let page = store.page(&List::first(&issuer, kind, None, 10)).await?;
        let keys: Vec<_> = page.records.iter().map(|(key, _)| key.to_string()).collect();
        let only = RecordKey { issuer, kind, id }.to_string();
        expect(keys == [only.as_str()], || format!("instead of {only}, {keys:?} are listed"))?;
    }
    Ok(())
}

/// This holds whatever other owners the record has, and even if other owners have a similar name.
async fn a_list_of_an_owner_has_the_records_of_that_owner(store: &Bench<'_>) -> Found {
    let owners = [
        client("a"),
        subject("a"),
        client("A"),
        client("a "),
        client("a b"),
        client("a%"),
        client("subject a"),
        subject(&"x".repeat(255)),
    ];
    store.applies(vec![insert(&key("none"), "x")]).await?;
    for (at, owner) in owners.iter().enumerate() {
        let both = [owner, &owners[(at + 1) % owners.len()]];
        store.applies(vec![owned(insert(&key(format!("both {at}")), "x"), &both)]).await?;
        let elsewhere = RecordKey { issuer: "https://as.example/b".into(), ..key(format!("elsewhere {at}")) };
        store.applies(vec![owned(insert(&elsewhere, "x"), &[owner])]).await?;
    }
    for (at, owner) in owners.iter().enumerate() {
        let mut expected = [at, (at + owners.len() - 1) % owners.len()].map(|at| format!("both {at}"));
        expected.sort();
        store.lists(owner, &expected.each_ref().map(String::as_str)).await?;
    }
    store.lists(&client("nobody"), &[]).await
}

/// The order of octets, which no language or collation has: capital letters before small ones, a prefix before what it begins.
async fn a_list_is_in_the_order_of_ids(store: &Bench<'_>) -> Found {
    let ids = [" ", "-", "0", "10", "9", "A", "Z", "Za", "_", "a", "a b", "a-b", "aB", "ab", "b", "~"];
    for at in 0..ids.len() {
        let id = ids[at * 7 % ids.len()];
        store.applies(vec![owned(insert(&key(id), id), &[&client("a")])]).await?;
    }
    store.lists(&client("a"), &ids).await?;
    let all = store.list(None).await?;
    expect(ids_of(&all) == ids, || format!("of all owners: {:?}, not {ids:?}", ids_of(&all)))
}

async fn a_list_shows_records_as_they_are_loaded(store: &Bench<'_>) -> Found {
    let inserted = store.insert(&key("a"), "inserted").await?;
    let replaced = owned(replace(&key("a"), inserted.version, "replaced"), &[&client("a")]);
    store.applies(vec![replaced]).await?;
    let held = store.held(&key("a")).await?;
    for owner in [None, Some(client("a"))] {
        let listed = store.list(owner.as_ref()).await?;
        expect(listed == [(key("a"), held.clone())], || format!("{listed:?} are listed, {held:?} is loaded"))?;
    }
    Ok(())
}

async fn a_list_has_no_notices(store: &Bench<'_>) -> Found {
    store.applies(vec![Write::Enqueue { key: key("a"), record: record("notice"), due: NOW }]).await?;
    let listed = store.list(None).await?;
    expect(listed.is_empty(), || format!("a notice is listed: {listed:?}"))
}

/// The lists of a store do not depend on time: a record that was just deleted elsewhere must not look as if it had expired, or the
/// reverse.
async fn an_expired_record_is_listed_until_it_is_swept(store: &Bench<'_>) -> Found {
    let owner = client("a");
    store.applies(vec![owned(insert(&key("expired"), "x"), &[&owner])]).await?;
    store.applies_at(LATER.after(1), vec![insert(&key("another"), "x")]).await?;
    store.lists(&owner, &["expired"]).await?;
    let page = store.page(&listing(None, 10)).await?;
    expect(ids_of(&page.records) == ["another", "expired"], || format!("of all owners: {:?}", ids_of(&page.records)))?;
    store.sweep(LATER).await?;
    store.lists(&owner, &[]).await
}
