//! The metadata document.

use serde_json::Value;
use url::Url;

use super::replies::demand;
use super::{Scenario, module, openid, run};
use crate::client::values;
use crate::finding::{Finding, Stop, Tried, skip};
use crate::http::Reply;
use crate::session::Session;
use crate::target::{Metadata, oauth_location, openid_location};
use fapi::requirement::{fapi2_sp, oidcd, rfc8414, rfc8705, rfc9068, rfc9126, rfc9207, rfc9449};

const ALGORITHMS: &[&str] = &["PS256", "ES256", "EdDSA", "Ed25519"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "metadata",
        "The metadata has everything that a FAPI 2.0 client needs, and nothing that FAPI 2.0 forbids.",
        run!(metadata),
    )
    .oidf(&[module!("discovery-end-point-verification")])
    .requires(&[
        &fapi2_sp::METADATA_PUBLISHED,
        &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
        &fapi2_sp::NO_PASSWORD_GRANT,
        &rfc8414::METADATA_SHAPE,
        &rfc8414::REQUIRED_MEMBERS,
        &rfc8414::CHALLENGE_METHODS,
        &rfc8414::ASSERTION_ALGORITHMS,
        &rfc8414::WELL_KNOWN,
        &oidcd::ISSUER,
        &oidcd::REQUIRED_MEMBERS,
        &oidcd::WELL_KNOWN,
        &rfc8705::BINDING_PUBLISHED,
        &rfc9126::ENDPOINT_PUBLISHED,
        &rfc9207::ISS_ADVERTISED,
        &rfc9449::ALGORITHMS_PUBLISHED,
    ])
    .asserts(&[
        "the well-known URL of the variant's profile answers 200 with application/json",
        "issuer equals the configured issuer; every member has its type",
        "response_types_supported has code; pushed_authorization_request_endpoint is an https URL",
        "require_pushed_authorization_requests is a boolean, if present",
        "authorization_response_iss_parameter_supported is true; code_challenge_methods_supported has S256",
        "token_endpoint_auth_methods_supported has the variant's method and nothing that FAPI 2.0 forbids (otherwise a warning)",
        "each list of signing algorithms has one of PS256, ES256, EdDSA, Ed25519, and does not have `none`",
        "with mTLS tokens: tls_client_certificate_bound_access_tokens is true",
        "grant_types_supported has the variant's grant and not password",
        "OpenID: jwks_uri, openid in scopes_supported, subject_types_supported",
    ]),
    Scenario::positive("metadata-both-locations", "The OpenID and the RFC 8414 metadata documents agree.", run!(both_locations))
        .when(openid)
        .requires(&[&rfc8414::WELL_KNOWN, &oidcd::WELL_KNOWN, &rfc9068::METADATA_AGREES])
        .asserts(&["both documents answer 200", "both have issuer, endpoints and jwks_uri; members that both have are equal"]),
];

async fn metadata(s: &Session) -> Tried<()> {
    let issuer = &s.target.issuer;
    let location = if s.variant().openid() { openid_location(issuer) } else { oauth_location(issuer) };
    let reply = fetch(s, &location).await?;
    let rule = match (reply.status(), s.variant().openid()) {
        (404, true) => &oidcd::WELL_KNOWN,
        (404, false) => &rfc8414::WELL_KNOWN,
        _ => &rfc8414::METADATA_SHAPE,
    };
    demand(&reply, rule, reply.status() == 200, "status 200 from the metadata endpoint", || {
        format!("status {} at {location}", reply.status())
    })?;
    let media = reply.media_type().unwrap_or_default();
    demand(&reply, &rfc8414::METADATA_SHAPE, media == "application/json", "application/json", || media.clone())?;
    let document = Metadata::read(&reply)?;
    let text = |name: &str| document.text(name).unwrap_or("none").to_owned();
    demand(&reply, &oidcd::ISSUER, document.text("issuer") == Some(issuer), &format!("issuer {issuer}"), || text("issuer"))?;
    shapes(&reply, &document)?;
    endpoints(s, &reply, &document)?;
    authorization(s, &reply, &document)?;
    methods(s, &reply, &document)?;
    algorithms(s, &reply, &document)
}

/// Checks the JSON types of the members, and that arrays are not empty.
fn shapes(reply: &Reply, document: &Metadata) -> Tried<()> {
    for (name, value) in document.document.as_object().into_iter().flatten() {
        let fits = match name.as_str() {
            "issuer" => value.is_string(),
            _ if name.ends_with("_endpoint") || name.ends_with("_uri") => {
                value.as_str().is_some_and(|text| Url::parse(text).is_ok())
            }
            _ if name.ends_with("_supported") && value.is_boolean() => true,
            _ if name.ends_with("_supported") || name.ends_with("_values_supported") => {
                value.as_array().is_some_and(|list| !list.is_empty())
            }
            _ if name.starts_with("require_") => value.is_boolean(),
            _ => true,
        };
        let fits = fits && !value.is_null();
        demand(reply, &rfc8414::METADATA_SHAPE, fits, &format!("`{name}` to have the right type and not to be empty"), || {
            format!("{}: {value}", values::kind(Some(value)))
        })?;
    }
    Ok(())
}

fn endpoints(s: &Session, reply: &Reply, document: &Metadata) -> Tried<()> {
    let plain = s.target.issuer.starts_with("http://");
    let mut needed = vec!["token_endpoint"];
    if s.variant().openid() {
        needed.push("jwks_uri");
    }
    if s.variant().front_channel() {
        needed.extend(["authorization_endpoint", "pushed_authorization_request_endpoint"]);
    }
    for name in needed {
        let url = document.text(name).unwrap_or("none");
        let fits = url.starts_with("https://") || (plain && url.starts_with("http://"));
        let rule = if name.starts_with("pushed") { &rfc9126::ENDPOINT_PUBLISHED } else { &rfc8414::REQUIRED_MEMBERS };
        demand(reply, rule, fits, &format!("an https URL as `{name}`"), || url.to_owned())?;
    }
    Ok(())
}

fn authorization(s: &Session, reply: &Reply, document: &Metadata) -> Tried<()> {
    let grants = document.list("grant_types_supported");
    let wanted = if s.variant().front_channel() { "authorization_code" } else { "client_credentials" };
    let unlisted = document.document.get("grant_types_supported").is_none() && wanted == "authorization_code";
    demand(
        reply,
        &rfc8414::REQUIRED_MEMBERS,
        unlisted || grants.contains(&wanted),
        &format!("{wanted} in grant_types_supported"),
        || named(&grants),
    )?;
    demand(reply, &fapi2_sp::NO_PASSWORD_GRANT, !grants.contains(&"password"), "no password in grant_types_supported", || {
        named(&grants)
    })?;
    if !s.variant().front_channel() {
        return Ok(());
    }
    let types = document.list("response_types_supported");
    demand(reply, &fapi2_sp::RESPONSE_TYPE_CODE, types.contains(&"code"), "code in response_types_supported", || named(&types))?;
    let iss = document.is_true("authorization_response_iss_parameter_supported");
    demand(reply, &rfc9207::ISS_ADVERTISED, iss, "authorization_response_iss_parameter_supported: true", || {
        "it is not true".into()
    })?;
    let challenges = document.list("code_challenge_methods_supported");
    demand(reply, &rfc8414::CHALLENGE_METHODS, challenges.contains(&"S256"), "S256 in code_challenge_methods_supported", || {
        named(&challenges)
    })?;
    if !document.is_true("require_pushed_authorization_requests") {
        s.warn("require_pushed_authorization_requests is not true, although FAPI 2.0 allows only pushed requests");
    }
    if s.variant().openid() {
        let scopes = document.list("scopes_supported");
        demand(reply, &oidcd::REQUIRED_MEMBERS, scopes.contains(&"openid"), "openid in scopes_supported", || named(&scopes))?;
        let subjects = document.list("subject_types_supported");
        demand(reply, &oidcd::REQUIRED_MEMBERS, !subjects.is_empty(), "a subject type in subject_types_supported", || {
            "none".into()
        })?;
    }
    Ok(())
}

fn methods(s: &Session, reply: &Reply, document: &Metadata) -> Tried<()> {
    let methods = document.list("token_endpoint_auth_methods_supported");
    let tls = ["tls_client_auth", "self_signed_tls_client_auth"];
    let wanted = match s.variant().private_key_jwt() {
        true => methods.contains(&"private_key_jwt"),
        false => tls.iter().any(|method| methods.contains(method)),
    };
    let rule = &fapi2_sp::STRONG_CLIENT_AUTHENTICATION;
    demand(reply, rule, wanted, "the variant's authentication method in token_endpoint_auth_methods_supported", || {
        named(&methods)
    })?;
    let weak: Vec<&str> =
        methods.iter().copied().filter(|method| method.starts_with("client_secret") || *method == "none").collect();
    // Other servers may list methods for their clients that do not use FAPI; our own server does not.
    if s.target.instance.strict() {
        demand(reply, rule, weak.is_empty(), "no method in token_endpoint_auth_methods_supported that FAPI 2.0 forbids", || {
            named(&weak)
        })?;
    }
    if !weak.is_empty() {
        s.warn(format!("token_endpoint_auth_methods_supported lists {}, which FAPI 2.0 does not allow", named(&weak)));
    }
    if s.variant().certificates() && !s.variant().dpop() {
        let bound = document.is_true("tls_client_certificate_bound_access_tokens");
        demand(reply, &rfc8705::BINDING_PUBLISHED, bound, "tls_client_certificate_bound_access_tokens: true", || {
            "it is not true".into()
        })?;
    }
    Ok(())
}

fn algorithms(s: &Session, reply: &Reply, document: &Metadata) -> Tried<()> {
    let mut lists = Vec::new();
    if s.variant().dpop() {
        lists.push(("dpop_signing_alg_values_supported", &rfc9449::ALGORITHMS_PUBLISHED));
    }
    if s.variant().openid() {
        lists.push(("id_token_signing_alg_values_supported", &oidcd::REQUIRED_MEMBERS));
    }
    if s.variant().private_key_jwt() {
        lists.push(("token_endpoint_auth_signing_alg_values_supported", &rfc8414::ASSERTION_ALGORITHMS));
    }
    for (name, rule) in lists {
        let listed = document.list(name);
        let common = listed.iter().any(|algorithm| ALGORITHMS.contains(algorithm));
        demand(reply, rule, common, &format!("PS256, ES256 or EdDSA in {name}"), || named(&listed))?;
        demand(reply, &fapi2_sp::NO_ALG_NONE, !listed.contains(&"none"), &format!("no `none` in {name}"), || named(&listed))?;
    }
    Ok(())
}

/// Members that every client needs, so that both documents must have them.
const ESSENTIAL: &[&str] =
    &["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "pushed_authorization_request_endpoint"];

async fn both_locations(s: &Session) -> Tried<()> {
    let issuer = s.target.issuer.trim_end_matches('/');
    let openid = fetch(s, &format!("{issuer}/.well-known/openid-configuration")).await?;
    let oauth = fetch(s, &oauth_location(issuer)).await?;
    if oauth.status() == 404 || openid.status() == 404 {
        return skip("the server publishes only one of the two documents");
    }
    let (openid, oauth_document) = (Metadata::read(&openid)?, Metadata::read(&oauth)?);
    for (name, value) in openid.document.as_object().into_iter().flatten() {
        let other = oauth_document.document.get(name);
        let equal = other.map_or(!ESSENTIAL.contains(&name.as_str()), |other| other == value);
        let rule = if matches!(name.as_str(), "issuer" | "jwks_uri") { &rfc9068::METADATA_AGREES } else { &rfc8414::WELL_KNOWN };
        demand(&oauth, rule, equal, &format!("`{name}`: {value}, as in the OpenID document"), || {
            other.map_or("none".into(), Value::to_string)
        })?;
    }
    Ok(())
}

/// The names of a list, as findings show them.
fn named(names: &[&str]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

pub(super) async fn fetch(s: &Session, url: &str) -> Tried<Reply> {
    let url = Url::parse(url).map_err(|error| Stop::from(Finding::new(format!("a URL: {url}"), error.to_string())))?;
    Ok(s.http().fetch("metadata", &url).await?)
}
