//! Private and shared keys as JWKs ([RFC 7518 §6](https://www.rfc-editor.org/rfc/rfc7518#section-6)).

use zeroize::Zeroizing;

use super::spki::{RSA_IDENTIFIER, SEQUENCE};
use crate::jose::public_key::{der, unsigned};
use crate::jose::{ContentEncryption, Curve, Json, KeyManagement, Object, base64url};
use crate::secret::Secret;

/// The private part of a JWK.
pub(super) enum PrivateJwk {
    /// An RSA key in PKCS #8.
    Pkcs8(Zeroizing<Vec<u8>>),
    /// A private number, with its curve; without one it is for X25519.
    Scalar(Zeroizing<Vec<u8>>, Option<Curve>),
    /// A shared key.
    Octets(Secret),
}

impl PrivateJwk {
    /// The private part of the key, unless a member is missing or malformed, or reserves the key for another use than decryption
    /// with the algorithm.
    pub(super) fn parse(alg: KeyManagement, jwk: &Object) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Json::as_str);
        let stated = |name: &str, fits: &dyn Fn(&str) -> bool| jwk.get(name).is_none_or(|value| value.as_str().is_some_and(fits));
        // A key that is used directly may name the content encryption algorithm.
        let fits = |name: &str| name == alg.name() || alg == KeyManagement::Dir && ContentEncryption::parse(name).is_some();
        if !stated("use", &|usage| usage == "enc") || !stated("alg", &fits) {
            return None;
        }
        let octets = |name: &str| base64url::decode(text(name)?).map(Zeroizing::new);
        match text("kty")? {
            "oct" => base64url::decode(text("k")?).map(|octets| Self::Octets(Secret::from(octets))),
            "OKP" if text("crv") == Some("X25519") => Some(Self::Scalar(octets("d")?, None)),
            "EC" => Some(Self::Scalar(octets("d")?, Some(Curve::parse(text("crv")?)?))),
            "RSA" => {
                let mut integers = Zeroizing::new(der(INTEGER, &[0]));
                for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
                    integers.extend(Zeroizing::new(der(INTEGER, &Zeroizing::new(unsigned(&octets(name)?)))).iter());
                }
                let key = Zeroizing::new(der(SEQUENCE, &integers));
                let mut info = Zeroizing::new(der(INTEGER, &[0]));
                info.extend(RSA_IDENTIFIER);
                info.extend(Zeroizing::new(der(OCTET_STRING, &key)).iter());
                Some(Self::Pkcs8(Zeroizing::new(der(SEQUENCE, &info))))
            }
            _ => None,
        }
    }
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
