//! Request objects that were encrypted for this server after they were signed
//! ([RFC 9101 §6.1](https://www.rfc-editor.org/rfc/rfc9101#section-6.1)).

use super::{Unsigned, unsigned};
use crate::client::ClientTurn;
use crate::decryption::{self, NotOpened};
use crate::error_code::ErrorCode::InvalidRequestObject;
use crate::exchange::Pause;
use crate::jose::{Jwe, JweError, Jws};
use crate::reason::Reason;
use crate::refusal::Refusal;
use crate::requirement::{rfc9101, rfc9126};

/// The signed part of a request object: itself, or what was encrypted.
pub(super) fn opened(turn: &ClientTurn<'_>, compact: &str) -> Result<Jws, Pause> {
    if !Jwe::looks_like(compact) {
        let jws = Jws::parse_within(compact, turn.settings().limits.form.value);
        return Ok(jws.map_err(|error| unsigned(&error))?);
    }
    let opened = decryption::nested(turn, &turn.settings().keys, compact)?;
    Ok(opened.map_err(|error| match error {
        NotOpened::Jwe(error) => unsigned(&error),
        error => undecrypted(&error),
    })?)
}

fn undecrypted(error: &NotOpened) -> Refusal {
    let refusal = rfc9101::OBJECT_DECRYPTED.refuse(InvalidRequestObject, error.about("Request object"));
    refusal.also([&rfc9126::REQUEST_OBJECT_DECRYPTED, error.basis()])
}

impl Unsigned for JweError {
    /// Everybody can encrypt for this server: that proves nothing.
    fn is_unsigned(&self) -> bool {
        matches!(self, Self::NotNested | Self::Content(_))
    }
}
