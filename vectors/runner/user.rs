//! The user at the pages, as the files write one: `alice`, who says yes to everything, unless more is said.

use super::Otherwise;
use super::group::{maybe, object};
use fapi::jose::{Json, Object};
use fapi::scope::Scope;
use fapi::{Authentication, BrowserHandle, Prompt, PromptKind, Timestamp, UserDecision};

pub(super) struct User {
    authentication: Authentication,
    /// What to agree to, if not to everything.
    scope: Option<Scope>,
    remembers: bool,
    denies: bool,
    /// Whether it is somebody at another browser who answers.
    elsewhere: bool,
    twice: bool,
}

impl User {
    /// The user of a request, if somebody answers at all.
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

    /// Whether each answer is given a second time.
    pub(super) fn answers_twice(&self) -> bool {
        self.twice
    }
}

/// How this user has logged in.
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
