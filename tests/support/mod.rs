//! A host with its clients and users in memory, whose clock is a number.
#![allow(unreachable_pub, missing_docs, clippy::missing_panics_doc)]

pub mod client;
pub mod jwk;
pub mod keys;
pub mod pipeline;
pub mod policies;
pub mod refusal;

use bytes::Bytes;
use fapi::policy::{FAPI2_SECURITY, OAUTH, Policy};
use fapi::scope::Scope;
use fapi::*;
use keys::Key;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::task;

pub const ISSUER: &str = "https://as.example";

/// One authorization server with its environment.
pub struct World {
    pub server: Arc<AuthorizationServer>,
    pub store: RefCell<Memory>,
    pub key: Key,
    pub now: Cell<i64>,
    seed: Cell<u16>,
    /// The questions that were asked since the last call of `traced`.
    pub trace: RefCell<Vec<&'static str>>,
    /// The kinds of effects that fail.
    pub down: Cell<&'static str>,
    pub documents: RefCell<BTreeMap<String, (String, i64)>>,
    pub nonces: RefCell<Option<DpopNonces>>,
    /// The number of commits that will conflict.
    pub contended: Cell<u8>,
    /// Users whose accounts were removed.
    pub gone: RefCell<BTreeSet<String>>,
    /// The permissions of users, by user and API.
    pub permissions: RefCell<BTreeMap<(String, String), Scope>>,
    /// The scope that the host's own code sets, and the requests that it saw.
    pub hook: RefCell<Option<Scope>>,
    pub customized: RefCell<Vec<CustomizeRequest>>,
}

/// A client for which FAPI 2.0 is in force, whatever the server's policy.
pub fn under_fapi2(metadata: ClientMetadata) -> Registration {
    let mut terms = ClientTerms::default();
    terms.profiles = vec![fapi::policy::FAPI2_SECURITY.id()];
    Registration::of(metadata).terms(terms)
}

pub fn fapi2() -> Policy {
    OAUTH.policy().tighten(&FAPI2_SECURITY.policy()).unwrap()
}

pub fn settings(policy: Policy) -> Settings {
    let key = Key::es256("as-1", 1);
    let mut settings = Settings::new(ISSUER, policy, vec![key.public()]);
    settings.serve_only(Api::open("https://api.example", "accounts payments".parse().unwrap()));
    settings.scopes = Scope::parse("openid profile email offline_access").unwrap();
    settings.claims = ["name", "email", "email_verified", "nickname"].map(String::from).to_vec();
    settings.acr_values = vec!["urn:example:strong".into()];
    settings
}

impl World {
    pub fn new(policy: Policy) -> Self {
        Self::with(settings(policy))
    }

    pub fn fapi2() -> Self {
        Self::new(fapi2())
    }

    pub fn with(settings: Settings) -> Self {
        Self {
            server: AuthorizationServer::new(settings).unwrap(),
            store: RefCell::default(),
            key: Key::es256("as-1", 1),
            now: Cell::new(1_800_000_000),
            seed: Cell::new(0),
            trace: RefCell::default(),
            down: Cell::new(""),
            documents: RefCell::default(),
            nonces: RefCell::default(),
            contended: Cell::new(0),
            gone: RefCell::default(),
            permissions: RefCell::default(),
            hook: RefCell::default(),
            customized: RefCell::default(),
        }
    }

    /// Returns a fresh context at this world's time.
    pub fn context(&self) -> Context {
        self.seed.set(self.seed.get().wrapping_add(1));
        let [high, low] = self.seed.get().to_be_bytes();
        let mut entropy = [low; 32];
        entropy[0] ^= high;
        let context = Context::new(Timestamp::from_seconds(self.now.get()), Entropy::new(entropy));
        match &*self.nonces.borrow() {
            Some(nonces) => context.dpop_nonces(nonces.clone()),
            None => context,
        }
    }

    pub fn unique(&self) -> String {
        self.seed.set(self.seed.get().wrapping_add(1));
        format!("{}-{}", self.now.get(), self.seed.get())
    }

    pub fn pass(&self, seconds: i64) {
        self.now.set(self.now.get() + seconds);
    }

    pub fn drive<R: Reply>(&self, step: Step<R>) -> Outcome<R> {
        fapi::drive(self, step)
    }

    pub fn register(&self, registration: impl Into<Registration>, secret: Option<&str>) -> Outcome<Registered> {
        let mut registration = registration.into();
        if let Some(secret) = secret {
            registration = registration.secret(secret.to_owned());
        }
        let outcome = self.drive(self.server.register(vec![registration], self.context()));
        self.traced();
        outcome
    }

    /// Registers a client that the server must accept.
    #[track_caller]
    pub fn registered(&self, registration: impl Into<Registration>, secret: Option<&str>) {
        let outcome = self.register(registration, secret);
        assert!(matches!(outcome.reply, Registered::Stored), "{:?}", outcome.event);
    }

    /// Returns the questions that were asked since the last call.
    pub fn traced(&self) -> String {
        std::mem::take(&mut *self.trace.borrow_mut()).join(" ")
    }

    fn note<T>(&self, what: &'static str, answer: impl FnOnce() -> T) -> Result<T, Unavailable> {
        self.trace.borrow_mut().push(what);
        if self.down.get() == what { Err(Unavailable) } else { Ok(answer()) }
    }
}

impl Host for World {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        self.note("load", || self.store.borrow().load(&load.keys))
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        self.note("list", || self.store.borrow().list(list))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.note("commit", || {
            if self.contended.get() > 0 {
                self.contended.set(self.contended.get() - 1);
                let keys: Vec<_> = commit.writes.iter().map(|write| write.key().clone()).collect();
                let found = self.store.borrow().load(&keys);
                return Committed::Conflict(keys.into_iter().zip(found).collect());
            }
            self.store.borrow_mut().commit(commit)
        })
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        match key_use {
            KeyUse::Sign { input, .. } => self.note("sign", || self.key.sign(input)),
            KeyUse::Mac { input } => self.note("mac", || keys::mac(input)),
            KeyUse::Seal { input } | KeyUse::Open { input } => {
                self.note("seal", || input.iter().map(|octet| octet ^ 0x55).collect())
            }
            _ => Err(Unavailable),
        }
    }

    fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        let what = if request.not_before.is_some() { "refetch" } else { "fetch" };
        let documents = self.documents.borrow();
        let (body, fetched_at) =
            documents.get(&format!("{what} {}", request.url)).or_else(|| documents.get(&request.url)).ok_or(Unavailable)?;
        self.note(what, || FetchedDocument::new(Bytes::from(body.clone()), Timestamp::from_seconds(*fetched_at)))
    }

    fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        self.note("claims", || {
            let value = |name: &String| match name.as_str() {
                "email_verified" => Some((name.clone(), true.into())),
                "nickname" => None,
                _ => Some((name.clone(), format!("{}'s {name}", request.subject).into())),
            };
            request.names.iter().filter_map(value).collect()
        })
    }

    fn permissions(&self, request: &PermissionsRequest) -> Result<UserPermissions, Unavailable> {
        let known = self.permissions.borrow().get(&(request.subject.clone(), request.audience.clone())).cloned();
        self.note("permissions", || known.unwrap_or_default())
    }

    fn customize(&self, request: &CustomizeRequest) -> Result<Customized, Unavailable> {
        self.customized.borrow_mut().push(request.clone());
        let scope = self.hook.borrow().clone();
        self.note("customize", || scope.map_or_else(Customized::default, Customized::scope))
    }

    fn subject(&self, request: &SubjectRequest) -> Result<SubjectStatus, Unavailable> {
        let gone = self.gone.borrow().contains(&request.subject);
        self.note("subject", || if gone { SubjectStatus::Inactive } else { SubjectStatus::Active })
    }
}

/// Returns the result of a future that never waits.
#[track_caller]
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut task::Context::from_waker(task::Waker::noop())) {
        task::Poll::Ready(value) => value,
        task::Poll::Pending => panic!("it waits"),
    }
}

/// A form posted to an endpoint.
pub fn post(parameters: &[(&str, &str)]) -> http::Request<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    http::Request::post("/").header("content-type", "application/x-www-form-urlencoded").body(Bytes::from(body)).unwrap()
}

/// A browser's GET.
pub fn get(parameters: &[(&str, &str)]) -> http::Request<Bytes> {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    http::Request::get(format!("/?{query}")).body(Bytes::new()).unwrap()
}

/// Returns a member of a JSON body.
pub fn member(response: &Response, name: &str) -> String {
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap_or_else(|_| panic!("JSON in {response:?}"));
    body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned()
}

/// Returns a parameter of the address to which a response redirects.
pub fn redirected(response: &Response, name: &str) -> Option<String> {
    let location = response.headers().get("location").unwrap_or_else(|| panic!("a redirect: {response:?}")).to_str().unwrap();
    let url = url::Url::parse(location).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Returns the ids of the requirements for which a request was refused.
pub fn ids<R>(outcome: &Outcome<R>) -> Vec<&'static str> {
    outcome.event.refused_for().iter().map(|requirement| requirement.id).collect()
}

pub fn prompt(outcome: Outcome<Navigation>) -> Prompt {
    match outcome.reply {
        Navigation::Interact(prompt) => *prompt,
        Navigation::Respond(response) => panic!("no prompt: {response:?} {:?}", outcome.event),
        Navigation::Inform(page) => panic!("no prompt: {page:?}"),
    }
}

pub fn response(outcome: Outcome<Navigation>) -> Response {
    match outcome.reply {
        Navigation::Respond(response) => response,
        Navigation::Inform(page) => page.response(),
        Navigation::Interact(prompt) => panic!("no response: {prompt:?}"),
    }
}
