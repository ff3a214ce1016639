//! `pkce`: verifiers at the token endpoint.

use fapi::requirement::rfc7636::{S256_SUPPORTED, VERIFIER_FITS, VERIFIER_PRESENT, VERIFIER_SYNTAX};
use fapi::requirement::rfc9700::VERIFIER_UNASKED;
use serde_json::Value;

use crate::keys::digest;
use crate::vectors::file::{File, Group};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) fn file() -> File {
    File::new(
        "pkce",
        &[
            "A code_verifier and the code_challenge it must match, as an authorization server compares them at the token endpoint.",
            "The input is the parameter code_verifier, or null if it is not sent.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Boundary", "the minimum and maximum length, and just beyond them")
    .flag("Alphabet", "characters inside and outside of the unreserved set")
    .flag("Mismatch", "a well-formed verifier that does not match")
    .flag("Missing", "no verifier, or one without a challenge")
    .flag("MethodConfusion", "S256 treated as plain, or plain as S256")
    .group(s256())
    .group(plain())
    .group(plain_by_default())
    .group(longest())
    .group(shortest())
    .group(without_challenge())
}

fn s256() -> Group {
    let flipped = |from: &str, to: &str| VERIFIER.replacen(from, to, 1);
    let mut group = Group::from("RFC 7636, appendix B")
        .gives("code_challenge", CHALLENGE)
        .gives("code_challenge_method", "S256")
        .valid("Rfc", "the verifier of the RFC", VERIFIER)
        .shows(&S256_SUPPORTED)
        .invalid(&VERIFIER_FITS, "Mismatch", "another verifier of the same length", flipped("jXk", "jXl"))
        .invalid(&VERIFIER_FITS, "MethodConfusion", "the challenge sent as verifier", CHALLENGE)
        .invalid(&VERIFIER_FITS, "Mismatch", "the first character in the other case", flipped("d", "D"))
        .invalid(&VERIFIER_FITS, "Mismatch", "one character more than the verifier", format!("{VERIFIER}k"))
        .invalid(&VERIFIER_FITS, "Mismatch", "the verifier twice", format!("{VERIFIER}{VERIFIER}"))
        .invalid(&VERIFIER_FITS, "MethodConfusion", "the challenge of the challenge", digest(CHALLENGE))
        .invalid(&VERIFIER_FITS, "MethodConfusion", "the digest of the verifier in hexadecimal", hexadecimal(VERIFIER))
        .invalid(&VERIFIER_FITS, "Boundary", "128 characters of another verifier", "a".repeat(128))
        .invalid(&VERIFIER_PRESENT, "Missing", "no verifier for a challenge of S256", Value::Null)
        .invalid(&VERIFIER_PRESENT, "Missing", "an empty verifier for a challenge of S256", "")
        .invalid(&VERIFIER_SYNTAX, "Boundary", "one character", "d")
        .invalid(&VERIFIER_SYNTAX, "Boundary", "42 characters", &VERIFIER[..42])
        .invalid(&VERIFIER_SYNTAX, "Boundary", "129 characters", "d".repeat(129))
        .invalid(&VERIFIER_SYNTAX, "Boundary", "30,000 characters", "d".repeat(30_000));
    for (what, character) in [
        ("plus", "+"),
        ("slash", "/"),
        ("equals sign", "="),
        ("space", " "),
        ("tab", "\t"),
        ("line feed", "\n"),
        ("percent sign", "%"),
        ("exclamation mark", "!"),
        ("colon", ":"),
        ("comma", ","),
        ("asterisk", "*"),
        ("DEL", "\u{7f}"),
        ("letter with an accent", "\u{e9}"),
        ("zero width space", "\u{200b}"),
        ("full-width letter", "\u{ff41}"),
        ("character outside of the BMP", "\u{1f511}"),
    ] {
        group = group.invalid(&VERIFIER_SYNTAX, "Alphabet", format!("a {what} in the verifier"), flipped("-", character));
    }
    group
        .invalid(&VERIFIER_SYNTAX, "Alphabet", "the verifier with padding", format!("{VERIFIER}="))
        .invalid(&VERIFIER_SYNTAX, "Alphabet", "the verifier and a line feed", format!("{VERIFIER}\n"))
        .invalid(&VERIFIER_SYNTAX, "Alphabet", "a space and the verifier", format!(" {VERIFIER}"))
        .errors("invalid_grant")
}

fn hexadecimal(text: &str) -> String {
    let digest = data_encoding::BASE64URL_NOPAD.decode(digest(text).as_bytes()).unwrap_or_default();
    digest.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn plain() -> Group {
    Group::from("RFC 7636, section 4.2")
        .gives("code_challenge", VERIFIER)
        .gives("code_challenge_method", "plain")
        .valid("Rfc", "the same text", VERIFIER)
        .invalid(&VERIFIER_FITS, "Mismatch", "another case", VERIFIER.replacen('d', "D", 1))
        .invalid(&VERIFIER_FITS, "MethodConfusion", "the S256 of the challenge", CHALLENGE)
        .invalid(&VERIFIER_FITS, "Mismatch", "one character more than the challenge", format!("{VERIFIER}k"))
        .invalid(&VERIFIER_PRESENT, "Missing", "no verifier for a plain challenge", Value::Null)
        .errors("invalid_grant")
}

fn plain_by_default() -> Group {
    Group::from("RFC 7636, section 4.3")
        .gives("code_challenge", CHALLENGE)
        .valid("MethodConfusion", "the challenge itself, where no method was named", CHALLENGE)
        .invalid(&VERIFIER_FITS, "MethodConfusion", "a verifier that would match under S256, without a method", VERIFIER)
        .errors("invalid_grant")
}

fn longest() -> Group {
    let all = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    let verifier: String = all.chars().cycle().take(128).collect();
    Group::new()
        .gives("code_challenge", digest(&verifier))
        .gives("code_challenge_method", "S256")
        .valid("Alphabet", "128 characters, every unreserved one among them", verifier.as_str())
        .invalid(&VERIFIER_FITS, "Boundary", "127 of 128 characters", &verifier[..127])
        .errors("invalid_grant")
}

fn shortest() -> Group {
    let verifier = "~".repeat(43);
    Group::new()
        .gives("code_challenge", digest(&verifier))
        .gives("code_challenge_method", "S256")
        .valid("Boundary", "43 tildes", verifier.as_str())
        .invalid(&VERIFIER_FITS, "Boundary", "44 tildes", "~".repeat(44))
        .errors("invalid_grant")
}

fn without_challenge() -> Group {
    Group::new()
        .valid("Missing", "no verifier where there was no challenge", Value::Null)
        .invalid(&VERIFIER_UNASKED, "Missing", "a verifier where there was no challenge", VERIFIER)
        .errors("invalid_grant")
}
