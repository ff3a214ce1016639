//! The encoding of authorization responses, which may have to be signed.

use crate::client::{CLIENT_GONE, Client, ClientTurn};
use crate::delivery::AuthorizationResponse;
use crate::error_code::ErrorCode::ServerError;
use crate::exchange::Pause;
use crate::issue::sign;
use crate::jose::Object;
use crate::requirement::local;
use crate::response::Response;
use crate::server::ServerTurn;

/// Seconds that a signed response is valid ([JARM §2.1](https://openid.net/specs/oauth-v2-jarm-final.html#section-2.1) recommends
/// at most 10 minutes).
const SIGNED_RESPONSE_LIFETIME: u32 = 600;

/// The HTTP response, signed if the response mode says so. The client was read before its target was known, so this asks the
/// host for a signature and nothing else.
pub(crate) fn encode(turn: &ServerTurn<'_>, client_id: &str, response: &AuthorizationResponse) -> Result<Response, Pause> {
    if !response.mode().is_signed() {
        return Ok(response.encode());
    }
    let client = turn.load(turn.key::<Client>(client_id))?.live(turn.now());
    let client = local::CLIENT_FITS_POLICY.demand(client, ServerError, CLIENT_GONE)?;
    let turn = ClientTurn::new(turn, client)?;
    let algorithm = turn.settings().preferred_algorithm(&turn.policy, turn.now());
    let algorithm =
        local::CLIENT_FITS_POLICY.demand(algorithm, ServerError, "This server has no key to sign the response with.")?;
    let mut claims = Object::new()
        .with("iss", turn.settings().issuer.as_str())
        .with("aud", client_id)
        .with("exp", turn.after(SIGNED_RESPONSE_LIFETIME).seconds());
    for (name, value) in response.parameters().iter().filter(|(name, _)| name != "iss") {
        claims.insert(name.clone(), value.as_str());
    }
    Ok(response.signed(sign(&turn, algorithm, "JWT", &claims)?).encode())
}
