//! The APIs and applications that an operator registered, by the roles that they have in a plan.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;

use tokio::sync::Mutex;
use url::Url;

use super::ClientSettings;

/// The APIs and applications that an operator registered, by their roles.
#[derive(Clone, Default)]
pub struct Registered {
    /// The APIs.
    pub apis: BTreeMap<String, ApiSettings>,
    /// The applications.
    pub clients: BTreeMap<String, ClientSettings>,
    /// Where a call of the identifier of `audit` or of the redirect URI of `empty` would arrive, if the suite can see that.
    pub witness: Option<Arc<Mutex<TcpListener>>>,
}

/// An API as it is registered.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// Its identifier, the `aud` of its tokens.
    pub identifier: String,
    /// A protected resource of it.
    pub url: Url,
    /// The secret that it shares with the server, if it has one.
    pub secret: Option<String>,
}

/// The APIs that the plan needs, each with its settings in words.
pub const API_ROLES: &[(&str, &str)] = &[
    (
        "accounts",
        "scopes read:accounts and read:balance, dialect access_token, RS256, tokens for 600 s, offline access, users allow_all, \
         clients require_client_grant",
    ),
    (
        "archive",
        "the identifier of accounts with a slash at its end, scope read:archive, dialect rfc9068_profile, PS256, no offline access",
    ),
    (
        "payments",
        "scopes read:payments, write:payments and refund:payments, dialect access_token_authz, roles, tokens for 300 s, offline \
         access, users and clients require_client_grant",
    ),
    ("ledger", "scope read:ledger, HS256 with a secret, no offline access"),
    ("audit", "scopes read:audit and write:audit, dialect rfc9068_profile_authz, roles"),
    ("vault", "scope read:vault, users and clients deny_all"),
];

/// The applications that the plan needs, each with its terms in words.
pub const CLIENT_ROLES: &[(&str, &str)] = &[
    (
        "portal",
        "a first party's single-page application that registered PS256 for ID tokens, with a client grant for all of payments for users",
    ),
    (
        "budget",
        "a third party's web application with a secret that registered PS256 for ID tokens, with client grants for users: read:payments and write:payments, all of vault",
    ),
    (
        "stranger",
        "a web application with a secret and client_credentials, with client grants for payments as a client (read:payments), for \
         accounts for users, and for ledger as a client without scopes",
    ),
    ("empty", "a web application with a secret, with a client grant for payments for users without scopes"),
    ("legacy", "a web application with a secret that is not OIDC-conformant, with a client grant for all of payments for users"),
    (
        "custom",
        "a first party's web application with a secret, with a client grant for read:payments for users; a hook that looks at its \
         metadata sets its scope at payments to write:payments and read:accounts",
    ),
    (
        "office",
        "a first party's web application with a secret, for users of the connection staff alone; the suite's user comes from the \
         connection customers, which serves every application",
    ),
    (
        "machine",
        "a machine with a secret, with client grants as a client: read:payments and write:payments, all of audit for the \
         organization org_north alone, all of ledger with or without an organization, accounts without scopes, all of vault",
    ),
];
