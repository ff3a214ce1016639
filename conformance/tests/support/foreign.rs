//! Runs the suite against a stub server on loopback, over plain HTTP.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use fapi_conformance::runner::{self, Judgement, Options, Outcome, SCENARIO_LIMIT};
use fapi_conformance::target::{Instance, Ordinary, Target, file};
use fapi_conformance::variant::{Axis, PLANS};

/// Runs the scenarios that match the pattern in these variants.
pub(crate) async fn judged(issuer: &str, variants: &[&str], scenarios: &str) -> Vec<Judgement> {
    run(issuer, variants, scenarios).await.judgements
}

/// Runs the scenarios that match the pattern in these variants, and tells why the run ended early, if it did.
pub(crate) async fn run(issuer: &str, variants: &[&str], scenarios: &str) -> Outcome {
    run_with(issuer, variants, scenarios, |_| {}).await
}

/// The same, with this progress.
pub(crate) async fn run_with(issuer: &str, variants: &[&str], scenarios: &str, progress: impl FnMut(&Judgement)) -> Outcome {
    run_after(issuer, variants, scenarios, &[], progress).await
}

/// The same, after a preflight in which these ordinary requests were served.
pub(crate) async fn run_after(
    issuer: &str,
    variants: &[&str],
    scenarios: &str,
    served: &[Ordinary],
    progress: impl FnMut(&Judgement),
) -> Outcome {
    let clients: String = ["cb", "cb2"].map(client).concat();
    let text = format!("issuer = \"{issuer}\"\n[features]\n{}{clients}", features(variants));
    let targets = file::parse(&text, Path::new("foreign.toml"), &PLANS[0]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let without_waits = |mut target: Target| {
        target.instance = Arc::new(Hasty);
        served.iter().for_each(|ordinary| target.controls.note(*ordinary));
        Arc::new(target)
    };
    let targets: Vec<_> = targets.into_iter().map(without_waits).collect();
    assert_eq!(targets.len(), variants.len());
    let scenarios = scenarios.into();
    let options = Options { plan: &PLANS[0], scenarios, fast: true, gentle: false, jobs: 8, limit: SCENARIO_LIMIT };
    runner::run(&targets, &options, progress).await
}

/// A remote server for which the suite does not wait.
struct Hasty;

impl Instance for Hasty {
    fn pass(&self, _: u64) -> bool {
        true
    }
}

/// The metadata of a stub that has every endpoint.
pub(crate) fn metadata(issuer: &str) -> serde_json::Value {
    serde_json::json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "pushed_authorization_request_endpoint": format!("{issuer}/par"),
    })
}

/// The features of a server that can be used in these variants.
fn features(variants: &[&str]) -> String {
    let variants: Vec<_> = variants.iter().map(|name| PLANS[0].variant(name).unwrap_or_else(|error| panic!("{error}"))).collect();
    let mut text = String::new();
    for axis in Axis::ALL {
        let values: BTreeSet<_> = variants.iter().filter_map(|variant| variant.value(*axis)).map(|value| value.name()).collect();
        if !values.is_empty() {
            text.push_str(&format!("{} = {:?}\n", axis.name(), values.into_iter().collect::<Vec<_>>()));
        }
    }
    text
}

/// A client with its name in its redirect URI, and the key of RFC 8037.
fn client(name: &str) -> String {
    format!(
        r#"
        [[client]]
        id = "{name}"
        jwk = {{ kty = "OKP", crv = "Ed25519", d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }}
        redirect_uri = "https://client.example/{name}"
        scope = "openid"
        "#
    )
}
