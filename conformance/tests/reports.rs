//! Every report of one small run.

mod support;

use fapi_conformance::expected;
use fapi_conformance::report::{html, json, junit, terminal};
use serde_json::Value;

/// Removes the version and the style sheet from a text.
fn steady(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    ["style", "script"].iter().fold(text, |text, tag| match (text.find(&format!("<{tag}>")), text.find(&format!("</{tag}>"))) {
        (Some(start), Some(end)) => format!("{}<{tag}>…{}", &text[..start], &text[end..]),
        _ => text,
    })
}

#[test]
fn terminal() {
    let report = support::report(true);
    let mut text: String = report.results.iter().map(|entry| format!("{}\n", terminal::one_line(entry))).collect();
    text.push_str(&terminal::explained(&report.results[1]));
    text.push_str(&terminal::closing(&report, &["target/conformance/report.html".into()]));
    insta::assert_snapshot!(console::strip_ansi_codes(&text));
}

#[test]
fn json() {
    insta::assert_snapshot!(steady(&json::write(&support::report(true))));
}

#[test]
fn junit() {
    insta::assert_snapshot!(junit::write(&support::report(true)).unwrap());
}

#[test]
fn html() {
    let page = html::write(&support::report(true));
    insta::assert_snapshot!(steady(&page).replace("><", ">\n<"));
}

#[test]
fn html_needs_nothing_else() {
    let page = html::write(&support::report(true));
    for reference in ["src=", "<link", "@import", "url(", "fetch("] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert!(page.contains("Two clients get &lt;tokens&gt; &amp; use them."));
}

#[test]
fn draft_of_known_results() {
    insta::assert_snapshot!(expected::draft(&support::report(true)));
}

#[test]
fn json_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../schema/report.schema.json")).unwrap();
    let schema = jsonschema::options().offline().build(&schema).unwrap();
    let mistakes = |report: &Value| schema.iter_errors(report).map(|error| error.to_string()).collect::<Vec<_>>();
    for redacted in [true, false] {
        assert_eq!(mistakes(&json::value(&support::report(redacted))), Vec::<String>::new());
    }
    let mut broken = json::value(&support::report(true));
    broken["results"][0]["outcome"] = "fine".into();
    broken["summary"]["more"] = 1.into();
    broken["version"] = 2.into();
    assert_eq!(mistakes(&broken).len(), 3);
}
