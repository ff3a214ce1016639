//! Records of a token whose kind only its text shows.

use crate::access_token::AccessToken;
use crate::grant::Refresh;
use crate::record::RecordKey;
use crate::server::ServerTurn;

/// The records of a token that may be a refresh token or a reference, by its digest alone.
pub(crate) fn token_keys(turn: &ServerTurn<'_>, token: &str) -> Vec<RecordKey> {
    let digest = turn.digest(token);
    let reference = (!token.contains('.')).then(|| turn.key::<AccessToken>(&digest).0);
    reference.into_iter().chain([turn.key::<Refresh>(&digest).0]).collect()
}
