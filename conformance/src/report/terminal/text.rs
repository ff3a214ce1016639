//! The words of the report on the terminal.

use std::fmt::Write as _;
use std::path::PathBuf;

use console::{Style, style};

use super::super::{Counted, Entry, Found, Group, Report, Seen, level, seconds};
use crate::redact::Shown;
use crate::runner::{Options, Planned, Verdict};

/// The part of a body to print: the number of lines, and of characters in each.
const BODY: (usize, usize) = (20, 400);
/// The same in the list of findings, where each has one exchange.
const BRIEF: (usize, usize) = (6, 160);
/// The number of scenarios, and of variants of each, that a finding lists.
const LISTED: usize = 4;
/// The number of reasons for skipping that the summary lists.
const REASONS: usize = 10;

/// The announcement of a run, with the number and the length of its waits.
pub fn announced(planned: &Planned, target: &str, options: &Options) -> String {
    let Planned { count, waiting, longest } = *planned;
    let scenarios = if count == 1 { "scenario" } else { "scenarios" };
    let run = format!("{} against {target}: {count} {scenarios}, {} at a time", options.plan.title, options.jobs);
    match waiting {
        0 => run,
        1 => format!("{run}\n1 scenario has to wait, for at most {longest} s; --fast leaves it out"),
        _ => format!("{run}\n{waiting} scenarios have to wait, none for longer than {longest} s; --fast leaves them out"),
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
    if let (Verdict::Skipped, Some(number)) = (entry.outcome, entry.shown_by) {
        let _ = write!(text, "  {}", style(format!("(exchange {number})")).dim());
    }
    text
}

/// The exchanges that lead to the reason why a scenario judged nothing, in a line each.
pub fn sequence(entry: &Entry) -> String {
    let mut text = String::new();
    for exchange in &entry.outline {
        let answer = match &exchange.answer {
            Ok(status) => format!("status {status}"),
            Err(reason) => format!("no response: {reason}"),
        };
        let _ = writeln!(
            text,
            "exchange {}  {} {}  ({}): {answer}",
            exchange.number, exchange.method, exchange.url, exchange.purpose
        );
    }
    text
}

/// Explains a failure: the findings, their clauses, the request and the response.
pub fn explained(entry: &Entry) -> String {
    let mut text = format!("{}\n", entry.scenario.summary);
    for found in &entry.findings {
        let _ = writeln!(text, "expected   {}\ngot        {}", found.expected, found.got);
        clause(&mut text, found);
    }
    if let Some(reason) = &entry.reason {
        let _ = writeln!(text, "note       {reason}");
    }
    if let Some(shown) = entry.evidence(entry.shown()) {
        exchange(&mut text, shown);
    }
    text
}

fn clause(text: &mut String, found: &Found) {
    if let Some(clause) = found.clause {
        let _ = writeln!(text, "clause     {} {} ({}, {})", clause.document, clause.clause, clause.id, level(clause.level));
        let _ = writeln!(text, "           {}\n           {}", clause.summary, clause.url);
    }
}

/// The diagnosis of a run that ended early, and the exchange that shows it.
pub fn ended(report: &Report) -> Option<String> {
    let reason = report.run.ended.as_ref()?;
    let words = paint(Verdict::Failed).apply_to("the run ended early, and nothing after that is a finding:");
    let mut text = format!("{words} {reason}");
    if let Some((entry, shown)) = report.end_shown_in() {
        let _ = writeln!(text, "\nseen in    {} ({})", entry.scenario.id, entry.variant);
        shortened_exchange(&mut text, shown, BRIEF);
    }
    Some(text.trim_end().to_owned())
}

/// All findings, each with one exchange.
pub fn findings(report: &Report) -> String {
    report.findings.iter().map(|group| finding(report, group) + "\n").collect()
}

/// A finding: its clause, level and rule, where it occurred, and the exchange that shows it.
pub fn finding(report: &Report, group: &Group) -> String {
    let outcome = if group.fails { Verdict::Failed } else { Verdict::Warning };
    let mut text = format!("{}  {}", paint(outcome).apply_to(format!("{:9}", group.word())), style(group.place()).bold());
    if let (Some(clause), Some(level)) = (group.clause, group.level()) {
        let _ = write!(text, ", {level} ({})\nrule       {}\n           {}", clause.id, clause.summary, clause.url);
    }
    let _ = write!(text, "\nexpected   {}\ngot        {}\n", group.expected, group.got);
    for danger in &group.threats {
        let _ = writeln!(text, "threat     {}: {}", danger.title, danger.gain);
    }
    let variants = report.variants().len();
    let seen: Vec<_> = group.seen.iter().take(LISTED).map(|seen| place(seen, variants)).collect();
    let more = group.seen.len().saturating_sub(LISTED);
    let more = if more > 0 { format!("; and {more} more scenarios") } else { String::new() };
    let _ = writeln!(text, "seen in    {}{more}", seen.join("; "));
    if let Some(shown) = report.evidence(group) {
        shortened_exchange(&mut text, shown, BRIEF);
    }
    text
}

/// A scenario with its variants.
fn place(seen: &Seen, variants: usize) -> String {
    let id = seen.scenario.id;
    if seen.variants.len() == variants && variants > 1 {
        return format!("{id} (in every variant)");
    }
    let listed: Vec<_> = seen.variants.iter().take(LISTED).map(ToString::to_string).collect();
    match seen.variants.len().saturating_sub(LISTED) {
        0 => format!("{id} ({})", listed.join(", ")),
        more => format!("{id} ({} and {more} more variants)", listed.join(", ")),
    }
}

/// Writes the request and the response of an exchange.
pub fn exchange(text: &mut String, shown: &Shown) {
    shortened_exchange(text, shown, BODY);
}

/// Writes the request and the response of an exchange, with this number of lines and of characters in each.
fn shortened_exchange(text: &mut String, shown: &Shown, limit: (usize, usize)) {
    let _ = writeln!(text, "sent       {} {}  (exchange {}, {})", shown.method, shown.url, shown.number, shown.purpose);
    if let Some(certificate) = &shown.certificate {
        let _ = writeln!(text, "           with {certificate}");
    }
    message(text, &shown.headers, &shown.body, limit);
    match &shown.answer {
        Err(reason) => {
            let _ = writeln!(text, "received   no response: {reason}");
        }
        Ok(response) => {
            let _ = writeln!(text, "received   status {} after {}", response.status, seconds(shown.took));
            message(text, &response.headers, &response.body, limit);
        }
    }
}

fn message(text: &mut String, headers: &[(String, String)], body: &str, limit: (usize, usize)) {
    for (name, value) in headers {
        let _ = writeln!(text, "           {name}: {}", cut(value, limit.1));
    }
    let form = headers.iter().any(|(name, value)| name == "content-type" && value.contains("form-urlencoded"));
    let body = if form { body.replace('&', "\n&") } else { body.to_owned() };
    let lines: Vec<_> = body.lines().collect();
    if !body.is_empty() {
        text.push('\n');
    }
    // A form is short, and each of its parameters may be the point.
    let room = if form { BODY.0 } else { limit.0 };
    for line in lines.iter().take(room) {
        let _ = writeln!(text, "           {}", cut(line, limit.1));
    }
    if lines.len() > room {
        let _ = writeln!(text, "           … {} more lines", lines.len() - room);
    }
}

/// The end of the report: what is no finding, counts, the duration, and the paths of written reports.
pub fn closing(report: &Report, written: &[PathBuf], verbose: bool) -> String {
    let mut text = String::from("\n");
    for stale in &report.stale {
        let _ = writeln!(text, "{}  {stale}", paint(Verdict::Failed).apply_to("stale"));
    }
    let company = report.only_in_company();
    if !company.is_empty() {
        let mut ids: Vec<_> = company.iter().map(|entry| entry.scenario.id).collect();
        ids.dedup();
        let word = paint(Verdict::Warning).apply_to("unsteady");
        let _ = writeln!(
            text,
            "{word}  {} failed while others ran, but not alone, and {} not judged: run {} with --jobs 1",
            ids.join(", "),
            if ids.len() == 1 { "is" } else { "are" },
            if ids.len() == 1 { "it" } else { "them" },
        );
    }
    reasons(&mut text, Verdict::Warning, "with the remark:", &report.observations(), verbose);
    reasons(&mut text, Verdict::Skipped, "skipped:", &report.skipped(), verbose);
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
    let _ = writeln!(text, "{}", verdict(report));
    for path in written {
        let _ = writeln!(text, "  {}", path.display());
    }
    text.trim_end().to_owned()
}

/// The number of findings, and what a reader must not conclude from it.
fn verdict(report: &Report) -> String {
    if report.is_complete() {
        return "everything is as it should be".into();
    }
    let failing = report.findings.iter().filter(|group| group.fails).count();
    let findings = match failing + report.stale.len() {
        0 => "no findings".to_owned(),
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    };
    let advice = report.findings.len() - failing;
    let advice = match advice {
        0 => String::new(),
        1 => ", and 1 piece of advice".to_owned(),
        many => format!(", and {many} pieces of advice"),
    };
    let mut gaps = Vec::new();
    if report.run.ended.is_some() {
        gaps.push("the run ended early");
    }
    if !report.run.flags.scenarios.is_everything() {
        gaps.push("only some scenarios were chosen");
    }
    if !report.run.flags.variants.is_everything() {
        gaps.push("only some variants were chosen");
    }
    if report.summary.skipped > 0 {
        gaps.push("some scenarios were skipped");
    }
    if report.summary.expected > 0 {
        gaps.push("known results are not counted");
    }
    let gaps = if gaps.is_empty() { String::new() } else { format!(" ({})", gaps.join("; ")) };
    format!("{findings}{advice}{gaps}")
}

fn reasons(text: &mut String, outcome: Verdict, words: &str, counted: &[Counted<'_>], verbose: bool) {
    let room = if verbose { counted.len() } else { REASONS };
    for reason in counted.iter().take(room) {
        let count = paint(outcome).apply_to(reason.count);
        let _ = write!(text, "{count} {words} {}", cut(reason.text, if verbose { BODY.1 } else { BRIEF.1 }));
        if let Some((entry, number)) = reason.shown {
            let _ = write!(text, " {}", style(format!("(exchange {number} of {})", entry.scenario.id)).dim());
        }
        text.push('\n');
    }
    let more: usize = counted.iter().skip(room).map(|reason| reason.count).sum();
    if more > 0 {
        let _ = writeln!(text, "{} for other reasons, which --verbose lists", paint(outcome).apply_to(more));
    }
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

pub(super) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn cut(line: &str, length: usize) -> String {
    match line.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
