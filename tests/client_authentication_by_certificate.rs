//! A client that authenticates with a certificate is identified by a name that an authority certified, or by the certificate
//! itself.

use crate::support::refusal::{Told, refused};
use crate::support::*;
use data_encoding::BASE64;
use fapi::jose::{Json, Object, base64url};
use fapi::policy::AuthenticationMethod as Method;
use fapi::sender::TrustAnchors;
use fapi::*;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    PublicKeyData, SanType,
};
use rustls_pki_types::CertificateDer;

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Client AG");
    params.distinguished_name.push(DnType::CommonName, "client-1");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.subject_alt_names = vec![
        SanType::DnsName("client.example".try_into().unwrap()),
        SanType::URI("https://client.example/id".try_into().unwrap()),
        SanType::IpAddress("2001:db8::1".parse().unwrap()),
        SanType::Rfc822Name("ops@client.example".try_into().unwrap()),
    ];
    params
}

fn issued(by: &CertifiedIssuer<'static, KeyPair>) -> Vec<u8> {
    params().signed_by(&KeyPair::generate().unwrap(), by).unwrap().der().to_vec()
}

fn world(authority: &CertifiedIssuer<'static, KeyPair>) -> World {
    let mut settings = settings(fapi2());
    settings.trust_anchors = TrustAnchors::from_der(vec![authority.der().to_vec()]).unwrap();
    World::with(settings)
}

fn metadata(method: Method) -> ClientMetadata {
    let mut metadata = ClientMetadata::new("client-1", method);
    metadata.grant_types = vec!["client_credentials".into()];
    metadata
}

fn named(member: &str, value: &str) -> ClientMetadata {
    let mut metadata = metadata(Method::TlsClientAuth);
    let value = Some(value.to_owned());
    match member {
        "dn" => metadata.tls_client_auth_subject_dn = value,
        "dns" => metadata.tls_client_auth_san_dns = value,
        "uri" => metadata.tls_client_auth_san_uri = value,
        "ip" => metadata.tls_client_auth_san_ip = value,
        _ => metadata.tls_client_auth_san_email = value,
    }
    metadata
}

fn token(world: &World, chain: &[Vec<u8>]) -> Outcome {
    let request = post(&[("grant_type", "client_credentials"), ("client_id", "client-1")]);
    let chain: Vec<_> = chain.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain: &chain });
    world.drive(world.server.token_request(inbound, world.context()))
}

#[test]
fn each_of_the_five_names_identifies_a_client() {
    let authority = authority("authority");
    let chain = [issued(&authority)];
    let cases = [
        ("dn", "CN=client-1,O=Client AG", "CN=client-2,O=Client AG", "RFC8705-2.1-2"),
        ("dns", "client.example", "other.example", "RFC8705-2.1-1"),
        ("uri", "https://client.example/id", "https://client.example/ID", "RFC8705-2.1-1"),
        ("ip", "2001:0db8:0:0::1", "2001:db8::2", "RFC8705-2.1.2-2"),
        ("email", "ops@client.example", "Ops@client.example", "RFC8705-2.1-1"),
    ];
    for (member, right, wrong, requirement) in cases {
        let world = world(&authority);
        world.registered(named(member, right), None);
        let outcome = token(&world, &chain);
        assert_eq!(outcome.reply.status(), 200, "{member}: {:?}", outcome.event);
        assert_eq!(crate::support::member(&outcome.reply, "token_type"), "Bearer", "tokens bound by mutual TLS have this type");
        let before = world.holdings();
        world.registered(named(member, wrong), None);
        let enrolled = world.written_since(&before);
        let outcome = token(&world, &chain);
        assert_eq!(ids(&outcome)[0], requirement, "{member}");
        assert!(ids(&outcome).contains(&"RFC8705-2-3"));
        assert_eq!((outcome.reply.status().as_u16(), world.written_since(&before)), (400, enrolled));
    }
}

#[test]
fn the_certificate_must_lead_to_a_trusted_authority() {
    let authority_ = authority("authority");
    let world = world(&authority_);
    world.registered(named("dns", "client.example"), None);
    let untrusted = token(&world, &[issued(&authority("authority"))]);
    refused(&untrusted, 400, "invalid_client", &["RFC8705-2.1-1"]);
    let claimed = untrusted.event.claimed.expect("a claim");
    assert_eq!(claimed.certificate_subject.as_deref(), Some("CN=client-1,O=Client AG"));
    assert_eq!(claimed.certificate_issuer.as_deref(), Some("CN=authority"));
    assert_eq!((claimed.registered_subject.as_deref(), claimed.method), (Some("client.example"), Some("tls_client_auth")));
    refused(&token(&world, &[b"no certificate".to_vec()]), 400, "invalid_client", &["RFC8705-2.1-1"]);
    refused(&token(&world, &[]), 400, "invalid_client", &["RFC6749-4.1.3-1", "RFC6749-5.2-3", "RFC8705-2-3"]);
    world.now.set(1);
    refused(&token(&world, &[issued(&authority_)]), 400, "invalid_client", &["RFC8705-2.1-1"]);
}

#[test]
fn a_proxy_may_have_validated_the_chain() {
    let other = authority("the proxy's authority");
    let world = world(&authority("authority"));
    world.registered(named("dns", "client.example"), None);
    let (leaf, request) =
        (CertificateDer::from(issued(&other)), post(&[("grant_type", "client_credentials"), ("client_id", "client-1")]));
    let inbound = Inbound::new(&request).certificates(ClientCertificates::VerifiedBy { leaf: &leaf });
    assert_eq!(world.drive(world.server.token_request(inbound, world.context())).reply.status(), 200);
    let leaf = CertificateDer::from(vec![0x30, 0]);
    let inbound = Inbound::new(&request).certificates(ClientCertificates::VerifiedBy { leaf: &leaf });
    refused(&world.drive(world.server.token_request(inbound, world.context())), 400, "invalid_client", &["RFC8705-2.1-1"]);
}

#[test]
fn a_certificate_without_client_id_identifies_no_client() {
    let authority = authority("authority");
    let world = world(&authority);
    world.registered(named("dns", "client.example"), None);
    let chain = [CertificateDer::from(issued(&authority))];
    let request = post(&[("grant_type", "client_credentials")]);
    let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain: &chain });
    refused(&world.drive(world.server.token_request(inbound, world.context())), 400, "invalid_client", &["RFC6749-5.2-3"]);
}

fn self_signed(key: &KeyPair) -> Vec<u8> {
    params().self_signed(key).unwrap().der().to_vec()
}

fn jwks(key: &KeyPair, certificate: &[u8]) -> Object {
    let point = key.der_bytes();
    let jwk = Object::default().with("kty", "EC").with("crv", "P-256").with("x5c", vec![BASE64.encode(certificate)]);
    let jwk = jwk.with("x", base64url::encode(&point[1..33])).with("y", base64url::encode(&point[33..]));
    Object::default().with("keys", vec![jwk])
}

#[test]
fn a_registered_certificate_needs_no_authority() {
    let world = world(&authority("authority"));
    let key = KeyPair::generate().unwrap();
    let certificate = self_signed(&key);
    let mut client = metadata(Method::SelfSignedTlsClientAuth);
    client.jwks = Some(Json::Object(jwks(&key, &certificate)));
    world.registered(client, None);
    assert_eq!(token(&world, std::slice::from_ref(&certificate)).reply.status(), 200);
    let before = world.holdings();
    let again = self_signed(&key);
    refused(&token(&world, &[again]), 400, "invalid_client", &["RFC8705-2.2-1", "RFC8705-2-3"]);
    let other = self_signed(&KeyPair::generate().unwrap());
    refused(&token(&world, &[other]), 400, "invalid_client", &["RFC8705-2.2-1", "RFC8705-2-3"]);
    refused(&token(&world, &[]), 400, "invalid_client", &["RFC6749-4.1.3-1", "RFC6749-5.2-3", "RFC8705-2-3"]);
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn a_registered_certificate_may_be_published_at_jwks_uri() {
    const URL: &str = "https://client.example/jwks";
    let world = world(&authority("authority"));
    let key = KeyPair::generate().unwrap();
    let certificate = self_signed(&key);
    let mut client = metadata(Method::SelfSignedTlsClientAuth);
    client.jwks_uri = Some(URL.into());
    world.registered(client, None);
    refused(&token(&world, std::slice::from_ref(&certificate)), 503, "temporarily_unavailable", &[]);
    let document = (serde_json::to_string(&jwks(&key, &certificate)).unwrap(), world.now.get());
    world.documents.borrow_mut().insert(URL.into(), document);
    assert_eq!(token(&world, &[certificate]).reply.status(), 200);
}

#[test]
fn a_renewed_certificate_causes_one_refetch() {
    const URL: &str = "https://client.example/jwks";
    let world = world(&authority("authority"));
    let (old, new) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let (old_certificate, new_certificate) = (self_signed(&old), self_signed(&new));
    let mut client = metadata(Method::SelfSignedTlsClientAuth);
    client.jwks_uri = Some(URL.into());
    world.registered(client, None);
    let document = |key: &KeyPair, certificate: &[u8], at: i64| (serde_json::to_string(&jwks(key, certificate)).unwrap(), at);
    let now = world.now.get();
    world.documents.borrow_mut().insert(URL.into(), document(&old, &old_certificate, now - 100));
    world.documents.borrow_mut().insert(format!("refetch {URL}"), document(&new, &new_certificate, now));
    world.traced();
    assert_eq!(token(&world, std::slice::from_ref(&new_certificate)).reply.status(), 200);
    assert!(world.traced().starts_with("load fetch refetch sign"));
    let stranger = self_signed(&KeyPair::generate().unwrap());
    refused(&token(&world, &[stranger]), 400, "invalid_client", &["RFC8705-2.2-1", "RFC8705-2-3"]);
    assert_eq!(world.traced(), "load fetch refetch", "the exchange must stop here");
}

#[test]
fn a_certificate_does_not_authenticate_clients_of_other_methods() {
    let world = world(&authority("authority"));
    crate::support::client::Client::registered(&world, "client-1", 10);
    let outcome = token(&world, &[self_signed(&KeyPair::generate().unwrap())]);
    refused(&outcome, 400, "invalid_client", &["RFC6749-4.1.3-1", "RFC6749-5.2-3"]);
    assert!(!outcome.reply.told().headers().contains_key("www-authenticate"));
}

#[test]
fn an_assertion_does_not_authenticate_a_client_of_certificates() {
    let authority = authority("authority");
    let world = world(&authority);
    let mut metadata = named("dns", "client.example");
    metadata.redirect_uris = vec![crate::support::client::REDIRECT.into()];
    world.registered(metadata, None);
    let client = crate::support::client::Client::new("client-1", 10);
    refused(&client.push(&world, &[]), 400, "invalid_client", &["OIDCC-3.1.3.1-1"]);
}
