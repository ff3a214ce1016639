//! Signed JWTs of this server.

use crate::exchange::{KeyUse, Pause};
use crate::fault::Fault;
use crate::jose::{Algorithm, base64url};
use crate::secret::Secret;
use crate::server::ServerTurn;
use serde::Serialize;

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

/// A compact JWS over these claims, by the key that signs with this algorithm now.
pub(crate) fn sign<T: Serialize>(turn: &ServerTurn<'_>, algorithm: Algorithm, typ: &str, claims: &T) -> Result<String, Pause> {
    let key = turn.settings().keys.signing_key(algorithm, turn.now());
    let key = key.ok_or_else(|| Fault::new(format!("no signing key for {algorithm}")))?;
    let kid = key.kid().ok_or_else(|| Fault::new("a signing key has no kid"))?;
    let input = input(&Header { alg: algorithm.name(), typ, kid: Some(kid) }, claims)?;
    let key_use = KeyUse::Sign { key: kid.to_owned(), algorithm, input: input.clone().into_bytes() };
    let signature = base64url::encode(turn.use_key(key_use)?);
    Ok(format!("{input}.{signature}"))
}

/// A compact JWS over these claims, by a secret that its reader shares.
pub(crate) fn sign_shared<T: Serialize>(
    turn: &ServerTurn<'_>,
    secret: &Secret,
    algorithm: Algorithm,
    typ: &str,
    claims: &T,
) -> Result<String, Pause> {
    let input = input(&Header { alg: algorithm.name(), typ, kid: None }, claims)?;
    let mac = turn.primitives.mac(algorithm.hash(), secret.as_bytes(), input.as_bytes());
    Ok(format!("{input}.{}", base64url::encode(mac)))
}

/// The input of the signature.
fn input<T: Serialize>(header: &Header<'_>, claims: &T) -> Result<String, Fault> {
    let part =
        |octets: Result<Vec<u8>, serde_json::Error>| octets.map(base64url::encode).map_err(|error| Fault::new(error.to_string()));
    Ok(format!("{}.{}", part(serde_json::to_vec(header))?, part(serde_json::to_vec(claims))?))
}
