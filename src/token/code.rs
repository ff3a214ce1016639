//! Codes: redeemed once, by the client they were given to
//! ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)).

use super::TokenRequest;
use super::response::response;
use crate::authorization::{AuthorizationCode, Granted, still_fits, still_logged_in, still_may_have};
use crate::client::AuthenticatedClient;
use crate::entropy::same;
use crate::exchange::{Decision, Entry, Pause, Response, Turn};
use crate::grant::{Grant, Refresh};
use crate::issue::{AccessToken, id_token};
use crate::pkce::CodeVerifier;
use crate::policy::{Rotation, RotationInput};
use crate::refusal::ErrorCode::{InvalidGrant, InvalidRequest};
use crate::refusal::Refusal;
use crate::requirement::{fapi2_sp, rfc6749, rfc7636, rfc9449, rfc9700};
use crate::sender::Confirmation;

impl TokenRequest {
    pub(super) fn redeem(
        &self,
        turn: &Turn<'_>,
        caller: &AuthenticatedClient<'_>,
        code: Entry<'_, AuthorizationCode>,
    ) -> Result<Decision<Response>, Pause> {
        let (server, now) = (&self.server, turn.context.now());
        let code = rfc6749::INVALID_GRANT.demand(code.live(now), InvalidGrant)?;
        let granted = match code.get() {
            AuthorizationCode::Granted(granted) => granted,
            AuthorizationCode::Redeemed { grant } => return Err(self.replayed(turn, caller, grant)?.into()),
        };
        rfc6749::CODE_BOUND_TO_CLIENT.require(granted.request.client_id == caller.client.client_id(), InvalidGrant)?;
        self.expires(turn, caller, granted)?;
        rfc6749::INVALID_GRANT.require(still_logged_in(server, turn, &granted.user)?, InvalidGrant)?;
        still_fits(caller.policy, &caller.client, &granted.request, InvalidGrant)?;
        self.same_redirect_uri(granted)?;
        self.verifier_fits(turn, granted)?;
        let binding = self.binding(turn, caller)?;
        self.bound_key_proven(granted)?;

        let root = turn.context.handle(turn.primitives, "grant");
        let root = root.as_str();
        let grant = Grant {
            client_id: granted.request.client_id.clone(),
            user: Some(granted.user.clone()),
            scope: still_may_have(server, &caller.client, &granted.scope),
            claims: granted.request.claims.clone(),
            claims_locales: granted.request.claims_locales.clone(),
            tells_auth_time: tells_auth_time(caller, granted),
            revoked: false,
        };
        let claims = AccessToken::of(server, turn, caller, root, &grant, grant.scope.clone(), binding.clone());
        let (access_token, stored) = claims.mint(server, turn, caller.policy)?;
        let id_token = match grant.scope.contains("openid") {
            true => Some(id_token(server, turn, caller, &grant, granted.request.nonce.as_deref(), &access_token)?),
            false => None,
        };
        let refresh = self.refresh_of(caller, root, binding);
        let handle = turn.context.handle(turn.primitives, "refresh token");
        let reply = response(turn, &claims, &access_token, refresh.as_ref().map(|_| handle.as_str()), id_token.as_deref());
        let until = now.after(server.settings.lifetimes.grant);
        let mut writes = vec![
            code.replace(
                &AuthorizationCode::Redeemed { grant: root.to_owned() },
                now.after(server.settings.lifetimes.replay_memory),
            ),
            server.key(root).insert(&grant, until),
        ];
        writes.extend(stored);
        writes.extend(refresh.map(|refresh| server.key(handle.digest(turn.primitives)).insert(&refresh, until)));
        Ok(Decision::commits(reply, writes).about(granted.user.subject.clone()))
    }

    /// A code that comes twice: whatever the first one gave is taken back, for whoever is the thief
    /// ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)). Only its own client can do that.
    fn replayed(&self, turn: &Turn<'_>, caller: &AuthenticatedClient<'_>, grant: &str) -> Result<Refusal, Pause> {
        let grant = turn.facts.load(self.server.key::<Grant>(grant))?.live(turn.context.now());
        let own = grant.filter(|grant| grant.client_id == caller.client.client_id());
        let mut refusal = rfc6749::CODE_ONCE.refuse(InvalidGrant);
        refusal.basis.extend([&fapi2_sp::CODE_ONCE, &rfc9700::CODE_INVALIDATED]);
        Ok(refusal.writing(own.map(|grant| grant.replace(&grant.revoke(), grant.expires()))))
    }

    /// Within the time it was given, and within what the policy allows now.
    fn expires(&self, turn: &Turn<'_>, caller: &AuthenticatedClient<'_>, granted: &Granted) -> Result<(), Refusal> {
        let now = turn.context.now();
        let age = u32::try_from(now.since(granted.issued_at)).unwrap_or(u32::MAX);
        caller.policy.code_lifetime.require(&age, InvalidGrant)?;
        rfc6749::CODE_EXPIRES.require(now < granted.good_until, InvalidGrant)
    }

    fn same_redirect_uri(&self, granted: &Granted) -> Result<(), Refusal> {
        let same = match self.form.get("redirect_uri") {
            Some(sent) => sent == granted.request.target.uri(),
            None => !granted.request.redirect_uri_sent,
        };
        rfc6749::REDIRECT_URI_IDENTICAL.require(same, InvalidGrant)
    }

    /// PKCE ([RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)).
    fn verifier_fits(&self, turn: &Turn<'_>, granted: &Granted) -> Result<(), Refusal> {
        let sent = self.form.get("code_verifier");
        let Some(challenge) = &granted.request.challenge else {
            return rfc9700::VERIFIER_UNASKED.require(sent.is_none(), InvalidGrant);
        };
        let Some(sent) = sent else { return rfc7636::VERIFIER_PRESENT.require(false, InvalidGrant) };
        let verifier = CodeVerifier::parse(sent).map_err(|error| error.basis().refuse(InvalidGrant))?;
        rfc7636::VERIFIER_FITS.require(challenge.fits(&verifier, turn.primitives), InvalidGrant)
    }

    /// The key a code was bound to ([RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)).
    fn bound_key_proven(&self, granted: &Granted) -> Result<(), Refusal> {
        let Some(jkt) = &granted.request.dpop_jkt else { return Ok(()) };
        let proof = rfc9449::CODE_BOUND_TO_KEY.demand(self.proof.as_ref(), InvalidRequest)?;
        rfc9449::CODE_BOUND_TO_KEY.require(same(jkt, &proof.jkt), InvalidGrant)
    }

    /// A refresh token, if the client may use one and the policy allows one that is protected well enough.
    fn refresh_of(&self, caller: &AuthenticatedClient<'_>, root: &str, binding: Option<Confirmation>) -> Option<Refresh> {
        if !caller.client.metadata.may_use("refresh_token") {
            return None;
        }
        let binding = binding.filter(|_| !caller.client.is_confidential());
        self.rotation(caller, binding.is_some())?;
        Some(Refresh { grant: root.to_owned(), binding, rotated: false })
    }

    /// What becomes of a refresh token at its use: it stays where the policy allows that; `None` is that there must be none.
    pub(super) fn rotation(&self, caller: &AuthenticatedClient<'_>, bound: bool) -> Option<Rotation> {
        let unprotected = !caller.client.is_confidential() && !bound;
        let admitted = |rotation: &Rotation| caller.policy.refresh_rotation.admits(&RotationInput::new(*rotation, unprotected));
        [Rotation::Keep, Rotation::Rotate].into_iter().find(admitted)
    }
}

/// [OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken), `auth_time`.
fn tells_auth_time(caller: &AuthenticatedClient<'_>, granted: &Granted) -> bool {
    let asked = granted.request.claims.id_token.iter().any(|request| request.name == "auth_time");
    granted.request.max_age_sent
        || asked
        || caller.client.metadata.require_auth_time
        || caller.client.metadata.default_max_age.is_some()
}
