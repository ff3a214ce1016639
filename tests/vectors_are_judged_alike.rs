//! The vectors of `vectors/`, against the library: valid ones pass, invalid ones are refused for the requirement they name.

use fapi::jose::{Algorithm, Algorithms, Json, Jwk, Jws, Object};
use fapi::pkce::{CodeChallenge, CodeVerifier};
use fapi::primitives::aws_lc;
use fapi::requirement::{self, Requirement, rfc7636};
use std::collections::BTreeSet;

const FILES: [&str; 3] =
    [include_str!("../vectors/pkce.json"), include_str!("../vectors/thumbprint.json"), include_str!("../vectors/jws.json")];

type Judged = Result<(), &'static Requirement>;

fn text<'o>(object: &'o Object, name: &str) -> &'o str {
    object.get(name).and_then(Json::as_str).unwrap_or_else(|| panic!("{name} in {object:?}"))
}

fn pkce(group: &Object, input: &Json) -> Judged {
    let challenge = CodeChallenge::parse(text(group, "code_challenge"), Some(text(group, "code_challenge_method"))).unwrap();
    let verifier = CodeVerifier::parse(input.as_str().unwrap()).map_err(|error| error.basis())?;
    if challenge.fits(&verifier, aws_lc()) { Ok(()) } else { Err(&rfc7636::VERIFIER_FITS) }
}

fn thumbprint(group: &Object, input: &Json) -> Judged {
    let key = Jwk::parse(input.as_object().unwrap(), aws_lc()).map_err(|error| error.basis())?;
    assert_eq!(key.thumbprint(aws_lc()), text(group, "thumbprint"));
    Ok(())
}

fn jws(group: &Object, input: &Json) -> Judged {
    let key = Jwk::parse(group.get("key").and_then(Json::as_object).unwrap(), aws_lc()).unwrap();
    let allowed = Algorithms::of(&[Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA]);
    let jws = Jws::parse(input.as_str().unwrap()).map_err(|error| error.basis())?;
    jws.verify(&key, allowed, aws_lc()).map_err(|error| error.basis())
}

#[test]
fn every_vector() {
    let mut ids = BTreeSet::new();
    for file in FILES {
        let file = Object::parse(file.as_bytes()).unwrap();
        let judge = match text(&file, "kind") {
            "pkce" => pkce,
            "thumbprint" => thumbprint,
            "jws" => jws,
            other => panic!("a kind nobody runs: {other}"),
        };
        for group in file.get("groups").and_then(Json::as_array).unwrap() {
            let group = group.as_object().unwrap();
            for test in group.get("tests").and_then(Json::as_array).unwrap() {
                let test = test.as_object().unwrap();
                let id = text(test, "id");
                assert!(ids.insert(id.to_owned()), "{id} twice");
                let judged = judge(group, test.get("input").unwrap());
                match text(test, "result") {
                    "valid" => assert_eq!(judged, Ok(()), "{id}"),
                    "invalid" => assert_eq!(judged, Err(requirement::find(text(test, "requirement")).unwrap()), "{id}"),
                    other => panic!("{id} is {other}"),
                }
            }
        }
    }
    assert_eq!(ids.len(), 21);
}
