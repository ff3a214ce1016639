//! The suite uses its own cryptography. Only the code that starts the reference server and the runner of the vectors, which tests
//! the library, may use the library's. There is no exception for the code that makes the vectors.

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

fn naming_jose(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    files.into_iter().filter(|path| fs::read_to_string(path).is_ok_and(|text| text.contains("fapi::jose"))).collect()
}

#[test]
fn only_what_starts_the_reference_server_names_the_librarys_jose() {
    let starts_it = |path: &PathBuf| path.display().to_string().contains("target/in_process");
    let offenders: Vec<_> = naming_jose("src").into_iter().filter(|path| !starts_it(path)).collect();
    assert_eq!(offenders, Vec::<PathBuf>::new());
}

#[test]
fn the_runner_of_the_vectors_is_the_one_exception_and_stands_outside_of_the_suite() {
    assert!(!naming_jose("../vectors/runner").is_empty());
    let included = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vectors.rs")).unwrap_or_default();
    assert!(included.contains("#[path = \"../../vectors/runner/mod.rs\"]\npub mod runner;"));
}
