//! The front channel: presenting a pushed request and reading the response.

use serde_json::{Map, Value};
use url::Url;

use super::response::Answer;
use super::{Client, Pushed};
use crate::browser::{Browser, Intention, Landing};
use crate::finding::{Tried, skip};
use crate::http::Reply;

/// A visit to the authorization endpoint.
#[derive(Clone)]
pub struct Visit {
    client: Client,
    pushed: Pushed,
    parameters: Vec<(String, String)>,
    intention: Intention,
}

/// A code with everything that is needed to redeem it.
#[derive(Clone)]
pub struct Code {
    /// The code.
    pub code: String,
    /// The pushed request that led to it.
    pub pushed: Pushed,
    /// The exchange that delivered it.
    pub exchange: Option<u64>,
    /// The status codes of redirects that answered forms.
    pub after_forms: Vec<u16>,
    /// The claims of the ID token that came with it.
    pub id_token: Option<Map<String, Value>>,
}

impl Client {
    /// Presents a pushed request with only `client_id` and `request_uri`, or brings a request that was not pushed.
    pub fn authorize(&self, pushed: &Pushed) -> Visit {
        let presented =
            || vec![("client_id".to_owned(), self.id().to_owned()), ("request_uri".to_owned(), pushed.request_uri.clone())];
        let parameters = pushed.direct.clone().unwrap_or_else(presented);
        Visit { client: self.clone(), pushed: pushed.clone(), parameters, intention: Intention::Approve }
    }

    /// Makes an authorization request whose parameters are in the URL, with the verifier of its challenge.
    pub fn unpushed(&self, parameters: Vec<(String, String)>, verifier: String) -> Visit {
        let pushed = Pushed::of(parameters.clone(), verifier);
        Visit { client: self.clone(), pushed, parameters, intention: Intention::Approve }
    }

    /// Returns a new browser, without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http().clone(), self.target().user.clone().into())
    }
}

impl Visit {
    /// Sets a parameter of the authorization URL.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.retain(|(parameter, _)| parameter != name);
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter, even if there already is one of this name.
    #[must_use]
    pub fn duplicate(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Removes a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(parameter, _)| parameter != name);
        self
    }

    /// Makes the user refuse.
    #[must_use]
    pub fn denying(mut self) -> Self {
        self.intention = Intention::Deny;
        self
    }

    /// Makes the user stop at the first page.
    #[must_use]
    pub fn looking(mut self) -> Self {
        self.intention = Intention::Look;
        self
    }

    /// Makes the user log in and stop at the next page.
    #[must_use]
    pub fn logging_in(mut self) -> Self {
        self.intention = Intention::LogIn;
        self
    }

    /// The request, with the verifier of its challenge.
    pub fn pushed(&self) -> &Pushed {
        &self.pushed
    }

    /// The authorization URL.
    pub fn url(&self) -> Tried<Url> {
        let mut url = self.client.metadata().endpoint("authorization_endpoint")?;
        url.query_pairs_mut().extend_pairs(&self.parameters);
        Ok(url)
    }

    /// Visits the authorization URL in a new browser.
    pub async fn land(&self) -> Tried<Landing> {
        self.land_in(&mut self.client.browser()).await
    }

    /// Visits the authorization URL in this browser.
    pub async fn land_in(&self, browser: &mut Browser) -> Tried<Landing> {
        let pushed_to = self.pushed.parameter("redirect_uri").unwrap_or(&self.client.settings().redirect_uri);
        let landing = browser.visit(self.url()?, pushed_to, self.intention).await?;
        self.client.received(&self.pushed, landing).await
    }

    /// Visits the authorization URL and demands a correct response with a code.
    pub async fn code(&self) -> Tried<Code> {
        self.client.accept(&self.pushed, self.land().await?).await
    }

    /// Visits the authorization URL and demands a correct response with everything that its response type names.
    pub async fn answer(&self) -> Tried<Answer> {
        self.client.answered(&self.pushed, self.land().await?).await
    }
}

impl Client {
    /// Demands that a visit ended with a correct response to this request, with a code.
    pub async fn accept(&self, pushed: &Pushed, landing: Landing) -> Tried<Code> {
        let answer = self.answered(pushed, landing).await?;
        let Some(code) = answer.code else {
            return skip("this variant has no code");
        };
        let (pushed, callback) = (pushed.clone(), answer.callback);
        let (exchange, after_forms) = (callback.exchange, callback.after_forms);
        Ok(Code { code, pushed, exchange, after_forms, id_token: answer.id_token })
    }
}

impl Landing {
    /// The page that the visit ended on, if there is one.
    pub fn page(&self) -> Option<&Reply> {
        match self {
            Self::Page(reply) => reply.as_ref(),
            Self::Waiting(reply) => Some(reply),
            Self::Callback(_) => None,
        }
    }
}
