//! The presets: each holds what its document adds, with the clause that adds it.

use super::Profile;
use super::bound::{
    AlgorithmSet, AtMost, AudienceRule, AuthenticationMethod as Method, AuthenticationMethods, ChallengeRule, ForbiddenGrants,
    Presence, RedirectRule, ResponseType, ResponseTypes, RotationRule, SenderConstraints,
};
use super::rule::Conjunct;
use crate::grant_type::GrantType;
use crate::jose::{Algorithm, Algorithms};
use crate::requirement::{fapi2_sp, ocp, oidcc, rfc6749, rfc7523bis, rfc7636, rfc9700};

const ALL_BUT_NONE: AuthenticationMethods = AuthenticationMethods::of(&[
    Method::ClientSecretBasic,
    Method::ClientSecretPost,
    Method::ClientSecretJwt,
    Method::PrivateKeyJwt,
    Method::TlsClientAuth,
    Method::SelfSignedTlsClientAuth,
]);

const STRONG: AuthenticationMethods =
    AuthenticationMethods::of(&[Method::PrivateKeyJwt, Method::TlsClientAuth, Method::SelfSignedTlsClientAuth]);

const FAPI_ALGORITHMS: AlgorithmSet =
    AlgorithmSet(Algorithms::of(&[Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::Ed25519]));

/// OAuth 2.0 as it is practised: RFC 6749 under the Best Current Practice of RFC 9700. Client assertions may be addressed to the
/// issuer or to an endpoint; [`RFC7523BIS`] takes the issuer alone.
pub static OAUTH: Profile = Profile::new("oauth", "OAuth 2.0 (RFC 6749, RFC 9700)")
    .response_type(&[Conjunct::new(ResponseTypes::of(&[ResponseType::Code]), &rfc6749::RESPONSE_TYPE_PRESENT)])
    .code_challenge(&[Conjunct::new(ChallengeRule::OfPublicClients, &rfc9700::PKCE_OF_PUBLIC)])
    .redirect_uri(&[Conjunct::new(RedirectRule::Encrypted, &rfc9700::REDIRECT_ENCRYPTED)])
    .grant_type(&[
        Conjunct::new(ForbiddenGrants::of(&[GrantType::Password]), &rfc9700::NO_PASSWORD_GRANT),
        Conjunct::new(ForbiddenGrants::of(&[GrantType::Implicit]), &rfc9700::NO_IMPLICIT_GRANT),
    ])
    .refresh_rotation(&[Conjunct::new(RotationRule::ProtectUnbound, &rfc9700::PUBLIC_REFRESH)])
    .code_lifetime(&[Conjunct::new(AtMost(600), &rfc6749::CODE_EXPIRES)]);

/// OpenID Connect Core 1.0, where every request is an authentication request. Public clients use PKCE here too.
pub static OPENID: Profile = Profile::new("openid", "OpenID Connect Core 1.0")
    .code_challenge(&[Conjunct::new(ChallengeRule::OfPublicClients, &rfc9700::PKCE_OF_PUBLIC)])
    .redirect_uri_sent(&[Conjunct::new(Presence::Required, &oidcc::REDIRECT_URI_NAMED)]);

/// The updates to client assertions: each is addressed to the issuer alone, so that no other server can use it here. A server names
/// this profile for all of its clients, or in the terms of some.
pub static RFC7523BIS: Profile = Profile::new("rfc7523bis", "Updates to client assertions (rfc7523bis)")
    .assertion_audience(&[Conjunct::new(AudienceRule::SoleIssuer, &rfc7523bis::SOLE_AUDIENCE)]);

/// FAPI 2.0 Security Profile, Final.
pub static FAPI2_SECURITY: Profile = Profile::new("fapi2_security", "FAPI 2.0 Security Profile")
    .pushed_request(&[Conjunct::new(Presence::Required, &fapi2_sp::PUSHED_ONLY)])
    .response_type(&[Conjunct::new(ResponseTypes::of(&[ResponseType::Code]), &fapi2_sp::RESPONSE_TYPE_CODE)])
    .code_challenge(&[
        Conjunct::new(ChallengeRule::Present, &rfc7636::CHALLENGE_PRESENT),
        Conjunct::new(ChallengeRule::S256, &fapi2_sp::CHALLENGE_S256),
    ])
    .redirect_uri_sent(&[Conjunct::new(Presence::Required, &fapi2_sp::REDIRECT_URI_SENT)])
    .redirect_uri(&[Conjunct::new(RedirectRule::Encrypted, &fapi2_sp::REDIRECT_URI_ENCRYPTED)])
    .client_authentication(&[
        Conjunct::new(ALL_BUT_NONE, &fapi2_sp::CONFIDENTIAL_CLIENTS),
        Conjunct::new(STRONG, &fapi2_sp::STRONG_CLIENT_AUTHENTICATION),
    ])
    .assertion_audience(&[
        Conjunct::new(AudienceRule::SoleIssuer, &rfc7523bis::SOLE_AUDIENCE),
        Conjunct::new(AudienceRule::IssuerString, &fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER),
    ])
    .assertion_algorithm(&[Conjunct::new(FAPI_ALGORITHMS, &fapi2_sp::SIGNING_ALGORITHMS)])
    .proof_algorithm(&[Conjunct::new(FAPI_ALGORITHMS, &fapi2_sp::SIGNING_ALGORITHMS)])
    .issued_algorithm(&[Conjunct::new(FAPI_ALGORITHMS, &fapi2_sp::SIGNING_ALGORITHMS)])
    .sender_constraint(&[Conjunct::new(SenderConstraints::DPOP.or(SenderConstraints::MTLS), &fapi2_sp::SENDER_CONSTRAINED)])
    .refresh_rotation(&[Conjunct::new(RotationRule::Never, &fapi2_sp::NO_REFRESH_ROTATION)])
    .code_lifetime(&[Conjunct::new(AtMost(60), &fapi2_sp::CODE_SIXTY_SECONDS)])
    .request_uri_lifetime(&[Conjunct::new(AtMost(599), &fapi2_sp::REQUEST_URI_TEN_MINUTES)])
    .future_tolerance(&[Conjunct::new(AtMost(60), &fapi2_sp::FUTURE_TIMES)]);

/// The OIDC-conformant pipeline of the documents that this library's registry calls by that name: what is left of them as rules once
/// [switches](crate::Switches), tables and client grants are out.
pub static PIPELINE: Profile = Profile::new("pipeline", "OIDC-conformant pipeline")
    .public_id_token(&[Conjunct::new(AlgorithmSet(Algorithms::of(&[Algorithm::RS256])), &ocp::pipe::PUBLIC_RS256)])
    .refresh_token(&[Conjunct::new(Presence::Required, &ocp::pipe::OFFLINE_GRANTED)])
    .client_grant(&[Conjunct::new(Presence::Required, &ocp::acc::NO_OPEN_CLIENTS)])
    .final_removal(&[Conjunct::new(Presence::Required, &ocp::cli::DELETED)]);

/// Every preset, for tables and as the profiles that a server knows by default.
pub static PRESETS: &[&Profile] = &[&OAUTH, &OPENID, &RFC7523BIS, &FAPI2_SECURITY, &PIPELINE];
