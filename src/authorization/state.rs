//! The life cycle of an authorization: a struct per state; transitions consume what they use up.

use super::{PromptKind, Request};
use crate::record::{Kind, Stored};
use crate::scope::Scope;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Waits at its `request_uri`. The record outlives `presentable_until`, for users who are logging in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pushed {
    pub(crate) request: Request,
    pub(crate) presentable_until: Timestamp,
}

/// Shown to one browser; settles round by round.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OpenInteraction {
    pub(crate) request: Request,
    /// The pushed request this is about, which one interaction at most concludes.
    pub(crate) pushed: Option<String>,
    /// The digest of the browser's handle.
    pub(crate) browser: String,
    /// Who is logged in.
    pub(crate) user: Option<AuthenticatedUser>,
    /// Whether the user has chosen an account in this interaction.
    #[serde(default)]
    pub(crate) selected: bool,
    /// Whether the user has been authenticated in this interaction.
    pub(crate) logged_in: bool,
    /// What the user has granted this client before.
    pub(crate) granted_before: Consent,
    /// Whether the operator vouches for the client.
    pub(crate) first_party: bool,
}

/// A user, and how and when they were authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthenticatedUser {
    pub(crate) subject: String,
    pub(crate) auth_time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
}

/// A login that outlives its interaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) user: AuthenticatedUser,
}

/// What a user has granted to a client, to be remembered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) scope: Scope,
    /// Claims that were asked for by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) claims: Vec<String>,
}

impl Consent {
    fn covers(&self, request: &Request) -> bool {
        let known = |name: &String| self.claims.contains(name);
        request.scope.is_subset(&self.scope) && request.claims.names_of_user().iter().all(known)
    }

    /// What it covers, and this consent to a request too.
    pub(crate) fn and(&self, scope: &Scope, request: &Request) -> Self {
        let mut claims = self.claims.clone();
        claims.extend(request.claims.names_of_user());
        claims.sort();
        claims.dedup();
        Self { scope: self.scope.union(scope), claims }
    }
}

/// What lies under a code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthorizationCode {
    Granted(Box<Granted>),
    Redeemed { grant: String },
}

/// Waits at its code. The record outlives `good_until`, so that a replay is known as one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Granted {
    pub(crate) request: Request,
    pub(crate) user: AuthenticatedUser,
    pub(crate) scope: Scope,
    pub(crate) issued_at: Timestamp,
    pub(crate) good_until: Timestamp,
}

impl Stored for Pushed {
    const KIND: Kind = Kind::Pushed;
}

impl Stored for OpenInteraction {
    const KIND: Kind = Kind::Interaction;
}

impl Stored for Session {
    const KIND: Kind = Kind::Session;
}

impl Stored for Consent {
    const KIND: Kind = Kind::Consent;
}

impl Stored for AuthorizationCode {
    const KIND: Kind = Kind::Code;
}

impl OpenInteraction {
    /// A user was named, authenticated just now or (`fresh` false) some time before.
    pub(crate) fn log_in(mut self, user: AuthenticatedUser, granted_before: Consent, fresh: bool) -> Self {
        self.user = Some(user);
        self.selected = true;
        self.logged_in = fresh;
        self.granted_before = granted_before;
        self
    }

    /// Whoever was logged in is not any more.
    pub(crate) fn log_out(mut self) -> Self {
        self.user = None;
        self.logged_in = false;
        self.granted_before = Consent::default();
        self
    }

    /// What is still to be found out; nothing means that it can be concluded.
    pub(crate) fn need(&self, now: Timestamp) -> Option<PromptKind> {
        let request = &self.request;
        if !self.selected && request.prompts("select_account") {
            return Some(PromptKind::SelectAccount);
        }
        let Some(user) = &self.user else { return Some(PromptKind::Login) };
        if !self.logged_in && (request.prompts("login") || !self.recent(user, now) || !request.admits_user(user)) {
            return Some(PromptKind::Login);
        }
        let remembered = self.first_party || self.granted_before.covers(request);
        if remembered && !request.prompts("consent") { None } else { Some(PromptKind::Consent) }
    }

    fn recent(&self, user: &AuthenticatedUser, now: Timestamp) -> bool {
        self.request.max_age.is_none_or(|seconds| now.since(user.auth_time) <= u64::from(seconds) && seconds != 0)
    }

    /// Ends it with a code.
    pub(crate) fn grant(self, user: AuthenticatedUser, scope: Scope, issued_at: Timestamp, lifetime: u32) -> Granted {
        Granted { request: self.request, user, scope, issued_at, good_until: issued_at.after(lifetime) }
    }
}
