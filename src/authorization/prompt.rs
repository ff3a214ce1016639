//! What the host's pages must find out, and how they answer.

use crate::entropy::{BrowserHandle, InteractionId};
use crate::exchange::{Reply, Response};
use crate::scope::Scope;
use crate::time::Timestamp;
use std::fmt;

/// What an exchange of the front channel ends in. Exhaustive.
#[derive(Clone)]
pub enum Navigation {
    /// Show a page for this prompt; its answer goes to [`answer`](crate::AuthorizationServer::answer).
    Interact(Box<Prompt>),
    /// Send this response: a redirect to the client, or an error page.
    Respond(Response),
}

/// The address of a response holds a code: it is not shown.
impl fmt::Debug for Navigation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interact(prompt) => f.debug_tuple("Interact").field(prompt).finish(),
            Self::Respond(response) => write!(f, "Respond({})", response.status()),
        }
    }
}

impl Reply for Navigation {
    fn refused(response: Response) -> Self {
        Self::Respond(response)
    }
}

/// A question to the user.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Prompt {
    /// Names the interaction; put it into the page's address.
    pub id: InteractionId,
    /// Names the browser; set it as a cookie that scripts cannot read. Only this browser can answer.
    pub browser: BrowserHandle,
    /// What is to be found out.
    pub kind: PromptKind,
    /// Who asks: the client's identifier.
    pub client_id: String,
    /// Who asks: the client's name for people.
    pub client_name: Option<String>,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What it asks for.
    pub scope: Scope,
    /// Claims it asks for by name, beside those the scope stands for.
    pub claims: Vec<String>,
    /// Who is logged in, by the host's own identifier.
    pub subject: Option<String>,
    /// Whom the client expects (`login_hint`): unverified, to fill in a form with.
    pub login_hint: Option<String>,
    /// Authentication context class references the client asks for, the preferred one first.
    pub acr_values: Vec<String>,
    /// One of these must be reached, or nothing is granted (`claims`, essential `acr`).
    pub required_acr: Vec<String>,
    /// Languages the client prefers (`ui_locales`).
    pub ui_locales: Vec<String>,
}

/// What a prompt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PromptKind {
    /// The user must log in, even if another login of theirs is known.
    Login,
    /// The user must choose among accounts, or log in.
    SelectAccount,
    /// The user must say whether, and what, the client may have.
    Consent,
}

/// What the user, or the host on their behalf, has said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserDecision {
    /// To [`PromptKind::Login`] and [`PromptKind::SelectAccount`]: who it is.
    LoggedIn(Authentication),
    /// To [`PromptKind::Consent`]: what may be given, at most what was asked for.
    Consented {
        /// The scope that is granted.
        scope: Scope,
        /// Whether the same need not be asked again.
        remember: bool,
    },
    /// To any need: no (`access_denied`).
    Denied,
}

/// A user who has just been authenticated by the host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authentication {
    /// The host's own identifier of the user; at most 255 ASCII characters.
    pub subject: String,
    /// When the user was authenticated, if that was not now: the user chose an account that was logged in before, or another
    /// provider did it. A request that asks for a login of its own, or a younger one, prompts again.
    pub auth_time: Option<Timestamp>,
    /// The authentication context class reference that was reached.
    pub acr: Option<String>,
    /// The methods that were used, by their registered names.
    pub amr: Vec<String>,
}

impl Authentication {
    /// A user of whom nothing more is said than who it is.
    pub fn of(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), auth_time: None, acr: None, amr: vec![] }
    }

    /// It happened then.
    #[must_use]
    pub fn at(mut self, auth_time: Timestamp) -> Self {
        self.auth_time = Some(auth_time);
        self
    }

    /// It reached this authentication context class reference.
    #[must_use]
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = Some(acr.into());
        self
    }

    /// It used these methods.
    #[must_use]
    pub fn amr(mut self, amr: impl IntoIterator<Item = String>) -> Self {
        self.amr = amr.into_iter().collect();
        self
    }
}
