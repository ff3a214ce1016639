//! Signed requests: none is accepted that its client did not sign, or that says something that must not be accepted.

use super::exchange::wallet::{CALLBACK, ISSUER, jwk, jwks, sign};
use fapi::jose::{Json, Jwk, Jws, Object, base64url};
use fapi::policy::{AuthenticationMethod, OAUTH};
use fapi::primitives::aws_lc;
use fapi::*;
use http::Request;
use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

const NOW: i64 = 1_800_000_000;
const CLIENT: &str = "app";
const CLIENTS_KEY: u8 = 1;
const SERVERS_KEY: u8 = 0;

/// A server with one client that signs its requests, and the store.
static START: LazyLock<(Arc<AuthorizationServer>, Memory)> = LazyLock::new(|| {
    let key = Jwk::parse(&jwk(SERVERS_KEY), aws_lc()).expect("a key");
    let mut settings = Settings::new(ISSUER, OAUTH.policy(), vec![key]);
    settings.serve_only(Api::open("https://api.example", "read write".parse().expect("a scope")));
    settings.scopes = "openid email".parse().expect("a scope");
    let server = AuthorizationServer::new(settings).expect("settings");
    let mut client = ClientMetadata::new(CLIENT, AuthenticationMethod::None);
    client.redirect_uris = vec![CALLBACK.into()];
    client.jwks = Some(Json::Object(jwks(CLIENTS_KEY)));
    let host = Still::default();
    let registered = drive(&host, server.register(vec![Registration::of(client)], context(0)));
    assert!(matches!(registered.reply, Registered::Stored), "{:?}", registered.event);
    (server, host.0.into_inner())
});

/// A host that keeps what it stores, and knows no users.
#[derive(Default)]
struct Still(RefCell<Memory>);

impl Host for Still {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        Ok(self.0.borrow().load(&load.keys))
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        Ok(self.0.borrow().list(list))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        Ok(self.0.borrow_mut().commit(commit))
    }

    fn use_key(&self, _: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        Err(Unavailable)
    }
}

fn context(seed: u8) -> Context {
    Context::new(Timestamp::from_seconds(NOW), Entropy::new([seed; 32]))
}

/// A request object as it is sent; or, in two lines, a header and claims that the client signs.
pub fn run(input: &[u8]) -> bool {
    let text = std::str::from_utf8(input).unwrap_or_default();
    let Some((header, claims)) = text.split_once('\n') else {
        let (pushed, presented) = sent(text);
        assert!(pushed.is_none() && presented.is_none(), "forged");
        return Jws::parse(text).is_ok();
    };
    let signing_input = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    let signature = base64url::encode(sign(CLIENTS_KEY, signing_input.as_bytes()));
    let (pushed, presented) = sent(&format!("{signing_input}.{signature}"));
    assert_eq!(pushed.is_some(), presented.is_some(), "the endpoints differ");
    let Some(prompt) = presented else { return false };
    let (header, claims) = (object(header), object(claims));
    assert!(matches!(text_of(&header, "alg"), Some("EdDSA" | "Ed25519")));
    assert!(!header.contains("crit") && !header.contains("b64") && !header.contains("zip"));
    assert_eq!(text_of(&claims, "client_id"), Some(CLIENT));
    assert_eq!(text_of(&claims, "iss").unwrap_or(CLIENT), CLIENT);
    assert!(!claims.contains("request") && !claims.contains("request_uri"));
    assert_eq!(prompt.redirect_uri.as_deref(), Some(CALLBACK));
    if let Some(audience) = claims.get("aud") {
        let named = audience.as_str().map(|one| vec![one]).or(audience.as_strings());
        assert!(named.is_some_and(|named| named.contains(&ISSUER)));
    }
    let date = |name| claims.get(name).map(|date| date.as_integer().map_or_else(|| float(date), |date| date as f64));
    assert!(date("exp").is_none_or(|exp| exp > NOW as f64));
    assert!(["nbf", "iat"].into_iter().all(|name| date(name).is_none_or(|date| date <= NOW as f64 + 10.0)));
    true
}

fn object(text: &str) -> Object {
    Object::parse(text.as_bytes()).expect("what was accepted is a JSON object")
}

fn text_of<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    object.get(name).and_then(Json::as_str)
}

fn float(value: &Json) -> f64 {
    match value {
        Json::Float(float) => *float,
        other => panic!("{other} was accepted as a date"),
    }
}

/// Sends a request object to both endpoints: the prompt of each, if it accepts it.
fn sent(object: &str) -> (Option<Prompt>, Option<Prompt>) {
    let (server, store) = &*START;
    let host = Still(RefCell::new(store.clone()));
    let form = |name: &str, value: &str| {
        let escaped: String = value.bytes().map(|octet| format!("%{octet:02x}")).collect();
        let body = format!("client_id={CLIENT}&{name}={escaped}");
        let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        request.body(bytes::Bytes::from(body)).expect("a request")
    };
    let present = |name: &str, value: &str, seed| {
        let request = form(name, value);
        match drive(&host, server.authorization_request(Inbound::new(&request), context(seed))).reply {
            Navigation::Interact(prompt) => Some(*prompt),
            _ => None,
        }
    };
    let request = form("request", object);
    let pushed = drive(&host, server.pushed_authorization_request(Inbound::new(&request), context(1)));
    let uri = Object::parse(pushed.reply.body()).ok().and_then(|body| text_of(&body, "request_uri").map(str::to_owned));
    (uri.and_then(|uri| present("request_uri", &uri, 2)), present("request", object, 3))
}
