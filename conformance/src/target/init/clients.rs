//! Two clients for each combination of features: keys, certificates, registrations, and their part of the target file.

use std::fmt::Write;
use std::path::Path;

use fapi::ClientMetadata;
use serde_json::{Map, Value, json};

use crate::target::features::{self, Supported};
use crate::target::made::{Clients, Issuer};
use crate::target::written::{self, Place};
use crate::variant::{Grant, Variant};

/// Clients that were made.
pub(super) struct Made {
    /// Their part of the target file.
    pub(super) text: String,
    /// Things to do next.
    pub(super) next: Vec<String>,
}

/// Makes two clients for each of these variants, and writes their keys, certificates and registrations into a folder. The target
/// file calls that folder `name`.
pub(super) fn make(variants: &[Variant], server: &Supported, scope: &str, folder: &Path, name: &str) -> Result<Made, String> {
    let authority = Issuer::new("client authority of fapi-conformance")?;
    let (mut text, mut registrations) = (String::new(), Vec::new());
    for variant in variants {
        let mut clients = Clients::new(*variant, &authority)?;
        let of_clients = variant.grant() == Some(Grant::ClientCredentials);
        for (settings, mut registered) in clients.settings.iter_mut().zip(clients.registered) {
            scope.clone_into(&mut settings.scope);
            (settings.client_scope, settings.secret) = (None, None);
            registered.scope = fapi::scope::Scope::parse(scope).ok();
            let grant_types: &[&str] =
                if of_clients { &["client_credentials"] } else { &["authorization_code", "refresh_token"] };
            registered.grant_types = grant_types.iter().map(|grant| (*grant).into()).collect();
            written::client(&mut text, settings, Place { folder, shown: name }, &settings.id)?;
            let own = Supported::by(&[*variant]);
            let _ = writeln!(text, "features = {}", features::of_client(&own, server));
            registrations.push(registered);
        }
    }
    let save = |file: &str, value: &Value| written::save(&folder.join(file), &format!("{value:#}\n"));
    let registered = registrations.iter().map(|metadata| serde_json::to_value(metadata).map_err(|error| error.to_string()));
    save("clients.json", &Value::Array(registered.collect::<Result<_, _>>()?))?;
    save("keycloak.json", &json!({ "clients": registrations.iter().map(keycloak).collect::<Vec<_>>() }))?;
    let mut next = vec![format!(
        "Register the {} clients of {name}/clients.json (members of RFC 7591) at the server; {name}/keycloak.json has the same for \
         Keycloak's partial import.",
        registrations.len()
    )];
    if variants.iter().any(Variant::certificates) {
        written::save(&folder.join("client-authority.pem"), &written::pem("CERTIFICATE", &authority.certificate()))?;
        next.push(format!(
            "Make the server trust {name}/client-authority.pem for client certificates; the second clients' certificates are \
             self-signed and registered as keys."
        ));
    }
    Ok(Made { text, next })
}

/// A client in the format of Keycloak's import.
fn keycloak(client: &ClientMetadata) -> Value {
    let own = serde_json::to_value(client).unwrap_or_default();
    let method = own.get("token_endpoint_auth_method").and_then(Value::as_str).unwrap_or_default();
    let has_grant = |grant: &str| {
        own.get("grant_types").and_then(Value::as_array).is_some_and(|grants| grants.iter().any(|own| own == grant))
    };
    let is_true = |member: &str| (own.get(member) == Some(&Value::Bool(true))).to_string();
    let mut attributes = Map::new();
    attributes.insert("dpop.bound.access.tokens".into(), is_true("dpop_bound_access_tokens").into());
    attributes.insert(
        "tls.client.certificate.bound.access.tokens".into(),
        is_true("tls_client_certificate_bound_access_tokens").into(),
    );
    attributes.insert("require.pushed.authorization.requests".into(), "true".into());
    if let Some(jwks) = own.get("jwks") {
        attributes.insert("use.jwks.string".into(), "true".into());
        attributes.insert("jwks.string".into(), jwks.to_string().into());
    }
    if let Some(subject) = own.get("tls_client_auth_subject_dn") {
        attributes.insert("x509.subjectdn".into(), subject.clone());
    }
    json!({
        "clientId": own.get("client_id"),
        "enabled": true,
        "protocol": "openid-connect",
        "publicClient": false,
        "clientAuthenticatorType": if method == "private_key_jwt" { "client-jwt" } else { "client-x509" },
        "redirectUris": own.get("redirect_uris"),
        "standardFlowEnabled": has_grant("authorization_code"),
        "serviceAccountsEnabled": has_grant("client_credentials"),
        "directAccessGrantsEnabled": false,
        "implicitFlowEnabled": false,
        "attributes": attributes,
    })
}
