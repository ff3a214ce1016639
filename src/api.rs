//! APIs: the resource servers that access tokens are for.

mod data;
mod scopes;

pub use scopes::ApiScopes;

use crate::jose::Algorithm;
use crate::policy::ProfileId;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An API, known by its identifier. Each has its own scopes, its own kind and lifetime of access tokens, and its own rules about
/// who gets one.
///
/// ```
/// use fapi::{AccessPolicy, Api, Dialect, TokenLifetime};
///
/// let mut payments = Api::new("https://pay.example", "read:payments write:payments".parse()?);
/// payments.dialect = Dialect::Rfc9068ProfileAuthz;
/// payments.enforce_policies = true;
/// payments.token_lifetime = TokenLifetime::Seconds(300);
/// payments.access.user = AccessPolicy::RequireClientGrant;
/// # Ok::<(), fapi::scope::ScopeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Api {
    /// The `aud` of its access tokens, compared octet by octet (RFC 9068 §3, RFC 8707 §2).
    pub identifier: String,
    /// The name to show to people; nothing depends on it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The scope tokens that it understands, each with its description.
    #[serde(default)]
    pub scopes: ApiScopes,
    /// The form and the claims of its access tokens.
    #[serde(default)]
    pub dialect: Dialect,
    /// The algorithm that its access tokens are signed with. Without it, RS256 if the policy and the keys of the server allow that,
    /// and otherwise the algorithm of the preferred key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_alg: Option<Algorithm>,
    /// The secret that the API shares with the server, if [`signing_alg`](Self::signing_alg) is HS256.
    #[serde(skip)]
    pub signing_secret: Option<Secret>,
    /// The time for which its access tokens are valid.
    #[serde(default)]
    pub token_lifetime: TokenLifetime,
    /// The time for which access tokens are valid that come from the authorization endpoint; at most
    /// [`token_lifetime`](Self::token_lifetime). Without it, the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_lifetime_for_web: Option<u32>,
    /// A user's scope is limited to the permissions that the host assigned to that user (role-based access control).
    #[serde(default, skip_serializing_if = "is_false")]
    pub enforce_policies: bool,
    /// Clients can get refresh tokens for it with the scope `offline_access`.
    #[serde(default)]
    pub allow_offline_access: OfflineAccess,
    /// The clients that get access tokens.
    #[serde(default)]
    pub access: AccessPolicies,
    /// The profiles that requests and tokens for it must obey, in addition to those of the server and of the client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileId>,
}

impl Api {
    /// The longest [`token_lifetime`](Self::token_lifetime), in seconds: 30 days.
    pub const MAX_TOKEN_LIFETIME: u32 = 2_592_000;

    /// An API under the rules that a registered API has by default: users of every client may have every scope, a client that acts for
    /// itself needs a [`ClientGrant`](crate::ClientGrant), there is no offline access, and tokens are valid for a day.
    pub fn new(identifier: impl Into<String>, scopes: ApiScopes) -> Self {
        Self {
            identifier: identifier.into(),
            name: String::new(),
            scopes,
            dialect: Dialect::default(),
            signing_alg: None,
            signing_secret: None,
            token_lifetime: TokenLifetime::default(),
            token_lifetime_for_web: None,
            enforce_policies: false,
            allow_offline_access: OfflineAccess::default(),
            access: AccessPolicies::default(),
            profiles: vec![],
        }
    }

    /// An API as OAuth alone knows it: every client may have every scope that it is registered for, in tokens of RFC 9068 with the
    /// server's lifetime.
    pub fn open(identifier: impl Into<String>, scopes: ApiScopes) -> Self {
        Self {
            dialect: Dialect::Rfc9068Profile,
            token_lifetime: TokenLifetime::OfServer,
            allow_offline_access: OfflineAccess::WithConsent,
            access: AccessPolicies { user: AccessPolicy::AllowAll, client: AccessPolicy::AllowAll },
            ..Self::new(identifier, scopes)
        }
    }
}

/// The form and the claims of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dialect {
    /// A signed JWT that names its client in `azp`, and its audience in an array.
    #[default]
    AccessToken,
    /// The same with `permissions`: every permission that the user has at the API.
    AccessTokenAuthz,
    /// A signed JWT as [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068) describes it.
    #[serde(rename = "rfc9068_profile")]
    Rfc9068Profile,
    /// The same with `permissions`.
    #[serde(rename = "rfc9068_profile_authz")]
    Rfc9068ProfileAuthz,
    /// A reference into the store, without anything to read.
    Opaque,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: &[Self] =
        &[Self::AccessToken, Self::AccessTokenAuthz, Self::Rfc9068Profile, Self::Rfc9068ProfileAuthz, Self::Opaque];

    /// Returns true if its tokens list the permissions of the user.
    pub const fn has_permissions(self) -> bool {
        matches!(self, Self::AccessTokenAuthz | Self::Rfc9068ProfileAuthz)
    }

    /// Returns true if its tokens are JWTs.
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::Opaque)
    }

    /// Its name in configurations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::AccessTokenAuthz => "access_token_authz",
            Self::Rfc9068Profile => "rfc9068_profile",
            Self::Rfc9068ProfileAuthz => "rfc9068_profile_authz",
            Self::Opaque => "opaque",
        }
    }
}

/// The time for which the access tokens of an API are valid: a number of seconds, or `"server"`. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenLifetime {
    /// The server's lifetime of access tokens, [`Lifetimes::access_token`](crate::Lifetimes::access_token).
    OfServer,
    /// So many seconds.
    Seconds(u32),
}

impl TokenLifetime {
    /// The number of seconds, at a server with this lifetime of access tokens.
    pub fn seconds(self, of_server: u32) -> u32 {
        match self {
            Self::OfServer => of_server,
            Self::Seconds(seconds) => seconds,
        }
    }
}

/// One day.
impl Default for TokenLifetime {
    fn default() -> Self {
        Self::Seconds(86_400)
    }
}

/// The possibility of `offline_access` at an API: `false`, `true`, or `"with_consent"`. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfflineAccess {
    /// Nobody gets it.
    #[default]
    Never,
    /// Every client gets it that asks for it.
    Allowed,
    /// A client gets it that asks for it, and in a request of OpenID Connect also demands that the user is asked
    /// ([OpenID Connect Core §11](https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess)).
    WithConsent,
}

/// The clients that get access tokens for an API, when they act for a user and when they act for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AccessPolicies {
    /// For a user: every grant type but client credentials.
    pub user: AccessPolicy,
    /// For the client itself: client credentials.
    pub client: AccessPolicy,
}

impl AccessPolicies {
    /// The policy for clients that act for a subject of this type.
    pub const fn of(&self, subject_type: SubjectType) -> AccessPolicy {
        match subject_type {
            SubjectType::User => self.user,
            SubjectType::Client => self.client,
        }
    }
}

impl Default for AccessPolicies {
    fn default() -> Self {
        Self { user: AccessPolicy::AllowAll, client: AccessPolicy::RequireClientGrant }
    }
}

/// The clients that an API admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccessPolicy {
    /// Every client, without a grant of its own.
    AllowAll,
    /// Clients with a [`ClientGrant`](crate::ClientGrant) for the API.
    RequireClientGrant,
    /// None.
    DenyAll,
}

impl AccessPolicy {
    /// Its name in configurations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllowAll => "allow_all",
            Self::RequireClientGrant => "require_client_grant",
            Self::DenyAll => "deny_all",
        }
    }
}

/// The subject that a client acts for. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// A user.
    User,
    /// The client itself.
    Client,
}

impl fmt::Display for SubjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Client => "client",
        })
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}
