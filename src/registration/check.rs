//! The check of a registration as a whole.

use super::{Found, Registration, algorithms, credential, operator};
use crate::client::{GrantType, is_client_id, row_of};
use crate::detail::words;
use crate::error_code::ErrorCode::{InvalidClientMetadata, InvalidRedirectUri};
use crate::policy::{AuthenticationMethod as Method, CompositionError, Policy, ResponseType};
use crate::reason::Reason;
use crate::redirect_uri::RedirectUriError;
use crate::refusal::Refusal;
use crate::requirement::{local, rfc6749};
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::token::grant_types_served;

/// Every mistake, by the member that is wrong.
pub(super) fn mistakes(registration: &Registration, settings: &Settings, now: Timestamp) -> Vec<(&'static str, Refusal)> {
    let metadata = &registration.metadata;
    let mut found = Found(vec![]);
    let id = is_client_id(&metadata.client_id);
    found.add(
        "client_id",
        local::CLIENT_ID_SYNTAX.require(id, InvalidClientMetadata, "client_id is not 1 to 255 printable ASCII characters."),
    );
    operator::check(registration, settings, &mut found);
    fits_policy(registration, settings, now, &mut found);
    for (at, uri) in metadata.redirect_uris.iter().enumerate() {
        let words = |error: &RedirectUriError| words!("Entry {} of redirect_uris: {}.", at + 1, error.told())();
        let parsed = uri.get().map(drop);
        found.add("redirect_uris", parsed.map_err(|error| error.basis().refuse(InvalidRedirectUri, words(error))));
    }
    grant_types(registration, &mut found);
    let served = |grant_type: &GrantType| grant_types_served().any(|served| served == grant_type.as_str());
    let unserved = metadata.grant_types.iter().position(|grant_type| !served(grant_type));
    let words = words!("Entry {} of grant_types is not served here.", unserved.unwrap_or_default() + 1);
    found.add("grant_types", rfc6749::GRANT_TYPE_SERVED.require(unserved.is_none(), InvalidClientMetadata, words));
    let other = metadata.response_types.iter().position(|sent| sent.get() != Ok(&ResponseType::Code));
    let words = words!("Entry {} of response_types is not served here; code alone is.", other.unwrap_or_default() + 1);
    found.add("response_types", rfc6749::RESPONSE_TYPE_PRESENT.require(other.is_none(), InvalidClientMetadata, words));
    let redirects = !metadata.may_use(&GrantType::AuthorizationCode) || !metadata.redirect_uris.is_empty();
    found.add(
        "redirect_uris",
        rfc6749::REDIRECT_REGISTRATION.require(
            redirects,
            InvalidRedirectUri,
            "redirect_uris is empty; the grant type authorization_code needs one.",
        ),
    );
    let set = credential::keys(registration, settings, &mut found);
    credential::credential(registration, set.as_ref(), &mut found);
    found.0
}

/// Checks the grant types against the relation of grant types and clients.
fn grant_types(registration: &Registration, found: &mut Found) {
    let (metadata, terms) = (&registration.metadata, &registration.terms);
    let confidential = metadata.token_endpoint_auth_method != Method::None;
    for (at, row) in metadata.grant_types.iter().enumerate().filter_map(|(at, grant)| Some((at, row_of(grant)?))) {
        for limit in row.exceeded(terms, confidential) {
            let words = words!("Entry {} of grant_types {}.", at + 1, limit.only.words())();
            found.add("grant_types", Err(Refusal::new(InvalidClientMetadata, limit.bases.to_vec(), words)));
        }
    }
}

fn fits_policy(registration: &Registration, settings: &Settings, now: Timestamp, found: &mut Found) {
    match settings.policy_with(&registration.terms.profiles, &registration.terms.own_rules(&registration.metadata)) {
        Ok(policy) => within(registration, &policy, settings, now, found),
        Err(error @ CompositionError::UnknownProfile(_)) => found.add("profiles", Err(error.refuse(InvalidClientMetadata))),
        Err(error) => found.add("metadata", Err(error.refuse(InvalidClientMetadata))),
    }
}

fn within(registration: &Registration, policy: &Policy, settings: &Settings, now: Timestamp, found: &mut Found) {
    let metadata = &registration.metadata;
    let method = policy.client_authentication.require(
        &metadata.token_endpoint_auth_method,
        InvalidClientMetadata,
        words!(
            "token_endpoint_auth_method is {}; allowed: {}.",
            metadata.token_endpoint_auth_method.name(),
            policy.client_authentication.expected()
        ),
    );
    found.add("token_endpoint_auth_method", method);
    for (at, uri) in metadata.redirect_uris.iter().enumerate() {
        let words = words!("Entry {} of redirect_uris uses http, which is allowed on loopback addresses alone.", at + 1);
        found.add("redirect_uris", policy.redirect_uri.require(uri.as_str(), InvalidRedirectUri, words));
    }
    let signs = settings.preferred_algorithm(policy, now);
    found.add(
        "metadata",
        local::CLIENT_FITS_POLICY.require(
            signs.is_some(),
            InvalidClientMetadata,
            "This server has no key for an algorithm that the policy of this client allows.",
        ),
    );
    for (at, grant) in metadata.grant_types.iter().enumerate() {
        let words = words!("Entry {} of grant_types is one that the policy forbids.", at + 1);
        found.add("grant_types", policy.grant_type.require(grant, InvalidClientMetadata, words));
    }
    algorithms::id_token(registration, policy, settings, now, found);
}
