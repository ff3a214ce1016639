//! ID tokens ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).

use super::{sign, sign_shared};
use crate::claims;
use crate::claims_parameter::ClaimRequest;
use crate::client::AuthenticatedClient;
use crate::detail::words;
use crate::error_code::ErrorCode::UnauthorizedClient;
use crate::exchange::{ClaimsRequest, Pause};
use crate::fault::Fault;
use crate::grant::Grant;
use crate::jose::{Algorithm, Json, Object};
use crate::requirement::local;
use crate::scope::Scope;

/// Issues the ID token that accompanies this access token. `nonce` is the one of the request, and only the first ID token has
/// it.
pub(crate) fn id_token(
    turn: &AuthenticatedClient<'_>,
    grant: &Grant,
    nonce: Option<&str>,
    (access_token, scope): (&str, &Scope),
) -> Result<String, Pause> {
    let user = grant.user.as_ref().ok_or_else(|| Fault::new("an ID token needs a user"))?;
    let (settings, now) = (turn.settings(), turn.now());
    let registered = turn.client.metadata.id_token_signed_response_alg;
    let confidential = turn.client.is_confidential();
    let of_public = if confidential { None } else { settings.public_algorithm(&turn.policy, now) };
    let algorithm = of_public.or(registered).or_else(|| settings.default_algorithm(&turn.policy, now));
    let secret = turn.client.secret.as_ref().filter(|secret| confidential && secret.is_usable());
    let usable = |algorithm: &Algorithm| {
        if algorithm.is_symmetric() { secret.is_some() } else { settings.keys.signing_key(*algorithm, now).is_some() }
    };
    let algorithm = local::CLIENT_FITS_POLICY.demand(
        algorithm.filter(usable),
        UnauthorizedClient,
        "This server has no key for the algorithm of the client's ID tokens.",
    )?;
    turn.policy.issued_algorithm.require(
        &algorithm,
        UnauthorizedClient,
        words!("The client's ID tokens are signed with {}; allowed: {}.", algorithm, turn.policy.issued_algorithm.expected()),
    )?;
    let mut claims = Object::default()
        .with("iss", settings.issuer.as_str())
        .with("sub", user.subject.as_str())
        .with("aud", turn.client_id())
        .with("exp", now.after(settings.lifetimes.id_token).seconds())
        .with("iat", now.seconds());
    if grant.tells_auth_time {
        claims.insert("auth_time", user.auth_time.seconds());
    }
    if let Some(nonce) = nonce {
        claims.insert("nonce", nonce);
    }
    if let Some(acr) = &user.acr {
        claims.insert("acr", acr.as_str());
    }
    if !user.amr.is_empty() {
        claims.insert("amr", user.amr.clone());
    }
    claims.insert("at_hash", algorithm.half_hash(access_token, turn.primitives));
    for (name, value) in asked_for(turn, grant, scope)? {
        claims.insert(name, value);
    }
    match secret {
        Some(secret) if algorithm.is_symmetric() => sign_shared(turn, &secret.open(turn)?, algorithm, "JWT", &claims),
        _ => sign(turn, algorithm, "JWT", &claims),
    }
}

/// Returns the claims that the `claims` parameter requests for the ID token. Claims that scopes request go to userinfo
/// ([§5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)), unless the server puts them here too
/// (`OCP-PIPE-33`). For either party these are those of granted scopes alone (`OCP-CLI-08`).
fn asked_for(turn: &AuthenticatedClient<'_>, grant: &Grant, scope: &Scope) -> Result<Vec<(String, Json)>, Pause> {
    // None of them is one of `OWN_CLAIMS`.
    let known = |request: &&ClaimRequest| turn.settings().claims.contains(&request.name);
    let wanted: Vec<_> = grant.claims.id_token.iter().filter(known).collect();
    let by_scope = claims::of_scope(scope).filter(|_| turn.settings().switches.scope_claims_in_id_token);
    let by_scope: Vec<_> = by_scope.filter(|name| turn.settings().claims.iter().any(|known| known == name)).collect();
    let mut names: Vec<_> =
        wanted.iter().map(|request| &*request.name).chain(by_scope.iter().copied()).map(str::to_owned).collect();
    let (Some(subject), false) = (grant.subject(), names.is_empty()) else { return Ok(vec![]) };
    names.sort();
    names.dedup();
    let request = ClaimsRequest::new(subject, names, grant.claims_locales.clone());
    let known = turn.facts.claims(request)?;
    let fitting = |(name, value): &&(String, Json)| {
        let asked = wanted.iter().any(|request| request.name == *name && request.takes(value));
        *value != Json::Null && (asked || by_scope.contains(&name.as_str()))
    };
    Ok(known.iter().filter(fitting).cloned().collect())
}
