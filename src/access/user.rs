//! Entitlement with what only the host knows: the permissions of a user, and the changes of the host's own code.

use super::Audience;
use super::entitlement::{Bounds, Place, Wanted, entitle};
use crate::api::SubjectType;
use crate::client::{Client, ClientTurn};
use crate::error_code::ErrorCode;
use crate::exchange::{CustomizeRequest, Customized, HookPoint, Pause, PermissionsRequest};
use crate::refusal::Refusal;
use crate::requirement::Requirement;
use crate::scope::Scope;

/// What a client gets at an audience.
pub(crate) struct Entitled {
    pub(crate) scope: Scope,
    /// Every permission of the user, for dialects that list them.
    pub(crate) permissions: Option<Scope>,
    /// The scope that the host's own code set.
    pub(crate) customized: Option<Scope>,
    /// Nothing is left because the host said so, by the permissions of the user or by its own code: a token without scope is
    /// issued, since that is the scope that the user has.
    pub(crate) emptied_by_host: bool,
}

impl Entitled {
    /// Refuses a scope that is empty for the client, whoever the user is.
    pub(crate) fn required(self, basis: &'static Requirement, code: ErrorCode, words: &'static str) -> Result<Self, Refusal> {
        basis.require(!self.scope.is_empty() || self.emptied_by_host, code, words)?;
        Ok(self)
    }
}

/// The limits at the token endpoint, before the host is asked.
pub(crate) fn bounds<'a>(
    turn: &ClientTurn<'a>,
    client: &'a Client,
    audience: Audience<'a>,
    subject_type: SubjectType,
) -> Bounds<'a> {
    Bounds {
        settings: turn.settings(),
        metadata: &client.metadata,
        terms: &client.terms,
        audience,
        subject_type,
        place: Place::Token,
        organization: None,
        consent_prompted: true,
        permissions: None,
        consented: None,
        customized: None,
    }
}

/// What a client gets for a user now. The host's own code runs when tokens are issued for the first time; later its scope is known.
pub(crate) fn of_user(
    turn: &ClientTurn<'_>,
    audience: Audience<'_>,
    subject: &str,
    wanted: Wanted<'_>,
    known: Option<&Scope>,
) -> Result<Entitled, Pause> {
    let client = turn.client.get();
    let api = audience.api();
    let needed = api.is_some_and(|api| api.enforce_policies || api.dialect.has_permissions());
    let permissions = match needed {
        true => Some(turn.facts.permissions(PermissionsRequest::new(subject, audience.identifier()))?),
        false => None,
    };
    let within = Bounds { permissions, ..bounds(turn, client, audience, SubjectType::User) };
    let first = entitle(wanted, &within)?;
    let customized = match known {
        Some(known) => Some(known.clone()),
        None if wanted.original.is_some() => None,
        None => customize(turn, audience, Some(subject), &first)?,
    };
    let scope = after_hook(first, customized.as_ref(), wanted, &within)?;
    let listed = api.filter(|api| api.dialect.has_permissions()).and(permissions);
    let emptied_by_host = is_emptied_by_host(&scope, customized.as_ref(), wanted, &within)?;
    Ok(Entitled { scope, permissions: listed.cloned(), customized, emptied_by_host })
}

/// What a client gets for itself now.
pub(crate) fn of_client(turn: &ClientTurn<'_>, wanted: Wanted<'_>, within: &Bounds<'_>) -> Result<Entitled, Pause> {
    let first = entitle(wanted, within)?;
    let customized = customize(turn, within.audience, None, &first)?;
    let scope = after_hook(first, customized.as_ref(), wanted, within)?;
    let permissions = within.audience.api().filter(|api| api.dialect.has_permissions()).map(|_| scope.clone());
    let emptied_by_host = is_emptied_by_host(&scope, customized.as_ref(), wanted, within)?;
    Ok(Entitled { scope, permissions, customized, emptied_by_host })
}

/// The scope after the host's own code, which may have set one.
fn after_hook(first: Scope, customized: Option<&Scope>, wanted: Wanted<'_>, within: &Bounds<'_>) -> Result<Scope, Refusal> {
    match customized {
        Some(_) => entitle(wanted, &Bounds { customized, ..*within }),
        None => Ok(first),
    }
}

/// Returns true if nothing is left of a scope, and something would be without the permissions of the user and the host's own code.
pub(super) fn is_emptied_by_host(
    scope: &Scope,
    customized: Option<&Scope>,
    wanted: Wanted<'_>,
    within: &Bounds<'_>,
) -> Result<bool, Refusal> {
    if !scope.is_empty() || customized.is_none() && within.permissions.is_none() {
        return Ok(false);
    }
    let without = entitle(wanted, &Bounds { permissions: None, customized: None, ..*within })?;
    Ok(!without.is_empty())
}

/// Asks the host's own code, if the server has some.
fn customize(
    turn: &ClientTurn<'_>,
    audience: Audience<'_>,
    subject: Option<&str>,
    scope: &Scope,
) -> Result<Option<Scope>, Pause> {
    if !turn.settings().switches.hooks {
        return Ok(None);
    }
    let Customized { scope, .. } = turn.facts.customize(CustomizeRequest {
        point: if subject.is_some() { HookPoint::PostLogin } else { HookPoint::ClientCredentials },
        client_id: turn.client_id().to_owned(),
        client_metadata: turn.client.terms.metadata.clone(),
        subject: subject.map(str::to_owned),
        audience: audience.identifier().to_owned(),
        scope: scope.to_string(),
    })?;
    Ok(scope.clone())
}
