//! The results of three implementations for one message.

use super::forge::Case;
use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::Verifier as _;
use fapi::jose::{Algorithms, Jwk, Jws, Object};
use fapi::primitives::aws_lc;
use josekit::JoseError;
use josekit::jws::{self, JwsContext, JwsSigner, JwsVerifier};
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest, Sha256};

/// Our error, and its clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub error: String,
    pub clause: &'static str,
}

pub fn ours(case: &Case) -> Result<(), Refused> {
    let refused = |error: String, clause: &'static str| Refused { error, clause };
    let object = Object::parse(case.key.as_bytes()).map_err(|error| refused(format!("the key: {error:?}"), "RFC 7517"))?;
    let key = Jwk::parse(&object, aws_lc()).map_err(|error| refused(format!("{error:?}"), error.basis().id))?;
    let jws = Jws::parse(&case.compact);
    let verified = jws.and_then(|jws| jws.verify(&key, Algorithms::ALL_ASYMMETRIC, aws_lc()));
    verified.map_err(|error| refused(format!("{error:?}"), error.basis().id))
}

macro_rules! by_name {
    ($name:expr, $kind:ident, $method:ident($jwk:expr)) => {
        match $name {
            "ES256" => Some(jws::ES256.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "ES384" => Some(jws::ES384.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "ES512" => Some(jws::ES512.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "PS256" => Some(jws::PS256.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "PS384" => Some(jws::PS384.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "PS512" => Some(jws::PS512.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "RS256" => Some(jws::RS256.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "RS384" => Some(jws::RS384.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "RS512" => Some(jws::RS512.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            "EdDSA" => Some(jws::EdDSA.$method($jwk).map(|it| Box::new(it) as Box<dyn $kind>)),
            _ => None,
        }
    };
}

pub fn signer(name: &str, jwk: &josekit::jwk::Jwk) -> Box<dyn JwsSigner> {
    // josekit knows Ed25519 only as EdDSA.
    let name = if name == "Ed25519" { "EdDSA" } else { name };
    let signer: Option<Result<Box<dyn JwsSigner>, JoseError>> = by_name!(name, JwsSigner, signer_from_jwk(jwk));
    signer.unwrap().unwrap()
}

pub fn josekit(case: &Case) -> bool {
    let Ok(jwk) = josekit::jwk::Jwk::from_bytes(&case.key) else { return false };
    let header = case.header();
    let verifier: Option<Result<Box<dyn JwsVerifier>, JoseError>> =
        by_name!(header["alg"].as_str().unwrap_or_default(), JwsVerifier, verifier_from_jwk(&jwk));
    let Some(Ok(verifier)) = verifier else { return false };
    JwsContext::new().deserialize_compact(&case.compact, &*verifier).is_ok()
}

/// Asks RustCrypto whether it accepts key and signature. Returns `None` if it does not support them, or if the message cannot be
/// parsed.
pub fn rustcrypto(case: &Case) -> Option<bool> {
    let (signed, signature) = case.compact.rsplit_once('.')?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    let (header, key) = (case.header(), case.key());
    let member = |name: &str| BASE64URL_NOPAD.decode(key[name].as_str()?.as_bytes()).ok();
    let message = signed.as_bytes();
    Some(match (header["alg"].as_str()?, key["kty"].as_str()?) {
        ("ES256", "EC") => {
            let point = [&[4][..], &member("x")?, &member("y")?].concat();
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point);
            let signature = p256::ecdsa::Signature::from_slice(&signature);
            matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok())
        }
        ("EdDSA" | "Ed25519", "OKP") => {
            let key = <[u8; 32]>::try_from(member("x")?).ok().and_then(|x| ed25519_dalek::VerifyingKey::from_bytes(&x).ok());
            let signature = ed25519_dalek::Signature::from_slice(&signature).ok();
            matches!((key, signature), (Some(key), Some(signature)) if key.verify(message, &signature).is_ok())
        }
        (name @ ("RS256" | "PS256"), "RSA") => {
            let (n, e) = (BigUint::from_bytes_be(&member("n")?), BigUint::from_bytes_be(&member("e")?));
            let Ok(key) = RsaPublicKey::new(n, e) else { return Some(false) };
            let hash = Sha256::digest(message);
            match name {
                "RS256" => key.verify(Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256.into() }, &hash, &signature),
                _ => key.verify(Pss::new_with_salt::<Sha256>(32), &hash, &signature),
            }
            .is_ok()
        }
        _ => return None,
    })
}

/// The prefix of a SHA-256 digest in an RSASSA-PKCS1-v1_5 signature (RFC 8017 §9.2).
pub const SHA256: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0, 0x04, 0x20];

pub fn our_thumbprint(key: &str) -> String {
    Jwk::parse(&Object::parse(key.as_bytes()).unwrap(), aws_lc()).unwrap().thumbprint(aws_lc())
}

/// An independent implementation of RFC 7638 §3: the required members, sorted, without spaces.
pub fn thumbprint(key: &str) -> String {
    let members: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(key).unwrap();
    let required: std::collections::BTreeMap<_, _> =
        members.into_iter().filter(|(name, _)| ["crv", "e", "kty", "n", "x", "y"].contains(&&**name)).collect();
    BASE64URL_NOPAD.encode(&Sha256::digest(serde_json::to_vec(&required).unwrap()))
}
