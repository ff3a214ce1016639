//! The checks of a whole configuration, from a file or from code.

use super::{Config, Transport};
use crate::toml_reader::Mistake;
use std::collections::BTreeMap;
use url::Url;

/// A check that failed.
pub(super) struct Failed {
    pub(super) mistake: Mistake,
    /// Other paths that the check used.
    pub(super) depends_on: &'static [&'static str],
}

impl Config {
    /// All mistakes of the configuration; none if a server can start with it.
    pub fn mistakes(&self) -> Vec<Mistake> {
        self.checks().into_iter().map(|failed| failed.mistake).collect()
    }

    pub(super) fn checks(&self) -> Vec<Failed> {
        let mut failed = vec![];
        let mut demand = |holds: bool, depends_on, path: &str, text: &str| {
            if !holds {
                failed.push(Failed { mistake: Mistake::new(path, text), depends_on });
            }
        };
        let plain = matches!(self.transport, Transport::Plain);
        let issuer = at_some_port(&self.issuer);
        let scheme = issuer.as_ref().map_or("", |issuer| issuer.scheme());
        let bare = issuer.as_ref().is_none_or(|issuer| issuer.query().is_none() && issuer.fragment().is_none());
        demand(issuer.is_some(), &["issuer"], "issuer", "must be a URL");
        demand(bare, &["issuer"], "issuer", "must have no query and no fragment");
        demand(!self.issuer.ends_with('/'), &["issuer"], "issuer", "must not end with a slash");
        let http = "must begin with http://, because there is no [tls] section";
        demand(!plain || issuer.is_none() || scheme == "http", &["issuer", "tls"], "issuer", http);
        let https = "must begin with https://, because there is a [tls] section";
        demand(plain || issuer.is_none() || scheme == "https", &["issuer", "tls"], "issuer", https);
        let loopback = "must be a loopback address, because there is no [tls] section";
        demand(!plain || self.listen.ip().is_loopback(), &["listen", "tls"], "listen", loopback);
        demand(!self.profiles.is_empty(), &["profiles"], "profiles", "must name at least one profile");
        let users = "needs at least one [[users]] section";
        demand(!self.auto_approve || !self.users.is_empty(), &["auto_approve", "users"], "auto_approve", users);
        let positive = "must be greater than 0";
        demand(self.limits.connections > 0, &[], "limits.connections", positive);
        demand(self.limits.head >= 8 * 1024, &[], "limits.head", "must be at least 8192");
        demand(self.limits.burst > 0, &[], "limits.burst", positive);
        demand(self.limits.requests_per_second != Some(0), &[], "limits.requests_per_second", positive);
        if let Some(mtls) = &self.mtls {
            demand(!plain, &["tls"], "mtls", "needs a [tls] section");
            let base = at_some_port(&mtls.base);
            demand(base.is_some_and(|base| base.scheme() == "https"), &[], "mtls.base", "must be an https URL");
        }
        let clients = self.clients.iter().map(|client| client.metadata.client_id.as_str());
        let repeated = repeated("clients", "client_id", clients)
            .chain(self::repeated("users", "name", self.users.iter().map(|user| user.name.as_str())))
            .chain(self::repeated("users", "subject", self.users.iter().map(|user| user.subject.as_str())));
        let subjects = self
            .users
            .iter()
            .enumerate()
            .filter(|(_, user)| user.subject.is_empty() || user.subject.len() > 255 || !user.subject.is_ascii());
        let subjects = subjects.map(|(index, _)| {
            Mistake::new(format!("users[{index}].subject"), "must have 1 to 255 characters, all of them ASCII")
        });
        failed.extend(repeated.chain(subjects).map(|mistake| Failed { mistake, depends_on: &["clients", "users"] }));
        failed
    }
}

/// The URL of a template, with some port in place of the placeholders.
fn at_some_port(template: &str) -> Option<Url> {
    Url::parse(&template.replace("{port}", "1").replace("{mtls_port}", "1")).ok()
}

fn repeated<'a>(section: &str, member: &str, values: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Mistake> {
    let (mut first, mut mistakes) = (BTreeMap::new(), vec![]);
    for (index, value) in values.enumerate() {
        if let Some(first) = first.get(value) {
            let text = format!("{value:?} is already used by {section}[{first}]");
            mistakes.push(Mistake::new(format!("{section}[{index}].{member}"), text));
        } else {
            first.insert(value, index);
        }
    }
    mistakes.into_iter()
}
