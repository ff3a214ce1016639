//! Which steps each endpoint asks its host for: one load in the normal case, one commit at the end.

use crate::support::client::Client;
use crate::support::*;
use fapi::*;

#[test]
fn each_endpoint_asks_in_few_steps() {
    let mut lines = vec![];
    let mut note = |world: &World, what: &str, turns: u8| lines.push(format!("{what}: {} ({turns} turns)", world.traced()));
    let world = World::fapi2();
    let client = Client::enrolled(&world, "client-1", 10);
    let claims = Some(r#"{"id_token":{"email":null},"userinfo":{"name":null}}"#);
    let pushed = client.push(&world, &[("claims", claims)]);
    note(&world, "push", pushed.event.turns);
    let presented = client.present(&world, &member(&pushed.reply, "request_uri"), None);
    note(&world, "authorize", presented.event.turns);
    let shown = prompt(presented);
    let logged_in = client.answer(&world, &shown, Client::login());
    note(&world, "answer: login", logged_in.event.turns);
    let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!() };
    let consented = client.answer(&world, &prompt(logged_in), Client::consent("openid accounts"));
    note(&world, "answer: consent", consented.event.turns);
    let pushed = client.push(&world, &[("claims", claims)]);
    world.traced();
    let silent = client.present(&world, &member(&pushed.reply, "request_uri"), Some(&session));
    note(&world, "authorize: in a session", silent.event.turns);
    let redeemed = client.redeem(&world, &redirected(&response(consented), "code").unwrap());
    note(&world, "token: authorization_code", redeemed.event.turns);
    let (access, refresh) = (member(&redeemed.reply, "access_token"), member(&redeemed.reply, "refresh_token"));
    let refreshed = client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    note(&world, "token: refresh_token", refreshed.event.turns);
    let own = client.token(&world, &[("grant_type", "client_credentials")]);
    note(&world, "token: client_credentials", own.event.turns);
    let turns = client.userinfo(&world, &access).event.turns;
    note(&world, "userinfo", turns);
    let turns = client.resource(&world, &access).event.turns;
    note(&world, "resource", turns);
    for (what, token) in [("access token", &access), ("refresh token", &refresh)] {
        let request = client.token_request(&world, &[("token", token)], None);
        let told = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
        note(&world, &format!("introspect: {what}"), told.event.turns);
        let request = client.token_request(&world, &[("token", token)], None);
        let revoked = world.drive(world.server.revocation_request(Inbound::new(&request), world.context()));
        note(&world, &format!("revoke: {what}"), revoked.event.turns);
    }
    insta::assert_snapshot!(lines.join("\n"));
}
