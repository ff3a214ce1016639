//! The command line, as CI systems use it: commands, flags, exit codes, files.

#[path = "support/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use serde_json::{Value, json};
use wiremock::matchers::{any, path_regex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fapi-conformance"));
    let output = command.args(arguments).current_dir(folder).env("COLUMNS", "100").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

async fn run_elsewhere(folder: &Path, arguments: &[&str]) -> Ran {
    let (folder, arguments) = (folder.to_owned(), arguments.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
    tokio::task::spawn_blocking(move || run(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap()
}

/// A server that gives codes, and refuses them.
#[derive(Default)]
struct CodesOnly(Mutex<BTreeMap<String, BTreeMap<String, String>>>);

impl Respond for CodesOnly {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let form: BTreeMap<_, _> = form_urlencoded::parse(&request.body).into_owned().collect();
        match request.url.path() {
            "/par" => {
                let request_uri = format!("urn:ietf:params:oauth:request_uri:{}", fapi_conformance::keys::random());
                self.0.lock().unwrap().insert(request_uri.clone(), form);
                ResponseTemplate::new(201).set_body_json(json!({ "request_uri": request_uri, "expires_in": 60 }))
            }
            "/authorize" => {
                let asked =
                    request.url.query_pairs().find(|(name, _)| name == "request_uri").map(|(_, value)| value.into_owned());
                let pushed = self.0.lock().unwrap().get(&asked.unwrap_or_default()).cloned().unwrap_or_default();
                let (to, state) = (&pushed["redirect_uri"], &pushed["state"]);
                let code = fapi_conformance::keys::random();
                ResponseTemplate::new(302).insert_header("location", format!("{to}?code={code}&state={state}"))
            }
            "/jwks" => ResponseTemplate::new(200).set_body_json(json!({ "keys": [] })),
            _ => ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_grant" })),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nothing_can_be_tested() {
    let server = MockServer::start().await;
    let metadata = ResponseTemplate::new(200).set_body_json(server::metadata(&server.uri()));
    Mock::given(path_regex("^/.well-known/")).respond_with(metadata).with_priority(1).mount(&server).await;
    Mock::given(any()).respond_with(CodesOnly::default()).mount(&server).await;
    let folder = server::folder("no-token");
    let target = server::target(&folder, &server.uri());
    let ran = run_elsewhere(&folder, &["check", "--target", target.to_str().unwrap()]).await;
    assert!(ran.out.contains("a fresh code is refused") && !ran.out.contains("can be tested"), "{}{}", ran.out, ran.err);
    assert_eq!(ran.code, Some(2));
    let says = "no access token was issued to one in openid/private_key_jwt/dpop, two in openid/private_key_jwt/dpop";
    assert!(ran.err.contains(says), "{}", ran.err);
}

#[test]
fn unusable_is_2() {
    let folder = server::folder("unusable");
    let target = server::target(&folder, "http://127.0.0.1:1");
    let target = target.to_str().unwrap();
    std::fs::write(
        folder.join("no-reason.toml"),
        "[[expected]]\nscenario = \"flow\"\noutcome = \"failed\"\nclause = \"x\"\nreason = \"\"\n",
    )
    .unwrap();
    std::fs::write(folder.join("bad.toml"), "issuer = 3").unwrap();
    std::fs::write(folder.join("there.toml"), "").unwrap();
    for (arguments, says) in [
        (&["run", "--target", "nowhere.toml"][..], "nowhere.toml"),
        (&["run", "--target", "bad.toml"], "bad.toml:1:10: issuer: expected a URL, found an integer"),
        (&["run", "--target", target], "target.toml:1:10: issuer: nothing listens at http://127.0.0.1:1"),
        (&["check", "--target", target], "target.toml:1:10: issuer: nothing listens at http://127.0.0.1:1"),
        (&["check", "--target", "nowhere.toml"], "nowhere.toml"),
        (&["check", "--target", "bad.toml"], "bad.toml:1:10: issuer: expected a URL, found an integer"),
        (&["check", "--target", target, "--plan", "no-such-plan"], "no plan no-such-plan; there are fapi2-security-profile"),
        (
            &["check", "--target", target, "--variant", "oauth/*"],
            "no variant matches oauth/*; there are openid/private_key_jwt/dpop",
        ),
        (&["run", "--target", target, "--variant", "!openid/*,!client_credentials/*"], "no variant matches !openid/*"),
        (&["check"], "--target"),
        (&["run", "--no-preflight"], "--target"),
        (&["run", "--target", target, "--plan", "no-such-plan"], "no plan no-such-plan; there are fapi2-security-profile"),
        (&["list", "--plan", "no-such-plan"], "no plan no-such-plan; there are fapi2-security-profile"),
        (&["explain", "flow", "--plan", "no-such-plan"], "no plan no-such-plan; there are fapi2-security-profile"),
        (&["coverage", "--plan", "no-such-plan"], "no plan no-such-plan; there are fapi2-security-profile"),
        (&["serve", "--plan", "no-such-plan"], "no plan no-such-plan; there are fapi2-security-profile"),
        (&["init", "http://127.0.0.1:1", "--plan", "no-such-plan"], "no plan no-such-plan; there are fapi2-security-profile"),
        (&["run", "--target", target, "--expected", "no-reason.toml"], "expected[0].reason: must say why"),
        (&["run", "--target", target, "--expected", "nowhere.toml"], "nowhere.toml"),
        (&["run", "--target", target, "--write-expected", "there.toml"], "exists, and is not overwritten"),
        (&["run", "--expected", "no-reason.toml"], "--target"),
        (&["run", "--report", "yaml=x"], "none of json, junit, html, sarif, threats-html and threats-json"),
        (&["run", "--jobs", "0"], "0"),
        (
            &["run", "--target", target, "--scenario", "flow,no-such-*"],
            "no scenario of fapi2-security-profile matches no-such-*;",
        ),
        (&["run", "--target", target, "--scenario", "flow", "--scenario", "!no-such"], "matches !no-such;"),
        (&["serve", "--port", "0"], "0"),
        (&["run", "--no-such-flag"], "--no-such-flag"),
        (&["no-such-command"], "no-such-command"),
        (&["explain", "no-such-thing"], "no scenario, module or requirement no-such-thing"),
        (&["explain"], "MODULE-SCENARIO-or-REQUIREMENT"),
        (&["mutants"], "run `cargo xtask mutants`"),
        (&["mutants", "--mutant", "policy/*"], "run `cargo xtask mutants`"),
        (&["init", "not a url"], "not a URL"),
        (&["init", "http://127.0.0.1:1", "--output", "there.toml"], "exists, and is not overwritten"),
    ] {
        let ran = run(&folder, arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
    }
}

#[tokio::test]
async fn findings_are_1_and_reports_are_written_where_they_are_wanted() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    let folder = server::folder("findings");
    let target = server::target(&folder, &server.uri());
    let arguments = [
        "run",
        "--target",
        target.to_str().unwrap(),
        "--no-preflight",
        "--scenario",
        "metadata",
        "--jobs",
        "2",
        "--fast",
        "--gentle",
        "--report",
        "json=a/r.json",
        "--report",
        "junit=r.xml",
        "--write-expected",
        "known.toml",
    ];
    let ran = run_elsewhere(&folder, &arguments).await;
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    for said in [
        "failed     ",
        "\nrule       ",
        "\nexpected   200 with a JSON object",
        "\nseen in    metadata (in every variant)",
        "https://",
        "\nreceived   status 500",
        "\n1 finding (only some scenarios were chosen)\n",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let report: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("a/r.json")).unwrap()).unwrap();
    assert_eq!((&report["version"], &report["summary"]["failed"]), (&1.into(), &2.into()));
    assert!(!ran.out.contains("as it should be") && !ran.out.contains("failed    openid/"), "{}", ran.out);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "one cause is one finding");
    assert_eq!((&report["flags"]["scenario"], &report["flags"]["fast"]), (&"metadata".into(), &true.into()));
    assert!(folder.join("r.xml").exists() && !folder.join("target/conformance").exists());
    // The draft is refused until it has reasons; then every result is expected.
    let target = target.to_str().unwrap();
    let again = ["run", "--target", target, "--no-preflight", "--scenario", "metadata", "--expected", "known.toml"];
    assert_eq!(run_elsewhere(&folder, &again).await.code, Some(2));
    let draft = std::fs::read_to_string(folder.join("known.toml")).unwrap();
    std::fs::write(folder.join("known.toml"), draft.replace("reason = \"\"", "reason = \"it is a stub\"")).unwrap();
    let ran = run_elsewhere(&folder, &again).await;
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    for report in ["report.html", "report.json", "report.xml", "report.sarif", "threats.html", "threats.json"] {
        assert!(ran.out.contains(report) && folder.join("target/conformance").join(report).exists(), "{report}");
    }
    let verbose = [&again[..], &["--verbose"]].concat();
    let ran = run_elsewhere(&folder, &verbose).await;
    assert!(ran.out.contains("expected  openid/private_key_jwt/dpop"), "{}", ran.out);
    assert!(ran.out.contains("\nno findings (only some scenarios were chosen; known results are not counted)"), "{}", ran.out);
    // An entry that matches nothing is a failure.
    let stale = "\n[[expected]]\nscenario = \"gone\"\noutcome = \"warning\"\nreason = \"was so\"\n";
    std::fs::write(folder.join("known.toml"), draft.replace("reason = \"\"", "reason = \"it is a stub\"") + stale).unwrap();
    assert_eq!(run_elsewhere(&folder, &again).await.code, Some(1));
    let nothing = ["run", "--target", target, "--scenario", "no-such-*"];
    assert_eq!(run_elsewhere(&folder, &nothing).await.code, Some(2));
    // With the preflight, nothing is judged.
    let ran = run_elsewhere(&folder, &["run", "--target", target, "--scenario", "metadata"]).await;
    assert_eq!(ran.code, Some(2), "{}", ran.out);
    assert!(
        ran.err.contains("issuer: ") && ran.err.contains("fails with status 500") && ran.out.is_empty(),
        "{}{}",
        ran.out,
        ran.err
    );
}

#[test]
fn lists() {
    let folder = server::folder("lists");
    let ran = run(&folder, &["list", "--format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let list: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let flow = list.iter().find(|scenario| scenario["id"] == "flow").unwrap();
    let mut members: Vec<_> = flow.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["id", "oidf", "plans", "requirements", "summary"]);
    assert_eq!(flow["plans"], serde_json::json!(["fapi2-security-profile"]));
    let ran = run(&folder, &["list"]);
    assert!(ran.out.lines().any(|line| line.starts_with("flow ")), "{}", ran.out);
    let of_plan = |plan| run(&folder, &["list", "--plan", plan]).out;
    let (profile, pipeline) = (of_plan("fapi2-security-profile"), of_plan("conformant-pipeline"));
    let names = |out: &str, id: &str| out.lines().any(|line| line.split(' ').next() == Some(id));
    assert!(names(&profile, "flow") && !names(&pipeline, "flow"));
    assert!(names(&pipeline, "api-audience") && !names(&profile, "api-audience"));
    assert!(names(&ran.out, "flow") && names(&ran.out, "api-audience"), "without a plan, every scenario");
}

#[test]
fn explains() {
    let folder = server::folder("explains");
    let ran = run(&folder, &["explain", "fapi2-security-profile-final-happy-flow"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains(" │ flow") && ran.out.lines().all(|line| line.chars().count() <= 100), "{}", ran.out);
    assert_eq!(run(&folder, &["explain", "happy-flow"]).out, ran.out);
    let ran = run(&folder, &["explain", "flow"]);
    let variants = "runs in fapi2-security-profile\n  openid/private_key_jwt/dpop";
    for said in ["must work", "asserts", "requirements", "https://", "official modules", variants] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    assert_eq!(run(&folder, &["explain", "flow", "--plan", "fapi2-security-profile"]).out, ran.out);
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let ran = run(Path::new("."), &["--help"]);
    assert_eq!(ran.code, Some(0));
    for word in ["run", "check", "init", "list", "explain", "serve", "Exit codes: 0"] {
        assert!(ran.out.contains(word), "{word}");
    }
    assert!(!ran.out.contains("  mutants "), "{}", ran.out);
    insta::assert_snapshot!(run(Path::new("."), &["run", "--help"]).out);
}
