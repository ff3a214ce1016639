//! `scope`: the parameter and its tokens.

use fapi::requirement::local::REQUEST_SIZE;
use fapi::requirement::rfc6749::SCOPE_SYNTAX;
use serde_json::json;

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new("scope", &["The parameter scope. The output of a valid one is its tokens, each once, in their original order."])
        .flag("Rfc", "an example of a specification")
        .flag("Repeated", "the same token again")
        .flag("Separator", "the separators of tokens")
        .flag("Alphabet", "characters that are allowed in tokens, and others")
        .flag("Size", "the maximum length, and just beyond it")
        .group(tokens())
        .group(sizes())
}

fn tokens() -> Group {
    let visible: String = (0x21..=0x7e_u8).map(char::from).filter(|character| !matches!(character, '"' | '\\')).collect();
    let mut group = Group::from("RFC 6749, section 3.3")
        .valid("Rfc", "one token", "openid")
        .output(json!(["openid"]))
        .valid("Rfc", "three tokens", "openid profile email")
        .output(json!(["openid", "profile", "email"]))
        .valid("Repeated", "a token twice", "openid profile openid")
        .output(json!(["openid", "profile"]))
        .valid("Repeated", "tokens that differ by case", "read READ Read")
        .output(json!(["read", "READ", "Read"]))
        .valid("Alphabet", "every character that a token may have", visible.as_str())
        .output(json!([visible]))
        .valid("Alphabet", "addresses as tokens", "https://api.example/read urn:example:write")
        .output(json!(["https://api.example/read", "urn:example:write"]))
        .valid("Alphabet", "a percent sign, which is not an escape here", "a%20b")
        .output(json!(["a%20b"]))
        .valid("Alphabet", "a comma, which separates nothing", "read,write")
        .output(json!(["read,write"]));
    for (what, text) in [
        ("nothing", ""),
        ("a space alone", " "),
        ("a space at the beginning", " openid"),
        ("a space at the end", "openid "),
        ("two spaces", "openid  profile"),
        ("a tab", "openid\tprofile"),
        ("a line feed", "openid\nprofile"),
        ("a carriage return", "openid\rprofile"),
        ("a no-break space", "openid\u{a0}profile"),
        ("an ideographic space", "openid\u{3000}profile"),
        ("a zero width space", "openid\u{200b}profile"),
    ] {
        group = group.invalid(&SCOPE_SYNTAX, "Separator", what, text);
    }
    for (what, text) in [
        ("a quotation mark", "a\"b"),
        ("a backslash", "a\\b"),
        ("a NUL", "a\0b"),
        ("an escape character", "a\u{1b}b"),
        ("a DEL", "a\u{7f}b"),
        ("a C1 control", "a\u{85}b"),
        ("a letter with an accent", "\u{e9}"),
        ("a Cyrillic letter that looks like a Latin one", "\u{43e}penid"),
        ("a byte order mark", "\u{feff}openid"),
        ("a character outside of the BMP", "\u{1f511}"),
    ] {
        group = group.invalid(&SCOPE_SYNTAX, "Alphabet", what, text);
    }
    group
}

fn sizes() -> Group {
    let tokens = |count: usize| (0..count).map(|at| format!("t{at}")).collect::<Vec<_>>();
    Group::new()
        .valid("Size", "128 tokens", tokens(128).join(" "))
        .output(json!(tokens(128)))
        .invalid(&REQUEST_SIZE, "Size", "129 tokens", tokens(129).join(" "))
        .valid("Size", "a token of 4,096 octets", "a".repeat(4096))
        .output(json!(["a".repeat(4096)]))
        .invalid(&REQUEST_SIZE, "Size", "a token of 4,097 octets", "a".repeat(4097))
        .valid("Repeated", "one token 2,000 times", vec!["a"; 2000].join(" "))
        .output(json!(["a"]))
        .invalid(&REQUEST_SIZE, "Size", "one token 3,000 times", vec!["a"; 3000].join(" "))
}
