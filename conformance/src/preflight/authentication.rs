//! A refused client authentication: the setting that is wrong.
//!
//! Servers rarely tell it. A few more requests do: some that would be accepted if one setting were another, and some that are
//! certainly wrong in one setting only, whose refusals are compared with this one.

use std::sync::Arc;

use super::walk::Walk;
use super::words::{dropped, error, mentions, nonce, reason, refusal};
use super::{Checked, Trouble, clock, contradictions, front_channel};
use crate::client::FormRequest;
use crate::http::{Identity, Reply};
use crate::jwt::Jwt;
use crate::keys::SigningKey;

/// Returns true if a reply refuses the client's authentication.
pub(super) fn refused(reply: &Reply) -> bool {
    error(reply) == "invalid_client" || (reply.status() == 401 && error(reply).is_empty() && nonce(reply).is_none())
}

/// The cause of a refused authentication of this request.
pub(super) async fn cause(walk: &Walk, request: &FormRequest, reply: &Reply) -> Checked<Trouble> {
    if let Some(text) = dropped(reply) {
        return Ok(walk.mistake("issuer", Some(reply.number()), text));
    }
    if let Some((path, text)) = contradictions::of_authentication(walk) {
        return Ok(walk.mistake(&path, Some(reply.number()), format!("{text}; it answers {}", refusal(reply))));
    }
    let ahead = clock::ahead(walk, reply).filter(|ahead| ahead.abs() > 1);
    if walk.variant().private_key_jwt() {
        if let Some(ahead) = ahead
            && authenticated(walk, &request.clone().assertion(move |jwt| jwt.issued(ahead).expires(ahead + 60))).await?
        {
            return Ok(clock::wrong(walk, ahead, reply));
        }
        return of_assertion(walk, request, reply).await;
    }
    of_certificate(walk, request, reply).await
}

async fn of_assertion(walk: &Walk, request: &FormRequest, reply: &Reply) -> Checked<Trouble> {
    let (shown, at) = (Some(reply.number()), walk.credential("client"));
    let own = |text: String| walk.mistake(&at, shown, text);
    let Some(key) = walk.client.settings().key.clone() else { return Ok(own("there is no key".into())) };
    let endpoint = request.url().map(|url| url.to_string()).unwrap_or_default();
    if authenticated(walk, &request.clone().assertion(move |jwt| jwt.claim("aud", endpoint.as_str()))).await? {
        let text = "left to the run: the server accepts assertions only for its endpoint, not for its issuer";
        return Ok(Trouble::Left(text.into()));
    }
    if let Some(others) = walk.other.settings().key.clone()
        && authenticated(walk, &signed(request, &others, others.kid())).await?
    {
        let text = format!(
            "this is not the key of `{}`: that is the key of the other client, {}",
            walk.client.id(),
            walk.names(&walk.credential("other"))
        );
        return Ok(own(text));
    }
    let (thumbprint, kid) = (key.thumbprint(), key.kid().map(str::to_owned));
    if kid.is_some() && authenticated(walk, &signed(request, &key, None)).await? {
        let text = format!(
            "the server knows this key, but not by the `kid` {}: it accepts an assertion without one",
            kid.unwrap_or_default()
        );
        return Ok(own(text));
    }
    if kid.as_deref() != Some(&thumbprint) && authenticated(walk, &signed(request, &key, Some(&thumbprint))).await? {
        let has = kid.map_or("no `kid`".into(), |kid| format!("the `kid` {kid}"));
        return Ok(own(format!("this key has {has}, but the server knows it by the `kid` {thumbprint}")));
    }
    let unknown = request.clone().set("client_id", NOBODY).assertion(|jwt| jwt.claim("iss", NOBODY).claim("sub", NOBODY));
    let of_other = request.clone().set("client_id", walk.other.id()).authenticated_as(&walk.other);
    let twins = [unknown, request.clone().assertion(Jwt::corrupt), of_other.assertion(Jwt::corrupt)];
    compared(walk, reply, &twins, &at, "key").await
}

async fn of_certificate(walk: &Walk, request: &FormRequest, reply: &Reply) -> Checked<Trouble> {
    let (shown, at) = (Some(reply.number()), "client.certificate".to_owned());
    if let Some(others) = walk.other.settings().identity.clone()
        && authenticated(walk, &request.clone().identity(Some(others))).await?
    {
        let text = format!(
            "this is not the certificate of `{}`: that is the certificate of the other client, {}",
            walk.client.id(),
            walk.names("other.certificate")
        );
        return Ok(walk.mistake(&at, shown, text));
    }
    let stranger = Some(Arc::new(Identity::stranger().map_err(Trouble::Left)?));
    let unknown = request.clone().set("client_id", NOBODY);
    let of_other = request.clone().set("client_id", walk.other.id()).identity(stranger.clone());
    let twins = [unknown, request.clone().identity(stranger), of_other];
    compared(walk, reply, &twins, &at, "certificate").await
}

/// An id that no server has registered.
const NOBODY: &str = "no-such-client-of-fapi-conformance";

/// Compares a refusal with those of an unknown client, of this one with wrong credentials, and of the other one with wrong
/// credentials.
async fn compared(walk: &Walk, reply: &Reply, twins: &[FormRequest; 3], at: &str, what: &str) -> Checked<Trouble> {
    let id = walk.client.id();
    let ours = reason(reply, id);
    let mut same = [false; 3];
    for (same, (twin, id)) in same.iter_mut().zip(twins.iter().zip([NOBODY, id, walk.other.id()])) {
        *same = walk.send(twin).await?.is_ok_and(|twin| reason(&twin, id) == ours);
    }
    let [like_nobody, like_wrong, like_other_wrong] = same;
    let (answer, shown) = (refusal(reply), Some(reply.number()));
    let features = walk.first_of(&["client.features.client_authentication", "client.features", "client"]);
    if mentions(reply, &["registered for", "auth method", "authentication method", "auth_method"]) {
        let text = format!("the client `{id}` is not registered for {}: the server answers {answer}", walk.variant());
        return Ok(walk.mistake(features, shown, text));
    }
    let certain: &[&str] = if what == "key" { &["signature", "kid", "jwk", "assertion"] } else { &["certificate"] };
    let unknown = mentions(reply, &["no client", "unknown client", "client not found", "client does not exist"]);
    let tells = if like_nobody && like_other_wrong && !unknown { front_channel::knows(walk, NOBODY).await } else { None };
    Ok(if like_nobody && (!like_other_wrong || unknown || tells == Some(false)) {
        let or = if what == "certificate" { " or does not accept its certificate" } else { "" };
        walk.mistake("client.id", shown, format!("the server does not know the client `{id}`{or}: it answers {answer}"))
    } else if like_nobody && tells.is_none() {
        let text = format!(
            "the server refuses the client authentication with {answer}, and says so of any client: either {} is not registered, or \
             {} is not its {what}",
            walk.names("client.id"),
            walk.names(at)
        );
        walk.mistake("client.id", shown, text)
    } else if mentions(reply, certain) {
        let text = format!("this is not the {what} that is registered for the client `{id}`: the server answers {answer}");
        walk.mistake(at, shown, text)
    } else if like_wrong || tells == Some(true) {
        let text = format!(
            "the server knows the client `{id}`, but refuses it with {answer}: either this is not its {what}, or its registration \
             does not fit {}",
            walk.variant()
        );
        walk.mistake(at, shown, text)
    } else {
        let text = format!(
            "the server knows the client `{id}`, but refuses its authentication with {answer}: look at its registration, and at {}",
            walk.names(at)
        );
        walk.mistake(features, shown, text)
    })
}

fn signed(request: &FormRequest, key: &SigningKey, kid: Option<&str>) -> FormRequest {
    let (key, kid) = (key.clone(), kid.map(str::to_owned));
    request.clone().assertion(move |jwt| {
        let jwt = jwt.signed_by(&key).without_header("kid");
        match &kid {
            Some(kid) => jwt.header("kid", kid.as_str()),
            None => jwt,
        }
    })
}

/// Returns true if the server accepts the client's authentication in this request.
async fn authenticated(walk: &Walk, request: &FormRequest) -> Checked<bool> {
    Ok(walk.send(request).await?.is_ok_and(|reply| !refused(&reply) && reply.status() < 429))
}
