//! From a configuration to the library's settings.

use crate::config::{Config, Keys};
use crate::keys::{KeyError, Keyring};
use fapi::policy::{CompositionError, OAUTH, Policy, ProfileId, Profiles};
use fapi::sender::TrustAnchors;
use fapi::{Api, Endpoints, Settings};
use std::collections::BTreeSet;
use url::Url;

use crate::config::Mistakes;
use crate::running::StartError;

/// All profiles at once; OAuth alone if none is named.
pub(crate) fn policy(profiles: &[ProfileId]) -> Result<Policy, CompositionError> {
    let oauth = [OAUTH.id()];
    Profiles::default().join(if profiles.is_empty() { &oauth } else { profiles })
}

/// What the library is told.
pub(crate) fn settings(
    config: &Config,
    policy: Policy,
    keyring: &Keyring,
    issuer: &str,
    mtls_base: Option<&str>,
    resource: Option<String>,
) -> Result<Settings, StartError> {
    let mut settings = Settings::new(issuer, policy, keyring.public_keys()?);
    settings.mtls_endpoints = mtls_base.map(Endpoints::below);
    settings.apis = vec![Api::new(resource.unwrap_or_else(|| issuer.to_owned()), config.resource.scopes.clone())];
    settings.apis[0].access_token_format = config.resource.format;
    settings.scopes = config.scopes.clone();
    settings.claims = known_claims(config);
    settings.acr_values = config.acr_values.clone();
    settings.lifetimes = config.lifetimes;
    settings.limits.body = config.limits.body;
    let authorities = config.client_authorities.iter().map(|certificate| certificate.to_vec()).collect();
    settings.trust_anchors =
        TrustAnchors::from_der(authorities).map_err(|error| Mistakes(vec![format!("tls.client_authorities: {error}")]))?;
    Ok(settings)
}

/// The path of a base URL, without a slash at its end.
pub(crate) fn base_path(base: &str) -> String {
    Url::parse(base).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

impl Keyring {
    /// The keys a configuration names.
    pub(crate) fn of_config(keys: &Keys) -> Result<Self, KeyError> {
        match keys {
            Keys::Directory(directory) => Self::open(directory),
            Keys::Ephemeral => Self::generate(),
        }
    }
}

/// What can be said of at least one user.
fn known_claims(config: &Config) -> Vec<String> {
    let names: BTreeSet<_> = config.users.iter().flat_map(|user| &user.claims).map(|(name, _)| name.clone()).collect();
    names.into_iter().collect()
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
