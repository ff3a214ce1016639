//! The one function that can say who calls.

use super::assertion::{Assertion, JWT_BEARER};
use super::{Client, certificate, is_client_id, policy_for};
use crate::basic::BasicCredentials;
use crate::exchange::{Entry, Held, Keys, Pause, Turn};
use crate::form::Form;
use crate::inbound::Inbound;
use crate::policy::{AuthenticationMethod as Method, Policy};
use crate::record::{Key, Write};
use crate::refusal::ErrorCode::{InvalidClient, InvalidRequest};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7009, rfc7521, rfc7523, rfc7662, rfc8705, rfc9126};
use crate::secret::Secret;
use crate::sender::{ClientCertificate, UseMarker};
use crate::server::AuthorizationServer;
use http::header::AUTHORIZATION;

/// What a request says about who sends it.
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
        let basic = inbound.one_header(&AUTHORIZATION, &rfc6749::INVALID_REQUEST, InvalidRequest)?;
        let basic = basic.map(|value| BasicCredentials::parse(value.as_bytes()));
        let basic = basic.transpose().map_err(|error| error.basis().refuse(InvalidClient))?;
        let secret = form.get("client_secret");
        let assertion = form.get("client_assertion");
        let methods = usize::from(basic.is_some()) + usize::from(secret.is_some()) + usize::from(assertion.is_some());
        rfc6749::ONE_AUTHENTICATION_METHOD.require(methods <= 1, InvalidRequest)?;

        let named = form.get("client_id");
        let (client_id, credential) = if let Some(basic) = basic {
            (Some(basic.client_id), Credential::Basic(basic.secret))
        } else if let Some(compact) = assertion {
            rfc7523::ASSERTION_TYPE.require(form.get("client_assertion_type") == Some(JWT_BEARER), InvalidClient)?;
            let assertion = Assertion::parse(compact)?;
            (Some(assertion.client_id.clone()), Credential::Assertion(Box::new(assertion)))
        } else {
            (None, secret.map_or(Credential::None, |secret| Credential::Post(Secret::from(secret.to_owned()))))
        };
        let agree = client_id.as_deref().is_none_or(|proven| named.is_none_or(|named| named == proven));
        match assertion {
            Some(_) => rfc7521::CLIENT_ID_MATCHES.require(agree, InvalidClient)?,
            None => rfc6749::CLIENT_AUTHENTICATES.require(agree, InvalidClient)?,
        }
        let client_id = client_id.or_else(|| named.map(str::to_owned)).filter(|client_id| is_client_id(client_id));
        let client_id = rfc6749::CLIENT_AUTHENTICATES.demand(client_id, InvalidClient)?;
        Ok(Self { client_id, credential, certificate: ClientCertificate::of(inbound) })
    }

    /// What must be read to know who calls.
    pub(crate) fn keys(&self, server: &AuthorizationServer) -> (Key<Client>, Option<Key<UseMarker>>) {
        let mark = match &self.credential {
            Credential::Assertion(assertion) => Some(server.key(server.digest(&assertion.mark()))),
            _ => None,
        };
        (server.key(&self.client_id), mark)
    }

    /// The method that was tried; with nothing but a certificate, the one the client registered for it.
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
}

fn by_certificate(method: Method) -> bool {
    matches!(method, Method::TlsClientAuth | Method::SelfSignedTlsClientAuth)
}

/// A client that proved who it is, and the policy that holds for it. Only [`authenticate`] can make one.
pub(crate) struct AuthenticatedClient<'f> {
    pub(crate) client: Held<'f, Client>,
    pub(crate) policy: &'f Policy,
    /// What proving it has used up, however the request ends.
    pub(crate) spent: Vec<Write>,
}

/// Where a client authenticates: each endpoint's own clause says that it must.
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

/// What [`Presented::keys`] found.
pub(crate) type Known<'f> = <(Key<Client>, Option<Key<UseMarker>>) as Keys>::Found<'f>;

/// Whether the client is who it says it is.
pub(crate) fn authenticate<'f>(
    server: &AuthorizationServer,
    turn: &Turn<'f>,
    presented: &Presented,
    at: At,
    (client, used): Known<'f>,
) -> Result<AuthenticatedClient<'f>, Pause> {
    let now = turn.context.now();
    let client = rfc6749::CLIENT_AUTHENTICATES.demand(client.live(now), InvalidClient)?;
    let policy = policy_for(server, turn.facts, &client)?;
    let method = presented.method(&client);
    if method == Method::None && client.is_confidential() {
        let mut refusal = Refusal::new(InvalidClient, at.clauses());
        refusal.basis.push(&rfc6749::CLIENT_AUTHENTICATES);
        if by_certificate(client.metadata.token_endpoint_auth_method) {
            refusal.basis.push(&rfc8705::CERTIFICATE_OF_CLIENT);
        }
        return Err(refusal.into());
    }
    if let Credential::Assertion(assertion) = &presented.credential {
        policy.assertion_algorithm.require(&assertion.algorithm(), InvalidClient)?;
    }
    policy.client_authentication.require(&method, InvalidClient)?;
    oidcc::REGISTERED_METHOD.require(method == client.metadata.token_endpoint_auth_method, InvalidClient)?;
    let spent = prove(server, turn, presented, policy, &client, used.as_ref())?;
    Ok(AuthenticatedClient { client, policy, spent })
}

/// Checks the credential; returns what it has used up.
fn prove(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    presented: &Presented,
    policy: &Policy,
    client: &Client,
    used: Option<&Entry<'_, UseMarker>>,
) -> Result<Vec<Write>, Pause> {
    match &presented.credential {
        Credential::Basic(shown) | Credential::Post(shown) => {
            let secret = rfc6749::CLIENT_AUTHENTICATES.demand(client.secret.as_ref(), InvalidClient)?;
            rfc6749::CLIENT_AUTHENTICATES.require(secret.is(turn, client.client_id(), shown)?, InvalidClient)?;
            Ok(vec![])
        }
        Credential::Assertion(assertion) => {
            assertion.check(server, turn, policy, client)?;
            let used = rfc7523::ASSERTION_ONCE.demand(used, InvalidClient)?;
            rfc7523::ASSERTION_ONCE.require(!used.is_live(turn.context.now()), InvalidClient)?;
            Ok(vec![used.insert(&UseMarker {}, assertion.ends()?)])
        }
        Credential::None if client.is_confidential() => {
            let shown = rfc8705::CERTIFICATE_OF_CLIENT.demand(presented.certificate.as_ref(), InvalidClient)?;
            certificate::check(server, turn, client, shown)?;
            Ok(vec![])
        }
        Credential::None => Ok(vec![]),
    }
}
