//! Client authentication: the only function that determines which client sent a request.

use super::assertion::{Assertion, JWT_BEARER};
use super::certificate::registered_subject;
use super::{Client, ClientTurn, certificate, is_client_id};
use crate::api::Api;
use crate::basic::BasicCredentials;
use crate::detail::words;
use crate::error_code::ErrorCode::{InvalidClient, InvalidRequest};
use crate::event::Claimed;
use crate::exchange::{Entry, Keys, Pause};
use crate::form::Form;
use crate::inbound::Inbound;
use crate::permissions::Permissions;
use crate::policy::AuthenticationMethod as Method;
use crate::reason::Reason;
use crate::record::{Key, Write};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7009, rfc7521, rfc7523, rfc7662, rfc8705, rfc9126};
use crate::secret::Secret;
use crate::sender::{ClientCertificate, Proof, UseMarker};
use crate::server::{AuthorizationServer, ServerTurn};
use http::header::AUTHORIZATION;
use std::ops::Deref;

/// The claimed identity of a request's sender, with its evidence.
pub(crate) struct Presented {
    client_id: String,
    credential: Credential,
    pub(crate) certificate: Option<ClientCertificate>,
}

enum Credential {
    None,
    Basic(Secret),
    Post(Secret),
    Assertion(Box<Assertion>),
}

impl Presented {
    pub(crate) fn parse(inbound: &Inbound<'_>, form: &Form) -> Result<Self, Refusal> {
        let mut claimed = Claimed::default();
        Self::read(inbound, form, &mut claimed).map_err(|refusal| refusal.claiming(claimed))
    }

    /// Reads the evidence, and notes what it claims until it turns out to be wrong.
    fn read(inbound: &Inbound<'_>, form: &Form, claimed: &mut Claimed) -> Result<Self, Refusal> {
        claimed.client_id = form.get("client_id").map(Claimed::cut);
        let basic = inbound.one_header(&AUTHORIZATION, &rfc6749::INVALID_REQUEST, InvalidRequest)?;
        let basic = basic.map(|value| BasicCredentials::parse(value.as_bytes()));
        let basic = basic.transpose().map_err(|error| error.refuse(InvalidClient, "Authorization header"))?;
        let secret = form.get("client_secret");
        let assertion = form.get("client_assertion");
        let methods = usize::from(basic.is_some()) + usize::from(secret.is_some()) + usize::from(assertion.is_some());
        rfc6749::ONE_AUTHENTICATION_METHOD.require(
            methods <= 1,
            InvalidRequest,
            "The request has more than one client authentication; one is allowed.",
        )?;

        let named = form.get("client_id");
        let (client_id, credential) = if let Some(basic) = basic {
            claimed.method = Some(Method::ClientSecretBasic.name());
            claimed.client_id = Some(Claimed::cut(&basic.client_id));
            (Some(basic.client_id), Credential::Basic(basic.secret))
        } else if let Some(compact) = assertion {
            rfc7523::ASSERTION_TYPE.require(
                form.get("client_assertion_type") == Some(JWT_BEARER),
                InvalidClient,
                "client_assertion_type is not urn:ietf:params:oauth:client-assertion-type:jwt-bearer.",
            )?;
            let assertion = Assertion::parse(compact, claimed)?;
            (Some(assertion.client_id.clone()), Credential::Assertion(Box::new(assertion)))
        } else {
            claimed.method = secret.map(|_| Method::ClientSecretPost.name());
            (None, secret.map_or(Credential::None, |secret| Credential::Post(Secret::from(secret.to_owned()))))
        };
        let agree = client_id.as_deref().is_none_or(|proven| named.is_none_or(|named| named == proven));
        match assertion {
            Some(_) => {
                rfc7521::CLIENT_ID_MATCHES.require(agree, InvalidClient, "client_id is not the sub of the client assertion.")?
            }
            None => rfc6749::CLIENT_AUTHENTICATES.require(
                agree,
                InvalidClient,
                "client_id in the body is not the one in the Authorization header.",
            )?,
        }
        let client_id = client_id.or_else(|| named.map(str::to_owned)).filter(|client_id| is_client_id(client_id));
        let client_id = rfc6749::CLIENT_AUTHENTICATES.demand(
            client_id,
            InvalidClient,
            "client_id is missing, or it is not 1 to 255 printable ASCII characters.",
        )?;
        Ok(Self { client_id, credential, certificate: ClientCertificate::of(inbound) })
    }

    /// The client that the sender claims to be.
    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The records needed to authenticate the sender.
    pub(crate) fn keys(&self, server: &AuthorizationServer) -> (Key<Client>, Option<Key<UseMarker>>) {
        let mark = match &self.credential {
            Credential::Assertion(assertion) => Some(server.key(server.digest(&assertion.mark()))),
            _ => None,
        };
        (server.key(&self.client_id), mark)
    }

    /// The claim and its evidence, for the event.
    fn claimed(&self, client: Option<&Client>) -> Claimed {
        let mut claimed = Claimed { client_id: Some(self.client_id.clone()), ..Claimed::default() };
        let method = client.map(|client| self.method(client)).or(match &self.credential {
            Credential::Basic(_) => Some(Method::ClientSecretBasic),
            Credential::Post(_) => Some(Method::ClientSecretPost),
            Credential::Assertion(assertion) => Some(assertion.method()),
            Credential::None => None,
        });
        claimed.method = method.map(Method::name);
        if let Credential::Assertion(assertion) = &self.credential {
            claimed.kid = assertion.kid().map(Claimed::cut);
        }
        if let (Credential::None, Some(shown)) = (&self.credential, &self.certificate) {
            let names = shown.names();
            claimed.certificate_subject = names.as_ref().map(|(subject, _)| Claimed::cut(subject));
            claimed.certificate_issuer = names.map(|(_, issuer)| Claimed::cut(&issuer));
            claimed.registered_subject = client.and_then(|client| registered_subject(&client.metadata)).map(Claimed::cut);
        }
        claimed
    }

    /// The method that was tried; with only a certificate, the one that the client registered.
    fn method(&self, client: &Client) -> Method {
        let registered = client.metadata.token_endpoint_auth_method;
        match &self.credential {
            Credential::Basic(_) => Method::ClientSecretBasic,
            Credential::Post(_) => Method::ClientSecretPost,
            Credential::Assertion(assertion) => assertion.method(),
            Credential::None if self.certificate.is_some() && by_certificate(registered) => registered,
            Credential::None => Method::None,
        }
    }

    /// Checks the method, and the algorithm of the assertion, by the rules of the policy.
    fn method_allowed(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        if let Credential::Assertion(assertion) = &self.credential {
            turn.policy.assertion_algorithm.require(
                &assertion.algorithm(),
                InvalidClient,
                words!(
                    "The client assertion is signed with {}; allowed: {}.",
                    assertion.algorithm(),
                    turn.policy.assertion_algorithm.expected()
                ),
            )?;
        }
        let method = self.method(&turn.client);
        turn.policy.client_authentication.require(
            &method,
            InvalidClient,
            words!(
                "The client used {}, which is not allowed here; allowed: {}.",
                method.name(),
                turn.policy.client_authentication.expected()
            ),
        )
    }

    /// Checks the rules of the policy once more, for evidence that was checked under fewer rules.
    fn keeps(&self, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
        self.method_allowed(turn)?;
        match &self.credential {
            Credential::Assertion(assertion) => assertion.keeps(turn),
            _ => Ok(()),
        }
    }
}

/// Certificates are asked for at the addresses for them, and often nowhere else.
const NO_CERTIFICATE: &str =
    "The request came without a client certificate; the addresses for certificates are in mtls_endpoint_aliases.";

fn by_certificate(method: Method) -> bool {
    matches!(method, Method::TlsClientAuth | Method::SelfSignedTlsClientAuth)
}

/// A client that proved its identity. Only [`authenticate`] makes one.
pub(crate) struct AuthenticatedClient<'x> {
    turn: ClientTurn<'x>,
    /// The evidence, which the rules of an API are applied to as well.
    presented: &'x Presented,
    proof: Option<&'x Proof>,
    /// Values used up by the proof, however the request ends.
    pub(crate) spent: Vec<Write>,
}

impl<'x> Deref for AuthenticatedClient<'x> {
    type Target = ClientTurn<'x>;

    fn deref(&self) -> &ClientTurn<'x> {
        &self.turn
    }
}

impl<'x> AuthenticatedClient<'x> {
    /// The same client with the rules of the API, which its authentication and its DPoP proof must keep, too. It has no spent
    /// values, because the caller has them.
    pub(crate) fn for_api(&self, api: Option<&Api>) -> Result<Self, Refusal> {
        self.keeping(self.turn.for_api(api)?)
    }

    /// The same client with the rules of the API that these permissions are for.
    pub(crate) fn for_api_of(&self, permissions: &Permissions) -> Result<Self, Refusal> {
        self.keeping(self.turn.for_api_of(permissions)?)
    }

    /// Checks that its authentication keeps the rules of these APIs, which a token of theirs is for.
    pub(crate) fn keeps_rules_of<'a>(&self, identifiers: impl IntoIterator<Item = &'a String>) -> Result<(), Refusal> {
        identifiers.into_iter().try_for_each(|identifier| self.for_api(self.settings().api(identifier)).map(drop))
    }

    fn keeping(&self, turn: ClientTurn<'x>) -> Result<Self, Refusal> {
        self.presented.keeps(&turn)?;
        if let Some(proof) = self.proof {
            proof.keeps(&turn, &turn.settings().proof_policy(&turn.policy))?;
        }
        Ok(Self { turn, presented: self.presented, proof: self.proof, spent: vec![] })
    }

    /// Checks the DPoP proof of the request, if it has one, and spends it.
    pub(crate) fn prove_key(&mut self, proof: Option<&'x Proof>, used: Option<&Entry<'_, UseMarker>>) -> Result<(), Pause> {
        if let (Some(proof), Some(used)) = (proof, used) {
            let spent = proof.check(self, &self.settings().proof_policy(&self.policy), used)?;
            self.spent.push(spent);
            self.proof = Some(proof);
        }
        Ok(())
    }
}

/// The endpoint at which a client authenticates: each has its own clause that demands it.
#[derive(Clone, Copy)]
pub(crate) enum At {
    Token,
    Push,
    Introspection,
    Revocation,
}

impl At {
    fn clauses(self) -> Vec<&'static Requirement> {
        match self {
            Self::Token => vec![&rfc6749::CONFIDENTIAL_AUTHENTICATES],
            Self::Push => vec![&rfc9126::PUSH_AUTHENTICATED, &fapi2_sp::PUSH_AUTHENTICATED],
            Self::Introspection => vec![&rfc7662::CALLER_AUTHORIZED],
            Self::Revocation => vec![&rfc7009::REVOKED_BY_OWNER],
        }
    }
}

/// The records of [`Presented::keys`].
pub(crate) type Known<'f> = <(Key<Client>, Option<Key<UseMarker>>) as Keys>::Found<'f>;

/// Authenticates the client
/// ([RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).
pub(crate) fn authenticate<'x>(
    turn: &ServerTurn<'x>,
    presented: &'x Presented,
    at: At,
    (client, used): Known<'x>,
) -> Result<AuthenticatedClient<'x>, Pause> {
    let registered = client.clone().live(turn.now());
    let proven = authenticated(turn, presented, at, (client, used));
    proven.map_err(|pause| match pause {
        Pause::Refuse(refusal) => refusal.claiming(presented.claimed(registered.as_deref())).into(),
        other => other,
    })
}

fn authenticated<'x>(
    turn: &ServerTurn<'x>,
    presented: &'x Presented,
    at: At,
    (client, used): Known<'x>,
) -> Result<AuthenticatedClient<'x>, Pause> {
    let client = rfc6749::CLIENT_AUTHENTICATES.demand(
        client.live(turn.now()),
        InvalidClient,
        "No client is registered with this client_id.",
    );
    let client = client.map_err(|refusal| refusal.also(turn.settings().removal_bases()))?;
    let turn = ClientTurn::new(turn, client)?;
    let method = presented.method(&turn.client);
    if method == Method::None && turn.client.is_confidential() {
        let registered = turn.client.metadata.token_endpoint_auth_method;
        let by_certificate = by_certificate(registered);
        let words = words!("The request has no client authentication; the client is registered for {}.", registered.name());
        let words = if by_certificate { NO_CERTIFICATE.into() } else { words() };
        let refusal = Refusal::new(InvalidClient, at.clauses(), words).also([&rfc6749::CLIENT_AUTHENTICATES]);
        return Err(refusal.also(by_certificate.then_some(&rfc8705::CERTIFICATE_OF_CLIENT)).into());
    }
    presented.method_allowed(&turn)?;
    oidcc::REGISTERED_METHOD.require(
        method == turn.client.metadata.token_endpoint_auth_method,
        InvalidClient,
        words!(
            "The client used {}, but it is registered for {}.",
            method.name(),
            turn.client.metadata.token_endpoint_auth_method.name()
        ),
    )?;
    let spent = prove(&turn, presented, used.as_ref())?;
    Ok(AuthenticatedClient { turn, presented, proof: None, spent })
}

/// Checks the credential; returns the values it has used up.
fn prove(turn: &ClientTurn<'_>, presented: &Presented, used: Option<&Entry<'_, UseMarker>>) -> Result<Vec<Write>, Pause> {
    match &presented.credential {
        Credential::Basic(shown) | Credential::Post(shown) => {
            let secret =
                rfc6749::CLIENT_AUTHENTICATES.demand(turn.client.secret.as_ref(), InvalidClient, "The client has no secret.")?;
            rfc6749::CLIENT_AUTHENTICATES.require(
                secret.is(turn, turn.client_id(), shown)?,
                InvalidClient,
                "client_secret is wrong.",
            )?;
            Ok(vec![])
        }
        Credential::Assertion(assertion) => {
            assertion.check(turn)?;
            let used =
                rfc7523::ASSERTION_ONCE.demand(used, InvalidClient, "The jti of the client assertion cannot be looked up.")?;
            rfc7523::ASSERTION_ONCE.require(
                !used.is_live(turn.now()),
                InvalidClient,
                "The client assertion was used before; each needs a jti of its own.",
            )?;
            Ok(vec![used.insert(&UseMarker {}, assertion.ends()?)])
        }
        Credential::None if turn.client.is_confidential() => {
            let shown = rfc8705::CERTIFICATE_OF_CLIENT.demand(presented.certificate.as_ref(), InvalidClient, NO_CERTIFICATE)?;
            certificate::check(turn, shown)?;
            Ok(vec![])
        }
        Credential::None => Ok(vec![]),
    }
}
