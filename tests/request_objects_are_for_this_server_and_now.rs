//! A request object is for this server and for now, as far as it says so; profiles demand that it does, and for how long. What is
//! wrong inside is told to the client, at the redirect URI that it signed.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::request_object::{At, fapi2_signed};
use crate::support::*;
use fapi::jose::{Json, Object};
use fapi::policy::{FAPI2_SIGNED_REQUESTS, OAUTH, Policy};

const NOW: i64 = 1_800_000_000;

fn world(policy: Policy) -> (World, Client) {
    let world = World::new(policy);
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

/// OAuth with signed requests, so that both endpoints take them.
fn signed() -> Policy {
    OAUTH.policy().tighten(&FAPI2_SIGNED_REQUESTS.policy()).unwrap()
}

#[track_caller]
fn refuses(policy: Policy, changes: &[(&str, Option<Json>)], requirements: &[&str]) {
    let (world, client) = world(policy);
    let object = client.object(&world, changes);
    client.refused_at_both(&world, &object, At::Client, "invalid_request_object", requirements);
}

#[track_caller]
fn accepts(policy: Policy, changes: &[(&str, Option<Json>)]) {
    let (world, client) = world(policy);
    client.accepted_at_both(&world, &client.object(&world, changes));
}

#[test]
fn its_audience_contains_the_issuer() {
    let (names_us, demanded) = ("RFC7519-4.1.3-1", "FAPI2-MS-5.3.1-2");
    for aud in [ISSUER.into(), Json::from(vec![ISSUER]), vec!["https://other.example", ISSUER].into()] {
        accepts(OAUTH.policy(), &[("aud", Some(aud.clone()))]);
        accepts(signed(), &[("aud", Some(aud))]);
    }
    for aud in [
        "https://other.example".into(),
        format!("{ISSUER}/").into(),
        format!("{ISSUER}/par").into(),
        format!("{ISSUER}/token").into(),
        Json::from(vec!["https://other.example"]),
        Json::Array(vec![]),
        "".into(),
    ] {
        refuses(OAUTH.policy(), &[("aud", Some(aud.clone()))], &[names_us]);
        refuses(signed(), &[("aud", Some(aud))], &[names_us, demanded]);
    }
    accepts(OAUTH.policy(), &[("aud", None)]);
    refuses(signed(), &[("aud", None)], &[demanded]);
    for aud in [Json::from(1), Object::default().into(), Json::Array(vec![ISSUER.into(), 1.into()])] {
        refuses(OAUTH.policy(), &[("aud", Some(aud))], &["RFC9101-6.3-3", names_us]);
    }
}

#[test]
fn it_has_not_expired() {
    for policy in [OAUTH.policy(), signed()] {
        accepts(policy.clone(), &[("exp", Some((NOW + 1).into()))]);
        for exp in [NOW, NOW - 1, NOW - 3600, 0] {
            let nbf = ("nbf", Some((NOW - 10).into()));
            refuses(policy.clone(), &[nbf, ("exp", Some(exp.into()))], &["RFC7519-4.1.4-1"]);
        }
    }
    accepts(OAUTH.policy(), &[("exp", None)]);
    accepts(OAUTH.policy(), &[("exp", Some((NOW + 1_000_000).into()))]);
    refuses(OAUTH.policy(), &[("exp", Some("1900000000".into()))], &["RFC9101-6.3-3", "RFC7519-4.1.6-1"]);
}

#[test]
fn its_dates_are_not_in_the_future() {
    for (claim, requirement) in [("nbf", "RFC7519-4.1.5-1"), ("iat", "FAPI-TIMES-1")] {
        for policy in [OAUTH.policy(), signed()] {
            accepts(policy.clone(), &[(claim, Some((NOW + 10).into()))]);
            refuses(policy, &[(claim, Some((NOW + 61).into()))], &[requirement]);
        }
        accepts(OAUTH.policy(), &[(claim, None)]);
        refuses(OAUTH.policy(), &[(claim, Some(Json::Null))], &["RFC9101-6.3-3", "RFC7519-4.1.6-1"]);
    }
    let (world, client) = world(fapi2_signed());
    let push = |seconds: i64| client.push_object(&world, &client.object(&world, &[("nbf", Some((NOW + seconds).into()))]), &[]);
    assert_eq!(push(8).reply.status(), 201);
    refused(&push(61), 400, "invalid_request_object", &["FAPI2-SP-5.3.2.1-13"]);
}

#[test]
fn a_profile_demands_a_recent_nbf() {
    let demanded = &["FAPI2-MS-5.3.1-3"][..];
    let since = |seconds: i64| [("nbf", Some((NOW - seconds).into())), ("exp", Some((NOW - seconds + 3600).into()))];
    let old = |seconds: i64| [("nbf", Some((NOW - seconds).into())), ("exp", Some((NOW + 1).into()))];
    accepts(signed(), &since(3599));
    accepts(OAUTH.policy(), &old(1_000_000));
    refuses(signed(), &old(3601), &["FAPI2-MS-5.3.1-3"]);
    accepts(OAUTH.policy(), &[("nbf", None)]);
    refuses(signed(), &[("nbf", None)], demanded);
}

#[test]
fn a_profile_demands_a_short_lifetime() {
    let demanded = &["FAPI2-MS-5.3.1-4"][..];
    let until = |seconds: i64| [("exp", Some((NOW + seconds).into()))];
    accepts(signed(), &until(3600));
    refuses(signed(), &until(3601), demanded);
    refuses(signed(), &until(4200), demanded);
    refuses(signed(), &[("exp", None)], demanded);
    accepts(signed(), &[("nbf", Some(Json::Float(1_799_999_999.5))), ("exp", Some(Json::Float(1_800_003_599.5)))]);
    refuses(signed(), &[("nbf", Some(Json::Float(1_799_999_999.5))), ("exp", Some((NOW + 3600).into()))], demanded);
}

#[test]
fn it_contains_no_other_one() {
    let (world, client) = world(OAUTH.policy());
    let inner = client.object(&world, &[]);
    for name in ["request", "request_uri"] {
        for value in [inner.as_str(), "https://client.example/request", ""] {
            refuses(OAUTH.policy(), &[(name, Some(value.into()))], &["OIDCC-6.1-3"]);
        }
    }
}

#[test]
fn each_parameter_has_its_type() {
    let object = || Json::from(Object::default());
    for (name, wrong) in [
        ("state", 5.into()),
        ("state", Json::Null),
        ("nonce", true.into()),
        ("scope", Json::from(vec!["openid"])),
        ("response_mode", object()),
        ("prompt", vec!["login"].into()),
        ("max_age", Json::Float(1.5)),
        ("max_age", Json::Null),
        ("claims", vec!["email"].into()),
        ("resource", Json::Array(vec![1.into()])),
        ("code_challenge", 1.into()),
    ] {
        let (world, client) = world(OAUTH.policy());
        let object = client.object(&world, &[(name, Some(wrong))]);
        client.refused_at_both(&world, &object, At::Page, "invalid_request_object", &["RFC9101-6.3-3"]);
    }
    for (name, right) in [
        ("max_age", 600.into()),
        ("max_age", "600".into()),
        ("claims", Object::default().with("userinfo", Object::default().with("email", Json::Null)).into()),
        ("claims", r#"{"userinfo":{"email":null}}"#.into()),
        ("resource", "https://api.example".into()),
        ("resource", vec!["https://api.example"].into()),
        ("jti", 1.into()),
        ("colour", object()),
    ] {
        accepts(OAUTH.policy(), &[(name, Some(right))]);
    }
}

/// An error about the address that answers go to is a page; the other ones are redirects with `state` and `iss`.
#[test]
fn its_parameters_are_checked_like_others() {
    let (world, client) = world(OAUTH.policy());
    type Case = (&'static str, Option<Json>, At, &'static str, &'static [&'static str]);
    let cases: &[Case] = &[
        ("response_type", None, At::Client, "invalid_request", &["RFC6749-3.1.1-1"]),
        ("response_type", Some("token".into()), At::Client, "unsupported_response_type", &["RFC9700-2.1.2-1"]),
        ("scope", Some("unknown".into()), At::Client, "invalid_scope", &["RFC6749-5.2-6"]),
        ("prompt", Some("none login".into()), At::Client, "invalid_request", &["OIDCC-3.1.2.1-6"]),
        ("max_age", Some((-1).into()), At::Client, "invalid_request", &["OIDCC-3.1.2.1-9"]),
        ("registration", Some(Object::default().into()), At::Client, "registration_not_supported", &["OIDCC-7.2.1-1"]),
        ("redirect_uri", None, At::Client, "invalid_request", &["OIDCC-3.1.2.1-3"]),
        (
            "redirect_uri",
            Some("https://client.example/other".into()),
            At::Page,
            "invalid_request",
            &["RFC6749-3.1.2.3-2", "RFC6749-3.1.2.4-1", "RFC6749-4.1.2.1-1", "RFC9126-2.1-3"],
        ),
        ("state", Some("a\u{0}b".into()), At::Page, "invalid_request", &["RFC6749-A.5-1"]),
    ];
    for (name, value, at, error, requirements) in cases {
        client.refused_at_both(&world, &client.object(&world, &[(name, value.clone())]), *at, error, requirements);
    }
    let outcome = client.present_object(&world, &client.object(&world, &[("aud", Some("x".into()))]), &[]);
    let answered = response(outcome);
    assert_eq!(redirected(&answered, "state").as_deref(), Some("a state"));
    assert_eq!(redirected(&answered, "iss").as_deref(), Some(ISSUER));
}
