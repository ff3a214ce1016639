//! The suite uses its own cryptography. The library's `jose` is named only by the runner of the vectors, which tests the library, and by
//! the code that starts the reference server and that registers clients with it: a registration contains the library's types for an
//! algorithm and for JSON. There is no exception for the code that makes the vectors.

use std::collections::BTreeSet;
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
fn only_what_starts_the_reference_server_or_registers_clients_names_the_librarys_jose() {
    let allowed = ["target/in_process", "target/init/clients", "target/made"];
    let offenders =
        naming_jose("src").into_iter().filter(|path| !allowed.iter().any(|it| path.display().to_string().contains(it)));
    assert_eq!(offenders.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

#[test]
fn of_registrations_only_the_types_of_an_algorithm_and_of_json_are_used() {
    let mut used = BTreeSet::new();
    for path in naming_jose("src/target/made") {
        let text = fs::read_to_string(path).unwrap_or_default();
        used.extend(
            text.split("fapi::jose")
                .skip(1)
                .map(|rest| rest.chars().take_while(|it| it.is_alphanumeric() || *it == ':').collect::<String>()),
        );
    }
    let used: Vec<_> = used.iter().map(String::as_str).collect();
    assert_eq!(used, ["::Algorithm::parse", "::Json", "::Json::parse"]);
}

#[test]
fn the_runner_of_the_vectors_is_the_one_exception_and_stands_outside_of_the_suite() {
    assert!(!naming_jose("../vectors/runner").is_empty());
    let included = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vectors.rs")).unwrap_or_default();
    assert!(included.contains("#[path = \"../../vectors/runner/mod.rs\"]\npub mod runner;"));
}
