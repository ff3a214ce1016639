//! Signing keys and signatures, with `josekit` and `rsa`: nothing here is shared with the library under test.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use josekit::jwk::alg::{ec::EcCurve, ec::EcKeyPair, ed::EdCurve, ed::EdKeyPair, rsa::RsaKeyPair};
use josekit::jwk::{Jwk, KeyPair};
use josekit::jws::{self, JwsSigner, JwsVerifier};
use rsa::pkcs8::EncodePublicKey;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// A private key, the algorithm it signs with, and its JWK.
#[derive(Clone)]
pub struct SigningKey {
    algorithm: String,
    jwk: Map<String, Value>,
    signer: Arc<dyn JwsSigner>,
}

impl SigningKey {
    /// Generates a P-256 key.
    pub fn es256() -> Self {
        made("ES256", Jwk::generate_ec_key(EcCurve::P256).map(Into::into))
    }

    /// Generates an Ed25519 key.
    pub fn eddsa() -> Self {
        made("EdDSA", Jwk::generate_ed_key(EdCurve::Ed25519).map(Into::into))
    }

    /// An RSA key of 2048 bits for PS256. The process has only one, since it takes long to generate.
    pub fn ps256() -> Self {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| made("PS256", rsa_jwk(2048))).clone()
    }

    /// Reads a private JWK. The algorithm is its `alg`, or the usual one for its type.
    pub fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, String> {
        let named = jwk.get("alg").and_then(Value::as_str);
        let algorithm = match (named, jwk.get("kty").and_then(Value::as_str), jwk.get("crv").and_then(Value::as_str)) {
            (Some(named), ..) => named,
            (None, Some("EC"), Some("P-256")) => "ES256",
            (None, Some("OKP"), Some("Ed25519")) => "EdDSA",
            (None, Some("RSA"), _) => "PS256",
            _ => return Err("the JWK has no `alg`, and its type does not imply ES256, EdDSA or PS256".into()),
        };
        Self::new(algorithm, jwk.clone())
    }

    /// Reads a private key from PEM, in PKCS#8 or in the format of its key type.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        // A private JWK of josekit has no public coordinates; that of the key pair has them.
        let rsa = jws::PS256.key_pair_from_pem(pem).map(|pair| pair.to_jwk_key_pair());
        let ec = || jws::ES256.key_pair_from_pem(pem).map(|pair| pair.to_jwk_key_pair());
        let ed = || jws::EdDSA.key_pair_from_pem(pem).map(|pair| pair.to_jwk_key_pair());
        let plain_rsa = || jws::RS256.key_pair_from_pem(pem).map(|pair| pair.to_jwk_key_pair());
        let jwk = rsa.or_else(|_| ec()).or_else(|_| ed()).or_else(|_| plain_rsa());
        let jwk = jwk.map_err(|_| "the PEM text is not an RSA, P-256 or Ed25519 private key".to_owned())?;
        let mut jwk: Map<String, Value> = jwk.into();
        jwk.remove("alg");
        Self::from_jwk(&jwk)
    }

    /// The same key, signing with another algorithm of its type.
    pub fn with_algorithm(&self, algorithm: &str) -> Result<Self, String> {
        Self::new(algorithm, self.jwk.clone())
    }

    /// Another key for the same algorithm.
    pub fn another(&self) -> Self {
        static RSA: OnceLock<SigningKey> = OnceLock::new();
        let other = match self.algorithm.as_str() {
            "ES256" => Self::es256(),
            "EdDSA" | "Ed25519" => Self::eddsa(),
            _ if Self::ps256().thumbprint() != self.thumbprint() => Self::ps256(),
            _ => RSA.get_or_init(|| made("PS256", rsa_jwk(2048))).clone(),
        };
        other.with_algorithm(&self.algorithm).unwrap_or(other)
    }

    /// The name of the algorithm, as in JOSE headers.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The reason why FAPI 2.0 does not allow a client to sign with this key, if there is one.
    pub fn unfit(&self) -> Option<String> {
        if !["PS256", "ES256", "EdDSA", "Ed25519"].contains(&self.algorithm.as_str()) {
            return Some(format!("the algorithm {} is not PS256, ES256, EdDSA or Ed25519", self.algorithm));
        }
        let modulus = self.jwk.get("n").and_then(Value::as_str).unwrap_or_default();
        let bits = BASE64URL_NOPAD.decode(modulus.as_bytes()).map_or(0, |modulus| bits(&modulus));
        (self.is_rsa() && bits < 2048).then(|| format!("the RSA key has {bits} bits, but FAPI 2.0 requires at least 2048"))
    }

    /// Returns true for an RSA key.
    pub fn is_rsa(&self) -> bool {
        self.jwk.get("kty").and_then(Value::as_str) == Some("RSA")
    }

    /// The `kid`, if the key has one.
    pub fn kid(&self) -> Option<&str> {
        self.jwk.get("kid")?.as_str()
    }

    /// The whole private JWK.
    pub fn private_jwk(&self) -> &Map<String, Value> {
        &self.jwk
    }

    /// The members of the public JWK that define the key.
    pub fn public_jwk(&self) -> Map<String, Value> {
        public_members(&self.jwk)
    }

    /// The forms in which a server might hold the public key.
    pub fn public_forms(&self) -> Result<PublicForms, String> {
        public_forms(&self.jwk)
    }

    /// A self-signed certificate of the key, in DER.
    pub fn certificate(&self) -> Result<Vec<u8>, String> {
        let key = rcgen::KeyPair::try_from(self.pair()?.to_der_private_key()).map_err(|error| error.to_string())?;
        let params = rcgen::CertificateParams::new(vec!["stranger.invalid".into()]).map_err(|error| error.to_string())?;
        params.self_signed(&key).map(|made| made.der().to_vec()).map_err(|error| error.to_string())
    }

    fn pair(&self) -> Result<Box<dyn KeyPair>, String> {
        let bare = Jwk::from_map(only_key_members(&self.jwk)).map_err(|error| error.to_string())?;
        let pair: Result<Box<dyn KeyPair>, _> = match self.algorithm.as_str() {
            "ES256" => EcKeyPair::from_jwk(&bare).map(|pair| Box::new(pair) as _),
            "EdDSA" | "Ed25519" => EdKeyPair::from_jwk(&bare).map(|pair| Box::new(pair) as _),
            _ => RsaKeyPair::from_jwk(&bare).map(|pair| Box::new(pair) as _),
        };
        pair.map_err(|error| error.to_string())
    }

    /// The RFC 7638 thumbprint, SHA-256.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.jwk)
    }

    /// Signs these bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.signer.sign(message);
        signature.unwrap_or_else(|error| unreachable!("a {} key that was accepted can sign: {error}", self.algorithm))
    }

    fn new(algorithm: &str, mut jwk: Map<String, Value>) -> Result<Self, String> {
        let bare = Jwk::from_map(only_key_members(&jwk)).map_err(|error| format!("not a usable JWK: {error}"))?;
        let signer: Box<dyn JwsSigner> = match algorithm {
            "ES256" => boxed(jws::ES256.signer_from_jwk(&bare)),
            "PS256" => boxed(jws::PS256.signer_from_jwk(&bare)),
            "RS256" => boxed(jws::RS256.signer_from_jwk(&bare)),
            "PS512" => boxed(jws::PS512.signer_from_jwk(&bare)),
            "EdDSA" | "Ed25519" => boxed(jws::EdDSA.signer_from_jwk(&bare)),
            other => Err(format!("the algorithm {other} is not ES256, PS256, PS512, EdDSA, Ed25519 or RS256")),
        }?;
        jwk.remove("alg");
        Ok(Self { algorithm: algorithm.into(), jwk, signer: signer.into() })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} key {}", self.algorithm, self.thumbprint())
    }
}

/// The forms in which a server might hold a public key, by name: SubjectPublicKeyInfo in PEM with and without the last line feed and
/// in DER, and the JWK of RFC 7638.
pub type PublicForms = [(&'static str, Vec<u8>); 4];

/// The forms of the public key in a JWK.
pub fn public_forms(jwk: &Map<String, Value>) -> Result<PublicForms, String> {
    const P256: &str = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
    const ED25519: &str = "302a300506032b6570032100";
    let octets = |name: &str| {
        let text = jwk.get(name).and_then(Value::as_str).ok_or_else(|| format!("the JWK has no `{name}`"))?;
        BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|error| format!("`{name}` of the JWK: {error}"))
    };
    let prefix = |hex: &str| HEXLOWER.decode(hex.as_bytes()).map_err(|error| error.to_string());
    let der = match jwk.get("kty").and_then(Value::as_str) {
        Some("EC") => [prefix(P256)?, octets("x")?, octets("y")?].concat(),
        Some("OKP") => [prefix(ED25519)?, octets("x")?].concat(),
        _ => {
            let number = |name: &str| octets(name).map(|octets| rsa::BigUint::from_bytes_be(&octets));
            let key = rsa::RsaPublicKey::new(number("n")?, number("e")?).map_err(|error| error.to_string())?;
            key.to_public_key_der().map_err(|error| error.to_string())?.as_bytes().to_vec()
        }
    };
    let lines: Vec<_> =
        BASE64.encode(&der).into_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let text = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
    Ok([
        ("PEM", format!("{text}\n").into_bytes()),
        ("PEM without the last line feed", text.into_bytes()),
        ("DER", der),
        ("JWK", canonical(jwk).into_bytes()),
    ])
}

/// The RFC 7638 thumbprint of the public key in a JWK, SHA-256.
pub fn thumbprint(jwk: &Map<String, Value>) -> String {
    digest(&canonical(jwk))
}

fn public_members(jwk: &Map<String, Value>) -> Map<String, Value> {
    let members = ["kty", "crv", "x", "y", "n", "e"];
    jwk.iter().filter(|(name, _)| members.contains(&name.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect()
}

fn canonical(jwk: &Map<String, Value>) -> String {
    let members: BTreeMap<_, _> = public_members(jwk).into_iter().collect();
    let members: Vec<_> = members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(","))
}

/// Verifies a signature with a public JWK.
pub fn verifies(jwk: &Map<String, Value>, algorithm: &str, message: &[u8], signature: &[u8]) -> Result<(), String> {
    let bare = Jwk::from_map(only_key_members(jwk)).map_err(|error| format!("the JWK is unusable: {error}"))?;
    let verifier: Box<dyn JwsVerifier> = match algorithm {
        "ES256" => Box::new(jws::ES256.verifier_from_jwk(&bare).map_err(|error| error.to_string())?),
        "RS256" => Box::new(jws::RS256.verifier_from_jwk(&bare).map_err(|error| error.to_string())?),
        "PS256" => Box::new(jws::PS256.verifier_from_jwk(&bare).map_err(|error| error.to_string())?),
        "EdDSA" | "Ed25519" => Box::new(jws::EdDSA.verifier_from_jwk(&bare).map_err(|error| error.to_string())?),
        other => return Err(format!("FAPI 2.0 does not allow the algorithm {other}")),
    };
    verifier.verify(message, signature).map_err(|error| error.to_string())
}

/// The HMAC-SHA256 of a message, by a key of at least 32 bytes.
pub fn mac(key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    let made = jws::HS256.signer_from_bytes(key).and_then(|signer| signer.sign(message));
    made.map_err(|error| error.to_string())
}

/// The length of a number in bits, without leading zeros.
pub fn bits(number: &[u8]) -> usize {
    let significant = number.iter().position(|octet| *octet != 0).map_or(&[][..], |at| &number[at..]);
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}

/// 256 random bits in base64url.
pub fn random() -> String {
    BASE64URL_NOPAD.encode(&rand::random::<[u8; 32]>())
}

/// The SHA-256 of a text in base64url, as for `ath` and `code_challenge`.
pub fn digest(text: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(text))
}

fn boxed<S: JwsSigner + 'static>(signer: Result<S, josekit::JoseError>) -> Result<Box<dyn JwsSigner>, String> {
    signer.map(|signer| Box::new(signer) as Box<dyn JwsSigner>).map_err(|error| format!("the key does not fit: {error}"))
}

fn only_key_members(jwk: &Map<String, Value>) -> Map<String, Value> {
    let foreign = ["alg", "use", "key_ops", "kid", "x5c", "x5t", "x5t#S256", "x5u"];
    jwk.iter().filter(|(name, _)| !foreign.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn made<E: fmt::Display>(algorithm: &str, jwk: Result<Map<String, Value>, E>) -> SigningKey {
    let key = jwk.map_err(|error| error.to_string()).and_then(|jwk| SigningKey::new(algorithm, jwk));
    key.unwrap_or_else(|error| unreachable!("the cryptography library can generate {algorithm} keys: {error}"))
}

fn rsa_jwk(bits: usize) -> Result<Map<String, Value>, String> {
    let mut key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, bits).map_err(|error| error.to_string())?;
    key.precompute().map_err(|error| error.to_string())?;
    let text = |number: &rsa::BigUint| Value::from(BASE64URL_NOPAD.encode(&number.to_bytes_be()));
    let [p, q] = key.primes() else { return Err("the RSA key does not have two primes".into()) };
    let (Some(dp), Some(dq), Some(qi)) = (key.dp(), key.dq(), key.qinv().and_then(|qi| qi.to_biguint())) else {
        return Err("the RSA key has no exponents".into());
    };
    let jwk = json!({
        "kty": "RSA", "n": text(key.n()), "e": text(key.e()), "d": text(key.d()),
        "p": text(p), "q": text(q), "dp": text(dp), "dq": text(dq), "qi": text(&qi),
    });
    jwk.as_object().cloned().ok_or_else(|| "not an object".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_signs_what_its_public_half_verifies() {
        for key in [SigningKey::es256(), SigningKey::eddsa(), SigningKey::ps256()] {
            let signature = key.sign(b"message");
            assert_eq!(verifies(&key.public_jwk(), key.algorithm(), b"message", &signature), Ok(()));
            assert!(verifies(&key.public_jwk(), key.algorithm(), b"massage", &signature).is_err());
            assert!(!key.public_jwk().contains_key("d"));
        }
    }

    #[test]
    fn another_key_has_the_algorithm_and_not_the_key() {
        for key in [SigningKey::es256(), SigningKey::eddsa(), SigningKey::ps256()] {
            let another = key.another();
            assert_eq!(another.algorithm(), key.algorithm());
            assert_ne!(another.thumbprint(), key.thumbprint());
        }
    }

    #[test]
    fn the_public_key_has_each_form() {
        for key in [SigningKey::es256(), SigningKey::eddsa(), SigningKey::ps256()] {
            let forms = key.public_forms().unwrap_or_else(|error| panic!("{}: {error}", key.algorithm()));
            let [(_, pem), (_, bare), (_, der), (_, jwk)] = &forms;
            let lines: Vec<_> = std::str::from_utf8(bare).unwrap_or_default().lines().collect();
            assert_eq!(lines.first(), Some(&"-----BEGIN PUBLIC KEY-----"));
            assert_eq!(lines.last(), Some(&"-----END PUBLIC KEY-----"));
            assert_eq!([bare.as_slice(), b"\n"].concat(), *pem);
            let body = lines[1..lines.len() - 1].concat();
            assert_eq!(data_encoding::BASE64.decode(body.as_bytes()).as_ref(), Ok(der));
            assert_eq!(digest(std::str::from_utf8(jwk).unwrap_or_default()), key.thumbprint());
            assert!(forms.iter().all(|(_, form)| mac(form, b"message").is_ok_and(|mac| mac.len() == 32)));
        }
    }

    #[test]
    fn a_certificate_has_the_public_key() {
        use x509_parser::prelude::{FromDer, X509Certificate};
        for key in [SigningKey::es256(), SigningKey::eddsa(), SigningKey::ps256()] {
            let der = key.certificate().unwrap_or_else(|error| panic!("{}: {error}", key.algorithm()));
            let (_, certificate) = X509Certificate::from_der(&der).expect("a certificate");
            let [_, _, (_, public), _] = key.public_forms().expect("each form");
            assert_eq!(certificate.public_key().raw, public);
        }
    }

    #[test]
    fn the_public_jwk_of_a_pem_key_is_complete() {
        let pairs = [
            jws::ES256.generate_key_pair().map(|pair| pair.to_pem_private_key()),
            jws::EdDSA.generate_key_pair(EdCurve::Ed25519).map(|pair| pair.to_pem_private_key()),
            jws::RS256.generate_key_pair(2048).map(|pair| pair.to_pem_private_key()),
        ];
        let members = [&["crv", "kty", "x", "y"][..], &["crv", "kty", "x"], &["e", "kty", "n"]];
        for (pem, members) in pairs.into_iter().zip(members) {
            let pem = pem.unwrap_or_default();
            let key = SigningKey::from_pem(&String::from_utf8_lossy(&pem)).expect("a key in PEM");
            let public = key.public_jwk();
            let mut names: Vec<_> = public.keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, members);
            assert_eq!(verifies(&public, key.algorithm(), b"message", &key.sign(b"message")), Ok(()));
        }
    }

    #[test]
    fn thumbprint_of_rfc_7638() {
        let jwk = json!({
            "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        });
        let public = SigningKey {
            algorithm: "RS256".into(),
            jwk: jwk.as_object().cloned().unwrap_or_default(),
            signer: SigningKey::es256().signer,
        };
        assert_eq!(public.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
