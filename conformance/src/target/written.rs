//! Targets as target files: the inverse of [`file`](super::file).

use std::fmt::Write;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use serde_json::Value;

use super::features::{self, Supported};
use super::{BrowserStrategy, ClientSettings, Target, UserStrategy};
use crate::http::Identity;

/// The folder into which files are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The folder.
    pub(super) folder: &'a Path,
    /// Its path in the target file; empty if that is in the same folder.
    pub(super) shown: &'a str,
}

impl Place<'_> {
    fn shown(self, file: &str) -> String {
        if self.shown.is_empty() { file.to_owned() } else { format!("{}/{file}", self.shown) }
    }
}

/// Writes a target file per issuer and resource into a folder, with the keys and certificates that it names, and returns each file
/// with its text. A resource has another address for clients with certificates.
pub fn write(targets: &[Target], folder: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let place = |target: &Target| (target.issuer.clone(), target.resource.as_ref().map(|resource| resource.url.clone()));
    let mut places: Vec<_> = targets.iter().map(place).collect();
    places.sort();
    places.dedup();
    let mut files = Vec::new();
    for (number, here) in places.iter().enumerate() {
        let of_issuer: Vec<_> = targets.iter().filter(|target| place(target) == *here).collect();
        let name = if places.len() == 1 { "target".to_owned() } else { format!("target-{}", number + 1) };
        let text = text(&of_issuer, &name, folder)?;
        let path = folder.join(format!("{name}.toml"));
        save(&path, &text)?;
        files.push((path, text));
    }
    Ok(files)
}

fn text(targets: &[&Target], name: &str, folder: &Path) -> Result<String, String> {
    let [first, ..] = targets else { return Err("no target".into()) };
    let server = Supported::by(&targets.iter().map(|target| target.variant).collect::<Vec<_>>());
    let mut text = format!("name = {}\nissuer = {}\n", quoted(&first.name), quoted(&first.issuer));
    if let Some(authority) = first.connector.authority() {
        let file = format!("{name}-authority.pem");
        save(&folder.join(&file), authority)?;
        let _ = writeln!(text, "authority = {}", quoted(&file));
    }
    let _ = writeln!(text, "clock_tolerance = {}\nwaits = {}", first.clock_tolerance, first.waits);
    let _ = write!(text, "\n[features]\n{}", features::of_server(&server));
    if let Some(resource) = &first.resource {
        let _ = writeln!(text, "\n[resource]\nurl = {}\nmethod = {}", quoted(resource.url.as_str()), quoted(&resource.method));
        if let Some((media, body)) = &resource.body {
            let _ = writeln!(text, "content_type = {}\nbody = {}", quoted(media), quoted(body));
        }
    }
    for (role, api) in first.registered.iter().flat_map(|registered| &registered.apis) {
        let _ = write!(text, "\n[[api]]\nrole = {}\nidentifier = {}\n", quoted(role), quoted(&api.identifier));
        let _ = writeln!(text, "url = {}", quoted(api.url.as_str()));
        if let Some(secret) = &api.secret {
            let _ = writeln!(text, "secret = {}", quoted(secret));
        }
    }
    user(&mut text, &first.user);
    for (role, settings) in first.registered.iter().flat_map(|registered| &registered.clients) {
        client(&mut text, settings, Place { folder, shown: "" }, &format!("{name}-{role}"))?;
        let _ = writeln!(text, "role = {}", quoted(role));
    }
    for (number, target) in targets.iter().enumerate().filter(|(_, target)| target.registered.is_none()) {
        for (which, settings) in target.clients.iter().enumerate() {
            let file = format!("{name}-{}-{}", number + 1, which + 1);
            client(&mut text, settings, Place { folder, shown: "" }, &file)?;
            let client = Supported::by(&[target.variant]);
            let _ = writeln!(text, "features = {}", features::of_client(&client, &server));
        }
    }
    Ok(text)
}

fn user(text: &mut String, user: &UserStrategy) {
    let list = |items: &[String]| items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ");
    let _ = match user {
        UserStrategy::Manual => writeln!(text, "\n[user]\nstrategy = \"manual\""),
        UserStrategy::Command(command) => writeln!(text, "\n[user]\nstrategy = \"command\"\ncommand = [{}]", list(command)),
        UserStrategy::Form(form) | UserStrategy::Browser(BrowserStrategy { form, .. }) => {
            let strategy = if matches!(user, UserStrategy::Form(_)) { "form" } else { "browser" };
            let fields: Vec<_> =
                form.fields.iter().map(|(name, value)| format!("{} = {}", quoted(name), quoted(value))).collect();
            let _ = writeln!(text, "\n[user]\nstrategy = \"{strategy}\"\nfields = {{ {} }}", fields.join(", "));
            writeln!(text, "approve = [{}]\ndeny = [{}]", list(&form.approve), list(&form.deny))
        }
    };
}

/// Writes a client, with the files that it names and whose names begin with `name`.
pub(super) fn client(text: &mut String, client: &ClientSettings, place: Place<'_>, name: &str) -> Result<(), String> {
    let _ = writeln!(text, "\n[[client]]\nid = {}", quoted(&client.id));
    if !client.redirect_uri.is_empty() {
        let _ = writeln!(text, "redirect_uri = {}", quoted(&client.redirect_uri));
    }
    let _ = writeln!(text, "scope = {}", quoted(&client.scope));
    if let Some(scope) = &client.client_scope {
        let _ = writeln!(text, "client_scope = {}", quoted(scope));
    }
    if let Some(secret) = &client.secret {
        let _ = writeln!(text, "secret = {}", quoted(secret));
    }
    if let Some(key) = &client.key {
        let mut jwk = key.private_jwk().clone();
        jwk.insert("alg".into(), key.algorithm().into());
        let file = format!("{name}.jwk.json");
        save(&place.folder.join(&file), &format!("{:#}\n", Value::Object(jwk)))?;
        let _ = writeln!(text, "key = {}", quoted(&place.shown(&file)));
    }
    if let Some(identity) = &client.identity {
        let (certificate, key) = certificate(identity, place, name)?;
        let _ = writeln!(text, "certificate = {}\ncertificate_key = {}", quoted(&certificate), quoted(&key));
    }
    if let Some(impostors) = &client.impostors {
        let kinds = [("of_another", Some(&impostors.of_another)), ("counterfeit", impostors.counterfeit.as_ref())];
        for (kind, identity) in kinds.into_iter().filter_map(|(kind, identity)| Some((kind, identity?))) {
            let (certificate, key) = certificate(identity, place, &format!("{name}-{}", kind.replace('_', "-")))?;
            let (certificate, key) = (quoted(&certificate), quoted(&key));
            let _ = writeln!(text, "impostors.{kind} = {{ certificate = {certificate}, certificate_key = {key} }}");
        }
    }
    if !client.parameters.is_empty() {
        let parameters: Vec<_> =
            client.parameters.iter().map(|(name, value)| format!("{} = {}", quoted(name), quoted(value))).collect();
        let _ = writeln!(text, "parameters = {{ {} }}", parameters.join(", "));
    }
    Ok(())
}

/// Writes a certificate with its chain, and its key, and returns the names of both files.
fn certificate(identity: &Identity, place: Place<'_>, name: &str) -> Result<(String, String), String> {
    let (certificate, key) = (format!("{name}.pem"), format!("{name}.key.pem"));
    let chain: String = identity.chain.iter().map(|der| pem("CERTIFICATE", der)).collect();
    save(&place.folder.join(&certificate), &chain)?;
    save(&place.folder.join(&key), &pem(label(&identity.key), identity.key.secret_der()))?;
    Ok((place.shown(&certificate), place.shown(&key)))
}

fn label(key: &rustls_pki_types::PrivateKeyDer<'_>) -> &'static str {
    match key {
        rustls_pki_types::PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        rustls_pki_types::PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    }
}

pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let base64 = BASE64.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for (number, character) in base64.chars().enumerate() {
        if number > 0 && number % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    let _ = write!(text, "\n-----END {label}-----\n");
    text
}

/// Written for its owner only: most of these are keys.
pub(super) fn save(path: &Path, text: &str) -> Result<(), String> {
    let fails = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fails)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(fails)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(fails)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
