//! The targets and the properties that they assert. The libFuzzer targets and the library's own tests, which replay the corpora
//! on the stable toolchain, use the same functions.

mod exchange;
mod parsers;

/// A target: takes any octets, panics if an assertion fails, and returns true if the input reached the assertions.
pub type Target = fn(&[u8]) -> bool;

/// Every target, with the name of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("basic", parsers::basic),
    ("certificate", parsers::certificate),
    ("distinguished_name", parsers::distinguished_name),
    ("exchange", exchange::run),
    ("form", parsers::form),
    ("htu", parsers::htu),
    ("json", parsers::json),
    ("jwk", parsers::jwk),
    ("jwk_set", parsers::jwk_set),
    ("jws", parsers::jws),
    ("jwt", parsers::jwt),
    ("pkce", parsers::pkce),
    ("redirect_uri", parsers::redirect_uri),
    ("scope", parsers::scope),
];

/// Runs the target with this name, and returns true if the input reached its assertions.
pub fn run(name: &str, input: &[u8]) -> bool {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target.unwrap_or_else(|| panic!("no target {name}")).1(input)
}
