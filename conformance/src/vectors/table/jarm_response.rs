//! `jarm_response`: signed answers of the authorization endpoint.

mod encrypted;
mod errors;
mod modes;
mod signing;

use serde_json::{Map, Value, json};

use super::common::{CLIENT, ISSUER, NOW};
use super::exchange::{CHALLENGE, REDIRECT, SECRET};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "jarm_response",
        &[
            "An authorization request, pushed first where the group names that endpoint, and the user who answers its pages, if there is",
            "one. The output is the answer to the client: its place, the names of its parameters and, if it is a JWT, the header and the",
            "claims: the names of all, and the values of some. An error is an answer, too. With `encryption`, the JWT is encrypted for",
            "the client's key among the group's `recipients`, and this is the header of the JWE, without what is drawn for each message.",
            "An invalid request is refused with this error, wherever that is told.",
        ],
    )
    .flag("Mode", "the place of the answer")
    .flag("Claims", "the contents of the JWT")
    .flag("Error", "errors, which are signed like other answers")
    .flag("Algorithm", "the algorithm that the client registered")
    .flag("Encrypted", "answers that are encrypted after they were signed")
    .flag("ResponseType", "answers with tokens")
    .flag("Refused", "modes that are refused, and requests that nobody can be told about")
    .groups(modes::groups(keys))
    .groups(errors::groups(keys))
    .groups(signing::groups(keys))
    .groups(encrypted::groups(keys))
}

/// A client with a secret and these metadata, under these policies.
fn of(policy: &[&str], client: Value) -> Group {
    Group::new().gives("policy", json!(policy)).gives("now", NOW).gives("client", client).gives("client_secret", SECRET)
}

/// The parameters of a request, some of them changed; None removes one.
fn request(changes: &[(&str, Option<&str>)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = [
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "openid accounts"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("response_mode", "jwt"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    for (name, value) in changes {
        let at = all.iter().position(|(known, _)| known == name);
        match (at, value) {
            (Some(at), Some(value)) => all[at].1 = (*value).to_owned(),
            (None, Some(value)) => all.push(((*name).to_owned(), (*value).to_owned())),
            (Some(at), None) => drop(all.remove(at)),
            (None, None) => {}
        }
    }
    all
}

/// A request that its user agrees to.
fn agreed(changes: &[(&str, Option<&str>)]) -> Value {
    json!({ "parameters": request(changes), "user": {} })
}

/// A request that no user answers.
fn alone(changes: &[(&str, Option<&str>)]) -> Value {
    json!({ "parameters": request(changes) })
}

/// The header of a JWT by the default key of the files' server.
fn header() -> Value {
    json!({ "alg": "ES256", "typ": "JWT", "kid": "as-1" })
}

/// The claims of every answer for these parameters.
fn claims(names: &[&str], more: Value) -> Value {
    let mut values = Map::from_iter([
        ("iss".to_owned(), json!(ISSUER)),
        ("aud".to_owned(), json!(CLIENT)),
        ("exp".to_owned(), json!(NOW + 600)),
    ]);
    values.extend(more.as_object().cloned().unwrap_or_default());
    let mut names = [&["iss", "aud", "exp"], names].concat();
    names.sort_unstable();
    json!({ "names": names, "values": values })
}

/// A signed answer.
fn answer(mode: &str, header: Value, claims: Value) -> Value {
    json!({ "sent_to": REDIRECT, "mode": mode, "parameters": ["response"], "header": header, "claims": claims })
}

/// A code, signed with the default key.
fn code(mode: &str) -> Value {
    answer(mode, header(), claims(&["code", "state"], json!({ "state": "a state" })))
}

/// An error, signed with the default key.
fn error(mode: &str, code: &str) -> Value {
    answer(mode, header(), claims(&["error", "error_description", "state"], json!({ "error": code, "state": "a state" })))
}

/// A client of these response types.
fn of_types(response_types: &[&str]) -> Value {
    json!({ "response_types": response_types, "grant_types": ["authorization_code", "implicit"] })
}
