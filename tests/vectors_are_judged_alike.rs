//! Runs the vectors of `vectors/` against the library: valid ones pass, and invalid ones are refused for the requirement that
//! they name.

#[path = "../vectors/runner/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)] // the conformance suite includes it as well and uses more of it
pub(crate) mod runner;

#[test]
fn every_vector() {
    let judged: Vec<_> = runner::files().iter().flat_map(|(_, text)| runner::run(text)).collect();
    let disagreements: Vec<_> = judged.iter().filter(|judged| !judged.agrees()).collect();
    assert!(disagreements.is_empty(), "{disagreements:#?}");
    assert!(judged.len() > 2_000, "{}", judged.len());
}

#[test]
fn vectors_that_cannot_be_judged_do_not_agree() {
    let file = |test: &str| format!(r#"{{"kind":"pkce","groups":[{{"code_challenge":"x","tests":[{test}]}}]}}"#);
    let invalid = r#"{"id":"pkce-1","input":"","result":"invalid","requirement":"RFC7636-4.6-1"}"#;
    for text in ["", "{}", r#"{"kind":"x","groups":[]}"#, &file(invalid), &file(r#"{"id":"pkce-1","result":"invalid"}"#)] {
        let judged = runner::run(text);
        assert!(!judged.is_empty() && judged.iter().all(|judged| !judged.agrees()), "{text}: {judged:?}");
    }
}

#[test]
fn a_transcript_is_replayed_octet_by_octet() {
    let (_, text) = runner::files().iter().find(|(kind, _)| *kind == "flow/openid_mtls_mtls").unwrap();
    let agreeing = |text: &str| runner::run(text).iter().filter(|judged| judged.agrees()).count();
    let all = agreeing(text);
    for (there, instead) in [
        ("\"status\":303", "\"status\":302"),
        ("\"entropy\":\"AgIC", "\"entropy\":\"AwIC"),
        ("\"asked\":{\"load\":[\"https://as.example client", "\"asked\":{\"load\":[\"https://as.example code"),
        ("\"scope\":\"openid email accounts\"}", "\"scope\":\"openid email accounts\",\"x\":1}"),
        ("\"answer\":\"applied\"}]", "\"answer\":\"applied\"},{\"asked\":{},\"answer\":{}}]"),
        ("&iss=", "&ISS="),
    ] {
        assert!(text.contains(there), "{there}");
        assert!(agreeing(&text.replace(there, instead)) < all, "{there}");
    }
}
