//! Registered APIs and applications: what an application gets for an API, by which grant, for which subject, and why.
//!
//! Requests are written in the authorization URL, so that each scenario shows all of its parameters.

pub(super) mod access;
pub(super) mod apis;
pub(super) mod audience;
pub(super) mod calls;
pub(super) mod changes;
pub(super) mod code;
pub(super) mod connections;
pub(super) mod grants;
pub(super) mod legacy;
pub(super) mod machine;
pub(super) mod offline;
pub(super) mod roles;
pub(super) mod together;

use std::collections::BTreeSet;

use fapi::requirement::{Requirement, rfc6749};
use serde_json::{Map, Value};

use crate::browser::Landing;
use crate::client::authorize::Visit;
use crate::client::{Client, Code, FormRequest, Tokens};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::jwt::Received;
use crate::keys;
use crate::session::{Session, Wire};
use crate::target::ApiSettings;
use crate::variant::{Apis, Variant};

/// 400 with any error: the clause names none.
const REFUSED: Wire = Wire::new(&[400, 403], &[]);
const INVALID_TARGET: Wire = Wire::new(&[400], &["invalid_target", "invalid_request"]);
const INVALID_SCOPE: Wire = Wire::new(&[400], &["invalid_scope"]);
const UNAUTHORIZED: Wire = Wire::new(&[400, 403], &["unauthorized_client", "access_denied"]);

fn documents(variant: &Variant) -> bool {
    variant.apis() == Some(Apis::Documents)
}

fn standards(variant: &Variant) -> bool {
    variant.apis() == Some(Apis::Standards)
}

/// Tokens, with everything that can be read of them.
struct Given {
    tokens: Tokens,
    /// The header and the claims of the access token, if it is a JWT.
    access: Option<Received>,
    json: Map<String, Value>,
}

/// An authorization request with these parameters beside those that every request has.
fn ask(client: &Client, parameters: &[(&str, &str)]) -> Visit {
    let verifier = keys::random();
    let challenge = keys::digest(&verifier);
    let (state, nonce) = (keys::random(), keys::random());
    let common = [
        ("response_type", "code"),
        ("client_id", client.id()),
        ("redirect_uri", &client.settings().redirect_uri),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let all = common.iter().chain(parameters).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    client.unpushed(all.collect(), verifier)
}

/// A code for these parameters.
async fn code(client: &Client, parameters: &[(&str, &str)]) -> Tried<Code> {
    ask(client, parameters).code().await
}

/// Tokens for these parameters.
async fn tokens(client: &Client, parameters: &[(&str, &str)]) -> Tried<Given> {
    given(&client.redeem(&code(client, parameters).await?)).await
}

/// Tokens for an API.
async fn tokens_for(client: &Client, api: &ApiSettings, scope: &str) -> Tried<Given> {
    tokens(client, &[("audience", &api.identifier), ("scope", scope)]).await
}

/// A request of a client for itself.
fn own(client: &Client, parameters: &[(&str, &str)]) -> FormRequest {
    client.token("client credentials request", &[&[("grant_type", "client_credentials")], parameters].concat())
}

/// A refresh request with these parameters.
fn refresh(client: &Client, given: &Given, parameters: &[(&str, &str)]) -> Tried<FormRequest> {
    let token = given.tokens.refresh_token.as_ref().ok_or_else(|| {
        let finding = Finding::new("a refresh token", "none").shown_by(given.number());
        finding.on_the_way(&fapi::requirement::ocp::pipe::OFFLINE_GRANTED)
    })?;
    Ok(parameters.iter().fold(client.refresh(token), |request, (name, value)| request.set(name, *value)))
}

/// Sends a request and demands tokens.
async fn given(request: &FormRequest) -> Tried<Given> {
    let reply = request.send().await?;
    let json = reply.json().and_then(|json| json.as_object().cloned()).filter(|_| reply.status() == 200);
    let refused = || {
        let error = reply.member("error").unwrap_or_default();
        let finding = Finding::new("status 200 with tokens", format!("status {} {error}", reply.status()));
        finding.shown_by(reply.number()).on_the_way(&rfc6749::TOKEN_RESPONSE)
    };
    let json = json.ok_or_else(refused)?;
    let access_token = reply.member("access_token").ok_or_else(refused)?;
    let id_token = reply.member("id_token").and_then(|text| Received::parse(&text).ok()).map(|token| token.claims);
    let tokens = Tokens {
        refresh_token: reply.member("refresh_token"),
        id_token,
        scope: reply.member("scope"),
        expires_in: json.get("expires_in").and_then(Value::as_u64),
        reply: reply.clone(),
        access_token: access_token.clone(),
    };
    Ok(Given { tokens, access: Received::parse(&access_token).ok(), json })
}

impl Given {
    /// The exchange that issued them.
    fn number(&self) -> u64 {
        self.tokens.reply.number()
    }

    /// The scope that was granted: as the response says, or the access token.
    fn scope(&self) -> BTreeSet<String> {
        let claimed = || self.claim("scope").as_str().map(str::to_owned);
        let scope = self.tokens.scope.clone().or_else(claimed).unwrap_or_default();
        scope.split_whitespace().map(str::to_owned).collect()
    }

    fn has(&self, token: &str) -> bool {
        self.scope().contains(token)
    }

    /// A claim of the access token, null if there is none.
    fn claim(&self, name: &str) -> Value {
        self.access.as_ref().and_then(|access| access.claims.get(name)).cloned().unwrap_or_default()
    }

    /// The recipients of the access token.
    fn audience(&self) -> Vec<String> {
        match self.claim("aud") {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
            _ => vec![],
        }
    }

    /// Notes a finding against a statement unless it holds.
    fn shows(&self, s: &Session, rule: &'static Requirement, holds: bool, expected: impl Into<String>, got: impl Into<String>) {
        if !holds {
            s.also(Finding::new(expected, got).shown_by(self.number()).against(rule));
        }
    }

    /// Notes a finding unless exactly this scope was granted.
    fn shows_scope(&self, s: &Session, rule: &'static Requirement, scope: &str) {
        let wanted: BTreeSet<_> = scope.split_whitespace().map(str::to_owned).collect();
        let got = self.scope();
        let written = |scope: &BTreeSet<String>| scope.iter().cloned().collect::<Vec<_>>().join(" ");
        self.shows(s, rule, got == wanted, format!("the scope \"{}\"", written(&wanted)), format!("\"{}\"", written(&got)));
    }
}

/// Demands that an API serves a token.
async fn served(s: &Session, client: &Client, given: &Given, api: &ApiSettings, rule: &'static Requirement) -> Tried<()> {
    let reply = client.resource_at(&given.tokens, api.url.clone()).send().await?;
    if !reply.grants() {
        let finding =
            Finding::new(format!("the API {} to serve its token", api.identifier), format!("status {}", reply.status()));
        s.also(finding.shown_by(reply.number()).against(rule));
    }
    Ok(())
}

/// Demands that userinfo serves a token.
async fn told(s: &Session, client: &Client, given: &Given, rule: &'static Requirement) -> Tried<Reply> {
    let reply = client.userinfo(&given.tokens).send().await?;
    if !reply.grants() {
        let finding = Finding::new("userinfo to serve the token", format!("status {}", reply.status()));
        s.also(finding.shown_by(reply.number()).against(rule));
    }
    Ok(reply)
}

/// Demands that a token is refused at an API.
async fn refused_at(s: &Session, client: &Client, token: &str, given: &Given, api: &ApiSettings, because: Because) -> Tried<()> {
    let call = client.resource_at(&given.tokens, api.url.clone()).token(token);
    s.refused_by_resource_because(&call.send().await?, &[401], because)
}

/// The statements for one of which a server refuses.
type Because = &'static [&'static Requirement];

/// Demands that an authorization request is refused with one of these errors, at the redirect URI or at the token endpoint.
async fn refused(s: &Session, client: &Client, visit: &Visit, errors: &[&str], because: Because) -> Tried<()> {
    match visit.land().await? {
        Landing::Callback(callback) if callback.parameter("code").is_some() => {
            let code = client.accept(visit.pushed(), Landing::Callback(callback))?;
            s.refused_because(&client.redeem(&code).send().await?, &REFUSED, because)
        }
        landing => {
            s.looks();
            let error = match &landing {
                Landing::Callback(callback) => callback.parameter("error"),
                _ => None,
            };
            s.is_an_end(&landing)?;
            if let Some(error) = error.filter(|error| !errors.contains(&error.as_str())) {
                let at = landing.exchange().unwrap_or_default();
                s.also(Finding::new(format!("the error {}", errors.join(" or ")), error).shown_by(at).of_a_refusal().as_advice());
            }
            s.judged(landing.exchange(), because)
        }
    }
}

/// `expires_in` of a token response, in words.
fn lifetime(expires_in: Option<u64>) -> String {
    expires_in.map_or_else(|| "no expires_in".to_owned(), |seconds| format!("expires_in {seconds}"))
}
