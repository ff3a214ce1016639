//! The checks of a whole configuration, from a file or from code: whatever cannot work is a mistake.

mod advice;
mod apis;
mod certificates;
mod clients;
mod numbers;
mod users;

pub(crate) use advice::unwise;
pub(crate) use numbers::Range;

use crate::config::{Config, Keys, Ports, Transport};
use crate::keys::{KeyError, Keyring};
use crate::settings::{policy, settings};
use crate::toml_reader::Mistake;
use fapi::policy::{AtMost, Policy, Rule};
use fapi::{Settings, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;
use url::Url;

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

    /// The reasons for which clients will refuse the certificate at this time, each in words: a server can start with it.
    pub fn warnings(&self, now: Timestamp) -> Vec<String> {
        certificates::warnings(self, now)
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
    let config = &config.at(Ports::SOME);
    profiles(config, &mut checks);
    numbers::check(config, &mut checks);
    certificates::check(config, &mut checks);
    destinations(config, &mut checks);
    keys(config, &mut checks);
    users::check(config, &mut checks);
    let settings = would_be_settings(config, replaced, Ports::SOME);
    apis::check(config, &Ports::SOME.base(&config.issuer), settings.as_ref(), &mut checks);
    clients::check(config, settings.as_ref(), &mut checks);
    checks.0
}

/// The settings that a server with this configuration would have, under a policy or that of the configured profiles, with keys of the
/// same kinds.
pub(crate) fn would_be_settings(config: &Config, replaced: Option<&Policy>, ports: Ports) -> Option<Settings> {
    static KEYS: LazyLock<Result<Keyring, KeyError>> = LazyLock::new(Keyring::generate);
    let policy = replaced.cloned().map_or_else(|| policy(&config.profiles), Ok).ok()?;
    let keyring = KEYS.as_ref().ok()?;
    let base = |template: &str| ports.url(template).map(|url| url.as_str().trim_end_matches('/').to_owned());
    let issuer = base(&config.issuer)?;
    let mtls_base = config.mtls.as_ref().and_then(|mtls| base(&mtls.base));
    // The checks of the certificates have told why there are none.
    settings(config, policy, keyring, &issuer, mtls_base.as_deref()).ok()
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
    let issuer = Ports::SOME.url(&config.issuer);
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
        let base = Ports::SOME.url(&mtls.base);
        let https = base.as_ref().is_some_and(|base| base.scheme() == "https");
        checks.demand(https, &[], "mtls.base", "must be an https URL");
        checks.demand(base.as_ref().is_none_or(is_bare), &[], "mtls.base", "must have no query and no fragment");
        checks.demand(mtls.base != config.issuer, &["issuer"], "mtls.base", "must differ from the issuer");
        let apart = mtls.listen != config.listen || mtls.listen.port() == 0;
        checks.demand(apart, &["listen"], "mtls.listen", "is the address of the main listener");
    }
    if let Some(identifier) = &config.resource.identifier {
        let absolute = Ports::SOME.url(identifier).is_some_and(|url| url.fragment().is_none());
        checks.demand(absolute, &[], "resource.identifier", "must be an absolute URI without fragment (RFC8707-2-1)");
    }
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

fn destinations(config: &Config, checks: &mut Checks) {
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
