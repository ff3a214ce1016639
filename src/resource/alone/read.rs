//! The members of a token or of an introspection response.

use crate::access_token::{AccessToken, Audiences};
use crate::error_code::ErrorCode::InvalidToken;
use crate::jose::{Claims, Json, Object};
use crate::refusal::Refusal;
use crate::requirement::{local, rfc9068, rfc9700};
use crate::resource::ResourceServer;
use crate::resource::verify::invalid;
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::time::Timestamp;

/// The members of a token or of an introspection response. A response without `exp` is about a token that the issuer calls active
/// at this moment.
pub(super) fn read(server: &ResourceServer, said: &Object, audience_if_missing: Option<&str>) -> Result<AccessToken, Refusal> {
    let claims = Claims::from(said.clone());
    let text = |name| claims.string(name).map_err(|error| invalid(&error));
    let date = |name| claims.numeric_date(name).map_err(|error| invalid(&error));
    let iss = text("iss")?.unwrap_or(&server.issuer).to_owned();
    rfc9068::VALIDATED.require(
        iss == server.issuer,
        InvalidToken,
        "iss of the access token is not the issuer that this resource trusts.",
    )?;
    let audience = claims.audience().map_err(|error| invalid(&error))?;
    let audience = audience.map(|audience| audience.iter().map(str::to_owned).collect());
    let audience = audience.or_else(|| audience_if_missing.map(|audience| vec![audience.to_owned()]));
    let audience =
        rfc9700::TOKEN_FOR_US.demand(audience, InvalidToken, "The issuer does not say which API the access token is for.")?;
    let exp = date("exp")?.map_or(Timestamp::NEVER, |exp| Timestamp::from_seconds(exp.floor()));
    let iat = date("iat")?.map_or(0, |iat| iat.floor());
    let scope = text("scope")?.map(Scope::parse).transpose();
    let scope = local::OWN_TOKEN.demand(scope.ok(), InvalidToken, "scope of the access token is malformed.")?.unwrap_or_default();
    let client_id = text("client_id")?.or(text("azp")?).unwrap_or_default().to_owned();
    let sub = text("sub")?.unwrap_or_default().to_owned();
    // A client's own token has the client as its subject (RFC 9068 §2.2).
    let auth_time = date("auth_time")?.map(|time| Timestamp::from_seconds(time.floor()));
    let user = !sub.is_empty() && sub != client_id;
    Ok(AccessToken {
        iss,
        aud: Audiences::of(audience),
        exp,
        iat: Timestamp::from_seconds(iat),
        jti: text("jti")?.unwrap_or_default().to_owned(),
        client_id,
        scope,
        permissions: permissions(said)?,
        org_id: text("org_id")?.map(str::to_owned),
        grant: String::new(),
        auth_time: user.then(|| auth_time.unwrap_or(Timestamp::from_seconds(iat))),
        sub,
        acr: text("acr")?.map(str::to_owned),
        amr: vec![],
        cnf: confirmation(said)?,
    })
}

/// The permissions of the user, in dialects that list them.
fn permissions(said: &Object) -> Result<Option<Vec<String>>, Refusal> {
    let Some(listed) = said.get("permissions") else { return Ok(None) };
    let texts = match listed {
        Json::Array(listed) => listed.iter().map(|each| each.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    local::OWN_TOKEN.demand(texts, InvalidToken, "permissions of the access token is not an array of strings.").map(Some)
}

/// `cnf`: a token with a confirmation that cannot be checked must not be accepted
/// ([RFC 7800 §3.1](https://www.rfc-editor.org/rfc/rfc7800#section-3.1)).
fn confirmation(said: &Object) -> Result<Option<Confirmation>, Refusal> {
    let Some(cnf) = said.get("cnf") else { return Ok(None) };
    let cnf = serde_json::from_str(&cnf.to_string()).ok();
    local::OWN_TOKEN.demand(cnf, InvalidToken, "cnf of the access token is one that cannot be checked.").map(Some)
}
