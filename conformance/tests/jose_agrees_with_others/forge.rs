//! Keys and messages signed with them, valid or with one fault.

use super::numbers::{ED25519_ORDER, P256_ORDER, P256_PRIME, der, hex, minus, plus};
use super::oracle::{SHA256, signer};
use super::spoil::Spoil;
use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use josekit::jwk::Jwk;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::OnceLock;

pub const ALGORITHMS: &[&str] =
    &["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519"];

/// A message and the key to verify it with, as texts.
#[derive(Debug, Clone)]
pub struct Case {
    pub compact: String,
    pub key: String,
}

impl Case {
    /// The header, or null if it is not JSON.
    pub fn header(&self) -> Value {
        serde_json::from_slice(&self.header_octets()).unwrap_or_default()
    }

    pub fn header_octets(&self) -> Vec<u8> {
        let header = self.compact.split('.').next().unwrap_or_default();
        BASE64URL_NOPAD.decode(header.as_bytes()).unwrap_or_default()
    }

    pub fn key(&self) -> Value {
        serde_json::from_str(&self.key).unwrap_or_default()
    }
}

/// A private key, which is generated once.
fn private(name: &str) -> &'static Jwk {
    static KEYS: OnceLock<BTreeMap<&str, Jwk>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        use josekit::jwk::{Ed25519, P_256, P_384, P_521};
        let mut keys = BTreeMap::new();
        for (name, curve) in [("P-256", P_256), ("P-384", P_384), ("P-521", P_521), ("another P-256", P_256)] {
            keys.insert(name, Jwk::generate_ec_key(curve).unwrap());
        }
        for name in ["RSA", "another RSA"] {
            keys.insert(name, Jwk::generate_rsa_key(2048).unwrap());
        }
        keys.insert("Ed25519", Jwk::generate_ed_key(Ed25519).unwrap());
        keys.insert("another Ed25519", Jwk::generate_ed_key(Ed25519).unwrap());
        keys
    });
    &keys[name]
}

fn key_of(algorithm: &str) -> &'static str {
    match algorithm {
        "ES256" => "P-256",
        "ES384" => "P-384",
        "ES512" => "P-521",
        "EdDSA" | "Ed25519" => "Ed25519",
        _ => "RSA",
    }
}

/// The public members of a key.
fn public(name: &str) -> Map<String, Value> {
    let members = private(name).to_public_key().unwrap();
    let members: Map<String, Value> = serde_json::from_str(&members.to_string()).unwrap();
    members.into_iter().filter(|(name, _)| ["kty", "crv", "x", "y", "n", "e"].contains(&&**name)).collect()
}

/// A key of 1024 bits, which josekit does not generate.
fn short_modulus() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap())
}

fn text(octets: &[u8]) -> String {
    BASE64URL_NOPAD.encode(octets)
}

fn octets(value: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

/// A message with this algorithm and one fault, or `None` if the algorithm cannot have it.
pub fn spoilt(algorithm: &'static str, payload: &[u8], spoil: &Spoil) -> Option<Case> {
    let header = match spoil {
        Spoil::Header(header) => header.replace("ALG", algorithm).into_bytes(),
        Spoil::HeaderOctets(before, after) => [before, format!(r#"{{"alg":"{algorithm}"}}"#).as_bytes(), after].concat(),
        Spoil::Member(name, value) => format!(r#"{{"alg":"{algorithm}","{name}":{value}}}"#).into_bytes(),
        _ => format!(r#"{{"alg":"{algorithm}"}}"#).into_bytes(),
    };
    let mut parts = [header, payload.to_vec(), vec![]];
    let message = format!("{}.{}", text(&parts[0]), text(&parts[1]));
    let short = matches!(spoil, Spoil::ShortModulus);
    let signer = || signer(algorithm, private(key_of(algorithm)));
    parts[2] = match short {
        _ if matches!(spoil, Spoil::LeadingZero) => {
            let random = algorithm.starts_with("PS") || algorithm.starts_with("ES");
            let signer = random.then(signer)?;
            let mut signatures = std::iter::repeat_with(|| signer.sign(message.as_bytes()).unwrap());
            signatures.find_map(|signature| signature.strip_prefix(&[0]).map(<[u8]>::to_vec))?
        }
        true if algorithm != "RS256" => return None,
        true => {
            let padding = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256.into() };
            short_modulus().sign(padding, &Sha256::digest(&message)).unwrap()
        }
        false => signer().sign(message.as_bytes()).unwrap(),
    };
    if let Spoil::Signature(how) = spoil {
        parts[2] = how(algorithm, &parts[2])?;
    }
    if let &Spoil::Bit(part, bit) = spoil {
        flip(&mut parts[part], bit)?;
    }
    let mut compact = format!("{}.{}.{}", text(&parts[0]), text(&parts[1]), text(&parts[2]));
    match spoil {
        Spoil::Text(how) => compact = how(&compact)?,
        &Spoil::Character(at, to) => {
            let mut characters: Vec<char> = compact.chars().collect();
            let at = usize::from(at) % characters.len();
            characters[at] = to;
            compact = characters.into_iter().collect();
        }
        _ => {}
    }
    let mut key = public(key_of(algorithm));
    if short {
        with(&mut key, "n", |_| short_modulus().n().to_bytes_be())?;
        with(&mut key, "e", |_| short_modulus().e().to_bytes_be())?;
    }
    match spoil {
        Spoil::Key(how) => how(algorithm, &mut key)?,
        &Spoil::KeyBit(member, bit) => {
            let name = ["x", "y", "n", "e"].into_iter().filter(|name| key.contains_key(*name)).nth(member)?;
            let mut spoilt = octets(&key[name]);
            flip(&mut spoilt, bit)?;
            key.insert(name.into(), text(&spoilt).into());
        }
        _ => {}
    }
    let key = match spoil {
        Spoil::KeyText(how) => how(&serde_json::to_string(&key).unwrap()),
        _ => serde_json::to_string(&key).unwrap(),
    };
    Some(Case { compact, key })
}

fn flip(octets: &mut [u8], bit: u16) -> Option<()> {
    let bit = usize::from(bit).checked_rem(octets.len() * 8)?;
    octets[bit / 8] ^= 1 << (bit % 8);
    Some(())
}

/// Changes one member.
pub fn with(key: &mut Map<String, Value>, name: &str, how: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Option<()> {
    let changed = text(&how(octets(key.get(name)?)));
    key.insert(name.into(), changed.into());
    Some(())
}

pub fn set(key: &mut Map<String, Value>, name: &str, value: Value) -> Option<()> {
    key.insert(name.into(), value);
    Some(())
}

pub fn another(algorithm: &str, key: &mut Map<String, Value>) -> Option<()> {
    *key = match key_of(algorithm) {
        "P-256" => public("another P-256"),
        "RSA" => public("another RSA"),
        "Ed25519" => public("another Ed25519"),
        _ => return None,
    };
    Some(())
}

pub fn with_private_member(algorithm: &str, key: &mut Map<String, Value>) -> Option<()> {
    set(key, "d", private(key_of(algorithm)).parameter("d")?.clone())
}

/// Moves the last octet of the first coordinate to the second one: together they have the same octets.
pub fn shifted(_: &str, key: &mut Map<String, Value>) -> Option<()> {
    let (mut x, y) = (octets(key.get("x")?), octets(key.get("y")?));
    let last = x.pop()?;
    set(key, "x", json!(text(&x)))?;
    set(key, "y", json!(text(&[&[last], &y[..]].concat())))
}

/// Replaces the point by the other one with the same first coordinate.
pub fn mirrored(algorithm: &str, key: &mut Map<String, Value>) -> Option<()> {
    (algorithm == "ES256").then(|| with(key, "y", |y| minus(&hex(P256_PRIME), &y)))?
}

pub fn as_der(algorithm: &str, signature: &[u8]) -> Option<Vec<u8>> {
    algorithm.starts_with("ES").then(|| der(signature))
}

/// The other signature that is valid for the same message: JOSE does not forbid it.
pub fn malleable(algorithm: &str, signature: &[u8]) -> Option<Vec<u8>> {
    (algorithm == "ES256").then(|| [&signature[..32], &minus(&hex(P256_ORDER), &signature[32..])].concat())
}

/// The signature with the order of the group added to its scalar.
pub fn unreduced(algorithm: &str, signature: &[u8]) -> Option<Vec<u8>> {
    algorithm.starts_with("Ed").then(|| [&signature[..32], &plus(&signature[32..], &hex(ED25519_ORDER))].concat())
}

pub fn with_order(algorithm: &str, signature: &[u8]) -> Option<Vec<u8>> {
    (algorithm == "ES256").then(|| [&signature[..32], &hex(P256_ORDER)].concat())
}

/// base64url with padding.
pub fn padded(compact: &str) -> Option<String> {
    let parts = compact.split('.').map(|part| BASE64URL.encode(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap_or_default()));
    let padded = parts.collect::<Vec<_>>().join(".");
    (padded != compact).then_some(padded)
}

/// The compact form with unused bits set in its last character.
pub fn trailing_bits(compact: &str) -> Option<String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = ALPHABET.find(compact.chars().last()?)?;
    let unused = compact.rsplit('.').next()?.len() % 4 != 0;
    unused.then(|| format!("{}{}", &compact[..compact.len() - 1], &ALPHABET[last ^ 1..][..1]))
}

/// The same octets in the standard alphabet of base64.
pub fn standard_alphabet(compact: &str) -> Option<String> {
    compact.contains(['-', '_']).then(|| compact.replace('-', "+").replace('_', "/"))
}
