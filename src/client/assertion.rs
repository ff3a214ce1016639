//! Client assertions: `private_key_jwt` and `client_secret_jwt`
//! ([RFC 7523 §3](https://www.rfc-editor.org/rfc/rfc7523#section-3),
//! [OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.9)).

use super::ClientTurn;
use super::credential::StoredSecret;
use crate::detail::{Ours, words};
use crate::error_code::ErrorCode::InvalidClient;
use crate::event::Claimed;
use crate::exchange::Pause;
use crate::jose::{Algorithm, Algorithms, Audience, ClaimError, Claims, Jws};
use crate::policy::{AssertionAudience, AuthenticationMethod};
use crate::reason::Reason;
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
    pub(super) fn parse(compact: &str, claimed: &mut Claimed) -> Result<Self, Refusal> {
        let jws = Jws::parse(compact).map_err(|error| unsigned(&error))?;
        claimed.method = Some(method(&jws).name());
        claimed.kid = jws.header().kid().map(Claimed::cut);
        let claims = jws.claims().map_err(|error| unsigned(&error))?;
        let client_id = rfc7523::ASSERTION_SUB
            .demand(string(&claims, "sub")?, InvalidClient, "The client assertion has no sub; it must be the client_id.")?
            .to_owned();
        claimed.client_id = Some(Claimed::cut(&client_id));
        let jti = oidcc::ASSERTION_CLAIMS
            .demand(string(&claims, "jti")?, InvalidClient, "The client assertion has no jti.")?
            .to_owned();
        oidcc::ASSERTION_CLAIMS.require(
            !jti.is_empty() && jti.len() <= LONGEST_JTI,
            InvalidClient,
            words!("jti of the client assertion does not have 1 to {} octets.", LONGEST_JTI),
        )?;
        Ok(Self { jws, claims, client_id, jti })
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.jws.header().alg()
    }

    /// The method this assertion belongs to.
    pub(super) fn method(&self) -> AuthenticationMethod {
        method(&self.jws)
    }

    pub(super) fn kid(&self) -> Option<&str> {
        self.jws.header().kid()
    }

    /// The name under which its use is remembered.
    pub(super) fn mark(&self) -> String {
        format!("assertion\0{}\0{}", self.client_id, self.jti)
    }

    /// The time until which its use must be remembered: as long as it could be used again.
    pub(super) fn ends(&self) -> Result<Timestamp, Refusal> {
        let exp = rfc7523::ASSERTION_EXP.demand(date(&self.claims, "exp")?, InvalidClient, "The client assertion has no exp.")?;
        Ok(Timestamp::from_seconds(exp).after(MARGIN))
    }

    /// Checks everything except that it is used once.
    pub(super) fn check(&self, turn: &ClientTurn<'_>) -> Result<(), Pause> {
        let header = self.jws.header();
        let typ_fits = header.typ().is_none() || header.typ_is("JWT") || header.typ_is("client-authentication+jwt");
        rfc8725::KINDS_EXCLUSIVE.require(
            typ_fits,
            InvalidClient,
            "typ of the client assertion names another kind of JWT; expected: none, JWT or client-authentication+jwt.",
        )?;
        let iss = rfc7523::ASSERTION_ISS.demand(
            string(&self.claims, "iss")?,
            InvalidClient,
            "The client assertion has no iss; it must be the client_id.",
        )?;
        rfc7523::ASSERTION_ISS.require(
            iss == turn.client_id(),
            InvalidClient,
            "iss of the client assertion is not the client_id.",
        )?;
        self.signed(turn)?;
        Ok(self.keeps(turn)?)
    }

    /// Checks the audience and the dates, by the rules of the policy.
    pub(super) fn keeps(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        self.addressed(turn)?;
        self.timely(turn)
    }

    fn signed(&self, turn: &ClientTurn<'_>) -> Result<(), Pause> {
        if self.method() == AuthenticationMethod::PrivateKeyJwt {
            let verified = turn.keys().verify(turn, &self.jws, Algorithms::ALL_ASYMMETRIC)?;
            return Ok(verified.map_err(|error| unsigned(&error))?);
        }
        let secret = oidcc::ASSERTION_KEYS.demand(
            turn.client.secret.as_ref(),
            InvalidClient,
            "The client has no secret that could verify the client assertion.",
        )?;
        let secret = StoredSecret::open(secret, turn)?;
        let verified = self.jws.verify_mac(&secret, Algorithms::ALL_SYMMETRIC, turn.primitives);
        Ok(verified.map_err(|error| unsigned(&error))?)
    }

    fn addressed(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        let audience = self.claims.audience().map_err(|error| ill_typed(&error))?;
        let audience = rfc7523::ASSERTION_AUD.demand(
            audience,
            InvalidClient,
            words!("The client assertion has no aud; expected: {}.", Ours(&turn.settings().issuer)),
        )?;
        let seen = rfc7523::ASSERTION_AUD.demand(
            classify(turn.settings(), &audience),
            InvalidClient,
            words!("aud of the client assertion does not name this server; expected: {}.", Ours(&turn.settings().issuer)),
        )?;
        turn.policy.assertion_audience.require(
            &seen,
            InvalidClient,
            words!(
                "aud of the client assertion is not in the form that is required here; expected: {}, {}.",
                turn.policy.assertion_audience.expected(),
                Ours(&turn.settings().issuer)
            ),
        )
    }

    fn timely(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        let (now, lifetimes) = (turn.now(), &turn.settings().lifetimes);
        let tolerance = turn.settings().within(&turn.policy.future_tolerance, lifetimes.future_tolerance);
        let exp = rfc7523::ASSERTION_EXP.demand(date(&self.claims, "exp")?, InvalidClient, "The client assertion has no exp.")?;
        rfc7523::ASSERTION_EXP.require(
            now.seconds() < exp,
            InvalidClient,
            words!("The client assertion expired {} s ago, by the clock of this server.", now.seconds() - exp),
        )?;
        rfc7523::ASSERTION_EXP.require(
            exp <= now.after(lifetimes.assertion).seconds(),
            InvalidClient,
            words!(
                "exp of the client assertion is {} s ahead; at most {} s are allowed.",
                exp - now.seconds(),
                lifetimes.assertion
            ),
        )?;
        for (claim, basis) in [("nbf", &rfc7523::ASSERTION_NBF), ("iat", &local::NOT_OF_THE_FUTURE)] {
            let Some(date) = date(&self.claims, claim)? else { continue };
            let ahead = u32::try_from(date.saturating_sub(now.seconds()).max(0)).unwrap_or(u32::MAX);
            turn.policy.future_tolerance.require(
                &ahead,
                InvalidClient,
                words!(
                    "{} of the client assertion is {} s in the future; expected: {}.",
                    claim,
                    ahead,
                    turn.policy.future_tolerance.expected()
                ),
            )?;
            basis.require(
                ahead <= tolerance,
                InvalidClient,
                words!("{} of the client assertion is {} s in the future; at most {} s are allowed.", claim, ahead, tolerance),
            )?;
        }
        Ok(())
    }
}

fn method(jws: &Jws) -> AuthenticationMethod {
    let symmetric = jws.header().alg().is_symmetric();
    if symmetric { AuthenticationMethod::ClientSecretJwt } else { AuthenticationMethod::PrivateKeyJwt }
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
    rfc_first(&rfc7521::ASSERTION_VALID, error)
}

fn unsigned(error: &impl Reason) -> Refusal {
    rfc_first(&rfc7523::ASSERTION_SIGNED, error)
}

fn rfc_first(first: &'static Requirement, error: &impl Reason) -> Refusal {
    Refusal::new(InvalidClient, vec![first, error.basis()], error.about("Client assertion"))
}
