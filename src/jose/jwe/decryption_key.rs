//! Private and shared keys for decryption, in memory, over `aws-lc-rs`.

use std::fmt;

use aws_lc_rs::agreement::{self, PrivateKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm,
    OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use thiserror::Error;
use zeroize::Zeroizing;

use super::agreement::{algorithm, public_half};
use super::private_jwk::PrivateJwk;
use super::spki;
use crate::jose::{Curve, KeyManagement, Object, RecipientKey};
use crate::secret::Secret;

/// A private key, or a shared one, for one key management algorithm
/// ([RFC 7516 §11.4](https://www.rfc-editor.org/rfc/rfc7516#section-11.4)).
pub struct DecryptionKey {
    alg: KeyManagement,
    pub(super) material: Material,
    public: Option<RecipientKey>,
}

pub(super) enum Material {
    Rsa(OaepPrivateDecryptingKey, &'static OaepAlgorithm),
    Agreement(PrivateKey),
    Shared(Secret),
}

impl DecryptionKey {
    /// Reads a private key in PKCS #8: RSA of 2048 to 8192 bits, P-256, P-384, P-521 or X25519, as the algorithm demands.
    pub fn from_pkcs8(alg: KeyManagement, der: &[u8]) -> Result<Self, KeyRejected> {
        if alg.agrees() {
            if let Some(scalar) = der.strip_prefix(&X25519_PKCS8) {
                return Self::agreeing(alg, PrivateKey::from_private_key(&agreement::X25519, scalar), None);
            }
            let found = CURVES.into_iter().find_map(|curve| {
                let key = PrivateKey::from_private_key_der(algorithm(curve), der);
                key.is_ok().then_some((key, curve))
            });
            let (key, curve) = found.ok_or(KeyRejected(alg))?;
            return Self::agreeing(alg, key, Some(curve));
        }
        let oaep = oaep(alg).ok_or(KeyRejected(alg))?;
        let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| KeyRejected(alg))?;
        let public = key.public_key().as_der().ok().and_then(|der| spki::read(der.as_ref())).ok_or(KeyRejected(alg))?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyRejected(alg))?;
        Ok(Self { alg, material: Material::Rsa(key, oaep), public: Some(RecipientKey::Rsa(public)) })
    }

    /// Reads a private key, or a shared one of type `oct`, from its JWK. The members `alg` and `use` may not contradict, and the
    /// public half must be that of the private one.
    pub fn from_jwk(alg: KeyManagement, jwk: &Object) -> Result<Self, KeyRejected> {
        let key = match PrivateJwk::parse(alg, jwk).ok_or(KeyRejected(alg))? {
            PrivateJwk::Pkcs8(der) => Self::from_pkcs8(alg, &der),
            PrivateJwk::Scalar(scalar, curve) => {
                let algorithm = curve.map_or(&agreement::X25519, algorithm);
                Self::agreeing(alg, PrivateKey::from_private_key(algorithm, &scalar), curve)
            }
            PrivateJwk::Octets(secret) => return Self::shared(alg, &secret),
        }?;
        let stated = |name| key.public.as_ref().and_then(|public| public.to_json().get(name).cloned());
        let consistent = ["x", "y", "n", "e"].into_iter().all(|name| jwk.get(name).cloned() == stated(name));
        if consistent { Ok(key) } else { Err(KeyRejected(alg)) }
    }

    /// Takes a shared key, whose length must be the one that the algorithm demands; for `dir`, one that some content encryption
    /// algorithm demands.
    pub fn shared(alg: KeyManagement, secret: &Secret) -> Result<Self, KeyRejected> {
        if !fits_length(alg, secret) {
            return Err(KeyRejected(alg));
        }
        Ok(Self { alg, material: Material::Shared(secret.clone()), public: None })
    }

    /// Generates a private key in PKCS #8: RSA of 2048 bits or P-256, as the algorithm demands.
    pub fn generate_pkcs8(alg: KeyManagement) -> Result<Zeroizing<Vec<u8>>, KeyRejected> {
        let failed = |_| KeyRejected(alg);
        let der: Pkcs8V1Der<'_> = if alg.agrees() {
            PrivateKey::generate(&agreement::ECDH_P256).map_err(failed)?.as_der().map_err(failed)?
        } else if oaep(alg).is_some() {
            PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(failed)?.as_der().map_err(failed)?
        } else {
            return Err(KeyRejected(alg));
        };
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Returns the only algorithm for which the key is used.
    pub fn alg(&self) -> KeyManagement {
        self.alg
    }

    /// Returns the public half, which others encrypt for; a shared key has none.
    pub fn public_key(&self) -> Option<&RecipientKey> {
        self.public.as_ref()
    }

    fn agreeing<E>(alg: KeyManagement, key: Result<PrivateKey, E>, curve: Option<Curve>) -> Result<Self, KeyRejected> {
        let key = key.ok().filter(|_| alg.agrees()).ok_or(KeyRejected(alg))?;
        let public = public_half(&key, curve).map_err(|_| KeyRejected(alg))?;
        Ok(Self { alg, material: Material::Agreement(key), public: Some(public) })
    }
}

/// Shows no private key.
impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey").field("alg", &self.alg).field("public", &self.public).finish_non_exhaustive()
    }
}

/// A key is malformed, or cannot be used with the algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the key is malformed or cannot be used with {0}")]
pub struct KeyRejected(KeyManagement);

/// Returns true if a shared key has a length that the algorithm takes.
pub(super) fn fits_length(alg: KeyManagement, secret: &Secret) -> bool {
    let length = secret.as_bytes().len();
    match alg.wrapping_length() {
        Some(wrapping) => alg.is_symmetric() && length == wrapping,
        None => alg == KeyManagement::Dir && matches!(length, 16 | 24 | 32 | 48 | 64),
    }
}

/// The padding of an algorithm.
pub(super) fn oaep(alg: KeyManagement) -> Option<&'static OaepAlgorithm> {
    match alg {
        KeyManagement::RsaOaep => Some(&OAEP_SHA1_MGF1SHA1),
        KeyManagement::RsaOaep256 => Some(&OAEP_SHA256_MGF1SHA256),
        KeyManagement::RsaOaep384 => Some(&OAEP_SHA384_MGF1SHA384),
        KeyManagement::RsaOaep512 => Some(&OAEP_SHA512_MGF1SHA512),
        _ => None,
    }
}

const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

/// The PKCS #8 structure around the 32 octets of an X25519 key
/// ([RFC 8410 §7](https://www.rfc-editor.org/rfc/rfc8410#section-7)).
const X25519_PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];
