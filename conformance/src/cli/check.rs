//! `check`: the preflight alone. `run` does it first.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::CLEAN;
use crate::preflight::{self, Diagnosis};
use crate::redact::Redactor;
use crate::report::{seconds, terminal};
use crate::say;
use crate::target::{self, Target};
use crate::variant::Plan;

/// Checks a target file, prints each step, and returns the exit code.
pub(super) async fn check(file: &Path, plan: &'static Plan) -> Result<u8, String> {
    let targets = target::file::read(file, plan).map_err(|mistakes| mistakes.to_string())?;
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    let checked = preflight::check(&targets, |done| terminal::line(&done.to_string())).await;
    checked.map_err(|diagnosis| told(&diagnosis, &targets, true))?;
    terminal::line(&format!("{} can be tested in {}", targets[0].issuer, variants(&targets)));
    Ok(CLEAN)
}

/// Checks the targets of a run, in one line.
pub(super) async fn before_run(targets: &[Arc<Target>], redacted: bool) -> Result<(), String> {
    let (began, mut left) = (Instant::now(), 0);
    let checked = preflight::check(targets, |done| left += usize::from(done.left.is_some())).await;
    checked.map_err(|diagnosis| told(&diagnosis, targets, redacted))?;
    let rest = match left {
        0 => String::new(),
        1 => ", 1 step left to the run; `check` names it".into(),
        left => format!(", {left} steps left to the run; `check` names them"),
    };
    say(&format!("preflight: {} in {}{rest}", variants(targets), seconds(began.elapsed())));
    Ok(())
}

fn variants(targets: &[Arc<Target>]) -> String {
    match targets.len() {
        1 => "1 variant".into(),
        count => format!("{count} variants"),
    }
}

/// A diagnosis with the exchange that shows it.
fn told(diagnosis: &Diagnosis, targets: &[Arc<Target>], redacted: bool) -> String {
    let redactor = match redacted {
        true => Redactor::knowing(&target::secrets(targets), &diagnosis.exchanges),
        false => Redactor::open(),
    };
    let mut text = format!("{}\n", redactor.text(&diagnosis.to_string()));
    let shown = diagnosis.exchanges.iter().find(|exchange| Some(exchange.number) == diagnosis.exchange);
    if let Some(exchange) = shown {
        text.push('\n');
        terminal::exchange(&mut text, &redactor.exchange(exchange));
    }
    text.trim_end().to_owned()
}
