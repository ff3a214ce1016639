//! A wrong password is sent once, and no account is locked by the suite.

use std::process::Command;

use serde_json::json;
use wiremock::matchers::{any, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[path = "../support/server.rs"]
mod server;

const FORM: &str = "<title>Log in</title><form method=post action=/login><input name=username><input type=password name=password><button>Go</button></form>";

/// A server that shows the login form again for every password.
async fn stub() -> MockServer {
    let stub = MockServer::start().await;
    let metadata = ResponseTemplate::new(200).set_body_json(server::metadata(&stub.uri()));
    Mock::given(path_regex("^/.well-known/")).respond_with(metadata).with_priority(1).mount(&stub).await;
    let pushed = json!({ "request_uri": "urn:ietf:params:oauth:request_uri:pXv7mQ2sKdL9wRtYbN4cHz", "expires_in": 60 });
    Mock::given(path_regex("^/par"))
        .respond_with(ResponseTemplate::new(201).set_body_json(pushed))
        .with_priority(2)
        .mount(&stub)
        .await;
    let page = ResponseTemplate::new(200).set_body_raw(FORM, "text/html");
    Mock::given(any()).respond_with(page).with_priority(3).mount(&stub).await;
    stub
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_sent_once_in_a_whole_run() {
    let stub = stub().await;
    let folder = server::folder("once");
    let file = server::target(&folder, &stub.uri());
    let text = std::fs::read_to_string(&file).unwrap().replacen(
        "\"authorization_code\", \"client_credentials\"",
        "\"authorization_code\"",
        1,
    );
    std::fs::write(&file, format!("{text}[user]\nfields = {{ username = \"alice\", password = \"wrong-password\" }}\n")).unwrap();
    for command in ["run", "check"] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_fapi-conformance"));
        process.current_dir(&folder).args([command, "--target"]).arg(&file);
        let ran = tokio::task::spawn_blocking(move || process.output()).await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{said}");
        let line = text.lines().count() + 2;
        assert!(
            said.contains(&format!("target.toml:{line}:")) && said.contains("user.fields.password: the login form"),
            "{said}"
        );
        assert!(said.contains("received   status 200") && !said.contains("wrong-password"), "{said}");
        assert!(!folder.join("target/conformance").join("report.json").exists(), "something was judged");
    }
    let sent = stub.received_requests().await.unwrap_or_default();
    let typed = sent.iter().filter(|request| String::from_utf8_lossy(&request.body).contains("wrong-password"));
    assert_eq!(typed.count(), 2, "once by each command");
}
