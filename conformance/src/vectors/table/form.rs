//! `form`: bodies and queries.

use fapi::requirement::local::{PARAMETER_COUNT, REQUEST_SIZE};
use fapi::requirement::rfc6749::{FORM_IS_UTF8, INVALID_REQUEST, NO_REPEATED_PARAMETER};
use serde_json::{Value, json};

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "form",
        &[
            "The text of an application/x-www-form-urlencoded body or query; base64url if it is not text.",
            "The output of a valid one is its parameters in order, without those whose value is empty.",
            "Limits: 64 parameters, names of 128 octets, values of 32,768, after decoding. Only `resource` may be repeated.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Escape", "complete and incomplete percent escapes")
    .flag("Encoding", "valid and invalid UTF-8")
    .flag("Character", "characters that must be escaped")
    .flag("Repeated", "names that occur twice")
    .flag("Empty", "names, values and pairs that are empty")
    .flag("Size", "the maximum number, and one more")
    .group(good())
    .group(escapes())
    .group(encoding())
    .group(repeated())
    .group(sizes())
}

fn pairs(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(name, value)| json!([name, value])).collect()
}

fn good() -> Group {
    let rfc = "+%25%26%2B%C2%A3%E2%82%AC=x";
    let mut group = Group::from("RFC 6749, appendix B")
        .valid("Rfc", "the text of the RFC, as a name", rfc)
        .output(pairs(&[(" %&+\u{a3}\u{20ac}", "x")]))
        .valid("Rfc", "the text of the RFC, as a value", "x=+%25%26%2B%C2%A3%E2%82%AC")
        .output(pairs(&[("x", " %&+\u{a3}\u{20ac}")]));
    for (what, text, output) in [
        ("nothing", "", pairs(&[])),
        ("one parameter", "a=b", pairs(&[("a", "b")])),
        ("two parameters, in order", "z=1&a=2", pairs(&[("z", "1"), ("a", "2")])),
        ("an empty value counts as absent", "a=&b=c", pairs(&[("b", "c")])),
        ("a name without equals sign", "a&b=c", pairs(&[("b", "c")])),
        ("an ampersand at the beginning", "&a=b", pairs(&[("a", "b")])),
        ("an ampersand at the end", "a=b&", pairs(&[("a", "b")])),
        ("two ampersands", "a=b&&c=d", pairs(&[("a", "b"), ("c", "d")])),
        ("nothing but ampersands", "&&&", pairs(&[])),
        ("an equals sign in the value", "a=b=c", pairs(&[("a", "b=c")])),
        ("an empty name", "=b", pairs(&[("", "b")])),
        ("an equals sign alone", "=", pairs(&[])),
        ("a semicolon, which separates nothing", "a=b;c=d", pairs(&[("a", "b;c=d")])),
        ("a question mark", "?a=b", pairs(&[("?a", "b")])),
        ("names that differ by case", "a=1&A=2", pairs(&[("a", "1"), ("A", "2")])),
        ("brackets, which do not make a list", "a[]=1&a[0]=2", pairs(&[("a[]", "1"), ("a[0]", "2")])),
    ] {
        group = group.valid("Empty", what, text).output(output);
    }
    group
}

fn escapes() -> Group {
    let mut group = Group::new();
    for (what, text, value) in [
        ("upper-case digits", "a=%2F", "/"),
        ("lower-case digits", "a=%2f", "/"),
        ("an escaped percent sign and two digits", "a=%2541", "%41"),
        ("a plus is a space", "a=b+c", "b c"),
        ("an escaped plus", "a=b%2Bc", "b+c"),
        ("an escaped space", "a=b%20c", "b c"),
        ("an escaped ampersand", "a=b%26c=d", "b&c=d"),
        ("an escaped letter in the name", "%61=b", "b"),
        ("an escaped line feed", "a=b%0Ac", "b\nc"),
        ("every visible character that needs no escape", "a=!\"#$'()*,-./:;<>?@[\\]^_`{|}~", "!\"#$'()*,-./:;<>?@[\\]^_`{|}~"),
    ] {
        group = group.valid("Escape", what, text).output(pairs(&[("a", value)]));
    }
    for (what, text) in [
        ("a percent sign at the end", "a=b%"),
        ("one digit at the end", "a=b%4"),
        ("one digit and an ampersand", "a=b%4&c=d"),
        ("a letter that is not a digit", "a=%4G"),
        ("two percent signs", "a=%%41"),
        ("a sign in place of a digit", "a=%+1"),
        ("a space in place of a digit", "a=% 1"),
        ("%u and four digits", "a=%u0041"),
        ("a broken escape in a name", "%zz=b"),
        ("a broken escape in a parameter without value", "a=b&%"),
        ("a full-width digit", "a=%\u{ff14}1"),
    ] {
        group = group.invalid(&FORM_IS_UTF8, "Escape", what, text);
    }
    for (what, text) in [
        ("a space", "a=b c"),
        ("a tab", "a=b\tc"),
        ("a line feed at the end", "a=b\n"),
        ("a carriage return and line feed between parameters", "a=b\r\nc=d"),
        ("a NUL", "a=b\0"),
        ("a DEL", "a=\u{7f}"),
        ("a letter with an accent", "a=\u{e9}"),
        ("a space in a name", "a b=c"),
    ] {
        group = group.invalid(&FORM_IS_UTF8, "Character", format!("not escaped: {what}"), text);
    }
    group.invalid(&INVALID_REQUEST, "Character", "an escaped NUL in a value", "a=b%00c").invalid(
        &INVALID_REQUEST,
        "Character",
        "an escaped NUL in a name",
        "a%00=b",
    )
}

fn encoding() -> Group {
    let raw = |octets: &[u8]| json!({ "base64url": data_encoding::BASE64URL_NOPAD.encode(octets) });
    let mut group = Group::new();
    for (what, text, value) in [
        ("two octets", "a=%C3%A9", "\u{e9}"),
        ("three octets", "a=%E2%82%AC", "\u{20ac}"),
        ("four octets", "a=%F0%9F%94%91", "\u{1f511}"),
        ("the last code point", "a=%F4%8F%BF%BF", "\u{10ffff}"),
        ("a byte order mark, which is kept", "a=%EF%BB%BFb", "\u{feff}b"),
        ("a combining accent, which is not composed", "a=e%CC%81", "e\u{301}"),
    ] {
        group = group.valid("Encoding", format!("UTF-8 of {what}"), text).output(pairs(&[("a", value)]));
    }
    for (what, text) in [
        ("Latin-1", "a=%E9"),
        ("a continuation octet alone", "a=%80"),
        ("a sequence that is cut off", "a=%E2%82"),
        ("an overlong slash", "a=%C0%AF"),
        ("an overlong slash in three octets", "a=%E0%80%AF"),
        ("a surrogate", "a=%ED%A0%80"),
        ("a surrogate pair", "a=%ED%A0%BD%ED%B4%91"),
        ("beyond the last code point", "a=%F4%90%80%80"),
        ("0xFF", "a=%FF"),
        ("UTF-16 with a byte order mark", "a=%FF%FEb"),
        ("Latin-1 in a name", "%E9=a"),
    ] {
        group = group.invalid(&FORM_IS_UTF8, "Encoding", format!("not UTF-8: {what}"), text);
    }
    group.invalid(&FORM_IS_UTF8, "Encoding", "not UTF-8: an octet that is not even escaped", raw(b"a=\xe9")).invalid(
        &FORM_IS_UTF8,
        "Encoding",
        "not UTF-8: a whole text in UTF-16",
        raw(b"\xff\xfea\0=\0b\0"),
    )
}

fn repeated() -> Group {
    let mut group = Group::new()
        .valid("Repeated", "resource twice", "resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb")
        .output(pairs(&[("resource", "https://a"), ("resource", "https://b")]));
    for (what, text) in [
        ("other values", "a=b&a=c"),
        ("the same value", "a=b&a=b"),
        ("an empty value first", "a=&a=b"),
        ("an empty value last", "a=b&a="),
        ("without equals sign", "a=b&a"),
        ("once in escapes", "a=b&%61=c"),
        ("an empty name", "=a&=b"),
        ("far apart", "a=1&b=2&c=3&d=4&a=5"),
        ("an unknown name", "colour=blue&colour=red"),
        ("client_id", "client_id=a&grant_type=x&client_id=b"),
    ] {
        group = group.invalid(&NO_REPEATED_PARAMETER, "Repeated", format!("twice: {what}"), text);
    }
    group
}

fn sizes() -> Group {
    let many = |count: usize| (0..count).map(|at| format!("p{at}={at}")).collect::<Vec<_>>().join("&");
    let output: Vec<(String, String)> = (0..64).map(|at| (format!("p{at}"), at.to_string())).collect();
    let name = |length: usize| "n".repeat(length);
    Group::new()
        .valid("Size", "64 parameters", many(64))
        .output(output.iter().map(|(name, value)| json!([name, value])).collect::<Value>())
        .invalid(&PARAMETER_COUNT, "Size", "65 parameters", many(65))
        .invalid(&PARAMETER_COUNT, "Size", "65 times resource", vec!["resource=a"; 65].join("&"))
        .invalid(
            &PARAMETER_COUNT,
            "Size",
            "65 parameters without value",
            (0..65).map(|at| format!("p{at}")).collect::<Vec<_>>().join("&"),
        )
        .valid("Size", "a name of 128 octets", format!("{}=x", name(128)))
        .output(pairs(&[(&name(128), "x")]))
        .invalid(&REQUEST_SIZE, "Size", "a name of 129 octets", format!("{}=x", name(129)))
        .valid("Size", "a name of 128 octets in escapes", format!("{}=x", "%6e".repeat(128)))
        .output(pairs(&[(&name(128), "x")]))
        .valid("Size", "a value of 32,768 octets", format!("a={}", "v".repeat(32_768)))
        .output(pairs(&[("a", &"v".repeat(32_768))]))
        .invalid(&REQUEST_SIZE, "Size", "a value of 32,769 octets", format!("a={}", "v".repeat(32_769)))
}
