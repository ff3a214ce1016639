//! SIGHUP replaces the users and the clients, or changes nothing.

mod common;

use common::files::{Directory, write};
use common::fragile::Fragile;
use common::{Browser, Client, alice, authorization_url, location, oauth, options, running};
use fapi::ClientMetadata;
use fapi::policy::AuthenticationMethod;
use fapi_server::{Config, PasswordCost, PasswordHash, Running, User, start};

const LOGIN: [(&str, &str); 3] = [("username", "alice"), ("password", "wonderland"), ("decision", "approve")];

/// True if alice can log in.
async fn alice_logs_in(running: &Running) -> bool {
    let mut browser = Browser::new(running);
    let page = location(&browser.open(&authorization_url(running, "&scope=api:read")).await).to_owned();
    location(&browser.submit(&page, &LOGIN).await) == page
}

fn bob() -> User {
    User::new("bob", PasswordHash::new("builder", PasswordCost::MINIMAL).unwrap())
}

#[tokio::test]
async fn users_are_replaced() {
    let running = running(oauth()).await;
    assert!(alice_logs_in(&running).await);
    let mut config = oauth();
    config.users = vec![bob()];
    running.reload(&config).await.unwrap();
    assert!(!alice_logs_in(&running).await);
    config.users = vec![bob(), alice()];
    running.reload(&config).await.unwrap();
    assert!(alice_logs_in(&running).await);
}

#[tokio::test]
async fn a_configuration_with_a_mistake_changes_nothing() {
    let running = running(oauth()).await;
    let mut config = oauth();
    config.users = vec![bob()];
    config.clients.push(ClientMetadata::new("wrong", AuthenticationMethod::None).into());
    let refused = running.reload(&config).await.unwrap_err().to_string();
    assert!(refused.contains("clients[1].redirect_uris"), "{refused}");
    assert!(alice_logs_in(&running).await);
}

#[tokio::test]
async fn a_store_that_does_not_answer_changes_nothing() {
    let store = Fragile::new();
    let mut options = options();
    options.store = Some(store.clone());
    let running = start(oauth(), options).await.unwrap();
    let mut config = oauth();
    config.users = vec![bob()];
    store.set_down(true);
    running.reload(&config).await.unwrap_err();
    store.set_down(false);
    assert!(alice_logs_in(&running).await);
    running.reload(&config).await.unwrap();
    assert!(!alice_logs_in(&running).await);
}

#[test]
fn members_that_need_a_restart_are_named() {
    let (one, mut other) = (Config::new(None), Config::new(None));
    other.users = vec![bob()];
    assert_eq!(other.changed_beside_users_and_clients(&one), [] as [&str; 0]);
    other.lifetimes.code = 30;
    other.dpop_nonces = true;
    assert_eq!(other.changed_beside_users_and_clients(&one), ["lifetimes", "dpop_nonces"]);
}

#[test]
fn a_claim_that_nobody_had_needs_a_restart() {
    let (mut one, mut other) = (Config::new(None), Config::new(None));
    one.users = vec![bob(), alice().claim("name", "Alice".into()).claim("email", "alice@a.example".into())];
    other.users = vec![bob().claim("name", "Bob".into())];
    assert_eq!(other.changed_beside_users_and_clients(&one), [] as [&str; 0], "a known name");
    other.users.push(alice().claim("nickname", "Al".into()));
    assert_eq!(other.changed_beside_users_and_clients(&one), ["users.claims"]);
    other.hsts = 0;
    assert_eq!(other.changed_beside_users_and_clients(&one), ["hsts", "users.claims"]);
}

/// The users are replaced before the removed ones are revoked, so that none of them logs in after that.
#[tokio::test]
async fn a_removed_user_cannot_log_in_while_the_store_is_changed() {
    let store = Fragile::new();
    let mut options = options();
    options.store = Some(store.clone());
    let running = start(oauth(), options).await.unwrap();
    let mut config = oauth();
    config.users = vec![bob()];
    let mut browser = Browser::new(&running);
    let page = location(&browser.open(&authorization_url(&running, "&scope=api:read")).await).to_owned();
    let held = store.hold_commit();
    let reloading = running.reload(&config);
    let logging_in = async {
        held.reached().await;
        let answer = browser.submit(&page, &LOGIN).await;
        held.release();
        answer
    };
    let (reloaded, answer) = tokio::join!(reloading, logging_in);
    reloaded.unwrap();
    assert_ne!(location(&answer), page, "she is asked again");
    assert!(!alice_logs_in(&running).await);
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::fs::{self, File};
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Child, ChildStderr, Command, Stdio};

    const ROOT: &str = "issuer = \"http://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:0\"\nprofiles = [\"oauth\"]\n";

    fn client(id: &str) -> String {
        format!(
            "[[clients]]\nclient_id = \"{id}\"\nclient_secret = \"of {id}\"\ngrant_types = [\"client_credentials\"]\n\
                 token_endpoint_auth_method = \"client_secret_post\"\n"
        )
    }

    /// The built server, which ends with this.
    struct Server {
        child: Child,
        issuer: String,
        log: BufReader<ChildStderr>,
    }

    impl Server {
        fn start(directory: &Directory) -> Self {
            let mut server = Self::spawn(directory);
            server.serves();
            server
        }

        fn spawn(directory: &Directory) -> Self {
            let mut command = Command::new(env!("CARGO_BIN_EXE_fapi-server"));
            command.arg("--config").arg(directory.path("server.toml")).env("RUST_LOG", "info");
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let log = BufReader::new(child.stderr.take().unwrap());
            Self { child, issuer: String::new(), log }
        }

        /// Waits until it serves requests.
        fn serves(&mut self) {
            let mut line = String::new();
            BufReader::new(self.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
            self.issuer = line.strip_prefix("issuer").expect("it starts").trim().to_owned();
        }

        fn send(&self, signal: &str) {
            assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
        }

        /// The log up to the line that contains a text.
        fn log_until(&mut self, text: &str) -> String {
            let mut log = String::new();
            while !log.lines().last().is_some_and(|line| line.contains(text)) {
                assert_ne!(self.log.read_line(&mut log).unwrap(), 0, "the log ended: {log}");
            }
            log
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    #[tokio::test]
    async fn a_running_server_takes_what_is_right_and_nothing_else() {
        let directory = Directory::new("reload");
        let configure = |text: String| write(&directory, "server.toml", text.as_bytes());
        configure(format!("{ROOT}{}", client("one")));
        let mut server = Server::start(&directory);
        let plain = running(oauth()).await;
        let caller = Client::of(&plain);
        let token = format!("{}/token", server.issuer);
        let granted = async |id: &str| {
            let secret = format!("of {id}");
            let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.as_str())];
            caller.post(&token, &form).await.status().as_u16()
        };
        assert_eq!((granted("one").await, granted("two").await), (200, 400));

        configure(format!("{ROOT}{}", client("two")));
        server.send("-HUP");
        server.log_until("reloaded the users and clients");
        assert_eq!((granted("one").await, granted("two").await), (400, 200));

        configure(format!("{ROOT}lifetime = 1\n[lifetimes]\ncode = 0\n{}", client("three")));
        server.send("-HUP");
        let log = server.log_until("lifetimes.code: expected a whole number of seconds");
        assert!(log.contains("not reloaded, nothing has changed"), "{log}");
        assert!(log.contains("server.toml:4:1: lifetime: unknown member; did you mean `lifetimes`?"), "{log}");
        assert_eq!((granted("two").await, granted("three").await), (200, 400));

        configure(format!("{ROOT}[lifetimes]\ncode = 30\n{}", client("three")));
        server.send("-HUP");
        server.log_until("these members need a restart: lifetimes");
        assert_eq!((granted("two").await, granted("three").await), (200, 400));

        server.send("-TERM");
        assert!(server.child.wait().unwrap().success());
    }

    /// A named pipe as the configuration: whoever opens it for writing knows that the server is reading it.
    fn pipe(directory: &Directory) -> std::path::PathBuf {
        let path = directory.path("server.toml");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    #[test]
    fn a_reload_that_is_requested_during_the_start_follows_it() {
        let directory = Directory::new("early-reload");
        let configuration = pipe(&directory);
        let mut server = Server::spawn(&directory);
        let mut writer = File::options().write(true).open(&configuration).unwrap();
        server.send("-HUP");
        writer.write_all(format!("{ROOT}{}", client("one")).as_bytes()).unwrap();
        drop(writer);
        server.serves();
        fs::write(&configuration, format!("{ROOT}{}{}", client("one"), client("two"))).unwrap();
        let log = server.log_until("reloaded the users and clients");
        assert!(log.contains("clients=2"), "{log}");
        server.send("-TERM");
        assert!(server.child.wait().unwrap().success());
    }

    #[test]
    fn a_server_that_is_terminated_during_the_start_succeeds() {
        let directory = Directory::new("early-end");
        let configuration = pipe(&directory);
        let mut server = Server::spawn(&directory);
        let mut writer = File::options().write(true).open(&configuration).unwrap();
        server.send("-TERM");
        writer.write_all(ROOT.as_bytes()).unwrap();
        drop(writer);
        assert!(server.child.wait().unwrap().success());
    }
}
