//! Codes.

use fapi::requirement::fapi2_sp;
use fapi::requirement::local::{ADMISSION, PARAMETER_COUNT, REQUEST_SIZE};
use fapi::requirement::rfc6749::{
    BASIC_DECODING, CLIENT_AUTHENTICATES, CODE_BOUND_TO_CLIENT, CODE_EXPIRES, CODE_ONCE, CONFIDENTIAL_AUTHENTICATES,
    FORM_IS_UTF8, GRANT_TYPE_SERVED, INVALID_GRANT, INVALID_REQUEST, NO_REPEATED_PARAMETER, NO_SECRET_IN_QUERY,
    ONE_AUTHENTICATION_METHOD, REDIRECT_URI_IDENTICAL, TOKEN_REQUEST_IS_POST, TOKEN_UNKNOWN_IGNORED, UNAUTHORIZED_CLIENT,
};
use fapi::requirement::rfc7523::ASSERTION_TYPE;
use fapi::requirement::rfc7636::{VERIFIER_FITS, VERIFIER_PRESENT, VERIFIER_SYNTAX};
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use fapi::requirement::rfc9126::{POLICY_RECHECKED, PUSHED_REQUEST_VALIDATED};
use fapi::requirement::{oidcc, rfc9700};
use serde_json::{Value, json};

use super::super::common::{CLIENT, NOW};
use super::super::exchange::{self, CHALLENGE, REDIRECT, Request, SECRET, VERIFIER, redeem, told};
use super::{OTHER_SECRET, authorization, code, own_token, second};
use crate::vectors::file::Group;

const NAMES: &[&str] = &["access_token", "expires_in", "refresh_token", "scope", "token_type"];

pub(super) fn groups() -> Vec<Group> {
    vec![http(parameters(good())), clients(), replayed(), replayed_by_another(), plain(), openid()]
        .into_iter()
        .chain(changed())
        .collect()
}

fn of(before: Value) -> Group {
    exchange::group(&[], json!({})).gives("before", before)
}

fn answer() -> Value {
    told(200, NAMES, json!({ "token_type": "Bearer", "expires_in": 300, "scope": "accounts payments" }))
}

fn good() -> Group {
    of(json!([code(authorization())]))
        .valid("Good", "a code", redeem())
        .output(answer())
        .valid("Unknown", "an unknown parameter", redeem().with("colour", "blue"))
        .output(answer())
        .shows(&TOKEN_UNKNOWN_IGNORED)
        .valid("Unknown", "an unknown, empty parameter", redeem().with("colour", ""))
        .output(answer())
        .valid("Missing", "an empty scope, which counts as absent", redeem().with("scope", ""))
        .output(answer())
        .valid("Scope", "a scope, which a code does not ask for", redeem().with("scope", "openid"))
        .output(answer())
        .valid("Http", "a media type with a charset", {
            redeem().header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        })
        .output(answer())
        .valid("Http", "a media type in upper case", redeem().header("content-type", "APPLICATION/X-WWW-FORM-URLENCODED"))
        .output(answer())
        .valid("Http", "a parameter in the query, which is ignored", redeem().set("query", "grant_type=password"))
        .output(answer())
        .valid("Resource", "the resource", redeem().with("resource", "https://api.example"))
        .output(answer())
        .valid("Time", "in the last second of the code", redeem().set("at", NOW + 49))
        .output(answer())
        .invalid(&CODE_EXPIRES, "Time", "in the second after the last", redeem().set("at", NOW + 50))
        .invalid(&CODE_EXPIRES, "Time", "after ten minutes", redeem().set("at", NOW + 591))
        .invalid(&INVALID_GRANT, "Time", "after two days", redeem().set("at", NOW + 172_800))
        .errors("invalid_grant")
}

fn parameters(mut group: Group) -> Group {
    for name in ["grant_type", "code"] {
        group = group
            .invalid(&INVALID_REQUEST, "Missing", format!("no {name}"), redeem().without(name))
            .error("invalid_request")
            .invalid(&INVALID_REQUEST, "Missing", format!("an empty {name}"), redeem().with(name, ""))
            .error("invalid_request");
    }
    for name in ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"] {
        let what = format!("{name} twice, with the same value");
        group = group.invalid(&NO_REPEATED_PARAMETER, "Repeated", what, redeem().twice(name)).error("invalid_request");
    }
    group = group
        .invalid(&NO_REPEATED_PARAMETER, "Repeated", "a second code, which is empty", redeem().and("code", ""))
        .error("invalid_request")
        .invalid(&NO_REPEATED_PARAMETER, "Repeated", "a second, different code_verifier", {
            redeem().and("code_verifier", CHALLENGE)
        })
        .error("invalid_request")
        .invalid(&NO_REPEATED_PARAMETER, "Repeated", "an unknown parameter, twice", {
            redeem().and("colour", "blue").and("colour", "blue")
        })
        .error("invalid_request");
    group = group.invalid(&UNAUTHORIZED_CLIENT, "GrantType", "grant_type: implicit", redeem().with("grant_type", "implicit"));
    group = group.error("unauthorized_client");
    for (what, grant_type) in [
        ("an upper-case letter", "Authorization_code"),
        ("a space at the end", "authorization_code "),
        ("a hyphen", "authorization-code"),
        ("two grant types", "authorization_code refresh_token"),
        ("a URI", "urn:example:grant"),
        ("token exchange", "urn:ietf:params:oauth:grant-type:token-exchange"),
    ] {
        group = group.invalid(
            &GRANT_TYPE_SERVED,
            "GrantType",
            format!("grant_type: {what}"),
            redeem().with("grant_type", grant_type),
        );
        group = group.error("unsupported_grant_type");
    }
    let password = redeem().with("grant_type", "password").with("username", "alice").with("password", "secret");
    group = group.invalid(&rfc9700::NO_PASSWORD_GRANT, "GrantType", "the password grant", password).error("unauthorized_client");
    for (what, value) in [
        ("that was never issued", "SplxlOBeZQQYbYS6WxSbIA"),
        ("with one more character", "{code}A"),
        ("with a space before it", " {code}"),
        ("twice in one value", "{code}{code}"),
        ("of 4,096 characters", &"c".repeat(4096)),
        ("that is a client identifier", CLIENT),
        ("with letters beyond ASCII", "\u{e9}"),
    ] {
        group = group.invalid(&INVALID_GRANT, "Grant", format!("a code {what}"), redeem().with("code", value));
    }
    for (what, uri) in [
        ("another", "https://client.example/other"),
        ("another host", "https://attacker.example/cb"),
        ("a slash at the end", "https://client.example/cb/"),
        ("an upper-case host", "https://CLIENT.example/cb"),
        ("a query", "https://client.example/cb?"),
        ("the default port", "https://client.example:443/cb"),
        ("an escape that is not needed", "https://client.example/c%62"),
    ] {
        group = group.invalid(
            &REDIRECT_URI_IDENTICAL,
            "RedirectUri",
            format!("redirect_uri: {what}"),
            redeem().with("redirect_uri", uri),
        );
    }
    group = group
        .invalid(&REDIRECT_URI_IDENTICAL, "RedirectUri", "no redirect_uri", redeem().without("redirect_uri"))
        .invalid(&REDIRECT_URI_IDENTICAL, "RedirectUri", "an empty redirect_uri", redeem().with("redirect_uri", ""))
        .invalid(&VERIFIER_PRESENT, "Pkce", "no verifier", redeem().without("code_verifier"))
        .invalid(&VERIFIER_PRESENT, "Pkce", "an empty verifier", redeem().with("code_verifier", ""))
        .invalid(&VERIFIER_FITS, "Pkce", "the challenge as verifier", redeem().with("code_verifier", CHALLENGE))
        .invalid(&VERIFIER_FITS, "Pkce", "another verifier", redeem().with("code_verifier", VERIFIER.replace('d', "D")))
        .invalid(&VERIFIER_SYNTAX, "Pkce", "a verifier that is too short", redeem().with("code_verifier", &VERIFIER[..42]))
        .invalid(&VERIFIER_SYNTAX, "Pkce", "a verifier with a space", redeem().with("code_verifier", format!("{VERIFIER} ")));
    for (what, resource) in [
        ("another", "https://other.example"),
        ("a slash at the end", "https://api.example/"),
        ("no URI", "accounts"),
        ("an upper-case host", "https://API.example"),
    ] {
        group = group.invalid(&RESOURCE_KNOWN, "Resource", format!("resource: {what}"), redeem().with("resource", resource));
        group = group.error("invalid_target");
    }
    group
        .invalid(&RESOURCE_KNOWN, "Resource", "resource: the right one and another", {
            redeem().with("resource", "https://api.example").and("resource", "https://other.example")
        })
        .error("invalid_target")
        .errors("invalid_grant")
}

/// Client authentication and the client of a code.
fn clients() -> Group {
    let anonymous = || redeem().without("client_id").without("client_secret");
    let authorization = |value: &str| anonymous().header("authorization", value);
    of(json!([second(json!({})), code(self::authorization())]))
        .valid("Client", "a client of a server with several clients", redeem())
        .output(answer())
        .invalid(&CLIENT_AUTHENTICATES, "Client", "no client at all", anonymous())
        .invalid(&CLIENT_AUTHENTICATES, "Client", "a secret without client_id", redeem().without("client_id"))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "an empty client_id", redeem().with("client_id", ""))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "an unknown client", redeem().with("client_id", "client-9"))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "a client_id in another case", redeem().with("client_id", "CLIENT-1"))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "a client_id with a line feed", redeem().with("client_id", "client-1\n"))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "a client_id of 256 characters", redeem().with("client_id", "c".repeat(256)))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "another secret", redeem().with("client_secret", OTHER_SECRET))
        .invalid(
            &CLIENT_AUTHENTICATES,
            "Client",
            "a secret in another case",
            redeem().with("client_secret", SECRET.to_uppercase()),
        )
        .invalid(&CLIENT_AUTHENTICATES, "Client", "a secret that is cut off", redeem().with("client_secret", &SECRET[..40]))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "a secret with a space at the end", {
            redeem().with("client_secret", format!("{SECRET} "))
        })
        .invalid(&CLIENT_AUTHENTICATES, "Client", "the secret of another client", redeem().with("client_id", "client-2"))
        .invalid(&CONFIDENTIAL_AUTHENTICATES, "Client", "no secret", redeem().without("client_secret"))
        .invalid(&CONFIDENTIAL_AUTHENTICATES, "Client", "an empty secret", redeem().with("client_secret", ""))
        .invalid(&oidcc::REGISTERED_METHOD, "Client", "Basic, which the client did not register", redeem().basic(CLIENT, SECRET))
        .errors("invalid_client")
        .invalid(&ONE_AUTHENTICATION_METHOD, "Client", "Basic and a secret in the form", {
            redeem().basic(CLIENT, SECRET).with("client_id", CLIENT).with("client_secret", SECRET)
        })
        .error("invalid_request")
        .invalid(&ONE_AUTHENTICATION_METHOD, "Client", "a secret and an assertion", redeem().with("client_assertion", "a.b.c"))
        .error("invalid_request")
        .invalid(&BASIC_DECODING, "Client", "Basic without credentials", authorization("Basic"))
        .invalid(&BASIC_DECODING, "Client", "Basic without colon", authorization("Basic Y2xpZW50LTE="))
        .invalid(&BASIC_DECODING, "Client", "a scheme that no client uses", authorization("Bearer abc"))
        .invalid(&ASSERTION_TYPE, "Client", "an assertion without type", anonymous().with("client_assertion", "a.b.c"))
        .invalid(&ASSERTION_TYPE, "Client", "an assertion of another type", {
            anonymous()
                .with("client_assertion", "a.b.c")
                .with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")
        })
        .errors("invalid_client")
        .invalid(&CODE_BOUND_TO_CLIENT, "Client", "the code of another client", {
            redeem().with("client_id", "client-2").with("client_secret", OTHER_SECRET)
        })
        .error("invalid_grant")
}

/// Adds faults of the HTTP request.
fn http(mut group: Group) -> Group {
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let request = redeem().raw("").set("method", method);
        group = group.invalid(&TOKEN_REQUEST_IS_POST, "Http", format!("the method {method}"), request);
    }
    group = group
        .invalid(&NO_SECRET_IN_QUERY, "Http", "the secret in the query, in addition to the form", {
            redeem().set("query", "client_secret=a+secret+that+is+long+enough+for+every+purpose")
        })
        .invalid(&NO_SECRET_IN_QUERY, "Http", "the secret in the query alone", {
            let query = "client_id=client-1&client_secret=a+secret+that+is+long+enough+for+every+purpose";
            redeem().without("client_secret").set("query", query)
        })
        .invalid(
            &NO_SECRET_IN_QUERY,
            "Http",
            "an escaped name of a secret in the query",
            redeem().set("query", "client%5Fsecret=x"),
        )
        .invalid(&NO_SECRET_IN_QUERY, "Http", "an assertion in the query", redeem().set("query", "client_assertion=a.b.c"));
    for (what, value) in [
        ("no media type", Value::Null),
        ("JSON", json!("application/json")),
        ("plain text", json!("text/plain")),
        ("multipart", json!("multipart/form-data; boundary=x")),
        ("another charset", json!("application/x-www-form-urlencoded; charset=iso-8859-1")),
        ("two media types", json!(["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"])),
        ("a media type with the same beginning", json!("application/x-www-form-urlencoded2")),
    ] {
        group = group.invalid(&FORM_IS_UTF8, "Http", what, redeem().header("content-type", value));
    }
    let many = (0..64).fold(redeem(), |request, number| request.with(&format!("p{number}"), "x"));
    group
        .invalid(&FORM_IS_UTF8, "Http", "a JSON body under the form's media type", {
            Request::default().set("body", "{\"grant_type\": \"authorization_code\"}")
        })
        .invalid(&FORM_IS_UTF8, "Http", "an escape that is cut off", redeem().raw("&x=%4"))
        .invalid(&FORM_IS_UTF8, "Http", "an escape that is not UTF-8", redeem().raw("&x=%FF"))
        .invalid(&INVALID_REQUEST, "Http", "a NUL", redeem().raw("&x=%00"))
        .invalid(
            &CLIENT_AUTHENTICATES,
            "Http",
            "no body",
            Request::default().header("content-type", "application/x-www-form-urlencoded"),
        )
        .error("invalid_client")
        .invalid(&PARAMETER_COUNT, "Http", "70 parameters", many)
        .invalid(&REQUEST_SIZE, "Http", "a body of more than 65,536 octets", redeem().raw(&format!("&x={}", "x".repeat(65_536))))
        .invalid(&REQUEST_SIZE, "Http", "a field of more than 16,384 octets", redeem().header("x-field", "x".repeat(16_385)))
        .invalid(&ADMISSION, "Http", "more requests than the host allows", redeem().set("limited", 7))
        .error("temporarily_unavailable")
        .errors("invalid_request")
}

fn replayed() -> Group {
    let group = of(json!([code(authorization()), exchange::at(NOW - 5, exchange::step("token_endpoint", redeem(), &[]))]));
    own_token(group, CLIENT, SECRET, "after its code was redeemed")
        .invalid(&CODE_ONCE, "Replay", "the code again", redeem())
        .invalid(&fapi2_sp::CODE_ONCE, "Replay", "the code again, an hour later", redeem().set("at", NOW + 3600))
        .invalid(&rfc9700::CODE_INVALIDATED, "Replay", "the code again, without its verifier", redeem().without("code_verifier"))
        .invalid(&CODE_ONCE, "Replay", "the code again, with another redirect_uri", {
            redeem().with("redirect_uri", "https://client.example/other")
        })
        .errors("invalid_grant")
}

fn replayed_by_another() -> Group {
    let redeemed = exchange::at(NOW - 5, exchange::step("token_endpoint", redeem(), &[("refresh_token", "refresh_token")]));
    let thief = redeem().with("client_id", "client-2").with("client_secret", OTHER_SECRET);
    let refresh = Request::of(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", "{refresh_token}"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ]);
    of(json!([second(json!({})), code(authorization()), redeemed]))
        .invalid(&CODE_ONCE, "Replay", "a redeemed code by another client", thief)
        .error("invalid_grant")
        .valid("Good", "the refresh token that was issued for a code", refresh)
        .output(told(200, &["access_token", "expires_in", "scope", "token_type"], json!({ "scope": "accounts payments" })))
}

/// Requests without PKCE and without redirect_uri.
fn plain() -> Group {
    let bare = authorization().without("code_challenge").without("code_challenge_method").without("redirect_uri");
    let redeem = || redeem().without("code_verifier").without("redirect_uri");
    of(json!([code(bare)]))
        .valid("RedirectUri", "no redirect_uri where none was sent", redeem())
        .output(answer())
        .valid("RedirectUri", "the one registered redirect_uri where none was sent", redeem().with("redirect_uri", REDIRECT))
        .output(answer())
        .valid("Pkce", "an empty verifier where there was no challenge", redeem().with("code_verifier", ""))
        .output(answer())
        .invalid(&rfc9700::VERIFIER_UNASKED, "Pkce", "a verifier where there was no challenge", {
            redeem().with("code_verifier", VERIFIER)
        })
        .invalid(&REDIRECT_URI_IDENTICAL, "RedirectUri", "another redirect_uri where none was sent", {
            redeem().with("redirect_uri", "https://client.example/other")
        })
        .errors("invalid_grant")
}

fn openid() -> Group {
    let names = ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"];
    of(json!([code(authorization().with("scope", "openid accounts"))]))
        .valid("Good", "a code of an OpenID request", redeem())
        .output(told(200, &names, json!({ "scope": "openid accounts" })))
        .shows(&oidcc::TOKEN_RESPONSE)
}

/// Changes since the code was issued.
fn changed() -> Vec<Group> {
    let after = |step: Value| of(json!([code(authorization()), step]));
    let client = |client: Value| json!({ "client": client, "client_secret": SECRET });
    let machine = json!(["refresh_token", "client_credentials"]);
    vec![
        own_token(after(client(json!({ "redirect_uris": ["https://client.example/new"] }))), CLIENT, SECRET, "after it moved")
            .invalid(&POLICY_RECHECKED, "Changed", "the redirect URI is no longer registered", redeem())
            .invalid(&PUSHED_REQUEST_VALIDATED, "Changed", "the redirect URI was replaced by one that is sent", {
                redeem().with("redirect_uri", "https://client.example/new")
            })
            .errors("invalid_grant"),
        own_token(after(client(json!({ "grant_types": machine }))), CLIENT, SECRET, "after codes were withdrawn")
            .invalid(&UNAUTHORIZED_CLIENT, "GrantType", "codes are no longer the client's", redeem())
            .errors("unauthorized_client"),
        own_token(
            after(json!({ "subject_revoked": "alice", "at": NOW - 5 })),
            CLIENT,
            SECRET,
            "after a user's logins were ended",
        )
        .invalid(&INVALID_GRANT, "Changed", "the user's logins were ended", redeem())
        .errors("invalid_grant"),
    ]
}
