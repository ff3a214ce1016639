//! The list of refusals that change the store, and their changes. All other refusals write nothing.

use crate::support::client::{Client, REDIRECT, VERIFIER};
use crate::support::refusal::error_of;
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::*;
use std::collections::BTreeSet;

/// Runs a step that is refused, and records the reason and the writes other than the used assertion and proof.
fn note<R: Reply + crate::support::refusal::Told>(lines: &mut BTreeSet<String>, world: &World, run: impl FnOnce() -> Outcome<R>) {
    let before = world.holdings();
    let outcome = run();
    let (error, written) = (error_of(&outcome.reply.told()), world.written_since(&before));
    let endpoint = outcome.event.endpoint;
    lines.insert(format!("{endpoint}: {error} for {}: {written}", ids(&outcome)[0]));
}

#[test]
fn the_list() {
    let mut lines = BTreeSet::new();
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let client_credentials = [("grant_type", "client_credentials")];

    // Any request of an authenticated client uses up its assertion, and its proof if that was valid.
    note(&mut lines, &world, || client.push(&world, &[("response_type", None)]));
    note(&mut lines, &world, || client.token(&world, &[("grant_type", "x")]));
    note(&mut lines, &world, || client.token_with(&world, &client_credentials, None));
    let elsewhere = client.proof(&world, "POST", "https://as.example/par");
    note(&mut lines, &world, || client.token_with(&world, &client_credentials, Some(&elsewhere)));
    let proof = client.proof(&world, "POST", "https://as.example/token");
    assert_eq!(client.token_with(&world, &client_credentials, Some(&proof)).reply.status(), 200);
    note(&mut lines, &world, || client.token_with(&world, &client_credentials, Some(&proof)));
    for entry in ["introspect", "revoke"] {
        let request = client.token_request(&world, &[], None);
        let inbound = Inbound::new(&request);
        note(&mut lines, &world, || match entry {
            "revoke" => world.drive(world.server.revocation_request(inbound, world.context())),
            _ => world.drive(world.server.introspection_request(inbound, world.context())),
        });
    }

    // A denial by the user uses up the request; a second conclusion ends its interaction.
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let (first, second) = (prompt(client.present(&world, &uri, None)), prompt(client.present(&world, &uri, None)));
    note(&mut lines, &world, || client.answer(&world, &first, UserDecision::Denied));
    note(&mut lines, &world, || client.answer(&world, &second, UserDecision::Denied));

    // A replayed code revokes its grant.
    let code = client.code(&world, &[]);
    let token = member(&client.redeem(&world, &code).reply, "access_token");
    note(&mut lines, &world, || client.redeem(&world, &code));
    note(&mut lines, &world, || client.resource(&world, &token));

    // A token that does not suffice uses up its valid proof nevertheless.
    let own = client.token(&world, &[("grant_type", "client_credentials"), ("scope", "payments")]);
    note(&mut lines, &world, || client.resource(&world, &member(&own.reply, "access_token")));
    note(&mut lines, &world, || client.userinfo(&world, &member(&own.reply, "access_token")));

    // A replayed rotated refresh token revokes its grant.
    let world = World::new(OAUTH.policy());
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types.push("refresh_token".into());
    world.registered(metadata, None);
    let app = Client::new("app", 10);
    let request = get(&crate::support::client::pairs(&app.push_parameters()));
    let shown = prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    let shown = prompt(app.answer(&world, &shown, Client::login()));
    let code = redirected(&response(app.answer(&world, &shown, Client::consent("accounts"))), "code").unwrap();
    let token = |parameters: &[(&str, &str)]| {
        let request = post(parameters);
        world.drive(world.server.token_request(Inbound::new(&request), world.context()))
    };
    let redeemed = token(&[
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]);
    let refresh = member(&redeemed.reply, "refresh_token");
    let again = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", &*refresh)];
    assert_eq!(token(&again).reply.status(), 200);
    note(&mut lines, &world, || token(&again));

    insta::assert_snapshot!(lines.into_iter().collect::<Vec<_>>().join("\n"));
}
