//! A host that fails to read, sign, fetch, supply claims or write: the reply is 503 or an error at the client's redirect URI,
//! and nothing is done in part.

use crate::support::client::{Client, REDIRECT, VERIFIER};
use crate::support::refusal::{Told, header, refused};
use crate::support::*;
use fapi::record::{Kind, RecordKey, Write};
use fapi::*;
use std::cell::{Cell, RefCell};

const GRANT: &[(&str, &str)] = &[("grant_type", "client_credentials")];

fn world() -> (World, Client) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

#[track_caller]
fn unavailable<R: Told + std::fmt::Debug>(
    world: &World,
    what: &'static str,
    run: impl FnOnce() -> Outcome<R>,
    status: u16,
) -> Response {
    let before = world.holdings();
    world.down.set(what);
    let outcome = run();
    world.down.set("");
    refused(&outcome, status, "temporarily_unavailable", &[]);
    assert_eq!(outcome.event.disposition, Disposition::Unavailable);
    // On a redirect, the header would make the browser wait (RFC 9110 10.2.3).
    let waits = if status == 303 { "" } else { "1" };
    assert_eq!(header(&outcome.reply.told(), "retry-after"), waits);
    assert_eq!(world.written_since(&before), "", "an outage must use up nothing");
    outcome.reply.told()
}

#[test]
fn outages_at_the_back_channel_are_answered_with_503() {
    let (world, client) = world();
    for what in ["load", "commit"] {
        unavailable(&world, what, || client.push(&world, &[]), 503);
    }
    for what in ["load", "sign", "commit"] {
        unavailable(&world, what, || client.token(&world, GRANT), 503);
    }
    let code = client.code(&world, &[("claims", Some(r#"{"id_token":{"email":null}}"#)), ("scope", Some("openid email"))]);
    for what in ["load", "sign", "claims", "commit"] {
        unavailable(&world, what, || client.redeem(&world, &code), 503);
    }
    let redeemed = client.redeem(&world, &code);
    assert_eq!(redeemed.reply.status(), 200, "the code must still be valid after the failures");
    let (access, refresh) = (member(&redeemed.reply, "access_token"), member(&redeemed.reply, "refresh_token"));
    for what in ["load", "claims", "commit"] {
        unavailable(&world, what, || client.userinfo(&world, &access), 503);
    }
    for what in ["load", "commit"] {
        unavailable(&world, what, || client.resource(&world, &access), 503);
    }
    for what in ["load", "sign", "commit"] {
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
        unavailable(&world, what, || client.token(&world, &parameters), 503);
    }
}

#[test]
fn a_refusal_whose_write_fails_is_not_sent_either() {
    let (world, client) = world();
    let code = client.code(&world, &[]);
    client.redeem(&world, &code).reply.status();
    unavailable(&world, "commit", || client.redeem(&world, &code), 503);
    unavailable(&world, "commit", || client.push(&world, &[("response_type", None)]), 503);
}

#[test]
fn outages_at_the_front_channel_are_shown_on_a_page_until_the_target_is_known() {
    let (world, client) = world();
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let page = unavailable(&world, "load", || client.present(&world, &uri, None), 503);
    assert!(page.headers().get("location").is_none());
    let told = unavailable(&world, "commit", || client.present(&world, &uri, None), 303);
    assert_eq!(redirected(&told, "state").as_deref(), Some("a state"));
    let shown = prompt(client.present(&world, &uri, None));
    unavailable(&world, "load", || client.answer(&world, &shown, Client::login()), 503);
    unavailable(&world, "commit", || client.answer(&world, &shown, Client::login()), 303);
    let shown = prompt(client.answer(&world, &shown, Client::login()));
    unavailable(&world, "commit", || client.answer(&world, &shown, Client::consent("accounts")), 303);
    unavailable(&world, "commit", || client.answer(&world, &shown, UserDecision::Denied), 303);
    assert!(redirected(&response(client.answer(&world, &shown, Client::consent("accounts"))), "code").is_some());
}

#[test]
fn conflicts_are_decided_again_64_times() {
    let (world, client) = world();
    world.traced();
    world.contended.set(64);
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
    assert_eq!(world.traced(), format!("load{}", " commit".repeat(65)));
    let before = world.holdings();
    world.contended.set(65);
    let outcome = client.push(&world, &[]);
    refused(&outcome, 503, "temporarily_unavailable", &[]);
    assert_eq!((outcome.event.disposition, &*world.written_since(&before)), (Disposition::Unavailable, ""));
}

type Meddle<'w> = Box<dyn FnOnce(&World) + 'w>;

/// A host that delegates to the world and interferes with commits.
struct Meddling<'w> {
    world: &'w World,
    before_commit: RefCell<Option<Meddle<'w>>>,
    answer: Cell<Option<Committed>>,
}

impl Host for Meddling<'_> {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        self.world.load(load)
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        self.world.list(list)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        if let Some(meddle) = self.before_commit.borrow_mut().take() {
            meddle(self.world);
        }
        self.answer.take().map_or_else(|| self.world.commit(commit), Ok)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        self.world.use_key(key_use)
    }
}

fn meddle<'w>(world: &'w World, with: impl FnOnce(&World) + 'w) -> Meddling<'w> {
    Meddling { world, before_commit: RefCell::new(Some(Box::new(with))), answer: Cell::new(None) }
}

#[test]
fn an_unknown_commit_outcome_is_a_server_error() {
    let (world, client) = world();
    let request = client.token_request(&world, GRANT, Some(&client.proof(&world, "POST", "https://as.example/token")));
    let host = meddle(&world, |_| {});
    host.answer.set(Some(Committed::Unknown));
    let outcome = fapi::drive(&host, world.server.token_request(Inbound::new(&request), world.context()));
    refused(&outcome, 500, "server_error", &[]);
    assert_eq!((outcome.event.disposition, outcome.event.client.as_deref()), (Disposition::CommitUnknown, Some("client-1")));
}

#[test]
fn a_client_whose_keys_change_meanwhile_is_checked_with_the_new_ones() {
    let (world, client) = world();
    let host = meddle(&world, |world| world.registered(Client::new("client-1", 44).metadata(), None));
    let request = client.token_request(&world, GRANT, Some(&client.proof(&world, "POST", "https://as.example/token")));
    let outcome = fapi::drive(&host, world.server.token_request(Inbound::new(&request), world.context()));
    refused(&outcome, 400, "invalid_client", &["RFC7523-3-8", "RFC8725-3.3-1"]);
}

#[test]
fn a_grant_that_is_revoked_meanwhile_gives_no_access() {
    let (world, client) = world();
    let redeemed = client.redeem(&world, &client.code(&world, &[])).reply;
    let (access, refresh) = (member(&redeemed, "access_token"), member(&redeemed, "refresh_token"));
    let revoke = |world: &World| {
        let request = client.token_request(world, &[("token", &refresh)], None);
        let outcome = world.drive(world.server.revocation_request(Inbound::new(&request), world.context()));
        assert_eq!(outcome.reply.status(), 200);
    };
    let target = "https://api.example/accounts";
    let request = client.resource_request(&world, &access, target);
    let inbound = Inbound::new(&request).at(EndpointAddress::Resource(target));
    let step = world.server.resource_server("https://api.example").expect("an API").protect(
        inbound,
        RequiredAccess::token(),
        world.context(),
    );
    refused(&fapi::drive(&meddle(&world, revoke), step), 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
}

#[test]
fn concurrent_requests_get_one_code_and_one_token() {
    let (world, client) = world();
    let code = client.code(&world, &[]);
    let host = meddle(&world, |world| assert_eq!(client.redeem(world, &code).reply.status(), 200));
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", crate::support::client::REDIRECT),
        ("code_verifier", crate::support::client::VERIFIER),
    ];
    let request = client.token_request(&world, &parameters, Some(&client.proof(&world, "POST", "https://as.example/token")));
    let outcome = fapi::drive(&host, world.server.token_request(Inbound::new(&request), world.context()));
    refused(&outcome, 400, "invalid_grant", &["RFC6749-4.1.2-2", "FAPI2-SP-5.3.2.2-9", "RFC9700-4.2.4-1"]);
}

#[test]
fn invalid_answers_of_the_host_are_faults() {
    let (world, client) = world();
    let request = client.token_request(&world, GRANT, None);
    let Step::Load(_, then) = world.server.token_request(Inbound::new(&request), world.context()) else { panic!() };
    let Step::Done(outcome) = then.resume(Ok(vec![])) else { panic!("the exchange ends") };
    refused(&outcome, 500, "server_error", &[]);
    assert!(matches!(outcome.event.disposition, Disposition::Fault(_)));

    let key = RecordKey { issuer: ISSUER.into(), kind: Kind::Client, id: "client-1".into() };
    let on = world.store.borrow().load(std::slice::from_ref(&key))[0].as_ref().unwrap().version;
    let nonsense = fapi::record::Record::from_bytes(b"{".to_vec());
    let writes = vec![Write::Replace { key, on, record: nonsense, expires: Timestamp::NEVER, owners: vec![] }];
    world.store.borrow_mut().commit(&Commit::new(Timestamp::from_seconds(0), writes));
    let outcome = client.push(&world, &[]);
    refused(&outcome, 500, "server_error", &[]);
    assert!(
        matches!(outcome.event.disposition, Disposition::Fault(_))
            && !String::from_utf8_lossy(outcome.reply.body()).contains("record")
    );
}

/// A store that answers `often` times and then fails.
fn fading(world: &World, often: usize, mut step: Step) -> Outcome {
    for at in 0.. {
        step = match step {
            Step::Load(load, then) if at < often => then.resume(Ok(world.store.borrow().load(&load.keys))),
            Step::Load(_, then) => then.resume(Err(Unavailable)),
            Step::Done(outcome) => return outcome,
            _ => break,
        };
    }
    panic!("the exchange continues without an answer")
}

#[test]
fn an_outage_is_not_reported_as_an_inactive_token() {
    let mut settings = settings(fapi2());
    settings.apis[0].dialect = Dialect::Opaque;
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    let token = member(&client.token(&world, GRANT).reply, "access_token");
    let request = || client.token_request(&world, &[("token", &token)], None);
    for often in 0..2 {
        let introspection = world.server.introspection_request(Inbound::new(&request()), world.context());
        refused(&fading(&world, often, introspection), 503, "temporarily_unavailable", &[]);
        let revocation = world.server.revocation_request(Inbound::new(&request()), world.context());
        refused(&fading(&world, often, revocation), 503, "temporarily_unavailable", &[]);
    }
}

/// A host that implements only the mandatory steps.
struct Bare<'w>(&'w World);

impl Host for Bare<'_> {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        self.0.load(load)
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        self.0.list(list)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.0.commit(commit)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        self.0.use_key(key_use)
    }
}

#[test]
fn a_host_without_claims_and_documents_is_unavailable() {
    let (world, client) = world();
    let code = client.code(&world, &[("claims", Some(r#"{"id_token":{"email":null}}"#)), ("scope", Some("openid email"))]);
    let parameters =
        [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
    let proof = client.proof(&world, "POST", "https://as.example/token");
    let request = client.token_request(&world, &parameters, Some(&proof));
    let redeemed = drive(&Bare(&world), world.server.token_request(Inbound::new(&request), world.context()));
    refused(&redeemed, 503, "temporarily_unavailable", &[]);
    let mut metadata = client.metadata();
    (metadata.jwks, metadata.jwks_uri) = (None, Some("https://client.example/jwks".into()));
    world.registered(metadata, None);
    world.documents.borrow_mut().insert("https://client.example/jwks".into(), ("{}".into(), world.now.get()));
    let request = client.token_request(&world, GRANT, None);
    let granted = drive(&Bare(&world), world.server.token_request(Inbound::new(&request), world.context()));
    refused(&granted, 503, "temporarily_unavailable", &[]);
}
