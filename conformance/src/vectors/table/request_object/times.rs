//! `exp`, `nbf` and `iat`.

use fapi::requirement::fapi2_sp::FUTURE_TIMES;
use fapi::requirement::local::{NOT_OF_THE_FUTURE, NUMBER_RANGE};
use fapi::requirement::rfc7519::{NOT_AFTER_EXP, NOT_BEFORE_NBF, NUMERIC_DATES, WHOLE_JWT_VALID};
use fapi::requirement::{Requirement, fapi1_adv, fapi2_ms};
use serde_json::{Map, Value};

use super::super::common::{self, NOW};
use super::{Group, Keys, by_value, fapi1, fapi2, good, good1, good2, in_force, in_force2, of_text, output, plain, text_with};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![
        plain_times(keys),
        numbers(keys),
        window(
            keys,
            "FAPI 2.0",
            fapi2(keys),
            &good2(),
            &in_force2(),
            (&fapi2_ms::REQUEST_OBJECT_NOT_BEFORE, &fapi2_ms::REQUEST_OBJECT_LIFETIME),
        ),
        window(
            keys,
            "FAPI 1.0",
            fapi1(keys),
            &good1(),
            &in_force(),
            (&fapi1_adv::REQUEST_OBJECT_NOT_BEFORE, &fapi1_adv::REQUEST_OBJECT_LIFETIME),
        ),
        future(keys),
    ]
}

/// The claims with these dates; None removes one.
fn dated(claims: &Map<String, Value>, dates: &[(&str, Option<i64>)]) -> Value {
    let mut claims = claims.clone();
    for (name, date) in dates {
        match date {
            Some(date) => claims.insert((*name).into(), (*date).into()),
            None => claims.remove(*name),
        };
    }
    Value::Object(claims)
}

fn plain_times(keys: &Keys) -> Group {
    let with = |dates: &[(&str, Option<i64>)]| by_value(keys, &dated(&good(), dates));
    let mut group = plain(keys);
    let year = 31_536_000;
    for (what, dates) in [
        ("no exp", &[("exp", None)][..]),
        ("no nbf", &[("nbf", None)]),
        ("no iat", &[("iat", None)]),
        ("no dates", &[("exp", None), ("nbf", None), ("iat", None)]),
        ("exp one second ahead", &[("exp", Some(NOW + 1))]),
        ("exp a year ahead", &[("exp", Some(NOW + year))]),
        ("nbf a year ago", &[("nbf", Some(NOW - year))]),
        ("iat a year ago", &[("iat", Some(NOW - year))]),
        ("nbf 30 seconds ahead", &[("nbf", Some(NOW + 30))]),
        ("iat 30 seconds ahead", &[("iat", Some(NOW + 30))]),
        ("iat after exp", &[("iat", Some(NOW + 20)), ("exp", Some(NOW + 10))]),
    ] {
        group = output(group.valid("Time", what, with(dates)), &in_force());
    }
    for (what, requirement, name, date) in [
        ("exp now", &NOT_AFTER_EXP, "exp", NOW),
        ("exp a second ago", &NOT_AFTER_EXP, "exp", NOW - 1),
        ("exp a year ago", &NOT_AFTER_EXP, "exp", NOW - year),
        ("exp zero", &NOT_AFTER_EXP, "exp", 0),
        ("nbf 31 seconds ahead", &NOT_BEFORE_NBF, "nbf", NOW + 31),
        ("nbf a year ahead", &NOT_BEFORE_NBF, "nbf", NOW + year),
        ("nbf in milliseconds", &NOT_BEFORE_NBF, "nbf", NOW * 1000),
        ("iat 31 seconds ahead", &NOT_OF_THE_FUTURE, "iat", NOW + 31),
        ("iat a year ahead", &NOT_OF_THE_FUTURE, "iat", NOW + year),
    ] {
        group = group.invalid(requirement, "Time", what, with(&[(name, Some(date))]));
    }
    group.errors("invalid_request_object")
}

fn numbers(keys: &Keys) -> Group {
    let with = |name: &str, value: &str| {
        let claims = super::members(common::without(&good(), name));
        of_text(keys, &text_with(&claims, &format!("\"{name}\":{value}")))
    };
    let mut group = plain(keys);
    for (what, name, value) in [
        ("exp with a fraction", "exp", "1800000000.999"),
        ("exp with an exponent", "exp", "1.80000006e9"),
        ("iat with a fraction", "iat", "1799999999.25"),
        ("nbf with a fraction of zero", "nbf", "1800000000.0"),
    ] {
        let input = with(name, value);
        group = match what {
            // A second that has begun counts as over.
            "exp with a fraction" => group.invalid(&NOT_AFTER_EXP, "Number", "exp with a fraction of this second", input),
            _ => output(group.valid("Number", what, input), &in_force()),
        };
    }
    for name in ["exp", "nbf", "iat"] {
        let cases: [(&str, &'static Requirement, &str); 10] = [
            ("a text", &NUMERIC_DATES, "\"1800000060\""),
            ("null", &NUMERIC_DATES, "null"),
            ("true", &NUMERIC_DATES, "true"),
            ("an array", &NUMERIC_DATES, "[1800000060]"),
            ("an object", &NUMERIC_DATES, "{}"),
            ("a date in text", &NUMERIC_DATES, "\"2027-01-15T08:00:00Z\""),
            ("minus one", &NUMBER_RANGE, "-1"),
            ("two to the 64th", &NUMBER_RANGE, "18446744073709551616"),
            ("1e300", &NUMBER_RANGE, "1e300"),
            ("a leading zero", &WHOLE_JWT_VALID, "01800000060"),
        ];
        for (what, requirement, value) in cases {
            group = group.invalid(requirement, "Number", format!("{name}: {what}"), with(name, value));
        }
    }
    group.errors("invalid_request_object")
}

/// A profile under which `nbf` is at most 60 minutes old, and `exp` at most 60 minutes after it.
fn window(
    keys: &Keys,
    profile: &str,
    group: Group,
    claims: &Map<String, Value>,
    force: &Map<String, Value>,
    (age, lifetime): (&'static Requirement, &'static Requirement),
) -> Group {
    let with = |dates: &[(&str, Option<i64>)]| by_value(keys, &dated(claims, dates));
    let mut group = group;
    for (what, dates) in [
        ("nbf 60 minutes ago", &[("nbf", Some(NOW - 3_599)), ("exp", Some(NOW + 1))][..]),
        ("exp 60 minutes after nbf", &[("exp", Some(NOW + 3_600))]),
        ("exp 60 minutes after an earlier nbf", &[("nbf", Some(NOW - 1_800)), ("exp", Some(NOW + 1_800))]),
        ("nbf ten seconds ahead", &[("nbf", Some(NOW + 10))]),
        ("no iat", &[("iat", None)]),
        ("iat a day ago", &[("iat", Some(NOW - 86_400))]),
    ] {
        group = output(group.valid("Time", format!("{profile}: {what}"), with(dates)), force);
    }
    for (what, requirement, dates) in [
        ("no nbf", age, &[("nbf", None)][..]),
        ("nbf 60 minutes and one second ago", age, &[("nbf", Some(NOW - 3_601)), ("exp", Some(NOW + 1))]),
        ("nbf a day ago", age, &[("nbf", Some(NOW - 86_400))]),
        ("nbf zero", age, &[("nbf", Some(0))]),
        ("no exp", lifetime, &[("exp", None)]),
        ("exp 60 minutes and one second after nbf", lifetime, &[("exp", Some(NOW + 3_601))]),
        ("exp 60 minutes after now, nbf a second ago", lifetime, &[("nbf", Some(NOW - 1)), ("exp", Some(NOW + 3_600))]),
        ("exp a day after nbf", lifetime, &[("exp", Some(NOW + 86_400))]),
        ("exp in milliseconds", lifetime, &[("exp", Some((NOW + 60) * 1000))]),
        ("exp now", &NOT_AFTER_EXP, &[("exp", Some(NOW)), ("nbf", Some(NOW - 10))]),
    ] {
        group = group.invalid(requirement, "Time", format!("{profile}: {what}"), with(dates));
    }
    group.errors("invalid_request_object")
}

/// Under FAPI 2.0, clocks differ by at most a minute.
fn future(keys: &Keys) -> Group {
    let with = |name: &str, date: i64| by_value(keys, &dated(&good2(), &[(name, Some(date)), ("exp", Some(NOW + 600))]));
    let mut group = fapi2(keys);
    for name in ["nbf", "iat"] {
        group = output(group.valid("Time", format!("FAPI 2.0: {name} eight seconds ahead"), with(name, NOW + 8)), &in_force2());
        group = group.invalid(&FUTURE_TIMES, "Time", format!("FAPI 2.0: {name} 61 seconds ahead"), with(name, NOW + 61));
        group = group.invalid(&FUTURE_TIMES, "Time", format!("FAPI 2.0: {name} 500 seconds ahead"), with(name, NOW + 500));
    }
    group.errors("invalid_request_object")
}
