//! All claims except the audience.

use fapi::requirement::Requirement;
use fapi::requirement::fapi2_sp::FUTURE_TIMES;
use fapi::requirement::local::NOT_OF_THE_FUTURE;
use fapi::requirement::local::NUMBER_RANGE;
use fapi::requirement::oidcc::ASSERTION_CLAIMS;
use fapi::requirement::rfc6749::CLIENT_AUTHENTICATES;
use fapi::requirement::rfc7519::{CLAIM_NAMES_UNIQUE, ISS_FORM, NUMERIC_DATES, WHOLE_JWT_VALID};
use fapi::requirement::rfc7521::ASSERTION_VALID;
use fapi::requirement::rfc7523::{ASSERTION_EXP, ASSERTION_ISS, ASSERTION_NBF, ASSERTION_ONCE, ASSERTION_SUB};
use serde_json::{Value, json};

use super::super::common::{CLIENT, ISSUER, NOW, with, without};
use super::{FAPI, Group, Keys, assertion, client, good, of_text, with_text};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![times(keys), numbers(keys), identity(keys), identifiers(keys), spent(keys), forms(keys)]
}

fn times(keys: &Keys) -> Group {
    let with = |name: &str, value: i64| assertion(keys, &with(&good(), name, value));
    let mut group = client(keys, FAPI).valid("Good", "every claim is correct", assertion(keys, &Value::Object(good())));
    for (what, name, value) in [
        ("exp one second ahead", "exp", NOW + 1),
        ("exp a day ahead", "exp", NOW + 86_400),
        ("nbf now", "nbf", NOW),
        ("nbf long ago", "nbf", 0),
        ("nbf ten seconds ahead", "nbf", NOW + 10),
        ("iat ten seconds ahead", "iat", NOW + 10),
        ("iat long ago", "iat", 1),
    ] {
        group = group.valid("Time", what, with(name, value));
    }
    group = group.valid("Time", "no iat", assertion(keys, &without(&good(), "iat")));
    for (what, requirement, name, value) in [
        ("exp now", &ASSERTION_EXP, "exp", NOW),
        ("exp a second ago", &ASSERTION_EXP, "exp", NOW - 1),
        ("exp zero", &ASSERTION_EXP, "exp", 0),
        ("exp more than a day ahead", &ASSERTION_EXP, "exp", NOW + 86_401),
        ("exp in milliseconds", &ASSERTION_EXP, "exp", (NOW + 60) * 1000),
        ("nbf 31 seconds ahead", &ASSERTION_NBF, "nbf", NOW + 31),
        ("nbf 61 seconds ahead", &FUTURE_TIMES, "nbf", NOW + 61),
        ("nbf an hour ahead", &FUTURE_TIMES, "nbf", NOW + 3600),
        ("iat 31 seconds ahead", &NOT_OF_THE_FUTURE, "iat", NOW + 31),
        ("iat 61 seconds ahead", &FUTURE_TIMES, "iat", NOW + 61),
        ("iat a year ahead", &FUTURE_TIMES, "iat", NOW + 31_536_000),
    ] {
        group = group.invalid(requirement, "Time", what, with(name, value));
    }
    group.invalid(&ASSERTION_EXP, "Time", "no exp", assertion(keys, &without(&good(), "exp"))).errors("invalid_client")
}

fn numbers(keys: &Keys) -> Group {
    let now = NOW.to_string();
    let with = |name: &str, value: &str| of_text(keys, &with_text(name, value));
    let mut group = client(keys, FAPI);
    for (what, name, value) in [
        ("exp with a fraction", "exp", format!("{}.5", NOW + 60)),
        ("exp with an exponent", "exp", "1.80000006e9".to_owned()),
        ("iat with a fraction", "iat", format!("{}.25", NOW - 1)),
        ("nbf with a fraction of zero", "nbf", format!("{now}.0")),
    ] {
        group = group.valid("Number", what, with(name, &value));
    }
    for name in ["exp", "nbf", "iat"] {
        let cases: [(&str, &'static Requirement, String); 13] = [
            ("a string", &NUMERIC_DATES, format!("\"{}\"", NOW + 60)),
            ("null", &NUMERIC_DATES, "null".into()),
            ("true", &NUMERIC_DATES, "true".into()),
            ("an array", &NUMERIC_DATES, format!("[{}]", NOW + 60)),
            ("an object", &NUMERIC_DATES, "{}".into()),
            (
                "an object that some parsers read as a number",
                &NUMERIC_DATES,
                r#"{"$serde_json::private::Number":"1800000000"}"#.into(),
            ),
            ("a date in text", &NUMERIC_DATES, "\"2027-01-15T08:00:00Z\"".into()),
            ("minus one", &NUMBER_RANGE, "-1".into()),
            ("minus a half", &NUMBER_RANGE, "-0.5".into()),
            ("the minimum of 64 bits", &NUMBER_RANGE, i64::MIN.to_string()),
            ("the maximum of 64 bits", &NUMBER_RANGE, i64::MAX.to_string()),
            ("two to the 64th", &NUMBER_RANGE, "18446744073709551616".into()),
            ("1e300", &NUMBER_RANGE, "1e300".into()),
        ];
        for (what, requirement, value) in cases {
            group = group.invalid(requirement, "Number", format!("{name}: {what}"), with(name, &value));
        }
        group = group.invalid(&WHOLE_JWT_VALID, "Number", format!("{name}: NaN"), with(name, "NaN"));
    }
    group.errors("invalid_client")
}

fn identity(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| assertion(keys, &with(&good(), name, value));
    let mut group = client(keys, FAPI)
        .valid("Good", "unknown claims", with("colour", json!({ "iss": 1 })))
        .invalid(&ASSERTION_ISS, "Identity", "no iss", assertion(keys, &without(&good(), "iss")))
        .invalid(&ASSERTION_SUB, "Identity", "no sub", assertion(keys, &without(&good(), "sub")));
    let cases: [(&str, &'static Requirement, &str, Value); 21] = [
        ("another client", &ASSERTION_ISS, "iss", json!("client-2")),
        ("the server", &ASSERTION_ISS, "iss", json!(ISSUER)),
        ("empty", &ASSERTION_ISS, "iss", json!("")),
        ("in another case", &ASSERTION_ISS, "iss", json!("Client-1")),
        ("with a space", &ASSERTION_ISS, "iss", json!("client-1 ")),
        ("with a NUL", &ASSERTION_ISS, "iss", json!("client-1\0")),
        ("a number", &ISS_FORM, "iss", json!(1)),
        ("null", &ISS_FORM, "iss", Value::Null),
        ("a list", &ISS_FORM, "iss", json!([CLIENT])),
        ("an object", &ISS_FORM, "iss", json!({ "id": CLIENT })),
        ("an unknown client", &CLIENT_AUTHENTICATES, "sub", json!("client-9")),
        ("empty", &CLIENT_AUTHENTICATES, "sub", json!("")),
        ("in another case", &CLIENT_AUTHENTICATES, "sub", json!("CLIENT-1")),
        ("with a space", &CLIENT_AUTHENTICATES, "sub", json!(" client-1")),
        ("with a line feed", &CLIENT_AUTHENTICATES, "sub", json!("client-1\n")),
        ("a letter beyond ASCII", &CLIENT_AUTHENTICATES, "sub", json!("cli\u{435}nt-1")),
        ("of 256 characters", &CLIENT_AUTHENTICATES, "sub", json!("c".repeat(256))),
        ("a number", &ASSERTION_VALID, "sub", json!(1)),
        ("null", &ASSERTION_VALID, "sub", Value::Null),
        ("a list", &ASSERTION_VALID, "sub", json!([CLIENT])),
        ("true", &ASSERTION_VALID, "sub", json!(true)),
    ];
    for (what, requirement, name, value) in cases {
        group = group.invalid(requirement, "Identity", format!("{name}: {what}"), with(name, value));
    }
    group.errors("invalid_client")
}

fn identifiers(keys: &Keys) -> Group {
    let with = |value: Value| assertion(keys, &with(&good(), "jti", value));
    let mut group = client(keys, FAPI)
        .valid("Jti", "a jti of one character", with(json!("1")))
        .valid("Jti", "a jti of 256 octets", with(json!("j".repeat(256))))
        .valid("Jti", "a jti with every kind of character", with(json!("\"\\\u{0}\n\u{e9}\u{1f511}")))
        .invalid(&ASSERTION_CLAIMS, "Jti", "no jti", assertion(keys, &without(&good(), "jti")));
    for (what, requirement, value) in [
        ("empty", &ASSERTION_CLAIMS, json!("")),
        ("of 257 octets", &ASSERTION_CLAIMS, json!("j".repeat(257))),
        ("a number", &ASSERTION_VALID, json!(1)),
        ("null", &ASSERTION_VALID, Value::Null),
        ("a list", &ASSERTION_VALID, json!(["a"])),
    ] {
        group = group.invalid(requirement, "Jti", format!("jti: {what}"), with(value));
    }
    group.errors("invalid_client")
}

fn spent(keys: &Keys) -> Group {
    let used = assertion(keys, &with(&good(), "jti", "used"));
    let later = with(&super::super::common::assertion_claims("used"), "exp", NOW + 120);
    client(keys, FAPI)
        .gives("spent", json!([used]))
        .valid("Jti", "another jti than the one that was used", assertion(keys, &with(&good(), "jti", "unused")))
        .valid("Jti", "the jti that was used, in another case", assertion(keys, &with(&good(), "jti", "USED")))
        .invalid(&ASSERTION_ONCE, "Jti", "exactly the assertion that was used", used)
        .invalid(&ASSERTION_ONCE, "Jti", "a new assertion with the jti that was used", assertion(keys, &later))
        .errors("invalid_client")
}

fn forms(keys: &Keys) -> Group {
    let mut group = client(keys, FAPI).valid(
        "Form",
        "white space in the claims",
        of_text(keys, &with_text("exp", &format!(" {}\n", NOW + 60))),
    );
    for (what, text) in [
        ("an empty payload", String::new()),
        ("an array", "[]".into()),
        ("null", "null".into()),
        ("text after the claims", with_text("exp", "1800000060") + "x"),
        ("claims that are cut off", with_text("exp", "1800000060").trim_end_matches('}').into()),
    ] {
        group = group.invalid(&WHOLE_JWT_VALID, "Form", what, of_text(keys, &text));
    }
    for (what, text) in [
        ("iss twice, the valid one last", good_with("\"iss\":\"client-2\",")),
        ("exp twice, the valid one last", good_with("\"exp\":1,")),
        ("aud twice, the same", good_with("\"aud\":\"https://as.example\",")),
        ("jti twice, once in escapes", good_with("\"\\u006ati\":\"b\",")),
        ("an unknown claim twice", good_with("\"x\":1,\"x\":1,")),
    ] {
        group = group.invalid(&CLAIM_NAMES_UNIQUE, "Form", what, of_text(keys, &text));
    }
    group.errors("invalid_client")
}

fn good_with(more: &str) -> String {
    Value::Object(good()).to_string().replacen('{', &format!("{{{more}"), 1)
}
