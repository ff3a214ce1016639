//! The host revokes everything that a user has been given.

use crate::support::client::Client;
use crate::support::*;
use fapi::*;

#[test]
fn sessions_refresh_tokens_and_access_tokens_of_the_user_end() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    let logged_in = client.answer(&world, &shown, Client::login());
    let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!("{logged_in:?}") };
    let shown = prompt(logged_in);
    let answered = response(client.answer(&world, &shown, Client::consent("openid accounts")));
    let redeemed = client.redeem(&world, &redirected(&answered, "code").unwrap());
    let (access, refresh) = (member(&redeemed.reply, "access_token"), member(&redeemed.reply, "refresh_token"));
    assert!(matches!(client.resource(&world, &access).reply, Access::Allowed(_)));

    world.pass(10);
    let revoked = world.drive(world.server.revoke_subject("bob", world.context()));
    assert!(matches!(revoked.reply, SubjectRevoked::Revoked));
    assert!(matches!(client.resource(&world, &access).reply, Access::Allowed(_)), "alice is another user and unaffected");
    let revoked = world.drive(world.server.revoke_subject("alice", world.context()));
    assert!(matches!(revoked.reply, SubjectRevoked::Revoked));

    assert_eq!(ids(&client.resource(&world, &access))[0], "RFC6750-3.1-2");
    let refreshed = client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    assert_eq!(member(&refreshed.reply, "error"), "invalid_grant");
    for token in [&access, &refresh] {
        let request = client.token_request(&world, &[("token", token)], None);
        let told = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
        assert_eq!(&told.reply.body()[..], br#"{"active":false}"#);
    }
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, Some(&session)));
    assert_eq!(shown.kind, PromptKind::Login);

    world.pass(10);
    let answered = response(client.answer(&world, &shown, Client::login()));
    let access = member(&client.redeem(&world, &redirected(&answered, "code").unwrap()).reply, "access_token");
    assert!(matches!(client.resource(&world, &access).reply, Access::Allowed(_)), "a later login is valid");
}
