//! The reference server, in this process: the only file of the suite that knows `fapi-server`.
//!
//! One server serves every variant, each with two clients of its own; a scenario that moves time gets one more server, with the
//! same clients and keys of its own clock and store.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use fapi::policy::AuthenticationMethod;
use fapi::scope::Scope;
use fapi::{ClientMetadata, Event};
use fapi_server::config::{Client, Config};
use fapi_server::{Authority, Clock, Keyring, ManualClock, Observer, Options, PasswordHash, Running, SystemClock, User};
use rustls_pki_types::CertificateDer;
use serde_json::{Map, Value, json};

mod certificates;

use certificates::{Certificates, Issuer};

use super::{ClientSettings, FormStrategy, Instance, Promise, ResourceSettings, Target, UserStrategy};
use crate::http::{Connector, Trust};
use crate::keys::{SigningKey, random};
use crate::variant::{Authentication, Profile, SenderConstraint, Variant};

const USER: &str = "alice";

/// Starts the reference server, ready for these variants: one target each, in the same order.
pub async fn start(variants: &[Variant]) -> Result<Vec<Target>, String> {
    let authority = Arc::new(Authority::generate().map_err(|error| error.to_string())?);
    let issuer = Issuer::new("client authority")?;
    let casts = variants.iter().map(|variant| Cast::new(*variant, &issuer)).collect::<Result<Vec<_>, _>>()?;
    let keyring = Arc::new(Keyring::generate().map_err(|error| error.to_string())?);
    let stage = Arc::new(Stage { authority, client_authority: issuer.certificate(), keyring, password: random(), casts });
    let house = Arc::new(House::open(&stage, &stage.casts, Arc::new(SystemClock), false).await?);
    stage.casts.iter().map(|cast| house.target(&stage, cast, None)).collect()
}

/// What all servers of a run have in common.
struct Stage {
    authority: Arc<Authority>,
    /// The authority of the clients' certificates.
    client_authority: CertificateDer<'static>,
    /// The servers' signing keys; making an RSA key takes longer than a whole scenario.
    keyring: Arc<Keyring>,
    password: String,
    casts: Vec<Cast>,
}

/// The two clients of a variant: what they know of themselves, and what they register.
struct Cast {
    variant: Variant,
    clients: [ClientSettings; 2],
    registered: [ClientMetadata; 2],
}

/// A server while it runs, and what it said of each exchange.
struct House {
    running: Running,
    recorder: Arc<Recorder>,
}

/// What only the host knows of one target.
struct InProcess {
    stage: Arc<Stage>,
    house: Arc<House>,
    variant: Variant,
    /// The clock of a server that is this target's alone.
    clock: Option<Arc<ManualClock>>,
}

impl House {
    async fn open(stage: &Stage, casts: &[Cast], clock: Arc<dyn Clock>, nonces: bool) -> Result<Self, String> {
        let mut config = Config::new(Some(stage.authority.clone()));
        config.client_authorities = vec![stage.client_authority.clone()];
        config.dpop_nonces = nonces;
        let registered = casts.iter().flat_map(|cast| cast.registered.iter());
        config.clients = registered.map(|metadata| Client { metadata: metadata.clone(), secret: None }).collect();
        let hash = PasswordHash::new(&stage.password, NonZeroU32::MIN).ok_or("no randomness")?;
        let user = User::new(USER, hash).claim("name", "Alice Adams".into()).claim("email", "alice@example.com".into());
        config.users = vec![user.claim("email_verified", true.into())];
        let recorder = Arc::new(Recorder::default());
        let mut options = Options::default();
        options.clock = clock;
        options.keyring = Some(stage.keyring.clone());
        options.observer = Some(recorder.clone());
        let running = fapi_server::start(config, options).await.map_err(|error| error.to_string())?;
        Ok(Self { running, recorder })
    }

    fn target(self: &Arc<Self>, stage: &Arc<Stage>, cast: &Cast, clock: Option<Arc<ManualClock>>) -> Result<Target, String> {
        let by_certificate = cast.variant.sender == SenderConstraint::Mtls;
        let alias = self.running.mtls_base.as_ref().map(|base| format!("{base}/resource"));
        let url = alias.filter(|_| by_certificate).unwrap_or_else(|| self.running.resource.clone());
        let url = url.parse().map_err(|error| format!("{url}: {error}"))?;
        let resource = ResourceSettings { url, method: "GET".into(), body: None };
        let fields = [("username", USER.to_owned()), ("password", stage.password.clone())];
        let user = UserStrategy::Form(FormStrategy {
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>(),
            approve: vec!["approve".into()],
            deny: vec!["deny".into()],
        });
        let connector = Connector::new(Trust::authorities(&stage.authority.certificate_pem())?);
        let instance = InProcess { stage: stage.clone(), house: self.clone(), variant: cast.variant, clock };
        Ok(Target::new(
            "fapi-server".into(),
            self.running.issuer.clone(),
            cast.variant,
            cast.clients.clone(),
            Some(resource),
            user,
            connector,
            Arc::new(instance),
        ))
    }
}

impl Instance for InProcess {
    fn refused_for(&self, exchange: u64) -> Option<Vec<String>> {
        self.house.recorder.0.lock().unwrap_or_else(PoisonError::into_inner).get(&exchange).cloned().or(Some(vec![]))
    }

    fn fresh(&self) -> Promise<'_, Result<Option<Target>, String>> {
        Box::pin(self.another(false))
    }

    fn demanding_nonces(&self) -> Promise<'_, Result<Option<Target>, String>> {
        Box::pin(self.another(true))
    }

    fn now(&self) -> i64 {
        self.clock.as_ref().map_or_else(|| SystemClock.now(), |clock| clock.now()).seconds()
    }

    fn pass(&self, seconds: u64) -> bool {
        let Some(clock) = &self.clock else { return false };
        clock.advance(i64::try_from(seconds).unwrap_or(i64::MAX));
        true
    }

    fn strict(&self) -> bool {
        true
    }
}

impl InProcess {
    /// A server of this target's own, with a clock of its own.
    async fn another(&self, nonces: bool) -> Result<Option<Target>, String> {
        let clock = Arc::new(ManualClock::new());
        let cast = self.stage.casts.iter().find(|cast| cast.variant == self.variant).ok_or("no clients for this variant")?;
        let house = Arc::new(House::open(&self.stage, std::slice::from_ref(cast), clock.clone(), nonces).await?);
        house.target(&self.stage, cast, Some(clock)).map(Some)
    }
}

/// The requirements each exchange was refused for.
#[derive(Default)]
struct Recorder(Mutex<HashMap<u64, Vec<String>>>);

impl Observer for Recorder {
    fn observed(&self, event: &Event, exchange: Option<&str>) {
        let Some(number) = exchange.and_then(|number| number.parse().ok()) else { return };
        let named = event.refused_for().iter().map(|requirement| requirement.id.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(number).or_default().extend(named);
    }
}

impl Cast {
    fn new(variant: Variant, issuer: &Issuer) -> Result<Self, String> {
        let first = if variant.profile == Profile::OAuth { SigningKey::eddsa() } else { SigningKey::es256() };
        let (one, registered_one) = cast(variant, 1, first, issuer)?;
        let (two, registered_two) = cast(variant, 2, SigningKey::ps256(), issuer)?;
        Ok(Self { variant, clients: [one, two], registered: [registered_one, registered_two] })
    }
}

/// A client that differs from the other in everything.
fn cast(variant: Variant, number: u8, key: SigningKey, issuer: &Issuer) -> Result<(ClientSettings, ClientMetadata), String> {
    let id = format!("{}-{number}", variant.to_string().replace('/', "-"));
    let query = if number == 2 { "?dummy1=lorem&dummy2=ipsum" } else { "" };
    let redirect_uri = format!("https://client-{number}.example/callback/{id}{query}");
    let scope = if variant.openid() { "openid profile email api:read" } else { "api:read" };
    let mut metadata = ClientMetadata::new(id.clone(), AuthenticationMethod::PrivateKeyJwt);
    metadata.client_name = Some(format!("Client {number} of {variant}"));
    metadata.redirect_uris = vec![redirect_uri.clone()];
    metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(String::from).to_vec();
    metadata.scope = Scope::parse("openid offline_access profile email api:read").ok();
    // Whether the second client's tokens are bound is left to the server's policy, unless its certificate would bind them.
    metadata.dpop_bound_access_tokens = variant.dpop() && (number == 1 || variant.certificates());
    if number == 1 {
        metadata.tls_client_certificate_bound_access_tokens = variant.sender == SenderConstraint::Mtls;
    } else {
        metadata.id_token_signed_response_alg = fapi::jose::Algorithm::parse("PS256");
    }
    let key = named(&key)?;
    let mut jwk = key.public_jwk();
    jwk.extend([("kid".into(), key.thumbprint().into()), ("use".into(), "sig".into())]);
    let certificates = match (variant.certificates(), number) {
        (false, _) => None,
        (true, 1) => Some(Certificates::issued(&id, variant, issuer)?),
        (true, _) => Some(Certificates::self_signed(&id)?),
    };
    match (variant.authentication, &certificates) {
        (Authentication::Mtls, Some(certificates)) => certificates.register(&mut metadata)?,
        _ => metadata.jwks = Some(jwks(&jwk)?),
    }
    let key = variant.private_key_jwt().then_some(key);
    let (identity, impostors) = certificates.map(|own| (own.identity, own.impostors)).unzip();
    let client_scope = Some("api:read".into());
    let settings =
        ClientSettings { id, key, identity, impostors, redirect_uri, scope: scope.into(), client_scope, parameters: vec![] };
    Ok((settings, metadata))
}

/// The same key under its thumbprint as name.
fn named(key: &SigningKey) -> Result<SigningKey, String> {
    let mut jwk = key.private_jwk().clone();
    jwk.extend([("kid".into(), key.thumbprint().into()), ("alg".into(), key.algorithm().into())]);
    SigningKey::from_jwk(&jwk)
}

fn jwks(jwk: &Map<String, Value>) -> Result<fapi::jose::Json, String> {
    let text = json!({ "keys": [jwk] }).to_string();
    fapi::jose::Json::parse(text.as_bytes()).map_err(|error| error.to_string())
}
