//! Claims and signatures of tokens; the tokens have no sender constraint.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::local::OWN_TOKEN;
use fapi::requirement::rfc6750::{
    NO_TOKEN_IN_QUERY, REQUEST_WELL_FORMED, SCOPE_COVERS, TOKEN_IN_HEADER, TOKEN_LIVE, TOKEN_PRESENT,
};
use fapi::requirement::rfc7515::{COMPACT_FORM, HEADER_NAMES_UNIQUE, STRICT_BASE64URL};
use fapi::requirement::rfc7518::NO_ALG_NONE;
use fapi::requirement::rfc7519::{CLAIM_NAMES_UNIQUE, NOT_BEFORE_NBF};
use fapi::requirement::rfc8725::{ALGORITHM_LIST, ALL_LAYERS_VALIDATED, COMPACT_ALPHABET};
use fapi::requirement::rfc9068::VALIDATED;
use fapi::requirement::rfc9700::TOKEN_FOR_US;
use serde_json::{Value, json};

use super::super::common::{self, CLIENT, ISSUER, NOW};
use super::{Group, Keys, bearer, claims, client, resource, token, with};
use crate::keys::digest;
use crate::vectors::keys::{mac, signed};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![headers(keys), said(keys), times(keys), revoked(keys), logged_out(keys), scopes(keys), schemes(keys)]
}

fn headers(keys: &Keys) -> Group {
    let claims = Value::Object(claims());
    let of = |header: Value| bearer(&keys.jws("server-eddsa", "EdDSA", &header, &claims));
    let good = token(keys, &claims);
    let (message, signature) = good.rsplit_once('.').unwrap_or_default();
    let unsigned = signed(br#"{"typ":"at+jwt","alg":"none","kid":"as-1"}"#, claims.to_string().as_bytes(), |_| vec![]);
    let public = Value::Object(common::named(keys, "server-eddsa", "as-1", "EdDSA")).to_string();
    let confused = signed(br#"{"typ":"at+jwt","alg":"HS256","kid":"as-1"}"#, claims.to_string().as_bytes(), |message| {
        mac(public.as_bytes(), "HS256", message)
    });
    let mut group = resource(keys, &[]);
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        group = group.valid("Header", format!("typ {typ}"), of(json!({ "typ": typ, "kid": "as-1" }))).output(client());
    }
    group = group
        .valid(
            "Header",
            "by the second key",
            bearer(&keys.jws("server-es256", "ES256", &json!({ "typ": "at+jwt", "kid": "as-2" }), &claims)),
        )
        .output(client());
    for (what, header) in [
        ("no typ", json!({ "kid": "as-1" })),
        ("typ JWT, as of an ID token", json!({ "typ": "JWT", "kid": "as-1" })),
        ("typ dpop+jwt", json!({ "typ": "dpop+jwt", "kid": "as-1" })),
        ("an empty typ", json!({ "typ": "", "kid": "as-1" })),
        ("no kid", json!({ "typ": "at+jwt" })),
        ("an unknown kid", json!({ "typ": "at+jwt", "kid": "as-9" })),
        ("an empty kid", json!({ "typ": "at+jwt", "kid": "" })),
        ("a kid in another case", json!({ "typ": "at+jwt", "kid": "AS-1" })),
    ] {
        let requirement = if what == "no kid" { &OWN_TOKEN } else { &VALIDATED };
        group = group.invalid(requirement, "Header", what, of(header));
    }
    let twice = keys.jws_of(
        "server-eddsa",
        "EdDSA",
        br#"{"typ":"JWT","typ":"at+jwt","alg":"EdDSA","kid":"as-1"}"#,
        claims.to_string().as_bytes(),
    );
    group
        .invalid(&HEADER_NAMES_UNIQUE, "Header", "typ twice", bearer(&twice))
        .invalid(&NO_ALG_NONE, "Header", "alg none", bearer(&unsigned))
        .invalid(&ALGORITHM_LIST, "Header", "a MAC under the text of the public key", bearer(&confused))
        .invalid(&ALGORITHM_LIST, "Signature", "the kid of a key of another type", of(json!({ "typ": "at+jwt", "kid": "as-2" })))
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "by another party's key", {
            bearer(&keys.jws("stranger-eddsa", "EdDSA", &json!({ "typ": "at+jwt", "kid": "as-1" }), &claims))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "by the key in its own jwk", {
            let header = json!({ "typ": "at+jwt", "kid": "as-1", "jwk": keys.public("stranger-eddsa") });
            bearer(&keys.jws("stranger-eddsa", "EdDSA", &header, &claims))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "other claims under the signature", {
            let other = with("scope", "accounts payments admin").to_string();
            let header = message.split('.').next().unwrap_or_default();
            bearer(&format!("{header}.{}.{signature}", BASE64URL_NOPAD.encode(other.as_bytes())))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "no signature", bearer(&format!("{message}.")))
        .invalid(&COMPACT_FORM, "Header", "two parts", bearer(message))
        .invalid(&COMPACT_FORM, "Header", "five parts", bearer(&format!("{good}.AAAA.AAAA")))
        .invalid(&COMPACT_ALPHABET, "Header", "padding", bearer(&format!("{good}==")))
        .invalid(&STRICT_BASE64URL, "Header", "a lone character", bearer(&format!("{good}AAA")))
        .errors("invalid_token")
}

fn said(keys: &Keys) -> Group {
    let of = |claims: &Value| bearer(&token(keys, claims));
    let mut group = resource(keys, &[])
        .valid("Good", "a token of the client's own", of(&with("jti", "t2")))
        .output(client())
        .valid("Good", "a token for a user", {
            let mut user = claims();
            user.insert("sub".into(), "alice".into());
            of(&common::with(&user, "auth_time", NOW - 100))
        })
        .output(json!({ "client_id": CLIENT, "subject": "alice", "scope": "accounts payments" }))
        .valid("Good", "unknown claims", of(&with("colour", json!({ "iss": 1 }))))
        .output(client())
        .valid("Good", "no scope, as an empty text", of(&with("scope", "")))
        .output(json!({ "client_id": CLIENT, "subject": null, "scope": "" }));
    for (what, issuer) in [
        ("another server", "https://other.example"),
        ("with a slash", "https://as.example/"),
        ("in upper case", "HTTPS://AS.EXAMPLE"),
        ("empty", ""),
    ] {
        group = group.invalid(&VALIDATED, "Claims", format!("iss: {what}"), of(&with("iss", issuer)));
    }
    for (what, audience) in [
        ("another resource", "https://other.example"),
        ("the resource with a slash", "https://api.example/"),
        ("the address of the request", "https://api.example/accounts"),
        ("the issuer", ISSUER),
        ("the client, as of an ID token", CLIENT),
        ("empty", ""),
    ] {
        group = group.invalid(&TOKEN_FOR_US, "Claims", format!("aud: {what}"), of(&with("aud", audience)));
    }
    for name in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "grant"] {
        let requirement = if name == "scope" || name == "grant" { &OWN_TOKEN } else { &VALIDATED };
        group = group.invalid(requirement, "Claims", format!("no {name}"), of(&common::without(&claims(), name)));
        let wrong = if name == "exp" || name == "iat" { json!("1800000300") } else { json!(1) };
        group = group.invalid(requirement, "Claims", format!("{name} of another type"), of(&with(name, wrong)));
        group = group.invalid(requirement, "Claims", format!("{name} null"), of(&with(name, Value::Null)));
    }
    for (what, value) in [
        ("a list, as in some other profiles", json!(["accounts"])),
        ("two spaces", json!("accounts  payments")),
        ("a line feed", json!("accounts\npayments")),
    ] {
        group = group.invalid(&OWN_TOKEN, "Claims", format!("scope: {what}"), of(&with("scope", value)));
    }
    let text = |claims: &str| {
        let header = br#"{"typ":"at+jwt","kid":"as-1","alg":"EdDSA"}"#;
        bearer(&keys.jws_of("server-eddsa", "EdDSA", header, claims.as_bytes()))
    };
    let twice = |members: &str| text(&Value::Object(claims()).to_string().replacen('{', &format!("{{{members}"), 1));
    group
        .invalid(&VALIDATED, "Claims", "a payload that is an array", text("[]"))
        .invalid(&VALIDATED, "Claims", "an empty payload", text(""))
        .invalid(&CLAIM_NAMES_UNIQUE, "Claims", "sub twice", twice("\"sub\":\"alice\","))
        .invalid(&CLAIM_NAMES_UNIQUE, "Claims", "an unknown claim twice", twice("\"x\":1,\"x\":2,"))
        .errors("invalid_token")
}

fn times(keys: &Keys) -> Group {
    let of = |name: &str, value: Value| bearer(&token(keys, &with(name, value)));
    resource(keys, &[])
        .valid("Time", "exp one second ahead", of("exp", json!(NOW + 1)))
        .output(client())
        .valid("Time", "nbf now", of("nbf", json!(NOW)))
        .output(client())
        .invalid(&TOKEN_LIVE, "Time", "exp now", of("exp", json!(NOW)))
        .invalid(&TOKEN_LIVE, "Time", "exp a second ago", of("exp", json!(NOW - 1)))
        .invalid(&TOKEN_LIVE, "Time", "exp zero", of("exp", json!(0)))
        .invalid(&VALIDATED, "Time", "a negative exp", of("exp", json!(-1)))
        .invalid(&NOT_BEFORE_NBF, "Time", "nbf an hour ahead", of("nbf", json!(NOW + 3600)))
        .errors("invalid_token")
}

fn revoked(keys: &Keys) -> Group {
    let taken_back = token(keys, &with("jti", "revoked"));
    let unknown = digest("a grant that was never given");
    resource(keys, &[])
        .gives("revoked", json!([taken_back]))
        .valid("Revoked", "another token of the same grant", bearer(&token(keys, &Value::Object(claims()))))
        .output(client())
        .invalid(&TOKEN_LIVE, "Revoked", "the token that was revoked", bearer(&taken_back))
        .invalid(&TOKEN_LIVE, "Revoked", "a token with the jti of the one that was revoked", {
            let mut later = claims();
            later.insert("jti".into(), "revoked".into());
            bearer(&token(keys, &common::with(&later, "exp", NOW + 200)))
        })
        .invalid(
            &TOKEN_LIVE,
            "Revoked",
            "a token of a grant that was never issued",
            bearer(&token(keys, &with("grant", unknown))),
        )
        .errors("invalid_token")
}

fn logged_out(keys: &Keys) -> Group {
    let at = |auth_time: i64| {
        let mut user = claims();
        user.insert("sub".into(), "alice".into());
        bearer(&token(keys, &common::with(&user, "auth_time", auth_time)))
    };
    let told = json!({ "client_id": CLIENT, "subject": "alice", "scope": "accounts payments" });
    resource(keys, &[])
        .gives("subject_revoked_at", NOW - 100)
        .valid("Revoked", "a login after the user's tokens were ended", at(NOW - 30))
        .output(told)
        .valid("Revoked", "a token of no user", bearer(&token(keys, &Value::Object(claims()))))
        .output(client())
        .invalid(&TOKEN_LIVE, "Revoked", "a login before the user's tokens were ended", at(NOW - 150))
        .errors("invalid_token")
}

fn scopes(keys: &Keys) -> Group {
    let of = |scope: &str| bearer(&token(keys, &with("scope", scope)));
    let told = |scope: &str| json!({ "client_id": CLIENT, "subject": null, "scope": scope });
    let mut group = resource(keys, &[])
        .gives("scope", "accounts payments")
        .valid("Scope", "what is needed", of("accounts payments"))
        .output(told("accounts payments"))
        .valid("Scope", "what is needed in another order, and more", of("openid payments accounts"))
        .output(told("openid payments accounts"));
    for (what, scope) in [
        ("half of what is needed", "accounts"),
        ("nothing", ""),
        ("in another case", "Accounts Payments"),
        ("longer tokens", "accounts:read payments:read"),
        ("the needed tokens joined", "accounts,payments"),
    ] {
        group = group.invalid(&SCOPE_COVERS, "Scope", format!("scope: {what}"), of(scope));
    }
    group.errors("insufficient_scope")
}

fn schemes(keys: &Keys) -> Group {
    let token = token(keys, &Value::Object(claims()));
    let of = |value: String| json!({ "authorization": value });
    let mut group = resource(keys, &[]);
    for (what, value) in [
        ("in lower case", format!("bearer {token}")),
        ("in upper case", format!("BEARER {token}")),
        ("several spaces", format!("Bearer   {token}")),
    ] {
        group = group.valid("Scheme", format!("Bearer: {what}"), of(value)).output(client()).shows(&TOKEN_IN_HEADER);
    }
    group = group
        .invalid(&TOKEN_PRESENT, "Scheme", "no Authorization field", json!({}))
        .invalid(&TOKEN_PRESENT, "Scheme", "an unknown scheme", of(format!("Token {token}")))
        .invalid(&TOKEN_PRESENT, "Scheme", "Basic", of("Basic YTpi".into()))
        .invalid(&TOKEN_PRESENT, "Scheme", "the token without scheme", of(token.clone()))
        .errors("invalid_token");
    for (what, value) in [
        ("no token", "Bearer".to_owned()),
        ("spaces in place of a token", "Bearer   ".into()),
        ("two tokens", format!("Bearer {token} {token}")),
        ("a comma after the token", format!("Bearer {token},")),
        ("quotation marks", format!("Bearer \"{token}\"")),
        ("a tab before the token", format!("Bearer \t{token}")),
    ] {
        group = group.invalid(&REQUEST_WELL_FORMED, "Scheme", format!("Bearer: {what}"), of(value));
    }
    let in_query = json!({ "authorization": format!("Bearer {token}"), "query": format!("access_token={token}") });
    group.invalid(&NO_TOKEN_IN_QUERY, "Scheme", "Bearer: in the query too", in_query).errors("invalid_request")
}
