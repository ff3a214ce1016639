//! Runs the suite.
use fapi_conformance::variant::Variant;
use std::sync::Arc;
#[tokio::main]
async fn main() {
    let arg = std::env::args().nth(1).unwrap_or_default();
    let targets = if arg.ends_with(".toml") {
        fapi_conformance::target::file::read(std::path::Path::new(&arg)).unwrap()
    } else {
        let variants: Vec<Variant> = if arg.is_empty() || arg == "all" { Variant::all().collect() } else { vec![arg.parse().unwrap()] };
        fapi_conformance::target::in_process::start(&variants).await.unwrap()
    };
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    let options = fapi_conformance::runner::Options { plan: &fapi_conformance::variant::PLANS[0], scenarios: std::env::args().nth(2).unwrap_or("*".into()), fast: true, gentle: false, jobs: 4 };
    let began = std::time::Instant::now();
    let js = fapi_conformance::runner::run(&targets, &options, |j| {
        fapi_conformance::say(&format!("{:8} {} {} {} {:?}", j.outcome.word(), j.variant, j.scenario.id, j.detail().unwrap_or_default(), j.took));
    }).await;
    fapi_conformance::say(&format!("{} in {:?}", js.len(), began.elapsed()));
}
