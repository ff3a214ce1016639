//! `cargo xtask mutants`: builds the suite, the server and the library with `--cfg fapi_waive`, and runs the suite's mutants.
//!
//! The flag must reach the crates of this workspace only. `RUSTFLAGS` reach every crate, so cargo would compile all dependencies
//! once more. cargo calls a `RUSTC_WORKSPACE_WRAPPER` for the members of a workspace only, and keeps what it compiles apart from
//! what the plain compiler makes: this program is that wrapper. No file of the workspace names it, so no other build uses it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// Set for the wrapper: this program is called with the compiler and its arguments.
const COMPILES: &str = "FAPI_XTASK_COMPILES";

/// The folder below the target folder that receives the finished program, so that `target/release/fapi-conformance` is always the
/// program that can leave out nothing.
const FOLDER: &str = "mutants";

/// Builds the suite with the flag and runs its `mutants` with these arguments.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> io::Result<ExitStatus> {
    let own = env::current_exe()?;
    // cargo runs this program from `<target folder>/<profile>/`.
    let target = own.parent().and_then(Path::parent).ok_or_else(|| io::Error::other("not run by `cargo xtask`"))?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--release", "--package", "fapi-conformance"]);
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"));
    cargo.arg("--target-dir").arg(target.join(FOLDER));
    // Intermediate files stay where the other builds keep theirs: there the dependencies are compiled already.
    if env::var_os("CARGO_BUILD_BUILD_DIR").is_none() {
        cargo.env("CARGO_BUILD_BUILD_DIR", target);
    }
    cargo.env("RUSTC_WORKSPACE_WRAPPER", &own).env(COMPILES, "1");
    cargo.args(["--", "mutants"]).args(arguments).status().map_err(|error| named("cargo".as_ref(), error))
}

/// Whether cargo calls this program in the compiler's place.
pub(crate) fn compiles() -> bool {
    env::var_os(COMPILES).is_some()
}

/// Runs the compiler with the flag added.
pub(crate) fn compile(compiler: &OsStr, arguments: impl Iterator<Item = OsString>) -> io::Result<ExitStatus> {
    let mut command = Command::new(compiler);
    command.args(arguments).args(["--cfg", "fapi_waive"]).status().map_err(|error| named(compiler, error))
}

fn named(program: &OsStr, error: io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", program.display()))
}
