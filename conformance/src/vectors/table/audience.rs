//! `audience`: the API that a request is for.

use fapi::requirement::ocp::grt::CLIENT_CREDENTIALS_REQUEST;
use fapi::requirement::ocp::pipe::{API_NAMED, AUDIENCE_OPTIONAL, LEGACY_OPAQUE, USERINFO_TOO};
use fapi::requirement::ocp::ten::{DEFAULT_AUDIENCE, RESOURCE_OFF, RESOURCE_ON, RESOURCE_URI};
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use serde_json::{Value, json};

use super::common::{ISSUER, named};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

const ACCOUNTS: &str = "https://accounts.example";
const PAYMENTS: &str = "https://pay.example";
const NAMED: &str = "ledger";

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "audience",
        &[
            "The API that a request is for, at a server with the APIs, the default audience and the switches of the group.",
            "The input has `parameters` of an authorization request, which by default asks for `openid read:accounts`, and",
            "`token_parameters` of the request that redeems its code; or `grant_type` client_credentials and the parameters of that",
            "request, which asks for `read:accounts`. Both are lists of names and values. `terms` are those of the client.",
            "The output is the `aud` of the access token; null stands for a token that is opaque to clients and APIs, for userinfo.",
        ],
    )
    .flag("Audience", "the parameter audience")
    .flag("Resource", "the parameter resource")
    .flag("Both", "both parameters in one request")
    .flag("Default", "requests that name nothing")
    .flag("Repeated", "several APIs in one request")
    .flag("Redeemed", "an API that the token request names")
    .flag("Userinfo", "userinfo as a second audience")
    .flag("Client", "clients that act for themselves")
    .flag("Pipeline", "clients of the older pipeline")
    .group(without_default(keys))
    .group(with_default(keys))
    .group(without_resource(keys))
    .group(listed(keys))
    .group(legacy(keys))
}

fn server(keys: &Keys) -> Group {
    let api = |identifier: &str| json!({ "identifier": identifier, "scopes": "read:accounts" });
    let grant = |audience: &str| json!({ "audience": audience, "subject_type": "client", "scopes": ["read:accounts"] });
    let mac = json!({
        "identifier": NAMED, "scopes": "read:accounts", "signing_alg": "HS256",
        "signing_secret": "0123456789abcdef0123456789abcdef",
    });
    Group::new()
        .gives("issuer", ISSUER)
        .gives("keys", json!([named(keys, "server-es256", "as-1", "ES256")]))
        .gives("apis", json!([api(ACCOUNTS), api(PAYMENTS), mac]))
        .gives("terms", json!({ "grants": [grant(ACCOUNTS), grant(NAMED)] }))
}

fn ask(parameters: &[(&str, &str)]) -> Value {
    json!({ "parameters": parameters })
}

fn own(parameters: &[(&str, &str)]) -> Value {
    json!({ "grant_type": "client_credentials", "parameters": parameters })
}

fn without_default(keys: &Keys) -> Group {
    let (audience, resource) = (|value| ("audience", value), |value| ("resource", value));
    let redeemed = |asked: &[(&str, &str)], token: &[(&str, &str)]| json!({ "parameters": asked, "token_parameters": token });
    let mut group = server(keys)
        .valid("Audience", "an API", ask(&[audience(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .valid("Audience", "an API whose identifier is no URI", ask(&[audience(NAMED)]))
        .output(json!([NAMED]))
        .valid("Resource", "an API", ask(&[resource(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .shows(&RESOURCE_ON)
        .valid("Default", "nothing, and no default", ask(&[]))
        .output(Value::Null)
        .shows(&AUDIENCE_OPTIONAL)
        .valid("Default", "an empty audience", ask(&[audience("")]))
        .output(Value::Null)
        .valid("Default", "an empty resource", ask(&[resource("")]))
        .output(Value::Null)
        .valid("Audience", "userinfo", ask(&[audience("https://as.example/userinfo")]))
        .output(Value::Null)
        .valid("Both", "audience and resource differ", ask(&[resource(PAYMENTS), audience(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .valid("Both", "an unknown resource beside audience", ask(&[audience(ACCOUNTS), resource("https://other.example")]))
        .output(json!([ACCOUNTS]))
        .valid("Both", "an empty audience beside resource", ask(&[audience(""), resource(PAYMENTS)]))
        .output(json!([PAYMENTS]))
        .valid("Repeated", "the same resource twice", ask(&[resource(ACCOUNTS), resource(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .valid("Redeemed", "the same audience", redeemed(&[audience(ACCOUNTS)], &[audience(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .valid("Redeemed", "the same as resource", redeemed(&[audience(ACCOUNTS)], &[resource(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .valid("Client", "audience", own(&[audience(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .valid("Client", "resource", own(&[resource(ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
        .valid("Client", "audience and resource differ", own(&[audience(NAMED), resource(ACCOUNTS)]))
        .output(json!([NAMED]));
    group = group.invalid(&CLIENT_CREDENTIALS_REQUEST, "Client", "nothing, and no default", own(&[])).error("invalid_request");
    for (basis, flag, comment, input) in [
        (&API_NAMED, "Audience", "unknown", ask(&[audience("https://other.example")])),
        (&API_NAMED, "Audience", "an API with a slash at its end", ask(&[audience("https://accounts.example/")])),
        (&API_NAMED, "Audience", "an API in upper case", ask(&[audience("https://ACCOUNTS.example")])),
        (&API_NAMED, "Audience", "an API and a space", ask(&[audience("https://accounts.example ")])),
        (
            &API_NAMED,
            "Both",
            "an unknown audience beside resource",
            ask(&[audience("https://other.example"), resource(ACCOUNTS)]),
        ),
        (&RESOURCE_KNOWN, "Resource", "unknown", ask(&[resource("https://other.example")])),
        (&RESOURCE_KNOWN, "Resource", "an API with a slash at its end", ask(&[resource("https://accounts.example/")])),
        (&RESOURCE_URI, "Resource", "an API whose identifier is no URI", ask(&[resource(NAMED)])),
        (&RESOURCE_URI, "Resource", "a path", ask(&[resource("/accounts")])),
        (&RESOURCE_URI, "Resource", "a fragment", ask(&[resource("https://accounts.example#x")])),
        (&RESOURCE_KNOWN, "Repeated", "two resources", ask(&[resource(ACCOUNTS), resource(PAYMENTS)])),
        (&RESOURCE_KNOWN, "Redeemed", "another audience", redeemed(&[audience(ACCOUNTS)], &[audience(PAYMENTS)])),
        (&RESOURCE_KNOWN, "Redeemed", "another resource", redeemed(&[resource(ACCOUNTS)], &[resource(PAYMENTS)])),
        (&API_NAMED, "Redeemed", "an unknown audience", redeemed(&[audience(ACCOUNTS)], &[audience("https://other.example")])),
        (&RESOURCE_KNOWN, "Redeemed", "an API after userinfo alone", redeemed(&[], &[audience(ACCOUNTS)])),
        (&API_NAMED, "Client", "unknown", own(&[audience("https://other.example")])),
        (&RESOURCE_KNOWN, "Client", "userinfo", own(&[audience("https://as.example/userinfo")])),
    ] {
        group = group.invalid(basis, flag, comment, input).error("invalid_target");
    }
    group
}

fn with_default(keys: &Keys) -> Group {
    server(keys)
        .gives("default_audience", ACCOUNTS)
        .valid("Default", "nothing, and a default", ask(&[]))
        .output(json!([ACCOUNTS]))
        .shows(&DEFAULT_AUDIENCE)
        .valid("Default", "another audience than the default", ask(&[("audience", PAYMENTS)]))
        .output(json!([PAYMENTS]))
        .valid("Default", "another resource than the default", ask(&[("resource", PAYMENTS)]))
        .output(json!([PAYMENTS]))
        .valid("Default", "userinfo in place of the default", ask(&[("audience", "https://as.example/userinfo")]))
        .output(Value::Null)
        .valid("Client", "nothing, and a default", own(&[]))
        .output(json!([ACCOUNTS]))
        .invalid(&API_NAMED, "Default", "unknown, and a default", ask(&[("audience", "https://third.example")]))
        .error("invalid_target")
}

fn without_resource(keys: &Keys) -> Group {
    server(keys)
        .gives("switches", json!({ "resource_parameter": false }))
        .valid("Resource", "off: ignored", ask(&[("resource", ACCOUNTS)]))
        .output(Value::Null)
        .shows(&RESOURCE_OFF)
        .valid("Resource", "off: unknown and ignored", ask(&[("resource", "https://other.example")]))
        .output(Value::Null)
        .shows(&RESOURCE_OFF)
        .valid("Resource", "off: no URI and ignored", ask(&[("resource", "x y")]))
        .output(Value::Null)
        .valid("Resource", "off: audience counts", ask(&[("audience", ACCOUNTS), ("resource", PAYMENTS)]))
        .output(json!([ACCOUNTS]))
        .invalid(&CLIENT_CREDENTIALS_REQUEST, "Resource", "off: a client names an API by it", own(&[("resource", ACCOUNTS)]))
        .error("invalid_target")
}

/// A server whose userinfo demands its own address in `aud`.
fn listed(keys: &Keys) -> Group {
    let without_openid = json!({ "parameters": [["audience", ACCOUNTS], ["scope", "read:accounts"]] });
    server(keys)
        .gives("switches", json!({ "userinfo_audience": "listed" }))
        .valid("Userinfo", "openid at an API with a public key", ask(&[("audience", ACCOUNTS)]))
        .output(json!([ACCOUNTS, "https://as.example/userinfo"]))
        .shows(&USERINFO_TOO)
        .valid("Userinfo", "openid at an API with a secret", ask(&[("audience", NAMED)]))
        .output(json!([NAMED]))
        .valid("Userinfo", "no openid", without_openid)
        .output(json!([ACCOUNTS]))
        .valid("Userinfo", "a client for itself", own(&[("audience", ACCOUNTS)]))
        .output(json!([ACCOUNTS]))
}

fn legacy(keys: &Keys) -> Group {
    server(keys)
        .gives("default_audience", ACCOUNTS)
        .gives("terms", json!({ "oidc_conformant": false }))
        .valid("Pipeline", "older: nothing, and a default", ask(&[]))
        .output(Value::Null)
        .shows(&LEGACY_OPAQUE)
        .valid("Pipeline", "older: audience", ask(&[("audience", ACCOUNTS)]))
        .output(Value::Null)
        .shows(&LEGACY_OPAQUE)
        .valid("Pipeline", "older: unknown audience", ask(&[("audience", "https://other.example")]))
        .output(Value::Null)
        .shows(&LEGACY_OPAQUE)
}
