//! The check of what a client authenticates with.

use super::{ClientSecret, Found, Registration};
use crate::client::subject_member;
use crate::detail::{Detail, words};
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::jose::{Jwk, JwkSet, JwkSetError, SkippedKey};
use crate::key_source::{KeySet, by_value, is_https};
use crate::policy::AuthenticationMethod as Method;
use crate::reason::Reason;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, fapi2_sp, oidcc, oidcr, rfc6749, rfc7523, rfc7591, rfc8705};
use crate::settings::Settings;

/// Checks where the keys are, and returns those that are given by value.
pub(super) fn keys(registration: &Registration, settings: &Settings, found: &mut Found) -> Option<KeySet> {
    let metadata = &registration.metadata;
    let set = metadata.jwks.as_ref().map(|jwks| by_value(jwks, settings.primitives));
    if let Some(Err(error)) = &set {
        let refusal = match error {
            JwkSetError::Leaked(error) => {
                oidcr::PUBLIC_KEYS_ONLY.refuse(InvalidClientMetadata, error.about("jwks")).also([error.basis()])
            }
            error => error.refuse(InvalidClientMetadata, "jwks"),
        };
        found.add("jwks", Err(refusal));
    }
    let encrypted = metadata.jwks_uri.as_deref().is_none_or(is_https);
    found.add("jwks_uri", fapi2_sp::JWKS_OVER_TLS.require(encrypted, InvalidClientMetadata, "jwks_uri is not an https URL."));
    let one = metadata.jwks.is_none() || metadata.jwks_uri.is_none();
    found.add(
        "jwks_uri",
        rfc7591::ONE_KEY_SET.require(one, InvalidClientMetadata, "jwks_uri and jwks are both present; one is allowed."),
    );
    set
}

/// Demands something to authenticate with, of the kind that the method needs.
pub(super) fn credential(registration: &Registration, set: Option<&KeySet>, found: &mut Found) {
    let metadata = &registration.metadata;
    let kept = matches!(registration.secret, ClientSecret::Kept);
    let secret_octets = if let ClientSecret::New(secret) = &registration.secret { secret.as_bytes().len() } else { 0 };
    // A broken set is a mistake of its own, and one that is published can change.
    let has_key = |fits: fn(&Jwk) -> bool| match set {
        Some(Ok(set)) => set.keys().iter().any(fits) || metadata.jwks_uri.is_some(),
        Some(Err(_)) => true,
        None => metadata.jwks_uri.is_some(),
    };
    let (member, holds, basis, words): (_, bool, &'static Requirement, _) = match metadata.token_endpoint_auth_method {
        Method::None => (
            "client_secret",
            matches!(registration.secret, ClientSecret::None),
            &rfc6749::METHOD_OF_CLIENT,
            "A client without authentication has no client_secret.",
        ),
        Method::ClientSecretBasic | Method::ClientSecretPost => {
            ("client_secret", kept || secret_octets > 0, &rfc6749::METHOD_OF_CLIENT, "client_secret is missing.")
        }
        Method::ClientSecretJwt => {
            ("client_secret", kept || secret_octets >= 32, &oidcc::SECRET_LENGTH, "client_secret has fewer than 32 octets.")
        }
        Method::PrivateKeyJwt => (
            "jwks",
            has_key(|_| true),
            &rfc7523::ASSERTION_SIGNED,
            "private_key_jwt needs jwks_uri, or jwks with a key that can verify.",
        ),
        Method::TlsClientAuth => (
            "tls_client_auth_subject_dn",
            subject_member(metadata).is_some(),
            &rfc8705::CERTIFICATE_SUBJECT,
            "tls_client_auth needs exactly one valid tls_client_auth member with the subject of the certificate.",
        ),
        Method::SelfSignedTlsClientAuth => (
            "jwks",
            has_key(|key| key.x5c().len() > 0),
            &rfc8705::CERTIFICATE_REGISTERED,
            "self_signed_tls_client_auth needs jwks_uri, or jwks with a certificate in x5c.",
        ),
    };
    let skipped = set.and_then(|set| set.as_ref().ok()).map_or(&[][..], JwkSet::skipped);
    found.add(
        member,
        basis.require(holds, InvalidClientMetadata, words).map_err(|refusal| match skipped {
            // The reasons why the keys cannot be used come first.
            [_, ..] if member == "jwks" => {
                let mut reasons: Vec<_> = skipped.iter().map(|key| key.error.basis()).collect();
                reasons.sort_by_key(|reason| reason.id);
                reasons.dedup_by_key(|reason| reason.id);
                Refusal::new(refusal.code, reasons, words_of(skipped)).also(refusal.basis)
            }
            _ => refusal,
        }),
    );
}

/// The first reason why none of the keys can be used.
fn words_of(skipped: &[SkippedKey]) -> Detail {
    match skipped.first() {
        Some(key) => words!("No key of jwks can be used; key {}: {}.", key.index + 1, key.error.told())(),
        None => "No key of jwks can be used.".into(),
    }
}
