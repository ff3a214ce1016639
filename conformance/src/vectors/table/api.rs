//! `api`: APIs that an operator registers.

use fapi::requirement::fapi2_sp::SIGNING_ALGORITHMS;
use fapi::requirement::ocp::acc::{DEFAULTS, NO_OPEN_CLIENTS, POLICIES};
use fapi::requirement::ocp::api::{
    ALG, DIALECTS, IDENTIFIER, LIFETIME, LIFETIME_BOUNDS, LIFETIME_FOR_WEB, NAME, PERMISSIONS_NEED_ROLES, SIGNING_SECRET,
};
use fapi::requirement::ocp::scp::RESERVED;
use fapi::requirement::rfc8707::RESOURCE_ABSOLUTE;
use serde_json::{Value, json};

use super::common::{ISSUER, named};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

const KNOWN: &str = "https://accounts.example";
const NEW: &str = "https://pay.example";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "api",
        &[
            "An API that the operator of a server registers, as the configuration describes it, beside the APIs of the group.",
            "The output has the API with the values that are there by default, and the statements behind warnings: choices that are",
            "allowed and unwise. Members that are absent and have no default are left out. `signing_secret` is never shown.",
        ],
    )
    .flag("Defaults", "the values of members that are absent")
    .flag("Identifier", "the identifier, compared octet by octet")
    .flag("Name", "the name")
    .flag("Scopes", "the scopes, and names that are reserved")
    .flag("Lifetime", "the lifetimes of access tokens")
    .flag("Signature", "the algorithm of access tokens, and the secret for it")
    .flag("Dialect", "the form of access tokens")
    .flag("Access", "the access policies")
    .flag("Offline", "offline access")
    .group(pipeline(keys))
    .group(strict(keys))
}

/// The API with these members.
fn api(more: Value) -> Value {
    let mut api = json!({ "identifier": NEW, "scopes": "read:payments" });
    for (name, value) in more.as_object().into_iter().flatten() {
        api[name] = value.clone();
    }
    api
}

/// The output for these members, over the defaults.
fn described(more: Value) -> Value {
    let mut api = api(json!({
        "dialect": "access_token", "token_lifetime": 86400, "allow_offline_access": false,
        "access": { "user": "allow_all", "client": "require_client_grant" },
    }));
    for (name, value) in more.as_object().into_iter().flatten() {
        api[name] = value.clone();
    }
    if let Some(members) = api.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    json!({ "api": api, "warnings": [] })
}

fn server(keys: &Keys) -> Group {
    Group::new()
        .gives("issuer", ISSUER)
        .gives("keys", json!([named(keys, "server-es256", "as-1", "ES256"), named(keys, "server-ps256", "as-2", "PS256")]))
        .gives("apis", json!([{ "identifier": KNOWN, "scopes": "read:accounts" }]))
}

fn pipeline(keys: &Keys) -> Group {
    let mut group = server(keys)
        .gives("policy", json!(["pipeline"]))
        .valid("Defaults", "identifier and scopes alone", api(json!({})))
        .output(described(json!({})))
        .shows(&DEFAULTS);
    let same = |member: &str, value: Value| {
        let mut members = json!({});
        members[member] = value;
        (api(members.clone()), described(members))
    };
    for (flag, comment, (input, output)) in [
        ("Identifier", "an identifier that is no URI", same("identifier", "payments".into())),
        ("Identifier", "another one with a slash at its end", same("identifier", "https://accounts.example/".into())),
        ("Identifier", "another one in upper case", same("identifier", "https://ACCOUNTS.example".into())),
        ("Identifier", "with a fragment", same("identifier", "https://accounts.example#x".into())),
        ("Name", "a name", same("name", "Payments & more".into())),
        ("Name", "the name of another API", same("name", "Accounts".into())),
        ("Scopes", "none", same("scopes", "".into())),
        ("Scopes", "with descriptions", same("scopes", json!({ "read:payments": "See payments", "write:payments": "Pay" }))),
        ("Scopes", "those of another API", same("scopes", "read:accounts".into())),
        ("Scopes", "one that contains a reserved name", same("scopes", "read:email openid2".into())),
        ("Scopes", "a reserved name in another case", same("scopes", "Email".into())),
        ("Lifetime", "one second", same("token_lifetime", 1.into())),
        ("Lifetime", "30 days", same("token_lifetime", 2_592_000.into())),
        ("Lifetime", "that of the server", same("token_lifetime", "server".into())),
        ("Lifetime", "for the web: the same", same("token_lifetime_for_web", 86_400.into())),
        ("Lifetime", "for the web: less", same("token_lifetime_for_web", 7200.into())),
        ("Signature", "the algorithm of the second key", same("signing_alg", "PS256".into())),
        ("Offline", "allowed", same("allow_offline_access", true.into())),
        ("Offline", "with consent", same("allow_offline_access", "with_consent".into())),
        ("Dialect", "roles without permissions in tokens", same("enforce_policies", true.into())),
    ] {
        group = group.valid(flag, comment, input).output(output);
    }
    for dialect in ["access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"] {
        let members = json!({ "dialect": dialect, "enforce_policies": true });
        group = group
            .valid("Dialect", format!("{dialect} and roles"), api(members.clone()))
            .output(described(members))
            .shows(&DIALECTS);
    }
    for dialect in ["rfc9068_profile", "opaque"] {
        let members = json!({ "dialect": dialect });
        group = group.valid("Dialect", format!("{dialect} without roles"), api(members.clone())).output(described(members));
    }
    for user in ["allow_all", "require_client_grant", "deny_all"] {
        for client in ["require_client_grant", "deny_all"] {
            let members = json!({ "access": { "user": user, "client": client } });
            let comment = format!("users: {user}, clients: {client}");
            group = group.valid("Access", comment, api(members.clone())).output(described(members)).shows(&POLICIES);
        }
        let members = json!({ "access": { "user": user, "client": "allow_all" } });
        group = group.invalid(&NO_OPEN_CLIENTS, "Access", format!("users: {user}, clients: allow_all"), api(members));
    }
    refused(group)
        .valid("Access", "the policy for users alone", api(json!({ "access": { "user": "deny_all" } })))
        .output(described(json!({ "access": { "user": "deny_all", "client": "require_client_grant" } })))
        .valid("Signature", "HS256 and a secret of 32 octets", api(json!({ "signing_alg": "HS256", "signing_secret": SECRET })))
        .output(described(json!({ "signing_alg": "HS256" })))
        .shows(&SIGNING_SECRET)
}

fn refused(mut group: Group) -> Group {
    for reserved in [
        "openid",
        "profile",
        "email",
        "address",
        "phone",
        "offline_access",
        "name",
        "given_name",
        "family_name",
        "nickname",
        "picture",
        "email_verified",
        "created_at",
        "identities",
    ] {
        let scopes = api(json!({ "scopes": ["read:payments", reserved] }));
        group = group.invalid(&RESERVED, "Scopes", format!("reserved: {reserved}"), scopes);
    }
    for (basis, flag, comment, members) in [
        (&RESOURCE_ABSOLUTE, "Identifier", "empty", json!({ "identifier": "" })),
        (&IDENTIFIER, "Identifier", "that of another API", json!({ "identifier": KNOWN })),
        (&NAME, "Name", "an opening angle bracket", json!({ "name": "a<b" })),
        (&NAME, "Name", "a closing angle bracket", json!({ "name": "a>b" })),
        (&NAME, "Name", "markup", json!({ "name": "<b>Payments</b>" })),
        (&LIFETIME, "Lifetime", "zero", json!({ "token_lifetime": 0 })),
        (&LIFETIME, "Lifetime", "30 days and a second", json!({ "token_lifetime": 2_592_001 })),
        (&LIFETIME_FOR_WEB, "Lifetime", "for the web: zero", json!({ "token_lifetime_for_web": 0 })),
        (
            &LIFETIME_FOR_WEB,
            "Lifetime",
            "for the web: a second more than the default",
            json!({ "token_lifetime_for_web": 86_401 }),
        ),
        (
            &LIFETIME_FOR_WEB,
            "Lifetime",
            "for the web: a second more than the others",
            json!({ "token_lifetime": 600, "token_lifetime_for_web": 601 }),
        ),
        (&PERMISSIONS_NEED_ROLES, "Dialect", "access_token_authz without roles", json!({ "dialect": "access_token_authz" })),
        (
            &PERMISSIONS_NEED_ROLES,
            "Dialect",
            "rfc9068_profile_authz without roles",
            json!({ "dialect": "rfc9068_profile_authz" }),
        ),
        (&ALG, "Signature", "an algorithm without key", json!({ "signing_alg": "RS256" })),
    ] {
        group = group.invalid(basis, flag, comment, api(members));
    }
    group
}

/// A server under FAPI 2.0, whose tokens are bound and should not live for long.
fn strict(keys: &Keys) -> Group {
    let long = |lifetime: u32| {
        let mut output = described(json!({ "token_lifetime": lifetime }));
        output["warnings"] = json!([LIFETIME_BOUNDS.id]);
        output
    };
    server(keys)
        .gives("policy", json!(["pipeline", "fapi2_security"]))
        .gives("apis", json!([]))
        .valid("Lifetime", "FAPI 2.0: an hour", api(json!({ "token_lifetime": 3600 })))
        .output(described(json!({ "token_lifetime": 3600 })))
        .valid("Lifetime", "FAPI 2.0: a second more than an hour is a warning", api(json!({ "token_lifetime": 3601 })))
        .output(long(3601))
        .valid("Lifetime", "FAPI 2.0: the default is a warning", api(json!({})))
        .output(long(86_400))
        .invalid(
            &SIGNING_ALGORITHMS,
            "Signature",
            "FAPI 2.0: HS256",
            api(json!({ "token_lifetime": 600, "signing_alg": "HS256", "signing_secret": SECRET })),
        )
        .invalid(
            &NO_OPEN_CLIENTS,
            "Access",
            "FAPI 2.0: clients: allow_all",
            api(json!({ "token_lifetime": 600, "access": { "client": "allow_all" } })),
        )
}
