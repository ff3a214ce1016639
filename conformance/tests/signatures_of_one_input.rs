//! The reference server signs one input twice: with PS256 the signatures differ, and with RS256 they are equal.

use fapi::KeyUse;
use fapi::jose::Algorithm;
use fapi_server::Keyring;

#[test]
fn a_signature_with_ps256_is_another_one_each_time_and_one_with_rs256_is_not() {
    let keyring = Keyring::generate().unwrap();
    let keys = keyring.public_keys().unwrap();
    for (algorithm, equal) in [(Algorithm::PS256, false), (Algorithm::RS256, true)] {
        let key = keys.iter().find(|key| key.alg() == Some(algorithm)).and_then(|key| key.kid()).unwrap();
        let sign =
            |input: &[u8]| keyring.use_key(&KeyUse::Sign { key: key.to_owned(), algorithm, input: input.to_vec() }).unwrap();
        assert_eq!(sign(b"one input") == sign(b"one input"), equal, "{algorithm}");
        assert_ne!(sign(b"one input"), sign(b"another input"), "{algorithm}");
    }
}
