//! The protected resource.

use url::Url;

use super::documents::Ports;
use super::walk::{Walk, left};
use super::words::{dropped, nonce, refusal};
use super::{Checked, Trouble, reach};
use crate::client::Tokens;
use crate::client::resource::ResourceCall;
use crate::http::{Outcome, Reply};
use crate::variant::SenderConstraint;

/// Calls the resource.
pub(super) async fn check(walk: &Walk, ports: &mut Ports, tokens: &Tokens) -> Checked<()> {
    if walk.target.resource.is_none() && !walk.variant().openid() {
        return Err(Trouble::Left("left out: the file has no `[resource]`, so scenarios that need one are skipped".into()));
    }
    let call = walk.client.resource(tokens);
    let url = call.url().map_err(left)?;
    if walk.target.resource.is_none() {
        // Its address comes from the metadata, so the target file cannot be wrong about it.
        let reply = call.send().await.map_err(left)?;
        return if reply.grants() { Ok(()) } else { Err(userinfo(walk, tokens, &reply)) };
    }
    if walk.variant().sender_constraint() == Some(SenderConstraint::Mtls) && !ports.asks(&walk.http, &url).await {
        let text = format!(
            "{url} does not ask for a client certificate in the TLS handshake, which {} needs: the resource has another address \
             for clients with certificates",
            walk.variant()
        );
        return Err(walk.mistake("resource.url", None, text));
    }
    let reply = match call.attempt().await.map_err(left)? {
        Ok(reply) => reply,
        Err(lost) => {
            let certificate = lost.0.identity.is_some().then_some("client.certificate");
            let (path, text) = reach::cause(&walk.target, &walk.http, &lost, certificate).await;
            let path = if path == "issuer" { "resource.url" } else { path };
            return Err(walk.mistake(path, Some(lost.0.number), text));
        }
    };
    match reply.status() {
        _ if reply.outcome() == Outcome::Neither => {
            let text = format!(
                "{url} is an HTML page, not a protected resource: the address is another, or a proxy answers in its place"
            );
            Err(walk.mistake("resource.url", Some(reply.number()), text))
        }
        _ if reply.grants() => protected(walk, &call, &url).await,
        404 if reply.exchange().method != "GET" && serves_get(&call).await => {
            let text = format!("{url} has nothing for the method {}, but something for GET", reply.exchange().method);
            Err(walk.mistake("resource.method", Some(reply.number()), text))
        }
        _ => Err(refused(walk, tokens, &url, &reply).await),
    }
}

async fn serves_get(call: &ResourceCall) -> bool {
    call.clone().method("GET").send().await.is_ok_and(|reply| reply.status() != 404)
}

/// Checks that the resource does not serve everybody.
async fn protected(walk: &Walk, call: &ResourceCall, url: &Url) -> Checked<()> {
    match call.clone().scheme(None).without_proof().attempt().await.map_err(left)? {
        Ok(reply) if reply.grants() => {
            let text = format!(
                "{url} answers also without a token: either it is not the protected resource, or the resource does not look at tokens"
            );
            Err(walk.mistake("resource.url", Some(reply.number()), text))
        }
        _ => Ok(()),
    }
}

async fn refused(walk: &Walk, tokens: &Tokens, url: &Url, reply: &Reply) -> Trouble {
    let shown = Some(reply.number());
    let method = &reply.exchange().method;
    let challenge = reply.header("www-authenticate").unwrap_or_default();
    let answer = match challenge {
        "" => refusal(reply),
        challenge => format!("{} and the challenge {challenge}", refusal(reply)),
    };
    if let Some(text) = nonce(reply).or_else(|| dropped(reply)) {
        return walk.mistake("resource.url", shown, text);
    }
    if is_without_token(walk, tokens, reply).await {
        let text = format!(
            "the suite sent a token in `Authorization`, and {url} answers as it does to a request without one ({answer}): a proxy before \
             the resource drops the header, or the resource takes the tokens of another server, or it is broken"
        );
        return walk.mistake("resource.url", shown, text);
    }
    let (path, text) = match reply.status() {
        300..400 => {
            let to = reply.header("location").unwrap_or("nowhere");
            ("resource.url", format!("{url} redirects to {to}: a protected resource answers itself"))
        }
        404 | 410 => ("resource.url", format!("there is nothing at {url}: it answers {answer}")),
        405 | 501 => {
            let allowed = reply.header("allow").map(|allow| format!(", and allows {allow}")).unwrap_or_default();
            ("resource.method", format!("{url} refuses the method {method}: it answers {answer}{allowed}"))
        }
        406 | 411 | 415 | 422 => ("resource.body", format!("{url} refuses the body or its `content_type`: it answers {answer}")),
        400 if !challenge.is_empty() || reply.member("error").is_some_and(|error| error == "invalid_token") => {
            ("resource.url", in_doubt(walk, tokens, url, &answer).await)
        }
        400 => (
            "resource",
            format!("{url} refuses the request: it answers {answer}; look at its `method`, `body` and `content_type`"),
        ),
        403 if challenge.contains("insufficient_scope") || !scope_suffices(walk, tokens) => {
            let member = if walk.variant().front_channel() { "client.scope" } else { "client.client_scope" };
            let granted = tokens.scope.as_deref().map(|scope| format!(" (granted: {scope})")).unwrap_or_default();
            (member, format!("{url} needs more scope than the token has{granted}: it answers {answer}"))
        }
        407 => ("resource.url", format!("a proxy demands authentication (status 407 at {url})")),
        429 => ("resource.url", format!("{url} asks for slower requests (status 429)")),
        502..=504 => ("resource.url", format!("a gateway answers that the server behind {url} cannot be reached ({answer})")),
        500..600 => ("resource.url", format!("{url} fails with {answer}: either it is not the resource, or it is broken")),
        _ => ("resource.url", in_doubt(walk, tokens, url, &answer).await),
    };
    walk.mistake(path, shown, text)
}

/// Returns true if the resource answers a call as one without a token, and says nothing about the token.
async fn is_without_token(walk: &Walk, tokens: &Tokens, reply: &Reply) -> bool {
    let challenges = |reply: &Reply| reply.headers("www-authenticate").map(str::to_owned).collect::<Vec<_>>();
    let own = challenges(reply);
    if reply.status() != 401 || own.is_empty() || own.iter().any(|challenge| challenge.contains("error=")) {
        return false;
    }
    let bare = walk.client.resource(tokens).scheme(None).without_proof().send().await;
    bare.is_ok_and(|bare| bare.status() == reply.status() && challenges(&bare) == own)
}

fn scope_suffices(walk: &Walk, tokens: &Tokens) -> bool {
    let asked = walk.client.scope();
    let granted = tokens.scope.as_deref().unwrap_or(&asked);
    asked.split_whitespace().all(|token| granted.split_whitespace().any(|other| other == token))
}

/// A sentence about a refused token. If the userinfo endpoint accepts the same token, the token is good.
async fn in_doubt(walk: &Walk, tokens: &Tokens, url: &Url, answer: &str) -> String {
    let userinfo = walk.client.userinfo(tokens).send().await;
    if userinfo.is_ok_and(|reply| reply.grants()) {
        return format!(
            "{url} does not accept tokens of this server: it answers {answer}, although the userinfo endpoint takes the same token"
        );
    }
    format!(
        "{url} refuses a fresh token with {answer}: either it takes the tokens of another server, or the server or the resource is \
         broken"
    )
}

fn userinfo(walk: &Walk, tokens: &Tokens, reply: &Reply) -> Trouble {
    let challenge = reply.header("www-authenticate").unwrap_or_default();
    if reply.status() == 403 && (challenge.contains("insufficient_scope") || !scope_suffices(walk, tokens)) {
        let text = format!("the userinfo endpoint needs more scope than the token has: it answers {}", refusal(reply));
        return walk.mistake("client.scope", Some(reply.number()), text);
    }
    Trouble::Left(format!("left to the run: the userinfo endpoint answers {}", refusal(reply)))
}
