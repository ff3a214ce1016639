//! `vectors`: tests the library with the files of `vectors/`, and checks and writes these files.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{CLEAN, FINDINGS};
use crate::report::terminal::line;
use crate::vectors;

/// The tasks of `vectors`.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum What {
    /// Test the library with the files
    Run,
    /// Report the mistakes in the files
    Lint,
    /// Write the files from the tables
    Write,
    /// Write the inputs as seeds for the fuzz targets, to the folder of --folder
    Seeds,
}

pub(super) fn vectors(what: What, folder: Option<PathBuf>, anew: bool) -> Result<u8, String> {
    let usual = folder.clone().unwrap_or_else(|| "vectors".into());
    let (lines, clean) = match what {
        What::Run => vectors::run(folder.as_deref())?,
        What::Lint => {
            let found = vectors::lint(&usual)?;
            let clean = found.is_empty();
            (if clean { vec!["no file has a mistake".into()] } else { found }, clean)
        }
        What::Write => (vectors::write(&usual, anew)?, true),
        What::Seeds => (vectors::seeds(&folder.ok_or("`seeds` requires --folder")?)?, true),
    };
    lines.iter().for_each(|text| line(text));
    Ok(if clean { CLEAN } else { FINDINGS })
}
