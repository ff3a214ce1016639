//! Pushed authorization requests.

use super::{Client, FormRequest, values};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::keys;

/// A request that the server accepted.
#[derive(Clone)]
pub struct Pushed {
    /// Its `request_uri`.
    pub request_uri: String,
    /// The lifetime of the `request_uri`, in seconds.
    pub expires_in: u64,
    /// The PKCE verifier of its challenge.
    pub verifier: String,
    parameters: Vec<(String, String)>,
}

impl Client {
    /// Makes a complete pushed authorization request.
    pub fn push(&self) -> FormRequest {
        let verifier = keys::random();
        let settings = self.settings();
        let mut fields = vec![
            ("response_type".to_owned(), "code".to_owned()),
            ("client_id".to_owned(), self.id().to_owned()),
            ("redirect_uri".to_owned(), settings.redirect_uri.clone()),
            ("state".to_owned(), keys::random()),
            ("code_challenge".to_owned(), keys::digest(&verifier)),
            ("code_challenge_method".to_owned(), "S256".to_owned()),
        ];
        let scope = self.scope();
        if !scope.is_empty() {
            fields.push(("scope".into(), scope));
        }
        if self.variant().openid() {
            fields.push(("nonce".into(), keys::random()));
        }
        fields.extend(settings.parameters.clone());
        let mut request = FormRequest::new(self, "pushed authorization request", "pushed_authorization_request_endpoint", fields);
        request.verifier = Some(verifier);
        request
    }

    /// The scope to request from users in this variant.
    pub fn scope(&self) -> String {
        let openid = self.variant().openid();
        let wanted = self.settings().scope.split_whitespace().filter(|scope| openid || *scope != "openid");
        wanted.collect::<Vec<_>>().join(" ")
    }
}

impl FormRequest {
    /// Sends the request and demands that the server accepts it.
    pub async fn pushed(&self) -> Tried<Pushed> {
        let reply = self.send().await?;
        self.taken(&reply)
    }

    /// Checks the response to a pushed request.
    pub fn taken(&self, reply: &Reply) -> Tried<Pushed> {
        let rule = &fapi::requirement::rfc9126::PUSH_CREATED;
        let finding = |expected: &str, got: String| Finding::new(expected, got).shown_by(reply.number()).against(rule);
        if !reply.grants() {
            let error = reply.member("error").unwrap_or_else(|| reply.lack());
            let got = format!("status {} {error}", reply.status());
            return Err(finding("status 201: the pushed request is accepted", got).on_the_way(rule).into());
        }
        let client = self.client();
        if reply.status() != 201 {
            client.deviates(finding("status 201", format!("status {}", reply.status())))?;
        }
        if reply.media_type().as_deref() != Some("application/json") {
            client.deviates(finding("content type application/json", reply.header("content-type").unwrap_or("none").into()))?;
        }
        let request_uri = values::string_member(reply, "request_uri", &fapi::requirement::rfc9126::PUSH_CREATED)?;
        client.unguessable("a request_uri", values::random_part(&request_uri), reply.number())?;
        let given = reply.json().and_then(|json| json.get("expires_in").cloned());
        let expires_in = given.as_ref().and_then(serde_json::Value::as_u64).filter(|seconds| *seconds > 0);
        if expires_in.is_none() {
            let got = given.map_or("none".to_owned(), |given| given.to_string());
            client.deviates(finding("expires_in, a positive number of seconds", got))?;
        }
        let parameters = form_urlencoded::parse(&reply.exchange().body).into_owned().collect();
        Ok(Pushed {
            request_uri,
            expires_in: expires_in.unwrap_or_default(),
            verifier: self.verifier.clone().unwrap_or_default(),
            parameters,
        })
    }
}

impl Pushed {
    /// A request with these parameters that was not pushed.
    pub(super) fn of(parameters: Vec<(String, String)>, verifier: String) -> Self {
        Self { request_uri: String::new(), expires_in: 0, verifier, parameters }
    }

    /// A parameter of the pushed request.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value.as_str())
    }
}
