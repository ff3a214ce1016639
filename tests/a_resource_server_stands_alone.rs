//! A resource server that knows only its issuer's keys, or only its introspection endpoint.

use crate::support::client::Client;
use crate::support::*;
use fapi::policy::OAUTH;
use fapi::record::Versioned;
use fapi::*;
use std::cell::Cell;
use std::sync::Arc;

const API: &str = "https://api.example";
const JWKS: &str = "https://as.example/jwks";

/// The resource server's process, with its own store, the issuer's documents, and its introspection endpoint.
struct Elsewhere<'a> {
    issuer: &'a World,
    own: World,
    fetched: Cell<u32>,
    asked: Cell<u32>,
    reachable: bool,
    /// The issuer's introspection responses have no `aud`.
    without_audience: bool,
}

impl Host for Elsewhere<'_> {
    fn load(&self, load: &Load) -> Result<Vec<Option<Versioned>>, Unavailable> {
        self.own.load(load)
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        self.own.list(list)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.own.commit(commit)
    }

    fn use_key(&self, _: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        panic!("a resource server holds no keys")
    }

    fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        assert_eq!(request.url, JWKS);
        self.fetched.set(self.fetched.get() + 1);
        let now = Timestamp::from_seconds(self.issuer.now.get());
        let keys = self.issuer.server.jwks(now).to_string();
        if self.reachable { Ok(FetchedDocument::new(keys, now)) } else { Err(Unavailable) }
    }

    fn send(&self, request: &OutgoingRequest) -> Result<OutgoingResponse, Unavailable> {
        self.asked.set(self.asked.get() + 1);
        if !self.reachable {
            return Err(Unavailable);
        }
        let headers = request.headers.iter();
        let sent = headers.fold(http::Request::post("/"), |sent, (name, value)| sent.header(*name, value));
        let sent = sent.body(request.body.clone().into()).unwrap();
        let world = self.issuer;
        let outcome = world.drive(world.server.introspection_request(Inbound::new(&sent), world.context()));
        let mut body = outcome.reply.body().clone();
        if self.without_audience {
            let mut said: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&body).unwrap();
            said.remove("aud").expect("the issuer names the audience");
            body = serde_json::to_vec(&said).unwrap().into();
        }
        Ok(OutgoingResponse::new(outcome.reply.status().as_u16(), body))
    }
}

impl<'a> Elsewhere<'a> {
    fn new(issuer: &'a World) -> Self {
        let own = World::new(OAUTH.policy());
        Self { issuer, own, fetched: Cell::new(0), asked: Cell::new(0), reachable: true, without_audience: false }
    }

    fn access(&self, resource: &Arc<ResourceServer>, client: &Client, token: &str) -> Access {
        let proof = client.proof_claims(self.issuer, "GET", API).with("ath", ath(token));
        let request = http::Request::get("/").header("authorization", format!("DPoP {token}"));
        let request = request.header("dpop", client.prove(&proof)).body("".into()).unwrap();
        fapi::drive(self, resource.protect(Inbound::new(&request), RequiredAccess::token(), self.issuer.context())).reply
    }

    fn admits(&self, resource: &Arc<ResourceServer>, client: &Client, token: &str) -> bool {
        matches!(self.access(resource, client, token), Access::Allowed(_))
    }
}

fn ath(token: &str) -> String {
    fapi::sender::access_token_hash(token, fapi::primitives::aws_lc())
}

fn issuer(format: Dialect) -> (World, Client) {
    let mut settings = settings(OAUTH.policy());
    settings.apis[0].dialect = format;
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

fn own_token(world: &World, client: &Client) -> String {
    member(&client.token(world, &[("grant_type", "client_credentials"), ("scope", "accounts")]).reply, "access_token")
}

fn by_keys(change: impl FnOnce(&mut ResourceSettings)) -> Arc<ResourceServer> {
    let mut settings = ResourceSettings::new(ISSUER, API, fapi2());
    settings.jwks_uri = Some(JWKS.into());
    change(&mut settings);
    ResourceServer::standalone(settings).expect("settings")
}

#[test]
fn it_verifies_tokens_with_the_published_keys() {
    let (world, client) = issuer(Dialect::Rfc9068Profile);
    let (elsewhere, resource) = (Elsewhere::new(&world), by_keys(|_| ()));
    let token = own_token(&world, &client);
    let Access::Allowed(authorized) = elsewhere.access(&resource, &client, &token) else { panic!("denied") };
    assert_eq!((&*authorized.client_id, authorized.subject, &*authorized.scope.to_string()), ("client-1", None, "accounts"));
    assert!(!elsewhere.admits(&resource, &Client::new("client-1", 11), &token), "another key than the token is bound to");
    world.pass(301);
    assert!(!elsewhere.admits(&resource, &client, &token), "an expired token");
}

#[test]
fn tokens_of_other_issuers_for_other_apis_and_under_other_keys_are_refused() {
    let (world, client) = issuer(Dialect::Rfc9068Profile);
    let elsewhere = Elsewhere::new(&world);
    let token = own_token(&world, &client);
    assert!(elsewhere.admits(&by_keys(|_| ()), &client, &token));
    assert!(!elsewhere.admits(&by_keys(|settings| settings.identifier = "https://other.example".into()), &client, &token));
    assert!(!elsewhere.admits(&by_keys(|settings| settings.issuer = "https://other.example".into()), &client, &token));
    let stranger = Client::new("stranger", 50).key.jwks();
    let strangers_key = by_keys(|settings| settings.jwks = Some(stranger.into()));
    assert!(!elsewhere.admits(&strangers_key, &client, &token));
    let mut halves = token.split('.');
    let (header, payload) = (halves.next().unwrap(), halves.next().unwrap());
    assert!(!elsewhere.admits(&by_keys(|_| ()), &client, &format!("{header}.{payload}.AAAA")));
}

#[test]
fn a_proof_is_used_once() {
    let (world, client) = issuer(Dialect::Rfc9068Profile);
    let (elsewhere, resource) = (Elsewhere::new(&world), by_keys(|_| ()));
    let token = own_token(&world, &client);
    let proof = client.proof_claims(&world, "GET", API).with("ath", ath(&token));
    let request = http::Request::get("/").header("authorization", format!("DPoP {token}"));
    let request = request.header("dpop", client.prove(&proof)).body("".into()).unwrap();
    let protect = || resource.protect(Inbound::new(&request), RequiredAccess::token(), world.context());
    assert!(matches!(fapi::drive(&elsewhere, protect()).reply, Access::Allowed(_)));
    assert!(matches!(fapi::drive(&elsewhere, protect()).reply, Access::Denied(_)));
}

#[test]
fn opaque_tokens_are_introspected() {
    let (world, client) = issuer(Dialect::Opaque);
    let (elsewhere, resource) = (Elsewhere::new(&world), introspects(&world, None));
    let token = own_token(&world, &client);
    let Access::Allowed(authorized) = elsewhere.access(&resource, &client, &token) else { panic!("denied") };
    assert_eq!((&*authorized.client_id, authorized.subject, elsewhere.asked.get()), ("client-1", None, 1));
    assert!(!elsewhere.admits(&resource, &client, "unknown"), "the issuer says that it is not active");
    world.pass(301);
    assert!(!elsewhere.admits(&resource, &client, &token), "an expired token");
}

/// A token for another API would look the same.
#[test]
fn a_response_without_audience_is_refused_unless_the_settings_name_one() {
    let (world, client) = issuer(Dialect::Opaque);
    let token = own_token(&world, &client);
    let elsewhere = Elsewhere { without_audience: true, ..Elsewhere::new(&world) };
    assert!(!elsewhere.admits(&introspects(&world, None), &client, &token));
    assert!(!elsewhere.admits(&introspects(&world, Some("https://other.example")), &client, &token));
    assert!(elsewhere.admits(&introspects(&world, Some(API)), &client, &token));
}

#[test]
fn an_issuer_that_does_not_answer_is_an_outage() {
    for format in [Dialect::Rfc9068Profile, Dialect::Opaque] {
        let (world, client) = issuer(format);
        let resource = if format == Dialect::Rfc9068Profile { by_keys(|_| ()) } else { introspects(&world, None) };
        let token = own_token(&world, &client);
        let elsewhere = Elsewhere { reachable: false, ..Elsewhere::new(&world) };
        let Access::Denied(response) = elsewhere.access(&resource, &client, &token) else { panic!("allowed") };
        assert_eq!(response.status(), 503);
    }
}

/// A resource server that is a client of the issuer with a secret.
fn introspects(world: &World, audience_if_missing: Option<&str>) -> Arc<ResourceServer> {
    let mut metadata = ClientMetadata::new("api", policy::AuthenticationMethod::ClientSecretBasic);
    metadata.grant_types = vec!["client_credentials".into()];
    let mut terms = ClientTerms::default();
    terms.introspects = vec![API.into()];
    world.registered(Registration::of(metadata).terms(terms), Some("secret"));
    let mut settings = ResourceSettings::new(ISSUER, API, fapi2());
    let authorization = "Basic YXBpOnNlY3JldA==".to_owned();
    let mut introspection = Introspection::new("https://as.example/introspect", authorization);
    introspection.audience_if_missing = audience_if_missing.map(str::to_owned);
    settings.introspection = Some(introspection);
    ResourceServer::standalone(settings).expect("settings")
}

#[test]
fn settings_that_cannot_work_are_named_all_at_once() {
    let mut settings = ResourceSettings::new("", API, fapi2());
    assert_eq!(ResourceServer::standalone(settings.clone()).unwrap_err().mistakes.len(), 2);
    settings.jwks_uri = Some("http://as.example/jwks".into());
    settings.introspection = Some(Introspection::new("http://as.example/introspect", String::new()));
    assert_eq!(ResourceServer::standalone(settings).unwrap_err().mistakes.len(), 3);
}

/// A key set by value cannot be mended later, so it is read when the server is made, by the rule for fetched ones.
#[test]
fn a_key_set_by_value_that_cannot_be_read_is_a_mistake() {
    let made = |jwks: &str| {
        let mut settings = ResourceSettings::new("https://as.example", API, fapi2());
        settings.jwks = Some(fapi::jose::Json::parse(jwks.as_bytes()).unwrap());
        ResourceServer::standalone(settings).map(drop).map_err(|error| error.mistakes[0].basis.id)
    };
    assert_eq!(made(r#"{"keys":[{"kty":"AKP"},{"kty":"RSA","use":"enc"}]}"#), Ok(()));
    assert_eq!(made(r#"{"keys":{}}"#), Err("RFC7517-4-1"));
    assert_eq!(made(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#), Err("RFC7517-9.2-1"));
}
