//! The flag `Own`: tests of behaviour that no specification requires. Other implementations skip them, or decide for themselves.

use fapi::requirement::rfc7515::HEADER_NAMES_UNIQUE;
use fapi::requirement::rfc7519::CLAIM_NAMES_UNIQUE;

use super::file::{File, Test};

pub(super) const OWN: &str = "Own";

const ABOUT: &str = "a choice that specifications leave open, a limit of this project, or a property of its server's tokens";

/// The comments of tests of such choices, per kind, which their requirements do not mark as choices.
const CHOICES: &[(&str, &[&str])] = &[
    (
        "access_token",
        &[
            "no kid",
            "no scope",
            "no grant",
            "grant of another type",
            "grant null",
            "a token of a grant that was never issued",
            "FAPI 2.0: a token of a grant that was never issued",
        ],
    ),
    ("authorization_request", &[r#"claims: {"id_token":{},"id_token":{}}"#, r#"claims: {"id_token":{"acr":null,"acr":null}}"#]),
    ("client_registration", &["redirect_uris: user information"]),
    (
        "jwk",
        &[
            "RSA: 8,200 bits",
            "RSA: 16,384 bits",
            "RSA: an exponent of 33 bits",
            "RSA: the modulus as exponent",
            "a thumbprint that is wrong",
            "the certificate of the key, and something that is not a certificate after it",
            "x5c: eleven certificates",
        ],
    ),
    ("jwk_set", &["keys twice", "forty arrays"]),
    ("jws", &["32 arrays in the header", "3,000 arrays in the header", "b64: false", "b64: true", "zip: DEF"]),
    ("client_assertion", &["jti: of 257 octets"]),
    ("dpop_proof", &["a jti of 257 octets", "a jti of 8,000 octets", "exp: infinite", "iat: infinite"]),
    ("pushed_request", &[r#"claims: {"id_token":{},"id_token":{}}"#, r#"claims: {"id_token":{"acr":null,"acr":null}}"#]),
    (
        "redirect_uri",
        &[
            "https: user information",
            "https: an underscore in the host",
            "https: port zero",
            "https: an empty port",
            "https: an IPv4 address in one number",
            "https: an IPv6 address in another spelling than that of browsers",
            "https: an asterisk as host",
            "https: a comma in the host",
        ],
    ),
];

/// Adds the flag to the tests of a file.
pub(super) fn mark(mut file: File) -> File {
    let chosen = CHOICES.iter().filter(|(kind, _)| *kind == file.kind).flat_map(|(_, classes)| *classes);
    let chosen: Vec<&str> = chosen.copied().collect();
    let tests = file.groups.iter_mut().flat_map(|group| &mut group.tests);
    let own: Vec<_> = tests.filter(|test| is_own(test) || chosen.contains(&test.comment.as_str())).collect();
    if own.is_empty() {
        return file;
    }
    own.into_iter().for_each(|test| test.flags.push(OWN));
    file.flag(OWN, ABOUT)
}

/// Returns true for limits and rules that are this project's own requirements, and for repeated names, of which a reader may use
/// the last.
fn is_own(test: &Test) -> bool {
    test.requirement.is_some_and(|requirement| {
        requirement.id.starts_with("FAPI-") || [HEADER_NAMES_UNIQUE.id, CLAIM_NAMES_UNIQUE.id].contains(&requirement.id)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::vectors::runner;

    #[test]
    fn every_choice_is_in_its_file() {
        for (kind, classes) in CHOICES {
            let (_, text) = runner::files().iter().find(|(known, _)| known == kind).expect("a kind");
            let file: Value = serde_json::from_str(text).expect("a file");
            let tests =
                file["groups"].as_array().into_iter().flatten().flat_map(|group| group["tests"].as_array().into_iter().flatten());
            let own: Vec<_> =
                tests.filter(|test| test["flags"].as_array().is_some_and(|flags| flags.contains(&OWN.into()))).collect();
            for class in *classes {
                assert!(own.iter().any(|test| test["comment"] == *class), "{kind}: {class}");
            }
        }
    }
}
