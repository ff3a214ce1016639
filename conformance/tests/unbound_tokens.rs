//! An access token that is bound to nothing is one finding, about the server that issues it. What rests on a binding is not judged.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use data_encoding::BASE64URL_NOPAD;
use fapi_conformance::http::{Answer, Middleware, Request};
use fapi_conformance::runner::{self, Judgement, Options, SCENARIO_LIMIT, Verdict};
use fapi_conformance::target::in_process::{Alteration, Fixture};
use fapi_conformance::target::{Target, file, written};
use fapi_conformance::variant::PLANS;
use serde_json::{Value, json};

/// A server whose access tokens have no `cnf`. Its resource serves them to anybody.
#[derive(Default)]
struct Unbound(Mutex<BTreeSet<String>>);

impl Middleware for Unbound {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let ok = |json: Value| Answer::Response {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into()), ("cache-control".into(), "no-store".into())],
            body: json.to_string().into(),
        };
        let sent = request.headers.iter().find(|(name, _)| name == "authorization");
        let token = sent.and_then(|(_, value)| value.split(' ').next_back()).unwrap_or_default();
        if self.0.lock().unwrap().contains(token) {
            return ok(json!({ "balance": 7 }));
        }
        let asked = form_urlencoded::parse(&request.body).find(|(name, _)| name == "token").map(|(_, value)| value.into_owned());
        if request.url.path().ends_with("/introspect") && asked.is_some_and(|token| self.0.lock().unwrap().contains(&token)) {
            return ok(json!({ "active": true }));
        }
        let Answer::Response { status, headers, body } = answer else { return answer };
        let mut json: Value = serde_json::from_slice(&body).unwrap_or_default();
        if json.get("access_token").is_some() {
            let encoded = |json: Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
            let claims = json!({ "sub": "alice", "jti": fapi_conformance::keys::random() });
            let token = format!("{}.{}.c2ln", encoded(json!({ "alg": "ES256", "typ": "JWT" })), encoded(claims));
            self.0.lock().unwrap().insert(token.clone());
            json["access_token"] = token.into();
            return Answer::Response { status, headers, body: json.to_string().into() };
        }
        Answer::Response { status, headers, body }
    }
}

async fn judged(variant: &str, scenarios: &str) -> Vec<Judgement> {
    let variant = PLANS[0].variant(variant).unwrap();
    let fixture = Fixture::new(&PLANS[0], &[variant]).unwrap();
    let targets = fixture.start(&Alteration::default()).await.unwrap();
    let name = format!("unbound-{}", fapi_conformance::keys::random());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (path, text) = written::write(&targets, &folder).unwrap().pop().unwrap();
    let read = file::parse(&text, &path, &PLANS[0]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let unbound = Arc::new(Unbound::default());
    let through = |mut target: Target| {
        target.connector = target.connector.clone().through(unbound.clone());
        Arc::new(target)
    };
    let read: Vec<_> = read.into_iter().map(through).collect();
    let options =
        Options { plan: &PLANS[0], scenarios: scenarios.into(), fast: true, gentle: true, jobs: 4, limit: SCENARIO_LIMIT };
    let judgements = runner::run(&read, &options, |_| {}).await.judgements;
    let _ = std::fs::remove_dir_all(&folder);
    judgements
}

/// The scenarios that say something about a binding, by the sender constraint of the variant.
const RESTING: [(&str, &[&str]); 2] = [
    (
        "oauth/private_key_jwt/mtls",
        &[
            "certificate-token-without-certificate",
            "certificate-token-with-another",
            "certificate-thumbprint-in-token",
            "resource-stolen-token",
            "refresh-stolen-token",
            "introspect-live-token",
        ],
    ),
    (
        "oauth/private_key_jwt/dpop",
        &[
            "proof-missing",
            "proof-missing-as-bearer",
            "proof-of-other-key",
            "resource-stolen-token",
            "refresh-stolen-token",
            "introspect-live-token",
        ],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_binding_is_one_finding() {
    for (variant, resting) in RESTING {
        let judgements = judged(variant, "*").await;
        let find = |id: &str| judgements.iter().find(|judgement| judgement.scenario.id == id).unwrap_or_else(|| panic!("{id}"));
        let bound = find("access-token-bound");
        let clause = bound.clause().map(|clause| clause.id);
        assert_eq!((bound.outcome, clause), (Verdict::Failed, Some("FAPI2-SP-5.3.2.1-4")), "{variant} {:?}", bound.detail());
        for id in resting {
            let judgement = find(id);
            let detail = judgement.detail().unwrap_or_default();
            assert_eq!(judgement.outcome, Verdict::Skipped, "{variant} {id}: {detail}");
            assert!(detail.contains("bound to nothing, which access-token-bound tells"), "{variant} {id}: {detail}");
        }
    }
}
