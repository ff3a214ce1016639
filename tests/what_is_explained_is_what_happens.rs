//! `Explain` takes the rules of the client and of the API into account, as an exchange does.

use crate::support::pipeline::*;
use fapi::jose::Algorithm;
use fapi::policy::{AuthenticationMethod, FAPI2_SECURITY};
use fapi::scope::Scope;
use fapi::{ClientMetadata, ClientTerms, ErrorCode, Explain, GrantType, OfflineAccess, Secret, SubjectType, Timestamp};

#[test]
fn an_algorithm_that_the_rules_of_the_client_do_not_allow_is_refused() {
    let mut settings = two_apis();
    settings.apis[0].signing_alg = Some(Algorithm::HS256);
    settings.apis[0].signing_secret = Some(Secret::from("0123456789abcdef0123456789abcdef".to_owned()));
    let metadata = ClientMetadata::new("app", AuthenticationMethod::PrivateKeyJwt);
    let (plain, mut strict) = (ClientTerms::default(), ClientTerms::default());
    strict.profiles = vec![FAPI2_SECURITY.id()];
    let scope = "openid read:payments".parse().unwrap();
    let explained = |terms: &ClientTerms, api| {
        let question = Explain::new(&metadata, terms, SubjectType::User).audience(api).scope(&scope);
        question.at(&settings, Timestamp::from_seconds(1_800_000_000))
    };
    assert_eq!(explained(&plain, PAYMENTS).token.unwrap().algorithm, Some(Algorithm::HS256), "the control");
    let refused = explained(&strict, PAYMENTS).refused.unwrap();
    assert_eq!(refused.error, ErrorCode::InvalidTarget, "{}", refused.detail);
    assert_eq!(explained(&strict, ACCOUNTS).token.unwrap().algorithm, Some(Algorithm::ES256));
}

#[test]
fn a_profile_that_nobody_knows_is_refused() {
    let mut terms = ClientTerms::default();
    terms.profiles = vec!["of nobody".into()];
    let metadata = ClientMetadata::new("app", AuthenticationMethod::PrivateKeyJwt);
    let explained = Explain::new(&metadata, &terms, SubjectType::User).audience(PAYMENTS);
    let refused = explained.at(&two_apis(), Timestamp::from_seconds(1_800_000_000)).refused.unwrap();
    assert_eq!(refused.error, ErrorCode::UnauthorizedClient);
}

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

#[test]
fn a_grant_type_that_the_client_may_not_use_is_refused() {
    let (settings, terms) = (two_apis(), ClientTerms::default());
    let mut metadata = ClientMetadata::new("app", AuthenticationMethod::ClientSecretBasic);
    let (scope, granted): (Scope, Scope) = ("read:payments".parse().unwrap(), "read:payments".parse().unwrap());
    let refused = |metadata: &ClientMetadata, subject_type, refreshing| {
        let question = Explain::new(metadata, &terms, subject_type).audience(PAYMENTS).scope(&scope);
        let question = if refreshing { question.refreshing(&granted) } else { question };
        question.at(&settings, NOW).refused.map(|refused| refused.detail.as_str().to_owned())
    };
    let not_allowed = |grant: &str| Some(format!("Grant type `{grant}` not allowed for the client."));
    assert_eq!(refused(&metadata, SubjectType::User, false), None, "the control");
    assert_eq!(refused(&metadata, SubjectType::User, true), not_allowed("refresh_token"));
    assert_eq!(refused(&metadata, SubjectType::Client, false), not_allowed("client_credentials"));
    metadata.grant_types = vec![GrantType::RefreshToken, GrantType::ClientCredentials];
    assert_eq!(refused(&metadata, SubjectType::User, false), not_allowed("authorization_code"));
    assert_eq!(refused(&metadata, SubjectType::User, true), None);
    metadata.token_endpoint_auth_method = AuthenticationMethod::None;
    assert_eq!(refused(&metadata, SubjectType::Client, false), not_allowed("client_credentials"), "a public client");
}

#[test]
fn a_scope_that_the_permissions_of_the_user_make_empty_is_granted() {
    let mut settings = two_apis();
    settings.apis[0].enforce_policies = true;
    let metadata = ClientMetadata::new("app", AuthenticationMethod::ClientSecretBasic);
    let terms = ClientTerms::default();
    let (payments, unknown) = ("read:payments".parse().unwrap(), "admin".parse().unwrap());
    let asked = |scope| Explain::new(&metadata, &terms, SubjectType::User).audience(PAYMENTS).scope(scope).at(&settings, NOW);
    let explained = asked(&payments);
    assert!(explained.scope.is_empty() && explained.token.is_some() && explained.refused.is_none(), "{explained:?}");
    assert_eq!(asked(&unknown).refused.unwrap().error, ErrorCode::InvalidScope);
}

#[test]
fn a_refresh_at_an_api_that_forbids_offline_access_is_refused() {
    let mut settings = two_apis();
    let mut metadata = ClientMetadata::new("app", AuthenticationMethod::ClientSecretBasic);
    metadata.grant_types.push(GrantType::RefreshToken);
    let (terms, original) = (ClientTerms::default(), "offline_access read:payments".parse().unwrap());
    let question = Explain::new(&metadata, &terms, SubjectType::User).audience(PAYMENTS).refreshing(&original);
    assert_eq!(question.at(&settings, NOW).refused.unwrap().error, ErrorCode::InvalidGrant);
    settings.apis[0].allow_offline_access = OfflineAccess::Allowed;
    assert_eq!(question.at(&settings, NOW).scope, original);
}
