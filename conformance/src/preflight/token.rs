//! Token requests.

use super::walk::{Walk, left};
use super::words::{error, mentions, refusal, serves};
use super::{Checked, Trouble, authentication, clock, contradictions, request};
use crate::client::{Code, FormRequest, Tokens};
use crate::http::Reply;

/// Redeems a code.
pub(super) async fn redeem(walk: &Walk, code: &Code) -> Checked<Tokens> {
    let request = walk.client.redeem(code);
    let reply = sent(walk, &request).await?;
    if !serves(&reply) {
        if authentication::refused(&reply) {
            // A code serves once, and the client was authenticated a moment ago.
            let text = format!(
                "the token endpoint refuses the client authentication with {}, although pushed requests of the client `{}` are \
                 accepted: either its registration has another rule for tokens, or the server is broken",
                refusal(&reply),
                walk.client.id()
            );
            return Err(walk.mistake("client", Some(reply.number()), text));
        }
        return Err(refused(walk, &reply));
    }
    read(walk, &request, &reply).await
}

/// Requests a token of the client's own.
pub(super) async fn of_client(walk: &Walk) -> Checked<Tokens> {
    let request = walk.client.credentials();
    let reply = sent(walk, &request).await?;
    if serves(&reply) {
        clock::check(walk, &reply)?;
        return read(walk, &request, &reply).await;
    }
    if authentication::refused(&reply) {
        return Err(authentication::cause(walk, &request, &reply).await?);
    }
    let (shown, answer) = (Some(reply.number()), refusal(&reply));
    let id = walk.client.id();
    let without = walk.send(&request.clone().without("scope")).await?;
    if walk.client.settings().client_scope.is_some() && without.is_ok_and(|reply| serves(&reply)) {
        let text = format!("the server refuses this scope for the client `{id}`: it answers {answer}");
        return Err(walk.mistake("client.client_scope", shown, text));
    }
    if error(&reply) == "invalid_scope" {
        let text = format!("the server refuses the scope of the client `{id}` for client credentials: it answers {answer}");
        return Err(walk.mistake("client.client_scope", shown, text));
    }
    Err(refused(walk, &reply))
}

/// Uses a refresh token.
pub(super) async fn refresh(walk: &Walk, refresh_token: &str) -> Checked<()> {
    let reply = sent(walk, &walk.client.refresh(refresh_token)).await?;
    match error(&reply).as_str() {
        _ if serves(&reply) => Ok(()),
        "unauthorized_client" | "unsupported_grant_type" => {
            let text = format!(
                "the client `{}` gets refresh tokens that it may not use: the server answers {}; register it for the grant \
                 refresh_token",
                walk.client.id(),
                refusal(&reply)
            );
            Err(walk.mistake("client", Some(reply.number()), text))
        }
        _ => match request::failing(walk, &reply) {
            Some(trouble) => Err(trouble),
            None => Err(Trouble::Left(format!("left to the run: a fresh refresh token is refused with {}", refusal(&reply)))),
        },
    }
}

async fn sent(walk: &Walk, request: &FormRequest) -> Checked<Reply> {
    match walk.send(request).await? {
        Ok(reply) => Ok(reply),
        Err(lost) => Err(request::unanswered(walk, &lost).await),
    }
}

/// The cause of a refused token request of an authenticated client.
fn refused(walk: &Walk, reply: &Reply) -> Trouble {
    if let Some(trouble) = request::failing(walk, reply) {
        return trouble;
    }
    let (shown, answer, id) = (Some(reply.number()), refusal(reply), walk.client.id());
    let features = walk.first_of(&["client.features", "client"]);
    let ahead = clock::ahead(walk, reply).filter(|ahead| ahead.abs() > 5);
    match (error(reply).as_str(), ahead) {
        ("unauthorized_client" | "unsupported_grant_type", _) => match contradictions::of_grant(walk) {
            Some((path, text)) => walk.mistake(&path, shown, format!("{text}; it answers {answer}")),
            None => {
                let text = format!(
                    "the client `{id}` is not registered for the grant of {}: the server answers {answer}",
                    walk.variant()
                );
                walk.mistake(features, shown, text)
            }
        },
        ("invalid_dpop_proof", Some(ahead)) => clock::wrong(walk, ahead, reply),
        _ if mentions(reply, &["dpop", "certificate", "mtls", "bound", "proof"]) => match contradictions::of_constraint(walk) {
            Some((path, text)) => walk.mistake(&path, shown, format!("{text}; it answers {answer}")),
            None => {
                let text = format!(
                    "the server issues no tokens to the client `{id}` in {}: it answers {answer}; either the client is registered \
                     for another sender constraint, or the server is broken",
                    walk.variant()
                );
                walk.mistake(features, shown, text)
            }
        },
        ("invalid_grant", _) => Trouble::Left(format!("left to the run: a fresh code is refused with {answer}")),
        _ => {
            let text = format!(
                "the server issues no tokens to the client `{id}`: it answers {answer}; either its registration does not fit {}, or \
                 the server is broken",
                walk.variant()
            );
            walk.mistake("client", shown, text)
        }
    }
}

/// The tokens of a reply. What the registration can explain is a mistake; the form of the reply is judged by the run.
async fn read(walk: &Walk, request: &FormRequest, reply: &Reply) -> Checked<Tokens> {
    let shown = Some(reply.number());
    let wanted = if walk.variant().dpop() { "DPoP" } else { "Bearer" };
    let features = || documents_feature(walk);
    // A token that is bound neither to the key of the proof nor to a certificate is the server's violation, whatever is registered.
    let is_unbound = walk.variant().dpop() && reply.exchange().identity.is_none();
    let other = |kind: &String| !(kind.eq_ignore_ascii_case(wanted) || is_unbound && kind.eq_ignore_ascii_case("Bearer"));
    if let Some(kind) = reply.member("token_type").filter(other) {
        let text = format!(
            "the server issues tokens of the type {kind} in {}, which needs {wanted}: either the client `{}` is registered for \
             another sender constraint, or the server does not offer this one",
            walk.variant(),
            walk.client.id()
        );
        return Err(walk.mistake(features(), shown, text));
    }
    if let Some(text) = id_token(walk, reply) {
        return Err(walk.mistake("client", shown, text));
    }
    request.issued(reply).await.map_err(left)
}

/// The reason in the client's registration why the run cannot read an ID token. An algorithm that the plan forbids is the server's
/// violation, whatever is registered.
fn id_token(walk: &Walk, reply: &Reply) -> Option<String> {
    let token = reply.member("id_token").filter(|_| walk.variant().openid())?;
    let id = walk.client.id();
    (token.split('.').count() == 5).then(|| {
        format!(
            "the ID tokens of the client `{id}` are encrypted, which no plan covers yet: register it without \
             `id_token_encrypted_response_alg`"
        )
    })
}

fn documents_feature(walk: &Walk) -> &'static str {
    super::documents::feature(&walk.target, "sender_constraint")
}
