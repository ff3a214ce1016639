//! A signature verifies only if key, algorithm, allow-list, encoding and octets all agree.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RsaKeyPair};
use ed25519_dalek::Signer as _;
use fapi::Secret;
use fapi::jose::{Algorithm, Algorithms, JoseError, Jwk, Jws, Object, base64url};
use fapi::primitives::aws_lc;
use p256::ecdsa::signature::Verifier as _;
use proptest::prelude::*;

const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const HMAC_SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const HMAC_KEY: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const EC_SIGNATURE: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const EC_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

fn jwk(text: &str) -> Jwk {
    Jwk::parse(&Object::parse(text.as_bytes()).unwrap(), aws_lc()).unwrap()
}

fn jws(header: &str, payload: &[u8], sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Jws {
    let signed = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let signature = base64url::encode(sign(signed.as_bytes()));
    Jws::parse(&format!("{signed}.{signature}")).unwrap()
}

fn verify(jws: &Jws, key: &Jwk) -> Result<(), JoseError> {
    jws.verify(key, Algorithms::ALL_ASYMMETRIC, aws_lc())
}

#[test]
fn rfc_7515_appendix_a_1() {
    let jws = Jws::parse(&format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{PAYLOAD}.{HMAC_SIGNATURE}")).unwrap();
    let secret = Secret::from(base64url::decode(HMAC_KEY).unwrap());
    let symmetric = Algorithms::ALL_SYMMETRIC;
    assert_eq!(jws.verify_mac(&secret, symmetric, aws_lc()), Ok(()));
    assert_eq!(jws.claims().unwrap().string("iss"), Ok(Some("joe")));
    assert!(jws.header().typ_is("JWT"));
    let other = Secret::from(vec![7; 64]);
    assert_eq!(jws.verify_mac(&other, symmetric, aws_lc()), Err(JoseError::Signature));
    assert_eq!(jws.verify_mac(&Secret::from(vec![7; 32]), symmetric, aws_lc()), Err(JoseError::Signature), "not the length");
    let short = Secret::from(vec![7; 31]);
    assert_eq!(jws.verify_mac(&short, symmetric, aws_lc()), Err(JoseError::SecretShort(Algorithm::HS256)));
    assert_eq!(jws.verify_mac(&secret, Algorithms::ALL_ASYMMETRIC, aws_lc()), Err(JoseError::AlgRefused(Algorithm::HS256)));
    let everything = symmetric.union(Algorithms::ALL_ASYMMETRIC);
    assert_eq!(jws.verify(&jwk(EC_KEY), everything, aws_lc()), Err(JoseError::KeyUnfit(Algorithm::HS256)));
}

#[test]
fn rfc_7515_appendix_a_3() {
    let jws = Jws::parse(&format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.{EC_SIGNATURE}")).unwrap();
    assert_eq!(verify(&jws, &jwk(EC_KEY)), Ok(()));
    let others = Algorithms::of(&[Algorithm::ES384, Algorithm::PS256]);
    assert_eq!(jws.verify(&jwk(EC_KEY), others, aws_lc()), Err(JoseError::AlgRefused(Algorithm::ES256)));
    let anything = Algorithms::ALL_SYMMETRIC.union(Algorithms::ALL_ASYMMETRIC);
    let secret = Secret::from(vec![7; 64]);
    assert_eq!(jws.verify_mac(&secret, anything, aws_lc()), Err(JoseError::KeyUnfit(Algorithm::ES256)));
}

#[test]
fn rfc_7515_appendix_a_5_is_refused() {
    let refused = Jws::parse(&format!("eyJhbGciOiJub25lIn0.{PAYLOAD}.")).unwrap_err();
    assert_eq!(refused, JoseError::AlgNone);
    assert_eq!(refused.basis().id, "RFC7518-3.6-1");
}

#[test]
fn only_the_compact_form_is_read() {
    let header = "eyJhbGciOiJFUzI1NiJ9";
    for (text, error) in [
        (String::new(), JoseError::Parts),
        (format!("{header}.{PAYLOAD}"), JoseError::Parts),
        (format!("{header}.{PAYLOAD}.{EC_SIGNATURE}."), JoseError::Parts),
        (format!("{header}.a.b.c.d"), JoseError::Parts),
        (format!("{header}=.{PAYLOAD}.{EC_SIGNATURE}"), JoseError::Character),
        (format!("{header}.{PAYLOAD}.{EC_SIGNATURE}\n"), JoseError::Character),
        (format!(" {header}.{PAYLOAD}.{EC_SIGNATURE}"), JoseError::Character),
        (r#"{"payload":"","signature":""}"#.to_owned(), JoseError::Character),
        (format!("{header}.{PAYLOAD}AAA.{EC_SIGNATURE}"), JoseError::Base64),
        (format!("{header}.{PAYLOAD}.{}R", &EC_SIGNATURE[..85]), JoseError::Base64),
        (format!("{header}.{}.", "A".repeat(Jws::LIMIT)), JoseError::TooLong),
    ] {
        assert_eq!(Jws::parse(&text).err(), Some(error), "{text}");
    }
}

#[test]
fn a_text_of_exactly_the_limit_is_read() {
    let text = format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.{EC_SIGNATURE}");
    let jws = Jws::parse_within(&text, text.len()).unwrap();
    assert_eq!(jws.as_str(), text, "as it was received");
    assert_eq!(Jws::parse_within(&text, text.len() - 1).err(), Some(JoseError::TooLong));
    let of = |octets: usize| format!("eyJhbGciOiJFUzI1NiJ9.{}.{EC_SIGNATURE}", "A".repeat(octets - 108));
    assert_eq!((of(16_384).len(), Jws::parse(&of(16_384)).err()), (16_384, None));
    assert_eq!(Jws::parse(&of(16_385)).err(), Some(JoseError::TooLong));
}

#[test]
fn debug_hides_the_signed_message() {
    let text = format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.{EC_SIGNATURE}");
    let shown = format!("{:?}", Jws::parse(&text).unwrap());
    assert!(shown.contains("ES256"), "{shown}");
    assert!(!shown.contains(PAYLOAD) && !shown.contains(EC_SIGNATURE) && !shown.contains("joe"), "{shown}");
}

#[test]
fn every_elliptic_curve_has_its_algorithm_and_its_form() {
    for (crv, alg, algorithm, length) in
        [("P-384", "ES384", &ECDSA_P384_SHA384_FIXED_SIGNING, 48), ("P-521", "ES512", &ECDSA_P521_SHA512_FIXED_SIGNING, 66)]
    {
        let pair = EcdsaKeyPair::generate(algorithm).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(length);
        let (x, y) = (base64url::encode(x), base64url::encode(y));
        let key = jwk(&format!(r#"{{"kty":"EC","crv":"{crv}","x":"{x}","y":"{y}"}}"#));
        let sign = |message: &[u8]| pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();
        assert_eq!(verify(&jws(&format!(r#"{{"alg":"{alg}"}}"#), b"{}", sign), &key), Ok(()));
        let unfit = jws(r#"{"alg":"ES256"}"#, b"{}", sign);
        assert_eq!(verify(&unfit, &key), Err(JoseError::KeyUnfit(Algorithm::ES256)));
        let short = jws(&format!(r#"{{"alg":"{alg}"}}"#), b"{}", |message| sign(message).split_off(1));
        assert_eq!(verify(&short, &key), Err(JoseError::SignatureLength));
    }
}

#[test]
fn rsa_keys_sign_with_either_padding_and_salt_has_the_length_of_the_hash() {
    use aws_lc_rs::signature as aws;
    let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let members = crate::support::jwk::rsa_members(pair.public_key().as_ref());
    let key = jwk(&format!("{{{members}}}"));
    assert_eq!(key.key().encoded(), pair.public_key().as_ref());
    let only_ps256 = jwk(&format!(r#"{{{members},"alg":"PS256"}}"#));
    let algorithms: [(&str, &dyn aws::RsaEncoding); 6] = [
        ("PS256", &aws::RSA_PSS_SHA256),
        ("PS384", &aws::RSA_PSS_SHA384),
        ("PS512", &aws::RSA_PSS_SHA512),
        ("RS256", &aws::RSA_PKCS1_SHA256),
        ("RS384", &aws::RSA_PKCS1_SHA384),
        ("RS512", &aws::RSA_PKCS1_SHA512),
    ];
    for (name, encoding) in algorithms {
        let sign = |message: &[u8]| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
            signature
        };
        for (alg, _) in algorithms {
            let jws = jws(&format!(r#"{{"alg":"{alg}"}}"#), b"{}", sign);
            assert_eq!(verify(&jws, &key).is_ok(), alg == name, "{alg} over {name}");
            assert_eq!(verify(&jws, &only_ps256).is_ok(), alg == name && name == "PS256", "{alg} over {name}");
        }
    }
}

#[test]
fn a_key_in_the_message_is_not_used() {
    let pair = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let own = format!(r#"{{"alg":"ES256","jwk":{}}}"#, ec_jwk(&pair));
    let sign = |message: &[u8]| {
        let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(&pair, message);
        signature.to_bytes().to_vec()
    };
    let jws = jws(&own, b"{}", sign);
    assert_eq!(verify(&jws, &jwk(EC_KEY)), Err(JoseError::Signature));
    let shown = Jwk::parse(jws.header().jwk().unwrap(), aws_lc()).unwrap();
    assert_eq!(verify(&jws, &shown), Ok(()), "only a caller that asks for it may use it");
}

fn ec_jwk(pair: &p256::ecdsa::SigningKey) -> String {
    format!("{{{}}}", crate::support::jwk::p256_members(pair.verifying_key().to_sec1_point(false).as_bytes()))
}

/// Returns a signature in which one octet may have been changed.
fn spoilt(mut signature: Vec<u8>, spoil: Option<(prop::sample::Index, u8)>) -> Vec<u8> {
    if let Some((at, by)) = spoil {
        let at = at.index(signature.len());
        signature[at] ^= by;
    }
    signature
}

proptest! {
    #[test]
    fn p256_agrees(seed in prop::array::uniform32(1u8..=254), payload: Vec<u8>, spoil: Option<(prop::sample::Index, u8)>) {
        let pair = p256::ecdsa::SigningKey::from_slice(&seed).unwrap();
        let key = jwk(&ec_jwk(&pair));
        let jws = jws(r#"{"alg":"ES256"}"#, &payload, |message| {
            let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(&pair, message);
            spoilt(signature.to_bytes().to_vec(), spoil)
        });
        let oracle = p256::ecdsa::Signature::from_slice(jws.signature())
            .and_then(|signature| pair.verifying_key().verify(jws.signing_input(), &signature));
        prop_assert_eq!(verify(&jws, &key).is_ok(), oracle.is_ok());
        prop_assert_eq!(oracle.is_ok(), spoil.is_none_or(|(_, by)| by == 0));
    }

    #[test]
    fn ed25519_agrees(seed: [u8; 32], payload: Vec<u8>, spoil: Option<(prop::sample::Index, u8)>, full_name: bool) {
        let pair = ed25519_dalek::SigningKey::from_bytes(&seed);
        let key = jwk(&format!("{{{}}}", crate::support::jwk::ed25519_members(pair.verifying_key().as_bytes())));
        let header = if full_name { r#"{"alg":"Ed25519"}"# } else { r#"{"alg":"EdDSA"}"# };
        let jws = jws(header, &payload, |message| spoilt(pair.sign(message).to_bytes().to_vec(), spoil));
        let signature = ed25519_dalek::Signature::from_slice(jws.signature()).unwrap();
        let oracle = pair.verifying_key().verify_strict(jws.signing_input(), &signature);
        prop_assert_eq!(verify(&jws, &key).is_ok(), oracle.is_ok());
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, parts in "[A-Za-z0-9_-]{0,20}\\.[A-Za-z0-9_-]{0,20}\\.[A-Za-z0-9_-]{0,20}", header: String) {
        let _ = Jws::parse(&text);
        let _ = Jws::parse(&parts);
        let _ = Jws::parse(&format!("{}..", base64url::encode(header)));
    }
}
