//! Servers that fail, limit the rate of requests, or stop serving for a while: none of it is a finding, and nothing passes by it.

#[path = "support/foreign.rs"]
mod foreign;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use fapi_conformance::http::{Connector, Http, Trust};
use fapi_conformance::keys;
use fapi_conformance::ledger::Unjudged;
use fapi_conformance::runner::{Judgement, Verdict};
use fapi_conformance::scenario::EVERYTHING_ELSE;
use fapi_conformance::target::{Ordinary, OrdinaryKind};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const VARIANT: &[&str] = &["oauth/private_key_jwt/dpop"];
/// A scenario about a refusal, and its defect.
const REFUSED: (&str, &str) = ("push-without-redirect-uri", "redirect_uri");

type Form = BTreeMap<String, String>;

/// A server that accepts everything, unless its hook answers first: it gets the path and the parameters.
struct Stub<H> {
    issuer: Arc<OnceLock<String>>,
    pushed: Mutex<BTreeMap<String, Form>>,
    hook: H,
}

impl<H: Fn(&str, &Form) -> Option<ResponseTemplate> + Send + Sync> Respond for Stub<H> {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = form_urlencoded::parse(&request.body).into_owned();
        let form: Form = request.url.query_pairs().into_owned().chain(body).collect();
        let path = request.url.path();
        if let Some(answer) = (self.hook)(path, &form) {
            return answer;
        }
        let issuer = self.issuer.get().map_or("", String::as_str);
        match path {
            "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server" => {
                ResponseTemplate::new(200).set_body_json(foreign::metadata(issuer))
            }
            "/par" => {
                let uri = format!("urn:ietf:params:oauth:request_uri:{}", keys::random());
                self.pushed.lock().unwrap().insert(uri.clone(), form);
                ResponseTemplate::new(201).set_body_json(json!({ "request_uri": uri, "expires_in": 60 }))
            }
            "/authorize" | "/allow" => self.redirect(issuer, form.get("request_uri").map_or("", String::as_str)),
            "/token" => ResponseTemplate::new(200)
                .set_body_json(json!({ "access_token": keys::random(), "token_type": "DPoP", "expires_in": 60 }))
                .insert_header("cache-control", "no-store"),
            _ => ResponseTemplate::new(404),
        }
    }
}

impl<H> Stub<H> {
    fn redirect(&self, issuer: &str, request_uri: &str) -> ResponseTemplate {
        let pushed = self.pushed.lock().unwrap().get(request_uri).cloned().unwrap_or_default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &keys::random()).append_pair("iss", issuer);
        if let Some(state) = pushed.get("state") {
            query.append_pair("state", state);
        }
        let to = pushed.get("redirect_uri").map_or("https://client.example/cb", String::as_str);
        ResponseTemplate::new(303).insert_header("location", format!("{to}?{}", query.finish()))
    }
}

async fn server(hook: impl Fn(&str, &Form) -> Option<ResponseTemplate> + Send + Sync + 'static) -> MockServer {
    let server = MockServer::start().await;
    let issuer = Arc::new(OnceLock::from(server.uri()));
    Mock::given(any()).respond_with(Stub { issuer, pushed: Mutex::default(), hook }).mount(&server).await;
    server
}

fn refusal(error: &str) -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(json!({ "error": error })).insert_header("cache-control", "no-store")
}

/// Returns true if the hook is asked about the defective request.
fn is_defective(path: &str, form: &Form) -> bool {
    path == "/par" && !form.contains_key(REFUSED.1)
}

fn of<'j>(judgements: &'j [Judgement], scenario: &str) -> &'j Judgement {
    judgements.iter().find(|judgement| judgement.scenario.id == scenario).unwrap_or_else(|| panic!("{scenario} did not run"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_the_server_is_no_refusal() {
    for (status, unjudged) in [(500, Unjudged::Refused), (502, Unjudged::Disturbed), (503, Unjudged::Disturbed)] {
        let answer = move |path: &str, form: &Form| is_defective(path, form).then(|| ResponseTemplate::new(status));
        let judgements = foreign::judged(&server(answer).await.uri(), VARIANT, REFUSED.0).await;
        let judgement = of(&judgements, REFUSED.0);
        assert_eq!((judgement.outcome, judgement.unjudged), (Verdict::Skipped, Some(unjudged)), "{status}");
        // A failure of the server itself is told once; one of a gateway is not the server's.
        let told = judgements.iter().any(|judgement| judgement.scenario.id == EVERYTHING_ELSE && !judgement.findings.is_empty());
        assert_eq!(told, status == 500);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_neither_serves_nor_refuses_is_not_judged() {
    let page = |status| ResponseTemplate::new(status).set_body_raw("<h1>Request Rejected</h1>", "text/html");
    let blocked = ResponseTemplate::new(200).set_body_json(json!({ "message": "blocked" }));
    for answer in [page(200), page(201), page(202), page(403), page(406), blocked] {
        let hook = move |path: &str, form: &Form| is_defective(path, form).then(|| answer.clone());
        let judgements = foreign::judged(&server(hook).await.uri(), VARIANT, REFUSED.0).await;
        let judgement = of(&judgements, REFUSED.0);
        assert_eq!((judgement.outcome, judgement.unjudged), (Verdict::Skipped, Some(Unjudged::Disturbed)));
        // It is told once, as advice: it may come from what stands before the server.
        assert_eq!(of(&judgements, EVERYTHING_ELSE).outcome, Verdict::Warning);
    }
    let error = || ResponseTemplate::new(200).set_body_json(json!({ "error": "invalid_request" }));
    let hook = move |path: &str, form: &Form| is_defective(path, form).then(error);
    let judgements = foreign::judged(&server(hook).await.uri(), VARIANT, REFUSED.0).await;
    assert_eq!(of(&judgements, REFUSED.0).outcome, Verdict::Passed);
    assert_eq!(of(&judgements, EVERYTHING_ELSE).outcome, Verdict::Failed);
    // The control: what gives a `request_uri` is an acceptance.
    let judgements = foreign::judged(&server(|_, _| None).await.uri(), VARIANT, REFUSED.0).await;
    assert_eq!(of(&judgements, REFUSED.0).outcome, Verdict::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deviation_that_is_seen_once_is_not_told() {
    for (times, told) in [(1, false), (usize::MAX, true)] {
        let count = AtomicUsize::new(0);
        let answer = move |path: &str, form: &Form| {
            is_defective(path, form).then(|| match count.fetch_add(1, Ordering::SeqCst) < times {
                true => ResponseTemplate::new(400).set_body_string("no"),
                false => refusal("invalid_request"),
            })
        };
        let judgements = foreign::judged(&server(answer).await.uri(), VARIANT, REFUSED.0).await;
        assert_eq!(of(&judgements, REFUSED.0).outcome, Verdict::Passed);
        let failed = judgements.iter().any(|judgement| judgement.outcome == Verdict::Failed);
        assert_eq!(failed, told, "{times}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_once_is_a_finding() {
    let count = AtomicUsize::new(0);
    let answer = move |path: &str, form: &Form| {
        let defective = is_defective(path, form) && count.fetch_add(1, Ordering::SeqCst) > 0;
        defective.then(|| refusal("invalid_request"))
    };
    let judgements = foreign::judged(&server(answer).await.uri(), VARIANT, REFUSED.0).await;
    let judgement = of(&judgements, REFUSED.0);
    assert_eq!((judgement.outcome, judgement.only_in_company), (Verdict::Failed, false));
    assert!(judgement.detail().is_some_and(|detail| detail.contains("by chance or under load")));
}

fn jti(request: &Request) -> String {
    let assertion = form_urlencoded::parse(&request.body).find(|(name, _)| name == "client_assertion").unwrap().1;
    let claims = data_encoding::BASE64URL_NOPAD.decode(assertion.split('.').nth(1).unwrap().as_bytes()).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["jti"].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_is_made_anew_and_no_code_is_sent_twice() {
    let counts = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let answer = move |path: &str, _: &Form| {
        let count = if path == "/par" { &counts[0] } else { &counts[1] };
        let limited = matches!(path, "/par" | "/token") && count.fetch_add(1, Ordering::SeqCst) == 0;
        limited.then(|| ResponseTemplate::new(429).insert_header("retry-after", "0"))
    };
    let server = server(answer).await;
    let judgements = foreign::judged(&server.uri(), VARIANT, "no-state").await;
    let judgement = of(&judgements, "no-state");
    assert_eq!(judgement.outcome, Verdict::Passed, "{:?}", judgement.detail());
    let received = server.received_requests().await.unwrap();
    let sent = received.iter().filter(|request| matches!(request.url.path(), "/par" | "/token"));
    let jtis: Vec<_> = sent.map(jti).collect();
    assert_eq!(jtis.iter().collect::<BTreeSet<_>>().len(), jtis.len());
    let codes = received
        .iter()
        .filter(|request| request.url.path() == "/token")
        .map(|request| form_urlencoded::parse(&request.body).find(|(name, _)| name == "code").map(|(_, code)| code.into_owned()));
    let codes: Vec<_> = codes.collect();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    assert!(jtis.len() >= 4 && codes.len() >= 2);
    // Some servers refuse clients without a name.
    assert!(received.iter().all(|request| request.headers.contains_key("user-agent")));
    assert!(received.iter().all(|request| request.headers.get("accept-encoding").is_some_and(|coding| coding == "identity")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_server_has_closed_is_opened_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: url::Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
                // The connection seems to stay open, and is closed when the next request comes.
                let _ = stream.read(&mut head).await;
            });
        }
    });
    let http = Http::new(Connector::new(Trust::system()));
    for _ in 0..3 {
        let reply = http.fetch("a page", &url).await;
        assert!(reply.is_ok_and(|reply| reply.status() == 200));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_limited_begins_anew() {
    let count = Arc::new(AtomicUsize::new(0));
    let posted = count.clone();
    let answer = move |path: &str, form: &Form| match path {
        "/authorize" => {
            let uri = form.get("request_uri").cloned().unwrap_or_default();
            let page = format!(
                "<form method=post action=/allow><input type=hidden name=request_uri value='{uri}'><button>Allow</button></form>"
            );
            Some(ResponseTemplate::new(200).set_body_raw(page, "text/html"))
        }
        "/allow" if posted.fetch_add(1, Ordering::SeqCst) == 0 => {
            Some(ResponseTemplate::new(429).insert_header("retry-after", "0"))
        }
        _ => None,
    };
    let judgements = foreign::judged(&server(answer).await.uri(), VARIANT, "no-state").await;
    assert_eq!(of(&judgements, "no-state").outcome, Verdict::Passed, "{:?}", of(&judgements, "no-state").detail());
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_when_no_flow_is_served_any_more() {
    // From some request on, everything but the metadata is refused, as by a firewall, and nothing is issued.
    for answer in
        [|| refusal("access_denied"), || ResponseTemplate::new(200).set_body_raw("<h1>Back in an hour</h1>", "text/html")]
    {
        let count = AtomicUsize::new(0);
        let hook = move |path: &str, form: &Form| match path.starts_with("/.well-known/") {
            true => None,
            false if count.fetch_add(1, Ordering::SeqCst) > 150 => Some(answer()),
            false => is_defective(path, form).then(|| refusal("invalid_request")),
        };
        let outcome = foreign::run(&server(hook).await.uri(), VARIANT, "no-*,push-*,state-*,code-*,dpop-*,token-*").await;
        let ended = outcome.ended.expect("the run ends early");
        assert!(ended.text.contains("does not serve ordinary flows any more"), "{}", ended.text);
        let detail = |judgement: &Judgement| judgement.findings.iter().map(|finding| finding.got.clone()).collect::<String>();
        for judgement in &outcome.judgements {
            assert!(!detail(judgement).contains("access_denied"), "{}: {}", judgement.scenario.id, detail(judgement));
        }
        let void = outcome.judgements.iter().filter(|judgement| judgement.unjudged.is_some()).count();
        assert!(void > 3, "{void}");
    }
}

const TOKENS: Ordinary = Ordinary { kind: OrdinaryKind::Token, client: 0 };

#[tokio::test(flavor = "multi_thread")]
async fn codes_without_tokens_are_no_flow() {
    // The preflight was served; since then, codes are issued, but no tokens.
    let hook = |path: &str, form: &Form| match path {
        "/token" => Some(refusal("invalid_request")),
        _ => is_defective(path, form).then(|| refusal("invalid_request")),
    };
    let server = server(hook).await;
    let scenarios = "no-*,push-*,state-*,code-*,dpop-*,token-*";
    let outcome = foreign::run_after(&server.uri(), VARIANT, scenarios, &[TOKENS], |_| {}).await;
    assert!(outcome.ended.is_some_and(|ended| ended.text.contains("does not serve ordinary flows any more")));
    let judged = outcome.judgements.iter().filter(|judgement| judgement.outcome != Verdict::Skipped);
    let judged: Vec<_> = judged.filter(|judgement| judgement.exchanges.iter().any(|exchange| exchange.number > 0)).collect();
    assert!(
        judged.is_empty(),
        "{:?}",
        judged.iter().map(|judgement| (judgement.scenario.id, judgement.detail())).collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_blocked_is_named() {
    let is_of_two = |path: &str, form: &Form| path == "/par" && form.get("client_id").is_some_and(|id| id == "cb2");
    let hook = move |path: &str, form: &Form| is_of_two(path, form).then(|| refusal("invalid_client"));
    let server = server(hook).await;
    let both = [TOKENS, Ordinary { client: 1, ..TOKENS }];
    let scenarios = "push-without-redirect-uri,state-*,code-of-second-client,metadata-issuer";
    let outcome = foreign::run_after(&server.uri(), VARIANT, scenarios, &both, |_| {}).await;
    let ended = outcome.ended.expect("the run ends early").text;
    assert!(ended.contains("of the second client, `cb2`, any more"), "{ended}");
    // What the first client showed stands.
    assert_eq!(of(&outcome.judgements, REFUSED.0).outcome, Verdict::Failed);
    assert_eq!(of(&outcome.judgements, "code-of-second-client").outcome, Verdict::Skipped);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_refused_at_random_are_one_finding() {
    let counter = AtomicUsize::new(0);
    // Every third code is redeemed at a node that does not know it.
    let hook = move |path: &str, form: &Form| match (path, form.get("grant_type").map(String::as_str)) {
        ("/token", Some("authorization_code")) => {
            (counter.fetch_add(1, Ordering::Relaxed) % 3 == 2).then(|| refusal("invalid_grant"))
        }
        _ => None,
    };
    let scenarios = format!("push-*,token-*,code-*,happy-flow,{SERVED}");
    let judgements = foreign::judged(&server(hook).await.uri(), VARIANT, &scenarios).await;
    let told = of(&judgements, EVERYTHING_ELSE);
    let random: Vec<_> = told.findings.iter().filter(|finding| finding.got.contains("are refused at random")).collect();
    assert_eq!(random.len(), 1, "{:?}", told.findings);
    assert!(random[0].got.contains("(token request: status 400 invalid_grant)"), "{}", random[0].got);
    let is_refusal =
        |judgement: &&Judgement| judgement.findings.iter().any(|finding| finding.got.contains("status 400 invalid_grant"));
    assert_eq!(
        judgements.iter().filter(is_refusal).map(|judgement| judgement.scenario.id).collect::<Vec<_>>(),
        [EVERYTHING_ELSE]
    );
}

/// Scenarios in which the ordinary request of a browser must be served.
const SERVED: &str = "flow,no-state,long-state,push-unknown-parameter,push-empty-parameter,session-is-kept,present-other-state,\
                      scopes-in-other-order,state-of-every-character,token-extra-parameters,proof-with-extras,proof-*-seconds-ahead,\
                      assertion-unknown-header";

#[tokio::test(flavor = "multi_thread")]
async fn visits_that_are_refused_at_random_are_counted_and_told_once() {
    let visits = AtomicUsize::new(0);
    let answer = move |path: &str, form: &Form| {
        let is_visit = path == "/authorize" && form.contains_key("request_uri");
        let is_lost = is_visit && visits.fetch_add(1, Ordering::Relaxed) % 3 == 2;
        is_lost.then(|| ResponseTemplate::new(400).set_body_raw("<p>request_uri expired</p>", "text/html"))
    };
    let judgements = foreign::judged(&server(answer).await.uri(), VARIANT, SERVED).await;
    let told: Vec<_> =
        judgements.iter().flat_map(|judgement| &judgement.findings).filter(|finding| finding.got.contains("400")).collect();
    let [told] = &told[..] else { panic!("{told:?}") };
    assert!(told.got.contains("at random (a page with status 400)"), "{told:?}");
    assert_eq!(told.requirement.map(|rule| rule.id), Some("RFC6749-4.1.1-1"), "{told:?}");
    assert!(judgements.iter().any(|judgement| judgement.scenario.id != EVERYTHING_ELSE && judgement.outcome == Verdict::Passed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_without_an_error_breaks_no_clause_about_the_state() {
    const STATE: &str = "push-state-with-control-characters";
    let answer = |path: &str, form: &Form| {
        let is_bad = path == "/par" && form.get("state").is_some_and(|state| state.contains('\n'));
        is_bad.then(|| ResponseTemplate::new(400).set_body_json(json!({ "message": "no" })))
    };
    let judgements = foreign::judged(&server(answer).await.uri(), VARIANT, STATE).await;
    let judgement = of(&judgements, STATE);
    assert!(judgement.findings.is_empty(), "{:?}", judgement.findings);
    assert!(judgement.exchanges.iter().any(|exchange| !exchange.grants()), "the refusal");
}
