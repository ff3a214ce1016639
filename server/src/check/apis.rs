//! The checks of APIs, and of everything that names one.

use super::{Checks, repeated};
use crate::config::{Config, is_own, is_path};
use crate::toml_reader::{choices, nearest};
use fapi::requirement::{ocp, rfc8707};
use fapi::{AuthorizationServer, Settings};
use std::collections::BTreeMap;

/// Checks the APIs, and the members beside clients that name them. `settings` are those of the server, if there are any.
pub(super) fn check(config: &Config, issuer: &str, settings: Option<&Settings>, checks: &mut Checks) {
    let identifiers = config.apis.iter().map(|api| api.api.identifier.as_str());
    checks.0.extend(repeated(identifiers, |index| format!("apis[{index}].identifier")));
    paths(config, issuer, checks);
    required_scopes(config, checks);
    organizations(config, checks);
    connections(config, checks);
    let known = config.identifiers();
    if let Some(identifier) = &config.default_audience {
        let text = "needs [[apis]]; a server without any has one API, which is the default";
        checks.demand(!config.apis.is_empty(), &["apis"], "default_audience", text);
        if !config.apis.is_empty() {
            one_of(checks, &[], "default_audience", identifier, &known, rfc8707::RESOURCE_KNOWN.id);
        }
    }
    for (index, user) in config.users.iter().enumerate() {
        for api in user.permissions.keys() {
            let path = format!("users[{index}].permissions.{api:?}");
            one_of(checks, &["issuer", "resource"], &path, api, &known, ocp::api::ROLES.id);
        }
    }
    hooks(config, &known, checks);
    if let Some(settings) = settings {
        library(settings, checks);
    }
}

/// Demands that a name is one of those that are known.
fn one_of(checks: &mut Checks, depends_on: &'static [&'static str], path: &str, name: &str, known: &[&str], id: &str) {
    if !known.contains(&name) {
        let text = match nearest(name, known.iter().copied()) {
            Some(nearest) => format!("{name:?} is unknown; did you mean {nearest:?}? ({id})"),
            None if known.is_empty() => format!("{name:?} is unknown; there is none ({id})"),
            None => format!("{name:?} is unknown; expected {} ({id})", choices(known)),
        };
        checks.fail(depends_on, path, text);
    }
}

/// The paths at which the resources are protected.
fn paths(config: &Config, issuer: &str, checks: &mut Checks) {
    let mut taken = BTreeMap::new();
    for (index, api) in config.apis.iter().enumerate() {
        let member = format!("apis[{index}].path");
        if let Some(path) = &api.path {
            let form = "expected a path such as \"/accounts\": segments of letters, digits and -._~";
            checks.demand(is_path(path), &[], &member, form);
            // A resource may take the place of the one that a server without APIs has.
            let own = is_own(path) && !path.starts_with("/resource");
            checks.demand(!own, &[], &member, format_args!("{path:?} belongs to the server itself"));
        }
        let path = api.path_below(issuer, index);
        if let Some(first) = taken.get(&path) {
            checks.fail(&["issuer"], &member, format_args!("{path:?} is already used by apis[{first}]"));
        } else {
            taken.insert(path, index);
        }
    }
}

/// A resource requires scopes that tokens for its API can have.
fn required_scopes(config: &Config, checks: &mut Checks) {
    for (index, api) in config.apis.iter().enumerate() {
        let Some(required) = &api.required_scope else { continue };
        for token in required.difference(api.api.scopes.scope()).iter().filter(|token| !config.scopes.contains(token)) {
            let text = format!("{token:?} is no scope of this API, so that no token would suffice ({})", ocp::api::OWN_RULES.id);
            checks.fail(&["scopes"], &format!("apis[{index}].required_scope"), text);
        }
    }
}

fn organizations(config: &Config, checks: &mut Checks) {
    let ids = config.organizations.iter().map(|organization| organization.id.as_str());
    checks.0.extend(repeated(ids, |index| format!("organizations[{index}].id")));
    for (index, organization) in config.organizations.iter().enumerate() {
        checks.demand(!organization.id.is_empty(), &[], &format!("organizations[{index}].id"), "must not be empty");
    }
}

/// Every user of a server with connections comes from one of them.
fn connections(config: &Config, checks: &mut Checks) {
    let names: Vec<_> = config.connections.iter().map(|connection| connection.name.as_str()).collect();
    checks.0.extend(repeated(names.iter().copied(), |index| format!("connections[{index}].name")));
    for (index, user) in config.users.iter().enumerate() {
        let place = format!("users[{index}].connection");
        match &user.connection {
            Some(connection) => checks.demand(names.contains(&connection.as_str()), &[], &place, "is not one of connections"),
            None => checks.demand(names.is_empty(), &[], &place, "is missing; a server with connections needs it"),
        }
    }
}

fn hooks(config: &Config, apis: &[&str], checks: &mut Checks) {
    let clients: Vec<_> = config.clients.iter().map(|client| client.metadata.client_id.as_str()).collect();
    let users: Vec<_> = config.users.iter().map(|user| user.name.as_str()).collect();
    for (index, hook) in config.hooks.iter().enumerate() {
        let named: [(_, _, _, &'static [&'static str]); 3] = [
            ("client", &hook.client, &clients[..], &["clients", "clients_files"]),
            ("api", &hook.api, apis, &["issuer", "resource"]),
            ("user", &hook.user, &users[..], &["users"]),
        ];
        for (member, name, known, depends_on) in named {
            if let Some(name) = name {
                let path = format!("hooks[{index}].{member}");
                one_of(checks, depends_on, &path, name, known, ocp::api::HOOK_LAST.id);
            }
        }
    }
}

/// The mistakes that the library finds in the APIs, each at its member.
fn library(settings: &Settings, checks: &mut Checks) {
    let found = AuthorizationServer::new(settings.clone()).err().map(|error| error.mistakes).unwrap_or_default();
    for mistake in found {
        // Identifiers that are used twice are told above.
        if mistake.basis.id == ocp::api::IDENTIFIER.id {
            continue;
        }
        let text = format!("{} ({})", mistake.text, mistake.basis.id);
        if !mistake.place.is_empty() {
            checks.fail(&["issuer", "lifetimes", "profiles"], &mistake.place, text);
        } else if checks.0.is_empty() {
            // The other checks have told the rest in the words of the configuration; this one is for what they do not know.
            checks.fail(&[], "", text);
        }
    }
}
