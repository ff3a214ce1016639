//! Issued tokens: access tokens and ID tokens, and how they are signed.

mod access_token;
mod id_token;

pub(crate) use access_token::AccessToken;
pub(crate) use id_token::id_token;

use crate::exchange::{KeyUse, Pause, Turn};
use crate::fault::Fault;
use crate::jose::{Algorithm, base64url};
use crate::server::AuthorizationServer;
use serde::Serialize;

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'a str,
    kid: &'a str,
}

/// Signs these claims as a compact JWS, with the preferred key of this algorithm.
fn sign<T: Serialize>(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    algorithm: Algorithm,
    typ: &str,
    claims: &T,
) -> Result<String, Pause> {
    let key = server.settings.signing_key(algorithm).ok_or_else(|| Fault::new(format!("no signing key for {algorithm}")))?;
    let kid = key.kid().ok_or_else(|| Fault::new("a signing key has no kid"))?;
    let part =
        |octets: Result<Vec<u8>, serde_json::Error>| octets.map(base64url::encode).map_err(|error| Fault::new(error.to_string()));
    let header = part(serde_json::to_vec(&Header { alg: algorithm.name(), typ, kid }))?;
    let input = format!("{header}.{}", part(serde_json::to_vec(claims))?);
    let key_use = KeyUse::Sign { key: kid.to_owned(), algorithm, input: input.clone().into_bytes() };
    let signature = base64url::encode(turn.facts.use_key(key_use)?);
    Ok(format!("{input}.{signature}"))
}
