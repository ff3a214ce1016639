//! Seeds for the fuzz targets: the input of every vector, for the target that reads its kind.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::runner::{self, fuzzed::TARGETS};

/// Writes a file per input below a folder per target; says how many.
pub fn seeds(folder: &Path) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for (kind, targets) in TARGETS {
        let (_, text) = runner::files().iter().find(|(known, _)| known == kind).ok_or_else(|| format!("no vectors of {kind}"))?;
        let file: Value = serde_json::from_str(text).map_err(|error| format!("{kind}: {error}"))?;
        let groups = file["groups"].as_array().into_iter().flatten();
        let tests: Vec<&Value> = groups.flat_map(|group| group["tests"].as_array().into_iter().flatten()).collect();
        for target in *targets {
            let below = folder.join(target);
            let failed = |error: std::io::Error| format!("{}: {error}", below.display());
            fs::create_dir_all(&below).map_err(failed)?;
            for test in &tests {
                fs::write(below.join(test["id"].as_str().unwrap_or(kind)), octets(&test["input"])).map_err(failed)?;
            }
        }
        lines.push(format!("{kind:<24} {:>4} for {}", tests.len(), targets.join(", ")));
    }
    Ok(lines)
}

/// What a target reads: the text itself, or of several values the one that is hard to read.
fn octets(input: &Value) -> Vec<u8> {
    let credential = input["authorization"].as_str().and_then(|header| header.split_once(' ')).map(|(_, token)| token);
    let text = input.as_str().or(credential).or(input["code_challenge"].as_str());
    text.map_or_else(|| input.to_string(), str::to_owned).into_bytes()
}
