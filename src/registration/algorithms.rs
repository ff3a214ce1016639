//! The check of the algorithm of a client's ID tokens.

use super::{ClientSecret, Found, Registration};
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::jose::Algorithm;
use crate::policy::{AuthenticationMethod as Method, Policy};
use crate::requirement::{ocp, oidcc};
use crate::settings::Settings;
use crate::time::Timestamp;

/// Checks `id_token_signed_response_alg`: the server has a key for it, or the client has a secret.
pub(super) fn id_token(registration: &Registration, policy: &Policy, settings: &Settings, now: Timestamp, found: &mut Found) {
    let metadata = &registration.metadata;
    let Some(algorithm) = metadata.id_token_signed_response_alg else { return };
    let public = metadata.token_endpoint_auth_method == Method::None;
    if public && settings.public_algorithm(policy, now).is_some() {
        // It has no effect.
        return;
    }
    let mut add = |checked| found.add("id_token_signed_response_alg", checked);
    add(policy.issued_algorithm.require(
        &algorithm,
        InvalidClientMetadata,
        words!("id_token_signed_response_alg is {}; allowed: {}.", algorithm, policy.issued_algorithm.expected()),
    ));
    if algorithm != Algorithm::HS256 {
        let ours = settings.keys.signing_key(algorithm, now).is_some();
        return add(oidcc::ID_TOKEN_SIGNED.require(
            ours,
            InvalidClientMetadata,
            words!("id_token_signed_response_alg is {}, and this server has no key for it.", algorithm),
        ));
    }
    let held = match &registration.secret {
        ClientSecret::None => false,
        ClientSecret::New(secret) => secret.as_bytes().len() >= 32,
        ClientSecret::Kept => true,
    };
    add(ocp::cli::ID_TOKEN_ALG.require(
        held && !public,
        InvalidClientMetadata,
        "id_token_signed_response_alg is HS256, which needs a client that authenticates and a client_secret of 32 octets.",
    ));
}
