//! Users and the pages that they see.

use fapi::requirement::local::{INTERACTION_OPEN, SAME_BROWSER};
use fapi::requirement::oidcc::{ESSENTIAL_ACR, HINT_IS_OURS, NO_PAGE_WHEN_SILENT, ONLY_THE_ASKED_SUBJECT, PROMPT_HONOURED};
use fapi::requirement::rfc6749::{NO_SILENT_REPEAT, STATE_ECHOED};
use fapi::requirement::rfc8252::NO_SILENT_APPROVAL;
use serde_json::{Value, json};

use super::super::common::{self, ISSUER, NOW, with, without};
use super::super::exchange::{self, Request, told};
use super::{of, page, request};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![answers(), logged_in(false), logged_in(true), nobody_knows(), identified(), hinted(keys)]
}

fn answered(user: Value) -> Request {
    request().set("user", user)
}

fn code() -> Value {
    told(303, &["code", "iss", "state"], json!({ "iss": ISSUER, "state": "a state" }))
}

/// The user comes without a session.
fn answers() -> Group {
    let claims = |claims: &str, user: Value| answered(user).with("claims", claims);
    let subject = r#"{"id_token":{"sub":{"value":"alice"}}}"#;
    let acr = r#"{"id_token":{"acr":{"essential":true,"values":["urn:example:strong"]}}}"#;
    of(json!({}))
        .valid("User", "the user logs in and agrees", answered(json!({})))
        .output(code())
        .shows(&STATE_ECHOED)
        .valid("User", "the user agrees to a part", answered(json!({ "scope": "accounts" })))
        .output(code())
        .valid("User", "no state", answered(json!({})).without("state"))
        .output(told(303, &["code", "iss"], json!({ "iss": ISSUER })))
        .valid("Claims", "the user that was requested", claims(subject, json!({})))
        .output(code())
        .valid("Claims", "the context that was requested", claims(acr, json!({ "acr": "urn:example:strong" })))
        .output(code())
        .valid("Claims", "another context than requested", {
            claims(r#"{"id_token":{"acr":{"values":["urn:example:strong"]}}}"#, json!({ "acr": "urn:example:weak" }))
        })
        .output(code())
        .invalid(&ONLY_THE_ASKED_SUBJECT, "User", "another user than requested", claims(subject, json!({ "subject": "bob" })))
        .error("login_required")
        .invalid(&ONLY_THE_ASKED_SUBJECT, "User", "another user than requested at userinfo", {
            claims(r#"{"userinfo":{"sub":{"values":["alice","carol"]}}}"#, json!({ "subject": "bob" }))
        })
        .error("login_required")
        .invalid(&ESSENTIAL_ACR, "User", "no context where one is essential", claims(acr, json!({})))
        .error("unmet_authentication_requirements")
        .invalid(
            &ESSENTIAL_ACR,
            "User",
            "another context than the essential one",
            claims(acr, json!({ "acr": "urn:example:weak" })),
        )
        .error("unmet_authentication_requirements")
        .invalid(&SAME_BROWSER, "User", "another browser answers", answered(json!({ "elsewhere": true })))
        .error("invalid_request")
        .invalid(&INTERACTION_OPEN, "User", "the consent is given twice", answered(json!({ "twice": true })))
        .error("invalid_request")
        .invalid(
            &NO_PAGE_WHEN_SILENT,
            "Prompt",
            "nobody is logged in, and no page may be shown",
            request().with("prompt", "none"),
        )
        .error("login_required")
}

/// A public client that cannot be identified, so that the user is asked again even after an earlier consent.
fn nobody_knows() -> Group {
    let client = json!({
        "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"],
        "redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"],
    });
    let at = |uri: &str| request().with("redirect_uri", uri);
    let agreed = at("http://127.0.0.1:50000/cb").set("user", json!({ "remembers": true }));
    of(client)
        .gives("before", json!([exchange::at(NOW - 100, exchange::step("authorization_endpoint", agreed, &[]))]))
        .valid("User", "a public client at a loopback address: the user is asked for consent again", {
            at("http://127.0.0.1:50001/cb").set("session", true)
        })
        .output(page("consent", "openid accounts"))
        .shows(&NO_SILENT_APPROVAL)
        .valid("User", "a public client at a private-use scheme: the user is asked for consent again", {
            at("com.example.app:/cb").set("session", true)
        })
        .output(page("consent", "openid accounts"))
        .shows(&NO_SILENT_REPEAT)
        .invalid(&NO_PAGE_WHEN_SILENT, "Prompt", "a public client at a loopback address, and no page may be shown", {
            at("http://127.0.0.1:50001/cb").set("session", true).with("prompt", "none")
        })
        .error("consent_required")
}

/// A public client that is identified by its https redirect URI.
fn identified() -> Group {
    let client = json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] });
    let agreed = answered(json!({ "remembers": true }));
    of(client)
        .gives("before", json!([exchange::at(NOW - 100, exchange::step("authorization_endpoint", agreed, &[]))]))
        .valid("User", "a public client at an https address, whose consent is remembered", request().set("session", true))
        .output(code())
}

/// The user has a session, and the client says by an ID token whom it expects.
fn hinted(keys: &Keys) -> Group {
    let first = answered(json!({ "remembers": true }));
    let said = json!({ "iss": ISSUER, "sub": "alice", "aud": common::CLIENT, "iat": NOW - 100, "exp": NOW + 200 });
    let Value::Object(said) = said else { return Group::new() };
    let header = json!({ "typ": "JWT", "kid": "as-1" });
    let by = |key: &str, header: &Value, claims: &Value| keys.jws(key, "ES256", header, claims);
    let ours = |claims: &Value| by("server-es256", &header, claims);
    let silent = |hint: String| request().set("session", true).with("prompt", "none").with("id_token_hint", hint);
    let mut group = of(json!({}))
        .gives("keys", json!([common::named(keys, "server-es256", "as-1", "ES256")]))
        .gives("before", json!([exchange::at(NOW - 100, exchange::step("authorization_endpoint", first, &[]))]));
    for (what, hint) in [
        ("for the user", ours(&json!(said))),
        ("for the user, expired", ours(&with(&said, "exp", json!(NOW - 50)))),
        ("for the user, issued to another client", ours(&with(&said, "aud", json!("another")))),
        ("for the user, without typ", by("server-es256", &json!({ "kid": "as-1" }), &json!(said))),
    ] {
        group = group.valid("Hint", format!("a hint {what}, and no page may be shown"), silent(hint)).output(code());
    }
    for (what, hint) in [
        ("for another user", ours(&with(&said, "sub", json!("bob")))),
        ("for the user in upper case", ours(&with(&said, "sub", json!("Alice")))),
    ] {
        group = group
            .invalid(&NO_PAGE_WHEN_SILENT, "Hint", format!("a hint {what}, and no page may be shown"), silent(hint))
            .error("login_required");
    }
    let bob = ours(&with(&said, "sub", json!("bob")));
    group = group
        .valid("Hint", "a hint for another user", request().set("session", true).with("id_token_hint", bob.clone()))
        .output(page("login", "openid accounts"))
        .invalid(&ONLY_THE_ASKED_SUBJECT, "Hint", "a hint for another user than the one who logs in", {
            answered(json!({ "subject": "alice" })).with("id_token_hint", bob)
        })
        .error("login_required");
    for (what, hint) in [
        ("with the type of an access token", by("server-es256", &json!({ "typ": "at+jwt", "kid": "as-1" }), &json!(said))),
        ("with the kid of no key", by("server-es256", &json!({ "kid": "as-2" }), &json!(said))),
        ("without kid", by("server-es256", &json!({}), &json!(said))),
        ("under the key of the client", by("client-es256", &header, &json!(said))),
        ("by another issuer", ours(&with(&said, "iss", json!("https://other.example")))),
        ("without iss", ours(&without(&said, "iss"))),
        ("without sub", ours(&without(&said, "sub"))),
        ("with a sub that is a number", ours(&with(&said, "sub", json!(1)))),
    ] {
        group = group.invalid(&HINT_IS_OURS, "Hint", format!("a hint {what}"), silent(hint)).error("invalid_request");
    }
    group
}

/// The user has a session, and may have given consent before.
fn logged_in(remembers: bool) -> Group {
    let first = answered(json!({ "remembers": remembers }));
    let group =
        of(json!({})).gives("before", json!([exchange::at(NOW - 100, exchange::step("authorization_endpoint", first, &[]))]));
    let request = || request().set("session", true);
    let silent = || request().with("prompt", "none");
    if !remembers {
        return group
            .valid("Prompt", "a session: the user is asked for consent again", request())
            .output(page("consent", "openid accounts"))
            .valid("Prompt", "a session: login is required", request().with("prompt", "login"))
            .output(page("login", "openid accounts"))
            .shows(&PROMPT_HONOURED)
            .invalid(&NO_PAGE_WHEN_SILENT, "Prompt", "a session: consent is needed, and no page may be shown", silent())
            .error("consent_required");
    }
    group
        .valid("Prompt", "a remembered consent", request())
        .output(code())
        .valid("Prompt", "a remembered consent, and no page may be shown", silent())
        .output(code())
        .valid("Prompt", "a remembered consent: consent is requested", request().with("prompt", "consent"))
        .output(page("consent", "openid accounts"))
        .valid("Prompt", "a remembered consent: more is requested", request().with("scope", "openid accounts payments"))
        .output(page("consent", "openid accounts payments"))
        .valid("MaxAge", "a login that is recent enough", silent().with("max_age", "100"))
        .output(code())
        .valid("MaxAge", "a login that is too old", request().with("max_age", "99"))
        .output(page("login", "openid accounts"))
        .invalid(
            &NO_PAGE_WHEN_SILENT,
            "MaxAge",
            "a login that is too old, and no page may be shown",
            silent().with("max_age", "99"),
        )
        .error("login_required")
        .invalid(&NO_PAGE_WHEN_SILENT, "MaxAge", "max_age of zero, and no page may be shown", silent().with("max_age", "0"))
        .error("login_required")
        .invalid(&NO_PAGE_WHEN_SILENT, "Prompt", "more is requested, and no page may be shown", {
            silent().with("scope", "openid accounts payments")
        })
        .error("consent_required")
        .invalid(&NO_PAGE_WHEN_SILENT, "Claims", "another user is requested, and no page may be shown", {
            silent().with("claims", r#"{"id_token":{"sub":{"value":"bob"}}}"#)
        })
        .error("login_required")
}
