//! A server that is asked to stop loses nothing; one that is killed can start again.

mod common;

use common::{Client, oauth, running};
use fapi_server::config::State;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_request_that_has_begun_is_answered() {
    let running = running(oauth()).await;
    let address = running.address;
    let mut begun = TcpStream::connect(address).await.unwrap();
    let head = "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Expect: 100-continue\r\nContent-Length: 19\r\n\r\n";
    begun.write_all(head.as_bytes()).await.unwrap();
    let mut proceed = [0; 25];
    begun.read_exact(&mut proceed).await.unwrap();
    assert_eq!(&proceed, b"HTTP/1.1 100 Continue\r\n\r\n");

    let mut ending = tokio::spawn(running.shutdown());
    // Connections without a request are closed, so the end of this one shows that the shutdown has begun.
    let mut idle = TcpStream::connect(address).await.ok();
    if let Some(idle) = &mut idle {
        let _ = idle.read(&mut [0; 1]).await;
    }
    assert!(is_pending(&mut ending).await, "it waits for the request");
    begun.write_all(b"grant_type=password").await.unwrap();
    let mut answer = String::new();
    begun.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("unsupported_grant_type") || answer.contains("invalid_"), "{answer}");
    ending.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "the server no longer listens");
}

#[tokio::test]
async fn when_it_has_ended_another_may_have_the_state() {
    let data = std::env::temp_dir().join(format!("fapi-server-state-{}", std::process::id()));
    for _ in 0..3 {
        let mut config = oauth();
        config.state = State::File(data.join("state.redb"));
        let running = running(config).await;
        let client = Client::of(&running);
        let refused = client.post(&format!("{}/token", running.issuer), &[("grant_type", "password")]).await;
        assert_eq!(refused.status(), 400);
        running.shutdown().await;
    }
    std::fs::remove_dir_all(&data).unwrap();
}

/// Returns true if a task has not ended yet.
async fn is_pending(task: &mut tokio::task::JoinHandle<()>) -> bool {
    tokio::task::yield_now().await;
    !task.is_finished()
}

struct Killed(Child, String);

impl Killed {
    fn start(data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fapi-server"));
        command.args(["--http", "--port", "0", "--data"]).arg(data).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        Self(child, line.trim_start_matches("issuer").trim().to_owned())
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn after_a_kill_it_starts_again_with_the_same_keys() {
    let data = std::env::temp_dir().join(format!("fapi-server-ends-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    let plain = running(oauth()).await;
    let client = Client::of(&plain);
    let mut keys = vec![];
    for _ in 0..2 {
        let killed = Killed::start(&data);
        keys.push(client.get(&format!("{}/jwks", killed.1)).await.into_body());
    }
    assert_eq!(keys[0], keys[1]);
    #[cfg(unix)]
    for file in ["keys/ES256.pem", "keys/secret.key", "clients/demo-es256.jwk.json", "clients/demo-es256.pem", "state.redb"] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(data.join(file)).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{file}");
    }
    std::fs::remove_dir_all(&data).unwrap();
}
