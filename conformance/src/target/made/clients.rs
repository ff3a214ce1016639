//! The two clients of a variant: their settings and their registrations.

use fapi::ClientMetadata;
use fapi::policy::AuthenticationMethod;
use fapi::scope::Scope;

use super::bank::Bank;
use super::certificates::{Certificates, Issuer, jwks};
use crate::keys::{SigningKey, random};
use crate::target::ClientSettings;
use crate::variant::{Authentication, Protocol, SenderConstraint, Variant};

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
    metadata.scope = Scope::parse("openid offline_access profile email api:read").ok();
    // The second client leaves the binding of its tokens to the server's policy, unless its certificate would bind them.
    metadata.dpop_bound_access_tokens = variant.dpop() && (number == 1 || variant.certificates());
    if number == 1 {
        metadata.tls_client_certificate_bound_access_tokens = variant.sender_constraint() == Some(SenderConstraint::Mtls);
    } else {
        metadata.id_token_signed_response_alg = fapi::jose::Algorithm::parse("PS256");
    }
    let key = named(&credentials.key)?;
    let mut jwk = key.public_jwk();
    jwk.extend([("kid".into(), key.thumbprint().into()), ("use".into(), "sig".into())]);
    let certificates = match (variant.certificates(), credentials.certified) {
        (false, _) => None,
        (true, Certified::AsAny) => Some(Certificates::issued(&id, variant, issuer)?),
        (true, Certified::ByName) => Some(Certificates::named(&id, issuer)?),
        (true, Certified::AsKey) => Some(Certificates::self_signed(&id)?),
    };
    match (variant.client_authentication(), &certificates) {
        (Some(Authentication::Mtls), Some(certificates)) => certificates.register(&mut metadata)?,
        _ => metadata.jwks = Some(jwks(&jwk)?),
    }
    let key = variant.private_key_jwt().then_some(key);
    let (identity, impostors) = certificates.map(|own| (own.identity, own.impostors)).unzip();
    let client_scope = Some("api:read".into());
    let (secret, scope, parameters) = (Some(random()), scope.into(), vec![]);
    let settings = ClientSettings { id, key, identity, impostors, secret, redirect_uri, scope, client_scope, parameters };
    Ok((settings, metadata))
}

/// The same key under its thumbprint as name.
fn named(key: &SigningKey) -> Result<SigningKey, String> {
    let mut jwk = key.private_jwk().clone();
    jwk.extend([("kid".into(), key.thumbprint().into()), ("alg".into(), key.algorithm().into())]);
    SigningKey::from_jwk(&jwk)
}
