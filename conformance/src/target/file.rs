//! The target file: TOML, checked whole, every mistake named.

mod reader;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use reader::Section;

use super::init::FILL_IN;
use super::{ClientSettings, FormStrategy, Remote, ResourceSettings, Target, UserStrategy};
use crate::http::{Connector, Identity, Trust};
use crate::keys::SigningKey;
use crate::variant::{Profile, Variant};

/// Every mistake of a target file, in its order.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistakes {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, one sentence each.
    pub list: Vec<String>,
}

/// Reads a target file: one target per variant that it names.
pub fn read(path: &Path) -> Result<Vec<Target>, Mistakes> {
    let mistakes = |list| Mistakes { file: path.to_owned(), list };
    let text = std::fs::read_to_string(path).map_err(|error| mistakes(vec![error.to_string()]))?;
    let name = path.file_stem().map_or("target".into(), |stem| stem.to_string_lossy().into_owned());
    parse(&text, &name, path.parent().unwrap_or(Path::new("."))).map_err(mistakes)
}

/// Reads a target file's text; files it names are relative to `folder`.
pub fn parse(text: &str, name: &str, folder: &Path) -> Result<Vec<Target>, Vec<String>> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| vec![error.to_string().trim().to_owned()])?;
    let mut file = Section::new(table.clone(), "", folder);
    if unfilled(&toml::Value::Table(table)) {
        file.mistake(FILL_IN, "is to be replaced wherever it stands");
    }
    let name = file.optional_text("name").unwrap_or_else(|| name.to_owned());
    let issuer = file.text("issuer");
    if let Some(issuer) = &issuer {
        check_issuer(&mut file, issuer);
    }
    let variants = variants(&mut file);
    let trust = match file.optional_file("authority") {
        Some(pem) => match Trust::authorities(&pem) {
            Ok(trust) => trust,
            Err(error) => {
                file.mistake("authority", &error);
                Trust::system()
            }
        },
        None => Trust::system(),
    };
    let clock_tolerance = file.optional_number("clock_tolerance").unwrap_or(0);
    let waits = file.optional_flag("waits").unwrap_or(true);
    let resource = file.optional_section("resource").and_then(|section| file.within(section, resource));
    let user = match file.optional_section("user") {
        Some(section) => file.within(section, user),
        None => Some(UserStrategy::Form(FormStrategy::default())),
    };
    let sections = file.sections("client");
    if sections.len() < 2 {
        file.mistake("client", "two [[client]] sections are needed, for two clients that differ in id, keys and certificate");
    }
    let clients: Vec<_> = sections.into_iter().filter_map(|section| file.within(section, client)).collect();
    let connector = Connector::new(trust);
    let mut targets = Vec::new();
    for variant in variants {
        let fitting: Vec<_> =
            clients.iter().filter(|(_, only)| only.is_empty() || only.contains(&variant)).map(|(c, _)| c).collect();
        let [one, two, ..] = fitting[..] else {
            file.mistake("variants", &format!("fewer than two clients for {variant}"));
            continue;
        };
        for client in [one, two] {
            check_client(&mut file, client, variant);
        }
        if let (Some(issuer), Some(user)) = (&issuer, &user) {
            let (clients, resource) = ([one.clone(), two.clone()], resource.clone());
            let mut target = Target::new(
                name.clone(),
                issuer.clone(),
                variant,
                clients,
                resource,
                user.clone(),
                connector.clone(),
                Arc::new(Remote),
            );
            target.clock_tolerance = clock_tolerance;
            target.waits = waits;
            targets.push(target);
        }
    }
    let mistakes = file.finish();
    if mistakes.is_empty() { Ok(targets) } else { Err(mistakes) }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.list.len();
        write!(formatter, "{}: {count} mistake{}", self.file.display(), if count == 1 { "" } else { "s" })?;
        self.list.iter().try_for_each(|mistake| write!(formatter, "\n  - {mistake}"))
    }
}

impl std::error::Error for Mistakes {}

/// Whether a value is still as `init` left it.
fn unfilled(value: &toml::Value) -> bool {
    match value {
        toml::Value::String(text) => text.contains(FILL_IN),
        toml::Value::Array(items) => items.iter().any(unfilled),
        toml::Value::Table(table) => table.values().any(unfilled),
        _ => false,
    }
}

fn check_issuer(file: &mut Section, issuer: &str) {
    match Url::parse(issuer) {
        Err(error) => file.mistake("issuer", &format!("not a URL: {error}")),
        Ok(url) => {
            let loopback = url.host_str().is_some_and(|host| host == "localhost" || host == "[::1]" || host.starts_with("127."));
            if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
                file.mistake("issuer", "must be https (http is taken for loopback addresses only)");
            }
            if url.query().is_some() || url.fragment().is_some() {
                file.mistake("issuer", "has a query or a fragment");
            }
        }
    }
}

fn variants(file: &mut Section) -> Vec<Variant> {
    let mut variants = Vec::new();
    for text in file.texts("variants") {
        match text.parse::<Variant>() {
            Ok(variant) => variants.push(variant),
            Err(error) => file.mistake("variants", &error),
        }
    }
    variants.sort();
    variants.dedup();
    variants
}

fn check_client(file: &mut Section, client: &ClientSettings, variant: Variant) {
    let id = &client.id;
    if variant.private_key_jwt() && client.key.is_none() {
        file.mistake("client", &format!("{id} needs a `key` or `jwk` for {variant}"));
    }
    if variant.certificates() && client.identity.is_none() {
        file.mistake("client", &format!("{id} needs `certificate` and `certificate_key` for {variant}"));
    }
    if variant.profile == Profile::OpenId && !client.scope.split_whitespace().any(|scope| scope == "openid") {
        file.mistake("client", &format!("the scope of {id} lacks `openid` for {variant}"));
    }
}

fn resource(section: &mut Section) -> Option<ResourceSettings> {
    let url = section.text("url")?;
    let method = section.optional_text("method").unwrap_or_else(|| "GET".into());
    let content_type = section.optional_text("content_type");
    let body = section.optional_text("body");
    let body = body.map(|body| (content_type.unwrap_or_else(|| "application/json".into()), body));
    match Url::parse(&url) {
        Ok(url) => Some(ResourceSettings { url, method, body }),
        Err(error) => {
            section.mistake("url", &format!("not a URL: {error}"));
            None
        }
    }
}

fn user(section: &mut Section) -> Option<UserStrategy> {
    let strategy = section.optional_text("strategy").unwrap_or_else(|| "form".into());
    let fields = section.pairs("fields");
    let (approve, deny, command) = (section.texts("approve"), section.texts("deny"), section.texts("command"));
    match strategy.as_str() {
        "form" => Some(UserStrategy::Form(FormStrategy { fields: fields.into_iter().collect(), approve, deny })),
        "manual" => Some(UserStrategy::Manual),
        "command" if command.is_empty() => {
            section.mistake("command", "names no program, but the strategy is `command`");
            None
        }
        "command" => Some(UserStrategy::Command(command)),
        other => {
            section.mistake("strategy", &format!("{other:?} is none of `form`, `command` and `manual`"));
            None
        }
    }
}

fn client(section: &mut Section) -> Option<(ClientSettings, Vec<Variant>)> {
    let id = section.text("id");
    let key = key(section);
    let identity = identity(section, id.as_deref().unwrap_or_default());
    let redirect_uri = section.text("redirect_uri");
    if let Some(Err(error)) = redirect_uri.as_deref().map(Url::parse) {
        section.mistake("redirect_uri", &format!("not a URL: {error}"));
    }
    let scope = section.optional_text("scope").unwrap_or_default();
    let client_scope = section.optional_text("client_scope");
    let parameters = section.pairs("parameters");
    let only = variants(section);
    let (id, redirect_uri) = (id?, redirect_uri?);
    Some((ClientSettings { id, key, identity, impostors: None, redirect_uri, scope, client_scope, parameters }, only))
}

fn key(section: &mut Section) -> Option<SigningKey> {
    let inline = section.optional_section("jwk").map(|jwk| jwk.into_json());
    let (member, read) = match (inline, section.optional_file("key")) {
        (Some(Value::Object(jwk)), _) => ("jwk", SigningKey::from_jwk(&jwk)),
        (_, Some(text)) => match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(jwk)) => ("key", SigningKey::from_jwk(&jwk)),
            _ => ("key", SigningKey::from_pem(&text)),
        },
        _ => return None,
    };
    let key = read.map_err(|error| section.mistake(member, &error)).ok()?;
    if let Some(unfit) = key.unfit() {
        section.mistake(member, &unfit);
    }
    Some(key)
}

fn identity(section: &mut Section, id: &str) -> Option<Arc<Identity>> {
    let (certificate, key) = (section.optional_file("certificate"), section.optional_file("certificate_key"));
    match (certificate, key) {
        (Some(certificate), Some(key)) => match Identity::from_pem(&format!("the certificate of {id}"), &certificate, &key) {
            Ok(identity) => Some(Arc::new(identity)),
            Err(error) => {
                section.mistake("certificate", &error);
                None
            }
        },
        (Some(_), None) if !section.failed("certificate_key") => {
            section.mistake("certificate", "needs a `certificate_key`");
            None
        }
        _ => None,
    }
}
