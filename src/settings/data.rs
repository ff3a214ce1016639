//! Settings as data: written and read by serde. They contain neither code nor private keys.

mod read;
mod reader;
mod write;

pub use read::{SettingsDataError, SettingsDataMistake};

use super::{Connection, Endpoints, Lifetimes, Organization, Switches};
use crate::api::Api;
use crate::inbound::RequestLimits;
use crate::jose::{Algorithms, Object};
use crate::policy::{PolicyData, ProfileId};
use crate::scope::Scope;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The settings of a server as data, in JSON, TOML or any other self-describing format.
///
/// They contain everything in [`Settings`](crate::Settings) except the cryptographic backend. Keys are public: the host finds the
/// private half of a key by its `kid`. Every member is read strictly: one that is unknown, repeated or of the wrong type is a
/// mistake, and an error of serde names all of them with their places. [`SettingsData::read`] then checks the meaning.
///
/// Only `issuer`, `policy` and `keys` are required. The other members have the values that
/// [`Settings::new`](crate::Settings::new) gives them.
///
/// ```
/// use fapi::{AuthorizationServer, SettingsData};
///
/// let data: SettingsData = serde_json::from_str(
///     r#"{
///         "issuer": "https://as.example",
///         "policy": { "profiles": ["oauth", "openid", "fapi2_security"] },
///         "keys": [{
///             "jwk": {
///                 "kty": "EC", "crv": "P-256", "kid": "2026", "alg": "ES256",
///                 "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
///                 "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
///             },
///             "signs_from": 1800000000
///         }],
///         "apis": [{ "identifier": "https://pay.example", "scopes": "read:payments write:payments" }],
///         "scopes": "openid email",
///         "lifetimes": { "access_token": 120 }
///     }"#,
/// )?;
/// let settings = data.read()?;
/// assert_eq!(settings.lifetimes.access_token, 120);
///
/// // From settings to data and back: these are the same.
/// let again = SettingsData::from(&settings);
/// assert_eq!(again, data);
/// assert_eq!(serde_json::from_str::<SettingsData>(&serde_json::to_string(&again)?)?, data);
///
/// let server = AuthorizationServer::new(settings)?;
/// assert_eq!(server.settings().endpoints.token, "https://as.example/token");
///
/// let wrong = r#"{ "issuer": 1, "policies": {}, "keys": [{ "jwk": {}, "private": "x" }] }"#;
/// let error = serde_json::from_str::<SettingsData>(wrong).unwrap_err().to_string();
/// for place in ["issuer: ", "policies: ", "policy: ", "keys[0].private: "] {
///     assert!(error.contains(place), "{error}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SettingsData {
    /// The issuer identifier.
    pub issuer: String,
    /// The addresses of the endpoints; by default below the issuer.
    pub endpoints: Endpoints,
    /// Their addresses for connections with a client certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtls_endpoints: Option<Endpoints>,
    /// The rules in force for every client.
    pub policy: ServerPolicyData,
    /// The profiles that the terms of clients may name; by default the presets.
    pub profiles: Vec<ProfileData>,
    /// The public halves of the keys the host signs with, the preferred one first.
    pub keys: Vec<ServerKeyData>,
    /// The APIs that access tokens are for; by default one, whose identifier is the issuer.
    pub apis: Vec<Api>,
    /// The identifier of the API that a request is for if it names none; by default the one at the issuer, if `apis` is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_audience: Option<String>,
    /// The points at which servers differ.
    pub switches: Switches,
    /// The organizations that clients may act for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<Organization>,
    /// The sources of users.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
    /// Scope tokens that a client may ask for, in addition to those of the APIs.
    pub scopes: Scope,
    /// Names of claims that the host may know about a user.
    pub claims: Vec<String>,
    /// Authentication context class references the host may reach.
    pub acr_values: Vec<String>,
    /// Lifetimes, in seconds.
    pub lifetimes: Lifetimes,
    /// Limits of the size of requests.
    pub limits: RequestLimits,
    /// Connections may have client certificates; by default they may.
    pub client_certificates: bool,
    /// The certificates of the authorities that may certify clients: DER in base64, with padding.
    pub trust_anchors: Vec<String>,
}

/// The policy of a server as data: the rules of these profiles, and further ones.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ServerPolicyData {
    /// Ids of presets, or of profiles in the same settings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileId>,
    /// Rules in addition to those of the profiles.
    #[serde(skip_serializing_if = "PolicyData::is_empty")]
    pub rules: PolicyData,
}

/// A profile that clients may name, as data. Exhaustive.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ProfileData {
    /// A preset, by its id.
    Preset(ProfileId),
    /// A profile with its own rules.
    Own(OwnProfileData),
}

/// A profile with its own rules, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the id of a preset, or a profile with its own rules")]
pub struct OwnProfileData {
    /// The id by which the terms of clients name it.
    pub id: ProfileId,
    /// Its rules.
    #[serde(default)]
    pub rules: PolicyData,
}

/// A signing key as data: its public half, and the times of its life in seconds since 1970.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ServerKeyData {
    /// The public JWK.
    pub jwk: Object,
    /// The algorithms it signs with; without them, the `alg` of the JWK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithms: Option<Algorithms>,
    /// The time from which the key set contains it; without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_from: Option<Timestamp>,
    /// The time from which it signs; without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs_from: Option<Timestamp>,
    /// The time from which it is no longer used; without it, never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Timestamp>,
}

/// Shows only the `kid` of the JWK: a private key may have been written there by mistake, which is refused only when it is read.
impl fmt::Debug for ServerKeyData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerKeyData")
            .field("kid", &self.jwk.get("kid"))
            .field("algorithms", &self.algorithms)
            .field("published_from", &self.published_from)
            .field("signs_from", &self.signs_from)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}
