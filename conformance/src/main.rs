//! x
use std::sync::Arc;
#[tokio::main]
async fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let targets = fapi_conformance::target::file::read(std::path::Path::new(&path)).map_err(|e| e.to_string());
    let targets = match targets {
        Ok(t) => t,
        Err(e) => {
            fapi_conformance::say(&e);
            return;
        }
    };
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    let options = fapi_conformance::runner::Options {
        plan: &fapi_conformance::variant::PLANS[0],
        scenarios: std::env::args().nth(2).unwrap_or("*".into()),
        fast: true,
        gentle: false,
        jobs: 8,
    };
    fapi_conformance::runner::run(&targets, &options, |j| {
        fapi_conformance::say(&format!(
            "{:8} {} {} {}",
            j.outcome.word(),
            j.variant,
            j.scenario.id,
            j.detail().unwrap_or_default()
        ));
    })
    .await;
}
