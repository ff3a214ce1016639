//! The flow from the push to the last refresh, with the mistakes that are possible on the way.

use super::{Answer, changes, ending, states};
use crate::support::client::{CHALLENGE, Client, REDIRECT, VERIFIER, pairs};
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::*;

/// The steps and their results.
#[derive(Default)]
struct Log {
    life_cycle: Vec<String>,
    turns: Vec<String>,
}

impl Log {
    fn note<R: Answer>(&mut self, world: &World, what: &str, run: impl FnOnce() -> Outcome<R>) {
        drop(self.follow(world, what, run));
    }

    /// Like [`note`](Self::note), for steps whose outcome is needed.
    fn follow<R: Answer>(&mut self, world: &World, what: &str, run: impl FnOnce() -> Outcome<R>) -> Outcome<R> {
        let before = states(world);
        world.traced();
        let outcome = run();
        let (how, turns) = (ending(&outcome), outcome.event.turns);
        let name = format!("{}: {what}: {how}", outcome.event.endpoint);
        self.life_cycle.push(format!("{name}: {}", changes(&before, &states(world))));
        self.turns.push(format!("{name}: {} ({turns} turns)", world.traced()));
        outcome
    }
}

const CLAIMS: (&str, Option<&str>) = ("claims", Some(r#"{"id_token":{"email":null},"userinfo":{"name":null}}"#));

fn uri(outcome: &Outcome) -> String {
    member(&outcome.reply, "request_uri")
}

/// A confidential client under FAPI 2.0, whose refresh tokens are kept.
fn confidential(log: &mut Log) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = |parameters: &[(&str, &str)]| client.token(&world, parameters);

    let pushed = uri(&log.follow(&world, "a request", || client.push(&world, &[CLAIMS])));
    let first = prompt(log.follow(&world, "its request_uri", || client.present(&world, &pushed, None)));
    let second = prompt(log.follow(&world, "the same again", || client.present(&world, &pushed, None)));
    let elsewhere = BrowserHandle::new("A".repeat(43));
    let post_ = post(&[]);
    let stranger = || Inbound::new(&post_).browser(Some(&elsewhere));
    log.note(&world, "a login from another browser", || {
        world.drive(world.server.answer(stranger(), &first.id, Client::login(), world.context()))
    });
    let logged_in = log.follow(&world, "a login", || client.answer(&world, &first, Client::login()));
    let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!("a session") };
    let page = prompt(logged_in);
    log.note(&world, "a page shown again", || {
        let inbound = Inbound::new(&post_).browser(Some(&page.browser));
        world.drive(world.server.interaction(inbound, &page.id, world.context()))
    });
    let consented = log.follow(&world, "consent", || client.answer(&world, &page, Client::consent("openid accounts")));
    log.note(&world, "the other page of a used request", || client.answer(&world, &second, Client::login()));
    log.note(&world, "a used request_uri", || client.present(&world, &pushed, None));

    let pushed = uri(&client.push(&world, &[CLAIMS]));
    log.note(&world, "a request_uri in a session", || client.present(&world, &pushed, Some(&session)));
    let pushed = uri(&client.push(&world, &[("prompt", Some("none"))]));
    log.note(&world, "a silent one without a session", || client.present(&world, &pushed, None));
    let page = prompt(client.present(&world, &uri(&client.push(&world, &[])), None));
    log.note(&world, "a denial", || client.answer(&world, &page, UserDecision::Denied));

    let code = redirected(&response(consented), "code").unwrap();
    let wrong = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT), ("code_verifier", CHALLENGE)];
    log.note(&world, "a code without its verifier", || token(&wrong));
    let redeemed = log.follow(&world, "a code", || client.redeem(&world, &code)).reply;
    let refresh = member(&redeemed, "refresh_token");
    let again = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    log.note(&world, "a refresh token", || token(&again));
    world.pass(16 * 86_400);
    let refreshed = log.follow(&world, "a refresh token, half of its life over", || token(&again));
    let access = member(&refreshed.reply, "access_token");
    log.note(&world, "an access token", || client.userinfo(&world, &access));
    log.note(&world, "an access token", || client.resource(&world, &access));
    log.note(&world, "client credentials", || token(&[("grant_type", "client_credentials")]));
    log.note(&world, "client credentials again", || token(&[("grant_type", "client_credentials")]));

    let code = client.code(&world, &[]);
    let redeemed = client.redeem(&world, &code).reply;
    let (access, refresh) = (member(&redeemed, "access_token"), member(&redeemed, "refresh_token"));
    log.note(&world, "a code again", || client.redeem(&world, &code));
    log.note(&world, "a token of a revoked grant", || client.resource(&world, &access));
    let again = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    log.note(&world, "a refresh token of a revoked grant", || token(&again));

    let redeemed = client.redeem(&world, &client.code(&world, &[])).reply;
    for (what, name) in [("an access token", "access_token"), ("a refresh token", "refresh_token")] {
        let value = member(&redeemed, name);
        let request = client.token_request(&world, &[("token", &value)], None);
        let inbound = Inbound::new(&request);
        log.note(&world, what, || world.drive(world.server.introspection_request(inbound, world.context())));
        let request = client.token_request(&world, &[("token", &value)], None);
        let inbound = Inbound::new(&request);
        log.note(&world, what, || world.drive(world.server.revocation_request(inbound, world.context())));
    }
    log.note(&world, "a user", || world.drive(world.server.revoke_subject("alice", world.context())));
    log.note(&world, "a client", || world.drive(world.server.register(vec![client.metadata().into()], world.context())));
}

/// A public client without a key, whose refresh tokens are rotated.
fn public(log: &mut Log) {
    let world = World::new(OAUTH.policy());
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types.push("refresh_token".into());
    world.registered(metadata, None);
    let app = Client::new("app", 10);
    let request = get(&pairs(&app.push_parameters()));
    let page = prompt(log.follow(&world, "parameters, not pushed", || {
        world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))
    }));
    let page = prompt(app.answer(&world, &page, Client::login()));
    let consented = log.follow(&world, "consent to it", || app.answer(&world, &page, Client::consent("accounts")));
    let code = redirected(&response(consented), "code").unwrap();
    let token = |parameters: &[(&str, &str)]| {
        let request = post(&[&[("client_id", "app"), ("code_verifier", VERIFIER)], parameters].concat());
        world.drive(world.server.token_request(Inbound::new(&request), world.context()))
    };
    let parameters = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT)];
    let redeemed = log.follow(&world, "a code of a public client", || token(&parameters));
    let refresh = member(&redeemed.reply, "refresh_token");
    let again = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    log.note(&world, "a refresh token that is rotated", || token(&again));
    log.note(&world, "the rotated one again", || token(&again));
}

/// A client whose published keys changed after they were fetched.
fn published(log: &mut Log) {
    const URL: &str = "https://client.example/jwks";
    let world = World::fapi2();
    let (client, before) = (Client::new("client-1", 10), Client::new("client-1", 11));
    let mut metadata = client.metadata();
    (metadata.jwks, metadata.jwks_uri) = (None, Some(URL.into()));
    world.registered(metadata, None);
    let document = |client: &Client| (serde_json::to_string(&client.key.jwks()).unwrap(), world.now.get() - 100);
    world.documents.borrow_mut().insert(URL.into(), document(&before));
    world.documents.borrow_mut().insert(format!("refetch {URL}"), document(&client));
    let code = client.code(&world, &[("scope", Some("openid email")), CLAIMS]);
    log.note(&world, "a code of a client with new keys", || client.redeem(&world, &code));
}

#[test]
fn records_and_turns_of_a_life_cycle() {
    let mut log = Log::default();
    confidential(&mut log);
    public(&mut log);
    published(&mut log);
    insta::assert_snapshot!("life_cycle", log.life_cycle.join("\n"));
    insta::assert_snapshot!("turns", log.turns.join("\n"));
}
