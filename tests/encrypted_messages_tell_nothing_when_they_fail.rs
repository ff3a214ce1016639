//! A message that cannot be decrypted says nothing about the reason: one error for the tag, the key, its padding and its length.

use crate::support::encryption::{Party, joined, octets, parse, parties, parts, random};
use fapi::jose::jwe::{DecryptionFailed, decrypt};
use fapi::jose::{ContentEncryption, Jwe, JweError, KeyManagement, base64url};
use fapi::primitives::aws_lc;
use proptest::prelude::*;

const ENCRYPTED_KEY: usize = 1;

/// Both kinds of content encryption.
const KINDS: [ContentEncryption; 2] = [ContentEncryption::A128Gcm, ContentEncryption::A128CbcHs256];

#[test]
fn every_part_is_authenticated() {
    for enc in KINDS {
        for party in parties(enc) {
            let compact = party.encrypt(enc, b"the plaintext of a message");
            assert!(decrypt(&parse(&compact), &party.key).is_ok());
            for part in 1..5 {
                let mut altered = parts(&compact);
                if let Some(first) = altered[part].first_mut() {
                    *first ^= 1;
                    assert_eq!(
                        decrypt(&parse(&joined(&altered)), &party.key),
                        Err(DecryptionFailed),
                        "{} {part}",
                        party.key.alg()
                    );
                }
            }
            let mut altered = parts(&compact);
            altered[0].insert(1, b' ');
            let jwe = parse(&joined(&altered));
            assert_eq!(decrypt(&jwe, &party.key), Err(DecryptionFailed), "the header of {}", party.key.alg());
        }
    }
}

#[test]
fn the_key_of_another_recipient_decrypts_nothing() {
    for enc in KINDS {
        for (one, other) in parties(enc).iter().zip(parties(enc)) {
            let same = one.key.public_key().is_some() && one.key.public_key() == other.key.public_key();
            let read = decrypt(&parse(&one.encrypt(enc, b"plain")), &other.key);
            assert_eq!(read.is_ok(), same, "{}", one.key.alg());
        }
    }
}

#[test]
fn an_encrypted_key_of_any_form_gives_the_same_error() {
    for enc in KINDS {
        for party in parties(enc).iter().filter(|party| !party.key.alg().is_direct()) {
            let compact = party.encrypt(enc, b"plain");
            let right = parts(&compact)[ENCRYPTED_KEY].clone();
            let forms = [
                vec![],
                vec![0],
                right[..right.len() - 1].to_vec(),
                right[1..].to_vec(),
                [&right[..], &[0]].concat(),
                [&[0], &right[..]].concat(),
                vec![0; right.len()],
                vec![0xff; right.len()],
                octets(right.len()),
                octets(2000),
            ];
            for form in forms {
                let mut altered = parts(&compact);
                altered[ENCRYPTED_KEY] = form;
                assert_eq!(decrypt(&parse(&joined(&altered)), &party.key), Err(DecryptionFailed), "{}", party.key.alg());
            }
        }
    }
}

#[test]
fn a_content_key_of_another_length_gives_the_same_error() {
    for party in parties(ContentEncryption::A128Gcm) {
        let alg = party.key.alg();
        if alg.is_direct() {
            continue;
        }
        // The key is right for A128GCM, and the header says A256GCM.
        let compact = party.encrypt(ContentEncryption::A128Gcm, b"plain");
        let mut altered = parts(&compact);
        altered[0] = String::from_utf8(altered[0].clone()).unwrap().replace("A128GCM\"", "A256GCM\"").into_bytes();
        let jwe = parse(&joined(&altered));
        assert_eq!(jwe.header().enc(), ContentEncryption::A256Gcm);
        assert_eq!(decrypt(&jwe, &party.key), Err(DecryptionFailed), "{alg}");
    }
}

#[test]
fn a_key_decrypts_by_its_own_algorithm_only() {
    let secret = octets(16);
    let wrap = Party::sharing(KeyManagement::A128Kw, secret.clone());
    let gcm = Party::sharing(KeyManagement::A128GcmKw, secret.clone());
    let direct = Party::sharing(KeyManagement::Dir, secret);
    let enc = ContentEncryption::A128Gcm;
    for (at, one) in [&wrap, &gcm, &direct].into_iter().enumerate() {
        let jwe = parse(&one.encrypt(enc, b"plain"));
        for (other_at, other) in [&wrap, &gcm, &direct].into_iter().enumerate() {
            assert_eq!(decrypt(&jwe, &other.key).is_ok(), at == other_at);
            let required = jwe.require(other.key.alg(), &[enc]);
            assert_eq!(required.is_ok(), at == other_at);
            assert!(at == other_at || required == Err(JweError::KeyUnfit(one.key.alg())));
        }
        assert_eq!(jwe.require(one.key.alg(), &[ContentEncryption::A256Gcm]), Err(JweError::EncRefused(enc)));
        assert_eq!(jwe.require(one.key.alg(), &[]), Err(JweError::EncRefused(enc)));
    }
}

#[test]
fn padding_is_not_looked_at_before_the_tag() {
    let enc = ContentEncryption::A128CbcHs256;
    let party = Party::sharing(KeyManagement::Dir, octets(32));
    let compact = party.encrypt(enc, &[7; 15]);
    for last in 0..=255 {
        let mut altered = parts(&compact);
        *altered[3].last_mut().unwrap() ^= last;
        assert_eq!(decrypt(&parse(&joined(&altered)), &party.key).is_ok(), last == 0);
    }
}

#[test]
fn an_ephemeral_key_off_its_curve_is_refused() {
    for (epk, fine) in [
        // The ephemeral key of RFC 7518, appendix C, and then one with another y.
        (
            r#"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}"#,
            true,
        ),
        (
            r#"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFppw"}"#,
            false,
        ),
        (r#"{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}"#, true),
        (r#"{"kty":"OKP","crv":"X25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#, false),
        (r#"{"kty":"OKP","crv":"X25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#, false),
        (r#"{"kty":"OKP","crv":"X25519","x":"4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA"}"#, false),
        (r#"{"kty":"OKP","crv":"X25519","x":"X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEVc"}"#, false),
        (r#"{"kty":"OKP","crv":"X25519","x":"X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEdc"}"#, false),
        (r#"{"kty":"OKP","crv":"X25519","x":"7P_______________________________________38"}"#, false),
        (r#"{"kty":"OKP","crv":"X25519","x":"7f_______________________________________38"}"#, false),
        (r#"{"kty":"OKP","crv":"X25519","x":"7v_______________________________________38"}"#, false),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#, false),
    ] {
        let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{epk}}}"#);
        let compact = format!("{}..AAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAA", base64url::encode(header));
        let parsed = Jwe::parse(&compact, aws_lc());
        assert_eq!(parsed.is_ok(), fine, "{epk}");
        if let Err(error) = parsed {
            assert!(matches!(error, JweError::EphemeralKey(_)), "{error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn plaintexts_come_back_and_alterations_do_not(
        plaintext in proptest::collection::vec(any::<u8>(), 0..300),
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let enc = *which.get(ContentEncryption::ALL);
        let mut key = vec![0; enc.key_length()];
        random(&mut key);
        let party = Party::sharing(KeyManagement::Dir, key);
        let compact = party.encrypt(enc, &plaintext);
        prop_assert_eq!(decrypt(&parse(&compact), &party.key), Ok(plaintext));
        let mut altered = parts(&compact);
        let lengths: Vec<_> = altered.iter().map(Vec::len).collect();
        let mut at = lengths[0] + at.index(lengths[1..].iter().sum());
        for (part, length) in altered.iter_mut().zip(lengths) {
            if at < length {
                part[at] ^= 1 << bit;
                break;
            }
            at -= length;
        }
        prop_assert_eq!(decrypt(&parse(&joined(&altered)), &party.key), Err(DecryptionFailed));
    }
}
