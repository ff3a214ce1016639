//! Back-channel requests: pushed, token, introspection and revocation requests.

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::{Client, Place};
use crate::finding::{Stop, Tried};
use crate::http::{Grant, Identity, Reply, Request, Unanswered};
use crate::jwt::{Jwt, Received};
use crate::variant::Authentication;

/// The `client_assertion_type` of JWTs.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A change to a JWT before it is signed.
pub type Spoil = Arc<dyn Fn(Jwt) -> Jwt + Send + Sync>;

/// A form request to a back-channel endpoint. Assertion and proof are made when it is sent.
#[derive(Clone)]
pub struct FormRequest {
    client: Client,
    purpose: &'static str,
    url: Tried<Url>,
    grant: Grant,
    fields: Vec<(String, String)>,
    edits: Vec<Edit>,
    authenticator: Option<Client>,
    assertion: Assertion,
    proofs: Proofs,
    identity: Option<Option<Arc<Identity>>>,
    method: String,
    headers: Vec<(String, String)>,
    content_type: Option<String>,
    body: Option<Bytes>,
    pub(super) verifier: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) state: Option<String>,
}

#[derive(Clone)]
enum Edit {
    Set(String, String),
    Add(String, String),
    Remove(String),
}

#[derive(Clone)]
enum Assertion {
    Made(Option<Spoil>),
    Text(String),
}

#[derive(Clone)]
pub(super) enum Proofs {
    None,
    Made(Option<Spoil>),
    Text(Vec<String>),
}

impl FormRequest {
    /// Makes a request of this client to this endpoint.
    pub(super) fn new(client: &Client, purpose: &'static str, endpoint: &str, fields: Vec<(String, String)>) -> Self {
        Self {
            client: client.clone(),
            purpose,
            url: client.metadata().endpoint(endpoint),
            grant: granted_by(endpoint),
            fields,
            edits: Vec::new(),
            authenticator: Some(client.clone()),
            assertion: Assertion::Made(None),
            proofs: Proofs::None,
            identity: None,
            method: "POST".into(),
            headers: Vec::new(),
            content_type: Some("application/x-www-form-urlencoded".into()),
            body: None,
            verifier: None,
            nonce: None,
            state: None,
        }
    }

    /// Sets a field; the fields of client authentication may be set too.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.edits.push(Edit::Set(name.into(), value.into()));
        self
    }

    /// Removes a field; the fields of client authentication may be removed too.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.edits.push(Edit::Remove(name.into()));
        self
    }

    /// Adds a field, even if there already is one of this name.
    #[must_use]
    pub fn duplicate(mut self, name: &str, value: impl Into<String>) -> Self {
        self.edits.push(Edit::Add(name.into(), value.into()));
        self
    }

    /// Changes the client assertion before it is signed.
    #[must_use]
    pub fn assertion(mut self, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Self {
        self.assertion = Assertion::Made(Some(Arc::new(spoil)));
        self
    }

    /// Sends this text as client assertion.
    #[must_use]
    pub fn assertion_text(mut self, text: impl Into<String>) -> Self {
        self.assertion = Assertion::Text(text.into());
        self
    }

    /// Sends neither assertion nor certificate.
    #[must_use]
    pub fn unauthenticated(mut self) -> Self {
        self.authenticator = None;
        self.identity = Some(None);
        self
    }

    /// Authenticates as another client.
    #[must_use]
    pub fn authenticated_as(mut self, other: &Client) -> Self {
        self.authenticator = Some(other.clone());
        self
    }

    /// Sends a DPoP proof, after changing it before it is signed.
    #[must_use]
    pub fn proof(mut self, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Self {
        self.proofs = Proofs::Made(Some(Arc::new(spoil)));
        self
    }

    /// Sends a DPoP proof in variants that use DPoP.
    pub(super) fn with_proof(mut self) -> Self {
        self.proofs = if self.client.variant().dpop() { Proofs::Made(None) } else { Proofs::None };
        self
    }

    /// Sends each of these texts in a separate DPoP header.
    #[must_use]
    pub fn proof_texts(mut self, texts: Vec<String>) -> Self {
        self.proofs = Proofs::Text(texts);
        self
    }

    /// Sends no DPoP proof.
    #[must_use]
    pub fn without_proof(mut self) -> Self {
        self.proofs = Proofs::None;
        self
    }

    /// Presents this certificate, or none.
    #[must_use]
    pub fn identity(mut self, identity: Option<Arc<Identity>>) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Uses another method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = method.into();
        self
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends another content type, or none.
    #[must_use]
    pub fn content_type(mut self, content_type: Option<&str>) -> Self {
        self.content_type = content_type.map(str::to_owned);
        self
    }

    /// Sends these bytes instead of the form.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends the form in the query, with an empty body.
    #[must_use]
    pub fn in_query(mut self) -> Self {
        let form = encode(&self.complete_fields());
        if let Ok(url) = &mut self.url {
            url.set_query(Some(&form));
        }
        self.content_type = None;
        self.body(Bytes::new())
    }

    /// The client that sends the request.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The URL of the endpoint.
    pub fn url(&self) -> Tried<Url> {
        self.url.clone()
    }

    /// The fields that would be sent now.
    pub fn complete_fields(&self) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        if let Some(client) = &self.authenticator {
            if !fields.iter().any(|(name, _)| name == "client_id") {
                fields.push(("client_id".into(), client.id().into()));
            }
            if client.variant().client_authentication() == Some(Authentication::PrivateKeyJwt) {
                fields.push(("client_assertion_type".into(), ASSERTION_TYPE.into()));
                fields.push(("client_assertion".into(), self.assertion_now(client)));
            }
            // Where variants do not say how clients authenticate, each does so with the secret that it has.
            if let (None, Some(secret)) = (client.variant().client_authentication(), &client.settings().secret) {
                fields.push(("client_secret".into(), secret.clone()));
            }
        }
        for edit in &self.edits {
            match edit {
                Edit::Add(name, value) => fields.push((name.clone(), value.clone())),
                Edit::Remove(name) => fields.retain(|(field, _)| field != name),
                Edit::Set(name, value) => match fields.iter_mut().find(|(field, _)| field == name) {
                    Some(field) => field.1.clone_from(value),
                    None => fields.push((name.clone(), value.clone())),
                },
            }
        }
        fields
    }

    /// Sends the request. A missing response is a finding.
    pub async fn send(&self) -> Tried<Reply> {
        self.attempt().await?.map_err(Stop::from)
    }

    /// Sends the request and returns a missing response as `Err`. If the server demands a DPoP nonce, sends it again with the
    /// nonce, once.
    pub async fn attempt(&self) -> Tried<Result<Reply, Unanswered>> {
        let first = self.attempt_once().await?;
        let Ok(reply) = &first else { return Ok(first) };
        if let Some(nonce) = reply.header("dpop-nonce") {
            self.client.keep_nonce(Place::Server, nonce);
        }
        let demanded = reply.member("error").as_deref() == Some("use_dpop_nonce");
        if demanded && matches!(self.proofs, Proofs::Made(_)) { self.attempt_once().await } else { Ok(first) }
    }

    async fn attempt_once(&self) -> Tried<Result<Reply, Unanswered>> {
        let request = self.request()?;
        let anew = |before: &Request| -> Tried<Option<Request>> {
            let next = if self.is_spent() { None } else { Some(self.request()?) };
            Ok(next.filter(|next| differs(before, next)))
        };
        Box::pin(self.client.http().send_or_repeat(request, anew)).await
    }

    /// Returns true if the server may have used up what the request holds (a code or a refresh token), or if its body is fixed.
    fn is_spent(&self) -> bool {
        self.body.is_some() || self.complete_fields().iter().any(|(name, _)| matches!(name.as_str(), "code" | "refresh_token"))
    }

    /// The request that would be sent now.
    pub fn request(&self) -> Tried<Request> {
        let url = self.url.clone()?;
        let fitting = || self.authenticator.as_ref().unwrap_or(&self.client).identity();
        let identity = self.identity.clone().unwrap_or_else(fitting);
        let mut request = Request::new(self.purpose, &self.method, url.clone())
            .header("accept", "application/json")
            .granted_by(self.grant)
            .shown_by(identity);
        let proofs = match &self.proofs {
            Proofs::None => Vec::new(),
            Proofs::Text(texts) => texts.clone(),
            Proofs::Made(spoil) => {
                let proof = self.client.proof_for(Place::Server, &self.method, &url);
                vec![spoil.as_ref().map_or_else(|| proof.sign(), |spoil| spoil(proof.clone()).sign())]
            }
        };
        request.headers.extend(proofs.into_iter().map(|proof| ("dpop".to_owned(), proof)));
        request.headers.extend(self.headers.clone());
        if let Some(content_type) = &self.content_type {
            request = request.header("content-type", content_type.as_str());
        }
        request.body = self.body.clone().unwrap_or_else(|| encode(&self.complete_fields()).into());
        Ok(request)
    }

    fn assertion_now(&self, client: &Client) -> String {
        match &self.assertion {
            Assertion::Text(text) => text.clone(),
            Assertion::Made(None) => client.assertion().sign(),
            Assertion::Made(Some(spoil)) => spoil(client.assertion()).sign(),
        }
    }
}

/// How the responses of an endpoint grant what is asked for.
fn granted_by(endpoint: &str) -> Grant {
    match endpoint {
        "pushed_authorization_request_endpoint" => Grant::Member("request_uri"),
        "token_endpoint" => Grant::Member("access_token"),
        "introspection_endpoint" => Grant::Member("active"),
        _ => Grant::Content,
    }
}

/// Returns true if no assertion and no proof of a request is one that was sent before: each has a `jti` of its own.
pub(super) fn differs(before: &Request, next: &Request) -> bool {
    let used = jwts(before);
    jwts(next).iter().zip(&used).all(|(next, before)| matches!((next, before), (Some(next), Some(before)) if next != before))
}

/// The `jti` of each assertion and proof of a request.
fn jwts(request: &Request) -> Vec<Option<String>> {
    let fields = form_urlencoded::parse(&request.body).into_owned();
    let assertions = fields.filter(|(name, _)| matches!(name.as_str(), "client_assertion" | "request"));
    let proofs = request.headers.iter().filter(|(name, _)| name == "dpop").cloned();
    let jti = |(_, text): (String, String)| Received::parse(&text).ok()?.claims.get("jti")?.as_str().map(str::to_owned);
    assertions.chain(proofs).map(jti).collect()
}

/// Encodes a form.
pub fn encode(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
