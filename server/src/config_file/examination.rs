//! The examination of a file: its mistakes and its unwise choices, all at once.

use super::Reader;
use crate::check::unwise;
use crate::config::Config;
use crate::toml_reader::{Document, Mistake};
use fapi::Timestamp;
use std::fmt;
use std::path::{Path, PathBuf};

/// Everything that is wrong or unwise in a file. It is displayed as a line of figures and a line for each.
///
/// ```
/// use fapi::Timestamp;
/// use fapi_server::Examination;
///
/// let examination = Examination::of("nowhere/server.toml".as_ref(), Timestamp::from_seconds(1_800_000_000));
/// assert_eq!(examination.mistakes.len(), 1);
/// assert!(examination.to_string().starts_with("nowhere/server.toml: 1 mistake, 0 warnings\n"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Examination {
    /// The file.
    pub file: PathBuf,
    /// The mistakes: with one of them, no server starts.
    pub mistakes: Vec<Mistake>,
    /// The unwise choices: a server starts with them.
    pub warnings: Vec<Mistake>,
    /// The names of the clients whose identifiers the server generates, with these if an earlier start generated them.
    pub client_ids: Vec<(String, Option<String>)>,
}

impl Examination {
    /// Examines a file at this time, at which the certificate should be valid.
    pub fn of(file: &Path, now: Timestamp) -> Self {
        match Config::text_of(file) {
            Ok(text) => Self::of_text(&text, file, now),
            Err(mistakes) => Self { file: file.to_owned(), mistakes: mistakes.0, warnings: vec![], client_ids: vec![] },
        }
    }

    /// Examines a text; `file` is the name that mistakes show, and paths in the text are relative to its directory.
    pub fn of_text(text: &str, file: &Path, now: Timestamp) -> Self {
        let found = |mistakes, warnings, client_ids| Self { file: file.to_owned(), mistakes, warnings, client_ids };
        let document = match Document::parse(file, text) {
            Ok(document) => document,
            Err(mistakes) => return found(mistakes.0, vec![], vec![]),
        };
        let (config, origins) = Reader::read(&document, file);
        let mut warnings: Vec<_> = unwise(&config)
            .iter()
            .map(|mistake| origins.locate(mistake))
            .filter(|(path, _)| !document.has_mistake(path))
            .map(|(path, text)| document.located(&path, text))
            .collect();
        // The rest is about several members.
        let others = config.shortened().into_iter().chain(config.warnings(now));
        warnings.extend(others.map(|text| Mistake::new("", text)));
        warnings.sort_by(|one, other| one.place.cmp(&other.place));
        let client_ids = config.client_ids.used();
        let client_ids = client_ids.map(|(name, id, kept)| (name.to_owned(), kept.then(|| id.to_owned()))).collect();
        found(document.finish(()).err().map(|mistakes| mistakes.0).unwrap_or_default(), warnings, client_ids)
    }
}

impl fmt::Display for Examination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
        let (mistakes, warnings) = (count(self.mistakes.len(), "mistake"), count(self.warnings.len(), "warning"));
        write!(f, "{}: {mistakes}, {warnings}", self.file.display())?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))?;
        self.warnings.iter().try_for_each(|warning| write!(f, "\n  warning: {warning}"))?;
        self.client_ids.iter().try_for_each(|(name, id)| match id {
            Some(id) => write!(f, "\n  client {name:?}: client_id {id}"),
            None => write!(f, "\n  client {name:?}: the first start generates its client_id"),
        })
    }
}
