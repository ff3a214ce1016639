//! Key agreement ([RFC 7518 §4.6](https://www.rfc-editor.org/rfc/rfc7518#section-4.6)), over `aws-lc-rs`.

use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use zeroize::Zeroizing;

use super::JweHeader;
use crate::jose::{ContentEncryption, Curve, EcKey, KeyManagement, RecipientKey, X25519Key};

/// The names and the parties that enter the derivation of the key.
pub(super) struct Context<'a> {
    pub(super) alg: KeyManagement,
    pub(super) enc: ContentEncryption,
    pub(super) party_u: &'a [u8],
    pub(super) party_v: &'a [u8],
}

impl<'a> Context<'a> {
    pub(super) fn of(header: &'a JweHeader) -> Self {
        let (party_u, party_v) = header.parties();
        Self { alg: header.alg(), enc: header.enc(), party_u, party_v }
    }

    /// The key that this side, with its private key, and the other side, with its public one, agree on: a key that wraps, or the
    /// content encryption key itself ([RFC 7518 §4.6.2](https://www.rfc-editor.org/rfc/rfc7518#section-4.6.2)).
    pub(super) fn agree(&self, ours: &PrivateKey, theirs: &RecipientKey) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let (algorithm, point) = match theirs {
            RecipientKey::Ec(key) => (algorithm(key.curve()), key.point()),
            RecipientKey::X25519(key) => (&agreement::X25519, &key.x()[..]),
            RecipientKey::Rsa(_) => return Err(Unspecified),
        };
        agreement::agree(ours, UnparsedPublicKey::new(algorithm, point), Unspecified, |secret| self.derive(secret))
    }

    /// The Concat KDF with SHA-256.
    fn derive(&self, secret: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let (name, length) = match self.alg.wrapping_length() {
            Some(length) => (self.alg.name(), length),
            None => (self.enc.name(), self.enc.key_length()),
        };
        let mut info = Vec::new();
        for datum in [name.as_bytes(), self.party_u, self.party_v] {
            info.extend(u32::try_from(datum.len()).map_err(|_| Unspecified)?.to_be_bytes());
            info.extend(datum);
        }
        info.extend(u32::try_from(length * 8).map_err(|_| Unspecified)?.to_be_bytes());
        let sha256 = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).ok_or(Unspecified)?;
        let mut key = Zeroizing::new(vec![0; length]);
        sskdf_digest(sha256, secret, &info, &mut key)?;
        Ok(key)
    }
}

/// The algorithm of a curve.
pub(super) fn algorithm(curve: Curve) -> &'static agreement::Algorithm {
    match curve {
        Curve::P256 => &agreement::ECDH_P256,
        Curve::P384 => &agreement::ECDH_P384,
        Curve::P521 => &agreement::ECDH_P521,
    }
}

/// The public half of a private key; without a curve it is one of X25519.
pub(super) fn public_half(key: &PrivateKey, curve: Option<Curve>) -> Result<RecipientKey, Unspecified> {
    let octets = key.compute_public_key()?;
    match curve {
        None => X25519Key::new(octets.as_ref()).map(RecipientKey::X25519),
        Some(curve) => {
            let coordinates = octets.as_ref().get(1..).unwrap_or_default();
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            EcKey::new(curve, x, y).map(RecipientKey::Ec)
        }
    }
    .map_err(|_| Unspecified)
}

/// A fresh private key for an agreement with this public one, from the caller's random octets.
pub(super) fn ephemeral(
    with: &RecipientKey,
    fill_random: &mut dyn FnMut(&mut [u8]),
) -> Result<(PrivateKey, RecipientKey), Unspecified> {
    let curve = match with {
        RecipientKey::Ec(key) => Some(key.curve()),
        _ => None,
    };
    let (algorithm, length) = curve.map_or((&agreement::X25519, 32), |curve| (algorithm(curve), curve.field_length()));
    for _ in 0..ATTEMPTS {
        let mut octets = Zeroizing::new(vec![0; length]);
        fill_random(&mut octets);
        if curve == Some(Curve::P521) {
            octets[0] &= 1;
        }
        // A number that is 0, or above the order of the curve, is no key.
        if let Ok(key) = PrivateKey::from_private_key(algorithm, &octets) {
            let public = public_half(&key, curve)?;
            return Ok((key, public));
        }
    }
    Err(Unspecified)
}

/// The draws after which random octets are broken: one in two is a key of P-521, nearly every one is a key of another curve.
const ATTEMPTS: usize = 100;
