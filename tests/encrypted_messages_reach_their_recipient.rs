//! Encrypted messages: the examples of the specifications, every algorithm with every kind of key, and the recipient alone reads
//! them.

use crate::support::encryption::{Party, RSA, octets, parse, parties, random, rsa};
use fapi::Secret;
use fapi::jose::jwe::{DecryptionFailed, DecryptionKey, EncryptionFailed, Recipient, decrypt, encrypt};
use fapi::jose::{
    Algorithms, ContentEncryption, EncryptionKey, JoseError, Json, Jwe, JweError, Jwk, KeyManagement, Object, base64url,
};
use fapi::primitives::aws_lc;
use fapi::requirement::{rfc7519, rfc8725};

const A_1: &str = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ";
const A_2: &str = "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94nHPoltGRhWhw7Zx0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-8E66jX2E4zyJKx-YxzZIItRzC5hlRirb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7elprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29NX0mcKiRaD0-D-ljQTP-cFPgwCp6X-nZZd9OHBv-B3oWh2TbqmScqXMR4gp_A.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.9hH0vgRfYgPnAHOd8stkvw";
const A_3: &str = "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";

/// Bob of RFC 7518, appendix C.
const BOB: &str = r#"{"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}"#;
/// Bob of RFC 8037, A.6, with his private key from RFC 7748, section 6.1.
const BOB_X: &str = r#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08","d":"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os"}"#;

fn object(text: &str) -> Object {
    Object::parse(text.as_bytes()).unwrap()
}

fn key(alg: KeyManagement, jwk: &str) -> DecryptionKey {
    DecryptionKey::from_jwk(alg, &object(jwk)).unwrap()
}

/// Gives the parts one after the other instead of random octets.
fn instead(parts: &[&str]) -> impl FnMut(&mut [u8]) + use<> {
    let mut parts: Vec<_> = parts.iter().rev().map(|part| base64url::decode(part).unwrap()).collect();
    move |octets| octets.copy_from_slice(&parts.pop().unwrap())
}

#[test]
fn rfc_7516_appendix_a_1() {
    let jwe = parse(A_1);
    assert_eq!((jwe.header().alg(), jwe.header().enc()), (KeyManagement::RsaOaep, ContentEncryption::A256Gcm));
    let plaintext = decrypt(&jwe, &rsa(KeyManagement::RsaOaep)).unwrap();
    assert_eq!(plaintext, b"The true sign of intelligence is not knowledge but imagination.");
    assert_eq!(decrypt(&jwe, &rsa(KeyManagement::RsaOaep256)), Err(DecryptionFailed), "the key is for another algorithm");
}

#[test]
fn rfc_7516_appendix_a_2_is_refused() {
    let error = Jwe::parse(A_2, aws_lc()).unwrap_err();
    assert_eq!((&error, error.basis()), (&JweError::AlgInsecure, &rfc8725::CURRENT_ALGORITHMS));
}

#[test]
fn rfc_7516_appendix_a_3() {
    let secret = Secret::from(base64url::decode("GawgguFyGrWKav7AX4VKUg").unwrap());
    let key = DecryptionKey::shared(KeyManagement::A128Kw, &secret).unwrap();
    assert_eq!(decrypt(&parse(A_3), &key).unwrap(), b"Live long and prosper.");
    let mut drawn = instead(&["BNMfxVSd_P4LZJ36P6pqzmt81C1vawnbyLEA8I-cLM8", "AxY8DCtDaGlsbGljb3RoZQ"]);
    let header = r#"{"alg":"A128KW","enc":"A128CBC-HS256"}"#;
    assert_eq!(encrypt(Recipient::Shared(&secret), header, b"Live long and prosper.", &mut drawn).as_deref(), Ok(A_3));
}

#[test]
fn rfc_7518_appendix_c() {
    let key = key(KeyManagement::EcdhEs, BOB);
    let bob = Party::of(key);
    let header = r#"{"alg":"ECDH-ES","enc":"A128GCM","apu":"QWxpY2U","apv":"Qm9i"}"#;
    let ephemeral = "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo";
    let mut drawn = instead(&["AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAA", ephemeral]);
    let jwe = encrypt(bob.recipient(), header, b"", &mut drawn).unwrap();
    let jwe = parse(&jwe);
    let expected = r#"{"alg":"ECDH-ES","enc":"A128GCM","apu":"QWxpY2U","apv":"Qm9i","epk":{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}}"#;
    assert_eq!(jwe.header().members().to_string(), expected);
    assert_eq!(jwe.header().parties(), (&b"Alice"[..], &b"Bob"[..]));
    assert_eq!(decrypt(&jwe, &bob.key), Ok(vec![]));
    // The derived key is the one in the appendix.
    let derived =
        aws_lc_rs::aead::UnboundKey::new(&aws_lc_rs::aead::AES_128_GCM, &base64url::decode("VqqN6vgjbSBcIijNcacQGg").unwrap());
    let derived = aws_lc_rs::aead::LessSafeKey::new(derived.unwrap());
    let aad = aws_lc_rs::aead::Aad::from(jwe.additional_data());
    let nonce = aws_lc_rs::aead::Nonce::assume_unique_for_key([0; 12]);
    assert_eq!(derived.seal_in_place_separate_tag(nonce, aad, &mut []).unwrap().as_ref(), jwe.tag());
}

#[test]
fn rfc_8037_appendix_a_6() {
    let bob = Party::of(key(KeyManagement::EcdhEsA128Kw, BOB_X));
    // 77076d0a..., the ephemeral private key.
    let ephemeral = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo";
    let mut drawn = instead(&["AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAA", ephemeral]);
    let header = r#"{"alg":"ECDH-ES+A128KW","enc":"A128GCM"}"#;
    let jwe = parse(&encrypt(bob.recipient(), header, b"plain", &mut drawn).unwrap());
    let epk = r#"{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}"#;
    assert_eq!(jwe.header().members().get("epk").map(Json::to_string).as_deref(), Some(epk));
    assert_eq!(decrypt(&jwe, &bob.key).unwrap(), b"plain");
}

#[test]
fn every_algorithm_with_every_kind_of_key() {
    let mut read = 0;
    for &enc in ContentEncryption::ALL {
        for party in parties(enc) {
            for plaintext in [&b""[..], b"{}", &[7; 16], &[9; 1000]] {
                let compact = party.encrypt(enc, plaintext);
                let jwe = parse(&compact);
                assert_eq!((jwe.header().alg(), jwe.header().enc()), (party.key.alg(), enc));
                assert_eq!(jwe.encrypted_key().is_empty(), party.key.alg().is_direct());
                assert_eq!(decrypt(&jwe, &party.key).as_deref(), Ok(plaintext), "{} {enc}", party.key.alg());
                assert_eq!(jwe.as_str(), compact);
                read += 1;
            }
        }
    }
    assert_eq!(read, 6 * 4 * (4 + 4 * 4 + 3 + 3 + 1));
}

#[test]
fn a_key_is_read_only_for_an_algorithm_that_it_fits() {
    for &alg in KeyManagement::ALL {
        let fits = |jwk: &str| DecryptionKey::from_jwk(alg, &object(jwk)).is_ok();
        let oaep = alg.name().starts_with("RSA-OAEP");
        assert_eq!((fits(RSA), fits(BOB), fits(BOB_X)), (oaep, alg.agrees(), alg.agrees()), "{alg}");
        for length in [0, 16, 24, 32, 48, 64, 65] {
            let oct = Object::new().with("kty", "oct").with("k", base64url::encode(octets(length)));
            let expected = match alg.wrapping_length() {
                Some(wrapping) => alg.is_symmetric() && length == wrapping,
                None => alg == KeyManagement::Dir && ![0, 65].contains(&length),
            };
            assert_eq!(fits(&oct.to_string()), expected, "{alg} {length}");
        }
        assert_eq!(DecryptionKey::generate_pkcs8(alg).is_ok(), !alg.is_symmetric(), "{alg}");
    }
}

#[test]
fn a_private_key_is_read_whole_and_for_its_purpose() {
    let refused = |jwk: Object| DecryptionKey::from_jwk(KeyManagement::EcdhEs, &jwk).is_err();
    for stated in [("use", "enc"), ("alg", "ECDH-ES"), ("kid", "a")] {
        assert!(!refused(object(BOB).with(stated.0, stated.1)));
    }
    assert!(refused(object(BOB).with("use", "sig")));
    assert!(refused(object(BOB).with("alg", "ECDH-ES+A128KW")));
    assert!(refused(object(BOB).with("crv", "P-384")));
    assert!(refused(object(BOB).with("x", "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0")), "another public half");
    for member in ["kty", "crv", "x", "y", "d"] {
        let mut without = object(BOB);
        without.remove(member);
        assert!(refused(without), "{member}");
    }
    for member in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        let mut without = object(RSA);
        without.remove(member);
        assert!(DecryptionKey::from_jwk(KeyManagement::RsaOaep, &without).is_err(), "{member}");
        without.insert(member, "AQ");
        assert!(DecryptionKey::from_jwk(KeyManagement::RsaOaep, &without).is_err(), "{member}");
    }
    assert!(DecryptionKey::from_pkcs8(KeyManagement::RsaOaep, b"").is_err());
    assert!(DecryptionKey::from_pkcs8(KeyManagement::EcdhEs, &[0x30, 0]).is_err());
}

#[test]
fn no_private_key_is_shown() {
    let shown = format!("{:?}", key(KeyManagement::EcdhEs, BOB));
    assert!(shown.contains("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ") && !shown.contains("VEmDZpDX"), "{shown}");
    let party = Party::sharing(KeyManagement::A128Kw, b"sixteen letters!".to_vec());
    let shown = format!("{:?} {:?}", party.key, party.recipient());
    assert!(!shown.contains("sixteen") && !shown.contains("115, 105"), "{shown}");
    assert!(!format!("{:?}", parse(A_1)).contains("5eym8TW"));
}

#[test]
fn a_message_is_encrypted_only_as_its_header_and_its_key_say() {
    let bob = Party::of(key(KeyManagement::EcdhEs, BOB));
    let tried = |header: &str| encrypt(bob.recipient(), header, b"", &mut random);
    assert!(tried(r#"{"alg":"ECDH-ES","enc":"A128GCM","kid":"a","cty":"JWT"}"#).is_ok());
    for header in [
        "",
        "{}",
        r#"{"alg":"ECDH-ES"}"#,
        r#"{"alg":"RSA1_5","enc":"A128GCM"}"#,
        r#"{"alg":"ECDH-ES","enc":"none"}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","zip":"DEF"}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","crit":["exp"],"exp":1}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","epk":{}}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","apu":1}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","apv":"?"}"#,
    ] {
        assert_eq!(tried(header), Err(EncryptionFailed::Header), "{header}");
    }
    for alg in ["RSA-OAEP", "A128KW", "dir", "ECDH-ES+A128KW"] {
        let header = Object::new().with("alg", alg).with("enc", "A128GCM").to_string();
        assert_eq!(tried(&header), Err(EncryptionFailed::KeyUnfit(KeyManagement::parse(alg).unwrap())));
    }
    let short = Secret::from(octets(16));
    let unfit = encrypt(Recipient::Shared(&short), r#"{"alg":"dir","enc":"A256GCM"}"#, b"", &mut random);
    assert_eq!(unfit, Err(EncryptionFailed::KeyUnfit(KeyManagement::Dir)));
    let broken = encrypt(bob.recipient(), r#"{"alg":"ECDH-ES","enc":"A128GCM"}"#, b"", &mut |octets| octets.fill(0));
    assert_eq!(broken, Err(EncryptionFailed::Backend), "0 is no private key");
}

#[test]
fn a_key_for_encryption_fits_its_algorithm() {
    let parse = |jwk: Object| EncryptionKey::parse(&jwk, aws_lc()).unwrap();
    let public = |jwk: &str, private: &[&str]| {
        let mut object = object(jwk);
        private.iter().for_each(|member| drop(object.remove(member)));
        object
    };
    let x25519 = public(BOB_X, &["d"]);
    let any = parse(x25519.clone());
    assert!(KeyManagement::ALL.iter().all(|&alg| any.fits(alg) == alg.agrees()));
    let one = parse(x25519.with("alg", "ECDH-ES+A256KW"));
    assert!(one.fits(KeyManagement::EcdhEsA256Kw) && !one.fits(KeyManagement::EcdhEs));
    let rsa = parse(public(RSA, &["d", "p", "q", "dp", "dq", "qi"]));
    assert!(rsa.fits(KeyManagement::RsaOaep384) && !rsa.fits(KeyManagement::EcdhEs) && !rsa.fits(KeyManagement::Dir));
}

#[test]
fn a_nested_jwt_is_declared_and_signed() {
    let secret = Secret::from(octets(16));
    let key = DecryptionKey::shared(KeyManagement::Dir, &secret).unwrap();
    let nested = |header: &str, plaintext: &str| {
        let jwe = encrypt(Recipient::Shared(&secret), header, plaintext.as_bytes(), &mut random).unwrap();
        let jwe = parse(&jwe);
        jwe.nested(&decrypt(&jwe, &key).unwrap()).map(|jws| jws.as_str().to_owned())
    };
    let signed = "eyJhbGciOiJFUzI1NiJ9.e30.AA";
    for cty in ["JWT", "jwt", "application/jwt"] {
        let header = format!(r#"{{"alg":"dir","enc":"A128GCM","cty":"{cty}"}}"#);
        assert_eq!(nested(&header, signed).as_deref(), Ok(signed), "{cty}");
    }
    for header in [r#"{"alg":"dir","enc":"A128GCM"}"#, r#"{"alg":"dir","enc":"A128GCM","cty":"at+jwt"}"#] {
        let error = nested(header, signed).unwrap_err();
        assert_eq!((&error, error.basis()), (&JweError::NotNested, &rfc7519::NESTED_CTY));
    }
    let declared = r#"{"alg":"dir","enc":"A128GCM","cty":"JWT"}"#;
    for (plaintext, inner) in
        [("{}", JoseError::Character), ("a.b", JoseError::Parts), ("eyJhbGciOiJub25lIn0.e30.", JoseError::AlgNone)]
    {
        let error = nested(declared, plaintext).unwrap_err();
        assert_eq!((error.basis(), error), (&rfc8725::NESTED_OPERATIONS_VALIDATED, JweError::Content(inner)));
    }
}

#[test]
fn keys_for_encryption_verify_no_signatures() {
    let jwk = object(BOB_X);
    let public = jwk.iter().filter(|(name, _)| *name != "d").fold(Object::new(), |o, (name, value)| o.with(name, value.clone()));
    assert!(Jwk::parse(&public, aws_lc()).is_err());
    assert!(Algorithms::ALL_ASYMMETRIC.iter().all(|algorithm| KeyManagement::parse(algorithm.name()).is_none()));
}
