//! The client's end of the front channel: a checked redirect URI and the responses sent to it.

use super::html::form_post;
use super::response_mode::ResponseMode;
use crate::redirect_uri::{with_fragment, with_parameters};
use crate::response::{Response, empty, no_store, set};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};

/// A redirect URI that was checked against its client, with the members that every authorization response carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedirectTarget {
    uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    issuer: String,
    #[serde(default, skip_serializing_if = "is_default")]
    mode: ResponseMode,
}

fn is_default(mode: &ResponseMode) -> bool {
    *mode == ResponseMode::default()
}

/// An authorization response before it is encoded: parameters on their way to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorizationResponse {
    target: RedirectTarget,
    parameters: Vec<(String, String)>,
}

impl RedirectTarget {
    /// Only for `authorization/target.rs`, which checks the URI against the client's registration.
    pub(crate) fn checked(uri: String, state: Option<String>, issuer: String, mode: ResponseMode) -> Self {
        Self { uri, state, issuer, mode }
    }

    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// A response with these parameters, `state`, and `iss` (RFC 9207 §2).
    pub(crate) fn respond(&self, parameters: &[(&str, &str)]) -> AuthorizationResponse {
        let state = self.state.as_deref().map(|state| ("state", state));
        let all = parameters.iter().copied().chain(state).chain([("iss", self.issuer.as_str())]);
        let parameters = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        AuthorizationResponse { target: self.clone(), parameters }
    }
}

impl AuthorizationResponse {
    pub(crate) fn mode(&self) -> ResponseMode {
        self.target.mode
    }

    pub(crate) fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    /// The same response with one parameter in place of all: the JWT that holds them.
    pub(crate) fn signed(&self, jwt: String) -> Self {
        Self { target: self.target.clone(), parameters: vec![("response".into(), jwt)] }
    }

    /// The HTTP response: a redirect by 303 (RFC 9700 §4.12), or a page that posts the parameters.
    pub(crate) fn encode(&self) -> Response {
        let parameters: Vec<_> = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let location = match self.target.mode {
            ResponseMode::Query | ResponseMode::QueryJwt => with_parameters(&self.target.uri, &parameters),
            ResponseMode::Fragment | ResponseMode::FragmentJwt => with_fragment(&self.target.uri, &parameters),
            ResponseMode::FormPost | ResponseMode::FormPostJwt => return form_post(&self.target.uri, &parameters),
        };
        let mut response = empty(StatusCode::SEE_OTHER);
        set(&mut response, LOCATION, &location);
        no_store(&mut response);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(mode: ResponseMode) -> Response {
        let target = RedirectTarget::checked("https://app.example/cb?a=b".into(), Some("<s>".into()), "https://as".into(), mode);
        target.respond(&[("code", "c d")]).encode()
    }

    #[test]
    fn parameters_go_where_the_mode_says() {
        let location = |mode| encoded(mode).headers()["location"].to_str().unwrap_or_default().to_owned();
        let encoded_parameters = "code=c+d&state=%3Cs%3E&iss=https%3A%2F%2Fas";
        assert_eq!(location(ResponseMode::Query), format!("https://app.example/cb?a=b&{encoded_parameters}"));
        assert_eq!(location(ResponseMode::Fragment), format!("https://app.example/cb?a=b#{encoded_parameters}"));
        let page = String::from_utf8_lossy(encoded(ResponseMode::FormPost).body()).into_owned();
        assert!(page.contains(r#"action="https://app.example/cb?a=b""#), "{page}");
        assert!(page.contains(r#"name="state" value="&lt;s&gt;""#), "{page}");
    }
}
