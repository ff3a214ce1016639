//! Seeds for the fuzz targets: inputs from the vectors, in the format of the targets.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::runner::{self, fuzzed};

/// Writes a file per case, in a folder per target. Returns the counts as lines to print.
pub fn seeds(folder: &Path) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for kind in fuzzed::kinds() {
        let (_, text) =
            runner::files().iter().find(|(known, _)| *known == kind).ok_or_else(|| format!("no vectors of {kind}"))?;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for case in fuzzed::cases(kind, text)? {
            let below = folder.join(case.target);
            let failed = |error: std::io::Error| format!("{}: {error}", below.display());
            fs::create_dir_all(&below).map_err(failed)?;
            fs::write(below.join(case.name), case.octets).map_err(failed)?;
            *counts.entry(case.target).or_default() += 1;
        }
        let counts: Vec<_> = counts.iter().map(|(target, count)| format!("{count} for {target}")).collect();
        lines.push(format!("{kind:<24} {}", counts.join(", ")));
    }
    Ok(lines)
}
