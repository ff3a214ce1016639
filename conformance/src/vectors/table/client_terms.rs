//! `client_terms`: the operator's terms for a client.

mod grant_types;

use fapi::requirement::ocp::acc::{DETAILS_FOR_USERS, GRANT_MEMBERS, ONE_PER_SUBJECT, ORGANIZATIONS};
use fapi::requirement::ocp::cli::{
    CHANNELS_PROPERTY, CLIENT_ID, CONNECTION_ENABLED, DELETED, DESCRIPTION, DOMAIN_CONNECTION, ID_TOKEN_ALG, JAR_PROPERTY, KINDS,
    LEVEL_PROPERTY, METADATA_LIMITS, NEW_CONNECTIONS, ONE_OF_METHODS, ORGANIZATION_PROPERTY, PARTY, THIRD_PARTY_CONNECTIONS,
};
use fapi::requirement::ocp::dcr::THIRD_PARTY;
use fapi::requirement::ocp::fapi as level;
use fapi::requirement::ocp::{mtls, pipe};
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use serde_json::{Map, Value, json};

use super::common::{self, named};
use super::exchange::SECRET;
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

const ACCOUNTS: &str = "https://accounts.example";
const PAYMENTS: &str = "https://pay.example";

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "client_terms",
        &[
            "The terms that the operator of a server sets for a client, and the metadata of that client, over those that every client",
            "of these files has (README.md). Without `client`, the client has the method and the grant types of its kind. `before` is",
            "the registration that this one replaces, or one that was `removed`; `beside` is registered together with this one. A",
            "registration is refused for all of its mistakes; a test names one of them.",
            "The output has the method, the grant types, and the statements behind warnings: choices that are allowed and unwise.",
        ],
    )
    .flag("Kind", "the kind of a client, and what it has by default")
    .flag("GrantType", "the grant types that a client may have")
    .flag("Grant", "client grants")
    .flag("Connection", "the connections that users log in through")
    .flag("Party", "first and third parties, and the origins of clients")
    .flag("Channel", "the channels of backchannel requests")
    .flag("Method", "the members that name the way to authenticate")
    .flag("Identity", "identifiers: one client has one, and no other client has it, not even later")
    .flag("Level", "compliance levels")
    .flag("Text", "descriptions and metadata")
    .flag("Algorithm", "the algorithm of ID tokens")
    .flag("Later", "members whose use is not served yet")
    .group(terms(keys))
    .group(levels(keys))
    .group(grant_types::group(keys))
}

fn server(keys: &Keys) -> Group {
    Group::new()
        .gives("policy", json!(["pipeline"]))
        .gives("now", common::NOW)
        .gives("keys", json!([named(keys, "server-es256", "as-1", "ES256"), named(keys, "server-ps256", "as-2", "PS256")]))
        .gives(
            "apis",
            json!([
                { "identifier": ACCOUNTS, "scopes": "read:accounts" },
                { "identifier": PAYMENTS, "scopes": "read:payments write:payments" },
            ]),
        )
        .gives("organizations", json!(["org_north"]))
        .gives("connections", json!([{ "name": "customers", "is_domain_connection": true }, { "name": "staff" }]))
}

/// A client with a secret under these terms.
fn with(terms: Value) -> Value {
    json!({ "terms": terms, "client": {}, "client_secret": SECRET })
}

/// The output for a client with the metadata of README.md.
fn usual(warnings: &[&str]) -> Value {
    let grant_types = ["authorization_code", "refresh_token", "client_credentials"];
    json!({ "token_endpoint_auth_method": "client_secret_post", "grant_types": grant_types, "warnings": warnings })
}

/// A client grant.
fn grant(audience: &str, subject_type: &str, more: Value) -> Value {
    let mut grant = json!({ "audience": audience, "subject_type": subject_type, "scopes": "all" });
    for (name, value) in more.as_object().into_iter().flatten() {
        grant[name] = value.clone();
    }
    grant
}

fn metadata(entries: usize, name: usize, value: usize) -> Value {
    let entry = |at: usize| (format!("{at:0name$}"), Value::from("v".repeat(value)));
    Value::Object((0..entries).map(entry).collect::<Map<_, _>>())
}

fn terms(keys: &Keys) -> Group {
    let mut group = server(keys).valid("Kind", "no terms", with(json!({}))).output(usual(&[]));
    for (flag, comment, terms) in [
        ("Text", "a description of 140 characters", json!({ "description": "\u{e9}".repeat(140) })),
        ("Text", "ten entries of metadata", json!({ "metadata": metadata(10, 2, 1) })),
        ("Text", "a name and a value of 255 characters", json!({ "metadata": metadata(1, 255, 255) })),
        (
            "Grant",
            "one per API and subject_type",
            json!({ "grants": [
                grant(ACCOUNTS, "user", json!({})), grant(ACCOUNTS, "client", json!({})), grant(PAYMENTS, "user", json!({})),
            ] }),
        ),
        ("Grant", "without scopes", json!({ "grants": [grant(PAYMENTS, "user", json!({ "scopes": [] }))] })),
        (
            "Grant",
            "authorization_details_types for users",
            json!({ "grants": [grant(PAYMENTS, "user", json!({ "authorization_details_types": ["payment"] }))] }),
        ),
        (
            "Grant",
            "an organization, as a client",
            json!({ "grants": [
                grant(PAYMENTS, "client", json!({ "organization_usage": "require", "organizations": ["org_north"] })),
            ] }),
        ),
        ("Connection", "one of the domain for a third party", json!({ "connections": ["customers"] })),
        ("Connection", "another one for a first party", json!({ "connections": ["staff"], "first_party": true })),
        ("Connection", "none", json!({ "connections": [] })),
        ("Party", "an operator's first party", json!({ "origin": "operator", "first_party": true })),
        ("Party", "an operator's third party", json!({ "origin": "operator", "first_party": false })),
        ("Channel", "push", json!({ "async_approval_notification_channels": ["guardian-push"] })),
        ("Channel", "mail", json!({ "async_approval_notification_channels": ["email"] })),
        ("Channel", "push and mail", json!({ "async_approval_notification_channels": ["guardian-push", "email"] })),
        ("Later", "organizations that may be named", json!({ "organization_usage": "allow" })),
        ("Later", "requests that may be signed", json!({ "signed_request_object": { "required": false } })),
    ] {
        group = group.valid(flag, comment, with(terms)).output(usual(&[]));
    }
    identities(methods(refused(group), keys))
        .valid(
            "Connection",
            "no list: every connection, for a first party",
            with(json!({ "first_party": true, "description": "new" })),
        )
        .output(usual(&[]))
        .shows(&NEW_CONNECTIONS)
        .valid("Connection", "a connection of the domain, for a first party", {
            with(json!({ "connections": ["customers"], "first_party": true }))
        })
        .output(usual(&[]))
        .shows(&DOMAIN_CONNECTION)
        .valid("Party", "a client that registered itself", with(json!({ "origin": "itself" })))
        .output(usual(&[]))
        .shows(&THIRD_PARTY)
        .valid("Grant", "a scope that the API does not define", {
            with(json!({ "grants": [grant(PAYMENTS, "user", json!({ "scopes": ["admin"] }))] }))
        })
        .output(usual(&[GRANT_MEMBERS.id]))
        .valid("Grant", "introspects an API that is not registered", with(json!({ "introspects": ["https://other.example"] })))
        .output(usual(&[RESOURCE_KNOWN.id]))
        .valid("Algorithm", "HS256 and a secret", signed("HS256", SECRET))
        .output(usual(&[]))
        .valid("Algorithm", "PS256, for which the server has a key", signed("PS256", "a short secret"))
        .output(usual(&[]))
        .invalid(&ID_TOKEN_ALG, "Algorithm", "HS256 and a secret of 31 octets", signed("HS256", &"s".repeat(31)))
        .errors("invalid_client_metadata")
}

fn signed(algorithm: &str, secret: &str) -> Value {
    json!({ "terms": {}, "client": { "id_token_signed_response_alg": algorithm }, "client_secret": secret })
}

fn refused(mut group: Group) -> Group {
    for (basis, flag, comment, terms) in [
        (&DESCRIPTION, "Text", "a description of 141 characters", json!({ "description": "d".repeat(141) })),
        (&METADATA_LIMITS, "Text", "eleven entries of metadata", json!({ "metadata": metadata(11, 2, 1) })),
        (&METADATA_LIMITS, "Text", "a name of 256 characters", json!({ "metadata": metadata(1, 256, 1) })),
        (&METADATA_LIMITS, "Text", "a value of 256 characters", json!({ "metadata": metadata(1, 1, 256) })),
        (
            &GRANT_MEMBERS,
            "Grant",
            "for an API that is not registered",
            json!({ "grants": [grant("https://other.example", "user", json!({}))] }),
        ),
        (
            &GRANT_MEMBERS,
            "Grant",
            "for the identifier of an API with a slash at its end",
            json!({ "grants": [grant("https://pay.example/", "user", json!({}))] }),
        ),
        (
            &ONE_PER_SUBJECT,
            "Grant",
            "two for the same API and subject_type",
            json!({ "grants": [grant(PAYMENTS, "user", json!({})), grant(PAYMENTS, "user", json!({ "scopes": [] }))] }),
        ),
        (
            &DETAILS_FOR_USERS,
            "Grant",
            "authorization_details_types as a client",
            json!({ "grants": [grant(PAYMENTS, "client", json!({ "authorization_details_types": ["payment"] }))] }),
        ),
        (
            &ORGANIZATIONS,
            "Grant",
            "an organization that is not registered",
            json!({ "grants": [
                grant(PAYMENTS, "client", json!({ "organization_usage": "allow", "organizations": ["org_south"] })),
            ] }),
        ),
        (
            &ORGANIZATIONS,
            "Grant",
            "an organization for users",
            json!({ "grants": [grant(PAYMENTS, "user", json!({ "organization_usage": "allow" }))] }),
        ),
        (
            &THIRD_PARTY_CONNECTIONS,
            "Connection",
            "one that is not of the domain, for a third party",
            json!({ "connections": ["staff"] }),
        ),
        (&PARTY, "Party", "a first party that registered itself", json!({ "origin": "itself", "first_party": true })),
        (&KINDS, "Kind", "a name that other documents have for machines", json!({ "kind": "m2m" })),
        (&KINDS, "Kind", "a kind in upper case", json!({ "kind": "Native" })),
        (&KINDS, "Kind", "no name", json!({ "kind": "" })),
        (&CHANNELS_PROPERTY, "Channel", "another channel", json!({ "async_approval_notification_channels": ["sms"] })),
        (&CHANNELS_PROPERTY, "Channel", "a channel in upper case", json!({ "async_approval_notification_channels": ["Email"] })),
        (&CHANNELS_PROPERTY, "Channel", "a channel twice", {
            json!({ "async_approval_notification_channels": ["email", "guardian-push", "email"] })
        }),
        (&CONNECTION_ENABLED, "Connection", "an unknown one", json!({ "connections": ["customer"], "first_party": true })),
        (&JAR_PROPERTY, "Later", "requests that must be signed", json!({ "signed_request_object": { "required": true } })),
        (&ORGANIZATION_PROPERTY, "Later", "organizations that must be named", json!({ "organization_usage": "require" })),
    ] {
        group = group.invalid(basis, flag, comment, with(terms));
    }
    group
}

/// Clients whose method is in an object.
fn methods(mut group: Group, keys: &Keys) -> Group {
    let jwks = json!({ "keys": [named(keys, "client-es256", "k1", "ES256")] });
    let client = |methods: Value, more: Value| {
        let mut client = json!({ "client_authentication_methods": methods, "jwks": jwks });
        for (name, value) in more.as_object().into_iter().flatten() {
            client[name] = value.clone();
        }
        json!({ "terms": {}, "client": client })
    };
    let mut output = usual(&[]);
    output["token_endpoint_auth_method"] = "private_key_jwt".into();
    let null = json!({ "token_endpoint_auth_method": null });
    for (comment, more) in [("alone", json!({})), ("beside a null", null)] {
        let input = client(json!({ "private_key_jwt": {} }), more);
        group = group.valid("Method", format!("private_key_jwt in the object, {comment}"), input).output(output.clone());
    }
    for method in ["none", "client_secret_post", "private_key_jwt"] {
        let input = client(json!({ "private_key_jwt": {} }), json!({ "token_endpoint_auth_method": method }));
        group = group.invalid(&ONE_OF_METHODS, "Method", format!("an object beside {method}"), input);
    }
    for (comment, methods) in [
        ("no method", json!({})),
        ("two methods", json!({ "private_key_jwt": {}, "tls_client_auth": {} })),
        ("a method with a secret", json!({ "client_secret_post": {} })),
    ] {
        group = group.invalid(&ONE_OF_METHODS, "Method", format!("an object with {comment}"), client(methods, json!({})));
    }
    group
}

/// Clients whose identifier is, or was, that of another one.
fn identities(group: Group) -> Group {
    let client = || with(json!({}));
    let with_member = |name: &str, value: Value| {
        let mut input = client();
        input[name] = value;
        input
    };
    let mut other = client();
    other["client"]["client_id"] = "client-2".into();
    let mut returned = with_member("before", client());
    returned["removed"] = true.into();
    let mut another = with_member("before", other.clone());
    another["removed"] = true.into();
    group
        .valid("Identity", "another client beside it", with_member("beside", other))
        .output(usual(&[]))
        .valid("Identity", "the same client again", with_member("before", client()))
        .output(usual(&[]))
        .valid("Identity", "another client was removed", another)
        .output(usual(&[]))
        .invalid(&CLIENT_ID, "Identity", "two clients with one identifier", with_member("beside", client()))
        .invalid(&DELETED, "Identity", "a client that was removed", returned)
}

/// A client with this method at this level.
fn at_level(keys: &Keys, level: &str, method: &str, more: Value) -> Value {
    let jwks = json!({ "keys": [named(keys, "client-es256", "k1", "ES256")] });
    let mut client = json!({ "token_endpoint_auth_method": method });
    match method {
        "private_key_jwt" => client["jwks"] = jwks,
        "tls_client_auth" => client["tls_client_auth_subject_dn"] = "CN=client-1".into(),
        _ => {}
    }
    let mut terms = json!({ "compliance_level": level });
    for (name, value) in more.as_object().into_iter().flatten() {
        terms[name] = value.clone();
    }
    let mut input = json!({ "terms": terms, "client": client });
    if method == "client_secret_post" {
        input["client_secret"] = SECRET.into();
    }
    input
}

fn levels(keys: &Keys) -> Group {
    let mut group = server(keys);
    for (name, good, bad, basis) in [
        ("fapi2_sp_pkj_mtls", "private_key_jwt", "tls_client_auth", &level::PRIVATE_KEY_JWT),
        ("fapi2_sp_pkj_dpop", "private_key_jwt", "tls_client_auth", &level::PRIVATE_KEY_JWT),
        ("fapi2_sp_mtls_mtls", "tls_client_auth", "private_key_jwt", &level::MTLS),
        ("fapi2_sp_mtls_dpop", "tls_client_auth", "private_key_jwt", &level::MTLS),
    ] {
        let mut output = usual(&[]);
        output["token_endpoint_auth_method"] = good.into();
        group = group.valid("Level", format!("{name}: {good}"), at_level(keys, name, good, json!({}))).output(output);
        for method in [bad, "client_secret_post"] {
            let input = at_level(keys, name, method, json!({}));
            group = group.invalid(basis, "Level", format!("{name}: {method}"), input);
        }
        let older = || at_level(keys, name, good, json!({ "oidc_conformant": false }));
        group = group.invalid(&level::CONFORMANT, "Level", format!("{name}: a client of the older pipeline"), older()).invalid(
            &pipe::CONFORMANT_ONLY,
            "Level",
            format!("{name}: a level without the conformant pipeline"),
            {
                let mut input = older();
                input["terms"]["first_party"] = true.into();
                input
            },
        );
    }
    for (name, method) in [("fapi1_adv_pkj_par", "private_key_jwt"), ("fapi1_adv_mtls_par", "tls_client_auth")] {
        let signed = || at_level(keys, name, method, json!({}));
        group = group
            .invalid(&level::JAR, "Level", format!("{name}: signed requests, which are not served yet"), signed())
            .invalid(&LEVEL_PROPERTY, "Level", format!("{name}: a level that is not served yet"), {
                let mut input = signed();
                input["terms"]["first_party"] = true.into();
                input
            });
    }
    let mut bound = at_level(keys, "fapi2_sp_pkj_mtls", "private_key_jwt", json!({}));
    bound["client"]["dpop_bound_access_tokens"] = true.into();
    group
        .invalid(&mtls::BOUND_TOKENS, "Level", "fapi2_sp_pkj_mtls: a client that registered DPoP", bound)
        .errors("invalid_client_metadata")
}
