//! `cargo xtask mutants`: builds the suite, the server and the library with `--cfg fapi_waive`, and runs the suite's mutants.
//!
//! Only the crates of this workspace need the flag. cargo passes `RUSTFLAGS` to every crate, and would compile all dependencies
//! again. It calls a `RUSTC_WORKSPACE_WRAPPER` only for the members of the workspace, and keeps its output apart from that of the
//! plain compiler. This program is that wrapper. No file of the workspace configures it, so no other build uses it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// The variable that makes this program the wrapper. cargo then passes the compiler and its arguments.
const COMPILES: &str = "FAPI_XTASK_COMPILES";

/// The subfolder of the target folder for the finished program, so that `target/release/fapi-conformance` never leaves out checks.
const FOLDER: &str = "mutants";

/// Builds the suite with the flag and runs its `mutants` with these arguments. If they begin with `--features LIST`, the suite is built
/// with these features: dependencies that other builds compiled with the same ones are not compiled again.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> io::Result<ExitStatus> {
    let mut arguments = arguments.peekable();
    let own = env::current_exe()?;
    // cargo runs this program from `<target folder>/<profile>/`.
    let target = own.parent().and_then(Path::parent).ok_or_else(|| io::Error::other("not run by `cargo xtask`"))?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--release", "--package", "fapi-conformance"]);
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"));
    cargo.arg("--target-dir").arg(target.join(FOLDER));
    // Intermediate files go where the other builds keep theirs, because these compiled the dependencies.
    if env::var_os("CARGO_BUILD_BUILD_DIR").is_none() {
        cargo.env("CARGO_BUILD_BUILD_DIR", target);
    }
    cargo.env("RUSTC_WORKSPACE_WRAPPER", &own).env(COMPILES, "1");
    if arguments.next_if(|first| first == "--features").is_some() {
        let features = arguments.next().ok_or_else(|| io::Error::other("--features needs a list of features"))?;
        cargo.arg("--features").arg(features);
    }
    cargo.args(["--", "mutants"]).args(arguments).status().map_err(|error| named("cargo".as_ref(), error))
}

/// Returns true if cargo calls this program as the wrapper.
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
