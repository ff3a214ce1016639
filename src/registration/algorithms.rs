//! The check of the algorithms that messages for a client are signed with.

use super::{ClientSecret, Found, Registration};
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::jose::Algorithm;
use crate::policy::{AuthenticationMethod as Method, Policy};
use crate::refusal::Also;
use crate::requirement::{Requirement, jarm, local, ocp, oidcc, rfc9701};
use crate::settings::Settings;
use crate::time::Timestamp;

/// Checks `id_token_signed_response_alg`: the server has a key for it, or the client has a secret.
pub(super) fn id_token(registration: &Registration, policy: &Policy, settings: &Settings, now: Timestamp, found: &mut Found) {
    let metadata = &registration.metadata;
    let public = metadata.token_endpoint_auth_method == Method::None;
    if public && settings.public_algorithm(policy, now).is_some() {
        // It has no effect.
        return;
    }
    let Some(algorithm) = metadata.id_token_signed_response_alg else { return };
    let required = (&oidcc::ID_TOKEN_SIGNED, &ocp::cli::ID_TOKEN_ALG);
    Signed { registration, policy, settings, now }.check("id_token_signed_response_alg", algorithm, required, found);
}

/// Checks the algorithms of all other responses in the same way.
pub(super) fn responses(registration: &Registration, policy: &Policy, settings: &Settings, now: Timestamp, found: &mut Found) {
    let metadata = &registration.metadata;
    let signed = Signed { registration, policy, settings, now };
    if let Some(algorithm) = metadata.authorization_signed_response_alg {
        let required = (&jarm::SIGNED_RESPONSE_ALG, &oidcc::SECRET_LENGTH);
        signed.check("authorization_signed_response_alg", algorithm, required, found);
    }
    if let Some(algorithm) = metadata.userinfo_signed_response_alg {
        let required = (&oidcc::USERINFO_SIGNED, &oidcc::NO_PUBLIC_HMAC);
        signed.check("userinfo_signed_response_alg", algorithm, required, found);
    }
    if let Some(algorithm) = metadata.introspection_signed_response_alg {
        let required = (&rfc9701::SIGNED_RESPONSE_ALG, &oidcc::NO_PUBLIC_HMAC);
        signed.check("introspection_signed_response_alg", algorithm, required, found);
    }
}

/// A registration whose signed messages are checked.
struct Signed<'a> {
    registration: &'a Registration,
    policy: &'a Policy,
    settings: &'a Settings,
    now: Timestamp,
}

impl Signed<'_> {
    /// Checks an algorithm: the policy admits it, and the server has a key for it, or the client a secret. The first requirement is
    /// about keys, the other about secrets.
    fn check(
        &self,
        member: &'static str,
        algorithm: Algorithm,
        (by_key, by_secret): (&'static Requirement, &'static Requirement),
        found: &mut Found,
    ) {
        let allowed = &self.policy.issued_algorithm;
        let words = words!("{} is {}; allowed: {}.", member, algorithm, allowed.expected());
        found.add(member, allowed.require(&algorithm, InvalidClientMetadata, words));
        if algorithm != Algorithm::HS256 {
            let ours = self.settings.keys.signing_key(algorithm, self.now).is_some();
            let words = words!("{} is {}, and this server has no key for it.", member, algorithm);
            return found.add(member, local::REGISTRATION_CAN_BE_MET.require(ours, InvalidClientMetadata, words).also(by_key));
        }
        let held = match &self.registration.secret {
            ClientSecret::None => false,
            ClientSecret::New(secret) => secret.as_bytes().len() >= 32,
            ClientSecret::Kept => true,
        };
        let public = self.registration.metadata.token_endpoint_auth_method == Method::None;
        let words = words!("{} is HS256, which needs a client that authenticates and a client_secret of 32 octets.", member);
        found.add(member, by_secret.require(held && !public, InvalidClientMetadata, words));
    }
}
