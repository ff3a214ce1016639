//! Signed JWTs that are encrypted for this server.

use crate::exchange::{KeyUse, Pause, Turn};
use crate::jose::{Jwe, JweError, Jws};
use crate::reason::Reason;
use crate::requirement::{Requirement, rfc7516};
use crate::settings::ServerKeys;
use std::fmt;

/// The signed JWT inside a compact JWE for one of these keys; its signature is yet to be verified.
pub(crate) fn nested(turn: &Turn<'_>, keys: &ServerKeys, compact: &str) -> Result<Result<Jws, NotOpened>, Pause> {
    let jwe = match Jwe::parse(compact, turn.primitives) {
        Ok(jwe) => jwe,
        Err(error) => return Ok(Err(NotOpened::Jwe(error))),
    };
    let header = jwe.header();
    let fitting = keys.decryption_keys(header.kid(), header.alg(), turn.now());
    let mut error = NotOpened::OtherKey;
    for kid in fitting.into_iter().filter_map(|key| key.jwk.kid()) {
        let plaintext = turn.use_key(KeyUse::Decrypt { key: kid.to_owned(), input: compact.as_bytes().to_vec() })?;
        if !plaintext.is_empty() {
            return Ok(jwe.nested(plaintext).map_err(NotOpened::Jwe));
        }
        error = NotOpened::Failed;
    }
    Ok(Err(error))
}

/// Why there is no signed JWT.
pub(crate) enum NotOpened {
    /// The message is malformed, or its content is no JWT.
    Jwe(JweError),
    /// It is for a key that this server does not have.
    OtherKey,
    /// It cannot be decrypted, for whatever reason.
    Failed,
}

impl Reason for NotOpened {
    fn basis(&self) -> &'static Requirement {
        match self {
            Self::Jwe(error) => error.basis(),
            Self::OtherKey | Self::Failed => &rfc7516::DECRYPTION,
        }
    }
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jwe(error) => error.told().fmt(f),
            Self::OtherKey => f.write_str("it is encrypted for a key that is not ours, or with another algorithm than its key"),
            Self::Failed => f.write_str("it cannot be decrypted"),
        }
    }
}
