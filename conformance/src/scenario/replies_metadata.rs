//! Metadata, member by member.

use serde_json::Value;
use url::Url;

use super::facts::Facts;
use super::replies::{demand, shown};
use super::{Scenario, always, run};
use crate::finding::{Tried, skip};
use crate::http::Reply;
use crate::session::Session;
use crate::target::{oauth_location, openid_location};
use fapi::requirement::{fapi2_sp, oidcc, oidcd, rfc6749, rfc8414, rfc8705};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("metadata-issuer", "The issuer is an https URL without query and fragment.", run!(issuer))
        .requires(&[&oidcd::ISSUER, &rfc8414::ISSUER_IDENTICAL, &rfc8414::REQUIRED_MEMBERS, &rfc8414::METADATA_BY_GET])
        .when(always)
        .asserts(&[
            "the metadata is served by GET; issuer is an https URL without query and fragment, equal to the configured issuer",
        ]),
    Scenario::positive(
        "metadata-endpoints",
        "Endpoints and their mTLS aliases are https URLs without fragment.",
        run!(endpoints),
    )
    .requires(&[
        &rfc6749::ENDPOINT_WITHOUT_FRAGMENT,
        &rfc8414::REQUIRED_MEMBERS,
        &rfc8705::ENDPOINT_ALIASES,
        &fapi2_sp::MTLS_ALIASES,
        &fapi2_sp::JWKS_URI_PUBLISHED,
    ])
    .when(always)
    .asserts(&[
        "every registered *_endpoint and jwks_uri is an https URL; response_types_supported is present",
        "the URLs of the authorization and the token endpoint have no fragment",
        "jwks_uri is present (otherwise a warning)",
        "each member of mtls_endpoint_aliases is an https URL with the name of an endpoint of the document",
    ]),
    Scenario::positive(
        "metadata-algorithms",
        "Endpoints that accept client assertions list their signing algorithms, without `none`.",
        run!(algorithms),
    )
    .requires(&[&rfc8414::ASSERTION_ALGORITHMS, &oidcd::NONE_UNLISTED])
    .when(always)
    .asserts(&[
        "token, introspection and revocation endpoints that list private_key_jwt or client_secret_jwt list algorithms too",
        "`none` is not in these lists; skipped if no endpoint lists such a method",
    ]),
    Scenario::positive("metadata-subjects", "The subject types are public, pairwise or both.", run!(subjects))
        .requires(&[&oidcc::SUBJECT_TYPES])
        .when(super::openid)
        .asserts(&["subject_types_supported has values; others than public and pairwise are a warning"]),
];

/// Fetches the metadata at the location of the variant's profile, or at the other location if that answers 404.
async fn document(s: &Session) -> Tried<(Reply, Value)> {
    let (openid, oauth) = (openid_location(&s.target.issuer), oauth_location(&s.target.issuer));
    let (first, second) = if s.variant().openid() { (openid, oauth) } else { (oauth, openid) };
    let mut reply = fetched(s, &first).await?;
    if reply.status() == 404 {
        reply = fetched(s, &second).await?;
    }
    let got = || format!("status {}", reply.status());
    demand(&reply, &rfc8414::METADATA_BY_GET, reply.status() == 200, "status 200 to a GET of the metadata", got)?;
    let json = reply.json().unwrap_or_default();
    Ok((reply, json))
}

async fn fetched(s: &Session, url: &str) -> Tried<Reply> {
    match Url::parse(url) {
        Ok(url) => Ok(s.http().fetch("metadata", &url).await?),
        Err(error) => crate::finding::fail(format!("a URL: {url}"), error.to_string()),
    }
}

/// Returns true for an https URL, and for an http one if the issuer itself has no TLS, as test servers sometimes do.
fn is_secure(s: &Session, text: &str) -> bool {
    let plain = s.target.issuer.starts_with("http://");
    Url::parse(text).is_ok_and(|url| url.scheme() == "https" || (plain && url.scheme() == "http"))
}

async fn issuer(s: &Session) -> Tried<()> {
    let (reply, json) = document(s).await?;
    let mut facts = Facts::default();
    let issuer = json.get("issuer").and_then(Value::as_str).unwrap_or_default();
    let fits = is_secure(s, issuer) && !issuer.contains(['?', '#']);
    facts.demand(&reply, &rfc8414::REQUIRED_MEMBERS, fits, "an https URL without query and fragment as issuer", || {
        shown(&json, "issuer")
    });
    let found_by = &s.target.issuer;
    let rule = if s.variant().openid() { &oidcd::ISSUER } else { &rfc8414::ISSUER_IDENTICAL };
    facts.demand(&reply, rule, issuer == found_by, &format!("issuer {found_by}"), || shown(&json, "issuer"));
    facts.told(s)
}

/// The registered members that clients or browsers are sent to.
pub(super) const ENDPOINTS: &[&str] = &[
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "registration_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
    "end_session_endpoint",
    "jwks_uri",
];

async fn endpoints(s: &Session) -> Tried<()> {
    let (reply, json) = document(s).await?;
    let (rule, mut facts) = (&rfc8414::REQUIRED_MEMBERS, Facts::default());
    for (name, value) in json.as_object().into_iter().flatten().filter(|(name, _)| ENDPOINTS.contains(&name.as_str())) {
        let url = value.as_str().unwrap_or_default();
        facts.demand(&reply, rule, is_secure(s, url), &format!("an https URL as {name}"), || value.to_string());
        let whole = !url.contains('#') || !matches!(name.as_str(), "authorization_endpoint" | "token_endpoint");
        facts.demand(&reply, &rfc6749::ENDPOINT_WITHOUT_FRAGMENT, whole, &format!("{name} without a fragment"), || {
            value.to_string()
        });
    }
    for name in ["token_endpoint", "response_types_supported"] {
        facts.demand(&reply, rule, json.get(name).is_some(), &format!("the member {name}"), || "no such member".into());
    }
    if json.get("jwks_uri").is_none() {
        s.warn("the metadata has no jwks_uri");
    }
    if let Some(Value::Object(aliases)) = json.get("mtls_endpoint_aliases") {
        for (name, value) in aliases {
            let fits = json.get(name).is_some() && is_secure(s, value.as_str().unwrap_or_default());
            let expected = "https URLs in mtls_endpoint_aliases, with the names of endpoints";
            facts.demand(&reply, &rfc8705::ENDPOINT_ALIASES, fits, expected, || format!("{name} {value}"));
        }
    }
    facts.told(s)
}

async fn algorithms(s: &Session) -> Tried<()> {
    let (reply, json) = document(s).await?;
    let list = |name: String| -> Vec<String> {
        let list = json.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (mut listed, mut facts) = (false, Facts::default());
    for endpoint in ["token", "introspection", "revocation"] {
        let algorithms = list(format!("{endpoint}_endpoint_auth_signing_alg_values_supported"));
        let methods = list(format!("{endpoint}_endpoint_auth_methods_supported"));
        let by_assertion = methods.iter().any(|method| method == "private_key_jwt" || method == "client_secret_jwt");
        listed |= by_assertion || !algorithms.is_empty();
        let names = |list: &[String]| if list.is_empty() { "nothing listed".to_owned() } else { list.join(", ") };
        let got = || format!("methods: {}; algorithms: {}", names(&methods), names(&algorithms));
        let fits = !by_assertion || !algorithms.is_empty();
        let expected = format!("a list of signing algorithms for client assertions at the {endpoint} endpoint");
        facts.demand(&reply, &rfc8414::ASSERTION_ALGORITHMS, fits, &expected, got);
        let discovery = endpoint == "token" && s.variant().openid();
        let rule = if discovery { &oidcd::NONE_UNLISTED } else { &rfc8414::ASSERTION_ALGORITHMS };
        let signed = !algorithms.iter().any(|algorithm| algorithm == "none");
        facts.demand(&reply, rule, signed, &format!("no `none` among the signing algorithms of the {endpoint} endpoint"), got);
    }
    if !listed {
        return skip("no endpoint lists private_key_jwt or client_secret_jwt");
    }
    facts.told(s)
}

async fn subjects(s: &Session) -> Tried<()> {
    let (reply, json) = document(s).await?;
    let types = json.get("subject_types_supported").and_then(Value::as_array);
    let known = |value: &Value| value == "public" || value == "pairwise";
    // Core says that the valid types include these two, so other documents may define more.
    let strict = s.target.instance.strict();
    let fits =
        types.is_some_and(|types| !types.is_empty() && types.iter().all(|value| known(value) || (!strict && value.is_string())));
    demand(&reply, &oidcc::SUBJECT_TYPES, fits, "public, pairwise or both in subject_types_supported", || {
        shown(&json, "subject_types_supported")
    })?;
    for other in types.into_iter().flatten().filter(|value| !known(value)) {
        s.warn(format!("subject_types_supported has {other}, which OpenID Connect Core does not define"));
    }
    Ok(())
}
