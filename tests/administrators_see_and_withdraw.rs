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

#[test]
fn every_operation_leaves_an_event_with_its_objects() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let _ = tokens(&world, &client);
    let (server, owner) = (&world.server, || Owner::Client("client-1".into()));
    let grant = grants(&world, alice())[0].id.clone();
    let mut events = vec![
        world.register(client.metadata(), None).event,
        world.drive(server.client("client-1", world.context())).event,
        world.drive(server.clients(all(), world.context())).event,
        world.drive(server.grants(owner(), all(), world.context())).event,
        world.drive(server.revoke_grant(&grant, world.context())).event,
        world.drive(server.consents(alice(), all(), world.context())).event,
        world.drive(server.withdraw("alice", "client-1", world.context())).event,
        world.drive(server.sessions("alice", all(), world.context())).event,
        world.drive(server.end_sessions("alice", Some("s"), world.context())).event,
        world.drive(server.end_sessions("alice", None, world.context())).event,
        world.drive(server.revoke_subject("alice", world.context())).event,
        world.drive(server.remove_clients(vec!["client-1".into(), "gone".into()], world.context())).event,
    ];
    world.down.set("load");
    events.push(world.drive(server.withdraw("bob", "client-1", world.context())).event);
    let told = |event: &Event| {
        let about = event.administration.as_ref().expect("an operation");
        let (client, subject) = (event.client.as_deref().unwrap_or("-"), event.subject.as_deref().unwrap_or("-"));
        format!("{}: {about} ({client}, {subject})", about.name()).replace(&grant, "g")
    };
    let expected = [
        r#"register: clients ["client-1"] (client-1, -)"#,
        r#"client: client "client-1" (client-1, -)"#,
        "clients: clients (-, -)",
        r#"grants: client "client-1" (-, -)"#,
        r#"revoke_grant: grant "g" (client-1, alice)"#,
        r#"consents: subject "alice" (-, -)"#,
        r#"withdraw: subject "alice", client "client-1" (client-1, alice)"#,
        r#"sessions: subject "alice" (-, alice)"#,
        r#"end_sessions: subject "alice", session "s" (-, alice)"#,
        r#"end_sessions: subject "alice" (-, alice)"#,
        r#"revoke_subject: subject "alice" (-, alice)"#,
        r#"remove_clients: clients ["client-1", "gone"] (-, -)"#,
        r#"withdraw: subject "bob", client "client-1" (-, -)"#,
    ];
    assert_eq!(events.iter().map(told).collect::<Vec<_>>(), expected);
    let outcome = client.push(&world, &[]);
    assert_eq!(outcome.event.administration, None);
}

/// A client that is read and registered again with a change keeps the secret that nobody can read.
#[test]
fn a_client_is_replaced_and_keeps_its_secret() {
    use fapi::policy::AuthenticationMethod::{self, ClientSecretBasic, ClientSecretJwt, ClientSecretPost, PrivateKeyJwt};
    const SECRET: &str = "a secret of 32 characters or so.";
    let world = World::new(fapi::policy::OAUTH.policy());
    let register = |method: AuthenticationMethod, secret: Option<&str>, keeps: bool| {
        let mut metadata = ClientMetadata::new("shop", method);
        metadata.grant_types = vec!["client_credentials".into()];
        metadata.client_name = Some(format!("The Shop {keeps}"));
        metadata.jwks = (method == PrivateKeyJwt).then(|| fapi::jose::Json::Object(Client::new("shop", 10).key.jwks()));
        let registration = Registration::of(metadata);
        world.register(if keeps { registration.keep_secret() } else { registration }, secret)
    };
    let works = || {
        let parameters = [("grant_type", "client_credentials"), ("client_id", "shop"), ("client_secret", SECRET)];
        world.drive(world.server.token_request(Inbound::new(&post(&parameters)), world.context())).reply.status() == 200
    };
    refused(&register(ClientSecretPost, None, true), 400, "invalid_client_metadata", &["RFC6749-2.3.2-1"]);
    assert!(matches!(register(ClientSecretPost, Some(SECRET), false).reply, Registered::Stored));
    assert!(works());
    let kept = register(ClientSecretPost, None, true);
    assert!(matches!(kept.reply, Registered::Stored), "{:?}", kept.event);
    assert!(works());
    let read = done(&world, world.server.client("shop", world.context())).unwrap();
    assert_eq!((read.metadata.client_name.as_deref(), read.has_secret), (Some("The Shop true"), true));

    for method in [ClientSecretBasic, ClientSecretJwt, PrivateKeyJwt] {
        let outcome = register(method, None, true);
        refused(&outcome, 400, "invalid_client_metadata", &["RFC6749-2.3.2-1"]);
        assert_eq!(outcome.event.client.as_deref(), Some("shop"));
    }
    let bases = ["RFC6749-4.4-1", "OCP-GRT-08"];
    refused(&register(AuthenticationMethod::None, None, true), 400, "invalid_client_metadata", &bases);
    assert!(works(), "what is refused changes nothing");
    done(&world, world.server.remove_clients(vec!["shop".into()], world.context()));
    refused(&register(ClientSecretPost, None, true), 400, "invalid_client_metadata", &["RFC6749-2.3.2-1"]);
}
