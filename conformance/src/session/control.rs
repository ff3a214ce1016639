//! Controls: a refusal shows something only if the same kind of request is served without the defect.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{Requirement, rfc7009, rfc7662};

use super::Session;
use crate::client::{Client, FormRequest, Tokens};
use crate::finding::{Finding, Hindrance, Stop, Tried, skip};
use crate::http::{Answer, Http, HttpExchange};
use crate::target::{Control, NotServed, Ordinary, OrdinaryKind, Target};

/// The time limit of an ordinary request with everything that leads to it.
const LIMIT: Duration = Duration::from_secs(60);

impl Session {
    /// The ordinary request of which an exchange is a defective form.
    pub(super) fn ordinary(&self, exchange: &HttpExchange) -> Ordinary {
        let kind = self.kind(exchange);
        let is_of_two = |exchange: &HttpExchange| names(exchange, self.two.id());
        let by_two = match kind {
            OrdinaryKind::Resource | OrdinaryKind::Userinfo => {
                let token = bearer(exchange);
                let issued = |other: &HttpExchange| token.is_some() && issued_token(other).as_deref() == token;
                self.http.exchanges().iter().find(|other| issued(other)).is_some_and(|issued| is_of_two(issued))
            }
            _ => is_of_two(exchange),
        };
        Ordinary { kind, client: usize::from(by_two && self.two.id() != self.one.id()) }
    }

    fn kind(&self, exchange: &HttpExchange) -> OrdinaryKind {
        let place = |url: &url::Url| url[..url::Position::AfterPath].to_owned();
        let here = place(&exchange.url);
        let metadata = self.one.metadata();
        let alias = |name: &str| {
            let aliases = metadata.document.get("mtls_endpoint_aliases");
            aliases.and_then(|aliases| aliases.get(name)).and_then(serde_json::Value::as_str)
        };
        let is_at = |name: &str| [metadata.text(name), alias(name)].into_iter().flatten().any(|url| url == here);
        if self.target.resource.as_ref().is_some_and(|resource| place(&resource.url) == here) {
            OrdinaryKind::Resource
        } else if is_at("pushed_authorization_request_endpoint") {
            OrdinaryKind::Push
        } else if is_at("jwks_uri") {
            // The keys are fetched to verify an ID token.
            OrdinaryKind::Token
        } else if is_at("token_endpoint") {
            let refresh =
                self.variant().front_channel() && String::from_utf8_lossy(&exchange.body).contains("grant_type=refresh_token");
            if refresh { OrdinaryKind::Refresh } else { OrdinaryKind::Token }
        } else if is_at("introspection_endpoint") {
            OrdinaryKind::Introspection
        } else if is_at("revocation_endpoint") {
            OrdinaryKind::Revocation
        } else if is_at("userinfo_endpoint") {
            OrdinaryKind::Userinfo
        } else {
            OrdinaryKind::Code
        }
    }
}

/// Tries the ordinary requests that a scenario rests on, until each is known to be served or not, and returns the first that is not
/// served.
pub async fn lacking(target: &Arc<Target>, ordinary: impl IntoIterator<Item = Ordinary>) -> Option<NotServed> {
    for one in ordinary {
        if let Err(not_served) = target.controls.get(one, Box::pin(control(target.clone(), one))).await {
            let (kind, client) = (one.kind.name(), one.client + 1);
            let reason = format!("no control: an ordinary {kind} of client {client} is not served either: {}", not_served.reason);
            return Some(NotServed { reason, ..not_served });
        }
    }
    None
}

/// Tries an ordinary request; a second time if it fails, because other scenarios run meanwhile.
async fn control(target: Arc<Target>, ordinary: Ordinary) -> Control {
    match tried(target.clone(), ordinary).await {
        Ok(()) => Ok(()),
        Err(_) => tried(target, ordinary).await,
    }
}

/// Tries an ordinary request. Without an answer, or with one that says that the request was not looked at, nothing is known.
async fn tried(target: Arc<Target>, ordinary: Ordinary) -> Control {
    let http = Http::new(target.connector.clone());
    let patience = target.connector.patience().clone();
    let ended = patience.within(LIMIT, Box::pin(served(target, ordinary, &http))).await;
    let mut exchanges = http.exchanges();
    exchanges.sort_by_key(|exchange| exchange.number);
    let lost = exchanges.iter().any(|exchange| exchange.is_lost() || exchange.is_turned_away());
    let (reason, exchange, is_disturbed) = match ended {
        Some(Ok(())) => return Ok(()),
        Some(Err(Stop::Failed(finding))) => {
            (format!("expected {}; got {}", finding.expected, finding.got), finding.exchange, lost)
        }
        Some(Err(Stop::Skipped(skipped))) => (skipped.reason, skipped.exchange, lost),
        Some(Err(Stop::Obstacle(obstacle))) => (obstacle.text, obstacle.exchange, lost || obstacle.hindrance == Hindrance::Rate),
        None => (format!("no end within {} s", LIMIT.as_secs()), None, true),
    };
    Err(NotServed { reason, exchanges, exchange, is_disturbed })
}

async fn served(target: Arc<Target>, ordinary: Ordinary, http: &Http) -> Tried<()> {
    let session = Session::open(&[], target, http.clone()).await?;
    let client = if ordinary.client == 0 { &session.one } else { &session.two };
    match ordinary.kind {
        OrdinaryKind::Push => client.push().pushed().await.map(drop),
        OrdinaryKind::Code => client.code().await.map(drop),
        OrdinaryKind::Token => client.tokens().await.map(drop),
        OrdinaryKind::Refresh => refreshed(client).await,
        OrdinaryKind::Introspection => {
            answered(client.introspect(&token(client).await?), "introspection", &rfc7662::ANSWER_SHAPE).await
        }
        OrdinaryKind::Revocation => {
            answered(client.revoke(&token(client).await?), "revocation", &rfc7009::UNKNOWN_IS_REVOKED).await
        }
        OrdinaryKind::Resource => client.resource(&client.tokens().await?).served().await.map(drop),
        OrdinaryKind::Userinfo => client.userinfo(&client.tokens().await?).served().await.map(drop),
    }
}

async fn token(client: &Client) -> Tried<String> {
    client.tokens().await.map(|tokens| tokens.access_token)
}

async fn refreshed(client: &Client) -> Tried<()> {
    let Tokens { refresh_token: Some(token), .. } = client.tokens().await? else { return skip("no refresh token is issued") };
    client.refresh(&token).tokens().await.map(drop)
}

async fn answered(request: FormRequest, kind: &str, rule: &'static Requirement) -> Tried<()> {
    let reply = request.send().await?;
    if reply.status() == 200 && reply.grants() {
        return Ok(());
    }
    let error = reply.member("error").unwrap_or_default();
    let got = format!("status {} {error}", reply.status());
    let finding = Finding::new(format!("status 200 for the {kind} of a live token"), got).shown_by(reply.number());
    Err(finding.on_the_way(rule).into())
}

/// The access token that a request presents.
fn bearer(exchange: &HttpExchange) -> Option<&str> {
    let header = exchange.headers.iter().find(|(name, _)| name == "authorization");
    header.and_then(|(_, value)| value.split_once(' ')).map(|(_, token)| token)
}

/// The access token that a response issues.
fn issued_token(exchange: &HttpExchange) -> Option<String> {
    let Answer::Response { body, .. } = &exchange.answer else { return None };
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    json.get("access_token")?.as_str().map(str::to_owned)
}

/// Returns true if an exchange is a client's, by its `client_id` or by the subject of its assertion.
pub fn names(exchange: &HttpExchange, id: &str) -> bool {
    let query = exchange.url.query().unwrap_or_default();
    let pairs = form_urlencoded::parse(&exchange.body).chain(form_urlencoded::parse(query.as_bytes()));
    pairs.into_iter().any(|(name, value)| match &*name {
        "client_id" => value == id,
        "client_assertion" => subject(&value).is_some_and(|subject| subject == id),
        _ => false,
    })
}

fn subject(assertion: &str) -> Option<String> {
    let payload = BASE64URL_NOPAD.decode(assertion.split('.').nth(1)?.as_bytes()).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}
