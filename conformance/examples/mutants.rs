//! The suite as a program that can leave out checks: `fapi-conformance mutants` builds and calls it.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    fapi_conformance::cli::main().await
}
