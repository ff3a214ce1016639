//! Claims of proofs at the token endpoint.

use fapi::requirement::Requirement;
use fapi::requirement::local::NUMBER_RANGE;
use fapi::requirement::rfc7519::{CLAIM_NAMES_UNIQUE, NOT_AFTER_EXP, NOT_BEFORE_NBF, NUMERIC_DATES, WHOLE_JWT_VALID};
use fapi::requirement::rfc9449::{
    JTI_SIZE, NONCE_DEMANDED, NONCE_RECENT, PROOF_COMPLETE, PROOF_EXTENSIBLE, PROOF_FRESH, PROOF_HTM, PROOF_HTU,
    PROOF_NEAR_FUTURE, PROOF_ONCE, PROOF_WELL_FORMED,
};
use serde_json::{Value, json};

use super::super::common::{self, NOW};
use super::{Group, Keys, TOKEN, good, of_text, proof, token_endpoint, with, without};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![rfc9449(), times(keys), numbers(keys), targets(keys), identifiers(keys), spent(keys), nonces(keys), forms(keys)]
}

fn rfc9449() -> Group {
    let header = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";
    let claims = "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ";
    let signature = "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    let mut group = Group::from("RFC 9449, section 4.1");
    group.members.extend(token_endpoint().members);
    group
        .gives("issuer", "https://server.example.com")
        .gives("now", 1_562_262_620)
        .valid("Rfc", "the proof of the RFC", format!("{header}.{claims}.{signature}"))
        .invalid(
            &fapi::requirement::rfc9449::PROOF_SIGNATURE,
            "Rfc",
            "the proof of the RFC, of which the signature has another first character",
            format!("{header}.{claims}.3{}", &signature[1..]),
        )
        .errors("invalid_dpop_proof")
}

fn times(keys: &Keys) -> Group {
    let dated = |name: &str, value: i64| proof(keys, &with(name, value));
    let mut group = token_endpoint().valid("Good", "every claim is correct", proof(keys, &Value::Object(good("a"))));
    for (what, name, value) in [
        ("iat a minute ago", "iat", NOW - 60),
        ("an exp ahead", "exp", NOW + 1),
        ("an nbf long ago", "nbf", 0),
        ("an nbf ten seconds ahead", "nbf", NOW + 10),
    ] {
        group = group.valid("Time", what, dated(name, value));
    }
    for seconds in [1, 10] {
        group = group.valid("Time", format!("iat {seconds} s ahead"), dated("iat", NOW + seconds)).shows(&PROOF_NEAR_FUTURE);
    }
    for (what, name, value) in [("exp now", "exp", NOW), ("exp a second ago", "exp", NOW - 1)] {
        group = group.invalid(&NOT_AFTER_EXP, "Time", what, dated(name, value));
    }
    group = group.invalid(&NOT_BEFORE_NBF, "Time", "nbf 31 seconds ahead", dated("nbf", NOW + 31));
    for (what, name, value) in [
        ("iat 61 seconds ago", "iat", NOW - 61),
        ("iat a year ago", "iat", NOW - 31_536_000),
        ("iat zero", "iat", 0),
        ("iat 31 seconds ahead", "iat", NOW + 31),
        ("iat an hour ahead", "iat", NOW + 3600),
        ("iat in milliseconds", "iat", NOW * 1000),
    ] {
        group = group.invalid(&PROOF_FRESH, "Time", what, dated(name, value));
    }
    group.invalid(&PROOF_COMPLETE, "Time", "no iat", proof(keys, &without("iat"))).errors("invalid_dpop_proof")
}

fn numbers(keys: &Keys) -> Group {
    let text = |name: &str, value: &str| {
        let claims = common::without(&good("a"), name).to_string();
        of_text(keys, &claims.replacen('{', &format!("{{\"{name}\":{value},"), 1))
    };
    let mut group = token_endpoint().valid("Number", "iat with a fraction", text("iat", &format!("{}.75", NOW - 1))).valid(
        "Number",
        "iat with an exponent",
        text("iat", "1.8e9"),
    );
    let cases: [(&str, &'static Requirement, String); 11] = [
        ("a string", &NUMERIC_DATES, format!("\"{NOW}\"")),
        ("null", &NUMERIC_DATES, "null".into()),
        ("true", &NUMERIC_DATES, "true".into()),
        ("an array", &NUMERIC_DATES, format!("[{NOW}]")),
        ("an object", &NUMERIC_DATES, "{}".into()),
        (
            "an object that some parsers read as a number",
            &NUMERIC_DATES,
            r#"{"$serde_json::private::Number":"1800000000"}"#.into(),
        ),
        ("minus one", &NUMBER_RANGE, "-1".into()),
        ("the maximum of 64 bits", &NUMBER_RANGE, i64::MAX.to_string()),
        ("the minimum of 64 bits", &NUMBER_RANGE, i64::MIN.to_string()),
        ("two to the 64th", &NUMBER_RANGE, "18446744073709551616".into()),
        ("1e300", &NUMBER_RANGE, "1e300".into()),
    ];
    for name in ["iat", "exp"] {
        for (what, requirement, value) in &cases {
            group = group.invalid(requirement, "Number", format!("{name}: {what}"), text(name, value));
        }
        group = group.invalid(&WHOLE_JWT_VALID, "Number", format!("{name}: infinite"), text(name, "1e999"));
    }
    group.errors("invalid_dpop_proof")
}

fn targets(keys: &Keys) -> Group {
    let to = |name: &str, value: Value| proof(keys, &with(name, value));
    let mut group = token_endpoint()
        .valid("Target", "htu: with its default port, and a query", to("htu", json!("https://AS.example:443/token?a=b")))
        .shows(&fapi::requirement::rfc9449::HTU_NORMALIZED)
        .invalid(&PROOF_COMPLETE, "Target", "no htm", proof(keys, &without("htm")))
        .invalid(&PROOF_COMPLETE, "Target", "no htu", proof(keys, &without("htu")));
    for (what, htm) in [
        ("GET", "GET"),
        ("in lower case", "post"),
        ("with a space", "POST "),
        ("empty", ""),
        ("two methods", "GET,POST"),
        ("an asterisk", "*"),
    ] {
        group = group.invalid(&PROOF_HTM, "Target", format!("htm: {what}"), to("htm", json!(htm)));
    }
    for (what, htu) in [
        ("the issuer", "https://as.example".to_owned()),
        ("the PAR endpoint", "https://as.example/par".into()),
        ("another server", "https://other.example/token".into()),
        ("over http", "http://as.example/token".into()),
        ("the path alone", "/token".into()),
        ("with a slash at its end", format!("{TOKEN}/")),
        ("in upper case", "https://as.example/TOKEN".into()),
        ("with user information", "https://user@as.example/token".into()),
        ("empty", String::new()),
    ] {
        group = group.invalid(&PROOF_HTU, "Target", format!("htu: {what}"), to("htu", json!(htu)));
    }
    for (name, good) in [("htm", "POST"), ("htu", TOKEN)] {
        for (what, value) in [("a number", json!(1)), ("null", Value::Null), ("a list", json!([good])), ("an object", json!({}))]
        {
            group = group.invalid(&PROOF_WELL_FORMED, "Target", format!("{name}: {what}"), to(name, value));
        }
    }
    group.errors("invalid_dpop_proof")
}

fn identifiers(keys: &Keys) -> Group {
    let of = |value: Value| proof(keys, &with("jti", value));
    let mut group = token_endpoint()
        .valid("Jti", "a jti of one character", of(json!("1")))
        .valid("Jti", "a jti of 256 octets", of(json!("j".repeat(256))))
        .valid("Good", "unknown claims", proof(keys, &with("colour", json!({ "jti": 1 }))))
        .shows(&PROOF_EXTENSIBLE)
        .invalid(&PROOF_COMPLETE, "Jti", "no jti", proof(keys, &without("jti")))
        .invalid(&PROOF_COMPLETE, "Jti", "an empty jti", of(json!("")))
        .invalid(&JTI_SIZE, "Jti", "a jti of 257 octets", of(json!("j".repeat(257))))
        .invalid(&JTI_SIZE, "Jti", "a jti of 8,000 octets", of(json!("j".repeat(8000))));
    for (what, value) in [("a number", json!(1)), ("null", Value::Null), ("a list", json!(["a"])), ("true", json!(true))] {
        group = group.invalid(&PROOF_WELL_FORMED, "Jti", format!("jti: {what}"), of(value));
    }
    group.errors("invalid_dpop_proof")
}

fn spent(keys: &Keys) -> Group {
    let used = proof(keys, &Value::Object(good("used")));
    token_endpoint()
        .gives("spent", json!([used]))
        .valid("Jti", "another jti than the one that was used", proof(keys, &Value::Object(good("unused"))))
        .valid(
            "Jti",
            "the jti that was used, by another key",
            super::by(keys, "stranger-es256", "ES256", &Value::Object(good("used"))),
        )
        .invalid(&PROOF_ONCE, "Jti", "exactly the proof that was used", used)
        .invalid(&PROOF_ONCE, "Jti", "a new proof with the jti that was used", {
            proof(keys, &common::with(&good("used"), "iat", NOW - 5))
        })
        .invalid(&PROOF_ONCE, "Jti", "a new proof with the jti that was used, and another spelling of its target", {
            proof(keys, &common::with(&good("used"), "htu", "https://as.example:443/token"))
        })
        .errors("invalid_dpop_proof")
}

fn nonces(keys: &Keys) -> Group {
    let of = |nonce: Value| proof(keys, &with("nonce", nonce));
    token_endpoint()
        .gives("nonces", json!(["nonce-2", "nonce-1"]))
        .valid("Nonce", "the current nonce", of(json!("nonce-2")))
        .valid("Nonce", "the nonce before it", of(json!("nonce-1")))
        .invalid(&NONCE_DEMANDED, "Nonce", "no nonce", proof(keys, &Value::Object(good("a"))))
        .invalid(&NONCE_RECENT, "Nonce", "a nonce that the server did not issue", of(json!("nonce-0")))
        .invalid(&NONCE_RECENT, "Nonce", "an empty nonce", of(json!("")))
        .invalid(&NONCE_RECENT, "Nonce", "a nonce in another case", of(json!("Nonce-2")))
        .invalid(&NONCE_RECENT, "Nonce", "a nonce and a space", of(json!("nonce-2 ")))
        .invalid(&NONCE_RECENT, "Nonce", "two nonces", of(json!("nonce-1 nonce-2")))
        .errors("use_dpop_nonce")
        .invalid(&PROOF_WELL_FORMED, "Nonce", "a nonce that is a number", of(json!(2)))
        .invalid(&PROOF_WELL_FORMED, "Nonce", "a nonce that is null", of(Value::Null))
        .invalid(&PROOF_WELL_FORMED, "Nonce", "a list of nonces", of(json!(["nonce-2"])))
        .errors("invalid_dpop_proof")
}

fn forms(keys: &Keys) -> Group {
    let claims = Value::Object(good("a")).to_string();
    let more = |members: &str| of_text(keys, &claims.replacen('{', &format!("{{{members}"), 1));
    let one = super::by(keys, "sender-eddsa", "EdDSA", &Value::Object(good("a")));
    let other = super::by(keys, "sender-eddsa", "EdDSA", &Value::Object(good("b")));
    let mut group = token_endpoint()
        .valid("Form", "white space in the claims", of_text(keys, &format!(" {claims}\n")))
        .valid("Form", "no proof, where no bound token is demanded", Value::Null)
        .invalid(&fapi::requirement::rfc9449::ONE_PROOF, "Form", "two fields", json!([one, other]))
        .invalid(&fapi::requirement::rfc9449::ONE_PROOF, "Form", "the same field twice", json!([one, one]))
        .invalid(&PROOF_WELL_FORMED, "Form", "two proofs in one field", format!("{one}, {other}"))
        .invalid(&PROOF_WELL_FORMED, "Form", "an empty field", "")
        .invalid(&PROOF_WELL_FORMED, "Form", "no JWT", "proof")
        .invalid(&PROOF_WELL_FORMED, "Form", "two parts", one.rsplit_once('.').unwrap_or_default().0)
        .invalid(&PROOF_WELL_FORMED, "Form", "four parts", format!("{one}.AAAA"))
        .invalid(&PROOF_WELL_FORMED, "Form", "padding", format!("{one}=="))
        .invalid(&PROOF_WELL_FORMED, "Form", "quotation marks", format!("\"{one}\""))
        .invalid(&WHOLE_JWT_VALID, "Form", "an empty payload", of_text(keys, ""))
        .invalid(&WHOLE_JWT_VALID, "Form", "a payload that is an array", of_text(keys, "[]"))
        .invalid(&WHOLE_JWT_VALID, "Form", "text after the claims", of_text(keys, &format!("{claims}x")));
    for (what, members) in [
        ("htu twice, the valid one last", "\"htu\":\"https://other.example\","),
        ("iat twice, the valid one last", "\"iat\":1,"),
        ("jti twice, once in escapes", "\"jt\\u0069\":\"b\","),
        ("an unknown claim twice", "\"x\":1,\"x\":1,"),
    ] {
        group = group.invalid(&CLAIM_NAMES_UNIQUE, "Form", what, more(members));
    }
    group.errors("invalid_dpop_proof")
}
