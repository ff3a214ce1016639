//! A parsed request, as a middle layer sees it, with the corrections that hide a fault from the server.

use url::Url;

use crate::client::form::encode;
use crate::http::Request;
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::target::ClientSettings;

pub(super) use super::compact::Compact;
use super::memory::Memory;

/// A parsed request.
pub(super) struct Opened<'a> {
    pub(super) request: Request,
    /// The form in the body, if there is one.
    pub(super) fields: Vec<(String, String)>,
    pub(super) clients: &'a [ClientSettings],
    /// The identifiers of the APIs.
    pub(super) audiences: &'a [String],
    pub(super) memory: &'a Memory,
    pub(super) now: i64,
}

impl<'a> Opened<'a> {
    pub(super) fn new(request: Request, clients: &'a [ClientSettings], memory: &'a Memory, now: i64) -> Self {
        let fields = form_urlencoded::parse(&request.body).into_owned().collect();
        Self { request, fields, clients, audiences: &[], memory, now }
    }

    /// The request with the changed form.
    pub(super) fn close(mut self) -> Request {
        let before: Vec<(String, String)> = form_urlencoded::parse(&self.request.body).into_owned().collect();
        if before != self.fields {
            self.request.body = encode(&self.fields).into();
        }
        self.request
    }

    /// The last segment of the path.
    pub(super) fn endpoint(&self) -> &str {
        self.request.url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default()
    }

    /// Returns true for a form that a client sends directly to the server.
    pub(super) fn is_back_channel(&self) -> bool {
        matches!(self.endpoint(), "par" | "token" | "introspect" | "revoke")
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => *old = value.into(),
            None => self.fields.push((name.into(), value.into())),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.fields.retain(|(field, _)| field != name);
    }

    /// The parameter of a request that a client sends or writes into the address for a browser.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let asked = || self.request.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        self.field(name).map(str::to_owned).or_else(asked)
    }

    /// Puts another value in place of a parameter's, or removes the parameter.
    pub(super) fn replace(&mut self, name: &str, value: Option<&str>) {
        if self.field(name).is_some() {
            self.remove(name);
            self.fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        }
        let query: Vec<(String, String)> = self.request.url.query_pairs().into_owned().collect();
        if query.iter().any(|(known, _)| known == name) {
            let kept = query.iter().filter(|(known, _)| known != name);
            let put = value.map(|value| (name, value));
            self.request.url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(put);
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.request.headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn set_header(&mut self, name: &str, value: impl Into<String>) {
        self.remove_header(name);
        self.request.headers.push((name.into(), value.into()));
    }

    pub(super) fn remove_header(&mut self, name: &str) {
        self.request.headers.retain(|(field, _)| !field.eq_ignore_ascii_case(name));
    }

    /// Removes all fields of this name but the first one.
    pub(super) fn keep_first_header(&mut self, name: &str) {
        let first = self.request.headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).cloned();
        self.remove_header(name);
        self.request.headers.extend(first);
    }

    /// Removes all fields of this name but the last one.
    pub(super) fn keep_last_header(&mut self, name: &str) {
        let last = self.request.headers.iter().rfind(|(field, _)| field.eq_ignore_ascii_case(name)).cloned();
        self.remove_header(name);
        self.request.headers.extend(last);
    }

    /// The client that the request names.
    pub(super) fn client(&self) -> Option<&'a ClientSettings> {
        let assertion = self.field("client_assertion").map(Compact::read);
        let claimed = assertion.as_ref().and_then(|jwt| ["sub", "iss"].iter().find_map(|name| jwt.claims.get(*name)?.as_str()));
        let id = self.field("client_id").or(claimed);
        self.clients.iter().find(|client| Some(client.id.as_str()) == id)
    }

    /// Returns true if the client authenticates in another way than by certificate.
    pub(super) fn has_credential(&self) -> bool {
        self.field("client_assertion").is_some()
            || self.field("client_secret").is_some()
            || self.header("authorization").is_some()
    }

    /// Authenticates the client correctly, in place of what it sent.
    pub(super) fn authenticate(&mut self) {
        let Some(client) = self.client() else { return };
        self.authenticate_as(client);
    }

    pub(super) fn authenticate_as(&mut self, client: &ClientSettings) {
        ["client_assertion", "client_assertion_type", "client_secret"].iter().for_each(|name| self.remove(name));
        if self.endpoint() != "resource" {
            self.remove_header("authorization");
        }
        self.set("client_id", client.id.clone());
        match &client.key {
            None => self.request.identity = client.identity.clone(),
            Some(key) => {
                let claims = self.assertion(client);
                let jwt = key.kid().map_or(claims.clone(), |kid| claims.clone().header("kid", kid));
                self.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                self.set("client_assertion", jwt.sign());
            }
        }
    }

    fn assertion(&self, client: &ClientSettings) -> Jwt {
        let key = client.key.clone().unwrap_or_else(SigningKey::es256);
        let origin = self.request.url.origin().ascii_serialization();
        let issuer = self.issuer().cloned().unwrap_or(origin);
        let jwt = Jwt::new(&key, self.now).claim("iss", client.id.as_str()).claim("sub", client.id.as_str());
        jwt.claim("aud", issuer).claim("jti", keys::random()).issued(0).expires(60)
    }

    /// The issuer of the server that gets the request, if its metadata were read.
    pub(super) fn issuer(&self) -> Option<&'a String> {
        self.memory.issuers.get(&self.request.url.origin().ascii_serialization())
    }

    /// Replaces the proof by a valid one, with another key, since the client's key is not known here.
    pub(super) fn prove(&mut self) {
        let mut url: Url = self.request.url.clone();
        url.set_query(None);
        let key = SigningKey::es256();
        let jwt = Jwt::new(&key, self.now).header("typ", "dpop+jwt").proving(&key).claim("jti", keys::random());
        let jwt = jwt.claim("htm", self.request.method.as_str()).claim("htu", url.as_str()).issued(0);
        let jwt = match &self.memory.nonce {
            Some(nonce) => jwt.claim("nonce", nonce.as_str()),
            None => jwt,
        };
        self.set_header("dpop", jwt.sign());
    }
}
