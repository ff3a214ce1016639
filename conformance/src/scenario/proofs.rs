//! Defects of DPoP proofs, for every endpoint that takes proofs.

use data_encoding::BASE64URL_NOPAD;
use rsa::BigUint;
use serde_json::{Value, json};
use sha2::Digest;
use url::Url;

use crate::finding::{Finding, Tried};
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use fapi::requirement::rfc9449;

/// The proof, signed with RS256 by the RSA key of the suite.
pub(super) fn rs256(proof: Jwt) -> Jwt {
    let key = SigningKey::ps256().with_algorithm("RS256");
    proof.proving(&key.unwrap_or_else(|error| unreachable!("an RSA key signs RS256: {error}")))
}

/// The proof, signed by this key and with the whole private key in its `jwk`.
pub(super) fn with_private_key(proof: Jwt, key: &SigningKey) -> Jwt {
    proof.proving(key).header("jwk", Value::Object(key.private_jwk().clone()))
}

/// URLs that are not this one, each with the only difference.
pub(super) fn other_urls(url: &Url) -> Vec<(&'static str, String)> {
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    let changed = |change: &dyn Fn(&mut Url) -> bool| {
        let mut other = bare.clone();
        change(&mut other).then(|| other.to_string())
    };
    let parent = bare.path().trim_end_matches('/').rsplit_once('/').map_or("", |(parent, _)| parent);
    let other_port = if bare.port() == Some(8443) { 8444 } else { 8443 };
    let other_scheme = if bare.scheme() == "http" { "https" } else { "http" };
    let rest = bare.as_str().strip_prefix(bare.scheme()).unwrap_or_default();
    let path = |url: &mut Url, path: &str| {
        url.set_path(path);
        true
    };
    let urls = [
        ("text appended", Some(format!("{bare}ohnonotagain"))),
        ("a segment appended", Some(format!("{}/x", bare.as_str().trim_end_matches('/')))),
        ("another path", changed(&|url| path(url, &format!("/{}", keys::random())))),
        ("another port", changed(&|url| url.set_port(Some(other_port)).is_ok())),
        ("another scheme", Some(format!("{other_scheme}{rest}"))),
        ("another host", changed(&|url| url.set_host(Some("other.example")).is_ok())),
        ("its last segment left out", changed(&|url| bare.path().len() > 1 && path(url, parent))),
    ];
    urls.into_iter().filter_map(|(difference, other)| Some((difference, other?))).collect()
}

/// The proof, signed by an Ed25519 key.
pub(super) fn eddsa(proof: Jwt) -> Jwt {
    proof.proving(&SigningKey::eddsa())
}

/// A forged signature for an Ed25519 key of small order, with the identity as R and zero as S. If the key is the identity, it
/// verifies for every message. If the key has order four, it does so for verifiers that clear the cofactor, and for all others if
/// the hash of R, key and message is a multiple of four: a `jti` is found with which it is.
pub(super) fn small_order(proof: Jwt, which: usize) -> Jwt {
    const POINTS: [[u8; 32]; 2] =
        [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0; 32]];
    let point = POINTS[which % 2];
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&point) });
    let mut signature = POINTS[0].to_vec();
    signature.extend([0; 32]);
    let mut forged = proof.header("alg", "EdDSA").header("jwk", jwk).signature(signature);
    while which == 1 && !is_multiple_of_four(&POINTS[0], &point, &forged.message()) {
        forged = forged.claim("jti", keys::random());
    }
    forged
}

/// Returns true if the scalar of a verification equation of Ed25519 is a multiple of four: the SHA-512 of R, key and message,
/// modulo the order of the base point.
fn is_multiple_of_four(r: &[u8], key: &[u8], message: &str) -> bool {
    const ORDER: &[u8] = b"7237005577332262213973186563042994240857116359379907606001950938285454250989";
    let Some(order) = BigUint::parse_bytes(ORDER, 10) else { return false };
    let hash = sha2::Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    (BigUint::from_bytes_le(&hash) % order) % 4u8 == BigUint::from(0u8)
}

/// The JWT with its ECDSA signature in DER, as X.509 encodes it.
pub(super) fn in_der(jwt: &str) -> String {
    let Some((message, signature)) = jwt.rsplit_once('.') else { return jwt.to_owned() };
    let fixed = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default();
    let mut numbers = vec![];
    for half in fixed.chunks(32) {
        let number: Vec<u8> = half.iter().copied().skip_while(|octet| *octet == 0).collect();
        let sign = number.first().is_some_and(|octet| octet & 0x80 != 0);
        numbers.extend([2, u8::try_from(number.len()).unwrap_or_default() + u8::from(sign)]);
        numbers.extend(sign.then_some(0));
        numbers.extend(number);
    }
    let mut der = vec![0x30, u8::try_from(numbers.len()).unwrap_or_default()];
    der.extend(numbers);
    format!("{message}.{}", BASE64URL_NOPAD.encode(&der))
}

/// A forged signature for the `jwk` with the coordinates zero, a point that is not on P-256. A verifier that does not check this takes
/// the point for the one at infinity, or for a point of order two: it vanishes from the equation if the factor before it is even, and a
/// `jti` is found with which it is.
pub(super) fn off_curve(proof: Jwt) -> Jwt {
    let zero = BASE64URL_NOPAD.encode(&[0; 32]);
    let mut forged = proof.header("alg", "ES256").header("jwk", json!({ "kty": "EC", "crv": "P-256", "x": zero, "y": zero }));
    loop {
        if let Some(signature) = without_a_key(&forged.message()) {
            return forged.signature(signature);
        }
        forged = forged.claim("jti", keys::random());
    }
}

/// An ECDSA signature whose equation holds without the public key's part; `None` if the factor before that part is odd.
fn without_a_key(message: &str) -> Option<Vec<u8>> {
    let order = BigUint::parse_bytes(P256_ORDER, 16)?;
    // The first number of a signature is the x coordinate of the point that belongs to a random number: those of a new key.
    let random = SigningKey::es256();
    let member = |name: &str| BASE64URL_NOPAD.decode(random.private_jwk().get(name)?.as_str()?.as_bytes()).ok();
    let (number, x) = (BigUint::from_bytes_be(&member("d")?), BigUint::from_bytes_be(&member("x")?));
    let inverse = |of: &BigUint| of.modpow(&(&order - 2u8), &order);
    let digest = BigUint::from_bytes_be(&sha2::Sha256::digest(message));
    let (r, s) = (x % &order, digest * inverse(&number) % &order);
    let factor = &r * inverse(&s) % &order;
    let octets = |half: &BigUint| {
        let octets = half.to_bytes_be();
        [vec![0; 32 - octets.len().min(32)], octets].concat()
    };
    (factor % 2u8 == BigUint::from(0u8)).then(|| [octets(&r), octets(&s)].concat())
}

/// The order of the group of P-256.
const P256_ORDER: &[u8] = b"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// The wrong URLs in `htu` that a server accepted.
#[derive(Default)]
pub(super) struct Accepted {
    differences: Vec<&'static str>,
    exchange: Option<u64>,
}

impl Accepted {
    /// Adds one, with the exchange that shows it.
    pub(super) fn add(&mut self, difference: &'static str, exchange: u64) {
        self.differences.push(difference);
        self.exchange.get_or_insert(exchange);
    }

    /// Returns true if there are none so far.
    pub(super) fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// Fails if there are any, and tells all of them.
    pub(super) fn judge(self) -> Tried<()> {
        let Some(exchange) = self.exchange else { return Ok(()) };
        let got = format!("success if htu is the URL of the request with {}", self.differences.join(", or with "));
        Err(Finding::new("a refusal of proofs for another URL", got).shown_by(exchange).against(&rfc9449::PROOF_HTU).into())
    }
}

/// A JWT without its signature and the dot before it.
pub(super) fn unsigned_part(jwt: &str) -> String {
    jwt.rsplit_once('.').map_or(jwt, |(message, _)| message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Received;

    #[test]
    fn forgeries_under_keys_of_small_order_verify() {
        for which in [0, 1] {
            let forged = small_order(Jwt::new(&SigningKey::es256(), 0).claim("jti", "x"), which).sign();
            let received = Received::parse(&forged).expect("a JWS");
            let jwk = received.header["jwk"].as_object().expect("a key");
            assert_eq!(received.verify(jwk), Ok(()), "{which}");
        }
    }

    #[test]
    fn a_forgery_under_a_key_off_the_curve_needs_no_key() {
        use p256::elliptic_curve::{PrimeField, point::AffineCoordinates};
        let forged = off_curve(Jwt::new(&SigningKey::es256(), 0).claim("jti", "x")).sign();
        let (message, signature) = forged.rsplit_once('.').expect("a JWS");
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).expect("base64url");
        let scalar = |octets: &[u8]| p256::Scalar::from_repr(octets.try_into().expect("32 octets"));
        let digest = sha2::Sha256::digest(message);
        let [r, s, digest] = [&signature[..32], &signature[32..], &digest[..]].map(|octets| scalar(octets).unwrap());
        let inverse = s.invert().unwrap();
        // With nothing added for the key, the point of the signature comes out.
        let point = (p256::ProjectivePoint::GENERATOR * (digest * inverse)).to_affine();
        assert_eq!(scalar(&point.x()).unwrap(), r);
        assert_eq!((r * inverse).to_repr().last().map(|last| last % 2), Some(0));
        let received = Received::parse(&forged).expect("a JWS");
        assert!(received.verify(received.header["jwk"].as_object().expect("a key")).is_err());
    }

    #[test]
    fn other_urls_differ_from_the_right_one_in_one_place() {
        let url = Url::parse("https://as.example/oauth/token?a=b").expect("a URL");
        let others: Vec<_> = other_urls(&url).into_iter().map(|(_, other)| other).collect();
        let path = others[2].strip_prefix("https://as.example/").map(str::len);
        assert_eq!(path, Some(43));
        let fixed = [&others[..2], &others[3..]].concat();
        assert_eq!(
            fixed,
            [
                "https://as.example/oauth/tokenohnonotagain",
                "https://as.example/oauth/token/x",
                "https://as.example:8443/oauth/token",
                "http://as.example/oauth/token",
                "https://other.example/oauth/token",
                "https://as.example/oauth",
            ]
        );
    }
}
