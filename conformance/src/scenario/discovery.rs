//! The metadata document.

use serde_json::Value;
use url::Url;

use super::facts::Facts;
use super::replies::demand;
use super::replies_metadata::ENDPOINTS;
use super::{Scenario, module, openid, run};
use crate::client::values;
use crate::finding::{Finding, Stop, Tried, skip};
use crate::http::Reply;
use crate::session::Session;
use crate::target::{Metadata, oauth_location, openid_location};
use fapi::requirement::{Requirement, fapi2_sp, oidcd, rfc6749, rfc8414, rfc8705, rfc9068, rfc9126, rfc9207, rfc9449};

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
        &rfc8414::SUPPORT_LISTED,
        &rfc8414::ISSUER_IDENTICAL,
        &oidcd::WELL_KNOWN,
        &oidcd::SCOPES_LISTED,
        &rfc6749::SCOPE_SYNTAX,
        &fapi2_sp::SIGNING_ALGORITHMS,
        &rfc8705::BINDING_PUBLISHED,
        &rfc9126::ENDPOINT_PUBLISHED,
        &rfc9207::ISS_ADVERTISED,
        &rfc9449::ALGORITHMS_PUBLISHED,
    ])
    .asserts(&[
        "OpenID: the well-known URL of Discovery answers 200 with application/json; otherwise that one or the one of RFC 8414",
        "issuer equals the configured issuer; every registered member has its type, and no list is empty",
        "response_types_supported has code; pushed_authorization_request_endpoint is an https URL",
        "require_pushed_authorization_requests is a boolean, if present",
        "authorization_response_iss_parameter_supported is true; code_challenge_methods_supported has S256",
        "token_endpoint_auth_methods_supported has the variant's method and nothing that FAPI 2.0 forbids (otherwise a warning)",
        "each list of signing algorithms has one of PS256, ES256, EdDSA, Ed25519, and does not have `none` (otherwise a warning)",
        "scopes_supported has only words that RFC 6749 allows; locales look like language tags",
        "with mTLS tokens: tls_client_certificate_bound_access_tokens is true",
        "grant_types_supported has the variant's grant, and not password (otherwise a warning)",
        "OpenID: jwks_uri, subject_types_supported, and openid in scopes_supported",
        "all members are checked, and everything that does not fit is told",
    ]),
    Scenario::positive("metadata-both-locations", "The OpenID and the RFC 8414 metadata documents agree.", run!(both_locations))
        .when(openid)
        .requires(&[&rfc8414::WELL_KNOWN, &oidcd::WELL_KNOWN, &rfc8414::ISSUER_IDENTICAL, &rfc9068::METADATA_AGREES])
        .asserts(&[
            "issuer and jwks_uri are equal in both documents",
            "both have the endpoints, and other members that both have are equal (otherwise a warning)",
            "skipped if the server publishes only one of them",
        ]),
];

/// The members that are registered as URLs, besides the endpoints.
const URLS: &[&str] = &["check_session_iframe", "op_policy_uri", "op_tos_uri", "service_documentation"];
/// The members that are registered as booleans.
const BOOLEANS: &[&str] = &[
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "authorization_response_iss_parameter_supported",
    "tls_client_certificate_bound_access_tokens",
    "frontchannel_logout_supported",
    "frontchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "backchannel_user_code_parameter_supported",
];
/// The members that are registered as lists of strings, beside those for algorithms, encryption and authentication methods.
const LISTS: &[&str] = &[
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "acr_values_supported",
    "subject_types_supported",
    "display_values_supported",
    "claim_types_supported",
    "claims_supported",
    "claims_locales_supported",
    "ui_locales_supported",
    "code_challenge_methods_supported",
    "authorization_details_types_supported",
    "prompt_values_supported",
    "backchannel_token_delivery_modes_supported",
];

async fn metadata(s: &Session) -> Tried<()> {
    let (issuer, openid) = (&s.target.issuer, s.variant().openid());
    let (own, other) = (openid_location(issuer), oauth_location(issuer));
    let (location, other) = if openid { (own, other) } else { (other, own) };
    let mut facts = Facts::default();
    let mut reply = fetch(s, &location).await?;
    // RFC 8414 5 allows the location of OpenID Connect for OAuth, but Discovery names only its own.
    if reply.status() == 404 {
        facts.demand(&reply, &oidcd::WELL_KNOWN, !openid, &format!("the metadata at {location}"), || "status 404".into());
        reply = fetch(s, &other).await?;
    }
    demand(&reply, &rfc8414::METADATA_SHAPE, reply.status() == 200, "status 200 from the metadata endpoint", || {
        format!("status {} at {}", reply.status(), reply.exchange().url)
    })?;
    let media = reply.media_type().unwrap_or_default();
    facts
        .demand(&reply, &rfc8414::METADATA_SHAPE, media == "application/json", "content type application/json", || media.clone());
    let document = Metadata::read(&reply)?;
    let text = |name: &str| document.text(name).map_or_else(|| format!("no `{name}`"), str::to_owned);
    let rule = if openid { &oidcd::ISSUER } else { &rfc8414::ISSUER_IDENTICAL };
    facts.demand(&reply, rule, document.text("issuer") == Some(issuer), &format!("issuer {issuer}"), || text("issuer"));
    let mut check = Check { s, reply: &reply, document: &document, facts };
    check.shapes();
    check.endpoints();
    check.grants();
    if s.variant().front_channel() {
        check.authorization();
    }
    check.methods();
    check.algorithms();
    check.words();
    check.facts.told(s)
}

/// The metadata, and the facts about it.
struct Check<'a> {
    s: &'a Session,
    reply: &'a Reply,
    document: &'a Metadata,
    facts: Facts,
}

impl Check<'_> {
    fn demand(&mut self, rule: &'static Requirement, holds: bool, expected: &str, got: impl FnOnce() -> String) {
        self.facts.demand(self.reply, rule, holds, expected, got);
    }

    /// Demands something of the reference server that other servers may leave: they may also serve clients that do not use FAPI.
    fn advise(&mut self, rule: &'static Requirement, holds: bool, expected: &str, got: impl FnOnce() -> String) {
        if self.s.target.instance.strict() {
            return self.demand(rule, holds, expected, got);
        }
        if !holds {
            self.s.warn(format!("expected {expected}; got {}", got()));
        }
    }

    /// Checks the JSON types of the registered members, and that no list is empty.
    fn shapes(&mut self) {
        let document = self.document;
        for (name, value) in document.document.as_object().into_iter().flatten() {
            let strings = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
            let empty = value.as_array().is_some_and(Vec::is_empty);
            self.demand(&rfc8414::METADATA_SHAPE, !empty, &format!("`{name}` to be left out, since it has no values"), || {
                "an empty list".into()
            });
            let listed = ["alg_values_supported", "enc_values_supported", "auth_methods_supported"];
            let (fits, kind) = match name.as_str() {
                "issuer" => (value.is_string(), "a string"),
                name if ENDPOINTS.contains(&name) || URLS.contains(&name) => {
                    (value.as_str().is_some_and(|text| Url::parse(text).is_ok()), "a URL")
                }
                name if BOOLEANS.contains(&name) => (value.is_boolean(), "a boolean"),
                name if LISTS.contains(&name) || listed.iter().any(|end| name.ends_with(end)) => {
                    (strings(value), "a list of strings")
                }
                _ => continue,
            };
            self.demand(&rfc8414::METADATA_SHAPE, fits, &format!("{kind} as `{name}`"), || {
                format!("{}: {value}", values::kind(Some(value)))
            });
        }
    }

    fn endpoints(&mut self) {
        let (document, variant) = (self.document, self.s.variant());
        let plain = self.s.target.issuer.starts_with("http://");
        let mut needed = vec![("token_endpoint", &rfc8414::REQUIRED_MEMBERS)];
        if variant.openid() {
            needed.push(("jwks_uri", &oidcd::REQUIRED_MEMBERS));
        }
        if variant.front_channel() {
            needed.push(("authorization_endpoint", &rfc8414::REQUIRED_MEMBERS));
            needed.push(("pushed_authorization_request_endpoint", &rfc9126::ENDPOINT_PUBLISHED));
        }
        for (name, rule) in needed {
            let url = document.text(name).unwrap_or_default();
            let fits = url.starts_with("https://") || (plain && url.starts_with("http://"));
            let got = || if url.is_empty() { format!("no `{name}`") } else { url.to_owned() };
            self.demand(rule, fits, &format!("an https URL as `{name}`"), got);
        }
    }

    fn grants(&mut self) {
        let (document, front) = (self.document, self.s.variant().front_channel());
        let grants = document.list("grant_types_supported");
        let wanted = if front { "authorization_code" } else { "client_credentials" };
        // Left out, it means authorization_code and implicit.
        let unlisted = document.document.get("grant_types_supported").is_none() && front;
        let listed = unlisted || grants.contains(&wanted);
        self.demand(&rfc8414::SUPPORT_LISTED, listed, &format!("{wanted} in grant_types_supported"), || named(&grants));
        let rule = &fapi2_sp::NO_PASSWORD_GRANT;
        self.advise(rule, !grants.contains(&"password"), "no password in grant_types_supported", || named(&grants));
    }

    fn authorization(&mut self) {
        let document = self.document;
        let types = document.list("response_types_supported");
        let rule = &rfc8414::REQUIRED_MEMBERS;
        self.demand(rule, types.contains(&"code"), "code in response_types_supported", || named(&types));
        let iss = document.is_true("authorization_response_iss_parameter_supported");
        let expected = "authorization_response_iss_parameter_supported: true";
        self.demand(&rfc9207::ISS_ADVERTISED, iss, expected, || "it is not true".into());
        let challenges = document.list("code_challenge_methods_supported");
        let s256 = challenges.contains(&"S256");
        self.demand(&rfc8414::CHALLENGE_METHODS, s256, "S256 in code_challenge_methods_supported", || named(&challenges));
        if !document.is_true("require_pushed_authorization_requests") {
            self.s.warn("require_pushed_authorization_requests is not true, although FAPI 2.0 allows only pushed requests");
        }
        if self.s.variant().openid() {
            let scopes = document.list("scopes_supported");
            self.demand(&oidcd::SCOPES_LISTED, scopes.contains(&"openid"), "openid in scopes_supported", || named(&scopes));
            let subjects = document.list("subject_types_supported");
            let rule = &oidcd::REQUIRED_MEMBERS;
            self.demand(rule, !subjects.is_empty(), "a subject type in subject_types_supported", || "none".into());
        }
    }

    fn methods(&mut self) {
        let (document, variant) = (self.document, self.s.variant());
        let methods = document.list("token_endpoint_auth_methods_supported");
        let weak: Vec<&str> =
            methods.iter().copied().filter(|method| method.starts_with("client_secret") || *method == "none").collect();
        let expected = "no method in token_endpoint_auth_methods_supported that FAPI 2.0 forbids";
        self.advise(&fapi2_sp::STRONG_CLIENT_AUTHENTICATION, weak.is_empty(), expected, || named(&weak));
        let tls = ["tls_client_auth", "self_signed_tls_client_auth"];
        let (wanted, expected) = match variant.private_key_jwt() {
            true => (methods.contains(&"private_key_jwt"), "private_key_jwt"),
            false => (tls.iter().any(|method| methods.contains(method)), "tls_client_auth or self_signed_tls_client_auth"),
        };
        let expected = format!("{expected} in token_endpoint_auth_methods_supported");
        self.demand(&rfc8414::SUPPORT_LISTED, wanted, &expected, || named(&methods));
        if variant.certificates() && !variant.dpop() {
            let bound = document.is_true("tls_client_certificate_bound_access_tokens");
            let expected = "tls_client_certificate_bound_access_tokens: true";
            self.demand(&rfc8705::BINDING_PUBLISHED, bound, expected, || "it is not true".into());
        }
    }

    fn algorithms(&mut self) {
        let (document, variant) = (self.document, self.s.variant());
        let mut lists = Vec::new();
        if variant.dpop() {
            lists.push(("dpop_signing_alg_values_supported", &rfc9449::ALGORITHMS_PUBLISHED));
        }
        if variant.openid() {
            lists.push(("id_token_signing_alg_values_supported", &oidcd::REQUIRED_MEMBERS));
        }
        if variant.private_key_jwt() {
            lists.push(("token_endpoint_auth_signing_alg_values_supported", &rfc8414::ASSERTION_ALGORITHMS));
        }
        for (name, missing) in lists {
            let listed = document.list(name);
            let rule = if listed.is_empty() { missing } else { &fapi2_sp::SIGNING_ALGORITHMS };
            let common = listed.iter().any(|algorithm| ALGORITHMS.contains(algorithm));
            self.demand(rule, common, &format!("PS256, ES256 or EdDSA in {name}"), || named(&listed));
            self.advise(&fapi2_sp::NO_ALG_NONE, !listed.contains(&"none"), &format!("no `none` in {name}"), || named(&listed));
        }
        let signed = document.list("userinfo_signing_alg_values_supported");
        if variant.openid() && !signed.is_empty() {
            let common = signed.iter().any(|algorithm| ALGORITHMS.contains(algorithm));
            let expected = "PS256, ES256 or EdDSA in userinfo_signing_alg_values_supported";
            self.demand(&fapi2_sp::SIGNING_ALGORITHMS, common, expected, || named(&signed));
        }
    }

    /// Checks the syntax of scope values and language tags.
    fn words(&mut self) {
        let document = self.document;
        let scopes = document.list("scopes_supported");
        let word = |scope: &str| !scope.is_empty() && scope.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
        let odd: Vec<&str> = scopes.into_iter().filter(|scope| !word(scope)).collect();
        self.demand(&rfc6749::SCOPE_SYNTAX, odd.is_empty(), "scope values with the characters of RFC 6749", || named(&odd));
        for name in ["ui_locales_supported", "claims_locales_supported"] {
            let tag = |text: &str| {
                let mut subtags = text.split('-');
                let first = subtags
                    .next()
                    .is_some_and(|first| (1..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic()));
                first
                    && subtags.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            };
            let odd: Vec<&str> = document.list(name).into_iter().filter(|text| !tag(text)).collect();
            self.demand(&rfc8414::METADATA_SHAPE, odd.is_empty(), &format!("language tags (BCP 47) in {name}"), || named(&odd));
        }
    }
}

/// Members that every client needs, so that both documents must have them.
const ESSENTIAL: &[&str] =
    &["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "pushed_authorization_request_endpoint"];

async fn both_locations(s: &Session) -> Tried<()> {
    let issuer = s.target.issuer.trim_end_matches('/');
    let openid = fetch(s, &format!("{issuer}/.well-known/openid-configuration")).await?;
    let oauth = fetch(s, &oauth_location(issuer)).await?;
    // Some servers answer an unknown path with a page.
    let is_document = |reply: &Reply| reply.status() == 200 && reply.json().is_some_and(|json| json.is_object());
    if !is_document(&oauth) || !is_document(&openid) {
        return skip("the server publishes only one of the two documents");
    }
    let (openid, oauth_document) = (Metadata::read(&openid)?, Metadata::read(&oauth)?);
    let mut facts = Facts::default();
    for (name, value) in openid.document.as_object().into_iter().flatten() {
        let other = oauth_document.document.get(name);
        let equal = other.map_or(!ESSENTIAL.contains(&name.as_str()), |other| other == value);
        let (expected, got) =
            (format!("`{name}`: {value}, as in the OpenID document"), || other.map_or("none".into(), Value::to_string));
        if name == "issuer" {
            facts.demand(&oauth, &rfc8414::ISSUER_IDENTICAL, equal, &expected, got);
        } else if name == "jwks_uri" {
            facts.demand(&oauth, &rfc9068::METADATA_AGREES, equal, &expected, got);
        } else if s.target.instance.strict() {
            facts.demand(&oauth, &rfc8414::WELL_KNOWN, equal, &expected, got);
        } else if !equal {
            s.warn(format!("expected {expected}; got {}", got()));
        }
    }
    facts.told(s)
}

/// The names of a list, as findings show them.
fn named(names: &[&str]) -> String {
    if names.is_empty() {
        "nothing listed".into()
    } else {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

pub(super) async fn fetch(s: &Session, url: &str) -> Tried<Reply> {
    let url = Url::parse(url).map_err(|error| Stop::from(Finding::new(format!("a URL: {url}"), error.to_string())))?;
    Ok(s.http().fetch("metadata", &url).await?)
}
