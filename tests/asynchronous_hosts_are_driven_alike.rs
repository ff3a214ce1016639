//! An exchange whose effects are futures ends in the same way as a synchronous one. The caller decides when to poll.

use crate::support::client::{Client, REDIRECT, VERIFIER};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::record::{Record, RecordKey};
use fapi::*;
use std::future::ready;
use std::sync::{Mutex, MutexGuard};

/// A host that has every answer immediately.
struct Ready(Mutex<World>);

impl Ready {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }
}

impl Store for Ready {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        Box::pin(ready(Host::load(&*self.world(), load)))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        Box::pin(ready(Host::commit(&*self.world(), commit)))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        Box::pin(ready(Ok(self.world().store.borrow().list(list))))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        Box::pin(ready(Ok(self.world().store.borrow().due(now, limit))))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        Box::pin(ready(Ok(self.world().store.borrow_mut().sweep(now))))
    }
}

impl AsyncHost for Ready {
    fn store(&self) -> &dyn Store {
        self
    }

    async fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        Host::use_key(&*self.world(), key_use)
    }

    async fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        Host::claims(&*self.world(), request)
    }
}

#[test]
fn a_code_is_redeemed_with_every_kind_of_step() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[("claims", Some(r#"{"id_token":{"email":null}}"#)), ("scope", Some("openid email"))]);
    let parameters =
        [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
    let proof = client.proof(&world, "POST", "https://as.example/token");
    let request = client.token_request(&world, &parameters, Some(&proof));
    let step = world.server.token_request(Inbound::new(&request), world.context());
    world.traced();
    let host = Ready(Mutex::new(world));
    let redeemed = now(drive_async(&host, step));
    assert_eq!(redeemed.reply.status(), 200, "{:?}", redeemed.event);
    assert!(member(&redeemed.reply, "id_token").contains('.'));
    assert_eq!(host.world().traced(), "load load sign claims sign commit");
}

#[test]
fn a_host_without_documents_is_unavailable() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    (metadata.jwks, metadata.jwks_uri) = (None, Some("https://client.example/jwks".into()));
    world.registered(metadata, None);
    let request = client.token_request(&world, &[("grant_type", "client_credentials")], None);
    let step = world.server.token_request(Inbound::new(&request), world.context());
    let outcome = now(drive_async(&Ready(Mutex::new(world)), step));
    refused(&outcome, 503, "temporarily_unavailable", &[]);
}
