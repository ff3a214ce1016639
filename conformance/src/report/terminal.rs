//! The report on the terminal: a line per scenario as soon as its result is known, failures in full, a summary.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::PathBuf;

use console::{Style, style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub use crate::output::line;

use super::{Entry, Report, level, seconds};
use crate::output;
use crate::redact::Shown;
use crate::runner::{Judgement, Options, Verdict};

/// The part of a body to print: the number of lines, and of characters in each.
const BODY: (usize, usize) = (20, 400);

/// Shows progress on standard error and prints lines on standard output.
pub struct Terminal {
    bar: ProgressBar,
    failed: usize,
    redacted: bool,
}

impl Terminal {
    /// Announces a run of this many scenarios.
    pub fn begin(count: usize, target: &str, options: &Options, redacted: bool) -> Self {
        line(&format!("{} against {target}: {count} scenarios, {} at a time", options.plan.title, options.jobs));
        let drawn = if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(count as u64), drawn);
        let template = "{spinner} {pos}/{len} {wide_bar} {msg} {elapsed}";
        if let Ok(template) = ProgressStyle::with_template(template) {
            bar.set_style(template.progress_chars("━╸ "));
        }
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        output::progress(Some(bar.clone()));
        Self { bar, failed: 0, redacted }
    }

    /// Shows that a scenario has ended. Its verdict is not final yet.
    pub fn progressed(&mut self, _judgement: &Judgement) {
        self.bar.inc(1);
    }

    /// Prints a judgement.
    pub fn judged(&mut self, judgement: &Judgement) {
        let entry = Entry::new(judgement, self.redacted);
        line(&one_line(&entry));
        if entry.outcome == Verdict::Failed {
            self.failed += 1;
            self.bar.set_message(format!("{} failed", self.failed));
            line(&indented(&explained(&entry)));
        }
    }

    /// Prints the summary.
    pub fn end(self, report: &Report, written: &[PathBuf]) {
        self.bar.finish_and_clear();
        output::progress(None);
        line(&closing(report, written));
    }
}

/// Formats outcome, variant, id and duration, and the reason unless it is a plain pass.
pub fn one_line(entry: &Entry) -> String {
    let word = paint(entry.outcome).apply_to(format!("{:8}", entry.outcome.word()));
    let mut text =
        format!("{word}  {:39}  {}  {}", entry.variant.to_string(), entry.scenario.id, style(seconds(entry.took)).dim());
    if let (Verdict::Skipped | Verdict::Warning | Verdict::Expected, Some(detail)) = (entry.outcome, entry.detail()) {
        let _ = write!(text, "  {}", style(detail).dim());
    }
    text
}

/// Explains a failure: the finding, its clause, the request and the response.
pub fn explained(entry: &Entry) -> String {
    let mut text = format!("{}\n", entry.scenario.summary);
    if let Some(found) = &entry.finding {
        let _ = writeln!(text, "expected   {}\ngot        {}", found.expected, found.got);
        if let Some(clause) = found.clause {
            let _ = writeln!(text, "clause     {} {} ({}, {})", clause.document, clause.clause, clause.id, level(clause.level));
            let _ = writeln!(text, "           {}\n           {}", clause.summary, clause.url);
        }
    }
    if let Some(reason) = &entry.reason {
        let _ = writeln!(text, "note       {reason}");
    }
    if let Some(shown) = entry.evidence() {
        exchange(&mut text, shown);
    }
    text
}

/// Writes the request and the response of an exchange.
pub fn exchange(text: &mut String, shown: &Shown) {
    let _ = writeln!(text, "sent       {} {}  (exchange {}, {})", shown.method, shown.url, shown.number, shown.purpose);
    if let Some(certificate) = &shown.certificate {
        let _ = writeln!(text, "           with {certificate}");
    }
    message(text, &shown.headers, &shown.body);
    match &shown.answer {
        Err(reason) => {
            let _ = writeln!(text, "received   no response: {reason}");
        }
        Ok(response) => {
            let _ = writeln!(text, "received   status {} after {}", response.status, seconds(shown.took));
            message(text, &response.headers, &response.body);
        }
    }
}

fn message(text: &mut String, headers: &[(String, String)], body: &str) {
    for (name, value) in headers {
        let _ = writeln!(text, "           {name}: {}", cut(value));
    }
    let form = headers.iter().any(|(name, value)| name == "content-type" && value.contains("form-urlencoded"));
    let body = if form { body.replace('&', "\n&") } else { body.to_owned() };
    let lines: Vec<_> = body.lines().collect();
    if !body.is_empty() {
        text.push('\n');
    }
    for line in lines.iter().take(BODY.0) {
        let _ = writeln!(text, "           {}", cut(line));
    }
    if lines.len() > BODY.0 {
        let _ = writeln!(text, "           … {} more lines", lines.len() - BODY.0);
    }
}

/// The end of the report: failures, counts, the duration, and the paths of written reports.
pub fn closing(report: &Report, written: &[PathBuf]) -> String {
    let mut text = String::from("\n");
    for entry in report.results.iter().filter(|entry| entry.outcome == Verdict::Failed) {
        let _ = writeln!(text, "{}  {}  {}", paint(Verdict::Failed).apply_to("failed"), entry.variant, entry.scenario.id);
    }
    for stale in &report.stale {
        let _ = writeln!(text, "{}  {stale}", paint(Verdict::Failed).apply_to("stale"));
    }
    let counts: Vec<_> = report
        .summary
        .words()
        .iter()
        .map(|(outcome, count, word)| {
            let text = format!("{count} {word}");
            if *count == 0 { text } else { paint(*outcome).apply_to(text).to_string() }
        })
        .collect();
    let _ = writeln!(text, "{} in {}", counts.join(", "), seconds(report.run.took));
    for path in written {
        let _ = writeln!(text, "  {}", path.display());
    }
    text.trim_end().to_owned()
}

fn paint(outcome: Verdict) -> Style {
    match outcome {
        Verdict::Passed => Style::new().green(),
        Verdict::Warning => Style::new().yellow(),
        Verdict::Failed => Style::new().red().bold(),
        Verdict::Skipped => Style::new().dim(),
        Verdict::Expected => Style::new().cyan(),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(BODY.1) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
