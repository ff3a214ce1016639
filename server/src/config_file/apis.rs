//! APIs in a configuration: the members of the library's [`Api`], with the secret or its file and the path of the resource.

use super::Reader;
use super::members::{read_rest, read_table, read_tables};
use crate::config::{ApiConfig, Config, Hook};
use crate::toml_reader::{FromValue, Section, Value};
use fapi::scope::Scope;
use fapi::{Api, Secret};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const PATH: &str = "path";
const REQUIRED_SCOPE: &str = "required_scope";
const SECRET: &str = "signing_secret";
const SECRET_FILE: &str = "signing_secret_file";

/// Reads everything about APIs; `paths` receives the path of each API that was read.
pub(super) fn apis(reader: &Reader<'_>, root: &Section<'_>, config: &mut Config, paths: &mut Vec<String>) {
    for table in root.tables("apis") {
        if let Some(api) = api(reader, &table) {
            config.apis.push(api);
            paths.push(table.path().to_owned());
        }
    }
    if root.value("apis").is_some() && root.value("resource").is_some() {
        root.mistake("resource", "is the one API of a server without [[apis]]; expected one of the two");
    }
    config.default_audience = root.optional("default_audience");
    if let Some(switches) = root.value("switches").and_then(|table| read_table(&table, &[])) {
        config.switches = switches;
    }
    config.organizations = read_tables(root.value("organizations"));
    config.connections = read_tables(root.value("connections"));
    for section in root.sections("hooks") {
        let (client, api, user) = (section.optional("client"), section.optional("api"), section.optional("user"));
        let client_metadata = section.value("client_metadata").and_then(|table| read_table(&table, &[])).unwrap_or_default();
        if let Some(scope) = section.required_value("scope", &Scope::expected()).and_then(|value| scope(&value)) {
            config.hooks.push(Hook { client, api, user, client_metadata, ..Hook::new(scope) });
        }
    }
}

fn api(reader: &Reader<'_>, table: &Value<'_>) -> Option<ApiConfig> {
    // The members that could be read are checked, although the file is refused.
    let (api, _) = read_rest::<Api>(table, &[PATH, REQUIRED_SCOPE, SECRET, SECRET_FILE]);
    let path = table.member(PATH).map(|value| String::from_value(&value));
    let required = table.member(REQUIRED_SCOPE).map(|value| scope(&value));
    let written = table.member(SECRET).map(|value| String::from_value(&value));
    let read = table.member(SECRET_FILE).map(|value| secret(reader, &value));
    if let (Some(_), Some(_)) = (&written, &read) {
        table.mistake_below(&format!(".{SECRET_FILE}"), format_args!("is given beside {SECRET}; expected one of the two"));
    }
    let mut config = ApiConfig::from(api?);
    config.api.signing_secret = written.or(read).flatten().map(Secret::from);
    config.path = path.flatten();
    config.required_scope = required.flatten();
    Some(config)
}

/// The secret in a file, without the line feed at its end.
fn secret(reader: &Reader<'_>, value: &Value<'_>) -> Option<String> {
    let path = reader.path(PathBuf::from_value(value)?);
    let read = crate::private_file::permissions(&path)
        .and_then(|()| fs::read_to_string(&path).map_err(|error| format!("cannot be read: {error}")));
    let read = read.map_err(|error| value.mistake(format_args!("{}: {error}", path.display()))).ok()?;
    Some(read.trim_end_matches(['\r', '\n']).to_owned())
}

/// The permissions of a user, by API.
pub(super) fn permissions(section: &Section<'_>) -> BTreeMap<String, Scope> {
    let entries = section.value("permissions").and_then(|value| value.entries()).unwrap_or_default();
    entries.iter().filter_map(|(api, value)| Some(((*api).to_owned(), scope(value)?))).collect()
}

/// Scope tokens in an array, or in one string.
fn scope(value: &Value<'_>) -> Option<Scope> {
    if !value.is_array() {
        return match value.is_string() {
            true if String::from_value(value)?.is_empty() => Some(Scope::default()),
            true => Scope::from_value(value),
            false => value.mismatch("an array of scope tokens"),
        };
    }
    let tokens: Vec<_> = value.items()?.iter().map(token).collect();
    tokens.into_iter().try_fold(Scope::default(), |all, token| Some(all.union(&token?)))
}

fn token(value: &Value<'_>) -> Option<Scope> {
    let scope = Scope::from_value(value)?;
    if scope.len() != 1 {
        value.mistake("is more than one scope token");
        return None;
    }
    Some(scope)
}
