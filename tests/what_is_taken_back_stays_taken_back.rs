//! Whatever was withdrawn, removed, revoked or ended is void at once, on every host, and however others race with it.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::record::*;
use fapi::scope::Scope;
use fapi::*;
use std::fmt::Debug;

#[track_caller]
fn done<T: Debug + Send + 'static>(world: &World, step: Step<Administered<T>>) -> T {
    value(world.drive(step))
}

#[track_caller]
fn value<T: Debug + Send + 'static>(outcome: Outcome<Administered<T>>) -> T {
    match outcome.reply {
        Administered::Done(value) => value,
        Administered::Failed(response) => panic!("{response:?} {:?}", outcome.event),
    }
}

fn alice() -> Owner {
    Owner::Subject("alice".into())
}

fn world() -> (World, Client) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

fn withdraw(world: &World) -> Withdrawn {
    done(world, world.server.withdraw("alice", "client-1", world.context()))
}

fn remove(world: &World) {
    assert_eq!(done(world, world.server.remove_clients(vec!["client-1".into()], world.context())), 1);
}

fn end_sessions(world: &World) -> usize {
    done(world, world.server.end_sessions("alice", None, world.context()))
}

fn revoke(world: &World) {
    let outcome = world.drive(world.server.revoke_subject("alice", world.context()));
    assert!(matches!(outcome.reply, SubjectRevoked::Revoked), "{:?}", outcome.event);
}

type Way = (&'static str, fn(&World));

/// The ways to take back what a client has from a user.
const WAYS: [Way; 3] = [
    ("withdrawal", |world| assert!(withdraw(world).counted_all)),
    ("removal", |world| {
        remove(world);
        world.registered(Client::new("client-1", 10).metadata(), None);
    }),
    ("revocation", revoke),
];

fn consents(world: &World) -> Vec<RememberedConsent> {
    done(world, world.server.consents(alice(), PageRequest::first(100), world.context())).entries
}

fn tokens_of(reply: &Response) -> (String, String) {
    (member(reply, "access_token"), member(reply, "refresh_token"))
}

fn tokens(world: &World, client: &Client) -> (String, String) {
    tokens_of(&client.redeem(world, &client.code(world, &[])).reply)
}

fn refresh(world: &World, client: &Client, token: &str) -> Outcome {
    client.token(world, &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

fn is_active(world: &World, client: &Client, token: &str) -> bool {
    let request = client.token_request(world, &[("token", token)], None);
    let told = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
    let body: serde_json::Value = serde_json::from_slice(told.reply.body()).unwrap();
    body["active"] == true
}

#[track_caller]
fn nothing_lives(world: &World, client: &Client, (access, token): &(String, String), when: &str) {
    assert_eq!(client.userinfo(world, access).reply.status(), 401, "{when}");
    assert!(matches!(client.resource(world, access).reply, Access::Denied(_)));
    assert!(!is_active(world, client, access) && !is_active(world, client, token));
    refused(&refresh(world, client, token), 400, "invalid_grant", &["RFC6749-5.2-5"]);
}

#[track_caller]
fn everything_lives(world: &World, client: &Client, (access, token): &(String, String), when: &str) {
    assert_eq!(client.userinfo(world, access).reply.status(), 200, "{when}");
    assert!(matches!(client.resource(world, access).reply, Access::Allowed(_)));
    assert!(is_active(world, client, access) && is_active(world, client, token));
    assert_eq!(refresh(world, client, token).reply.status(), 200);
}

/// The first prompt of a new request.
fn opened(world: &World, client: &Client, changes: &[(&str, Option<&str>)]) -> Prompt {
    prompt(client.present(world, &member(&client.push(world, changes).reply, "request_uri"), None))
}

/// Drives a withdrawal, and does something before its effect of this number. Returns what that gave, or `None` if there were
/// fewer effects.
fn withdraw_while<T>(world: &World, number: usize, act: impl FnOnce() -> T) -> (Withdrawn, Option<T>) {
    let mut step = world.server.withdraw("alice", "client-1", world.context());
    let (mut act, mut gave) = (Some(act), None);
    for effect in 0.. {
        if effect == number {
            gave = act.take().map(|act| act());
        }
        step = match step {
            Step::Load(load, then) => then.resume(world.load(&load)),
            Step::List(list, then) => then.resume(world.list(&list)),
            Step::Commit(commit, then) => then.resume(world.commit(&commit)),
            Step::Done(outcome) => return (value(outcome), gave.filter(|_| effect > number)),
            _ => panic!("a withdrawal loads, lists and commits"),
        };
    }
    unreachable!()
}

#[test]
fn a_code_that_is_redeemed_during_a_withdrawal_gives_nothing() {
    for number in 0.. {
        let (world, client) = world();
        let waiting = client.code(&world, &[]);
        let (withdrawn, redeemed) = withdraw_while(&world, number, || client.redeem(&world, &waiting).reply);
        let Some(redeemed) = redeemed else {
            assert!(number > 3, "{number} effects");
            break;
        };
        nothing_lives(&world, &client, &tokens_of(&redeemed), "after the withdrawal");
        assert!(withdrawn.counted_all);
    }
}

#[test]
fn a_code_that_remembered_consent_gives_during_a_withdrawal_is_void() {
    for number in 0.. {
        let (world, client) = world();
        let _ = tokens(&world, &client);
        let (_, code) = withdraw_while(&world, number, || client.code(&world, &[]));
        let Some(code) = code else { break };
        refused(&client.redeem(&world, &code), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    }
}

/// Keeps many records like one that there is.
fn multiply(world: &World, kind: Kind, number: usize) {
    let listed = world.store.borrow().list(&List::first(ISSUER, kind, Some(alice()), 10));
    let (key, found) = listed.records[0].clone();
    let owners = read_owners(kind, &found.record);
    let copy = |n| Write::Insert {
        key: RecordKey { id: format!("zz{n:06}"), ..key.clone() },
        record: found.record.clone(),
        expires: found.expires,
        owners: owners.clone(),
    };
    let commit = Commit::new(Timestamp::from_seconds(world.now.get()), (0..number).map(copy).collect());
    assert_eq!(world.store.borrow_mut().commit(&commit), Committed::Applied);
}

/// A client that makes many grants, or a stranger who logs in often, must not get in the way of an end to it.
#[test]
fn it_does_not_depend_on_the_number_of_records() {
    for (number, counted) in [(0, 1), (1_499, 1_500), (4_999, 5_000), (12_799, 5_000)] {
        let (world, client) = world();
        let held = tokens(&world, &client);
        multiply(&world, Kind::Grant, number);
        world.contended.set(8);
        let withdrawn = withdraw(&world);
        assert_eq!((withdrawn.grants, withdrawn.counted_all), (counted, number <= 4_999), "{number}");
        nothing_lives(&world, &client, &held, "after the withdrawal");
        let again = withdraw(&world);
        assert_eq!((again.grants, again.consents), (0, 0), "nothing is left to withdraw");
    }
    let (world, client) = world();
    let logged_in = client.answer(&world, &opened(&world, &client, &[]), Client::login());
    let SessionChange::Start { session, .. } = &logged_in.session else { panic!("a session") };
    multiply(&world, Kind::Session, 12_799);
    assert_eq!(end_sessions(&world), 5_000);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    assert_eq!(prompt(client.present(&world, &uri, Some(session))).kind, PromptKind::Login);
    let left = done(&world, world.server.sessions("alice", PageRequest::first(20_000), world.context()));
    assert_eq!(left.entries, []);
}

/// The clock of another host may be ahead, so that what it issued just before seems to come later.
#[test]
fn what_a_host_whose_clock_is_ahead_issued_before_is_void() {
    for (way, take_back) in WAYS {
        let (world, client) = world();
        world.pass(59);
        let (held, waiting) = (tokens(&world, &client), client.code(&world, &[]));
        everything_lives(&world, &client, &held, "before");
        world.pass(-59);
        take_back(&world);
        world.pass(59);
        nothing_lives(&world, &client, &held, way);
        refused(&client.redeem(&world, &waiting), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    }
}

/// An exchange that read the end of what was before is later than it, and earlier than the next end of any kind.
#[test]
fn what_is_issued_afterwards_counts_at_once_and_until_the_next_time() {
    let (world, client) = world();
    let mut before = tokens(&world, &client);
    for order in [[0, 0, 0], [0, 1, 2], [2, 1, 0], [1, 0, 1], [2, 0, 2]] {
        world.pass(1);
        for (way, take_back) in order.map(|at: usize| WAYS[at]) {
            let when = format!("after the {way} of {order:?}");
            take_back(&world);
            nothing_lives(&world, &client, &before, &when);
            before = tokens(&world, &client);
            everything_lives(&world, &client, &before, &when);
        }
    }
}

#[test]
fn a_user_who_logs_in_at_once_after_the_end_of_all_sessions_is_logged_in() {
    let (world, client) = world();
    let _ = tokens(&world, &client);
    for take_back in [revoke, |world: &World| assert_eq!(end_sessions(world), 1)] {
        take_back(&world);
        let shown = opened(&world, &client, &[("prompt", Some("consent"))]);
        let logged_in = client.answer(&world, &shown, Client::login());
        let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!("a session") };
        assert_eq!(prompt(logged_in).kind, PromptKind::Consent);
        let uri = member(&client.push(&world, &[]).reply, "request_uri");
        let code = redirected(&response(client.present(&world, &uri, Some(&session))), "code").expect("single sign-on");
        assert_eq!(client.redeem(&world, &code).reply.status(), 200);
        let listed = done(&world, world.server.sessions("alice", PageRequest::first(10), world.context()));
        assert_eq!(listed.entries.len(), 1);
    }
}

/// A host that dates its logins may have dated this one before the revocation.
#[test]
fn a_login_that_the_host_dates_counts_a_minute_after_a_revocation() {
    let (world, client) = world();
    let dated = || {
        let at = Timestamp::from_seconds(world.now.get());
        UserDecision::LoggedIn(Authentication::of("alice").at(at))
    };
    revoke(&world);
    world.pass(59);
    let shown = opened(&world, &client, &[]);
    let again = client.answer(&world, &shown, dated());
    assert!(matches!(again.session, SessionChange::Keep));
    assert_eq!(prompt(again).kind, PromptKind::Login);
    world.pass(1);
    assert_eq!(prompt(client.answer(&world, &shown, dated())).kind, PromptKind::Consent);
}

#[test]
fn consents_of_a_removed_client_are_not_its_successors() {
    let (world, client) = world();
    let _ = tokens(&world, &client);
    assert_eq!(consents(&world).len(), 1);
    remove(&world);
    assert_eq!(consents(&world), []);
    let other = Client::new("client-1", 77);
    world.registered(other.metadata(), None);
    let asked = prompt(other.answer(&world, &opened(&world, &other, &[]), Client::login()));
    assert_eq!(asked.kind, PromptKind::Consent);
    assert!(redirected(&response(other.answer(&world, &asked, Client::consent("accounts"))), "code").is_some());
    assert_eq!(consents(&world).len(), 1);
}

#[test]
fn requests_and_interactions_of_a_removed_client_are_not_its_successors() {
    let (world, client) = world();
    let pushed = || member(&client.push(&world, &[]).reply, "request_uri");
    let (uri, shown) = (pushed(), opened(&world, &client, &[]));
    let asked = prompt(client.answer(&world, &opened(&world, &client, &[]), Client::login()));
    remove(&world);
    world.registered(client.metadata(), None);
    let after = world.drive(
        world
            .server
            .authorization_request(Inbound::new(&get(&[("client_id", "client-1"), ("request_uri", &uri)])), world.context()),
    );
    refused(&after, 400, "invalid_request_uri", &["RFC9126-4-3"]);
    refused(&client.answer(&world, &shown, Client::login()), 400, "invalid_request", &["FAPI-INTERACTION-2"]);
    refused(&client.answer(&world, &asked, Client::consent("accounts")), 400, "invalid_request", &["FAPI-INTERACTION-2"]);
    for shown in [&shown, &asked] {
        let page = get(&[]);
        let inbound = Inbound::new(&page).browser(Some(&shown.browser));
        let outcome = world.drive(world.server.interaction(inbound, &shown.id, world.context()));
        refused(&outcome, 400, "invalid_request", &["FAPI-INTERACTION-2"]);
    }
    assert_eq!(prompt(client.present(&world, &pushed(), None)).kind, PromptKind::Login, "a new request is its own");
}

#[test]
fn an_interaction_adds_to_the_consent_of_today() {
    let (world, client) = world();
    let _ = tokens(&world, &client);
    let scope = || consents(&world)[0].permissions.scope.to_string();
    let ask = |scope: &str| {
        let shown = opened(&world, &client, &[("scope", Some(scope))]);
        prompt(client.answer(&world, &shown, Client::login()))
    };
    // Consent that was withdrawn meanwhile does not come back.
    let shown = ask("openid accounts payments");
    withdraw(&world);
    let _ = response(client.answer(&world, &shown, Client::consent("payments")));
    assert_eq!(scope(), "payments");
    // Of two that are open at a time, neither loses what the other was given.
    let (one, other) = (ask("openid payments"), ask("accounts payments"));
    let _ = response(client.answer(&world, &one, Client::consent("openid payments")));
    let _ = response(client.answer(&world, &other, Client::consent("accounts payments")));
    assert_eq!(Scope::parse(&scope()).unwrap(), Scope::parse("accounts openid payments").unwrap());
}

#[test]
fn an_ended_session_ends_the_interaction_that_it_logged_in() {
    let (world, client) = world();
    let ask = || prompt(client.answer(&world, &opened(&world, &client, &[]), Client::login()));
    let sessions = || done(&world, world.server.sessions("alice", PageRequest::first(10), world.context())).entries;
    let first = ask();
    let one = sessions()[0].id.clone();
    let second = ask();
    assert_eq!(done(&world, world.server.end_sessions("alice", Some(&one), world.context())), 1);
    assert_eq!(done(&world, world.server.end_sessions("alice", Some(&one), world.context())), 0, "it has ended");
    assert_eq!(prompt(client.answer(&world, &first, Client::consent("accounts"))).kind, PromptKind::Login);
    let waiting = redirected(&response(client.answer(&world, &second, Client::consent("accounts"))), "code").unwrap();

    let third = prompt(client.answer(&world, &opened(&world, &client, &[("prompt", Some("consent"))]), Client::login()));
    assert_eq!(end_sessions(&world), 2);
    assert_eq!(prompt(client.answer(&world, &third, Client::consent("accounts"))).kind, PromptKind::Login);
    assert_eq!(client.redeem(&world, &waiting).reply.status(), 200, "codes and grants outlive sessions");
}

#[test]
fn a_client_that_is_not_first_party_any_more_needs_consent() {
    let (world, client) = world();
    let mut terms = ClientTerms::default();
    terms.first_party = true;
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    let shown = opened(&world, &client, &[]);
    let control = opened(&world, &client, &[]);
    assert!(redirected(&response(client.answer(&world, &control, Client::login())), "code").is_some(), "nothing is asked");
    world.registered(client.metadata(), None);
    assert_eq!(prompt(client.answer(&world, &shown, Client::login())).kind, PromptKind::Consent);
}

#[test]
fn a_revoked_grant_of_a_clients_own_stays_revoked_until_the_client_is_another() {
    let mut settings = settings(fapi2());
    settings.apis.push(Api::open("https://b.example", "accounts".parse().unwrap()));
    settings.default_audience = Some("https://api.example".into());
    let mut world = World::with(settings.clone());
    let client = Client::registered(&world, "client-1", 10);
    let own = |world: &World| client.token(world, &[("grant_type", "client_credentials"), ("resource", "https://api.example")]);
    let first = member(&own(&world).reply, "access_token");
    let listed = done(&world, world.server.grants(Owner::Client("client-1".into()), PageRequest::first(10), world.context()));
    let outcome = world.drive(world.server.revoke_grant(&listed.entries[0].id, world.context()));
    assert_eq!((outcome.event.client.as_deref(), outcome.event.subject.as_deref()), (Some("client-1"), None));
    assert!(value(outcome));
    refused(&own(&world), 400, "unauthorized_client", &["RFC6749-5.2-6"]);
    settings.default_audience = Some("https://b.example".into());
    world.server = AuthorizationServer::new(settings).unwrap();
    refused(&own(&world), 400, "unauthorized_client", &["RFC6749-5.2-6"]);

    remove(&world);
    world.registered(client.metadata(), None);
    let second = member(&own(&world).reply, "access_token");
    assert!(matches!(client.resource(&world, &second).reply, Access::Allowed(_)));
    assert!(matches!(client.resource(&world, &first).reply, Access::Denied(_)));
}

#[test]
fn a_code_whose_scope_the_client_may_not_have_any_more_gives_nothing() {
    let (world, client) = world();
    let (code, other) = (client.code(&world, &[]), client.code(&world, &[]));
    let narrowed = |scope: &str| {
        let mut metadata = client.metadata();
        metadata.scope = Some(Scope::parse(scope).unwrap());
        world.registered(metadata, None);
    };
    narrowed("payments");
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    narrowed("accounts payments");
    assert_eq!(member(&client.redeem(&world, &other).reply, "scope"), "accounts");
}

#[test]
fn everything_of_a_user_or_client_that_ended_is_listed_as_such() {
    let (world, client) = world();
    let revoked = || {
        let grants = done(&world, world.server.grants(alice(), PageRequest::first(10), world.context())).entries;
        grants.iter().filter(|grant| grant.revoked).count()
    };
    let sessions = || done(&world, world.server.sessions("alice", PageRequest::first(10), world.context())).entries.len();
    let _ = tokens(&world, &client);
    assert_eq!((revoked(), sessions()), (0, 1));
    withdraw(&world);
    assert_eq!((revoked(), sessions()), (1, 1));
    let _ = tokens(&world, &client);
    assert_eq!((revoked(), sessions()), (1, 2));
    revoke(&world);
    assert_eq!((revoked(), sessions()), (2, 0));
    let _ = tokens(&world, &client);
    assert_eq!((revoked(), sessions()), (2, 1));
    remove(&world);
    assert_eq!((revoked(), sessions()), (3, 1));
}
