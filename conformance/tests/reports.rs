//! Every report of one small run.

#[path = "support/server.rs"]
mod server;
mod support;

use fapi::requirement::{rfc6749, rfc9126};
use fapi_conformance::expected;
use fapi_conformance::finding::Finding;
use fapi_conformance::http::HttpExchange;
use fapi_conformance::report::{Report, html, json, junit, sarif, terminal};
use fapi_conformance::runner::{self, Judgement, Options, SCENARIO_LIMIT, Verdict};
use fapi_conformance::scenario;
use fapi_conformance::target::file;
use fapi_conformance::variant::PLANS;
use serde_json::{Value, json};
use support::{REFUSED, WORKS, exchange, judged, response};

const DPOP: &str = "openid/private_key_jwt/dpop";
const MTLS: &str = "oauth/mtls/mtls";

/// Removes the version and the style sheet from a text.
fn steady(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    ["style", "script"].iter().fold(text, |text, tag| match (text.find(&format!("<{tag}>")), text.find(&format!("</{tag}>"))) {
        (Some(start), Some(end)) => format!("{}<{tag}>…{}", &text[..start], &text[end..]),
        _ => text,
    })
}

fn plain(text: &str) -> String {
    console::strip_ansi_codes(text).into_owned()
}

#[test]
fn terminal() {
    let report = support::report(true);
    let mut text: String = report.results.iter().map(|entry| format!("{}\n", terminal::one_line(entry))).collect();
    text.push_str(&terminal::explained(&report.results[1]));
    text.push_str("\n\n");
    text.push_str(&terminal::findings(&report));
    text.push_str(&terminal::closing(&report, &["target/conformance/report.html".into()], false));
    insta::assert_snapshot!(plain(&text));
}

#[test]
fn json() {
    insta::assert_snapshot!(steady(&format!("{:#}", json::value(&support::report(true)))));
}

#[test]
fn json_has_a_line_for_each_finding_and_result() {
    let report = support::report(true);
    let text = json::write(&report);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json::value(&report));
    assert_eq!(text.lines().filter(|line| line.starts_with("    {")).count(), report.findings.len() + report.results.len());
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
fn sarif() {
    insta::assert_snapshot!(steady(&sarif::write(&support::report(true))));
}

#[test]
fn draft_of_known_results() {
    insta::assert_snapshot!(expected::draft(&support::report(true)));
}

fn mistakes(schema: &str, document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let schema = jsonschema::options().offline().build(&schema).unwrap();
    schema.iter_errors(document).map(|error| error.to_string()).collect()
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = include_str!("../schema/report.schema.json");
    for report in [support::report(true), support::report(false), support::verbose_report(true), ended()] {
        assert_eq!(mistakes(schema, &json::value(&report)), Vec::<String>::new());
    }
    let mut broken = json::value(&support::report(true));
    broken["results"][0]["outcome"] = "fine".into();
    broken["summary"]["more"] = 1.into();
    broken["version"] = 2.into();
    assert_eq!(mistakes(schema, &broken).len(), 3);
}

#[test]
fn sarif_is_what_code_scanning_demands() {
    let schema = include_str!("../schema/sarif.schema.json");
    let nowhere = Report::new(fapi_conformance::report::Run::new("x", &PLANS[0]), &support::judgements(), Vec::new());
    for report in [support::report(true), support::verbose_report(true), ended(), nowhere] {
        let value = sarif::value(&report);
        assert_eq!(mistakes(schema, &value), Vec::<String>::new());
        let run = &value["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
        }
    }
    let value = sarif::value(&support::report(true));
    let location = &value["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "targets/example%20server.toml");
    let mut broken = value;
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    broken["runs"][0]["results"][0]["locations"] = json!([]);
    broken["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"] = 3.into();
    assert_eq!(mistakes(schema, &broken).len(), 3);
}

/// A run that ended early.
fn ended() -> Report {
    let mut run = support::run(true);
    run.ended = Some("the server does not answer any more".into());
    Report::new(run, &[judged(&WORKS, DPOP, Verdict::Passed)], Vec::new())
}

#[test]
fn an_early_end_is_in_every_report() {
    let report = ended();
    assert!(!report.is_complete());
    let terminal = plain(&terminal::ended(&report).unwrap_or_default()) + &plain(&terminal::closing(&report, &[], false));
    assert!(terminal.starts_with("the run ended early, and nothing after that is a finding: the server does not"), "{terminal}");
    assert!(!terminal.contains("as it should be"));
    for text in [json::write(&report), html::write(&report), junit::write(&report).unwrap(), sarif::write(&report)] {
        assert!(text.contains("the server does not answer any more"), "{text}");
    }
}

#[test]
fn everything_is_as_it_should_be_only_if_nothing_is_left_out() {
    let passed = || judged(&WORKS, DPOP, Verdict::Passed);
    let said = |judgements: &[Judgement], chosen: &str| {
        let mut run = support::run(true);
        run.flags.scenarios = chosen.into();
        let report = Report::new(run, judgements, Vec::new());
        let text = plain(&terminal::closing(&report, &[], false));
        assert_eq!(html::write(&report).contains("Everything is as it should be"), report.is_complete());
        (text.contains("everything is as it should be"), report.is_clean())
    };
    assert_eq!(said(&[passed()], "*"), (true, true));
    assert_eq!(said(&[passed()], "flow"), (false, true));
    for outcome in [Verdict::Skipped, Verdict::Expected, Verdict::Warning] {
        assert_eq!(said(&[passed(), judged(&WORKS, MTLS, outcome)], "*"), (false, true));
    }
    assert_eq!(said(&[passed(), judged(&WORKS, MTLS, Verdict::Failed)], "*"), (false, false));
}

/// A failure with a finding against a clause.
fn failed(scenario: &'static scenario::Scenario, variant: &str, got: &str) -> Judgement {
    let finding = Finding::new("Cache-Control: no-store", got).against(&rfc6749::NO_STORE);
    Judgement { findings: vec![finding], ..judged(scenario, variant, Verdict::Failed) }
}

#[test]
fn findings_with_one_cause_are_one_finding() {
    let judgements = [
        failed(&WORKS, DPOP, "max-age=31 at https://a.example/token?x=1"),
        failed(&WORKS, MTLS, "max-age=7 at https://a.example/token?y=2"),
        failed(&REFUSED, DPOP, "max-age=31 at https://a.example/token (seen in token-redeemed)"),
        failed(&REFUSED, MTLS, "public"),
        Judgement {
            findings: vec![Finding::new("a", "b").against(&rfc9126::PUSH_CREATED)],
            ..judged(&WORKS, "client_credentials/mtls/mtls", Verdict::Failed)
        },
        Judgement {
            findings: vec![Finding::new("known", "known").against(&rfc6749::NO_STORE)],
            ..judged(&WORKS, "client_credentials/mtls/mtls", Verdict::Expected)
        },
    ];
    let report = Report::new(support::run(true), &judgements, Vec::new());
    let seen: Vec<Vec<_>> =
        report.findings.iter().map(|group| group.seen.iter().map(|seen| seen.variants.len()).collect()).collect();
    assert_eq!(seen, [vec![2, 1], vec![1], vec![1]]);
    let again = Report::new(support::run(true), &judgements[1..], Vec::new());
    assert_eq!(report.findings[0].fingerprint, again.findings[0].fingerprint);
    assert_ne!(report.findings[0].fingerprint, report.findings[1].fingerprint);
}

#[test]
fn requests_that_are_served_against_one_clause_are_one_finding() {
    let accepted = |way: &str| failed(&REFUSED, DPOP, &format!("status 200: the request is accepted{way}"));
    let told = |judgements: &[Judgement]| {
        let report = Report::new(support::run(true), judgements, Vec::new());
        let told = report.findings.iter().map(|group| (group.got.clone(), group.fingerprint.clone()));
        told.collect::<Vec<_>>()
    };
    let all =
        [" (typ was x)", " (alg was y)", " (typ was x)", ": a nonce of 3 s", ": a nonce of 4 s", " (two proofs)"].map(accepted);
    let [(got, fingerprint)] = &told(&all)[..] else { panic!("{:?}", told(&all)) };
    assert_eq!(got, "status 200: the request is accepted (typ was x; alg was y; a nonce of 3 s; and 1 more)");
    // The finding is the same one when all ways but one are mended.
    let [(got, same)] = &told(&all[..1])[..] else { panic!("{:?}", told(&all[..1])) };
    assert_eq!((got.as_str(), same), ("status 200: the request is accepted (typ was x)", fingerprint));
}

#[test]
fn failures_come_before_warnings() {
    let finding = || Finding::new("a", "b").against(&rfc9126::PUSH_CREATED);
    let advice = || Finding::new("c", "d").against(&rfc6749::NO_STORE).as_advice();
    let judgements = [
        Judgement { findings: vec![advice()], ..judged(&WORKS, DPOP, Verdict::Warning) },
        Judgement { findings: vec![finding(), advice()], ..judged(&WORKS, MTLS, Verdict::Failed) },
    ];
    let report = Report::new(support::run(true), &judgements, Vec::new());
    let told: Vec<_> = report.findings.iter().map(|group| (group.word(), group.count())).collect();
    assert_eq!(told, [("failed", 1), ("warning", 2)]);
}

#[test]
fn what_was_skipped_is_summed_up_by_reason() {
    let skipped = |variant, reason: &str| Judgement { reason: Some(reason.into()), ..judged(&WORKS, variant, Verdict::Skipped) };
    let judgements = [
        skipped(DPOP, "no end within 90 s"),
        skipped(DPOP, "the target names no resource"),
        skipped(MTLS, "the target names no resource"),
        Judgement { only_in_company: true, ..judged(&REFUSED, DPOP, Verdict::Warning) },
    ];
    let report = Report::new(support::run(true), &judgements, Vec::new());
    let text = plain(&terminal::closing(&report, &[], false));
    assert!(text.contains("2 skipped: the target names no resource\n1 skipped: no end within 90 s"), "{text}");
    assert!(
        text.contains("push-with-request-uri failed while others ran, but not alone, and is not judged: run it with --jobs 1")
    );
}

#[test]
fn what_was_skipped_shows_the_exchange_that_it_rests_on() {
    let exchanges = long_exchanges(40);
    let reason = "the server does not use nonces";
    let skipped = |shown_by| Judgement {
        reason: Some(reason.into()),
        shown_by,
        exchanges: exchanges.clone(),
        ..judged(&WORKS, DPOP, Verdict::Skipped)
    };
    let report = Report::new(support::run(true), &[skipped(Some(42)), skipped(None)], Vec::new());
    let [shown, bare] = &report.results[..] else { unreachable!() };
    assert!(plain(&terminal::one_line(shown)).ends_with(&format!("{reason}  (exchange 42)")));
    assert!(plain(&terminal::one_line(bare)).ends_with(reason));
    let numbers = |text: String| text.lines().map(|line| line[..11].to_owned()).collect::<Vec<_>>();
    assert_eq!(numbers(terminal::sequence(shown)), ["exchange 40", "exchange 41", "exchange 42"]);
    assert_eq!(terminal::sequence(bare), "");
    let text = plain(&terminal::closing(&report, &[], false));
    assert!(text.contains(&format!("2 skipped: {reason} (exchange 42 of {})\n", WORKS.id)), "{text}");
    let page = html::write(&report);
    assert_eq!(page.matches("shows why nothing was judged").count(), 1);
    let value = json::value(&report);
    assert_eq!((&value["results"][0]["shown_by"], &value["results"][1]["shown_by"]), (&json!(42), &Value::Null));
    assert_eq!(value["results"][0]["exchanges"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_early_end_shows_its_exchange() {
    let mut run = support::run(true);
    (run.ended, run.ended_by) = (Some("the server does not answer any more".into()), Some(41));
    let hindered = Judgement {
        reason: Some("not judged: the server does not answer any more".into()),
        shown_by: Some(41),
        exchanges: long_exchanges(40),
        ..judged(&WORKS, DPOP, Verdict::Skipped)
    };
    let report = Report::new(run, &[hindered], Vec::new());
    let text = plain(&terminal::ended(&report).unwrap_or_default());
    assert!(text.contains(&format!("seen in    {} ({DPOP})", WORKS.id)) && text.contains("(exchange 41, "), "{text}");
}

#[test]
fn waits_are_announced_with_their_length() {
    let file = server::target(&server::folder("waits"), "https://as.example");
    let targets: Vec<_> = file::read(&file, &PLANS[0]).unwrap().into_iter().map(std::sync::Arc::new).collect();
    let said = |scenarios: &str, fast| {
        let options =
            Options { plan: &PLANS[0], scenarios: scenarios.into(), fast, gentle: false, jobs: 8, limit: SCENARIO_LIMIT };
        terminal::announced(&runner::planned(&targets, &options), "a server", &options)
    };
    let waits = scenario::find("present-expired").map_or(0, |scenario| scenario.needs.seconds);
    assert!(waits > 5);
    let text = said("present-expired", false);
    assert!(
        text.ends_with(&format!("1 scenario, 8 at a time\n1 scenario has to wait, for at most {waits} s; --fast leaves it out")),
        "{text}"
    );
    assert!(said("*", false).contains(" scenarios have to wait, none for longer than "), "{}", said("*", false));
    for text in [said("*", true), said("flow", false)] {
        assert!(!text.contains("wait"), "{text}");
    }
}

#[test]
fn findings_are_in_words() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders: Vec<_> =
        ["scenario", "session", "client", "runner", "browser", "report", "redact", "expected", "relying_party"]
            .map(|name| sources.join(name))
            .into();
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            seen += 1;
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let debug: Vec<_> = code.lines().filter(|line| line.contains(":?}")).collect();
            assert!(debug.is_empty(), "{}: {debug:?}", file.display());
        }
    }
    assert!(seen > 50);
}

/// Exchanges as long as those of a server with large pages.
fn long_exchanges(from: u64) -> Vec<std::sync::Arc<HttpExchange>> {
    let page = "<p class=\"page\">A login page</p>\n".repeat(100);
    let headers =
        [("content-type", "text/html"), ("set-cookie", "a=b"), ("cache-control", "no-store"), ("x-frame-options", "DENY")];
    let one = |number| {
        exchange(number, "token request", ("POST", "https://as.example/token", &[], "a=b&c=d"), response(200, &headers, &page))
    };
    (from..from + 8).map(one).collect()
}

/// A thousand verdicts, of which every so many failed.
fn thousand(every: usize, findings: usize) -> Vec<Judgement> {
    let variants = PLANS[0].variants();
    let pairs = scenario::of(&PLANS[0]).flat_map(|scenario| variants.iter().map(move |variant| (scenario, *variant)));
    let pairs = pairs.filter(|(scenario, variant)| scenario.runs(&PLANS[0], *variant)).take(1000).enumerate();
    let judgements: Vec<_> = pairs
        .map(|(number, (scenario, variant))| {
            let (fails, from) = (number % every == 0, number as u64 * 100);
            let text = ["one", "two", "three", "four", "five", "six", "seven"][number % findings];
            let finding =
                Finding::new(format!("a refusal of {text}"), "status 200").shown_by(from + 7).against(&rfc6749::NO_STORE);
            let (outcome, findings) = if fails { (Verdict::Failed, vec![finding]) } else { (Verdict::Passed, vec![]) };
            Judgement { variant, findings, exchanges: long_exchanges(from), ..judged(scenario, DPOP, outcome) }
        })
        .collect();
    assert_eq!(judgements.len(), 1000);
    judgements
}

#[test]
fn a_report_of_a_thousand_verdicts_stays_small() {
    const LIMIT: usize = 5_000_000;
    for (every, findings) in [(1, 7), (10, 1)] {
        let judgements = thousand(every, findings);
        let report = Report::new(support::run(true), &judgements, Vec::new());
        assert_eq!(report.findings.len(), findings);
        let (json, html) = (json::write(&report), html::write(&report));
        assert!(json.len() < LIMIT && html.len() < LIMIT, "{} {}", json.len(), html.len());
        // Every finding has its evidence, and nothing that passed has any.
        assert!(report.findings.iter().all(|group| report.evidence(group).is_some_and(|shown| shown.number % 100 == 7)));
        assert!(report.results.iter().all(|entry| entry.outcome == Verdict::Failed || entry.exchanges.is_empty()));
        assert_eq!(report.shortened, every == 1);
    }
    let mut run = support::run(true);
    run.flags.verbose_report = true;
    let report = Report::new(run, &thousand(10, 1)[..100], Vec::new());
    assert!(report.results.iter().all(|entry| entry.exchanges.len() == 8) && !report.shortened);
}
