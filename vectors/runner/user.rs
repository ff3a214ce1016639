//! The user who answers the pages, as the files describe one: `alice`, who agrees to everything unless the file says otherwise.

use super::Otherwise;
use super::group::{maybe, object};
use fapi::jose::{Json, Object};
use fapi::scope::Scope;
use fapi::{Authentication, BrowserHandle, Prompt, PromptKind, Timestamp, UserDecision};

pub(super) struct User {
    authentication: Authentication,
    /// The scope to agree to, if not all of it.
    scope: Option<Scope>,
    remembers: bool,
    denies: bool,
    /// True if another browser sends the answers.
    elsewhere: bool,
    twice: bool,
}

impl User {
    /// The user of a request, if there is one.
    pub(super) fn of(request: &Object) -> Result<Option<Self>, Otherwise> {
        let Some(user) = request.get("user") else { return Ok(None) };
        let user = object(user)?;
        let flag = |name: &str| user.get(name).and_then(Json::as_bool).unwrap_or_default();
        Ok(Some(Self {
            authentication: authentication(user),
            scope: maybe(user, "scope").map(Scope::parse).transpose().map_err(Otherwise::unjudged)?,
            remembers: flag("remembers"),
            denies: flag("denies"),
            elsewhere: flag("elsewhere"),
            twice: flag("twice"),
        }))
    }

    pub(super) fn answer(&self, prompt: &Prompt) -> UserDecision {
        match prompt.kind {
            _ if self.denies => UserDecision::Denied,
            PromptKind::Consent => {
                let scope = self.scope.clone().unwrap_or_else(|| prompt.permissions.scope.clone());
                UserDecision::consented(scope, self.remembers)
            }
            _ => UserDecision::LoggedIn(self.authentication.clone()),
        }
    }

    pub(super) fn browser(&self, prompt: &Prompt) -> Option<BrowserHandle> {
        (!self.elsewhere).then(|| prompt.browser.clone())
    }

    /// Returns true if each answer is sent a second time.
    pub(super) fn answers_twice(&self) -> bool {
        self.twice
    }
}

/// The authentication of this user.
pub(super) fn authentication(user: &Object) -> Authentication {
    let mut authentication = Authentication::of(maybe(user, "subject").unwrap_or("alice"));
    if let Some(auth_time) = user.get("auth_time").and_then(Json::as_integer) {
        authentication = authentication.at(Timestamp::from_seconds(auth_time));
    }
    if let Some(acr) = maybe(user, "acr") {
        authentication = authentication.acr(acr);
    }
    match user.get("amr").and_then(Json::as_strings) {
        Some(amr) => authentication.amr(amr.into_iter().map(str::to_owned)),
        None => authentication,
    }
}
