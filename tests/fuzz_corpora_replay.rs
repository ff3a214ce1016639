//! Runs every saved case of every fuzz target through the same functions, on the stable toolchain.
#![allow(clippy::disallowed_methods)] // the corpora are files

#[path = "../fuzz/src/lib.rs"]
#[allow(missing_docs, unreachable_pub, dead_code)]
mod fuzz;

#[path = "../vectors/runner/fuzzed.rs"]
#[allow(unreachable_pub)]
mod fuzzed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[test]
fn every_saved_case_holds() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in fuzz::TARGETS {
        let cases = std::fs::read_dir(corpora.join(name)).unwrap_or_else(|error| panic!("the corpus of {name}: {error}"));
        let cases: Vec<_> = cases.map(|case| case.unwrap().path()).collect();
        let mut reached = 0;
        for case in cases {
            let input = std::fs::read(&case).unwrap();
            let through = std::panic::catch_unwind(|| target(&input));
            reached += usize::from(through.unwrap_or_else(|_| panic!("{}", case.display())));
        }
        assert!(reached > 0, "no case of {name} reaches its assertions");
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
    let mut reached: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for kind in fuzzed::kinds() {
        let text = std::fs::read_to_string(vectors.join(format!("{kind}.json"))).unwrap();
        for case in fuzzed::cases(kind, &text).unwrap() {
            let through = std::panic::catch_unwind(|| fuzz::run(case.target, &case.octets));
            let through = through.unwrap_or_else(|_| panic!("{} as a case of {}", case.name, case.target));
            *reached.entry((kind, case.target)).or_default() += usize::from(through);
        }
    }
    for ((kind, target), count) in &reached {
        assert!(*count > 0, "no case of {kind} passes through {target}");
    }
    let seeded: BTreeSet<_> = reached.keys().map(|(_, target)| *target).collect();
    let unseeded: Vec<_> = fuzz::TARGETS.iter().map(|(name, _)| *name).filter(|name| !seeded.contains(name)).collect();
    // Whole exchanges have their own corpus.
    assert_eq!(unseeded, ["exchange"]);
}
