//! Many requests race for one thing, on a store that takes its time: one of them gets it, the others get the error that says so, and
//! none is refused because there are many.
//!
//! Time is the number of polls: a store with a delay of ten answers after ten polls and writes or reads in the middle of them. The
//! order in which requests are polled is arbitrary.

use crate::support::client::{BEARER, Client, REDIRECT, VERIFIER};
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::record::{Record, RecordKey};
use fapi::*;
use proptest::prelude::*;
use proptest::sample::select;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context as Polling, Poll, Waker};

#[derive(Debug, Clone, Copy)]
struct Race {
    racers: usize,
    delay: u32,
    /// Determines the order of the polls.
    seed: u64,
}

fn races() -> impl Strategy<Value = Race> {
    let racers = prop_oneof![2 => 2..=64usize, 1 => select(vec![2, 64])];
    (racers, select(vec![0, 1, 10]), 1..u64::MAX).prop_map(|(racers, delay, seed)| Race { racers, delay, seed })
}

struct Slow {
    world: Mutex<World>,
    delay: u32,
}

impl Slow {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn later<'a, T: Send + 'a>(&'a self, answer: impl FnOnce(&World) -> Result<T, Unavailable> + Send + 'a) -> Pending<'a, T> {
        Box::pin(async move {
            pass(self.delay).await;
            let answer = answer(&self.world());
            pass(self.delay).await;
            answer
        })
    }
}

/// Waits for so many polls.
async fn pass(mut polls: u32) {
    poll_fn(|_| match polls.checked_sub(1) {
        Some(left) => {
            polls = left;
            Poll::Pending
        }
        None => Poll::Ready(()),
    })
    .await;
}

impl Store for Slow {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        self.later(|world| Host::load(world, load))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        self.later(|world| Host::commit(world, commit))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        self.later(|world| Host::list(world, list))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        self.later(move |world| Ok(world.store.borrow().due(now, limit)))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        self.later(move |world| Ok(world.store.borrow_mut().sweep(now)))
    }
}

impl AsyncHost for Slow {
    fn store(&self) -> &dyn Store {
        self
    }

    async fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        Host::use_key(&*self.world(), key_use)
    }

    async fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        Host::claims(&*self.world(), request)
    }

    async fn subject(&self, request: &SubjectRequest) -> Result<SubjectStatus, Unavailable> {
        Host::subject(&*self.world(), request)
    }
}

impl Race {
    /// Runs the exchanges at the same time; returns the world after them and their outcomes.
    fn run<R: Reply>(self, world: World, steps: Vec<Step<R>>) -> (World, Vec<Outcome<R>>) {
        let slow = Slow { world: Mutex::new(world), delay: self.delay };
        let mut outcomes: Vec<_> = steps.iter().map(|_| None).collect();
        let mut running: Vec<(usize, Racer<'_, R>)> =
            steps.into_iter().enumerate().map(|(racer, step)| (racer, Box::pin(drive_async(&slow, step)) as _)).collect();
        let mut random = self.seed;
        while !running.is_empty() {
            // xorshift64
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let at = usize::try_from(random % running.len() as u64).unwrap();
            if let Poll::Ready(outcome) = running[at].1.as_mut().poll(&mut Polling::from_waker(Waker::noop())) {
                outcomes[running[at].0] = Some(outcome);
                drop(running.swap_remove(at));
            }
        }
        drop(running);
        (slow.world.into_inner().unwrap(), outcomes.into_iter().flatten().collect())
    }

    /// So many requests.
    fn times<T>(self, request: impl FnMut(usize) -> T) -> Vec<T> {
        (0..self.racers).map(request).collect()
    }
}

/// An exchange that is under way.
type Racer<'a, R> = Pin<Box<dyn Future<Output = Outcome<R>> + 'a>>;

/// The number of outcomes for each answer: the status, and the error.
fn answers<R: Reply>(outcomes: &[Outcome<R>], read: impl Fn(&R) -> String) -> std::collections::BTreeMap<String, usize> {
    outcomes.iter().fold(Default::default(), |mut counted, outcome| {
        *counted.entry(read(&outcome.reply)).or_default() += 1;
        counted
    })
}

fn answered(response: &Response) -> String {
    if response.status().is_success() {
        return response.status().as_str().to_owned();
    }
    format!("{} {}", response.status().as_str(), member(response, "error"))
}

fn navigated(navigation: &Navigation) -> String {
    match navigation {
        Navigation::Interact(_) => "a page".into(),
        Navigation::Inform(page) => page.response().status().as_str().to_owned(),
        Navigation::Respond(response) if response.headers().contains_key("location") => {
            redirected(response, "error").unwrap_or_else(|| "a code".into())
        }
        Navigation::Respond(response) => response.status().as_str().to_owned(),
    }
}

/// One of them is this, and all others are that.
fn one_and_the_others(race: Race, one: &str, others: &str) -> std::collections::BTreeMap<String, usize> {
    [(one.to_owned(), 1), (others.to_owned(), race.racers - 1)].into()
}

fn all(race: Race, answer: &str) -> std::collections::BTreeMap<String, usize> {
    [(answer.to_owned(), race.racers)].into()
}

fn token_step(world: &World, request: &http::Request<bytes::Bytes>) -> Step<Response> {
    world.server.token_request(Inbound::new(request), world.context())
}

fn token(world: &World, client: &Client, parameters: &[(&str, &str)]) -> Step<Response> {
    let proof = client.proof(world, "POST", &format!("{ISSUER}/token"));
    token_step(world, &client.token_request(world, parameters, Some(&proof)))
}

fn redeemed(code: &str) -> [(&str, &str); 4] {
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)]
}

/// A public client whose refresh token is replaced at each use.
fn rotated(window: u32) -> (World, Client, String) {
    let mut settings = settings(OAUTH.policy());
    settings.lifetimes.refresh_retry_window = window;
    let world = World::with(settings);
    let client = Client::new("app", 10);
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
    world.registered(metadata, None);
    let request = get(&crate::support::client::pairs(&client.push_parameters()));
    let shown = prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    let shown = prompt(client.answer(&world, &shown, Client::login()));
    let code = redirected(&response(client.answer(&world, &shown, Client::consent("openid accounts"))), "code").unwrap();
    let parameters = [&[("client_id", "app")][..], &redeemed(&code)].concat();
    let token = member(&world.drive(token_step(&world, &post(&parameters))).reply, "refresh_token");
    (world, client, token)
}

fn anonymous_refresh(world: &World, token: &str) -> Step<Response> {
    token_step(world, &post(&[("client_id", "app"), ("grant_type", "refresh_token"), ("refresh_token", token)]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(16), ..ProptestConfig::default() })]

    #[test]
    fn a_code(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let code = client.code(&world, &[]);
        let steps = race.times(|_| token(&world, &client, &redeemed(&code)));
        let (world, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, answered), one_and_the_others(race, "200", "400 invalid_grant"));
        let winner = outcomes.iter().find(|outcome| outcome.reply.status() == 200).unwrap();
        let token = member(&winner.reply, "access_token");
        prop_assert!(matches!(client.resource(&world, &token).reply, Access::Denied(_)), "the others revoke it");
    }

    #[test]
    fn a_client_assertion(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let assertion = client.assertion(&world);
        let steps = race.times(|_| {
            let mut parameters = client.push_parameters();
            parameters.push(("client_assertion_type".into(), BEARER.into()));
            parameters.push(("client_assertion".into(), assertion.clone()));
            let request = post(&crate::support::client::pairs(&parameters));
            world.server.pushed_authorization_request(Inbound::new(&request), world.context())
        });
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, answered), one_and_the_others(race, "201", "400 invalid_client"));
    }

    #[test]
    fn a_dpop_proof(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let proof = client.proof(&world, "POST", &format!("{ISSUER}/token"));
        let parameters = [("grant_type", "client_credentials"), ("scope", "accounts")];
        let steps = race.times(|_| token_step(&world, &client.token_request(&world, &parameters, Some(&proof))));
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, answered), one_and_the_others(race, "200", "400 invalid_dpop_proof"));
    }

    #[test]
    fn a_dpop_proof_at_a_resource(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let code = client.code(&world, &[]);
        let access = member(&client.redeem(&world, &code).reply, "access_token");
        let target = "https://api.example/accounts";
        let request = client.resource_request(&world, &access, target);
        let api = world.server.resource_server("https://api.example").expect("an API");
        let steps = race.times(|_| {
            api.protect(Inbound::new(&request).at(EndpointAddress::Resource(target)), RequiredAccess::token(), world.context())
        });
        let (_, outcomes) = race.run(world, steps);
        let read = |access: &Access| match access {
            Access::Allowed(_) => "allowed".into(),
            Access::Denied(response) => response.status().as_str().to_owned(),
        };
        prop_assert_eq!(answers(&outcomes, read), one_and_the_others(race, "allowed", "401"));
    }

    #[test]
    fn a_refresh_token_that_is_replaced(race in races()) {
        let (world, _, first) = rotated(0);
        let steps = race.times(|_| anonymous_refresh(&world, &first));
        let (world, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, answered), one_and_the_others(race, "200", "400 invalid_grant"));
        let winner = outcomes.iter().find(|outcome| outcome.reply.status() == 200).unwrap();
        let next = world.drive(anonymous_refresh(&world, &member(&winner.reply, "refresh_token")));
        prop_assert_eq!(ids(&next), ["RFC6749-5.2-5"], "the others revoke it");
    }

    /// All of them may have lost the reply; only one of the tokens they get is continued.
    #[test]
    fn a_refresh_token_that_may_be_retried(race in races()) {
        let (world, _, first) = rotated(10);
        let steps = race.times(|_| anonymous_refresh(&world, &first));
        let (world, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, answered), all(race, "200"));
        let next: Vec<_> = outcomes.iter().map(|outcome| member(&outcome.reply, "refresh_token")).collect();
        let steps = next.iter().map(|token| anonymous_refresh(&world, token)).collect();
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, answered), one_and_the_others(race, "200", "400 invalid_grant"));
    }

    #[test]
    fn a_refresh_token_that_is_kept_is_everyones(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let code = client.code(&world, &[]);
        let refresh = member(&client.redeem(&world, &code).reply, "refresh_token");
        // The first use prolongs it, and the others see that.
        world.pass(16 * 86_400);
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
        let steps = race.times(|_| token(&world, &client, &parameters));
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, answered), all(race, "200"));
    }

    #[test]
    fn a_request_uri(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        client.code(&world, &[]);
        let pushed = client.push(&world, &[]);
        let uri = member(&pushed.reply, "request_uri");
        let shown = prompt(client.present(&world, &uri, None));
        let answered = client.answer(&world, &shown, Client::login());
        let SessionChange::Start { session, .. } = &answered.session else { panic!("a session") };
        let uri = member(&client.push(&world, &[]).reply, "request_uri");
        let steps = race.times(|_| {
            let request = get(&[("client_id", "client-1"), ("request_uri", &uri)]);
            world.server.authorization_request(Inbound::new(&request).session(Some(session)), world.context())
        });
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, navigated), one_and_the_others(race, "a code", "400"));
    }

    #[test]
    fn an_interaction(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let uri = member(&client.push(&world, &[]).reply, "request_uri");
        let shown = prompt(client.present(&world, &uri, None));
        let shown = prompt(client.answer(&world, &shown, Client::login()));
        let request = post(&[]);
        let steps = race.times(|_| {
            let inbound = Inbound::new(&request).browser(Some(&shown.browser));
            world.server.answer(inbound, &shown.id, Client::consent("openid accounts"), world.context())
        });
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, navigated), one_and_the_others(race, "a code", "400"));
    }

    /// The pages of one pushed request in many browsers.
    #[test]
    fn interactions_of_one_request(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let uri = member(&client.push(&world, &[]).reply, "request_uri");
        let request = post(&[]);
        let steps = race.times(|_| {
            let shown = prompt(client.present(&world, &uri, None));
            let shown = prompt(client.answer(&world, &shown, Client::login()));
            let inbound = Inbound::new(&request).browser(Some(&shown.browser));
            world.server.answer(inbound, &shown.id, Client::consent("openid accounts"), world.context())
        });
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, navigated), one_and_the_others(race, "a code", "invalid_request_uri"));
    }

    /// Everyone writes the same record, and everyone may.
    #[test]
    fn a_consent_that_is_remembered_is_everyones(race in races()) {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let request = post(&[]);
        let steps = race.times(|_| {
            let uri = member(&client.push(&world, &[]).reply, "request_uri");
            let shown = prompt(client.present(&world, &uri, None));
            let shown = prompt(client.answer(&world, &shown, Client::login()));
            let inbound = Inbound::new(&request).browser(Some(&shown.browser));
            world.server.answer(inbound, &shown.id, Client::consent("openid accounts"), world.context())
        });
        let (_, outcomes) = race.run(world, steps);
        prop_assert_eq!(answers(&outcomes, navigated), all(race, "a code"));
    }
}

/// Each of 64 clients adds itself to the session of the user.
#[test]
fn a_session_is_every_clients() {
    for delay in [0, 1, 10] {
        let race = Race { racers: 64, delay, seed: 7 };
        let world = World::fapi2();
        let clients: Vec<_> = (0..64).map(|at| Client::registered(&world, &format!("client-{at}"), 10)).collect();
        clients.iter().for_each(|client| drop(client.code(&world, &[])));
        let uri = member(&clients[0].push(&world, &[("prompt", Some("login"))]).reply, "request_uri");
        let shown = prompt(clients[0].present(&world, &uri, None));
        let answered = clients[0].answer(&world, &shown, Client::login());
        let SessionChange::Start { session, .. } = &answered.session else { panic!("a session") };
        let step = |client: &Client| {
            let uri = member(&client.push(&world, &[]).reply, "request_uri");
            let request = get(&[("client_id", &client.id), ("request_uri", &uri)]);
            world.server.authorization_request(Inbound::new(&request).session(Some(session)), world.context())
        };
        let steps = clients.iter().map(step).collect();
        let (_, outcomes) = race.run(world, steps);
        assert_eq!(answers(&outcomes, navigated), all(race, "a code"), "{delay}");
    }
}

/// The control: a proof of its own for each request serves all of them.
#[test]
fn racers_for_nothing_are_all_served() {
    let race = Race { racers: 64, delay: 1, seed: 7 };
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let steps = race.times(|_| token(&world, &client, &[("grant_type", "client_credentials"), ("scope", "accounts")]));
    let (_, outcomes) = race.run(world, steps);
    assert_eq!(answers(&outcomes, answered), all(race, "200"));
}
