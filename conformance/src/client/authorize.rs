//! The front channel: presenting a pushed request and reading the response.

use url::Url;

use super::{Client, Pushed};
use crate::browser::{Browser, Callback, Intention, Landing};
use crate::finding::{Finding, Stop, Tried};
use crate::http::Reply;
use fapi::requirement::{Requirement, fapi2_sp, oauth2_rt, rfc6749, rfc9207};

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
}

impl Client {
    /// Presents a pushed request with only `client_id` and `request_uri`.
    pub fn authorize(&self, pushed: &Pushed) -> Visit {
        let parameters =
            vec![("client_id".to_owned(), self.id().to_owned()), ("request_uri".to_owned(), pushed.request_uri.clone())];
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
        browser.visit(self.url()?, pushed_to, self.intention).await
    }

    /// Visits the authorization URL and demands a correct response with a code.
    pub async fn code(&self) -> Tried<Code> {
        self.client.accept(&self.pushed, self.land().await?)
    }
}

impl Client {
    /// Demands that a visit ended with a correct response to this pushed request, with a code.
    pub fn accept(&self, pushed: &Pushed, landing: Landing) -> Tried<Code> {
        let callback = match landing {
            Landing::Callback(callback) => callback,
            other => {
                if let Some(obstacle) = other.obstacle(&self.target().user) {
                    return Err(obstacle.into());
                }
                return Err(no_code("a response with a code at the redirect URI", other.describe(), other.exchange()));
            }
        };
        self.check_response(pushed, &callback)?;
        let Some(code) = callback.parameter("code") else {
            let error = callback.parameter("error").unwrap_or_default();
            let got = if error.is_empty() { "no code and no error".into() } else { format!("error {error}") };
            return Err(no_code("a code at the redirect URI", got, callback.exchange));
        };
        self.unguessable("a code", &code, callback.exchange.unwrap_or_default())?;
        Ok(Code { code, pushed: pushed.clone(), exchange: callback.exchange, after_forms: callback.after_forms })
    }

    /// Checks the rules for every authorization response, including error responses.
    pub fn check_response(&self, pushed: &Pushed, callback: &Callback) -> Tried<()> {
        let at = callback.exchange;
        let parameters = callback.parameters();
        if callback.url.fragment().is_some_and(|fragment| !fragment.is_empty() && fragment != "_=_") {
            let rule = &oauth2_rt::DEFAULT_RESPONSE_MODE;
            self.deviates(front("a response in the query, without a fragment", "a fragment".into(), at, rule))?;
        }
        if let Some((name, _)) =
            parameters.iter().find(|(name, _)| parameters.iter().filter(|(other, _)| other == name).count() > 1)
        {
            let got = format!("`{name}` more than once");
            self.deviates(front("each response parameter only once", got, at, &rfc6749::NO_REPEATED_PARAMETER))?;
        }
        let sent = pushed.parameter("state").filter(|state| !state.is_empty());
        let state = callback.parameter("state");
        if state.as_deref() != sent {
            // The values differ from run to run; the exchange shows them.
            let expected = if sent.is_some() { "the state of the request" } else { "no state, since the request had none" };
            let got = if state.is_some() { "another state" } else { "no state" }.to_owned();
            let rule =
                if callback.parameter("error").is_some() { &rfc6749::STATE_ECHOED_ON_ERROR } else { &rfc6749::STATE_ECHOED };
            self.deviates(front(expected, got, at, rule))?;
        }
        let issuer = &self.target().issuer;
        match callback.parameter("iss") {
            Some(iss) if &iss == issuer => {}
            Some(iss) => {
                self.deviates(front(&format!("iss={issuer}"), format!("iss={iss}"), at, &rfc9207::ISS_AS_PUBLISHED))?;
            }
            None => self.deviates(front(&format!("iss={issuer}"), "no iss".into(), at, &fapi2_sp::RESPONSE_ISS))?,
        }
        for (name, value) in redirect_pairs(pushed, self) {
            let sent = callback.parameter(&name);
            if sent.as_ref() != Some(&value) {
                let expected = format!("the redirect URI with its own `{name}`");
                let got = if sent.is_some() { format!("another `{name}`") } else { format!("no `{name}`") };
                self.deviates(front(&expected, got, at, &rfc6749::REDIRECT_ABSOLUTE))?;
            }
        }
        Ok(())
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

fn redirect_pairs(pushed: &Pushed, client: &Client) -> Vec<(String, String)> {
    let text = pushed.parameter("redirect_uri").unwrap_or(&client.settings().redirect_uri);
    Url::parse(text).map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default()
}

fn no_code(expected: &str, got: String, exchange: Option<u64>) -> Stop {
    Finding { exchange, ..Finding::new(expected, got).on_the_way(&rfc6749::CODE_REQUEST) }.into()
}

fn front(expected: &str, got: String, exchange: Option<u64>, rule: &'static Requirement) -> Finding {
    Finding { exchange, ..Finding::new(expected, got).against(rule) }
}
