//! Values of earlier messages, as a middle layer remembers them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::compact::Compact;
use crate::http::{Identity, Request};
use crate::target::ClientSettings;

/// Values of earlier messages.
#[derive(Default)]
pub(super) struct Memory {
    /// The client that pushed each `request_uri`.
    pub(super) pushed: HashMap<String, String>,
    /// The client that each code was issued to.
    pub(super) codes: HashMap<String, String>,
    /// All access tokens issued.
    pub(super) tokens: HashSet<String>,
    /// The issuer behind each origin that the metadata name.
    pub(super) issuers: HashMap<String, String>,
    /// The client assertions of earlier requests.
    pub(super) assertions: HashSet<String>,
    /// All refresh tokens issued.
    pub(super) refresh_tokens: HashSet<String>,
    /// The server's public keys.
    pub(super) keys: Vec<serde_json::Map<String, Value>>,
    /// The last nonce for proofs.
    pub(super) nonce: Option<String>,
    /// All nonces for proofs.
    pub(super) nonces: HashSet<String>,
    /// The last pushed request of each client: true if it had a proof, and its `dpop_jkt`.
    pub(super) bindings: HashMap<String, (bool, Option<String>)>,
    /// The thumbprint of the key that each access token is bound to.
    pub(super) bound: HashMap<String, String>,
    /// The certificate with which each access token was requested.
    pub(super) certificates: HashMap<String, Arc<Identity>>,
    /// The client that each access token was issued to.
    pub(super) owners: HashMap<String, String>,
    /// All proofs, with the turns modulo two at which they were used.
    pub(super) proofs: HashMap<String, HashSet<usize>>,
    /// The last proof for each path.
    pub(super) last_proofs: HashMap<String, String>,
    /// The number of requests with a proof.
    pub(super) turn: usize,
    /// The first successful response for each single-use value: a code, a page.
    pub(super) successes: HashMap<String, Success>,
    /// The pushed requests, in order.
    pub(super) requests: Vec<Asked>,
    /// The tokens of users, in order.
    pub(super) issued: Vec<Issued>,
    /// The subjects of ID tokens.
    pub(super) subjects: Vec<String>,
    /// The number of requests with each code at the token endpoint, and with each `request_uri` at the authorization endpoint.
    pub(super) attempts: HashMap<String, usize>,
}

/// A pushed request.
pub(super) struct Asked {
    pub(super) request_uri: String,
    pub(super) client_id: String,
    pub(super) fields: Vec<(String, String)>,
    /// The code that it led to.
    pub(super) code: Option<String>,
}

/// A token that a code led to.
pub(super) struct Issued {
    pub(super) token: String,
    pub(super) code: String,
    pub(super) client_id: String,
    pub(super) kind: Kind,
}

/// The kind of a token that a code led to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Access,
    Refresh,
    /// An access token by the refresh token.
    Refreshed,
}

impl Asked {
    /// A parameter.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// Status, header fields and body of a response.
type Success = (u16, Vec<(String, String)>, bytes::Bytes);

impl Memory {
    /// Remembers what a response holds.
    pub(super) fn learn(&mut self, request: &Request, clients: &[ClientSettings], headers: &[(String, String)], body: &[u8]) {
        let form: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        let client_id = field("client_id");
        self.assertions.extend(field("client_assertion"));
        let reply: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| reply.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some((uri, client_id)) = text("request_uri").zip(client_id) {
            self.requests.push(Asked {
                request_uri: uri.clone(),
                client_id: client_id.clone(),
                fields: form.clone(),
                code: None,
            });
            self.pushed.insert(uri, client_id);
        }
        let asked = request.url.query_pairs().find(|(name, _)| name == "request_uri").map(|(_, uri)| uri.into_owned());
        for used in field("code").into_iter().chain(asked) {
            *self.attempts.entry(used).or_default() += 1;
        }
        self.issued_for(field("code"), field("refresh_token"), &reply);
        self.tokens.extend(text("access_token"));
        self.refresh_tokens.extend(text("refresh_token"));
        if let Some(keys) = reply.get("keys").and_then(Value::as_array) {
            self.keys = keys.iter().filter_map(Value::as_object).cloned().collect();
        }
        self.learn_sender(request, text("access_token"));
        if let Some(issuer) = text("issuer") {
            let aliases = reply.get("mtls_endpoint_aliases").and_then(Value::as_object);
            let members = reply.as_object().into_iter().chain(aliases).flatten();
            let urls = members.filter_map(|(_, value)| Url::parse(value.as_str()?).ok());
            self.issuers.extend(urls.map(|url| (url.origin().ascii_serialization(), issuer.clone())));
        }
        for (name, value) in headers {
            if name == "dpop-nonce" {
                self.nonce = Some(value.clone());
                self.nonces.insert(value.clone());
            }
            let location = Some(value).filter(|_| name == "location").and_then(|value| Url::parse(value).ok());
            let Some(location) = location else { continue };
            self.answered(&location);
            let client = clients.iter().find(|client| {
                let registered = client.redirect_uri.split('?').next().unwrap_or_default();
                location.as_str().starts_with(registered)
            });
            let code = location.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
            if let Some((code, client)) = code.zip(client) {
                self.codes.insert(code, client.id.clone());
            }
        }
    }

    /// Remembers the tokens of a response to this code or refresh token.
    fn issued_for(&mut self, code: Option<String>, refresh_token: Option<String>, reply: &Value) {
        let text = |name: &str| reply.get(name).and_then(Value::as_str).map(str::to_owned);
        let by_code = code.and_then(|code| {
            let asked = self.requests.iter().find(|asked| asked.code.as_ref() == Some(&code))?;
            Some((code, asked.client_id.clone(), Kind::Access))
        });
        let by_token = || {
            let known = self.issued.iter().find(|issued| Some(&issued.token) == refresh_token.as_ref())?;
            Some((known.code.clone(), known.client_id.clone(), Kind::Refreshed))
        };
        let Some((code, client_id, kind)) = by_code.or_else(by_token) else { return };
        for (token, kind) in [(text("access_token"), kind), (text("refresh_token"), Kind::Refresh)] {
            if let Some(token) = token {
                self.issued.push(Issued { token, code: code.clone(), client_id: client_id.clone(), kind });
            }
        }
        let subject = text("id_token")
            .and_then(|token| super::opened::Compact::read(&token).claims.get("sub")?.as_str().map(str::to_owned));
        self.subjects.extend(subject);
    }

    /// Remembers the code of an authorization response. The state is the suite's own, and different for each request.
    fn answered(&mut self, location: &Url) {
        let parameter = |name: &str| location.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        let (code, state) = (parameter("code"), parameter("state"));
        let of_state = |asked: &&mut Asked| state.is_some() && asked.field("state") == state.as_deref();
        if let Some(asked) = self.requests.iter_mut().rev().find(of_state).filter(|_| code.is_some()) {
            asked.code = code;
        }
    }

    /// Remembers the proof, the certificate and the client of a request.
    fn learn_sender(&mut self, request: &Request, token: Option<String>) {
        let field = |name: &str| form_urlencoded::parse(&request.body).into_owned().find(|(field, _)| field == name);
        let assertion = field("client_assertion").map(|(_, text)| Compact::read(&text));
        let subject = assertion.and_then(|jwt| jwt.claims.get("sub").and_then(Value::as_str).map(str::to_owned));
        let client = field("client_id").map(|(_, id)| id).or(subject);
        let proof = request.headers.iter().find(|(name, _)| name == "dpop").map(|(_, text)| text.clone());
        if let Some(client) = client.clone().filter(|_| request.url.path().ends_with("/par")) {
            self.bindings.insert(client, (proof.is_some(), field("dpop_jkt").map(|(_, jkt)| jkt)));
        }
        if let Some(token) = token {
            let jkt = proof.as_ref().and_then(|text| Compact::read(text).thumbprint());
            self.bound.extend(jkt.map(|jkt| (token.clone(), jkt)));
            self.certificates.extend(request.identity.clone().map(|identity| (token.clone(), identity)));
            self.owners.extend(client.map(|client| (token, client)));
        }
        if let Some(text) = proof {
            self.proofs.entry(text.clone()).or_default().insert(self.turn % 2);
            self.last_proofs.insert(request.url.path().to_owned(), text);
            self.turn += 1;
        }
    }
}
