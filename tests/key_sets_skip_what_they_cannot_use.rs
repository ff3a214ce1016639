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
        (r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#, JwkError::Purpose),
        (r#"{"kty":"EC","crv":"P-256","x":"AA"}"#, JwkError::Member("y")),
        (r#"{"x":"AA"}"#, JwkError::Member("kty")),
        (r#""key""#, JwkError::NoObject),
        (&format!(r#"{{{EC},"use":"enc"}}"#), JwkError::Purpose),
        (&format!(r#"{{{EC},"alg":"ES256K"}}"#), JwkError::AlgUnknown),
        (r#"{"kty":"AKP","alg":"ML-DSA-65","pub":"AAAA","use":"sig"}"#, JwkError::TypeUnknown),
    ];
    let (mut keys, reasons): (Vec<_>, Vec<_>) = useless.into_iter().map(|(key, reason)| (key.to_owned(), reason)).unzip();
    keys.insert(3, format!("{{{ED}}}"));
    let set = set(&keys).unwrap();
    assert_eq!(set.keys().len(), 1);
    assert_eq!(set.skipped().iter().map(|key| key.error).collect::<Vec<_>>(), reasons);
    let places: Vec<_> = set.skipped().iter().map(|key| key.index).collect();
    assert_eq!(places, [0, 1, 2, 4, 5, 6, 7, 8, 9]);
}

/// Even if the algorithm or the curve is unknown here, the log names them as keys for encryption.
#[test]
fn keys_for_encryption_are_named_as_such() {
    for key in [
        format!(r#"{{{EC},"use":"enc"}}"#),
        format!(r#"{{{EC},"use":"enc","alg":"ECDH-ES+A256KW"}}"#),
        format!(r#"{{{EC},"alg":"ECDH-ES"}}"#),
        format!(r#"{{{EC},"key_ops":["deriveKey"]}}"#),
        r#"{"kty":"RSA","use":"enc","alg":"RSA-OAEP-256","n":"AQAB","e":"AQAB"}"#.to_owned(),
        r#"{"kty":"RSA","alg":"RSA1_5","n":"AQAB","e":"AQAB"}"#.to_owned(),
        r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#.to_owned(),
    ] {
        let set = set(&[key.clone(), format!("{{{ED}}}")]).unwrap();
        assert_eq!(set.keys().len(), 1, "{key}");
        assert_eq!(set.skipped()[0].error, JwkError::Purpose, "{key}");
    }
}

#[test]
fn skipped_keys_are_described_in_one_line() {
    let long = "k".repeat(65);
    let set = set(&[
        r#"{"kty":"AKP","kid":"pq-1"}"#.to_owned(),
        format!(r#"{{{EC},"use":"enc","kid":"a\nb"}}"#),
        format!(r#"{{"kty":"LMS","kid":"{long}"}}"#),
        r#"{"kty":"LMS","kid":1}"#.to_owned(),
    ])
    .unwrap();
    let lines: Vec<_> = set.skipped().iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            r#"keys[0] ("pq-1"): the key type is unknown"#.to_owned(),
            r#"keys[1] ("a\nb"): the key is not meant for verification"#.to_owned(),
            format!(r#"keys[2] ("{}"...): the key type is unknown"#, "k".repeat(64)),
            "keys[3]: the key type is unknown".to_owned(),
        ]
    );
}

#[test]
fn a_secret_invalidates_the_set() {
    for secret in [
        format!(r#"{{{EC},"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}}"#),
        r#"{"kty":"oct","k":"AyM1"}"#.to_owned(),
        r#"{"kty":"oct"}"#.to_owned(),
        r#"{"kty":"oct","use":"enc"}"#.to_owned(),
        r#"{"kty":"oct","alg":"RSA1_5"}"#.to_owned(),
        r#"{"kty":"unknown","priv":"x"}"#.to_owned(),
    ] {
        let error = set(&[format!("{{{ED}}}"), secret.clone()]).unwrap_err();
        assert!(matches!(error, JwkSetError::Leaked(_)), "{secret}");
        assert_eq!(error.basis().id, "RFC7517-9.2-1");
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
