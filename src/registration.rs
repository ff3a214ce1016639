//! Registration of clients by the host: each is checked as a whole, and all are stored or none.

use crate::client::{Client, ClientMetadata, ClientTerms, GrantType, StoredSecret, is_client_id, subject_member};
use crate::detail::{Detail, words};
use crate::error_code::ErrorCode::{self, InvalidClientMetadata, InvalidRedirectUri};
use crate::exchange::{Decision, Operation, Pause, Place, Positions, Reply, Turn};
use crate::jose::{Jwk, JwkSet, JwkSetError, SkippedKey};
use crate::key_source::{KeySet, by_value, is_https};
use crate::policy::{AuthenticationMethod as Method, CompositionError, Policy, ResponseType};
use crate::reason::Reason;
use crate::redirect_uri::RedirectUriError;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, fapi2_sp, local, oidcc, oidcr, rfc6749, rfc7523, rfc7591, rfc8705};
use crate::response::Response;
use crate::secret::Secret;
use crate::server::AuthorizationServer;
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::token::grant_types_served;
use std::fmt;
use std::sync::Arc;

/// A client to be registered: its metadata, the operator's terms, and its secret if it has one.
///
/// ```
/// use fapi::{ClientMetadata, ClientTerms, Registration, policy::AuthenticationMethod};
///
/// let mut terms = ClientTerms::default();
/// terms.first_party = true;
/// let metadata = ClientMetadata::new("shop", AuthenticationMethod::ClientSecretBasic);
/// let registration = Registration::of(metadata).terms(terms).secret("a secret of 32 characters or so".to_owned());
/// # let _ = registration;
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Registration {
    /// The client's statements about itself.
    pub metadata: ClientMetadata,
    /// The operator's decisions about it.
    pub terms: ClientTerms,
    /// Its secret, for methods that use one.
    pub secret: ClientSecret,
}

/// The secret of a client that is registered. Exhaustive.
#[derive(Debug, Clone, Default)]
pub enum ClientSecret {
    /// It has none.
    #[default]
    None,
    /// It has this one.
    New(Secret),
    /// It keeps the secret of the registration that this one replaces. That must have one, and the same
    /// `token_endpoint_auth_method`.
    Kept,
}

impl From<Option<Secret>> for ClientSecret {
    fn from(secret: Option<Secret>) -> Self {
        secret.map_or(Self::None, Self::New)
    }
}

impl Registration {
    /// A client without secret, under the default terms.
    pub fn of(metadata: ClientMetadata) -> Self {
        Self { metadata, terms: ClientTerms::default(), secret: ClientSecret::None }
    }

    /// Sets the operator's terms.
    #[must_use]
    pub fn terms(mut self, terms: ClientTerms) -> Self {
        self.terms = terms;
        self
    }

    /// Sets the secret.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secret = ClientSecret::New(secret.into());
        self
    }

    /// Keeps the secret that the client has, which nobody can read back.
    #[must_use]
    pub fn keep_secret(mut self) -> Self {
        self.secret = ClientSecret::Kept;
        self
    }
}

impl From<ClientMetadata> for Registration {
    fn from(metadata: ClientMetadata) -> Self {
        Self::of(metadata)
    }
}

/// The outcome of a registration. Exhaustive.
#[derive(Debug, Clone)]
pub enum Registered {
    /// All clients are stored.
    Stored,
    /// None is stored. The response is that of a registration endpoint, for the first mistake; the event names its requirements.
    Refused(Response),
}

impl Reply for Registered {
    fn refused(response: Response) -> Self {
        Self::Refused(response)
    }
}

/// One mistake in a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationMistake {
    /// The client.
    pub client_id: String,
    /// The member of the metadata or terms that is wrong, or `client_secret`.
    pub member: &'static str,
    /// The error of a registration endpoint.
    pub error: ErrorCode,
    /// What is wrong, and what was expected.
    pub detail: Detail,
    /// The requirements that are broken, the most specific first.
    pub requirements: Vec<&'static Requirement>,
}

impl fmt::Display for RegistrationMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.requirements.iter().map(|requirement| requirement.id).collect();
        write!(f, "client {:?}: {}: {} ({})", self.client_id, self.member, self.detail, ids.join(", "))
    }
}

impl Registration {
    /// Every mistake in this registration at a server with these settings, at this time; none if it can be stored. A secret that is
    /// kept is only looked for when it is stored.
    pub fn mistakes(&self, settings: &Settings, now: Timestamp) -> Vec<RegistrationMistake> {
        self.check(settings, now)
            .into_iter()
            .map(|(member, refusal)| RegistrationMistake {
                client_id: self.metadata.client_id.clone(),
                member,
                error: refusal.code,
                detail: refusal.detail,
                requirements: refusal.basis,
            })
            .collect()
    }

    fn check(&self, settings: &Settings, now: Timestamp) -> Vec<(&'static str, Refusal)> {
        let metadata = &self.metadata;
        let mut found = Found(vec![]);
        let id = is_client_id(&metadata.client_id);
        found.add(
            "client_id",
            local::CLIENT_ID_SYNTAX.require(id, InvalidClientMetadata, "client_id is not 1 to 255 printable ASCII characters."),
        );
        self.fits_policy(settings, now, &mut found);
        for (at, uri) in metadata.redirect_uris.iter().enumerate() {
            let words = |error: &RedirectUriError| words!("Entry {} of redirect_uris: {}.", at + 1, error.told())();
            let parsed = uri.get().map(drop);
            found.add("redirect_uris", parsed.map_err(|error| error.basis().refuse(InvalidRedirectUri, words(error))));
        }
        let served = |grant_type: &GrantType| grant_types_served().any(|served| served == grant_type.as_str());
        let unserved = metadata.grant_types.iter().position(|grant_type| !served(grant_type));
        let words = words!("Entry {} of grant_types is not served here.", unserved.unwrap_or_default() + 1);
        found.add("grant_types", rfc6749::GRANT_TYPE_SERVED.require(unserved.is_none(), InvalidClientMetadata, words));
        let other = metadata.response_types.iter().position(|sent| sent.get() != Ok(&ResponseType::Code));
        let words = words!("Entry {} of response_types is not served here; code alone is.", other.unwrap_or_default() + 1);
        found.add("response_types", rfc6749::RESPONSE_TYPE_PRESENT.require(other.is_none(), InvalidClientMetadata, words));
        let redirects = !metadata.may_use(&GrantType::AuthorizationCode) || !metadata.redirect_uris.is_empty();
        found.add(
            "redirect_uris",
            rfc6749::REDIRECT_REGISTRATION.require(
                redirects,
                InvalidRedirectUri,
                "redirect_uris is empty; the grant type authorization_code needs one.",
            ),
        );
        let machine = metadata.may_use(&GrantType::ClientCredentials);
        let public_machine = machine && metadata.token_endpoint_auth_method == Method::None;
        found.add(
            "grant_types",
            rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL.require(
                !public_machine,
                InvalidClientMetadata,
                "A client without authentication cannot have the grant type client_credentials.",
            ),
        );
        let set = self.keys(settings, &mut found);
        self.credential(set.as_ref(), &mut found);
        found.0
    }

    fn client(&self) -> Client {
        Client { metadata: self.metadata.clone(), terms: self.terms.clone(), secret: None }
    }

    fn fits_policy(&self, settings: &Settings, now: Timestamp, found: &mut Found) {
        match settings.policy_with(&self.terms.profiles, &self.metadata.own_rules()) {
            Ok(policy) => self.within(&policy, settings, now, found),
            Err(error @ CompositionError::UnknownProfile(_)) => found.add("profiles", Err(error.refuse(InvalidClientMetadata))),
            Err(error) => found.add("metadata", Err(error.refuse(InvalidClientMetadata))),
        }
    }

    fn within(&self, policy: &Policy, settings: &Settings, now: Timestamp, found: &mut Found) {
        let metadata = &self.metadata;
        let method = policy.client_authentication.require(
            &metadata.token_endpoint_auth_method,
            InvalidClientMetadata,
            words!(
                "token_endpoint_auth_method is {}; allowed: {}.",
                metadata.token_endpoint_auth_method.name(),
                policy.client_authentication.expected()
            ),
        );
        found.add("token_endpoint_auth_method", method);
        for (at, uri) in metadata.redirect_uris.iter().enumerate() {
            let words = words!("Entry {} of redirect_uris uses http, which is allowed on loopback addresses alone.", at + 1);
            found.add("redirect_uris", policy.redirect_uri.require(uri.as_str(), InvalidRedirectUri, words));
        }
        let signs = settings.preferred_algorithm(policy, now);
        found.add(
            "metadata",
            local::CLIENT_FITS_POLICY.require(
                signs.is_some(),
                InvalidClientMetadata,
                "This server has no key for an algorithm that the policy of this client allows.",
            ),
        );
        if let Some(algorithm) = metadata.id_token_signed_response_alg {
            let admitted = policy.issued_algorithm.require(
                &algorithm,
                InvalidClientMetadata,
                words!("id_token_signed_response_alg is {}; allowed: {}.", algorithm, policy.issued_algorithm.expected()),
            );
            found.add("id_token_signed_response_alg", admitted);
            let ours = settings.keys.signing_key(algorithm, now).is_some();
            found.add(
                "id_token_signed_response_alg",
                oidcc::ID_TOKEN_SIGNED.require(
                    ours,
                    InvalidClientMetadata,
                    words!("id_token_signed_response_alg is {}, and this server has no key for it.", algorithm),
                ),
            );
        }
    }

    /// Checks where the keys are, and returns those that are given by value.
    fn keys(&self, settings: &Settings, found: &mut Found) -> Option<KeySet> {
        let metadata = &self.metadata;
        let set = metadata.jwks.as_ref().map(|jwks| by_value(jwks, settings.primitives));
        if let Some(Err(error)) = &set {
            let refusal = match error {
                JwkSetError::Leaked(error) => {
                    oidcr::PUBLIC_KEYS_ONLY.refuse(InvalidClientMetadata, error.about("jwks")).also([error.basis()])
                }
                error => error.refuse(InvalidClientMetadata, "jwks"),
            };
            found.add("jwks", Err(refusal));
        }
        let encrypted = metadata.jwks_uri.as_deref().is_none_or(is_https);
        found.add("jwks_uri", fapi2_sp::JWKS_OVER_TLS.require(encrypted, InvalidClientMetadata, "jwks_uri is not an https URL."));
        let one = metadata.jwks.is_none() || metadata.jwks_uri.is_none();
        found.add(
            "jwks_uri",
            rfc7591::ONE_KEY_SET.require(one, InvalidClientMetadata, "jwks_uri and jwks are both present; one is allowed."),
        );
        set
    }

    /// Lists the keys in `jwks` that will not be used, for a log. A key set that is refused as a whole has none.
    pub fn skipped_keys(&self, settings: &Settings) -> Vec<SkippedKey> {
        let set = self.metadata.jwks.as_ref().and_then(|jwks| by_value(jwks, settings.primitives).ok());
        set.map_or_else(Vec::new, |set| set.skipped().to_vec())
    }

    /// Demands something to authenticate with, of the kind that the method needs.
    fn credential(&self, set: Option<&KeySet>, found: &mut Found) {
        let metadata = &self.metadata;
        let kept = matches!(self.secret, ClientSecret::Kept);
        let secret_octets = if let ClientSecret::New(secret) = &self.secret { secret.as_bytes().len() } else { 0 };
        // A broken set is a mistake of its own, and one that is published can change.
        let has_key = |fits: fn(&Jwk) -> bool| match set {
            Some(Ok(set)) => set.keys().iter().any(fits) || metadata.jwks_uri.is_some(),
            Some(Err(_)) => true,
            None => metadata.jwks_uri.is_some(),
        };
        let (member, holds, basis, words): (_, bool, &'static Requirement, _) = match metadata.token_endpoint_auth_method {
            Method::None => (
                "client_secret",
                matches!(self.secret, ClientSecret::None),
                &rfc6749::METHOD_OF_CLIENT,
                "A client without authentication has no client_secret.",
            ),
            Method::ClientSecretBasic | Method::ClientSecretPost => {
                ("client_secret", kept || secret_octets > 0, &rfc6749::METHOD_OF_CLIENT, "client_secret is missing.")
            }
            Method::ClientSecretJwt => {
                ("client_secret", kept || secret_octets >= 32, &oidcc::SECRET_LENGTH, "client_secret has fewer than 32 octets.")
            }
            Method::PrivateKeyJwt => (
                "jwks",
                has_key(|_| true),
                &rfc7523::ASSERTION_SIGNED,
                "private_key_jwt needs jwks_uri, or jwks with a key that can verify.",
            ),
            Method::TlsClientAuth => (
                "tls_client_auth_subject_dn",
                subject_member(metadata).is_some(),
                &rfc8705::CERTIFICATE_SUBJECT,
                "tls_client_auth needs exactly one valid tls_client_auth member with the subject of the certificate.",
            ),
            Method::SelfSignedTlsClientAuth => (
                "jwks",
                has_key(|key| key.x5c().len() > 0),
                &rfc8705::CERTIFICATE_REGISTERED,
                "self_signed_tls_client_auth needs jwks_uri, or jwks with a certificate in x5c.",
            ),
        };
        let skipped = set.and_then(|set| set.as_ref().ok()).map_or(&[][..], JwkSet::skipped);
        found.add(
            member,
            basis.require(holds, InvalidClientMetadata, words).map_err(|refusal| match skipped {
                // The reasons why the keys cannot be used come first.
                [_, ..] if member == "jwks" => {
                    let mut reasons: Vec<_> = skipped.iter().map(|key| key.error.basis()).collect();
                    reasons.sort_by_key(|reason| reason.id);
                    reasons.dedup_by_key(|reason| reason.id);
                    Refusal::new(refusal.code, reasons, words_of(skipped)).also(refusal.basis)
                }
                _ => refusal,
            }),
        );
    }
}

/// The first reason why none of the keys can be used.
fn words_of(skipped: &[SkippedKey]) -> Detail {
    match skipped.first() {
        Some(key) => words!("No key of jwks can be used; key {}: {}.", key.index + 1, key.error.told())(),
        None => "No key of jwks can be used.".into(),
    }
}

/// Refusals by the member they are about, in the order of the checks.
struct Found(Vec<(&'static str, Refusal)>);

impl Found {
    fn add(&mut self, member: &'static str, checked: Result<(), Refusal>) {
        self.0.extend(checked.err().map(|refusal| (member, refusal)));
    }
}

pub(crate) struct ClientRegistration {
    server: Arc<AuthorizationServer>,
    registrations: Vec<Registration>,
}

impl ClientRegistration {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, registrations: Vec<Registration>) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), registrations })
    }

    fn decided(&self, turn: &Turn<'_>) -> Result<Decision<Registered>, Pause> {
        for registration in &self.registrations {
            let first = registration.check(&self.server.settings, turn.now()).into_iter().next();
            if let Some((_, refusal)) = first {
                return Err(Pause::Refuse(refusal)).attributed_to(&registration.metadata.client_id);
            }
        }
        let keys = self.registrations.iter().map(|registration| self.server.key::<Client>(&registration.metadata.client_id));
        turn.load(keys.clone().map(|key| key.0).collect::<Vec<_>>())?;
        let mut writes = vec![];
        for (registration, key) in self.registrations.iter().zip(keys) {
            let known = turn.load(Place(key))?;
            let client_id = &registration.metadata.client_id;
            let method = registration.metadata.token_endpoint_auth_method;
            let secret = match (&registration.secret, method) {
                (ClientSecret::New(secret), Method::ClientSecretJwt) => Some(StoredSecret::usable(turn, secret)?),
                (ClientSecret::New(secret), _) => Some(StoredSecret::recognisable(turn, client_id, secret)?),
                (ClientSecret::Kept, _) => {
                    let before = turn.load(self.server.key::<Client>(client_id))?.live(turn.now());
                    let same = before.filter(|before| before.metadata.token_endpoint_auth_method == method);
                    let secret = same.and_then(|before| before.secret.clone());
                    let mistake = |refusal| Refusal { client: Some(client_id.clone()), ..refusal };
                    Some(
                        rfc6749::METHOD_OF_CLIENT
                            .demand(secret, InvalidClientMetadata, "There is no client_secret that could be kept.")
                            .map_err(mistake)?,
                    )
                }
                (ClientSecret::None, _) => None,
            };
            writes.push(known.put(&Client { secret, ..registration.client() }, Timestamp::NEVER));
        }
        Ok(Decision::commits(Registered::Stored, writes))
    }
}

impl Operation<Registered> for ClientRegistration {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Registered>, Pause> {
        match &self.registrations[..] {
            [only] => self.decided(turn).attributed_to(&only.metadata.client_id),
            _ => self.decided(turn),
        }
    }
}
