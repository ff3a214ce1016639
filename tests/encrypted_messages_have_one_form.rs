//! The compact form of an encrypted message and its header: one reading, or a refusal with the right requirement.

use fapi::jose::{ContentEncryption, Jwe, JweError, JwkError, KeyManagement, base64url};
use fapi::primitives::aws_lc;
use fapi::requirement::{Duty, Requirement, rfc7515, rfc7516, rfc7518, rfc8725};
use proptest::prelude::*;

/// An initialization vector and a tag for AES-GCM.
const GCM_IV: &str = "AAAAAAAAAAAAAAAA";
const GCM_TAG: &str = "AAAAAAAAAAAAAAAAAAAAAA";
/// The ephemeral key of RFC 7518, appendix C.
const EPK: &str = r#"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}"#;

fn parse(compact: &str) -> Result<Jwe, JweError> {
    Jwe::parse(compact, aws_lc())
}

/// A message with this header; its key is empty.
fn with_header(header: &str) -> Result<Jwe, JweError> {
    parse(&format!("{}..{GCM_IV}..{GCM_TAG}", base64url::encode(header)))
}

fn refused(parsed: Result<Jwe, JweError>) -> (JweError, &'static Requirement) {
    let error = parsed.unwrap_err();
    let basis = error.basis();
    (error, basis)
}

#[test]
fn a_message_has_five_parts_in_base64url() {
    let header = base64url::encode(r#"{"alg":"dir","enc":"A128GCM"}"#);
    let valid = format!("{header}..{GCM_IV}.AA.{GCM_TAG}");
    let jwe = parse(&valid).unwrap();
    assert_eq!((jwe.as_str(), jwe.additional_data(), jwe.ciphertext()), (&*valid, header.as_bytes(), &[0][..]));
    assert!(Jwe::looks_like(&valid) && !Jwe::looks_like("a.b.c") && !Jwe::looks_like(""));
    for parts in ["", "a", "a.b.c", "a.b.c.d", "a.b.c.d.e.f", "....."] {
        assert_eq!(refused(parse(parts)), (JweError::Parts, &rfc7516::COMPACT_FORM), "{parts}");
    }
    for (from, to) in [(".AA.", ".AA=."), (".AA.", ". AA."), (".AA.", ".A+."), (".AA.", ".\u{e9}.")] {
        assert_eq!(refused(parse(&valid.replace(from, to))), (JweError::Character, &rfc8725::COMPACT_ALPHABET), "{to}");
    }
    for part in ["A", "AB", "AAAAA"] {
        let altered = valid.replace(".AA.", &format!(".{part}."));
        assert_eq!(refused(parse(&altered)), (JweError::Base64, &rfc7515::STRICT_BASE64URL), "{part}");
    }
    assert_eq!(refused(parse(&format!("{header}.AA.{GCM_IV}.AA.{GCM_TAG}"))), (JweError::EncryptedKey, &rfc7516::COMPACT_FORM));
    assert_eq!(parse(&"A".repeat(Jwe::LIMIT + 1)).unwrap_err(), JweError::TooLong);
    assert_eq!(Jwe::parse_within(&valid, valid.len() - 1, aws_lc()).unwrap_err(), JweError::TooLong);
    assert!(Jwe::parse_within(&valid, valid.len(), aws_lc()).is_ok());
}

#[test]
fn lengths_are_those_of_the_content_encryption() {
    for &enc in ContentEncryption::ALL {
        let header = base64url::encode(format!(r#"{{"alg":"dir","enc":"{enc}"}}"#));
        let sized = |iv: usize, ciphertext: usize, tag: usize| {
            parse(&format!("{header}..{}", [iv, ciphertext, tag].map(|length| base64url::encode(vec![0; length])).join(".")))
        };
        let (iv, tag) = (enc.iv_length(), enc.tag_length());
        assert!(sized(iv, 16, tag).is_ok(), "{enc}");
        let basis = if enc.is_gcm() { &rfc7518::GCM_SIZES } else { &rfc7518::CBC_HMAC };
        for wrong in [(iv - 1, 16, tag), (iv + 1, 16, tag), (0, 16, tag), (iv, 16, tag - 1), (iv, 16, tag + 1), (iv, 16, 0)] {
            assert_eq!(refused(sized(wrong.0, wrong.1, wrong.2)), (JweError::Length(enc), basis), "{enc} {wrong:?}");
        }
        for ciphertext in [0, 1, 15, 17] {
            assert_eq!(sized(iv, ciphertext, tag).is_ok(), enc.is_gcm(), "{enc} {ciphertext}");
        }
    }
}

#[test]
fn parameters_are_returned_as_sent() {
    let jwe = with_header(r#"{"alg":"dir","enc":"A128GCM","kid":"k","typ":"JOSE","cty":"JWT","colour":"blue","jku":1}"#).unwrap();
    let header = jwe.header();
    assert_eq!((header.kid(), header.typ(), header.cty()), (Some("k"), Some("JOSE"), Some("JWT")));
    assert!(header.cty_is("application/jwt") && !header.cty_is("at+jwt"));
    assert!(header.members().contains("colour") && header.epk().is_none());
    let bare = with_header(r#"{"alg":"dir","enc":"A128GCM"}"#).unwrap();
    assert_eq!((bare.header().kid(), bare.header().typ(), bare.header().cty()), (None, None, None));
    assert!(!bare.header().cty_is("jwt"));
}

#[test]
fn parameters_that_would_change_the_meaning_are_refused() {
    use JweError::{
        AlgInsecure, AlgPassword, AlgUnknown, Compressed, CritMalformed, CritUnknown, EncUnknown, EphemeralKey, Parameter,
    };
    let gcm = |more: &str| format!(r#"{{"alg":"A128GCMKW","enc":"A128GCM"{more}}}"#);
    let agrees = |more: &str| format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM"{more}}}"#);
    let private = EPK.replace('{', r#"{"d":"AA","#);
    assert!(with_header(&gcm(&format!(r#","iv":"{GCM_IV}","tag":"{GCM_TAG}""#))).is_ok());
    assert!(with_header(&agrees(&format!(r#","epk":{EPK},"apu":"AA","apv":"AA""#))).is_ok());
    for (text, error, basis) in [
        ("{}".to_owned(), Parameter("alg"), &rfc7515::ALG_ALLOWED),
        (r#"{"alg":1,"enc":"A128GCM"}"#.to_owned(), Parameter("alg"), &rfc7515::ALG_ALLOWED),
        (r#"{"alg":"dir"}"#.to_owned(), Parameter("enc"), &rfc7515::ALG_ALLOWED),
        (r#"{"alg":"dir","enc":["A128GCM"]}"#.to_owned(), Parameter("enc"), &rfc7515::ALG_ALLOWED),
        (r#"{"alg":"DIR","enc":"A128GCM"}"#.to_owned(), AlgUnknown("DIR".to_owned()), &rfc7515::ALG_ALLOWED),
        (r#"{"alg":"none","enc":"A128GCM"}"#.to_owned(), AlgUnknown("none".to_owned()), &rfc7515::ALG_ALLOWED),
        (r#"{"alg":"dir","enc":"none"}"#.to_owned(), EncUnknown("none".to_owned()), &rfc7515::ALG_ALLOWED),
        (r#"{"alg":"RSA1_5","enc":"A128GCM"}"#.to_owned(), AlgInsecure, &rfc8725::CURRENT_ALGORITHMS),
        (
            r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAAAAAAAAA","p2c":2147483647}"#.to_owned(),
            AlgPassword,
            &rfc8725::PBES2_LIMIT,
        ),
        (r#"{"alg":"dir","enc":"A128GCM","zip":"DEF"}"#.to_owned(), Compressed, &rfc8725::DECOMPRESSION_LIMIT),
        (r#"{"alg":"dir","enc":"A128GCM","zip":null}"#.to_owned(), Compressed, &rfc8725::DECOMPRESSION_LIMIT),
        (r#"{"alg":"dir","enc":"A128GCM","kid":1}"#.to_owned(), Parameter("kid"), &rfc7515::KID_IS_HINT),
        (r#"{"alg":"dir","enc":"A128GCM","cty":[]}"#.to_owned(), Parameter("cty"), &rfc7516::DECRYPTION),
        (r#"{"alg":"dir","enc":"A128GCM","typ":{}}"#.to_owned(), Parameter("typ"), &rfc7516::DECRYPTION),
        (r#"{"alg":"dir","enc":"A128GCM","crit":[]}"#.to_owned(), CritMalformed, &rfc7515::CRIT_WELL_FORMED),
        (r#"{"alg":"dir","enc":"A128GCM","crit":["tag"],"tag":1}"#.to_owned(), CritMalformed, &rfc7515::CRIT_WELL_FORMED),
        (r#"{"alg":"dir","enc":"A128GCM","crit":["exp"]}"#.to_owned(), CritMalformed, &rfc7515::CRIT_WELL_FORMED),
        (
            r#"{"alg":"dir","enc":"A128GCM","crit":["exp"],"exp":1}"#.to_owned(),
            CritUnknown("exp".to_owned()),
            &rfc7516::DECRYPTION,
        ),
        (agrees(""), Parameter("epk"), &rfc7518::ECDH_ES_KEY),
        (agrees(r#","epk":"AA""#), Parameter("epk"), &rfc7518::ECDH_ES_KEY),
        (agrees(r#","epk":{}"#), EphemeralKey(JwkError::Member("kty")), &rfc8725::ECDH_INPUTS),
        (agrees(&format!(r#","epk":{private}"#)), EphemeralKey(JwkError::Private("d")), &rfc8725::ECDH_INPUTS),
        (agrees(&format!(r#","epk":{EPK},"apu":1"#)), Parameter("apu"), &rfc7518::ECDH_ES_KEY),
        (agrees(&format!(r#","epk":{EPK},"apv":"A""#)), JweError::Base64, &rfc7515::STRICT_BASE64URL),
        (gcm(""), Parameter("iv"), &rfc7518::GCM_SIZES),
        (gcm(r#","iv":"AA""#), Parameter("iv"), &rfc7518::GCM_SIZES),
        (gcm(&format!(r#","iv":"{GCM_IV}","tag":"{GCM_TAG}AA""#)), Parameter("tag"), &rfc7518::GCM_SIZES),
        (gcm(&format!(r#","iv":"{GCM_IV}","tag":"+""#)), JweError::Base64, &rfc7515::STRICT_BASE64URL),
    ] {
        assert_eq!(refused(with_header(&text)), (error, basis), "{text}");
    }
}

#[test]
fn a_header_has_one_meaning() {
    for (text, basis) in [
        (&br#"{"alg":"dir","alg":"dir","enc":"A128GCM"}"#[..], &rfc7515::HEADER_NAMES_UNIQUE),
        (b"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"a\":\"\xff\"}", &rfc8725::UTF8_ONLY),
        (b"[]", &rfc7516::DECRYPTION),
        (b"", &rfc7516::DECRYPTION),
    ] {
        let error = parse(&format!("{}..{GCM_IV}..{GCM_TAG}", base64url::encode(text))).unwrap_err();
        assert_eq!(error.basis(), basis, "{error}");
        assert_eq!(basis.duty, Duty::Refuse);
    }
}

/// Texts that are nearly messages.
fn nearly() -> impl Strategy<Value = String> {
    let name = |all: Vec<&'static str>| proptest::sample::select(all);
    let algs = KeyManagement::ALL.iter().map(|alg| alg.name()).chain(["RSA1_5", "none", ""]).collect();
    let encs = ContentEncryption::ALL.iter().map(|enc| enc.name()).chain(["none", ""]).collect();
    let more = vec![
        "",
        r#","epk":{}"#,
        r#","iv":"AAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA""#,
        r#","zip":"DEF""#,
        r#","kid":"\u0000""#,
    ];
    let octets = || proptest::sample::select(vec![0_usize, 1, 12, 16, 24, 32, 256]);
    (name(algs), name(encs), name(more), octets(), octets(), octets(), octets()).prop_map(
        |(alg, enc, more, key, iv, ciphertext, tag)| {
            let header = format!(r#"{{"alg":"{alg}","enc":"{enc}"{more}}}"#);
            let parts = [key, iv, ciphertext, tag].map(|length| base64url::encode(vec![7; length]));
            format!("{}.{}", base64url::encode(header), parts.join("."))
        },
    )
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn what_is_read_is_what_was_sent(compact in nearly()) {
        if let Ok(jwe) = parse(&compact) {
            let header = base64url::encode(jwe.header().members().to_string());
            let again = [jwe.encrypted_key(), jwe.iv(), jwe.ciphertext(), jwe.tag()].map(base64url::encode).join(".");
            prop_assert_eq!(format!("{header}.{again}"), compact);
        }
    }

    #[test]
    fn altered_octets_do_no_harm(compact in nearly(), at in any::<prop::sample::Index>(), octet in any::<u8>()) {
        let mut octets = compact.into_bytes();
        let at = at.index(octets.len());
        octets[at] = octet;
        let _ = parse(&String::from_utf8_lossy(&octets));
    }
}
