//! What a configuration must be like as a whole, whoever has made it.

use super::{Config, Transport};
use std::collections::BTreeSet;
use url::Url;

impl Config {
    /// Everything that does not fit together; nothing if the server can be started.
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes = vec![];
        let plain = matches!(self.transport, Transport::Plain);
        let mut demand = |holds: bool, text: &str| {
            if !holds {
                mistakes.push(text.to_owned());
            }
        };
        match at_some_port(&self.issuer) {
            None => demand(false, "issuer: is not a URL"),
            Some(issuer) => {
                demand(issuer.query().is_none() && issuer.fragment().is_none(), "issuer: has a query or a fragment");
                demand(!self.issuer.ends_with('/'), "issuer: ends with a slash");
                demand(!plain || issuer.scheme() == "http", "issuer: is not http, although there is no [tls]");
                demand(plain || issuer.scheme() == "https", "issuer: is not https, although there is [tls]");
            }
        }
        demand(!plain || self.listen.ip().is_loopback(), "listen: plain HTTP is spoken on loopback only; add [tls]");
        demand(!self.profiles.is_empty(), "profiles: at least one must be in force");
        demand(!self.auto_approve || !self.users.is_empty(), "auto_approve: there is no user to log in");
        demand(self.limits.connections > 0, "limits.connections: nobody could connect");
        demand(self.limits.head >= 8 * 1024, "limits.head: below 8192 octets no real request fits");
        demand(self.limits.burst > 0, "limits.burst: nobody would be admitted");
        demand(self.limits.requests_per_second != Some(0), "limits.requests_per_second: nobody would be admitted");
        if let Some(mtls) = &self.mtls {
            demand(!plain, "mtls: client certificates need [tls]");
            let base = at_some_port(&mtls.base);
            demand(base.is_some_and(|base| base.scheme() == "https"), "mtls.base: is not an https URL");
        }
        repeated(self.clients.iter().map(|client| client.metadata.client_id.as_str()), "clients: client_id", &mut mistakes);
        repeated(self.users.iter().map(|user| user.name.as_str()), "users: name", &mut mistakes);
        repeated(self.users.iter().map(|user| user.subject.as_str()), "users: subject", &mut mistakes);
        for user in &self.users {
            if user.subject.is_empty() || user.subject.len() > 255 || !user.subject.is_ascii() {
                mistakes.push(format!("users: subject {:?} is not 1 to 255 ASCII characters", user.subject));
            }
        }
        mistakes
    }
}

/// Templates are URLs once a port stands in them.
fn at_some_port(template: &str) -> Option<Url> {
    Url::parse(&template.replace("{port}", "1").replace("{mtls_port}", "1")).ok()
}

fn repeated<'a>(values: impl Iterator<Item = &'a str>, what: &str, mistakes: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for value in values {
        if !seen.insert(value) {
            mistakes.push(format!("{what} {value:?} is there twice"));
        }
    }
}
