//! Names of secret values.

/// Names of parameters and members whose values are credentials, or work like credentials.
const SECRETS: &[&str] = &[
    "assertion",
    "auth_req_id",
    "authorization",
    "client_assertion",
    "code",
    "code_verifier",
    "device_code",
    "dpop",
    "id_token_hint",
    "pin",
    "request",
    "request_uri",
    "response",
    "token",
    "user_code",
];

/// Members of a private JWK. These names are also ordinary letters, so only long values are hidden.
const KEY_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k", "r", "t"];

/// Names of secrets that people choose: not even a digest is shown, since they can be guessed.
const GUESSABLE: &[&str] = &["password", "passwd", "passphrase", "secret", "otp", "pin"];

/// Stands for the name of a value that a user typed into a page, whatever the field is called.
pub(super) const ANYTHING_TYPED: &str = "secret";

/// Returns true if values of this name are hidden.
pub(super) fn secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.contains(&name.as_str()) || name.ends_with("_token") || guessable(&name)
}

/// Returns true if this member of a JSON object is hidden.
pub(super) fn secret_member(name: &str, value: &str) -> bool {
    secret(name) || (KEY_MEMBERS.contains(&name) && value.len() >= 16)
}

/// Returns true if a digest of a value of this name would help to guess it.
pub(super) fn guessable(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // A time is no secret.
    let time = name.ends_with("_expires_at");
    !time && GUESSABLE.iter().any(|word| name == *word || (word.len() > 3 && name.contains(word)))
}
