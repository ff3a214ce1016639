//! The access token of a request, and every check of it.

use super::ResourceServer;
use super::verify::{is_live, liveness, verify_access_token};
use crate::access_token::AccessToken;
use crate::detail::words;
use crate::error_code::ErrorCode::{InvalidDpopProof, InvalidRequest, InvalidToken};
use crate::exchange::{Entry, Pause, Turn};
use crate::form::Form;
use crate::inbound::Inbound;
use crate::policy::SenderConstraints;
use crate::record::{Key, Write};
use crate::refusal::{Also, Refusal};
use crate::requirement::{fapi2_sp, rfc6750, rfc8705, rfc9449, rfc9700};
use crate::sender::{ClientCertificate, Confirmation, Proof, ProofPolicy, UseMarker};
use http::header::AUTHORIZATION;

/// A token as it was sent, with the sender's proof of possession.
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
        rfc6750::REQUEST_WELL_FORMED.require(
            header.is_none() || body.is_none(),
            InvalidRequest,
            "The access token is in the header and in the body; one place is allowed.",
        )?;
        let (by_dpop, token) = match (header, body) {
            (Some(header), _) => scheme(rfc6750::REQUEST_WELL_FORMED.demand(
                header.to_str().ok(),
                InvalidRequest,
                "The Authorization header contains a character that is not ASCII.",
            )?)?,
            (None, Some(token)) => (false, token),
            (None, None) => return Err(rfc6750::TOKEN_PRESENT.refuse(InvalidToken, "The request has no access token.")),
        };
        let token68 = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~+/=".contains(&octet);
        rfc6750::REQUEST_WELL_FORMED.require(
            !token.is_empty() && token.bytes().all(token68),
            InvalidRequest,
            "The access token is empty or contains a character that no access token has.",
        )?;
        let proof = if by_dpop { Proof::parse(inbound, target, server.primitives)? } else { None };
        Ok(Self { token: token.to_owned(), by_dpop, proof, certificate: ClientCertificate::of(inbound) })
    }

    /// Checks everything; returns the token's claims and the proof that is used up.
    pub(crate) fn admit(
        &self,
        server: &ResourceServer,
        turn: &Turn<'_>,
        audience: Option<&str>,
    ) -> Result<(AccessToken, Option<Write>), Pause> {
        let now = turn.now();
        let mark: Option<Key<UseMarker>> = self.proof.as_ref().map(|proof| server.key(server.digest(&proof.mark())));
        let claims = verify_access_token(server, turn, &self.token)?;
        let (live, used) = turn.load((server.has_store().then(|| liveness(server, &claims)), mark))?;
        rfc6750::TOKEN_LIVE
            .require(now < claims.exp, InvalidToken, words!("The access token expired {} s ago.", now.since(claims.exp)))
            .also(&fapi2_sp::TOKEN_VALID)?;
        let live = live.is_none_or(|live| is_live(&claims, live, turn));
        rfc6750::TOKEN_LIVE
            .require(live, InvalidToken, "The access token was revoked, or its user or client is gone.")
            .also(&fapi2_sp::TOKEN_VALID)?;
        let for_us = audience.is_none_or(|audience| claims.aud.contains(audience));
        rfc9700::TOKEN_FOR_US.require(for_us, InvalidToken, "The access token is for another API.")?;
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
        server.policy.sender_constraint.require(
            &bound,
            InvalidToken,
            words!(
                "The access token is not bound to its sender as is required here; expected: {}.",
                server.policy.sender_constraint.expected()
            ),
        )?;
        match &claims.cnf {
            Some(Confirmation::Key(jkt)) => {
                rfc9449::NO_BEARER_DOWNGRADE.require(
                    self.by_dpop,
                    InvalidToken,
                    "The access token is bound to a DPoP key; the scheme must be DPoP, with a proof.",
                )?;
                let proof = self.proof.as_ref().zip(used);
                let (proof, used) = rfc9449::RESOURCE_PROOF.demand(proof, InvalidDpopProof, "The DPoP proof is missing.")?;
                let limits = ProofPolicy {
                    policy: &server.policy,
                    lifetime: server.proof_lifetime,
                    future_tolerance: server.future_tolerance,
                    access_token: Some(&self.token),
                };
                let spent = proof.check(turn, &limits, used)?;
                let same = crate::entropy::same(jkt, &proof.jkt);
                rfc9449::TOKEN_BOUND_TO_KEY
                    .require(same, InvalidToken, "The access token is bound to another key than that of the DPoP proof.")
                    .also(&fapi2_sp::TOKEN_SENDER_VERIFIED)?;
                Ok(Some(spent))
            }
            Some(Confirmation::Certificate(thumbprint)) => {
                let shown = self.certificate.as_ref().and_then(|shown| shown.thumbprint(turn.primitives));
                let shown = rfc8705::TOKEN_CERTIFICATE
                    .demand(
                        shown,
                        InvalidToken,
                        "The access token is bound to a client certificate, and the request came without one.",
                    )
                    .also(&fapi2_sp::TOKEN_SENDER_VERIFIED)?;
                let same = crate::entropy::same(thumbprint, &shown);
                rfc8705::CERTIFICATE_MISMATCH
                    .require(same, InvalidToken, "The access token is bound to another client certificate.")
                    .also(&fapi2_sp::TOKEN_SENDER_VERIFIED)?;
                rfc9449::TOKEN_BOUND_TO_KEY.require(
                    !self.by_dpop,
                    InvalidToken,
                    "The access token is bound to a client certificate; the scheme must be Bearer.",
                )?;
                Ok(None)
            }
            None => {
                rfc9449::TOKEN_BOUND_TO_KEY.require(
                    !self.by_dpop,
                    InvalidToken,
                    "The access token is not bound to a key; the scheme must be Bearer.",
                )?;
                Ok(None)
            }
        }
    }
}

fn in_query(inbound: &Inbound<'_>) -> Result<(), Refusal> {
    let sent = form_urlencoded::parse(inbound.query_text().as_bytes()).any(|(name, _)| name == "access_token");
    fapi2_sp::NO_TOKEN_IN_QUERY
        .require(!sent, InvalidRequest, "The access token is in the query; it belongs in the Authorization header.")
        .also(&rfc6750::NO_TOKEN_IN_QUERY)
}

/// Splits the header into scheme and token, and returns true for DPoP. Scheme names are case-insensitive (RFC 9110 §11.1).
fn scheme(header: &str) -> Result<(bool, &str), Refusal> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let token = token.trim_start_matches(' ');
    if scheme.eq_ignore_ascii_case("dpop") {
        return Ok((true, token));
    }
    rfc6750::TOKEN_PRESENT.require(
        scheme.eq_ignore_ascii_case("bearer"),
        InvalidToken,
        "The scheme of the Authorization header is neither Bearer nor DPoP.",
    )?;
    Ok((false, token))
}
