//! The report for CI systems: a test suite per variant, a test case per scenario.

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::{Entry, Report, level, terminal};
use crate::runner::Verdict;

/// The report as JUnit XML.
pub fn write(report: &Report) -> Result<String, String> {
    let mut xml = Xml::new(format!("{} against {}", report.run.plan.title, report.run.target));
    xml.set_time(report.run.took);
    for variant in report.variants() {
        let mut suite = TestSuite::new(variant.to_string());
        let entries: Vec<_> = report.results.iter().filter(|entry| entry.variant == variant).collect();
        suite.set_time(entries.iter().map(|entry| entry.took).sum());
        suite.add_test_cases(entries.into_iter().map(case));
        xml.add_test_suite(suite);
    }
    if let Some(ended) = &report.run.ended {
        let mut suite = TestSuite::new("the run");
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(format!("the run ended early: {ended}"));
        suite.add_test_case(TestCase::new("reaches its end", status));
        xml.add_test_suite(suite);
    }
    if !report.stale.is_empty() {
        let mut suite = TestSuite::new("known results");
        for entry in &report.stale {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(entry.as_str());
            suite.add_test_case(TestCase::new("stale entry", status));
        }
        xml.add_test_suite(suite);
    }
    xml.to_string().map_err(|error| error.to_string())
}

fn case(entry: &Entry) -> TestCase {
    let mut case = TestCase::new(entry.scenario.id, status(entry));
    case.set_classname(format!("{}.{}", entry.plan.id, entry.variant));
    case.set_time(entry.took);
    if !entry.warnings.is_empty() {
        case.set_system_out(entry.warnings.join("\n"));
    }
    case
}

fn status(entry: &Entry) -> TestCaseStatus {
    let detail = entry.detail().unwrap_or_default();
    match entry.outcome {
        Verdict::Passed | Verdict::Warning => TestCaseStatus::success(),
        Verdict::Skipped | Verdict::Expected => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(detail);
            status
        }
        Verdict::Failed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(detail);
            if let Some(clause) = entry.finding().and_then(|found| found.clause) {
                status.set_type(format!("{} ({})", clause.id, level(clause.level)));
            }
            status.set_description(terminal::explained(entry));
            status
        }
    }
}
