//! The metadata documents under each profile, and the published keys. Both are derived from the settings.

use crate::support::*;
use fapi::jose::Json;
use fapi::policy::{OAUTH, OPENID, Policy};
use fapi::*;

/// Returns the document byte for byte as it is sent, read by a parser whose order no cargo feature changes.
fn printed(metadata: &Metadata) -> Json {
    Json::parse(&serde_json::to_vec(metadata).unwrap()).unwrap()
}

fn document(policy: Policy) -> Json {
    printed(World::new(policy).server.metadata())
}

#[test]
fn under_plain_oauth() {
    insta::assert_json_snapshot!(document(OAUTH.policy()));
}

#[test]
fn under_openid_as_under_oauth() {
    assert_eq!(document(OAUTH.policy().tighten(&OPENID.policy()).unwrap()), document(OAUTH.policy()));
}

#[test]
fn under_fapi2() {
    insta::assert_json_snapshot!(document(fapi2()));
}

#[test]
fn with_addresses_for_certificates() {
    let mut settings = settings(fapi2());
    settings.mtls_endpoints = Some(Endpoints::below("https://mtls.as.example/"));
    let document = printed(World::with(settings).server.metadata());
    insta::assert_json_snapshot!(document.as_object().unwrap().get("mtls_endpoint_aliases"));
}

#[test]
fn the_keys() {
    insta::assert_json_snapshot!(World::fapi2().server.jwks(Timestamp::from_seconds(0)));
}

#[test]
fn members_without_values_are_left_out() {
    for policy in [OAUTH.policy(), fapi2()] {
        let mut settings = settings(policy);
        settings.acr_values.clear();
        settings.claims.clear();
        let document = printed(World::with(settings).server.metadata());
        for (name, value) in document.as_object().unwrap().iter() {
            assert!(*value != Json::Null && value.as_array().is_none_or(|values| !values.is_empty()), "{name}");
        }
    }
}
