//! Clients in a configuration: metadata under the names of RFC 7591, with a `client_secret` and the operator's `terms`.

use crate::toml_reader::nearest;
use fapi::jose::Json;
use fapi::{ClientMetadata, ClientTerms, Registration, Secret};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::Path;

const IDENTIFIER: &str = "client_id";
const SECRET: &str = "client_secret";
const TERMS: &str = "terms";

/// Members that are [registered](https://www.iana.org/assignments/oauth-parameters/oauth-parameters.xhtml#client-metadata) and not
/// read, beside those whose names are like none that is.
const REGISTERED: [&str; 20] = [
    "client_uri",
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_client_uri",
    "registration_access_token",
    "sector_identifier_uri",
    "subject_type",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_signed_response_alg",
    "introspection_signed_response_alg",
    "authorization_signed_response_alg",
    "request_object_signing_alg",
    "backchannel_authentication_request_signing_alg",
    "default_acr_values",
    "request_uris",
    "post_logout_redirect_uris",
    "require_signed_request_object",
    "use_mtls_endpoint_aliases",
    "response_modes",
];

/// One client from its metadata. Every mistake is reported with the path of its member, which begins with a period.
pub(super) fn client_of(mut members: Map<String, Value>, report: &dyn Fn(&str, &str)) -> Option<Registration> {
    let secret = match members.remove(SECRET) {
        None => Some(None),
        Some(Value::String(secret)) => Some(Some(Secret::from(secret))),
        Some(_) => {
            report(&format!(".{SECRET}"), "expected a string");
            None
        }
    };
    let terms = match members.remove(TERMS) {
        None => Some(ClientTerms::default()),
        Some(Value::Object(terms)) => read(terms, &|path, text| report(&format!(".{TERMS}{path}"), text)),
        Some(_) => {
            report(&format!(".{TERMS}"), "expected a table");
            None
        }
    };
    let named = members.contains_key(IDENTIFIER);
    if !named {
        report(&format!(".{IDENTIFIER}"), "missing member; expected a string");
        members.insert(IDENTIFIER.into(), "".into());
    }
    let metadata = read(members, report);
    let mut registration = Registration::of(metadata.filter(|_| named)?).terms(terms?);
    registration.secret = secret?.into();
    Some(registration)
}

/// Reads an object, and again without each member that is wrong, so that all mistakes are found.
fn read<T: DeserializeOwned>(mut members: Map<String, Value>, report: &dyn Fn(&str, &str)) -> Option<T> {
    let mut sound = true;
    loop {
        let text = Value::Object(members.clone()).to_string();
        let error = match serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&text)) {
            Ok(value) => return Some(value).filter(|_| sound),
            Err(error) => error,
        };
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        // The position is one in the text above, which the operator has not written.
        let message = message.split_once(" at line ").map_or(&*message, |(message, _)| message);
        let member = path.split(['.', '[']).next().unwrap_or_default();
        report(&format!(".{path}"), &in_words(message));
        members.remove(member)?;
        if member == IDENTIFIER {
            members.insert(IDENTIFIER.into(), "".into());
        }
        sound = false;
    }
}

/// A message of serde in the words of TOML and JSON.
fn in_words(message: &str) -> String {
    let words = [
        ("unknown variant", "unknown value"),
        ("unknown field", "unknown member"),
        ("missing field", "missing member"),
        ("a sequence", "an array"),
        ("a map", "a table"),
    ];
    words.iter().fold(message.to_owned(), |message, (theirs, ours)| message.replace(theirs, ours))
}

/// The clients in a file that holds a JSON array of metadata, as other servers write it, with their places in it. Members of other
/// servers are ignored, but a misspelt one is a mistake.
pub(super) fn clients_file(file: &Path, report: &dyn Fn(&str)) -> Vec<(usize, Registration)> {
    let report = |text: &str| report(&format!("{}: {text}", file.display()));
    let text = std::fs::read(file).map_err(|error| format!("cannot be read: {error}"));
    // The library's reader refuses repeated names.
    let json = text.and_then(|text| {
        // The other reader says where the syntax is wrong.
        let syntax = || serde_json::from_slice::<Value>(&text).err().map(|error| error.to_string());
        Json::parse(&text).map_err(|error| syntax().unwrap_or_else(|| error.to_string()))
    });
    let clients = json.and_then(|json| match serde_json::to_value(json) {
        Ok(Value::Array(clients)) => Ok(clients),
        _ => Err("expected an array of clients".to_owned()),
    });
    let clients = clients.map_err(|error| report(&error)).unwrap_or_default();
    let numbered = clients.into_iter().enumerate();
    let read = numbered.filter_map(|(index, client)| match client {
        Value::Object(members) => {
            let report = |path: &str, text: &str| report(&format!("[{index}]{path}: {text}"));
            misspelt(&members, &report);
            client_of(members, &report).map(|client| (index, client))
        }
        _ => {
            report(&format!("[{index}]: expected an object"));
            None
        }
    });
    read.collect()
}

/// Reports the members that are neither read nor registered, and whose names are like one that is read.
fn misspelt(members: &Map<String, Value>, report: &dyn Fn(&str, &str)) {
    for name in
        members.keys().filter(|name| !REGISTERED.contains(&name.as_str()) && !known_members().any(|known| known == **name))
    {
        if let Some(nearest) = nearest(name, known_members()) {
            report(&format!(".{name}"), &format!("unknown member; did you mean `{nearest}`?"));
        }
    }
}

/// The names of the members that are read.
pub(super) fn known_members() -> impl Iterator<Item = &'static str> {
    ClientMetadata::MEMBERS.iter().copied().chain([SECRET, TERMS])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn the_members_of_client_metadata_are_known() {
        let known: Vec<_> = known_members().collect();
        assert_eq!(known.first(), Some(&"client_id"));
        assert!(known.contains(&"dpop_bound_access_tokens") && known.contains(&"client_secret"), "{known:?}");
    }

    #[test]
    fn all_mistakes_of_a_client_are_found() {
        let Value::Object(members) = serde_json::json!({
            "client_id": "one", "redirect_uris": ["https://a.example", 3], "grant_types": "refresh_token", "scope": "a  b"
        }) else {
            unreachable!("an object was written");
        };
        let reported = RefCell::new(vec![]);
        let client = client_of(members, &|path, text| reported.borrow_mut().push(format!("{path}: {text}")));
        assert!(client.is_none());
        let mut reported = reported.into_inner();
        reported.sort();
        assert_eq!(reported.len(), 3, "{reported:?}");
        assert!(reported[0].starts_with(".grant_types: invalid type"), "{reported:?}");
        assert!(reported[1].starts_with(".redirect_uris[1]: invalid type"), "{reported:?}");
        assert!(reported[2].starts_with(".scope: the scope is malformed"), "{reported:?}");
    }
}
