//! Keys that cannot be used are skipped; a key set that contains a secret is refused as a whole.

use fapi::jose::{Algorithm, JwkError, JwkSet, JwkSetError};
use fapi::primitives::aws_lc;

const EC: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
const ED: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

fn set(keys: &[String]) -> Result<JwkSet, JwkSetError> {
    JwkSet::parse(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes(), aws_lc())
}

#[test]
fn useless_keys_are_skipped() {
    let useless = [
        (r#"{"kty":"LMS"}"#, JwkError::TypeUnknown),
        (r#"{"kty":"OKP","crv":"Ed448","x":"AA"}"#, JwkError::Curve),
        (r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#, JwkError::Curve),
        (r#"{"kty":"EC","crv":"P-256","x":"AA"}"#, JwkError::Member("y")),
        (r#"{"x":"AA"}"#, JwkError::Member("kty")),
        (r#""key""#, JwkError::NoObject),
        (&format!(r#"{{{EC},"use":"enc"}}"#), JwkError::Purpose),
        (&format!(r#"{{{EC},"alg":"ECDH-ES"}}"#), JwkError::AlgUnknown),
    ];
    let (mut keys, reasons): (Vec<_>, Vec<_>) = useless.into_iter().map(|(key, reason)| (key.to_owned(), reason)).unzip();
    keys.insert(3, format!("{{{ED}}}"));
    let set = set(&keys).unwrap();
    assert_eq!(set.keys().len(), 1);
    assert_eq!(set.skipped(), reasons);
}

#[test]
fn a_secret_invalidates_the_set() {
    for secret in [
        format!(r#"{{{EC},"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}}"#),
        r#"{"kty":"oct","k":"AyM1"}"#.to_owned(),
        r#"{"kty":"oct"}"#.to_owned(),
        r#"{"kty":"unknown","priv":"x"}"#.to_owned(),
    ] {
        let error = set(&[format!("{{{ED}}}"), secret.clone()]).unwrap_err();
        assert!(matches!(error, JwkSetError::Leaked(_)), "{secret}");
        assert_eq!(error.basis().id, "RFC9449-4.3-7");
    }
}

#[test]
fn a_set_is_an_object_with_at_most_a_hundred_keys() {
    for text in ["[]", "{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"keys":[],"keys":[]}"#, ""] {
        assert!(JwkSet::parse(text.as_bytes(), aws_lc()).is_err(), "{text}");
    }
    let key = format!("{{{ED}}}");
    assert!(set(&vec![key.clone(); 100]).is_ok());
    assert_eq!(set(&vec![key; 101]), Err(JwkSetError::TooMany));
}

#[test]
fn keys_with_the_same_kid_are_selected_by_algorithm() {
    let set = set(&[
        format!(r#"{{{EC},"kid":"a"}}"#),
        format!(r#"{{{ED},"kid":"a"}}"#),
        format!(r#"{{{ED},"kid":"a","alg":"EdDSA"}}"#),
        format!(r#"{{{ED},"kid":"b"}}"#),
        format!("{{{ED}}}"),
    ])
    .unwrap();
    let count = |kid, algorithm| set.candidates(kid, algorithm).count();
    assert_eq!(count(Some("a"), Algorithm::ES256), 1);
    assert_eq!(count(Some("a"), Algorithm::EdDSA), 2);
    assert_eq!(count(Some("a"), Algorithm::Ed25519), 2, "the same computation has two names");
    assert_eq!(count(Some("a"), Algorithm::ES384), 0);
    assert_eq!(count(Some("c"), Algorithm::EdDSA), 0);
    assert_eq!(count(None, Algorithm::EdDSA), 4);
    assert_eq!(count(None, Algorithm::HS256), 0);
}

#[test]
fn a_set_is_written_with_public_members_in_a_fixed_order() {
    let set = set(&[format!(r#"{{"unknown":1,"use":"sig","kid":"a",{ED},"alg":"Ed25519"}}"#)]).unwrap();
    assert_eq!(
        serde_json::to_string(&set).unwrap(),
        r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a","alg":"Ed25519","use":"sig"}]}"#
    );
}

#[test]
fn a_set_can_be_collected_from_keys() {
    let read = set(&[format!(r#"{{"kid":"a",{ED}}}"#), format!("{{{EC}}}")]).unwrap();
    assert_eq!(read.keys().iter().cloned().collect::<JwkSet>(), read);
}
