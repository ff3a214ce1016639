//! A configuration from a TOML file.

mod apis;
mod clients;
mod examination;
mod members;

use crate::check::{Failed, Range, failed};
use crate::client_ids::ClientIds;
use crate::config::{AllowedOrigins, Config, Identity, Keys, Limits, MtlsAlias, Outbound, ResourceConfig, State, Transport};
use crate::password::PasswordHash;
use crate::private_file::any_private_key_der;
use crate::toml_reader::{Document, FromValue, Mistake, Mistakes, Section, Value, choices};
use crate::users::User;
pub use examination::Examination;

use apis::{apis, permissions};
use clients::{ClientDefaults, client_of, clients_file, known_members};
use fapi::jose::Json;
use fapi::policy::{ProfileId, Profiles};
use fapi::scope::Scope;
use fapi::{Dialect, Lifetimes};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::{self, PemObject};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

impl Config {
    /// Reads and checks a file; paths in it are relative to its directory.
    pub fn load(path: &Path) -> Result<Self, Mistakes> {
        Self::parse(&Self::text_of(path)?, path)
    }

    /// Reads and checks a text. `file` is the name that mistakes show; paths in the text are relative to its directory.
    pub fn parse(text: &str, file: &Path) -> Result<Self, Mistakes> {
        let document = Document::parse(file, text)?;
        let (config, _) = Reader::read(&document, file);
        document.finish(config)
    }

    fn text_of(path: &Path) -> Result<String, Mistakes> {
        let text = fs::read_to_string(path).map_err(|error| {
            let text = match error.kind() {
                ErrorKind::InvalidData => "is not a text in UTF-8".to_owned(),
                _ => format!("cannot be read: {error}"),
            };
            Mistake::new(path.display().to_string(), text)
        });
        Ok(text?)
    }
}

/// The places of the clients and users that were read: some of the file's may have mistakes and be left out.
#[derive(Default)]
struct Origins {
    apis: Vec<String>,
    clients: Vec<Origin>,
    users: Vec<String>,
    /// The members that name files of keys and certificates, with the files.
    files: BTreeMap<String, PathBuf>,
}

/// The path of a value in the configuration, and its place in another file that the configuration names.
struct Origin {
    path: String,
    elsewhere: Option<String>,
}

impl Origins {
    /// The path and the text of a mistake in the terms of the file.
    fn locate(&self, mistake: &Mistake) -> (String, String) {
        let text = self.renamed(&mistake.text);
        if let Some((index, rest)) = indexed(&mistake.path, "clients")
            && let Some(origin) = self.clients.get(index)
        {
            return match &origin.elsewhere {
                Some(place) => (origin.path.clone(), format!("{place}{rest}: {text}")),
                None => (format!("{}{rest}", origin.path), text),
            };
        }
        let own = |section, paths: &'_ [String]| {
            let (index, rest) = indexed(&mistake.path, section)?;
            Some((paths.get(index)?.clone(), rest))
        };
        match own("users", &self.users).or_else(|| own("apis", &self.apis)) {
            Some((path, rest)) => (format!("{path}{rest}"), text),
            None => match self.files.get(&mistake.path) {
                Some(file) => (mistake.path.clone(), format!("{}: {text}", file.display())),
                None => (mistake.path.clone(), text),
            },
        }
    }

    /// A text whose last words may be the path of a client or a user.
    fn renamed(&self, text: &str) -> String {
        let Some((before, last)) = text.rsplit_once(' ') else { return text.to_owned() };
        let client = || {
            let (index, rest) = indexed(last, "clients")?;
            let origin = self.clients.get(index)?;
            Some(format!("{before} {}{rest}", origin.elsewhere.as_ref().unwrap_or(&origin.path)))
        };
        let other = |section, paths: &[String]| {
            let (index, rest) = indexed(last, section)?;
            Some(format!("{before} {}{rest}", paths.get(index)?))
        };
        let other = || other("users", &self.users).or_else(|| other("apis", &self.apis));
        client().or_else(other).unwrap_or_else(|| text.to_owned())
    }
}

/// The index and the rest of a path such as `clients[2].jwks`.
fn indexed<'p>(path: &'p str, section: &str) -> Option<(usize, &'p str)> {
    let (index, rest) = path.strip_prefix(section)?.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

struct Reader<'d> {
    directory: &'d Path,
    document: &'d Document<'d>,
}

impl<'d> Reader<'d> {
    /// Reads and checks a whole document, which keeps the mistakes.
    fn read(document: &'d Document<'d>, file: &'d Path) -> (Config, Origins) {
        let reader = Self { directory: file.parent().unwrap_or(Path::new("")), document };
        let (config, origins) = reader.config(&document.root());
        // A member that could not be read has its default, which says nothing about the file.
        let sound = |check: &Failed| !check.depends_on.iter().any(|path| document.has_mistake(path));
        let checks: Vec<_> = failed(&config, None).into_iter().filter(sound).collect();
        for check in checks {
            let (path, text) = origins.locate(&check.mistake);
            document.mistake(&path, text);
        }
        (config, origins)
    }
}

impl Reader<'_> {
    fn config(&self, root: &Section<'_>) -> (Config, Origins) {
        let (mut config, mut origins) = (Config::new(None), Origins::default());
        let issuer = root.required_value("issuer", "the URL of this server, such as \"https://as.example\"");
        if let Some(issuer) = issuer.and_then(|value| String::from_value(&value)) {
            config.issuer = issuer;
        }
        if let Some(listen) = root.required("listen") {
            config.listen = listen;
        }
        let data = root.optional("data").map_or(self.path("fapi-server-data"), |data: PathBuf| self.path(data));
        config.state = State::File(data.join("state.redb"));
        config.keys = Keys::Directory(root.optional("keys").map_or_else(|| data.join("keys"), |keys: PathBuf| self.path(keys)));
        if root.optional("ephemeral").unwrap_or(false) {
            (config.state, config.keys) = (State::Ephemeral, Keys::Ephemeral);
            for name in ["data", "keys"].into_iter().filter(|name| root.value(name).is_some()) {
                root.mistake(name, "has no effect with `ephemeral = true`");
            }
        }
        root.replace("profiles", &mut config.profiles);
        root.replace("acr_values", &mut config.acr_values);
        root.replace("dpop_nonces", &mut config.dpop_nonces);
        root.replace("auto_approve", &mut config.auto_approve);
        number(root, "hsts", &mut config.hsts);
        if root.value("hsts").is_some() && root.value("tls").is_none() && config.hsts > 0 {
            root.mistake("hsts", "has no effect without a [tls] section");
        }
        root.replace("scopes", &mut config.scopes);
        root.replace("allowed_origins", &mut config.allowed_origins);
        if let Some(section) = root.section("tls") {
            self.tls(&section, &mut config, &mut origins);
        }
        config.mtls = root.section("mtls").and_then(|section| {
            let (base, listen) = (section.required("base"), section.required("listen"));
            Some(MtlsAlias { base: base?, listen: listen? })
        });
        if let Some(section) = root.section("resource") {
            resource(&section, &mut config.resource);
        }
        apis(self, root, &mut config, &mut origins.apis);
        if let Some(section) = root.section("lifetimes") {
            lifetimes(&section, &mut config.lifetimes);
        }
        if let Some(section) = root.section("limits") {
            limits(&section, &mut config.limits);
        }
        if let Some(section) = root.section("outbound") {
            self.outbound(&section, &mut config.outbound, &mut origins);
        }
        if matches!(config.state, State::File(_)) {
            match ClientIds::read(&data, &config.issuer) {
                Ok(ids) => config.client_ids = ids,
                Err(text) => self.document.mistake("data", &text),
            }
        }
        let mut defaults = ClientDefaults { first_party: config.switches.first_party_by_default, ids: config.client_ids.clone() };
        for section in root.sections("clients") {
            section.allow(known_members());
            let report = |path: &str, text: &str| self.document.mistake(&format!("{}{path}", section.path()), text);
            if let Some(client) = client_of(section.json(), &mut defaults, &report) {
                config.clients.push(client);
                origins.clients.push(Origin { path: section.path().to_owned(), elsewhere: None });
            }
        }
        for file in root.value("clients_files").and_then(|value| value.items()).unwrap_or_default() {
            let Some(path) = PathBuf::from_value(&file).map(|path| self.path(path)) else { continue };
            for (index, client) in clients_file(&path, &mut defaults, &|text: &str| file.mistake(text)) {
                config.clients.push(client);
                let elsewhere = Some(format!("{}: [{index}]", path.display()));
                origins.clients.push(Origin { path: file.path().to_owned(), elsewhere });
            }
        }
        config.client_ids = defaults.ids;
        for section in root.sections("users") {
            if let Some(user) = user(&section) {
                config.users.push(user);
                origins.users.push(section.path().to_owned());
            }
        }
        (config, origins)
    }

    fn tls(&self, section: &Section<'_>, config: &mut Config, origins: &mut Origins) {
        let chain =
            section.required_value("certificate", &PathBuf::expected()).and_then(|value| self.certificates(&value, origins));
        let key = section.required_value("key", &PathBuf::expected()).and_then(|value| {
            let path = self.named(&value, origins)?;
            let key = any_private_key_der(&path);
            key.map_err(|reason| value.mistake(format_args!("{}: {reason}", path.display()))).ok()
        });
        if let (Some(chain), Some(key)) = (chain, key) {
            config.transport = Transport::Tls(Arc::new(Identity { chain, key }));
        }
        if let Some(value) = section.value("client_authorities") {
            config.client_authorities = self.certificates(&value, origins).unwrap_or_default();
        }
    }

    fn outbound(&self, section: &Section<'_>, outbound: &mut Outbound, origins: &mut Origins) {
        section.replace("allow", &mut outbound.allow);
        number(section, "timeout", &mut outbound.timeout);
        number(section, "stale_if_error", &mut outbound.stale_if_error);
        if let Some(value) = section.value("authorities") {
            outbound.authorities = self.certificates(&value, origins).unwrap_or_default();
        }
    }

    /// All certificates of a PEM file, of which there must be at least one.
    fn certificates(&self, value: &Value<'_>, origins: &mut Origins) -> Option<Vec<CertificateDer<'static>>> {
        let path = self.named(value, origins)?;
        match CertificateDer::pem_file_iter(&path).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(certificates) if certificates.is_empty() => {
                value.mistake(format_args!("{}: holds no certificate in PEM", path.display()))
            }
            Ok(certificates) => return Some(certificates),
            Err(error) => value.mistake(cannot_read(&path, &error)),
        }
        None
    }

    /// The file that a value names, for the mistakes that checks find in it later.
    fn named(&self, value: &Value<'_>, origins: &mut Origins) -> Option<PathBuf> {
        let path = self.path(PathBuf::from_value(value)?);
        origins.files.insert(value.path().to_owned(), path.clone());
        Some(path)
    }

    pub(in crate::config_file) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }
}

fn cannot_read(path: &Path, error: &pem::Error) -> String {
    let path = path.display();
    match error {
        pem::Error::Io(error) => format!("{path}: cannot be read: {error}"),
        _ => format!("{path}: is not PEM"),
    }
}

fn resource(section: &Section<'_>, resource: &mut ResourceConfig) {
    resource.identifier = section.optional("identifier");
    section.replace("scopes", &mut resource.scopes);
    let formats = [("jwt", Dialect::Rfc9068Profile), ("opaque", Dialect::Opaque)];
    if let Some(format) = section.value("format").and_then(|value| value.one_of(&formats)) {
        resource.format = format;
    }
}

fn lifetimes(section: &Section<'_>, lifetimes: &mut Lifetimes) {
    number(section, "request_uri", &mut lifetimes.request_uri);
    number(section, "interaction", &mut lifetimes.interaction);
    number(section, "code", &mut lifetimes.code);
    number(section, "replay_memory", &mut lifetimes.replay_memory);
    number(section, "access_token", &mut lifetimes.access_token);
    number(section, "id_token", &mut lifetimes.id_token);
    number(section, "grant", &mut lifetimes.grant);
    number(section, "refresh_retry_window", &mut lifetimes.refresh_retry_window);
    number(section, "session", &mut lifetimes.session);
    number(section, "proof", &mut lifetimes.proof);
    number(section, "assertion", &mut lifetimes.assertion);
    number(section, "future_tolerance", &mut lifetimes.future_tolerance);
    number(section, "jwks", &mut lifetimes.jwks);
}

fn limits(section: &Section<'_>, limits: &mut Limits) {
    number(section, "body", &mut limits.body);
    number(section, "head", &mut limits.head);
    number(section, "connections", &mut limits.connections);
    number(section, "handshake_timeout", &mut limits.handshake_timeout);
    number(section, "head_timeout", &mut limits.head_timeout);
    number(section, "body_timeout", &mut limits.body_timeout);
    number(section, "shutdown_timeout", &mut limits.shutdown_timeout);
    let mut requests_per_second = 0;
    number(section, "requests_per_second", &mut requests_per_second);
    limits.requests_per_second = Some(requests_per_second).filter(|number| *number > 0);
    number(section, "burst", &mut limits.burst);
    if section.value("burst").is_some() && section.value("requests_per_second").is_none() {
        section.mistake("burst", "has no effect without requests_per_second");
    }
}

/// Replaces a default by the number at this member, if it is there and in its range.
fn number<T: Number>(section: &Section<'_>, name: &'static str, default: &mut T) {
    let Some(value) = section.value(name) else { return };
    let Some(range) = Range::of(value.path()) else { return };
    if let Some(number) = value.integer(&range.range, &range.words()).and_then(T::of) {
        *default = number;
    }
}

/// A number of a configuration. Every number in its range can be represented.
trait Number: Sized {
    fn of(number: u64) -> Option<Self>;
}

impl Number for u32 {
    fn of(number: u64) -> Option<Self> {
        number.try_into().ok()
    }
}

impl Number for usize {
    fn of(number: u64) -> Option<Self> {
        number.try_into().ok()
    }
}

/// Seconds.
impl Number for Duration {
    fn of(number: u64) -> Option<Self> {
        Some(Self::from_secs(number))
    }
}

fn user(section: &Section<'_>) -> Option<User> {
    let (name, password) = (section.required::<String>("name"), section.required::<PasswordHash>("password"));
    let subject = section.optional("subject");
    let claims = section.value("claims").and_then(|claims| claims.entries()).unwrap_or_default();
    let claims = claims.iter().filter_map(|(name, value)| Some(((*name).to_owned(), claim(value)?))).collect();
    let permissions = permissions(section);
    let connection = section.optional("connection");
    let mut user = User::new(name?, password?);
    user.subject = subject.unwrap_or(user.subject);
    user.claims = claims;
    user.permissions = permissions;
    user.connection = connection;
    Some(user)
}

fn claim(value: &Value<'_>) -> Option<Json> {
    let text = value.json()?.to_string();
    Json::parse(text.as_bytes()).map_err(|error| value.mistake(error)).ok()
}

impl FromValue for Scope {
    fn expected() -> String {
        "a string of scope tokens with single spaces between them".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let expected = Self::expected();
        value.parse(&expected, |text| Self::parse(text).map_err(|error| format!("{error}; expected {expected}")))
    }
}

impl FromValue for AllowedOrigins {
    fn expected() -> String {
        r#"["*"] for all origins, or an array of origins such as "https://app.example""#.into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let items = value.items()?;
        let origins: Vec<_> = items.iter().map(|item| Some((item, String::from_value(item)?))).collect();
        let origins: Vec<_> = origins.into_iter().collect::<Option<_>>()?;
        if origins.iter().any(|(_, origin)| origin == "*") {
            return if origins.len() == 1 { Some(Self::All) } else { value.mismatch(&Self::expected()) };
        }
        let listed = origins.into_iter().map(|(item, origin)| {
            let written = Url::parse(&origin).ok().map(|url| url.origin().ascii_serialization());
            match written {
                Some(written) if written == origin => Some(origin),
                Some(written) if written != "null" => {
                    item.mistake(format_args!("not an origin as browsers write it; did you mean {written:?}?"));
                    None
                }
                _ => {
                    item.mistake("not an origin; expected a scheme, a host and a port if it is not the default one");
                    None
                }
            }
        });
        let listed: Vec<_> = listed.collect();
        listed.into_iter().collect::<Option<_>>().map(Self::Listed)
    }
}

impl FromValue for ProfileId {
    fn expected() -> String {
        choices(Profiles::default().ids().map(ProfileId::as_str))
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        let profiles = Profiles::default();
        let ids: Vec<_> = profiles.ids().map(|id| (id.as_str(), id)).collect();
        value.one_of(&ids).cloned()
    }
}

impl FromValue for PasswordHash {
    fn expected() -> String {
        "a string that `fapi-server --hash-password` prints".into()
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        value.parse(&Self::expected(), str::parse)
    }
}
