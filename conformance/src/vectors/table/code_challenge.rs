//! `code_challenge`: the PKCE parameters of an authorization request.

use fapi::requirement::fapi2_sp::CHALLENGE_S256;
use fapi::requirement::rfc7636::{CHALLENGE_PRESENT, CHALLENGE_SYNTAX, METHOD_SUPPORTED, PKCE_OPTIONAL, S256_SUPPORTED};
use fapi::requirement::rfc9700::PKCE_OF_PUBLIC;
use serde_json::{Map, Value, json};

use super::common;
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "code_challenge",
        &["The parameters code_challenge and code_challenge_method of an authorization request; the input may lack either."],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Method", "names of methods")
    .flag("Boundary", "the minimum and maximum length, and just beyond them")
    .flag("Alphabet", "characters inside and outside of the unreserved set")
    .flag("Digest", "values that cannot be a SHA-256 digest")
    .flag("Missing", "no challenge")
    .group(confidential())
    .group(public())
    .group(fapi2(keys))
}

fn input(challenge: Option<&str>, method: Option<&str>) -> Value {
    let mut input = Map::new();
    input.extend(challenge.map(|challenge| ("code_challenge".into(), challenge.into())));
    input.extend(method.map(|method| ("code_challenge_method".into(), method.into())));
    Value::Object(input)
}

fn confidential() -> Group {
    let s256 = |challenge: &str| input(Some(challenge), Some("S256"));
    let plain = |challenge: &str| input(Some(challenge), Some("plain"));
    let mut group = Group::from("RFC 7636, appendix B")
        .valid("Rfc", "S256: the challenge of the RFC", s256(CHALLENGE))
        .shows(&S256_SUPPORTED)
        .valid("Method", "plain: 43 characters", plain(CHALLENGE))
        .valid("Method", "no method, which is plain", input(Some(CHALLENGE), None))
        .valid("Boundary", "plain: 128 characters", plain(&"a".repeat(128)))
        .valid("Alphabet", "plain: every kind of unreserved character", plain(&"aZ09-._~".repeat(6)))
        .valid("Missing", "a confidential client without PKCE", input(None, None))
        .shows(&PKCE_OPTIONAL)
        .valid("Missing", "a method without challenge", input(None, Some("S256")));
    for (what, method) in [
        ("S512", "S512"),
        ("SHA256", "SHA256"),
        ("none", "none"),
        ("S256 and a space", "S256 "),
        ("S256 twice", "S256 S256"),
        ("a full-width S256", "\u{ff33}256"),
    ] {
        group = group.invalid(&METHOD_SUPPORTED, "Method", format!("the method {what}"), input(Some(CHALLENGE), Some(method)));
    }
    for (what, method) in [("s256", "s256"), ("PLAIN", "PLAIN"), ("Plain", "Plain")] {
        group = group.invalid(
            &METHOD_SUPPORTED,
            "Method",
            format!("the method {what}: case counts"),
            input(Some(CHALLENGE), Some(method)),
        );
    }
    for (what, challenge) in [
        ("42 characters", &CHALLENGE[..42]),
        ("44 characters", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA"),
        ("one character", "E"),
    ] {
        group = group.invalid(&CHALLENGE_SYNTAX, "Boundary", format!("S256: {what}"), s256(challenge));
    }
    for (what, challenge) in [
        ("set trailing bits", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"),
        ("a full stop, which base64url does not have", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw.cM"),
        ("a tilde, which base64url does not have", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw~cM"),
        ("a plus, as in base64", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"),
        ("padding", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="),
        ("hexadecimal", "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"),
        ("a SHA-512", "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg_SpIdNs6c5H0NE8XYXysP-DGNKHfuwvY7kxvUdBeoGlODJ6-SfaPg"),
    ] {
        group = group.invalid(&CHALLENGE_SYNTAX, "Digest", format!("S256: {what}"), s256(challenge));
    }
    group
        .invalid(&CHALLENGE_SYNTAX, "Boundary", "plain: 42 characters", plain(&"a".repeat(42)))
        .invalid(&CHALLENGE_SYNTAX, "Boundary", "plain: 129 characters", plain(&"a".repeat(129)))
        .invalid(&CHALLENGE_SYNTAX, "Alphabet", "plain: a space", plain(&format!("{} ", "a".repeat(43))))
        .invalid(&CHALLENGE_SYNTAX, "Alphabet", "plain: a letter with an accent", plain(&"\u{e9}".repeat(43)))
        .invalid(&CHALLENGE_SYNTAX, "Alphabet", "plain: an equals sign", plain(&"=".repeat(43)))
        .invalid(&CHALLENGE_SYNTAX, "Method", "no method: 42 characters", input(Some(&CHALLENGE[..42]), None))
        .errors("invalid_request")
}

fn public() -> Group {
    Group::new()
        .gives("client", json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] }))
        .valid("Missing", "a public client with PKCE", input(Some(CHALLENGE), Some("S256")))
        .shows(&fapi::requirement::rfc8252::NATIVE_PKCE)
        .invalid(&PKCE_OF_PUBLIC, "Missing", "a public client without PKCE", input(None, None))
        .invalid(&PKCE_OF_PUBLIC, "Missing", "a public client with a method alone", input(None, Some("S256")))
        .invalid(&PKCE_OF_PUBLIC, "Missing", "a public client with an empty challenge", input(Some(""), Some("S256")))
        .errors("invalid_request")
}

fn fapi2(keys: &Keys) -> Group {
    common::fapi2_client(Group::new(), keys)
        .valid("Method", "FAPI 2.0: S256", input(Some(CHALLENGE), Some("S256")))
        .invalid(&CHALLENGE_S256, "Method", "FAPI 2.0: plain", input(Some(CHALLENGE), Some("plain")))
        .invalid(&CHALLENGE_S256, "Method", "FAPI 2.0: no method, which is plain", input(Some(CHALLENGE), None))
        .invalid(&CHALLENGE_PRESENT, "Missing", "FAPI 2.0: no challenge", input(None, None))
        .invalid(&CHALLENGE_PRESENT, "Missing", "FAPI 2.0: a method alone", input(None, Some("S256")))
        .errors("invalid_request")
}
