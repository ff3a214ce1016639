//! `introspection_response`: answers of the introspection endpoint as JWTs.

mod accepted;
mod errors;
mod protection;
mod tokens;

use serde_json::{Value, json};

use super::common::{CLIENT, ISSUER, NOW};
use super::exchange::{self, Request, SECRET};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "introspection_response",
        &[
            "A request to the introspection endpoint, after the steps that the group lists as `before`. The output is the status, the media",
            "type, and `token`: the members about the token, the names of all and the values of some. If the answer is a JWT, the output has",
            "its header and its claims as well; one of them is `token_introspection`. With `encryption`, the JWT is encrypted for the",
            "caller's key among the group's `recipients`, and this is the header of the JWE, without what is drawn for each message.",
            "Every JWT answers a caller `resource-1`, unless the input says otherwise.",
        ],
    )
    .flag("Accept", "the form of the answer")
    .flag("Token", "what a caller is told about a token")
    .flag("Inactive", "tokens about which nothing is disclosed")
    .flag("Algorithm", "the algorithm that the caller registered")
    .flag("Encrypted", "answers that are encrypted after they were signed")
    .flag("Caller", "callers who may not ask")
    .flag("Missing", "parameters that are missing or repeated")
    .groups(accepted::groups())
    .groups(tokens::groups(keys))
    .groups(errors::groups())
    .groups(protection::groups(keys))
}

const JWT: &str = "application/token-introspection+jwt";
const JSON: &str = "application/json";
const RESOURCE: &str = "resource-1";

/// The client, which redeemed a code ten seconds ago; the caller `resource-1` with these metadata, and one of another API.
fn of(policy: &[&str], caller: Value) -> Group {
    let mut metadata = json!({ "client_id": RESOURCE });
    for (name, value) in caller.as_object().into_iter().flatten() {
        metadata[name] = value.clone();
    }
    let mut steps = vec![
        json!({ "client": metadata, "terms": { "introspects": ["https://api.example"] }, "client_secret": SECRET }),
        json!({ "client": { "client_id": "resource-2" }, "terms": { "introspects": ["https://other.example"] }, "client_secret": SECRET }),
    ];
    steps.extend(exchange::redeemed(exchange::authorization("openid accounts payments")));
    exchange::group(policy, json!({})).gives("before", steps)
}

/// A question of this caller about a token, which asks for a JWT.
fn ask(caller: &str, token: &str) -> Request {
    accepting(caller, token, JWT)
}

fn accepting(caller: &str, token: &str, accept: &str) -> Request {
    Request::of(&[("token", token), ("client_id", caller), ("client_secret", SECRET)]).header("accept", accept)
}

/// The members about an access token.
const NAMES: &[&str] = &["active", "aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_type"];

/// An active access token with this scope.
fn active(scope: &str) -> Value {
    listed(
        NAMES,
        json!({
            "active": true, "aud": "https://api.example", "client_id": CLIENT, "exp": NOW + 290, "iat": NOW - 10, "iss": ISSUER,
            "scope": scope, "sub": "alice", "token_type": "Bearer",
        }),
    )
}

fn inactive() -> Value {
    listed(&["active"], json!({ "active": false }))
}

fn listed(names: &[&str], values: Value) -> Value {
    let mut names = names.to_vec();
    names.sort_unstable();
    json!({ "names": names, "values": values })
}

/// The header of a JWT by the default key of the files' server.
fn header() -> Value {
    json!({ "alg": "ES256", "typ": "token-introspection+jwt", "kid": "as-1" })
}

/// An answer in JSON.
fn plain(token: Value) -> Value {
    json!({ "status": 200, "media_type": JSON, "token": token })
}

/// A JWT for `resource-1`.
fn jwt(token: Value) -> Value {
    jwt_for(RESOURCE, header(), NOW, token)
}

fn jwt_for(caller: &str, header: Value, iat: i64, token: Value) -> Value {
    let claims = listed(&["iss", "aud", "iat", "token_introspection"], json!({ "iss": ISSUER, "aud": caller, "iat": iat }));
    json!({ "status": 200, "media_type": JWT, "header": header, "claims": claims, "token": token })
}

/// What `resource-1` is told in a JWT: the part of the scope that concerns its API.
const CONCERNS: &str = "accounts payments";
const WHOLE: &str = "openid accounts payments";
