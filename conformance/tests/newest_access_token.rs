//! A server may let the access token of each refresh replace the one before: the suite uses the newest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use fapi_conformance::http::{Answer, Middleware, Request};
use fapi_conformance::runner::{self, Judgement, Options, SCENARIO_LIMIT, Verdict};
use fapi_conformance::target::in_process::{Alteration, Fixture};
use fapi_conformance::target::{Target, file, written};
use fapi_conformance::variant::PLANS;
use serde_json::Value;

/// A server that keeps only the newest access token for each refresh token.
#[derive(Default)]
struct Replacing {
    newest: Mutex<BTreeMap<String, String>>,
    replaced: Mutex<BTreeSet<String>>,
}

impl Middleware for Replacing {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        let Answer::Response { status, headers, body } = answer else { return answer };
        let sent = request.headers.iter().find(|(name, _)| name == "authorization");
        let token = sent.and_then(|(_, value)| value.split(' ').next_back()).unwrap_or_default();
        if self.replaced.lock().unwrap().contains(token) {
            let headers = vec![("www-authenticate".to_owned(), "Bearer error=\"invalid_token\"".to_owned())];
            return Answer::Response { status: 401, headers, body: "{\"error\":\"invalid_token\"}".into() };
        }
        let field =
            |name: &str| form_urlencoded::parse(&request.body).find(|(field, _)| field == name).map(|(_, it)| it.into_owned());
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let member = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let of = member("refresh_token").or_else(|| field("refresh_token"));
        if let (Some(of), Some(token)) = (of, member("access_token")) {
            let before = self.newest.lock().unwrap().insert(of, token);
            self.replaced.lock().unwrap().extend(before);
        }
        Answer::Response { status, headers, body }
    }
}

async fn judged(variant: &str, scenarios: &[&str]) -> Vec<Judgement> {
    let variant = PLANS[0].variant(variant).unwrap();
    let fixture = Fixture::new(&PLANS[0], &[variant]).unwrap();
    let targets = fixture.start(&Alteration::default()).await.unwrap();
    let name = format!("newest-{}", fapi_conformance::keys::random());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (path, text) = written::write(&targets, &folder).unwrap().pop().unwrap();
    let read = file::parse(&text, &path, &PLANS[0]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let replacing = Arc::new(Replacing::default());
    let through = |mut target: Target| {
        target.connector = target.connector.clone().through(replacing.clone());
        Arc::new(target)
    };
    let read: Vec<_> = read.into_iter().map(through).collect();
    let mut judgements = Vec::new();
    for scenario in scenarios {
        let scenarios = (*scenario).into();
        let options = Options { plan: &PLANS[0], scenarios, fast: false, gentle: false, jobs: 1, limit: SCENARIO_LIMIT };
        judgements.extend(runner::run(&read, &options, |_| {}).await.judgements);
    }
    let _ = std::fs::remove_dir_all(&folder);
    assert!(!replacing.replaced.lock().unwrap().is_empty(), "no access token was replaced");
    judgements
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_access_token_is_not_used() {
    for variant in ["oauth/mtls/mtls", "oauth/private_key_jwt/dpop"] {
        for judgement in judged(variant, &["refresh", "refresh-stolen-token", "code-replay-revokes"]).await {
            let detail = judgement.detail().unwrap_or_default();
            assert_eq!(judgement.outcome, Verdict::Passed, "{variant} {}: {detail}", judgement.scenario.id);
        }
    }
}
