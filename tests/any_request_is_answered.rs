//! Any request to any endpoint gets an answer without a panic, and a refusal stores nothing but used proofs.

use crate::support::client::{BEARER, CHALLENGE, Client, REDIRECT, VERIFIER};
use crate::support::refusal::Told;
use crate::support::*;
use bytes::Bytes;
use fapi::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::OnceLock;

const NAMES: &[&str] = &[
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "token",
    "response_type",
    "response_mode",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "claims",
    "acr_values",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "request",
    "request_uri",
    "resource",
    "access_token",
    "id_token_hint",
    "token_type_hint",
    "\u{0}",
    "",
];

fn value() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "client-1",
        "code",
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "openid",
        "none",
        "login",
        "S256",
        "-1",
        "{}",
        r#"{"id_token":{"acr":{"essential":true,"values":[1]}}}"#,
        "a.b.c",
        "e30.e30.",
        BEARER,
        CHALLENGE,
        REDIRECT,
        VERIFIER,
        "urn:ietf:params:oauth:request_uri:x",
        "https://evil.example",
        "query",
        "0",
        "99999999999",
    ];
    prop_oneof![3 => select(KNOWN).prop_map(str::to_owned), 1 => ".{0,40}", 1 => "[ -~]{0,200}"]
}

fn header() -> impl Strategy<Value = (&'static str, String)> {
    const NAMES: &[&str] = &["authorization", "dpop", "content-type", "cookie"];
    const VALUES: &[&str] =
        &["Basic Y2xpZW50LTE6eA==", "Bearer abc", "DPoP abc", "DPoP", "Bearer", "application/json", "e30.e30.e30"];
    (select(NAMES), prop_oneof![select(VALUES).prop_map(str::to_owned), "[ -~]{0,60}"])
}

#[derive(Debug, Clone)]
struct Random {
    method: &'static str,
    parameters: Vec<(String, String)>,
    /// True if the request carries the assertion and the proof of a real client.
    authenticated: bool,
    raw: Option<Vec<u8>>,
    query: String,
    headers: Vec<(&'static str, String)>,
}

fn random() -> impl Strategy<Value = Random> {
    let name = prop_oneof![9 => select(NAMES).prop_map(str::to_owned), 1 => ".{0,10}"];
    let parameters = vec((name, value()), 0..8);
    let raw = proptest::option::weighted(0.1, any::<Vec<u8>>());
    let method = select(&["POST", "POST", "POST", "GET", "GET", "PUT", "HEAD"][..]);
    (method, parameters, any::<bool>(), raw, "[a-z_=&%0-9]{0,30}", vec(header(), 0..3)).prop_map(
        |(method, parameters, authenticated, raw, query, headers)| Random {
            method,
            parameters,
            authenticated,
            raw,
            query,
            headers,
        },
    )
}

fn request(world: &World, client: &Client, random: &Random, endpoint: &str) -> http::Request<Bytes> {
    let mut parameters = random.parameters.clone();
    if random.authenticated {
        parameters.retain(|(name, _)| !name.starts_with("client_"));
        parameters.push(("client_assertion_type".into(), BEARER.into()));
        parameters.push(("client_assertion".into(), client.assertion(world)));
    }
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
    let (query, body) = if random.method == "GET" { (body, vec![]) } else { (random.query.clone(), body.into_bytes()) };
    let mut request = http::Request::builder().method(random.method).uri(format!("/?{query}"));
    request = request.header("content-type", "application/x-www-form-urlencoded");
    if random.authenticated {
        request = request.header("dpop", client.proof(world, random.method, &format!("{ISSUER}/{endpoint}")));
    }
    for (name, value) in &random.headers {
        request = request.header(*name, value);
    }
    request.body(random.raw.clone().unwrap_or(body).into()).unwrap()
}

/// One world per thread, with a client that has an open code, session and interaction.
fn begun() -> &'static std::sync::Mutex<(World, Client, Prompt)> {
    static WORLD: OnceLock<std::sync::Mutex<(World, Client, Prompt)>> = OnceLock::new();
    WORLD.get_or_init(|| {
        let world = World::fapi2();
        let client = Client::registered(&world, "client-1", 10);
        let uri = member(&client.push(&world, &[]).reply, "request_uri");
        let shown = prompt(client.present(&world, &uri, None));
        std::sync::Mutex::new((world, client, shown))
    })
}

fn judge<R: Reply + Told>(world: &World, step: Step<R>) -> Result<(), TestCaseError> {
    let before = world.holdings();
    let outcome = world.drive(step);
    let refused = match &outcome.event.disposition {
        Disposition::Accepted => return Ok(()),
        Disposition::Refused { requirements, .. } => {
            prop_assert!(!requirements.is_empty(), "a refusal must name its requirement");
            true
        }
        ending => return Err(TestCaseError::fail(format!("{ending:?}"))),
    };
    let response = outcome.reply.told();
    prop_assert!(refused && (response.status().is_client_error() || response.status() == 303), "{:?}", response);
    let written = world.written_since(&before);
    prop_assert!(written.split(' ').all(|change| ["", "+use_marker"].contains(&change)), "{} {:?}", written, outcome.event);
    let text = String::from_utf8_lossy(response.body()).into_owned();
    if let Ok(body) = serde_json::from_str::<serde_json::Value>(&text) {
        for name in ["error", "error_description"] {
            let told = body[name].as_str().unwrap_or_default();
            prop_assert!(told.bytes().all(|octet| matches!(octet, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{}", told);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn refusals_store_nothing_but_used_proofs(random in random()) {
        let guard = begun().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (world, client, shown) = &*guard;
        let made = |endpoint: &str| request(world, client, &random, endpoint);
        let (par, token, userinfo) = (made("par"), made("token"), made("userinfo"));
        judge(world, world.server.pushed_authorization_request(Inbound::new(&par), world.context()))?;
        judge(world, world.server.token_request(Inbound::new(&token), world.context()))?;
        judge(world, world.server.introspection_request(Inbound::new(&made("token")), world.context()))?;
        judge(world, world.server.revocation_request(Inbound::new(&made("token")), world.context()))?;
        judge(world, world.server.userinfo_request(Inbound::new(&userinfo), world.context()))?;
        judge(world, world.server.resource_server("https://api.example").expect("an API").protect(Inbound::new(&userinfo), RequiredAccess::token(), world.context()))?;
        judge(world, world.server.authorization_request(Inbound::new(&par), world.context()))?;
        let verdict = UserDecision::consented(fapi::scope::Scope::default(), true);
        judge(world, world.server.answer(Inbound::new(&par), &shown.id, verdict.clone(), world.context()))?;
        let inbound = Inbound::new(&par).browser(Some(&shown.browser));
        judge(world, world.server.answer(inbound, &shown.id, verdict, world.context()))?;
    }
}
