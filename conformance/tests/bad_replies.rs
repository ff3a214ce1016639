//! For every member that the server sends, there is a mutant with a faulty value.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64URL_NOPAD;
use fapi_conformance::http::{Answer, HttpExchange, Request};
use fapi_conformance::mutant::{self, Family};
use fapi_conformance::runner::{self, SCENARIO_LIMIT};
use fapi_conformance::scenario;
use fapi_conformance::target::in_process::{Alteration, Fixture};
use fapi_conformance::variant::PLANS;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Members by document and name.
type Members = BTreeMap<(String, String), Value>;

#[tokio::test]
async fn every_member_that_is_sent_is_made_bad_by_some_mutant() {
    let variants: Vec<_> = PLANS[0].variants().into_iter().filter(|variant| variant.openid()).collect();
    let fixture = Fixture::new(&PLANS[0], &variants).expect("a fixture");
    let targets = fixture.start(&Alteration::default()).await.expect("a server");
    let mut exchanges: Vec<Arc<HttpExchange>> = vec![];
    for target in targets.into_iter().map(Arc::new) {
        for id in ["flow", "introspection-reply", "refresh-id-token"] {
            let scenario = scenario::find(id).expect("a scenario");
            let options = runner::Options {
                plan: &PLANS[0],
                scenarios: "*".into(),
                fast: false,
                gentle: false,
                jobs: 1,
                limit: SCENARIO_LIMIT,
            };
            exchanges.extend(runner::alone(scenario, target.clone(), options).await.exchanges);
        }
    }
    let sent: Vec<_> =
        exchanges.iter().map(|exchange| (request(exchange), members(exchange.url.path(), &exchange.answer))).collect();
    let all: BTreeSet<_> = sent.iter().flat_map(|(_, members)| members.keys().cloned()).collect();
    assert!(all.len() > 60, "{all:?}");
    let mut changed_somewhere = BTreeSet::new();
    for mutant in mutant::all().into_iter().filter(|mutant| mutant.family == Family::BadReply) {
        let Some(middleware) = mutant.alteration(&fixture).middleware else { continue };
        for (exchange, (request, before)) in exchanges.iter().zip(&sent) {
            let after = members(exchange.url.path(), &middleware.answer(request, again(&exchange.answer)));
            let changed = before.iter().filter(|(member, value)| after.get(*member) != Some(value) && !after.is_empty());
            changed_somewhere.extend(changed.map(|(member, _)| member.clone()));
        }
    }
    let whole: Vec<_> = all.difference(&changed_somewhere).collect();
    assert!(whole.is_empty(), "{whole:?}");
}

fn again(answer: &Answer) -> Answer {
    match answer {
        Answer::Response { status, headers, body } => {
            Answer::Response { status: *status, headers: headers.clone(), body: body.clone() }
        }
        Answer::Nothing(lost, reason) => Answer::Nothing(*lost, reason.clone()),
    }
}

fn request(exchange: &HttpExchange) -> Request {
    let mut request = Request::new(&exchange.purpose, &exchange.method, exchange.url.clone());
    request.headers = exchange.headers.clone();
    request.body = exchange.body.clone();
    request
}

/// The members of a JSON document, with the claims of its JWTs.
fn members(path: &str, answer: &Answer) -> Members {
    let Answer::Response { status: 200..=299, body, .. } = answer else { return Members::new() };
    let Ok(document) = serde_json::from_slice::<Map<String, Value>>(body) else { return Members::new() };
    let place = if path.contains("well-known") { "metadata" } else { path };
    let mut members = Members::new();
    if place.starts_with("/resource") {
        return members; // The suite does not check the contents of a resource.
    }
    for (name, value) in &document {
        if let Some(claims) = value.as_str().and_then(claims) {
            members.extend(claims.into_iter().map(|(claim, value)| ((name.clone(), claim), value)));
        } else {
            members.insert((place.to_owned(), name.clone()), value.clone());
        }
    }
    members
}

fn claims(jwt: &str) -> Option<Map<String, Value>> {
    let [_, claims, _] = jwt.split('.').collect::<Vec<_>>()[..] else { return None };
    serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?).ok()
}
