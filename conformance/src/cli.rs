//! The command line. CI systems rely on it, so commands, flags and exit codes are stable.

mod check;
mod coverage;
mod init;
mod mutants;
mod run;
mod serve;
mod vectors;

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::report::terminal::line;
use crate::target::in_process::WAIVES;
use crate::variant::{PLANS, Plan};
use crate::{explain, list, say};

/// There are no findings.
const CLEAN: u8 = 0;
/// There are findings.
const FINDINGS: u8 = 1;
/// The target or the configuration is unusable, so nothing was tested.
const UNUSABLE: u8 = 2;

/// The plan that is used if none is named.
const PLAN: &str = "fapi2-security-profile";

/// Tests an authorization server against the clauses of FAPI 2.0.
///
/// Without a command, runs everything against the reference server, in this process.
#[derive(Parser)]
#[command(version, after_help = "Exit codes: 0 no findings, 1 findings, 2 unusable target or configuration.")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run scenarios against the reference server in this process, or against the server of a target file
    Run(RunArguments),
    /// Check that a target file fits its server: one ordinary flow of each client in each variant, and nothing else
    Check {
        /// The server to check
        #[arg(long, value_name = "FILE")]
        target: PathBuf,
        /// The plan whose variants are checked
        #[arg(long, value_name = "ID", default_value = PLAN, value_parser = Plan::find)]
        plan: &'static Plan,
        /// Only the variants that match, or with `!` all others; `*` matches anything, `?` one character; may be repeated
        #[arg(long, value_name = "GLOB,!GLOB", default_value = "*")]
        variant: Vec<String>,
    },
    /// Write a commented target file from a server's metadata
    Init {
        /// The issuer identifier
        issuer: String,
        /// The plan with which the server is tested
        #[arg(long, value_name = "ID", default_value = PLAN, value_parser = Plan::find)]
        plan: &'static Plan,
        /// The family of profiles with which the server is tested, in place of a plan: the first word of the plan's id, such as fapi2
        #[arg(long = "for", value_name = "PROFILE", conflicts_with = "plan", value_parser = plan_for)]
        suited: Option<&'static Plan>,
        /// The PEM file with the authorities of the server's certificate; those of this machine by default
        #[arg(long, value_name = "FILE")]
        authority: Option<PathBuf>,
        /// Make two clients for each combination of features, with keys, certificates and registrations, in this folder
        #[arg(long, value_name = "FOLDER")]
        make_clients: Option<PathBuf>,
        /// The file to write; standard output by default
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// List every scenario
    List {
        /// Only those of this plan
        #[arg(long, value_name = "ID", value_parser = Plan::find)]
        plan: Option<&'static Plan>,
        /// List the features of the pipeline, each with the scenarios that observe it
        #[arg(long)]
        features: bool,
        /// The format of the list
        #[arg(long, value_enum, default_value = "text")]
        format: ListFormat,
    },
    /// Explain a scenario, a requirement, or a module of the official suite with the scenarios that assert the same
    Explain {
        /// Its name
        #[arg(value_name = "MODULE-SCENARIO-or-REQUIREMENT")]
        name: String,
        /// Only the variants and modules of this plan
        #[arg(long, value_name = "ID", value_parser = Plan::find)]
        plan: Option<&'static Plan>,
    },
    /// Start the reference server with the suite's clients, and print a target file for it
    Serve {
        /// The plan for which the server is started
        #[arg(long, value_name = "ID", default_value = PLAN, value_parser = Plan::find)]
        plan: &'static Plan,
        /// The port of the server; by default, any free one
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        port: Option<u16>,
    },
    /// Check that the suite detects faults: run it against servers with one fault each
    #[command(hide = !WAIVES)]
    Mutants(MutantsArguments),
    /// Report which requirements vectors and scenarios show, and which are claimed but never observed
    Coverage {
        /// Only the scenarios of this plan; unless it is the only plan, nothing is compared or stored
        #[arg(long, value_name = "ID", value_parser = Plan::find)]
        plan: Option<&'static Plan>,
        /// The report of `cargo xtask mutants`, to count what killed mutants show
        #[arg(long, value_name = "FILE")]
        mutants: Option<PathBuf>,
        /// Store this result as the one that later runs are compared with
        #[arg(long)]
        accept: bool,
    },
    /// Test the library with the language-neutral test vectors, or check and write their files
    Vectors {
        /// The task
        #[arg(value_enum, default_value = "run")]
        what: vectors::What,
        /// The folder of the files; by default `vectors`, or for `run` the built-in files
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// With `write`: make new signatures everywhere
        #[arg(long)]
        anew: bool,
    },
}

#[derive(Args)]
struct RunArguments {
    /// The server to test; by default, the reference server in this process
    #[arg(long, value_name = "FILE")]
    target: Option<PathBuf>,
    /// The plan to run
    #[arg(long, value_name = "ID", default_value = PLAN, value_parser = Plan::find)]
    plan: &'static Plan,
    /// Only the scenarios whose ids match, or with `!` all others; `*` matches anything, `?` one character; may be repeated
    #[arg(long, value_name = "GLOB,!GLOB", default_value = "*")]
    scenario: Vec<String>,
    /// Only the variants that match, or with `!` all others; `*` matches anything, `?` one character; may be repeated
    #[arg(long, value_name = "GLOB,!GLOB", default_value = "*")]
    variant: Vec<String>,
    /// Write a report: json, junit, html, sarif, threats-html or threats-json; by default, all of them are written to target/conformance/
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Wanted>,
    /// Print a line for every scenario, not only the findings
    #[arg(long)]
    verbose: bool,
    /// Show every exchange of every scenario in the reports, which become large
    #[arg(long)]
    verbose_report: bool,
    /// Skip scenarios that must wait for more than 5 s
    #[arg(long)]
    fast: bool,
    /// Skip races, floods and lockouts, and estimate entropy from 100 samples instead of 1,000
    #[arg(long)]
    gentle: bool,
    /// The number of scenarios that run at a time
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Show tokens, assertions, cookies and the like in reports
    #[arg(long)]
    unredacted: bool,
    /// Do not check first that the target file fits the server; results are not to be trusted then
    #[arg(long, requires = "target")]
    no_preflight: bool,
    /// Known results of the target, each with a reason; may be repeated
    #[arg(long, value_name = "FILE", requires = "target")]
    expected: Vec<PathBuf>,
    /// Draft a file of known results from this run
    #[arg(long, value_name = "FILE", requires = "target")]
    write_expected: Option<PathBuf>,
}

#[derive(Args)]
struct MutantsArguments {
    /// Only the mutants whose ids match; `*` matches anything, `?` one character
    #[arg(long, value_name = "GLOB", default_value = "*")]
    mutant: String,
    /// Write the kill matrix
    #[arg(long, value_name = "json=PATH")]
    report: Option<Wanted>,
    /// Run every scenario against every mutant, not only those that cite its requirement, until the first kill
    #[arg(long)]
    full: bool,
    /// The number of mutants that are tried at a time
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
}

#[derive(Clone, Copy, ValueEnum)]
enum ListFormat {
    Json,
    Text,
}

/// A report to write: its format and its path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    format: Format,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Junit,
    Html,
    Sarif,
    ThreatsHtml,
    ThreatsJson,
}

/// Reads the command line and runs the command.
pub async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or_else(|| Command::Run(RunArguments::default()));
    let done = match command {
        Command::Run(arguments) => run::run(arguments).await,
        Command::Check { target, plan, variant } => check::check(&target, plan, &variant).await,
        Command::Init { issuer, plan, suited, authority, make_clients, output } => {
            let plan = suited.unwrap_or(plan);
            init::init(init::Arguments { issuer, plan, authority, make_clients, output }).await
        }
        Command::List { plan, features, format } => shown(match (features, format) {
            (false, ListFormat::Json) => list::json(plan),
            (false, ListFormat::Text) => list::text(plan),
            (true, ListFormat::Json) => list::features_json(plan),
            (true, ListFormat::Text) => list::features_text(plan),
        }),
        Command::Explain { name, plan } => explained(&name, plans(plan)),
        Command::Serve { plan, port } => serve::serve(plan, port).await,
        Command::Mutants(arguments) => mutants::mutants(arguments).await,
        Command::Coverage { plan, mutants, accept } => coverage::coverage(plans(plan), mutants, accept).await,
        Command::Vectors { what, folder, anew } => vectors::vectors(what, folder, anew),
    };
    ExitCode::from(done.unwrap_or_else(|error| {
        say(&format!("fapi-conformance: {error}"));
        UNUSABLE
    }))
}

/// The plan for a family of profiles.
fn plan_for(family: &str) -> Result<&'static Plan, String> {
    let known: Vec<_> = PLANS.iter().map(|plan| plan.id.split('-').next().unwrap_or(plan.id)).collect();
    let found = known.iter().position(|known| *known == family).and_then(|place| PLANS.get(place));
    found.ok_or_else(|| format!("no plan for {family}; there are plans for {}", known.join(", ")))
}

fn explained(name: &str, plans: &[Plan]) -> Result<u8, String> {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    match explain::explain(name, plans, width.or_else(terminal).unwrap_or(120)) {
        Some(text) => shown(text),
        None => {
            let like = explain::like(name, plans);
            let hint = if like.is_empty() { "see `list`".into() } else { format!("there are {}", like.join(", ")) };
            Err(format!("no scenario, module or requirement {name}; {hint}"))
        }
    }
}

/// The named plan, or all of them.
fn plans(named: Option<&'static Plan>) -> &'static [Plan] {
    named.map_or(PLANS, std::slice::from_ref)
}

fn shown(text: String) -> Result<u8, String> {
    line(text.trim_end());
    Ok(CLEAN)
}

impl Default for RunArguments {
    fn default() -> Self {
        Self {
            target: None,
            plan: &PLANS[0],
            scenario: vec!["*".into()],
            variant: vec!["*".into()],
            report: Vec::new(),
            verbose: false,
            verbose_report: false,
            fast: false,
            gentle: false,
            jobs: 8,
            unredacted: false,
            no_preflight: false,
            expected: Vec::new(),
            write_expected: None,
        }
    }
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text
            .split_once('=')
            .ok_or("expected FORMAT=PATH, where FORMAT is json, junit, html, sarif, threats-html or threats-json")?;
        let format = match format {
            "json" => Format::Json,
            "junit" => Format::Junit,
            "html" => Format::Html,
            "sarif" => Format::Sarif,
            "threats-html" => Format::ThreatsHtml,
            "threats-json" => Format::ThreatsJson,
            other => return Err(format!("{other} is none of json, junit, html, sarif, threats-html and threats-json")),
        };
        if path.is_empty() { Err("the path is missing".into()) } else { Ok(Self { format, path: path.into() }) }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_interface_is_consistent_and_its_defaults_are_those_of_no_command() {
        Arguments::command().debug_assert();
        let Ok(Arguments { command: Some(Command::Run(run)) }) = Arguments::try_parse_from(["fapi-conformance", "run"]) else {
            unreachable!("`run` is a command")
        };
        let none = RunArguments::default();
        let these = (run.plan.id, run.scenario, run.variant, run.jobs);
        let others = (none.plan.id, none.scenario, none.variant, none.jobs);
        assert_eq!(these, others);
        assert_eq!(none.plan.id, PLAN);
    }

    #[test]
    fn reports() {
        assert_eq!("json=a=b".parse(), Ok(Wanted { format: Format::Json, path: "a=b".into() }));
        for bad in ["json", "json=", "yaml=x", ""] {
            assert!(bad.parse::<Wanted>().is_err(), "{bad}");
        }
    }
}
