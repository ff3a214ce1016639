//! The text of a first target file.

use std::fmt::Write;
use std::path::Path;

use super::clients::{self, Made, Server};
use super::{FILL_IN, Wishes};
use crate::target::Metadata;
use crate::target::features::{Supported, member};
use crate::variant::{
    Authentication, Axis, Grant, Plan, Protocol, Registration, RequestMethod, ResponseMode, ResponseType, SenderConstraint,
    Value, Variant,
};

/// Writes a target file. What is to be done next is added to `next`.
pub(super) fn write(
    wishes: &Wishes<'_>,
    location: &str,
    metadata: &Metadata,
    openid: bool,
    next: &mut Vec<String>,
) -> Result<String, String> {
    let Wishes { issuer, plan, authority, clients: wanted, folder } = *wishes;
    let (features, supported) = features(plan, metadata, openid);
    let certificates = supported.has(Value::Authentication(Authentication::Mtls))
        || supported.has(Value::SenderConstraint(SenderConstraint::Mtls));
    let url = metadata.text("userinfo_endpoint").filter(|_| openid);
    let mut file = format!(
        "# A target of fapi-conformance, written from {location}\n\
         #\n\
         # Replace every {FILL_IN}; the file is refused as long as one is left. Then check the file, and run:\n\
         #   fapi-conformance check --plan {plan} --target THIS-FILE\n\
         #   fapi-conformance run --plan {plan} --target THIS-FILE\n\
         # Paths are relative to the folder of this file.\n\n\
         # The issuer identifier, exactly as in the metadata.\n\
         issuer = {issuer}\n\n\
         # The name of the server in reports; by default, the name of this file.\n\
         # name = \"my server\"\n\n\
         # PEM file with the certificate authorities to trust; by default, those of this machine.\n\
         {authority}\n\n\
         # The seconds by which the server's clock may differ from that of the suite.\n\
         clock_tolerance = 0\n\n\
         # Allows scenarios to wait for more than five seconds, for example until a code expires; run --fast forbids it, too.\n\
         waits = true\n\n\
         # The features of the server, as guessed from the metadata. Every combination runs that the plan has and for which two\n\
         # of the clients below are registered.\n\
         [features]\n{features}\n",
        plan = plan.id,
        issuer = text(issuer),
        authority = match authority {
            Some(path) => format!("authority = {}", text(&relative(path, folder))),
            None => "# authority = \"ca.pem\"".to_owned(),
        },
    );
    resource(&mut file, url, &supported);
    file.push_str(USER);
    match wanted {
        None => (1..=2).for_each(|number| client(&mut file, number, metadata, openid, certificates)),
        Some(place) => {
            let usual = |value: &Value| supported.of(value.axis()).is_empty() && value.axis().usual() == Some(*value);
            let offered = |variant: &Variant| variant.values().all(|value| supported.has(value) || usual(&value));
            let variants: Vec<_> = plan.variants().into_iter().filter(offered).collect();
            let scope = scope(metadata, openid);
            let server = Server { metadata, supported: &supported, plan, scope: &scope };
            let Made { text, next: more } = clients::make(&variants, &server, place, &relative(place, folder))?;
            file.push_str(&text);
            next.extend(more);
        }
    }
    Ok(file)
}

/// Sentences about what the plan demands and the metadata do not offer.
pub(super) fn unsuited(plan: &Plan, metadata: &Metadata) -> Vec<String> {
    let policy = plan.policy();
    let mut missing = Vec::new();
    if !policy.pushed_request.admits(&false) && metadata.text("pushed_authorization_request_endpoint").is_none() {
        missing.push("`pushed_authorization_request_endpoint`");
    }
    let constrained = metadata.document.get("dpop_signing_alg_values_supported").is_some()
        || metadata.is_true("tls_client_certificate_bound_access_tokens");
    if !policy.sender_constraint.admits(&fapi::policy::SenderConstraints::NONE) && !constrained {
        missing.push("`dpop_signing_alg_values_supported` or `tls_client_certificate_bound_access_tokens`");
    }
    if missing.is_empty() {
        return vec![format!("The metadata fits the plan {}.", plan.id)];
    }
    vec![format!("The plan {} does not suit this server: its metadata lacks {}.", plan.id, missing.join(" and "))]
}

/// A path as it is written in a file of this folder.
fn relative(path: &Path, folder: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (path, folder) = (absolute(path), absolute(folder));
    path.strip_prefix(&folder).unwrap_or(&path).display().to_string()
}

/// The features that a target file lists for a plan, as text and as values: those that the metadata mentions, or, on an axis that
/// it does not mention, all values of the plan. An axis on which the plan has only the usual value is left out.
fn features(plan: &Plan, metadata: &Metadata, openid: bool) -> (String, Supported) {
    let known: Supported = plan.choices.iter().flat_map(|choice| choice.values.iter().copied()).collect();
    let (mut text, mut listed) = (String::new(), Vec::new());
    for axis in Axis::ALL {
        let values = known.of(*axis);
        if values.iter().all(|value| axis.usual() == Some(*value)) {
            continue;
        }
        let names: Vec<_> = values.iter().map(|value| value.name()).collect();
        let _ = writeln!(text, "# {} In this plan: {}.", axis.about(), names.join(", "));
        let offered: Vec<_> = values.iter().copied().filter(|value| offers(metadata, openid, *value)).collect();
        if offered.is_empty() {
            text.push_str("# The metadata names none of them: remove those that the server does not support.\n");
        }
        let offered = if offered.is_empty() { values } else { offered };
        let _ = writeln!(text, "{}", member(*axis, &offered));
        listed.extend(offered);
    }
    (text, listed.into_iter().collect())
}

/// Returns true if the metadata says that the server supports a value; `openid` if it is an OpenID provider's.
fn offers(metadata: &Metadata, openid: bool, value: Value) -> bool {
    let lists = |member: &str, name: &str| metadata.list(member).contains(&name);
    let lists_or_lacks = |member: &str, name: &str| metadata.document.get(member).is_none() || lists(member, name);
    match value {
        Value::Grant(Grant::AuthorizationCode) => lists_or_lacks("grant_types_supported", "authorization_code"),
        Value::Grant(Grant::ClientCredentials) => lists("grant_types_supported", "client_credentials"),
        Value::Grant(Grant::Ciba) => lists("grant_types_supported", "urn:openid:params:grant-type:ciba"),
        Value::Protocol(protocol) => openid == (protocol == Protocol::OpenId),
        Value::Delivery(_) => lists("backchannel_token_delivery_modes_supported", value.name()),
        Value::Authentication(Authentication::PrivateKeyJwt) => lists("token_endpoint_auth_methods_supported", value.name()),
        Value::Authentication(Authentication::Mtls) => {
            metadata.list("token_endpoint_auth_methods_supported").iter().any(|method| method.ends_with("tls_client_auth"))
        }
        Value::SenderConstraint(SenderConstraint::Dpop) => metadata.document.get("dpop_signing_alg_values_supported").is_some(),
        Value::SenderConstraint(SenderConstraint::Mtls) => metadata.is_true("tls_client_certificate_bound_access_tokens"),
        Value::RequestMethod(RequestMethod::Unsigned) => !metadata.is_true("require_signed_request_object"),
        Value::RequestMethod(RequestMethod::Signed) => {
            metadata.document.get("request_object_signing_alg_values_supported").is_some()
        }
        Value::ResponseType(ResponseType::Code) => lists("response_types_supported", "code"),
        Value::ResponseType(ResponseType::CodeIdToken) => lists("response_types_supported", "code id_token"),
        Value::ResponseMode(ResponseMode::Query) => lists_or_lacks("response_modes_supported", value.name()),
        Value::ResponseMode(_) => lists("response_modes_supported", value.name()),
        // No metadata tell about them.
        Value::Apis(_) => false,
        Value::Registration(Registration::Static) => true,
        Value::Registration(Registration::Dynamic) => metadata.text("registration_endpoint").is_some(),
    }
}

const USER: &str = "\
# The way in which a user completes the pages of the server.
[user]
# form: the suite fills in forms and presses buttons. browser: the same in Chromium, for pages that need scripts, if the suite is
# built with `--features browser`. command: a program does. manual: you do, in a browser.
strategy = \"form\"
# Values by the name or the id of the input; an input that is not named here keeps the value that it has on the page. Nothing is
# typed twice in one visit, so that no account is locked. Check boxes of a consent page are ticked, unless this names one of them.
fields = { username = \"FILL-IN\", password = \"FILL-IN\" }
# Buttons or links that continue, and that refuse, by name, id, value or visible text. By default, they are guessed in English,
# German, French, Spanish, Portuguese, Italian, Dutch and Swedish. A login page without a button that `approve` names is sent with
# its first button.
# approve = [\"Allow\"]
# deny = [\"Cancel\"]
# For the strategy `command`: a program and its arguments. The URL to open, the redirect URI, and `approve` or `deny` are
# appended; the last line that the program prints must be the URL of the final redirect. If the server shows an error page, it prints
# nothing.
# command = [\"./log-in\", \"--as\", \"alice\"]

";

fn resource(file: &mut String, userinfo: Option<&str>, supported: &Supported) {
    let for_clients = supported.has(Value::Grant(Grant::ClientCredentials));
    let _ = match userinfo {
        Some(url) if for_clients => write!(
            file,
            "# Protected resources that accept the clients' access tokens: a variant uses the first one whose features fit it. OpenID\n\
             # variants without one use {url}\n\
             [[resource]]\nfeatures = {{ grant = [\"client_credentials\"] }}\nurl = \"https://{FILL_IN}/\"\n"
        ),
        Some(url) => write!(
            file,
            "# A protected resource that accepts the clients' access tokens. Without this section, OpenID variants use\n\
             # {url}\n# [resource]\n# url = {}\n",
            text(url)
        ),
        None => write!(
            file,
            "# A protected resource that accepts the clients' access tokens. For different ones, write several [[resource]] sections,\n\
             # each with the features of the variants that use it.\n[resource]\nurl = \"https://{FILL_IN}/\"\n"
        ),
    };
    file.push_str("# method = \"GET\"\n# content_type = \"application/json\"\n# body = \"{}\"\n\n");
}

fn client(file: &mut String, number: u8, metadata: &Metadata, openid: bool, certificates: bool) {
    let suffix = if number == 2 { "?dummy1=lorem&dummy2=ipsum" } else { "" };
    let scope = scope(metadata, openid);
    let algorithms = metadata.list("token_endpoint_auth_signing_alg_values_supported");
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
         # Certificates that others might present in its place: of another subject, by the same authority (or self-signed by another\n\
         # key), and of its own subject, by an authority that the server does not know.\n\
         # impostors.of_another = {{ certificate = \"{FILL_IN}.pem\", certificate_key = \"{FILL_IN}.key.pem\" }}\n\
         # impostors.counterfeit = {{ certificate = \"{FILL_IN}.pem\", certificate_key = \"{FILL_IN}.key.pem\" }}\n\
         # The registered redirect URI; nothing needs to listen there. That of the second client has a query on purpose.\n\
         redirect_uri = \"https://client.example/callback{suffix}\"\n\
         # The scope that it requests from users: with openid for OpenID variants, and with everything that the resource needs.\n\
         scope = {}\n\
         # The scope that it requests with client_credentials.\n\
         # client_scope = \"{FILL_IN}\"\n\
         # Further parameters for its authorization requests, such as one that makes the server always show pages.\n\
         # parameters = {{ prompt = \"consent\" }}\n\
         # The features for which it is registered, if they are fewer than those of the server.\n\
         # features = {{ client_authentication = [\"private_key_jwt\"], sender_constraint = [\"dpop\"] }}\n\n",
        text(&scope)
    );
}

/// The scope to request from users.
fn scope(metadata: &Metadata, openid: bool) -> String {
    let scopes = metadata.list("scopes_supported");
    let wanted: Vec<_> =
        ["openid", "offline_access", "profile", "email"].into_iter().filter(|scope| scopes.contains(scope)).collect();
    match (openid, wanted.join(" ")) {
        (false, _) => FILL_IN.to_owned(),
        (true, wanted) if wanted.contains("openid") => wanted,
        (true, wanted) => format!("openid {wanted}").trim().to_owned(),
    }
}

fn text(text: &str) -> String {
    toml::Value::from(text).to_string()
}
