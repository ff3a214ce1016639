//! Pushed requests, under FAPI 2.0.

use fapi::requirement::fapi2_sp::PUSHED_ONLY;
use fapi::requirement::rfc6749::{NO_REDIRECT_ON_DOUBT, UNAUTHORIZED_CLIENT};
use fapi::requirement::rfc9126::{
    PUSHED_REQUEST_VALIDATED, REQUEST_URI_ALWAYS_USABLE, REQUEST_URI_BOUND_TO_CLIENT, REQUEST_URI_LIVE, REQUEST_URI_ONCE,
};
use serde_json::{Value, json};

use super::super::common::{CLIENT, ISSUER, NOW};
use super::super::exchange::{self, Request, by_certificate, certificate, told};
use super::{page, request};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

const FAPI: &[&str] = &["fapi2_security"];

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let own = certificate(keys, "client-1");
    let client = by_certificate(keys, &own);
    let push = || exchange::step("pushed_authorization_request_endpoint", request().set("certificate", own.clone()), GIVES);
    let mut other = client.clone();
    other["client_id"] = "client-2".into();
    let others = {
        let request = request().with("client_id", "client-2").set("certificate", own.clone());
        exchange::step("pushed_authorization_request_endpoint", request, &[("others", "request_uri")])
    };
    let of = |more: &[Value]| {
        let mut before = vec![json!({ "client": other }), exchange::at(NOW - 10, push()), exchange::at(NOW - 10, others.clone())];
        before.extend_from_slice(more);
        exchange::group(FAPI, client.clone()).gives("before", before)
    };
    let mut groups = vec![plain(&of), used(&of), exchange::group(&[], json!({})).gives("before", json!([lenient()]))];
    groups[2] = std::mem::take(&mut groups[2])
        .valid("RequestUri", "a pushed request where pushing is not required", present())
        .output(page("login", "openid accounts"))
        .shows(&REQUEST_URI_ALWAYS_USABLE);
    let mut moved = client.clone();
    moved["redirect_uris"] = json!(["https://client.example/new"]);
    groups.push(
        of(&[json!({ "client": moved })])
            .valid("RequestUri", "another client's request, after a redirect URI was replaced", by_other())
            .output(page("login", "openid accounts"))
            .invalid(&PUSHED_REQUEST_VALIDATED, "RequestUri", "the redirect URI is no longer registered", present())
            .error("invalid_request"),
    );
    let mut machine = client.clone();
    machine["grant_types"] = json!(["client_credentials"]);
    groups.push(
        of(&[json!({ "client": machine })])
            .valid("RequestUri", "another client's request, after codes were withdrawn", by_other())
            .output(page("login", "openid accounts"))
            .invalid(&UNAUTHORIZED_CLIENT, "RequestUri", "codes are no longer the client's", present())
            .error("invalid_request"),
    );
    groups
}

const GIVES: &[(&str, &str)] = &[("request_uri", "request_uri")];

fn lenient() -> Value {
    let request = request().with("client_secret", exchange::SECRET);
    exchange::step("pushed_authorization_request_endpoint", request, GIVES)
}

fn present() -> Request {
    Request::of(&[("client_id", CLIENT), ("request_uri", "{request_uri}")])
}

/// The pushed request of another client.
fn by_other() -> Request {
    Request::of(&[("client_id", "client-2"), ("request_uri", "{others}")])
}

fn plain(of: &dyn Fn(&[Value]) -> Group) -> Group {
    let page = || page("login", "openid accounts");
    let mut group = of(&[])
        .valid("RequestUri", "a request_uri", present())
        .output(page())
        .valid("RequestUri", "a request_uri by POST", present().set("method", "POST"))
        .output(page())
        .valid("RequestUri", "other parameters in addition to it, which are ignored", {
            present().with("scope", "payments").with("redirect_uri", "https://attacker.example/").with("response_type", "token")
        })
        .output(page())
        .valid("RequestUri", "in its last second", present().set("at", NOW + 49))
        .output(page())
        .valid("RequestUri", "the user logs in and agrees", present().set("user", json!({})))
        .output(told(303, &["code", "iss", "state"], json!({ "iss": ISSUER, "state": "a state" })))
        .invalid(&PUSHED_ONLY, "RequestUri", "a request that was not pushed", request())
        .error("invalid_request")
        .invalid(&PUSHED_ONLY, "RequestUri", "a request_uri of a document", {
            request().with("request_uri", "https://client.example/request.jwt")
        })
        .error("invalid_request")
        .invalid(&PUSHED_ONLY, "RequestUri", "an empty request_uri", request().with("request_uri", ""))
        .error("invalid_request")
        .invalid(&PUSHED_ONLY, "RequestUri", "a request_uri in upper case", {
            request().with("request_uri", "URN:IETF:PARAMS:OAUTH:REQUEST_URI:x")
        })
        .error("invalid_request")
        .invalid(&REQUEST_URI_BOUND_TO_CLIENT, "RequestUri", "the request_uri of another client", {
            present().with("client_id", "client-2")
        })
        .error("invalid_request_uri")
        .invalid(&NO_REDIRECT_ON_DOUBT, "Client", "a request_uri without client_id", present().without("client_id"))
        .error("invalid_request");
    for (what, value) in [
        ("that was never issued", "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"),
        ("with nothing after the prefix", "urn:ietf:params:oauth:request_uri:"),
        ("with one more character", "{request_uri}A"),
        ("with a query", "{request_uri}?x=y"),
    ] {
        let request = present().with("request_uri", value);
        group =
            group.invalid(&REQUEST_URI_LIVE, "RequestUri", format!("a request_uri {what}"), request).error("invalid_request_uri");
    }
    for (what, at) in
        [("in the second after its last", NOW + 50), ("ten minutes later", NOW + 600), ("a day later", NOW + 86_400)]
    {
        group = group.invalid(&REQUEST_URI_LIVE, "RequestUri", format!("a request_uri {what}"), present().set("at", at));
        group = group.error("invalid_request_uri");
    }
    group
}

/// A request leads to one response only.
fn used(of: &dyn Fn(&[Value]) -> Group) -> Group {
    let answered =
        |user: Value| exchange::at(NOW - 5, exchange::step("authorization_endpoint", present().set("user", user), &[]));
    of(&[answered(json!({}))])
        .valid("RequestUri", "another client's request, after one was answered", by_other())
        .output(page("login", "openid accounts"))
        .invalid(&REQUEST_URI_ONCE, "RequestUri", "a request_uri that led to a code", present())
        .error("invalid_request_uri")
        .invalid(
            &REQUEST_URI_ONCE,
            "RequestUri",
            "a request_uri that led to a code, with the same session",
            present().set("session", true),
        )
        .error("invalid_request_uri")
}
