//! The preflight on the command line, of targets without a mistake.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use fapi_conformance::preflight;
use fapi_conformance::target::{file, in_process, written};
use fapi_conformance::variant::PLANS;

use super::bench::{Bench, CREDENTIALS, KEYS, mistake};

async fn ran(folder: &Path, arguments: &[&str], target: &Path) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_fapi-conformance"));
    process.current_dir(folder).args(arguments).arg("--target").arg(target);
    tokio::task::spawn_blocking(move || process.output()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn check_prints_each_step_and_run_one_line() {
    let bench = Bench::start().await;
    let target = bench.file(KEYS);
    let folder = target.parent().unwrap();
    let checked = ran(folder, &["check"], &target).await;
    let out = String::from_utf8_lossy(&checked.stdout);
    assert_eq!(checked.status.code(), Some(0), "{out}");
    let client = "openid-private_key_jwt-dpop-2";
    for step in ["request", "login", "token", "resource"] {
        assert!(out.contains(&format!("ok  {step:9}  {KEYS:38}  {client}\n")), "{step}: {out}");
    }
    assert!(out.starts_with("ok  settings\nok  reachable\n") && out.trim_end().ends_with("can be tested in 1 variant"), "{out}");
    let run = ran(folder, &["run", "--scenario", "flow", "--report", "json=r.json"], &target).await;
    let err = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(0), "{err}");
    assert!(err.contains("preflight: 1 variant in "), "{err}");
    let skipped = ran(folder, &["run", "--no-preflight", "--scenario", "flow", "--report", "json=r.json"], &target).await;
    assert!(!String::from_utf8_lossy(&skipped.stderr).contains("preflight"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_told_with_one_exchange() {
    let bench = Bench::start().await;
    let target = bench.file(CREDENTIALS);
    let folder = target.parent().unwrap();
    let text = std::fs::read_to_string(&target).unwrap().replacen("/resource", "/resources", 1);
    std::fs::write(&target, text).unwrap();
    for command in [&["check"][..], &["run", "--scenario", "flow"]] {
        let told = ran(folder, command, &target).await;
        let err = String::from_utf8_lossy(&told.stderr);
        assert_eq!(told.status.code(), Some(2), "{err}");
        assert!(err.contains("target.toml:") && err.contains(": resource.url: there is nothing at https://localhost:"), "{err}");
        assert_eq!((err.matches("sent       ").count(), err.matches("received   status 404").count()), (1, 1), "{err}");
        assert!(err.contains("authorization: DPoP ‹redacted"), "the token is not hidden: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_crashes_ends_the_run_and_is_no_error_page() {
    let bench = Bench::start().await;
    let crashes = "[\"sh\", \"-c\", \"echo no browser >&2; echo and more >&2; exit 7\", \"login\"]";
    let target = mistake("a crash", KEYS).value("user", "strategy", "\"command\"").value("user", "command", crashes);
    let (target, _) = bench.written(&target).unwrap_or_else(|error| panic!("{error}"));
    // Without the preflight, as if the program broke later. A negative scenario would take an error page for a refusal.
    let arguments = ["run", "--no-preflight", "--scenario", "present-as-another-client", "--report", "json=r.json"];
    let ran = ran(target.parent().unwrap(), &arguments, &target).await;
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!(ran.status.code(), Some(2), "{out}{err}");
    let said = "exit 7 login` of `[user] command` ended with exit status: 7: no browser";
    assert!(format!("{out}{err}").contains(said), "{out}{err}");
    assert!(err.contains("and more"), "its standard error is not shown: {err}");
    let report = std::fs::read_to_string(target.with_file_name("r.json")).unwrap();
    assert!(report.contains("\"outcome\":\"skipped\"") && !report.contains("\"outcome\":\"passed\""), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_passes_in_every_variant() {
    let targets = in_process::start(&PLANS[0]).await.unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("preflight-of-every-variant");
    let mut done = 0;
    for (path, _) in written::write(&targets, &folder).unwrap() {
        let read: Vec<_> = file::read(&path, &PLANS[0]).unwrap().into_iter().map(Arc::new).collect();
        let each = |step: &preflight::Done<'_>| {
            assert_eq!(step.left, None, "{step}");
            done += usize::from(step.step == preflight::Step::Resource);
        };
        preflight::check(&read, each).await.unwrap_or_else(|diagnosis| panic!("{diagnosis}"));
    }
    assert_eq!(done, 2 * targets.len());
}
