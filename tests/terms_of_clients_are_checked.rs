//! The operator's terms of a client are checked as a whole, with the statement of each mistake.

use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, Level, OAUTH};
use fapi::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const API: &str = "https://api.example";

fn registration(terms: ClientTerms) -> Registration {
    let mut metadata = ClientMetadata::new("app", Method::ClientSecretBasic);
    metadata.grant_types = vec![GrantType::ClientCredentials];
    Registration::of(metadata).terms(terms).secret("a secret".to_owned())
}

fn found(change: impl FnOnce(&mut ClientTerms)) -> Vec<(&'static str, &'static str)> {
    let mut terms = ClientTerms::default();
    change(&mut terms);
    let mistakes = registration(terms).mistakes(&settings(OAUTH.policy()), NOW);
    assert!(mistakes.iter().all(|mistake| mistake.weight == Weight::Wrong));
    mistakes.iter().map(|mistake| (mistake.member, mistake.requirements[0].id)).collect()
}

fn read(json: &str) -> Result<ClientTerms, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn default_terms_have_no_mistake_and_are_third_party_and_conformant() {
    assert_eq!(found(|_| {}), []);
    let terms = ClientTerms::default();
    assert!(!terms.first_party && terms.oidc_conformant && terms.compliance_level.is_none() && terms.metadata.is_empty());
}

#[test]
fn metadata_that_a_client_states_cannot_set_terms() {
    let text =
        r#"{"client_id":"app","first_party":true,"is_first_party":true,"kind":"native","compliance_level":"fapi2_sp_pkj_mtls"}"#;
    let metadata: ClientMetadata = serde_json::from_str(text).expect("metadata");
    assert_eq!(Registration::of(metadata).terms, ClientTerms::default());
}

#[test]
fn kinds_parties_levels_and_channels_are_read_by_their_literals() {
    for kind in ["native", "spa", "regular_web", "non_interactive"] {
        assert_eq!(read(&format!(r#"{{"kind":"{kind}"}}"#)).expect(kind).kind.expect(kind).name(), kind);
    }
    for level in ["fapi1_adv_mtls_par", "fapi1_adv_pkj_par", "fapi2_sp_pkj_mtls", "fapi2_sp_mtls_mtls", "fapi2_sp_pkj_dpop"] {
        let terms = read(&format!(r#"{{"compliance_level":"{level}"}}"#)).expect(level);
        assert_eq!(terms.compliance_level.expect(level).row().name, level);
    }
    assert_eq!(read(r#"{"compliance_level":null}"#).expect("no level").compliance_level, None);
    let terms = read(
        r#"{"notification_channels":["guardian-push","email"],"organization_usage":"allow","signed_request_object":{"credentials":["c"]}}"#,
    )
    .expect("terms");
    assert_eq!(terms.notification_channels, [NotificationChannel::GuardianPush, NotificationChannel::Email]);
    assert_eq!((terms.organization_usage, terms.signed_request_object.required), (Usage::Allow, false));
    assert_eq!(read(&serde_json::to_string(&terms).expect("JSON")).expect("terms"), terms);
    for wrong in [
        r#"{"kind":"m2m"}"#,
        r#"{"first_party":"yes"}"#,
        r#"{"compliance_level":"fapi3"}"#,
        r#"{"compliance_level":""}"#,
        r#"{"notification_channels":["sms"]}"#,
        r#"{"notification_channels":"email"}"#,
        r#"{"organization_usage":"never"}"#,
        r#"{"signed_request_object":{"required":"yes"}}"#,
        r#"{"signed_request_object":{"optional":true}}"#,
        r#"{"metadata":{"a":1}}"#,
        r#"{"connections":"all"}"#,
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_name_that_is_none_is_told_with_those_that_are_and_their_statement() {
    for (wrong, names, statement) in [
        (r#"{"kind":"m2m"}"#, "`native`, `spa`, `regular_web`, `non_interactive`", "OCP-CLI-01"),
        (r#"{"async_approval_notification_channels":["sms"]}"#, "`guardian-push`, `email`", "OCP-CLI-28"),
    ] {
        let told = read(wrong).expect_err(wrong).to_string();
        assert!(told.contains(names) && told.contains(statement), "{told}");
    }
}

#[test]
fn the_party_follows_from_the_origin_of_a_client_that_registered_itself() {
    assert!(ClientTerms::of_origin(ClientOrigin::Operator).first_party);
    assert!(!ClientTerms::of_origin(ClientOrigin::Itself).first_party);
    assert!(read(r#"{"is_first_party":true}"#).expect("terms").first_party, "by the name that the documents give it");
    for (origin, first_party, wrong) in [
        (ClientOrigin::Operator, true, vec![]),
        (ClientOrigin::Operator, false, vec![]),
        (ClientOrigin::Itself, true, vec![("first_party", "OCP-CLI-06")]),
        (ClientOrigin::Itself, false, vec![]),
    ] {
        assert_eq!(found(|terms| (terms.origin, terms.first_party) = (origin, first_party)), wrong, "{origin:?} {first_party}");
    }
}

#[test]
fn a_channel_is_named_once() {
    use NotificationChannel::{Email, GuardianPush};
    assert_eq!(found(|terms| terms.notification_channels = vec![Email, GuardianPush]), []);
    let twice = found(|terms| terms.notification_channels = vec![Email, Email]);
    assert_eq!(twice, [("async_approval_notification_channels", "OCP-CLI-28")]);
}

#[test]
fn a_description_has_at_most_140_characters() {
    assert_eq!(found(|terms| terms.description = "\u{e9}".repeat(140)), []);
    assert_eq!(found(|terms| terms.description = "x".repeat(141)), [("description", "OCP-CLI-12")]);
}

#[test]
fn metadata_of_the_operator_is_small() {
    let entries = |count: usize, name: usize, value: usize| {
        let entry = |at: usize| (format!("{at:0>name$}"), "v".repeat(value));
        found(|terms| terms.metadata = (0..count).map(entry).collect())
    };
    assert_eq!(entries(10, 255, 255), []);
    assert_eq!(entries(11, 2, 2), [("metadata", "OCP-CLI-13")]);
    assert_eq!(entries(1, 256, 2), [("metadata", "OCP-CLI-13")]);
    assert_eq!(entries(1, 2, 256), [("metadata", "OCP-CLI-13")]);
}

#[test]
fn what_is_not_served_yet_is_refused_in_words() {
    assert_eq!(found(|terms| terms.signed_request_object.credentials = vec!["c".into()]), []);
    assert_eq!(found(|terms| terms.signed_request_object.required = true), [("signed_request_object", "OCP-CLI-25")]);
    assert_eq!(found(|terms| terms.organization_usage = Usage::Allow), []);
    assert_eq!(found(|terms| terms.organization_usage = Usage::Require), [("organization_usage", "OCP-CLI-27")]);
    for level in [Level::Fapi1AdvMtlsPar, Level::Fapi1AdvPkjPar] {
        let found = found(|terms| terms.compliance_level = Some(level));
        assert!(found.contains(&("compliance_level", "OCP-FAPI-07")), "{found:?}");
    }
}

#[test]
fn a_level_needs_a_conformant_client() {
    let with = |conformant| {
        let found = found(|terms| {
            terms.compliance_level = Some(Level::Fapi2SpPkjDpop);
            terms.oidc_conformant = conformant;
        });
        found.contains(&("compliance_level", "OCP-FAPI-09"))
    };
    assert!(with(false) && !with(true));
    assert_eq!(found(|terms| terms.oidc_conformant = false), []);
}

#[test]
fn client_grants_are_for_apis_of_the_server_one_for_each_subject_type() {
    let grant = |subject_type| ClientGrant::new(API, subject_type, GrantedScopes::All);
    let with = |grants: Vec<ClientGrant>| found(|terms| terms.grants = grants);
    let (user, client) = (grant(SubjectType::User), grant(SubjectType::Client));
    assert_eq!(with(vec![user.clone(), client.clone()]), []);
    let elsewhere = ClientGrant::new("https://api.example/", SubjectType::User, GrantedScopes::All);
    assert_eq!(with(vec![elsewhere]), [("grants", "OCP-ACC-09")]);
    assert_eq!(with(vec![user.clone(), client.clone(), user.clone()]), [("grants", "OCP-ACC-10")]);
    let change = |mut grant: ClientGrant, change: fn(&mut ClientGrant)| {
        change(&mut grant);
        with(vec![grant])
    };
    let details = |grant: &mut ClientGrant| grant.authorization_details_types = vec!["payment".into()];
    assert_eq!(change(user.clone(), details), []);
    assert_eq!(change(client.clone(), details), [("grants", "OCP-ACC-13")]);
    let any = |grant: &mut ClientGrant| grant.allow_any_organization = true;
    assert_eq!(change(client.clone(), any), []);
    assert_eq!(change(user, any), [("grants", "OCP-ACC-17")]);
    assert_eq!(change(client, |grant| grant.organizations = vec!["org_1".into()]), [("grants", "OCP-ACC-17")]);
}

#[test]
fn an_organization_of_a_client_grant_exists() {
    let mut settings = settings(OAUTH.policy());
    settings.organizations = vec![Organization::new("org_1")];
    let mut grant = ClientGrant::new(API, SubjectType::Client, GrantedScopes::All);
    grant.organizations = vec!["org_1".into()];
    let mut terms = ClientTerms::default();
    terms.grants = vec![grant];
    assert_eq!(registration(terms).mistakes(&settings, NOW), []);
}

#[test]
fn names_that_nobody_defines_are_unwise() {
    let warned = |change: fn(&mut ClientTerms)| {
        let mut terms = ClientTerms::default();
        change(&mut terms);
        let (registration, settings) = (registration(terms), settings(OAUTH.policy()));
        assert_eq!(registration.mistakes(&settings, NOW), []);
        let warnings = registration.warnings(&settings);
        warnings.iter().map(|mistake| (mistake.member, mistake.requirements[0].id, mistake.weight)).collect::<Vec<_>>()
    };
    assert_eq!(warned(|terms| terms.introspects = vec![API.into()]), []);
    assert_eq!(
        warned(|terms| terms.introspects = vec!["https://other.example".into()]),
        [("introspects", "RFC8707-2.1-1", Weight::Unwise)]
    );
    assert_eq!(warned(|terms| terms.grants = vec![ClientGrant::new(API, SubjectType::Client, "accounts".parse().unwrap())]), []);
    assert_eq!(
        warned(|terms| terms.grants = vec![ClientGrant::new(API, SubjectType::Client, "accounts admin".parse().unwrap())]),
        [("grants", "OCP-ACC-09", Weight::Unwise)]
    );
}
