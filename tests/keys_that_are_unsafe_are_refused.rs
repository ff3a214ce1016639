//! A key that is private, malformed, out of range or meant for another purpose never verifies anything.

use fapi::jose::{Algorithm, Jwk, JwkError, Object, PublicKey, base64url};
use fapi::primitives::{Hash, Primitives, aws_lc};
use proptest::prelude::*;

const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

fn parse(jwk: &str) -> Result<Jwk, JwkError> {
    Jwk::parse(&Object::parse(jwk.as_bytes()).unwrap(), aws_lc())
}

fn ec(more: &str) -> Result<Jwk, JwkError> {
    parse(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}"{more}}}"#))
}

fn rsa(n: &[u8], e: &[u8]) -> Result<Jwk, JwkError> {
    parse(&format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, base64url::encode(n), base64url::encode(e)))
}

fn ed25519(x: &[u8]) -> Result<Jwk, JwkError> {
    parse(&format!("{{{}}}", crate::support::jwk::ed25519_members(x)))
}

#[test]
fn private_members_are_refused_whatever_their_type() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        for value in [r#""AQAB""#, "null", "1", r#""""#] {
            assert_eq!(ec(&format!(r#","{member}":{value}"#)), Err(JwkError::Private(member)));
        }
    }
    assert_eq!(parse(r#"{"kty":"oct"}"#), Err(JwkError::Symmetric));
}

#[test]
fn points_have_full_size_and_lie_on_their_curve() {
    let point = |crv: &str, x: &str, y: &str| parse(&format!(r#"{{"kty":"EC","crv":"{crv}","x":"{x}","y":"{y}"}}"#));
    assert!(point("P-256", X, Y).is_ok());
    for (crv, x, y, error) in [
        ("P-256", Y, X, JwkError::Point),
        ("P-256", &X[..42], Y, JwkError::Base64("x")),
        ("P-256", "AAAA", Y, JwkError::Point),
        ("P-256", &base64url::encode([&[0][..], &base64url::decode(X).unwrap()].concat()), Y, JwkError::Point),
        ("P-256", &base64url::encode([0; 32]), &base64url::encode([0; 32]), JwkError::Point),
        ("P-256", &base64url::encode([255; 32]), Y, JwkError::Point),
        ("P-384", X, Y, JwkError::Point),
        ("P-521", X, Y, JwkError::Point),
        ("secp256k1", X, Y, JwkError::Curve),
        ("Ed25519", X, Y, JwkError::Curve),
        ("p-256", X, Y, JwkError::Curve),
        ("P-256", "", Y, JwkError::Point),
        ("P-256", &format!("{X}="), Y, JwkError::Base64("x")),
    ] {
        assert_eq!(point(crv, x, y), Err(error), "{crv} {x} {y}");
    }
    assert_eq!(parse(&format!(r#"{{"kty":"OKP","crv":"P-256","x":"{X}"}}"#)), Err(JwkError::Curve));
}

#[test]
fn moduli_have_2048_to_8192_bits_and_integers_are_minimal() {
    let odd = |octets: usize| [&[0x80][..], &vec![1; octets - 1]].concat();
    let f4 = [1, 0, 1];
    for octets in [256, 384, 512, 1024] {
        assert!(rsa(&odd(octets), &f4).is_ok(), "{octets}");
    }
    let mut bits_2047 = odd(256);
    bits_2047[0] = 0x7f;
    for (n, error) in [
        (bits_2047, JwkError::ModulusSmall),
        (odd(128), JwkError::ModulusSmall),
        (odd(1025), JwkError::RsaLimits),
        ([&[1][..], &odd(1024)].concat(), JwkError::RsaLimits),
        ([&[0][..], &odd(256)].concat(), JwkError::Integers),
        ([&odd(255)[..], &[2]].concat(), JwkError::RsaLimits),
        (vec![], JwkError::Integers),
    ] {
        assert_eq!(rsa(&n, &f4), Err(error), "{} octets", n.len());
    }
    for e in [&[3][..], &[17], &[1, 0, 1], &[0xff; 4]] {
        assert!(rsa(&odd(256), e).is_ok(), "{e:?}");
    }
    for e in [&[1][..], &[2], &[4], &[1, 0, 0, 0, 1], &[1; 300]] {
        assert_eq!(rsa(&odd(256), e), Err(JwkError::RsaLimits), "{e:?}");
    }
    for e in [&[][..], &[0], &[0, 3], &[0, 1, 0, 1]] {
        assert_eq!(rsa(&odd(256), e), Err(JwkError::Integers), "{e:?}");
    }
}

#[test]
fn points_of_small_order_are_refused_in_every_encoding() {
    let of = |hex: &str| -> [u8; 32] { data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap() };
    let small = [
        of("0000000000000000000000000000000000000000000000000000000000000000"),
        of("0100000000000000000000000000000000000000000000000000000000000000"),
        of("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        of("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        of("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        of("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        of("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];
    for mut point in small {
        for sign in [0, 0x80] {
            point[31] ^= sign;
            assert_eq!(ed25519(&point), Err(JwkError::Point), "{point:02x?}");
            if let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(&point) {
                assert!(key.is_weak(), "{point:02x?}");
            }
        }
    }
}

#[test]
fn other_points_have_one_encoding() {
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let mut point = [0xff; 32];
            (point[0], point[31]) = (low, high);
            assert_eq!(ed25519(&point), Err(JwkError::Point), "{low:x}");
        }
    }
    for wrong in [&[][..], &[9; 31], &[9; 33]] {
        assert_eq!(ed25519(wrong), Err(JwkError::Point));
    }
}

#[test]
fn restrictions_in_the_jwk_are_respected() {
    for (more, outcome) in [
        (r#","use":"sig""#, None),
        (r#","key_ops":["verify"]"#, None),
        (r#","key_ops":["verify","sign"],"use":"sig""#, None),
        (r#","alg":"ES256""#, None),
        (r#","use":"enc""#, Some(JwkError::Purpose)),
        (r#","use":"SIG""#, Some(JwkError::Purpose)),
        (r#","use":1"#, Some(JwkError::Member("use"))),
        (r#","key_ops":["sign"]"#, Some(JwkError::Purpose)),
        (r#","key_ops":["encrypt"]"#, Some(JwkError::Purpose)),
        (r#","key_ops":[]"#, Some(JwkError::Member("key_ops"))),
        (r#","key_ops":"verify""#, Some(JwkError::Member("key_ops"))),
        (r#","key_ops":["verify",1]"#, Some(JwkError::Member("key_ops"))),
        (r#","key_ops":["verify","verify"]"#, Some(JwkError::PurposeContradicts)),
        (r#","key_ops":["verify","encrypt"],"use":"sig""#, Some(JwkError::PurposeContradicts)),
        (r#","key_ops":["verify"],"use":"enc""#, Some(JwkError::PurposeContradicts)),
        (r#","alg":"ES384""#, Some(JwkError::AlgUnfit)),
        (r#","alg":"PS256""#, Some(JwkError::AlgUnfit)),
        (r#","alg":"HS256""#, Some(JwkError::AlgUnfit)),
        (r#","alg":"none""#, Some(JwkError::AlgUnknown)),
        (r#","alg":1"#, Some(JwkError::Member("alg"))),
        (r#","kid":1"#, Some(JwkError::Member("kid"))),
        (r#","x5c":[]"#, Some(JwkError::Certificate)),
        (r#","x5c":["AQAB"]"#, Some(JwkError::Certificate)),
        (r#","x5c":["AQAB\n"]"#, Some(JwkError::Certificate)),
        (r#","x5c":"AQAB""#, Some(JwkError::Member("x5c"))),
    ] {
        assert_eq!(ec(more).err(), outcome, "{more}");
    }
}

#[test]
fn the_first_certificate_holds_the_key() {
    for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ED25519, &rcgen::PKCS_RSA_SHA256] {
        let pair = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let certificate = rcgen::CertificateParams::default().self_signed(&pair).unwrap();
        let x5c = data_encoding::BASE64.encode(certificate.der());
        let own = fapi::sender::certificate::Certificate::parse(certificate.der()).unwrap();
        let held = jwk_of(&pair, &x5c);
        let key = parse(&held).unwrap();
        assert_eq!(key.x5c().collect::<Vec<_>>(), [certificate.der().as_ref()]);
        assert!(own.holds(key.key()));
        assert_eq!(ec(&format!(r#","x5c":["{x5c}"]"#)), Err(JwkError::Certificate));
        assert_eq!(parse(&key.to_json().to_string()), Ok(key));
    }
}

#[test]
fn certificates_beside_a_key_are_ten_at_most() {
    let pair = rcgen::KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::default().self_signed(&pair).unwrap();
    let own = data_encoding::BASE64.encode(own.der());
    let with = |certificates: usize| parse(&jwk_of(&pair, &vec![own.as_str(); certificates].join(r#"",""#)));
    assert_eq!(with(Jwk::MOST_CERTIFICATES).unwrap().x5c().len(), 10);
    assert_eq!(with(11), Err(JwkError::Certificate));
}

/// A backend that accepts no key at all.
#[derive(Debug)]
struct Choosy;

impl Primitives for Choosy {
    fn digest(&self, hash: Hash, input: &[u8]) -> Vec<u8> {
        aws_lc().digest(hash, input)
    }

    fn mac(&self, hash: Hash, key: &[u8], input: &[u8]) -> Vec<u8> {
        aws_lc().mac(hash, key, input)
    }

    fn accepts(&self, _: &PublicKey) -> bool {
        false
    }

    fn verify(&self, _: Algorithm, _: &PublicKey, _: &[u8], _: &[u8]) -> bool {
        false
    }

    fn certificate_algorithms(&self) -> &'static [&'static dyn rustls_pki_types::SignatureVerificationAlgorithm] {
        &[]
    }
}

#[test]
fn a_key_that_the_backend_rejects_gets_the_error_of_its_type() {
    let refused = |text: String| Jwk::parse(&Object::parse(text.as_bytes()).unwrap(), &Choosy).unwrap_err();
    let modulus = base64url::encode([0xff; 256]);
    assert_eq!(refused(format!(r#"{{"kty":"RSA","n":"{modulus}","e":"AQAB"}}"#)), JwkError::RsaLimits);
    assert_eq!(refused(format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}"}}"#)), JwkError::Point);
    assert_eq!(refused(format!("{{{}}}", crate::support::jwk::ed25519_members(&[9; 32]))), JwkError::Point);
}

#[test]
fn keys_show_their_public_members() {
    let shown = |key: Result<Jwk, JwkError>| format!("{:?}", key.unwrap().key());
    assert_eq!(shown(ec("")), format!("Ec(EcKey(P-256, {X}, {Y}))"));
    let modulus = [0xff; 256];
    assert_eq!(shown(rsa(&modulus, &[1, 0, 1])), format!("Rsa(RsaKey({}, AQAB))", base64url::encode(modulus)));
    assert_eq!(shown(ed25519(&[9; 32])), format!("Ed25519(Ed25519Key({}))", base64url::encode([9; 32])));
}

fn jwk_of(pair: &rcgen::KeyPair, x5c: &str) -> String {
    let raw = pair.public_key_raw();
    let members = match raw.len() {
        65 => crate::support::jwk::p256_members(raw),
        32 => crate::support::jwk::ed25519_members(raw),
        _ => crate::support::jwk::rsa_members(raw),
    };
    format!(r#"{{{members},"x5c":["{x5c}"]}}"#)
}

proptest! {
    #[test]
    fn valid_keys_are_read_and_written_back(seed: [u8; 32]) {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
        let parsed = ed25519(key.as_bytes()).unwrap();
        prop_assert!(!key.is_weak());
        prop_assert_eq!(parse(&parsed.to_json().to_string()), Ok(parsed));
    }

    #[test]
    fn any_object_is_read_or_refused(members in prop::collection::btree_map("kty|crv|x|y|n|e|alg|use|key_ops|x5c|kid", "\"(EC|RSA|OKP|P-256|Ed25519|AQAB|[A-Za-z0-9_-]{43})\"|1|\\[\"verify\"\\]", 0..8)) {
        let members: Vec<_> = members.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let _ = parse(&format!("{{{}}}", members.join(",")));
    }
}
