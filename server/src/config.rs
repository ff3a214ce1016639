//! The configuration of a server: plain values that are checked as a whole.

mod apis;

pub use crate::identity::Identity;
pub use apis::{ApiConfig, Hook};
pub(crate) use apis::{Ports, is_own, is_path};

use crate::authority::Authority;
use crate::client_ids::ClientIds;
use crate::users::User;
use fapi::policy::{FAPI2_SECURITY, OAUTH, OPENID, ProfileId};
use fapi::scope::Scope;
use fapi::{Connection, Dialect, Lifetimes, Organization, Registration, Switches};
use rustls_pki_types::CertificateDer;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The configuration of a server. [`Config::new`] and [`Config::load`] make one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The issuer. `{port}` stands for the bound port, `{mtls_port}` for that of the mTLS listener.
    pub issuer: String,
    /// The address of the main listener; port 0 means any free port.
    pub listen: SocketAddr,
    /// TLS, or plain HTTP on loopback.
    pub transport: Transport,
    /// The second listener, for clients with certificates.
    pub mtls: Option<MtlsAlias>,
    /// The certificate authorities that `tls_client_auth` trusts.
    pub client_authorities: Vec<CertificateDer<'static>>,
    /// The profiles in force; the rules of all of them apply.
    pub profiles: Vec<ProfileId>,
    /// The APIs that access tokens are for. Without any, there is one: [`resource`](Self::resource).
    pub apis: Vec<ApiConfig>,
    /// The identifier of the API that a request is for if it names none. Without it, the token of such a request is for userinfo alone.
    /// A server without [`apis`](Self::apis) needs none.
    pub default_audience: Option<String>,
    /// The points at which servers differ.
    pub switches: Switches,
    /// The organizations that clients may act for.
    pub organizations: Vec<Organization>,
    /// The sources of users. Without any, every user can log in to every client.
    pub connections: Vec<Connection>,
    /// The rules that set the scope of access tokens; the first one that fits a request does.
    pub hooks: Vec<Hook>,
    /// The protected resource of a server without [`apis`](Self::apis).
    pub resource: ResourceConfig,
    /// The scope tokens that clients may request, in addition to those of the resource.
    pub scopes: Scope,
    /// The authentication context class references that a password login satisfies.
    pub acr_values: Vec<String>,
    /// The lifetimes of tokens and other artifacts.
    pub lifetimes: Lifetimes,
    /// The limits of size, time and rate.
    pub limits: Limits,
    /// The origins whose scripts may call the endpoints that public clients use.
    pub allowed_origins: AllowedOrigins,
    /// The clients, which are registered at start. Clients that an earlier start registered and that are not among them are removed.
    pub clients: Vec<Registration>,
    /// The identifiers that the server generated for clients of a file that names none.
    pub client_ids: ClientIds,
    /// The users who may log in.
    pub users: Vec<User>,
    /// The location of the private keys.
    pub keys: Keys,
    /// The location of the state.
    pub state: State,
    /// The rules for fetching documents.
    pub outbound: Outbound,
    /// Requires DPoP proofs with a nonce of the server.
    pub dpop_nonces: bool,
    /// Logs the first user in and consents to everything without asking; for tests only.
    pub auto_approve: bool,
    /// Seconds for which browsers use TLS only (`Strict-Transport-Security`); 0 omits the header.
    pub hsts: u32,
}

/// The transport of the listeners.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Transport {
    /// Plain HTTP, on loopback only; for development.
    Plain,
    /// TLS with a given certificate.
    Tls(Arc<Identity>),
    /// TLS with a certificate that this authority issues at start.
    Made(Arc<Authority>),
}

/// A separate listener for clients with certificates (`mtls_endpoint_aliases`), so that the main listener does not request
/// certificates from browsers. Without it, the main listener requests one from every client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MtlsAlias {
    /// The base URL of the aliases; `{mtls_port}` stands for the bound port.
    pub base: String,
    /// The address to listen on.
    pub listen: SocketAddr,
}

/// The one API of a server that registers none: every client may have every scope of it that it is registered for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceConfig {
    /// The `aud` of access tokens, with `{port}` as in the issuer; `None` for the issuer.
    pub identifier: Option<String>,
    /// The scope tokens of the resource; the resource at `/resource` requires the first one.
    pub scopes: Scope,
    /// The format of access tokens.
    pub format: Dialect,
}

/// The limits of size, time and rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The maximum size of a request body, in octets.
    pub body: usize,
    /// The maximum size of a request's head, in octets.
    pub head: usize,
    /// The maximum number of concurrent connections.
    pub connections: usize,
    /// The time for a TLS handshake.
    pub handshake_timeout: Duration,
    /// The time for a request's head.
    pub head_timeout: Duration,
    /// The time for a request's body.
    pub body_timeout: Duration,
    /// The time for in-flight requests at shutdown.
    pub shutdown_timeout: Duration,
    /// The sustained requests per second of one client address; `None` for no limit.
    pub requests_per_second: Option<u32>,
    /// The requests of one client address that are admitted at once.
    pub burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 64 * 1024,
            head: 32 * 1024,
            connections: 4_096,
            handshake_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(15),
            body_timeout: Duration::from_secs(15),
            shutdown_timeout: Duration::from_secs(30),
            requests_per_second: None,
            burst: 200,
        }
    }
}

/// The origins whose scripts may call the endpoints that public clients use (Cross-Origin Resource Sharing): pushed authorization
/// requests, token, revocation, userinfo, the resource, the metadata and the keys. None of them uses cookies.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllowedOrigins {
    /// All origins.
    All,
    /// These origins, as browsers write them, such as `https://app.example`.
    Listed(Vec<String>),
}

/// The location of the private keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keys {
    /// In a directory; missing keys are generated.
    Directory(PathBuf),
    /// In memory, generated at start.
    Ephemeral,
}

/// The location of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// In an embedded database.
    File(PathBuf),
    /// In memory.
    Ephemeral,
}

/// The rules for fetching documents (`jwks_uri`): https only, and public addresses only unless the host is listed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outbound {
    /// Hosts, as `host` or `host:port`, that may have any address.
    pub allow: Vec<String>,
    /// Certificate authorities to trust in addition to those of the operating system.
    pub authorities: Vec<CertificateDer<'static>>,
    /// The time from the lookup of the name to the last octet of the document.
    pub timeout: Duration,
    /// The time for which the last sound document is used after its lifetime while its host is down or sends a broken one. A
    /// host can shorten it by `stale-if-error`, or forbid it by `must-revalidate`, `no-cache` or `no-store`.
    pub stale_if_error: Duration,
}

impl Default for Outbound {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 3_600);
        Self { allow: vec![], authorities: vec![], timeout: Duration::from_secs(5), stale_if_error: day }
    }
}

impl Config {
    /// A server on a free port of loopback with state and keys in memory, the FAPI 2.0 Security Profile in force, and no clients
    /// and users. It uses plain HTTP unless an authority is given.
    pub fn new(authority: Option<Arc<Authority>>) -> Self {
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let secure = authority.is_some();
        Self {
            issuer: if secure { "https://localhost:{port}" } else { "http://127.0.0.1:{port}" }.into(),
            listen: loopback,
            mtls: secure.then(|| MtlsAlias { base: "https://localhost:{mtls_port}".into(), listen: loopback }),
            transport: authority.map_or(Transport::Plain, Transport::Made),
            client_authorities: vec![],
            profiles: vec![OAUTH.id(), OPENID.id(), FAPI2_SECURITY.id()],
            apis: vec![],
            default_audience: None,
            switches: Switches::default(),
            organizations: vec![],
            connections: vec![],
            hooks: vec![],
            resource: ResourceConfig { identifier: None, scopes: scope("api:read api:write"), format: Dialect::Rfc9068Profile },
            scopes: scope("openid offline_access profile email"),
            acr_values: vec![],
            lifetimes: Lifetimes::default(),
            limits: Limits::default(),
            allowed_origins: AllowedOrigins::All,
            clients: vec![],
            client_ids: ClientIds::none(),
            users: vec![],
            keys: Keys::Ephemeral,
            state: State::Ephemeral,
            outbound: Outbound::default(),
            dpop_nonces: false,
            auto_approve: false,
            hsts: 31_536_000,
        }
    }
}

impl Config {
    /// The members, beside users and clients, that differ from those of the configuration of a running server. `users.claims` is one of
    /// them if a user has a claim of a name that no user had at the start, since only the names of then are known. Certificates that
    /// a file replaced under the same name are not compared.
    pub fn changed_beside_users_and_clients(&self, other: &Self) -> Vec<&'static str> {
        let members = |config: &Self| {
            [
                ("issuer", format!("{:?}", config.issuer)),
                ("listen", format!("{:?}", config.listen)),
                ("tls", format!("{:?} {:?}", config.transport, config.client_authorities)),
                ("mtls", format!("{:?}", config.mtls)),
                ("profiles", format!("{:?}", config.profiles)),
                ("default_audience", format!("{:?}", config.default_audience)),
                ("switches", format!("{:?}", config.switches)),
                ("organizations", format!("{:?}", config.organizations)),
                ("connections", format!("{:?}", config.connections)),
                ("hooks", format!("{:?}", config.hooks)),
                ("resource", format!("{:?}", config.resource)),
                ("scopes", format!("{:?}", config.scopes)),
                ("acr_values", format!("{:?}", config.acr_values)),
                ("lifetimes", format!("{:?}", config.lifetimes)),
                ("limits", format!("{:?}", config.limits)),
                ("allowed_origins", format!("{:?}", config.allowed_origins)),
                ("keys", format!("{:?}", config.keys)),
                ("data", format!("{:?}", config.state)),
                ("outbound", format!("{:?}", config.outbound)),
                ("dpop_nonces", format!("{:?}", config.dpop_nonces)),
                ("auto_approve", format!("{:?}", config.auto_approve)),
                ("hsts", format!("{:?}", config.hsts)),
            ]
        };
        let pairs = members(self).into_iter().zip(members(other));
        let changed = pairs.filter(|(one, other)| one != other).map(|((name, _), _)| name);
        // The secrets of APIs are compared, and not printed.
        let new_apis = self.apis != other.apis;
        let new_claims = !self.known_claims().is_subset(&other.known_claims());
        changed.chain(new_apis.then_some("apis")).chain(new_claims.then_some("users.claims")).collect()
    }

    /// The subjects of the users.
    pub(crate) fn subjects(&self) -> BTreeSet<String> {
        self.users.iter().map(|user| user.subject.clone()).collect()
    }

    /// The names of the claims that at least one user has.
    pub(crate) fn known_claims(&self) -> BTreeSet<&str> {
        self.users.iter().flat_map(|user| &user.claims).map(|(name, _)| name.as_str()).collect()
    }
}

/// The scope of a constant, which is well formed.
fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap_or_default()
}
