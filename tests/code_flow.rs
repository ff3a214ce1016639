//! The whole FAPI 2.0 flow: push, present, log in, consent, redeem, call, refresh, introspect, revoke.

use crate::support::client::{Client, REDIRECT};
use crate::support::*;
use fapi::*;

#[test]
fn from_push_to_resource_and_back() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);

    let pushed = client.push(&world, &[]);
    assert_eq!(pushed.reply.status(), 201, "{:?}", pushed.event);
    assert_eq!(world.traced(), "load commit");
    let request_uri = member(&pushed.reply, "request_uri");

    let presented = client.present(&world, &request_uri, None);
    assert_eq!(world.traced(), "load commit");
    let shown = prompt(presented);
    assert_eq!(
        (shown.kind, shown.client_name.as_deref(), &*shown.permissions.scope.to_string()),
        (PromptKind::Login, Some("A Client"), "openid accounts")
    );

    let logged_in = client.answer(&world, &shown, Client::login());
    let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!("{logged_in:?}") };
    let shown = prompt(logged_in);
    assert_eq!((shown.kind, shown.subject.as_deref()), (PromptKind::Consent, Some("alice")));
    world.traced();

    let answered = response(client.answer(&world, &shown, Client::consent("openid accounts")));
    assert_eq!(world.traced(), "load load subject commit");
    assert_eq!(answered.status(), 303);
    assert!(answered.headers()["location"].to_str().unwrap().starts_with(REDIRECT));
    assert_eq!(redirected(&answered, "state").as_deref(), Some("a state"));
    assert_eq!(redirected(&answered, "iss").as_deref(), Some(ISSUER));
    let code = redirected(&answered, "code").unwrap();

    let redeemed = client.redeem(&world, &code);
    assert_eq!(redeemed.reply.status(), 200, "{:?}", redeemed.event);
    assert_eq!(world.traced(), "load load subject sign sign commit");
    assert_eq!((redeemed.event.client.as_deref(), redeemed.event.subject.as_deref()), (Some("client-1"), Some("alice")));
    assert_eq!(member(&redeemed.reply, "token_type"), "DPoP");
    let access_token = member(&redeemed.reply, "access_token");
    let refresh_token = member(&redeemed.reply, "refresh_token");

    let allowed = client.resource(&world, &access_token);
    let Access::Allowed(authorized) = allowed.reply else { panic!("{allowed:?}") };
    assert_eq!((authorized.subject.as_deref(), &*authorized.client_id), (Some("alice"), "client-1"));
    assert_eq!(world.traced(), "load commit");
    assert_eq!(client.userinfo(&world, &access_token).reply.status(), 200);

    let refreshed = client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]);
    assert_eq!(refreshed.reply.status(), 200, "{:?}", refreshed.event);
    assert!(!String::from_utf8_lossy(refreshed.reply.body()).contains("refresh_token"), "FAPI 2.0 does not rotate");

    // The session answers the next request without a page.
    let again = member(&client.push(&world, &[("prompt", Some("none"))]).reply, "request_uri");
    let silent = response(client.present(&world, &again, Some(&session)));
    assert!(redirected(&silent, "code").is_some(), "{silent:?}");
}

#[test]
fn a_replayed_code_revokes_everything_issued_from_it() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let token = member(&client.redeem(&world, &code).reply, "access_token");
    assert!(matches!(client.resource(&world, &token).reply, Access::Allowed(_)));

    let replayed = client.redeem(&world, &code);
    assert_eq!(member(&replayed.reply, "error"), "invalid_grant");
    assert_eq!(ids(&replayed), ["RFC6749-4.1.2-2", "FAPI2-SP-5.3.2.2-9", "RFC9700-4.2.4-1"]);
    let dead = client.resource(&world, &token);
    assert!(matches!(dead.reply, Access::Denied(_)));
    assert_eq!(ids(&dead)[0], "RFC6750-3.1-2");
}
