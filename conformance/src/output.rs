//! Prints lines on standard output and standard error, next to a progress bar.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;

static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Prints a line on standard error.
pub fn say(text: &str) {
    beside(|| {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    });
}

/// Prints a line on standard output. A closed standard output is not an error.
pub fn line(text: &str) {
    beside(|| {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    });
}

/// Sets the progress bar that is hidden while lines are printed, or `None`.
pub(crate) fn progress(bar: Option<ProgressBar>) {
    *BAR.lock().unwrap_or_else(PoisonError::into_inner) = bar;
}

/// Hides the progress bar while something else writes to the terminal.
fn beside<T>(write: impl FnOnce() -> T) -> T {
    let bar = BAR.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}
