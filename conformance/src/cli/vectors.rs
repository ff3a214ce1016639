//! `vectors`: judges the library by the files of `vectors/`, and checks and writes these files.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{CLEAN, FINDINGS};
use crate::report::terminal::line;
use crate::vectors;

/// The tasks of `vectors`.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum What {
    /// Judge the library by the files
    Run,
    /// Report the mistakes in the files
    Lint,
    /// Write the files from the tables
    Write,
    /// Write the inputs as seeds for the fuzz targets, below --folder
    Seeds,
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
        What::Seeds => (vectors::seeds(&folder.ok_or("where? --folder says it")?)?, true),
    };
    lines.iter().for_each(|text| line(text));
    Ok(if clean { CLEAN } else { FINDINGS })
}
