//! `check`: the preflight alone. `run` does it first.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::CLEAN;
use crate::output::visible;
use crate::preflight::{self, Diagnosis};
use crate::redact::Redactor;
use crate::report::{seconds, terminal};
use crate::say;
use crate::selection::Selection;
use crate::target::{self, Target};
use crate::variant::Plan;
use crate::words;

/// Checks a target file, prints each step, and returns the exit code.
pub(super) async fn check(file: &Path, plan: &'static Plan, variants_wanted: &[String]) -> Result<u8, String> {
    let targets = target::file::read(file, plan).map_err(|mistakes| mistakes.to_string())?;
    let targets = of_variants(targets, &Selection::from(variants_wanted.join(",").as_str()))?;
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    let mut without = Vec::new();
    let checked = preflight::check(&targets, |done| {
        terminal::line(&visible(&done.to_string()));
        if done.is_without_token() {
            let variant = done.variant.map(|variant| format!(" in {variant}")).unwrap_or_default();
            without.push(format!("{}{variant}", done.client.unwrap_or("a client")));
        }
    })
    .await;
    checked.map_err(|diagnosis| told(&diagnosis, &targets, true))?;
    if !without.is_empty() {
        return Err(format!(
            "no access token was issued to {}: `run` tells whether that is a violation, but can judge little else there",
            words::list(&without, "and")
        ));
    }
    terminal::line(&format!("{} can be tested in {}", targets[0].issuer, variants(&targets)));
    Ok(CLEAN)
}

/// The targets of the variants that are chosen. A glob that matches none of them is a mistake.
pub(super) fn of_variants(targets: Vec<Target>, chosen: &Selection) -> Result<Vec<Target>, String> {
    let names: Vec<_> = targets.iter().map(|target| target.variant.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let fitting = names.iter().filter(|name| chosen.fits(name)).count();
    let unmatched = chosen.unmatched(&names);
    if !unmatched.is_empty() || fitting == 0 {
        let globs = if unmatched.is_empty() { chosen.to_string() } else { unmatched.join(" or ") };
        return Err(format!("no variant matches {globs}; there are {}", words::list(&names, "and")));
    }
    Ok(targets.into_iter().filter(|target| chosen.fits(&target.variant.to_string())).collect())
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
