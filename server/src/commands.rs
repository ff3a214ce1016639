//! The commands that look at a configuration and start no server.

use clap::{Subcommand, ValueEnum};
use fapi::SubjectType;
use fapi::scope::Scope;
use fapi_server::{Clock, Config, Examination, Explained, Question, SystemClock, printed_tables};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Name every mistake and every unwise choice in a configuration. Ends with 2 if there is a mistake.
    Check {
        /// The configuration (TOML).
        file: PathBuf,
        /// End with 1 if there is an unwise choice.
        #[arg(long)]
        strict: bool,
    },
    /// Explain step by step what a client would get for an API, and by which statements.
    Explain(Asked),
}

#[derive(clap::Args)]
pub(crate) struct Asked {
    /// The configuration (TOML).
    #[arg(required_unless_present = "tables")]
    file: Option<PathBuf>,
    /// The client.
    #[arg(long, value_name = "ID", required_unless_present = "tables")]
    client: Option<String>,
    /// The identifier of the API [default: the default audience].
    #[arg(long, value_name = "ID")]
    api: Option<String>,
    /// The name or the subject of the user.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The scope of the request.
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// The subject that the client acts for [default: user, or client if it has client credentials alone].
    #[arg(long = "as", value_enum, value_name = "SUBJECT")]
    subject_type: Option<Subject>,
    /// The organization that the request names.
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print the decision tables instead.
    #[arg(long, conflicts_with_all = ["client", "api", "user", "scope", "subject_type", "organization", "json"])]
    tables: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    User,
    Client,
}

/// Runs a command; returns the text to print and the status of the process.
pub(crate) fn run(command: &Command) -> Result<(String, ExitCode), Box<dyn Error>> {
    match command {
        Command::Check { file, strict } => {
            let examination = Examination::of(file, SystemClock.now());
            let status = match (examination.mistakes.is_empty(), examination.warnings.is_empty()) {
                (false, _) => 2,
                (true, false) if *strict => 1,
                _ => 0,
            };
            Ok((format!("{examination}\n"), status.into()))
        }
        Command::Explain(asked) if asked.tables => Ok((printed_tables(), ExitCode::SUCCESS)),
        Command::Explain(asked) => Ok((explain(asked)?, ExitCode::SUCCESS)),
    }
}

fn explain(asked: &Asked) -> Result<String, Box<dyn Error>> {
    let config = Config::load(asked.file.as_deref().unwrap_or("".as_ref()))?;
    let mut question = Question::new(asked.client.clone().unwrap_or_default());
    question.api = asked.api.clone();
    question.user = asked.user.clone();
    question.organization = asked.organization.clone();
    question.scope =
        asked.scope.as_deref().map(|scope| Scope::parse(scope).map_err(|error| format!("--scope: {error}"))).transpose()?;
    question.subject_type = asked.subject_type.map(|subject| match subject {
        Subject::User => SubjectType::User,
        Subject::Client => SubjectType::Client,
    });
    let explained = Explained::of(&config, &question, SystemClock.now())?;
    Ok(match asked.json {
        true => serde_json::to_string_pretty(&explained)? + "\n",
        false => explained.to_string(),
    })
}
