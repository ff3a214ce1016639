//! The two clients of a variant: their settings and their registrations.

use fapi::ClientMetadata;
use fapi::policy::AuthenticationMethod;
use fapi::scope::Scope;

use super::bank::Bank;
use super::certificates::{Certificates, Issuer, jwks};
use crate::jwe::EncryptionKey;
use crate::keys::{SigningKey, random};
use crate::target::ClientSettings;
use crate::variant::{Authentication, Protocol, ResponseType, SenderConstraint, Variant};

/// The two clients of a variant.
pub(in crate::target) struct Clients {
    pub(in crate::target) variant: Variant,
    pub(in crate::target) settings: [ClientSettings; 2],
    pub(in crate::target) registered: Vec<ClientMetadata>,
    /// The server with registered APIs, for variants about them.
    pub(in crate::target) bank: Option<Bank>,
}

/// The credentials of a client.
pub(in crate::target) struct Credentials {
    pub(in crate::target) key: SigningKey,
    pub(in crate::target) certified: Certified,
}

/// The origin of a client's certificate, and the way in which it is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::target) enum Certified {
    /// By the authority; each mTLS variant registers another member of its subject.
    AsAny,
    /// By the authority; its distinguished name is registered.
    ByName,
    /// By the client itself; it is registered as a key.
    AsKey,
}

impl Clients {
    /// New ones; certificates of the first are by this authority.
    pub(in crate::target) fn new(variant: Variant, issuer: &Issuer) -> Result<Self, String> {
        if let Some(bank) = Bank::new(variant)? {
            let settings = bank.two().ok_or("no application with the role")?;
            return Ok(Self { variant, settings, registered: vec![], bank: Some(bank) });
        }
        let first = if variant.protocol() == Some(Protocol::OAuth) { SigningKey::eddsa() } else { SigningKey::es256() };
        let one = Credentials { key: first, certified: Certified::AsAny };
        let two = Credentials { key: SigningKey::ps256(), certified: Certified::AsKey };
        Self::with(variant, issuer, [one, two])
    }

    /// New ones with these credentials.
    pub(in crate::target) fn with(variant: Variant, issuer: &Issuer, credentials: [Credentials; 2]) -> Result<Self, String> {
        let [first, second] = credentials;
        let (one, registered_one) = client(variant, 1, &first, issuer)?;
        let (two, registered_two) = client(variant, 2, &second, issuer)?;
        Ok(Self { variant, settings: [one, two], registered: vec![registered_one, registered_two], bank: None })
    }
}

/// A client that differs from the other in everything.
fn client(
    variant: Variant,
    number: u8,
    credentials: &Credentials,
    issuer: &Issuer,
) -> Result<(ClientSettings, ClientMetadata), String> {
    let id = format!("{}-{number}", variant.to_string().replace('/', "-"));
    let query = if number == 2 { "?dummy1=lorem&dummy2=ipsum" } else { "" };
    let redirect_uri = format!("https://client-{number}.example/callback/{id}{query}");
    let scope = if variant.openid() { "openid profile email api:read" } else { "api:read" };
    let mut metadata = ClientMetadata::new(id.clone(), AuthenticationMethod::PrivateKeyJwt);
    metadata.client_name = Some(format!("Client {number} of {variant}"));
    metadata.redirect_uris = vec![redirect_uri.as_str().into()];
    metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(Into::into).to_vec();
    if let Some(answer) = variant.response_type() {
        metadata.response_types = vec![answer.parameter().into()];
        if answer != ResponseType::Code {
            metadata.grant_types.push("implicit".into());
        }
        // So that a code by itself is refused by the rules of the plan, not by those of the client.
        if answer == ResponseType::CodeIdToken && variant.signed_requests() {
            metadata.response_types.push("code".into());
        }
    }
    // The browser brings the parameters of requests, by clients that authenticate with secrets.
    let is_plain = variant.front_channel() && !variant.pushed() && !variant.signed_requests();
    let more = if is_plain { " address phone" } else { "" };
    metadata.scope = Scope::parse(&format!("openid offline_access profile email api:read{more}")).ok();
    // The second client leaves the binding of its tokens to the server's policy, unless its certificate would bind them.
    metadata.dpop_bound_access_tokens = variant.dpop() && (number == 1 || variant.certificates());
    if number == 1 {
        metadata.tls_client_certificate_bound_access_tokens = variant.sender_constraint() == Some(SenderConstraint::Mtls);
    } else {
        metadata.id_token_signed_response_alg = fapi::jose::Algorithm::parse("PS256");
        metadata.authorization_signed_response_alg = metadata.id_token_signed_response_alg.filter(|_| variant.signed_responses());
        metadata.request_object_signing_alg = metadata.id_token_signed_response_alg.filter(|_| variant.signed_requests());
    }
    let key = named(&credentials.key)?;
    let mut jwk = key.public_jwk();
    jwk.extend([("kid".into(), key.thumbprint().into()), ("use".into(), "sig".into())]);
    // Where requests and responses are signed, the ID tokens of the second client are encrypted to it.
    let is_encrypted = number == 2 && variant.openid() && variant.signed_requests() && variant.signed_responses();
    let encryption_key = is_encrypted.then(EncryptionKey::agreeing);
    let encryption = encryption_key.as_ref().map(EncryptionKey::registered_jwk);
    if let Some(key) = &encryption_key {
        let algorithm = serde_json::from_value(key.algorithm().into()).map_err(|error| error.to_string())?;
        metadata.id_token_encrypted_response_alg = Some(algorithm);
    }
    let certificates = match (variant.certificates(), credentials.certified) {
        (false, _) => None,
        (true, Certified::AsAny) => Some(Certificates::issued(&id, variant, issuer)?),
        (true, Certified::ByName) => Some(Certificates::named(&id, issuer)?),
        (true, Certified::AsKey) => Some(Certificates::self_signed(&id)?),
    };
    match (variant.client_authentication(), &certificates) {
        (Some(Authentication::Mtls), Some(certificates)) => {
            let signs = variant.signed_requests().then_some(&jwk);
            certificates.register(&mut metadata, &signs.into_iter().chain(&encryption).collect::<Vec<_>>())?;
        }
        (None, _) if variant.sender_constraint().is_none() => {
            metadata.token_endpoint_auth_method = AuthenticationMethod::ClientSecretPost;
            if is_plain {
                metadata.jwks = Some(jwks(&[&jwk])?);
            }
        }
        _ => metadata.jwks = Some(jwks(&[&jwk].into_iter().chain(&encryption).collect::<Vec<_>>())?),
    }
    let key = (variant.private_key_jwt() || variant.signed_requests() || is_plain).then_some(key);
    let (identity, impostors) = certificates.map(|own| (own.identity, own.impostors)).unzip();
    let client_scope = Some("api:read".into());
    let (secret, scope, parameters) = (Some(random()), scope.into(), vec![]);
    let settings =
        ClientSettings { id, key, encryption_key, identity, impostors, secret, redirect_uri, scope, client_scope, parameters };
    Ok((settings, metadata))
}

/// The same key under its thumbprint as name.
fn named(key: &SigningKey) -> Result<SigningKey, String> {
    let mut jwk = key.private_jwk().clone();
    jwk.extend([("kid".into(), key.thumbprint().into()), ("alg".into(), key.algorithm().into())]);
    SigningKey::from_jwk(&jwk)
}
