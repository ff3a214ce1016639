//! Compliance levels: a level is a list of small profiles, which are in force for the clients that have it.

use super::bound::{
    AlgorithmSet, AtMost, AudienceRule, AuthenticationMethod as Method, AuthenticationMethods, ChallengeRule, InteractionRule,
    Presence, ResponseType, ResponseTypes, SenderConstraints,
};
use super::corrections::Corrections;
use super::fapi1::FAPI1_ADVANCED;
use super::profile::FAPI2_SECURITY;
use super::rule::Conjunct;
use super::{Policy, Profile};
use crate::jose::{Algorithm, Algorithms};
use crate::requirement::{Requirement, ocp, rfc9449};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use std::fmt;
use std::str::FromStr;

/// The compliance level of a client: no authorization request of it succeeds unless request and configuration comply.
///
/// ```
/// use fapi::policy::{Corrections, Level};
///
/// let level: Level = serde_json::from_str(r#""fapi2_sp_pkj_mtls""#).expect("a level");
/// assert!(!level.policy(Corrections::Final).pushed_request.admits(&false));
/// assert!(serde_json::from_str::<Level>(r#""fapi3""#).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// FAPI 1.0 Advanced with certificates and pushed requests.
    Fapi1AdvMtlsPar,
    /// FAPI 1.0 Advanced with `private_key_jwt` and pushed requests.
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
    /// The profiles that are in force together, whatever counts where the documents and a standard differ.
    pub profiles: &'static [&'static Profile],
    /// Those that the final standard adds, under [`Corrections::Final`].
    pub standard: &'static [&'static Profile],
    /// Those that the documents have in their place, under [`Corrections::Documents`].
    pub documents: &'static [&'static Profile],
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
    .request_object(&[Conjunct::new(Presence::Required, &ocp::fapi::JAR)])
    .request_object_age(&[Conjunct::new(AtMost(3_600), &ocp::fapi::JAR_NBF)])
    .request_object_lifetime(&[Conjunct::new(AtMost(3_600), &ocp::fapi::JAR_EXP)])
    .response_type(&[Conjunct::new(
        ResponseTypes::of(&[ResponseType::CodeIdToken, ResponseType::Code]),
        &ocp::fapi::RESPONSE_TYPES,
    )]);

/// FAPI 1.0 Advanced also has ES256 and, in place of an ID token in the response, a response that is a JWT.
static DOCUMENTED_FAPI1_LEVEL: Profile = Profile::new("documented_fapi1_level", "The FAPI 1.0 levels as they are documented")
    .request_object_algorithm(&[Conjunct::new(AlgorithmSet(Algorithms::of(&[Algorithm::PS256])), &ocp::fapi::JAR_PS256)])
    .response_type(&[Conjunct::new(ResponseTypes::of(&[ResponseType::CodeIdToken]), &ocp::fapi::RESPONSE_TYPES)])
    .interaction_headers(&[Conjunct::new(InteractionRule::Required, &ocp::fapi::INTERACTION_HEADERS)]);

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
        standard: &[&FAPI1_ADVANCED],
        documents: &[&DOCUMENTED_FAPI1_LEVEL],
    },
    LevelRow {
        level: Level::Fapi1AdvPkjPar,
        name: "fapi1_adv_pkj_par",
        profiles: &[&EVERY_LEVEL, &FAPI1_LEVEL, &BY_PRIVATE_KEY_JWT, &BOUND_TO_CERTIFICATE],
        standard: &[&FAPI1_ADVANCED],
        documents: &[&DOCUMENTED_FAPI1_LEVEL],
    },
    LevelRow {
        level: Level::Fapi2SpPkjMtls,
        name: "fapi2_sp_pkj_mtls",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &TO_THE_ISSUER, &BY_PRIVATE_KEY_JWT, &BOUND_TO_CERTIFICATE],
        standard: &[&FAPI2_SECURITY],
        documents: &[],
    },
    LevelRow {
        level: Level::Fapi2SpMtlsMtls,
        name: "fapi2_sp_mtls_mtls",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &BY_CERTIFICATE, &BOUND_TO_CERTIFICATE],
        standard: &[&FAPI2_SECURITY],
        documents: &[],
    },
    LevelRow {
        level: Level::Fapi2SpPkjDpop,
        name: "fapi2_sp_pkj_dpop",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &TO_THE_ISSUER, &BY_PRIVATE_KEY_JWT, &BOUND_BY_DPOP],
        standard: &[&FAPI2_SECURITY],
        documents: &[],
    },
    LevelRow {
        level: Level::Fapi2SpMtlsDpop,
        name: "fapi2_sp_mtls_dpop",
        profiles: &[&EVERY_LEVEL, &FAPI2_LEVEL, &BY_CERTIFICATE, &BOUND_BY_DPOP],
        standard: &[&FAPI2_SECURITY],
        documents: &[],
    },
];

impl Level {
    /// Its row among the [`LEVELS`].
    pub fn row(self) -> &'static LevelRow {
        // A test finds each.
        LEVELS.iter().find(|row| row.level == self).unwrap_or(&LEVELS[0])
    }

    /// The rules of its profiles together.
    pub fn policy(self, corrections: Corrections) -> Policy {
        // Its profiles do not contradict each other; a test joins them all.
        let profiles = self.row().profiles(corrections);
        profiles.fold(Policy::default(), |policy, profile| policy.tighten(&profile.policy()).unwrap_or(policy))
    }
}

impl LevelRow {
    /// The profiles that are in force.
    pub fn profiles(&self, corrections: Corrections) -> impl Iterator<Item = &'static Profile> {
        let further = match corrections {
            Corrections::Final => self.standard,
            Corrections::Documents => self.documents,
        };
        self.profiles.iter().chain(further).copied()
    }
}

/// A name that no level has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLevel(String);

impl UnknownLevel {
    /// The statement that lists the levels.
    pub fn basis(&self) -> &'static Requirement {
        &ocp::cli::LEVEL_PROPERTY
    }
}

/// In the words of serde for an enumeration.
impl fmt::Display for UnknownLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = LEVELS.iter().map(|row| row.name).collect();
        write!(f, "unknown variant `{}`, expected one of `{}` ({})", self.0, known.join("`, `"), self.basis().id)
    }
}

impl std::error::Error for UnknownLevel {}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        LEVELS.iter().find(|row| row.name == name).map(|row| row.level).ok_or_else(|| UnknownLevel(name.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
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
            for corrections in [Corrections::Final, Corrections::Documents] {
                let mut profiles = row.profiles(corrections);
                let joined = profiles.try_fold(Policy::default(), |policy, profile| policy.tighten(&profile.policy()));
                assert_eq!(joined.as_ref(), Ok(&level.policy(corrections)), "{} {corrections:?}", row.name);
            }
        }
        assert_eq!(LEVELS.len(), 6);
    }
}
