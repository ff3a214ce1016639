//! `cargo xtask notices` prints the licences of what is linked into the suite, and of nothing else.

use std::process::Command;

#[test]
fn what_is_linked_is_named_with_its_licence() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(["notices", "--offline", "--filter-platform"]).arg(host()).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let (packages, texts) = text.split_once("\n---").unwrap();
    let listed = |name: &str| packages.lines().any(|line| line.starts_with(&format!("{name} ")));

    // Two that the suite links, and the sources in C that one of them brings.
    assert!(listed("josekit") && listed("aws-lc-sys"));
    assert!(texts.contains("OpenSSL") && texts.contains("Permission is hereby granted, free of charge"));
    // A test's, a macro, a build script's, and ours.
    for name in ["insta", "serde_derive", "cc", "fapi", "fapi-server", "fapi-conformance"] {
        assert!(!listed(name), "{name}");
    }
}

#[test]
fn an_unknown_feature_is_refused() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(["notices", "--offline", "--features", "no-such-feature"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).contains("no-such-feature"));
}

/// The platform of this machine, since the sources of dependencies for others need not be there.
fn host() -> String {
    let version = Command::new("rustc").args(["--version", "--verbose"]).output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}
