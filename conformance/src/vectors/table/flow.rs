//! `flow/..`: a transcript per variant of the FAPI 2.0 Security Profile, recorded by driving the library with a host in memory.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::common::{CLIENT, ISSUER, NOW, named};
use super::exchange::{CHALLENGE, REDIRECT, Request, VERIFIER, certificate};
use crate::keys::digest;
use crate::variant::{PLANS, Variant};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;
use crate::vectors::runner::{Otherwise, Recorder};

const RESOURCE: &str = "https://api.example/accounts";

/// One file per variant.
pub(super) fn files(keys: &Keys) -> Vec<File> {
    PLANS[0].variants().into_iter().zip(KINDS).map(|(variant, kind)| file(keys, variant, kind)).collect()
}

const KINDS: [&str; 12] = [
    "flow/openid_private_key_jwt_dpop",
    "flow/openid_private_key_jwt_mtls",
    "flow/openid_mtls_dpop",
    "flow/openid_mtls_mtls",
    "flow/oauth_private_key_jwt_dpop",
    "flow/oauth_private_key_jwt_mtls",
    "flow/oauth_mtls_dpop",
    "flow/oauth_mtls_mtls",
    "flow/client_credentials_private_key_jwt_dpop",
    "flow/client_credentials_private_key_jwt_mtls",
    "flow/client_credentials_mtls_dpop",
    "flow/client_credentials_mtls_mtls",
];

fn file(keys: &Keys, variant: Variant, kind: &'static str) -> File {
    File::new(
        kind,
        &[
            "A whole flow, exchange by exchange: the input, the time, the entropy (32 octets), the requests to the host in each",
            "turn with its answers, and the reply. Every exchange can be replayed alone, octet by octet.",
            "A refusal is a reply like any other here: valid means that the reply is the same.",
            "Records are specific to this library; with another store, compare the inputs and the replies.",
        ],
    )
    .flag("Flow", "the exchanges of a flow, in order")
    .group(Flow::new(keys, variant).played())
}

/// A flow while it is recorded.
struct Flow<'k> {
    keys: &'k Keys,
    variant: Variant,
    host: Recorder<'k>,
    group: Group,
    number: u8,
}

impl<'k> Flow<'k> {
    fn new(keys: &'k Keys, variant: Variant) -> Self {
        let group = Group::new()
            .gives("policy", json!(["fapi2_security"]))
            .gives("issuer", ISSUER)
            .gives("resource", "https://api.example")
            .gives("access_token_format", "jwt")
            .gives("keys", json!([named(keys, "server-eddsa", "as-1", "EdDSA")]));
        let members = Value::Object(group.members.clone()).to_string();
        let host = sure(Recorder::new(&members, |message| keys.sign("server-eddsa", "EdDSA", message)));
        Self { keys, variant, host, group, number: 0 }
    }

    fn played(mut self) -> Group {
        let mut registered = Map::new();
        registered.insert("client".into(), self.client());
        self.exchange("the client is registered", "client_registration", registered);
        let tokens = if self.variant.front_channel() { self.code() } else { self.own() };
        let token = member(&tokens, "access_token");
        let mut resource = Map::from_iter([("scope".to_owned(), json!("accounts"))]);
        resource.insert("request".into(), self.called(Request::default().set("url", RESOURCE), RESOURCE, &token));
        self.exchange("the resource is asked", "resource", resource.clone());
        if self.variant.openid() {
            let userinfo = format!("{ISSUER}/userinfo");
            let request = self.called(Request::default(), &userinfo, &token);
            self.send("the userinfo endpoint is asked", "userinfo_endpoint", request);
        }
        let mut last = token.clone();
        if self.variant.front_channel() {
            last = member(&tokens, "refresh_token");
            let refresh = Request::of(&[("grant_type", "refresh_token"), ("refresh_token", &last)]);
            let refresh = self.direct(refresh, "/token", true);
            self.send("the token is refreshed", "token_endpoint", refresh);
        }
        self.introspect("the client asks about its token", &token);
        let revoke = self.direct(Request::of(&[("token", &last)]), "/revoke", false);
        self.send("the token is revoked", "revocation_endpoint", revoke);
        self.introspect("the client asks about its token, which has ended", &token);
        resource.insert("request".into(), self.called(Request::default().set("url", RESOURCE), RESOURCE, &token));
        self.exchange("the resource refuses the token, which has ended", "resource", resource);
        self.group
    }

    fn introspect(&mut self, what: &str, token: &str) {
        let request = self.direct(Request::of(&[("token", token)]), "/introspect", false);
        self.send(what, "introspection_endpoint", request);
    }

    /// Runs a flow from the pushed request to the tokens.
    fn code(&mut self) -> Value {
        let scope = if self.variant.openid() { "openid email accounts" } else { "accounts payments" };
        let push = Request::of(&[
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("state", "a state"),
            ("nonce", "a nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let push = self.direct(push, "/par", false);
        let pushed = self.send("the request is pushed", "pushed_authorization_request_endpoint", push);
        let present = Request::of(&[("client_id", CLIENT), ("request_uri", &member(&body(&pushed), "request_uri"))]);
        let page = self.send("the browser comes", "authorization_endpoint", present.into());
        let page = self.answer("the user logs in", &page, "logged_in", "alice");
        let done = self.answer("the user agrees", &page, "consented", scope);
        let fields = done["headers"].as_array().into_iter().flatten();
        let location =
            fields.filter(|field| field[0] == "location").filter_map(|field| field[1].as_str()).next().unwrap_or_default();
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        let redeem = Request::of(&[
            ("grant_type", "authorization_code"),
            ("code", &code.unwrap_or_default()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ]);
        let redeem = self.direct(redeem, "/token", true);
        body(&self.send("the code is redeemed", "token_endpoint", redeem))
    }

    fn own(&mut self) -> Value {
        let request = self.direct(Request::of(&[("grant_type", "client_credentials"), ("scope", "accounts")]), "/token", true);
        body(&self.send("the client asks for itself", "token_endpoint", request))
    }

    fn client(&self) -> Value {
        let mut key = named(self.keys, "client-eddsa", "k1", "EdDSA");
        if !self.variant.private_key_jwt() {
            key = named(self.keys, "client-es256", "k1", "ES256");
            key.insert("x5c".into(), json!([certificate(self.keys, CLIENT)]));
        }
        let method = if self.variant.private_key_jwt() { "private_key_jwt" } else { "self_signed_tls_client_auth" };
        let grants = if self.variant.front_channel() {
            json!(["authorization_code", "refresh_token"])
        } else {
            json!(["client_credentials"])
        };
        json!({
            "client_id": CLIENT, "redirect_uris": [REDIRECT], "grant_types": grants, "token_endpoint_auth_method": method,
            "jwks": { "keys": [key] }, "dpop_bound_access_tokens": self.variant.dpop(),
            "tls_client_certificate_bound_access_tokens": !self.variant.dpop(),
        })
    }

    /// A request of the client with its credentials, and with a proof if its tokens are bound to a key.
    fn direct(&self, request: Request, path: &str, proves: bool) -> Value {
        let mut request = request.with("client_id", CLIENT);
        if self.variant.private_key_jwt() {
            let jti = format!("assertion {}", self.number);
            let claims = Value::Object(super::common::assertion_claims(&jti));
            request = request
                .with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .with("client_assertion", self.keys.jws("client-eddsa", "EdDSA", &json!({ "kid": "k1" }), &claims));
        }
        if self.variant.certificates() {
            request = request.set("certificate", certificate(self.keys, CLIENT));
        }
        if proves && self.variant.dpop() {
            request = request.header("dpop", self.proof("POST", &format!("{ISSUER}{path}"), None));
        }
        request.into()
    }

    /// A request with an access token.
    fn called(&self, request: Request, url: &str, token: &str) -> Value {
        let scheme = if self.variant.dpop() { "DPoP" } else { "Bearer" };
        let mut request = request.header("authorization", format!("{scheme} {token}"));
        if self.variant.dpop() {
            request = request.header("dpop", self.proof("GET", url, Some(token)));
        } else {
            request = request.set("certificate", certificate(self.keys, CLIENT));
        }
        request.into()
    }

    fn proof(&self, method: &str, url: &str, token: Option<&str>) -> String {
        let mut claims = json!({ "jti": format!("proof {}", self.number), "htm": method, "htu": url, "iat": NOW });
        if let Some(token) = token {
            claims["ath"] = digest(token).into();
        }
        let header = json!({ "typ": "dpop+jwt", "jwk": self.keys.public("sender-eddsa") });
        self.keys.jws("sender-eddsa", "EdDSA", &header, &claims)
    }

    fn answer(&mut self, what: &str, page: &Value, name: &str, value: &str) -> Value {
        let mut input = Map::from_iter([(name.to_owned(), json!(value))]);
        input.insert("interaction".into(), page["interaction"].clone());
        input.insert("browser".into(), page["browser"].clone());
        input.insert("request".into(), Request::default().set("method", "POST").into());
        self.exchange(what, "interaction", input)
    }

    fn send(&mut self, what: &str, endpoint: &str, request: Value) -> Value {
        self.exchange(what, endpoint, Map::from_iter([("request".to_owned(), request)]))
    }

    /// Runs an exchange and records it.
    fn exchange(&mut self, what: &str, endpoint: &str, more: Map<String, Value>) -> Value {
        self.number += 1;
        let mut input = Map::from_iter([
            ("endpoint".to_owned(), json!(endpoint)),
            ("now".to_owned(), json!(NOW + i64::from(self.number))),
            ("entropy".to_owned(), json!(BASE64URL_NOPAD.encode(&[self.number; 32]))),
        ]);
        input.extend(more);
        let (told, turns) = sure(self.host.play(&Value::Object(input.clone()).to_string()));
        let (told, turns): (Value, Value) = (read(&told), read(&turns));
        input.insert("turns".into(), turns);
        let group = std::mem::take(&mut self.group);
        self.group = group.valid("Flow", what, Value::Object(input)).output(told.clone());
        told
    }
}

fn sure<T>(done: Result<T, Otherwise>) -> T {
    done.unwrap_or_else(|error| unreachable!("the exchanges of the transcripts run: {error:?}"))
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn body(told: &Value) -> Value {
    read(told["body"].as_str().unwrap_or_default())
}

fn member(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
