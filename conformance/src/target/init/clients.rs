//! Two clients for each combination of features: keys, certificates, registrations, and their part of the target file.

use std::fmt::Write;
use std::path::Path;

use fapi::ClientMetadata;
use fapi::jose::Algorithm;
use fapi::scope::Scope;
use serde_json::{Map, Value, json};

use super::FILL_IN;
use crate::keys::SigningKey;
use crate::target::Metadata;
use crate::target::features::{self, Supported};
use crate::target::made::{Certified, Clients, Credentials, Issuer};
use crate::target::written::{self, Place};
use crate::variant::{Grant, Plan, SenderConstraint, Variant};

/// Clients that were made.
pub(super) struct Made {
    /// Their part of the target file.
    pub(super) text: String,
    /// Things to do next.
    pub(super) next: Vec<String>,
}

/// The server for which clients are made.
pub(super) struct Server<'a> {
    pub(super) metadata: &'a Metadata,
    pub(super) supported: &'a Supported,
    pub(super) plan: &'a Plan,
    /// The scope to request from users.
    pub(super) scope: &'a str,
}

/// Makes two clients for each of these variants, and writes their keys, certificates and registrations into a folder. The target
/// file calls that folder `name`.
pub(super) fn make(variants: &[Variant], server: &Server<'_>, folder: &Path, name: &str) -> Result<Made, String> {
    let authority = Issuer::new("client authority of fapi-conformance")?.with_chain();
    let (mut text, mut registrations) = (String::new(), Vec::new());
    for variant in variants {
        let mut clients = Clients::with(*variant, &authority, server.credentials(*variant))?;
        for (number, (settings, mut registered)) in clients.settings.iter_mut().zip(clients.registered).enumerate() {
            let of_clients = variant.grant() == Some(Grant::ClientCredentials);
            // With client_credentials there is no user, and so neither `openid` nor anything that a user allows.
            settings.scope = if of_clients { String::new() } else { server.scope.to_owned() };
            (settings.client_scope, settings.secret) = (None, None);
            registered.scope = Scope::parse(&settings.scope).ok().filter(|_| !of_clients);
            server.register(*variant, number, settings.key.as_ref(), &mut registered);
            written::client(&mut text, settings, Place { folder, shown: name }, &settings.id)?;
            let own = Supported::by(&[*variant]);
            let _ = writeln!(text, "features = {}", features::of_client(&own, server.supported));
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
        let is_key = |variant: &Variant| server.certified(*variant).contains(&Certified::AsKey);
        let others = if variants.iter().any(|variant| variant.certificates() && is_key(variant)) {
            "; certificates with the method self_signed_tls_client_auth are self-signed, and registered as keys"
        } else {
            ""
        };
        next.push(format!("Make the server trust {name}/client-authority.pem for client certificates{others}."));
    }
    next.extend(server.unfit());
    if text.contains(FILL_IN) {
        next.push(format!("Replace {FILL_IN} in {name}/clients.json as well: it is the scope of the clients."));
    }
    if variants.iter().any(|variant| variant.grant() == Some(Grant::ClientCredentials)) {
        next.push(
            "If the resource needs a scope of clients without users, register it and name it as their `client_scope`.".into(),
        );
    }
    Ok(Made { text, next })
}

impl Server<'_> {
    /// The algorithms of FAPI 2.0 that the metadata list under this name, the usual ones first.
    fn algorithms(&self, list: &str) -> Vec<&'static str> {
        let listed = self.metadata.list(list);
        ALGORITHMS.iter().copied().filter(|algorithm| listed.contains(algorithm)).collect()
    }

    /// The keys and certificates of two clients that the server can register.
    fn credentials(&self, variant: Variant) -> [Credentials; 2] {
        let offered = self.algorithms(ASSERTIONS);
        let first = offered.first().copied().unwrap_or("ES256");
        let second = offered.get(1).copied().unwrap_or(if offered.is_empty() { "PS256" } else { first });
        let one = key(first);
        let two = if first == second { one.another() } else { key(second) };
        let [certified, other] = self.certified(variant);
        [Credentials { key: one, certified }, Credentials { key: two, certified: other }]
    }

    /// The certificates of two clients. One that only binds tokens is registered nowhere, so that the server must know its authority.
    fn certified(&self, variant: Variant) -> [Certified; 2] {
        let methods = self.metadata.list("token_endpoint_auth_methods_supported");
        let lists = |method: &str| methods.contains(&method);
        match (variant.private_key_jwt(), lists("tls_client_auth"), lists("self_signed_tls_client_auth")) {
            (true, ..) | (false, _, false) => [Certified::ByName, Certified::ByName],
            (false, true, true) => [Certified::ByName, Certified::AsKey],
            (false, false, true) => [Certified::AsKey, Certified::AsKey],
        }
    }

    /// Completes the registration of a client: everything that the plan demands and the server leaves to its clients.
    fn register(&self, variant: Variant, number: usize, key: Option<&SigningKey>, registered: &mut ClientMetadata) {
        let of_users = variant.front_channel();
        let grants: &[&str] = if of_users { &["authorization_code", "refresh_token"] } else { &["client_credentials"] };
        registered.grant_types = grants.iter().map(|grant| (*grant).into()).collect();
        registered.token_endpoint_auth_signing_alg = key.and_then(|key| Algorithm::parse(key.algorithm()));
        registered.tls_client_certificate_bound_access_tokens = variant.sender_constraint() == Some(SenderConstraint::Mtls);
        registered.require_pushed_authorization_requests = of_users && !self.plan.policy().pushed_request.admits(&false);
        let offered = self.algorithms("id_token_signing_alg_values_supported");
        let for_tokens = offered.get(number).or(offered.first()).filter(|_| variant.openid());
        registered.id_token_signed_response_alg = for_tokens.and_then(|algorithm| Algorithm::parse(algorithm));
    }

    /// A sentence, if the metadata list no algorithm for assertions that FAPI 2.0 allows.
    fn unfit(&self) -> Option<String> {
        let listed = self.metadata.list(ASSERTIONS);
        (!listed.is_empty() && self.algorithms(ASSERTIONS).is_empty()).then(|| {
            format!(
                "`{ASSERTIONS}` of the metadata has none of {}, which FAPI 2.0 allows: the server may refuse the keys.",
                ALGORITHMS.join(", ")
            )
        })
    }
}

/// The algorithms that FAPI 2.0 allows.
const ALGORITHMS: &[&str] = &["ES256", "PS256", "EdDSA", "Ed25519"];
/// The member of the metadata that lists algorithms for client assertions.
const ASSERTIONS: &str = "token_endpoint_auth_signing_alg_values_supported";

/// A new key for one of these algorithms.
fn key(algorithm: &str) -> SigningKey {
    match algorithm {
        "PS256" => SigningKey::ps256(),
        "EdDSA" => SigningKey::eddsa(),
        "Ed25519" => SigningKey::eddsa().with_algorithm("Ed25519").unwrap_or_else(|_| SigningKey::eddsa()),
        _ => SigningKey::es256(),
    }
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
    for (attribute, member) in [
        ("token.endpoint.auth.signing.alg", "token_endpoint_auth_signing_alg"),
        ("id.token.signed.response.alg", "id_token_signed_response_alg"),
    ] {
        attributes.extend(own.get(member).map(|algorithm| (attribute.to_owned(), algorithm.clone())));
    }
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
