//! Entitlement: what is left of a requested scope, step by step, and why.

use super::Audience;
use super::offline::{Offline, offline};
use crate::api::{AccessPolicy, SubjectType};
use crate::client::{ClientGrant, ClientMetadata, ClientTerms, GrantedScopes, Usage};
use crate::error_code::ErrorCode::{self, AccessDenied, InvalidRequest, InvalidScope, UnauthorizedClient};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, ocp, rfc6749};
use crate::scope::Scope;
use crate::settings::{OmittedScope, Settings};

/// The scope that a request asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    /// The parameter `scope`.
    pub(crate) scope: Option<&'a Scope>,
    /// At a refresh: the scope that was granted first.
    pub(crate) original: Option<&'a Scope>,
}

/// The endpoint that decides: its errors differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The authorization endpoint, or the one for pushed requests.
    Authorization,
    /// The token endpoint.
    Token,
}

/// Everything that limits what a client gets.
#[derive(Clone, Copy)]
pub(crate) struct Bounds<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) metadata: &'a ClientMetadata,
    pub(crate) terms: &'a ClientTerms,
    pub(crate) audience: Audience<'a>,
    pub(crate) subject_type: SubjectType,
    pub(crate) place: Place,
    /// The organization that the request names.
    pub(crate) organization: Option<&'a str>,
    /// The user was or will be asked for consent, because the request demands that.
    pub(crate) consent_prompted: bool,
    /// The permissions that the host assigned to the user at the API, if they are known yet.
    pub(crate) permissions: Option<&'a Scope>,
    /// The scope that the user allowed.
    pub(crate) consented: Option<&'a Scope>,
    /// The scope that the host's own code put in the place of that of the API.
    pub(crate) customized: Option<&'a Scope>,
}

/// What is granted of a requested scope, with the steps that led there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entitlement {
    /// The scope that is granted; it can be empty.
    pub scope: Scope,
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

/// One step of an entitlement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// What the step looks at, in a few words.
    pub name: &'static str,
    /// The statement that it applies.
    pub basis: &'static Requirement,
    /// The scope that is left after it.
    pub left: Scope,
    /// The scope tokens that it took away.
    pub dropped: Scope,
}

/// Decides what a grant may carry at an API.
pub(crate) fn entitle(wanted: Wanted<'_>, within: &Bounds<'_>) -> Result<Scope, Refusal> {
    let mut walk = Walk { left: Scope::default(), steps: None };
    walk.go(wanted, within)?;
    Ok(walk.left)
}

/// The same, with the steps; those that were taken before a refusal are returned with it.
pub(crate) fn entitle_step_by_step(wanted: Wanted<'_>, within: &Bounds<'_>) -> (Entitlement, Result<(), Refusal>) {
    let mut walk = Walk { left: Scope::default(), steps: Some(vec![]) };
    let ended = walk.go(wanted, within);
    (Entitlement { scope: walk.left, steps: walk.steps.unwrap_or_default() }, ended)
}

struct Walk {
    left: Scope,
    /// The steps so far, if anybody wants to read them.
    steps: Option<Vec<Step>>,
}

impl Walk {
    fn go(&mut self, wanted: Wanted<'_>, within: &Bounds<'_>) -> Result<(), Refusal> {
        let api = within.audience.api();
        let ceiling = ceiling(within)?;
        self.left = asked(wanted, within, ceiling)?;
        let of_user = |token: &str| within.is_of_user(token);
        let of_api = |token: &str| api.is_some_and(|api| api.scopes.scope().contains(token));
        if let (Some(grant), SubjectType::Client) = (ceiling, within.subject_type) {
            let granted = |token: &str| of_api(token) && grant.scopes.contains(token);
            // Scopes that OpenID Connect defines are about users: they are left out below.
            let outside = self.left.iter().any(|token| !granted(token) && !within.settings.scopes.contains(token));
            ocp::acc::CLIENT_SCOPES.require(
                !outside,
                InvalidScope,
                "The scope exceeds what the client grant for this API contains.",
            )?;
        }
        self.keep("somebody defines it", &ocp::scp::MIXED, |token| of_user(token) || of_api(token));
        if let Some(registered) = &within.metadata.scope {
            self.keep("the client registered it", &rfc6749::UNAUTHORIZED_CLIENT, |token| registered.contains(token));
        }
        if let Some(grant) = ceiling {
            let (user, under) = (within.subject_type == SubjectType::User, |token: &str| grant.scopes.contains(token));
            let basis = if user { &ocp::acc::CEILING } else { &ocp::acc::CLIENT_SCOPES };
            self.keep("within the client grant", basis, |token| of_user(token) || under(token));
        }
        let roles = api.is_some_and(|api| api.enforce_policies) && within.subject_type == SubjectType::User;
        if let (true, Some(permissions)) = (roles, within.permissions) {
            self.keep("the user is permitted", &ocp::api::ROLES, |token| of_user(token) || permissions.contains(token));
        }
        if self.left.contains("offline_access") {
            let case = offline(within.audience, self.left.contains("openid"), within.consent_prompted);
            self.keep("offline access", case.basis, |token| token != "offline_access" || case.then == Offline::Kept);
        }
        if let Some(consented) = within.consented {
            self.keep("the user consented", &ocp::scp::LESS, |token| consented.contains(token));
        }
        if let Some(customized) = within.customized {
            let of_hook = customized.iter().filter(|token| of_api(token));
            let within_scope = |scope: Option<&Scope>, token: &str| scope.is_none_or(|scope| scope.contains(token));
            let narrowed = |token: &&str| {
                wanted.original.is_none() || within_scope(wanted.original, token) && within_scope(wanted.scope, token)
            };
            let replaced = Scope::of_tokens(self.left.iter().filter(|token| of_user(token)).chain(of_hook.filter(narrowed)));
            self.replace("set by the host's own code", &ocp::api::HOOK_LAST, replaced);
        }
        Ok(())
    }

    /// Keeps the tokens that a rule admits.
    fn keep(&mut self, name: &'static str, basis: &'static Requirement, rule: impl Fn(&str) -> bool) {
        if self.steps.is_none() && self.left.iter().all(&rule) {
            return;
        }
        let left = Scope::of_tokens(self.left.iter().filter(|token| !basis.broken_unless(rule(token))));
        self.replace(name, basis, left);
    }

    fn replace(&mut self, name: &'static str, basis: &'static Requirement, left: Scope) {
        if let Some(steps) = &mut self.steps {
            steps.push(Step { name, basis, dropped: self.left.difference(&left), left: left.clone() });
        }
        self.left = left;
    }
}

impl Bounds<'_> {
    /// Returns true for scope tokens that concern the user, not an API. Clients of the older pipeline ask for claims by their names.
    fn is_of_user(&self, token: &str) -> bool {
        // A scope token that the API defines is the API's, whatever else the server knows by that name.
        if self.audience.api().is_some_and(|api| api.scopes.scope().contains(token)) {
            return false;
        }
        let known = self.settings.scopes.contains(token)
            || !self.terms.oidc_conformant && self.settings.claims.iter().any(|claim| claim == token);
        self.subject_type == SubjectType::User && known
    }

    /// The error of a client that gets nothing at all.
    fn denied(&self) -> ErrorCode {
        match self.place {
            Place::Authorization => AccessDenied,
            Place::Token => UnauthorizedClient,
        }
    }
}

/// The client grant that limits the scope, if the API requires one.
fn ceiling<'a>(within: &Bounds<'a>) -> Result<Option<&'a ClientGrant>, Refusal> {
    let Some(api) = within.audience.api() else { return Ok(None) };
    let policy = api.access.of(within.subject_type);
    ocp::acc::DENIED.require(
        policy != AccessPolicy::DenyAll,
        within.denied(),
        match within.subject_type {
            SubjectType::User => "The API admits no client that acts for a user.",
            SubjectType::Client => "The API admits no client that acts for itself.",
        },
    )?;
    if policy != AccessPolicy::RequireClientGrant {
        return Ok(None);
    }
    let fits = |grant: &&ClientGrant| grant.audience == api.identifier && grant.subject_type == within.subject_type;
    let found = within.terms.grants.iter().find(fits);
    let missing = match within.subject_type {
        SubjectType::User => "The client has no client grant for users at this API.",
        SubjectType::Client => "The client has no client grant of its own at this API.",
    };
    ocp::acc::GRANT_NEEDED.require(found.is_some(), within.denied(), missing)?;
    let Some(grant) = found else { return Ok(None) };
    let empty = matches!(&grant.scopes, GrantedScopes::These(scope) if scope.is_empty());
    ocp::acc::EMPTY.require(!empty, within.denied(), "The client grant for this API contains no scope.")?;
    if within.subject_type == SubjectType::Client {
        organization(grant, within)?;
    }
    Ok(Some(grant))
}

/// The organization that a client acts for.
fn organization(grant: &ClientGrant, within: &Bounds<'_>) -> Result<(), Refusal> {
    let named = within.organization;
    let allowed = match grant.organization_usage {
        Usage::Deny => named.is_none(),
        Usage::Allow => true,
        Usage::Require => named.is_some(),
    };
    ocp::acc::ORGANIZATIONS.require(
        allowed,
        InvalidRequest,
        match named {
            Some(_) => "The client grant for this API is not for organizations.",
            None => "organization is missing; the client grant for this API is for organizations alone.",
        },
    )?;
    let Some(named) = named else { return Ok(()) };
    let known = within.settings.organizations.iter().any(|organization| organization.id == named);
    ocp::org::PARAMETER.require(known, InvalidRequest, "organization is not one of this server.")?;
    let covered = grant.allow_any_organization || grant.organizations.iter().any(|organization| organization == named);
    ocp::acc::ORGANIZATIONS.require(covered, AccessDenied, "The client grant for this API is not for this organization.")
}

/// The scope to begin with.
fn asked(wanted: Wanted<'_>, within: &Bounds<'_>, ceiling: Option<&ClientGrant>) -> Result<Scope, Refusal> {
    match (wanted.scope, wanted.original) {
        (Some(scope), Some(original)) => {
            rfc6749::REFRESH_SCOPE.require(scope.is_subset(original), InvalidScope, "scope exceeds what was granted.")?;
            Ok(scope.clone())
        }
        (Some(scope), None) => Ok(scope.clone()),
        (None, Some(original)) => Ok(original.clone()),
        (None, None) => {
            // A client that acts for itself is nobody whom `openid` could identify.
            let omitted = match (within.settings.switches.scope_omitted, within.subject_type) {
                (OmittedScope::Openid, SubjectType::Client) => OmittedScope::Refuse,
                (omitted, _) => omitted,
            };
            ocp::acc::EXPLICIT_SCOPE.require(
                ceiling.is_none() || omitted != OmittedScope::Refuse,
                InvalidScope,
                "scope is missing; a client with a client grant states it.",
            )?;
            let everything = || within.audience.api().map(|api| api.scopes.scope().clone()).unwrap_or_default();
            Ok(match (omitted, ceiling) {
                (OmittedScope::Openid, _) => Scope::of_tokens(["openid"]),
                (_, Some(grant)) => Scope::of_tokens(everything().iter().filter(|token| grant.scopes.contains(token))),
                (_, None) => everything(),
            })
        }
    }
}
