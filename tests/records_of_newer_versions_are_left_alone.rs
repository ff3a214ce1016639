//! In a rolling upgrade, an old node finds records of a new one: exchanges that need them are unavailable for now, and nothing is
//! written.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::record::{Kind, Record, RecordKey, Version, Write};
use fapi::*;

/// Rewrites every record of a kind; the keys.
fn rewrite(world: &World, kind: Kind, rewritten: impl Fn(&str) -> String) -> Vec<RecordKey> {
    let mut store = world.store.borrow_mut();
    let records = store.list(&List::first(ISSUER, kind, None, 100)).records;
    for (key, found) in &records {
        let text = std::str::from_utf8(found.record.as_bytes()).unwrap();
        let record = Record::from_bytes(rewritten(text).into_bytes());
        let write = Write::Replace { key: key.clone(), on: found.version, record, expires: found.expires, owners: vec![] };
        assert_eq!(store.commit(&Commit::new(Timestamp::from_seconds(0), vec![write])), Committed::Applied);
    }
    records.into_iter().map(|(key, _)| key).collect()
}

fn versions(world: &World, keys: &[RecordKey]) -> Vec<Option<Version>> {
    world.store.borrow().load(keys).into_iter().map(|found| found.map(|found| found.version)).collect()
}

/// A possible next version of a kind, with a member that this version does not know.
fn newer(text: &str) -> String {
    versioned(&strange(text), 1)
}

/// What `newer` was made from.
fn older(text: &str) -> String {
    versioned(&text.replacen(STRANGE, "", 1), -1)
}

fn versioned(text: &str, step: i32) -> String {
    let (version, json) = text.split_at(text.find('{').unwrap());
    format!("{}{json}", version.parse::<i32>().unwrap() + step)
}

const STRANGE: &str = r#""since_the_next_version":true,"#;

/// A member that this version does not know, under this version.
fn strange(text: &str) -> String {
    text.replacen('{', &format!("{{{STRANGE}"), 1)
}

#[test]
fn a_newer_record_is_an_outage_that_writes_nothing() {
    for kind in [Kind::Client, Kind::Code] {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let code = client.code(&world, &[]);
        let keys = rewrite(&world, kind, newer);
        assert!(!keys.is_empty(), "{kind:?}");
        let (before, holdings) = (versions(&world, &keys), world.holdings());
        let outcome = client.redeem(&world, &code);
        refused(&outcome, 503, "temporarily_unavailable", &[]);
        assert_eq!(outcome.event.disposition, Disposition::Unavailable, "{kind:?}");
        assert_eq!(versions(&world, &keys), before, "{kind:?}");
        assert_eq!(world.written_since(&holdings), "", "{kind:?}");
        rewrite(&world, kind, older);
        assert_eq!(client.redeem(&world, &code).reply.status(), 200, "{kind:?}: the node answers once it can read the record");
    }
}

#[test]
fn a_newer_mark_still_says_that_something_was_used() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let request = client.token_request(&world, &[("grant_type", "client_credentials")], None);
    let _ = world.drive(world.server.token_request(Inbound::new(&request), world.context()));
    rewrite(&world, Kind::UseMarker, |_| r#"2{"since_the_next_version":true}"#.into());
    let again = world.drive(world.server.token_request(Inbound::new(&request), world.context()));
    refused(&again, 503, "temporarily_unavailable", &[]);
}

#[test]
fn a_member_that_this_version_never_wrote_is_a_fault() {
    for kind in [Kind::Client, Kind::Code] {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let code = client.code(&world, &[]);
        rewrite(&world, kind, strange);
        let outcome = client.redeem(&world, &code);
        refused(&outcome, 500, "server_error", &[]);
        assert!(matches!(outcome.event.disposition, Disposition::Fault(_)), "{kind:?}: {:?}", outcome.event);
    }
}
