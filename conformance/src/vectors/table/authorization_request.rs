//! `authorization_request`: requests to the authorization endpoint.

pub(super) mod parameters;
mod pushed;
mod user;

use fapi::requirement::local::{ADMISSION, REQUEST_SIZE};
use fapi::requirement::oidcc::REQUEST_URI_NOT_SUPPORTED;
use fapi::requirement::rfc6749::{
    EMPTY_IS_ABSENT, FORM_IS_UTF8, GET_SERVED, NO_REDIRECT_ON_DOUBT, SCOPE_DEFAULT, UNAUTHORIZED_CLIENT, UNKNOWN_IGNORED,
};
use fapi::requirement::{oidcc, rfc9126, rfc9700};
use serde_json::{Value, json};

use super::common::CLIENT;
use super::exchange::{self, CHALLENGE, REDIRECT, Request};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "authorization_request",
        &[
            "A request to the authorization endpoint, after the steps that the group lists as `before`; README.md describes the",
            "format of requests. Without `user`, a valid request is answered with a page, and the output is its kind and the scope",
            "that it shows. With `user`, the user answers all pages, and the output is the redirect to the client: its status, the",
            "names of its parameters, and the values of some of them.",
        ],
    )
    .flag("Good", "accepted input")
    .flag("Hint", "ID tokens that name the user whom the client expects")
    .flag("ResponseType", "response types that are missing or not supported")
    .flag("Repeated", "parameters that occur twice")
    .flag("RedirectUri", "addresses to which nothing may be sent")
    .flag("Scope", "scopes that are malformed, unknown or too wide")
    .flag("State", "values of state that cannot be returned")
    .flag("ResponseMode", "response modes that are not supported")
    .flag("Pkce", "challenges")
    .flag("Resource", "the resource that the token is for")
    .flag("Binding", "keys that a code is to be bound to")
    .flag("Http", "methods, media types and sizes")
    .flag("Unsupported", "parameters that are not supported and must not be ignored")
    .flag("Prompt", "the pages that may or must be shown")
    .flag("MaxAge", "max_age must be a number of seconds")
    .flag("Claims", "claims must be an object of objects")
    .flag("Client", "clients that are unknown, or that may not send this request")
    .flag("RequestUri", "requests that were pushed")
    .flag("Level", "clients with a compliance level")
    .flag("User", "users that were not requested, refuse, or use another browser")
    .group(parameters::add(defects(good()), &request))
    .groups(registered())
    .groups(user::groups(keys))
    .groups(pushed::groups(keys))
    .group(super::level::authorization(keys))
}

/// A valid request.
fn request() -> Request {
    Request::of(&[
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "openid accounts"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])
}

fn of(client: Value) -> Group {
    exchange::group(&[], client)
}

fn page(name: &str, scope: &str) -> Value {
    json!({ "page": name, "scope": scope })
}

fn good() -> Group {
    let page = || page("login", "openid accounts");
    let mut group = of(json!({}))
        .valid("Good", "by GET", request())
        .output(page())
        .shows(&GET_SERVED)
        .valid("Good", "by POST", request().set("method", "POST"))
        .output(page())
        .shows(&oidcc::GET_AND_POST)
        .valid("Good", "an unknown parameter", request().with("colour", "blue"))
        .output(page())
        .shows(&UNKNOWN_IGNORED);
    for name in
        ["state", "nonce", "claims", "max_age", "prompt", "response_mode", "resource", "dpop_jkt", "id_token_hint", "request"]
    {
        group = group.valid("Good", format!("an empty {name}, which counts as absent"), request().with(name, ""));
        group = group.output(page()).shows(&EMPTY_IS_ABSENT);
    }
    for (what, name, value) in [
        ("the response mode of codes", "response_mode", "query"),
        ("the resource", "resource", "https://api.example"),
        ("a key", "dpop_jkt", CHALLENGE),
        ("a state of printable characters", "state", " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        ("the largest max_age", "max_age", "4294967295"),
        ("max_age with a leading zero", "max_age", "010"),
        ("claims without members", "claims", "{}"),
        ("claims with an unknown member", "claims", r#"{"colour":1}"#),
        ("claims without further details", "claims", r#"{"userinfo":{"name":null},"id_token":{"acr":{}}}"#),
        ("an unknown prompt", "prompt", "create"),
        ("two prompts", "prompt", "login consent"),
        ("an unknown display", "display", "hologram"),
        ("unknown languages", "ui_locales", "tlh x-y"),
        ("a login hint", "login_hint", "alice@example.com"),
        ("a request_uri that is empty", "request_uri", ""),
    ] {
        group = group.valid("Good", what, request().with(name, value)).output(page());
    }
    group
        .valid("Scope", "a scope of which one token is unknown", request().with("scope", "openid accounts admin"))
        .output(page())
        .valid("Scope", "a token twice", request().with("scope", "openid accounts openid"))
        .output(page())
        .valid("Scope", "no scope", request().without("scope"))
        .output(self::page("login", "accounts payments"))
        .valid("Scope", "offline_access without consent", request().with("scope", "openid offline_access"))
        .output(self::page("login", "openid"))
        .shows(&oidcc::OFFLINE_CONSENT)
        .valid("Scope", "offline_access with consent", request().with("scope", "openid offline_access").with("prompt", "consent"))
        .output(self::page("login", "openid offline_access"))
        .valid("Prompt", "an account is to be chosen", request().with("prompt", "select_account"))
        .output(self::page("select_account", "openid accounts"))
        .valid("RedirectUri", "no redirect_uri where one is registered, without openid", {
            request().with("scope", "accounts").without("redirect_uri")
        })
        .output(self::page("login", "accounts"))
}

fn defects(group: Group) -> Group {
    group
        .invalid(&NO_REDIRECT_ON_DOUBT, "Client", "no client_id", request().without("client_id"))
        .invalid(&NO_REDIRECT_ON_DOUBT, "Client", "an empty client_id", request().with("client_id", ""))
        .invalid(&NO_REDIRECT_ON_DOUBT, "Client", "an unknown client", request().with("client_id", "client-9"))
        .invalid(&NO_REDIRECT_ON_DOUBT, "Client", "a client_id with a line feed", request().with("client_id", "client-1\n"))
        .invalid(&NO_REDIRECT_ON_DOUBT, "Client", "a client_id in another case", request().with("client_id", "Client-1"))
        .invalid(&FORM_IS_UTF8, "Http", "a POST that is JSON", {
            request().raw("").set("method", "POST").header("content-type", "application/json")
        })
        .invalid(&FORM_IS_UTF8, "Http", "a query with an escape that is cut off", {
            Request::default().set("query", "client_id=client-1&response_type=code&scope=accounts&state=%4")
        })
        .invalid(&FORM_IS_UTF8, "Http", "a query that is not UTF-8", {
            Request::default().set("query", "client_id=client-1&response_type=code&scope=accounts&state=%FF")
        })
        .invalid(&REQUEST_SIZE, "Http", "a query of more than 16,384 octets", request().with("state", "s".repeat(16_384)))
        .errors("invalid_request")
        .invalid(&ADMISSION, "Http", "more requests than the host allows", request().set("limited", 7))
        .error("temporarily_unavailable")
        .invalid(&REQUEST_URI_NOT_SUPPORTED, "Unsupported", "request_uri of a document", {
            request().with("request_uri", "https://client.example/request.jwt")
        })
        .error("request_uri_not_supported")
        .invalid(&REQUEST_URI_NOT_SUPPORTED, "Unsupported", "request_uri of another kind of URN", {
            request().with("request_uri", "urn:example:request")
        })
        .error("request_uri_not_supported")
}

/// Rules that depend on a client's registration, with several clients of one server.
fn registered() -> Vec<Group> {
    let clients = [
        ("machine", json!({ "grant_types": ["client_credentials"] })),
        ("untyped", json!({ "response_types": [] })),
        ("pushing", json!({ "require_pushed_authorization_requests": true })),
        ("profiling", json!({ "scope": "profile" })),
        ("two-places", json!({ "redirect_uris": ["https://client.example/a", "https://client.example/b"] })),
        ("public", json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] })),
    ];
    let before = clients.map(|(id, mut client)| {
        client["client_id"] = id.into();
        let mut step = json!({ "client": client });
        if id != "public" {
            step["client_secret"] = exchange::SECRET.into();
        }
        step
    });
    let by = |client: &str| request().with("client_id", client);
    let without = || by("public").without("code_challenge").without("code_challenge_method");
    vec![
        of(json!({}))
            .gives("before", before)
            .valid("Good", "a client that registered nothing special", request())
            .output(page("login", "openid accounts"))
            .valid("Scope", "a scope that the client did register", by("profiling").with("scope", "profile"))
            .output(page("login", "profile"))
            .valid("RedirectUri", "one redirect_uri of two", {
                by("two-places").with("scope", "accounts").with("redirect_uri", "https://client.example/b")
            })
            .output(page("login", "accounts"))
            .valid("Pkce", "a public client with a challenge", by("public"))
            .output(page("login", "openid accounts"))
            .invalid(&UNAUTHORIZED_CLIENT, "Client", "a client that did not register codes", by("machine"))
            .error("unauthorized_client")
            .invalid(&UNAUTHORIZED_CLIENT, "ResponseType", "a client that registered no response type", by("untyped"))
            .error("unauthorized_client")
            .invalid(&rfc9126::PUSH_REQUIRED_BY_CLIENT, "RequestUri", "a client whose requests are pushed", by("pushing"))
            .error("invalid_request")
            .invalid(&SCOPE_DEFAULT, "Scope", "no scope, for a client that registered none of the resource", {
                by("profiling").without("scope")
            })
            .error("invalid_scope")
            .invalid(&UNAUTHORIZED_CLIENT, "Scope", "a scope that the client did not register", {
                by("profiling").with("scope", "accounts")
            })
            .error("invalid_scope")
            .invalid(&NO_REDIRECT_ON_DOUBT, "RedirectUri", "no redirect_uri where there are two", {
                by("two-places").with("scope", "accounts").without("redirect_uri")
            })
            .error("invalid_request")
            .invalid(&rfc9700::PKCE_OF_PUBLIC, "Pkce", "a public client without challenge", without())
            .error("invalid_request"),
        exchange::group(&["openid"], json!({}))
            .valid("RedirectUri", "an OpenID server: redirect_uri without openid", request().with("scope", "accounts"))
            .output(page("login", "accounts"))
            .invalid(&oidcc::REDIRECT_URI_NAMED, "RedirectUri", "an OpenID server: no redirect_uri and no openid", {
                request().with("scope", "accounts").without("redirect_uri")
            })
            .error("invalid_request"),
    ]
}
