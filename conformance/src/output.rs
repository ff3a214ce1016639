//! Lines for people on standard output and standard error, beside a progress bar.

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

/// Prints a line on standard output; a reader who has gone away is no error.
pub fn line(text: &str) {
    beside(|| {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    });
}

/// Keeps lines clear of this progress bar from now on, or of none.
pub(crate) fn progress(bar: Option<ProgressBar>) {
    *BAR.lock().unwrap_or_else(PoisonError::into_inner) = bar;
}

/// Runs something that writes to the terminal, with the progress bar out of its way.
fn beside<T>(write: impl FnOnce() -> T) -> T {
    let bar = BAR.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}
