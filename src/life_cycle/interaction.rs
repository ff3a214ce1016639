//! An interaction with a user: the answers so far, and the questions that are still open.

use super::request::{Asked, FrontChannel, Request};
use crate::cutoff::Moment;
use crate::interaction::PromptKind;
use crate::permissions::Permissions;
use crate::record::{Kind, Stored, parse_changed};
use crate::time::Timestamp;
use crate::user::AuthenticatedUser;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An interaction that is open in one browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenInteraction {
    pub(crate) settling: Settling,
    pub(crate) channel: FrontChannel,
    /// The pushed request behind it, which at most one interaction concludes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pushed: Option<String>,
    /// The digest of the browser's handle.
    pub(crate) browser: String,
    pub(crate) issued_at: Moment,
}

/// The questions of an interaction and their answers so far; independent of the channel of the reply.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settling {
    pub(crate) asked: Asked,
    /// The user who is logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<AuthenticatedUser>,
    /// The digest of the session that the user is logged in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<String>,
    /// The user has chosen an account in this interaction.
    pub(crate) selected: bool,
    /// The user has been authenticated in this interaction.
    pub(crate) logged_in: bool,
}

impl Stored for OpenInteraction {
    const KIND: Kind = Kind::Interaction;
    const VERSION: u32 = 2;

    /// Version 1 had no `issued_at`: it is older than any cutoff. It kept what makes a question for consent needless, which is read
    /// anew now.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        let change = |members: &mut Map<String, Value>| {
            if members.insert("issued_at".into(), 0.into()).is_some() {
                return None;
            }
            let settling = members.get_mut("settling")?.as_object_mut()?;
            settling.remove("first_party")?.as_bool()?;
            serde_json::from_value::<Permissions>(settling.remove("granted_before")?).ok().map(drop)
        };
        (version == 1).then(|| parse_changed(json, change))?
    }
}

impl OpenInteraction {
    /// The same interaction with other answers.
    pub(crate) fn with(&self, settling: Settling) -> Self {
        Self { settling, ..self.clone() }
    }

    /// The request that it began with.
    pub(crate) fn request(&self) -> Request {
        Request { asked: self.settling.asked.clone(), channel: self.channel.clone() }
    }
}

impl Settling {
    /// The next question; `None` if the interaction can be concluded. `consented` is true if the user need not be asked for
    /// consent.
    pub(crate) fn prompt(&self, now: Timestamp, consented: bool) -> Option<PromptKind> {
        let asked = &self.asked;
        if !self.selected && asked.prompts("select_account") {
            return Some(PromptKind::SelectAccount);
        }
        let Some(user) = &self.user else { return Some(PromptKind::Login) };
        if !self.logged_in && (asked.prompts("login") || !self.is_recent(user, now) || !asked.admits_user(user)) {
            return Some(PromptKind::Login);
        }
        if consented && !asked.prompts("consent") { None } else { Some(PromptKind::Consent) }
    }

    /// A user was named, and authenticated just now or (`fresh` false) some time before.
    pub(crate) fn log_in(mut self, user: AuthenticatedUser, session: String, fresh: bool) -> Self {
        self.user = Some(user);
        self.session = Some(session);
        self.selected = true;
        self.logged_in = fresh;
        self
    }

    /// Continues with another session of the same user.
    pub(crate) fn within(mut self, session: Option<&String>) -> Self {
        self.session = session.cloned();
        self
    }

    /// Forgets the user who was logged in.
    pub(crate) fn log_out(mut self) -> Self {
        self.user = None;
        self.session = None;
        self.logged_in = false;
        self
    }

    fn is_recent(&self, user: &AuthenticatedUser, now: Timestamp) -> bool {
        self.asked.max_age.is_none_or(|seconds| now.since(user.auth_time) <= u64::from(seconds) && seconds != 0)
    }
}
