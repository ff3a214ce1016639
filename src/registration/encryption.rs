//! The check of the encryption that a client registers: what cannot be met later is refused now.

use super::{ClientSecret, Found, Registration};
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::jose::{ContentEncryption, KeyManagement};
use crate::key_source::{KeySet, in_set};
use crate::policy::AuthenticationMethod as Method;
use crate::reason::Reason;
use crate::requirement::{local, oidcc, oidcr};
use crate::settings::Settings;

/// The members about one kind of message.
struct Pair {
    members: [&'static str; 2],
    alg: Option<KeyManagement>,
    enc: Option<ContentEncryption>,
}

/// Checks the encryption of messages in both directions.
pub(super) fn check(registration: &Registration, settings: &Settings, set: Option<&KeySet>, found: &mut Found) {
    let metadata = &registration.metadata;
    let to_client = [
        Pair {
            members: ["id_token_encrypted_response_alg", "id_token_encrypted_response_enc"],
            alg: metadata.id_token_encrypted_response_alg,
            enc: metadata.id_token_encrypted_response_enc,
        },
        Pair {
            members: ["userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc"],
            alg: metadata.userinfo_encrypted_response_alg,
            enc: metadata.userinfo_encrypted_response_enc,
        },
        Pair {
            members: ["authorization_encrypted_response_alg", "authorization_encrypted_response_enc"],
            alg: metadata.authorization_encrypted_response_alg,
            enc: metadata.authorization_encrypted_response_enc,
        },
        Pair {
            members: ["introspection_encrypted_response_alg", "introspection_encrypted_response_enc"],
            alg: metadata.introspection_encrypted_response_alg,
            enc: metadata.introspection_encrypted_response_enc,
        },
    ];
    for pair in to_client {
        pair.complete(found);
        match pair.alg {
            Some(alg) if alg.is_symmetric() => pair.under_secret(registration, alg, found),
            Some(alg) => pair.for_key(registration, set, alg, found),
            None => {}
        }
    }
    let to_server = Pair {
        members: ["request_object_encryption_alg", "request_object_encryption_enc"],
        alg: metadata.request_object_encryption_alg,
        enc: metadata.request_object_encryption_enc,
    };
    to_server.complete(found);
    to_server.for_server(settings, found);
}

impl Pair {
    /// `enc` is registered with an `alg` alone.
    fn complete(&self, found: &mut Found) {
        let [alg, enc] = self.members;
        let words = words!("{} is registered without {}.", enc, alg);
        let complete = self.enc.is_none() || self.alg.is_some();
        found.add(enc, oidcr::ENCRYPTION_PAIRS.require(complete, InvalidClientMetadata, words));
    }

    /// The client has a key for the algorithm. One that is published elsewhere can still change.
    fn for_key(&self, registration: &Registration, set: Option<&KeySet>, alg: KeyManagement, found: &mut Found) {
        let [member, _] = self.members;
        let checked = match set {
            // A broken set is a mistake of its own.
            Some(Err(_)) => Ok(()),
            Some(set) => in_set(set, alg).map(drop).map_err(|why| {
                let words = words!("{} is {}, and jwks has no key that it can be encrypted for.", member, alg.name());
                why.basis().refuse(InvalidClientMetadata, words)
            }),
            None => {
                let words = words!("{} is {}, which needs jwks or jwks_uri with a key for it.", member, alg.name());
                oidcc::ENCRYPTION_KEY.require(registration.metadata.jwks_uri.is_some(), InvalidClientMetadata, words)
            }
        };
        found.add(member, checked);
    }

    /// The client has a secret to make a key of.
    fn under_secret(&self, registration: &Registration, alg: KeyManagement, found: &mut Found) {
        let [member, _] = self.members;
        let held = match &registration.secret {
            ClientSecret::None => false,
            ClientSecret::New(secret) => secret.as_bytes().len() >= 32,
            ClientSecret::Kept => true,
        };
        let words =
            words!("{} is {}, which needs a client that authenticates and a client_secret of 32 octets.", member, alg.name());
        let held = held && registration.metadata.token_endpoint_auth_method != Method::None;
        found.add(member, oidcc::SYMMETRIC_ENCRYPTION_KEY.require(held, InvalidClientMetadata, words));
    }

    /// The server has a key for the algorithm.
    fn for_server(&self, settings: &Settings, found: &mut Found) {
        let ([member, _], Some(alg)) = (self.members, self.alg) else { return };
        let served = settings.keys.decryption_algorithms().contains(&alg);
        let words = words!("{} is {}, and this server has no key for it.", member, alg.name());
        found.add(member, local::CLIENT_FITS_POLICY.require(served, InvalidClientMetadata, words));
    }
}
