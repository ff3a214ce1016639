//! The library's own dependencies hold no runtime, and none of the implementations that judge it.

use std::process::Command;

#[test]
fn nothing_in_the_tree_waits_or_judges() {
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
        assert!(!names.contains(&unwanted), "{unwanted} is in the tree");
    }
}
