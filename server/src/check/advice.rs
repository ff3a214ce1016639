//! Choices that a server can start with, and that its operator should know about.

use super::would_be_settings;
use crate::config::{Config, Ports};
use crate::toml_reader::Mistake;
use fapi::policy::AuthenticationMethod;
use fapi::requirement::{ocp, rfc9700};
use fapi::{AccessPolicy, Api, GrantType, Registration, Settings, SubjectType};

/// Every unwise choice of a configuration, each with its path.
pub(crate) fn unwise(config: &Config) -> Vec<Mistake> {
    let config = &config.at(Ports::SOME);
    let mut found = vec![];
    roles(config, &mut found);
    undefined(config, &mut found);
    unused(config, &mut found);
    if let Some(settings) = would_be_settings(config, None, Ports::SOME) {
        for (index, client) in config.clients.iter().enumerate() {
            let warnings = client.warnings(&settings);
            found.extend(warnings.iter().map(|mistake| {
                let ids: Vec<_> = mistake.requirements.iter().map(|requirement| requirement.id).collect();
                Mistake::new(format!("clients[{index}].{}", mistake.member), format!("{} ({})", mistake.detail, ids.join(", ")))
            }));
        }
        let warnings = settings.warnings().into_iter();
        found.extend(warnings.map(|mistake| Mistake::new(mistake.place, format!("{} ({})", mistake.text, mistake.basis.id))));
        unprotected(config, &settings, &mut found);
    }
    found
}

/// What the grant types of a client leave without effect.
fn unused(config: &Config, found: &mut Vec<Mistake>) {
    for (index, client) in config.clients.iter().enumerate() {
        let metadata = &client.metadata;
        let code = metadata.grant_types.contains(&GrantType::AuthorizationCode);
        let mut warn = |holds: bool, member: &str, text: &str| {
            if !holds {
                found.push(Mistake::new(format!("clients[{index}].{member}"), text));
            }
        };
        warn(!metadata.grant_types.is_empty(), "grant_types", "is empty: the client gets no tokens");
        let refreshes = metadata.grant_types.contains(&GrantType::RefreshToken);
        warn(
            !refreshes || code,
            "grant_types",
            "refresh_token has no effect without authorization_code: no other grant gives refresh tokens",
        );
        let redirects = code || metadata.redirect_uris.is_empty();
        warn(redirects, "redirect_uris", "are used by authorization_code only, which grant_types does not name");
    }
}

fn is_public(client: &Registration) -> bool {
    client.metadata.token_endpoint_auth_method == AuthenticationMethod::None
}

/// APIs without roles, at a server with public clients that can get tokens for them.
fn roles(config: &Config, found: &mut Vec<Mistake>) {
    for (index, api) in config.apis.iter().enumerate().filter(|(_, api)| !api.api.enforce_policies) {
        let gets = |client: &&Registration| is_public(client) && may_act_for_users(client, &api.api);
        let clients: Vec<_> = config.clients.iter().filter(gets).map(|client| client.metadata.client_id.as_str()).collect();
        if !clients.is_empty() {
            let text = format!(
                "RBAC is off, and clients without a secret exist ({}): whoever logs in may have every scope ({})",
                clients.join(", "),
                ocp::api::ROLES_ADVISED.id
            );
            found.push(Mistake::new(format!("apis[{index}].enforce_policies"), text));
        }
    }
}

fn may_act_for_users(client: &Registration, api: &Api) -> bool {
    match api.access.user {
        AccessPolicy::AllowAll => true,
        AccessPolicy::RequireClientGrant => {
            let for_users = |subject_type| subject_type == SubjectType::User;
            client.terms.grants.iter().any(|grant| grant.audience == api.identifier && for_users(grant.subject_type))
        }
        _ => false,
    }
}

/// Permissions and scopes of hooks that no API defines: they have no effect.
fn undefined(config: &Config, found: &mut Vec<Mistake>) {
    let api = |identifier: &str| config.apis.iter().find(|api| api.api.identifier == identifier);
    for (index, user) in config.users.iter().enumerate() {
        for (identifier, permissions) in &user.permissions {
            let Some(api) = api(identifier) else { continue };
            for token in permissions.difference(api.api.scopes.scope()).iter() {
                let text = format!("the API does not define {token:?} ({})", ocp::api::ROLES.id);
                found.push(Mistake::new(format!("users[{index}].permissions.{identifier:?}"), text));
            }
        }
    }
    for (index, hook) in config.hooks.iter().enumerate() {
        let Some(api) = hook.api.as_deref().and_then(api) else { continue };
        for token in hook.scope.difference(api.api.scopes.scope()).iter() {
            let text = format!("the API does not define {token:?}, so that it is left out ({})", ocp::api::HOOK_LAST.id);
            found.push(Mistake::new(format!("hooks[{index}].scope"), text));
        }
    }
}

/// Refresh tokens of public clients that are neither bound to a sender nor replaced at each use.
fn unprotected(config: &Config, settings: &Settings, found: &mut Vec<Mistake>) {
    // Every rule about the replacement of refresh tokens protects these, or leaves none.
    if !settings.policy.refresh_rotation.conjuncts().is_empty() {
        return;
    }
    for (index, client) in config.clients.iter().enumerate().filter(|(_, client)| is_public(client)) {
        let metadata = &client.metadata;
        let bound = metadata.dpop_bound_access_tokens || metadata.tls_client_certificate_bound_access_tokens;
        if !bound && metadata.grant_types.contains(&GrantType::RefreshToken) {
            let text = format!(
                "refresh tokens of a client without a secret are neither bound to a sender nor replaced at each use ({})",
                rfc9700::PUBLIC_REFRESH.id
            );
            found.push(Mistake::new(format!("clients[{index}].grant_types"), text));
        }
    }
}
