//! Client assertions: `private_key_jwt` and `client_secret_jwt`
//! ([RFC 7523 §3](https://www.rfc-editor.org/rfc/rfc7523#section-3),
//! [OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.9)).

use super::ClientTurn;
use super::credential::StoredSecret;
use crate::error_code::ErrorCode::InvalidClient;
use crate::exchange::Pause;
use crate::jose::{Algorithm, Algorithms, Audience, ClaimError, Claims, Jws};
use crate::policy::{AssertionAudience, AuthenticationMethod};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, local, oidcc, rfc7521, rfc7523, rfc8725};
use crate::settings::{Endpoints, Settings};
use crate::time::{MARGIN, Timestamp};

/// The one value of `client_assertion_type`.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// A `jti` longer than this is no identifier.
const LONGEST_JTI: usize = 256;

/// A client assertion that is well formed but not verified yet.
pub(super) struct Assertion {
    jws: Jws,
    claims: Claims,
    pub(super) client_id: String,
    pub(super) jti: String,
}

impl Assertion {
    /// Reads the claims that identify the client and the assertion.
    pub(super) fn parse(compact: &str) -> Result<Self, Refusal> {
        let refused = |basis: &'static Requirement| rfc_first(&rfc7523::ASSERTION_SIGNED, basis);
        let jws = Jws::parse(compact).map_err(|error| refused(error.basis()))?;
        let claims = jws.claims().map_err(|error| refused(error.basis()))?;
        let client_id = rfc7523::ASSERTION_SUB.demand(string(&claims, "sub")?, InvalidClient)?.to_owned();
        let jti = oidcc::ASSERTION_CLAIMS.demand(string(&claims, "jti")?, InvalidClient)?.to_owned();
        oidcc::ASSERTION_CLAIMS.require(!jti.is_empty() && jti.len() <= LONGEST_JTI, InvalidClient)?;
        Ok(Self { jws, claims, client_id, jti })
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.jws.header().alg()
    }

    /// The method this assertion belongs to.
    pub(super) fn method(&self) -> AuthenticationMethod {
        if self.algorithm().is_symmetric() { AuthenticationMethod::ClientSecretJwt } else { AuthenticationMethod::PrivateKeyJwt }
    }

    /// The name under which its use is remembered.
    pub(super) fn mark(&self) -> String {
        format!("assertion\0{}\0{}", self.client_id, self.jti)
    }

    /// The time until which its use must be remembered: as long as it could be used again.
    pub(super) fn ends(&self) -> Result<Timestamp, Refusal> {
        let exp = rfc7523::ASSERTION_EXP.demand(date(&self.claims, "exp")?, InvalidClient)?;
        Ok(Timestamp::from_seconds(exp).after(MARGIN))
    }

    /// Checks everything except that it is used once.
    pub(super) fn check(&self, turn: &ClientTurn<'_>) -> Result<(), Pause> {
        let header = self.jws.header();
        let typ_fits = header.typ().is_none() || header.typ_is("JWT") || header.typ_is("client-authentication+jwt");
        rfc8725::KINDS_EXCLUSIVE.require(typ_fits, InvalidClient)?;
        let iss = rfc7523::ASSERTION_ISS.demand(string(&self.claims, "iss")?, InvalidClient)?;
        rfc7523::ASSERTION_ISS.require(iss == turn.client_id(), InvalidClient)?;
        self.signed(turn)?;
        self.addressed(turn)?;
        self.timely(turn)?;
        Ok(())
    }

    fn signed(&self, turn: &ClientTurn<'_>) -> Result<(), Pause> {
        if self.method() == AuthenticationMethod::PrivateKeyJwt {
            let verified = turn.keys().verify(turn, &self.jws, Algorithms::ALL_ASYMMETRIC)?;
            return Ok(verified.map_err(|basis| rfc_first(&rfc7523::ASSERTION_SIGNED, basis))?);
        }
        let secret = oidcc::ASSERTION_KEYS.demand(turn.client.secret.as_ref(), InvalidClient)?;
        let secret = StoredSecret::open(secret, turn)?;
        let verified = self.jws.verify_mac(&secret, Algorithms::ALL_SYMMETRIC, turn.primitives);
        Ok(verified.map_err(|error| rfc_first(&rfc7523::ASSERTION_SIGNED, error.basis()))?)
    }

    fn addressed(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        let audience = self.claims.audience().map_err(|error| ill_typed(&error))?;
        let audience = rfc7523::ASSERTION_AUD.demand(audience, InvalidClient)?;
        let seen = rfc7523::ASSERTION_AUD.demand(classify(turn.settings(), &audience), InvalidClient)?;
        turn.policy.assertion_audience.require(&seen, InvalidClient)
    }

    fn timely(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        let (now, lifetimes) = (turn.now(), &turn.settings().lifetimes);
        let tolerance = turn.settings().within(&turn.policy.future_tolerance, lifetimes.future_tolerance);
        let exp = rfc7523::ASSERTION_EXP.demand(date(&self.claims, "exp")?, InvalidClient)?;
        rfc7523::ASSERTION_EXP.require(now.seconds() < exp, InvalidClient)?;
        rfc7523::ASSERTION_EXP.require(exp <= now.after(lifetimes.assertion).seconds(), InvalidClient)?;
        for (claim, basis) in [("nbf", &rfc7523::ASSERTION_NBF), ("iat", &local::NOT_OF_THE_FUTURE)] {
            let Some(date) = date(&self.claims, claim)? else { continue };
            let ahead = u32::try_from(date.saturating_sub(now.seconds()).max(0)).unwrap_or(u32::MAX);
            turn.policy.future_tolerance.require(&ahead, InvalidClient)?;
            basis.require(ahead <= tolerance, InvalidClient)?;
        }
        Ok(())
    }
}

/// The kind of audience, if it means this server: the issuer, or one of the endpoints that take assertions ([RFC 9126
/// §2](https://www.rfc-editor.org/rfc/rfc9126#section-2)). `None` means another server.
fn classify(settings: &Settings, audience: &Audience) -> Option<AssertionAudience> {
    let is_endpoint = |value: &str| {
        let at = |endpoints: &Endpoints| {
            [&endpoints.token, &endpoints.pushed_authorization_request, &endpoints.introspection, &endpoints.revocation]
                .into_iter()
                .any(|address| address == value)
        };
        at(&settings.endpoints) || settings.mtls_endpoints.as_ref().is_some_and(at)
    };
    let ours = |value: &str| value == settings.issuer || is_endpoint(value);
    match audience {
        Audience::One(value) if *value == settings.issuer => Some(AssertionAudience::IssuerString),
        Audience::One(value) if is_endpoint(value) => Some(AssertionAudience::Address),
        Audience::Many(values) if matches!(&values[..], [value] if *value == settings.issuer) => {
            Some(AssertionAudience::SoleIssuer)
        }
        Audience::Many(values) if values.iter().any(|value| ours(value)) => Some(AssertionAudience::Among),
        _ => None,
    }
}

fn string<'c>(claims: &'c Claims, name: &'static str) -> Result<Option<&'c str>, Refusal> {
    claims.string(name).map_err(|error| ill_typed(&error))
}

fn date(claims: &Claims, name: &'static str) -> Result<Option<i64>, Refusal> {
    let date = claims.numeric_date(name).map_err(|error| ill_typed(&error))?;
    Ok(date.map(|date| if name == "exp" { date.floor() } else { date.ceil() }))
}

fn ill_typed(error: &ClaimError) -> Refusal {
    rfc_first(&rfc7521::ASSERTION_VALID, error.basis())
}

fn rfc_first(first: &'static Requirement, then: &'static Requirement) -> Refusal {
    Refusal::new(InvalidClient, vec![first, then])
}
