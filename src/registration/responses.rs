//! The check of the authorization responses that a client asks for.

use super::{Found, Registration};
use crate::client::GrantType;
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::policy::{Policy, ResponseMode, ResponseModes, ResponseType, SenderConstraints};
use crate::refusal::Also;
use crate::requirement::{fapi2_ms, local, oidcr, rfc6749, rfc7591};

/// Checks that the authorization endpoint serves the response types and modes, and that the grant types fit them.
pub(super) fn served(registration: &Registration, found: &mut Found) {
    let metadata = &registration.metadata;
    for (at, sent) in metadata.response_types.iter().enumerate() {
        let served = sent.get().ok().copied().filter(|known| ResponseType::SERVED.contains(*known));
        let words = words!("Entry {} of response_types is not served here; allowed: {}.", at + 1, ResponseType::SERVED);
        found.add("response_types", rfc6749::RESPONSE_TYPE_PRESENT.require(served.is_some(), InvalidClientMetadata, words));
        // A code is what every client may ask for by default, even one that never does.
        let needed = served.filter(|served| *served != ResponseType::Code).into_iter().flat_map(ResponseType::grant_types);
        for grant in needed.filter(|grant| !metadata.may_use(grant)) {
            let name = grant.name().unwrap_or_default();
            let words = words!("Entry {} of response_types needs {} among grant_types.", at + 1, name);
            let fits = oidcr::TYPES_CONSISTENT.require(false, InvalidClientMetadata, words);
            found.add("grant_types", fits.also(&rfc7591::TYPES_CONSISTENT));
        }
    }
    for (at, name) in metadata.response_modes.iter().flatten().enumerate() {
        let known = ResponseMode::parse(name, ResponseMode::default()).is_some();
        let words = words!("Entry {} of response_modes is not a response mode of this server.", at + 1);
        let met = local::REGISTRATION_CAN_BE_MET.require(known, InvalidClientMetadata, words);
        found.add("response_modes", met.also(&fapi2_ms::RESPONSE_MODES_OF_CLIENT));
    }
}

/// Checks that the policy allows the response types.
pub(super) fn within(registration: &Registration, policy: &Policy, found: &mut Found) {
    let metadata = &registration.metadata;
    let allowed = policy.response_type.within(ResponseType::SERVED);
    let types = || metadata.response_types.iter().map(|sent| sent.get().ok().copied());
    let counts = |known: &ResponseType| *known != ResponseType::Code && ResponseType::SERVED.contains(*known);
    for (at, known) in types().enumerate().filter(|(_, known)| known.as_ref().is_some_and(counts)) {
        let words = words!("Entry {} of response_types is not allowed here; allowed: {}.", at + 1, allowed);
        found.add("response_types", policy.response_type.require(&known, InvalidClientMetadata, words));
        if known.is_some_and(ResponseType::has_access_token) {
            let senders = policy.sender_constraint.expected();
            let words = words!(
                "Entry {} of response_types returns access tokens that no sender is bound to; access tokens are bound by {}.",
                at + 1,
                senders
            );
            let unbound = policy.sender_constraint.require(&SenderConstraints::NONE, InvalidClientMetadata, words);
            found.add("response_types", unbound);
        }
    }
    if let Some(names) = &metadata.response_modes {
        let asked = |known: ResponseType| {
            names.iter().filter_map(move |name| ResponseMode::parse(name, ResponseMode::default_of(known.name())))
        };
        let answered = types().flatten().any(|known| asked(known).any(|mode| policy.answers(known, mode)));
        let words = words!(
            "No response of the client can be sent in one of its response_modes; allowed: {}.",
            policy.response_mode.within(ResponseModes::ALL)
        );
        found.add("response_modes", local::CLIENT_FITS_POLICY.require(answered, InvalidClientMetadata, words));
    }
    // Without a response type that needs it, the grant type is that of OAuth's implicit flow, whose response type is `token`.
    let for_another = types().flatten().any(|known| known.grant_types().any(|grant| *grant == GrantType::Implicit));
    if let (Some(at), false) = (metadata.grant_types.iter().position(|grant| *grant == GrantType::Implicit), for_another) {
        let words = words!("Entry {} of grant_types is one that the policy forbids.", at + 1);
        let implicit = policy.response_type.require(&Some(ResponseType::Token), InvalidClientMetadata, words);
        found.add("grant_types", implicit);
    }
}
