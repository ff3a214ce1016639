//! The packages agree with each other and with the crate: the version, the description, the platforms, and the archive.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use toml::Table;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn table(path: &str) -> Table {
    read(path).parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn npm() -> Value {
    serde_json::from_str(&read("packages/npm/package.json")).unwrap()
}

/// The columns of packages/platforms.tsv, without its header: target, npm's name, GitHub's name.
fn platforms() -> Vec<Vec<String>> {
    let rows = read("packages/platforms.tsv");
    let rows = rows.lines().filter(|line| !line.starts_with('#')).skip(1);
    let rows: Vec<_> = rows.map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    assert!(!rows.is_empty());
    rows
}

/// The requirement by which `pip` would install what makes the wheel.
fn pypi_builder() -> String {
    let requires = table("packages/pypi/pyproject.toml")["build-system"]["requires"].clone();
    requires[0].as_str().unwrap().to_owned()
}

/// Every text of the form `1.2.3` that follows this one.
fn versions_after(text: &str, before: &str) -> Vec<String> {
    let rests = text.split(before).skip(1);
    let versions = rests.map(|rest| rest.chars().take_while(|it| it.is_ascii_digit() || *it == '.').collect::<String>());
    versions.filter(|version| version.split('.').count() == 3).collect()
}

#[test]
fn every_package_has_the_version_of_the_workspace() {
    let crates = table("conformance/Cargo.toml");
    assert_eq!(crates["package"]["version"]["workspace"].as_bool(), Some(true));

    let npm = npm();
    assert_eq!(npm["version"], VERSION);
    for (name, version) in npm["optionalDependencies"].as_object().unwrap() {
        assert_eq!(version, VERSION, "{name}");
    }

    // maturin reads the version of the crate, unless the project has one of its own.
    let pypi = table("packages/pypi/pyproject.toml");
    let pypi = pypi["project"].as_table().unwrap();
    assert!(!pypi.contains_key("version"));
    assert_eq!(pypi["dynamic"].as_array().unwrap(), &["version".into()]);

    let builder = pypi_builder();
    assert!(read("packages/tools/requirements.txt").lines().any(|line| line == builder), "{builder}");

    for (path, before) in [
        ("action.yml", "default: \""),
        ("packages/gitlab/fapi-conformance.yml", "default: \""),
        ("docs/ci/github-actions.yml", "@v"),
        ("docs/ci/gitlab-ci.yml", "/download/v"),
    ] {
        let versions = versions_after(&read(path), before);
        assert!(!versions.is_empty(), "{path} names no version");
        assert!(versions.iter().all(|version| version == VERSION), "{path} names {versions:?}");
    }
}

#[test]
fn every_package_has_the_name_licence_and_description_of_the_crate() {
    let (crates, npm, pypi) = (table("conformance/Cargo.toml"), npm(), table("packages/pypi/pyproject.toml"));
    let licence = table("Cargo.toml")["workspace"]["package"]["license"].clone();
    for member in ["name", "description"] {
        let expected = crates["package"][member].as_str().unwrap();
        assert_eq!(npm[member], expected);
        assert_eq!(pypi["project"][member].as_str(), Some(expected));
    }
    assert_eq!(npm["license"].as_str(), licence.as_str());
    assert_eq!(pypi["project"]["license"].as_str(), licence.as_str());
}

#[test]
fn every_package_has_the_same_features_and_ci_runs_them() {
    let common = read("packages/common.sh");
    let features = common.lines().find_map(|line| line.strip_prefix("features=")).unwrap();
    let known = table("conformance/Cargo.toml")["features"].clone();
    assert!(features.split(',').all(|feature| known.get(feature).is_some()), "{features}");
    // OpenSSL is inside.
    assert!(features.split(',').any(|feature| feature == "vendored-openssl"));

    let pypi = table("packages/pypi/pyproject.toml")["tool"]["maturin"]["features"].clone();
    let pypi: Vec<_> = pypi.as_array().unwrap().iter().map(|feature| feature.as_str().unwrap()).collect();
    assert_eq!(pypi.join(","), features);
    assert!(read("packages/container/Containerfile").contains(&format!(" --features {features} ")));
    assert!(read(".ci/run").lines().any(|line| line == format!("export FEATURES={features}")));
}

#[test]
fn npm_gitlab_and_the_launcher_name_the_platforms_that_there_are() {
    let expected: BTreeSet<_> = platforms().iter().map(|row| format!("fapi-conformance-{}", row[1])).collect();
    let npm = npm();
    let named: BTreeSet<_> = npm["optionalDependencies"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(named, expected);

    let gitlab = read("packages/gitlab/fapi-conformance.yml");
    let stem = gitlab.lines().find_map(|line| line.trim().strip_prefix("FAPI_STEM: ")).unwrap();
    assert!(platforms().iter().any(|row| stem.contains(&row[0])), "{stem}");
}

#[test]
fn the_archive_is_as_binstall_the_action_and_the_gitlab_job_expect_it() {
    let metadata = table("conformance/Cargo.toml");
    let metadata = metadata["package"]["metadata"]["binstall"].as_table().unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("archive");
    for row in platforms() {
        let target = &row[0];
        let filled = |template: &str| {
            let text =
                metadata[template].as_str().unwrap().replace("{ name }", "fapi-conformance").replace("{ version }", VERSION);
            let text = text.replace("{ target }", target).replace("{ bin }", "fapi-conformance").replace("{ binary-ext }", "");
            text.replace("{ repo }", "https://repository.example")
        };
        let made = Command::new(root().join("packages/archive.sh"))
            .args(["/bin/true", "Cargo.toml", target])
            .arg(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let archive = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim_end());

        let (url, inside) = (filled("pkg-url"), filled("bin-dir"));
        let (address, file) = url.rsplit_once('/').unwrap();
        assert_eq!(address, format!("https://repository.example/releases/download/v{VERSION}"));
        assert_eq!(archive.file_name().unwrap(), file);
        assert_eq!(metadata["pkg-fmt"].as_str(), Some("tgz"));
        let listed = Command::new("tar").arg("--list").arg("--file").arg(&archive).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        assert!(listed.lines().any(|line| line == inside), "{inside} is not in {listed}");

        let stem = file.strip_suffix(".tar.gz").unwrap();
        assert_eq!(inside, format!("{stem}/fapi-conformance"));
        let digest = fs::read_to_string(folder.join(format!("{file}.sha256"))).unwrap();
        assert!(digest.ends_with(&format!("  {file}\n")), "{digest}");
    }
    // How the two others spell the same names.
    let action = read("packages/github/action.sh");
    for text in
        ["/releases/download/v$VERSION", "$name-$VERSION-$target\"", "archive=$STEM.tar.gz", "$name-$VERSION-$target/$name\""]
    {
        assert!(action.contains(text), "{text}");
    }
    let gitlab = read("packages/gitlab/fapi-conformance.yml");
    for text in ["fapi-conformance-$[[ inputs.version ]]-", "$FAPI_STEM.tar.gz.sha256", "$FAPI_STEM/fapi-conformance"] {
        assert!(gitlab.contains(text), "{text}");
    }
}

#[test]
fn every_input_of_the_action_is_used() {
    let action = read("action.yml");
    let (inputs, rest) = action.split_once("\noutputs:\n").unwrap();
    let inputs = inputs.split_once("\ninputs:\n").unwrap().1;
    let names: Vec<_> = inputs.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':')).collect();
    let names: Vec<_> = names.into_iter().filter(|name| !name.starts_with(' ')).collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        assert!(rest.contains(&format!("inputs.{name}")), "{name}");
    }
}
