//! The reference server, in this process: the only file of the suite that starts `fapi-server`.
//!
//! One server serves every variant, each with its own two clients. A scenario that moves time gets one more server, with the same
//! clients and keys, but with its own clock and store.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use fapi::{Event, KeyUse};
use fapi_server::config::Config;
use fapi_server::{
    Authority, Clock, Keyring, ManualClock, Observer, Options, PasswordCost, PasswordHash, Running, SystemClock, User,
};
use rustls_pki_types::CertificateDer;

mod alteration;

pub use alteration::{Alteration, Skew, WAIVES};

use super::made::{Bank, Clients, Issuer};
use super::{
    ApiSettings, BoxFuture, Change, ClientSettings, FormStrategy, Instance, Registered, ResourceSettings, Target, UserStrategy,
};
use crate::http::{Connector, Trust};
use crate::keys::random;
use crate::variant::{Plan, SenderConstraint, Variant};

const USER: &str = "alice";

/// Starts the reference server, ready for every variant of a plan: one target each, in the same order.
pub async fn start(plan: &'static Plan) -> Result<Vec<Target>, String> {
    start_at(plan, None).await
}

/// The same, at a given port.
pub async fn start_at(plan: &'static Plan, port: Option<u16>) -> Result<Vec<Target>, String> {
    let fixture = Fixture::new(plan, &plan.variants())?;
    fixture.start_at(&Alteration::default(), port).await
}

/// Keys, certificates and clients that all servers of a run share. Making them takes longer than most scenarios.
#[derive(Clone)]
pub struct Fixture(Arc<Shared>);

struct Shared {
    plan: &'static Plan,
    authority: Arc<Authority>,
    /// The authority of the clients' certificates.
    client_authority: CertificateDer<'static>,
    keyring: Arc<Keyring>,
    password: String,
    clients: Vec<Clients>,
}

impl Fixture {
    /// Makes the keys, certificates and clients for these variants of a plan.
    pub fn new(plan: &'static Plan, variants: &[Variant]) -> Result<Self, String> {
        let authority = Arc::new(Authority::generate().map_err(|error| error.to_string())?);
        let issuer = Issuer::new("client authority")?;
        let clients = variants.iter().map(|variant| Clients::new(*variant, &issuer)).collect::<Result<Vec<_>, _>>()?;
        let keyring = Arc::new(Keyring::generate().map_err(|error| error.to_string())?);
        let (client_authority, password) = (issuer.certificate(), random());
        Ok(Self(Arc::new(Shared { plan, authority, client_authority, keyring, password, clients })))
    }

    /// Starts a server: one target per variant, in the variants' order.
    pub async fn start(&self, alteration: &Alteration) -> Result<Vec<Target>, String> {
        self.start_at(alteration, None).await
    }

    async fn start_at(&self, alteration: &Alteration, port: Option<u16>) -> Result<Vec<Target>, String> {
        let (mut port, mut targets) = (port, vec![]);
        // Variants with other registered APIs have other servers.
        for clients in self.0.clients.chunk_by(|one, next| one.variant.apis() == next.variant.apis()) {
            let clock = Arc::new(SystemClock);
            let server = Arc::new(ServerHandle::start(self, clients, clock, false, port.take(), alteration).await?);
            for clients in clients {
                targets.push(server.target(self, clients, None, alteration)?);
            }
        }
        Ok(targets)
    }

    /// The clients of all variants.
    pub fn clients(&self) -> impl Iterator<Item = &ClientSettings> {
        self.0.clients.iter().flat_map(|clients| &clients.settings)
    }

    /// The identifiers of the APIs of all variants, as requests name them.
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        let banks = self.0.clients.iter().filter_map(|clients| clients.bank.as_ref());
        banks.flat_map(|bank| &bank.config.apis).map(|api| api.api.identifier.as_str())
    }

    /// The server's own signature by its key of this name.
    pub fn sign(&self, kid: &str, algorithm: &str, input: &[u8]) -> Option<Vec<u8>> {
        let algorithm = fapi::jose::Algorithm::parse(algorithm)?;
        self.0.keyring.use_key(&KeyUse::Sign { key: kid.to_owned(), algorithm, input: input.to_vec() }).ok()
    }
}

/// A running server, with the requirements that it named for each exchange.
struct ServerHandle {
    running: Running,
    recorder: Arc<Recorder>,
    /// The configuration that it was started with.
    configured: Config,
}

/// The host of one target.
struct InProcess {
    fixture: Fixture,
    server: Arc<ServerHandle>,
    variant: Variant,
    alteration: Alteration,
    /// The clock of a server that only this target uses.
    clock: Option<Arc<ManualClock>>,
}

impl ServerHandle {
    async fn start(
        fixture: &Fixture,
        clients: &[Clients],
        clock: Arc<dyn Clock>,
        nonces: bool,
        port: Option<u16>,
        altered: &Alteration,
    ) -> Result<Self, String> {
        let shared = &fixture.0;
        let mut config = Config::new(Some(shared.authority.clone()));
        config.listen.set_port(port.unwrap_or_default());
        config.client_authorities = vec![shared.client_authority.clone()];
        config.dpop_nonces = nonces;
        config.profiles = shared.plan.profile_ids();
        let registered = clients.iter().flat_map(|clients| clients.registered.iter());
        config.clients = registered.map(|metadata| metadata.clone().into()).collect();
        let hash = PasswordHash::new(&shared.password, PasswordCost::MINIMAL).ok_or("no randomness")?;
        let bank = clients.iter().find_map(|clients| clients.bank.as_ref());
        match bank {
            Some(bank) => {
                bank.register(&mut config);
                config.users = bank.config.users.clone();
                config.users.iter_mut().for_each(|user| user.password = hash.clone());
            }
            None => {
                let user = User::new(USER, hash).claim("name", "Alice Adams".into()).claim("email", "alice@example.com".into());
                config.users = vec![user.claim("email_verified", true.into())];
            }
        }
        if let Some(configure) = altered.configure {
            configure(&mut config);
        }
        let recorder = Arc::new(Recorder::default());
        let mut options = Options::default();
        options.clock = altered.clock.map_or(clock.clone(), |of| of(clock));
        options.keyring = Some(shared.keyring.clone());
        options.observer = Some(recorder.clone());
        options.policy = altered.policy.clone();
        options.store = altered.store.as_ref().map(|make| make());
        #[cfg(fapi_waive)]
        {
            options.waived = altered.waived;
        }
        let configured = config.clone();
        let running = fapi_server::start(config, options).await.map_err(|error| error.to_string())?;
        Ok(Self { running, recorder, configured })
    }

    fn target(
        self: &Arc<Self>,
        fixture: &Fixture,
        clients: &Clients,
        clock: Option<Arc<ManualClock>>,
        altered: &Alteration,
    ) -> Result<Target, String> {
        let by_certificate = clients.variant.sender_constraint() == Some(SenderConstraint::Mtls);
        let alias = self.running.mtls_base.as_ref().map(|base| format!("{base}/resource"));
        let url = alias.filter(|_| by_certificate).unwrap_or_else(|| self.running.resource.clone());
        let url = url.parse().map_err(|error| format!("{url}: {error}"))?;
        let resource = ResourceSettings { url, method: "GET".into(), body: None };
        let fields = [("username", USER.to_owned()), ("password", fixture.0.password.clone())];
        let user = UserStrategy::Form(FormStrategy {
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>(),
            approve: vec!["approve".into()],
            deny: vec!["deny".into()],
            ..FormStrategy::default()
        });
        let connector = Connector::new(Trust::authorities(&fixture.0.authority.certificate_pem())?);
        let connector = match &altered.middleware {
            Some(middleware) => connector.through(middleware.clone()),
            None => connector,
        };
        let (fixture, server, variant) = (fixture.clone(), self.clone(), clients.variant);
        let registered = clients.bank.as_ref().map(|bank| self.registered(bank)).transpose()?;
        let instance = InProcess { fixture, server, variant, alteration: altered.clone(), clock };
        let target = Target::new(
            "fapi-server".into(),
            self.running.issuer.clone(),
            clients.variant,
            clients.settings.clone(),
            Some(resource),
            user,
            connector,
            Arc::new(instance),
        );
        Ok(Target { registered: registered.map(Arc::new), ..target })
    }

    /// What is registered, with the addresses of the resources.
    fn registered(&self, bank: &Bank) -> Result<Registered, String> {
        let mut registered = bank.registered.clone();
        let configured = &bank.config.apis;
        for ((role, (identifier, url)), api) in Bank::roles().zip(&self.running.resources).zip(configured) {
            let url = url.parse().map_err(|error| format!("{url}: {error}"))?;
            let secret = api.api.signing_secret.as_ref().map(|secret| String::from_utf8_lossy(secret.as_bytes()).into_owned());
            registered.apis.insert(role.to_owned(), ApiSettings { identifier: identifier.clone(), url, secret });
        }
        Ok(registered)
    }

    /// Replaces the users and clients by those of the first configuration with a change.
    async fn reconfigure(&self, change: Change) -> Result<(), String> {
        let mut config = self.configured.clone();
        let everything: Vec<_> =
            config.apis.iter().map(|api| (api.api.identifier.clone(), api.api.scopes.scope().clone())).collect();
        if let Change::ClientDeleted(id) = change {
            config.clients.retain(|client| client.metadata.client_id != id);
        }
        let terms = config.clients.iter_mut().map(|client| &mut client.terms);
        match change {
            Change::ClientDeleted(_) | Change::Undone => {}
            Change::GrantsDeleted => terms.for_each(|terms| terms.grants.clear()),
            Change::GrantsNarrowed => terms.flat_map(|terms| &mut terms.grants).for_each(|grant| {
                let named = everything.iter().find(|(identifier, _)| *identifier == grant.audience);
                let first = named.and_then(|(_, scope)| scope.iter().next().and_then(|token| token.parse().ok()));
                grant.scopes = fapi::GrantedScopes::These(first.unwrap_or_default());
            }),
            Change::PermissionsTaken => config.users.iter_mut().for_each(|user| user.permissions.clear()),
            Change::PermissionsGiven => {
                config.users.iter_mut().for_each(|user| user.permissions = everything.iter().cloned().collect());
            }
            Change::ClientsLegacy => terms.for_each(|terms| terms.oidc_conformant = false),
        }
        self.running.reload(&config).await.map_err(|error| error.to_string())
    }
}

impl Instance for InProcess {
    fn refused_for(&self, exchange: u64) -> Option<Vec<String>> {
        if self.alteration.mute {
            return None;
        }
        self.server.recorder.0.lock().unwrap_or_else(PoisonError::into_inner).get(&exchange).cloned().or(Some(vec![]))
    }

    fn fresh(&self) -> BoxFuture<'_, Result<Option<Target>, String>> {
        Box::pin(self.another(false))
    }

    fn demanding_nonces(&self) -> BoxFuture<'_, Result<Option<Target>, String>> {
        Box::pin(self.another(true))
    }

    fn reconfigure(&self, change: Change) -> BoxFuture<'_, Result<bool, String>> {
        Box::pin(async move { self.server.reconfigure(change).await.map(|()| true) })
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
    /// A separate server for this target, with its own clock.
    async fn another(&self, nonces: bool) -> Result<Option<Target>, String> {
        let clock = Arc::new(ManualClock::new());
        let (fixture, altered) = (&self.fixture, &self.alteration);
        let clients = fixture.0.clients.iter().find(|clients| clients.variant == self.variant);
        let clients = clients.ok_or("no clients for this variant")?;
        let server = ServerHandle::start(fixture, std::slice::from_ref(clients), clock.clone(), nonces, None, altered).await?;
        Arc::new(server).target(fixture, clients, Some(clock), altered).map(Some)
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
