//! Progress: a bar on a terminal, and a line every few seconds elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;

use crate::output::{self, say};

/// The time between two lines.
const PAUSE: Duration = Duration::from_secs(5);
/// The number of pauses without progress after which a line says so.
const STILL: u32 = 6;

/// The progress of a run.
pub(super) enum Progress {
    /// On a terminal.
    Bar(ProgressBar, usize),
    /// Elsewhere: the number of scenarios that ended, and the task that prints it.
    Lines(Arc<AtomicUsize>, JoinHandle<()>),
}

impl Progress {
    /// Begins with nothing done. It is called in a runtime.
    pub(super) fn begin(count: usize) -> Self {
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(count as u64);
            let template = "{spinner} {pos} of {len} {wide_bar} {msg} {elapsed}";
            if let Ok(template) = ProgressStyle::with_template(template) {
                bar.set_style(template.progress_chars("━╸ "));
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            output::progress(Some(bar.clone()));
            return Self::Bar(bar, 0);
        }
        let done = Arc::new(AtomicUsize::new(0));
        Self::Lines(done.clone(), tokio::spawn(lines(done, count)))
    }

    /// Counts a scenario that ended.
    pub(super) fn advance(&mut self, failed: bool) {
        match self {
            Self::Bar(bar, failures) => {
                bar.inc(1);
                *failures += usize::from(failed);
                // Failures are repeated alone before they are told.
                let again = if Some(bar.position()) == bar.length() { "; trying them again, alone" } else { "" };
                if *failures > 0 {
                    bar.set_message(format!("{failures} failed{again}"));
                }
            }
            Self::Lines(done, _) => {
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Removes the bar, or prints no more lines.
    pub(super) fn end(self) {
        match self {
            Self::Bar(bar, _) => {
                bar.finish_and_clear();
                output::progress(None);
            }
            Self::Lines(_, printing) => printing.abort(),
        }
    }
}

async fn lines(done: Arc<AtomicUsize>, count: usize) {
    let began = Instant::now();
    let (mut said, mut still) = (0, 0);
    loop {
        tokio::time::sleep(PAUSE).await;
        let now = done.load(Ordering::Relaxed);
        still = if now == said { still + 1 } else { 0 };
        if now != said || still >= STILL {
            say(&told(now, count, began.elapsed()));
            (said, still) = (now, 0);
        }
    }
}

fn told(done: usize, count: usize, took: Duration) -> String {
    let seconds = took.as_secs();
    if done < count {
        format!("{done} of {count} after {seconds} s")
    } else {
        format!("{done} of {count} after {seconds} s; trying failures again, alone")
    }
}
