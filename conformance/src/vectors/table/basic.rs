//! `basic`: client credentials in the Authorization field.

use data_encoding::BASE64;
use fapi::requirement::rfc6749::BASIC_DECODING;
use serde_json::{Value, json};

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "basic",
        &[
            "The value of an Authorization field with client credentials; base64url if it is not text.",
            "Identifier and secret are form-encoded before they are joined by a colon and encoded in base64 (RFC 6749, section 2.3.1).",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("FormEncoding", "the encoding below the base64")
    .flag("Colon", "the separator of identifier and secret")
    .flag("Base64", "base64 with and without its padding")
    .flag("Scheme", "the name of the scheme and the text after it")
    .group(good())
    .group(bad())
}

fn field(pair: &str) -> String {
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
}

fn credentials(client_id: &str, secret: &str) -> Value {
    json!({ "client_id": client_id, "client_secret": secret })
}

fn good() -> Group {
    let mut group = Group::from("RFC 6749, section 2.3.1")
        .valid("Rfc", "the credentials of the RFC", "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3")
        .output(credentials("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"));
    for (flag, what, pair, client_id, secret) in [
        ("FormEncoding", "an escaped colon in the identifier", "a%3Ab:c", "a:b", "c"),
        ("FormEncoding", "a plus is a space", "a+b:c+d", "a b", "c d"),
        ("FormEncoding", "an escaped plus", "a%2Bb:c", "a+b", "c"),
        ("FormEncoding", "an escaped percent sign", "a:%2541", "a", "%41"),
        ("FormEncoding", "UTF-8", "%C3%A9:%E2%82%AC", "\u{e9}", "\u{20ac}"),
        ("FormEncoding", "an address as identifier", "https%3A%2F%2Fclient.example:s", "https://client.example", "s"),
        ("FormEncoding", "an ampersand and an equals sign, which mean nothing here", "a&b=c:d&e=f", "a&b=c", "d&e=f"),
        ("Colon", "colons in the secret", "a:b:c::", "a", "b:c::"),
        ("Colon", "an empty secret", "client-1:", "client-1", ""),
    ] {
        group = group.valid(flag, what, field(pair)).output(credentials(client_id, secret));
    }
    group
        .valid("Scheme", "the scheme in lower case", "basic YTpi")
        .output(credentials("a", "b"))
        .valid("Scheme", "the scheme in mixed case", "bAsIC YTpi")
        .output(credentials("a", "b"))
        .valid("Scheme", "several spaces after the scheme", "Basic    YTpi")
        .output(credentials("a", "b"))
        .valid("Base64", "one padding character", field("a:bcd"))
        .output(credentials("a", "bcd"))
        .valid("Base64", "two padding characters", "Basic YTpiYw==")
        .output(credentials("a", "bc"))
        .valid("Base64", "a slash, which base64url does not have", format!("Basic {}", BASE64.encode(b"a>?>:b?>?")))
        .output(credentials("a>?>", "b?>?"))
}

fn bad() -> Group {
    let raw = |octets: &[u8]| format!("Basic {}", BASE64.encode(octets));
    let mut group = Group::new().valid("Rfc", "the shortest", "Basic YTo=").output(credentials("a", ""));
    for (flag, what, text) in [
        ("Scheme", "nothing", String::new()),
        ("Scheme", "the scheme alone", "Basic".into()),
        ("Scheme", "another scheme", "Bearer YTpi".into()),
        ("Scheme", "a longer scheme", "Basically YTpi".into()),
        ("Scheme", "no space", "BasicYTpi".into()),
        ("Scheme", "a tab in place of the space", "Basic\tYTpi".into()),
        ("Scheme", "a space before the scheme", " Basic YTpi".into()),
        ("Scheme", "a parameter", "Basic credentials=YTpi".into()),
        ("Base64", "nothing after the scheme", "Basic ".into()),
        ("Base64", "missing padding", "Basic YTpiYw".into()),
        ("Base64", "too much padding", "Basic YTpi=".into()),
        ("Base64", "set trailing bits", "Basic YTpiYx==".into()),
        ("Base64", "a space inside", "Basic YT pi".into()),
        ("Base64", "a space at the end", "Basic YTpi ".into()),
        ("Base64", "base64url", raw(b"a>?>:b?>?").replace('/', "_").replace('+', "-")),
        ("Base64", "two credentials", "Basic YTpi, Basic YTpi".into()),
        ("Base64", "credentials that are not encoded", "Basic a:b".into()),
        ("Base64", "a letter with an accent", "Basic YTp\u{e9}".into()),
        ("Colon", "no colon", field("client")),
        ("Colon", "an escaped colon only", field("a%3Ab")),
        ("Colon", "an empty identifier", field(":secret")),
        ("Colon", "a colon alone", field(":")),
        ("FormEncoding", "a percent sign alone in the secret", field("a:%")),
        ("FormEncoding", "a broken escape in the identifier", field("%4x:b")),
        ("FormEncoding", "a space in the secret", field("a:b c")),
        ("FormEncoding", "a line feed in the secret", field("a:b\n")),
        ("FormEncoding", "UTF-8 that is not escaped", field("a:\u{e9}")),
        ("FormEncoding", "escaped Latin-1", field("a:%E9")),
        ("FormEncoding", "an octet that is not UTF-8", raw(b"a:\xff")),
        ("FormEncoding", "an escaped NUL in the identifier", field("a%00:b")),
        ("FormEncoding", "an escaped NUL in the secret", field("a:b%00")),
        ("FormEncoding", "a NUL in the secret", field("a:b\0")),
    ] {
        group = group.invalid(&BASIC_DECODING, flag, what, text);
    }
    group
}
