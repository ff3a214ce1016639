//! A code that was requested with a key can be redeemed only with that key, which is named by `dpop_jkt` or proven at the push.

use crate::support::client::{Client, with_proof};
use crate::support::keys::Key;
use crate::support::refusal::{Told, refused};
use crate::support::*;
use fapi::*;

const PAR: &str = "https://as.example/par";

fn push_proven(client: &Client, world: &World, changes: &[(&str, &str)], proof: &str) -> Outcome {
    let mut parameters = client.push_parameters();
    parameters.push(("client_assertion_type".into(), crate::support::client::BEARER.into()));
    parameters.push(("client_assertion".into(), client.assertion(world)));
    parameters.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let request = with_proof(post(&crate::support::client::pairs(&parameters)), Some(proof));
    world.drive(world.server.pushed_authorization_request(Inbound::new(&request), world.context()))
}

fn code_of(client: &Client, world: &World, pushed: &Outcome) -> String {
    assert_eq!(pushed.reply.status(), 201, "{:?}", pushed.event);
    let shown = prompt(client.present(world, &member(&pushed.reply, "request_uri"), None));
    let shown = prompt(client.answer(world, &shown, Client::login()));
    let answered = response(client.answer(world, &shown, Client::consent("openid accounts")));
    redirected(&answered, "code").unwrap()
}

#[test]
fn by_dpop_jkt() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[("dpop_jkt", Some(&client.dpop.thumbprint()))]);
    let other = Client { dpop: Key::es256("d2", 77), ..client.clone() };
    let before = world.holdings();
    refused(&other.redeem(&world, &code), 400, "invalid_grant", &["RFC9449-10-1"]);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker", "the code must stay valid for its client");
    assert_eq!(client.redeem(&world, &code).reply.status(), 200);
}

#[test]
fn by_a_proof_at_the_push() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let pushed = push_proven(&client, &world, &[], &client.proof(&world, "POST", PAR));
    let code = code_of(&client, &world, &pushed);
    let other = Client { dpop: Key::es256("d2", 77), ..client.clone() };
    refused(&other.redeem(&world, &code), 400, "invalid_grant", &["RFC9449-10-1"]);
    assert_eq!(client.redeem(&world, &code).reply.status(), 200);
}

#[test]
fn both_bindings_must_agree() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let jkt = client.dpop.thumbprint();
    let pushed = push_proven(&client, &world, &[("dpop_jkt", &jkt)], &client.proof(&world, "POST", PAR));
    assert_eq!(pushed.reply.status(), 201);
    let other = Key::es256("d2", 77).thumbprint();
    let before = world.holdings();
    let outcome = push_proven(&client, &world, &[("dpop_jkt", &other)], &client.proof(&world, "POST", PAR));
    refused(&outcome, 400, "invalid_request", &["RFC9449-10.1-4"]);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker");
}

#[test]
fn an_invalid_proof_at_the_push_is_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let before = world.holdings();
    let elsewhere = client.proof(&world, "POST", "https://as.example/token");
    refused(&push_proven(&client, &world, &[], &elsewhere), 400, "invalid_dpop_proof", &["RFC9449-4.3-9"]);
    assert_eq!(world.written_since(&before), "+use_marker", "the assertion was valid");
    let proof = client.proof(&world, "POST", PAR);
    assert_eq!(push_proven(&client, &world, &[], &proof).reply.status(), 201);
    refused(&push_proven(&client, &world, &[], &proof), 400, "invalid_dpop_proof", &["RFC9449-11.1-2"]);
}

#[test]
fn malformed_thumbprints_are_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    for jkt in ["x", &"A".repeat(42), &format!("{}=", client.dpop.thumbprint()), &"A".repeat(86)] {
        let outcome = client.push(&world, &[("dpop_jkt", Some(jkt))]);
        refused(&outcome, 400, "invalid_request", &["RFC9449-10-1"]);
        assert!(outcome.reply.told().headers().get("location").is_none());
    }
}

#[test]
fn under_plain_oauth_a_bound_code_needs_a_proof_too() {
    let world = World::new(fapi::policy::OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[("dpop_jkt", Some(&client.dpop.thumbprint()))]);
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", crate::support::client::REDIRECT),
        ("code_verifier", crate::support::client::VERIFIER),
    ];
    refused(&client.token_with(&world, &parameters, None), 400, "invalid_request", &["RFC9449-10-1"]);
    assert_eq!(client.redeem(&world, &code).reply.status(), 200);
}
