//! Asking the issuer about a token: plainly, or for an answer that the issuer signs.

use super::read::read;
use super::{Alone, Introspection};
use crate::access_token::AccessToken;
use crate::decryption;
use crate::error_code::ErrorCode::{InvalidToken, TemporarilyUnavailable};
use crate::exchange::{OutgoingRequest, Pause, Turn};
use crate::jose::{Algorithms, Audience, Json, Jwe, Jws, Object};
use crate::refusal::Also;
use crate::requirement::{fapi2_ms, fapi2_sp, rfc6750};
use crate::resource::ResourceServer;
use crate::response::INTROSPECTION_JWT;

impl Alone {
    /// Asks the issuer about a token ([RFC 7662 §2](https://www.rfc-editor.org/rfc/rfc7662#section-2)).
    pub(super) fn introspected(
        &self,
        server: &ResourceServer,
        turn: &Turn<'_>,
        introspection: &Introspection,
        token: &str,
    ) -> Result<AccessToken, Pause> {
        let authorization = String::from_utf8_lossy(introspection.authorization.as_bytes()).into_owned();
        let accept = if introspection.signed_for.is_some() { INTROSPECTION_JWT } else { "application/json" };
        let answer = turn.facts.send(OutgoingRequest {
            url: introspection.endpoint.clone(),
            method: "POST",
            headers: vec![
                ("authorization", authorization),
                ("content-type", "application/x-www-form-urlencoded".into()),
                ("accept", accept.into()),
            ],
            body: form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish(),
        })?;
        // Anything but an answer is an outage of the issuer, not a fault of the token.
        let answer = Some(&answer.body).filter(|_| answer.status == 200).ok_or(crate::Unavailable)?;
        let said = match &introspection.signed_for {
            Some(client_id) => self.signed_answer(server, turn, answer, client_id)?,
            None => Object::parse(answer).map_err(|_| crate::Unavailable)?,
        };
        let active = said.get("active").and_then(Json::as_bool).ok_or(crate::Unavailable)?;
        rfc6750::TOKEN_LIVE
            .require(active, InvalidToken, "The issuer calls the access token inactive.")
            .also(&fapi2_sp::TOKEN_VALID)?;
        Ok(read(server, &said, introspection.audience_if_missing.as_deref())?)
    }

    /// The members of a response that is a JWT for this client, encrypted or not. One that is not signed by the issuer for it says
    /// nothing, as if the issuer had not answered.
    fn signed_answer(&self, server: &ResourceServer, turn: &Turn<'_>, answer: &[u8], client_id: &str) -> Result<Object, Pause> {
        let verified = |holds| fapi2_ms::SIGNED_INTROSPECTION_VERIFIED.require(holds, TemporarilyUnavailable, NO_SIGNED_ANSWER);
        let jws = match std::str::from_utf8(answer) {
            Ok(text) if Jwe::looks_like(text) => decryption::nested(turn, &self.decryption, text)?.ok(),
            Ok(text) => Jws::parse(text).ok(),
            Err(_) => None,
        };
        let jws = fapi2_ms::SIGNED_INTROSPECTION_VERIFIED.demand(jws, TemporarilyUnavailable, NO_SIGNED_ANSWER)?;
        verified(jws.header().typ_is("token-introspection+jwt"))?;
        verified(self.keys().verify(turn, &jws, Algorithms::ALL_ASYMMETRIC)?.is_ok())?;
        let claims = jws.claims().ok();
        let claims = fapi2_ms::SIGNED_INTROSPECTION_VERIFIED.demand(claims, TemporarilyUnavailable, NO_SIGNED_ANSWER)?;
        verified(claims.string("iss").is_ok_and(|iss| iss == Some(&*server.issuer)))?;
        let ours = |audience: &Audience| audience.iter().any(|recipient| recipient == client_id);
        verified(claims.audience().is_ok_and(|audience| audience.as_ref().is_some_and(ours)))?;
        let latest = turn.now().after(server.future_tolerance).seconds();
        verified(claims.numeric_date("iat").is_ok_and(|iat| iat.is_some_and(|iat| iat.ceil() <= latest)))?;
        let said = claims.members().get("token_introspection").and_then(Json::as_object).cloned();
        Ok(fapi2_ms::SIGNED_INTROSPECTION_VERIFIED.demand(said, TemporarilyUnavailable, NO_SIGNED_ANSWER)?)
    }
}

const NO_SIGNED_ANSWER: &str = "The introspection response is no JWT that the issuer signed for this resource server.";
