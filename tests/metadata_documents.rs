//! The metadata documents under each profile, and the keys: derived from the settings, so that they cannot lie.

mod support;

use fapi::policy::{OAUTH, OPENID, Policy};
use fapi::*;
use support::*;

fn document(policy: Policy) -> serde_json::Value {
    serde_json::to_value(World::new(policy).server.metadata()).unwrap()
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
    let document = serde_json::to_value(World::with(settings).server.metadata()).unwrap();
    insta::assert_json_snapshot!(document["mtls_endpoint_aliases"]);
}

#[test]
fn the_keys() {
    insta::assert_json_snapshot!(World::fapi2().server.jwks().document());
}

#[test]
fn members_without_values_are_left_out() {
    for policy in [OAUTH.policy(), fapi2()] {
        let mut settings = settings(policy);
        settings.acr_values.clear();
        settings.claims.clear();
        let document = serde_json::to_value(World::with(settings).server.metadata()).unwrap();
        for (name, value) in document.as_object().unwrap() {
            assert!(!value.is_null() && value.as_array().is_none_or(|values| !values.is_empty()), "{name}");
        }
    }
}
