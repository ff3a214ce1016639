//! `vectors/`: running, checking and writing the files.
//!
//! The runner tests the library with the files, and is shared with the library's tests. It is the only part of this crate that uses
//! the library's JOSE, since it tests the library. The code that makes vectors signs with `josekit`.

mod der;
mod file;
mod forge;
mod keys;
mod lint;
mod naming;
mod own;
mod refused;
#[path = "../../vectors/runner/mod.rs"]
pub mod runner;
mod seeds;
mod table;
mod write;

pub use lint::lint;
pub use seeds::seeds;
pub use write::write;

use std::path::Path;

use runner::Judged;

/// Tests the library with every file, of this folder or the built-in ones. Returns the lines to print, and true if all tests pass.
pub fn run(folder: Option<&Path>) -> Result<(Vec<String>, bool), String> {
    let mut lines = Vec::new();
    let mut all = Vec::new();
    for (kind, text) in runner::files() {
        let path = folder.map(|folder| folder.join(format!("{kind}.json")));
        let read = path.map(|path| std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display())));
        let judged = runner::run(read.transpose()?.as_deref().unwrap_or(text));
        let agreeing = judged.iter().filter(|judged| judged.agrees()).count();
        lines.push(format!("{kind:<24} {agreeing:>4} of {:>4} agree", judged.len()));
        all.extend(judged);
    }
    let disagreements: Vec<&Judged> = all.iter().filter(|judged| !judged.agrees()).collect();
    lines.push(format!("{:<24} {:>4} of {:>4} agree", "all", all.len() - disagreements.len(), all.len()));
    lines.extend(disagreements.iter().map(|judged| judged.to_string()));
    Ok((lines, disagreements.is_empty()))
}
