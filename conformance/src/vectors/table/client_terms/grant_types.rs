//! The kinds of clients, and the grant types that they may have.

use fapi::requirement::ocp::cli::DEFAULT_METHOD;
use fapi::requirement::ocp::grt::{
    CONFIDENTIAL_DEFAULTS, DEVICE_NATIVE, KIND_CHANGE, KIND_LIMITS, LEGACY, MACHINE_DEFAULT, METHOD_FIRST, PASSWORD_FIRST_PARTY,
    PUBLIC_DEFAULTS,
};
use fapi::requirement::ocp::{ciba, dev};
use fapi::requirement::rfc6749::{CLIENT_CREDENTIALS_CONFIDENTIAL, GRANT_TYPE_SERVED};
use serde_json::{Value, json};

use super::super::exchange::SECRET;
use super::{server, usual};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CIBA: &str = "urn:openid:params:grant-type:ciba";
const EXTENSION: &str = "http://auth0.com/oauth/grant-type/";
const FORMER: &str = "http://auth0.com/oauth/legacy/grant-type/";

pub(super) fn group(keys: &Keys) -> Group {
    let by_code = ["authorization_code", "refresh_token"];
    let every = ["authorization_code", "refresh_token", "client_credentials"];
    let mut group = server(keys);
    for kind in ["native", "spa"] {
        group = group
            .valid("Kind", format!("{kind}: its defaults"), of_kind(kind))
            .output(json!({ "token_endpoint_auth_method": "none", "grant_types": by_code, "warnings": [] }))
            .shows(&PUBLIC_DEFAULTS)
            .valid("Kind", format!("{kind}: its method by default"), described(kind))
            .output(json!({ "token_endpoint_auth_method": "none", "grant_types": by_code, "warnings": [] }))
            .shows(&DEFAULT_METHOD);
    }
    for (kind, shown, warnings) in
        [("regular_web", &CONFIDENTIAL_DEFAULTS, vec![]), ("non_interactive", &MACHINE_DEFAULT, vec![CONFIDENTIAL_DEFAULTS.id])]
    {
        let method = "client_secret_basic";
        group = group
            .valid("Kind", format!("{kind}: its defaults, but for implicit, which OAuth forbids today"), of_kind(kind))
            .output(json!({ "token_endpoint_auth_method": method, "grant_types": every, "warnings": warnings }))
            .shows(shown)
            .valid("Kind", format!("{kind}: its method by default"), described(kind))
            .output(json!({ "token_endpoint_auth_method": method, "grant_types": every, "warnings": warnings }))
            .shows(&DEFAULT_METHOD);
    }
    changes(refused(group)).errors("invalid_client_metadata")
}

fn of_kind(kind: &str) -> Value {
    let mut input = json!({ "terms": { "kind": kind } });
    if ["regular_web", "non_interactive"].contains(&kind) {
        input["client_secret"] = SECRET.into();
    }
    input
}

/// The same with a description.
fn described(kind: &str) -> Value {
    let mut input = of_kind(kind);
    input["terms"]["description"] = "an application".into();
    input
}

/// A client of a kind with this grant type alone, and a secret.
fn having(kind: &str, grant_type: &str, more: Value) -> Value {
    let mut terms = json!({ "kind": kind });
    for (name, value) in more.as_object().into_iter().flatten() {
        terms[name] = value.clone();
    }
    json!({ "terms": terms, "client": { "grant_types": [grant_type] }, "client_secret": SECRET })
}

/// The same without a secret.
fn public(kind: &str, grant_type: &str, more: Value) -> Value {
    let mut input = having(kind, grant_type, more);
    input["client"]["token_endpoint_auth_method"] = "none".into();
    input.as_object_mut().map(|input| input.remove("client_secret"));
    input
}

fn refused(mut group: Group) -> Group {
    for kind in ["spa", "regular_web", "non_interactive"] {
        group = group
            .invalid(&KIND_LIMITS, "GrantType", format!("{kind}: a grant for another kind"), {
                let mut both = having(kind, DEVICE, json!({}));
                both["client"]["grant_types"] = json!(["authorization_code", DEVICE]);
                both
            })
            .invalid(&DEVICE_NATIVE, "GrantType", format!("{kind}: the device grant"), having(kind, DEVICE, json!({})))
            .invalid(&dev::NATIVE_ONLY, "GrantType", format!("{kind}: the device flow of a first party"), {
                having(kind, DEVICE, json!({ "first_party": true }))
            });
    }
    for name in ["password-realm", "mfa-oob", "mfa-otp", "mfa-recovery-code"] {
        let third = having("regular_web", &format!("{EXTENSION}{name}"), json!({}));
        group = group.invalid(&PASSWORD_FIRST_PARTY, "GrantType", format!("third party: {name}"), third);
    }
    for name in ["ro", "ro/jwt-bearer", "delegation/refresh_token", "delegation/id_token", "access_token"] {
        let former = having("regular_web", &format!("{FORMER}{name}"), json!({ "first_party": true }));
        group = group.invalid(&LEGACY, "GrantType", format!("a legacy grant: {name}"), former);
    }
    for kind in ["native", "spa", "regular_web", "non_interactive"] {
        let alone = public(kind, "client_credentials", json!({}));
        let mut beside = alone.clone();
        beside["client"]["grant_types"] = json!(["authorization_code", "client_credentials"]);
        group = group
            .invalid(&CLIENT_CREDENTIALS_CONFIDENTIAL, "GrantType", format!("{kind}: client_credentials, public"), alone)
            .invalid(&METHOD_FIRST, "GrantType", format!("{kind}: client_credentials before a method with credentials"), beside);
    }
    let first = json!({ "first_party": true });
    group
        .invalid(&PASSWORD_FIRST_PARTY, "GrantType", "third party: password", having("regular_web", "password", json!({})))
        .invalid(&ciba::FIRST_PARTY_CLIENTS, "GrantType", "third party: CIBA", having("regular_web", CIBA, json!({})))
        .invalid(&ciba::CONFIDENTIAL_CLIENTS, "GrantType", "public: CIBA", public("native", CIBA, first.clone()))
        .invalid(&ciba::CONFORMANT_CLIENTS, "GrantType", "the older pipeline: CIBA", {
            having("regular_web", CIBA, json!({ "first_party": true, "oidc_conformant": false }))
        })
        .invalid(&GRANT_TYPE_SERVED, "GrantType", "one that no document knows", {
            having("regular_web", "urn:example:grant", first)
        })
        .invalid(&GRANT_TYPE_SERVED, "GrantType", "one that is like a legacy one", {
            having("regular_web", &format!("{FORMER}other"), json!({}))
        })
}

/// Clients that change their kind.
fn changes(group: Group) -> Group {
    let from = |before: Value, after: Value| {
        let mut input = after;
        input["before"] = before;
        input
    };
    let web = |kind: Value| json!({ "terms": { "kind": kind }, "client": {}, "client_secret": SECRET });
    let machine = || having("non_interactive", "client_credentials", json!({}));
    let same = json!({
        "token_endpoint_auth_method": "client_secret_post", "grant_types": ["client_credentials"], "warnings": [],
    });
    group
        .valid("Kind", "a web application becomes a native one", from(web("regular_web".into()), web("native".into())))
        .output(usual(&[]))
        .valid("Kind", "a client without kind becomes a web application", from(with_none(), web("regular_web".into())))
        .output(usual(&[]))
        .valid("Kind", "a machine stays one", from(machine(), machine()))
        .output(same)
        .invalid(&KIND_CHANGE, "Kind", "a machine becomes a web application", from(machine(), web("regular_web".into())))
        .invalid(&KIND_CHANGE, "Kind", "a machine loses its kind", from(machine(), with_none()))
}

fn with_none() -> Value {
    json!({ "terms": {}, "client": {}, "client_secret": SECRET })
}
