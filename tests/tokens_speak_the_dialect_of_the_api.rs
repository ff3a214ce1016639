//! Dialects, lifetimes and signatures of the access tokens of an API.

use crate::support::pipeline::*;
use crate::support::*;
use fapi::jose::Algorithm;
use fapi::{Dialect, Secret, SubjectType, TokenLifetime};
use serde_json::{Value, json};

fn token(change: impl FnOnce(&mut fapi::Api)) -> Value {
    let mut settings = two_apis();
    change(&mut settings.apis[0]);
    let world = World::with(settings);
    world.permissions.borrow_mut().insert(("alice".into(), PAYMENTS.into()), "read:payments delete:payments".parse().unwrap());
    App::new(&world).tokens(&[("scope", "openid read:payments write:payments"), ("audience", PAYMENTS)]).unwrap()
}

/// API-09, API-10, API-14, PIPE-18, PIPE-19, STD-27.
#[test]
fn each_dialect_has_its_claims() {
    for dialect in [Dialect::AccessToken, Dialect::AccessTokenAuthz, Dialect::Rfc9068Profile, Dialect::Rfc9068ProfileAuthz] {
        let tokens = token(|api| (api.dialect, api.enforce_policies) = (dialect, true));
        let (claims, header) = (claims(&tokens).unwrap(), header(&tokens).unwrap());
        let ours = matches!(dialect, Dialect::AccessToken | Dialect::AccessTokenAuthz);
        assert_eq!(claims["azp"], if ours { json!("app") } else { Value::Null }, "{dialect:?}");
        assert_eq!(claims["client_id"], if ours { Value::Null } else { json!("app") }, "{dialect:?}");
        assert_eq!(claims["aud"], if ours { json!([PAYMENTS]) } else { json!(PAYMENTS) }, "{dialect:?}");
        assert_eq!(
            (&claims["sub"], &claims["iss"], &claims["scope"]),
            (&json!("alice"), &json!(ISSUER), &json!("openid read:payments"))
        );
        assert_eq!(header["typ"], "at+jwt", "{dialect:?}");
        let listed = if dialect.has_permissions() { json!(["read:payments", "delete:payments"]) } else { Value::Null };
        assert_eq!(claims["permissions"], listed, "{dialect:?}: all of the user's, not only those asked for");
        assert!(claims["jti"].is_string() && claims["iat"].is_number() && claims["exp"].is_number());
        for profile in ["name", "email", "nickname"] {
            assert_eq!(claims[profile], Value::Null, "a token tells nothing about its user");
        }
    }
    assert_eq!(claims(&token(|api| api.dialect = Dialect::Opaque)), None);
}

#[test]
fn tokens_of_every_dialect_are_admitted_by_the_resource_server_of_the_api() {
    for dialect in Dialect::ALL {
        let mut settings = two_apis();
        (settings.apis[0].dialect, settings.apis[0].enforce_policies) = (*dialect, true);
        let world = World::with(settings);
        world.permissions.borrow_mut().insert(("alice".into(), PAYMENTS.into()), "read:payments".parse().unwrap());
        let app = App::new(&world);
        let tokens = app.tokens(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap();
        let admitted = app.admitted(PAYMENTS, &tokens).unwrap_or_else(|| panic!("{dialect:?}"));
        assert_eq!((admitted.client_id.as_str(), admitted.subject.as_deref()), ("app", Some("alice")));
        assert_eq!(admitted.permissions.is_empty(), !dialect.has_permissions());
        assert!(app.admitted(ACCOUNTS, &tokens).is_none(), "{dialect:?}");
    }
}

/// API-05, API-23, STD-38.
#[test]
fn tokens_live_as_long_as_the_api_says() {
    assert_eq!(token(|_| ())["expires_in"], 86_400);
    assert_eq!(token(|api| api.token_lifetime = TokenLifetime::Seconds(600))["expires_in"], 600);
    assert_eq!(token(|api| api.token_lifetime = TokenLifetime::OfServer)["expires_in"], 300);
}

/// API-07, API-08.
#[test]
fn an_api_with_a_secret_checks_the_mac_itself() {
    const KEY: &str = "0123456789abcdef0123456789abcdef";
    let mut settings = two_apis();
    settings.apis[0].signing_alg = Some(Algorithm::HS256);
    settings.apis[0].signing_secret = Some(Secret::from(KEY.to_owned()));
    let world = World::with(settings);
    let app = App::new(&world).granted(PAYMENTS, SubjectType::Client, "all");
    for tokens in [
        app.tokens(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap(),
        app.own(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap(),
    ] {
        assert_eq!(header(&tokens).unwrap()["alg"], "HS256");
        assert!(app.admitted(PAYMENTS, &tokens).is_some(), "the control");
        let token = tokens["access_token"].as_str().unwrap();
        let (input, mac) = token.rsplit_once('.').unwrap();
        let expected = fapi::primitives::aws_lc().mac(fapi::primitives::Hash::Sha256, KEY.as_bytes(), input.as_bytes());
        assert_eq!(mac, fapi::jose::base64url::encode(expected), "the API's secret, not the client's");
        let forged = json!({ "access_token": format!("{input}.{}", fapi::jose::base64url::encode([0; 32])) });
        assert!(app.admitted(PAYMENTS, &forged).is_none());
        assert!(app.admitted(ACCOUNTS, &tokens).is_none());
        assert_eq!(app.userinfo(&tokens), http::StatusCode::UNAUTHORIZED, "the API could have made it");
    }
}

/// A secret that is left over at an API whose tokens are references makes no tokens.
#[test]
fn an_api_with_references_takes_no_token_by_its_secret() {
    const KEY: &str = "0123456789abcdef0123456789abcdef";
    let with = |dialect| {
        let mut settings = two_apis();
        settings.apis[0].signing_alg = Some(Algorithm::HS256);
        settings.apis[0].signing_secret = Some(Secret::from(KEY.to_owned()));
        settings.apis[0].dialect = dialect;
        settings
    };
    let world = World::with(with(Dialect::AccessToken));
    let app = App::new(&world);
    let by_secret = app.tokens(&[("scope", "openid read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert!(app.admitted(PAYMENTS, &by_secret).is_some(), "the control");
    let later = World::with(with(Dialect::Opaque));
    *later.store.borrow_mut() = world.store.borrow().clone();
    let app = App { world: &later, ..app };
    assert!(app.admitted(PAYMENTS, &by_secret).is_none());
    assert_eq!(app.userinfo(&by_secret), http::StatusCode::UNAUTHORIZED);
}
