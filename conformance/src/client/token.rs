//! Token requests and their responses; introspection and revocation requests.

use serde_json::{Map, Value};

use super::id_token::{Expected, wrong_hashes};
use super::{Client, Code, FormRequest, values};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::keys;
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc9449};

/// Tokens that the server issued.
#[derive(Clone)]
pub struct Tokens {
    /// The access token.
    pub access_token: String,
    /// The refresh token, if the response has one.
    pub refresh_token: Option<String>,
    /// The claims of the ID token, if the response has one. It is verified.
    pub id_token: Option<Map<String, Value>>,
    /// The scope, if the response names one.
    pub scope: Option<String>,
    /// The lifetime, in seconds.
    pub expires_in: Option<u64>,
    /// The response that has them.
    pub reply: Reply,
}

impl Client {
    /// Redeems a code.
    pub fn redeem(&self, code: &Code) -> FormRequest {
        let redirect_uri = code.pushed.parameter("redirect_uri").unwrap_or(&self.settings().redirect_uri);
        self.token(
            "token request",
            &[
                ("grant_type", "authorization_code"),
                ("code", &code.code),
                ("redirect_uri", redirect_uri),
                ("code_verifier", &code.pushed.verifier),
            ],
        )
        .expecting(code.pushed.parameter("nonce"), code.pushed.parameter("state"))
    }

    /// Makes a refresh request.
    pub fn refresh(&self, refresh_token: &str) -> FormRequest {
        self.token("refresh request", &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)])
    }

    /// Requests an access token for the client itself.
    pub fn credentials(&self) -> FormRequest {
        let request = self.token("client credentials request", &[("grant_type", "client_credentials")]);
        match &self.settings().client_scope {
            Some(scope) => request.set("scope", scope.as_str()),
            None => request,
        }
    }

    /// Makes a token request with these fields.
    pub fn token(&self, purpose: &'static str, fields: &[(&str, &str)]) -> FormRequest {
        FormRequest::new(self, purpose, "token_endpoint", owned(fields)).with_proof()
    }

    /// Makes an introspection request.
    pub fn introspect(&self, token: &str) -> FormRequest {
        FormRequest::new(self, "introspection request", "introspection_endpoint", owned(&[("token", token)]))
    }

    /// Makes a revocation request.
    pub fn revoke(&self, token: &str) -> FormRequest {
        FormRequest::new(self, "revocation request", "revocation_endpoint", owned(&[("token", token)]))
    }

    /// Returns true if the metadata has this optional endpoint.
    pub fn has_endpoint(&self, name: &str) -> bool {
        self.metadata().optional_endpoint(name).is_some()
    }
}

impl FormRequest {
    /// Sends the request and demands a correct response with tokens.
    pub async fn tokens(&self) -> Tried<Tokens> {
        let reply = self.send().await?;
        self.issued(&reply).await
    }

    /// Checks the response to a token request.
    pub async fn issued(&self, reply: &Reply) -> Tried<Tokens> {
        let client = self.client();
        let Some(json) = reply.json().filter(|_| reply.status() == 200 && reply.grants()) else {
            let error = reply.member("error").unwrap_or_else(|| reply.lack());
            let finding = Finding::new("status 200 with tokens", format!("status {} {error}", reply.status()));
            return Err(finding.shown_by(reply.number()).on_the_way(&rfc6749::TOKEN_RESPONSE).into());
        };
        if reply.media_type().as_deref() != Some("application/json") {
            let got = reply.header("content-type").unwrap_or("none").to_owned();
            client.deviates(finding("content type application/json", got, reply, &rfc6749::TOKEN_RESPONSE_SHAPE))?;
        }
        if let Some(cached) = cached(reply) {
            client.deviates(cached)?;
        }
        let access_token = values::string_member(reply, "access_token", &rfc6749::TOKEN_RESPONSE_SHAPE)?;
        client.unguessable("an access token", &access_token, reply.number())?;
        let token_type = reply.member("token_type").unwrap_or_else(|| "none".into());
        let wanted = if client.variant().dpop() { "DPoP" } else { "Bearer" };
        if !token_type.eq_ignore_ascii_case(wanted) {
            let rule = if client.variant().dpop() { &rfc9449::TOKEN_TYPE_DPOP } else { &rfc6749::TOKEN_RESPONSE_SHAPE };
            client.deviates(finding(&format!("token_type {wanted}"), token_type, reply, rule))?;
        }
        let expires_in = match json.get("expires_in") {
            None => {
                let expected = "expires_in, which RFC 6749 recommends";
                client.in_passing(finding(expected, "none".into(), reply, &rfc6749::LIFETIME_TOLD));
                None
            }
            Some(value) if value.as_u64().is_some() => value.as_u64(),
            Some(value) => {
                let got = values::kind(Some(value)).to_owned();
                client.deviates(finding("a number of seconds as expires_in", got, reply, &rfc6749::TOKEN_RESPONSE_SHAPE))?;
                None
            }
        };
        let refresh_token = reply.member("refresh_token");
        if let Some(token) = &refresh_token {
            client.unguessable("a refresh token", token, reply.number())?;
        }
        let id_token = match reply.member("id_token") {
            Some(text) if client.variant().openid() => {
                let claims = client.verify_id_token(&text, &access_token, self.nonce_expected(), reply).await?;
                if self.wants_id_token() {
                    let fields = self.complete_fields();
                    let code = fields.iter().find(|(name, _)| name == "code").map(|(_, code)| code.as_str());
                    for wrong in wrong_hashes(&text, &[("c_hash", code), ("s_hash", self.state.as_deref())], reply) {
                        client.deviates(wrong)?;
                    }
                }
                Some(claims)
            }
            Some(_) => {
                let rule = &fapi2_sp::IDENTITY_BY_OPENID;
                client.deviates(finding("no ID token without OpenID", "an ID token".into(), reply, rule))?;
                None
            }
            None if client.variant().openid() && self.wants_id_token() => {
                let got = "none".to_owned();
                client.deviates(finding(
                    "an ID token in the token response",
                    got,
                    reply,
                    &fapi::requirement::oidcc::TOKEN_RESPONSE,
                ))?;
                None
            }
            None => None,
        };
        let scope = reply.member("scope");
        Ok(Tokens { access_token, refresh_token, id_token, scope, expires_in, reply: reply.clone() })
    }

    fn expecting(mut self, nonce: Option<&str>, state: Option<&str>) -> Self {
        self.nonce = nonce.map(str::to_owned);
        self.state = state.map(str::to_owned);
        self
    }

    fn nonce_expected(&self) -> Expected<'_> {
        if self.wants_id_token() { Expected::Exactly(self.nonce.as_deref()) } else { Expected::Any }
    }

    fn wants_id_token(&self) -> bool {
        self.complete_fields().iter().any(|(name, value)| name == "grant_type" && value == "authorization_code")
    }
}

/// The `ath` of an access token.
pub fn access_token_hash(token: &str) -> String {
    keys::digest(token)
}

/// A finding, if a response may be cached.
fn cached(reply: &Reply) -> Option<Finding> {
    let fields: Vec<_> = reply.headers("cache-control").collect();
    let mut directives = fields.iter().flat_map(|field| field.split(','));
    if directives.any(|directive| directive.trim().eq_ignore_ascii_case("no-store")) {
        return None;
    }
    let got = if fields.is_empty() { "no Cache-Control".into() } else { format!("Cache-Control: {}", fields.join(", ")) };
    Some(finding("Cache-Control: no-store", got, reply, &rfc6749::NO_STORE))
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn finding(expected: &str, got: String, reply: &Reply, requirement: &'static Requirement) -> Finding {
    Finding::new(expected, got).shown_by(reply.number()).against(requirement)
}
