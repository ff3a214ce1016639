//! Compares the library's JWS, JWK and thumbprints with those of josekit (over OpenSSL) and RustCrypto. Disagreements are listed,
//! each with its subject and its clause.
//!
//! This is not one of the library's tests because josekit needs OpenSSL and changes the behaviour of `serde_json` in the whole
//! build: the library is tested without both.

#![allow(unreachable_pub)]

mod forge;
mod numbers;
mod oracle;
mod spoil;
mod stricter;

use forge::{ALGORITHMS, Case};
use oracle::{Refused, josekit, ours, rustcrypto};
use proptest::prelude::*;
use spoil::{SPOILS, Spoil};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use stricter::STRICTER;

/// Messages that we accept and josekit refuses, with the clause that allows them.
const WIDER: &[(&str, &str, Is)] = &[
    ("Ed25519 by its full name", "RFC 9864 section 2.2", |case| case.header()["alg"] == "Ed25519"),
    ("the key's alg is the other name of EdDSA", "RFC 9864 section 2.2", |case| case.key()["alg"] == "Ed25519"),
    ("a kid of the key that the header does not name", "RFC 7515 section 4.1.4", |case| {
        case.key()["kid"].is_string() && case.header()["kid"] != case.key()["kid"]
    }),
    ("a header parameter that is ignored", "RFC 7515 section 4", |case| {
        ["jku", "jwk", "x5u", "x5c", "x5t", "url", "nonce"].iter().any(|name| case.header().get(*name).is_some())
    }),
];

type Is = fn(&Case) -> bool;

/// The kind of disagreement between our result and josekit's, if there is one.
fn disagreement(case: &Case) -> Option<String> {
    let (ours, theirs) = (ours(case), josekit(case));
    match (&ours, theirs) {
        (Ok(()), false) => {
            let why = WIDER.iter().find(|(_, _, is)| is(case)).map(|(what, clause, _)| format!("{what} ({clause})"));
            Some(format!("{}, refused by josekit", why.unwrap_or_else(|| UNEXPLAINED.into())))
        }
        (Err(Refused { error, clause }), true) => {
            let how = format!("{error} ({clause})");
            let explained = STRICTER.iter().any(|(known, is)| *known == how && is(case));
            Some(format!("{how}, accepted by josekit{}", if explained { "" } else { UNEXPLAINED }))
        }
        _ => None,
    }
}

const UNEXPLAINED: &str = ": unexplained";

/// The disagreements about all faulty messages under all algorithms, with their faults.
fn known() -> &'static BTreeMap<String, BTreeMap<&'static str, BTreeSet<&'static str>>> {
    static KNOWN: OnceLock<BTreeMap<String, BTreeMap<&'static str, BTreeSet<&'static str>>>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known: BTreeMap<String, BTreeMap<_, BTreeSet<_>>> = BTreeMap::new();
        for (what, spoil) in SPOILS {
            for algorithm in ALGORITHMS {
                if let Some(how) = spoilt(algorithm, spoil).as_ref().and_then(disagreement) {
                    known.entry(how).or_default().entry(*what).or_default().insert(*algorithm);
                }
            }
        }
        known
    })
}

/// A valid message with a fault, or `None` if the algorithm cannot have it.
fn spoilt(algorithm: &'static str, spoil: &Spoil) -> Option<Case> {
    forge::spoilt(algorithm, br#"{"iss":"a","exp":1800000000}"#, spoil)
}

#[test]
fn every_disagreement_is_listed_with_its_clause() {
    let mut lines = vec![];
    for (how, cases) in known() {
        lines.push(how.clone());
        for (what, algorithms) in cases {
            let all = algorithms.len() == ALGORITHMS.len();
            let algorithms = if all { "all".into() } else { algorithms.iter().copied().collect::<Vec<_>>().join(" ") };
            lines.push(format!("    {what}: {algorithms}"));
        }
    }
    let unexplained: Vec<_> = lines.iter().filter(|line| line.contains(UNEXPLAINED)).collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    for (what, _, _) in WIDER {
        assert!(lines.iter().any(|line| line.starts_with(what)), "no longer true: {what}");
    }
    for (how, _) in STRICTER {
        assert!(lines.iter().any(|line| line.starts_with(how)), "no longer true: {how}");
    }
    insta::assert_snapshot!("disagreements", lines.join("\n"));
}

/// Asks RustCrypto about signatures: it must accept those that we accept, and refuse those that we refuse for the signature.
fn rustcrypto_agrees(case: &Case) -> Result<(), String> {
    let Some(theirs) = rustcrypto(case) else { return Ok(()) };
    match (ours(case), theirs) {
        (Ok(()), false) => Err("RustCrypto refuses the signature".into()),
        (Err(Refused { error, .. }), true) if error.starts_with("Signature") => Err(format!("{error}: RustCrypto accepts it")),
        _ => Ok(()),
    }
}

#[test]
fn rustcrypto_says_the_same_of_every_signature() {
    let mut asked = 0;
    for (what, spoil) in SPOILS {
        for algorithm in ALGORITHMS {
            let Some(case) = spoilt(algorithm, spoil) else { continue };
            asked += usize::from(rustcrypto(&case).is_some());
            assert_eq!(rustcrypto_agrees(&case), Ok(()), "{what} {algorithm}");
        }
    }
    assert!(asked > 100, "{asked}");
}

#[test]
fn a_good_message_is_good_for_everybody() {
    for algorithm in ALGORITHMS {
        let case = spoilt(algorithm, &Spoil::Nothing).unwrap();
        assert_eq!(ours(&case), Ok(()), "{algorithm}");
        assert_eq!(josekit(&case), *algorithm != "Ed25519", "{algorithm}");
        assert_ne!(rustcrypto(&case), Some(false), "{algorithm}");
    }
}

/// An error that is listed for some messages must not excuse others.
#[test]
fn a_reason_holds_for_its_messages_only() {
    let good = spoilt("ES256", &Spoil::Nothing).unwrap();
    for (how, is) in STRICTER {
        assert!(!is(&good), "{how}");
    }
    let excused = |what: &str| {
        let (_, spoil) = SPOILS.iter().find(|(known, _)| *known == what).unwrap();
        let case = spoilt("ES256", spoil).unwrap();
        STRICTER.iter().filter(|(_, is)| is(&case)).map(|(how, _)| *how).collect::<Vec<_>>()
    };
    assert_eq!(excused("zip"), [r#"Unsupported("zip") (RFC7515-5.2-2)"#]);
    assert_eq!(excused("a name twice, once escaped"), ["Header(Repeated) (RFC7515-4-1)"]);
    assert_eq!(excused("an octet of x in y"), ["Point (RFC7518-6.2.1-1)"]);
    for none in ["the mirrored point", "key_ops with verify", "use for signatures", "crit lists alg", "an unknown member"] {
        assert_eq!(excused(none), [""; 0], "{none}");
    }
}

fn algorithm() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(ALGORITHMS)
}

/// A disagreement about a generated case must be explained by a listed reason that applies to that case.
fn check(case: &Case) -> Result<(), TestCaseError> {
    if let Some(how) = disagreement(case) {
        prop_assert!(!how.contains(UNEXPLAINED), "{how}: {case:?}");
    }
    prop_assert_eq!(rustcrypto_agrees(case), Ok(()), "{:?}", case);
    Ok(())
}

proptest! {
    #[test]
    fn of_signatures_over_anything(algorithm in algorithm(), payload: Vec<u8>) {
        let case = forge::spoilt(algorithm, &payload, &Spoil::Nothing).unwrap();
        prop_assert_eq!(ours(&case), Ok(()));
        check(&case)?;
    }

    #[test]
    fn of_a_message_with_one_bit_flipped(algorithm in algorithm(), part in 0usize..3, bit: u16) {
        if let Some(case) = spoilt(algorithm, &Spoil::Bit(part, bit)) {
            prop_assert!(ours(&case).is_err(), "{:?}", case);
            check(&case)?;
        }
    }

    #[test]
    fn of_a_message_with_one_character_changed(algorithm in algorithm(), at: u16, to in "[A-Za-z0-9_=+/. \n~-]") {
        check(&spoilt(algorithm, &Spoil::Character(at, to.chars().next().unwrap())).unwrap())?;
    }

    #[test]
    fn of_a_key_with_one_bit_flipped(algorithm in algorithm(), member in 0usize..2, bit: u16) {
        if let Some(case) = spoilt(algorithm, &Spoil::KeyBit(member, bit)) {
            prop_assert!(ours(&case).is_err(), "{:?}", case);
            check(&case)?;
        }
    }

    #[test]
    fn of_any_header(algorithm in algorithm(), name in "[a-z0-9]{1,4}|typ|cty|kid|crit|b64|zip|jwk|alg|jku|x5c", value in json()) {
        let spoil = Spoil::Member(name, value);
        check(&spoilt(algorithm, &spoil).unwrap())?;
    }

    #[test]
    fn of_thumbprints(algorithm in algorithm(), extra in "[a-z]{3,8}", value in json()) {
        let case = spoilt(algorithm, &Spoil::Nothing).unwrap();
        let mut key: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&case.key).unwrap();
        prop_assume!(!["use", "alg", "kid", "oth", "priv"].contains(&&*extra));
        key.insert(extra, serde_json::from_str(&value).unwrap());
        let key = serde_json::to_string(&key).unwrap();
        prop_assert_eq!(oracle::our_thumbprint(&key), oracle::thumbprint(&case.key));
    }
}

/// JSON values, including some that have a meaning in a header or key.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1.5",
    "[]",
    "{}",
    r#""""#,
    r#""JWT""#,
    r#"["exp"]"#,
    r#"["b64"]"#,
    r#"{"kty":"oct"}"#,
    r#""none""#,
    r#""ES256""#,
    r#""RS256""#,
    "[[[[]]]]",
    r#""\u0000""#,
    "0.5",
];

/// Small JSON values.
fn json() -> impl Strategy<Value = String> {
    let sane = proptest::sample::select(VALUES).prop_map(str::to_owned);
    prop_oneof![4 => sane, 1 => "\"[ !#-\\[\\]-~é]{0,9}\""]
}
