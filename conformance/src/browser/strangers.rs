//! Pages that a program or a person operates instead of the suite.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::Mutex;
use url::Url;

use super::{Callback, Intention, Landing, arrived};
use crate::finding::{Hindrance, Obstacle, Tried, fail};

const PROGRAM_LIMIT: Duration = Duration::from_secs(120);
const PERSON_LIMIT: Duration = Duration::from_secs(600);

/// Runs the program with the URL, the redirect URI and `approve` or `deny` as its last arguments; its last line is the result. A
/// program that does not end with success is a mistake of the user.
pub(super) async fn command(command: &[String], url: &Url, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
    let Some((program, arguments)) = command.split_first() else { return fail("a program in `user.command`", "an empty list") };
    let mut running = Command::new(program);
    running.args(arguments).args([url.as_str(), redirect_uri, verb(intention)]).stdin(Stdio::null()).kill_on_drop(true);
    let broken = match tokio::time::timeout(PROGRAM_LIMIT, ended(running)).await {
        Ok(Ok(Ended { status, last, .. })) if status.success() => return Ok(landing(&last, redirect_uri)),
        Ok(Ok(Ended { status, said: Some(said), .. })) => format!("ended with {status}: {said}"),
        Ok(Ok(Ended { status, said: None, .. })) => format!("ended with {status}, without a word on its standard error"),
        Ok(Err(error)) => format!("cannot be run: {error}"),
        Err(_) => format!("did not end within {} s", PROGRAM_LIMIT.as_secs()),
    };
    let text = format!("the program `{}` of `[user] command` {broken}", command.join(" "));
    Err(Obstacle::new(Hindrance::Program, text).into())
}

/// A program that has ended.
struct Ended {
    status: ExitStatus,
    /// The last line of its standard output.
    last: String,
    /// The first line of its standard error.
    said: Option<String>,
}

/// Runs a program to its end. Its standard error is shown as it comes.
async fn ended(mut command: Command) -> std::io::Result<Ended> {
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (output, errors) = (running.stdout.take(), running.stderr.take());
    let read = async {
        let mut all = Vec::new();
        if let Some(mut output) = output {
            output.read_to_end(&mut all).await?;
        }
        Ok(String::from_utf8_lossy(&all).lines().last().unwrap_or_default().to_owned())
    };
    let show = async {
        let mut first = None;
        let mut lines = errors.map(|errors| BufReader::new(errors).split(b'\n'));
        while let Some(lines) = &mut lines
            && let Some(line) = lines.next_segment().await?
        {
            let line = String::from_utf8_lossy(&line);
            crate::say(&line);
            first = first.or_else(|| Some(line.trim().to_owned()).filter(|line| !line.is_empty()));
        }
        Ok(first)
    };
    let (status, last, said) = tokio::try_join!(running.wait(), read, show)?;
    Ok(Ended { status, last, said })
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
