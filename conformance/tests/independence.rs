//! The suite judges with cryptography of its own: only what starts the reference server may name the library's.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn only_what_starts_the_reference_server_names_the_librarys_jose() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let names_jose = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains("fapi::jose"));
    let offenders: Vec<_> =
        files.into_iter().filter(|path| !path.display().to_string().contains("target/in_process")).filter(names_jose).collect();
    assert_eq!(offenders, Vec::<PathBuf>::new());
}
