//! The checks of a whole configuration, from a file or from code: whatever cannot work is a mistake.

mod clients;
mod users;

use crate::config::{Config, Keys, Transport};
use crate::keys::{KeyError, Keyring};
use crate::settings::{policy, settings};
use crate::start_error::StartError;
use crate::toml_reader::Mistake;
use fapi::Settings;
use fapi::policy::{AtMost, Policy, Rule};
use rustls::RootCertStore;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

/// Longer timeouts would never end a connection.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(3_600);
/// The least that HTTP/1 needs for a head.
const SMALLEST_HEAD: usize = 8 * 1024;
/// The least tolerance that FAPI 2.0 demands (§5.3.2.1), in seconds.
const LEAST_TOLERANCE: u32 = 10;
const POSITIVE: &str = "must be greater than 0";

/// A check that failed.
pub(crate) struct Failed {
    pub(crate) mistake: Mistake,
    /// Other paths that the check used.
    pub(crate) depends_on: &'static [&'static str],
}

/// The checks that failed so far.
#[derive(Default)]
struct Checks(Vec<Failed>);

impl Checks {
    /// Demands something of the member at a path; `depends_on` are the other members that the check looks at.
    fn demand(&mut self, holds: bool, depends_on: &'static [&'static str], path: &str, text: impl Display) {
        if !holds {
            self.fail(depends_on, path, text);
        }
    }

    fn fail(&mut self, depends_on: &'static [&'static str], path: &str, text: impl Display) {
        self.0.push(Failed { mistake: Mistake::new(path, text.to_string()), depends_on });
    }
}

impl Config {
    /// All mistakes of the configuration; none if a server can start with it. Key files that exist are read, and none is written.
    pub fn mistakes(&self) -> Vec<Mistake> {
        failed(self, None).into_iter().map(|failed| failed.mistake).collect()
    }

    /// The lifetimes that the policy of the profiles shortens, in words.
    pub fn shortened(&self) -> Vec<String> {
        policy(&self.profiles).map(|policy| shortened(self, &policy)).unwrap_or_default()
    }
}

/// The checks that fail under a policy, or under that of the configured profiles.
pub(crate) fn failed(config: &Config, replaced: Option<&Policy>) -> Vec<Failed> {
    let mut checks = Checks::default();
    addresses(config, &mut checks);
    profiles(config, &mut checks);
    lifetimes(config, &mut checks);
    limits(config, &mut checks);
    certificates(config, &mut checks);
    keys(config, &mut checks);
    users::check(config, &mut checks);
    let policy = replaced.cloned().ok_or(()).or_else(|()| policy(&config.profiles));
    let settings = policy.ok().and_then(|policy| would_be_settings(config, policy, &mut checks));
    clients::check(config, settings.as_ref(), &mut checks);
    checks.0
}

/// The lifetimes that a policy shortens, each with the requirement that does.
pub(crate) fn shortened(config: &Config, policy: &Policy) -> Vec<String> {
    let lifetimes = &config.lifetimes;
    let limited: [(&str, u32, &Rule<AtMost>); 3] = [
        ("request_uri", lifetimes.request_uri, &policy.request_uri_lifetime),
        ("code", lifetimes.code, &policy.code_lifetime),
        ("future_tolerance", lifetimes.future_tolerance, &policy.future_tolerance),
    ];
    let shortened = limited.into_iter().filter_map(|(name, seconds, rule)| {
        let AtMost(left) = rule.within(AtMost(seconds));
        let bases = rule.conjuncts().iter().filter(|conjunct| conjunct.bound.0 < seconds).map(|conjunct| conjunct.basis.id);
        let bases = bases.collect::<Vec<_>>().join(", ");
        (left < seconds)
            .then(|| format!("lifetimes.{name} is {seconds} seconds, and the profiles shorten it to {left} ({bases})"))
    });
    shortened.collect()
}

fn addresses(config: &Config, checks: &mut Checks) {
    let plain = matches!(config.transport, Transport::Plain);
    let issuer = at_some_port(&config.issuer);
    let scheme = issuer.as_ref().map_or("", |issuer| issuer.scheme());
    checks.demand(issuer.is_some(), &["issuer"], "issuer", "must be a URL");
    checks.demand(issuer.as_ref().is_none_or(is_bare), &["issuer"], "issuer", "must have no query and no fragment");
    checks.demand(!config.issuer.ends_with('/'), &["issuer"], "issuer", "must not end with a slash");
    let alias = config.mtls.is_some() || !config.issuer.contains("{mtls_port}");
    checks.demand(alias, &["issuer", "mtls"], "issuer", "has {mtls_port}, but there is no [mtls] section");
    let http = "must begin with http://, because there is no [tls] section";
    checks.demand(!plain || issuer.is_none() || scheme == "http", &["issuer", "tls"], "issuer", http);
    let https = "must begin with https://, because there is a [tls] section";
    checks.demand(plain || issuer.is_none() || scheme == "https", &["issuer", "tls"], "issuer", https);
    let local = !plain || scheme != "http" || issuer.as_ref().is_none_or(is_loopback);
    let host = "must have the host localhost or a loopback address, because there is no [tls] section";
    checks.demand(local, &["issuer", "tls"], "issuer", host);
    let loopback = "must be a loopback address, because there is no [tls] section";
    checks.demand(!plain || config.listen.ip().is_loopback(), &["listen", "tls"], "listen", loopback);
    if let Some(mtls) = &config.mtls {
        checks.demand(!plain, &["tls"], "mtls", "needs a [tls] section");
        let base = at_some_port(&mtls.base);
        let https = base.as_ref().is_some_and(|base| base.scheme() == "https");
        checks.demand(https, &[], "mtls.base", "must be an https URL");
        checks.demand(base.as_ref().is_none_or(is_bare), &[], "mtls.base", "must have no query and no fragment");
        checks.demand(mtls.base != config.issuer, &["issuer"], "mtls.base", "must differ from the issuer");
        let apart = mtls.listen != config.listen || mtls.listen.port() == 0;
        checks.demand(apart, &["listen"], "mtls.listen", "is the address of the main listener");
    }
    if let Some(identifier) = &config.resource.identifier {
        let absolute = at_some_port(identifier).is_some_and(|url| url.fragment().is_none());
        checks.demand(absolute, &[], "resource.identifier", "must be an absolute URI without fragment (RFC8707-2-1)");
    }
}

/// The URL of a template, with some port in place of the placeholders.
fn at_some_port(template: &str) -> Option<Url> {
    Url::parse(&template.replace("{port}", "1").replace("{mtls_port}", "1")).ok()
}

fn is_bare(url: &Url) -> bool {
    url.query().is_none() && url.fragment().is_none()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn profiles(config: &Config, checks: &mut Checks) {
    checks.demand(!config.profiles.is_empty(), &["profiles"], "profiles", "must name at least one profile");
    if let Err(error) = policy(&config.profiles) {
        checks.fail(&["profiles"], "profiles", error);
    }
    checks.0.extend(repeated(config.profiles.iter().map(|profile| profile.as_str()), |index| format!("profiles[{index}]")));
    checks.0.extend(repeated(config.acr_values.iter().map(String::as_str), |index| format!("acr_values[{index}]")));
    for (index, acr) in config.acr_values.iter().enumerate() {
        let whole = !acr.is_empty() && !acr.contains(char::is_whitespace);
        checks.demand(whole, &[], &format!("acr_values[{index}]"), "must be one value without spaces");
    }
    let users = "needs at least one [[users]] section";
    checks.demand(!config.auto_approve || !config.users.is_empty(), &["auto_approve", "users"], "auto_approve", users);
}

fn lifetimes(config: &Config, checks: &mut Checks) {
    let lifetimes = &config.lifetimes;
    for (name, seconds) in [
        ("request_uri", lifetimes.request_uri),
        ("interaction", lifetimes.interaction),
        ("code", lifetimes.code),
        ("replay_memory", lifetimes.replay_memory),
        ("access_token", lifetimes.access_token),
        ("id_token", lifetimes.id_token),
        ("grant", lifetimes.grant),
        ("session", lifetimes.session),
        ("proof", lifetimes.proof),
        ("assertion", lifetimes.assertion),
        ("jwks", lifetimes.jwks),
    ] {
        checks.demand(seconds > 0, &[], &format!("lifetimes.{name}"), POSITIVE);
    }
    let tolerant = lifetimes.future_tolerance >= LEAST_TOLERANCE;
    let tolerance = "must be at least 10: clients whose clocks are that much ahead are served (FAPI2-SP-5.3.2.1-13)";
    checks.demand(tolerant, &[], "lifetimes.future_tolerance", tolerance);
}

fn limits(config: &Config, checks: &mut Checks) {
    let limits = &config.limits;
    checks.demand(limits.body > 0, &[], "limits.body", POSITIVE);
    checks.demand(limits.head >= SMALLEST_HEAD, &[], "limits.head", format_args!("must be at least {SMALLEST_HEAD}"));
    let connections = 1..=Semaphore::MAX_PERMITS;
    let range = format!("must be from 1 to {}", Semaphore::MAX_PERMITS);
    checks.demand(connections.contains(&limits.connections), &[], "limits.connections", range);
    checks.demand(limits.burst > 0, &[], "limits.burst", POSITIVE);
    checks.demand(limits.requests_per_second != Some(0), &[], "limits.requests_per_second", POSITIVE);
    for (path, timeout) in [
        ("limits.handshake_timeout", limits.handshake_timeout),
        ("limits.head_timeout", limits.head_timeout),
        ("limits.body_timeout", limits.body_timeout),
        ("outbound.timeout", config.outbound.timeout),
    ] {
        let range = format!("must be from 1 to {} seconds", LONGEST_TIMEOUT.as_secs());
        checks.demand(!timeout.is_zero() && timeout <= LONGEST_TIMEOUT, &[], path, range);
    }
    let longest = format!("must be at most {} seconds", LONGEST_TIMEOUT.as_secs());
    checks.demand(limits.shutdown_timeout <= LONGEST_TIMEOUT, &[], "limits.shutdown_timeout", longest);
}

fn certificates(config: &Config, checks: &mut Checks) {
    if let Transport::Tls(identity) = &config.transport
        && let Err(error) = crate::tls::server_config(identity, false)
    {
        let text = match error {
            rustls::Error::InconsistentKeys(_) => "is not the key of tls.certificate".to_owned(),
            error => format!("cannot be used with tls.certificate: {error}"),
        };
        checks.fail(&["tls"], "tls.key", text);
    }
    for certificate in &config.outbound.authorities {
        if let Err(error) = RootCertStore::empty().add(certificate.clone()) {
            checks.fail(&[], "outbound.authorities", format_args!("holds a certificate that is no authority: {error}"));
        }
    }
    for (index, host) in config.outbound.allow.iter().enumerate() {
        let form = "expected a host in lower case, with a port if it is not 443, such as \"keys.internal:8443\"";
        checks.demand(is_destination(host), &[], &format!("outbound.allow[{index}]"), form);
    }
}

/// True for a host, with or without a port, as URLs write it.
fn is_destination(text: &str) -> bool {
    let url = Url::parse(&format!("https://{text}/"));
    url.is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        url.path() == "/" && is_bare(&url) && !text.contains('*') && (text == host || text == format!("{host}:{port}"))
    })
}

fn keys(config: &Config, checks: &mut Checks) {
    if let Keys::Directory(directory) = &config.keys {
        for mistake in Keyring::mistakes(directory) {
            checks.fail(&[], "keys", mistake);
        }
    }
}

/// The settings that a server with this configuration would have, with keys of the same kinds.
fn would_be_settings(config: &Config, policy: Policy, checks: &mut Checks) -> Option<Settings> {
    static KEYS: LazyLock<Result<Keyring, KeyError>> = LazyLock::new(Keyring::generate);
    let keyring = KEYS.as_ref().ok()?;
    let base = |template: &str| at_some_port(template).map(|url| url.as_str().trim_end_matches('/').to_owned());
    let issuer = base(&config.issuer)?;
    let mtls_base = config.mtls.as_ref().and_then(|mtls| base(&mtls.base));
    let identifier = config.resource.identifier.as_deref().map(|identifier| base(identifier).unwrap_or_default());
    match settings(config, policy, keyring, &issuer, mtls_base.as_deref(), identifier) {
        Ok(settings) => Some(settings),
        Err(StartError::Configuration(mistakes)) => {
            checks.0.extend(mistakes.0.into_iter().map(|mistake| Failed { mistake, depends_on: &[] }));
            None
        }
        Err(_) => None,
    }
}

/// The identifiers of the APIs as the configuration writes them.
fn apis(config: &Config) -> Vec<&str> {
    vec![config.resource.identifier.as_deref().unwrap_or(&config.issuer)]
}

/// A mistake for every value that an earlier one equals.
fn repeated<'a>(values: impl Iterator<Item = &'a str>, path: impl Fn(usize) -> String) -> Vec<Failed> {
    let (mut first, mut failed) = (BTreeMap::new(), vec![]);
    for (index, value) in values.enumerate() {
        if let Some(first) = first.get(value) {
            let text = format!("{value:?} is already used by {}", path(*first));
            failed.push(Failed { mistake: Mistake::new(path(index), text), depends_on: &[] });
        } else {
            first.insert(value, index);
        }
    }
    failed
}
