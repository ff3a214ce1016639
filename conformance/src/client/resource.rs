//! Calls to protected resources.

use std::sync::Arc;

use url::Url;

use super::form::{Proofs, differs};
use super::{Client, Place, Tokens, token};
use crate::finding::{Finding, Stop, Tried, skip};
use crate::http::{Grant, Identity, Reply, Request, Unanswered};
use crate::jwt::Jwt;
use fapi::requirement::fapi2_sp;

/// The purpose of calls.
pub const RESOURCE_REQUEST: &str = "resource request";

/// A call to a protected resource. The proof is made when it is sent.
#[derive(Clone)]
pub struct ResourceCall {
    client: Client,
    token: String,
    scheme: Option<String>,
    proofs: Proofs,
    url: Tried<Url>,
    method: String,
    body: Option<(String, String)>,
    headers: Vec<(String, String)>,
    identity: Option<Option<Arc<Identity>>>,
    title_case: bool,
}

impl Client {
    /// Calls the target's resource, or the userinfo endpoint if the target names none.
    pub fn resource(&self, tokens: &Tokens) -> ResourceCall {
        let Some(resource) = &self.target().resource else { return self.userinfo(tokens) };
        let body = resource.body.clone();
        ResourceCall { method: resource.method.clone(), body, ..self.call(tokens, Ok(resource.url.clone())) }
    }

    /// Calls the resource at this address.
    pub fn resource_at(&self, tokens: &Tokens, url: Url) -> ResourceCall {
        self.call(tokens, Ok(url))
    }

    /// Calls the userinfo endpoint.
    pub fn userinfo(&self, tokens: &Tokens) -> ResourceCall {
        let url = match self.metadata().optional_endpoint("userinfo_endpoint") {
            Some(url) if self.variant().openid() => Ok(url),
            _ => skip("the target names no resource, and this variant has no userinfo endpoint"),
        };
        self.call(tokens, url)
    }

    fn call(&self, tokens: &Tokens, url: Tried<Url>) -> ResourceCall {
        let dpop = self.variant().dpop();
        ResourceCall {
            client: self.clone(),
            token: tokens.access_token.clone(),
            scheme: Some(if dpop { "DPoP" } else { "Bearer" }.into()),
            proofs: if dpop { Proofs::Made(None) } else { Proofs::None },
            url,
            method: "GET".into(),
            body: None,
            headers: Vec::new(),
            identity: None,
            title_case: false,
        }
    }
}

impl ResourceCall {
    /// Uses another authentication scheme, or sends no `Authorization`.
    #[must_use]
    pub fn scheme(mut self, scheme: Option<&str>) -> Self {
        self.scheme = scheme.map(str::to_owned);
        self
    }

    /// Uses another method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = method.into();
        self
    }

    /// Presents another token.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Changes the DPoP proof before it is signed.
    #[must_use]
    pub fn proof(mut self, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Self {
        self.proofs = Proofs::Made(Some(Arc::new(spoil)));
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

    /// Returns a proof that would be accepted.
    pub fn good_proof(&self) -> Tried<Jwt> {
        let url = self.url.clone()?;
        Ok(self.client.proof_for(Place::Resource, &self.method, &url).claim("ath", token::access_token_hash(&self.token)))
    }

    /// Presents this certificate, or none.
    #[must_use]
    pub fn identity(mut self, identity: Option<Arc<Identity>>) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends a form.
    #[must_use]
    pub fn form(mut self, fields: &str) -> Self {
        self.body = Some(("application/x-www-form-urlencoded".into(), fields.into()));
        self
    }

    /// Adds a parameter to the URL's query.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        if let Ok(url) = &mut self.url {
            url.query_pairs_mut().append_pair(name, value);
        }
        self
    }

    /// Adds an empty query to the URL: a question mark without parameters.
    #[must_use]
    pub fn empty_query(mut self) -> Self {
        if let Ok(url) = &mut self.url {
            url.set_query(Some(""));
        }
        self
    }

    /// Writes header names in Title-Case.
    #[must_use]
    pub fn title_case(mut self) -> Self {
        self.title_case = true;
        self
    }

    /// The URL of the call.
    pub fn url(&self) -> Tried<Url> {
        self.url.clone()
    }

    /// Sends the call. A missing response is a finding.
    pub async fn send(&self) -> Tried<Reply> {
        self.attempt().await?.map_err(Stop::from)
    }

    /// Sends the call and demands that the resource serves it.
    pub async fn served(&self) -> Tried<Reply> {
        let reply = self.send().await?;
        served(&reply).map(|()| reply)
    }

    /// Sends the call and returns a missing response as `Err`. If the server demands a DPoP nonce, sends it again with the nonce,
    /// once.
    pub async fn attempt(&self) -> Tried<Result<Reply, Unanswered>> {
        let first = self.attempt_once().await?;
        let Ok(reply) = &first else { return Ok(first) };
        if let Some(nonce) = reply.header("dpop-nonce") {
            self.client.keep_nonce(Place::Resource, nonce);
        }
        let demanded = reply.headers("www-authenticate").any(|challenge| challenge.contains("use_dpop_nonce"));
        if demanded && matches!(self.proofs, Proofs::Made(_)) { self.attempt_once().await } else { Ok(first) }
    }

    async fn attempt_once(&self) -> Tried<Result<Reply, Unanswered>> {
        let anew =
            |before: &Request| -> Tried<Option<Request>> { Ok(Some(self.request()?).filter(|next| differs(before, next))) };
        Box::pin(self.client.http().send_or_repeat(self.request()?, anew)).await
    }

    fn request(&self) -> Tried<Request> {
        let url = self.url.clone()?;
        let identity = self.identity.clone().unwrap_or_else(|| self.client.identity());
        let mut request = Request::new(RESOURCE_REQUEST, &self.method, url).granted_by(Grant::Content).shown_by(identity);
        request.title_case = self.title_case;
        if let Some(scheme) = &self.scheme {
            request = request.header("authorization", format!("{scheme} {}", self.token));
        }
        let proofs = match &self.proofs {
            Proofs::None => Vec::new(),
            Proofs::Text(texts) => texts.clone(),
            Proofs::Made(None) => vec![self.good_proof()?.sign()],
            Proofs::Made(Some(spoil)) => vec![spoil(self.good_proof()?).sign()],
        };
        request.headers.extend(proofs.into_iter().map(|proof| ("dpop".to_owned(), proof)));
        request.headers.extend(self.headers.clone());
        Ok(match &self.body {
            Some((content_type, body)) => request.carrying(content_type, body.clone()),
            None => request,
        })
    }
}

/// Demands that a resource serves a call, with any status of success.
pub fn served(reply: &Reply) -> Tried<()> {
    if reply.grants() {
        return Ok(());
    }
    let challenge = reply.header("www-authenticate").map_or_else(|| reply.lack(), str::to_owned);
    let got = format!("status {} {challenge}", reply.status());
    let finding = Finding::new("success (a 2xx status) from the resource", got).shown_by(reply.number());
    Err(finding.on_the_way(&fapi2_sp::TOKEN_IN_HEADER).into())
}
