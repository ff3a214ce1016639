//! Every saved case of every fuzz target, through the same functions, on the stable toolchain.
#![allow(clippy::disallowed_methods)] // the corpora are files

#[path = "../fuzz/src/lib.rs"]
#[allow(missing_docs, unreachable_pub, dead_code)]
mod fuzz;

#[path = "../vectors/runner/fuzzed.rs"]
#[allow(unreachable_pub)]
mod fuzzed;

use std::path::Path;

#[test]
fn every_saved_case_holds() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in fuzz::TARGETS {
        let cases = std::fs::read_dir(corpora.join(name)).unwrap_or_else(|error| panic!("the corpus of {name}: {error}"));
        let cases: Vec<_> = cases.map(|case| case.unwrap().path()).collect();
        assert!(!cases.is_empty(), "{name} has no seeds");
        for case in cases {
            let input = std::fs::read(&case).unwrap();
            let held = std::panic::catch_unwind(|| target(&input));
            assert!(held.is_ok(), "{}", case.display());
        }
    }
}

#[test]
fn every_corpus_and_every_binary_has_its_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names: Vec<_> = fuzz::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let listed = |folder: &str| {
        let files = std::fs::read_dir(root.join(folder)).unwrap();
        let mut stems: Vec<_> = files.map(|file| file.unwrap().path().file_stem().unwrap().display().to_string()).collect();
        stems.sort();
        stems
    };
    assert_eq!(listed("corpus"), names);
    assert_eq!(listed("fuzz_targets"), names);
}

#[test]
fn every_vector_holds_as_a_case() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    for (kind, targets) in fuzzed::TARGETS {
        let text = std::fs::read_to_string(vectors.join(format!("{kind}.json"))).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        let tests = file["groups"].as_array().unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap());
        for (test, target) in tests.flat_map(|test| targets.iter().map(move |target| (test, *target))) {
            let input = &test["input"];
            let input = input.as_str().map_or_else(|| input.to_string(), str::to_owned);
            let held = std::panic::catch_unwind(|| fuzz::run(target, input.as_bytes()));
            assert!(held.is_ok(), "{} as a case of {target}", test["id"]);
        }
    }
}
