//! Under FAPI 2.0, every token is bound to a key or to a certificate and works with nothing else; there are no bearer tokens.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::OAUTH;
use fapi::*;
use rcgen::{CertificateParams, KeyPair};
use rustls_pki_types::CertificateDer;

const GRANT: &[(&str, &str)] = &[("grant_type", "client_credentials"), ("scope", "accounts")];

fn certificate() -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    CertificateParams::default().self_signed(&key).unwrap().der().clone()
}

fn token(world: &World, client: &Client, proof: Option<&str>, chain: &[CertificateDer<'_>]) -> Outcome {
    let request = client.token_request(world, GRANT, proof);
    let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain });
    world.drive(world.server.token_request(inbound, world.context()))
}

fn call(world: &World, scheme: &str, token: &str, chain: &[CertificateDer<'_>]) -> Outcome<Access> {
    let request = http::Request::get("/").header("authorization", format!("{scheme} {token}"));
    let request = request.body(bytes::Bytes::new()).unwrap();
    let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain });
    world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
        inbound,
        RequiredAccess::token(),
        world.context(),
    ))
}

#[test]
fn a_request_without_key_or_certificate_gets_no_token() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let before = world.holdings();
    refused(&token(&world, &client, None, &[]), 400, "invalid_request", &["FAPI2-SP-5.3.2.1-4"]);
    assert_eq!(world.written_since(&before), "+use_marker");
}

#[test]
fn a_token_is_bound_to_the_certificate() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let mine = [certificate()];
    let issued = token(&world, &client, None, &mine);
    assert_eq!((issued.reply.status().as_u16(), &*member(&issued.reply, "token_type")), (200, "Bearer"));
    let token = member(&issued.reply, "access_token");
    assert!(matches!(call(&world, "Bearer", &token, &mine).reply, Access::Allowed(_)));
    let before = world.holdings();
    let missing = ["RFC8705-3-2", "FAPI2-SP-5.3.4-5"];
    refused(&call(&world, "Bearer", &token, &[]), 401, "invalid_token", &missing);
    refused(&call(&world, "Bearer", &token, &[certificate()]), 401, "invalid_token", &["RFC8705-3-3", "FAPI2-SP-5.3.4-5"]);
    refused(&call(&world, "DPoP", &token, &mine), 401, "invalid_token", &["RFC9449-6-1"]);
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn with_proof_and_certificate_the_token_is_bound_to_the_key() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let proof = client.proof(&world, "POST", "https://as.example/token");
    let issued = token(&world, &client, Some(&proof), &[certificate()]);
    assert_eq!(member(&issued.reply, "token_type"), "DPoP");
    assert!(matches!(client.resource(&world, &member(&issued.reply, "access_token")).reply, Access::Allowed(_)));
}

#[test]
fn a_client_may_register_bound_tokens_under_plain_oauth() {
    let world = World::new(OAUTH.policy());
    let (by_key, by_certificate) = (Client::new("by-key", 10), Client::new("by-certificate", 12));
    let (mut first, mut second) = (by_key.metadata(), by_certificate.metadata());
    first.dpop_bound_access_tokens = true;
    second.tls_client_certificate_bound_access_tokens = true;
    world.registered(first, None);
    world.registered(second, None);
    let target = "https://as.example/token";
    refused(&token(&world, &by_key, None, &[certificate()]), 400, "invalid_request", &["RFC9449-5.2-1"]);
    let proof = by_certificate.proof(&world, "POST", target);
    refused(&token(&world, &by_certificate, Some(&proof), &[]), 400, "invalid_request", &["RFC8705-3.4-1"]);
    let mine = [certificate()];
    let proof = by_certificate.proof(&world, "POST", target);
    let issued = token(&world, &by_certificate, Some(&proof), &mine);
    assert!(matches!(call(&world, "Bearer", &member(&issued.reply, "access_token"), &mine).reply, Access::Allowed(_)));
}

#[test]
fn under_plain_oauth_a_certificate_alone_binds_no_token() {
    let world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let issued = token(&world, &client, None, &[certificate()]);
    let token = member(&issued.reply, "access_token");
    assert!(matches!(call(&world, "Bearer", &token, &[]).reply, Access::Allowed(_)));
    refused(&call(&world, "DPoP", &token, &[]), 401, "invalid_token", &["RFC9449-6-1"]);
}

#[test]
fn a_malformed_certificate_binds_no_token() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let nonsense = [CertificateDer::from(vec![1, 2, 3])];
    refused(&token(&world, &client, None, &nonsense), 400, "invalid_request", &["FAPI2-SP-5.3.2.1-4"]);
}
