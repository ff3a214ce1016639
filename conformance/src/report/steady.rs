//! Texts without what differs from run to run, so that findings of two runs can be compared.

use std::fmt::Write;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A digest of a clause and of texts, without the scenario in which something was seen and without what differs from run to run.
pub(super) fn mark(clause: &str, texts: &[&str]) -> String {
    let steady: Vec<_> = texts.iter().map(|text| steady(&without_scenario(text))).collect();
    HEXLOWER.encode(&Sha256::digest(format!("{clause}\n{}", steady.join("\n")))[..8])
}

/// An observation without the scenario in which it was made, but with the kind of request at which it was made.
fn without_scenario(got: &str) -> String {
    let place = &got[without_place(got).len()..];
    let kind = place.find(" at the ").map_or("", |at| &place[at..]);
    format!("{}{kind}", without_place(got))
}

/// The observation without the scenario in which it was made, which the list of scenarios says.
pub(super) fn without_place(got: &str) -> &str {
    got.rfind(" (seen in ").filter(|_| got.ends_with(')')).map_or(got, |at| &got[..at])
}

/// A text without what differs from run to run or from variant to variant: numbers other than statuses, identifiers, queries of URLs,
/// marks of redaction.
pub(super) fn steady(text: &str) -> String {
    let mut steady = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if first == '‹' {
            rest.find('›').map_or(rest.len(), |end| end + '›'.len_utf8())
        } else if first == '?' && rest[1..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
            rest.find(|c: char| c.is_whitespace() || "\"'`<>)".contains(c)).unwrap_or(rest.len())
        } else if first.is_ascii_alphanumeric() {
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        match first {
            '‹' => steady.push('‹'),
            '?' if end > 1 => {}
            _ if !token.starts_with(|c: char| c.is_ascii_alphanumeric()) => steady.push_str(token),
            _ if is_status(token, &steady) => steady.push_str(token),
            _ if is_random(token) => steady.push('*'),
            _ => numbers_left_out(&mut steady, token),
        }
        rest = after;
    }
    steady
}

fn is_status(token: &str, before: &str) -> bool {
    token.len() == 3 && token.bytes().all(|byte| byte.is_ascii_digit()) && before.ends_with("status ")
}

/// Returns true for what looks like a made value: long, with digits and letters.
fn is_random(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    token.len() >= 16 && digits >= 2 && token.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn numbers_left_out(steady: &mut String, token: &str) {
    let mut digits = false;
    for c in token.chars() {
        match (c.is_ascii_digit(), digits) {
            (true, true) => {}
            (true, false) => steady.push('#'),
            (false, _) => {
                let _ = write!(steady, "{c}");
            }
        }
        digits = c.is_ascii_digit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_values_only_are_alike() {
        for (one, other) in [
            ("iat 1764454321 is 12 s ahead", "iat 1764454399 is 3 s ahead"),
            ("a redirect to http://127.0.0.1:4711/cb?code=a&state=b", "a redirect to http://127.0.0.1:4712/cb?code=c"),
            ("the token ‹redacted 31 chars sha256:01020304›", "the token ‹redacted 32 chars sha256:ffffffff›"),
            ("a reply of https://a.example/token", "a reply of https://a.example/token?a=b"),
            ("kid fd3a99b2c1e04d5f8a7b", "kid 0a1b2c3d4e5f60718293"),
        ] {
            assert_eq!(steady(one), steady(other));
        }
        for (one, other) in [
            ("status 400 with invalid_request", "status 401 with invalid_request"),
            ("`iss` is missing", "`aud` is missing"),
            ("private_key_jwt is not offered", "tls_client_auth is not offered"),
            ("does it?", "does it!"),
            ("https://a.example/one?a=b", "https://a.example/two?a=b"),
        ] {
            assert_ne!(steady(one), steady(other));
        }
        assert_eq!(steady("é ‹"), "é ‹");
    }
}
