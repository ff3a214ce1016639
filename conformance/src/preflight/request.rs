//! The pushed authorization request: client authentication, redirect URI, scope, further parameters.

use super::walk::{Walk, left};
use super::words::{description, dropped, error, mentions, nonce, reason, refusal, serves};
use super::{Checked, Trouble, authentication, clock, contradictions, reach};
use crate::client::{FormRequest, Pushed};
use crate::http::{Reply, Unanswered};

/// Pushes an ordinary request.
pub(super) async fn push(walk: &Walk) -> Checked<Pushed> {
    let request = walk.client.push();
    let reply = match walk.send(&request).await? {
        Ok(reply) => reply,
        Err(lost) => return Err(unanswered(walk, &lost).await),
    };
    if serves(&reply) {
        clock::check(walk, &reply)?;
        return request.taken(&reply).map_err(left);
    }
    if authentication::refused(&reply) {
        return Err(authentication::cause(walk, &request, &reply).await?);
    }
    Err(cause(walk, &request, &reply).await?)
}

/// The cause of a back-channel request without a response.
pub(super) async fn unanswered(walk: &Walk, lost: &Unanswered) -> Trouble {
    let certificate = lost.0.identity.is_some().then_some("client.certificate");
    let (path, text) = reach::cause(&walk.target, &walk.http, lost, certificate).await;
    walk.mistake(path, Some(lost.0.number), text)
}

/// The cause of a reply that neither the client nor its request can explain.
pub(super) fn failing(walk: &Walk, reply: &Reply) -> Option<Trouble> {
    let shown = Some(reply.number());
    let url = &reply.exchange().url;
    if let Some(text) = nonce(reply).or_else(|| dropped(reply)) {
        return Some(walk.mistake("issuer", shown, text));
    }
    let text = match reply.status() {
        429 => format!("{url} asks for slower requests (status 429), although the suite sends one at a time"),
        300..400 => format!("{url} redirects: a proxy or a login stands before the server"),
        404 | 405 | 410 => format!("{url} is named in the metadata, but answers {}", refusal(reply)),
        407 => format!("a proxy demands authentication (status 407 at {url})"),
        502..=504 => format!("a gateway answers that the server behind {url} cannot be reached (status {})", reply.status()),
        500..600 => {
            format!("{url} fails with {}: either the server is broken, or its configuration is not complete", refusal(reply))
        }
        200..300 if !reply.exchange().is_intercepted() => return None,
        _ if reply.media_type().is_some_and(|media| media.contains("html")) => {
            format!("{url} answers {}: a proxy or a login may stand before the server", refusal(reply))
        }
        _ => return None,
    };
    Some(walk.mistake("issuer", shown, text))
}

async fn cause(walk: &Walk, request: &FormRequest, reply: &Reply) -> Checked<Trouble> {
    if let Some(trouble) = failing(walk, reply) {
        return Ok(trouble);
    }
    let (shown, answer) = (Some(reply.number()), refusal(reply));
    if let Some((path, text)) = contradictions::of_request(walk) {
        return Ok(walk.mistake(&path, shown, format!("{text}; the server answers {answer}")));
    }
    for (name, _) in &walk.client.settings().parameters {
        if accepted(walk, &request.clone().without(name)).await? {
            let text = format!("the server refuses a request with this parameter: {answer}");
            return Ok(walk.mistake(&format!("client.parameters.{name}"), shown, text));
        }
    }
    if let Some(trouble) = scope(walk, request, reply).await? {
        return Ok(trouble);
    }
    let unregistered = |path: &str| {
        let text =
            format!("the client `{}` is not registered for {}: the server answers {answer}", walk.client.id(), walk.variant());
        walk.mistake(path, shown, text)
    };
    match error(reply).as_str() {
        "unauthorized_client" | "unsupported_grant_type" | "unsupported_response_type" => {
            return Ok(unregistered(walk.first_of(&["client.features", "client"])));
        }
        "request_not_supported" | "invalid_request_object" => return Ok(signed(walk, reply)),
        _ if mentions(reply, &["request object", "signed request", "`request`", "request parameter is required"]) => {
            return Ok(signed(walk, reply));
        }
        _ => {}
    }
    let id = walk.client.id();
    if error(reply) == "invalid_redirect_uri" || mentions(reply, &["redirect"]) {
        let own = &walk.client.settings().redirect_uri;
        let text = format!("{own} is not a redirect URI that is registered for the client `{id}`: the server answers {answer}");
        return Ok(walk.mistake("client.redirect_uri", shown, text));
    }
    if error(reply) == "invalid_client_metadata" {
        let text = format!("the server rejects the registration of the client `{id}`: it answers {answer}");
        return Ok(walk.mistake("client", shown, text));
    }
    let text = format!(
        "the server rejects the pushed request of the client `{id}`: it answers {answer}; either a setting of the client does not fit \
         its registration, or the server is broken"
    );
    if description(reply).is_none() && redirect_uri(walk, request, reply).await? {
        let text = format!(
            "{text}. It answers so as well to a redirect URI that nobody registered, but not to another fault: look at {} first",
            walk.names("client.redirect_uri")
        );
        return Ok(walk.mistake("client.redirect_uri", shown, text));
    }
    Ok(walk.mistake("client", shown, text))
}

fn signed(walk: &Walk, reply: &Reply) -> Trouble {
    let text = format!(
        "the server wants a signed request object of the client `{}`, which no plan covers yet: it answers {}",
        walk.client.id(),
        refusal(reply)
    );
    walk.mistake(walk.first_of(&["features.request_method", "client"]), Some(reply.number()), text)
}

/// The cause, if it is the scope.
async fn scope(walk: &Walk, request: &FormRequest, reply: &Reply) -> Checked<Option<Trouble>> {
    let scope = walk.client.scope();
    let tokens: Vec<_> = scope.split_whitespace().collect();
    let mut wrong = None;
    for token in tokens.iter().filter(|token| **token != "openid") {
        let rest: Vec<_> = tokens.iter().filter(|other| *other != token).copied().collect();
        if accepted(walk, &with_scope(request, &rest)).await? {
            wrong = Some(format!("`{token}`"));
            break;
        }
    }
    let bare = if walk.variant().openid() { vec!["openid"] } else { vec![] };
    if wrong.is_none() && tokens.len() > 2 && accepted(walk, &with_scope(request, &bare)).await? {
        wrong = Some("some of its scope tokens".into());
    }
    if wrong.is_none() && walk.variant().openid() {
        let rest: Vec<_> = tokens.iter().filter(|token| **token != "openid").copied().collect();
        if accepted(walk, &with_scope(request, &rest).without("nonce")).await? {
            let text = format!(
                "the server refuses a request of the client `{}` with the scope `openid`: {}; either it is no OpenID provider, or \
                 the client is not registered for `openid`",
                walk.client.id(),
                refusal(reply)
            );
            return Ok(Some(walk.mistake("features.protocol", Some(reply.number()), text)));
        }
    }
    if wrong.is_none() && tokens.is_empty() && error(reply) == "invalid_scope" {
        let text = format!("the server demands a scope: it answers {}", refusal(reply));
        return Ok(Some(walk.mistake("client.scope", Some(reply.number()), text)));
    }
    let wrong = wrong.or_else(|| (error(reply) == "invalid_scope").then(|| "its scope".into()));
    Ok(wrong.map(|wrong| {
        let listed = contradictions::of_scope(walk, request);
        let listed = listed.map(|unknown| format!("; its metadata do not list {unknown}")).unwrap_or_default();
        let text =
            format!("the server refuses {wrong} for the client `{}`: it answers {}{listed}", walk.client.id(), refusal(reply));
        walk.mistake("client.scope", Some(reply.number()), text)
    }))
}

fn with_scope(request: &FormRequest, tokens: &[&str]) -> FormRequest {
    match tokens {
        [] => request.clone().without("scope"),
        tokens => request.clone().set("scope", tokens.join(" ")),
    }
}

/// Returns true if the server refuses a redirect URI that nobody registered in the same way, and another fault in another way.
async fn redirect_uri(walk: &Walk, request: &FormRequest, reply: &Reply) -> Checked<bool> {
    let ours = reason(reply, walk.client.id());
    let is_same = |twin: Result<Reply, Unanswered>| twin.is_ok_and(|twin| reason(&twin, walk.client.id()) == ours);
    let elsewhere = request.clone().set("redirect_uri", "https://not-registered.invalid/callback");
    if !is_same(walk.send(&elsewhere).await?) {
        return Ok(false);
    }
    let other_fault = request.clone().without("response_type");
    Ok(!is_same(walk.send(&other_fault).await?))
}

async fn accepted(walk: &Walk, request: &FormRequest) -> Checked<bool> {
    Ok(walk.send(request).await?.is_ok_and(|reply| serves(&reply)))
}
