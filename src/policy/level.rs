//! Compliance levels: a level is a list of small profiles, which are in force for the clients that have it.

use super::bound::{
    AtMost, AudienceRule, AuthenticationMethod as Method, AuthenticationMethods, ChallengeRule, Presence, ResponseType,
    ResponseTypes, SenderConstraints,
};
use super::profile::FAPI2_SECURITY;
use super::rule::Conjunct;
use super::{Policy, Profile};
use crate::requirement::{ocp, rfc9449};
use serde::{Deserialize, Serialize};

/// The compliance level of a client: no authorization request of it succeeds unless request and configuration comply.
///
/// ```
/// use fapi::policy::Level;
///
/// let level: Level = serde_json::from_str(r#""fapi2_sp_pkj_mtls""#).expect("a level");
/// assert!(!level.policy().pushed_request.admits(&false));
/// assert!(serde_json::from_str::<Level>(r#""fapi3""#).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// FAPI 1.0 Advanced with certificates and pushed requests. It needs signed requests, which are not served yet.
    Fapi1AdvMtlsPar,
    /// FAPI 1.0 Advanced with `private_key_jwt` and pushed requests. It needs signed requests, which are not served yet.
    Fapi1AdvPkjPar,
    /// FAPI 2.0 with `private_key_jwt` and tokens bound to certificates.
    Fapi2SpPkjMtls,
    /// FAPI 2.0 with certificates for both.
    Fapi2SpMtlsMtls,
    /// FAPI 2.0 with `private_key_jwt` and tokens bound by DPoP. This library's addition.
    Fapi2SpPkjDpop,
    /// FAPI 2.0 with certificates and tokens bound by DPoP. This library's addition.
    Fapi2SpMtlsDpop,
}

/// One level and its profiles.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct LevelRow {
    /// The level.
    pub level: Level,
    /// Its literal in configurations.
    pub name: &'static str,
    /// The profiles that are in force together.
    pub profiles: &'static [&'static Profile],
    /// Every request of a client of this level must be a signed request object.
    pub signed_requests: bool,
}

static EVERY_LEVEL: Profile = Profile::new("every_level", "Every compliance level")
    .pushed_request(&[Conjunct::new(Presence::Required, &ocp::fapi::PAR)])
    .code_challenge(&[
        Conjunct::new(ChallengeRule::Present, &ocp::fapi::PKCE_S256),
        Conjunct::new(ChallengeRule::S256, &ocp::fapi::PKCE_S256),
    ]);

static FAPI2_LEVEL: Profile = Profile::new("fapi2_level", "The FAPI 2.0 levels")
    .response_type(&[Conjunct::new(ResponseTypes::of(&[ResponseType::Code]), &ocp::fapi::RESPONSE_TYPES)])
    .redirect_uri_sent(&[Conjunct::new(Presence::Required, &ocp::fapi::REDIRECT_URI)])
    .code_lifetime(&[Conjunct::new(AtMost(60), &ocp::fapi::CODE_LIFETIME)])
    .request_uri_lifetime(&[Conjunct::new(AtMost(599), &ocp::fapi::PAR_LIFETIME)]);

static FAPI1_LEVEL: Profile = Profile::new("fapi1_level", "The FAPI 1.0 levels")
    .response_type(&[Conjunct::new(ResponseTypes::of(&[ResponseType::CodeIdToken]), &ocp::fapi::RESPONSE_TYPES)]);

static TO_THE_ISSUER: Profile = Profile::new("to_the_issuer", "Assertions for the issuer alone")
    .assertion_audience(&[Conjunct::new(AudienceRule::IssuerString, &ocp::fapi::ASSERTION_AUDIENCE)]);

static BY_PRIVATE_KEY_JWT: Profile = Profile::new("by_private_key_jwt", "Authentication by private key")
    .client_authentication(&[Conjunct::new(AuthenticationMethods::of(&[Method::PrivateKeyJwt]), &ocp::fapi::PRIVATE_KEY_JWT)]);

static BY_CERTIFICATE: Profile =
    Profile::new("by_certificate", "Authentication by certificate").client_authentication(&[Conjunct::new(
        AuthenticationMethods::of(&[Method::TlsClientAuth, Method::SelfSignedTlsClientAuth]),
        &ocp::fapi::MTLS,
    )]);

static BOUND_TO_CERTIFICATE: Profile = Profile::new("bound_to_certificate", "Tokens bound to certificates")
    .sender_constraint(&[Conjunct::new(SenderConstraints::MTLS, &ocp::mtls::BOUND_TOKENS)]);

static BOUND_BY_DPOP: Profile = Profile::new("bound_by_dpop", "Tokens bound by DPoP")
    .sender_constraint(&[Conjunct::new(SenderConstraints::DPOP, &rfc9449::CLIENT_ALWAYS_PROVES)]);

/// Every level.
pub static LEVELS: &[LevelRow] = &[
    LevelRow {
        level: Level::Fapi1AdvMtlsPar,
        name: "fapi1_adv_mtls_par",
        profiles: &[&EVERY_LEVEL, &FAPI1_LEVEL, &BY_CERTIFICATE, &BOUND_TO_CERTIFICATE],
        signed_requests: true,
    },
    LevelRow {
        level: Level::Fapi1AdvPkjPar,
        name: "fapi1_adv_pkj_par",
        profiles: &[&EVERY_LEVEL, &FAPI1_LEVEL, &BY_PRIVATE_KEY_JWT, &BOUND_TO_CERTIFICATE],
        signed_requests: true,
    },
    LevelRow {
        level: Level::Fapi2SpPkjMtls,
        name: "fapi2_sp_pkj_mtls",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &TO_THE_ISSUER, &BY_PRIVATE_KEY_JWT, &BOUND_TO_CERTIFICATE, &FAPI2_SECURITY],
        signed_requests: false,
    },
    LevelRow {
        level: Level::Fapi2SpMtlsMtls,
        name: "fapi2_sp_mtls_mtls",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &BY_CERTIFICATE, &BOUND_TO_CERTIFICATE, &FAPI2_SECURITY],
        signed_requests: false,
    },
    LevelRow {
        level: Level::Fapi2SpPkjDpop,
        name: "fapi2_sp_pkj_dpop",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &TO_THE_ISSUER, &BY_PRIVATE_KEY_JWT, &BOUND_BY_DPOP, &FAPI2_SECURITY],
        signed_requests: false,
    },
    LevelRow {
        level: Level::Fapi2SpMtlsDpop,
        name: "fapi2_sp_mtls_dpop",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &BY_CERTIFICATE, &BOUND_BY_DPOP, &FAPI2_SECURITY],
        signed_requests: false,
    },
];

impl Level {
    /// Its row among the [`LEVELS`].
    pub fn row(self) -> &'static LevelRow {
        // A test finds each.
        LEVELS.iter().find(|row| row.level == self).unwrap_or(&LEVELS[0])
    }

    /// The rules of its profiles together.
    pub fn policy(self) -> Policy {
        // Its profiles do not contradict each other; a test joins them all.
        self.row().profiles.iter().fold(Policy::default(), |policy, profile| policy.tighten(&profile.policy()).unwrap_or(policy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_has_a_row_under_its_literal_and_its_profiles_fit_together() {
        for row in LEVELS {
            let level: Level = serde_json::from_value(row.name.into()).expect(row.name);
            assert!(level == row.level && std::ptr::eq(level.row(), row), "{}", row.name);
            let joined = row.profiles.iter().try_fold(Policy::default(), |policy, profile| policy.tighten(&profile.policy()));
            assert_eq!(joined.as_ref(), Ok(&level.policy()), "{}", row.name);
        }
        assert_eq!(LEVELS.len(), 6);
    }
}
