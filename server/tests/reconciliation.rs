//! Clients and users who leave the configuration lose everything, and get nothing back when they return.

mod common;

use common::fragile::Fragile;
use common::{Browser, Client, alice, location, oauth, options};
use fapi::record::{Kind, Owner, Record, RecordKey, Write};
use fapi::{Commit, Committed, Store, Timestamp};
use fapi_server::config::State;
use fapi_server::store::RedbStore;
use fapi_server::{Config, ManualClock, Options, PasswordCost, PasswordHash, ReloadError, Running, User, start};
use http::Response;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;
use url::Url;

/// A server that is started several times, with one state file and one issuer.
struct Place {
    folder: PathBuf,
    clock: Arc<ManualClock>,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("fapi-server-reconciliation-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self { folder, clock: Arc::new(ManualClock::new()) }
    }

    /// Starts the server with these clients and users, some time after it was stopped.
    async fn started(&self, clients: &[&str], users: &[&str]) -> Running {
        self.clock.advance(120);
        let config = configured(State::File(self.folder.join("state.redb")), clients, users);
        start(config, self.options()).await.unwrap()
    }

    fn options(&self) -> Options {
        let mut options = options();
        options.clock = self.clock.clone();
        options
    }
}

/// A configuration with these clients and users.
fn configured(state: State, clients: &[&str], users: &[&str]) -> Config {
    let mut config = oauth();
    // The port differs between the starts, and keys of records have the issuer in them.
    config.issuer = "http://127.0.0.1".into();
    config.state = state;
    config.clients[0].metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
    config.clients = clients.iter().map(|id| named(&config, id)).collect();
    config.users = users.iter().map(|name| user(name)).collect();
    config
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn named(config: &Config, client_id: &str) -> fapi::Registration {
    let mut client = config.clients[0].clone();
    client.metadata.client_id = client_id.into();
    client
}

fn user(name: &str) -> User {
    if name == "alice" { alice() } else { User::new(name, PasswordHash::new("wonderland", PasswordCost::MINIMAL).unwrap()) }
}

fn at(running: &Running, path: &str) -> String {
    format!("http://{}{}", running.address, path.trim_start_matches(&running.issuer))
}

fn authorize(running: &Running, client_id: &str, extra: &str) -> String {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    at(running, "/authorize")
        + &format!(
            "?client_id={client_id}&response_type=code&redirect_uri=https://client.example/cb&scope=api:read\
             &code_challenge={challenge}&code_challenge_method=S256{extra}"
        )
}

/// A parameter of the authorization response.
fn parameter(response: &Response<String>, name: &str) -> Option<String> {
    let url = Url::parse(location(response)).ok()?;
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The cookies of a browser between two starts.
type Cookies = BTreeMap<String, String>;

/// Logs a user in, consents, and redeems the code; the cookies and the refresh token.
async fn granted(running: &Running, client_id: &str, name: &str) -> (Cookies, String) {
    let mut browser = Browser::new(running);
    let page = at(running, location(&browser.open(&authorize(running, client_id, "")).await));
    let login = [("username", name), ("password", "wonderland"), ("decision", "approve")];
    browser.submit(&page, &login).await;
    let consent = [("scope", "api:read"), ("remember", "yes"), ("decision", "approve")];
    let consented = browser.submit(&page, &consent).await;
    let code = parameter(&consented, "code").expect("a code");
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", &code),
        ("redirect_uri", "https://client.example/cb"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    let tokens = Client::of(running).post(&at(running, "/token"), &form).await;
    (browser.cookies, token(&tokens).unwrap_or_else(|| panic!("{}", tokens.body())))
}

fn token(response: &Response<String>) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(response.body()).ok()?;
    json.get("refresh_token")?.as_str().map(str::to_owned)
}

/// The error of a refresh request, or the next refresh token.
async fn refresh(running: &Running, client_id: &str, refresh_token: &str) -> Result<String, String> {
    let form = [("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", refresh_token)];
    let response = Client::of(running).post(&at(running, "/token"), &form).await;
    let json: serde_json::Value = serde_json::from_str(response.body()).unwrap();
    match json["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(token(&response).unwrap_or_else(|| refresh_token.to_owned())),
    }
}

/// The answer to a request that must not show a page: `code`, or an error.
async fn silently(running: &Running, client_id: &str, cookies: &Cookies) -> String {
    let mut browser = Browser::new(running);
    browser.cookies.clone_from(cookies);
    let response = browser.open(&authorize(running, client_id, "&prompt=none")).await;
    parameter(&response, "error").unwrap_or_else(|| parameter(&response, "code").map_or("neither", |_| "code").to_owned())
}

#[tokio::test]
async fn a_client_that_left_has_nothing_when_it_is_back() {
    let place = Place::new("client");
    let running = place.started(&["web", "stays"], &["alice"]).await;
    let (_, gone) = granted(&running, "web", "alice").await;
    let (_, stays) = granted(&running, "stays", "alice").await;
    running.shutdown().await;

    let running = place.started(&["web", "stays"], &["alice"]).await;
    let gone = refresh(&running, "web", &gone).await.expect("a restart alone ends nothing");
    running.shutdown().await;

    let running = place.started(&["stays"], &["alice"]).await;
    assert_eq!(refresh(&running, "web", &gone).await.unwrap_err(), "invalid_client");
    let stays = refresh(&running, "stays", &stays).await.expect("another client left");
    running.shutdown().await;

    let running = place.started(&["web", "stays"], &["alice"]).await;
    assert_eq!(refresh(&running, "web", &gone).await.unwrap_err(), "invalid_grant");
    refresh(&running, "stays", &stays).await.expect("another client left and returned");
    let (_, new) = granted(&running, "web", "alice").await;
    refresh(&running, "web", &new).await.expect("it begins anew");
    running.shutdown().await;
}

#[tokio::test]
async fn a_user_who_left_has_nothing_when_somebody_has_the_same_subject() {
    let place = Place::new("user");
    let running = place.started(&["web"], &["alice", "bob"]).await;
    let (alice, alices) = granted(&running, "web", "alice").await;
    let (bob, bobs) = granted(&running, "web", "bob").await;
    running.shutdown().await;

    let running = place.started(&["web"], &["alice", "bob"]).await;
    let alices = refresh(&running, "web", &alices).await.expect("a restart alone ends nothing");
    assert_eq!(silently(&running, "web", &alice).await, "code", "session and consent are remembered");
    running.shutdown().await;

    let running = place.started(&["web"], &["bob"]).await;
    assert_eq!(refresh(&running, "web", &alices).await.unwrap_err(), "invalid_grant");
    let bobs = refresh(&running, "web", &bobs).await.expect("another user left");
    running.shutdown().await;

    let running = place.started(&["web"], &["alice", "bob"]).await;
    assert_eq!(refresh(&running, "web", &alices).await.unwrap_err(), "invalid_grant");
    assert_eq!(silently(&running, "web", &alice).await, "login_required", "the session is over");
    refresh(&running, "web", &bobs).await.expect("another user left and returned");
    assert_eq!(silently(&running, "web", &bob).await, "code");

    let mut browser = Browser::new(&running);
    let page = at(&running, location(&browser.open(&authorize(&running, "web", "")).await));
    browser.submit(&page, &[("username", "alice"), ("password", "wonderland"), ("decision", "approve")]).await;
    assert_eq!(silently(&running, "web", &browser.cookies).await, "consent_required", "the consent is forgotten");
    let (alice, new) = granted(&running, "web", "alice").await;
    refresh(&running, "web", &new).await.expect("she begins anew");
    assert_eq!(silently(&running, "web", &alice).await, "code");
    running.shutdown().await;
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_in_the_line_of_the_operation_that_skipped_it() {
    let place = Place::new("unreadable");
    let running = place.started(&["club"], &["carol", "dave"]).await;
    for name in ["carol", "dave"] {
        granted(&running, "club", name).await;
    }
    running.shutdown().await;
    let key = RecordKey { issuer: "http://127.0.0.1".into(), kind: Kind::Grant, id: "unknown".into() };
    let (record, owners) = (Record::from_bytes(b"of another program".to_vec()), vec![Owner::Subject("carol".into())]);
    let insert = Write::Insert { key: key.clone(), record, expires: Timestamp::NEVER, owners };
    let store = RedbStore::open(&place.folder.join("state.redb")).unwrap();
    assert_eq!(store.commit(&Commit::new(Timestamp::from_seconds(0), vec![insert])).await, Ok(Committed::Applied));
    drop(store);

    let log = Arc::new(Mutex::new(vec![]));
    // The lines of the other tests are in it too: the users are those of this test.
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(Log(log.clone())).init();
    place.started(&["club"], &[]).await.shutdown().await;
    let text = String::from_utf8(log.lock().unwrap().clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let withdrawn: Vec<_> = lines.filter(|line| line["operation"] == "withdraw" && line["client"] == "club").collect();
    let [carol, dave] = &withdrawn[..] else { panic!("one line for each user: {text}") };
    assert_eq!((carol["subject"].as_str(), carol["level"].as_str()), (Some("carol"), Some("ERROR")), "{carol}");
    assert_eq!(carol["unreadable"], key.to_string(), "{carol}");
    assert_eq!((dave["subject"].as_str(), dave["level"].as_str()), (Some("dave"), Some("INFO")), "{dave}");
    assert_eq!((dave["message"].as_str(), dave.get("unreadable")), (Some("accepted"), None), "{dave}");
}

#[derive(Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl io::Write for Log {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// True if a refresh token and a session are used as before.
async fn keeps(running: &Running, (cookies, refresh_token): &mut (Cookies, String)) -> (bool, bool) {
    let session = silently(running, "web", cookies).await == "code";
    let next = refresh(running, "web", refresh_token).await;
    let refreshed = next.is_ok();
    if let Ok(next) = next {
        *refresh_token = next;
    }
    (session, refreshed)
}

#[tokio::test]
async fn a_user_whom_a_reload_removes_has_nothing_when_somebody_has_the_same_subject() {
    for in_memory in [true, false] {
        let place = Place::new(if in_memory { "reload-memory" } else { "reload-file" });
        let state = || if in_memory { State::Ephemeral } else { State::File(place.folder.join("state.redb")) };
        let both = configured(state(), &["web"], &["alice", "bob"]);
        let running = start(both.clone(), place.options()).await.unwrap();
        let mut alice = granted(&running, "web", "alice").await;
        let mut bob = granted(&running, "web", "bob").await;
        place.clock.advance(120);
        running.reload(&both).await.unwrap();
        assert_eq!(keeps(&running, &mut alice).await, (true, true), "a reload alone ends nothing");

        running.reload(&configured(state(), &["web"], &["bob"])).await.unwrap();
        assert_eq!(keeps(&running, &mut alice).await, (false, false), "{in_memory}");
        running.reload(&both).await.unwrap();
        assert_eq!(keeps(&running, &mut alice).await, (false, false), "{in_memory}");
        assert_eq!(keeps(&running, &mut bob).await, (true, true), "another user left and returned");
        place.clock.advance(120);
        let mut alice = granted(&running, "web", "alice").await;
        assert_eq!(keeps(&running, &mut alice).await, (true, true), "she begins anew");
        running.shutdown().await;
    }
}

/// True if a user can log in.
async fn logs_in(running: &Running, name: &str) -> bool {
    let mut browser = Browser::new(running);
    let page = at(running, location(&browser.open(&authorize(running, "web", "")).await));
    browser.submit(&page, &[("username", name), ("password", "wonderland"), ("decision", "approve")]).await;
    silently(running, "web", &browser.cookies).await != "login_required"
}

/// The outcomes of reloads that remove a client and a user while the store fails at these commits.
async fn interrupted(last: impl Fn(usize) -> usize) -> Vec<&'static str> {
    let mut outcomes = vec![];
    for failing in 1.. {
        let place = Place::new(&format!("interrupted-{failing}-{}", last(failing)));
        let (store, mut options) = (Fragile::new(), place.options());
        options.store = Some(store.clone());
        let before = configured(State::Ephemeral, &["web", "gone"], &["alice", "bob"]);
        let after = configured(State::Ephemeral, &["web", "new"], &["bob", "carol"]);
        let running = start(before, options).await.unwrap();
        let mut alice = granted(&running, "web", "alice").await;
        let (_, gone) = granted(&running, "gone", "bob").await;
        place.clock.advance(120);

        store.fail_commits(Some(failing..=last(failing)));
        let reloaded = running.reload(&after).await;
        store.fail_commits(None);
        let complete = match reloaded {
            Ok(()) => true,
            Err(error @ ReloadError::Unchanged(_)) => {
                outcomes.push("unchanged");
                assert!(error.to_string().starts_with("not reloaded, nothing has changed: "), "{error}");
                assert_eq!(keeps(&running, &mut alice).await, (true, true), "commit {failing}");
                refresh(&running, "gone", &gone).await.expect("nothing has changed");
                assert_eq!(refresh(&running, "new", "a").await.unwrap_err(), "invalid_client");
                false
            }
            Err(error) => {
                outcomes.push("partly");
                let text = "partly reloaded; reload again when the store is available: ";
                assert!(error.to_string().starts_with(text), "{error}");
                false
            }
        };
        if !complete {
            place.clock.advance(120);
            let users = (logs_in(&running, "alice").await, logs_in(&running, "carol").await);
            assert_eq!(users, (true, false), "the previous users are back");
            running.reload(&after).await.unwrap();
        }
        place.clock.advance(120);
        assert_eq!(keeps(&running, &mut alice).await, (false, false));
        assert_eq!(refresh(&running, "gone", "a").await.unwrap_err(), "invalid_client");
        granted(&running, "new", "carol").await;
        running.shutdown().await;
        if complete {
            break;
        }
    }
    outcomes
}

/// The commits: the registration, the removal of clients, the revocation of the user, the withdrawal of their consent.
#[tokio::test]
async fn a_store_that_fails_once_changes_nothing_before_the_first_removal() {
    assert_eq!(interrupted(|failing| failing).await, ["unchanged", "unchanged", "partly", "partly"]);
}

#[tokio::test]
async fn a_store_that_fails_and_stays_down_changes_nothing_before_the_registration() {
    assert_eq!(interrupted(|_| usize::MAX).await, ["unchanged", "partly", "partly", "partly"]);
}
