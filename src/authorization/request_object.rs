//! Request objects: the parameters of an authorization request as a signed JWT
//! ([RFC 9101](https://www.rfc-editor.org/rfc/rfc9101)).

mod claims;
mod encrypted;
mod outside;
mod reference;

use crate::client::{ClientTurn, RequestObjectCredential};
use crate::detail::words;
use crate::error_code::ErrorCode::{InvalidRequest, InvalidRequestObject};
use crate::exchange::Pause;
use crate::form::Form;
use crate::jose::{Algorithms, Claims, JoseError, Jwk, Jws};
use crate::key_source::{KeySource, NotFound};
use crate::parameters::{Parameters, Precedence};
use crate::policy::OutsideInput;
use crate::reason::Reason;
use crate::refusal::{Also, Refusal};
use crate::requirement::{ocp, rfc8725, rfc9101, rfc9126};
use std::borrow::Cow;

/// The value of `typ` that says what a JWT is ([RFC 9101 §10.8](https://www.rfc-editor.org/rfc/rfc9101#section-10.8)).
const TYP: &str = "oauth-authz-req+jwt";

/// A request object that a key of the client signed, and that names no other client.
pub(super) struct RequestObject {
    jws: Jws,
    claims: Claims,
    precedence: Precedence,
}

impl RequestObject {
    /// The request object of a pushed request, which counts alone
    /// ([RFC 9126 §3](https://www.rfc-editor.org/rfc/rfc9126#section-3)).
    pub(super) fn pushed(turn: &ClientTurn<'_>, form: &Form) -> Result<Option<Self>, Pause> {
        let sent = form.get("request").filter(|_| turn.settings().switches.request_parameter);
        sent.map(|compact| Self::verified(turn, compact, Precedence::ObjectAlone)).transpose()
    }

    /// The request object of a request at the authorization endpoint: the parameter `request`, or the document at `request_uri`.
    /// The rules of the client decide which parameters beside it count.
    pub(super) fn presented(turn: &ClientTurn<'_>, form: &Form) -> Result<Option<Self>, Pause> {
        let (request, request_uri) = (form.get("request"), form.get("request_uri"));
        let switches = &turn.settings().switches;
        let request = request.filter(|_| switches.request_parameter).map(Cow::Borrowed);
        let sent = match request_uri.filter(|_| switches.request_uri_parameter) {
            Some(uri) => Some(reference::fetched(turn, uri)?.into()),
            None => request,
        };
        let merged = turn.policy.outside_parameters.admits(&OutsideInput::Merged);
        let precedence = if merged { Precedence::ObjectFirst } else { Precedence::ObjectAlone };
        sent.map(|compact| Self::verified(turn, &compact, precedence)).transpose()
    }

    /// Verifies the source of a request object. Until that is done, nothing in it is used: not even its redirect URI.
    fn verified(turn: &ClientTurn<'_>, compact: &str, precedence: Precedence) -> Result<Self, Pause> {
        let jws = encrypted::opened(turn, compact)?;
        let claims = jws.claims().map_err(|error| unsigned(&error))?;
        let object = Self { jws, claims, precedence };
        object.is_of_its_kind(turn)?;
        object.algorithm_allowed(turn)?;
        object.signed(turn)?;
        object.names_client(turn)?;
        claims::well_formed(&object)?;
        Ok(object)
    }

    /// The parameters of the request with this form.
    pub(super) fn parameters<'a>(&'a self, form: &'a Form) -> Parameters<'a> {
        Parameters::of(form).with_object(self.claims.members(), self.precedence)
    }

    /// Checks the rules in force, which may be more than those that it was verified under, and everything that it says.
    pub(super) fn keeps(&self, turn: &ClientTurn<'_>, form: &Form) -> Result<(), Refusal> {
        self.algorithm_allowed(turn)?;
        claims::check(self, turn)?;
        outside::check(self, turn, form)
    }

    /// A JWT of another kind is none ([RFC 8725 §3.12](https://www.rfc-editor.org/rfc/rfc8725#section-3.12)).
    fn is_of_its_kind(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        let header = self.jws.header();
        let explicit = header.typ_is(TYP);
        rfc8725::KINDS_EXCLUSIVE.require(
            explicit || header.typ().is_none() || header.typ_is("JWT"),
            InvalidRequestObject,
            "typ of the request object names another kind of JWT; expected: oauth-authz-req+jwt, JWT or none.",
        )?;
        // A client assertion names the client like this.
        let assertion = self.text("sub")? == Some(turn.client_id());
        rfc8725::KINDS_EXCLUSIVE.require(
            explicit || !assertion,
            InvalidRequestObject,
            "sub of the request object is the client_id, as in a client assertion; leave it out, or set typ to oauth-authz-req+jwt.",
        )
    }

    fn algorithm_allowed(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        let algorithm = self.jws.header().alg();
        rfc9101::ALGORITHM_ALLOWED
            .require(
                !algorithm.is_symmetric(),
                InvalidRequestObject,
                words!("The request object is signed with {}, which takes a secret; expected: a key pair.", algorithm),
            )
            .also(&ocp::jar::ASYMMETRIC)?;
        turn.policy.request_object_algorithm.require(
            &algorithm,
            InvalidRequestObject,
            words!(
                "The request object is signed with {}; allowed: {}.",
                algorithm,
                turn.policy.request_object_algorithm.expected()
            ),
        )
    }

    fn signed(&self, turn: &ClientTurn<'_>) -> Result<(), Pause> {
        let (listed, now) = (&turn.client.terms.signed_request_object.credentials, turn.now());
        let named = |key: &Jwk| listed.iter().find(|listed| key.kid() == Some(&listed.kid));
        let counts = |key: &Jwk| listed.is_empty() || named(key).is_some_and(|listed| !listed.is_expired(now));
        let keys = KeySource { only: Some(&counts), ..turn.keys() };
        let verified = keys.verify(turn, &self.jws, Algorithms::ALL_ASYMMETRIC)?;
        let kid = self.jws.header().kid();
        Ok(verified.map_err(|error| {
            let unknown = matches!(error, NotFound::NoKey { .. });
            let own = |listed: &&RequestObjectCredential| kid.is_none_or(|kid| listed.kid == kid);
            let expired = unknown && listed.iter().filter(own).any(|listed| listed.is_expired(now));
            let unlisted = unknown && !listed.is_empty() && !listed.iter().any(|listed| own(&listed));
            let refusal = unsigned(&error).also((unknown && kid.is_some()).then_some(&rfc9101::KEY_OF_KID));
            let refusal = refusal.also(unlisted.then_some(&ocp::jar::CREDENTIALS));
            refusal.also(expired.then_some(&ocp::jar::EXPIRED_CREDENTIAL))
        })?)
    }

    /// Checks that its client is the one that the request names.
    fn names_client(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        let client_id = self.text("client_id")?;
        let may_be_absent = self.precedence == Precedence::ObjectFirst;
        rfc9101::CLIENT_IDS_AGREE
            .require(
                client_id.is_some() || may_be_absent,
                InvalidRequestObject,
                "The request object has no client_id; it must be the one of the request.",
            )
            .also(&rfc9126::REQUEST_OBJECT_CLIENT)?;
        rfc9101::CLIENT_IDS_AGREE
            .require(
                client_id.is_none_or(|client_id| client_id == turn.client_id()),
                InvalidRequestObject,
                "client_id of the request object is not the one of the request.",
            )
            .also(&rfc9126::REQUEST_OBJECT_CLIENT)?;
        rfc8725::KEY_OF_ISSUER.require(
            self.text("iss")?.is_none_or(|iss| iss == turn.client_id()),
            InvalidRequestObject,
            "iss of the request object is not the client_id.",
        )
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        self.claims.string(name).map_err(|error| invalid(&error))
    }
}

/// Demands a request object where the policy does
/// ([RFC 9101 §10.5](https://www.rfc-editor.org/rfc/rfc9101#section-10.5)).
pub(super) fn demand(turn: &ClientTurn<'_>, object: Option<&RequestObject>) -> Result<(), Refusal> {
    let rule = &turn.policy.request_object;
    let signed = rule.require(
        &object.is_some(),
        InvalidRequest,
        "The request is not signed; its parameters must be in a signed request object, in the parameter request.",
    );
    let of_server = !turn.settings().policy.request_object.conjuncts().is_empty();
    signed.map_err(|refusal| refusal.also(of_server.then_some(&rfc9101::SIGNED_REQUEST_OF_SERVER)))
}

/// Refuses a request object because of a claim.
fn invalid(error: &impl Reason) -> Refusal {
    Refusal::new(InvalidRequestObject, vec![&rfc9101::REQUEST_VALIDATED, error.basis()], error.about("Request object"))
}

/// Refuses a request object whose source is not verified.
fn unsigned(error: &impl Unsigned) -> Refusal {
    let refusal =
        Refusal::new(InvalidRequestObject, vec![&rfc9101::OBJECT_SIGNATURE, error.basis()], error.about("Request object"));
    refusal.also(error.is_unsigned().then_some(&rfc9101::SOURCE_VERIFIED))
}

/// The reason why a source is not verified.
trait Unsigned: Reason + Sized {
    /// Returns true if there is no signature at all.
    fn is_unsigned(&self) -> bool {
        false
    }
}

impl Unsigned for JoseError {
    fn is_unsigned(&self) -> bool {
        *self == Self::AlgNone
    }
}

impl Unsigned for NotFound {}
