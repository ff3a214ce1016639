//! The encryption of messages between a client and this server, as the client registered it.

use super::ClientMetadata;
use crate::jose::{ContentEncryption, KeyManagement};

/// The algorithms of an encrypted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encryption {
    /// The algorithm that the content encryption key is encrypted with or agreed upon.
    pub alg: KeyManagement,
    /// The algorithm that the content is encrypted with.
    pub enc: ContentEncryption,
}

impl Encryption {
    /// These algorithms; without a content encryption algorithm, A128CBC-HS256
    /// ([OpenID Connect Registration §2](https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata)).
    pub(crate) fn registered(alg: Option<KeyManagement>, enc: Option<ContentEncryption>) -> Option<Self> {
        Some(Self { alg: alg?, enc: enc.unwrap_or(ContentEncryption::A128CbcHs256) })
    }
}

impl ClientMetadata {
    /// The encryption of its ID tokens.
    pub fn id_token_encryption(&self) -> Option<Encryption> {
        Encryption::registered(self.id_token_encrypted_response_alg, self.id_token_encrypted_response_enc)
    }

    /// The encryption of its userinfo responses.
    pub fn userinfo_encryption(&self) -> Option<Encryption> {
        Encryption::registered(self.userinfo_encrypted_response_alg, self.userinfo_encrypted_response_enc)
    }

    /// The encryption of its introspection responses.
    pub fn introspection_encryption(&self) -> Option<Encryption> {
        Encryption::registered(self.introspection_encrypted_response_alg, self.introspection_encrypted_response_enc)
    }

    /// The encryption of its authorization responses.
    pub fn authorization_encryption(&self) -> Option<Encryption> {
        Encryption::registered(self.authorization_encrypted_response_alg, self.authorization_encrypted_response_enc)
    }

    /// The encryption of all messages for it that it registered one for.
    pub(crate) fn encryptions(&self) -> impl Iterator<Item = Encryption> {
        let responses = [self.userinfo_encryption(), self.introspection_encryption(), self.authorization_encryption()];
        self.id_token_encryption().into_iter().chain(responses.into_iter().flatten())
    }

    /// The encryption of its request objects, if it announced one.
    pub fn request_object_encryption(&self) -> Option<Encryption> {
        Encryption::registered(self.request_object_encryption_alg, self.request_object_encryption_enc)
    }
}
