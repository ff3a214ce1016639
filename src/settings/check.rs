//! The check of settings as a whole: every mistake at once.

use super::apis::api_mistakes;
use super::mistake::{Mistake, Weight};
use super::{Endpoints, Lifetimes, OWN_CLAIMS, Settings};
use crate::jose::Algorithms;
use crate::policy::{CompositionError, mistakes_of};
use crate::requirement::{Requirement, fapi2_sp, ocp, oidcc, oidcd, rfc6749, rfc8414, rfc8707, rfc9700};
use crate::uri::Uri;
use std::fmt;

impl Settings {
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let mut mistakes = vec![];
        let mut demand = |holds: bool, text: String, basis: &'static Requirement| {
            if !holds {
                mistakes.push(Mistake { place: String::new(), text, basis, weight: Weight::Wrong });
            }
        };
        demand(
            is_issuer(&self.issuer),
            format!("issuer {:?} is not an https URL without query and fragment", self.issuer),
            &oidcd::ISSUER,
        );
        demand(
            self.keys.all_algorithms().any(|algorithm| self.policy.issued_algorithm.admits(&algorithm)),
            "no signing key has an algorithm that the policy admits".into(),
            &fapi2_sp::SIGNING_ALGORITHMS,
        );
        demand(
            self.lifetimes.future_tolerance >= 10,
            "times up to 10 seconds ahead must be accepted".into(),
            &fapi2_sp::FUTURE_TIMES,
        );
        let longest = Lifetimes::MAX_REFRESH_RETRY_WINDOW;
        demand(
            self.lifetimes.refresh_retry_window <= longest,
            format!("a refresh token can be retried for at most {longest} seconds"),
            &rfc9700::REFRESH_REPLAY,
        );
        let addresses = [&self.endpoints].into_iter().chain(&self.mtls_endpoints).flat_map(Endpoints::all);
        for address in addresses {
            demand(
                is_address(address),
                format!("endpoint {address:?} is not an https URL without fragment"),
                &rfc6749::ENDPOINT_WITHOUT_FRAGMENT,
            );
        }
        for organization in &self.organizations {
            let same = self.organizations.iter().filter(|other| other.id == organization.id).count();
            let named = same == 1 && !organization.id.is_empty();
            demand(named, format!("{same} organizations have the id {:?}", organization.id), &ocp::org::PARAMETER);
        }
        for key in self.keys.iter() {
            let asymmetric = !key.algorithms.is_empty() && key.algorithms.is_subset(Algorithms::ALL_ASYMMETRIC);
            let fitting = key.algorithms.iter().all(|algorithm| key.jwk.fits(algorithm));
            let key = &key.jwk;
            demand(
                asymmetric && fitting,
                format!("signing key {:?} names no asymmetric algorithm", key.kid()),
                &rfc8414::ASSERTION_ALGORITHMS,
            );
            demand(key.kid().is_some(), "a signing key has no kid".into(), &fapi2_sp::KEY_IDS_DISTINCT);
            let same = self.keys.iter().filter(|other| other.jwk.kid() == key.kid()).count();
            demand(same == 1, format!("{same} signing keys are called {:?}", key.kid()), &fapi2_sp::KEY_IDS_DISTINCT);
        }
        for connection in &self.connections {
            demand(!connection.name.is_empty(), "a connection has no name".into(), &ocp::cli::CONNECTION_ENABLED);
            let same = self.connections.iter().filter(|other| other.name == connection.name).count();
            demand(same == 1, format!("{same} connections are called {:?}", connection.name), &ocp::cli::CONNECTION_ENABLED);
        }
        if let Some(identifier) = &self.default_audience {
            let known = self.api(identifier).is_some();
            demand(known, format!("the default audience {identifier:?} is not an API"), &rfc8707::RESOURCE_KNOWN);
        }
        for name in self.claims.iter().filter(|name| OWN_CLAIMS.contains(&name.as_str())) {
            let text = format!("the claim {name:?} is one that the server makes itself, and no claim of the host's");
            demand(false, text, &oidcc::ID_TOKEN_CLAIMS);
        }
        for (text, basis) in mistakes_of("policy", &self.policy).into_iter().chain(self.profiles.mistakes()) {
            demand(false, text, basis);
        }
        for mistake in api_mistakes(self) {
            if mistake.weight == Weight::Wrong {
                mistakes.push(mistake);
            }
        }
        if mistakes.is_empty() { Ok(()) } else { Err(SettingsError { mistakes }) }
    }
}

impl Settings {
    /// What an operator should know about these settings although a server can be built with them.
    pub fn warnings(&self) -> Vec<Mistake> {
        let found = api_mistakes(self);
        found.filter(|mistake| mistake.weight == Weight::Unwise).collect()
    }
}

/// https without fragment; http on loopback is for development.
fn is_address(address: &str) -> bool {
    Uri::parse(address).is_ok_and(|uri| is_served(&uri) && !uri.has_fragment())
}

/// https without query and fragment; http on loopback is for development.
fn is_issuer(issuer: &str) -> bool {
    Uri::parse(issuer).is_ok_and(|uri| is_served(&uri) && !uri.has_query() && !uri.has_fragment())
}

fn is_served(uri: &Uri<'_>) -> bool {
    uri.is_web() && (uri.has_scheme("https") || uri.is_loopback())
}

/// The reasons why a server cannot be built.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingsError {
    /// Every mistake.
    pub mistakes: Vec<Mistake>,
}

impl From<CompositionError> for SettingsError {
    fn from(error: CompositionError) -> Self {
        Self {
            mistakes: vec![Mistake {
                place: String::new(),
                text: error.to_string(),
                basis: error.basis(),
                weight: Weight::Wrong,
            }],
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}
