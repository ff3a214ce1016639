//! Administrators read, list and remove clients, grants, consents and sessions.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::record::Owner;
use fapi::*;
use std::fmt::Debug;

#[track_caller]
fn done<T: Debug + Send + 'static>(world: &World, step: Step<Administered<T>>) -> T {
    match world.drive(step).reply {
        Administered::Done(value) => value,
        Administered::Failed(response) => panic!("{response:?}"),
    }
}

fn alice() -> Owner {
    Owner::Subject("alice".into())
}

fn all() -> PageRequest {
    PageRequest::first(100)
}

fn grants(world: &World, owner: Owner) -> Vec<IssuedGrant> {
    done(world, world.server.grants(owner, all(), world.context())).entries
}

fn tokens(world: &World, client: &Client) -> (String, String) {
    let tokens = client.redeem(world, &client.code(world, &[])).reply;
    (member(&tokens, "access_token"), member(&tokens, "refresh_token"))
}

fn refresh(world: &World, client: &Client, token: &str) -> Outcome {
    client.token(world, &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

#[test]
fn clients_are_read_and_listed_page_by_page() {
    let world = World::fapi2();
    for (seed, id) in ["a", "b", "c"].iter().enumerate() {
        Client::registered(&world, id, 10 + seed as u8);
    }
    let one = done(&world, world.server.client("b", world.context())).unwrap();
    assert_eq!((one.metadata.client_id.as_str(), one.has_secret), ("b", false));
    assert_eq!(done(&world, world.server.client("d", world.context())), None);

    let (mut request, mut pages) = (PageRequest::first(2), vec![]);
    loop {
        let page = done(&world, world.server.clients(request, world.context()));
        pages.push(page.entries.iter().map(|client| client.metadata.client_id.clone()).collect::<Vec<_>>().concat());
        match page.next {
            Some(next) => request = PageRequest::after(next, 2),
            None => break,
        }
    }
    assert_eq!(pages, ["ab", "c"]);
}

#[test]
fn a_client_that_is_removed_has_nothing_left() {
    let world = World::fapi2();
    let (gone, stays) = (Client::registered(&world, "gone", 10), Client::registered(&world, "stays", 11));
    let (access, token) = tokens(&world, &gone);
    let (_, other) = tokens(&world, &stays);
    let ids = || vec!["gone".to_owned(), "unknown".to_owned(), "gone".to_owned()];
    assert_eq!(done(&world, world.server.remove_clients(ids(), world.context())), 1);
    assert_eq!(done(&world, world.server.remove_clients(ids(), world.context())), 0);
    refused(&refresh(&world, &gone, &token), 400, "invalid_client", &["RFC6749-5.2-3"]);
    assert_eq!(refresh(&world, &stays, &other).reply.status(), 200);

    // Nothing becomes valid again with a client of the same name.
    world.pass(2);
    world.registered(gone.metadata(), None);
    assert_eq!(refresh(&world, &gone, &token).reply.status(), 400);
    assert_eq!(gone.userinfo(&world, &access).reply.status(), 401);
    let (access, _) = tokens(&world, &gone);
    assert_eq!(gone.userinfo(&world, &access).reply.status(), 200);
}

#[test]
fn grants_are_listed_and_revoked() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let (access, token) = tokens(&world, &client);
    let listed = grants(&world, alice());
    assert_eq!(listed, grants(&world, Owner::Client("client-1".into())));
    assert_eq!(grants(&world, Owner::Client("alice".into())), []);
    let [grant] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((grant.client_id.as_str(), grant.subject.as_deref(), grant.revoked), ("client-1", Some("alice"), false));

    assert!(done(&world, world.server.revoke_grant(&grant.id, world.context())));
    assert!(!done(&world, world.server.revoke_grant(&grant.id, world.context())), "it is revoked once");
    assert!(!done(&world, world.server.revoke_grant("unknown", world.context())));
    refused(&refresh(&world, &client, &token), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    assert_eq!(client.userinfo(&world, &access).reply.status(), 401);
    assert!(grants(&world, alice()).iter().all(|grant| grant.revoked));
}

#[test]
fn what_a_user_allowed_is_withdrawn() {
    let world = World::fapi2();
    let (client, other) = (Client::registered(&world, "client-1", 10), Client::registered(&world, "other", 11));
    let ((_, token), (_, kept)) = (tokens(&world, &client), tokens(&world, &other));
    let waiting = client.code(&world, &[]);
    let consents = || done(&world, world.server.consents(alice(), all(), world.context())).entries;
    let clients = || consents().into_iter().map(|consent| consent.client_id).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(clients(), ["client-1", "other"].map(String::from).into());

    let withdrawn = done(&world, world.server.withdraw("alice", "client-1", world.context()));
    assert_eq!((withdrawn.grants, withdrawn.consents), (1, 1));
    refused(&refresh(&world, &client, &token), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    assert_eq!(client.redeem(&world, &waiting).reply.status(), 400, "a code that waits is void too");
    assert_eq!(clients(), ["other".to_owned()].into());
    assert_eq!(refresh(&world, &other, &kept).reply.status(), 200);
}

#[test]
fn sessions_are_listed_and_ended() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let (_, token) = tokens(&world, &client);
    let _ = tokens(&world, &client);
    let listed = || done(&world, world.server.sessions("alice", all(), world.context())).entries;
    let before = listed();
    assert_eq!(before.len(), 2);
    assert!(before.iter().all(|session| session.clients == ["client-1"] && session.subject == "alice"));
    assert_eq!(done(&world, world.server.end_sessions("alice", Some(&before[0].id), world.context())), 1);
    assert_eq!(listed(), before[1..]);
    assert_eq!(done(&world, world.server.end_sessions("bob", Some(&before[1].id), world.context())), 0, "it is alice's");
    assert_eq!(done(&world, world.server.end_sessions("alice", None, world.context())), 1);
    assert_eq!(listed(), []);
    assert_eq!(refresh(&world, &client, &token).reply.status(), 200, "grants outlive sessions");
}

#[test]
fn what_has_expired_is_not_listed() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let _ = tokens(&world, &client);
    world.pass(world.server.settings().lifetimes.session.into());
    assert_eq!(done(&world, world.server.sessions("alice", all(), world.context())).entries, []);
    assert_eq!(grants(&world, alice()).len(), 1);
}

/// A withdrawal that conflicts with other writes is decided again, on the current records.
#[test]
fn a_withdrawal_is_repeated_after_a_conflict() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let (_, token) = tokens(&world, &client);
    world.contended.set(2);
    assert_eq!(done(&world, world.server.withdraw("alice", "client-1", world.context())).grants, 1);
    assert_eq!(refresh(&world, &client, &token).reply.status(), 400);
}

#[test]
fn a_host_that_lists_nothing_is_an_outage() {
    let world = World::fapi2();
    world.down.set("list");
    let outcome = world.drive(world.server.clients(all(), world.context()));
    assert!(matches!(outcome.reply, Administered::Failed(_)));
    assert_eq!(outcome.event.disposition, Disposition::Unavailable);
    assert_eq!(outcome.event.endpoint, Endpoint::Administration);
}
