//! Clients in a configuration: metadata under the names of RFC 7591, with a `client_secret` and the operator's `terms`.

use super::section::Found;
use fapi::{Registration, Secret};
use serde_json::{Map, Value};
use std::path::Path;

/// One client from its metadata as JSON.
pub(super) fn client(place: &str, value: Value, found: &Found) -> Option<Registration> {
    let Value::Object(mut members) = value else {
        found.add(place, "is not a JSON object");
        return None;
    };
    let secret = secret(place, &mut members, found);
    let terms = members.remove("terms").unwrap_or_else(|| Value::Object(Map::new()));
    let terms = serde_json::from_value(terms).map_err(|error| found.add(place, format!("terms: {error}"))).ok()?;
    // Read from text: keys are strict about duplicates, which only text can show.
    let text = Value::Object(members).to_string();
    let metadata = serde_json::from_str(&text).map_err(|error| found.add(place, without_position(&error.to_string()))).ok()?;
    let mut registration = Registration::of(metadata).terms(terms);
    registration.secret = secret;
    Some(registration)
}

/// The clients in a file that holds a JSON array of metadata.
pub(super) fn clients_file(place: &str, path: &Path, found: &Found) -> Vec<Registration> {
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let values = read.and_then(|text| serde_json::from_str::<Vec<Value>>(&text).map_err(|error| error.to_string()));
    match values {
        Ok(values) => {
            let numbered = values.into_iter().enumerate();
            numbered.filter_map(|(index, value)| client(&format!("{place}: {}[{index}]", path.display()), value, found)).collect()
        }
        Err(error) => {
            found.add(place, format!("{}: {error}", path.display()));
            vec![]
        }
    }
}

fn secret(place: &str, members: &mut Map<String, Value>, found: &Found) -> Option<Secret> {
    match members.remove("client_secret")? {
        Value::String(secret) => Some(secret.into()),
        _ => {
            found.add(place, "client_secret is not a string");
            None
        }
    }
}

/// The text was made here; a position in it says nothing to anybody.
fn without_position(error: &str) -> &str {
    error.split_once(" at line ").map_or(error, |(text, _)| text)
}
