//! `fapi-conformance`: see `fapi-conformance --help`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    fapi_conformance::cli::main().await
}
