//! `entitlement`: what is granted of a requested scope.

mod clients;
mod refreshes;
mod users;

use fapi::requirement::Requirement;
use serde_json::{Value, json};

use crate::vectors::file::{File, Group};

const ACCOUNTS: &str = "https://accounts.example";
const PAYMENTS: &str = "https://pay.example";
const CLOSED: &str = "https://closed.example";
const OPEN: &str = "https://open.example";
const STRICT: &str = "https://strict.example";
const USERINFO: &str = "https://as.example/userinfo";

pub(super) fn file() -> File {
    File::new(
        "entitlement",
        &[
            "The scope that a client gets for an API: for a user (every grant type but client_credentials), or for itself.",
            "A group gives the APIs and the organizations of the server as they are configured. Its OpenID scopes are openid, profile,",
            "email and offline_access, and it has no default audience. The input has the client (its registered scope and its terms",
            "with its client grants), the API, the requested scope, and what limits it: the permissions of the user, the scope that the",
            "user consented to, the scope that a hook set, and at a refresh the scope that was granted originally. `prompt` is that of",
            "the authorization request. Without permissions the user has none; without consented the user agrees to everything.",
            "The output has the granted scope, and in `dropped` the statements that took something away, in order, with the scope",
            "tokens that they took away. `token` describes the tokens that are issued. An input is refused if nothing is left for the client;",
            "a scope that only the permissions of the user or a hook made empty is granted as it is.",
        ],
    )
    .flag("Defined", "scopes that the API or OpenID Connect define, and others")
    .flag("Registered", "the scope that the client registered")
    .flag("Policy", "the access policies of an API")
    .flag("Grant", "client grants")
    .flag("Omitted", "requests without scope")
    .flag("Roles", "the permissions of users")
    .flag("Offline", "offline_access")
    .flag("Consent", "the scope that the user agreed to")
    .flag("Hook", "the scope that the host's own code sets")
    .flag("Refresh", "refreshed grants")
    .flag("Organization", "clients that act for an organization")
    .flag("Audience", "the API that the request names")
    .flag("Pipeline", "clients of the older pipeline")
    .flag("Token", "the tokens that are issued")
    .group(users::group())
    .group(refreshes::group())
    .group(clients::group())
    .groups(clients::omitted())
}

/// The APIs of every group.
fn server() -> Group {
    let accounts = json!({
        "identifier": ACCOUNTS, "scopes": "read:accounts write:accounts", "allow_offline_access": true, "token_lifetime": 600,
    });
    let payments = json!({
        "identifier": PAYMENTS, "scopes": "read:payments write:payments delete:payments", "enforce_policies": true,
        "dialect": "access_token_authz", "access": { "user": "require_client_grant", "client": "require_client_grant" },
    });
    let closed = json!({
        "identifier": CLOSED, "scopes": "read:closed", "access": { "user": "deny_all", "client": "deny_all" },
    });
    let open = json!({
        "identifier": OPEN, "scopes": "read:open write:open", "access": { "user": "allow_all", "client": "allow_all" },
    });
    let strict = json!({ "identifier": STRICT, "scopes": "read:strict", "allow_offline_access": "with_consent" });
    Group::new()
        .gives("policy", json!(["pipeline"]))
        .gives("apis", json!([accounts, payments, closed, open, strict]))
        .gives("organizations", json!(["org_north", "org_south"]))
}

/// A client grant.
fn granted(audience: &str, subject_type: &str, scopes: impl Into<Value>) -> Value {
    json!({ "audience": audience, "subject_type": subject_type, "scopes": scopes.into() })
}

/// A client with these grants.
fn grants(grants: &[Value]) -> Value {
    json!({ "grants": grants })
}

/// The output: the granted scope, and what was taken away.
fn left(scope: &str, dropped: &[(&'static Requirement, &str)]) -> Value {
    let dropped: Vec<_> = dropped.iter().map(|(basis, scope)| json!([basis.id, scope])).collect();
    json!({ "scope": scope, "dropped": dropped })
}

/// A question about a user.
fn of_user(audience: &str, scope: &str, more: Value) -> Value {
    asked("user", audience, scope, more)
}

/// A question about a client that acts for itself.
fn of_client(audience: &str, scope: &str, more: Value) -> Value {
    asked("client", audience, scope, more)
}

fn asked(subject_type: &str, audience: &str, scope: &str, more: Value) -> Value {
    let mut input = json!({ "subject_type": subject_type, "audience": audience, "scope": scope });
    more.as_object().into_iter().flatten().for_each(|(name, value)| input[name] = value.clone());
    input
}

/// The same question without one of its members.
fn without(mut input: Value, name: &str) -> Value {
    input.as_object_mut().map(|members| members.remove(name));
    input
}
