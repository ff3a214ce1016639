//! Checks of the parameters of an authorization request, pushed or not.

use fapi::requirement::Requirement;
use fapi::requirement::local::{PARAMETER_COUNT, REQUEST_SIZE};
use fapi::requirement::oidcc::{
    HINT_IS_OURS, MAX_AGE, NONE_STANDS_ALONE, REDIRECT_URI_NAMED, REGISTRATION_NOT_SUPPORTED, REQUEST_NOT_SUPPORTED,
    REQUEST_VALIDATED, RESPONSE_MODE_SUPPORTED,
};
use fapi::requirement::rfc6749::{
    NO_REPEATED_PARAMETER, REDIRECT_EXACT, REDIRECT_REGISTERED, RESPONSE_TYPE_PRESENT, SCOPE_SYNTAX, STATE_SYNTAX,
    UNAUTHORIZED_CLIENT,
};
use fapi::requirement::rfc7636::{CHALLENGE_SYNTAX, METHOD_SUPPORTED};
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use fapi::requirement::rfc9449::CODE_BOUND_TO_KEY;

use super::super::exchange::{CHALLENGE, Request};
use crate::vectors::file::Group;

/// A requirement, its flag, the comment, the request, and the error.
type Defect = (&'static Requirement, &'static str, String, Request, &'static str);

/// Adds every fault of a request whose valid form is `good`, an OpenID request with PKCE.
pub(in super::super) fn add(group: Group, good: &dyn Fn() -> Request) -> Group {
    let mut all = plain(good);
    all.extend(openid(good));
    all.into_iter().fold(group, |group, (requirement, flag, what, request, error)| {
        group.invalid(requirement, flag, what, request).error(error)
    })
}

fn plain(good: &dyn Fn() -> Request) -> Vec<Defect> {
    let mut all: Vec<Defect> = Vec::new();
    let mut add = |requirement: &'static Requirement, flag: &'static str, what: String, request: Request, error: &'static str| {
        all.push((requirement, flag, what, request, error));
    };
    add(&RESPONSE_TYPE_PRESENT, "ResponseType", "no response_type".into(), good().without("response_type"), "invalid_request");
    add(
        &RESPONSE_TYPE_PRESENT,
        "ResponseType",
        "an empty response_type".into(),
        good().with("response_type", ""),
        "invalid_request",
    );
    for value in ["token", "id_token", "code token", "code id_token", "none", "Code", "code ", "code code"] {
        let request = good().with("response_type", value);
        add(&RESPONSE_TYPE_PRESENT, "ResponseType", format!("response_type: {value:?}"), request, "unsupported_response_type");
    }
    for name in
        ["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"]
    {
        let request = good().twice(name);
        add(&NO_REPEATED_PARAMETER, "Repeated", format!("{name} twice"), request, "invalid_request");
    }
    for (what, uri) in [
        ("another path", "https://client.example/other"),
        ("another host", "https://attacker.example/cb"),
        ("no URI", "cb"),
        ("javascript", "javascript:alert(1)"),
    ] {
        let request = good().with("redirect_uri", uri);
        add(&REDIRECT_REGISTERED, "RedirectUri", format!("redirect_uri: {what}"), request, "invalid_request");
    }
    let request = good().with("redirect_uri", "https://client.example/cb?x=y");
    add(&REDIRECT_EXACT, "RedirectUri", "redirect_uri: a query that was not registered".into(), request, "invalid_request");
    for (what, scope) in [
        ("a space at the end", "accounts "),
        ("two spaces", "accounts  payments"),
        ("a quotation mark", "acc\"ounts"),
        ("a line feed", "accounts\npayments"),
        ("a control character", "accounts\u{7f}"),
        ("letters beyond ASCII", "\u{e9}"),
    ] {
        add(&SCOPE_SYNTAX, "Scope", format!("scope: {what}"), good().with("scope", scope), "invalid_scope");
    }
    for (what, scope) in [("unknown", "admin"), ("in another case", "ACCOUNTS")] {
        add(&UNAUTHORIZED_CLIENT, "Scope", format!("scope: {what}"), good().with("scope", scope), "invalid_scope");
    }
    add(&REQUEST_SIZE, "Scope", "scope: 4,097 characters".into(), good().with("scope", "s".repeat(4097)), "invalid_scope");
    for (what, state) in
        [("a line feed", "a\nb"), ("a carriage return", "a\r"), ("DEL", "\u{7f}"), ("letters beyond ASCII", "\u{e9}")]
    {
        add(&STATE_SYNTAX, "State", format!("state: {what}"), good().with("state", state), "invalid_request");
    }
    for mode in ["fragment", "form_post", "query.jwt", "jwt", "web_message", "Query", "query fragment"] {
        let request = good().with("response_mode", mode);
        add(&RESPONSE_MODE_SUPPORTED, "ResponseMode", format!("response_mode: {mode:?}"), request, "invalid_request");
    }
    let method = good().with("code_challenge_method", "s256");
    add(&METHOD_SUPPORTED, "Pkce", "a method in another case".into(), method, "invalid_request");
    let short = good().with("code_challenge", &CHALLENGE[..42]);
    add(&CHALLENGE_SYNTAX, "Pkce", "a challenge that is too short".into(), short, "invalid_request");
    for (what, resource) in
        [("another", "https://other.example"), ("no URI", "accounts"), ("a slash at the end", "https://api.example/")]
    {
        add(&RESOURCE_KNOWN, "Resource", format!("resource: {what}"), good().with("resource", resource), "invalid_target");
    }
    for (what, value) in [
        ("too short", CHALLENGE[..42].to_owned()),
        ("padded", format!("{CHALLENGE}=")),
        ("in hexadecimal", "0".repeat(64)),
        ("in the other alphabet", CHALLENGE.replace('-', "+")),
    ] {
        let request = good().with("dpop_jkt", value);
        add(&CODE_BOUND_TO_KEY, "Binding", format!("dpop_jkt: {what}"), request, "invalid_request");
    }
    let many = (0..64).fold(good(), |request, number| request.with(&format!("p{number}"), "x"));
    add(&PARAMETER_COUNT, "Http", "more than 64 parameters".into(), many, "invalid_request");
    all
}

fn openid(good: &dyn Fn() -> Request) -> Vec<Defect> {
    let mut all: Vec<Defect> = vec![
        (&REQUEST_NOT_SUPPORTED, "Unsupported", "request".into(), good().with("request", "a.b.c"), "request_not_supported"),
        (
            &REGISTRATION_NOT_SUPPORTED,
            "Unsupported",
            "registration".into(),
            good().with("registration", "{}"),
            "registration_not_supported",
        ),
        (
            &HINT_IS_OURS,
            "Prompt",
            "an id_token_hint that is no JWT".into(),
            good().with("id_token_hint", "a.b.c"),
            "invalid_request",
        ),
        (
            &HINT_IS_OURS,
            "Prompt",
            "an id_token_hint that is no JWT, where no page may be shown".into(),
            good().with("id_token_hint", "a.b.c").with("prompt", "none"),
            "invalid_request",
        ),
        (
            &REDIRECT_URI_NAMED,
            "RedirectUri",
            "an OpenID request without redirect_uri".into(),
            good().with("scope", "openid").without("redirect_uri"),
            "invalid_request",
        ),
        (
            &REDIRECT_URI_NAMED,
            "RedirectUri",
            "an OpenID request with an empty redirect_uri".into(),
            good().with("scope", "openid").with("redirect_uri", ""),
            "invalid_request",
        ),
    ];
    for prompt in ["none login", "consent none", "none select_account", "login none consent", "none none", "none unknown"] {
        let request = good().with("prompt", prompt);
        all.push((&NONE_STANDS_ALONE, "Prompt", format!("prompt: {prompt:?}"), request, "invalid_request"));
    }
    for age in ["-1", "+1", "1.0", "1e3", "ten", " 10", "0x10", "4294967296", "\u{661}"] {
        all.push((&MAX_AGE, "MaxAge", format!("max_age: {age:?}"), good().with("max_age", age), "invalid_request"));
    }
    for claims in [
        "{",
        "[]",
        "null",
        "\"userinfo\"",
        "{}x",
        "{'id_token':{}}",
        r#"{"id_token":[]}"#,
        r#"{"userinfo":null}"#,
        r#"{"id_token":{"sub":"alice"}}"#,
        r#"{"id_token":{"sub":true}}"#,
        r#"{"id_token":{"acr":{"essential":"true"}}}"#,
        r#"{"id_token":{"acr":{"values":"a"}}}"#,
        r#"{"id_token":{},"id_token":{}}"#,
        r#"{"id_token":{"acr":null,"acr":null}}"#,
    ] {
        let request = good().with("claims", claims);
        all.push((&REQUEST_VALIDATED, "Claims", format!("claims: {claims}"), request, "invalid_request"));
    }
    all
}
