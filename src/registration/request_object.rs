//! The check of what a client registers about its request objects.

use super::{Found, Registration};
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::jose::Jwk;
use crate::key_source::{KeySet, is_https};
use crate::refusal::Also;
use crate::requirement::{ocp, oidcc, rfc9101};
use crate::settings::Settings;

/// Checks that its requests can be signed as it says. `set` has the keys that it registers by value.
pub(super) fn check(registration: &Registration, settings: &Settings, set: Option<&KeySet>, found: &mut Found) {
    let (metadata, signed) = (&registration.metadata, &registration.terms.signed_request_object);
    let algorithm = metadata.request_object_signing_alg;
    let asymmetric = rfc9101::ALGORITHM_ALLOWED.require(
        algorithm.is_none_or(|algorithm| !algorithm.is_symmetric()),
        InvalidClientMetadata,
        "request_object_signing_alg takes a secret; request objects are signed with a key pair.",
    );
    found.add("request_object_signing_alg", asymmetric.also(&ocp::jar::ASYMMETRIC));
    let mut needed = vec![];
    needed.extend(metadata.require_signed_request_object.then_some("require_signed_request_object"));
    needed.extend(algorithm.map(|_| "request_object_signing_alg"));
    needed.extend((signed.required || !signed.credentials.is_empty()).then_some("signed_request_object"));
    let fits = |key: &Jwk| algorithm.is_none_or(|algorithm| key.fits(algorithm));
    // A broken set is a mistake of its own, and one that is published can change.
    let can_sign = match set {
        Some(Ok(set)) => set.keys().iter().any(fits),
        Some(Err(_)) => true,
        None => metadata.jwks_uri.is_some(),
    };
    let served = settings.switches.takes_request_objects();
    for member in needed {
        let words = words!("{} needs jwks_uri, or jwks with a key that can verify request objects.", member);
        found.add(member, rfc9101::OBJECT_SIGNATURE.require(can_sign, InvalidClientMetadata, words));
        let words = words!("{} is of no use, because this server takes no request objects.", member);
        found.add(member, oidcc::REQUEST_NOT_SUPPORTED.require(served, InvalidClientMetadata, words));
    }
    if let Some(Ok(set)) = set {
        for (at, listed) in signed.credentials.iter().enumerate() {
            let known = set.keys().iter().any(|key| key.kid() == Some(&listed.kid));
            let words = words!("Entry {} of signed_request_object.credentials is the kid of no key in jwks.", at + 1);
            found.add("signed_request_object", ocp::cli::JAR_PROPERTY.require(known, InvalidClientMetadata, words));
        }
    }
    for (at, uri) in metadata.request_uris.iter().enumerate() {
        let words = words!("Entry {} of request_uris is not an https URL.", at + 1);
        found.add("request_uris", oidcc::REQUEST_URI_HTTPS.require(is_https(uri), InvalidClientMetadata, words));
    }
}
