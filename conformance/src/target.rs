//! Targets: an issuer, two clients of it, a resource, and the way through its pages.
//!
//! A server in this process and a remote one are the same type. Only their [`Instance`] differs, and scenarios do not depend on it.

mod discovered;
mod features;
pub mod file;
pub mod in_process;
pub mod init;
mod logins;
mod made;
mod ordinary;
mod places;
mod registered;
pub mod written;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::OnceCell;
use url::Url;

pub use discovered::{Metadata, oauth_location, openid_location};
pub use logins::{Login, Logins};
pub use ordinary::{Control, Controls, NotServed, Ordinary, OrdinaryKind};
pub use places::Places;
pub use registered::{API_ROLES, ApiSettings, CLIENT_ROLES, Registered};

use crate::finding::Tried;
use crate::http::{Connector, Http, Identity};
use crate::keys::SigningKey;
use crate::redact::Chosen;
use crate::variant::Variant;

/// An authorization server in one variant, with the settings that a client of it needs.
pub struct Target {
    /// Its name in reports.
    pub name: String,
    /// The issuer identifier, exactly.
    pub issuer: String,
    /// The variant that its clients are registered for.
    pub variant: Variant,
    /// Two clients that differ in every setting.
    pub clients: [ClientSettings; 2],
    /// A protected resource that takes their tokens; without one, OpenID variants use the userinfo endpoint.
    pub resource: Option<ResourceSettings>,
    /// How a user gets through the pages.
    pub user: UserStrategy,
    /// The tolerated difference between the target's clock and ours, in seconds.
    pub clock_tolerance: i64,
    /// True if scenarios may wait for time to pass.
    pub waits: bool,
    /// The places of its settings in the target file.
    pub places: Places,
    /// The APIs and applications that its operator registered, if the variant is about them.
    pub registered: Option<Arc<Registered>>,
    /// Opens connections to it.
    pub connector: Connector,
    /// The host of the server.
    pub instance: Arc<dyn Instance>,
    /// The ordinary requests that were tried.
    pub controls: Controls,
    metadata: OnceCell<Arc<Metadata>>,
}

/// A client as it is registered.
#[derive(Clone)]
pub struct ClientSettings {
    /// Its `client_id`.
    pub id: String,
    /// The key it signs assertions with.
    pub key: Option<SigningKey>,
    /// The certificate it presents.
    pub identity: Option<Arc<Identity>>,
    /// Certificates that others might present in its place, if the suite can make them.
    pub impostors: Option<Impostors>,
    /// Its `client_secret`, if one is registered beside its key or certificate.
    pub secret: Option<String>,
    /// A registered redirect URI.
    pub redirect_uri: String,
    /// The scope of its authorization requests.
    pub scope: String,
    /// The scope of its client credentials requests.
    pub client_scope: Option<String>,
    /// More parameters of its authorization requests.
    pub parameters: Vec<(String, String)>,
}

/// Certificates that look much like a client's own.
#[derive(Clone)]
pub struct Impostors {
    /// By the same authority for another subject; or self-signed like the client's, by another key.
    pub of_another: Arc<Identity>,
    /// For the client's own subject, by an authority that the server does not know.
    pub counterfeit: Option<Arc<Identity>>,
    /// By the same authority, for subjects that resemble the client's.
    pub nearly: Vec<Arc<Identity>>,
}

/// A protected resource.
#[derive(Clone, Debug)]
pub struct ResourceSettings {
    /// Its address.
    pub url: Url,
    /// The method of the request.
    pub method: String,
    /// The media type and the body that are sent to it.
    pub body: Option<(String, String)>,
}

/// How a user gets through the pages. Exhaustive: these are the strategies of a target file.
#[derive(Clone, Debug)]
pub enum UserStrategy {
    /// Forms are filled in and submitted.
    Form(FormStrategy),
    /// Chromium does the same on pages whose scripts run. Needs the cargo feature `browser`.
    Browser(BrowserStrategy),
    /// A program is given the URL and prints the final redirect.
    Command(Vec<String>),
    /// The URL is printed, and the final redirect is read from standard input.
    Manual,
}

impl UserStrategy {
    /// The values that are typed into pages, by the input's name or id.
    pub fn fields(&self) -> &BTreeMap<String, String> {
        const NONE: &BTreeMap<String, String> = &BTreeMap::new();
        match self {
            Self::Form(form) | Self::Browser(BrowserStrategy { form, .. }) => &form.fields,
            Self::Command(_) | Self::Manual => NONE,
        }
    }

    /// The user's name and password, if the fields of the target file are these two.
    pub fn credentials(&self) -> Option<(&str, &str)> {
        let is_password = |name: &str| {
            let name = name.to_ascii_lowercase();
            ["pass", "pwd", "kennwort", "secret"].iter().any(|word| name.contains(word))
        };
        let fields: Vec<_> = self.fields().iter().collect();
        let [one, two] = fields[..] else { return None };
        match (is_password(one.0), is_password(two.0)) {
            (false, true) => Some((one.1, two.1)),
            (true, false) => Some((two.1, one.1)),
            _ => None,
        }
    }
}

/// The secrets of targets that people chose: the values that the user types, except for the user's name, and the clients' secrets.
pub fn secrets(targets: &[Arc<Target>]) -> Chosen {
    let is_name = |field: &str| {
        let field = field.to_ascii_lowercase();
        ["user", "login", "mail", "name", "account"].iter().any(|word| field.contains(word)) && !field.contains("pass")
    };
    let typed = |target: &Target| {
        let fields = target.user.fields().iter().filter(|(field, _)| !is_name(field));
        fields.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let of_clients = |target: &Target| target.settings().filter_map(|client| client.secret.clone()).collect::<Vec<_>>();
    targets.iter().flat_map(|target| [typed(target), of_clients(target)].concat()).collect()
}

/// The values that are filled into forms, and the buttons that are pressed.
#[derive(Clone, Debug, Default)]
pub struct FormStrategy {
    /// Values by the input's name or id.
    pub fields: BTreeMap<String, String>,
    /// Buttons (or links) that continue, by name, id, value or visible text. A page with a field of `fields` on which none of them is
    /// found is sent with its first button.
    pub approve: Vec<String>,
    /// Buttons (or links) that refuse, by name, id, value or visible text.
    pub deny: Vec<String>,
    /// The logins with these values so far.
    pub logins: Logins,
}

/// The settings of forms, and the browser in which the pages are opened.
#[derive(Clone, Debug, Default)]
pub struct BrowserStrategy {
    /// The values and buttons.
    pub form: FormStrategy,
    /// The browser, which starts with the first visit. Clones share it.
    #[cfg(feature = "browser")]
    pub chromium: crate::chromium::Shared,
}

/// A change of the configuration of a running server. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The client grants of every client are deleted.
    GrantsDeleted,
    /// Every client grant is narrowed to its first scope token.
    GrantsNarrowed,
    /// The users have no permissions any more.
    PermissionsTaken,
    /// The users have every permission.
    PermissionsGiven,
    /// Every client follows the older pipeline.
    ClientsLegacy,
    /// The client with this identifier is deleted.
    ClientDeleted(&'static str),
    /// Everything is as in the first configuration.
    Undone,
}

/// Work that a target does for us.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Knowledge and abilities of the host of a server; a [remote](Remote) server has none of them.
pub trait Instance: Send + Sync {
    /// The requirements that the server named when it answered this exchange: refused for, or upheld.
    ///
    /// `None` if the server does not name requirements; an empty list if it does and named none.
    fn refused_for(&self, _exchange: u64) -> Option<Vec<String>> {
        None
    }

    /// A separate server like this one, whose clock only [`pass`](Self::pass) moves.
    ///
    /// `None` if there is only this server, whose time passes by itself.
    fn fresh(&self) -> BoxFuture<'_, Result<Option<Target>, String>> {
        Box::pin(async { Ok(None) })
    }

    /// A separate server like this one that requires its nonces in DPoP proofs.
    ///
    /// `None` if there is only this server.
    fn demanding_nonces(&self) -> BoxFuture<'_, Result<Option<Target>, String>> {
        Box::pin(async { Ok(None) })
    }

    /// Changes the configuration of the server, which only this target uses; `false` if only its operator can.
    fn reconfigure(&self, _change: Change) -> BoxFuture<'_, Result<bool, String>> {
        Box::pin(async { Ok(false) })
    }

    /// The time there, in Unix seconds.
    fn now(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
    }

    /// Lets time pass there; `false` if it passes by itself, so that the suite must wait.
    fn pass(&self, _seconds: u64) -> bool {
        false
    }

    /// Returns true if every verdict must be a clean pass: no warning, nothing left out.
    fn strict(&self) -> bool {
        false
    }
}

/// A server that the suite reaches over the network only.
#[derive(Debug)]
pub struct Remote;

impl Instance for Remote {}

impl Target {
    /// Puts a target together; nothing is fetched yet.
    #[expect(clippy::too_many_arguments, reason = "each is a field of the same name")]
    pub fn new(
        name: String,
        issuer: String,
        variant: Variant,
        clients: [ClientSettings; 2],
        resource: Option<ResourceSettings>,
        user: UserStrategy,
        connector: Connector,
        instance: Arc<dyn Instance>,
    ) -> Self {
        let metadata = OnceCell::new();
        let (clock_tolerance, waits, places, controls) = (0, true, Places::default(), Controls::default());
        Self {
            name,
            issuer,
            variant,
            clients,
            resource,
            user,
            clock_tolerance,
            waits,
            places,
            registered: None,
            connector,
            instance,
            controls,
            metadata,
        }
    }

    /// All of its clients.
    pub fn settings(&self) -> impl Iterator<Item = &ClientSettings> {
        let others = self.registered.iter().flat_map(|registered| registered.clients.values());
        self.clients.iter().chain(others)
    }

    /// The metadata document of the variant's kind, fetched once.
    pub async fn metadata(&self, http: &Http) -> Tried<Arc<Metadata>> {
        let fetched = self.metadata.get_or_try_init(|| async {
            let metadata = Metadata::fetch(http, &self.issuer, self.variant).await?;
            Ok::<_, crate::finding::Stop>(Arc::new(metadata))
        });
        fetched.await.cloned()
    }
}
