//! What each target does with its input, and what must hold. The targets of libFuzzer and the library's own tests, which replay
//! the corpora on the stable toolchain, are made of the same functions.

mod exchange;
mod parsers;

/// A target: what it does with any octets, and whether these got as far as its assertions. It panics where one does not hold.
pub type Target = fn(&[u8]) -> bool;

/// Every target, by the name of its corpus.
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

/// Runs the target of this name; whether the input got as far as its assertions.
pub fn run(name: &str, input: &[u8]) -> bool {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target.unwrap_or_else(|| panic!("no target {name}")).1(input)
}
