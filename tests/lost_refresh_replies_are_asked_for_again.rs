//! Where refresh tokens are replaced at each use, a client whose reply was lost asks again, for some seconds; a thief is found.

use crate::support::client::{Client, REDIRECT, VERIFIER, pairs, with_proof};
use crate::support::keys::Key;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::*;
use proptest::collection::vec;
use proptest::prelude::*;

const WINDOW: u32 = 10;
const REPLAY: &[&str] = &["RFC9700-4.14.2-1"];
const ENDED: &[&str] = &["RFC6749-5.2-5"];

/// A world that allows retries for so many seconds, and the first refresh token of a public client.
fn granted(window: u32) -> (World, String) {
    let mut settings = settings(OAUTH.policy());
    settings.lifetimes.refresh_retry_window = window;
    let world = World::with(settings);
    for id in ["app", "other"] {
        let mut metadata = ClientMetadata::new(id, Method::None);
        metadata.redirect_uris = vec![REDIRECT.into()];
        metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
        world.registered(metadata, None);
    }
    let client = Client::new("app", 10);
    let request = get(&pairs(&client.push_parameters()));
    let shown = prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    let shown = prompt(client.answer(&world, &shown, Client::login()));
    let code = redirected(&response(client.answer(&world, &shown, Client::consent("openid accounts"))), "code").unwrap();
    let redeemed = send(
        &world,
        "app",
        None,
        &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)],
    );
    (world, member(&redeemed.reply, "refresh_token"))
}

/// A request of a public client that proves this key.
fn send(world: &World, client: &str, key: Option<u8>, parameters: &[(&str, &str)]) -> Outcome {
    let prover = key.map(|seed| Client { dpop: Key::es256("d", seed), ..Client::new(client, 10) });
    let proof = prover.map(|prover| prover.proof(world, "POST", "https://as.example/token"));
    let request = with_proof(post(&[&[("client_id", client)], parameters].concat()), proof.as_deref());
    world.drive(world.server.token_request(Inbound::new(&request), world.context()))
}

fn refresh_by(world: &World, client: &str, key: Option<u8>, token: &str) -> Outcome {
    send(world, client, key, &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

fn refresh(world: &World, token: &str) -> Outcome {
    refresh_by(world, "app", None, token)
}

/// The next refresh token of a refresh that must succeed.
#[track_caller]
fn next(outcome: Outcome) -> String {
    assert_eq!(outcome.reply.status(), 200, "{:?}", outcome.event);
    member(&outcome.reply, "refresh_token")
}

#[test]
fn a_retry_in_time_gets_another_token_and_revokes_nothing() {
    let (world, first) = granted(WINDOW);
    let lost = next(refresh(&world, &first));
    world.pass(i64::from(WINDOW) - 1);
    let before = world.holdings();
    let second = next(refresh(&world, &first));
    assert_ne!(second, lost);
    assert_eq!(world.written_since(&before), "+refresh");
    let third = next(refresh(&world, &second));
    next(refresh(&world, &third));
}

#[test]
fn a_reply_may_be_lost_many_times() {
    let (world, first) = granted(WINDOW);
    let mut latest = String::new();
    for _ in 0..WINDOW {
        latest = next(refresh(&world, &first));
        world.pass(1);
    }
    next(refresh(&world, &latest));
}

#[test]
fn a_retry_too_late_ends_the_grant() {
    let (world, first) = granted(WINDOW);
    let second = next(refresh(&world, &first));
    // A retry does not extend the time for another.
    world.pass(i64::from(WINDOW) - 1);
    next(refresh(&world, &first));
    world.pass(1);
    refused(&refresh(&world, &first), 400, "invalid_grant", REPLAY);
    refused(&refresh(&world, &second), 400, "invalid_grant", ENDED);
}

#[test]
fn without_a_window_the_second_use_ends_the_grant() {
    let (world, first) = granted(0);
    let second = next(refresh(&world, &first));
    refused(&refresh(&world, &first), 400, "invalid_grant", REPLAY);
    refused(&refresh(&world, &second), 400, "invalid_grant", ENDED);
}

#[test]
fn another_sender_ends_the_grant() {
    for (own, other) in [(None, Some(1)), (Some(1), None), (Some(1), Some(2))] {
        let (world, first) = granted(WINDOW);
        let second = next(refresh_by(&world, "app", own, &first));
        // The control: the same sender gets a token.
        next(refresh_by(&world, "app", own, &first));
        refused(&refresh_by(&world, "app", other, &first), 400, "invalid_grant", REPLAY);
        refused(&refresh_by(&world, "app", own, &second), 400, "invalid_grant", ENDED);
    }
}

#[test]
fn another_client_gets_nothing_and_ends_nothing() {
    let (world, first) = granted(WINDOW);
    let second = next(refresh(&world, &first));
    refused(&refresh_by(&world, "other", None, &first), 400, "invalid_grant", &["RFC6749-6-2"]);
    next(refresh(&world, &second));
}

#[test]
fn a_retry_after_the_next_token_was_used_ends_the_grant() {
    let (world, first) = granted(WINDOW);
    let second = next(refresh(&world, &first));
    let third = next(refresh(&world, &second));
    refused(&refresh(&world, &first), 400, "invalid_grant", REPLAY);
    refused(&refresh(&world, &third), 400, "invalid_grant", ENDED);
}

/// A thief who is as fast as a retry gets a token, and is found as soon as both parties use theirs, in either order.
#[test]
fn two_tokens_for_one_are_never_both_continued() {
    for thief_first in [false, true] {
        let (world, first) = granted(WINDOW);
        let (honest, stolen) = (next(refresh(&world, &first)), next(refresh(&world, &first)));
        let (sooner, later) = if thief_first { (&stolen, &honest) } else { (&honest, &stolen) };
        let last = next(refresh(&world, sooner));
        refused(&refresh(&world, later), 400, "invalid_grant", REPLAY);
        refused(&refresh(&world, &last), 400, "invalid_grant", ENDED);
    }
}

/// Only a client that authenticates may introspect its tokens, so the client gets a secret in the meantime.
#[test]
fn a_replaced_token_is_inactive_and_its_replacements_are_active() {
    let (world, first) = granted(WINDOW);
    let (second, sibling) = (next(refresh(&world, &first)), next(refresh(&world, &first)));
    let secret = "a secret that is long enough for every purpose";
    let mut metadata = ClientMetadata::new("app", Method::ClientSecretPost);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
    world.registered(metadata, Some(secret));
    let active = |token: &str| {
        let request = post(&[("client_id", "app"), ("client_secret", secret), ("token", token)]);
        let told = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
        serde_json::from_slice::<serde_json::Value>(told.reply.body()).unwrap()["active"].as_bool()
    };
    assert_eq!([&first, &second, &sibling].map(|token| active(token)), [Some(false), Some(true), Some(true)]);
}

#[test]
fn a_window_of_more_than_a_minute_is_refused() {
    let with = |window| {
        let mut settings = settings(OAUTH.policy());
        settings.lifetimes.refresh_retry_window = window;
        AuthorizationServer::new(settings).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(with(60), Ok(()));
    let expected = "a refresh token can be retried for at most 60 seconds (RFC9700-4.14.2-1)";
    assert_eq!(with(61), Err(expected.to_owned()));
}

#[derive(Debug, Clone)]
enum Move {
    /// The client uses its token; the reply is lost so many times, a second or more each, until one arrives in time.
    Use {
        lost: Vec<i64>,
    },
    Pass(i64),
    /// A thief with another key, or none, sends the token of so many steps ago.
    Steal {
        back: usize,
        key: Option<u8>,
    },
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let lost = vec(0..=3i64, 0..4).prop_map(|lost| Move::Use { lost });
    let steal = (1..4usize, prop_oneof![Just(None), Just(Some(2)), Just(Some(3))]);
    let one = prop_oneof![
        6 => lost,
        2 => prop_oneof![0..=20i64, 0..=86_400i64].prop_map(Move::Pass),
        1 => steal.prop_map(|(back, key)| Move::Steal { back, key }),
    ];
    vec(one, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(4), ..ProptestConfig::default() })]

    /// Without a thief the grant goes on, whichever replies are lost, if the client proves a key and if it proves nothing.
    #[test]
    fn an_honest_client_keeps_its_grant(key in prop_oneof![Just(None), Just(Some(1))], moves in moves()) {
        let (world, mut token) = granted(WINDOW);
        for next_move in moves {
            match next_move {
                Move::Use { lost } => {
                    for seconds in lost {
                        next(refresh_by(&world, "app", key, &token));
                        world.pass(seconds);
                    }
                    token = next(refresh_by(&world, "app", key, &token));
                }
                Move::Pass(seconds) => world.pass(seconds),
                Move::Steal { .. } => {}
            }
        }
    }

    /// A thief who cannot prove the client's key gets nothing for a token that was used, at any time, and everyone is told.
    #[test]
    fn a_thief_with_a_used_token_gains_nothing(moves in moves()) {
        let (world, first) = granted(WINDOW);
        let (mut tokens, mut ended) = (vec![first], false);
        for next_move in moves {
            match next_move {
                Move::Use { lost } => {
                    let token = tokens.last().unwrap().clone();
                    for seconds in lost.into_iter().chain([0]) {
                        let used = refresh_by(&world, "app", Some(1), &token);
                        prop_assert_eq!(used.reply.status() == 200, !ended);
                        if !ended && seconds == 0 {
                            tokens.push(member(&used.reply, "refresh_token"));
                            break;
                        }
                        world.pass(seconds);
                    }
                }
                Move::Pass(seconds) => world.pass(seconds),
                Move::Steal { back, key } => {
                    let Some(at) = tokens.len().checked_sub(1 + back) else { continue };
                    let stolen = refresh_by(&world, "app", key, &tokens[at]);
                    refused(&stolen, 400, "invalid_grant", if ended { ENDED } else { REPLAY });
                    ended = true;
                }
            }
        }
    }
}
