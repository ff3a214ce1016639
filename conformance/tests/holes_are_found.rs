//! Servers with a hole that only a request finds whose single defect is the one in question, and lawful servers beside them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use fapi_conformance::http::{Answer, Middleware, Request};
use fapi_conformance::jwt::Received;
use fapi_conformance::runner::{self, Judgement, Options, SCENARIO_LIMIT, Verdict};
use fapi_conformance::target::Target;
use fapi_conformance::target::in_process::{Alteration, Fixture};
use fapi_conformance::variant::PLANS;

const KEYS: &str = "openid/private_key_jwt/dpop";

type Form = Vec<(String, String)>;

/// A server behind something that changes its messages.
trait Hole: Send + Sync {
    fn request(&self, request: Request) -> Request {
        request
    }

    fn answer(&self, _: &Request, answer: Answer) -> Answer {
        answer
    }
}

struct Behind<H>(H);

impl<H: Hole> Middleware for Behind<H> {
    fn request(&self, request: Request) -> Request {
        self.0.request(request)
    }

    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        self.0.answer(request, answer)
    }
}

async fn targets(variant: &str, hole: impl Hole + 'static) -> Vec<Target> {
    let variant = PLANS[0].variant(variant).unwrap_or_else(|error| panic!("{error}"));
    let fixture = Fixture::new(&PLANS[0], &[variant]).unwrap_or_else(|error| panic!("{error}"));
    let alteration = Alteration { middleware: Some(Arc::new(Behind(hole))), mute: true, ..Alteration::default() };
    fixture.start(&alteration).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn judged(targets: Vec<Target>, scenarios: &str) -> Vec<Judgement> {
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    let scenarios = scenarios.into();
    let options = Options { plan: &PLANS[0], scenarios, fast: false, gentle: false, jobs: 4, limit: SCENARIO_LIMIT };
    let judgements = runner::run(&targets, &options, |_| {}).await.judgements;
    assert!(!judgements.is_empty());
    judgements
}

/// Demands that each of these scenarios fails, with a finding under its clause.
async fn found(hole: impl Hole + 'static, scenarios: &str, clauses: &[&str]) {
    let mut found: Vec<_> = judged(targets(KEYS, hole).await, scenarios)
        .await
        .iter()
        .map(|judgement| (judgement.scenario.id, judgement.outcome, judgement.clause().map_or("", |clause| clause.id)))
        .collect();
    found.sort_by_key(|(id, ..)| *id);
    let outcomes: Vec<_> = found.iter().map(|(_, outcome, clause)| (*outcome, *clause)).collect();
    let expected: Vec<_> = clauses.iter().map(|clause| (Verdict::Failed, *clause)).collect();
    assert_eq!(outcomes, expected, "{found:?}");
}

fn fields(request: &Request) -> Form {
    form_urlencoded::parse(&request.body).into_owned().collect()
}

fn field(request: &Request, name: &str) -> Option<String> {
    fields(request).into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

fn with(request: Request, fields: &Form) -> Request {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Request { body: body.into(), ..request }
}

fn is_at(request: &Request, endpoint: &str) -> bool {
    request.url.path().ends_with(endpoint)
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

fn json(status: u16, body: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("cache-control", "no-store")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Answer::Response { status, headers, body: body.to_owned().into() }
}

/// A copy of a response.
fn copy(answer: &Answer) -> Answer {
    match answer {
        Answer::Response { status, headers, body } => {
            Answer::Response { status: *status, headers: headers.clone(), body: body.clone() }
        }
        Answer::Nothing(..) => panic!("the server is there"),
    }
}

fn is_success(answer: &Answer) -> bool {
    matches!(answer, Answer::Response { status: 200..=299, .. })
}

/// Forgets `max_age=0` and `prompt=login`: the user, who is logged in, sees the consent page only.
struct Forgetful;

impl Hole for Forgetful {
    fn request(&self, request: Request) -> Request {
        if !is_at(&request, "/par") {
            return request;
        }
        let asks_again = |(name, value): &(String, String)| matches!((&**name, &**value), ("max_age", "0") | ("prompt", "login"));
        let kept = fields(&request).into_iter().filter(|field| !asks_again(field)).collect();
        with(request, &kept)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_page_is_no_login() {
    found(Forgetful, "*asks-again", &["OIDCC-3.1.2.1-9", "OIDCC-3.1.2.1-7"]).await;
}

/// Offers the password grant.
struct Passwords;

impl Hole for Passwords {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        match field(request, "grant_type").as_deref() {
            Some("password") if field(request, "username").as_deref() == Some("alice") => {
                json(200, "{\"access_token\":\"stolen\",\"token_type\":\"DPoP\",\"expires_in\":300}")
            }
            Some("password") => json(400, "{\"error\":\"invalid_grant\"}"),
            _ => answer,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_grant_for_the_real_user() {
    found(Passwords, "grant-type-password", &["FAPI2-SP-5.3.2.1-2"]).await;
}

/// Takes any authentication scheme for the right one.
struct AnyScheme;

impl Hole for AnyScheme {
    fn request(&self, mut request: Request) -> Request {
        for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "authorization") {
            if let Some(token) = value.strip_prefix("Negotiate ") {
                *value = format!("DPoP {token}");
            }
        }
        request
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_scheme_beside_a_good_proof() {
    found(AnyScheme, "resource-unknown-scheme", &["RFC6750-3-1"]).await;
}

/// Two nodes that do not tell each other of what was used. The second use reaches the other node every second time, first not.
#[derive(Default)]
struct TwoNodes {
    successes: Mutex<HashMap<String, Answer>>,
    is_other: AtomicBool,
}

impl Hole for TwoNodes {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let place = request.url.path();
        let value = match place.rsplit('/').next() {
            Some("token") => field(request, "code").or_else(|| field(request, "client_assertion")),
            Some("resource") => header(request, "dpop").map(str::to_owned),
            _ => None,
        };
        let Some(value) = value else { return answer };
        let mut successes = self.successes.lock().unwrap();
        if is_success(&answer) {
            successes.insert(value, copy(&answer));
            return answer;
        }
        match successes.get(&value) {
            Some(first) if self.is_other.fetch_xor(true, Ordering::SeqCst) => copy(first),
            _ => answer,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_one_node_of_two_accepts() {
    found(TwoNodes::default(), "code-again", &["FAPI2-SP-5.3.2.2-9"]).await;
    // The text leaves it open whether a proof may be used again.
    let proofs = judged(targets(KEYS, TwoNodes::default()).await, "proof-again").await;
    assert_eq!(proofs[0].outcome, Verdict::Warning, "{:?}", proofs[0].detail());
}

/// Ignores a `request_uri` in a pushed request, if it is one of its own.
#[derive(Default)]
struct RequestUriInPush(Mutex<Vec<String>>);

impl Hole for RequestUriInPush {
    fn request(&self, request: Request) -> Request {
        let known = field(&request, "request_uri").is_some_and(|uri| self.0.lock().unwrap().contains(&uri));
        if !known || !is_at(&request, "/par") {
            return request;
        }
        let kept = fields(&request).into_iter().filter(|(name, _)| name != "request_uri").collect();
        with(request, &kept)
    }

    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        if let (true, Answer::Response { body, .. }) = (is_at(request, "/par"), &answer) {
            let pushed: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            self.0.lock().unwrap().extend(pushed.get("request_uri").and_then(|uri| uri.as_str()).map(str::to_owned));
        }
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_request_uri_in_a_pushed_request() {
    found(RequestUriInPush::default(), "push-with-request-uri", &["RFC9126-2.1-2"]).await;
}

/// Knows no secret of the client, and lets it in with none.
struct NoSecret;

impl Hole for NoSecret {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let basic = header(request, "authorization").and_then(|value| value.strip_prefix("Basic "));
        let decoded = basic.and_then(|basic| data_encoding::BASE64.decode(basic.as_bytes()).ok()).unwrap_or_default();
        if decoded.ends_with(b":") || field(request, "client_secret").is_some_and(|secret| secret.is_empty()) {
            return json(200, "{\"access_token\":\"stolen\",\"token_type\":\"DPoP\",\"expires_in\":300}");
        }
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_wrong_shows_nothing_and_an_empty_one_much() {
    let without = |mut targets: Vec<Target>| {
        targets.iter_mut().flat_map(|target| &mut target.clients).for_each(|client| client.secret = None);
        targets
    };
    let judgements = judged(without(targets(KEYS, NoSecret).await), "token-by-basic,token-by-post-secret").await;
    assert!(judgements.iter().all(|judgement| judgement.outcome == Verdict::Failed));
    struct Nothing;
    impl Hole for Nothing {}
    let judgements = judged(without(targets(KEYS, Nothing).await), "token-by-basic,token-by-post-secret").await;
    for judgement in judgements {
        assert_eq!(judgement.outcome, Verdict::Skipped);
        assert!(judgement.detail().is_some_and(|reason| reason.contains("names no `secret`")));
    }
}

/// Answers like a resource whose successes have no content.
struct NoContent;

impl Hole for NoContent {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        match answer {
            Answer::Response { status: 200, headers, .. } if is_at(request, "/resource") => {
                Answer::Response { status: 204, headers, body: bytes::Bytes::new() }
            }
            other => other,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn success_without_content_is_success() {
    let judgements = judged(targets(KEYS, NoContent).await, "flow,relying-party-huskarl,proof-htu-with-query").await;
    for judgement in judgements {
        assert_ne!(judgement.outcome, Verdict::Failed, "{}: {:?}", judgement.scenario.id, judgement.detail());
    }
}

/// Serves a revoked token or refresh token twice more, because not every node knows yet.
#[derive(Default)]
struct LateRevocation {
    successes: Mutex<HashMap<String, Answer>>,
    revoked: Mutex<HashMap<String, usize>>,
}

impl Hole for LateRevocation {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        if is_at(request, "/revoke") {
            self.revoked.lock().unwrap().insert(field(request, "token").unwrap_or_default(), 2);
            return answer;
        }
        let token = match request.url.path().rsplit('/').next() {
            Some("token") => field(request, "refresh_token"),
            Some("introspect") => field(request, "token"),
            _ => header(request, "authorization").and_then(|value| value.split_once(' ')).map(|(_, token)| token.to_owned()),
        };
        let Some(token) = token else { return answer };
        let key = format!("{} {token}", request.url.path());
        match self.revoked.lock().unwrap().get_mut(&token).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                self.successes.lock().unwrap().get(&key).map_or(answer, copy)
            }
            None => {
                if is_success(&answer) {
                    self.successes.lock().unwrap().insert(key, copy(&answer));
                }
                answer
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_may_take_effect_late() {
    let scenarios = "revoke-access-token,revoke-refresh-token,introspect-revoked-token,revocation-cascades";
    let judgements = judged(targets(KEYS, LateRevocation::default()).await, scenarios).await;
    let late = |judgement: &Judgement| judgement.warnings.iter().any(|text| text.contains("worked at first"));
    for judgement in &judgements {
        assert_ne!(judgement.outcome, Verdict::Failed, "{}: {:?}", judgement.scenario.id, judgement.detail());
    }
    let warned: Vec<_> = judgements.iter().filter(|judgement| late(judgement)).map(|judgement| judgement.scenario.id).collect();
    assert_eq!(warned, ["revoke-access-token", "revoke-refresh-token", "introspect-revoked-token"]);
}

/// Lets client 2 not revoke anything, not even its own token.
struct NoRevocationByTwo;

impl Hole for NoRevocationByTwo {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let by_two = field(request, "client_assertion")
            .and_then(|text| Received::parse(&text).ok())
            .and_then(|jwt| jwt.claims.get("sub")?.as_str().map(|sub| sub.ends_with("-2")));
        if is_at(request, "/revoke") && by_two == Some(true) {
            return json(401, "{\"error\":\"invalid_client\"}");
        }
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_second_client_needs_its_control() {
    let judgements = judged(targets(KEYS, NoRevocationByTwo).await, "revoke-token-of-another").await;
    assert_eq!(judgements[0].outcome, Verdict::Skipped, "{:?}", judgements[0].detail());
    assert!(judgements[0].detail().is_some_and(|reason| reason.contains("no control")), "{:?}", judgements[0].detail());
}

/// Refuses assertions that live longer than 100 seconds.
struct ShortAssertions;

impl Hole for ShortAssertions {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let jwt = field(request, "client_assertion").and_then(|text| Received::parse(&text).ok());
        let exp = jwt.and_then(|jwt| jwt.claims.get("exp")?.as_i64());
        let long = exp.is_some_and(|exp| exp > jiff::Timestamp::now().as_second() + 100);
        if long { json(400, "{\"error\":\"invalid_client\"}") } else { answer }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_end_is_no_late_beginning() {
    let judgements = judged(targets(KEYS, ShortAssertions).await, "push-assertion-62-seconds-ahead").await;
    assert_eq!(judgements[0].outcome, Verdict::Skipped, "{:?}", judgements[0].detail());
}
