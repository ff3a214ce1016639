//! Clients in a configuration: metadata under the names of RFC 7591, with a `client_secret` and the operator's `terms`.

use super::members::read;
use crate::client_ids::ClientIds;
use crate::toml_reader::nearest;
use fapi::jose::Json;
use fapi::policy::OAUTH;
use fapi::requirement::ocp;
use fapi::{
    ClientGrant, ClientKind, ClientMetadata, ClientTerms, GrantType, MethodMembers, MethodMembersError, Registration, Secret,
};
use serde_json::{Map, Value};
use std::path::Path;

const IDENTIFIER: &str = "client_id";
const SECRET: &str = "client_secret";
const TERMS: &str = "terms";
const GRANTS: &str = "grants";
const GRANT_TYPES: &str = "grant_types";
const REDIRECT_URIS: &str = "redirect_uris";
const METHOD: &str = "token_endpoint_auth_method";
const METHODS: &str = "client_authentication_methods";
const NAME: &str = "client_name";
const PARTY: [&str; 2] = ["first_party", "is_first_party"];
const ORIGIN: &str = "origin";

/// What the clients of a configuration have if they say nothing.
pub(super) struct ClientDefaults {
    /// The operator's clients are first-party.
    pub(super) first_party: bool,
    /// Generated identifiers, by the names of clients.
    pub(super) ids: ClientIds,
}

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
pub(super) fn client_of(
    mut members: Map<String, Value>,
    defaults: &mut ClientDefaults,
    report: &dyn Fn(&str, &str),
) -> Option<Registration> {
    let secret = match members.remove(SECRET) {
        None => Some(None),
        Some(Value::String(secret)) => Some(Some(Secret::from(secret))),
        Some(_) => {
            report(&format!(".{SECRET}"), "expected a string");
            None
        }
    };
    let terms = terms(&mut members, defaults.first_party, report);
    let method = authentication_method(&mut members, report);
    if let Some(kind) = terms.as_ref().and_then(|terms| terms.kind) {
        defaults_of(kind, &mut members);
    }
    let named = identifier(&mut members, &mut defaults.ids, report).is_some();
    if !named {
        members.insert(IDENTIFIER.into(), "".into());
    }
    let metadata = read(members, &[], report);
    method?;
    let mut registration = Registration::of(metadata.filter(|_| named)?).terms(terms?);
    registration.secret = secret?.into();
    Some(registration)
}

/// Puts the identifier that the server generated for the client of this name in its place if the client names none; `None` if there
/// is a mistake.
fn identifier(members: &mut Map<String, Value>, ids: &mut ClientIds, report: &dyn Fn(&str, &str)) -> Option<()> {
    let statement = ocp::cli::CLIENT_ID.id;
    let wrong = |text: String| report(&format!(".{IDENTIFIER}"), &text);
    let name = members.get(NAME).and_then(Value::as_str).map(str::to_owned);
    if let Some(written) = members.get(IDENTIFIER) {
        let kept = name.as_deref().and_then(|name| ids.kept(name));
        if let Some(kept) = kept.filter(|kept| written != *kept) {
            wrong(format!("the server generated {kept:?} for the client of this name, and it never changes ({statement})"));
            return None;
        }
        return Some(());
    }
    let Some(name) = name else {
        wrong(format!("missing member; expected a string, or a {NAME} for which the server generates one ({statement})"));
        return None;
    };
    if !ids.can_be_kept() {
        wrong(format!("missing member; expected a string, because nothing is kept that the server generates ({statement})"));
        return None;
    }
    match ids.of(&name) {
        Ok(id) => members.insert(IDENTIFIER.into(), id.into()),
        Err(reason) => {
            wrong(format!("missing member; {reason} ({statement})"));
            return None;
        }
    };
    Some(())
}

/// The terms. Its client grants are read one by one, so that the mistakes of all are found, and may also be a member beside the terms.
fn terms(members: &mut Map<String, Value>, first_party: bool, report: &dyn Fn(&str, &str)) -> Option<ClientTerms> {
    let (mut terms, mut sound) = (Map::new(), true);
    match members.remove(TERMS) {
        None => {}
        Some(Value::Object(written)) => terms = written,
        Some(_) => {
            report(&format!(".{TERMS}"), "expected a table");
            sound = false;
        }
    }
    let of_operator = terms.get(ORIGIN).is_none_or(|origin| origin == "operator");
    if first_party && of_operator && !PARTY.iter().any(|party| terms.contains_key(*party)) {
        terms.insert(PARTY[0].into(), true.into());
    }
    let (inside, beside) = (terms.remove(GRANTS), members.remove(GRANTS));
    if inside.is_some() && beside.is_some() {
        report(&format!(".{GRANTS}"), "is given beside terms.grants; expected one of the two");
        sound = false;
    }
    let mut read_all = vec![];
    for (path, written) in [(format!(".{TERMS}.{GRANTS}"), inside), (format!(".{GRANTS}"), beside)] {
        match written {
            None => {}
            Some(Value::Array(grants)) => {
                let numbered = grants.into_iter().enumerate();
                read_all.extend(numbered.map(|(index, grant)| client_grant(grant, &format!("{path}[{index}]"), report)));
            }
            Some(_) => {
                report(&path, "expected an array of tables");
                sound = false;
            }
        }
    }
    let grants: Option<Vec<_>> = read_all.into_iter().collect();
    let terms = read::<ClientTerms>(terms, &[GRANTS], &|path, text| report(&format!(".{TERMS}{path}"), text));
    let mut terms = terms.filter(|_| sound)?;
    terms.grants = grants?;
    Some(terms)
}

fn client_grant(written: Value, place: &str, report: &dyn Fn(&str, &str)) -> Option<ClientGrant> {
    match written {
        Value::Object(members) => read(members, &[], &|path, text| report(&format!("{place}{path}"), text)),
        _ => {
            report(place, "expected a table");
            None
        }
    }
}

/// Puts the method of `client_authentication_methods` in the place where RFC 7591 has it; `None` if there is a mistake. A member that
/// is null is like one that is not there.
fn authentication_method(members: &mut Map<String, Value>, report: &dyn Fn(&str, &str)) -> Option<()> {
    if members.get(METHOD).is_some_and(Value::is_null) {
        members.remove(METHOD);
    }
    let Some(written) = members.remove(METHODS).filter(|written| !written.is_null()) else { return Some(()) };
    let wrong = |path: &str, text: &str| report(&format!(".{METHODS}{path}"), text);
    let Value::Object(methods) = written else {
        wrong("", "expected a table with one method, such as { private_key_jwt = {} }");
        return None;
    };
    let named = MethodMembers {
        token_endpoint_auth_method: members.get(METHOD).and_then(Value::as_str).or(members.get(METHOD).and(Some(""))),
        client_authentication_methods: Some(methods.keys().map(String::as_str).collect()),
    };
    let mut sound = true;
    if let Err(error) = named.method() {
        let statement = error.basis().id;
        match error {
            MethodMembersError::Both => wrong("", &format!("is given beside {METHOD}; expected one of the two ({statement})")),
            MethodMembersError::NotInObject => methods.keys().for_each(|name| {
                let known = MethodMembers::IN_OBJECT.map(|method| method.name());
                let text = match nearest(name, known) {
                    Some(nearest) => format!("unknown member; did you mean `{nearest}`?"),
                    None => format!("unknown member; expected one of {}", known.join(", ")),
                };
                wrong(&format!(".{name}"), &text);
            }),
            error => wrong("", &error.to_string()),
        }
        sound = false;
    }
    for (name, options) in methods {
        if options.as_object().is_none_or(|options| !options.is_empty()) {
            wrong(&format!(".{name}"), "expected an empty table; the keys of the client are in jwks or jwks_uri");
            sound = false;
        }
        members.entry(METHOD).or_insert(name.into());
    }
    sound.then_some(())
}

/// The members that an application of this kind has if it names none.
fn defaults_of(kind: ClientKind, members: &mut Map<String, Value>) {
    if !kind.keeps_secrets() {
        members.entry(METHOD).or_insert("none".into());
    }
    if !members.contains_key(GRANT_TYPES) {
        let redirects = members.get(REDIRECT_URIS).and_then(Value::as_array).is_some_and(|uris| !uris.is_empty());
        let public = members.get(METHOD).is_some_and(|method| method == "none");
        let of_method = if public { ClientKind::Spa } else { ClientKind::RegularWeb };
        let all = ClientMetadata::of_kind("", of_method, &OAUTH.policy()).grant_types;
        // Without a redirect URI there is no code, and without a code no refresh token.
        let usable = |grant_type: &&GrantType| redirects || **grant_type == GrantType::ClientCredentials;
        let named = all.iter().filter(usable).map(|grant_type| grant_type.as_str().into()).collect();
        members.insert(GRANT_TYPES.into(), Value::Array(named));
    }
}

/// The clients in a file that holds a JSON array of metadata, as other servers write it, with their places in it. Members of other
/// servers are ignored, but a misspelt one is a mistake.
pub(super) fn clients_file(file: &Path, defaults: &mut ClientDefaults, report: &dyn Fn(&str)) -> Vec<(usize, Registration)> {
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
            client_of(members, defaults, &report).map(|client| (index, client))
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
    ClientMetadata::MEMBERS.iter().copied().chain([SECRET, TERMS, GRANTS, METHODS])
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
        let mut defaults = ClientDefaults { first_party: false, ids: ClientIds::none() };
        let client = client_of(members, &mut defaults, &|path, text| reported.borrow_mut().push(format!("{path}: {text}")));
        assert!(client.is_none());
        let mut reported = reported.into_inner();
        reported.sort();
        assert_eq!(reported.len(), 3, "{reported:?}");
        assert!(reported[0].starts_with(".grant_types: invalid type"), "{reported:?}");
        assert!(reported[1].starts_with(".redirect_uris[1]: invalid type"), "{reported:?}");
        assert!(reported[2].starts_with(".scope: the scope is malformed"), "{reported:?}");
    }
}
