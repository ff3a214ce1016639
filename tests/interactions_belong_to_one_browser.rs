//! An interaction is answered once, by the browser that began it, with a decision that matches the question. One request yields
//! one code.

use crate::support::client::Client;
use crate::support::refusal::{Told, refused};
use crate::support::*;
use fapi::*;

fn begun() -> (World, Client, Prompt, String) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    (world, client, shown, uri)
}

#[test]
fn another_browser_is_refused_on_a_page() {
    let (world, client, shown, _) = begun();
    for browser in [None, Some(BrowserHandle::new("another"))] {
        let request = post(&[]);
        let before = world.holdings();
        let inbound = Inbound::new(&request).browser(browser.as_ref());
        refused(
            &world.drive(world.server.answer(inbound, &shown.id, Client::login(), world.context())),
            400,
            "invalid_request",
            &["FAPI-INTERACTION-1"],
        );
        let outcome = world.drive(world.server.interaction(inbound, &shown.id, world.context()));
        refused(&outcome, 400, "invalid_request", &["FAPI-INTERACTION-1"]);
        assert!(outcome.reply.told().headers().get("location").is_none());
        assert_eq!(world.written_since(&before), "");
    }
    prompt(client.answer(&world, &shown, Client::login()));
}

#[test]
fn a_decision_that_was_not_asked_for_repeats_the_question() {
    let (world, client, shown, _) = begun();
    let before = world.holdings();
    assert_eq!(prompt(client.answer(&world, &shown, Client::consent("openid"))).kind, PromptKind::Login, "asked again");
    assert_eq!(world.written_since(&before), "");
    let consent = prompt(client.answer(&world, &shown, Client::login()));
    let before = world.holdings();
    assert_eq!(prompt(client.answer(&world, &consent, Client::login())).kind, PromptKind::Consent, "pressed twice");
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn a_page_can_be_reloaded_at_every_step() {
    let (world, client, shown, _) = begun();
    let again = |shown: &Prompt| {
        let request = get(&[]);
        let inbound = Inbound::new(&request).browser(Some(&shown.browser));
        prompt(world.drive(world.server.interaction(inbound, &shown.id, world.context())))
    };
    assert_eq!(again(&shown).kind, PromptKind::Login);
    let consent = prompt(client.answer(&world, &shown, Client::login()));
    assert_eq!((again(&consent).kind, again(&consent).subject.as_deref()), (PromptKind::Consent, Some("alice")));
}

#[test]
fn a_denial_is_reported_and_uses_up_the_request() {
    let (world, client, shown, uri) = begun();
    let before = world.holdings();
    let outcome = client.answer(&world, &shown, UserDecision::Denied);
    refused(&outcome, 303, "access_denied", &["RFC6749-4.1.2.1-2"]);
    assert_eq!(redirected(&outcome.reply.told(), "state").as_deref(), Some("a state"));
    assert_eq!(redirected(&outcome.reply.told(), "iss").as_deref(), Some(ISSUER));
    assert_eq!(world.written_since(&before), "-interaction -pushed");
    refused(&client.answer(&world, &shown, Client::login()), 400, "invalid_request", &["FAPI-INTERACTION-2"]);
    refused(&client.present(&world, &uri, None), 400, "invalid_request_uri", &["RFC9126-4-3", "RFC9126-4-2"]);
}

#[test]
fn consent_to_an_empty_scope_is_a_denial() {
    let (world, client, shown, _) = begun();
    let consent = prompt(client.answer(&world, &shown, Client::login()));
    let before = world.holdings();
    refused(&client.answer(&world, &consent, Client::consent("payments")), 303, "access_denied", &["RFC6749-4.1.2.1-2"]);
    assert_eq!(world.written_since(&before), "-interaction -pushed", "the request is used up");
}

#[test]
fn consent_grants_at_most_the_requested_scope() {
    let (world, client, shown, _) = begun();
    let consent = prompt(client.answer(&world, &shown, Client::login()));
    let answered = response(client.answer(&world, &consent, Client::consent("accounts payments email")));
    let redeemed = client.redeem(&world, &redirected(&answered, "code").unwrap());
    assert_eq!(member(&redeemed.reply, "scope"), "accounts");
    assert!(!String::from_utf8_lossy(redeemed.reply.body()).contains("id_token"), "openid was not granted");
}

#[test]
fn one_request_uri_yields_one_code() {
    let (world, client, first, uri) = begun();
    let second = prompt(client.present(&world, &uri, None));
    let (first, second) =
        (prompt(client.answer(&world, &first, Client::login())), prompt(client.answer(&world, &second, Client::login())));
    response(client.answer(&world, &first, Client::consent("accounts")));
    let before = world.holdings();
    let outcome = client.answer(&world, &second, Client::consent("accounts"));
    refused(&outcome, 303, "invalid_request_uri", &["RFC9126-4-2"]);
    assert_eq!(world.written_since(&before), "-interaction");
    refused(&client.answer(&world, &first, Client::consent("accounts")), 400, "invalid_request", &["FAPI-INTERACTION-2"]);
}

#[test]
fn a_user_may_take_longer_than_the_request_uri_lives_but_not_unlimited_time() {
    let (world, client, shown, _) = begun();
    world.pass(599);
    let consent = prompt(client.answer(&world, &shown, Client::login()));
    world.pass(1);
    refused(&client.answer(&world, &consent, Client::consent("accounts")), 400, "invalid_request", &["FAPI-INTERACTION-2"]);
}

#[test]
fn a_login_begins_a_session_of_its_own() {
    let (world, client, shown, uri) = begun();
    let logged_in = client.answer(&world, &shown, Client::login());
    let SessionChange::Start { session, expires } = logged_in.session.clone() else { panic!("{logged_in:?}") };
    assert_eq!(expires.seconds(), world.now.get() + 8 * 3600);
    let again = prompt(client.present(&world, &uri, None));
    let request = post(&[]);
    let inbound = Inbound::new(&request).browser(Some(&again.browser)).session(Some(&session));
    let before = world.holdings();
    let relogged = world.drive(world.server.answer(inbound, &again.id, Client::login(), world.context()));
    let SessionChange::Start { session: fresh, .. } = relogged.session.clone() else { panic!("{relogged:?}") };
    assert_ne!(fresh.as_str(), session.as_str());
    assert_eq!(world.written_since(&before), "+session -session ~interaction");
}

#[test]
fn stored_values_do_not_open_an_interaction() {
    let (world, _, shown, uri) = begun();
    let handle = uri.rsplit(':').next().unwrap().to_owned();
    for key in world.store.borrow().keys() {
        assert!(![shown.id.as_str(), shown.browser.as_str(), &handle].contains(&key.id.as_str()));
    }
}

#[test]
fn an_interaction_without_its_client_ends_on_a_page() {
    let (world, client, shown, _) = begun();
    let key = world.store.borrow().keys().find(|key| key.kind == fapi::record::Kind::Client).unwrap().clone();
    let on = world.store.borrow().load(std::slice::from_ref(&key))[0].as_ref().unwrap().version;
    let now = Timestamp::from_seconds(world.now.get());
    world.store.borrow_mut().commit(&Commit::new(now, vec![fapi::record::Write::Remove { key, on }]));
    refused(&client.answer(&world, &shown, Client::login()), 400, "invalid_request", &["RFC6749-4.1.2.1-1"]);
}

#[test]
fn a_login_of_the_same_user_in_another_tab_ends_nothing_here() {
    for (user, ends) in [("alice", false), ("bob", true)] {
        let (world, client, here, _) = begun();
        let uri = member(&client.push(&world, &[]).reply, "request_uri");
        let elsewhere = prompt(client.present(&world, &uri, None));
        let answer = |shown: &Prompt, verdict: UserDecision, session: Option<&SessionHandle>| {
            let request = post(&[]);
            let inbound = Inbound::new(&request).browser(Some(&shown.browser)).session(session);
            world.drive(world.server.answer(inbound, &shown.id, verdict, world.context()))
        };
        let log_in = |shown: &Prompt, user: &str, session: Option<&SessionHandle>| {
            let outcome = answer(shown, UserDecision::LoggedIn(Authentication::of(user)), session);
            let SessionChange::Start { session, .. } = outcome.session.clone() else { panic!("a session") };
            (prompt(outcome), session)
        };
        let (consent, first) = log_in(&here, "alice", None);
        let (_, second) = log_in(&elsewhere, user, Some(&first));
        let request = get(&[]);
        let inbound = Inbound::new(&request).browser(Some(&here.browser)).session(Some(&second));
        let reloaded = prompt(world.drive(world.server.interaction(inbound, &here.id, world.context())));
        assert_eq!(reloaded.kind, if ends { PromptKind::Login } else { PromptKind::Consent }, "{user}");
        let outcome = answer(&consent, Client::consent("openid"), Some(&second));
        if ends {
            assert_eq!(prompt(outcome).kind, PromptKind::Login);
        } else {
            assert!(redirected(&response(outcome), "code").is_some());
        }
    }
}
