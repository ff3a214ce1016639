//! A first target file, written from a server's metadata: every key explained, what is known filled in.

use std::fmt::Write;

use serde_json::Value;
use url::Url;

use super::{Metadata, oauth_location, openid_location};
use crate::http::{Connector, Http};
use crate::variant::{Authentication, Profile, SenderConstraint, Variant};

/// What stands for a value that only a person knows; a file that still holds it is refused.
pub const FILL_IN: &str = "FILL-IN";

/// Fetches the metadata of an issuer from both locations, and writes a target file.
pub async fn init(issuer: &str, connector: Connector) -> Result<String, String> {
    let url = Url::parse(issuer).map_err(|error| format!("{issuer} is not a URL: {error}"))?;
    if url.cannot_be_a_base() {
        return Err(format!("{issuer} is not the URL of a server"));
    }
    let http = Http::new(connector);
    let (mut documents, mut failures) = (Vec::new(), Vec::new());
    for location in [openid_location(issuer), oauth_location(issuer)] {
        match document(&http, &location).await {
            Ok(document) => documents.push((location, document)),
            Err(error) => failures.push(format!("{location}: {error}")),
        }
    }
    match documents.first() {
        None => Err(format!("no metadata:\n  {}", failures.join("\n  "))),
        Some((location, metadata)) => {
            let openid = documents.iter().any(|(location, _)| *location == openid_location(issuer));
            Ok(write(issuer, location, metadata, openid))
        }
    }
}

async fn document(http: &Http, location: &str) -> Result<Metadata, String> {
    let url = Url::parse(location).map_err(|error| error.to_string())?;
    let reply = http.fetch("metadata", &url).await.map_err(|unanswered| match &unanswered.0.answer {
        crate::http::Answer::Nothing(_, reason) => reason.clone(),
        crate::http::Answer::Response { status, .. } => format!("status {status}"),
    })?;
    Metadata::read(&reply).map_err(|_| format!("status {} without a JSON object", reply.status()))
}

/// The variants that a server's metadata speaks of, OpenID first where there is an OpenID document.
pub fn variants(metadata: &Metadata, openid: bool) -> Vec<Variant> {
    let methods = metadata.list("token_endpoint_auth_methods_supported");
    let mut authentications = Vec::new();
    if methods.contains(&"private_key_jwt") {
        authentications.push(Authentication::PrivateKeyJwt);
    }
    if methods.iter().any(|method| method.ends_with("tls_client_auth")) {
        authentications.push(Authentication::Mtls);
    }
    let mut senders = Vec::new();
    if metadata.document.get("dpop_signing_alg_values_supported").is_some() {
        senders.push(SenderConstraint::Dpop);
    }
    if metadata.is_true("tls_client_certificate_bound_access_tokens") {
        senders.push(SenderConstraint::Mtls);
    }
    let grants = metadata.list("grant_types_supported");
    let mut profiles = vec![if openid { Profile::OpenId } else { Profile::OAuth }];
    if grants.contains(&"client_credentials") {
        profiles.push(Profile::ClientCredentials);
    }
    let mut variants = Vec::new();
    for profile in profiles {
        for authentication in &authentications {
            variants.extend(senders.iter().map(|sender| Variant { profile, authentication: *authentication, sender: *sender }));
        }
    }
    variants
}

fn write(issuer: &str, location: &str, metadata: &Metadata, openid: bool) -> String {
    let issuer = metadata.text("issuer").unwrap_or(issuer);
    let mut guessed = variants(metadata, openid);
    let mut note = "guessed from the metadata";
    if guessed.is_empty() {
        guessed.extend(Variant::all().find(|variant| variant.openid() == openid));
        note = "the metadata names neither private_key_jwt nor mTLS with DPoP or mTLS, so this is a mere example";
    }
    let certificates = guessed.iter().any(Variant::certificates);
    let names: Vec<_> = guessed.iter().map(|variant| text(&variant.to_string())).collect();
    let every: Vec<_> = Variant::all().map(|variant| format!("#   {variant}")).collect();
    let url = metadata.text("userinfo_endpoint").filter(|_| openid);
    let mut file = format!(
        "# A target of fapi-conformance, written from {location}\n\
         #\n\
         # Every {FILL_IN} is to be replaced: the file is refused as long as one is left. Then:\n\
         #   fapi-conformance run --target THIS-FILE\n\
         # Files that are named here are looked up from the folder of this file.\n\n\
         # The issuer identifier, exactly as the metadata has it.\n\
         issuer = {issuer}\n\n\
         # What reports call the server; the name of this file, if left out.\n\
         # name = \"my server\"\n\n\
         # Which variants to run ({note}). Each needs two clients below that are\n\
         # registered for it. What is asked for / how clients authenticate / what tokens are bound to:\n\
         {every}\n\
         variants = [\n  {names},\n]\n\n\
         # PEM file with the certificate authorities to trust; those of this machine, if left out.\n\
         # authority = \"ca.pem\"\n\n\
         # How far, in seconds, the server's clock may be from ours.\n\
         clock_tolerance = 0\n\n\
         # Whether scenarios may wait for more than five seconds, for codes and the like to expire (run --fast leaves them out too).\n\
         waits = true\n\n",
        issuer = text(issuer),
        every = every.join("\n"),
        names = names.join(",\n  "),
    );
    resource(&mut file, url);
    file.push_str(USER);
    for number in [1, 2] {
        client(&mut file, number, metadata, openid, certificates);
    }
    file
}

const USER: &str = "\
# How a user gets through the pages of the server.
[user]
# form: forms are filled in and buttons pressed. command: a program does it. manual: you do, in a browser.
strategy = \"form\"
# Values by the name of the input; what is not named here keeps the value that the page gave it.
fields = { username = \"FILL-IN\", password = \"FILL-IN\" }
# Buttons or links that go on, and that refuse, by name, value or visible text; guessed, if left out.
# approve = [\"Allow\"]
# deny = [\"Cancel\"]
# For the strategy `command`: a program and its arguments. After them it is given the URL to open, the redirect URI, and
# `approve` or `deny`; the last line it prints is the URL that it was redirected to in the end.
# command = [\"./log-in\", \"--as\", \"alice\"]

";

fn resource(file: &mut String, userinfo: Option<&str>) {
    file.push_str("# A protected resource that takes the clients' access tokens.");
    let _ = match userinfo {
        Some(url) => write!(file, " Without this section, OpenID variants use\n# {url}\n# [resource]\n# url = {}\n", text(url)),
        None => write!(file, "\n[resource]\nurl = \"https://{FILL_IN}/\"\n"),
    };
    file.push_str("# method = \"GET\"\n# content_type = \"application/json\"\n# body = \"{}\"\n\n");
}

fn client(file: &mut String, number: u8, metadata: &Metadata, openid: bool, certificates: bool) {
    let suffix = if number == 2 { "?dummy1=lorem&dummy2=ipsum" } else { "" };
    let scopes = metadata.list("scopes_supported");
    let wanted: Vec<_> =
        ["openid", "offline_access", "profile", "email"].into_iter().filter(|scope| scopes.contains(scope)).collect();
    let scope = match (openid, wanted.join(" ")) {
        (false, _) => FILL_IN.to_owned(),
        (true, wanted) if wanted.contains("openid") => wanted,
        (true, wanted) => format!("openid {wanted}").trim().to_owned(),
    };
    let algorithms: Vec<_> = metadata
        .document
        .get("token_endpoint_auth_signing_alg_values_supported")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let listed = if algorithms.is_empty() { String::new() } else { format!(" The server lists {}.", algorithms.join(", ")) };
    let tls = if certificates { "" } else { "# " };
    let which = if number == 1 { "The first client." } else { "The second client: another id, other keys, another certificate." };
    let _ = write!(
        file,
        "# {which}\n\
         [[client]]\n\
         id = \"{FILL_IN}\"\n\
         # Its private key, for signing assertions: a JWK or PEM file, or the JWK itself as a table `jwk`.{listed}\n\
         key = \"{FILL_IN}.jwk.json\"\n\
         # Its certificate (with its chain) and the certificate's private key, PEM files, for variants with mTLS.\n\
         {tls}certificate = \"{FILL_IN}.pem\"\n\
         {tls}certificate_key = \"{FILL_IN}.key.pem\"\n\
         # Registered with the server; nobody needs to listen there. The second one's has a query on purpose.\n\
         redirect_uri = \"https://client.example/callback{suffix}\"\n\
         # What it asks users for; with openid in the variants that begin so, and with what the resource needs.\n\
         scope = {}\n\
         # What it asks for with client_credentials.\n\
         # client_scope = \"{FILL_IN}\"\n\
         # More parameters for its authorization requests, such as one that makes the server ask every time.\n\
         # parameters = {{ prompt = \"consent\" }}\n\
         # Only for these variants; for all, if left out.\n\
         # variants = []\n\n",
        text(&scope)
    );
}

fn text(text: &str) -> String {
    toml::Value::from(text).to_string()
}
