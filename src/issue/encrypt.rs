//! Encrypted JWTs of this server: a signed one inside a JWE
//! ([RFC 7519 §11.2](https://www.rfc-editor.org/rfc/rfc7519#section-11.2)).

#![cfg(test)]

use crate::exchange::{KeyUse, Pause};
use crate::fault::Fault;
use crate::jose::{EncryptionKey, Object};
use crate::server::ServerTurn;

/// A signed JWT, encrypted for its recipient; the host draws the content encryption key.
pub(crate) fn encrypt(
    turn: &ServerTurn<'_>,
    recipient: &EncryptionKey,
    encryption: &str,
    signed: String,
) -> Result<String, Pause> {
    let algorithm = recipient.alg().ok_or_else(|| Fault::new("the recipient's key names no algorithm"))?;
    let mut header = Object::new().with("alg", algorithm).with("enc", encryption).with("cty", "JWT");
    if let Some(kid) = recipient.kid() {
        header.insert("kid", kid);
    }
    let key_use = KeyUse::Encrypt { recipient: recipient.clone(), header: header.to_string(), input: signed.into_bytes() };
    let jwe = turn.use_key(key_use)?;
    Ok(String::from_utf8(jwe.to_vec()).map_err(|_| Fault::new("a compact JWE is ASCII"))?)
}
