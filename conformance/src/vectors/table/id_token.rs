//! `id_token`: the contents of ID tokens.

use fapi::requirement::Requirement;
use fapi::requirement::oidcc::{
    AUDIENCE_AND_TIMES, AUTH_TIME, ESSENTIAL_MISSING, ID_TOKEN_CLAIMS, ID_TOKEN_SIGNED, NONCE_COPIED, SCOPE_CLAIMS_PLACE,
    TOKEN_RESPONSE,
};
use serde_json::{Map, Value, json};

use super::common::{self, CLIENT, ISSUER, NOW};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "id_token",
        &[
            "The parameters of an authorization request in the code flow, which the group's user answers with a login and full consent.",
            "The output is the header and the claims of the ID token that the code yields, or null if there is none.",
            "The claims are without at_hash, which has to be computed from the access token that accompanies the ID token.",
            "The tests are about issuance, so every input is valid. An ID token expires `lifetimes.id_token` seconds after `now`.",
        ],
    )
    .flag("Claims", "the claims that every ID token has")
    .flag("Nonce", "the nonce of the request, unchanged")
    .flag("AuthTime", "the time of the login")
    .flag("Context", "how the user logged in")
    .flag("Requested", "claims that were requested by name")
    .flag("Scope", "claims of scopes, which go to userinfo")
    .flag("Algorithm", "the algorithm that the client registered")
    .flag("None", "no ID token at all")
    .group(plain(keys))
    .groups(algorithms(keys))
    .group(context(keys))
    .groups(auth_time(keys))
    .group(requested(keys))
}

fn of(keys: &Keys, client: Value, user: Value) -> Group {
    Group::new()
        .gives("policy", json!(["openid"]))
        .gives("issuer", ISSUER)
        .gives("now", NOW)
        .gives("lifetimes", json!({ "id_token": 300 }))
        .gives(
            "keys",
            json!([
                common::named(keys, "server-es256", "as-es256", "ES256"),
                common::named(keys, "server-ps256", "as-ps256", "PS256"),
                common::named(keys, "server-eddsa", "as-eddsa", "EdDSA"),
            ]),
        )
        .gives("client", client)
        .gives("user", user)
}

fn alice() -> Value {
    json!({ "subject": "alice", "auth_time": NOW - 10 })
}

fn request(more: Value) -> Value {
    let mut request = Map::from_iter([("scope".to_owned(), json!("openid")), ("response_type".to_owned(), json!("code"))]);
    request.extend(more.as_object().cloned().unwrap_or_default());
    Value::Object(request)
}

fn told(more: Value) -> Value {
    by("ES256", "as-es256", more)
}

fn by(algorithm: &str, kid: &str, more: Value) -> Value {
    let claims = json!({ "iss": ISSUER, "sub": "alice", "aud": CLIENT, "exp": NOW + 300, "iat": NOW });
    let mut claims = claims.as_object().cloned().unwrap_or_default();
    claims.extend(more.as_object().cloned().unwrap_or_default());
    json!({ "header": { "alg": algorithm, "typ": "JWT", "kid": kid }, "claims": claims })
}

fn plain(keys: &Keys) -> Group {
    let mut group = of(keys, json!({}), alice())
        .valid("Claims", "a request without nonce", request(json!({})))
        .output(told(json!({})))
        .shows(&ID_TOKEN_CLAIMS)
        .valid("Claims", "a request with a state, which is not a claim", request(json!({ "state": "s" })))
        .output(told(json!({})))
        .shows(&AUDIENCE_AND_TIMES);
    for (what, nonce) in [
        ("of one character", "n".to_owned()),
        ("of 1,000 characters", "n".repeat(1000)),
        ("with characters that JSON escapes", "\"\\/\n".into()),
        ("with letters beyond ASCII", "\u{e9}\u{1f511}".into()),
        ("that looks like JSON", "{\"nonce\":1}".into()),
        ("with spaces at both ends", " n ".into()),
    ] {
        group = group.valid("Nonce", format!("a nonce {what}"), request(json!({ "nonce": nonce })));
        group = group.output(told(json!({ "nonce": nonce }))).shows(&NONCE_COPIED);
    }
    group
        .valid("Scope", "scopes that request claims", request(json!({ "scope": "openid profile email" })))
        .output(told(json!({})))
        .shows(&SCOPE_CLAIMS_PLACE)
        .valid("None", "no scope openid", request(json!({ "scope": "accounts" })))
        .output(Value::Null)
        .valid("None", "openid in another case", request(json!({ "scope": "accounts OpenID" })))
        .output(Value::Null)
        .valid("Claims", "openid after another scope", request(json!({ "scope": "accounts openid" })))
        .output(told(json!({})))
        .shows(&TOKEN_RESPONSE)
}

fn algorithms(keys: &Keys) -> Vec<Group> {
    let algorithms = [("ES256", "as-es256"), ("PS256", "as-ps256"), ("EdDSA", "as-eddsa")];
    let of = |(algorithm, kid): (&'static str, &str)| {
        of(keys, json!({ "id_token_signed_response_alg": algorithm }), alice())
            .valid("Algorithm", format!("a client that registered {algorithm}"), request(json!({ "nonce": "n" })))
            .output(by(algorithm, kid, json!({ "nonce": "n" })))
            .shows(&ID_TOKEN_SIGNED)
    };
    let rs256 = self::of(keys, json!({ "id_token_signed_response_alg": "RS256" }), alice())
        .gives("keys", json!([common::named(keys, "server-ps256", "as-rs256", "RS256")]))
        .valid("Algorithm", "a server and a client that know RS256", request(json!({ "nonce": "n" })))
        .output(by("RS256", "as-rs256", json!({ "nonce": "n" })))
        .shows(&fapi::requirement::oidcc::RS256_SUPPORTED);
    algorithms.map(of).into_iter().chain([rs256]).collect()
}

fn context(keys: &Keys) -> Group {
    let user = json!({ "subject": "alice", "auth_time": NOW - 10, "acr": "urn:example:strong", "amr": ["pwd", "otp"] });
    of(keys, json!({}), user)
        .valid("Context", "a login with more details", request(json!({})))
        .output(told(json!({ "acr": "urn:example:strong", "amr": ["pwd", "otp"] })))
        .valid("Context", "an acr that was requested", request(json!({ "acr_values": "urn:example:strong" })))
        .output(told(json!({ "acr": "urn:example:strong", "amr": ["pwd", "otp"] })))
        .valid("Context", "an essential acr that was reached", {
            request(json!({ "claims": r#"{"id_token":{"acr":{"essential":true,"values":["urn:example:strong"]}}}"# }))
        })
        .output(told(json!({ "acr": "urn:example:strong", "amr": ["pwd", "otp"] })))
}

fn auth_time(keys: &Keys) -> Vec<Group> {
    let told = told(json!({ "auth_time": NOW - 10 }));
    let asked = |what: &str, client: Value, input: Value| {
        of(keys, client, alice()).valid("AuthTime", what, request(input)).output(told.clone()).shows(&AUTH_TIME)
    };
    vec![
        asked("max_age", json!({}), json!({ "max_age": "100" })),
        asked("requested by name", json!({}), json!({ "claims": r#"{"id_token":{"auth_time":null}}"# })),
        asked("requested as essential", json!({}), json!({ "claims": r#"{"id_token":{"auth_time":{"essential":true}}}"# })),
        asked("a client that registered require_auth_time", json!({ "require_auth_time": true }), json!({})),
        asked("a client that registered default_max_age", json!({ "default_max_age": 100 }), json!({})),
    ]
}

fn requested(keys: &Keys) -> Group {
    let known = json!({
        "name": "Alice \u{c9}xample", "email": "alice@example.com", "email_verified": true, "address": { "country": "DE" },
    });
    let cases: [(&str, &str, Value, Option<&'static Requirement>); 9] = [
        ("one claim", r#"{"id_token":{"name":null}}"#, json!({ "name": "Alice \u{c9}xample" }), None),
        (
            "two claims",
            r#"{"id_token":{"email":null,"email_verified":null}}"#,
            json!({ "email": "alice@example.com", "email_verified": true }),
            None,
        ),
        (
            "a claim that is an object",
            r#"{"id_token":{"address":{"essential":true}}}"#,
            json!({ "address": { "country": "DE" } }),
            None,
        ),
        (
            "a claim that the user does not have",
            r#"{"id_token":{"birthdate":{"essential":true}}}"#,
            json!({}),
            Some(&ESSENTIAL_MISSING),
        ),
        ("an unknown claim", r#"{"id_token":{"colour":null}}"#, json!({}), None),
        (
            "a claim by its value",
            r#"{"id_token":{"email":{"value":"alice@example.com"}}}"#,
            json!({ "email": "alice@example.com" }),
            None,
        ),
        ("a claim by another value", r#"{"id_token":{"email":{"value":"bob@example.com"}}}"#, json!({}), None),
        ("a claim only for userinfo", r#"{"userinfo":{"name":null}}"#, json!({}), None),
        (
            "a claim that the server sets, by another value",
            r#"{"id_token":{"aud":{"value":"client-2"},"iss":null,"exp":null}}"#,
            json!({}),
            None,
        ),
    ];
    let group = of(keys, json!({}), alice()).gives("user_claims", known);
    cases.into_iter().fold(group, |group, (what, claims, more, shows)| {
        let group = group.valid("Requested", what, request(json!({ "claims": claims }))).output(told(more));
        match shows {
            Some(requirement) => group.shows(requirement),
            None => group,
        }
    })
}
