//! The mark that replaces a secret: its length and a short digest, and for a JWT the parts that are not secret.
//!
//! The signature of a JWT makes it a credential. Its header and registered claims do not, and readers need them to see the fault
//! of a request. So these are shown, and of everything else only the names.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::names;

/// The minimum length for a digest: a shorter value could be found from its digest.
const SHORTEST_DIGESTED: usize = 16;
const HEADER: &[&str] = &["alg", "typ", "kid", "crit"];
const CLAIMS: &[&str] = &["iss", "sub", "aud", "iat", "nbf", "exp", "htm", "htu", "client_id", "acr", "amr", "auth_time"];

/// The mark for a value of this name. It has no quotes, so that it fits into JSON and attributes.
pub(super) fn of(name: &str, value: &str) -> String {
    if value.is_empty() || value.starts_with('‹') {
        return value.to_owned();
    }
    let count = value.chars().count();
    if names::guessable(name) || count < SHORTEST_DIGESTED {
        return "‹redacted›".into();
    }
    let digest = HEXLOWER.encode(&Sha256::digest(value)[..4]);
    match token(value) {
        Some(said) => format!("‹redacted {count} chars sha256:{digest} {said}›"),
        None => format!("‹redacted {count} chars sha256:{digest}›"),
    }
}

/// The spellings of a value in other texts.
pub(super) fn spellings(value: &str) -> impl Iterator<Item = String> {
    let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let json = Value::from(value).to_string();
    let json = json.trim_matches('"').to_owned();
    let html = value.replace('&', "&amp;");
    [value.to_owned(), encoded, json, html].into_iter()
}

fn token(value: &str) -> Option<String> {
    let mut parts = value.split('.');
    let header = object(parts.next()?)?;
    let payload = parts.next()?;
    let header = members(&header, HEADER);
    let claims = object(payload).map(|claims| members(&claims, CLAIMS)).unwrap_or_else(|| "unreadable".into());
    Some(format!("JWT header: {header}; claims: {claims}"))
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).ok()?).ok()
}

/// The names of all members, with the values of those that may be shown.
fn members(object: &Map<String, Value>, shown: &[&str]) -> String {
    let member = |(name, value): (&String, &Value)| {
        let name: String = name.chars().filter(|c| plain(*c)).take(40).collect();
        if !shown.contains(&name.as_str()) {
            return name;
        }
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let value: String = value.chars().filter(|c| plain(*c)).take(120).collect();
        format!("{name}={value}")
    };
    object.iter().map(member).collect::<Vec<_>>().join(" ")
}

fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.:/+#[],@~?=&%".contains(c)
}
