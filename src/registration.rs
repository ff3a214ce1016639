//! Registration of clients by the host: each is checked as a whole, and all are stored or none.

mod algorithms;
mod check;
mod credential;
mod operator;
mod store;

pub(crate) use store::ClientRegistration;

use crate::client::{ClientMetadata, ClientTerms};
use crate::detail::Detail;
use crate::error_code::ErrorCode;
use crate::exchange::Reply;
use crate::jose::SkippedKey;
use crate::key_source::by_value;
use crate::refusal::Refusal;
use crate::requirement::Requirement;
use crate::response::Response;
use crate::secret::Secret;
use crate::settings::{Settings, Weight};
use crate::time::Timestamp;
use std::fmt;

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

/// One mistake in a registration, or one unwise choice.
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
    /// Its weight.
    pub weight: Weight,
}

impl fmt::Display for RegistrationMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.requirements.iter().map(|requirement| requirement.id).collect();
        write!(f, "client {:?}: {}: {} ({})", self.client_id, self.member, self.detail, ids.join(", "))
    }
}

impl Registration {
    /// Every mistake in this registration at a server with these settings, at this time; none if it can be stored. A secret that is
    /// kept, and the registration that this one replaces, are only looked at when it is stored.
    pub fn mistakes(&self, settings: &Settings, now: Timestamp) -> Vec<RegistrationMistake> {
        check::mistakes(self, settings, now).into_iter().map(|found| self.mistake(found, Weight::Wrong)).collect()
    }

    /// What an operator should know about this registration although it can be stored.
    pub fn warnings(&self, settings: &Settings) -> Vec<RegistrationMistake> {
        operator::warnings(self, settings).into_iter().map(|found| self.mistake(found, Weight::Unwise)).collect()
    }

    fn mistake(&self, (member, refusal): (&'static str, Refusal), weight: Weight) -> RegistrationMistake {
        RegistrationMistake {
            client_id: self.metadata.client_id.clone(),
            member,
            error: refusal.code,
            detail: refusal.detail,
            requirements: refusal.basis,
            weight,
        }
    }

    /// Lists the keys in `jwks` that will not be used, for a log. A key set that is refused as a whole has none.
    pub fn skipped_keys(&self, settings: &Settings) -> Vec<SkippedKey> {
        let set = self.metadata.jwks.as_ref().and_then(|jwks| by_value(jwks, settings.primitives).ok());
        set.map_or_else(Vec::new, |set| set.skipped().to_vec())
    }
}

/// Refusals by the member they are about, in the order of the checks.
struct Found(Vec<(&'static str, Refusal)>);

impl Found {
    fn add(&mut self, member: &'static str, checked: Result<(), Refusal>) {
        self.0.extend(checked.err().map(|refusal| (member, refusal)));
    }
}
