//! Parameters beside a request object, and requests without one.

use fapi::requirement::ocp::jar::REQUIRED;
use fapi::requirement::oidcc::{
    NO_PAGE_WHEN_SILENT, ONE_REQUEST_OBJECT, OUTER_PARAMETERS, REDIRECT_URI_NAMED, REQUEST_NOT_SUPPORTED,
};
use fapi::requirement::rfc6749::{NO_REPEATED_PARAMETER, RESPONSE_TYPE_PRESENT};
use fapi::requirement::rfc9101::{NO_MISMATCH, SIGNED_REQUEST_OF_CLIENT};
use fapi::requirement::rfc9126::NO_REQUEST_URI_IN_PUSH;
use fapi::requirement::{fapi1_adv, fapi2_ms, fapi2_sp};
use serde_json::{Map, Value, json};

use super::super::common;
use super::super::exchange::REDIRECT;
use super::{Group, Keys, by_value, fapi1, fapi2, good, good1, good2, in_force, in_force2, jwks, of, output, plain, signed};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![
        ignored(keys),
        merged(keys),
        forbidden(keys),
        pushed(keys),
        fapi1_outside(keys),
        required(keys, json!({ "require_signed_request_object": true }), json!({}), "metadata", &SIGNED_REQUEST_OF_CLIENT),
        required(keys, json!({}), json!({ "signed_request_object": { "required": true } }), "terms", &REQUIRED),
        unsupported(keys),
    ]
}

/// The input with these parameters beside the request object.
fn beside(keys: &Keys, claims: &Value, outside: &[(&str, &str)]) -> Value {
    json!({ "request": signed(keys, claims), "outside": outside })
}

/// All parameters outside, and no request object.
fn unsigned(claims: &Map<String, Value>, names: &[&str]) -> Value {
    let outside: Vec<_> = names.iter().filter_map(|name| Some(json!([name, claims.get(*name)?.as_str()?]))).collect();
    json!({ "outside": outside })
}

const ALL: &[&str] =
    &["response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "response_mode"];

fn ignored(keys: &Keys) -> Group {
    let whole = Value::Object(good());
    let without = |name: &str| common::without(&good(), name);
    let mut group = plain(keys);
    for (what, name, value) in [
        ("the same state", "state", "a state"),
        ("another state", "state", "another"),
        ("more scopes", "scope", "openid accounts payments"),
        ("a scope that is malformed", "scope", "\""),
        ("another redirect_uri", "redirect_uri", "https://evil.example/cb"),
        ("another response_type", "response_type", "token"),
        ("a response_mode", "response_mode", "fragment"),
        ("prompt none", "prompt", "none"),
        ("an essential claim", "claims", r#"{"id_token":{"sub":{"value":"bob"}}}"#),
        ("a malformed max_age", "max_age", "-1"),
        ("another nonce", "nonce", "another"),
        ("an unknown parameter", "colour", "blue"),
        ("claims of the request object", "aud", "https://other.example"),
    ] {
        group = output(group.valid("Outside", format!("ignored: {what}"), beside(keys, &whole, &[(name, value)])), &in_force());
    }
    let stateless = super::members(common::without(&in_force(), "state"));
    group = output(
        group.valid("Outside", "ignored: a state where none is inside", beside(keys, &without("state"), &[("state", "a state")])),
        &stateless,
    );
    let silent = super::members(common::with(&in_force(), "nonce", Value::Null));
    group = output(
        group.valid("Outside", "ignored: a nonce where none is inside", beside(keys, &without("nonce"), &[("nonce", "a nonce")])),
        &silent,
    );
    let defaults = super::members(common::with(&in_force(), "scope", "accounts payments"));
    group = output(group.valid("Outside", "no scope, neither inside nor outside", by_value(keys, &without("scope"))), &defaults);
    group
        .invalid(&NO_MISMATCH, "Outside", "scope outside alone", beside(keys, &without("scope"), &[("scope", "openid accounts")]))
        .error("invalid_request_object")
        .invalid(&REDIRECT_URI_NAMED, "Outside", "redirect_uri outside alone", {
            beside(keys, &without("redirect_uri"), &[("redirect_uri", REDIRECT)])
        })
        .error("invalid_request")
        .invalid(&RESPONSE_TYPE_PRESENT, "Outside", "response_type outside alone", {
            beside(keys, &without("response_type"), &[("response_type", "code")])
        })
        .error("invalid_request")
        .invalid(&NO_REPEATED_PARAMETER, "Outside", "request twice", {
            let object = signed(keys, &whole);
            json!({ "request": object, "outside": [["request", object]] })
        })
        .invalid(
            &NO_REPEATED_PARAMETER,
            "Outside",
            "an unknown parameter twice beside it",
            beside(keys, &whole, &[("x", "1"), ("x", "1")]),
        )
        .invalid(&ONE_REQUEST_OBJECT, "Outside", "request and request_uri", {
            beside(keys, &whole, &[("request_uri", "https://client.example/request")])
        })
        .invalid(&ONE_REQUEST_OBJECT, "Outside", "request and the request_uri of a pushed request", {
            beside(keys, &whole, &[("request_uri", "urn:ietf:params:oauth:request_uri:a")])
        })
        .errors("invalid_request")
}

/// OpenID Connect without RFC 9101: parameters outside fill in for missing ones.
fn merged(keys: &Keys) -> Group {
    const OUTER: &[(&str, &str)] = &[("response_type", "code"), ("scope", "openid accounts")];
    let with = |more: &[(&'static str, &'static str)]| [OUTER, more].concat();
    let whole = Value::Object(good());
    let without = |name: &str| common::without(&good(), name);
    let force = |name: &str, value: &str| super::members(common::with(&in_force(), name, value));
    let mut group = of(&["rfc6749", "openid"], json!({ "jwks": jwks(keys) }));
    group = output(group.valid("Outside", "merged: what must be outside", beside(keys, &whole, OUTER)), &in_force());
    for (what, claims, outside, shown) in [
        ("state, where none is inside", without("state"), with(&[("state", "outside")]), force("state", "outside")),
        ("another state, which does not count", whole.clone(), with(&[("state", "outside")]), in_force()),
        ("nonce, where none is inside", without("nonce"), with(&[("nonce", "outside")]), force("nonce", "outside")),
        ("another nonce, which does not count", whole.clone(), with(&[("nonce", "outside")]), force("nonce", "a nonce")),
        ("redirect_uri, where none is inside", without("redirect_uri"), with(&[("redirect_uri", REDIRECT)]), in_force()),
        (
            "another redirect_uri, which does not count",
            whole.clone(),
            with(&[("redirect_uri", "https://evil.example/")]),
            in_force(),
        ),
        ("scope, where none is inside", without("scope"), OUTER.to_vec(), in_force()),
        ("response_type, where none is inside", without("response_type"), OUTER.to_vec(), in_force()),
        ("client_id, where none is inside", without("client_id"), OUTER.to_vec(), in_force()),
        ("a login hint", whole.clone(), with(&[("login_hint", "alice")]), force("login_hint", "alice")),
        ("response_mode", whole.clone(), with(&[("response_mode", "fragment")]), force("mode", "fragment")),
        ("prompt", whole.clone(), with(&[("prompt", "select_account")]), force("page", "select_account")),
        (
            "more scopes, which do not count",
            whole.clone(),
            vec![("response_type", "code"), ("scope", "openid payments")],
            in_force(),
        ),
        (
            "no openid, where none is inside",
            common::with(&good(), "scope", "accounts"),
            vec![("response_type", "code"), ("scope", "accounts")],
            force("scope", "accounts"),
        ),
    ] {
        group = output(group.valid("Outside", format!("merged: {what}"), beside(keys, &claims, &outside)), &shown);
    }
    group
        .invalid(&OUTER_PARAMETERS, "Outside", "merged: nothing outside", by_value(keys, &whole))
        .error("invalid_request")
        .invalid(&OUTER_PARAMETERS, "Outside", "merged: no response_type outside", beside(keys, &whole, &[("scope", "openid")]))
        .error("invalid_request")
        .invalid(&OUTER_PARAMETERS, "Outside", "merged: no scope outside", beside(keys, &whole, &[("response_type", "code")]))
        .error("invalid_request")
        .invalid(&OUTER_PARAMETERS, "Outside", "merged: no openid outside", {
            beside(keys, &whole, &[("response_type", "code"), ("scope", "accounts")])
        })
        .error("invalid_request")
        .invalid(&OUTER_PARAMETERS, "Outside", "merged: openid in another case outside", {
            beside(keys, &whole, &[("response_type", "code"), ("scope", "OpenID")])
        })
        .error("invalid_request")
        .invalid(&OUTER_PARAMETERS, "Outside", "merged: another response_type outside", {
            beside(keys, &whole, &[("response_type", "id_token"), ("scope", "openid")])
        })
        .error("invalid_request_object")
        .invalid(
            &NO_PAGE_WHEN_SILENT,
            "Outside",
            "merged: prompt none outside",
            beside(keys, &whole, &with(&[("prompt", "none")])),
        )
        .error("login_required")
}

/// A server whose policy allows no parameters outside.
fn forbidden(keys: &Keys) -> Group {
    let whole = Value::Object(good());
    let rules = json!({ "outside_parameters": [{ "bound": "refused", "basis": NO_MISMATCH.id }] });
    let group = plain(keys).gives("rules", rules);
    let mut group = output(group.valid("Outside", "refused: none", by_value(keys, &whole)), &in_force());
    for (what, name, value) in [
        ("the same state", "state", "a state"),
        ("the same scope", "scope", "openid accounts"),
        ("an unknown parameter", "colour", "blue"),
    ] {
        group = group.invalid(&NO_MISMATCH, "Outside", format!("refused: {what}"), beside(keys, &whole, &[(name, value)]));
    }
    group.errors("invalid_request")
}

fn pushed(keys: &Keys) -> Group {
    let whole = Value::Object(good2());
    let without = |name: &str| common::without(&good2(), name);
    let mut group = fapi2(keys);
    for (what, name, value) in [
        ("another state", "state", "another"),
        ("more scopes", "scope", "accounts payments"),
        ("another redirect_uri", "redirect_uri", "https://evil.example/cb"),
        ("a response_mode", "response_mode", "fragment"),
        ("an unknown parameter", "colour", "blue"),
    ] {
        let what = format!("FAPI 2.0: ignored: {what}");
        group = output(group.valid("Outside", what, beside(keys, &whole, &[(name, value)])), &in_force2());
    }
    group
        .invalid(&fapi2_ms::REQUEST_OBJECT_REQUIRED, "Required", "FAPI 2.0: no request object", unsigned(&good2(), ALL))
        .invalid(&fapi2_ms::REQUEST_OBJECT_REQUIRED, "Required", "FAPI 2.0: an empty request object", {
            let mut input = unsigned(&good2(), ALL);
            input["request"] = "".into();
            input
        })
        .invalid(&NO_REQUEST_URI_IN_PUSH, "Outside", "FAPI 2.0: request_uri beside it", {
            beside(keys, &whole, &[("request_uri", "urn:ietf:params:oauth:request_uri:a")])
        })
        .invalid(&NO_REPEATED_PARAMETER, "Outside", "FAPI 2.0: request twice", {
            let object = signed(keys, &whole);
            json!({ "request": object, "outside": [["request", object]] })
        })
        .invalid(&fapi2_sp::REDIRECT_URI_SENT, "Outside", "FAPI 2.0: redirect_uri outside alone", {
            beside(keys, &without("redirect_uri"), &[("redirect_uri", REDIRECT)])
        })
        .invalid(&fapi2_sp::CHALLENGE_S256, "Outside", "FAPI 2.0: the challenge's method outside alone", {
            beside(keys, &without("code_challenge_method"), &[("code_challenge_method", "S256")])
        })
        .errors("invalid_request")
        .invalid(
            &NO_MISMATCH,
            "Outside",
            "FAPI 2.0: scope outside alone",
            beside(keys, &without("scope"), &[("scope", "accounts")]),
        )
        .error("invalid_request_object")
}

fn fapi1_outside(keys: &Keys) -> Group {
    let whole = Value::Object(good1());
    let without = |name: &str| common::without(&good1(), name);
    let same = [("response_type", "code"), ("scope", "openid accounts")];
    let group = output(
        fapi1(keys).valid("Outside", "FAPI 1.0: what OpenID Connect demands outside", beside(keys, &whole, &same)),
        &in_force(),
    );
    let group =
        output(group.valid("Outside", "FAPI 1.0: another state outside", beside(keys, &whole, &[("state", "x")])), &in_force());
    group
        .invalid(&fapi1_adv::REQUEST_OBJECT_REQUIRED, "Required", "FAPI 1.0: no request object", unsigned(&good1(), ALL))
        .invalid(&fapi1_adv::RESPONSE_TYPE, "Outside", "FAPI 1.0: response_mode outside alone", {
            beside(keys, &without("response_mode"), &[("response_mode", "jwt")])
        })
        .invalid(&fapi1_adv::OBJECT_ALONE_COUNTS, "Outside", "FAPI 1.0: a scope inside that is empty", {
            by_value(keys, &common::with(&good1(), "scope", ""))
        })
        .errors("invalid_request")
        .invalid(&NO_MISMATCH, "Outside", "FAPI 1.0: scope outside alone", {
            beside(keys, &without("scope"), &[("scope", "openid accounts")])
        })
        .error("invalid_request_object")
}

/// A client that must sign its requests.
fn required(keys: &Keys, more: Value, terms: Value, whose: &str, requirement: &'static fapi::requirement::Requirement) -> Group {
    let mut client = super::members(json!({ "jwks": jwks(keys) }));
    client.extend(super::members(more));
    let group = of(&[], Value::Object(client)).gives("terms", terms);
    let group =
        group.valid("Required", format!("{whose} of the client: a signed request"), by_value(keys, &Value::Object(good())));
    output(group, &in_force())
        .invalid(requirement, "Required", format!("{whose} of the client: no request object"), unsigned(&good(), ALL))
        .invalid(requirement, "Required", format!("{whose} of the client: only scope and response_type"), {
            unsigned(&good(), &["response_type", "redirect_uri", "scope"])
        })
        .errors("invalid_request")
}

/// A server that takes no request objects.
fn unsupported(keys: &Keys) -> Group {
    let group = of(&[], json!({})).gives("switches", json!({ "request_parameter": false }));
    let group = output(group.valid("Required", "a server without request objects: none", unsigned(&good(), ALL)), &in_force());
    let mut input = unsigned(&good(), ALL);
    input["request"] = signed(keys, &Value::Object(good())).into();
    group
        .invalid(&REQUEST_NOT_SUPPORTED, "Required", "a server without request objects: one beside all parameters", input)
        .error("request_not_supported")
}
