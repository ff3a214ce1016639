//! `cargo xtask oauch`: prints the page of OAuch's checks, which the suite makes from its table.

use std::env;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// Prints the page.
pub(crate) fn run() -> io::Result<ExitStatus> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--package", "fapi-conformance", "--example", "oauch"]);
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml")).status()
}
