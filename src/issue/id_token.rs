//! ID tokens ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).

use super::{algorithm_for, protect, sign_for};
use crate::claims;
use crate::claims_parameter::ClaimRequest;
use crate::client::{ClientMetadata, ClientTurn};
use crate::exchange::{ClaimsRequest, Pause};
use crate::fault::Fault;
use crate::grant::Grant;
use crate::jose::{Json, Object};
use crate::life_cycle::Asked;
use crate::scope::Scope;

/// The name of ID tokens in words.
const MESSAGES: &str = "ID tokens";

/// The values of a response that its ID token refers to, or repeats.
#[derive(Default)]
pub(crate) struct Beside<'a> {
    /// The `nonce` of the authorization request, for the first ID token only.
    pub(crate) nonce: Option<&'a str>,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
}

/// The claims about the user that an ID token holds, besides those about the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// None: the token endpoint tells them
    /// ([OpenID Connect Core §3.3.3.6](https://openid.net/specs/openid-connect-core-1_0.html#HybridIDToken2)).
    Elsewhere,
    /// Those that the `claims` parameter asks for.
    ByName,
    /// Those of the scope as well, since no access token tells them.
    ByScope,
}

/// Issues an ID token for the login behind this grant.
pub(crate) fn id_token(
    turn: &ClientTurn<'_>,
    grant: &Grant,
    scope: &Scope,
    beside: &Beside<'_>,
    told: Told,
) -> Result<String, Pause> {
    let user = grant.user.as_ref().ok_or_else(|| Fault::new("an ID token needs a user"))?;
    let (settings, now) = (turn.settings(), turn.now());
    let of_public = if turn.client.is_confidential() { None } else { settings.public_algorithm(&turn.policy, now) };
    let registered = of_public.or(turn.client.metadata.id_token_signed_response_alg);
    let algorithm = algorithm_for(turn, registered, MESSAGES)?;
    let mut claims = Object::default()
        .with("iss", settings.issuer.as_str())
        .with("sub", user.subject.as_str())
        .with("aud", turn.client_id())
        .with("exp", now.after(settings.lifetimes.id_token).seconds())
        .with("iat", now.seconds());
    if grant.tells_auth_time {
        claims.insert("auth_time", user.auth_time.seconds());
    }
    if let Some(nonce) = beside.nonce {
        claims.insert("nonce", nonce);
    }
    if let Some(acr) = &user.acr {
        claims.insert("acr", acr.as_str());
    }
    if !user.amr.is_empty() {
        claims.insert("amr", user.amr.clone());
    }
    for (name, value) in [("at_hash", beside.access_token), ("c_hash", beside.code), ("s_hash", beside.state)] {
        if let Some(value) = value {
            claims.insert(name, algorithm.half_hash(value, turn.primitives));
        }
    }
    for (name, value) in asked_for(turn, grant, scope, told)? {
        claims.insert(name, value);
    }
    let signed = sign_for(turn, algorithm, "JWT", &claims)?;
    protect(turn, signed, turn.client.metadata.id_token_encryption(), MESSAGES)
}

/// Returns true if the ID tokens of a request hold `auth_time`.
pub(super) fn tells_auth_time(metadata: &ClientMetadata, asked: &Asked) -> bool {
    let by_name = asked.claims.id_token.iter().any(|request| request.name == "auth_time");
    asked.max_age_sent || by_name || metadata.require_auth_time || metadata.default_max_age.is_some()
}

/// Returns the claims that the `claims` parameter requests for the ID token. Claims that scopes request go to userinfo
/// ([§5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)), unless no access token is issued or the server puts them
/// here too (`OCP-PIPE-33`). For either party these are those of granted scopes alone (`OCP-CLI-08`).
fn asked_for(turn: &ClientTurn<'_>, grant: &Grant, scope: &Scope, told: Told) -> Result<Vec<(String, Json)>, Pause> {
    if told == Told::Elsewhere {
        return Ok(vec![]);
    }
    // None of them is one of `OWN_CLAIMS`.
    let known = |request: &&ClaimRequest| turn.settings().claims.contains(&request.name);
    let wanted: Vec<_> = grant.claims.id_token.iter().filter(known).collect();
    let scope_counts = told == Told::ByScope || turn.settings().switches.scope_claims_in_id_token;
    let by_scope = claims::of_scope(scope).filter(|_| scope_counts);
    let by_scope: Vec<_> = by_scope.filter(|name| turn.settings().claims.iter().any(|known| known == name)).collect();
    let mut names: Vec<_> =
        wanted.iter().map(|request| &*request.name).chain(by_scope.iter().copied()).map(str::to_owned).collect();
    let (Some(subject), false) = (grant.subject(), names.is_empty()) else { return Ok(vec![]) };
    names.sort();
    names.dedup();
    let request = ClaimsRequest::new(subject, names, grant.claims_locales.clone());
    let known = turn.facts.claims(request)?;
    let terms = &turn.client.terms;
    let told =
        |(name, value): &(String, Json)| Some((name.clone(), claims::told(name, value, terms, turn.settings().corrections)?));
    let fitting = |(name, value): &(String, Json)| {
        let asked = wanted.iter().any(|request| request.name == *name && request.takes(value));
        asked || by_scope.contains(&name.as_str())
    };
    Ok(known.iter().filter_map(told).filter(fitting).collect())
}
