//! The preflight: one ordinary flow of each client in each variant, before anything is judged.
//!
//! It tells a mistake in the target file, in the registration or in the network from a violation by the server. What can only be
//! the server's violation does not stop it: the run judges that. What can be either stops it, and the sentence says both.

mod authentication;
mod clock;
mod contradictions;
mod documents;
mod flow;
mod front_channel;
mod login;
mod own;
mod pages;
mod reach;
mod request;
mod resource;
mod token;
mod walk;
mod words;

use std::fmt;
use std::sync::Arc;

use fapi_server::toml_reader::Mistake;

use crate::http::{Http, HttpExchange};
use crate::target::Target;
use crate::variant::Variant;

/// A step of the preflight. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The settings in the target file fit each other.
    Settings,
    /// The server answers.
    Reachable,
    /// It has metadata of this issuer, with the endpoints that the variant needs.
    Metadata,
    /// It accepts a pushed request: the client's authentication, redirect URI and scope.
    Request,
    /// The user logs in and consents.
    Login,
    /// It issues tokens.
    Token,
    /// The resource serves the client.
    Resource,
    /// The refresh token is accepted.
    Refresh,
}

/// A step that is done.
#[derive(Debug)]
pub struct Done<'a> {
    /// The step.
    pub step: Step,
    /// The variant, unless the step concerns all of them.
    pub variant: Option<Variant>,
    /// The client, unless the step concerns both.
    pub client: Option<&'a str>,
    /// The reason why the step is left to the run or left out, if it is.
    pub left: Option<&'a str>,
    /// The number of deviations of the server that the step met. The run tells them.
    pub deviations: usize,
}

impl Done<'_> {
    /// Returns true if the client got no access token, so that hardly anything can be judged.
    pub fn is_without_token(&self) -> bool {
        self.left.is_some() && matches!(self.step, Step::Request | Step::Login | Step::Token)
    }
}

/// The first thing that does not work.
#[derive(Debug)]
pub struct Diagnosis {
    /// The place in the target file, and one sentence: the observation, and the setting or the registration to look at.
    pub mistake: Mistake,
    /// The exchange that shows it.
    pub exchange: Option<u64>,
    /// Everything sent to the same target.
    pub exchanges: Vec<Arc<HttpExchange>>,
}

/// The reason why a step did not succeed.
enum Trouble {
    /// A mistake of the user, or possibly one.
    Mistake(Box<Diagnosis>),
    /// The step is left to the run, or left out.
    Left(String),
}

/// The result of a step.
type Checked<T> = Result<T, Trouble>;

/// Checks targets that were read from one file, until the first thing that does not work. `each` gets the steps that are done.
pub async fn check(targets: &[Arc<Target>], mut each: impl FnMut(&Done<'_>)) -> Result<(), Box<Diagnosis>> {
    targets.iter().try_for_each(|target| own::check(target))?;
    each(&Done { step: Step::Settings, variant: None, client: None, left: None, deviations: 0 });
    let mut ports = documents::Ports::default();
    for (number, target) in targets.iter().enumerate() {
        let http = Http::new(target.connector.clone());
        let metadata = documents::read(target, &http).await?;
        if number == 0 {
            each(&Done { step: Step::Reachable, variant: None, client: None, left: None, deviations: 0 });
        }
        documents::check(target, &http, &metadata, &mut ports).await?;
        each(&Done { step: Step::Metadata, variant: Some(target.variant), client: None, left: None, deviations: 0 });
        for client in [0, 1] {
            let walk = walk::Walk::new(target, client, &http, &metadata);
            let id = target.clients[client].id.clone();
            let mut before = 0;
            let done = |step, left: Option<&str>| {
                let deviations = walk.deviations() - before;
                before += deviations;
                each(&Done { step, variant: Some(target.variant), client: Some(&id), left, deviations });
            };
            flow::run(&walk, &mut ports, done).await?;
        }
        own::check_names(target)?;
    }
    Ok(())
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Settings => "settings",
            Self::Reachable => "reachable",
            Self::Metadata => "metadata",
            Self::Request => "request",
            Self::Login => "login",
            Self::Token => "token",
            Self::Resource => "resource",
            Self::Refresh => "refresh",
        })
    }
}

impl fmt::Display for Done<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.left.is_none() { "ok" } else { "--" };
        let variant = self.variant.map(|variant| variant.to_string());
        let text = match (variant, self.client) {
            (None, _) => self.step.to_string(),
            (Some(variant), None) => format!("{:9}  {variant}", self.step),
            (Some(variant), Some(client)) => format!("{:9}  {variant:38}  {client}", self.step),
        };
        write!(formatter, "{word}  {text}")?;
        match self.deviations {
            0 => {}
            1 => formatter.write_str("  1 deviation, which the run tells")?,
            count => write!(formatter, "  {count} deviations, which the run tells")?,
        }
        self.left.map_or(Ok(()), |left| write!(formatter, "  {left}"))
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mistake.fmt(formatter)
    }
}

impl std::error::Error for Diagnosis {}
