//! The log: each line says in words what happened, to whom and from where, and none has a secret.

mod common;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use common::host::{End, Reply, serve};
use common::{Browser, Client, authorization_url, location, oauth, options, post, running};
use fapi_server::{Authority, Clock, Config, ManualClock, SystemClock, start};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::Ordering;
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

/// It is how a client learns the nonce.
#[tokio::test]
async fn a_nonce_that_is_demanded_is_no_refusal() {
    log();
    let secret = format!("client_secret = \"{SECRET}\"\ntoken_endpoint_auth_method = \"client_secret_post\"");
    let mut kiosk = with("kiosk", &format!("{secret}\ngrant_types = [\"client_credentials\"]"));
    kiosk.dpop_nonces = true;
    let running = running(kiosk).await;
    let url = format!("{}/token", running.issuer);
    let encode = |octets: &[u8]| data_encoding::BASE64URL_NOPAD.encode(octets);
    let pair = Ed25519KeyPair::generate().unwrap();
    let x = encode(pair.public_key().as_ref());
    let header = format!(r#"{{"typ":"dpop+jwt","alg":"Ed25519","jwk":{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}}}"#);
    let now = SystemClock.now().seconds();
    let claims = format!(r#"{{"htm":"POST","htu":"{url}","iat":{now},"jti":"a proof"}}"#);
    let input = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
    let proof = format!("{input}.{}", encode(pair.sign(input.as_bytes()).as_ref()));
    let form = [("grant_type", "client_credentials"), ("client_id", "kiosk"), ("client_secret", SECRET)];
    let mut request = post(&url, &form);
    request.headers_mut().insert("dpop", proof.parse().unwrap());
    let answer = Client::of(&running).send(request).await;
    assert_eq!(answer.status(), 400, "{}", answer.body());
    let [line] = &lines("token", "kiosk")[..] else { panic!("one line: {}", text()) };
    assert_eq!(
        (line["message"].as_str(), line["error"].as_str()),
        (Some("DPoP nonce demanded"), Some("use_dpop_nonce")),
        "{line}"
    );
}

#[tokio::test]
async fn a_page_that_is_shown_is_no_acceptance() {
    log();
    let running =
        running(with("cafe", "token_endpoint_auth_method = \"none\"\nredirect_uris = [\"https://client.example/cb\"]")).await;
    let mut browser = Browser::new(&running);
    let url = authorization_url(&running, "&scope=api:read").replace("client_id=web", "client_id=cafe");
    let page = location(&browser.open(&url).await).to_owned();
    browser.open(&page).await;
    // A consent before the login: the page asks for the login again.
    browser.submit(&page, &[("scope", "api:read"), ("decision", "approve")]).await;
    browser.submit(&page, &[USER, ("password", PASSWORD)]).await;
    browser.open(&page).await;
    browser.submit(&page, &[("scope", "api:read"), ("decision", "approve")]).await;
    let told: Vec<_> = lines("interaction", "cafe")
        .iter()
        .map(|line| (line["message"].as_str().unwrap().to_owned(), line["page"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let expected =
        [("page shown", "login"), ("page shown", "login"), ("accepted", ""), ("page shown", "consent"), ("accepted", "")];
    assert_eq!(told, expected.map(|(message, page)| (message.to_owned(), page.to_owned())));
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

#[tokio::test]
async fn keys_that_are_skipped_are_a_line_of_their_download_and_a_part_of_the_line_of_a_refusal() {
    log();
    let authority = Authority::generate().unwrap();
    let encode = |octets: &[u8]| data_encoding::BASE64URL_NOPAD.encode(octets);
    let pair = Ed25519KeyPair::generate().unwrap();
    // The second key has a type that this server does not know.
    let keys = format!(
        r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"ed-1","x":"{}"}},
            {{"kty":"AKP","alg":"ML-DSA-65","kid":"pq-1","pub":"AAAA","use":"sig"}}]}}"#,
        encode(pair.public_key().as_ref())
    );
    let octets = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{keys}", keys.len()).into_bytes();
    let (port, downloads) = serve(&authority, vec![Reply { octets, end: End::Close }]).await;
    let url = format!("https://localhost:{port}/jwks");
    let mut bakery = with(
        "bakery",
        &format!(
            "jwks_uri = \"{url}\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\ngrant_types = [\"client_credentials\"]"
        ),
    );
    bakery.outbound.allow = vec![format!("localhost:{port}")];
    bakery.outbound.authorities = vec![authority.certificate().clone()];
    // The clock stands still, so that the set is not fetched again for the signature that is wrong.
    let mut options = options();
    let clock = Arc::new(ManualClock::stopped());
    let now = clock.now().seconds();
    options.clock = clock;
    let running = start(bakery, options).await.unwrap();
    let client = Client::of(&running);
    let assertion = |jti: &str| {
        let header = encode(br#"{"alg":"Ed25519","kid":"ed-1"}"#);
        let claims = format!(r#"{{"sub":"bakery","iss":"bakery","aud":"{}","jti":"{jti}","exp":{}}}"#, running.issuer, now + 60);
        format!("{header}.{}", encode(claims.as_bytes()))
    };
    let signed = |jti| format!("{}.{}", assertion(jti), encode(pair.sign(assertion(jti).as_bytes()).as_ref()));
    let forged = |jti| format!("{}.{}", assertion(jti), "A".repeat(86));
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    for (assertion, status) in [(forged("1"), 400), (signed("2"), 200), (forged("3"), 400), (signed("4"), 200)] {
        let form = [("grant_type", "client_credentials"), ("client_assertion_type", kind), ("client_assertion", &assertion)];
        let answer = client.post(&format!("{}/token", running.issuer), &form).await;
        assert_eq!(answer.status(), status, "{}", answer.body());
    }
    let text = text();
    let about: Vec<serde_json::Value> =
        text.lines().filter(|line| line.contains(&url)).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(downloads.load(Ordering::SeqCst), 1);
    let (refused, others): (Vec<_>, Vec<_>) =
        lines("token", "bakery").into_iter().partition(|line| line["message"] == "client authentication refused");
    assert_eq!(refused.len(), 2, "{refused:?}");
    let accepted: Vec<_> =
        others.iter().map(|line| (line["level"].as_str().unwrap(), line["message"].as_str().unwrap())).collect();
    assert_eq!(accepted, [("DEBUG", "keys not used"), ("INFO", "accepted")].repeat(2), "{others:?}");
    assert_eq!(about.len(), 1 + 2 + 2, "no other line has the keys: {about:?}");
    let skipped = about.iter().find(|line| line["url"] == *url).unwrap();
    let key = r#"keys[1] ("pq-1"): the key type is unknown"#;
    assert_eq!((skipped["message"].as_str(), skipped["key"].as_str()), (Some("key skipped"), Some(key)), "{skipped}");
    assert_eq!(skipped["span"], refused[0]["span"], "it is a line of the first request: {skipped}");
    assert!(skipped["span"]["id"].is_u64(), "{skipped}");
    for line in &refused {
        assert_eq!(line["unusable_keys"], format!("{url}: {key}"), "{line}");
    }
}

/// A server as a process of its own, and its log.
struct Process {
    child: Child,
    data: PathBuf,
    log: BufReader<ChildStderr>,
}

impl Process {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let data = std::env::temp_dir().join(format!("fapi-server-logs-{name}-{}", std::process::id()));
        let mut command = Command::new(env!("CARGO_BIN_EXE_fapi-server"));
        command.args(["--ephemeral", "--http", "--auto-approve", "--port", "0"]).args(arguments).arg("--data").arg(&data);
        command.env_remove("RUST_LOG").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Self { child, data, log }
    }

    /// The lines of its log up to the last one of the start.
    fn started(&mut self) -> Vec<String> {
        let mut lines = vec![];
        while !lines.last().is_some_and(|line: &String| line.contains("auto_approve is on")) {
            let mut line = String::new();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "{lines:?}");
            lines.push(line);
        }
        lines
    }

    /// The authority of its issuer.
    fn authority(&mut self) -> String {
        let mut output = BufReader::new(self.child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let line = output.find(|line| line.starts_with("issuer ")).unwrap();
        line.split("//").nth(1).unwrap().trim_end_matches('/').to_owned()
    }

    /// Ends it, and returns what it has logged since the start.
    fn end(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        let lines = self.log.lines().map(Result::unwrap).collect();
        self.child.wait().unwrap();
        std::fs::remove_dir_all(&self.data).unwrap();
        lines
    }
}

/// The status of the answer to a request.
fn call(authority: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(authority).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

/// Calls both endpoints, each with and without an interaction id and a token; the lines of these calls.
fn lines_of_calls(name: &str, arguments: &[&str]) -> Vec<String> {
    let mut server = Process::start(name, arguments);
    let authority = server.authority();
    server.started();
    for path in ["/userinfo", "/resource"] {
        assert_eq!(call(&authority, path, "x-fapi-interaction-id: c4f0\r\n"), "401");
        assert_eq!(call(&authority, path, "Authorization: Bearer nothing\r\nx-fapi-interaction-id: c4f0\r\n"), "401");
        assert_eq!(call(&authority, path, ""), "401");
    }
    assert_eq!(call(&authority, "/introspect", "x-fapi-interaction-id: c4f0\r\n"), "405", "the end of the calls");
    let mut lines = server.end();
    let last = lines.pop().unwrap();
    assert!(last.contains("introspect") && !last.contains("interaction_id"), "{last}");
    lines
}

#[test]
fn each_line_of_a_call_with_a_token_has_its_id_its_peer_and_its_interaction_id() {
    let lines = lines_of_calls("json", &["--log-json"]);
    assert_eq!(lines.len(), 6, "one line for each call: {lines:?}");
    for (number, line) in lines.iter().enumerate() {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(json["endpoint"], if number < 3 { "userinfo" } else { "resource" }, "{line}");
        let span = &json["span"];
        assert_eq!((span["id"].as_u64(), span["peer"].as_str()), (Some(number as u64 + 1), Some("127.0.0.1")), "{line}");
        let interaction = span["interaction_id"].as_str().unwrap();
        match number % 3 {
            2 => assert_eq!(interaction.len(), "00000000-0000-0000-0000-000000000000".len(), "{line}"),
            _ => assert_eq!(interaction, "c4f0", "{line}"),
        }
    }
    let lines = lines_of_calls("text", &[]);
    assert_eq!(lines.len(), 6, "one line for each call: {lines:?}");
    for (number, line) in lines.iter().enumerate() {
        let interaction = if number % 3 == 2 { r#"""# } else { r#""c4f0"}: "# };
        let span = format!("request{{id={} peer=127.0.0.1 interaction_id={interaction}", number + 1);
        assert!(line.contains(&span), "{span} is not in {line}");
        assert!(line.contains(if number < 3 { r#"endpoint="userinfo""# } else { r#"endpoint="resource""# }), "{line}");
    }
}

#[test]
fn one_flag_makes_it_json() {
    let mut server = Process::start("flag", &["--log-json"]);
    let lines = server.started();
    server.end();
    let read = |line: &String| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let lines: Vec<serde_json::Value> = lines.iter().map(read).collect();
    let [.., warned] = &lines[..] else { panic!("no line") };
    assert_eq!(warned["level"], "WARN", "{warned}");
    assert!(warned["message"].as_str().is_some_and(|text| text.starts_with("auto_approve is on")), "{warned}");
}
