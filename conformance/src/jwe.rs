//! Encrypted texts, made and read with `josekit`: nothing here is shared with the library under test.

use std::fmt;
use std::sync::{Arc, OnceLock};

use data_encoding::BASE64URL_NOPAD;
use josekit::jwe::alg::ecdh_es::EcdhEsJweAlgorithm;
use josekit::jwe::alg::rsaes::RsaesJweAlgorithm;
use josekit::jwe::{self, JweDecrypter, JweEncrypter, JweHeader};
use josekit::jwk::alg::{ec::EcCurve, ecx::EcxCurve};
use josekit::jwk::{Jwk, KeyPair as _};
use serde_json::{Map, Value};

use crate::keys;

/// The algorithms that the suite agrees on or wraps keys with, in the order of its preference.
pub const ALGORITHMS: &[&str] = &[
    "ECDH-ES+A256KW",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "RSA-OAEP-256",
    "RSA-OAEP-384",
    "RSA-OAEP-512",
    "RSA-OAEP",
];

/// The algorithms that the suite encrypts contents with, in the order of its preference.
pub const CONTENTS: &[&str] = &["A256GCM", "A128CBC-HS256", "A128GCM", "A192GCM", "A192CBC-HS384", "A256CBC-HS512"];

/// A private key to which texts are encrypted, and the algorithm that is used with it.
#[derive(Clone)]
pub struct EncryptionKey {
    algorithm: String,
    jwk: Map<String, Value>,
    decrypter: Arc<dyn JweDecrypter>,
}

/// An encrypted text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The header.
    pub header: Map<String, Value>,
    /// The text.
    pub text: String,
}

/// A text before it is encrypted.
#[derive(Clone)]
pub struct Jwe {
    to: Map<String, Value>,
    header: Map<String, Value>,
    corrupt: bool,
}

impl EncryptionKey {
    /// Generates a P-256 key for `ECDH-ES+A256KW`.
    pub fn agreeing() -> Self {
        let pair = jwe::ECDH_ES_A256KW.generate_ec_key_pair(EcCurve::P256);
        made("ECDH-ES+A256KW", pair.map(|pair| pair.to_jwk_key_pair().into()))
    }

    /// Generates an X25519 key for `ECDH-ES`.
    pub fn edwards() -> Self {
        let pair = jwe::ECDH_ES.generate_ecx_key_pair(EcxCurve::X25519);
        made("ECDH-ES", pair.map(|pair| pair.to_jwk_key_pair().into()))
    }

    /// An RSA key of 2048 bits for `RSA-OAEP-256`. The process has only one, since it takes long to generate.
    pub fn wrapping() -> Self {
        static KEY: OnceLock<EncryptionKey> = OnceLock::new();
        KEY.get_or_init(|| made("RSA-OAEP-256", keys::rsa_jwk(2048))).clone()
    }

    /// Reads a private JWK. The algorithm is its `alg`, or the usual one for its type.
    pub fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, String> {
        let named = jwk.get("alg").and_then(Value::as_str);
        let algorithm = match (named, jwk.get("kty").and_then(Value::as_str)) {
            (Some(named), _) => named,
            (None, Some("EC" | "OKP")) => "ECDH-ES+A256KW",
            (None, Some("RSA")) => "RSA-OAEP-256",
            _ => return Err("the JWK has no `alg`, and its type implies neither ECDH-ES nor RSA-OAEP-256".into()),
        };
        if !jwk.contains_key("d") {
            return Err("the JWK is not a private key: it has no `d`".into());
        }
        let mut jwk = jwk.clone();
        let decrypter = decrypter(algorithm, &bare(&jwk)?)?;
        jwk.remove("alg");
        Ok(Self { algorithm: algorithm.into(), jwk, decrypter: decrypter.into() })
    }

    /// The name of the algorithm, as in JOSE headers.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The whole private JWK.
    pub fn private_jwk(&self) -> &Map<String, Value> {
        &self.jwk
    }

    /// The public JWK as it is registered: with its name, use and algorithm.
    pub fn registered_jwk(&self) -> Map<String, Value> {
        let kid = self.jwk.get("kid").cloned().unwrap_or_else(|| keys::thumbprint(&self.jwk).into());
        let mut jwk = keys::public_members(&self.jwk);
        jwk.extend([("kid".into(), kid), ("use".into(), "enc".into()), ("alg".into(), self.algorithm.as_str().into())]);
        jwk
    }

    /// Decrypts a compact JWE with this key.
    pub fn open(&self, text: &str) -> Result<Opened, String> {
        let header = header(text)?;
        for name in ["zip", "crit", "b64"] {
            if header.contains_key(name) {
                return Err(format!("its header has {name}"));
            }
        }
        let opened = jwe::deserialize_compact(text, &*self.decrypter);
        let (plaintext, _) = opened.map_err(|error| format!("it cannot be decrypted: {error}"))?;
        let text = String::from_utf8(plaintext).map_err(|_| "its content is not UTF-8".to_owned())?;
        Ok(Opened { header, text })
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} key {}", self.algorithm, keys::thumbprint(&self.jwk))
    }
}

impl Jwe {
    /// Encrypts to this public JWK, named by its `kid`, with these algorithms.
    pub fn to(jwk: &Map<String, Value>, algorithm: &str, content: &str) -> Self {
        let header = [("alg", algorithm), ("enc", content)].map(|(name, value)| (name.to_owned(), Value::from(value)));
        let made = Self { to: jwk.clone(), header: Map::from_iter(header), corrupt: false };
        match jwk.get("kid").and_then(Value::as_str) {
            Some(kid) => made.header("kid", kid),
            None => made,
        }
    }

    /// Sets a header parameter.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.into(), value.into());
        self
    }

    /// Removes a header parameter.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Makes the tag of the content invalid.
    #[must_use]
    pub fn corrupt(mut self) -> Self {
        self.corrupt = true;
        self
    }

    /// Encrypts a text and returns the compact serialization.
    pub fn seal(&self, text: &str) -> Result<String, String> {
        let algorithm = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        let encrypter = encrypter(algorithm, &bare(&self.to)?)?;
        let header = JweHeader::from_map(self.header.clone()).map_err(|error| error.to_string())?;
        let sealed = jwe::serialize_compact(text.as_bytes(), &header, &*encrypter).map_err(|error| error.to_string())?;
        Ok(if self.corrupt { spoilt(&sealed) } else { sealed })
    }
}

/// Returns true for a text with the form of a compact JWE: it has five parts.
pub fn is_encrypted(text: &str) -> bool {
    text.split('.').count() == 5
}

/// The header of a compact JWE.
pub fn header(text: &str) -> Result<Map<String, Value>, String> {
    if !is_encrypted(text) {
        return Err("it does not have five parts".into());
    }
    let first = text.split('.').next().unwrap_or_default();
    let bytes = BASE64URL_NOPAD.decode(first.as_bytes()).map_err(|_| "its header is not base64url".to_owned())?;
    serde_json::from_slice(&bytes).map_err(|_| "its header is not a JSON object".to_owned())
}

/// The same text with another last octet of its tag.
fn spoilt(sealed: &str) -> String {
    let (rest, tag) = sealed.rsplit_once('.').unwrap_or(("", sealed));
    let mut tag = BASE64URL_NOPAD.decode(tag.as_bytes()).unwrap_or_default();
    if let Some(last) = tag.last_mut() {
        *last ^= 0x55;
    }
    format!("{rest}.{}", BASE64URL_NOPAD.encode(&tag))
}

fn bare(jwk: &Map<String, Value>) -> Result<Jwk, String> {
    Jwk::from_map(keys::only_key_members(jwk)).map_err(|error| format!("not a usable JWK: {error}"))
}

/// How a key is used: it wraps keys, or agrees on them.
enum Algorithm {
    Wraps(RsaesJweAlgorithm),
    Agrees(EcdhEsJweAlgorithm),
}

impl Algorithm {
    fn named(name: &str) -> Result<Self, String> {
        Ok(match name {
            "RSA-OAEP" => Self::Wraps(jwe::RSA_OAEP),
            "RSA-OAEP-256" => Self::Wraps(jwe::RSA_OAEP_256),
            "RSA-OAEP-384" => Self::Wraps(jwe::RSA_OAEP_384),
            "RSA-OAEP-512" => Self::Wraps(jwe::RSA_OAEP_512),
            #[expect(deprecated, reason = "a server must refuse it")]
            "RSA1_5" => Self::Wraps(jwe::RSA1_5),
            "ECDH-ES" => Self::Agrees(jwe::ECDH_ES),
            "ECDH-ES+A128KW" => Self::Agrees(jwe::ECDH_ES_A128KW),
            "ECDH-ES+A192KW" => Self::Agrees(jwe::ECDH_ES_A192KW),
            "ECDH-ES+A256KW" => Self::Agrees(jwe::ECDH_ES_A256KW),
            other => return Err(format!("the algorithm {other} is not {}", crate::words::list(ALGORITHMS, "or"))),
        })
    }
}

fn decrypter(algorithm: &str, jwk: &Jwk) -> Result<Box<dyn JweDecrypter>, String> {
    let made = match Algorithm::named(algorithm)? {
        Algorithm::Wraps(algorithm) => algorithm.decrypter_from_jwk(jwk).map(|made| Box::new(made) as _),
        Algorithm::Agrees(algorithm) => algorithm.decrypter_from_jwk(jwk).map(|made| Box::new(made) as _),
    };
    made.map_err(|error| format!("the key does not fit: {error}"))
}

fn encrypter(algorithm: &str, jwk: &Jwk) -> Result<Box<dyn JweEncrypter>, String> {
    let made = match Algorithm::named(algorithm)? {
        Algorithm::Wraps(algorithm) => algorithm.encrypter_from_jwk(jwk).map(|made| Box::new(made) as _),
        Algorithm::Agrees(algorithm) => algorithm.encrypter_from_jwk(jwk).map(|made| Box::new(made) as _),
    };
    made.map_err(|error| format!("the key does not fit: {error}"))
}

fn made<E: fmt::Display>(algorithm: &str, jwk: Result<Map<String, Value>, E>) -> EncryptionKey {
    let key = jwk.map_err(|error| error.to_string()).and_then(|mut jwk| {
        jwk.insert("alg".into(), algorithm.into());
        EncryptionKey::from_jwk(&jwk)
    });
    key.unwrap_or_else(|error| unreachable!("the cryptography library can generate keys for {algorithm}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [EncryptionKey; 3] {
        [EncryptionKey::agreeing(), EncryptionKey::edwards(), EncryptionKey::wrapping()]
    }

    #[test]
    fn what_is_encrypted_to_a_key_is_read_with_it() {
        for key in all() {
            for content in CONTENTS {
                let sealed = Jwe::to(&key.registered_jwk(), key.algorithm(), content).header("cty", "JWT").seal("a text");
                let opened = key.open(&sealed.expect("an encrypted text")).expect("the text");
                assert_eq!(opened.text, "a text");
                assert_eq!(opened.header.get("enc").and_then(Value::as_str), Some(*content));
                assert_eq!(opened.header.get("kid"), key.registered_jwk().get("kid"));
                assert!(opened.header.contains_key("cty"));
            }
        }
    }

    #[test]
    fn what_is_corrupt_or_for_another_key_is_not_read() {
        for key in all() {
            let to = Jwe::to(&key.registered_jwk(), key.algorithm(), "A256GCM");
            let sealed = to.seal("a text").expect("an encrypted text");
            assert!(key.open(&to.clone().corrupt().seal("a text").expect("an encrypted text")).is_err());
            assert!(all().iter().filter(|other| other.jwk != key.jwk).all(|other| other.open(&sealed).is_err()));
            assert!(key.open(&to.header("zip", "DEF").seal("a text").expect("an encrypted text")).is_err());
            assert!(key.open("a.b.c").is_err() && key.open("a.b.c.d.e").is_err());
        }
    }

    #[test]
    fn a_registered_key_is_public_and_a_private_one_is_read_again() {
        for key in all() {
            assert!(!key.registered_jwk().contains_key("d"));
            assert!(EncryptionKey::from_jwk(&key.registered_jwk()).is_err_and(|error| error.contains("private")));
            let again = EncryptionKey::from_jwk(key.private_jwk()).expect("a private key");
            assert_eq!(again.private_jwk(), key.private_jwk());
        }
        let unfit = Map::from_iter([("kty".to_owned(), "oct".into()), ("k".to_owned(), "AA".into())]);
        assert!(EncryptionKey::from_jwk(&unfit).is_err());
    }

    #[test]
    fn every_algorithm_of_the_list_is_known() {
        assert!(ALGORITHMS.iter().all(|name| Algorithm::named(name).is_ok()));
        assert!(Algorithm::named("dir").is_err_and(|error| error.contains("RSA-OAEP-256")));
    }
}
