//! The user agent: it follows redirects and links and sends forms, with cookies, until it arrives at the client's redirect URI
//! or at a page that leads nowhere.
//!
//! No script runs. A form that a script sends as soon as its page is loaded is sent as if the script had run, and
//! `<meta http-equiv="refresh">` is followed without waiting.

#[cfg(feature = "browser")]
mod chromium;
mod cookies;
mod forms;
mod obstacle;
pub mod page;
mod plan;
mod strangers;
mod typed;
mod words;

use std::sync::Arc;

use url::Url;

use cookies::Jar;
use forms::Visit;
use page::Page;
pub(crate) use plan::remembers;

use crate::finding::Tried;
use crate::http::{Http, Reply};
use crate::target::{FormStrategy, UserStrategy};

/// A browser and its user. A clone has a copy of the cookies and shares nothing with the original.
#[derive(Clone)]
pub struct Browser {
    http: Http,
    user: Arc<UserStrategy>,
    jar: Jar,
    #[cfg(feature = "browser")]
    cookies: crate::chromium::Cookies,
}

/// The user's intention. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intention {
    /// Log in and allow.
    Approve,
    /// Refuse on the first page that has a button or link for it.
    Deny,
    /// Stop at the first page that asks for something.
    Look,
    /// Log in, and stop at the first page that asks for something else.
    LogIn,
}

/// The end of a visit. Exhaustive.
#[derive(Debug, Clone)]
pub enum Landing {
    /// The client's redirect URI.
    Callback(Callback),
    /// A page that leads nowhere, such as an error page.
    Page(Option<Reply>),
    /// A page that waits for the user.
    Waiting(Reply),
}

/// The authorization response as it reaches the client.
#[derive(Debug, Clone)]
pub struct Callback {
    /// The whole URL.
    pub url: Url,
    /// The exchange whose response led there.
    pub exchange: Option<u64>,
    /// The status codes of the redirects that answered a form.
    pub after_forms: Vec<u16>,
}

impl Browser {
    /// Creates a browser without cookies.
    pub fn new(http: Http, user: Arc<UserStrategy>) -> Self {
        Self {
            http,
            user,
            jar: Jar::default(),
            #[cfg(feature = "browser")]
            cookies: crate::chromium::Cookies::default(),
        }
    }

    /// Opens a URL and acts as the user intends, until the redirect URI or a page that leads nowhere.
    pub async fn visit(&mut self, url: Url, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
        match (self.user.clone().as_ref(), intention) {
            (UserStrategy::Form(form), _) => Visit::new(form, redirect_uri, intention).open(self, url).await,
            #[cfg(feature = "browser")]
            (UserStrategy::Browser(strategy), _) => chromium::visit(self, strategy, url, redirect_uri, intention).await,
            #[cfg(not(feature = "browser"))]
            (UserStrategy::Browser(_), _) => Err(obstacle::not_built().into()),
            (_, Intention::Look | Intention::LogIn) => {
                Visit::new(&FormStrategy::default(), redirect_uri, intention).open(self, url).await
            }
            (UserStrategy::Command(command), _) => strangers::command(command, &url, redirect_uri, intention).await,
            (UserStrategy::Manual, _) => strangers::manual(&url, redirect_uri, intention).await,
        }
    }

    /// Continues from a page that waits for the user. This browser need not be the one that loaded the page.
    pub async fn go_on(&mut self, from: &Reply, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
        let UserStrategy::Form(form) = self.user.clone().as_ref().clone() else {
            return crate::finding::skip("the pages are not driven by forms");
        };
        Visit::new(&form, redirect_uri, intention).go_on(self, from).await
    }

    /// The values of all cookies, in the order of their names.
    pub fn cookies(&self) -> String {
        self.jar.values().join(".")
    }

    /// Returns a copy of this browser without cookies.
    #[must_use]
    pub fn without_cookies(&self) -> Self {
        Self::new(self.http.clone(), self.user.clone())
    }
}

impl Landing {
    /// Describes the end of the visit for a finding.
    pub fn describe(&self) -> String {
        match self {
            Self::Callback(callback) => match callback.parameter("error") {
                Some(error) => format!("the redirect URI with error {error}"),
                None if callback.parameter("code").is_some() => "the redirect URI with a code".into(),
                None => "the redirect URI with neither code nor error".into(),
            },
            Self::Page(Some(reply)) => format!("a page with status {}", reply.status()),
            Self::Page(None) => "a page".into(),
            Self::Waiting(_) => "a page that waits for the user".into(),
        }
    }

    /// The exchange that led to the end of the visit.
    pub fn exchange(&self) -> Option<u64> {
        match self {
            Self::Callback(callback) => callback.exchange,
            Self::Page(reply) => reply.as_ref().map(Reply::number),
            Self::Waiting(reply) => Some(reply.number()),
        }
    }
}

impl Callback {
    /// Returns the query parameters, in order.
    pub fn parameters(&self) -> Vec<(String, String)> {
        self.url.query_pairs().into_owned().collect()
    }

    /// Returns the value of the first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value)
    }
}

/// Returns true if a page asks for something.
pub fn asks(reply: &Reply) -> bool {
    Page::read(&reply.text()).asks()
}

/// Returns true if a page has a button or a link that refuses.
pub fn offers_refusal(page: &Page, here: &Url, strategy: &FormStrategy) -> bool {
    plan::refusal(page, here, strategy).is_some()
}

/// Returns true if a URL is the client's redirect URI, whatever its query and fragment are.
pub fn arrived(url: &Url, redirect_uri: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|own| place(url) == place(&own))
}

/// A URL without its query.
fn place(url: &Url) -> String {
    url[..url::Position::AfterPath].to_owned()
}
