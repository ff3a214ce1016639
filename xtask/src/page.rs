//! `cargo xtask oauch` and `cargo xtask pipeline`: print a page of `docs` that the suite makes from its tables or the library's.

use std::env;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// Prints the page that the suite's example of this name makes.
pub(crate) fn run(example: &str) -> io::Result<ExitStatus> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--package", "fapi-conformance", "--example", example]);
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml")).status()
}
