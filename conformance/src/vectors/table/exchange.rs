//! Common parts of the tables of whole requests.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use super::common::{CLIENT, NOW};
use crate::vectors::der::{self, UTF8};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

pub(super) const REDIRECT: &str = "https://client.example/cb";
pub(super) const SECRET: &str = "a secret that is long enough for every purpose";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A request under construction.
#[derive(Clone, Default)]
pub(super) struct Request {
    members: Map<String, Value>,
    parameters: Vec<(String, String)>,
}

impl Request {
    pub(super) fn of(parameters: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { members: Map::new(), parameters: parameters.iter().map(owned).collect() }
    }

    /// Sets a parameter; replaces an existing one of this name.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value.into(),
            None => self.parameters.push((name.into(), value.into())),
        }
        self
    }

    /// Adds a parameter, even if there already is one of this name.
    pub(super) fn and(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Repeats this parameter with its value.
    pub(super) fn twice(self, name: &str) -> Self {
        let value = self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        self.and(name, value.unwrap_or_default())
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    /// Sets another member than `parameters`: `method`, `query`, `certificate`, `at` and so on.
    pub(super) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        let headers = self.members.entry("headers").or_insert_with(|| json!({}));
        if let Some(headers) = headers.as_object_mut() {
            headers.insert(name.into(), value.into());
        }
        self
    }

    /// Uses Basic credentials instead of those in the form.
    pub(super) fn basic(self, client: &str, secret: &str) -> Self {
        let pair = BASE64.encode(format!("{client}:{}", secret.replace(' ', "+")).as_bytes());
        self.without("client_id").without("client_secret").header("authorization", format!("Basic {pair}"))
    }

    /// Replaces the parameters by their encoded form, followed by this text.
    pub(super) fn raw(mut self, rest: &str) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.parameters).finish();
        let form = form.replace("%7B", "{").replace("%7D", "}");
        self.parameters.clear();
        self.set("body", format!("{form}{rest}"))
    }
}

impl From<Request> for Value {
    fn from(request: Request) -> Self {
        let mut members = request.members;
        if !request.parameters.is_empty() {
            let pairs: Vec<_> = request.parameters.iter().map(|(name, value)| json!([name, value])).collect();
            members.insert("parameters".into(), pairs.into());
        }
        Value::Object(members)
    }
}

/// An authorization request with this scope.
pub(super) fn authorization(scope: &str) -> Request {
    Request::of(&[
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", scope),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])
}

/// The token request that redeems the code of such a request.
pub(super) fn redeem() -> Request {
    Request::of(&[
        ("grant_type", "authorization_code"),
        ("code", "{code}"),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ])
}

/// The values of the token response that later steps use.
pub(super) const TOKENS: &[(&str, &str)] = &[("access_token", "access_token"), ("refresh_token", "refresh_token")];

/// The steps that lead to tokens: the user consents, and the code was redeemed ten seconds ago.
pub(super) fn redeemed(authorization: Request) -> [Value; 2] {
    let authorization = authorization.set("user", json!({}));
    [
        at(NOW - 12, step("authorization_endpoint", authorization, &[("code", "code")])),
        at(NOW - 10, step("token_endpoint", redeem(), TOKENS)),
    ]
}

/// An earlier request, with the names under which the tests use values of its response.
pub(super) fn step(endpoint: &str, request: Request, gives: &[(&str, &str)]) -> Value {
    let gives: Map<String, Value> = gives.iter().map(|(name, member)| ((*name).to_owned(), (*member).into())).collect();
    let mut step = json!({ "endpoint": endpoint, "request": Value::from(request) });
    if !gives.is_empty() {
        step["gives"] = gives.into();
    }
    step
}

/// The step at this time.
pub(super) fn at(time: i64, mut step: Value) -> Value {
    step["at"] = time.into();
    step
}

/// A group under these policies. The client's metadata is added to the defaults of the README.
pub(super) fn group(policy: &[&str], client: Value) -> Group {
    Group::new().gives("policy", json!(policy)).gives("now", NOW).gives("client", client).gives("client_secret", SECRET)
}

/// The output of a response: the names of all members, and the values of some.
pub(super) fn told(status: u16, names: &[&str], values: Value) -> Value {
    let mut names = names.to_vec();
    names.sort_unstable();
    json!({ "status": status, "names": names, "values": values })
}

/// A certificate for the client's key, with this common name.
pub(super) fn certificate(keys: &Keys, name: &str) -> String {
    der::certificate(keys, &[vec![der::attribute("2.5.4.3", UTF8, name.as_bytes())]])
}

/// A client that authenticates with this certificate, to which its tokens are bound.
pub(super) fn by_certificate(keys: &Keys, certificate: &str) -> Value {
    let mut key = super::common::named(keys, "client-es256", "k1", "ES256");
    key.insert("x5c".into(), json!([certificate]));
    json!({
        "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": { "keys": [key] },
        "tls_client_certificate_bound_access_tokens": true,
    })
}

/// A DPoP proof for a POST to an endpoint.
pub(super) fn proof(keys: &Keys, key: &str, algorithm: &str, jti: &str, path: &str) -> String {
    let htu = format!("{}{path}", super::common::ISSUER);
    let claims = json!({ "jti": jti, "htm": "POST", "htu": htu, "iat": super::common::NOW });
    keys.jws(key, algorithm, &json!({ "typ": "dpop+jwt", "jwk": keys.public(key) }), &claims)
}
