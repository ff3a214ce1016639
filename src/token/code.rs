//! Codes: redeemed once, by the client they were issued to
//! ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)).

use super::response::response;
use super::{GrantRow, TokenRequest, rotation};
use crate::access::{self, REFRESH_TOKEN, RefreshToken, Wanted};
use crate::client::AuthenticatedClient;
use crate::detail::words;
use crate::entropy::same;
use crate::error_code::ErrorCode::{InvalidGrant, InvalidRequest};
use crate::exchange::{Decision, Pause};
use crate::grant::Grant;
use crate::issue::{Issue, issue};
use crate::life_cycle::{AuthorizationCode, Granted};
use crate::permissions::Permissions;
use crate::pkce::CodeVerifier;
use crate::reason::Reason;
use crate::recheck::still_acceptable;
use crate::record::{Key, RecordKey};
use crate::refusal::Refusal;
use crate::requirement::{fapi2_sp, rfc6749, rfc7636, rfc9449, rfc9700};
use crate::response::Response;
use crate::server::ServerTurn;

pub(super) const GRANT: GrantRow = GrantRow { grant_type: "authorization_code", keys, redeem };

fn keys(request: &TokenRequest, turn: &ServerTurn<'_>) -> Vec<RecordKey> {
    let code = key(request, turn).map(|key| key.0);
    code.into_iter().chain([turn.server.client_cutoff(request.client.client_id()).0]).collect()
}

fn key(request: &TokenRequest, turn: &ServerTurn<'_>) -> Option<Key<AuthorizationCode>> {
    Some(turn.key(turn.digest(request.form.get("code")?)))
}

fn redeem(request: &TokenRequest, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
    let code =
        turn.load(rfc6749::INVALID_REQUEST.demand(key(request, turn), InvalidRequest, "The parameter code is missing.")?)?;
    let code = rfc6749::INVALID_GRANT.demand(code.live(turn.now()), InvalidGrant, "The code is unknown or has expired.")?;
    let granted = match code.get() {
        AuthorizationCode::Granted(granted) => granted,
        AuthorizationCode::Redeemed(redeemed) => return Err(replayed(turn, &redeemed.grant)?.into()),
    };
    let own = granted.request.asked.client_id == turn.client_id();
    rfc6749::CODE_BOUND_TO_CLIENT.require(own, InvalidGrant, "The code was issued to another client.")?;
    let turn = &turn.for_api_of(&granted.permissions)?;
    expires(turn, granted)?;
    let subject = Some(granted.user.subject.as_str());
    turn.load(turn.server.cutoffs(turn.client_id(), subject))?;
    rfc6749::INVALID_GRANT.require(
        turn.is_still_logged_in(&granted.user)?,
        InvalidGrant,
        "The user of the code is gone or was logged out.",
    )?;
    let still = turn.still_has(turn.client_id(), subject, &granted.issued_at)?;
    rfc6749::INVALID_GRANT.require(still, InvalidGrant, "The client or the user was removed after the code was issued.")?;
    still_acceptable(turn, &granted.request.channel, InvalidGrant)?;
    same_redirect_uri(request, granted)?;
    verifier_fits(request, turn, granted)?;
    let binding = request.binding(turn)?;
    bound_key_proven(request, granted)?;
    let terms = &turn.client.terms;
    let audience = access::granted(turn.settings(), terms, &request.parameters(), &granted.permissions.resources)?;
    let wanted = Wanted { scope: Some(&granted.permissions.scope), original: None };
    let entitled = access::of_user(turn, audience, &granted.user.subject, wanted, None)?;
    let words = "The client may have none of the granted scope any more.";
    let entitled = entitled.required(&rfc6749::INVALID_GRANT, InvalidGrant, words)?;

    let root = turn.handle("grant");
    let root = root.as_str();
    let asked = &granted.request.asked;
    let grant = Grant {
        client_id: asked.client_id.clone(),
        user: Some(granted.user.clone()),
        permissions: Permissions { scope: entitled.scope.clone(), ..granted.permissions.clone() },
        claims: asked.claims.clone(),
        claims_locales: asked.claims_locales.clone(),
        tells_auth_time: tells_auth_time(turn, granted),
        issued_at: turn.issuing(turn.client_id(), subject)?,
        revoked: false,
        replaced: None,
        customized: entitled.customized.clone(),
    };
    let offline = REFRESH_TOKEN.decide([
        terms.oidc_conformant,
        asked.offline_asked,
        asked.device_sent,
        entitled.scope.contains("offline_access"),
    ]);
    let nonce = granted.request.channel.nonce.as_deref();
    let issued =
        issue(turn, Issue { root, grant: &grant, audience, entitled, organization: None, binding: binding.clone(), nonce })?;
    let refresh = rotation::first(turn, root, Some(&granted.user.subject), binding, offline.then == RefreshToken::Issued);
    let handle = turn.handle("refresh token");
    let reply = response(turn, &issued, refresh.as_ref().map(|_| handle.as_str()));
    let lifetimes = &turn.settings().lifetimes;
    let until = turn.after(lifetimes.grant);
    let redeemed = code.replace(&AuthorizationCode::redeemed(root), turn.after(lifetimes.replay_memory));
    let event = issued.event(refresh.is_some());
    let refresh = refresh.map(|refresh| turn.key(handle.digest(turn.primitives)).insert(&refresh, until));
    let writes = [redeemed, turn.key(root).insert(&grant, until)].into_iter().chain(issued.writes).chain(refresh);
    Ok(Decision::commits(reply, writes).about(Some(&granted.user.subject)).issues(event))
}

/// A replayed code revokes everything issued from it, because the server cannot tell which party is the attacker
/// ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)). Only the code's own client causes that, and only the
/// first replay writes, so that many at once do not keep one another from their answers.
fn replayed(turn: &AuthenticatedClient<'_>, grant: &str) -> Result<Refusal, Pause> {
    let grant = turn.load(turn.key::<Grant>(grant))?.live(turn.now());
    let own = grant.filter(|grant| grant.client_id == turn.client_id() && !grant.revoked);
    let refusal = rfc6749::CODE_ONCE
        .refuse(InvalidGrant, "The code was used before.")
        .also([&fapi2_sp::CODE_ONCE, &rfc9700::CODE_INVALIDATED]);
    Ok(refusal.writing(own.map(|grant| grant.replace(&grant.revoke(), grant.expires()))))
}

/// Checks the lifetime that the code was issued with, and the one that the policy allows now.
fn expires(turn: &AuthenticatedClient<'_>, granted: &Granted) -> Result<(), Refusal> {
    let now = turn.now();
    let age = u32::try_from(now.since(granted.issued_at.at)).unwrap_or(u32::MAX);
    turn.policy.code_lifetime.require(
        &age,
        InvalidGrant,
        words!("The code is {} s old; allowed: {}.", age, turn.policy.code_lifetime.expected()),
    )?;
    rfc6749::CODE_EXPIRES.require(now < granted.redeemable_until, InvalidGrant, "The code has expired.")
}

fn same_redirect_uri(request: &TokenRequest, granted: &Granted) -> Result<(), Refusal> {
    let channel = &granted.request.channel;
    let same = match request.form.get("redirect_uri") {
        Some(sent) => sent == channel.target.uri(),
        None => !channel.redirect_uri_sent,
    };
    rfc6749::REDIRECT_URI_IDENTICAL.require(same, InvalidGrant, "redirect_uri is not that of the authorization request.")
}

/// PKCE ([RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)).
fn verifier_fits(request: &TokenRequest, turn: &AuthenticatedClient<'_>, granted: &Granted) -> Result<(), Refusal> {
    let sent = request.form.get("code_verifier");
    let Some(challenge) = &granted.request.channel.challenge else {
        return rfc9700::VERIFIER_UNASKED.require(
            sent.is_none(),
            InvalidGrant,
            "code_verifier was sent, but the authorization request had no code_challenge.",
        );
    };
    let Some(sent) = sent else {
        return rfc7636::VERIFIER_PRESENT.require(
            false,
            InvalidGrant,
            "code_verifier is missing; the authorization request had a code_challenge.",
        );
    };
    let verifier = CodeVerifier::parse(sent).map_err(|error| error.refuse(InvalidGrant, "PKCE"))?;
    rfc7636::VERIFIER_FITS.require(
        challenge.fits(&verifier, turn.primitives),
        InvalidGrant,
        "code_verifier does not match the code_challenge of the authorization request.",
    )
}

/// Demands the key that the code was bound to ([RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)).
fn bound_key_proven(request: &TokenRequest, granted: &Granted) -> Result<(), Refusal> {
    let Some(jkt) = &granted.request.channel.dpop_jkt else { return Ok(()) };
    let proof = rfc9449::CODE_BOUND_TO_KEY.demand(
        request.proof.as_ref(),
        InvalidRequest,
        "The code is bound to a DPoP key, and the request has no DPoP proof.",
    )?;
    rfc9449::CODE_BOUND_TO_KEY.require(
        same(jkt, &proof.jkt),
        InvalidGrant,
        "The code is bound to another key than that of the DPoP proof.",
    )
}

/// [OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken), `auth_time`.
fn tells_auth_time(turn: &AuthenticatedClient<'_>, granted: &Granted) -> bool {
    let asked = &granted.request.asked;
    let by_name = asked.claims.id_token.iter().any(|request| request.name == "auth_time");
    let metadata = &turn.client.metadata;
    asked.max_age_sent || by_name || metadata.require_auth_time || metadata.default_max_age.is_some()
}
