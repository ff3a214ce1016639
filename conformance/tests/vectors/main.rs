//! The files of `vectors/` pass the linter, are those that the tables produce, and agree with the library.

mod disorder;
mod rules;
mod schema;
mod signatures;

use std::fs;
use std::path::{Path, PathBuf};

use fapi_conformance::vectors;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// Copies the files, so that a test can overwrite them.
fn copy(name: &str) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for (kind, text) in vectors::runner::files() {
        let file = copy.join(format!("{kind}.json"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    for name in ["keys.json", "requirements.json"] {
        fs::copy(folder().join(name), copy.join(name)).unwrap();
    }
    fs::create_dir_all(copy.join("schema")).unwrap();
    for schema in fs::read_dir(folder().join("schema")).unwrap() {
        let schema = schema.unwrap();
        fs::copy(schema.path(), copy.join("schema").join(schema.file_name())).unwrap();
    }
    copy
}

fn read(folder: &Path, kind: &str) -> String {
    fs::read_to_string(folder.join(format!("{kind}.json"))).unwrap()
}

#[test]
fn every_file_is_in_order_and_the_library_agrees() {
    assert_eq!(vectors::lint(&folder()), Ok(vec![]));
    for source in [None, Some(folder())] {
        let (lines, clean) = vectors::run(source.as_deref()).unwrap();
        assert!(clean, "{lines:#?}");
    }
}

#[test]
fn writing_again_changes_nothing() {
    let copy = copy("vectors-again");
    vectors::write(&copy, false).unwrap();
    for (kind, text) in vectors::runner::files() {
        assert!(read(&copy, kind) == *text, "{kind} differs from its table: run `fapi-conformance vectors write`");
    }
    for name in ["keys", "requirements"] {
        assert_eq!(read(&copy, name), read(&folder(), name));
    }
}

#[test]
fn a_test_that_is_gone_leaves_its_number_and_a_new_one_gets_the_next() {
    let copy = copy("vectors-numbers");
    let text = read(&copy, "scope");
    // The file has another comment, so the test of the table is new.
    fs::write(copy.join("scope.json"), text.replacen("three tokens", "other tokens", 1)).unwrap();
    vectors::write(&copy, false).unwrap();
    let written = read(&copy, "scope");
    assert!(!written.contains("\"scope-2\"") && written.contains("{ \"id\": \"scope-36\", \"comment\": \"three tokens\""));
    assert!(written.contains("\"lastId\": 36") && written.contains("\"scope-35\"") && written.contains("\"scope-1\""));
}

#[test]
fn a_library_that_says_otherwise_is_noticed() {
    let copy = copy("vectors-otherwise");
    for (kind, text) in vectors::runner::files() {
        fs::write(copy.join(format!("{kind}.json")), text.replacen("\"result\": \"valid\"", "\"result\": \"invalid\"", 1))
            .unwrap();
    }
    let (lines, clean) = vectors::run(Some(&copy)).unwrap();
    assert!(!clean && lines.len() > 2 * vectors::runner::files().len(), "{lines:#?}");
}
