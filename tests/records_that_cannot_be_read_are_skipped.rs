//! One record that no version of the library wrote does not keep administrators from listing, withdrawing and removing the others.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::record::{Kind, Owner, Record, RecordKey, Write};
use fapi::*;

/// Damages the records of a kind with these ids, which keep their owners; returns their keys.
fn damage(world: &World, kind: Kind, ids: impl Fn(&str) -> bool) -> Vec<RecordKey> {
    rewrite(world, kind, ids, "1{}x")
}

fn rewrite(world: &World, kind: Kind, ids: impl Fn(&str) -> bool, text: &str) -> Vec<RecordKey> {
    let mut store = world.store.borrow_mut();
    let mut records = store.list(&List::first(ISSUER, kind, None, 100)).records;
    records.retain(|(key, _)| ids(&key.id));
    for (key, found) in &records {
        let (record, owners) = (Record::from_bytes(text.as_bytes().to_vec()), read_owners(kind, &found.record));
        let write = Write::Replace { key: key.clone(), on: found.version, record, expires: found.expires, owners };
        assert_eq!(store.commit(&Commit::new(Timestamp::from_seconds(0), vec![write])), Committed::Applied);
    }
    records.into_iter().map(|(key, _)| key).collect()
}

fn done<T>(outcome: Outcome<Administered<T>>) -> (T, Vec<RecordKey>) {
    let unreadable = outcome.event.unreadable.clone();
    match outcome.reply {
        Administered::Done(value) => (value, unreadable),
        Administered::Failed(response) => panic!("{response:?}"),
    }
}

fn alice() -> Owner {
    Owner::Subject("alice".into())
}

#[test]
fn a_listing_leaves_them_out_and_names_them() {
    let world = World::fapi2();
    for (seed, id) in ["a", "b", "c"].iter().enumerate() {
        Client::registered(&world, id, 10 + seed as u8);
    }
    let listed = |request| done(world.drive(world.server.clients(request, world.context())));
    let (page, unreadable) = listed(PageRequest::first(10));
    assert_eq!((page.entries.len(), page.unreadable, unreadable), (3, vec![], vec![]));

    let damaged = damage(&world, Kind::Client, |id| id == "b");
    let (page, unreadable) = listed(PageRequest::first(2));
    assert_eq!(page.entries.iter().map(|client| client.metadata.client_id.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!((&page.unreadable, &unreadable), (&damaged, &damaged));
    let (page, unreadable) = listed(PageRequest::after(page.next.expect("one more page"), 2));
    assert_eq!(page.entries.iter().map(|client| client.metadata.client_id.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!((page.unreadable, unreadable, page.next), (vec![], vec![], None));
}

#[test]
fn listings_by_owner_leave_them_out_as_well() {
    for kind in [Kind::Grant, Kind::Consent, Kind::Session] {
        let world = World::fapi2();
        let (client, other) = (Client::registered(&world, "client-1", 10), Client::registered(&world, "other", 11));
        let _ = client.redeem(&world, &client.code(&world, &[]));
        let before: Vec<_> = world.store.borrow().list(&List::first(ISSUER, kind, None, 100)).records;
        let _ = other.redeem(&world, &other.code(&world, &[]));
        let damaged = damage(&world, kind, |id| before.iter().any(|(key, _)| key.id == id));
        assert_eq!(damaged.len(), 1, "{kind:?}");
        let all = || PageRequest::first(100);
        let (left, told) = match kind {
            Kind::Grant => {
                let (page, told) = done(world.drive(world.server.grants(alice(), all(), world.context())));
                (page.entries.len(), told)
            }
            Kind::Consent => {
                let (page, told) = done(world.drive(world.server.consents(alice(), all(), world.context())));
                (page.entries.len(), told)
            }
            _ => {
                let (page, told) = done(world.drive(world.server.sessions("alice", all(), world.context())));
                (page.entries.len(), told)
            }
        };
        assert_eq!((left, told), (1, damaged), "{kind:?}");
    }
}

#[test]
fn a_withdrawal_takes_back_everything_else() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let redeemed = client.redeem(&world, &code);
    let token = member(&redeemed.reply, "refresh_token");
    let damaged = damage(&world, Kind::Consent, |_| true);
    let (withdrawn, told) = done(world.drive(world.server.withdraw("alice", "client-1", world.context())));
    assert_eq!((withdrawn.grants, withdrawn.consents, told), (1, 0, damaged));
    let refreshed = client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    refused(&refreshed, 400, "invalid_grant", &["RFC6749-5.2-5"]);

    let damaged = damage(&world, Kind::Session, |_| true);
    let (ended, told) = done(world.drive(world.server.end_sessions("alice", None, world.context())));
    assert_eq!((ended, told), (0, damaged));
}

#[test]
fn such_a_client_is_removed_with_everything_that_was_issued_to_it() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let redeemed = client.redeem(&world, &client.code(&world, &[]));
    let token = member(&redeemed.reply, "refresh_token");
    let refresh = || client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    damage(&world, Kind::Client, |_| true);
    assert!(matches!(refresh().event.disposition, Disposition::Fault(_)));
    let (removed, _) = done(world.drive(world.server.remove_clients(vec!["client-1".into()], world.context())));
    assert_eq!(removed, 1);
    world.pass(2);
    world.registered(client.metadata(), None);
    refused(&refresh(), 400, "invalid_grant", &["RFC6749-5.2-5"]);
}

#[test]
fn such_a_client_is_registered_again_and_a_newer_one_is_left_alone() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    damage(&world, Kind::Client, |_| true);
    world.registered(client.metadata(), None);
    let answered = client.token(&world, &[("grant_type", "client_credentials")]);
    assert!(!matches!(answered.event.disposition, Disposition::Fault(_)), "{:?}", answered.event);

    rewrite(&world, Kind::Client, |_| true, "2{}");
    let outcome = world.register(client.metadata(), None);
    assert_eq!(outcome.event.disposition, Disposition::Unavailable);
    let outcome = world.drive(world.server.remove_clients(vec!["client-1".into()], world.context()));
    assert_eq!(outcome.event.disposition, Disposition::Unavailable);
}
