//! `token_dialect`: access tokens as APIs want them.

use fapi::requirement::ocp::api::{DIALECT_CHANGES, PERMISSIONS, RFC9068, ROLES, SIGNING_SECRET};
use fapi::requirement::ocp::pipe::{JWT_CLAIMS, NO_PROFILE, USERINFO_TOO};
use fapi::requirement::ocp::scp::REPLACE_ALL;
use serde_json::{Map, Value, json};

use super::common::{ISSUER, NOW, named};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

const API: &str = "https://pay.example";
const BOTH: &str = "read:payments write:payments";

pub(super) fn file(keys: &Keys) -> File {
    let mut file = File::new(
        "token_dialect",
        &[
            "An access token for the only API of the group, in its dialect. The input describes the grant: the client, the user (or",
            "null if the client acts for itself), the scope that was requested, and the permissions of the user at the API.",
            "The output has the header and the payload of the token, without `iat`, `exp`, `jti` and `grant`, which differ in every",
            "token; a token that is opaque has neither. `read` is what the API finds in a token that it can check without the keys of",
            "the server. The user is authenticated at `auth_time` by no particular means.",
            "`before` has members of the API that were others when the user was asked, or when the client got an earlier token.",
        ],
    )
    .flag("User", "a token for a user")
    .flag("Client", "a token for the client itself")
    .flag("Permissions", "the permissions of the user")
    .flag("Userinfo", "userinfo as a second audience")
    .flag("Changed", "APIs that changed before the token was issued");
    for (dialect, roles) in [
        ("access_token", false),
        ("access_token", true),
        ("access_token_authz", true),
        ("rfc9068_profile", false),
        ("rfc9068_profile", true),
        ("rfc9068_profile_authz", true),
        ("opaque", false),
        ("opaque", true),
    ] {
        file = file.group(by_secret(keys, dialect, roles));
    }
    for dialect in ["access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"] {
        file = file.group(another_dialect(keys, dialect));
    }
    file.group(by_key(keys, "access_token"))
        .group(by_key(keys, "rfc9068_profile"))
        .group(other_scopes(keys, BOTH))
        .group(other_scopes(keys, ""))
}

fn server(keys: &Keys, dialect: &str, roles: bool, more: Value) -> Group {
    let mut api = json!({
        "identifier": API, "scopes": BOTH, "dialect": dialect, "enforce_policies": roles, "token_lifetime": 600,
        "access": { "client": "allow_all" },
    });
    more.as_object().into_iter().flatten().for_each(|(name, value)| api[name] = value.clone());
    Group::new()
        .gives("issuer", ISSUER)
        .gives("now", NOW)
        .gives("keys", json!([named(keys, "server-es256", "as-1", "ES256")]))
        .gives("switches", json!({ "userinfo_audience": "listed" }))
        .gives("apis", json!([api]))
}

/// A grant, with the scope and the permissions that its token must have.
struct Granted {
    client_id: &'static str,
    subject: Option<&'static str>,
    scope: &'static str,
    permissions: Option<&'static str>,
    left: &'static str,
}

impl Granted {
    fn input(&self) -> Value {
        let mut input = json!({ "client_id": self.client_id, "subject": self.subject, "scope": self.scope });
        if let Some(permissions) = self.permissions {
            input["permissions"] = permissions.into();
        }
        input
    }

    /// The permissions in the token: all of the user's, or the scope of a client that acts for itself.
    fn listed(&self, dialect: &str) -> Vec<&'static str> {
        let all = if self.subject.is_some() { self.permissions.unwrap_or_default() } else { self.left };
        if dialect.ends_with("_authz") { all.split_whitespace().collect() } else { vec![] }
    }

    fn output(&self, dialect: &str, alg: &str, aud: &[&str]) -> Value {
        let mut payload = Map::new();
        let mut claim = |name: &str, value: Value| drop(payload.insert(name.into(), value));
        claim("iss", ISSUER.into());
        claim("sub", self.subject.unwrap_or(self.client_id).into());
        let rfc9068 = dialect.starts_with("rfc9068");
        claim("aud", if rfc9068 && aud.len() == 1 { aud[0].into() } else { json!(aud) });
        claim(if rfc9068 { "client_id" } else { "azp" }, self.client_id.into());
        claim("scope", self.left.into());
        if dialect.ends_with("_authz") {
            claim("permissions", json!(self.listed(dialect)));
        }
        if self.subject.is_some() {
            claim("auth_time", NOW.into());
        }
        let mut header = json!({ "typ": "at+jwt", "alg": alg });
        if alg != "HS256" {
            header["kid"] = "as-1".into();
        }
        json!({ "header": header, "payload": payload })
    }

    fn read(&self, dialect: &str) -> Value {
        json!({ "client_id": self.client_id, "subject": self.subject, "scope": self.left, "permissions": self.listed(dialect) })
    }
}

/// An API that shares a secret with the server, and one whose tokens are references.
fn by_secret(keys: &Keys, dialect: &str, roles: bool) -> Group {
    let secret = json!({ "signing_alg": "HS256", "signing_secret": "0123456789abcdef0123456789abcdef" });
    let opaque = dialect == "opaque";
    let mut group = server(keys, dialect, roles, if opaque { json!({}) } else { secret });
    let words = if roles { format!("{dialect} and roles") } else { dialect.to_owned() };
    let user = |scope, permissions, left| Granted { client_id: "client-1", subject: Some("alice"), scope, permissions, left };
    let all = |with: &'static str, without: &'static str| if roles { with } else { without };
    let cases = [
        ("User", "one scope", user("read:payments", Some("read:payments"), "read:payments")),
        (
            "User",
            "OpenID scopes, and nothing about the user",
            user("openid profile email read:payments", Some(BOTH), "openid profile email read:payments"),
        ),
        (
            "Permissions",
            "fewer than requested",
            user(
                "openid read:payments write:payments",
                Some("read:payments"),
                all("openid read:payments", "openid read:payments write:payments"),
            ),
        ),
        ("Permissions", "more than requested", user("read:payments", Some(BOTH), "read:payments")),
        ("Permissions", "one that the API does not define", user("read:payments", Some("read:payments admin"), "read:payments")),
        ("Permissions", "none", user("openid read:payments", None, all("openid", "openid read:payments"))),
        (
            "User",
            "another client and user",
            Granted {
                client_id: "https://client.example/id",
                subject: Some("customers|1"),
                scope: BOTH,
                permissions: Some(BOTH),
                left: BOTH,
            },
        ),
        (
            "Client",
            "one scope",
            Granted { client_id: "client-1", subject: None, scope: "write:payments", permissions: None, left: "write:payments" },
        ),
        ("Client", "both scopes", Granted { client_id: "client-1", subject: None, scope: BOTH, permissions: None, left: BOTH }),
    ];
    for (flag, comment, granted) in cases {
        let mut output = if opaque { json!({}) } else { granted.output(dialect, "HS256", &[API]) };
        output["read"] = granted.read(dialect);
        group = group.valid(flag, format!("{words}: {comment}"), granted.input()).output(output);
        let shown = match (flag, comment) {
            _ if opaque => None,
            ("User", "OpenID scopes, and nothing about the user") => Some(&NO_PROFILE),
            ("Permissions", "more than requested") if dialect.ends_with("_authz") => Some(&PERMISSIONS),
            ("Permissions", "fewer than requested") if roles => Some(&ROLES),
            ("User", "one scope") if dialect.starts_with("rfc9068") => Some(&RFC9068),
            ("User", "one scope") => Some(&SIGNING_SECRET),
            _ => None,
        };
        if let Some(shown) = shown {
            group = group.shows(shown);
        }
    }
    group
}

/// An API that checks tokens with the public key of the server.
fn by_key(keys: &Keys, dialect: &str) -> Group {
    let user = |scope| Granted { client_id: "client-1", subject: Some("alice"), scope, permissions: None, left: scope };
    let (openid, without) = (user("openid read:payments"), user("read:payments"));
    let client = Granted { client_id: "client-1", subject: None, scope: BOTH, permissions: None, left: BOTH };
    let both = [API, "https://as.example/userinfo"];
    server(keys, dialect, false, json!({}))
        .valid("Userinfo", format!("{dialect}: openid, signed with a public key"), openid.input())
        .output(openid.output(dialect, "ES256", &both))
        .shows(&USERINFO_TOO)
        .valid("Userinfo", format!("{dialect}: no openid, signed with a public key"), without.input())
        .output(without.output(dialect, "ES256", &[API]))
        .shows(&JWT_CLAIMS)
        .valid("Client", format!("{dialect}: signed with a public key"), client.input())
        .output(client.output(dialect, "ES256", &[API]))
}

/// An API that had another dialect when the user consented, and when the client got its last token.
fn another_dialect(keys: &Keys, dialect: &'static str) -> Group {
    let mut group = server(keys, dialect, true, json!({}));
    for before in ["access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"] {
        let grants = [
            Granted {
                client_id: "client-1",
                subject: Some("alice"),
                scope: "read:payments",
                permissions: Some(BOTH),
                left: "read:payments",
            },
            Granted { client_id: "client-1", subject: None, scope: BOTH, permissions: None, left: BOTH },
        ];
        for granted in grants.into_iter().filter(|_| before != dialect) {
            let mut input = granted.input();
            input["before"] = json!({ "dialect": before });
            let whose = if granted.subject.is_some() { "a code" } else { "a client" };
            group = group
                .valid("Changed", format!("{whose} from when the dialect was {before}: now {dialect}"), input)
                .output(granted.output(dialect, "ES256", &[API]))
                .shows(&DIALECT_CHANGES);
        }
    }
    group
}

/// An API whose scopes were replaced since the user consented.
fn other_scopes(keys: &Keys, scopes: &'static str) -> Group {
    let left = if scopes.is_empty() { "openid" } else { "openid read:payments" };
    let userinfo = format!("{ISSUER}/userinfo");
    let granted = Granted {
        client_id: "client-1",
        subject: Some("alice"),
        scope: "openid read:payments delete:payments",
        permissions: None,
        left,
    };
    let mut input = granted.input();
    input["before"] = json!({ "scopes": "read:payments delete:payments" });
    let what = if scopes.is_empty() { "none" } else { "others" };
    server(keys, "access_token", false, json!({ "scopes": scopes }))
        .valid("Changed", format!("a code for scopes that were replaced by {what}"), input)
        .output(granted.output("access_token", "ES256", &[API, &userinfo]))
        .shows(&REPLACE_ALL)
}
