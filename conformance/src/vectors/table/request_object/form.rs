//! The compact serialization, and the JSON in it.

use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use fapi::requirement::local::REQUEST_SIZE;
use fapi::requirement::rfc7515::{
    COMPACT_FORM, CRIT_UNDERSTOOD, CRIT_WELL_FORMED, HEADER_NAMES_UNIQUE, KID_IS_HINT, SIGNED_AS_RECEIVED, STRICT_BASE64URL,
    UNKNOWN_HEADERS_IGNORED,
};
use fapi::requirement::rfc7519::{CLAIM_NAMES_UNIQUE, UNKNOWN_CLAIMS_IGNORED, WHOLE_JWT_VALID};
use fapi::requirement::rfc8725::{COMPACT_ALPHABET, UTF8_ONLY};
use serde_json::{Value, json};

use super::super::common;
use super::{Group, Keys, good, header, in_force, of_text, output, plain, sent, text_with};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![parts(keys), headers(keys), payloads(keys)]
}

/// The longest value of a parameter.
const LIMIT: usize = 32_768;

fn parts(keys: &Keys) -> Group {
    // This algorithm has one signature for each text, so that the texts around it stay the same.
    let signed = |claims: &Value| keys.jws("client-eddsa", "EdDSA", &header("k3"), claims);
    let valid = signed(&common::with(&good(), "jti", "parts"));
    let parts: Vec<&str> = valid.split('.').collect();
    let [first, payload, signature] = [parts[0], parts[1], parts[2]];
    let padded = |part: &str| BASE64URL.encode(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap_or_default());
    let long = |length: usize| {
        let claims = |more: usize| common::with(&good(), "padding", "p".repeat(more));
        // Three octets are four characters.
        signed(&claims((length - signed(&claims(0)).len()) * 3 / 4))
    };
    let group = output(plain(keys).valid("Good", "every claim is correct", sent(valid.clone())), &in_force());
    let group = output(group.valid("Size", "as long as a parameter may be", sent(long(LIMIT))), &in_force());
    group
        .invalid(&COMPACT_FORM, "Parts", "no JWT", sent("x"))
        .invalid(&COMPACT_FORM, "Parts", "two parts", sent(format!("{first}.{payload}")))
        .invalid(&COMPACT_FORM, "Parts", "four parts", sent(format!("{valid}.AAAA")))
        .invalid(&COMPACT_FORM, "Parts", "six parts", sent(format!("{valid}.AAAA.AAAA.AAAA")))
        .invalid(&SIGNED_AS_RECEIVED, "Parts", "no header", sent(format!(".{payload}.{signature}")))
        .invalid(&COMPACT_ALPHABET, "Parts", "padding", sent(format!("{first}.{}=.{signature}", payload.trim_end_matches('='))))
        .invalid(&COMPACT_ALPHABET, "Parts", "a padded signature", sent(format!("{first}.{payload}.{}", padded(signature))))
        .invalid(&COMPACT_ALPHABET, "Parts", "a space in front", sent(format!(" {valid}")))
        .invalid(&COMPACT_ALPHABET, "Parts", "a line feed at the end", sent(format!("{valid}\n")))
        .invalid(&COMPACT_ALPHABET, "Parts", "a plus sign", sent(format!("{first}.{payload}.{signature}+A")))
        .invalid(&COMPACT_ALPHABET, "Parts", "a slash", sent(format!("{first}.{payload}.{signature}/A")))
        .invalid(&COMPACT_ALPHABET, "Parts", "a character beyond ASCII", sent(format!("{first}.{payload}.{signature}\u{e9}")))
        .invalid(&COMPACT_ALPHABET, "Parts", "the JSON serialization", {
            sent(json!({ "payload": payload, "protected": first, "signature": signature }).to_string())
        })
        .invalid(&COMPACT_ALPHABET, "Parts", "claims that are not signed", sent(Value::Object(good()).to_string()))
        .invalid(&STRICT_BASE64URL, "Parts", "a lone character at the end", sent(format!("{valid}AAA")))
        .invalid(
            &STRICT_BASE64URL,
            "Parts",
            "bits after the end of the payload",
            sent(format!("{first}.{}.{signature}", loose(payload))),
        )
        .errors("invalid_request_object")
        .invalid(&REQUEST_SIZE, "Size", "longer than a parameter may be", sent(long(LIMIT + 8)))
        .error("invalid_request")
}

/// Base64url of the same octets whose last character has bits beyond them, or a character too many.
fn loose(part: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    match part.chars().last().and_then(|last| alphabet.find(last)) {
        Some(at) if !part.len().is_multiple_of(4) => format!("{}{}", &part[..part.len() - 1], &alphabet[at + 1..at + 2]),
        _ => format!("{part}A"),
    }
}

fn headers(keys: &Keys) -> Group {
    let claims = Value::Object(super::members(common::with(&good(), "state", "header"))).to_string();
    let text = |header: &[u8]| sent(keys.jws_of("client-es256", "ES256", header, claims.as_bytes()));
    let with = |more: &str| text(format!(r#"{{"typ":"oauth-authz-req+jwt","kid":"k1","alg":"ES256",{more}}}"#).as_bytes());
    let force = super::members(common::with(&in_force(), "state", "header"));
    let group = plain(keys)
        .valid("Good", "unknown header parameters", with(r#""colour":"blue","x5t":1"#))
        .shows(&UNKNOWN_HEADERS_IGNORED);
    let group = output(group, &force);
    let group =
        output(group.valid("Good", "white space in the header", text(b" {\n\"kid\" : \"k1\",\t\"alg\":\"ES256\" }\r\n")), &force);
    let group = output(
        group.valid("Good", "names of the header in escapes", text(br#"{"\u006bid":"k1","\u0061lg":"\u0045S256"}"#)),
        &force,
    );
    group
        .invalid(&CRIT_UNDERSTOOD, "Form", "an extension that must be understood", with(r#""crit":["x"],"x":1"#))
        .invalid(&CRIT_UNDERSTOOD, "Form", "crit names exp, which is a claim as well", with(r#""crit":["exp"],"exp":1"#))
        .invalid(&CRIT_WELL_FORMED, "Form", "crit is empty", with(r#""crit":[]"#))
        .invalid(&CRIT_WELL_FORMED, "Form", "crit names what is not there", with(r#""crit":["x"]"#))
        .invalid(&CRIT_WELL_FORMED, "Form", "crit is a text", with(r#""crit":"x","x":1"#))
        .invalid(&SIGNED_AS_RECEIVED, "Form", "b64: false", with(r#""b64":false"#))
        .invalid(&SIGNED_AS_RECEIVED, "Form", "zip: DEF", with(r#""zip":"DEF""#))
        .invalid(&HEADER_NAMES_UNIQUE, "Form", "kid twice", with(r#""kid":"k1""#))
        .invalid(&HEADER_NAMES_UNIQUE, "Form", "alg twice, the second time in escapes", with(r#""\u0061lg":"none""#))
        .invalid(&KID_IS_HINT, "Form", "a kid that is a number", text(br#"{"kid":1,"alg":"ES256"}"#))
        .invalid(&KID_IS_HINT, "Form", "a kid that is null", text(br#"{"kid":null,"alg":"ES256"}"#))
        .invalid(&SIGNED_AS_RECEIVED, "Form", "a typ that is a list", text(br#"{"kid":"k1","alg":"ES256","typ":["JWT"]}"#))
        .invalid(&SIGNED_AS_RECEIVED, "Form", "a header that is a list", text(br#"[{"kid":"k1","alg":"ES256"}]"#))
        .invalid(&SIGNED_AS_RECEIVED, "Form", "a header that is cut off", text(br#"{"kid":"k1","alg":"ES256""#))
        .invalid(&UTF8_ONLY, "Form", "a header that is not UTF-8", text(b"{\"kid\":\"k1\",\"alg\":\"ES256\",\"x\":\"\xff\"}"))
        .errors("invalid_request_object")
}

fn payloads(keys: &Keys) -> Group {
    let plain_claims = Value::Object(good()).to_string();
    let more = |more: &str| of_text(keys, &text_with(&good(), more));
    let octets = |claims: &[u8]| {
        sent(keys.jws_of("client-es256", "ES256", br#"{"typ":"oauth-authz-req+jwt","kid":"k1","alg":"ES256"}"#, claims))
    };
    let nested = |depth: usize| more(&format!("\"x\":{}1{}", "[".repeat(depth), "]".repeat(depth)));
    let mut group = output(
        plain(keys).valid("Good", "white space in the claims", {
            of_text(keys, &format!(" \n{}\t\r", plain_claims.replacen(':', " : ", 1)))
        }),
        &in_force(),
    );
    for (what, text) in [
        ("unknown claims", r#""colour":{"scope":"payments","list":[1,null,true]}"#),
        ("a jti", r#""jti":"a""#),
        ("a jti that is a number", r#""jti":1"#),
        ("a claim without a name", r#""":1"#),
        ("a name in another case", r#""Scope":"openid payments""#),
    ] {
        group = output(group.valid("Good", what, more(text)).shows(&UNKNOWN_CLAIMS_IGNORED), &in_force());
    }
    group = output(group.valid("Good", "31 arrays in a claim", nested(31)), &in_force());
    for (what, text) in [
        ("an empty payload", String::new()),
        ("an array", "[]".into()),
        ("null", "null".into()),
        ("a text", "\"claims\"".into()),
        ("text after the claims", format!("{plain_claims}x")),
        ("two objects", format!("{plain_claims}{plain_claims}")),
        ("claims that are cut off", plain_claims.trim_end_matches('}').into()),
        ("a comma at the end", format!("{},}}", plain_claims.trim_end_matches('}'))),
        ("a comment", plain_claims.replacen('{', "{/**/", 1)),
        ("single quotes", plain_claims.replace('"', "'")),
        ("NaN", text_with(&good(), "\"x\":NaN")),
        ("a control character", text_with(&good(), "\"x\":\"\u{1}\"")),
        ("half of a surrogate pair", text_with(&good(), r#""x":"\ud800""#)),
        ("form parameters", "scope=openid&client_id=client-1".into()),
    ] {
        group = group.invalid(&WHOLE_JWT_VALID, "Form", what, of_text(keys, &text));
    }
    for (what, text) in [
        ("scope twice, the valid one last", r#""scope":"openid payments""#),
        ("client_id twice, the same", r#""client_id":"client-1""#),
        ("redirect_uri twice, once in escapes", r#""redirect_\u0075ri":"https://evil.example/cb""#),
        ("aud twice", r#""aud":"https://other.example""#),
        ("exp twice", r#""exp":1"#),
        ("an unknown claim twice", r#""x":1,"x":1"#),
        ("a name twice in an inner object", r#""claims":{"userinfo":{},"userinfo":{}}"#),
    ] {
        group = group.invalid(&CLAIM_NAMES_UNIQUE, "Form", what, more(text));
    }
    group
        .invalid(&WHOLE_JWT_VALID, "Form", "3,000 arrays in a claim", nested(3_000))
        .invalid(&UTF8_ONLY, "Form", "claims that are not UTF-8", {
            octets(&[plain_claims.trim_end_matches('}').as_bytes(), b",\"x\":\"\xc3\x28\"}"].concat())
        })
        .invalid(&WHOLE_JWT_VALID, "Form", "claims in UTF-16", {
            octets(&plain_claims.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
        })
        .invalid(&WHOLE_JWT_VALID, "Form", "a byte order mark", octets(format!("\u{feff}{plain_claims}").as_bytes()))
        .errors("invalid_request_object")
}
