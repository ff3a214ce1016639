//! The suite's HTTP client, as the independent client crates call it.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use url::Url;

use crate::client::Client;
use crate::client::form::encode;
use crate::client::token::access_token_hash;
use crate::finding::{Finding, Stop};
use crate::http::{Answer, Reply, Request, Unanswered};
use fapi::requirement::Requirement;

/// The suite's HTTP client for an independent client crate. Clones share their state.
#[derive(Clone)]
pub(crate) struct Transport(Arc<Shared>);

struct Shared {
    /// The name of the crate in reports.
    party: &'static str,
    client: Client,
    last: AtomicU64,
    nonces: Mutex<[Option<String>; 2]>,
}

/// A request of a client crate that got no response.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unsent(String);

impl Transport {
    /// The transport of this crate, acting as this client.
    pub(crate) fn new(party: &'static str, client: &Client) -> Self {
        Self(Arc::new(Shared { party, client: client.clone(), last: AtomicU64::new(0), nonces: Mutex::default() }))
    }

    /// Returns true if it presents a client certificate.
    pub(crate) fn shows_certificate(&self) -> bool {
        self.0.client.variant().certificates() && self.0.client.settings().identity.is_some()
    }

    /// Sends a request unchanged.
    pub(crate) async fn carry(&self, request: http::Request<Bytes>) -> Result<Reply, Unsent> {
        let sent = self.0.client.http().send(self.translate(request)?).await;
        let number = match &sent {
            Ok(reply) => reply.number(),
            Err(Unanswered(exchange)) => exchange.number,
        };
        self.0.last.store(number, Ordering::Relaxed);
        sent.map_err(|Unanswered(exchange)| {
            let reason = if let Answer::Nothing(_, reason) = &exchange.answer { reason.as_str() } else { "" };
            Unsent(format!("no response to {} {}: {reason}", exchange.method, exchange.url))
        })
    }

    /// Sends a request of a crate with bearer tokens only. In DPoP variants it adds the proof and sets the scheme; if a nonce is
    /// demanded, it sends the request again, once, with a new client assertion.
    pub(crate) async fn carry_bound(&self, request: http::Request<Bytes>) -> Result<Reply, Unsent> {
        if !self.0.client.variant().dpop() || is_plain(&request) {
            return self.carry(request).await;
        }
        let reply = self.carry(self.proven(&request)?).await?;
        let Some(nonce) = reply.header("dpop-nonce") else { return Ok(reply) };
        self.nonces()[place(&request)] = Some(nonce.to_owned());
        let demanded = reply.member("error").as_deref() == Some("use_dpop_nonce")
            || reply.headers("www-authenticate").any(|challenge| challenge.contains("use_dpop_nonce"));
        if demanded { self.carry(self.proven(&self.reasserted(request))?).await } else { Ok(reply) }
    }

    /// Does the same as [`carry_bound`](Self::carry_bound) for crates that use responses of the `http` crate.
    pub(crate) async fn call(self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, Unsent> {
        let reply = self.carry_bound(request.map(Bytes::from)).await?;
        let mut response = http::Response::new(reply.body().to_vec());
        *response.status_mut() = http::StatusCode::from_u16(reply.status()).map_err(|error| Unsent(error.to_string()))?;
        *response.headers_mut() = fields(&reply);
        Ok(response)
    }

    /// The number of the last exchange; 0 if there is none.
    pub(crate) fn last(&self) -> u64 {
        self.0.last.load(Ordering::Relaxed)
    }

    /// A finding with the last exchange as its evidence.
    pub(crate) fn finding(&self, expected: &str, got: String, rule: &'static Requirement) -> Stop {
        let finding = Finding::new(expected, got).against(rule);
        match self.last() {
            0 => finding.into(),
            number => finding.shown_by(number).into(),
        }
    }

    /// A finding that the crate failed to do something, with its error. A crate may want more than the specifications, so at others' servers
    /// this is advice: scenarios of the suite's own judge the same responses.
    pub(crate) fn failed(&self, deed: &str, rule: &'static Requirement, error: &dyn Error) -> Stop {
        let last = self.last();
        let is_lost = self.0.client.http().exchanges().iter().any(|exchange| exchange.number == last && exchange.is_lost());
        match self.finding(&format!("{} to {deed}", self.0.party), chain(error), rule) {
            Stop::Failed(finding) if is_lost => finding.of_silence().into(),
            Stop::Failed(finding) if !self.0.client.target().instance.strict() => finding.as_advice().into(),
            stop => stop,
        }
    }

    fn translate(&self, request: http::Request<Bytes>) -> Result<Request, Unsent> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string()).map_err(|error| Unsent(format!("{}: {error}", head.uri)))?;
        let purpose = format!("{}: {}", self.0.party, self.place_name(&url));
        let client = &self.0.client;
        let identity = client.settings().identity.clone().filter(|_| client.variant().certificates());
        let mut translated = Request::new(&purpose, head.method.as_str(), url).shown_by(identity);
        for (name, value) in &head.headers {
            translated = translated.header(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        translated.body = body;
        Ok(translated)
    }

    /// The name of this URL in the metadata.
    fn place_name(&self, url: &Url) -> String {
        let document = &self.0.client.metadata().document;
        let aliases = document.get("mtls_endpoint_aliases");
        let members = [Some(document), aliases].into_iter().flatten().filter_map(|object| object.as_object()).flatten();
        let named =
            members.filter(|(_, value)| value.as_str() == Some(url.as_str())).map(|(name, _)| name.replace('_', " ")).next();
        named.unwrap_or_else(|| if url.path().contains("/.well-known/") { "metadata".into() } else { "resource".into() })
    }

    fn proven(&self, request: &http::Request<Bytes>) -> Result<http::Request<Bytes>, Unsent> {
        let unsendable = |error: http::header::InvalidHeaderValue| Unsent(error.to_string());
        let url = Url::parse(&request.uri().to_string()).map_err(|error| Unsent(error.to_string()))?;
        let mut proven = request.clone();
        let mut proof = self.0.client.proof(request.method().as_str(), &url);
        if let Some(token) = bearer(request) {
            proof = proof.claim("ath", access_token_hash(&token));
            proven.headers_mut().insert("authorization", format!("DPoP {token}").parse().map_err(unsendable)?);
        }
        if let Some(nonce) = self.nonces()[place(request)].clone() {
            proof = proof.claim("nonce", nonce);
        }
        proven.headers_mut().insert("dpop", proof.sign().parse().map_err(unsendable)?);
        Ok(proven)
    }

    fn reasserted(&self, request: http::Request<Bytes>) -> http::Request<Bytes> {
        request.map(|body| {
            let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
            if !fields.iter().any(|(name, _)| name == "client_assertion") {
                return body;
            }
            let fresh =
                |(name, value)| if name == "client_assertion" { (name, self.0.client.assertion().sign()) } else { (name, value) };
            encode(&fields.into_iter().map(fresh).collect::<Vec<_>>()).into()
        })
    }

    fn nonces(&self) -> std::sync::MutexGuard<'_, [Option<String>; 2]> {
        self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The header fields of a response, as the `http` crate represents them.
pub(crate) fn fields(reply: &Reply) -> http::HeaderMap {
    let Answer::Response { headers, .. } = &reply.exchange().answer else { return http::HeaderMap::new() };
    let typed = headers.iter().filter_map(|(name, value)| {
        Some((http::HeaderName::from_bytes(name.as_bytes()).ok()?, http::HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    let mut map = http::HeaderMap::new();
    for (name, value) in typed {
        map.append(name, value);
    }
    map
}

/// Returns true if a request neither asks for tokens nor uses one.
fn is_plain(request: &http::Request<Bytes>) -> bool {
    let asks = form_urlencoded::parse(request.body()).any(|(name, _)| name == "grant_type");
    !asks && bearer(request).is_none()
}

fn bearer(request: &http::Request<Bytes>) -> Option<String> {
    let (scheme, token) = request.headers().get("authorization")?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.to_owned())
}

/// The place of a request's nonces: 0 for the authorization server, 1 for the resource server.
fn place(request: &http::Request<Bytes>) -> usize {
    usize::from(bearer(request).is_some())
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        source = inner.source();
    }
    text
}
