//! A client with a shared secret sends it in the header or in the body, or signs with it: only in the way that it registered.

use crate::support::client::BEARER;
use crate::support::refusal::{header, posted, refused};
use crate::support::*;
use data_encoding::BASE64;
use fapi::jose::{Object, base64url};
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::primitives::{Hash, aws_lc};
use fapi::*;

const SECRET: &str = "a secret of 32 octets, or more: é";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn world(method: Method) -> World {
    let world = World::new(OAUTH.policy());
    let mut metadata = ClientMetadata::new("a client", method);
    metadata.grant_types = vec!["client_credentials".into()];
    world.registered(metadata, Some(SECRET));
    world
}

fn token(world: &World, request: &http::Request<bytes::Bytes>) -> Outcome {
    world.drive(world.server.token_request(Inbound::new(request), world.context()))
}

fn with_basic(mut request: http::Request<bytes::Bytes>, id: &str, secret: &str) -> http::Request<bytes::Bytes> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = BASE64.encode(format!("{}:{}", encode(id), encode(secret)).as_bytes());
    request.headers_mut().insert("authorization", format!("Basic {pair}").parse().unwrap());
    request
}

fn jwt(world: &World, alg: &str, secret: &[u8]) -> String {
    let now = world.now.get();
    let part = |object: Object| base64url::encode(serde_json::to_vec(&object).unwrap());
    let claims = Object::default().with("iss", "a client").with("sub", "a client").with("aud", ISSUER);
    let claims = claims.with("jti", world.unique()).with("exp", now + 60);
    let input = format!("{}.{}", part(Object::default().with("alg", alg)), part(claims));
    let mac = aws_lc().mac(if alg == "HS512" { Hash::Sha512 } else { Hash::Sha256 }, secret, input.as_bytes());
    format!("{input}.{}", base64url::encode(mac))
}

#[test]
fn basic_is_form_encoded_and_challenged_where_it_fails() {
    let world = world(Method::ClientSecretBasic);
    assert_eq!(token(&world, &with_basic(post(&[GRANT]), "a client", SECRET)).reply.status(), 200);
    assert_eq!(world.traced(), "load mac sign commit");
    let before = world.holdings();
    assert_eq!(token(&world, &with_basic(post(&[GRANT]), "a client", SECRET)).reply.status(), 200);
    assert_eq!(world.traced(), "load mac sign commit", "its preconditions must still hold, even if nothing is written");
    assert_eq!(world.written_since(&before), "");
    let before = world.holdings();
    for (id, secret) in [("a client", "wrong"), ("a client", ""), ("nobody", SECRET)] {
        let outcome = token(&world, &with_basic(post(&[GRANT]), id, secret));
        refused(&outcome, 401, "invalid_client", &["RFC6749-5.2-3"]);
        assert_eq!(header(&outcome.reply, "www-authenticate"), "Basic realm=\"https://as.example\"");
    }
    let differing = with_basic(post(&[GRANT, ("client_id", "other")]), "a client", SECRET);
    refused(&token(&world, &differing), 401, "invalid_client", &["RFC6749-5.2-3"]);
    for malformed in ["Basic", "Basic !", "Basic YTpi YTpi", "Digest x"] {
        let mut request = post(&[GRANT]);
        request.headers_mut().insert("authorization", malformed.parse().unwrap());
        refused(&token(&world, &request), 401, "invalid_client", &["RFC6749-2.3.1-2"]);
    }
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn two_authorization_headers_are_refused() {
    let world = world(Method::ClientSecretBasic);
    let mut request = with_basic(post(&[GRANT]), "a client", SECRET);
    let value = request.headers()["authorization"].clone();
    request.headers_mut().append("authorization", value);
    refused(&token(&world, &request), 400, "invalid_request", &["RFC6749-5.2-4"]);
}

#[test]
fn a_secret_in_the_body_is_for_clients_that_registered_it() {
    let posting = world(Method::ClientSecretPost);
    let request = post(&[GRANT, ("client_id", "a client"), ("client_secret", SECRET)]);
    assert_eq!(token(&posting, &request).reply.status(), 200);
    let wrong = post(&[GRANT, ("client_id", "a client"), ("client_secret", "wrong")]);
    let outcome = token(&posting, &wrong);
    refused(&outcome, 400, "invalid_client", &["RFC6749-5.2-3"]);
    assert!(!outcome.reply.headers().contains_key("www-authenticate"), "no credentials were sent in a header");
    refused(&token(&posting, &with_basic(post(&[GRANT]), "a client", SECRET)), 401, "invalid_client", &["OIDCC-3.1.3.1-1"]);
    refused(&token(&world(Method::ClientSecretBasic), &request), 400, "invalid_client", &["OIDCC-3.1.3.1-1"]);
    refused(&token(&posting, &post(&[GRANT, ("client_secret", SECRET)])), 400, "invalid_client", &["RFC6749-5.2-3"]);
}

#[test]
fn a_secret_in_the_query_is_refused() {
    let world = world(Method::ClientSecretPost);
    for query in ["client_secret=x", "client_assertion=x", "a=1&client%5Fsecret=x"] {
        let mut request = post(&[GRANT, ("client_id", "a client"), ("client_secret", SECRET)]);
        *request.uri_mut() = format!("/?{query}").parse().unwrap();
        refused(&token(&world, &request), 400, "invalid_request", &["RFC6749-2.3.1-5"]);
    }
}

#[test]
fn two_methods_at_once_are_refused() {
    let world = world(Method::ClientSecretPost);
    let body = post(&[GRANT, ("client_id", "a client"), ("client_secret", SECRET)]);
    refused(&token(&world, &with_basic(body, "a client", SECRET)), 400, "invalid_request", &["RFC6749-2.3-2"]);
    let twice = posted("grant_type=client_credentials&client_id=a+client&client_secret=a&client_secret=a");
    refused(&token(&world, &twice), 400, "invalid_request", &["RFC6749-3.1-6"]);
}

#[test]
fn a_secret_may_sign_an_assertion_instead() {
    let world = world(Method::ClientSecretJwt);
    let send =
        |assertion: &str| token(&world, &post(&[GRANT, ("client_assertion_type", BEARER), ("client_assertion", assertion)]));
    let assertion = jwt(&world, "HS256", SECRET.as_bytes());
    assert_eq!(send(&assertion).reply.status(), 200);
    refused(&send(&assertion), 400, "invalid_client", &["RFC7523-3-7"]);
    let wrong = jwt(&world, "HS256", b"another secret of 32 octets or more");
    refused(&send(&wrong), 400, "invalid_client", &["RFC7523-3-8", "RFC8725-3.3-1"]);
    let short_for_it = jwt(&world, "HS512", SECRET.as_bytes());
    refused(&send(&short_for_it), 400, "invalid_client", &["RFC7523-3-8", "RFC7518-3.2-1"]);
    let shown = post(&[GRANT, ("client_id", "a client"), ("client_secret", SECRET)]);
    refused(&token(&world, &shown), 400, "invalid_client", &["OIDCC-3.1.3.1-1"]);
}

#[test]
fn a_mac_is_not_accepted_in_place_of_a_public_key_signature() {
    let world = World::new(OAUTH.policy());
    let client = crate::support::client::Client::registered(&world, "a client", 10);
    let public = serde_json::to_vec(&client.key.jwk()).unwrap();
    let assertion = jwt(&world, "HS256", &public);
    let request = post(&[GRANT, ("client_assertion_type", BEARER), ("client_assertion", &assertion)]);
    refused(&token(&world, &request), 400, "invalid_client", &["OIDCC-3.1.3.1-1"]);
}

#[test]
fn stored_records_do_not_contain_the_secret() {
    for method in [Method::ClientSecretBasic, Method::ClientSecretPost, Method::ClientSecretJwt] {
        let world = world(method);
        let store = world.store.borrow();
        let keys: Vec<_> = store.keys().cloned().collect();
        for found in store.load(&keys).into_iter().flatten() {
            let text = String::from_utf8_lossy(found.record.as_bytes()).into_owned();
            assert!(!text.contains("32 octets") && !text.contains(&base64url::encode(SECRET)), "{text}");
        }
    }
}

#[test]
fn fapi2_does_not_accept_shared_secrets() {
    let world = World::fapi2();
    crate::support::client::Client::registered(&world, "a client", 10);
    let request = with_basic(post(&[GRANT]), "a client", SECRET);
    refused(&token(&world, &request), 401, "invalid_client", &["FAPI2-SP-5.3.2.1-6"]);
    let request = post(&[GRANT, ("client_id", "a client"), ("client_secret", SECRET)]);
    refused(&token(&world, &request), 400, "invalid_client", &["FAPI2-SP-5.3.2.1-6"]);
}
