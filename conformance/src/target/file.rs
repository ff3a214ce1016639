//! The target file, in TOML. All mistakes are reported at once, each with its position.

mod features;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use fapi_server::toml_reader::{Document, FromValue, Mistake, Mistakes, Section, Value};
use url::Url;

use super::features::Supported;
use super::init::FILL_IN;
use super::{
    API_ROLES, ApiSettings, BrowserStrategy, CLIENT_ROLES, ClientSettings, FormStrategy, Impostors, Places, Registered, Remote,
    ResourceSettings, Target, UserStrategy,
};
use crate::http::{Connector, Identity, Trust, Unusable};
use crate::keys::SigningKey;
use crate::variant::{Plan, Variant};

const URL: &str = "a URL";

/// Reads a target file: one target for each variant of a plan that the server supports and has two clients for.
pub fn read(path: &Path, plan: &Plan) -> Result<Vec<Target>, Mistakes> {
    let text = fs::read_to_string(path).map_err(|error| Mistake::new(path.display().to_string(), error.to_string()))?;
    parse(&text, path, plan)
}

/// Reads a target file's text. `file` is the name that mistakes show, and the target's name if the text has none; files that
/// the text names are relative to its directory.
pub fn parse(text: &str, file: &Path, plan: &Plan) -> Result<Vec<Target>, Mistakes> {
    let document = Document::parse(file, text)?;
    document.for_each_string(|value, text| {
        if text.contains(FILL_IN) {
            value.mistake(format_args!("replace {FILL_IN} by a value of your own"));
        }
    });
    let directory = file.parent().unwrap_or(Path::new(""));
    let targets = Reader { directory, document: &document, plan }.targets(&document.root(), file);
    document.finish(targets)
}

struct Reader<'d> {
    directory: &'d Path,
    document: &'d Document<'d>,
    plan: &'d Plan,
}

/// A client, the features that it is registered for, and its role.
type ClientOf = (ClientSettings, Supported, Option<&'static str>);

impl Reader<'_> {
    fn targets(&self, root: &Section<'_>, file: &Path) -> Vec<Target> {
        let stem = || file.file_stem().map_or("target".into(), |stem| stem.to_string_lossy().into_owned());
        let name = root.optional("name").unwrap_or_else(stem);
        let issuer = issuer(root);
        let connector = Connector::new(self.trust(root)).patient();
        let clock_tolerance = root.optional("clock_tolerance").unwrap_or(0);
        if clock_tolerance < 0 {
            root.mistake("clock_tolerance", "must not be negative: it is a number of seconds, in either direction");
        }
        let waits = root.optional("waits").unwrap_or(true);
        let user = match root.section("user") {
            Some(section) => user(&section),
            None => Some(UserStrategy::Form(FormStrategy::default())),
        };
        let server = self.features(root);
        let resources = self.resources(root, server.as_ref());
        let clients = self.clients(root, server.as_ref());
        let places = Places::new(file, self.document.places());
        let (mut targets, mut served) = (Vec::new(), false);
        let registered = self.registered(root, &clients);
        for variant in self.plan.variants().into_iter().filter(|variant| server.as_ref().is_some_and(|it| it.covers(variant))) {
            if variant.apis().is_some() {
                served = true;
                let (Some(issuer), Some(user), Some(registered)) = (&issuer, &user, &registered) else { continue };
                let of_role = |role: &str| registered.clients.get(role).cloned();
                let (Some(one), Some(two)) = (of_role("budget"), of_role("portal")) else { continue };
                let url = registered.apis.get("accounts").map(|api| api.url.clone());
                let resource = url.map(|url| ResourceSettings { url, method: "GET".into(), body: None });
                let (name, issuer, user) = (name.clone(), issuer.clone(), user.clone());
                let mut target =
                    Target::new(name, issuer, variant, [one, two], resource, user, connector.clone(), Arc::new(Remote));
                (target.clock_tolerance, target.waits) = (clock_tolerance, waits);
                target.places = places.of(None, [0, 1]);
                target.registered = Some(registered.clone());
                targets.push(target);
                continue;
            }
            let fitting: Vec<_> = clients.iter().filter(|(_, (_, supported, _))| supported.covers(&variant)).collect();
            let (one, two) = match fitting[..] {
                [one, two, ..] => (one, two),
                // With fewer clients, another mistake gives the reason.
                [(index, _)] if clients.len() >= 2 => {
                    let text = format_args!("the only client for {variant}, which needs two");
                    self.document.mistake(&format!("client[{index}]"), text);
                    continue;
                }
                _ => continue,
            };
            served = true;
            for (index, (client, _, _)) in [one, two] {
                self.check_client(*index, client, variant);
            }
            if let (Some(issuer), Some(user)) = (&issuer, &user) {
                let found = resources.iter().position(|(_, supported)| supported.covers(&variant));
                let mut target = Target::new(
                    name.clone(),
                    issuer.clone(),
                    variant,
                    [one.1.0.clone(), two.1.0.clone()],
                    found.map(|index| resources[index].0.clone()),
                    user.clone(),
                    connector.clone(),
                    Arc::new(Remote),
                );
                target.clock_tolerance = clock_tolerance;
                target.waits = waits;
                target.places = places.of(found, [one.0, two.0]);
                targets.push(target);
            }
        }
        if !served && !self.document.has_mistake("features") && !self.document.has_mistake("client") {
            let text = format_args!("no variant of {} is supported by the server and two of its clients", self.plan.id);
            root.mistake("features", text);
        }
        targets
    }

    /// The APIs and applications by their roles, if the plan is about them; every role that is missing is a mistake.
    fn registered(&self, root: &Section<'_>, clients: &[(usize, ClientOf)]) -> Option<Arc<Registered>> {
        let mut registered = Registered::default();
        for section in root.sections("api") {
            let role = section.required_value("role", "a role").and_then(|value| role(&value, API_ROLES));
            let identifier = section.required::<String>("identifier");
            let url = section.required_value("url", URL).and_then(|value| url(&value));
            let secret = section.optional::<String>("secret");
            if let (Some(role), Some(identifier), Some(url)) = (role, identifier, url) {
                registered.apis.insert(role.to_owned(), ApiSettings { identifier, url, secret });
            }
        }
        for (_, (settings, _, role)) in clients {
            registered.clients.extend(role.map(|role| (role.to_owned(), settings.clone())));
        }
        if self.plan.variants().iter().all(|variant| variant.apis().is_none()) {
            return None;
        }
        let Some(accounts) = registered.apis.get("accounts").map(|api| api.identifier.clone()) else {
            lacking::<()>(root, "api", API_ROLES, |role| registered.apis.contains_key(role), self.plan);
            lacking::<()>(root, "client", CLIENT_ROLES, |role| registered.clients.contains_key(role), self.plan);
            return None;
        };
        for client in registered.clients.values_mut() {
            if !client.parameters.iter().any(|(name, _)| name == "audience") {
                client.parameters.push(("audience".into(), accounts.clone()));
            }
        }
        let apis = lacking::<()>(root, "api", API_ROLES, |role| registered.apis.contains_key(role), self.plan);
        let applications = lacking::<()>(root, "client", CLIENT_ROLES, |role| registered.clients.contains_key(role), self.plan);
        let ((), ()) = apis.zip(applications)?;
        Some(Arc::new(registered))
    }

    /// The features of the server; `None` if the section is missing.
    fn features(&self, root: &Section<'_>) -> Option<Supported> {
        let section = root.section("features");
        if section.is_none() && !self.document.has_mistake("features") {
            root.mistake("features", "missing member; expected a [features] section that lists what the server supports");
        }
        section.map(|section| features::of_server(&section, self.plan))
    }

    /// The resources, each with the features of the variants that use it: one for all, or one for each kind of variant.
    fn resources(&self, root: &Section<'_>, server: Option<&Supported>) -> Vec<(ResourceSettings, Supported)> {
        let all = || server.cloned().unwrap_or_default();
        if !root.value("resource").is_some_and(|value| value.is_array()) {
            let only = root.section("resource").and_then(|section| resource(&section));
            return only.map(|resource| (resource, all())).into_iter().collect();
        }
        let sections = root.sections("resource");
        let read = sections.iter().map(|section| {
            let supported = match section.section("features") {
                Some(features) => features::of_client(&features, server),
                None => all(),
            };
            Some((resource(section)?, supported))
        });
        read.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn trust(&self, root: &Section<'_>) -> Trust {
        let read = root.value("authority").and_then(|value| {
            let pem = self.text_of_file(&value)?;
            Trust::authorities(&pem).map_err(|error| value.mistake(error)).ok()
        });
        read.unwrap_or_else(Trust::system)
    }

    /// The clients that can be read, with their positions in the file.
    fn clients(&self, root: &Section<'_>, server: Option<&Supported>) -> Vec<(usize, ClientOf)> {
        let sections = root.sections("client");
        if sections.len() < 2 {
            let text = "two [[client]] sections are needed, for two clients that differ in id, keys and certificate";
            root.mistake("client", text);
        }
        let read = sections.iter().enumerate().map(|(index, section)| Some((index, self.client(section, server)?)));
        read.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn client(&self, section: &Section<'_>, server: Option<&Supported>) -> Option<ClientOf> {
        let id = section.required::<String>("id");
        let key = self.key(section);
        let named = format!("the certificate of {}", id.as_deref().unwrap_or_default());
        let identity = self.identity(section, &named);
        let impostors = section.section("impostors").and_then(|section| self.impostors(&section));
        let role = section.value("role").and_then(|value| role(&value, CLIENT_ROLES));
        // A machine has no redirect URI; only a client with a role can be one.
        let is_machine = role.is_some() && section.value("redirect_uri").is_none();
        let redirect_uri = match is_machine {
            true => Some(String::new()),
            false => section.required_value("redirect_uri", URL).and_then(|value| {
                url(&value)?;
                String::from_value(&value)
            }),
        };
        let scope = section.optional("scope").unwrap_or_default();
        let client_scope = section.optional("client_scope");
        let secret = section.optional::<String>("secret").filter(|secret| !secret.is_empty());
        let parameters = section.optional::<BTreeMap<_, _>>("parameters").unwrap_or_default().into_iter().collect();
        let supported = match section.section("features") {
            Some(section) => features::of_client(&section, server),
            None => server.cloned().unwrap_or_default(),
        };
        let (id, redirect_uri) = (id?, redirect_uri?);
        Some((
            ClientSettings { id, key, identity, impostors, secret, redirect_uri, scope, client_scope, parameters },
            supported,
            role,
        ))
    }

    fn key(&self, section: &Section<'_>) -> Option<SigningKey> {
        let (inline, file) = (section.value("jwk"), section.value("key"));
        let value = inline.as_ref().or(file.as_ref())?;
        let read = match inline.as_ref().map(|jwk| jwk.json()) {
            Some(Some(serde_json::Value::Object(jwk))) => SigningKey::from_jwk(&jwk),
            Some(Some(_)) => return value.mismatch("a table"),
            Some(None) => return None,
            None => {
                let text = self.text_of_file(value)?;
                match serde_json::from_str(&text) {
                    Ok(serde_json::Value::Object(jwk)) => SigningKey::from_jwk(&jwk),
                    _ => SigningKey::from_pem(&text),
                }
            }
        };
        let key = read.map_err(|error| value.mistake(error)).ok()?;
        if let Some(unfit) = key.unfit() {
            value.mistake(unfit);
        }
        Some(key)
    }

    /// Certificates that others might present in the client's place.
    fn impostors(&self, section: &Section<'_>) -> Option<Impostors> {
        let of_another = section.section("of_another");
        if of_another.is_none() && !section.has_mistake("of_another") {
            section.mistake("of_another", "missing member; expected a certificate of another subject by the same authority");
        }
        let read = |section: Section<'_>, name: &str| {
            if section.value("certificate").is_none() && !section.has_mistake("certificate") {
                section.mistake("certificate", "missing member; expected a PEM file");
            }
            self.identity(&section, name)
        };
        let of_another = of_another.and_then(|section| read(section, "a certificate of another subject"));
        let counterfeit = section.section("counterfeit");
        let counterfeit = counterfeit.and_then(|section| read(section, "a certificate by an unknown authority"));
        Some(Impostors { of_another: of_another?, counterfeit, nearly: vec![] })
    }

    fn identity(&self, section: &Section<'_>, name: &str) -> Option<Arc<Identity>> {
        let (certificate, key) = (section.value("certificate"), section.value("certificate_key"));
        if certificate.is_some() && key.is_none() {
            section.mistake("certificate_key", "missing member; a `certificate` needs it");
        }
        let pem = certificate.as_ref().and_then(|value| self.text_of_file(value));
        let private = key.as_ref().and_then(|value| self.text_of_file(value));
        let identity = Identity::from_pem(name, &pem?, &private?);
        let told = |error: Unusable| match error {
            Unusable::Certificate(text) => certificate.map(|value| value.mistake(text)),
            Unusable::Key(text) => key.map(|value| value.mistake(text)),
        };
        identity.map(Arc::new).map_err(told).ok()
    }

    /// Checks that a client has the members that a variant needs.
    fn check_client(&self, index: usize, client: &ClientSettings, variant: Variant) {
        let missing = |member: &str, text: String| {
            let path = format!("client[{index}].{member}");
            if !self.document.has_mistake(&path) {
                self.document.mistake(&path, text);
            }
        };
        if variant.private_key_jwt() && client.key.is_none() && !self.document.has_mistake(&format!("client[{index}].jwk")) {
            missing("key", format!("missing member; {variant} needs it, or a `jwk`"));
        }
        if variant.certificates() && client.identity.is_none() {
            missing("certificate", format!("missing member; {variant} needs it, and a `certificate_key`"));
        }
        if variant.openid() && !client.scope.split_whitespace().any(|scope| scope == "openid") {
            missing("scope", format!("expected a scope with `openid`, which {variant} needs"));
        }
    }

    /// The text of the file that a member names.
    fn text_of_file(&self, value: &Value<'_>) -> Option<String> {
        let name = String::from_value(value)?;
        if name.contains(FILL_IN) {
            return None;
        }
        let path = self.directory.join(name);
        let text = fs::read_to_string(&path);
        text.map_err(|error| value.mistake(format_args!("cannot read {}: {error}", path.display()))).ok()
    }
}

/// The role that a member names.
fn role(value: &Value<'_>, roles: &'static [(&'static str, &'static str)]) -> Option<&'static str> {
    let choices: Vec<_> = roles.iter().map(|(role, _)| (*role, *role)).collect();
    value.one_of(&choices)
}

/// Reports the roles that are missing, each in words; `None` if there are some.
fn lacking<T: Default>(
    root: &Section<'_>,
    member: &str,
    roles: &[(&str, &str)],
    has: impl Fn(&str) -> bool,
    plan: &Plan,
) -> Option<T> {
    let missing: Vec<_> = roles.iter().filter(|(role, _)| !has(role)).collect();
    for (role, about) in &missing {
        root.mistake(member, format_args!("no [[{member}]] has the role {role:?}, which {} needs: {about}", plan.id));
    }
    missing.is_empty().then(T::default)
}

fn issuer(root: &Section<'_>) -> Option<String> {
    let value = root.required_value("issuer", URL)?;
    let url = url(&value)?;
    let loopback = url.host_str().is_some_and(|host| host == "localhost" || host == "[::1]" || host.starts_with("127."));
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        value.mistake("must begin with https://; http:// is for loopback addresses only");
    }
    if url.query().is_some() || url.fragment().is_some() {
        value.mistake("must have no query and no fragment");
    }
    String::from_value(&value)
}

fn url(value: &Value<'_>) -> Option<Url> {
    value.parse(URL, |text| Url::parse(text).map_err(|error| format!("not a URL: {error}")))
}

fn resource(section: &Section<'_>) -> Option<ResourceSettings> {
    let url = section.required_value("url", URL).and_then(|value| url(&value));
    let method = section.optional("method").unwrap_or_else(|| "GET".into());
    let content_type = section.optional::<String>("content_type");
    let body = section.optional("body").map(|body| (content_type.unwrap_or_else(|| "application/json".into()), body));
    Some(ResourceSettings { url: url?, method, body })
}

#[derive(Clone, Copy)]
enum Strategy {
    Form,
    Browser,
    Manual,
    Command,
}

fn user(section: &Section<'_>) -> Option<UserStrategy> {
    let strategies =
        [("form", Strategy::Form), ("browser", Strategy::Browser), ("manual", Strategy::Manual), ("command", Strategy::Command)];
    let strategy = section.value("strategy").map_or(Some(Strategy::Form), |value| value.one_of(&strategies));
    let fields = section.optional("fields").unwrap_or_default();
    let texts = |name| section.optional::<Vec<String>>(name).unwrap_or_default();
    let (approve, deny, command) = (texts("approve"), texts("deny"), texts("command"));
    match strategy? {
        Strategy::Browser if !cfg!(feature = "browser") => {
            let text = "this program is built without the strategy \"browser\": build it with `cargo build -p fapi-conformance --features browser`";
            section.mistake("strategy", text);
            None
        }
        Strategy::Browser => {
            let form = FormStrategy { fields, approve, deny, ..FormStrategy::default() };
            Some(UserStrategy::Browser(BrowserStrategy {
                form,
                #[cfg(feature = "browser")]
                chromium: crate::chromium::Shared::default(),
            }))
        }
        Strategy::Form => Some(UserStrategy::Form(FormStrategy { fields, approve, deny, ..FormStrategy::default() })),
        Strategy::Manual => Some(UserStrategy::Manual),
        Strategy::Command if command.is_empty() => {
            section.mistake("command", "must name a program, because the strategy is \"command\"");
            None
        }
        Strategy::Command => Some(UserStrategy::Command(command)),
    }
}
