//! Critical header parameters ([RFC 7515 §4.1.11](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11),
//! [RFC 7516 §4.1.13](https://www.rfc-editor.org/rfc/rfc7516#section-4.1.13)).

use super::{Json, Object};

/// The reason why a header with `crit` is refused. No extension is supported, so every `crit` is refused.
pub(super) enum Critical {
    /// It is no list of distinct extension names that are present in the header.
    Malformed,
    /// It lists this extension.
    Unknown(String),
}

impl Critical {
    /// The reason for this `crit` in the header with these members.
    pub(super) fn of(crit: &Json, members: &Object) -> Self {
        let Some(names) = crit.as_strings() else { return Self::Malformed };
        let distinct = names.iter().enumerate().all(|(at, name)| !names[..at].contains(name));
        let extensions = names.iter().all(|name| !REGISTERED.contains(name) && members.contains(name));
        match names.first() {
            Some(first) if distinct && extensions => Self::Unknown((*first).to_owned()),
            _ => Self::Malformed,
        }
    }
}

/// The parameters that the specifications of JWS, JWE and JWA define, which are no extensions.
const REGISTERED: [&str; 20] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu", "apv", "iv",
    "tag", "p2s", "p2c",
];
