//! Names of secret values.

use std::borrow::Cow;

/// Names of parameters and members whose values are credentials, or work like credentials; in lower case, with `_` between words.
const SECRETS: &[&str] = &[
    "assertion",
    "auth_req_id",
    "authorization",
    "client_assertion",
    "code_verifier",
    "dpop",
    "id_token_hint",
    "jsessionid",
    "phpsessid",
    "request",
    "request_uri",
    "response",
    "session_id",
    "sessionid",
    "sid",
];

/// Last words of such names.
const SECRET_ENDS: &[&str] = &["code", "cookie", "key", "session", "ticket", "token"];

/// Names with such an end whose values are no secrets.
const PUBLIC: &[&str] = &[
    "country_code",
    "currency_code",
    "error_code",
    "language_code",
    "postal_code",
    "public_key",
    "reason_code",
    "response_code",
    "result_code",
    "status_code",
    "zip_code",
];

/// Members of a private JWK. These names are also ordinary letters, so only long values are hidden.
const KEY_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k", "r", "t"];

/// Words in names of secrets that people choose: not even a digest is shown, since they can be guessed.
const GUESSABLE: &[&str] = &["kennwort", "otp", "pass", "passcode", "pin", "pwd", "totp"];
/// Parts of such words.
const GUESSABLE_PARTS: &[&str] = &["passphrase", "passwd", "password", "passwort", "secret"];

/// Stands for the name of a value that a user typed into a page, whatever the field is called.
pub(super) const ANYTHING_TYPED: &str = "secret";

/// Parameters of authorization requests that pages repeat and that nobody has to hide.
const REPEATED: &[&str] = &["client_id", "redirect_uri", "response_type", "scope"];

/// Returns true if values of this name are shown, even where a user types.
pub(super) fn public(name: &str) -> bool {
    REPEATED.contains(&name)
}

/// Returns true if values of this name are hidden.
pub(super) fn secret(name: &str) -> bool {
    let name = normal(name);
    let last = name.rsplit('_').next().unwrap_or_default();
    let ends = SECRET_ENDS.iter().any(|end| last == *end || (end.len() > 4 && last.ends_with(end)));
    SECRETS.contains(&&*name) || (ends && !PUBLIC.contains(&&*name)) || has_guessable(&name)
}

/// Returns true if this member of a JSON object is hidden.
pub(super) fn secret_member(name: &str, value: &str) -> bool {
    secret(name) || (KEY_MEMBERS.contains(&name) && value.len() >= 16)
}

/// Returns true if a digest of a value of this name would help to guess it.
pub(super) fn guessable(name: &str) -> bool {
    has_guessable(&normal(name))
}

fn has_guessable(name: &str) -> bool {
    // A time is no secret.
    let time = name.ends_with("_expires_at");
    let word = |word: &str| GUESSABLE.contains(&word) || GUESSABLE_PARTS.iter().any(|part| word.contains(part));
    !time && name.split('_').any(word)
}

/// A name in lower case with `_` between its words: `accessToken`, `Access-Token` and `access.token` are `access_token`.
fn normal(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return name.into();
    }
    let mut normal = String::with_capacity(name.len() + 4);
    let mut before = None;
    for character in name.chars() {
        let begins =
            character.is_uppercase() && before.is_some_and(|before: char| before.is_lowercase() || before.is_ascii_digit());
        if begins {
            normal.push('_');
        }
        match character {
            '-' | '.' | ' ' | ':' => normal.push('_'),
            other => normal.extend(other.to_lowercase()),
        }
        before = Some(character);
    }
    normal.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_one_spelling() {
        for name in
            ["access_token", "accessToken", "AccessToken", "X-Auth-Token", "sessionToken", "session_code", "stateToken", "apiKey"]
        {
            assert!(secret(name), "{name}");
        }
        for name in ["pwd", "pass", "userPass", "PIN", "new-password", "clientSecret", "j_password", "totp"] {
            assert!(guessable(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_shown() {
        let names = [
            "token_type",
            "token_type_hint",
            "code_challenge",
            "errorCode",
            "statusCode",
            "compass",
            "passed",
            "shipping",
            "client_secret_expires_at",
            "response_type",
            "request_id",
            "monkey",
            "kid",
            "keys",
        ];
        for name in names {
            assert!(!secret(name), "{name}");
        }
    }
}
