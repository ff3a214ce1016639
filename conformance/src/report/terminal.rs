//! The report on the terminal: progress, then the findings, then a summary; every line of every scenario on request.

mod progress;
mod text;

use std::path::PathBuf;

use progress::Progress;
pub use text::{announced, closing, ended, exchange, explained, finding, findings, one_line, sequence};

pub use crate::output::line;

use super::Report;
use crate::runner::{Judgement, Options, Planned, Verdict};

/// Shows progress on standard error and prints lines on standard output.
pub struct Terminal {
    progress: Progress,
    verbose: bool,
}

impl Terminal {
    /// Announces a run, and its waits.
    pub fn begin(planned: &Planned, target: &str, options: &Options, verbose: bool) -> Self {
        line(&announced(planned, target, options));
        Self { progress: Progress::begin(planned.count), verbose }
    }

    /// Shows that a scenario has ended. Its verdict is not final yet.
    pub fn progressed(&mut self, judgement: &Judgement) {
        self.progress.advance(judgement.outcome == Verdict::Failed);
    }

    /// Prints the findings and the summary; if the run ended early, the reason comes first.
    pub fn end(self, report: &Report, written: &[PathBuf]) {
        self.progress.end();
        if let Some(reason) = ended(report) {
            line(&reason);
        }
        if self.verbose {
            for entry in &report.results {
                line(&one_line(entry));
                match entry.outcome {
                    Verdict::Failed => line(&text::indented(&explained(entry))),
                    Verdict::Skipped if !entry.outline.is_empty() => line(&text::indented(&sequence(entry))),
                    _ => {}
                }
            }
        }
        let told = findings(report);
        if !told.is_empty() {
            line(&format!("\n{}", told.trim_end()));
        }
        line(&closing(report, written, self.verbose));
    }
}
