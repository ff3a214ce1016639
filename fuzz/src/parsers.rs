//! Parsers of input from a peer: none panics, and accepted input has a single meaning.

use fapi::basic::BasicCredentials;
use fapi::form::{Form, FormLimits};
use fapi::jose::{Algorithm, Algorithms, Claims, Json, Jwk, JwkSet, Jws, Object};
use fapi::pkce::{CodeChallenge, CodeVerifier};
use fapi::primitives::aws_lc;
use fapi::redirect_uri::{RedirectUri, with_parameters};
use fapi::scope::Scope;
use fapi::sender::certificate::{Certificate, SubjectMember};
use fapi::sender::distinguished_name::DistinguishedName;
use fapi::sender::htu::same_target;

fn text(input: &[u8]) -> &str {
    std::str::from_utf8(input).unwrap_or_default()
}

/// Splits the input at line breaks; missing parts are empty.
fn lines<const N: usize>(input: &[u8]) -> [&str; N] {
    let mut lines = text(input).splitn(N, '\n');
    std::array::from_fn(|_| lines.next().unwrap_or_default())
}

pub fn form(input: &[u8]) -> bool {
    let Ok(form) = Form::parse(input, FormLimits::default()) else { return false };
    let again: Vec<_> = form.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let again = Form::parse(again.join("&").as_bytes(), FormLimits::default()).expect("what was read can be written");
    assert!(form.iter().eq(again.iter()));
    for (name, value) in form.iter() {
        assert!(!value.is_empty() && !value.contains('\0'));
        assert!(form.all(name).any(|other| other == value) && form.get(name).is_some());
    }
    true
}

fn escaped(text: &str) -> String {
    text.bytes().map(|octet| format!("%{octet:02x}")).collect()
}

pub fn basic(input: &[u8]) -> bool {
    let Ok(credentials) = BasicCredentials::parse(input) else { return false };
    assert!(!credentials.client_id.is_empty());
    true
}

pub fn scope(input: &[u8]) -> bool {
    let [a, b] = lines(input);
    let (Ok(a), Ok(b)) = (Scope::parse(a), Scope::parse(b)) else { return false };
    for scope in [&a, &b] {
        assert_eq!(Scope::parse(&scope.to_string()).as_ref(), Ok(scope));
    }
    let (both, either) = (a.intersection(&b), a.union(&b));
    assert!(both.is_subset(&a) && both.is_subset(&b) && a.is_subset(&either) && b.is_subset(&either));
    assert!(a.difference(&b).iter().all(|token| !b.contains(token)));
    true
}

pub fn redirect_uri(input: &[u8]) -> bool {
    let [registered, sent] = lines(input);
    let Ok(uri) = RedirectUri::parse(registered) else { return false };
    assert!(uri.matches(registered));
    if uri.matches(sent) && sent != registered {
        assert!(RedirectUri::parse(sent).is_ok_and(|sent| sent.kind() == uri.kind()), "{registered} matches {sent}");
    }
    let response = with_parameters(registered, &[("code", "a b&c#d"), ("iss", "https://as.example")]);
    assert!(response.starts_with(registered.split('#').next().unwrap_or_default()));
    assert!(!response.contains(['\n', '\r', ' ']));
    true
}

pub fn pkce(input: &[u8]) -> bool {
    let [challenge, method, verifier] = lines(input);
    let verifier = CodeVerifier::parse(verifier);
    let Ok(challenge) = CodeChallenge::parse(challenge, Some(method).filter(|method| !method.is_empty())) else { return false };
    let Ok(verifier) = verifier else { return false };
    challenge.fits(&verifier, aws_lc());
    true
}

/// Other parsers read every accepted text in the same way, except for the last digits of long fractions, which `serde_json`
/// rounds.
pub fn json(input: &[u8]) -> bool {
    let Ok(value) = Json::parse(input) else { return false };
    let theirs: serde_json::Value = serde_json::from_slice(input).expect("another parser accepts it");
    let written = serde_json::to_vec(&value).expect("it can be written");
    let again = Json::parse(&written).expect("what we write can be read");
    let theirs_again: serde_json::Value = serde_json::from_slice(&written).expect("another parser accepts what we write");
    if is_exact(&value) {
        assert_eq!((again, theirs_again), (value, theirs));
    }
    true
}

fn is_exact(value: &Json) -> bool {
    match value {
        Json::Float(_) => false,
        Json::Array(values) => values.iter().all(is_exact),
        Json::Object(members) => members.iter().all(|(_, value)| is_exact(value)),
        _ => true,
    }
}

pub fn jwk(input: &[u8]) -> bool {
    let Ok(object) = Object::parse(input) else { return false };
    let Ok(key) = Jwk::parse(&object, aws_lc()) else { return false };
    let again = Jwk::parse(&key.to_json(), aws_lc()).expect("what was read can be written");
    assert_eq!(again.thumbprint(aws_lc()), key.thumbprint(aws_lc()));
    assert!(["d", "p", "q", "k"].iter().all(|private| !object.contains(private)), "a private member");
    true
}

pub fn jwk_set(input: &[u8]) -> bool {
    let Ok(set) = JwkSet::parse(input, aws_lc()) else { return false };
    assert!(set.keys().len() + set.skipped().len() <= JwkSet::MOST);
    for algorithm in Algorithms::ALL_ASYMMETRIC.iter() {
        assert!(set.candidates(None, algorithm).all(|key| key.fits(algorithm)));
    }
    true
}

/// The base point as a key. Nothing in the corpus is signed with its private half, so every signature that verifies is forged.
const NOBODYS: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256",
    "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}"#;

pub fn jws(input: &[u8]) -> bool {
    let text = text(input);
    let Ok(jws) = Jws::parse(text) else { return false };
    assert_eq!(jws.as_str(), text);
    assert_eq!(jws.signing_input(), text.rsplit_once('.').expect("a signature").0.as_bytes());
    let object = Object::parse(NOBODYS.as_bytes()).expect("an object");
    let key = Jwk::parse(&object, aws_lc()).expect("a key");
    assert!(jws.verify(&key, Algorithms::ALL_ASYMMETRIC, aws_lc()).is_err(), "forged");
    assert!(jws.verify(&key, Algorithms::NONE, aws_lc()).is_err(), "no algorithm is allowed");
    assert!(jws.verify_mac(&"nobody's".to_owned().into(), Algorithms::ALL_SYMMETRIC, aws_lc()).is_err(), "forged");
    let _ = jws.claims();
    let header = jws.header();
    let _ = (header.typ_is("dpop+jwt"), header.kid(), header.jwk().map(|jwk| Jwk::parse(jwk, aws_lc())));
    assert_ne!(header.alg().name(), "none");
    assert!(Algorithm::parse(header.alg().name()) == Some(header.alg()));
    true
}

pub fn jwt(input: &[u8]) -> bool {
    let Ok(claims) = Claims::parse(input) else { return false };
    for name in ["iss", "sub", "jti", "htu", "nonce"] {
        let _ = claims.string(name);
    }
    for name in ["exp", "iat", "nbf", "auth_time"] {
        if let Ok(Some(date)) = claims.numeric_date(name) {
            assert!(date.as_seconds().is_finite() && date.floor() <= date.ceil() && date.ceil() - date.floor() <= 1);
        }
    }
    if let Ok(Some(audience)) = claims.audience() {
        assert!(audience.sole().is_none_or(|sole| audience.contains(sole)));
    }
    let _ = (claims.boolean("email_verified"), claims.object("cnf"), claims.string_array("amr"));
    true
}

pub fn htu(input: &[u8]) -> bool {
    let [htu, endpoint] = lines(input);
    let same = same_target(htu, endpoint);
    assert_eq!(same, same_target(endpoint, htu), "{htu} {endpoint}");
    if same {
        assert!(same_target(htu, htu) && same_target(&format!("{htu}?query#fragment"), endpoint));
    }
    same
}

pub fn certificate(input: &[u8]) -> bool {
    let Ok(certificate) = Certificate::parse(input) else { return false };
    assert_eq!(certificate.der(), input);
    assert_eq!(certificate.thumbprint(aws_lc()).len(), 43);
    for name in certificate.san_dns().chain(certificate.san_uri()).chain(certificate.san_email()) {
        let _ = SubjectMember::parse("tls_client_auth_san_dns", name).map(|member| member.matches(&certificate));
    }
    for ip in certificate.san_ip() {
        let member = SubjectMember::parse("tls_client_auth_san_ip", &ip.to_string()).expect("an address");
        assert!(member.matches(&certificate));
    }
    let chain = fapi::sender::chain::verify_chain(&[input], &fapi::sender::TrustAnchors::default(), 1_800_000_000, aws_lc());
    assert!(chain.is_err(), "there are no trust anchors");
    true
}

pub fn distinguished_name(input: &[u8]) -> bool {
    let [a, b] = lines(input);
    let (Ok(a), Ok(b)) = (DistinguishedName::parse(a), DistinguishedName::parse(b)) else { return false };
    let (one_way, other_way) = (a == b, b == a);
    assert_eq!(one_way, other_way);
    assert_eq!(a, a.clone());
    assert!(a != b || a.is_empty() == b.is_empty());
    true
}
