//! The access token of a request, and the checks that it must pass.

use super::ResourceServer;
use crate::exchange::{Entry, Pause, Turn};
use crate::form::Form;
use crate::grant::{Grant, SubjectCutoff};
use crate::inbound::Inbound;
use crate::issue::AccessToken;
use crate::jose::{Algorithms, ClaimError, Claims, Jws};
use crate::policy::SenderConstraints;
use crate::record::{Key, Write};
use crate::refusal::ErrorCode::{InvalidRequest, InvalidToken};
use crate::refusal::Refusal;
use crate::requirement::{fapi2_sp, local, rfc6750, rfc7519, rfc8705, rfc9068, rfc9449, rfc9700};
use crate::sender::{ClientCertificate, Confirmation, Proof, ProofPolicy, UseMarker};
use http::header::AUTHORIZATION;

/// A token as it was sent, with the proof or certificate of its sender.
pub(crate) struct PresentedToken {
    token: String,
    by_dpop: bool,
    proof: Option<Proof>,
    certificate: Option<ClientCertificate>,
}

impl PresentedToken {
    /// Reads the token from the `Authorization` header, or from the form where the endpoint accepts it there
    /// ([RFC 6750 §2](https://www.rfc-editor.org/rfc/rfc6750#section-2)).
    pub(crate) fn parse(
        server: &ResourceServer,
        inbound: &Inbound<'_>,
        target: &str,
        form: Option<&Form>,
    ) -> Result<Self, Refusal> {
        inbound.admit(&server.limits)?;
        in_query(inbound)?;
        let header = inbound.one_header(&AUTHORIZATION, &rfc6750::REQUEST_WELL_FORMED, InvalidRequest)?;
        let body = form.and_then(|form| form.get("access_token"));
        rfc6750::REQUEST_WELL_FORMED.require(header.is_none() || body.is_none(), InvalidRequest)?;
        let (by_dpop, token) = match (header, body) {
            (Some(header), _) => scheme(rfc6750::REQUEST_WELL_FORMED.demand(header.to_str().ok(), InvalidRequest)?)?,
            (None, Some(token)) => (false, token),
            (None, None) => return Err(rfc6750::TOKEN_PRESENT.refuse(InvalidToken)),
        };
        let token68 = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~+/=".contains(&octet);
        rfc6750::REQUEST_WELL_FORMED.require(!token.is_empty() && token.bytes().all(token68), InvalidRequest)?;
        let proof = if by_dpop { Proof::parse(inbound, target, server.primitives)? } else { None };
        Ok(Self { token: token.to_owned(), by_dpop, proof, certificate: ClientCertificate::of(inbound) })
    }

    /// Checks the token and returns its claims, with the write that records the use of a proof.
    pub(crate) fn admit(
        &self,
        server: &ResourceServer,
        turn: &Turn<'_>,
        audience: Option<&str>,
    ) -> Result<(AccessToken, Option<Write>), Pause> {
        let now = turn.context.now();
        let mark: Option<Key<UseMarker>> = self.proof.as_ref().map(|proof| server.key(server.digest(&proof.mark())));
        let claims = verify_access_token(server, turn, &self.token)?;
        let (live, used) = turn.facts.load((liveness(server, &claims), mark))?;
        rfc6750::TOKEN_LIVE.require(now < claims.exp, InvalidToken).map_err(also_fapi)?;
        rfc6750::TOKEN_LIVE.require(is_live(&claims, live, turn), InvalidToken).map_err(also_fapi)?;
        let for_us = audience.is_none_or(|audience| claims.aud == audience);
        rfc9700::TOKEN_FOR_US.require(for_us, InvalidToken)?;
        let spent = self.sender(server, turn, &claims, used.as_ref())?;
        Ok((claims, spent))
    }

    /// Checks the sender constraint (DPoP key or certificate).
    fn sender(
        &self,
        server: &ResourceServer,
        turn: &Turn<'_>,
        claims: &AccessToken,
        used: Option<&Entry<'_, UseMarker>>,
    ) -> Result<Option<Write>, Refusal> {
        let bound = match &claims.cnf {
            None => SenderConstraints::NONE,
            Some(Confirmation::Key(_)) => SenderConstraints::DPOP,
            Some(Confirmation::Certificate(_)) => SenderConstraints::MTLS,
        };
        server.policy.sender_constraint.require(&bound, InvalidToken)?;
        match &claims.cnf {
            Some(Confirmation::Key(jkt)) => {
                rfc9449::NO_BEARER_DOWNGRADE.require(self.by_dpop, InvalidToken)?;
                let proof = self.proof.as_ref().zip(used);
                let (proof, used) = rfc9449::RESOURCE_PROOF.demand(proof, crate::refusal::ErrorCode::InvalidDpopProof)?;
                let fit = ProofPolicy {
                    policy: &server.policy,
                    lifetime: server.proof_lifetime,
                    future_tolerance: server.future_tolerance,
                    access_token: Some(&self.token),
                };
                let spent = proof.check(turn, &fit, used)?;
                let same = crate::entropy::same(jkt, &proof.jkt);
                rfc9449::TOKEN_BOUND_TO_KEY.require(same, InvalidToken).map_err(sender_differs)?;
                Ok(Some(spent))
            }
            Some(Confirmation::Certificate(thumbprint)) => {
                let shown = self.certificate.as_ref().and_then(|shown| shown.thumbprint(turn.primitives));
                let shown = rfc8705::TOKEN_CERTIFICATE.demand(shown, InvalidToken).map_err(sender_differs)?;
                let same = crate::entropy::same(thumbprint, &shown);
                rfc8705::CERTIFICATE_MISMATCH.require(same, InvalidToken).map_err(sender_differs)?;
                rfc9449::TOKEN_BOUND_TO_KEY.require(!self.by_dpop, InvalidToken)?;
                Ok(None)
            }
            None => {
                rfc9449::TOKEN_BOUND_TO_KEY.require(!self.by_dpop, InvalidToken)?;
                Ok(None)
            }
        }
    }
}

/// Verifies an access token of this server, by its signature or by its reference, and returns the claims. The caller must still
/// check expiry and revocation.
pub(crate) fn verify_access_token(server: &ResourceServer, turn: &Turn<'_>, token: &str) -> Result<AccessToken, Pause> {
    if !token.contains('.') {
        let stored = turn.facts.load(server.key::<AccessToken>(server.digest(token)))?.live(turn.context.now());
        return Ok(rfc6750::TOKEN_LIVE.demand(stored.map(|stored| stored.get().clone()), InvalidToken).map_err(also_fapi)?);
    }
    let invalid = |basis| {
        let mut refusal = rfc9068::VALIDATED.refuse(InvalidToken);
        refusal.basis.extend([basis, &rfc9068::INVALID_TOKEN, &fapi2_sp::TOKEN_VALID]);
        refusal
    };
    let jws = Jws::parse(token).map_err(|error| invalid(error.basis()))?;
    rfc9068::VALIDATED.require(jws.header().typ_is("at+jwt"), InvalidToken)?;
    let kid = local::OWN_TOKEN.demand(jws.header().kid(), InvalidToken)?;
    let key = rfc9068::VALIDATED.demand(server.keys.iter().find(|key| key.kid() == Some(kid)), InvalidToken)?;
    let verified =
        turn.facts.verified(format!("access {token}"), || jws.verify(key, Algorithms::ALL_ASYMMETRIC, turn.primitives));
    verified.map_err(|error| invalid(error.basis()))?;
    let said = jws.claims().map_err(|error| invalid(error.basis()))?;
    let begins = said.numeric_date("nbf").map_err(|error| invalid(error.basis()))?;
    let now = turn.context.now().after(server.future_tolerance);
    rfc7519::NOT_BEFORE_NBF.require(begins.is_none_or(|nbf| nbf.ceil() <= now.seconds()), InvalidToken)?;
    rfc9068::VALIDATED.require(is_complete(&said).map_err(|error| invalid(error.basis()))?, InvalidToken)?;
    let claims: Option<AccessToken> = serde_json::from_slice(jws.payload()).ok();
    let claims = local::OWN_TOKEN.demand(claims, InvalidToken)?;
    rfc9068::VALIDATED.require(claims.iss == server.issuer, InvalidToken)?;
    Ok(claims)
}

/// Returns true if the claims that every JWT access token must have are present
/// ([RFC 9068 §2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2)).
fn is_complete(said: &Claims) -> Result<bool, ClaimError> {
    for name in ["iss", "sub", "client_id", "jti"] {
        if said.string(name)?.is_none() {
            return Ok(false);
        }
    }
    Ok(said.numeric_date("exp")?.is_some() && said.numeric_date("iat")?.is_some() && said.audience()?.is_some())
}

type Liveness = (Key<Grant>, Key<UseMarker>, Option<Key<SubjectCutoff>>);

/// Returns the three keys that decide whether a token is live.
pub(crate) fn liveness(server: &ResourceServer, claims: &AccessToken) -> Liveness {
    let epoch = claims.subject().map(|subject| server.key(SubjectCutoff::id(server.primitives, subject)));
    (server.key(&claims.grant), server.key(server.digest(&revocation_mark(&claims.jti))), epoch)
}

/// Returns true if the token is live: neither it, nor its grant, nor the user's login has been revoked.
pub(crate) fn is_live(
    claims: &AccessToken,
    (grant, revoked, epoch): <Liveness as crate::exchange::Keys>::Found<'_>,
    turn: &Turn<'_>,
) -> bool {
    let now = turn.context.now();
    let granted = grant.live(now).is_some_and(|grant| !grant.revoked);
    granted && !revoked.is_live(now) && epoch.is_none_or(|epoch| SubjectCutoff::admits(epoch, claims.auth_time, now))
}

/// Returns the name under which the revocation of one access token is recorded.
pub(crate) fn revocation_mark(jti: &str) -> String {
    format!("revoked\0{jti}")
}

fn in_query(inbound: &Inbound<'_>) -> Result<(), Refusal> {
    let sent = form_urlencoded::parse(inbound.query_text().as_bytes()).any(|(name, _)| name == "access_token");
    let mut refusal = fapi2_sp::NO_TOKEN_IN_QUERY.refuse(InvalidRequest);
    refusal.basis.push(&rfc6750::NO_TOKEN_IN_QUERY);
    if fapi2_sp::NO_TOKEN_IN_QUERY.broken_unless(!sent) { Err(refusal) } else { Ok(()) }
}

/// Splits the header into scheme and token, and returns true for DPoP. Scheme names are case-insensitive (RFC 9110 §11.1).
fn scheme(header: &str) -> Result<(bool, &str), Refusal> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let token = token.trim_start_matches(' ');
    if scheme.eq_ignore_ascii_case("dpop") {
        return Ok((true, token));
    }
    rfc6750::TOKEN_PRESENT.require(scheme.eq_ignore_ascii_case("bearer"), InvalidToken)?;
    Ok((false, token))
}

fn also_fapi(mut refusal: Refusal) -> Refusal {
    refusal.basis.push(&fapi2_sp::TOKEN_VALID);
    refusal
}

fn sender_differs(mut refusal: Refusal) -> Refusal {
    refusal.basis.push(&fapi2_sp::TOKEN_SENDER_VERIFIED);
    refusal
}
