//! Pushed authorization requests.

use super::{Client, FormRequest, values};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::keys;

/// A request that the server took.
#[derive(Clone)]
pub struct Pushed {
    /// Its handle.
    pub request_uri: String,
    /// How long it can be used, in seconds.
    pub expires_in: u64,
    /// The PKCE verifier that goes with it.
    pub verifier: String,
    parameters: Vec<(String, String)>,
}

impl Client {
    /// A pushed authorization request with everything in it that belongs there.
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

    /// The scope that it asks users for in this variant.
    pub fn scope(&self) -> String {
        let openid = self.variant().openid();
        let wanted = self.settings().scope.split_whitespace().filter(|scope| openid || *scope != "openid");
        wanted.collect::<Vec<_>>().join(" ")
    }
}

impl FormRequest {
    /// Sends it and demands that the server takes it.
    pub async fn pushed(&self) -> Tried<Pushed> {
        let reply = self.send().await?;
        self.taken(&reply)
    }

    /// What a reply to a pushed request gives, if it is as it should be.
    pub fn taken(&self, reply: &Reply) -> Tried<Pushed> {
        let finding = |expected: &str, got: String| {
            Finding::new(expected, got).shown_by(reply.number()).against(&fapi::requirement::rfc9126::PUSH_CREATED)
        };
        if reply.status() != 201 {
            let error = reply.member("error").unwrap_or_default();
            let got = format!("status {} {error}", reply.status());
            return Err(finding("201: the pushed request is taken", got).on_the_way().into());
        }
        if reply.media_type().as_deref() != Some("application/json") {
            return Err(finding("content type application/json", reply.header("content-type").unwrap_or("none").into()).into());
        }
        let request_uri = values::string_member(reply, "request_uri", &fapi::requirement::rfc9126::PUSH_CREATED)?;
        values::unguessable("a request_uri", values::random_part(&request_uri), reply.number())?;
        let expires_in = reply.json().and_then(|json| json.get("expires_in")?.as_u64());
        let Some(expires_in) = expires_in.filter(|seconds| (5..31_536_000).contains(seconds)) else {
            return Err(finding("expires_in: a number of seconds, from 5 to less than a year", reply.text().into_owned()).into());
        };
        let parameters = form_urlencoded::parse(&reply.exchange().body).into_owned().collect();
        Ok(Pushed { request_uri, expires_in, verifier: self.verifier.clone().unwrap_or_default(), parameters })
    }
}

impl Pushed {
    /// A parameter of the pushed request.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value.as_str())
    }
}
