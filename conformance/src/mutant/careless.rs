//! Servers that decide carelessly about registered APIs and applications: each takes a configuration for a more generous one.

use fapi::requirement::{Requirement, ocp};
use fapi::scope::Scope;
use fapi::{AccessPolicy, Dialect, GrantedScopes, OfflineAccess, SubjectType, TokenLifetime, Usage, UserinfoAudience};
use fapi_server::config::Config;

use super::{Family, Mutant};
use crate::target::in_process::Alteration;

/// One mutant per habit.
pub(super) fn all() -> Vec<Mutant> {
    let mutant = |habit: &'static Habit| {
        let name = format!("{}/{}", habit.requirement.id, habit.name);
        let summary = format!("The server {}.", habit.habit);
        let taken = habit.taken;
        Mutant::new(Family::Careless, &name, summary, habit.requirement, move |_| Alteration {
            configure: Some(taken),
            ..Alteration::default()
        })
    };
    HABITS.iter().map(mutant).collect()
}

/// A careless habit.
struct Habit {
    name: &'static str,
    /// A verb with its object.
    habit: &'static str,
    requirement: &'static Requirement,
    /// The configuration as the server takes it.
    taken: fn(&mut Config),
}

const fn habit(name: &'static str, habit: &'static str, requirement: &'static Requirement, taken: fn(&mut Config)) -> Habit {
    Habit { name, habit, requirement, taken }
}

static HABITS: &[Habit] = &[
    habit("grant-of-another-api", "takes a client grant for one API for all of them", &ocp::acc::GRANT_NEEDED, |config| {
        let every: Vec<_> = config.apis.iter().map(|api| api.api.identifier.clone()).collect();
        for client in &mut config.clients {
            let own = client.terms.grants.clone();
            for grant in own {
                for audience in &every {
                    let known =
                        |known: &fapi::ClientGrant| known.audience == *audience && known.subject_type == grant.subject_type;
                    if !client.terms.grants.iter().any(known) {
                        let copy = fapi::ClientGrant::new(audience.clone(), grant.subject_type, GrantedScopes::All);
                        client.terms.grants.push(copy);
                    }
                }
            }
        }
    }),
    habit("grant-of-another-subject", "takes a client grant as a client for one for users", &ocp::acc::GRANT_NEEDED, |config| {
        copied(config, SubjectType::Client, SubjectType::User);
    }),
    habit("grant-of-users", "takes a client grant for users for one as a client", &ocp::acc::GRANT_NEEDED, |config| {
        copied(config, SubjectType::User, SubjectType::Client);
    }),
    habit("empty-grant-is-all", "takes a client grant without scopes for one with all of them", &ocp::acc::EMPTY, |config| {
        for grant in config.clients.iter_mut().flat_map(|client| &mut client.terms.grants) {
            if matches!(&grant.scopes, GrantedScopes::These(scope) if scope.is_empty()) {
                grant.scopes = GrantedScopes::All;
            }
        }
    }),
    habit("grant-is-all", "takes every client grant for users for one with all scopes", &ocp::acc::CEILING, |config| {
        let grants = config.clients.iter_mut().flat_map(|client| &mut client.terms.grants);
        grants.filter(|grant| grant.subject_type == SubjectType::User).for_each(|grant| grant.scopes = GrantedScopes::All);
    }),
    habit("all-is-nothing", "takes a client grant for all scopes for one with the first", &ocp::acc::ALL_SCOPES, |config| {
        for grant in config.clients.iter_mut().flat_map(|client| &mut client.terms.grants) {
            if grant.scopes == GrantedScopes::All && grant.audience.ends_with("payments") {
                grant.scopes = "read:payments".parse().unwrap_or_default();
            }
        }
    }),
    habit(
        "any-organization",
        "takes every organization of the server for one of the client grant",
        &ocp::acc::ORGANIZATIONS,
        |config| {
            let grants = config.clients.iter_mut().flat_map(|client| &mut client.terms.grants);
            grants.filter(|grant| grant.organization_usage != Usage::Deny).for_each(|grant| grant.allow_any_organization = true);
        },
    ),
    habit("organization-optional", "serves without an organization where one is required", &ocp::acc::ORGANIZATIONS, |config| {
        let grants = config.clients.iter_mut().flat_map(|client| &mut client.terms.grants);
        grants
            .filter(|grant| grant.organization_usage == Usage::Require)
            .for_each(|grant| grant.organization_usage = Usage::Allow);
    }),
    habit("organization-denied", "serves an organization where the client grant denies it", &ocp::acc::ORGANIZATIONS, |config| {
        let grants = config.clients.iter_mut().flat_map(|client| &mut client.terms.grants);
        for grant in grants.filter(|grant| grant.subject_type == SubjectType::Client && grant.organization_usage == Usage::Deny) {
            (grant.organization_usage, grant.allow_any_organization) = (Usage::Allow, true);
        }
    }),
    habit("denied-is-grant", "takes deny_all for require_client_grant", &ocp::acc::DENIED, |config| {
        for api in &mut config.apis {
            for policy in [&mut api.api.access.user, &mut api.api.access.client] {
                if *policy == AccessPolicy::DenyAll {
                    *policy = AccessPolicy::RequireClientGrant;
                }
            }
        }
    }),
    habit("open-needs-grant", "wants a client grant where the API is open", &ocp::acc::OPEN, |config| {
        config.apis.iter_mut().for_each(|api| {
            if api.api.access.user == AccessPolicy::AllowAll {
                api.api.access.user = AccessPolicy::RequireClientGrant;
            }
        });
    }),
    habit("permissions-of-all-apis", "gives a user who is permitted one scope all of the API", &ocp::api::ROLES, |config| {
        let every: Vec<_> = config.apis.iter().map(|api| (api.api.identifier.clone(), api.api.scopes.scope().clone())).collect();
        for user in &mut config.users {
            for (api, scope) in &every {
                user.permissions.insert(api.clone(), scope.clone());
            }
        }
    }),
    habit("permissions-as-asked", "lists the first permission of a user alone", &ocp::api::PERMISSIONS, |config| {
        for scope in config.users.iter_mut().flat_map(|user| user.permissions.values_mut()) {
            let first = scope.iter().next().and_then(|token| token.parse::<Scope>().ok());
            *scope = first.unwrap_or_default();
        }
    }),
    habit("permissions-left-out", "lists no permissions in the authz dialects", &ocp::api::PERMISSIONS, |config| {
        for api in &mut config.apis {
            api.api.dialect = match api.api.dialect {
                Dialect::AccessTokenAuthz => Dialect::AccessToken,
                Dialect::Rfc9068ProfileAuthz => Dialect::Rfc9068Profile,
                other => other,
            };
        }
    }),
    habit("one-dialect", "writes every token in one dialect", &ocp::api::DIALECTS, |config| {
        config.apis.iter_mut().for_each(|api| {
            if api.api.dialect == Dialect::AccessToken {
                api.api.dialect = Dialect::Rfc9068Profile;
            }
        });
    }),
    habit("rfc9068-forgotten", "writes RFC 9068's tokens as its own", &ocp::api::RFC9068, |config| {
        config.apis.iter_mut().for_each(|api| {
            if api.api.dialect == Dialect::Rfc9068Profile {
                api.api.dialect = Dialect::AccessToken;
            }
        });
    }),
    habit("opaque", "issues references for APIs", &ocp::pipe::API_JWT, |config| {
        config.apis.iter_mut().for_each(|api| {
            if !api.api.dialect.has_permissions() && api.api.signing_alg.is_none() {
                api.api.dialect = Dialect::Opaque;
            }
        });
    }),
    habit("one-lifetime", "issues every token for an hour", &ocp::api::LIFETIME, |config| {
        config.apis.iter_mut().for_each(|api| api.api.token_lifetime = TokenLifetime::Seconds(3600));
    }),
    habit("one-algorithm", "signs every token with the algorithm that is the default", &ocp::api::ALG, |config| {
        config.apis.iter_mut().for_each(|api| {
            (api.api.signing_alg, api.api.signing_secret) = (None, None);
        });
    }),
    habit("offline-everywhere", "grants offline_access for every API", &ocp::api::OFFLINE, |config| {
        config.apis.iter_mut().for_each(|api| api.api.allow_offline_access = OfflineAccess::Allowed);
    }),
    habit("offline-nowhere", "grants offline_access for no API", &ocp::api::OFFLINE, |config| {
        config.apis.iter_mut().for_each(|api| api.api.allow_offline_access = OfflineAccess::Never);
    }),
    habit("userinfo-not-listed", "does not list userinfo in aud", &ocp::pipe::USERINFO_TOO, |config| {
        config.switches.userinfo_audience = UserinfoAudience::Implied;
    }),
    habit("resource-counts", "takes resource for audience although it is off", &ocp::ten::RESOURCE_OFF, |config| {
        config.switches.resource_parameter = true;
    }),
    habit("resource-ignored", "ignores resource although it is on", &ocp::ten::RESOURCE_ON, |config| {
        config.switches.resource_parameter = false;
    }),
    habit("default-forgotten", "has no default audience", &ocp::ten::DEFAULT_AUDIENCE, |config| config.default_audience = None),
    habit("hook-forgotten", "runs no code of its host", &ocp::api::HOOK_LAST, |config| {
        config.switches.hooks = false;
        config.hooks.clear();
    }),
    habit("hook-of-all", "runs the code for one client for all of them", &ocp::api::HOOK_LAST, |config| {
        config.hooks.iter_mut().for_each(|hook| hook.client = None);
        config.hooks.iter_mut().for_each(|hook| hook.client_metadata.clear());
    }),
    habit("metadata-forgotten", "tells its host no metadata of a client", &ocp::cli::METADATA_IN_HOOKS, |config| {
        config.clients.iter_mut().for_each(|client| client.terms.metadata.clear());
    }),
    habit("claims-at-userinfo", "puts no claims of scopes into ID tokens", &ocp::pipe::SCOPE_TWOFOLD, |config| {
        config.switches.scope_claims_in_id_token = false;
    }),
    habit("names-unknown", "knows no claim by its name", &ocp::pipe::ARBITRARY_SCOPES, |config| {
        config.users.iter_mut().for_each(|user| user.claims.retain(|(name, _)| name != "favorite_color"));
    }),
    habit("no-domain", "has no connections for third parties", &ocp::cli::DOMAIN_CONNECTION, |config| {
        config.connections.iter_mut().for_each(|connection| connection.is_domain_connection = false);
    }),
    habit("one-connection", "gives a new client the last connection alone", &ocp::cli::NEW_CONNECTIONS, |config| {
        let last = config.connections.last().map(|connection| connection.name.clone());
        for terms in config.clients.iter_mut().map(|client| &mut client.terms).filter(|terms| terms.first_party) {
            terms.connections.get_or_insert_with(|| last.iter().cloned().collect());
        }
    }),
    habit("all-conformant", "takes every client for a conformant one", &ocp::pipe::LEGACY_OPAQUE, |config| {
        config.clients.iter_mut().for_each(|client| client.terms.oidc_conformant = true);
    }),
    habit("all-legacy", "takes every client for one of the older pipeline", &ocp::pipe::PIPELINE_PER_CLIENT, |config| {
        config.clients.iter_mut().for_each(|client| client.terms.oidc_conformant = false);
    }),
    habit("first-party", "takes every client for the operator's", &ocp::cli::THIRD_PARTY_CONSENT, |config| {
        config.clients.iter_mut().for_each(|client| client.terms.first_party = true);
    }),
    habit("claims-without-scope", "puts claims of scopes nowhere", &ocp::scp::EMAIL, |config| {
        config.users.iter_mut().for_each(|user| user.claims.retain(|(name, _)| !name.starts_with("email")));
    }),
    habit("scope-optional", "takes a missing scope for all scopes", &ocp::acc::EXPLICIT_SCOPE, |config| {
        config.switches.scope_omitted = fapi::OmittedScope::All;
    }),
];

/// Every client grant for one subject, also for the other one.
fn copied(config: &mut Config, from: SubjectType, to: SubjectType) {
    for client in &mut config.clients {
        let own: Vec<_> = client.terms.grants.iter().filter(|grant| grant.subject_type == from).cloned().collect();
        for mut grant in own {
            grant.subject_type = to;
            (grant.organization_usage, grant.allow_any_organization) = (Usage::Deny, false);
            grant.organizations.clear();
            let same = |known: &fapi::ClientGrant| known.audience == grant.audience && known.subject_type == to;
            if !client.terms.grants.iter().any(same) {
                client.terms.grants.push(grant);
            }
        }
    }
}
