//! The suite against a server that speaks plain HTTP on this machine, and that is no server worth the name.

use std::path::Path;
use std::sync::Arc;

use fapi_conformance::runner::{self, Judgement, Options, SCENARIO_LIMIT};
use fapi_conformance::target::file;
use fapi_conformance::variant::PLANS;

/// What the scenarios find that fit the pattern, in these variants.
pub(crate) async fn judged(issuer: &str, variants: &[&str], scenarios: &str) -> Vec<Judgement> {
    let clients: String = ["cb", "cb2"].map(client).concat();
    let text = format!("issuer = \"{issuer}\"\nvariants = {variants:?}\n{clients}");
    let targets = file::parse(&text, Path::new("stranger.toml")).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    assert_eq!(targets.len(), variants.len());
    let scenarios = scenarios.into();
    let options = Options { plan: &PLANS[0], scenarios, fast: true, gentle: false, jobs: 8, limit: SCENARIO_LIMIT };
    runner::run(&targets, &options, |_| {}).await
}

/// A client whose name and redirect URI end alike; the key is the one of RFC 8037.
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
