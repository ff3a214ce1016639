//! The library's own dependencies contain neither a runtime nor any of the implementations that the tests compare it with.

use std::process::Command;

#[test]
fn the_dependency_tree_has_no_runtime_and_no_test_implementation() {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let tree = Command::new(cargo)
        .args(["tree", "-p", "fapi", "-e", "normal", "--prefix", "none", "--all-features", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let names: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"fapi") && names.contains(&"http"), "{tree}");
    for unwanted in ["tokio", "async-std", "smol", "mio", "futures", "josekit", "rsa", "openssl", "rand", "getrandom", "chrono"] {
        assert!(!names.contains(&unwanted), "{unwanted} is a dependency of the library");
    }
}
