//! The parameters inside: those in force, their types, and those that are refused.

use fapi::requirement::oidcc::{
    MAX_AGE, NO_PAGE_WHEN_SILENT, NONE_STANDS_ALONE, REDIRECT_URI_NAMED, REGISTRATION_NOT_SUPPORTED, RESPONSE_MODE_SUPPORTED,
};
use fapi::requirement::rfc6749::{NO_REDIRECT_ON_DOUBT, RESPONSE_TYPE_PRESENT, SCOPE_SYNTAX, STATE_SYNTAX, UNAUTHORIZED_CLIENT};
use fapi::requirement::rfc7636::CHALLENGE_SYNTAX;
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use fapi::requirement::rfc9101::{PARAMETERS_OF_OBJECT, REQUEST_VALIDATED};
use fapi::requirement::rfc9449::CODE_BOUND_TO_KEY;
use fapi::requirement::rfc9700::NO_IMPLICIT_GRANT;
use fapi::requirement::{Requirement, fapi1_adv, fapi1_base, fapi2_sp, oidcc};
use serde_json::{Value, json};

use super::super::common;
use super::super::exchange::REDIRECT;
use super::{Group, Keys, by_value, fapi1, fapi2, good, good1, good2, in_force, in_force2, output, plain};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![in_force_ones(keys), types(keys), refused(keys), refused_by_fapi2(keys), refused_by_fapi1(keys)]
}

fn in_force_ones(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good(), name, value));
    let force = |name: &str, value: Value| super::members(common::with(&in_force(), name, value));
    let all = force("nonce", json!("a nonce"));
    let mut group =
        output(plain(keys).valid("Good", "every parameter", with("jti", json!("all"))).shows(&PARAMETERS_OF_OBJECT), &all);
    let without = |name: &str| by_value(keys, &common::without(&good(), name));
    group = output(group.valid("Good", "no nonce", without("nonce")), &force("nonce", Value::Null));
    let stateless = super::members(common::without(&in_force(), "state"));
    group = output(group.valid("Good", "no state", without("state")), &stateless);
    group = output(group.valid("Good", "an empty state", with("state", json!(""))), &stateless);
    for (what, name, value, shown, told) in [
        ("another state", "state", json!("~!*'()"), "state", json!("~!*'()")),
        ("a nonce of many characters", "nonce", json!("\u{20ac} \"\\"), "nonce", json!("\u{20ac} \"\\")),
        ("fewer scopes", "scope", json!("openid"), "scope", json!("openid")),
        ("an unknown scope beside others", "scope", json!("openid accounts x"), "scope", json!("openid accounts")),
        ("the mode fragment", "response_mode", json!("fragment"), "mode", json!("fragment")),
        ("the mode form_post", "response_mode", json!("form_post"), "mode", json!("form_post")),
        ("the mode jwt", "response_mode", json!("jwt"), "mode", json!("query")),
        ("the mode fragment.jwt", "response_mode", json!("fragment.jwt"), "mode", json!("fragment")),
        ("the prompt select_account", "prompt", json!("select_account"), "page", json!("select_account")),
        ("a login hint", "login_hint", json!("alice@example.com"), "login_hint", json!("alice@example.com")),
        ("a login hint beyond ASCII", "login_hint", json!("\u{e4}\u{1f511}"), "login_hint", json!("\u{e4}\u{1f511}")),
        ("languages", "ui_locales", json!("de-CH fr"), "ui_locales", json!(["de-CH", "fr"])),
        ("acr values", "acr_values", json!("urn:example:strong 0"), "acr_values", json!(["urn:example:strong", "0"])),
        ("claims", "claims", json!({ "userinfo": { "email": null } }), "claims", json!(["email"])),
        ("claims as a text", "claims", json!("{\"userinfo\":{\"name\":null}}"), "claims", json!(["name"])),
    ] {
        let shown = force(shown, told);
        group = output(group.valid("Good", what, with(name, value)).shows(&PARAMETERS_OF_OBJECT), &shown);
    }
    for (what, name, value) in [
        ("max_age as a number", "max_age", json!(600)),
        ("max_age as a text", "max_age", json!("600")),
        ("max_age zero", "max_age", json!(0)),
        ("one resource", "resource", json!("https://api.example")),
        ("a list with one resource", "resource", json!(["https://api.example"])),
        ("an empty nonce", "nonce", json!("")),
        ("an empty prompt", "prompt", json!("")),
        ("an unknown prompt", "prompt", json!("create")),
        ("an unknown parameter", "colour", json!("blue")),
        ("an unknown parameter that is an object", "colour", json!({ "red": 1 })),
        ("claims without members", "claims", json!({})),
        ("the mode query", "response_mode", json!("query")),
    ] {
        group = output(group.valid("Good", what, with(name, value)), &in_force());
    }
    group
}

/// A JSON value of the wrong type: nothing in it is trusted, so these errors are pages.
fn types(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good(), name, value));
    let mut group = output(plain(keys).valid("Type", "every parameter is a text", with("max_age", json!("60"))), &in_force());
    let texts = [
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "response_mode",
        "prompt",
        "login_hint",
        "acr_values",
        "ui_locales",
        "code_challenge",
        "code_challenge_method",
        "dpop_jkt",
        "id_token_hint",
        "claims_locales",
    ];
    for name in texts {
        group = group.invalid(&REQUEST_VALIDATED, "Type", format!("{name}: a number"), with(name, json!(1)));
        group = group.invalid(&REQUEST_VALIDATED, "Type", format!("{name}: a list"), with(name, json!([good().get(name)])));
    }
    for (what, name, value) in [
        ("null", "state", Value::Null),
        ("true", "state", json!(true)),
        ("an object", "state", json!({ "a": "b" })),
        ("null", "scope", Value::Null),
        ("an object", "scope", json!({})),
        ("null", "redirect_uri", Value::Null),
        ("a list of two", "redirect_uri", json!([REDIRECT, "https://evil.example/cb"])),
        ("null", "nonce", Value::Null),
        ("a fraction", "max_age", json!(1.5)),
        ("null", "max_age", Value::Null),
        ("true", "max_age", json!(true)),
        ("a list", "max_age", json!([1])),
        ("a list", "claims", json!(["email"])),
        ("null", "claims", Value::Null),
        ("a number", "claims", json!(1)),
        ("a number", "resource", json!(1)),
        ("a list with a number", "resource", json!(["https://api.example", 1])),
        ("null", "resource", Value::Null),
        ("an object", "resource", json!({})),
        ("a number", "audience", json!(1)),
        ("a list with null", "audience", json!([null])),
    ] {
        group = group.invalid(&REQUEST_VALIDATED, "Type", format!("{name}: {what}"), with(name, value));
    }
    group.errors("invalid_request_object")
}

/// Parameters of the right type, which are refused as in any other request.
fn refused(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good(), name, value));
    let mut group =
        output(plain(keys).valid("Parameter", "an allowed scope", with("scope", json!("openid accounts payments"))), &{
            super::members(common::with(&in_force(), "scope", "openid accounts payments"))
        });
    let cases: [(&str, &str, &'static Requirement, Value, &'static str); 27] = [
        ("no known token", "scope", &UNAUTHORIZED_CLIENT, json!("unknown"), "invalid_scope"),
        ("two spaces", "scope", &SCOPE_SYNTAX, json!("openid  accounts"), "invalid_scope"),
        ("a quotation mark", "scope", &SCOPE_SYNTAX, json!("openid \"x\""), "invalid_scope"),
        ("not registered", "redirect_uri", &NO_REDIRECT_ON_DOUBT, json!("https://client.example/other"), "invalid_request"),
        ("of another host", "redirect_uri", &NO_REDIRECT_ON_DOUBT, json!("https://evil.example/cb"), "invalid_request"),
        ("with a query", "redirect_uri", &NO_REDIRECT_ON_DOUBT, json!(format!("{REDIRECT}?a=b")), "invalid_request"),
        ("in another case", "redirect_uri", &NO_REDIRECT_ON_DOUBT, json!("https://client.example/CB"), "invalid_request"),
        ("empty", "redirect_uri", &REDIRECT_URI_NAMED, json!(""), "invalid_request"),
        ("empty", "response_type", &RESPONSE_TYPE_PRESENT, json!(""), "invalid_request"),
        ("unknown", "response_type", &RESPONSE_TYPE_PRESENT, json!("saml"), "unsupported_response_type"),
        ("an access token", "response_type", &NO_IMPLICIT_GRANT, json!("token"), "unsupported_response_type"),
        ("hybrid, not registered", "response_type", &UNAUTHORIZED_CLIENT, json!("code id_token"), "unauthorized_client"),
        ("unknown", "response_mode", &RESPONSE_MODE_SUPPORTED, json!("web_message"), "invalid_request"),
        ("a NUL", "state", &STATE_SYNTAX, json!("a\0b"), "invalid_request"),
        ("beyond ASCII", "state", &STATE_SYNTAX, json!("stat\u{e9}"), "invalid_request"),
        ("a line feed", "state", &STATE_SYNTAX, json!("a\nb"), "invalid_request"),
        ("none beside login", "prompt", &NONE_STANDS_ALONE, json!("none login"), "invalid_request"),
        ("none, without a session", "prompt", &NO_PAGE_WHEN_SILENT, json!("none"), "login_required"),
        ("negative", "max_age", &MAX_AGE, json!(-1), "invalid_request"),
        ("a word", "max_age", &MAX_AGE, json!("ten"), "invalid_request"),
        ("too large", "max_age", &MAX_AGE, json!(4_294_967_296_i64), "invalid_request"),
        ("too short", "code_challenge", &CHALLENGE_SYNTAX, json!("short"), "invalid_request"),
        ("no thumbprint", "dpop_jkt", &CODE_BOUND_TO_KEY, json!("x"), "invalid_request"),
        ("another server", "resource", &RESOURCE_KNOWN, json!("https://other.example"), "invalid_target"),
        ("an object", "registration", &REGISTRATION_NOT_SUPPORTED, json!({}), "registration_not_supported"),
        ("no object of objects", "claims", &oidcc::REQUEST_VALIDATED, json!({ "id_token": [] }), "invalid_request"),
        ("a text that is no JSON", "claims", &oidcc::REQUEST_VALIDATED, json!("email"), "invalid_request"),
    ];
    for (what, name, requirement, value, error) in cases {
        group = group.invalid(requirement, "Parameter", format!("{name} inside: {what}"), with(name, value)).error(error);
    }
    group
        .invalid(
            &RESPONSE_TYPE_PRESENT,
            "Parameter",
            "no response_type inside",
            by_value(keys, &common::without(&good(), "response_type")),
        )
        .error("invalid_request")
        .invalid(
            &REDIRECT_URI_NAMED,
            "Parameter",
            "no redirect_uri inside",
            by_value(keys, &common::without(&good(), "redirect_uri")),
        )
        .error("invalid_request")
}

fn refused_by_fapi2(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good2(), name, value));
    let without = |name: &str| by_value(keys, &common::without(&good2(), name));
    let stateless = super::members(common::without(&in_force2(), "state"));
    output(fapi2(keys).valid("Good", "FAPI 2.0: every parameter", by_value(keys, &Value::Object(good2()))), &in_force2())
        .valid("Good", "FAPI 2.0: no state", without("state"))
        .output(Value::Object(stateless))
        .invalid(&fapi2_sp::REDIRECT_URI_SENT, "Parameter", "FAPI 2.0: no redirect_uri inside", without("redirect_uri"))
        .invalid(&fapi2_sp::CHALLENGE_S256, "Parameter", "FAPI 2.0: no challenge inside", {
            by_value(
                keys,
                &common::without(&super::members(common::without(&good2(), "code_challenge")), "code_challenge_method"),
            )
        })
        .invalid(&fapi2_sp::CHALLENGE_S256, "Parameter", "FAPI 2.0: no method inside", without("code_challenge_method"))
        .invalid(
            &fapi2_sp::CHALLENGE_S256,
            "Parameter",
            "FAPI 2.0: the method plain inside",
            with("code_challenge_method", json!("plain")),
        )
        .errors("invalid_request")
        .invalid(&fapi2_sp::RESPONSE_TYPE_CODE, "Parameter", "FAPI 2.0: response_type code id_token inside", {
            with("response_type", json!("code id_token"))
        })
        .error("unsupported_response_type")
}

fn refused_by_fapi1(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good1(), name, value));
    let without = |name: &str| by_value(keys, &common::without(&good1(), name));
    let mut group =
        output(fapi1(keys).valid("Good", "FAPI 1.0: every parameter", by_value(keys, &Value::Object(good1()))), &in_force());
    for (what, requirement, input) in [
        ("no response_mode", &fapi1_adv::RESPONSE_TYPE, without("response_mode")),
        ("response_mode query", &fapi1_adv::RESPONSE_TYPE, with("response_mode", json!("query"))),
        ("response_mode form_post", &fapi1_adv::RESPONSE_TYPE, with("response_mode", json!("form_post"))),
        ("no scope", &fapi1_adv::OBJECT_ALONE_COUNTS, without("scope")),
        ("no nonce", &fapi1_base::NONCE_REQUIRED, without("nonce")),
        ("no redirect_uri", &fapi1_base::REDIRECT_URI_SENT, without("redirect_uri")),
        ("no state, and no openid", &fapi1_base::STATE_REQUIRED, {
            let claims = super::members(common::without(&good1(), "state"));
            by_value(keys, &common::with(&claims, "scope", "accounts"))
        }),
    ] {
        group = group.invalid(requirement, "Parameter", format!("FAPI 1.0: {what} inside"), input);
    }
    group.errors("invalid_request")
}
