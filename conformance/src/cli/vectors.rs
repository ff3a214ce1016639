//! `vectors`: judging the library by the files of `vectors/`, and keeping them in order.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{CLEAN, FINDINGS};
use crate::report::terminal::line;
use crate::vectors;

/// What to do with the vectors.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum What {
    /// Judge the library by the files
    Run,
    /// Say what is not in order in the files
    Lint,
    /// Write the files from the tables
    Write,
}

pub(super) fn vectors(what: What, folder: Option<PathBuf>, anew: bool) -> Result<u8, String> {
    let usual = folder.clone().unwrap_or_else(|| "vectors".into());
    let (lines, clean) = match what {
        What::Run => vectors::run(folder.as_deref())?,
        What::Lint => {
            let found = vectors::lint(&usual)?;
            let clean = found.is_empty();
            (if clean { vec!["every file is in order".into()] } else { found }, clean)
        }
        What::Write => (vectors::write(&usual, anew)?, true),
    };
    lines.iter().for_each(|text| line(text));
    Ok(if clean { CLEAN } else { FINDINGS })
}
