//! A policy that is written as data is read back as the same policy. Data that is not a policy is refused, and every mistake is
//! named.

use crate::support::policies::policy;
use fapi::policy::*;
use fapi::requirement::{self, Duty, Level, Requirement};
use proptest::prelude::*;

static OWN: Requirement =
    Requirement::new("BANK-1", "Rules", "1", "https://bank.example/rules", Level::Must, Duty::Refuse, "Codes expire at once.");

fn read(data: &str) -> Result<Policy, Vec<String>> {
    let data: PolicyData = serde_json::from_str(data).unwrap();
    data.read().map_err(|error| {
        let each: Vec<_> = error.mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(error.to_string(), each.join("; "));
        each
    })
}

proptest! {
    #[test]
    fn data_and_policy_are_inverse(one in policy()) {
        let data = serde_json::to_string(&one).unwrap();
        let again = read(&data);
        prop_assert_eq!(again.as_ref(), Ok(&one));
        prop_assert_eq!(serde_json::to_string(&again.unwrap()).unwrap(), data);
    }
}

#[test]
fn presets_have_a_stable_form() {
    for preset in PRESETS {
        let data = serde_json::to_string_pretty(&preset.policy()).unwrap();
        insta::assert_snapshot!(format!("policy_data_{}", preset.id()), data);
        assert_eq!(read(&data), Ok(preset.policy()));
    }
}

/// The names of bounds that no preset has.
#[test]
fn every_bound_has_a_name() {
    let data = r#"{
        "response_type": [{"bound": ["none", "token id_token code", "code"], "basis": "RFC6749-3.1.1-1"}],
        "client_authentication": [{"bound": ["none", "client_secret_jwt"], "basis": "RFC6749-3.1.1-1"}],
        "sender_constraint": [{"bound": ["none", "mtls"], "basis": "RFC9449-5-6"}],
        "refresh_rotation": [{"bound": "never_and_protect_unbound", "basis": "RFC9700-2.2.2-1"}],
        "code_challenge": [{"bound": "of_public_clients", "basis": "RFC9700-2.1.1-1"}],
        "future_tolerance": [{"bound": 4294967295, "basis": "RFC6749-3.1.1-1"}]
    }"#;
    let policy = read(data).unwrap();
    assert!(policy.response_type.admits(&ResponseType::parse("code id_token token")));
    assert!(
        policy.sender_constraint.admits(&SenderConstraints::MTLS) && !policy.sender_constraint.admits(&SenderConstraints::DPOP)
    );
    assert_eq!(policy.future_tolerance.value(), Some(AtMost(u32::MAX)));
    let names = r#""bound":["code","code id_token token","none"]"#;
    assert!(serde_json::to_string(&policy).unwrap().contains(names), "in the order of their definition");
}

#[test]
fn every_mistake_is_named_at_once() {
    let data = r#"{
        "code_lifetime": [{"bound": "a minute", "basis": "RFC6749-4.1.2-2"}, {"bound": -1, "basis": "RFC0-1"}],
        "code_lifespan": [{"bound": 60, "basis": "RFC0-1"}],
        "pushed_request": [{"bound": "required", "basis": "RFC0-2"}],
        "sender_constraint": [{"bound": [], "basis": "RFC9449-5-6"}, {"bound": ["dpop", "tls"], "basis": "RFC9449-5-6"}],
        "pushed_request": [],
        "response_type": [{"bound": ["code"], "basis": "RFC6749-3.1.1-1"}, {"bound": ["token"], "basis": "OIDCC-3.1.2.1-3"}],
        "redirect_uri": [{"bound": "anywhere", "basis": "RFC9700-2.6-1"}]
    }"#;
    insta::assert_snapshot!(read(data).unwrap_err().join("\n"));
}

#[test]
fn members_of_a_conjunct_are_its_bound_and_its_basis() {
    for data in [
        r#"{"code_lifetime": [{"bound": 60}]}"#,
        r#"{"code_lifetime": [{"basis": "RFC6749-4.1.2-2"}]}"#,
        r#"{"code_lifetime": [{"bound": 60, "basis": "RFC6749-4.1.2-2", "until": 2030}]}"#,
        r#"{"code_lifetime": {"bound": 60, "basis": "RFC6749-4.1.2-2"}}"#,
        r#"["code_lifetime"]"#,
    ] {
        assert!(serde_json::from_str::<PolicyData>(data).is_err(), "{data}");
    }
}

#[test]
fn requirements_of_ones_own_are_found_by_the_one_who_reads() {
    let mut policy = Policy::default();
    policy.code_lifetime = Rule::default().because(AtMost(1), &OWN);
    let data: PolicyData = serde_json::from_value(serde_json::to_value(&policy).unwrap()).unwrap();
    let find = |id: &str| if id == OWN.id { Some(&OWN) } else { requirement::find(id) };
    assert_eq!(data.read_with(&find), Ok(policy));
    let unknown = PolicyDataMistake::UnknownRequirement { rule: "code_lifetime", id: "BANK-1".into() };
    assert_eq!(data.read().unwrap_err().mistakes, [unknown]);
}
