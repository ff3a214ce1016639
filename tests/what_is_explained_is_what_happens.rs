//! `Explain` takes the rules of the client and of the API into account, as an exchange does.

use crate::support::pipeline::*;
use fapi::jose::Algorithm;
use fapi::policy::{AuthenticationMethod, FAPI2_SECURITY};
use fapi::{ClientMetadata, ClientTerms, ErrorCode, Explain, Secret, SubjectType, Timestamp};

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
