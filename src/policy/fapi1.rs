//! The presets of FAPI 1.0.

use super::Profile;
use super::bound::{
    AlgorithmSet, AtMost, AuthenticationMethod as Method, AuthenticationMethods, ChallengeRule, OutsideRule, Presence,
    RedirectRule, ResponseType, ResponseTypes, SenderConstraints,
};
use super::rule::Conjunct;
use crate::jose::{Algorithm, Algorithms};
use crate::requirement::{fapi1_adv, fapi1_base};

/// The methods of confidential clients, and public clients, which have none.
const BY_KEY_OR_NONE: AuthenticationMethods = AuthenticationMethods::of(&[
    Method::None,
    Method::ClientSecretJwt,
    Method::PrivateKeyJwt,
    Method::TlsClientAuth,
    Method::SelfSignedTlsClientAuth,
]);

/// FAPI 1.0 Security Profile, Part 1: Baseline.
pub static FAPI1_BASELINE: Profile = Profile::new("fapi1_baseline", "FAPI 1.0 Baseline")
    .code_challenge(&[Conjunct::new(ChallengeRule::S256, &fapi1_base::CHALLENGE_S256)])
    .nonce(&[Conjunct::new(Presence::Required, &fapi1_base::NONCE_REQUIRED)])
    .state(&[Conjunct::new(Presence::Required, &fapi1_base::STATE_REQUIRED)])
    .redirect_uri_sent(&[Conjunct::new(Presence::Required, &fapi1_base::REDIRECT_URI_SENT)])
    .redirect_uri(&[
        Conjunct::new(RedirectRule::Https, &fapi1_base::REDIRECT_HTTPS),
        Conjunct::new(RedirectRule::Https, &fapi1_base::NATIVE_REDIRECTS),
    ])
    .client_authentication(&[Conjunct::new(BY_KEY_OR_NONE, &fapi1_base::CLIENT_AUTHENTICATION)])
    .bearer_lifetime(&[Conjunct::new(AtMost(599), &fapi1_base::SHORT_BEARER_TOKENS)]);

/// Strong authentication, of confidential clients alone.
const STRONG: AuthenticationMethods =
    AuthenticationMethods::of(&[Method::PrivateKeyJwt, Method::TlsClientAuth, Method::SelfSignedTlsClientAuth]);

/// Every method but none.
const CONFIDENTIAL: AuthenticationMethods = AuthenticationMethods::of(&[
    Method::ClientSecretBasic,
    Method::ClientSecretPost,
    Method::ClientSecretJwt,
    Method::PrivateKeyJwt,
    Method::TlsClientAuth,
    Method::SelfSignedTlsClientAuth,
]);

const PS256_OR_ES256: AlgorithmSet = AlgorithmSet(Algorithms::of(&[Algorithm::PS256, Algorithm::ES256]));

/// FAPI 1.0 Security Profile, Part 2: Advanced, which has every rule of [`FAPI1_BASELINE`] but PKCE for requests that are not pushed.
pub static FAPI1_ADVANCED: Profile = Profile::new("fapi1_advanced", "FAPI 1.0 Advanced")
    .request_object(&[Conjunct::new(Presence::Required, &fapi1_adv::REQUEST_OBJECT_REQUIRED)])
    .request_object_algorithm(&[Conjunct::new(PS256_OR_ES256, &fapi1_adv::SIGNING_ALGORITHMS)])
    .request_object_audience(&[Conjunct::new(Presence::Required, &fapi1_adv::REQUEST_OBJECT_AUDIENCE)])
    .request_object_age(&[Conjunct::new(AtMost(3_600), &fapi1_adv::REQUEST_OBJECT_NOT_BEFORE)])
    .request_object_lifetime(&[Conjunct::new(AtMost(3_600), &fapi1_adv::REQUEST_OBJECT_LIFETIME)])
    .outside_parameters(&[Conjunct::new(OutsideRule::Ignored, &fapi1_adv::OBJECT_ALONE_COUNTS)])
    .response_type(&[Conjunct::new(
        ResponseTypes::of(&[ResponseType::Code, ResponseType::CodeIdToken]),
        &fapi1_adv::RESPONSE_TYPE,
    )])
    .signed_response(&[Conjunct::new(Presence::Required, &fapi1_adv::RESPONSE_TYPE)])
    .pushed_challenge(&[Conjunct::new(ChallengeRule::S256, &fapi1_adv::PUSH_WITH_S256)])
    .scope_sent(&[Conjunct::new(Presence::Required, &fapi1_adv::OBJECT_ALONE_COUNTS)])
    .nonce(&[Conjunct::new(Presence::Required, &fapi1_base::NONCE_REQUIRED)])
    .state(&[Conjunct::new(Presence::Required, &fapi1_base::STATE_REQUIRED)])
    .redirect_uri_sent(&[Conjunct::new(Presence::Required, &fapi1_base::REDIRECT_URI_SENT)])
    .redirect_uri(&[
        Conjunct::new(RedirectRule::Https, &fapi1_base::REDIRECT_HTTPS),
        Conjunct::new(RedirectRule::Https, &fapi1_base::NATIVE_REDIRECTS),
    ])
    .client_authentication(&[
        Conjunct::new(CONFIDENTIAL, &fapi1_adv::NO_PUBLIC_CLIENTS),
        Conjunct::new(STRONG, &fapi1_adv::CLIENT_AUTHENTICATION),
    ])
    .assertion_algorithm(&[Conjunct::new(PS256_OR_ES256, &fapi1_adv::SIGNING_ALGORITHMS)])
    .proof_algorithm(&[Conjunct::new(PS256_OR_ES256, &fapi1_adv::SIGNING_ALGORITHMS)])
    .issued_algorithm(&[Conjunct::new(PS256_OR_ES256, &fapi1_adv::SIGNING_ALGORITHMS)])
    .sender_constraint(&[
        Conjunct::new(SenderConstraints::DPOP.or(SenderConstraints::MTLS), &fapi1_adv::SENDER_CONSTRAINED),
        Conjunct::new(SenderConstraints::MTLS, &fapi1_adv::NO_BEARER_TOKENS),
    ]);
