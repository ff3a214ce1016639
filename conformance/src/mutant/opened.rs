//! A parsed request, as a middle layer sees it, with the corrections that hide a fault from the server.

use serde_json::{Map, Value};
use url::Url;

use crate::client::form::encode;
use crate::http::Request;
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::target::ClientSettings;

use super::memory::Memory;

/// A parsed request.
pub(super) struct Opened<'a> {
    pub(super) request: Request,
    /// The form in the body, if there is one.
    pub(super) fields: Vec<(String, String)>,
    pub(super) clients: &'a [ClientSettings],
    pub(super) memory: &'a Memory,
    pub(super) now: i64,
}

impl<'a> Opened<'a> {
    pub(super) fn new(request: Request, clients: &'a [ClientSettings], memory: &'a Memory, now: i64) -> Self {
        let fields = form_urlencoded::parse(&request.body).into_owned().collect();
        Self { request, fields, clients, memory, now }
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

/// A JWT, as far as it can be parsed.
pub(super) struct Compact {
    pub(super) parts: Vec<String>,
    pub(super) header_text: String,
    pub(super) claims_text: String,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl Compact {
    pub(super) fn read(text: &str) -> Self {
        let parts: Vec<_> = text.split('.').map(str::to_owned).collect();
        let decoded = |at: usize| {
            let part = parts.get(at).map(|part| part.trim_end_matches('=')).unwrap_or_default();
            String::from_utf8_lossy(&data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap_or_default()).into_owned()
        };
        let (header_text, claims_text) = (decoded(0), decoded(1));
        let header = serde_json::from_str(&header_text).unwrap_or_default();
        let claims = serde_json::from_str(&claims_text).unwrap_or_default();
        Self { parts, header_text, claims_text, header, claims }
    }

    /// The octets of the signature.
    pub(super) fn signature(&self) -> Option<Vec<u8>> {
        data_encoding::BASE64URL_NOPAD.decode(self.parts.get(2)?.as_bytes()).ok()
    }

    /// The text that is signed.
    pub(super) fn message(&self) -> String {
        self.parts.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(".")
    }

    /// Returns true if the signature is by this key.
    pub(super) fn is_signed_by(&self, key: &SigningKey) -> bool {
        self.is_verified_by(&key.public_jwk())
    }

    fn is_verified_by(&self, key: &Map<String, Value>) -> bool {
        let Some(signature) = self.signature().filter(|_| self.parts.len() == 3) else { return false };
        let algorithm = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        keys::verifies(key, algorithm, self.message().as_bytes(), &signature).is_ok()
    }

    /// Returns true if it is signed with the key in its own header.
    pub(super) fn proves_its_key(&self) -> bool {
        self.header.get("jwk").and_then(Value::as_object).is_some_and(|jwk| self.is_verified_by(jwk))
    }

    /// Returns true if the text of an object has a member twice.
    pub(super) fn repeats(text: &str) -> bool {
        let Ok(object) = serde_json::from_str::<Map<String, Value>>(text) else { return false };
        object.keys().any(|name| text.matches(&format!("\"{name}\":")).count() > 1)
    }
}
