//! A plan is a row of a table: its variants are computed, its scenarios are chosen by features. These tests use a plan that no user
//! sees.

#[path = "support/server.rs"]
mod server;

use std::path::Path;
use std::sync::Arc;

use fapi::policy::{OAUTH, OPENID};
use fapi_conformance::http::{Connector, Trust};
use fapi_conformance::oidf;
use fapi_conformance::runner::{self, Options, SCENARIO_LIMIT, Verdict};
use fapi_conformance::scenario::{self, Kind, Needs, Scenario};
use fapi_conformance::target::init::Wishes;
use fapi_conformance::target::{Target, file, in_process, init};
use fapi_conformance::variant::{
    Authentication, Choice, Delivery, Grant, Official, PLANS, Plan, Protocol, RequestMethod, ResponseMode, ResponseType,
    SenderConstraint, Value, Variant,
};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

const CODES: Option<Value> = Some(Value::Grant(Grant::AuthorizationCode));

static ANOTHER: Plan = Plan {
    id: "another",
    title: "Another plan",
    profiles: &[&OAUTH, &OPENID],
    choices: &[
        Choice { values: &[Value::Grant(Grant::AuthorizationCode), Value::Grant(Grant::Ciba)], with: None },
        Choice { values: &[Value::Protocol(Protocol::OpenId)], with: None },
        Choice {
            values: &[Value::RequestMethod(RequestMethod::Unsigned), Value::RequestMethod(RequestMethod::Signed)],
            with: CODES,
        },
        Choice { values: &[Value::ResponseType(ResponseType::Code)], with: CODES },
        Choice { values: &[Value::ResponseMode(ResponseMode::Query), Value::ResponseMode(ResponseMode::Jwt)], with: CODES },
        Choice { values: &[Value::Delivery(Delivery::Poll)], with: Some(Value::Grant(Grant::Ciba)) },
        Choice { values: &[Value::Authentication(Authentication::PrivateKeyJwt)], with: None },
        Choice { values: &[Value::SenderConstraint(SenderConstraint::Dpop)], with: None },
    ],
    official: Some(Official {
        name: "another-test-plan",
        prefix: "fapi2-security-profile-final-",
        modules: "testName\tkind\texpectation\nfapi2-security-profile-final-happy-flow\tpositive\tIt works\n",
    }),
};

const VARIANTS: [&str; 5] = [
    "openid/private_key_jwt/dpop",
    "openid/private_key_jwt/dpop/jwt",
    "openid/private_key_jwt/dpop/signed",
    "openid/private_key_jwt/dpop/signed/jwt",
    "ciba/openid/poll/private_key_jwt/dpop",
];

const FEATURES: &str = r#"
    [features]
    grant = ["authorization_code", "ciba"]
    protocol = ["openid"]
    request_method = ["unsigned", "signed"]
    response_mode = ["query", "jwt"]
    delivery = ["poll"]
    client_authentication = ["private_key_jwt"]
    sender_constraint = ["dpop"]
"#;

fn names(variants: impl IntoIterator<Item = Variant>) -> Vec<String> {
    variants.into_iter().map(|variant| variant.to_string()).collect()
}

/// The variants of the plan in which a scenario runs.
fn runs(plan: &Plan, scenario: &Scenario) -> Vec<String> {
    names(plan.features().into_iter().filter(|features| scenario.applies(features)).map(|features| features.variant))
}

fn known(id: &str) -> &'static Scenario {
    scenario::find(id).unwrap_or_else(|| panic!("no scenario {id}"))
}

const fn about(when: fn(&Variant) -> bool) -> Scenario {
    Scenario {
        id: "made-up",
        summary: "A scenario about a feature.",
        asserts: &[],
        requires: &[],
        features: &[],
        oidf: &[],
        kind: Kind::Positive,
        when,
        under: |_| true,
        needs: Needs { seconds: 0, rough: false, rarely: false, nonces: false, once: false, changes: false },
        run: |_| Box::pin(async { Ok(()) }),
    }
}

fn options(scenarios: &str) -> Options {
    Options { plan: &ANOTHER, scenarios: scenarios.into(), fast: true, gentle: true, jobs: 4, limit: SCENARIO_LIMIT }
}

/// Targets that the file of a server with these features describes.
fn targets(folder: &str, plan: &Plan) -> Vec<Arc<Target>> {
    let folder = server::folder(folder);
    let text = std::fs::read_to_string(server::target(&folder, "https://as.example")).unwrap();
    let (head, rest) = text.split_once("[features]").unwrap();
    let clients = &rest[rest.find("[[client]]").unwrap()..];
    let targets = file::parse(&format!("{head}{FEATURES}{clients}"), &folder.join("x.toml"), plan);
    targets.unwrap_or_else(|mistakes| panic!("{mistakes}")).into_iter().map(Arc::new).collect()
}

#[test]
fn its_variants_are_computed() {
    assert_eq!(names(ANOTHER.variants()), VARIANTS);
    let ciba = ANOTHER.variant(VARIANTS[4]).unwrap();
    assert_eq!((ciba.grant(), ciba.delivery()), (Some(Grant::Ciba), Some(Delivery::Poll)));
    assert_eq!((ciba.response_mode(), ciba.request_method()), (None, None), "nothing goes through a browser");
    assert!(ANOTHER.variant("oauth/private_key_jwt/dpop").is_err() && PLANS[0].variant(VARIANTS[1]).is_err());
}

#[test]
fn scenarios_are_chosen_by_the_features_of_a_variant() {
    let jwt = about(|variant| variant.response_mode() == Some(ResponseMode::Jwt));
    let signed = about(|variant| variant.has(Value::RequestMethod(RequestMethod::Signed)));
    let poll = about(|variant| variant.delivery() == Some(Delivery::Poll));
    assert_eq!(runs(&ANOTHER, &jwt), [VARIANTS[1], VARIANTS[3]]);
    assert_eq!(runs(&ANOTHER, &signed), VARIANTS[2..4]);
    assert_eq!(runs(&ANOTHER, &poll), VARIANTS[4..]);
    for scenario in [&jwt, &signed, &poll] {
        assert_eq!(runs(&PLANS[0], scenario), Vec::<String>::new());
    }
    assert_eq!(runs(&ANOTHER, known("server-keys")), VARIANTS, "about every server");
    assert_eq!(runs(&ANOTHER, known("no-state")), VARIANTS[..4], "about authorization requests");
    assert_eq!(runs(&ANOTHER, known("mtls-no-certificate")), Vec::<String>::new(), "about certificates");
}

#[test]
fn scenarios_are_chosen_by_the_rules_in_force() {
    for id in
        ["code-expired", "present-nothing-pushed", "assertion-rs256", "assertion-audience-array-of-one", "token-without-key"]
    {
        assert_eq!(runs(&ANOTHER, known(id)), Vec::<String>::new(), "{id} is about a rule of FAPI 2.0");
        assert!(runs(&PLANS[0], known(id)).contains(&VARIANTS[0].to_owned()), "{id}");
    }
    assert_eq!(runs(&ANOTHER, known("push-redirect-uri-http")), VARIANTS[..4], "plain OAuth has that rule too");
    let ids = |plan| scenario::of(plan).map(|scenario| scenario.id).collect::<Vec<_>>();
    assert!(!ids(&ANOTHER).contains(&"code-expired") && ids(&PLANS[0]).contains(&"code-expired"));
}

#[test]
fn an_official_module_may_be_in_several_plans() {
    let flow = known("flow");
    assert_eq!(oidf::modules(&ANOTHER).len(), 1);
    assert_eq!(oidf::asserted(&ANOTHER, flow), ["fapi2-security-profile-final-happy-flow"]);
    assert_eq!(oidf::asserted(&ANOTHER, known("no-state")), Vec::<&str>::new());
    assert!(oidf::asserted(&PLANS[0], flow).contains(&"fapi2-security-profile-final-happy-flow"));
    let counts: Vec<_> = ANOTHER.features().iter().map(|features| oidf::running(&ANOTHER, features).len()).collect();
    assert_eq!(counts, [1; 5]);
}

#[tokio::test]
async fn nothing_runs_for_which_no_scenario_applies() {
    let all = targets("another-plan", &ANOTHER);
    assert_eq!(names(all.iter().map(|target| target.variant)), VARIANTS);
    assert_eq!(runner::planned(&all, &options("no-state")).count, 4);
    let ciba = &all[4..];
    assert_eq!(runner::planned(ciba, &options("no-state")).count, 0);
    assert!(runner::run(ciba, &options("no-state"), |_| {}).await.judgements.is_empty());
    // The same file for the other plan: of what the server supports, the variants that this plan has.
    let other = targets("the-first-plan", &PLANS[0]);
    assert_eq!(names(other.iter().map(|target| target.variant)), VARIANTS[..1]);
    let foreign = PLANS[0].variants().into_iter().filter(|variant| !ANOTHER.variants().contains(variant));
    assert!(foreign.into_iter().all(|variant| !known("server-keys").runs(&ANOTHER, variant)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_is_judged_by_it() {
    let targets = in_process::start(&ANOTHER).await.unwrap_or_else(|error| panic!("{error}"));
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    let judgements = runner::run(&targets, &options("server-keys"), |_| {}).await.judgements;
    let passed: Vec<_> = judgements.iter().filter(|judgement| judgement.outcome == Verdict::Passed).collect();
    assert_eq!(names(passed.iter().map(|judgement| judgement.variant)), VARIANTS);
    assert!(passed.iter().all(|judgement| judgement.plan.id == "another"));
}

#[tokio::test]
async fn init_lists_the_features_that_it_has() {
    let server = MockServer::start().await;
    let mut metadata = server::metadata(&server.uri());
    metadata["grant_types_supported"] = serde_json::json!(["authorization_code", "urn:openid:params:grant-type:ciba"]);
    metadata["response_modes_supported"] = serde_json::json!(["jwt"]);
    let document = ResponseTemplate::new(200).set_body_json(metadata);
    Mock::given(path("/.well-known/openid-configuration")).respond_with(document).mount(&server).await;
    let issuer = server.uri();
    let wishes = Wishes { issuer: &issuer, plan: &ANOTHER, authority: None, clients: None, folder: Path::new("") };
    let text = init::init(&wishes, Connector::new(Trust::system())).await.unwrap().text;
    for line in ["grant = [\"authorization_code\", \"ciba\"]", "response_mode = [\"jwt\"]", "delivery = [\"poll\"]"] {
        assert!(text.lines().any(|it| it == line), "{line}: {text}");
    }
    assert!(text.contains("request_method = [\"unsigned\"]") && !text.contains("response_type"), "{text}");
    let mistakes = file::parse(&text, Path::new("x.toml"), &ANOTHER).err().unwrap_or_default();
    assert!(!mistakes.0.is_empty() && mistakes.0.iter().all(|mistake| mistake.text.contains("FILL-IN")), "{mistakes}");
}
