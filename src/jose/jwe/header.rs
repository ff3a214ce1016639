//! The header of a JWE ([RFC 7516 §4](https://www.rfc-editor.org/rfc/rfc7516#section-4)).

use super::JweError;
use crate::jose::critical::Critical;
use crate::jose::encryption_algorithm::{GCM_IV, GCM_TAG};
use crate::jose::jwk::private_member;
use crate::jose::media_type::same_media_type;
use crate::jose::primitives::Primitives;
use crate::jose::{ContentEncryption, Json, JwkError, KeyManagement, Object, RecipientKey, base64url};

/// The header of a JWE. It is well-formed, but must not be trusted before the JWE is decrypted.
#[derive(Debug, Clone, PartialEq)]
pub struct JweHeader {
    alg: KeyManagement,
    enc: ContentEncryption,
    members: Object,
    ephemeral: Option<RecipientKey>,
    party_u: Vec<u8>,
    party_v: Vec<u8>,
    key_iv: Vec<u8>,
    key_tag: Vec<u8>,
}

impl JweHeader {
    /// Parses a header. Unknown parameters are ignored; critical ones are refused
    /// ([RFC 7516 §4.1.13](https://www.rfc-editor.org/rfc/rfc7516#section-4.1.13)), and so is compression
    /// ([RFC 8725 §3.6](https://www.rfc-editor.org/rfc/rfc8725#section-3.6)).
    pub(super) fn parse(text: &[u8], primitives: &dyn Primitives) -> Result<Self, JweError> {
        let members = Object::parse(text).map_err(JweError::Header)?;
        for name in ["typ", "cty", "kid"] {
            if members.get(name).is_some_and(|value| value.as_str().is_none()) {
                return Err(JweError::Parameter(name));
            }
        }
        if let Some(crit) = members.get("crit") {
            return Err(match Critical::of(crit, &members) {
                Critical::Malformed => JweError::CritMalformed,
                Critical::Unknown(name) => JweError::CritUnknown(name),
            });
        }
        if members.contains("zip") {
            return Err(JweError::Compressed);
        }
        let text = |name| members.get(name).and_then(Json::as_str).ok_or(JweError::Parameter(name));
        let alg = match text("alg")? {
            "RSA1_5" => return Err(JweError::AlgInsecure),
            name if name.starts_with("PBES2-") => return Err(JweError::AlgPassword),
            name => KeyManagement::parse(name).ok_or_else(|| JweError::AlgUnknown(name.to_owned()))?,
        };
        let name = text("enc")?;
        let enc = ContentEncryption::parse(name).ok_or_else(|| JweError::EncUnknown(name.to_owned()))?;
        let mut header = Self::bare(alg, enc);
        if alg.agrees() {
            header.ephemeral = Some(ephemeral(&members, primitives)?);
            header.party_u = party(&members, "apu")?;
            header.party_v = party(&members, "apv")?;
        }
        if alg.wraps_with_gcm() {
            header.key_iv = of_length(&members, "iv", GCM_IV)?;
            header.key_tag = of_length(&members, "tag", GCM_TAG)?;
        }
        Ok(Self { members, ..header })
    }

    fn bare(alg: KeyManagement, enc: ContentEncryption) -> Self {
        let (party_u, party_v, key_iv, key_tag) = Default::default();
        Self { alg, enc, members: Object::new(), ephemeral: None, party_u, party_v, key_iv, key_tag }
    }

    /// Returns the key management algorithm.
    pub fn alg(&self) -> KeyManagement {
        self.alg
    }

    /// Returns the content encryption algorithm.
    pub fn enc(&self) -> ContentEncryption {
        self.enc
    }

    /// Returns the ID of the recipient's key, which is only a hint.
    pub fn kid(&self) -> Option<&str> {
        self.text("kid")
    }

    /// Returns the media type of the plaintext, as the sender declares it.
    pub fn cty(&self) -> Option<&str> {
        self.text("cty")
    }

    /// Returns the media type of the whole JWE, as the sender declares it.
    pub fn typ(&self) -> Option<&str> {
        self.text("typ")
    }

    /// Returns true if `cty` is this media type. A name without a slash stands for one with the prefix `application/`, and case
    /// is ignored ([RFC 7516 §4.1.12](https://www.rfc-editor.org/rfc/rfc7516#section-4.1.12)).
    pub fn cty_is(&self, media_type: &str) -> bool {
        self.cty().is_some_and(|cty| same_media_type(cty, media_type))
    }

    /// Returns the sender's ephemeral key, if the algorithm is a key agreement
    /// ([RFC 7518 §4.6.1.1](https://www.rfc-editor.org/rfc/rfc7518#section-4.6.1.1)).
    pub fn epk(&self) -> Option<&RecipientKey> {
        self.ephemeral.as_ref()
    }

    /// Returns the parties' information, `apu` and `apv`, which enter a key agreement; empty where absent
    /// ([RFC 7518 §4.6.1](https://www.rfc-editor.org/rfc/rfc7518#section-4.6.1)).
    pub fn parties(&self) -> (&[u8], &[u8]) {
        (&self.party_u, &self.party_v)
    }

    /// Returns `iv` and `tag` of the encrypted key, which AES-GCM key encryption has; empty for other algorithms
    /// ([RFC 7518 §4.7.1](https://www.rfc-editor.org/rfc/rfc7518#section-4.7.1)).
    pub fn key_iv_and_tag(&self) -> (&[u8], &[u8]) {
        (&self.key_iv, &self.key_tag)
    }

    /// Returns all parameters in the sender's order.
    pub fn members(&self) -> &Object {
        &self.members
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Json::as_str)
    }
}

fn ephemeral(members: &Object, primitives: &dyn Primitives) -> Result<RecipientKey, JweError> {
    let key = members.get("epk").and_then(Json::as_object).ok_or(JweError::Parameter("epk"))?;
    if let Some(member) = private_member(key) {
        return Err(JweError::EphemeralKey(JwkError::Private(member)));
    }
    match RecipientKey::parse(key, primitives).map_err(JweError::EphemeralKey)? {
        RecipientKey::Rsa(_) => Err(JweError::EphemeralKey(JwkError::TypeUnknown)),
        key => Ok(key),
    }
}

fn party(members: &Object, name: &'static str) -> Result<Vec<u8>, JweError> {
    let Some(value) = members.get(name) else { return Ok(Vec::new()) };
    base64url::decode(value.as_str().ok_or(JweError::Parameter(name))?).ok_or(JweError::Base64)
}

fn of_length(members: &Object, name: &'static str, length: usize) -> Result<Vec<u8>, JweError> {
    let text = members.get(name).and_then(Json::as_str).ok_or(JweError::Parameter(name))?;
    let octets = base64url::decode(text).ok_or(JweError::Base64)?;
    if octets.len() == length { Ok(octets) } else { Err(JweError::Parameter(name)) }
}
