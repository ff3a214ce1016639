//! What one server is configured to be: plain values, checked as a whole.

mod check;
mod clients;
mod file;
mod section;

use crate::authority::Authority;
use crate::users::User;
use fapi::policy::{FAPI2_SECURITY, OAUTH, OPENID, ProfileId};
use fapi::scope::Scope;
use fapi::{AccessTokenFormat, Lifetimes, Registration};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A server's configuration; start from [`Config::new`] or [`Config::load`] and change what is to be different.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The issuer. `{port}` in it stands for the port that was bound, `{mtls_port}` for that of the mTLS listener.
    pub issuer: String,
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// TLS, or plain HTTP on loopback.
    pub transport: Transport,
    /// The second listener, for clients with certificates.
    pub mtls: Option<MtlsAlias>,
    /// Authorities whose certificates `tls_client_auth` believes.
    pub client_authorities: Vec<CertificateDer<'static>>,
    /// The profiles in force, together.
    pub profiles: Vec<ProfileId>,
    /// What access tokens are for.
    pub resource: ResourceConfig,
    /// Scope tokens clients may ask for, beside those of the resource.
    pub scopes: Scope,
    /// Authentication context class references that a password login reaches.
    pub acr_values: Vec<String>,
    /// How long things are good for.
    pub lifetimes: Lifetimes,
    /// How much is taken, how fast, and from how many.
    pub limits: Limits,
    /// The clients, enrolled at start.
    pub clients: Vec<Registration>,
    /// Who may log in.
    pub users: Vec<User>,
    /// Where the private keys are.
    pub keys: Keys,
    /// Where the state is.
    pub state: State,
    /// Where documents may be fetched from.
    pub outbound: Outbound,
    /// Whether DPoP proofs must hold a nonce of ours.
    pub dpop_nonces: bool,
    /// Logs the first user in and consents to everything without asking: for tests only.
    pub auto_approve: bool,
    /// Seconds for which browsers shall insist on TLS; 0 says nothing of it.
    pub hsts: u32,
}

/// How bytes travel.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Transport {
    /// Plain HTTP; on loopback only, for development.
    Plain,
    /// TLS with a certificate that somebody else has made.
    Tls(Arc<Identity>),
    /// TLS with a certificate made at start by an authority of our own.
    Made(Arc<Authority>),
}

/// A certificate chain and its private key.
pub struct Identity {
    /// The end entity's certificate, then the others.
    pub chain: Vec<CertificateDer<'static>>,
    /// The end entity's key.
    pub key: PrivateKeyDer<'static>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates)", self.chain.len())
    }
}

/// A listener of its own for clients with certificates (`mtls_endpoint_aliases`), so that browsers at the main one are not
/// asked for any. Without it, the main listener asks everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MtlsAlias {
    /// The URL below which the aliases are; `{mtls_port}` stands for the port that was bound.
    pub base: String,
    /// Where to listen.
    pub listen: SocketAddr,
}

/// What access tokens are for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceConfig {
    /// The `aud` of access tokens; the issuer if there is none. `{port}` may stand in it.
    pub identifier: Option<String>,
    /// Scope tokens that mean something there; the demo resource asks for the first.
    pub scopes: Scope,
    /// What access tokens look like.
    pub format: AccessTokenFormat,
}

/// How much is taken, how fast, and from how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of a request body.
    pub body: usize,
    /// Octets of a request's head.
    pub head: usize,
    /// Connections at a time.
    pub connections: usize,
    /// For a TLS handshake.
    pub handshake_timeout: Duration,
    /// For a request's head.
    pub head_timeout: Duration,
    /// For a request's body.
    pub body_timeout: Duration,
    /// For requests that are being answered when the server is told to end.
    pub shutdown_timeout: Duration,
    /// Requests per second and client address, over time; `None` for no limit.
    pub requests_per_second: Option<u32>,
    /// Requests that may come at once from one client address.
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

/// Where the private keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keys {
    /// In a directory; missing ones are made.
    Directory(PathBuf),
    /// Made at start, gone at the end.
    Ephemeral,
}

/// Where the state is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// In an embedded database.
    File(PathBuf),
    /// In memory, gone at the end.
    Ephemeral,
}

/// Where documents (`jwks_uri`) may be fetched from: https only, and public addresses only unless a host is named here.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outbound {
    /// `host` or `host:port` that may have any address.
    pub allow: Vec<String>,
    /// Authorities to believe beside those of the operating system.
    pub authorities: Vec<CertificateDer<'static>>,
    /// From the lookup of a name to the last octet of the document.
    pub timeout: Duration,
}

impl Default for Outbound {
    fn default() -> Self {
        Self { allow: vec![], authorities: vec![], timeout: Duration::from_secs(5) }
    }
}

impl Config {
    /// A server on a free port of loopback with state and keys in memory, the FAPI 2.0 Security Profile in force, and neither
    /// clients nor users. Plain HTTP unless an authority is given.
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
            resource: ResourceConfig { identifier: None, scopes: scope("api:read api:write"), format: AccessTokenFormat::Jwt },
            scopes: scope("openid offline_access profile email"),
            acr_values: vec![],
            lifetimes: Lifetimes::default(),
            limits: Limits::default(),
            clients: vec![],
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

/// For constants, which are well formed.
fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap_or_default()
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mistakes(pub Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {}", if self.0.len() == 1 { "a mistake" } else { "mistakes" })?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  - {mistake}"))
    }
}

impl std::error::Error for Mistakes {}
