//! Prints lines on standard output and standard error, next to a progress bar.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;

static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Prints a line on standard error. Characters that control a terminal are escaped.
pub fn say(text: &str) {
    let text = visible(text);
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

/// Escapes the characters that control a terminal or mislead a reader, since a server may send them: control characters except line feed
/// and tab, and those that change the direction of writing.
pub fn visible(text: &str) -> String {
    let is_command = |character: char| match character {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    };
    let text = text.replace("\r\n", "\n");
    if !text.contains(is_command) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match is_command(character) {
            true => escaped.extend(character.escape_unicode()),
            false => escaped.push(character),
        }
    }
    escaped
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

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn commands_to_a_terminal_are_escaped() {
        assert_eq!(visible("\u{1b}[2J\u{1b}[31mPASSED\u{7}"), "\\u{1b}[2J\\u{1b}[31mPASSED\\u{7}");
        assert_eq!(visible("\u{9b}31m \u{7f} \u{202e}txt"), "\\u{9b}31m \\u{7f} \\u{202e}txt");
        assert_eq!(visible("one\rtwo"), "one\\u{d}two");
        assert_eq!(visible("a\tb\r\nc é ‹redacted› 日本"), "a\tb\nc é ‹redacted› 日本");
    }
}
