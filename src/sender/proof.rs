//! DPoP proofs, with every check of [RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3).

use super::UseMarker;
use super::htu::same_target;
use crate::detail::words;
use crate::entropy::same;
use crate::error_code::ErrorCode::{InvalidDpopProof, UseDpopNonce};
use crate::exchange::{Entry, SignedBy, Turn};
use crate::inbound::Inbound;
use crate::jose::{Algorithms, ClaimError, Claims, JoseError, Jwk, JwkError, Jws, base64url};
use crate::policy::Policy;
use crate::primitives::{Primitives, sha256};
use crate::reason::Reason;
use crate::record::Write;
use crate::refusal::{Also, Refusal};
use crate::requirement::{Requirement, rfc7519, rfc8725, rfc9449};
use crate::time::MARGIN;
use http::HeaderName;

const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The maximum length of a `jti`, in octets (RFC 9449 §11.1).
const LONGEST_JTI: usize = 256;

const PROOF: &str = "DPoP proof";
const NO_NONCE: &str = "The DPoP proof has no nonce; use that of the DPoP-Nonce header.";

/// A DPoP proof that is well formed but has not been verified yet.
pub(crate) struct Proof {
    jws: Jws,
    key: Jwk,
    claims: Claims,
    /// The thumbprint of the proof's key.
    pub(crate) jkt: String,
    method: String,
    target: String,
    jti: String,
}

/// The limits that a proof must keep.
pub(crate) struct ProofPolicy<'a> {
    pub(crate) policy: &'a Policy,
    /// The seconds after `iat` for which the proof may be used.
    pub(crate) lifetime: u32,
    /// The seconds by which `iat` may lie in the future.
    pub(crate) future_tolerance: u32,
    /// The access token that the proof accompanies.
    pub(crate) access_token: Option<&'a str>,
}

impl Proof {
    /// Parses the proof of this request to `target`, if the request carries one.
    pub(crate) fn parse(inbound: &Inbound<'_>, target: &str, primitives: &dyn Primitives) -> Result<Option<Self>, Refusal> {
        let Some(compact) = inbound.one_header(&DPOP, &rfc9449::ONE_PROOF, InvalidDpopProof)? else { return Ok(None) };
        let compact = rfc9449::PROOF_WELL_FORMED.demand(
            compact.to_str().ok(),
            InvalidDpopProof,
            "The DPoP header contains a character that is not ASCII.",
        )?;
        let jws = Jws::parse(compact).map_err(|error| ill_formed(&error))?;
        let key = rfc9449::PROOF_COMPLETE.demand(jws.header().jwk(), InvalidDpopProof, "The DPoP proof has no jwk.")?;
        let key = Jwk::parse(key, primitives).map_err(unusable)?;
        let claims = jws.claims().map_err(|error| ill_formed(&error))?;
        let jti =
            rfc9449::PROOF_COMPLETE.demand(string(&claims, "jti")?, InvalidDpopProof, "The DPoP proof has no jti.")?.to_owned();
        rfc9449::PROOF_COMPLETE.require(!jti.is_empty(), InvalidDpopProof, "jti of the DPoP proof is empty.")?;
        rfc9449::JTI_SIZE.require(
            jti.len() <= LONGEST_JTI,
            InvalidDpopProof,
            words!("jti of the DPoP proof is longer than {} octets.", LONGEST_JTI),
        )?;
        let jkt = key.thumbprint(primitives);
        let method = inbound.method().as_str().to_owned();
        Ok(Some(Self { jws, key, claims, jkt, method, target: target.to_owned(), jti }))
    }

    /// Returns the name under which the use of the proof is recorded.
    pub(crate) fn mark(&self) -> String {
        // A `jti` is unique per key. The address is left out, because it can be written in many ways.
        format!("proof\0{}\0{}", self.jkt, self.jti)
    }

    /// Every check, and its single use; returns what it has used up.
    pub(crate) fn check(&self, turn: &Turn<'_>, limits: &ProofPolicy<'_>, used: &Entry<'_, UseMarker>) -> Result<Write, Refusal> {
        let header = self.jws.header();
        rfc9449::PROOF_TYP.require(header.typ_is("dpop+jwt"), InvalidDpopProof, "typ of the DPoP proof is not dpop+jwt.")?;
        rfc9449::PROOF_ALG.require(
            !header.alg().is_symmetric(),
            InvalidDpopProof,
            "The DPoP proof has a symmetric algorithm; a signature is needed.",
        )?;
        self.algorithm_allowed(limits)?;
        let check = || self.jws.verify(&self.key, Algorithms::ALL_ASYMMETRIC, turn.primitives);
        let verified = turn.facts.verified(SignedBy::Proof, self.jws.as_str(), check);
        verified.map_err(|error| ill_formed(&error))?;

        let htm = rfc9449::PROOF_COMPLETE.demand(string(&self.claims, "htm")?, InvalidDpopProof, "The DPoP proof has no htm.")?;
        rfc9449::PROOF_HTM.require(
            htm == self.method,
            InvalidDpopProof,
            "htm of the DPoP proof is not the method of the request.",
        )?;
        let htu = rfc9449::PROOF_COMPLETE.demand(string(&self.claims, "htu")?, InvalidDpopProof, "The DPoP proof has no htu.")?;
        rfc9449::PROOF_HTU.require(
            same_target(htu, &self.target),
            InvalidDpopProof,
            "htu of the DPoP proof is not the address of the request.",
        )?;
        self.nonce(turn, limits)?;
        let ends = self.timely(turn, limits)?;
        if let Some(token) = limits.access_token {
            let ath = rfc9449::PROOF_COMPLETE.demand(
                string(&self.claims, "ath")?,
                InvalidDpopProof,
                "The DPoP proof has no ath; with an access token it must.",
            )?;
            rfc9449::PROOF_ATH.require(
                same(ath, &access_token_hash(token, turn.primitives)),
                InvalidDpopProof,
                "ath of the DPoP proof is not the hash of the access token.",
            )?;
        }
        rfc9449::PROOF_ONCE.require(
            !used.is_live(turn.now()),
            InvalidDpopProof,
            "The DPoP proof was used before; each needs a jti of its own.",
        )?;
        Ok(used.insert(&UseMarker {}, ends))
    }

    /// Checks the rules of the policy once more, for a proof that was checked under fewer rules.
    pub(crate) fn keeps(&self, turn: &Turn<'_>, limits: &ProofPolicy<'_>) -> Result<(), Refusal> {
        self.algorithm_allowed(limits)?;
        self.timely(turn, limits).map(|_| ())
    }

    fn algorithm_allowed(&self, limits: &ProofPolicy<'_>) -> Result<(), Refusal> {
        let (algorithm, rule) = (self.jws.header().alg(), &limits.policy.proof_algorithm);
        let words = words!("The DPoP proof is signed with {}; allowed: {}.", algorithm, rule.expected());
        rule.require(&algorithm, InvalidDpopProof, words).also(&rfc9449::PROOF_ALG)
    }

    fn nonce(&self, turn: &Turn<'_>, limits: &ProofPolicy<'_>) -> Result<(), Refusal> {
        if !turn.context.demands_nonce() {
            return Ok(());
        }
        let Some(nonce) = string(&self.claims, "nonce")? else {
            return match limits.access_token {
                Some(_) => rfc9449::RESOURCE_NONCE.require(false, UseDpopNonce, NO_NONCE),
                None => rfc9449::NONCE_DEMANDED.require(false, UseDpopNonce, NO_NONCE),
            };
        };
        rfc9449::NONCE_RECENT.require(
            turn.context.knows_nonce(nonce),
            UseDpopNonce,
            "nonce of the DPoP proof is unknown or too old; use that of the DPoP-Nonce header.",
        )
    }

    /// Within the window; until when its use must be remembered.
    fn timely(&self, turn: &Turn<'_>, limits: &ProofPolicy<'_>) -> Result<crate::time::Timestamp, Refusal> {
        let now = turn.now();
        let iat = self.claims.numeric_date("iat").map_err(|error| ill_typed(&error))?;
        let iat = rfc9449::PROOF_COMPLETE.demand(iat, InvalidDpopProof, "The DPoP proof has no iat.")?;
        let ahead = u32::try_from(iat.ceil().saturating_sub(now.seconds()).max(0)).unwrap_or(u32::MAX);
        limits
            .policy
            .future_tolerance
            .require(
                &ahead,
                InvalidDpopProof,
                words!(
                    "iat of the DPoP proof is {} s in the future; expected: {}.",
                    ahead,
                    limits.policy.future_tolerance.expected()
                ),
            )
            .also(&rfc9449::PROOF_FRESH)?;
        rfc9449::PROOF_FRESH.require(
            ahead <= limits.future_tolerance,
            InvalidDpopProof,
            words!("iat of the DPoP proof is {} s in the future; at most {} s are allowed.", ahead, limits.future_tolerance),
        )?;
        let ends = crate::time::Timestamp::from_seconds(iat.floor()).after(limits.lifetime);
        rfc9449::PROOF_FRESH.require(
            now <= ends,
            InvalidDpopProof,
            words!("The DPoP proof is {} s old; at most {} s are allowed.", now.seconds() - iat.floor(), limits.lifetime),
        )?;
        let (exp, nbf) = (self.claims.numeric_date("exp"), self.claims.numeric_date("nbf"));
        let exp = exp.map_err(|error| ill_typed(&error))?;
        rfc7519::NOT_AFTER_EXP.require(
            exp.is_none_or(|exp| now.seconds() < exp.floor()),
            InvalidDpopProof,
            "exp of the DPoP proof has passed.",
        )?;
        let (nbf, soon) = (nbf.map_err(|error| ill_typed(&error))?, now.after(limits.future_tolerance));
        rfc7519::NOT_BEFORE_NBF.require(
            nbf.is_none_or(|nbf| nbf.ceil() <= soon.seconds()),
            InvalidDpopProof,
            "nbf of the DPoP proof is in the future.",
        )?;
        Ok(ends.after(MARGIN))
    }
}

/// Computes `ath`, by which a proof names its access token
/// ([RFC 9449 §4.2](https://www.rfc-editor.org/rfc/rfc9449#section-4.2)).
pub fn access_token_hash(access_token: &str, primitives: &dyn Primitives) -> String {
    base64url::encode(sha256(primitives, access_token.as_bytes()))
}

fn string<'c>(claims: &'c Claims, name: &'static str) -> Result<Option<&'c str>, Refusal> {
    claims.string(name).map_err(|error| ill_typed(&error))
}

fn ill_typed(error: &ClaimError) -> Refusal {
    Refusal::new(InvalidDpopProof, vec![&rfc9449::PROOF_WELL_FORMED, error.basis()], error.about(PROOF))
}

fn ill_formed(error: &JoseError) -> Refusal {
    let check: &'static Requirement = match error {
        JoseError::Parameter("alg") => &rfc9449::PROOF_COMPLETE,
        JoseError::AlgNone | JoseError::AlgUnknown(_) | JoseError::AlgRefused(_) => &rfc9449::PROOF_ALG,
        JoseError::Signature | JoseError::SignatureLength | JoseError::KeyUnfit(_) => &rfc9449::PROOF_SIGNATURE,
        _ => &rfc9449::PROOF_WELL_FORMED,
    };
    Refusal::new(InvalidDpopProof, vec![check, error.basis()], error.about(PROOF))
}

fn unusable(error: JwkError) -> Refusal {
    let check: &'static Requirement = match error {
        _ if error.is_leak() => &rfc9449::PROOF_KEY_PUBLIC,
        JwkError::AlgUnfit | JwkError::AlgUnknown => &rfc8725::ALGORITHM_LIST,
        _ => &rfc9449::PROOF_SIGNATURE,
    };
    let mut basis = vec![check];
    if error.basis() != check && !error.is_leak() {
        basis.push(error.basis());
    }
    Refusal::new(InvalidDpopProof, basis, error.about("Key of the DPoP proof"))
}
