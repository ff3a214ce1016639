//! The API that a request is for: `audience`, `resource`, the default one, or userinfo alone.

use crate::support::pipeline::*;
use crate::support::*;
use http::StatusCode;

fn audience_of(tokens: &serde_json::Value) -> Vec<String> {
    let aud = &claims(tokens).expect("a JWT")["aud"];
    aud.as_array().expect("an array").iter().map(|each| each.as_str().unwrap_or_default().to_owned()).collect()
}

/// PIPE-01.
#[test]
fn audience_names_the_api_and_the_token_is_for_it_alone() {
    let world = World::with(two_apis());
    let app = App::new(&world);
    let tokens = app.tokens(&[("audience", PAYMENTS), ("scope", "read:payments read:accounts")]).unwrap();
    assert_eq!(audience_of(&tokens), [PAYMENTS]);
    assert_eq!(tokens["scope"], "read:payments", "the scope of another API is not granted");
    assert!(app.admitted(PAYMENTS, &tokens).is_some());
    assert!(app.admitted(ACCOUNTS, &tokens).is_none());
}

#[test]
fn an_unknown_audience_is_refused() {
    let world = World::with(two_apis());
    let app = App::new(&world).granted(PAYMENTS, fapi::SubjectType::Client, "all");
    for unknown in ["https://pay.example/", "HTTPS://pay.example", "nobody"] {
        let refused = app.code(&[("audience", unknown), ("scope", "openid read:payments")]);
        assert_eq!(refused, Err(error("invalid_target")), "{unknown}");
        assert_eq!(app.own(&[("audience", unknown), ("scope", "read:payments")]).unwrap_err(), error("invalid_target"));
    }
    assert!(app.code(&[("audience", PAYMENTS), ("scope", "openid read:payments")]).is_ok(), "the control");
    assert!(app.own(&[("audience", PAYMENTS), ("scope", "read:payments")]).is_ok(), "the control");
}

/// TEN-06, TEN-07, TEN-08.
#[test]
fn resource_counts_where_the_server_says_so_and_audience_is_absent() {
    let world = World::with(two_apis());
    let app = App::new(&world);
    let ask = |parameters: &[(&str, &str)]| app.tokens(&[parameters, &[("scope", "read:payments read:accounts")]].concat());
    assert_eq!(audience_of(&ask(&[("resource", PAYMENTS)]).unwrap()), [PAYMENTS]);
    let both = ask(&[("resource", PAYMENTS), ("audience", ACCOUNTS)]).unwrap();
    assert_eq!(audience_of(&both), [ACCOUNTS], "audience comes first");
    let same = ask(&[("audience", PAYMENTS)]).unwrap();
    assert_eq!(same["scope"], ask(&[("resource", PAYMENTS)]).unwrap()["scope"], "two names, one token");
    for wrong in ["https://pay.example#fragment", "payments", "/payments"] {
        assert_eq!(ask(&[("resource", wrong)]).unwrap_err(), error("invalid_target"), "{wrong}");
    }

    let mut settings = two_apis();
    settings.switches.resource_parameter = false;
    settings.default_audience = Some(ACCOUNTS.into());
    let world = World::with(settings);
    let app = App::new(&world);
    let ignored = app.tokens(&[("resource", PAYMENTS), ("scope", "read:payments read:accounts")]).unwrap();
    assert_eq!(audience_of(&ignored), [ACCOUNTS], "resource has no effect");
    assert!(app.code(&[("resource", "#"), ("scope", "read:accounts")]).is_ok(), "not even a wrong one");
}

/// TEN-01.
#[test]
fn the_default_audience_stands_in_for_a_missing_one() {
    let mut settings = two_apis();
    settings.default_audience = Some(ACCOUNTS.into());
    let world = World::with(settings);
    let app = App::new(&world).granted(ACCOUNTS, fapi::SubjectType::Client, "all");
    assert_eq!(audience_of(&app.tokens(&[("scope", "openid read:accounts")]).unwrap()), [ACCOUNTS]);
    assert_eq!(audience_of(&app.own(&[("scope", "read:accounts")]).unwrap()), [ACCOUNTS]);
    assert_eq!(audience_of(&app.tokens(&[("audience", PAYMENTS), ("scope", "read:payments")]).unwrap()), [PAYMENTS]);
}

/// PIPE-08, PIPE-16, PIPE-17.
#[test]
fn without_audience_a_token_is_opaque_and_for_userinfo_alone() {
    let world = World::with(two_apis());
    let app = App::new(&world).granted(PAYMENTS, fapi::SubjectType::Client, "all");
    for parameters in [&[("scope", "openid email read:payments")][..], &[("scope", "openid"), ("audience", USERINFO)]] {
        let tokens = app.tokens(parameters).unwrap();
        assert_eq!(claims(&tokens), None, "a reference");
        assert_eq!(app.userinfo(&tokens), StatusCode::OK);
        assert!(app.admitted(PAYMENTS, &tokens).is_none());
        assert!(!tokens["scope"].as_str().unwrap().contains("read:payments"));
    }
    let jwt = app.tokens(&[("scope", "openid read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert!(claims(&jwt).is_some());
    assert_eq!(app.code(&[("scope", "read:payments")]), Err(error("invalid_scope")), "a scope of an API needs the API");
    assert_eq!(app.own(&[("scope", "read:payments")]).unwrap_err(), error("invalid_request"), "a client has no userinfo");
    assert_eq!(app.own(&[("scope", "openid"), ("audience", USERINFO)]).unwrap_err(), error("invalid_target"));
}

/// PIPE-14, PIPE-15, C-12.
#[test]
fn userinfo_is_an_audience_of_its_own_where_the_server_lists_it() {
    let mut settings = two_apis();
    settings.switches.userinfo_audience = fapi::UserinfoAudience::Listed;
    settings.apis[1].signing_alg = Some(fapi::jose::Algorithm::HS256);
    settings.apis[1].signing_secret = Some(fapi::Secret::from("0123456789abcdef0123456789abcdef".to_owned()));
    let world = World::with(settings);
    let app = App::new(&world);
    let with_openid = app.tokens(&[("scope", "openid read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert_eq!(audience_of(&with_openid), [PAYMENTS, USERINFO]);
    assert_eq!(app.userinfo(&with_openid), StatusCode::OK);
    assert!(app.admitted(PAYMENTS, &with_openid).is_some(), "and still for the API");
    let without = app.tokens(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert_eq!(audience_of(&without), [PAYMENTS]);
    assert_eq!(app.userinfo(&without), StatusCode::UNAUTHORIZED);
    let by_secret = app.tokens(&[("scope", "openid read:accounts"), ("audience", ACCOUNTS)]).unwrap();
    assert_eq!(audience_of(&by_secret), [ACCOUNTS], "a secret is known to the API");
    assert_eq!(app.userinfo(&by_secret), StatusCode::UNAUTHORIZED);
    assert!(app.admitted(ACCOUNTS, &by_secret).is_some());
}

#[test]
fn a_token_request_may_repeat_the_audience_and_name_no_other() {
    let world = World::with(two_apis());
    let app = App::new(&world);
    let ask = [("scope", "openid offline_access read:payments"), ("audience", PAYMENTS)];
    assert!(app.redeem(&app.code(&ask).unwrap(), &[("audience", PAYMENTS)]).is_ok());
    for (name, other) in [("audience", ACCOUNTS), ("resource", ACCOUNTS), ("audience", USERINFO)] {
        let refused = app.redeem(&app.code(&ask).unwrap(), &[(name, other)]);
        assert_eq!(refused.unwrap_err(), error("invalid_target"), "{name} {other}");
    }
    let for_userinfo = app.code(&[("scope", "openid")]).unwrap();
    assert_eq!(app.redeem(&for_userinfo, &[("audience", PAYMENTS)]).unwrap_err(), error("invalid_target"));
}

/// PIPE-33, SCP-07: the scope decides about the API and about the claims of the user, as far as the user consents.
#[test]
fn scopes_put_claims_into_the_id_token_where_the_server_does_that() {
    for in_id_token in [false, true] {
        let mut settings = two_apis();
        settings.switches.scope_claims_in_id_token = in_id_token;
        let world = World::with(settings);
        let app = App::new(&world);
        let ask = [("scope", "openid email profile read:payments"), ("audience", PAYMENTS)];
        let code = app.code_allowing(&ask, Some("openid email read:payments")).unwrap();
        let tokens = app.redeem(&code, &[]).unwrap();
        let said = part_of(&tokens["id_token"], 1).expect("an ID token");
        assert_eq!(said["email"].is_string(), in_id_token);
        assert!(said["name"].is_null(), "the user did not allow profile");
        assert!(claims(&tokens).unwrap()["email"].is_null(), "an access token tells nothing about its user");
    }
}
