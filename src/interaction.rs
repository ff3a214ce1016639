//! The conversation with a user: the prompts of the library, and the answers of the host's pages.
//!
//! An authorization request either ends at once or leads to a [`Prompt`]. The host shows a page for it and gives the user's
//! [`UserDecision`] to [`answer`](crate::AuthorizationServer::answer), which may prompt again (login, then consent) until the
//! interaction ends in a response. An error that no client may be told is an [`ErrorPage`] for the user. Prompts, decisions and error
//! pages serialize, so that pages may live in another process.

use crate::delivery::ErrorPage;
use crate::entropy::{BrowserHandle, InteractionId};
use crate::exchange::Reply;
use crate::permissions::Permissions;
use crate::response::Response;
use crate::scope::Scope;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The reply of a front-channel exchange. Exhaustive.
#[derive(Clone)]
pub enum Navigation {
    /// Show a page for this prompt; its answer goes to [`answer`](crate::AuthorizationServer::answer).
    Interact(Box<Prompt>),
    /// Send this response to the client through the browser: a redirect, or a page that posts it.
    Respond(Response),
    /// Tell the user about an error that no client is told: draw a page from it, or send its [`response`](ErrorPage::response).
    Inform(Box<ErrorPage>),
}

/// The address of a response holds a code: it is not shown.
impl fmt::Debug for Navigation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interact(prompt) => f.debug_tuple("Interact").field(prompt).finish(),
            Self::Respond(response) => write!(f, "Respond({})", response.status()),
            Self::Inform(page) => f.debug_tuple("Inform").field(page).finish(),
        }
    }
}

impl Reply for Navigation {
    fn refused(response: Response) -> Self {
        Self::Respond(response)
    }

    fn told_to_user(page: ErrorPage) -> Self {
        Self::Inform(Box::new(page))
    }
}

/// A question to the user.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Inbound, Navigation, PromptKind, drive};
///
/// # let (server, host) = started()?;
/// # let request = get(REQUEST);
/// let shown = drive(&host, server.authorization_request(Inbound::new(&request), context())).reply;
/// let Navigation::Interact(prompt) = shown else { panic!("an error") };
/// assert_eq!((prompt.kind, prompt.client_id.as_str()), (PromptKind::Login, "shop"));
/// let cookie = format!("browser={}; HttpOnly; SameSite=Lax", prompt.browser.as_str());
/// let page = format!("/interaction/{}", prompt.id.as_str());
/// # let _ = (cookie, page);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Prompt {
    /// Names the interaction; put it into the page's address.
    pub id: InteractionId,
    /// Names the browser; set it as a cookie that scripts cannot read. Only this browser can answer.
    pub browser: BrowserHandle,
    /// The kind of question.
    pub kind: PromptKind,
    /// The identifier of the client that asks.
    pub client_id: String,
    /// The client's name for people.
    pub client_name: Option<String>,
    /// The redirect URI that the reply goes to.
    pub redirect_uri: Option<String>,
    /// The rights that the client asks for.
    pub permissions: Permissions,
    /// Names of all claims that are asked for one by one, those about the login included.
    pub claims: Vec<String>,
    /// The user who is logged in, by the host's own identifier.
    pub subject: Option<String>,
    /// The user whom the client expects (`login_hint`): unverified, to fill in a form with.
    pub login_hint: Option<String>,
    /// Authentication context class references the client asks for, the preferred one first.
    pub acr_values: Vec<String>,
    /// One of these must be reached, or nothing is granted (`claims`, essential `acr`).
    pub required_acr: Vec<String>,
    /// Languages the client prefers (`ui_locales`).
    pub ui_locales: Vec<String>,
    /// The [connections](crate::Settings::connections) that the page may offer: those that are enabled for the client, or the one that the
    /// request names. Empty at a server without connections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<String>,
    /// The connection that the request names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
}

/// The kind of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PromptKind {
    /// The user must log in, even if another login of theirs is known.
    Login,
    /// The user must choose among accounts, or log in.
    SelectAccount,
    /// The user must allow or refuse the client's request.
    Consent,
}

/// The answer of the user, or of the host on their behalf.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Authentication, Inbound, Navigation, PromptKind, UserDecision, drive};
///
/// # let (server, host) = started()?;
/// # let prompt = prompted(&server, &host);
/// # let request = post("");
/// let decision = UserDecision::LoggedIn(Authentication::of("alice"));
/// let inbound = Inbound::new(&request).browser(Some(&prompt.browser));
/// let shown = drive(&host, server.answer(inbound, &prompt.id, decision, context())).reply;
/// let Navigation::Interact(prompt) = shown else { panic!("an error") };
/// assert_eq!(prompt.kind, PromptKind::Consent);
/// let decision = UserDecision::consented(prompt.permissions.scope.clone(), true);
/// # let _ = decision;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserDecision {
    /// To [`PromptKind::Login`] and [`PromptKind::SelectAccount`]: the user who was authenticated.
    LoggedIn(Authentication),
    /// To [`PromptKind::Consent`]: the rights that the user allows.
    Consented(Consented),
    /// To any prompt: the user refuses (`access_denied`).
    Denied,
}

impl UserDecision {
    /// The user allows this scope; the same is not asked again if `remember` is true.
    pub fn consented(scope: Scope, remember: bool) -> Self {
        Self::Consented(Consented { remember, ..Consented::to(Permissions::of(scope)) })
    }
}

/// The rights that a user allows; at most the requested ones are granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Consented {
    /// The scope and authorization details. Claims and resources follow the request.
    pub permissions: Permissions,
    /// Remember the consent, so that the same is not asked again.
    pub remember: bool,
}

impl Consented {
    /// Consent to these rights, for this request only.
    pub fn to(permissions: Permissions) -> Self {
        Self { permissions, remember: false }
    }

    /// Remembers the consent.
    #[must_use]
    pub fn remembered(mut self) -> Self {
        self.remember = true;
        self
    }
}

/// A user who has just been authenticated by the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Authentication {
    /// The host's own identifier of the user; at most 255 ASCII characters.
    pub subject: String,
    /// The time of the authentication, if that was not now: the user chose an account that was logged in before, or another
    /// provider did it. A request that asks for a new or a more recent login prompts again. So does a login from before
    /// the user's logins were [revoked](crate::AuthorizationServer::revoke_subject) or sessions ended, and for a minute more, since
    /// clocks differ.
    pub auth_time: Option<Timestamp>,
    /// The authentication context class reference that was reached.
    pub acr: Option<String>,
    /// The methods that were used, by their registered names.
    pub amr: Vec<String>,
    /// The name of the connection that the user logged in through, at a server that has [some](crate::Settings::connections). The user is
    /// asked again if the connection is not enabled for the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
}

impl Authentication {
    /// A user of whom only the identifier is known.
    pub fn of(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), auth_time: None, acr: None, amr: vec![], connection: None }
    }

    /// Sets the time of the authentication.
    #[must_use]
    pub fn at(mut self, auth_time: Timestamp) -> Self {
        self.auth_time = Some(auth_time);
        self
    }

    /// Sets the authentication context class reference that was reached.
    #[must_use]
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = Some(acr.into());
        self
    }

    /// Sets the connection that the user logged in through.
    #[must_use]
    pub fn connection(mut self, name: impl Into<String>) -> Self {
        self.connection = Some(name.into());
        self
    }

    /// Sets the methods that were used.
    #[must_use]
    pub fn amr(mut self, amr: impl IntoIterator<Item = String>) -> Self {
        self.amr = amr.into_iter().collect();
        self
    }
}
