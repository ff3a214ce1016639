//! An exchange that is told everything beforehand, in any order, decides what it would have decided asking one thing after the
//! other.

use super::run::Exchange;
use super::step::{Step, Then};
use super::{Ask, ClaimsRequest, Commit, Committed, KeyUse, Reply, SubjectRequest, SubjectStatus, UserClaims};
use crate::jose::{Jwk, Object};
use crate::memory::Memory;
use crate::policy::{AuthenticationMethod, OAUTH};
use crate::primitives::aws_lc;
use crate::record::{RecordKey, Versioned, Write};
use crate::scope::Scope;
use crate::{
    Api, Authentication, AuthorizationServer, ClientMetadata, Context, Entropy, Inbound, Navigation, Prompt, Registration,
    Response, Settings, Timestamp, UserDecision,
};
use proptest::prelude::*;
use std::sync::Arc;

const KEY: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"a",
    "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}"#;
const CALLBACK: &str = "https://app.example/cb";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// One thing that an exchange may be told.
enum Fact {
    Record(RecordKey, Option<Versioned>),
    Used(KeyUse, Vec<u8>),
    Told(ClaimsRequest, UserClaims),
    Subject(SubjectRequest),
}

/// How an exchange ends, before its commit is answered.
enum End<R> {
    Commit(Vec<Write>, Then<Committed, R>),
    Done(R),
}

fn claims() -> UserClaims {
    vec![("email".into(), "alice@example.com".into())]
}

/// Asks one thing after the other, and keeps what it was told.
fn asked<R: Reply>(store: &Memory, mut step: Step<R>) -> (End<R>, Vec<Fact>) {
    let mut facts = vec![];
    loop {
        step = match step {
            Step::Load(load, then) => {
                let found = store.load(&load.keys);
                facts.extend(load.keys.into_iter().zip(found.clone()).map(|(key, found)| Fact::Record(key, found)));
                then.resume(Ok(found))
            }
            Step::UseKey(key_use, then) => {
                facts.push(Fact::Used(key_use, vec![1; 64]));
                then.resume(Ok(vec![1; 64]))
            }
            Step::Ask(Ask::Claims(request, then)) => {
                facts.push(Fact::Told(request, claims()));
                then.resume(Ok(claims()))
            }
            Step::Ask(Ask::Subject(request, then)) => {
                facts.push(Fact::Subject(request));
                then.resume(Ok(SubjectStatus::Active))
            }
            Step::Ask(Ask::Permissions(request, _)) => panic!("{request:?}: the API has no roles"),
            Step::Ask(Ask::Customize(request, _)) => panic!("{request:?}: the server has no hooks"),
            Step::Ask(Ask::Send(request, _)) => panic!("{request:?}: nothing is sent"),
            Step::List(list, _) => panic!("{list:?}: nothing is listed"),
            Step::Fetch(request, _) => panic!("{request:?}: every key is registered by value"),
            Step::Commit(commit, then) => return (End::Commit(commit.writes, then), facts),
            Step::Done(outcome) => return (End::Done(outcome.reply), facts),
        };
    }
}

fn waiting<R: Reply>(step: Step<R>) -> Option<Box<Exchange<R>>> {
    match step {
        Step::Load(_, then) => then.exchange().downcast().ok(),
        _ => None,
    }
}

struct Play {
    server: Arc<AuthorizationServer>,
    store: Memory,
    /// In which order things are told: by these weights.
    weights: Vec<u8>,
    exchange: u8,
    told_beforehand: usize,
}

impl Play {
    fn new(weights: Vec<u8>) -> Self {
        let object = Object::parse(KEY.as_bytes()).expect("an object");
        let key = Jwk::parse(&object, aws_lc()).expect("a key");
        let mut settings = Settings::new("https://as.example", OAUTH.policy(), vec![key]);
        settings.serve_only(Api::open("https://api.example", "read".parse().expect("a scope")));
        settings.scopes = Scope::parse("openid email").expect("a scope");
        settings.claims = vec!["email".into()];
        let server = AuthorizationServer::new(settings).expect("settings");
        Self { server, store: Memory::new(), weights, exchange: 0, told_beforehand: 0 }
    }

    /// Runs an exchange in the usual order, then once more with everything told before; both must be the same.
    fn run<R: Reply>(&mut self, begin: impl Fn(&Arc<AuthorizationServer>, Context) -> Step<R>, told: impl Fn(&R) -> String) -> R {
        self.exchange += 1;
        let entropy = self.exchange;
        let step = || begin(&self.server, Context::new(Timestamp::from_seconds(1_800_000_000), Entropy::new([entropy; 32])));
        let (end, facts) = asked(&self.store, step());
        if let Some(mut exchange) = waiting(step()) {
            self.told_beforehand += facts.len();
            let weight = |at: usize| self.weights[at % self.weights.len()];
            let mut order: Vec<_> = facts.into_iter().enumerate().collect();
            order.sort_by_key(|(at, _)| weight(*at));
            for (_, fact) in order {
                match fact {
                    Fact::Record(key, found) => exchange.facts.loaded(std::iter::once((key, found))),
                    Fact::Used(key_use, answer) => exchange.facts.used(key_use, Ok(answer)),
                    Fact::Subject(request) => exchange.facts.answer_subject(request, SubjectStatus::Active),
                    Fact::Told(request, answer) => exchange.facts.answer_claims(request, answer),
                }
            }
            match (&end, exchange.run()) {
                (End::Commit(writes, _), Step::Commit(commit, _)) => assert_eq!(*writes, commit.writes),
                (End::Done(reply), Step::Done(outcome)) => assert_eq!(told(reply), told(&outcome.reply)),
                _ => panic!("told beforehand, it ends otherwise"),
            }
        }
        match end {
            End::Done(reply) => reply,
            End::Commit(writes, then) => {
                let commit = Commit::new(Timestamp::from_seconds(1_800_000_000), writes);
                let Step::Done(outcome) = then.resume(Ok(self.store.commit(&commit))) else { panic!("it ends") };
                outcome.reply
            }
        }
    }

    fn post(&mut self, path: &str, parameters: &[(&str, &str)]) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(body.into()).expect("a request");
        let told = |reply: &Response| format!("{reply:?}");
        match path {
            "par" => self.run(|server, context| server.pushed_authorization_request(Inbound::new(&request), context), told),
            "introspect" => self.run(|server, context| server.introspection_request(Inbound::new(&request), context), told),
            "revoke" => self.run(|server, context| server.revocation_request(Inbound::new(&request), context), told),
            _ => self.run(|server, context| server.token_request(Inbound::new(&request), context), told),
        }
    }

    fn present(&mut self, request_uri: &str) -> Navigation {
        let parameters = [("client_id", "shop"), ("request_uri", request_uri)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let request = http::Request::get(format!("/?{query}")).body(bytes::Bytes::new()).expect("a request");
        self.run(|server, context| server.authorization_request(Inbound::new(&request), context), shown)
    }

    fn answer(&mut self, prompt: &Prompt, verdict: &UserDecision) -> Navigation {
        let request = http::Request::post("/").body(bytes::Bytes::new()).expect("a request");
        let inbound = || Inbound::new(&request).browser(Some(&prompt.browser));
        self.run(|server, context| server.answer(inbound(), &prompt.id, verdict.clone(), context), shown)
    }
}

fn shown(navigation: &Navigation) -> String {
    match navigation {
        Navigation::Interact(prompt) => format!("{prompt:?}"),
        Navigation::Respond(response) => format!("{response:?}"),
        Navigation::Inform(page) => format!("{page:?}"),
    }
}

fn member(reply: &Response, name: &str) -> String {
    let body: serde_json::Value = serde_json::from_slice(reply.body()).expect("JSON");
    body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn of_facts_does_not_matter(weights in proptest::collection::vec(any::<u8>(), 16)) {
        let mut play = Play::new(weights);
        let mut shop = ClientMetadata::new("shop", AuthenticationMethod::ClientSecretPost);
        shop.redirect_uris = vec![CALLBACK.into()];
        shop.grant_types = vec!["authorization_code".into(), "refresh_token".into(), "client_credentials".into()];
        play.run(
            |server, context| server.register(vec![Registration::of(shop.clone()).secret("secret".to_owned())], context),
            |enrolled| format!("{enrolled:?}"),
        );
        let shop = [("client_id", "shop"), ("client_secret", "secret")];
        let request = [
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid email read"),
            ("claims", r#"{"id_token":{"email":null}}"#),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let uri = member(&play.post("par", &[&shop[..], &request].concat()), "request_uri");
        let Navigation::Interact(page) = play.present(&uri) else { panic!("a page") };
        let Navigation::Interact(page) = play.answer(&page, &UserDecision::LoggedIn(Authentication::of("alice"))) else {
            panic!("a page")
        };
        let scope = Scope::parse("openid email read").expect("a scope");
        let consented = play.answer(&page, &UserDecision::consented(scope, true));
        let Navigation::Respond(response) = consented else { panic!("a response") };
        let location = response.headers()["location"].to_str().expect("text");
        let code = url::Url::parse(location).expect("a URL").query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
        let redeem = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
        let tokens = play.post("token", &[&shop[..], &redeem].concat());
        let refresh = member(&tokens, "refresh_token");
        play.post("token", &[&shop[..], &[("grant_type", "refresh_token"), ("refresh_token", &*refresh)]].concat());
        play.post("token", &[&shop[..], &[("grant_type", "client_credentials")]].concat());
        play.post("introspect", &[&shop[..], &[("token", &*refresh)]].concat());
        play.post("token", &[&shop[..], &redeem].concat());
        play.post("revoke", &[&shop[..], &[("token", &*refresh)]].concat());
        prop_assert!(play.told_beforehand > 40, "{}", play.told_beforehand);
    }
}
