//! Pages that a program or a person operates instead of the suite.

use std::process::Stdio;
use std::time::Duration;

use tokio::sync::Mutex;
use url::Url;

use super::{Callback, Intention, Landing, arrived};
use crate::finding::{Tried, fail};

const PROGRAM_LIMIT: Duration = Duration::from_secs(120);
const PERSON_LIMIT: Duration = Duration::from_secs(600);

/// Runs the program with the URL, the redirect URI and `approve` or `deny` as its last arguments; its last line is the result.
pub(super) async fn command(command: &[String], url: &Url, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
    let Some((program, arguments)) = command.split_first() else { return fail("a program in `user.command`", "an empty list") };
    let running = tokio::process::Command::new(program)
        .args(arguments)
        .args([url.as_str(), redirect_uri, verb(intention)])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output();
    match tokio::time::timeout(PROGRAM_LIMIT, running).await {
        Ok(Ok(output)) => Ok(landing(String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default(), redirect_uri)),
        Ok(Err(error)) => fail(format!("{program} to run"), error.to_string()),
        Err(_) => fail(format!("{program} to end within {} s", PROGRAM_LIMIT.as_secs()), "it is still running"),
    }
}

/// Prints the URL and reads the final redirect from standard input; one question at a time.
pub(super) async fn manual(url: &Url, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    let _turn = ONE_AT_A_TIME.lock().await;
    let what = verb(intention);
    crate::say(&format!(
        "\nopen this in a browser and {what}:\n\n  {url}\n\nthen paste where it ended, or just Enter for an error page:"
    ));
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    match tokio::time::timeout(PERSON_LIMIT, line).await {
        Ok(Ok(Ok(line))) => Ok(landing(&line, redirect_uri)),
        Ok(_) => fail("a line on standard input", "none could be read"),
        Err(_) => fail(format!("an answer within {} s", PERSON_LIMIT.as_secs()), "none"),
    }
}

fn landing(line: &str, redirect_uri: &str) -> Landing {
    match Url::parse(line.trim()) {
        Ok(url) if arrived(&url, redirect_uri) => Landing::Callback(Callback { url, exchange: None, after_forms: Vec::new() }),
        _ => Landing::Page(None),
    }
}

fn verb(intention: Intention) -> &'static str {
    match intention {
        Intention::Approve => "approve",
        Intention::Deny => "deny",
        Intention::Look | Intention::LogIn => "look",
    }
}
