//! The library's settings for a configuration.

use crate::config::{Config, Keys, Transport};
use crate::keys::{KeyError, Keyring, SIGNING_ALGORITHMS};
use crate::start_error::StartError;
use crate::toml_reader::{Mistake, Mistakes};
use fapi::jose::Algorithm;
use fapi::policy::{CompositionError, OAUTH, Policy, ProfileId, Profiles};
use fapi::sender::TrustAnchors;
use fapi::{Api, Endpoints, Settings};
use url::Url;

/// The policy that satisfies all profiles; that of OAuth if none is named.
pub(crate) fn policy(profiles: &[ProfileId]) -> Result<Policy, CompositionError> {
    let oauth = [OAUTH.id()];
    Profiles::default().join(if profiles.is_empty() { &oauth } else { profiles })
}

/// The settings for a configuration; the URLs and the identifiers of its APIs have the bound ports.
pub(crate) fn settings(
    config: &Config,
    policy: Policy,
    keyring: &Keyring,
    issuer: &str,
    mtls_base: Option<&str>,
) -> Result<Settings, StartError> {
    let mut keys = keyring.public_keys()?;
    keys.retain(|key| key.alg().is_some_and(|algorithm| policy.issued_algorithm.admits(&algorithm)));
    let mut settings = Settings::new(issuer, policy, keys);
    settings.mtls_endpoints = mtls_base.map(Endpoints::below);
    if config.apis.is_empty() {
        let identifier = config.resource.identifier.as_deref().unwrap_or(issuer);
        let mut api = Api::open(identifier, config.resource.scopes.clone().into());
        api.dialect = config.resource.format;
        settings.serve_only(api);
    } else {
        settings.apis = config.apis.iter().map(|api| api.api.clone()).collect();
        settings.default_audience = config.default_audience.clone();
    }
    settings.switches = config.switches;
    settings.switches.hooks |= !config.hooks.is_empty();
    settings.organizations = config.organizations.clone();
    settings.connections = config.connections.clone();
    settings.scopes = config.scopes.clone();
    settings.claims = config.known_claims().into_iter().map(str::to_owned).collect();
    settings.acr_values = config.acr_values.clone();
    settings.lifetimes = config.lifetimes;
    settings.limits.body = config.limits.body;
    settings.client_certificates = !matches!(config.transport, Transport::Plain);
    let authorities = config.client_authorities.iter().map(|certificate| certificate.to_vec()).collect();
    settings.trust_anchors = TrustAnchors::from_der(authorities)
        .map_err(|error| Mistakes::from(Mistake::new("tls.client_authorities", error.to_string())))?;
    Ok(settings)
}

/// The path of a base URL without a trailing slash.
pub(crate) fn base_path(base: &str) -> String {
    Url::parse(base).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

impl Keyring {
    /// Opens or generates the configured keys: those for the algorithms that the policy admits.
    pub(crate) fn of_config(keys: &Keys, policy: &Policy) -> Result<Self, KeyError> {
        let admitted = |algorithm: &Algorithm| policy.issued_algorithm.admits(algorithm);
        let algorithms: Vec<_> = SIGNING_ALGORITHMS.into_iter().filter(admitted).collect();
        match keys {
            Keys::Directory(directory) => Self::open(directory, &algorithms),
            Keys::Ephemeral => Self::generate(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths_do_not_end_with_a_slash() {
        assert_eq!(base_path("https://as.example"), "");
        assert_eq!(base_path("https://as.example/"), "");
        assert_eq!(base_path("https://as.example:8443/tenant/one"), "/tenant/one");
    }
}
