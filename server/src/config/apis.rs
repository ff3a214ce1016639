//! The APIs of a configuration, and the code of the host that changes what is granted.

use super::Config;
use fapi::scope::Scope;
use fapi::{Api, CustomizeRequest, RequiredAccess};
use std::collections::BTreeMap;
use url::Url;

/// The first segments of the paths that the server itself serves.
pub(crate) const OWN_PATHS: [&str; 12] = [
    ".well-known",
    "authorize",
    "health",
    "interaction",
    "introspect",
    "jwks",
    "par",
    "ready",
    "resource",
    "revoke",
    "token",
    "userinfo",
];

/// An API, and the path at which this server protects a resource of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiConfig {
    /// The API. `{port}` in its identifier stands for the bound port, as in the issuer.
    pub api: Api,
    /// The path of its resource below the issuer, such as `/accounts`. Without it, the rest of the identifier if that begins with the
    /// issuer, and otherwise `/resource/` with the number of the API, from 0.
    pub path: Option<String>,
    /// The scope that its resource requires. Without it, any scope token that the API defines is enough; an empty one requires nothing
    /// but a token for the API.
    pub required_scope: Option<Scope>,
}

impl From<Api> for ApiConfig {
    fn from(api: Api) -> Self {
        Self { api, path: None, required_scope: None }
    }
}

impl ApiConfig {
    /// The access that its resource requires.
    pub(crate) fn required_access(&self) -> RequiredAccess {
        match &self.required_scope {
            Some(scope) => RequiredAccess::scope(scope.clone()),
            None => RequiredAccess::any_of(self.api.scopes.scope().clone()),
        }
    }

    /// The path of the resource below this issuer; `index` is the place of the API among all.
    pub(crate) fn path_below(&self, issuer: &str, index: usize) -> String {
        let below = || self.api.identifier.strip_prefix(issuer).filter(|path| is_path(path) && !is_own(path));
        let path = self.path.as_deref().or_else(below);
        path.map_or_else(|| format!("/resource/{index}"), str::to_owned)
    }
}

/// Returns true for a path that URLs write as it is: segments of letters, digits and `-._~`, none of them empty or made of periods.
pub(crate) fn is_path(path: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    let segment = |segment: &str| !segment.is_empty() && segment.chars().all(plain) && segment != "." && segment != "..";
    path.strip_prefix('/').is_some_and(|path| path.split('/').all(segment))
}

/// Returns true for a path of the server itself, or one below it.
pub(crate) fn is_own(path: &str) -> bool {
    path.split('/').nth(1).is_some_and(|segment| OWN_PATHS.contains(&segment))
}

/// A rule in the place of code that an operator would write: it sets the scope of access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hook {
    /// The identifier of the client that it is for; without it, every client.
    pub client: Option<String>,
    /// The identifier of the API that it is for; without it, every API.
    pub api: Option<String>,
    /// The name of the user that it is for; without it, every user, and clients that act for themselves.
    pub user: Option<String>,
    /// Entries that the metadata in the terms of the client must have; without any, every client.
    pub client_metadata: BTreeMap<String, String>,
    /// The scope that takes the place of the one that would be granted.
    pub scope: Scope,
}

impl Hook {
    /// A rule for everybody.
    pub fn new(scope: Scope) -> Self {
        Self { client: None, api: None, user: None, client_metadata: BTreeMap::new(), scope }
    }

    /// Returns true if the rule is for this request; `user` is the name of its user.
    pub(crate) fn is_for(&self, request: &CustomizeRequest, user: Option<&str>) -> bool {
        self.fits((&request.client_id, &request.client_metadata), &request.audience, user)
    }

    /// Returns true if the rule is for this client with its metadata, this API and this user.
    pub(crate) fn fits(&self, (client, metadata): (&str, &BTreeMap<String, String>), api: &str, user: Option<&str>) -> bool {
        let is = |named: &Option<String>, value: &str| named.as_ref().is_none_or(|named| named == value);
        let described = self.client_metadata.iter().all(|(name, value)| metadata.get(name) == Some(value));
        described && is(&self.client, client) && is(&self.api, api) && (self.user.is_none() || self.user.as_deref() == user)
    }
}

/// The ports that the listeners are bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) main: u16,
    pub(crate) mtls: Option<u16>,
}

impl Ports {
    /// Ports for checks, before any is bound.
    pub(crate) const SOME: Self = Self { main: 1, mtls: Some(1) };

    /// A template with the ports in place of `{port}` and `{mtls_port}`.
    pub(crate) fn fill(self, template: &str) -> String {
        let mtls = self.mtls.map(|port| port.to_string()).unwrap_or_default();
        template.replace("{port}", &self.main.to_string()).replace("{mtls_port}", &mtls)
    }

    /// The same for a base URL, without a slash at its end.
    pub(crate) fn base(self, template: &str) -> String {
        self.fill(template).trim_end_matches('/').to_owned()
    }

    /// The URL of a template; `None` if it is none.
    pub(crate) fn url(self, template: &str) -> Option<Url> {
        Url::parse(&self.fill(template)).ok()
    }
}

impl Config {
    /// The same configuration with the ports in all identifiers of APIs.
    pub(crate) fn at(&self, ports: Ports) -> Self {
        let fill = |text: &mut String| *text = ports.fill(text);
        let mut config = self.clone();
        config.resource.identifier = Some(ports.base(self.resource.identifier.as_ref().unwrap_or(&self.issuer)));
        config.apis.iter_mut().for_each(|api| fill(&mut api.api.identifier));
        config.default_audience.iter_mut().for_each(fill);
        config.hooks.iter_mut().filter_map(|hook| hook.api.as_mut()).for_each(fill);
        for client in &mut config.clients {
            client.terms.introspects.iter_mut().for_each(fill);
            client.terms.grants.iter_mut().for_each(|grant| fill(&mut grant.audience));
        }
        for user in &mut config.users {
            let permissions = std::mem::take(&mut user.permissions);
            user.permissions = permissions.into_iter().map(|(api, scope)| (ports.fill(&api), scope)).collect();
        }
        config
    }

    /// The identifiers of the APIs as the configuration writes them.
    pub(crate) fn identifiers(&self) -> Vec<&str> {
        match self.apis.is_empty() {
            true => vec![self.resource.identifier.as_deref().unwrap_or(&self.issuer)],
            false => self.apis.iter().map(|api| api.api.identifier.as_str()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_resource_comes_from_its_configuration_its_identifier_or_its_number() {
        let issuer = "https://as.example";
        for (identifier, path, expected) in [
            ("https://as.example/accounts", None, "/accounts"),
            ("https://as.example/a/b", None, "/a/b"),
            ("https://as.example/accounts", Some("/other"), "/other"),
            ("https://as.example", None, "/resource/3"),
            ("https://as.example/", None, "/resource/3"),
            ("https://as.example/accounts/", None, "/resource/3"),
            ("https://as.example/token", None, "/resource/3"),
            ("https://as.example.evil/accounts", None, "/resource/3"),
            ("https://as.example/a?b", None, "/resource/3"),
            ("https://as.example/{id}", None, "/resource/3"),
            ("https://as.example/a/../token", None, "/resource/3"),
            ("https://api.example/accounts", None, "/resource/3"),
            ("organize", None, "/resource/3"),
        ] {
            let mut api = ApiConfig::from(Api::new(identifier, Scope::default().into()));
            api.path = path.map(str::to_owned);
            assert_eq!(api.path_below(issuer, 3), expected, "{identifier}");
        }
    }
}
