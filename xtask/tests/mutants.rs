//! Only a compiler flag adds the code that leaves out checks, and only `cargo xtask mutants` passes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn xtask() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.env_remove("FAPI_XTASK_COMPILES");
    command
}

fn compiled(arguments: &[&str]) -> Output {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    xtask().env("FAPI_XTASK_COMPILES", "1").arg(compiler).args(arguments).output().unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns the files of a folder with this ending, except those in build folders.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let built = folder.join("CACHEDIR.TAG").exists() || folder.ends_with("node_modules") || folder.ends_with(".git");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths = entries.flat_map(|path| if path.is_dir() { files(&path, ending) } else { vec![path] });
    if built { vec![] } else { paths.filter(|path| path.display().to_string().ends_with(ending)).collect() }
}

#[test]
fn the_compiler_gets_the_flag() {
    let output = compiled(&["--print", "cfg"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).lines().any(|line| line == "fapi_waive"));
}

#[test]
fn the_wrapper_exits_as_the_compiler_does() {
    let output = compiled(&["--print", "no-such-thing"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-thing"));
}

#[test]
fn unknown_tasks_are_refused() {
    for arguments in [&["no-such-task"][..], &["rustc", "--print", "cfg"], &[]] {
        let output = xtask().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("cargo xtask mutants"), "{arguments:?}");
    }
}

#[test]
fn no_feature_no_build_script_and_no_setting_passes_the_flag() {
    let sources = files(root(), ".rs");
    for known in ["src/waive.rs", "conformance/src/target/in_process.rs"] {
        assert!(sources.contains(&root().join(known)), "{known}");
    }
    let plain = ["#[cfg(fapi_waive)]", "#[cfg(not(fapi_waive))]", "cfg!(fapi_waive)"];
    let mut switched = 0;
    for path in sources.iter().filter(|path| !path.starts_with(env!("CARGO_MANIFEST_DIR"))) {
        assert_ne!(path.file_name().unwrap(), "build.rs", "{}", path.display());
        let text = fs::read_to_string(path).unwrap();
        for line in text.lines().filter(|line| line.contains("fapi_waive") && !line.trim_start().starts_with("//")) {
            assert!(plain.iter().any(|plain| line.contains(plain)), "{}: {line}", path.display());
            switched += 1;
        }
    }
    assert!(switched > 10, "{switched}");
    for path in files(root(), ".toml") {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| line.contains("fapi_waive") && !line.starts_with('#')) {
            assert!(line.starts_with("unexpected_cfgs = "), "{}: {line}", path.display());
        }
    }
}
