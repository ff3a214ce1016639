//! A correct FAPI client. Each of its steps has methods that introduce one fault.
//!
//! Unchanged, it sends and checks what a careful relying party sends and checks. A negative scenario runs the same flow with one
//! fault.

pub mod authorize;
mod credentials;
pub mod form;
pub mod id_token;
pub mod push;
pub mod resource;
pub mod token;
pub mod values;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::finding::{Finding, Tried};
use crate::http::{Http, Identity};
use crate::keys::SigningKey;
use crate::ledger::Ledger;
use crate::target::{ClientSettings, Metadata, Target};
use crate::variant::{Grant, Value, Variant};

pub use authorize::Code;
pub use form::FormRequest;
pub use push::Pushed;
pub use token::Tokens;

/// A client of the target. Clones share their state.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: ClientSettings,
    target: Arc<Target>,
    http: Http,
    metadata: Arc<Metadata>,
    number: usize,
    /// Made when it is needed, since that takes longer than most requests.
    dpop: OnceLock<SigningKey>,
    nonces: Mutex<BTreeMap<Place, String>>,
    ledger: Ledger,
}

/// The kind of server that provided a DPoP nonce: the nonce of an authorization server is not valid at a resource server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Server,
    Resource,
}

impl Client {
    /// Makes client 0 or 1 of a target, with its own DPoP key.
    pub fn new(target: Arc<Target>, number: usize, http: Http, metadata: Arc<Metadata>, ledger: Ledger) -> Self {
        let settings = target.clients[number % 2].clone();
        Self::of(settings, target, number, http, metadata, ledger)
    }

    fn of(
        settings: ClientSettings,
        target: Arc<Target>,
        number: usize,
        http: Http,
        metadata: Arc<Metadata>,
        ledger: Ledger,
    ) -> Self {
        let (dpop, nonces) = (OnceLock::new(), Mutex::default());
        Self(Arc::new(Inner { settings, target, http, metadata, number, dpop, nonces, ledger }))
    }

    /// Another client of the same server, in the same session.
    #[must_use]
    pub fn beside(&self, settings: ClientSettings) -> Self {
        let Inner { target, http, metadata, ledger, .. } = &*self.0;
        Self::of(settings, target.clone(), 0, http.clone(), metadata.clone(), ledger.clone())
    }

    /// Its `client_id`.
    pub fn id(&self) -> &str {
        &self.0.settings.id
    }

    /// Its registration.
    pub fn settings(&self) -> &ClientSettings {
        &self.0.settings
    }

    /// The server's metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// The server.
    pub fn target(&self) -> &Target {
        &self.0.target
    }

    /// The variant under test.
    pub fn variant(&self) -> Variant {
        self.0.target.variant
    }

    /// The key of its DPoP proofs.
    pub fn dpop_key(&self) -> &SigningKey {
        let listed = self.0.metadata.list("dpop_signing_alg_values_supported");
        self.0.dpop.get_or_init(|| proving_key(&listed, self.0.number))
    }

    /// The time at the target, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.0.target.instance.now()
    }

    /// The HTTP client that sends its requests.
    pub fn http(&self) -> &Http {
        &self.0.http
    }

    /// Records a warning: behaviour that is allowed but not recommended.
    pub fn warn(&self, text: impl Into<String>) {
        self.0.ledger.warn(text);
    }

    /// Notes a deviation of the server. It ends the scenario only if the scenario is about its requirement.
    pub fn deviates(&self, finding: Finding) -> Tried<()> {
        self.0.ledger.deviates(finding)
    }

    /// Notes a deviation that no scenario is about.
    pub fn in_passing(&self, finding: Finding) {
        self.0.ledger.in_passing(finding);
    }

    /// Runs the flow up to the code: pushes a request, logs in, consents.
    pub async fn code(&self) -> Tried<Code> {
        let pushed = self.push().pushed().await?;
        self.authorize(&pushed).code().await
    }

    /// Runs the flow up to tokens, with the grant of the variant.
    pub async fn tokens(&self) -> Tried<Tokens> {
        self.token_request().await?.tokens().await
    }

    /// Returns a token request with the variant's grant that would succeed.
    pub async fn token_request(&self) -> Tried<FormRequest> {
        match self.variant().grant() {
            Some(Grant::AuthorizationCode) => Ok(self.redeem(&self.code().await?)),
            Some(Grant::ClientCredentials) => Ok(self.credentials()),
            grant => {
                let got = grant.map_or("none", |grant| Value::Grant(grant).name());
                Err(Finding::new("a grant that the suite's client supports", got).of_the_suite().into())
            }
        }
    }

    fn identity(&self) -> Option<Arc<Identity>> {
        self.0.settings.identity.clone().filter(|_| self.variant().certificates())
    }

    fn nonce(&self, place: Place) -> Option<String> {
        self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned()
    }

    /// Stores a nonce that a response provided.
    fn keep_nonce(&self, place: Place, nonce: &str) {
        self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner).insert(place, nonce.to_owned());
    }
}

/// A key for the proofs of a client, of an algorithm that the server lists. Without a list, or with one that has none of FAPI 2.0's
/// algorithms, it is one for ES256.
fn proving_key(listed: &[&str], number: usize) -> SigningKey {
    let of_two = |key: SigningKey| if number.is_multiple_of(2) { key } else { key.another() };
    match ["ES256", "EdDSA", "Ed25519", "PS256"].into_iter().find(|algorithm| listed.contains(algorithm)) {
        Some("EdDSA") => SigningKey::eddsa(),
        Some("Ed25519") => SigningKey::eddsa().with_algorithm("Ed25519").unwrap_or_else(|_| SigningKey::eddsa()),
        Some("PS256") => of_two(SigningKey::ps256()),
        _ => SigningKey::es256(),
    }
}
