//! The log: each line says in words what happened, to whom and from where, and none has a secret.

mod common;

use common::{Browser, Client, authorization_url, location, oauth, running};
use fapi_server::Config;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

const USER: (&str, &str) = ("username", "alice");
const PASSWORD: &str = "wonderland";
const WRONG_PASSWORD: &str = "a-wrong-password";
const SECRET: &str = "the-secret-of-the-shop";
const WRONG_SECRET: &str = "another-secret-0123456789";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// What the process has logged so far.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of this process, as `--log-json` writes it.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let format = tracing_subscriber::fmt().json().flatten_event(true).with_span_list(false);
        format.with_writer(move || writer.clone()).with_max_level(tracing::Level::DEBUG).init();
        log
    })
}

/// Its lines with this endpoint and this client, claimed or authenticated.
fn lines(endpoint: &str, client: &str) -> Vec<serde_json::Value> {
    let text = String::from_utf8(log().0.lock().unwrap().clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let about =
        |line: &serde_json::Value| line["endpoint"] == endpoint && (line["client"] == client || line["claimed_client"] == client);
    lines.filter(about).collect()
}

fn text() -> String {
    String::from_utf8(log().0.lock().unwrap().clone()).unwrap()
}

fn with(client: &str, auth: &str) -> Config {
    let extra = format!(
        "issuer = \"http://127.0.0.1:{{port}}\"\nlisten = \"127.0.0.1:0\"\nephemeral = true\nprofiles = [\"oauth\"]\n\
         [[clients]]\nclient_id = \"{client}\"\n{auth}\n"
    );
    let mut config = Config::parse(&extra, "server.toml".as_ref()).unwrap();
    config.users = oauth().users;
    config
}

#[tokio::test]
async fn a_refused_client_authentication_names_who_claimed_to_call_how_and_from_where() {
    log();
    let shop = with(
        "shop",
        &format!(
            "client_secret = \"{SECRET}\"\ntoken_endpoint_auth_method = \"client_secret_post\"\ngrant_types = [\"client_credentials\"]"
        ),
    );
    let running = running(shop).await;
    let client = Client::of(&running);
    let token = format!("{}/token", running.issuer);
    let wrong = [("grant_type", "client_credentials"), ("client_id", "shop"), ("client_secret", WRONG_SECRET)];
    assert_eq!(client.post(&token, &wrong).await.status(), 400);
    let unknown = [("grant_type", "client_credentials"), ("client_id", "nobody"), ("client_secret", WRONG_SECRET)];
    assert_eq!(client.post(&token, &unknown).await.status(), 400);
    // { "alg": "ES256", "kid": "kid-of-the-assertion" } with the claims of nobody-else.
    let header = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"ES256","kid":"kid-of-the-assertion"}"#);
    let claims = data_encoding::BASE64URL_NOPAD.encode(br#"{"sub":"stranger","iss":"stranger","jti":"0123456789"}"#);
    let assertion = format!("{header}.{claims}.{}", "A".repeat(86));
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let signed = [("grant_type", "client_credentials"), ("client_assertion_type", kind), ("client_assertion", &*assertion)];
    assert_eq!(client.post(&token, &signed).await.status(), 400);

    for (client, method, words) in [
        ("shop", "client_secret_post", "client_secret is wrong."),
        ("nobody", "client_secret_post", "No client is registered with this client_id."),
        ("stranger", "private_key_jwt", "No client is registered with this client_id."),
    ] {
        let [line] = &lines("token", client)[..] else { panic!("one line about {client}: {}", text()) };
        assert_eq!((line["message"].as_str(), line["level"].as_str()), (Some("client authentication refused"), Some("INFO")));
        assert_eq!((line["method"].as_str(), line["detail"].as_str()), (Some(method), Some(words)), "{line}");
        assert_eq!(line["span"]["peer"], "127.0.0.1", "{line}");
        assert!(
            line["span"]["id"].is_u64() && line["requirements"].as_str().is_some_and(|ids| ids.contains("RFC6749")),
            "{line}"
        );
        assert_eq!(line["kid"].as_str(), (client == "stranger").then_some("kid-of-the-assertion"), "{line}");
    }
    assert!(!text().contains(WRONG_SECRET) && !text().contains(SECRET) && !text().contains(&assertion));
}

#[tokio::test]
async fn a_failed_login_is_a_failed_login() {
    log();
    let running =
        running(with("bistro", "token_endpoint_auth_method = \"none\"\nredirect_uris = [\"https://client.example/cb\"]")).await;
    let mut browser = Browser::new(&running);
    let url = authorization_url(&running, "&scope=api:read").replace("client_id=web", "client_id=bistro");
    let page = location(&browser.open(&url).await).to_owned();
    let before = lines("interaction", "bistro").len();
    browser.submit(&page, &[USER, ("password", WRONG_PASSWORD)]).await;
    browser.submit(&page, &[("username", WRONG_PASSWORD), ("password", "alice")]).await;
    let [known, unknown] = &lines("interaction", "bistro")[before..] else { panic!("a line for each login: {}", text()) };
    for (line, subject) in [(known, "alice"), (unknown, "unknown")] {
        assert_eq!((line["message"].as_str(), line["reason"].as_str()), (Some("login failed"), Some("credentials")), "{line}");
        assert_eq!((line["subject"].as_str(), line["span"]["peer"].as_str()), (Some(subject), Some("127.0.0.1")), "{line}");
    }
    assert_ne!(known["span"]["id"], unknown["span"]["id"], "each request has an id of its own");
    assert!(!text().contains(WRONG_PASSWORD));
}

#[tokio::test]
async fn what_is_accepted_names_user_grant_scope_and_api_and_no_token() {
    log();
    let running =
        running(with("diner", "token_endpoint_auth_method = \"none\"\nredirect_uris = [\"https://client.example/cb\"]")).await;
    let mut browser = Browser::new(&running);
    let url = authorization_url(&running, "&scope=api:read").replace("client_id=web", "client_id=diner");
    let page = location(&browser.open(&url).await).to_owned();
    browser.submit(&page, &[USER, ("password", PASSWORD)]).await;
    let concluded = browser.submit(&page, &[("scope", "api:read"), ("decision", "approve")]).await;
    let answer = location(&concluded).to_owned();
    let code = answer.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
    let client = Client::of(&running);
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", "diner"),
        ("code", code),
        ("redirect_uri", "https://client.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let tokens = client.post(&format!("{}/token", running.issuer), &redeem).await;
    assert_eq!(tokens.status(), 200, "{}", tokens.body());
    let body: serde_json::Value = serde_json::from_str(tokens.body()).unwrap();
    let access_token = body["access_token"].as_str().unwrap();

    let [.., line] = &lines("token", "diner")[..] else { panic!("{}", text()) };
    assert_eq!((line["message"].as_str(), line["subject"].as_str()), (Some("accepted"), Some("alice")), "{line}");
    assert_eq!(line["scope"], "api:read", "{line}");
    assert!(line["grant"].is_string() && line["api"].as_str().is_some_and(|api| api.starts_with("http")), "{line}");
    let [.., concluded] = &lines("interaction", "diner")[..] else { panic!("{}", text()) };
    assert_eq!((concluded["subject"].as_str(), concluded["scope"].as_str()), (Some("alice"), Some("api:read")), "{concluded}");

    let cookies = browser.cookies.values().map(String::as_str).filter(|value| !value.is_empty());
    for secret in cookies.chain([code, access_token, VERIFIER, PASSWORD]) {
        assert!(!text().contains(secret), "{secret} is in the log: {}", text());
    }
}

#[test]
fn one_flag_makes_it_json() {
    let data = std::env::temp_dir().join(format!("fapi-server-logs-{}", std::process::id()));
    let mut command = Command::new(env!("CARGO_BIN_EXE_fapi-server"));
    command.args(["--ephemeral", "--http", "--auto-approve", "--port", "0", "--log-json", "--data"]).arg(&data);
    let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
    let read = |line: String| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    // Whatever it logs before is JSON as well.
    let mut lines = lines.map(read);
    let warned = lines.any(|line: serde_json::Value| {
        line["level"] == "WARN" && line["message"].as_str().is_some_and(|text| text.starts_with("auto_approve is on"))
    });
    server.kill().unwrap();
    server.wait().unwrap();
    std::fs::remove_dir_all(&data).unwrap();
    assert!(warned);
}
