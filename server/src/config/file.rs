//! A configuration from a TOML file.

use super::clients::{client, clients_file};
use super::section::{Found, Section};
use super::{Config, Identity, Keys, Limits, Mistakes, MtlsAlias, Outbound, ResourceConfig, State, Transport};
use crate::users::{PasswordHash, User};
use fapi::jose::Json;
use fapi::policy::{ProfileId, Profiles};
use fapi::scope::Scope;
use fapi::{AccessTokenFormat, Lifetimes};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

impl Config {
    /// Reads and checks a file; paths in it are relative to it.
    pub fn load(path: &Path) -> Result<Self, Mistakes> {
        let text = std::fs::read_to_string(path).map_err(|error| Mistakes(vec![format!("{}: {error}", path.display())]))?;
        Self::parse(&text, path.parent().unwrap_or(Path::new(".")))
    }

    /// Reads and checks a text; paths in it are relative to `directory`.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, Mistakes> {
        let table = text.parse().map_err(|error: toml::de::Error| Mistakes(vec![malformed(text, &error)]))?;
        let found = Found::default();
        let config = File { directory, found: &found }.config(Section::new("", table, &found));
        let mut mistakes = found.into_mistakes();
        if mistakes.is_empty() {
            mistakes = config.mistakes();
        }
        if mistakes.is_empty() { Ok(config) } else { Err(Mistakes(mistakes)) }
    }
}

struct File<'f> {
    directory: &'f Path,
    found: &'f Found,
}

impl File<'_> {
    fn config(&self, mut root: Section<'_>) -> Config {
        let mut config = Config::new(None);
        if let Some(issuer) = root.need("issuer") {
            config.issuer = issuer;
        }
        if let Some(listen) = root.need("listen") {
            config.listen = listen;
        }
        let data = root.take("data").map_or(self.path("fapi-server-data"), |data: PathBuf| self.path(data));
        config.state = State::File(data.join("state.redb"));
        config.keys = Keys::Directory(root.take("keys").map_or_else(|| data.join("keys"), |keys: PathBuf| self.path(keys)));
        if root.take("ephemeral").unwrap_or(false) {
            (config.state, config.keys) = (State::Ephemeral, Keys::Ephemeral);
        }
        if let Some(profiles) = root.convert("profiles", known_profiles) {
            config.profiles = profiles;
        }
        root.put("acr_values", &mut config.acr_values);
        root.put("dpop_nonces", &mut config.dpop_nonces);
        root.put("auto_approve", &mut config.auto_approve);
        root.put("hsts", &mut config.hsts);
        if let Some(scopes) = root.convert("scopes", scope) {
            config.scopes = scopes;
        }
        if let Some(tls) = root.section("tls") {
            self.tls(tls, &mut config);
        }
        config.mtls = root.section("mtls").and_then(|mut mtls| {
            let (base, listen) = (mtls.need("base"), mtls.need("listen"));
            Some(MtlsAlias { base: base?, listen: listen? })
        });
        if let Some(resource) = root.section("resource") {
            resource_of(resource, &mut config.resource);
        }
        if let Some(section) = root.section("lifetimes") {
            lifetimes(section, &mut config.lifetimes);
        }
        if let Some(section) = root.section("limits") {
            limits(section, &mut config.limits);
        }
        if let Some(section) = root.section("outbound") {
            self.outbound(section, &mut config.outbound);
        }
        for path in root.take::<Vec<PathBuf>>("clients_files").unwrap_or_default() {
            config.clients.extend(clients_file("clients_files", &self.path(path), self.found));
        }
        for mut section in root.sections("clients") {
            let members = section.rest().into_iter().collect::<toml::Table>();
            match serde_json::to_value(members) {
                Ok(value) => config.clients.extend(client(section.place(), value, self.found)),
                Err(error) => self.found.add(section.place(), error),
            }
        }
        config.users = root.sections("users").into_iter().filter_map(user).collect();
        config
    }

    fn tls(&self, mut section: Section<'_>, config: &mut Config) {
        let certificate = section.need::<PathBuf>("certificate").map(|path| self.certificates(&section, "certificate", path));
        let key = section.need::<PathBuf>("key").and_then(|path| {
            let path = self.path(path);
            PrivateKeyDer::from_pem_file(&path).map_err(|error| section.wrong("key", format!("{}: {error}", path.display()))).ok()
        });
        if let (Some(chain), Some(key)) = (certificate, key) {
            config.transport = Transport::Tls(Arc::new(Identity { chain, key }));
        }
        if let Some(path) = section.take("client_authorities") {
            config.client_authorities = self.certificates(&section, "client_authorities", path);
        }
    }

    fn outbound(&self, mut section: Section<'_>, outbound: &mut Outbound) {
        section.put("allow", &mut outbound.allow);
        outbound.timeout = section.take("timeout").map_or(outbound.timeout, Duration::from_secs);
        if let Some(path) = section.take("authorities") {
            outbound.authorities = self.certificates(&section, "authorities", path);
        }
    }

    /// All certificates of a PEM file, of which there must be some.
    fn certificates(&self, section: &Section<'_>, name: &str, path: PathBuf) -> Vec<CertificateDer<'static>> {
        let path = self.path(path);
        let read = CertificateDer::pem_file_iter(&path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match read {
            Ok(certificates) if certificates.is_empty() => {
                section.wrong(name, format!("{}: holds no certificate", path.display()))
            }
            Ok(certificates) => return certificates,
            Err(error) => section.wrong(name, format!("{}: {error}", path.display())),
        }
        vec![]
    }

    fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }
}

/// Where, but not what: the line may hold a secret.
fn malformed(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

fn scope(text: String) -> Result<Scope, fapi::scope::ScopeError> {
    Scope::parse(&text)
}

fn known_profiles(named: Vec<ProfileId>) -> Result<Vec<ProfileId>, String> {
    let profiles = Profiles::default();
    match named.iter().find(|id| profiles.get(id).is_none()) {
        None => Ok(named),
        Some(unknown) => {
            let known: Vec<_> = profiles.ids().map(ProfileId::as_str).collect();
            Err(format!("{:?} is no profile; there are {}", unknown.as_str(), known.join(", ")))
        }
    }
}

fn resource_of(mut section: Section<'_>, resource: &mut ResourceConfig) {
    resource.identifier = section.take("identifier");
    if let Some(scopes) = section.convert("scopes", scope) {
        resource.scopes = scopes;
    }
    let format = section.convert("format", |name: String| match name.as_str() {
        "jwt" => Ok(AccessTokenFormat::Jwt),
        "opaque" => Ok(AccessTokenFormat::Opaque),
        _ => Err(format!("{name:?} is neither \"jwt\" nor \"opaque\"")),
    });
    resource.format = format.unwrap_or(resource.format);
}

fn lifetimes(mut section: Section<'_>, lifetimes: &mut Lifetimes) {
    section.put("request_uri", &mut lifetimes.request_uri);
    section.put("interaction", &mut lifetimes.interaction);
    section.put("code", &mut lifetimes.code);
    section.put("replay_memory", &mut lifetimes.replay_memory);
    section.put("access_token", &mut lifetimes.access_token);
    section.put("id_token", &mut lifetimes.id_token);
    section.put("grant", &mut lifetimes.grant);
    section.put("session", &mut lifetimes.session);
    section.put("proof", &mut lifetimes.proof);
    section.put("assertion", &mut lifetimes.assertion);
    section.put("future_tolerance", &mut lifetimes.future_tolerance);
    section.put("jwks", &mut lifetimes.jwks);
}

fn limits(mut section: Section<'_>, limits: &mut Limits) {
    section.put("body", &mut limits.body);
    section.put("head", &mut limits.head);
    section.put("connections", &mut limits.connections);
    let mut seconds = |name, limit: &mut Duration| {
        if let Some(seconds) = section.take(name) {
            *limit = Duration::from_secs(seconds);
        }
    };
    seconds("handshake_timeout", &mut limits.handshake_timeout);
    seconds("head_timeout", &mut limits.head_timeout);
    seconds("body_timeout", &mut limits.body_timeout);
    seconds("shutdown_timeout", &mut limits.shutdown_timeout);
    limits.requests_per_second = section.take("requests_per_second");
    section.put("burst", &mut limits.burst);
}

fn user(mut section: Section<'_>) -> Option<User> {
    let (name, subject) = (section.need::<String>("name"), section.take("subject"));
    let password = section.need::<String>("password").map(|text| text.parse::<PasswordHash>());
    let mut claims = vec![];
    if let Some(mut members) = section.section("claims") {
        for (claim, value) in members.rest() {
            let text = serde_json::to_vec(&value).map_err(|error| error.to_string());
            match text.and_then(|text| Json::parse(&text).map_err(|error| error.to_string())) {
                Ok(value) => claims.push((claim, value)),
                Err(error) => members.wrong(&claim, error),
            }
        }
    }
    let password = password?.map_err(|error| section.wrong("password", error)).ok()?;
    let mut user = User::new(name?, password);
    user.subject = subject.unwrap_or(user.subject);
    user.claims = claims;
    Some(user)
}
