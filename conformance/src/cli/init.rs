//! `init`: begins a target file.

use std::path::{Path, PathBuf};

use super::{CLEAN, shown};
use crate::http::{Connector, Trust};
use crate::say;
use crate::target::init::{self, FILL_IN, Wishes};
use crate::variant::Plan;

/// The arguments of `init`.
pub(super) struct Arguments {
    pub(super) issuer: String,
    pub(super) plan: &'static Plan,
    pub(super) authority: Option<PathBuf>,
    pub(super) make_clients: Option<PathBuf>,
    pub(super) output: Option<PathBuf>,
}

/// Writes the target file, and says what is to be done next.
pub(super) async fn init(arguments: Arguments) -> Result<u8, String> {
    let Arguments { issuer, plan, authority, make_clients, output } = arguments;
    let existing = output.iter().chain(&make_clients).find(|path| path.exists());
    if let Some(path) = existing {
        return Err(format!("{} exists, and is not overwritten", path.display()));
    }
    let trust = match &authority {
        Some(path) => {
            let told = |error: String| format!("{}: {error}", path.display());
            let pem = std::fs::read_to_string(path).map_err(|error| told(error.to_string()))?;
            Trust::authorities(&pem).map_err(told)?
        }
        None => Trust::system(),
    };
    let folder = output.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let (authority, clients) = (authority.as_deref(), make_clients.as_deref());
    let begun = init::init(&Wishes { issuer: &issuer, plan, authority, clients, folder }, Connector::new(trust)).await?;
    let done = match output {
        None => shown(begun.text)?,
        Some(path) => {
            let left = begun.text.lines().filter(|line| !line.starts_with('#') && line.contains(FILL_IN)).count();
            std::fs::write(&path, begun.text).map_err(|error| format!("{}: {error}", path.display()))?;
            say(&format!("wrote {}: {left} lines are to be filled in; they are marked {FILL_IN}", path.display()));
            CLEAN
        }
    };
    begun.next.iter().for_each(|sentence| say(sentence));
    Ok(done)
}
